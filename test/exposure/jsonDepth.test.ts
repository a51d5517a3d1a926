import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isNestedDeeper } from '../../src/exposure/jsonDepth.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('the depth of a JSON text', () => {
  test('is that of its value, whatever stands in strings and names', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('[', ']}', '"[', '\\', '\\"{', '\\\\"'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'large' },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1, 2), (given, indent) => {
        const json = JSON.stringify(given, null, indent);
        const depth = depthOf(given);
        expect(isNestedDeeper(json, depth)).toBe(false);
        if (depth > 0) expect(isNestedDeeper(json, depth - 1)).toBe(true);
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  test('takes no recursion, and ends with any text', () => {
    expect(isNestedDeeper('['.repeat(1_000_000), 2_000_000)).toBe(false);
    expect(isNestedDeeper('['.repeat(1_000_000), 64)).toBe(true);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', '}', 'a') }), (text) => {
        expect(typeof isNestedDeeper(text, 3)).toBe('boolean');
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
