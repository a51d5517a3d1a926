import { describe, expect, test } from '@jest/globals';
import { buildSchema, findBreakingChanges, validateSchema } from 'graphql';
import { readSchemaText } from '../../src/gateway.ts';
import { createSchema } from '../../src/graph/schema.ts';

const sdl = await readSchemaText();

describe('the schema', () => {
  test('is valid, which the start takes for granted', () => {
    expect(validateSchema(buildSchema(sdl))).toEqual([]);
  });

  test('is that of the text', () => {
    expect(findBreakingChanges(buildSchema(sdl), createSchema(sdl))).toEqual([]);
    expect(findBreakingChanges(createSchema(sdl), buildSchema(sdl))).toEqual([]);
  });

  test('has the fields of all resources that resolve one type', () => {
    const { node, provisioningTemplates, caCertificates } =
      createSchema(sdl).getQueryType()?.getFields() ?? {};
    for (const field of [node, provisioningTemplates, caCertificates]) {
      expect(field?.resolve).toBeInstanceOf(Function);
    }
  });

  test.each([
    ['type', sdl.replace(/^type CACertificate /m, 'type Other ')],
    ['field', sdl.replace(/^ {2}node\(/m, '  other(')],
  ])('that lacks the %s of a resolver is refused', (_, text) => {
    expect(text).not.toBe(sdl);
    expect(() => createSchema(text)).toThrow(/defined in resolvers|Unknown type/);
  });
});
