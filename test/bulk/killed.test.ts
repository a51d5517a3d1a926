import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { updateCACertificate } from '../../src/controlplane/caCertificates.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { makeAccount } from '../support/account.ts';
import { openEvents } from '../support/events.ts';
import { type Answer, at, LIVE } from '../support/harness.ts';
import { bundleGateway, type GatewayBundle, type GatewayProcess } from './gatewayProcess.ts';

/** Ten times AWS's quota and more, so that the test is over within a minute. */
const RATE_PER_SECOND = 160;
const CA_COUNT = 1000;

let bundle: GatewayBundle;
let plane: ControlPlane;
let someId: string;
let gateway: GatewayProcess;
/** How often the control plane has run the update of each CA. */
const updates = new Map<string, number>();

const counting: typeof updateCACertificate = (input, context) => {
  const id = input.certificateId ?? '';
  updates.set(id, (updates.get(id) ?? 0) + 1);
  return updateCACertificate(input, context);
};

beforeAll(async () => {
  bundle = await bundleGateway();
  const account = makeAccount({ jitp: { line: 0 }, unnamed: CA_COUNT, createdMs: Date.now() });
  someId = account.idsOf.get('')?.[0] ?? '';
  plane = await startControlPlane({
    seeds: [account.seed],
    quotas: { enabled: true, ratePerSecond: RATE_PER_SECOND, burst: RATE_PER_SECOND },
    rules: { UpdateCACertificate: counting },
  });
  gateway = await bundle.start(plane.url, RATE_PER_SECOND);
});

afterAll(async () => {
  await gateway?.kill();
  await plane?.close();
  await bundle?.remove();
});

async function query(text: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...LIVE },
    body: JSON.stringify({ query: text, variables }),
  });
  return (await response.json()) as Answer;
}

const WATCH =
  'subscription ($id: ID!) { bulkOperation(id: $id) { state durable remainingMs counts { total pending changed unchanged conflict failed } } }';

/** Follows an operation until it is as wanted. */
async function until(id: unknown, wanted: (operation: unknown) => boolean): Promise<unknown> {
  for await (const event of openEvents(gateway.url, WATCH, { id })) {
    const operation = at(event, 'data', 'bulkOperation');
    if (wanted(operation)) return operation;
  }
  throw new Error('The operation ended and never was as wanted.');
}

const hasChanged = (count: number) => (operation: unknown) =>
  Number(at(operation, 'counts', 'changed')) >= count;

async function killAndRestart(): Promise<void> {
  await gateway.kill();
  gateway = await bundle.start(plane.url, RATE_PER_SECOND);
}

/** How many calls of the bulk operation AWS serves before a question that AWS must answer. */
async function callsAheadOf(certificateId: string): Promise<number> {
  const served = (): number => {
    const { DescribeCACertificate = 0, UpdateCACertificate = 0 } = plane.calls().served;
    return DescribeCACertificate + UpdateCACertificate;
  };
  const before = served();
  const answer = await query(
    'query ($id: String!) { caCertificate(certificateId: $id) { status template { templateName } } }',
    { id: certificateId },
  );
  expect(answer.errors).toBeUndefined();
  expect(at(answer.data, 'caCertificate')).not.toBeNull();
  return served() - before;
}

async function changesOf(bulkOperationId: unknown): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let after: unknown = null, isMore: unknown = true; isMore === true; ) {
    const { data } = await query(
      'query ($after: String, $id: ID!) { changes(first: 500, after: $after, filter: {bulkOperationId: $id}) { nodes { resourceKey outcome } pageInfo { hasNextPage endCursor } } }',
      { after, id: bulkOperationId },
    );
    found.push(...(at(data, 'changes', 'nodes') as unknown[]));
    isMore = at(data, 'changes', 'pageInfo', 'hasNextPage');
    after = at(data, 'changes', 'pageInfo', 'endCursor');
  }
  return found;
}

test('a thousand CAs are attached by a gateway that is killed twice, each written once', async () => {
  const planned = await query(
    'mutation { planAttach(input: {templateName: "line", filter: {}, enableAutoRegistration: true}) { plan { id state } userErrors { message } } }',
  );
  const id = at(planned.data, 'planAttach', 'plan', 'id');
  expect(await callsAheadOf(someId)).toBeLessThan(1.5 * RATE_PER_SECOND);
  expect(await until(id, (operation) => at(operation, 'state') === 'PLANNED')).toMatchObject({
    durable: true,
    counts: { total: CA_COUNT, pending: CA_COUNT },
  });

  await query('mutation ($id: ID!) { applyPlan(input: {planId: $id}) { userErrors { code } } }', {
    id,
  });
  await until(id, hasChanged(250));
  await killAndRestart();
  const resumed = await until(id, hasChanged(500));
  expect(resumed).toMatchObject({ state: 'RUNNING' });
  expect(await callsAheadOf(someId)).toBeLessThan(1.5 * RATE_PER_SECOND);
  expect(Number(at(resumed, 'remainingMs'))).toBeGreaterThan(0);
  await killAndRestart();
  const done = await until(id, (operation) => at(operation, 'state') === 'DONE');

  expect(done).toMatchObject({
    counts: {
      total: CA_COUNT,
      pending: 0,
      changed: CA_COUNT,
      unchanged: 0,
      conflict: 0,
      failed: 0,
    },
  });
  expect(updates.size).toBe(CA_COUNT);
  expect([...updates.values()].filter((count) => count !== 1)).toEqual([]);
  expect(plane.calls().served.UpdateCACertificate).toBe(CA_COUNT);
  const { data } = await query(
    '{ caCertificates(filter: {templateName: "line"}, countAll: true, first: 1) { totalCount } }',
  );
  expect(at(data, 'caCertificates', 'totalCount')).toBe(CA_COUNT);
  const changes = await changesOf(id);
  expect(changes).toHaveLength(CA_COUNT);
  expect(new Set(changes.map((change) => at(change, 'resourceKey')))).toEqual(
    new Set(updates.keys()),
  );
  expect(new Set(changes.map((change) => at(change, 'outcome')))).toEqual(new Set(['DONE']));
  expect(gateway.stderr()).toBe('');
});
