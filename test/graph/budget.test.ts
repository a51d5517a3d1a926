import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { readSchemaText } from '../../src/gateway.ts';
import { accountTexts } from '../support/accountTexts.ts';
import { CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';
import { randomQuery } from '../support/randomQuery.ts';

const COST_MAX = 60;
const SPENT = 'UPSTREAM_BUDGET_SPENT';

describe('random queries', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ costMax: COST_MAX });
  });
  afterAll(() => harness.close());

  test('never make more calls than their price, their budget or the limit', async () => {
    const schema = buildSchema(await readSchemaText());
    const texts = await accountTexts(harness);
    let calls = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        randomQuery(schema, texts),
        fc.boolean(),
        fc.constantFrom(0, 0, 5000, 60_000),
        async ({ query, variables }, isLive, waitMs) => {
          harness.clock.advance(waitMs);
          const answer = await harness.billed(query, variables, isLive ? LIVE : CACHED);
          const made = Object.values(answer.bill).reduce((sum, count) => sum + count, 0);
          const receipt = answer.extensions?.upstream;
          if (receipt === undefined) {
            expect(made).toBe(0);
            return;
          }
          if (answer.errors?.[0]?.extensions.code === 'OPERATION_TOO_COSTLY') {
            refused += 1;
            expect([query, made]).toEqual([query, 0]);
            return;
          }
          calls += made;
          expect([query, receipt.made]).toEqual([query, answer.bill]);
          expect([query, made <= receipt.priced.max]).toEqual([query, true]);
          expect(made).toBeLessThanOrEqual(COST_MAX);
          // A price within the limit is enough to run on.
          if (receipt.priced.max <= COST_MAX) {
            const codes = answer.errors?.map(({ extensions }) => extensions.code) ?? [];
            expect([query, codes]).toEqual([query, codes.filter((code) => code !== SPENT)]);
          }
          // Errors can keep calls from being made that were certain without them.
          if (!answer.errors) expect([query, made >= receipt.priced.min]).toEqual([query, true]);
        },
      ),
      // Fixed, so that a run can be repeated; others were tried by hand.
      { numRuns: 500, seed: -1203213834 },
    );
    expect(calls).toBeGreaterThan(400);
    expect(refused).toBeLessThan(100);
  });
});
