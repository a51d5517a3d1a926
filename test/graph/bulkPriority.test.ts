import { afterEach, expect, test } from '@jest/globals';
import { makeAccount } from '../support/account.ts';
import { at, type Harness, START_MS, startHarness } from '../support/harness.ts';

const STEP_MS = 20;
let harness: Harness | undefined;

afterEach(() => harness?.close());

/** Lets the time go on, a little after each round trip, until something has happened. */
async function drive<Result>(
  { clock, query }: Harness,
  happening: Promise<Result>,
): Promise<{ readonly result: Result; readonly tookMs: number }> {
  const startMs = clock.nowMs();
  let isOver = false;
  const over = happening.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await query('{ quota { action } }');
    if (!isOver) clock.advance(STEP_MS);
  }
  return { result: await over, tookMs: clock.nowMs() - startMs };
}

test('what people wait for is not starved by bulk operations that want all of the quota', async () => {
  const [operations, each] = [6, 10];
  const count = operations * each;
  const account = makeAccount({ jitp: { line: 0 }, unnamed: count, createdMs: START_MS });
  const ids = account.idsOf.get('') ?? [];
  const open = await startHarness({
    seed: account.seed,
    quotas: { enabled: true },
    quotaShare: 0.8,
  });
  harness = open;
  const { clock, plane, query } = open;
  const states = async () => {
    const answer = await query('{ bulkOperations { nodes { state counts { changed } } } }');
    const nodes = at(answer.data, 'bulkOperations', 'nodes') as unknown[];
    return nodes.map((node) => at(node, 'state'));
  };

  const plans: unknown[] = [];
  for (let first = 0; first < count; first += each) {
    const planning = await drive(
      open,
      query(
        'mutation ($ids: [String!]) { planAttach(input: {templateName: "line", certificateIds: $ids}) { plan { id state remainingMs price { calls } } } }',
        { ids: ids.slice(first, first + each) },
      ),
    );
    plans.push(at(planning.result.data, 'planAttach', 'plan'));
  }
  // Eight at once, then eight a second: the two that are over the eight take a quarter of a second.
  expect(plans[0]).toMatchObject({ state: 'PLANNED', price: { calls: 2 * each } });
  expect(at(plans[0], 'remainingMs')).toBeGreaterThanOrEqual(250);
  expect(at(plans[0], 'remainingMs')).toBeLessThanOrEqual(1250);
  for (const plan of plans) {
    await query('mutation ($id: ID!) { applyPlan(input: {planId: $id}) { userErrors { code } } }', {
      id: at(plan, 'id'),
    });
  }

  const startMs = clock.nowMs();
  const waits: number[] = [];
  for (const certificateId of ids.slice(0, 4)) {
    const asked = await drive(
      open,
      query(
        'query ($id: String!) { caCertificate(certificateId: $id) { status autoRegistrationStatus } }',
        { id: certificateId },
      ),
    );
    expect(asked.result.errors).toBeUndefined();
    expect(await states()).toContain('RUNNING');
    waits.push(asked.tookMs);
  }
  // A permit comes every 125 ms. Six callers of equal right would take twelve of them first.
  expect(Math.max(...waits)).toBeLessThan(500);

  while ((await states()).some((state) => state !== 'DONE')) clock.advance(STEP_MS);
  // The bulk operations were not starved either, and nobody was ever throttled.
  expect(clock.nowMs() - startMs).toBeLessThan(15_000);
  expect(plane.calls().throttled).toEqual({});
  expect(plane.calls().served.UpdateCACertificate).toBe(count);
});
