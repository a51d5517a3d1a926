import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  type DocumentNode,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { EXAMPLE_CERTIFICATE_ID, examples, variablesText } from '../web/src/examples.ts';
import { startHarness } from './support/harness.ts';

const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const [definition, ...others] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) {
    throw new Error('An example is one operation.');
  }
  return definition;
}

describe.each(examples.map((example) => [example.title, example] as const))('%s', (_, example) => {
  const document = parse(example.query);

  test('is valid against the schema', () => {
    expect(validate(schema, document).map((error) => error.message)).toEqual([]);
  });

  test('has a name, which becomes its tab', () => {
    expect(operationOf(document).name?.value).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  test('has variables that fit, and no others', () => {
    const definitions = operationOf(document).variableDefinitions ?? [];
    const text = variablesText(example);
    const variables: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
    expect(getVariableValues(schema, definitions, variables).errors).toBeUndefined();
    expect(Object.keys(variables)).toEqual(definitions.map(({ variable }) => variable.name.value));
  });

  test('has certificate ids of the form AWS gives', () => {
    for (const [, id] of variablesText(example).matchAll(/"certificateId": "(.*)"/g)) {
      expect(id).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

test('the examples have titles and operation names of their own', () => {
  const names = examples.map((example) => operationOf(parse(example.query)).name?.value);
  expect(new Set(names).size).toBe(examples.length);
  expect(new Set(examples.map((example) => example.title)).size).toBe(examples.length);
});

test('the examples do what they say on the demo data', async () => {
  const harness = await startHarness();
  try {
    for (const example of examples) {
      const { data, errors } = await harness.query(example.query, example.variables);
      expect([example.title, errors]).toEqual([example.title, undefined]);
      const byTitle: Readonly<Record<string, string>> = { 'Preview a device': '"PROVISIONED"' };
      const usual = example.variables === undefined ? 'tide-pump-jitp' : EXAMPLE_CERTIFICATE_ID;
      expect(JSON.stringify(data)).toContain(byTitle[example.title] ?? usual);
    }
  } finally {
    await harness.close();
  }
});
