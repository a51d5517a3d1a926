import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../src/provisioning/templateBody.ts';
import { isSameJson, rewriteTemplateBody } from '../../src/provisioning/templateRewrite.ts';

const parse = (text: string) => JSON.parse(text) as JsonValue;

describe('a body that was read as JSON and is written back', () => {
  test.each([
    ['with spaces and line breaks', '{ "b" : 1,\n\t"a":[ 1 , 2 ] }'],
    ['with keys that JavaScript puts first', '{"b":"x","10":"y","2":"z"}'],
    ['with a number that JavaScript rounds', '{"serial":12345678901234567890,"x":0.10}'],
    ['with a number beyond a double', '{"x":1e999,"y":-0}'],
    ['with escapes that need not be', '{"a":"\\u0041\\/"}'],
    ['with a key that is given twice', '{"a":1,"a":2}'],
    ['with half a surrogate pair', '{"a":"\\ud800"}'],
    ['with a key that objects have', '{"__proto__":{"a":1},"constructor":2}'],
    ['that is nested deeply', `${'['.repeat(200)}1${']'.repeat(200)}`],
  ])('%s, keeps its bytes', (_name, stored) => {
    // What a client gets and sends.
    const carried = parse(JSON.stringify(parse(stored)));
    expect(rewriteTemplateBody(stored, carried)).toBe(stored);
  });

  test('keeps its bytes when a client orders the keys anew', () => {
    const stored = '{"b": {"d": 1, "c": 2}, "a": 3}';
    expect(rewriteTemplateBody(stored, { a: 3, b: { c: 2, d: 1 } })).toBe(stored);
  });

  const STORED =
    '{\n  "Resources" : {\n    "thing": { "Type":"T", "n": 12345678901234567890 },\n    "10": {"x":1e2}\n  },\n  "Parameters": {}\n}';
  const change = (
    make: (body: Record<string, Record<string, Record<string, unknown>>>) => void,
  ) => {
    const body = JSON.parse(STORED);
    make(body);
    return rewriteTemplateBody(STORED, body);
  };

  test('changes the one value that differs', () => {
    expect(change((body) => Object.assign(body.Resources?.thing ?? {}, { Type: 'U' }))).toBe(
      STORED.replace('"T"', '"U"'),
    );
  });

  test('takes a key out with its comma', () => {
    expect(change((body) => delete body.Resources?.['10'])).toBe(
      STORED.replace(',\n    "10": {"x":1e2}', ''),
    );
    expect(change((body) => delete body.Resources?.thing)).toBe(
      STORED.replace('"thing": { "Type":"T", "n": 12345678901234567890 },\n    ', ''),
    );
  });

  test('puts a key in at the end, indented like the others', () => {
    expect(change((body) => Object.assign(body.Resources ?? {}, { more: { a: [1] } }))).toBe(
      STORED.replace(
        '"10": {"x":1e2}',
        '"10": {"x":1e2},\n    "more": {\n      "a": [\n        1\n      ]\n    }',
      ),
    );
    expect(rewriteTemplateBody('{"a":1}', { a: 1, b: { c: 2 } })).toBe('{"a":1,"b":{"c":2}}');
    expect(rewriteTemplateBody('{}', { a: 1 })).toBe('{"a":1}');
  });

  test('follows lists by their index', () => {
    expect(rewriteTemplateBody('[ 1.0, 2.0, 3.0 ]', [1, 5])).toBe('[ 1.0, 5 ]');
    expect(rewriteTemplateBody('[ 1.0 ]', [1, 2])).toBe('[ 1.0, 2 ]');
    expect(rewriteTemplateBody('[1.0]', [])).toBe('[]');
  });

  test('is written without spaces where it would be too long with them', () => {
    const stored = `{"a":1,${' '.repeat(10_200)}"b":1}`;
    const given = { a: 1, b: 'x'.repeat(100) };
    expect(rewriteTemplateBody(stored, given)).toBe(JSON.stringify(given));
  });

  test('replaces a text that is not JSON', () => {
    expect(rewriteTemplateBody('{', { a: 1 })).toBe('{"a":1}');
  });
});

test('equality is that of JSON', () => {
  expect(isSameJson('{"a":1,"b":[1]}', { b: [1], a: 1 })).toBe(true);
  expect(isSameJson('{"a":[1,2]}', { a: [2, 1] })).toBe(false);
  expect(isSameJson('{"a":null}', {})).toBe(false);
  expect(isSameJson('{', {})).toBe(false);
});

test('whatever was stored and whatever is given, the text means what was given', () => {
  const json = fc.jsonValue({ depthSize: 'medium' });
  const space = fc.constantFrom(undefined, 1, 2, '\t');
  fc.assert(
    fc.property(json, json, space, (before, after, indent) => {
      const stored = JSON.stringify(before, null, indent);
      const sent = parse(JSON.stringify(after));
      expect(isSameJson(rewriteTemplateBody(stored, sent), sent)).toBe(true);
      expect(rewriteTemplateBody(stored, parse(JSON.stringify(before)))).toBe(stored);
    }),
    { seed: 41, numRuns: 400 },
  );
});

test('one change among many values changes one line', () => {
  const object = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue(), { minKeys: 2 });
  fc.assert(
    fc.property(object, fc.nat(), (before, pick) => {
      const keys = Object.keys(before);
      const key = keys[pick % keys.length] ?? '';
      const stored = `{\n${keys.map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(before[name])}`).join(',\n')}\n}`;
      const rewritten = rewriteTemplateBody(stored, { ...before, [key]: 'changed!' } as JsonValue);
      const lines = rewritten.split('\n');
      const changed = stored.split('\n').filter((line, index) => line !== lines[index]);
      expect(changed).toHaveLength(1);
    }),
    { seed: 42, numRuns: 200 },
  );
});
