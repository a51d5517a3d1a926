import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { CliError } from '../../src/cli/cliError.ts';
import { parseFilter } from '../../src/cli/filter.ts';
import { filterKeysOf } from '../../src/cli/filterKeys.ts';
import { readSchemaText } from '../../src/gateway.ts';

const sdl = await readSchemaText();
const keys = filterKeysOf(sdl);

test('the keys are those of the schema', () => {
  const filter = buildSchema(sdl).getType('CACertificateFilter');
  const fields = isInputObjectType(filter) ? Object.values(filter.getFields()) : [];
  expect(fields).not.toEqual([]);
  const expected = fields.map(({ name, type }) => {
    const named = getNamedType(type);
    const values = isEnumType(named) ? named.getValues().map((value) => value.name) : undefined;
    return [name, { type: named.name, isList: isListType(getNullableType(type)), values }];
  });
  expect([...keys]).toEqual(expected);
});

test('descriptions, comments, directives and defaults are no keys or values', () => {
  const text = `
    "input CACertificateFilter { a: Colour }"
    input CACertificateFilter {
      """
      Not b: Colour }, and no "c: Colour".
      """
      d: [Colour!]! = [RED] @deprecated(reason: "e: }")
      # f: Int
      g: Int
    }
    "A { colour }" enum Colour { RED @deprecated(reason: "no") "BLUE" GREEN }
  `;
  expect([...filterKeysOf(text)]).toEqual([
    ['d', { type: 'Colour', isList: true, values: ['RED', 'GREEN'] }],
    ['g', { type: 'Int', isList: false, values: undefined }],
  ]);
});

describe('--filter', () => {
  test.each([
    ['{}', {}],
    [' {"status": "ACTIVE"} ', { status: 'ACTIVE' }],
    ['{"status": null, "registration": "NONE"}', { status: null, registration: 'NONE' }],
    ['{"registration": ["NONE", "INLINE"]}', { registration: ['NONE', 'INLINE'] }],
    ['status=ACTIVE', { status: 'ACTIVE' }],
    ['status = ACTIVE , templateName=a-b', { status: 'ACTIVE', templateName: 'a-b' }],
    ['registration=NONE|INLINE', { registration: ['NONE', 'INLINE'] }],
    ['registration=NONE', { registration: ['NONE'] }],
    ['expiringWithinDays=30', { expiringWithinDays: 30 }],
    ['expiresBefore=2027-01-01T00:00:00Z', { expiresBefore: '2027-01-01T00:00:00Z' }],
  ])('%s', (text, expected) => {
    expect(parseFilter(text, keys)).toEqual(expected);
  });

  test.each([
    ['', /empty/],
    ['{', /not JSON/],
    ['{status: ACTIVE}', /not JSON/],
    ['status', /"status" is no condition/],
    ['status=', /"status=" is no condition/],
    ['=ACTIVE', /"=ACTIVE" is no condition/],
    ['status=ACTIVE,status=INACTIVE', /status is given twice/],
    ['__proto__=1', /no condition "__proto__"; there are templateName, .*, expiringWithinDays\.$/],
    ['{"__proto__": 1}', /no condition "__proto__"; there are /],
    ['status=FOO', /status takes one of ACTIVE, INACTIVE; "FOO" is none\.$/],
    ['status=ACTIVE|INACTIVE', /one of ACTIVE, INACTIVE; "ACTIVE\|INACTIVE" is none\.$/],
    ['{"status": ["ACTIVE"]}', /one of ACTIVE, INACTIVE; \["ACTIVE"\] is none\.$/],
    ['{"status": 5}', /one of ACTIVE, INACTIVE; 5 is none\.$/],
    ['registration=NONE|FOO', /one or more of NONE\|NAMED\|INLINE; "FOO" is none\.$/],
    ['{"registration": ["FOO"]}', /one or more of NONE\|NAMED\|INLINE; "FOO" is none\.$/],
    ['expiringWithinDays=soon', /expiringWithinDays takes a whole number; "soon" is none\.$/],
    ['{"expiringWithinDays": 1.5}', /expiringWithinDays takes a whole number; 1\.5 is none\.$/],
  ])('is refused as %j', (text, words) => {
    expect(() => parseFilter(text, keys)).toThrow(CliError);
    expect(() => parseFilter(text, keys)).toThrow(words);
  });
});
