import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../support/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ seed: 'none' });
});
afterAll(() => harness.close());

test.each([
  ['of the wrong type', 'x'.repeat(200_000)],
  ['of many parts', Array.from({ length: 1000 }, () => 'x')],
])('a variable %s is not repeated at length', async (_what, first) => {
  const query = 'query ($first: Int) { caCertificates(first: $first) { nodes { id } } }';
  const answer = await harness.query(query, { first });
  const [error] = answer.errors ?? [];
  expect(error?.extensions.code).toBe('BAD_USER_INPUT');
  expect(error?.message).toContain('$first');
  expect(JSON.stringify(answer).length).toBeLessThan(1000);
});
