import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KnowledgeCache, type Known } from '../../src/upstream/cache.ts';
import { sizeOf } from '../../src/upstream/plain.ts';

const answer = <Value>(value: Value, call = 1): Known<Value> => ({ value, call, atMs: 1000 });

describe('what is known', () => {
  test('an answer is found under its key, with its time and call', () => {
    const cache = new KnowledgeCache(10_000);
    expect(cache.get('detail')).toBeUndefined();
    cache.put('detail', answer('text', 7), ['thing']);
    expect(cache.get('detail')).toMatchObject({ value: 'text', call: 7, atMs: 1000 });
  });

  test('null is an answer', () => {
    const cache = new KnowledgeCache(10_000);
    cache.put('gone', answer(null), []);
    expect(cache.get('gone')?.value).toBeNull();
  });

  test('a call that shows a change drops what earlier calls told of the thing, and no more', () => {
    const cache = new KnowledgeCache(10_000);
    cache.put('list', answer(1, 3), ['cas', 'ca/a']);
    cache.put('detail', answer(2, 5), ['ca/a']);
    cache.put('other', answer(3, 3), ['ca/b']);
    const { writes } = cache;
    cache.changed('ca/a', 5);
    expect(['list', 'detail', 'other'].map((key) => cache.get(key)?.value)).toEqual([
      undefined,
      2,
      3,
    ]);
    expect(cache.writes).toBe(writes);
    // An answer from before the change may still come.
    cache.put('list', answer(1, 4), ['cas', 'ca/a']);
    expect(cache.get('list')).toBeUndefined();
  });

  test('a write drops what was made from the thing, and only that', () => {
    const cache = new KnowledgeCache(10_000);
    cache.put('a', answer(1), ['ca/a']);
    cache.put('list', answer(2), ['cas', 'ca/a', 'ca/b']);
    cache.put('b', answer(3), ['ca/b']);
    cache.put('constants', answer(4), []);
    cache.touch(['ca/a']);
    expect(['a', 'list', 'b', 'constants'].map((key) => cache.get(key)?.value)).toEqual([
      undefined,
      undefined,
      3,
      4,
    ]);
    cache.touch(['ca/b', 'never seen']);
    expect(cache.get('b')).toBeUndefined();
    expect(cache.get('constants')?.value).toBe(4);
  });

  test('what is put after a write holds until the next', () => {
    const cache = new KnowledgeCache(10_000);
    cache.touch(['thing']);
    cache.put('key', answer('new'), ['thing']);
    expect(cache.get('key')?.value).toBe('new');
    cache.touch(['other']);
    expect(cache.get('key')?.value).toBe('new');
    cache.touch(['thing']);
    expect(cache.get('key')).toBeUndefined();
  });

  test('an answer of an older call replaces no newer one', () => {
    const cache = new KnowledgeCache(10_000);
    cache.put('key', answer('newer', 5), ['thing']);
    cache.put('key', answer('older', 4), ['thing']);
    expect(cache.get('key')?.value).toBe('newer');
    cache.put('key', answer('same call', 5), ['thing']);
    expect(cache.get('key')?.value).toBe('same call');
    // A newer one that a write has touched stands in nobody's way.
    cache.touch(['thing']);
    cache.put('key', answer('older', 4), ['thing']);
    expect(cache.get('key')?.value).toBe('older');
  });

  test('writes and changes are counted', () => {
    const cache = new KnowledgeCache(10_000);
    expect([cache.writes, cache.changes]).toEqual([0, 0]);
    cache.put('key', answer('value', 5), ['thing']);
    expect([cache.writes, cache.changes]).toEqual([0, 1]);
    cache.put('key', answer('older', 4), ['thing']);
    cache.get('key');
    expect([cache.writes, cache.changes]).toEqual([0, 1]);
    cache.touch(['thing']);
    expect([cache.writes, cache.changes]).toEqual([1, 2]);
    cache.get('key');
    cache.clear();
    expect([cache.writes, cache.changes]).toEqual([1, 3]);
  });

  test('clear drops everything', () => {
    const cache = new KnowledgeCache(10_000);
    cache.put('key', answer('value'), []);
    cache.clear();
    expect(cache.get('key')).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  test('the least recently used goes first when the bytes run out', () => {
    const cache = new KnowledgeCache(3 * 1000);
    const text = 'x'.repeat(350);
    cache.put('a', answer(text), []);
    cache.put('b', answer(text), []);
    cache.put('c', answer(text), []);
    cache.get('b');
    cache.use('a');
    cache.put('d', answer(text), []);
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key))).toEqual(['a', 'c', 'd']);
  });

  test('an answer larger than everything is not kept, and drops what it would have replaced', () => {
    const cache = new KnowledgeCache(1000);
    cache.put('key', answer('small', 1), []);
    cache.put('other', answer('small', 1), []);
    cache.put('key', answer('x'.repeat(1000), 2), []);
    expect(cache.get('key')).toBeUndefined();
    expect(cache.get('other')?.value).toBe('small');
  });
});

