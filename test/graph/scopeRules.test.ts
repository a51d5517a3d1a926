import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { SCOPES } from '../../src/caller.ts';
import { readSchemaText } from '../../src/gateway.ts';

interface Scopes {
  scopeProblems(sdl: string, scopes?: readonly string[]): string[];
}

const script = fileURLToPath(new URL('../../scripts/scopes.mjs', import.meta.url));
const { scopeProblems }: Scopes = await import(path.resolve(script));
const sdl = await readSchemaText();

/** The schema with one text in place of another; fails when there is nothing to replace. */
function changed(from: string | RegExp, to: string): string {
  const text = sdl.replace(from, to);
  if (text === sdl) throw new Error(`The schema has no ${String(from)}.`);
  return text;
}

const requires = (scope: string): string => `@requiresScopes(scopes: [["${scope}"]])`;

describe('the rules of scopes', () => {
  test('cover every field of the schema', () => {
    expect(scopeProblems(sdl, SCOPES)).toEqual([]);
  });

  test.each([
    [
      'a root field without one',
      changed(/^ {2}quota: .*$/m, '  quota: [QuotaBucket!]!'),
      /^No rule of scopes covers Query\.quota\.$/,
    ],
    [
      'a new root field',
      changed(/^type Query \{$/m, 'type Query {\n  secret: Int'),
      /^No rule of scopes covers Query\.secret\.$/,
    ],
    [
      'a new mutation',
      changed(/^type Mutation \{$/m, 'type Mutation {\n  destroy: Int'),
      /^No rule of scopes covers Mutation\.destroy\.$/,
    ],
    [
      'a node without one of its own',
      changed(/^type Certificate implements Node .*$/m, 'type Certificate implements Node {'),
      /^Certificate is reached by its id/,
    ],
    [
      'a node whose rule asks for nothing',
      changed(
        /^type Certificate implements Node .*$/m,
        'type Certificate implements Node @requiresScopes(scopes: [[]]) {',
      ),
      /^Certificate is reached by its id/,
    ],
    [
      'a type that two rules lead to',
      changed(/^type X509Certificate .*$/m, 'type X509Certificate {'),
      /^X509Certificate would be under several rules \(.*\); give it one/,
    ],
    [
      'a scope that there is not',
      changed(requires('iot:claim'), requires('iot:clam')),
      /asks for iot:clam: no such scope\.$/,
    ],
    [
      'an input that asks for a scope that there is not',
      changed('equals: true, scopes: [["iot:activate"]]', 'equals: true, scopes: [["activate"]]'),
      /^CreateProvisioningTemplateInput\.enabled asks for activate: no such scope\.$/,
    ],
    [
      'a type that nothing leads to',
      `${sdl}\ntype Lost { id: Int }`,
      /^No rule of scopes covers Lost\.id\.$/,
    ],
  ])('find %s', (_, text, problem) => {
    const problems = scopeProblems(text, SCOPES);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems).toContainEqual(expect.stringMatching(problem));
  });
});
