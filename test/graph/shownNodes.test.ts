import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAccount } from '../support/account.ts';
import { at, CACHED, type Harness, LIVE, START_MS, startHarness } from '../support/harness.ts';

/** 120 CAs, all of one template: each leads to all of them again. */
const COUNT = 120;
const query = (first: number, list: string): string =>
  `{ caCertificates(first: ${first}) { nodes { status template { caCertificates(first: ${COUNT}) { ${list} } } } } }`;

let harness: Harness;
beforeAll(async () => {
  const { seed } = makeAccount({ jitp: { one: COUNT }, createdMs: START_MS - 86_400_000 });
  harness = await startHarness({ seed });
});
afterAll(async () => {
  await harness.close();
  expect(harness.faults).toEqual([]);
});

describe('an answer shows at most 10,000 things', () => {
  // 82 * (1 + 120) is 9,922; 83 * 121 is 10,043.
  test.each([
    ['nodes', 'nodes { id }'],
    ['edges', 'edges { node { id } }'],
  ])('in %s, however often it is asked, compiled or not', async (_how, list) => {
    for (const headers of [LIVE, CACHED, CACHED, CACHED, CACHED]) {
      const taken = await harness.query(query(82, list), {}, headers);
      expect(taken.errors).toBeUndefined();
      const cut = await harness.query(query(83, list), {}, headers);
      expect(cut.errors).toHaveLength(1);
      expect(cut.errors?.[0]).toMatchObject({
        path: ['caCertificates', 'nodes', 82, 'template', 'caCertificates', list.split(' ')[0]],
        extensions: { code: 'TOO_MANY_NODES', limit: 10_000 },
      });
      // What was read by then stands.
      expect(at(cut.data, 'caCertificates', 'nodes', 0, 'status')).toBe('INACTIVE');
    }
  });

  test('counts do not show any', async () => {
    const answer = await harness.query(query(COUNT, 'totalCount'), {}, CACHED);
    expect(answer.errors).toBeUndefined();
  });
});