/** One thing done to a cache. */
type Step =
  | { kind: 'put'; key: number; call: number; things: number[]; length: number }
  | { kind: 'touch'; things: number[] }
  | { kind: 'get'; key: number };

const thingNumbers = fc.array(fc.nat(5), { maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    key: fc.nat(7),
    call: fc.nat(50),
    things: thingNumbers,
    length: fc.nat(600),
  }),
  fc.record({ kind: fc.constant('touch' as const), things: thingNumbers }),
  fc.record({ kind: fc.constant('get' as const), key: fc.nat(7) }),
);

describe('under random use', () => {
  test('bytes stay under the bound, and nothing outdated is ever served', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(4000), (steps, maxBytes) => {
        const cache = new KnowledgeCache(maxBytes + 1);
        /** What a cache without bound would hold. */
        const model = new Map<string, { value: string; call: number; things: number[] }>();
        for (const one of steps) {
          if (one.kind === 'touch') {
            cache.touch(one.things.map(String));
            for (const [key, { things }] of model) {
              if (things.some((thing) => one.things.includes(thing))) model.delete(key);
            }
          } else if (one.kind === 'put') {
            const { call, things } = one;
            const key = String(one.key);
            const value = 'x'.repeat(one.length);
            // What fell out of the bound is no longer in the way of an older answer.
            const kept = cache.get(key);
            cache.put(key, answer(value, call), things.map(String));
            if (kept === undefined || kept.call <= call) model.set(key, { value, call, things });
          } else {
            const found = cache.get<string>(String(one.key));
            const expected = model.get(String(one.key));
            if (found)
              expect(found).toMatchObject({ value: expected?.value, call: expected?.call });
          }
          expect(cache.bytes).toBeLessThanOrEqual(maxBytes + 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('with room enough everything that was not touched is served', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const cache = new KnowledgeCache(10_000_000);
        const model = new Map<string, { call: number; things: number[] }>();
        for (const one of steps) {
          if (one.kind === 'touch') {
            cache.touch(one.things.map(String));
            for (const [key, { things }] of model) {
              if (things.some((thing) => one.things.includes(thing))) model.delete(key);
            }
          } else if (one.kind === 'put') {
            const key = String(one.key);
            cache.put(key, answer(one.length, one.call), one.things.map(String));
            if ((model.get(key)?.call ?? -1) <= one.call) model.set(key, one);
          }
          for (let key = 0; key < 8; key += 1) {
            expect(cache.get(String(key))?.call).toBe(model.get(String(key))?.call);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('what writes touched is remembered in bounded memory, and no outdated answer comes of it', () => {
    const cache = new KnowledgeCache(1_000_000);
    cache.put('old', answer('old'), ['thing/0']);
    cache.put('constants', answer('constants'), []);
    cache.put('in use', answer('in use'), ['quiet']);
    cache.put('not in use', answer('not in use'), ['quiet']);
    for (let index = 0; index < 50_000; index += 1) {
      cache.touch([`thing/${index}`]);
      if (index % 1000 === 0) expect(cache.get('in use')?.value).toBe('in use');
    }
    // What was touched so long ago is not remembered: everything might have been.
    expect(cache.get('not in use')).toBeUndefined();
    expect(cache.get('old')).toBeUndefined();
    expect(cache.get('constants')?.value).toBe('constants');
    cache.put('new', answer('new'), ['thing/0']);
    cache.touch(['other']);
    expect(cache.get('new')?.value).toBe('new');
  });

  test.each([
    [10_000, true],
    [10_001, false],
  ])(
    'after %i touched things it is %p that each is still told from what was not touched',
    (touched, isTold) => {
      const cache = new KnowledgeCache(1_000_000);
      cache.put('quiet', answer('quiet'), ['quiet']);
      for (let index = 0; index < touched; index += 1) cache.touch([`thing/${index}`]);
      expect(cache.get('quiet') !== undefined).toBe(isTold);
    },
  );
});

describe('sizes', () => {
  test('grow with what is kept', () => {
    expect(sizeOf('ab')).toBe(sizeOf('a') + 2);
    expect(sizeOf({ a: [1, 'x'] })).toBeGreaterThan(sizeOf([1, 'x']));
    expect(sizeOf(null)).toBeLessThan(sizeOf({}));
  });
});
