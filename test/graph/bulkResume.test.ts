import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGateway } from '../../src/gateway.ts';
import { type Account, makeAccount } from '../support/account.ts';
import { fetchEvents } from '../support/events.ts';
import { ACCOUNT, at, type Harness, START_MS, startHarness } from '../support/harness.ts';

let account: Account;
let recordsDir: string;
let harness: Harness;

beforeEach(async () => {
  recordsDir = await mkdtemp(path.join(tmpdir(), 'bulk-'));
  account = makeAccount({ jitp: { line: 0 }, unnamed: 4, createdMs: START_MS });
  harness = await startHarness({ seed: account.seed, recordsDir });
});

afterEach(async () => {
  await harness.close();
  await rm(recordsDir, { recursive: true, force: true });
});

const PLAN =
  'mutation { planAttach(input: {templateName: "line", filter: {}}) { plan { id state durable counts { total pending } } } }';
const APPLY = 'mutation ($id: ID!) { applyPlan(input: {planId: $id}) { userErrors { code } } }';
const LOOK =
  'query ($id: ID!) { bulkOperation(id: $id) { state counts { total pending changed failed } } }';
const WATCH =
  'subscription ($id: ID!) { bulkOperation(id: $id) { state counts { total pending changed failed } } }';

const look = async (id: unknown) => at((await harness.query(LOOK, { id })).data, 'bulkOperation');

async function setQuotas(quotas: object): Promise<void> {
  const response = await fetch(`${harness.plane.url}/_local/quotas`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(quotas),
  });
  expect(response.ok).toBe(true);
}

async function end(id: unknown): Promise<unknown> {
  const events = await fetchEvents(harness.gateway.url, WATCH, { id });
  return at(events.at(-1), 'data', 'bulkOperation');
}

describe('a gateway with records that is started again', () => {
  test('still has the plan, and applies it', async () => {
    const planned = at((await harness.query(PLAN)).data, 'planAttach', 'plan');
    expect(planned).toMatchObject({ state: 'PLANNED', durable: true });
    await harness.restartGateway();
    const id = at(planned, 'id');
    expect(await look(id)).toMatchObject({ state: 'PLANNED', counts: { total: 4, pending: 4 } });
    await harness.query(APPLY, { id });
    expect(await end(id)).toMatchObject({ state: 'DONE', counts: { changed: 4 } });
    await harness.restartGateway();
    expect(await look(id)).toMatchObject({ state: 'DONE', counts: { changed: 4 } });
  });

  test('goes on with an operation, and writes nothing twice', async () => {
    const id = at((await harness.query(PLAN)).data, 'planAttach', 'plan', 'id');
    // Two writes are made, then AWS takes no more for an hour.
    const perAction = { UpdateCACertificate: { ratePerSecond: 1 / 3600, burst: 2 } };
    await setQuotas({ enabled: true, ratePerSecond: 10_000, perAction });
    harness.plane.resetCalls();
    await harness.query(APPLY, { id });
    while (at(await look(id), 'state') !== 'PAUSED') await harness.query('{ quota { action } }');
    expect(await look(id)).toMatchObject({ counts: { total: 4, pending: 2, changed: 2 } });
    await harness.restartGateway();
    await setQuotas({ enabled: false });
    expect(at(await look(id), 'state')).toMatch(/RUNNING|PAUSED|DONE/);
    const done = (async () => {
      for (let isOver = false; !isOver; ) {
        harness.clock.advance(1000);
        isOver = at(await look(id), 'state') === 'DONE';
      }
      return look(id);
    })();
    expect(await done).toMatchObject({ counts: { total: 4, pending: 0, changed: 4 } });
    expect(harness.plane.calls().served.UpdateCACertificate).toBe(4);
  });

  test('makes a plan anew that it had not finished', async () => {
    await harness.setFaults([{ kind: 'reset', action: 'DescribeCACertificate' }]);
    const planning = harness.query(PLAN);
    const list = '{ bulkOperations { nodes { id state } } }';
    let id: unknown;
    while (id === undefined) {
      id = at((await harness.query(list)).data, 'bulkOperations', 'nodes', 0, 'id');
    }
    expect(await look(id)).toMatchObject({ state: 'PLANNING' });
    harness.clock.advance(20_000);
    await planning;
    await harness.restartGateway();
    await harness.setFaults([]);
    while (at(await look(id), 'state') === 'PLANNING') harness.clock.advance(1000);
    expect(await look(id)).toMatchObject({ state: 'PLANNED', counts: { total: 4, pending: 4 } });
  });

  test('does not carry a plan to another region', async () => {
    const id = at((await harness.query(PLAN)).data, 'planAttach', 'plan', 'id');
    await harness.gateway.drain();
    const elsewhere = await startGateway({
      host: '127.0.0.1',
      port: 0,
      target: {
        name: 'other',
        region: 'eu-west-1',
        endpoint: harness.plane.url,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      },
      clock: harness.clock,
      dataDir: recordsDir,
      onFault: (error) => {
        throw error;
      },
    });
    try {
      const ask = async (query: string, variables: unknown) => {
        const response = await fetch(`${elsewhere.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        });
        return response.json();
      };
      // Any answer of AWS shows where this gateway is.
      await ask(
        'mutation { createProvisioningTemplate(input: {templateName: "t", type: JITP, templateBody: "{\\"Resources\\":{}}", provisioningRoleArn: "arn:aws:iam::123456789012:role/provisioning"}) { userErrors { code } } }',
        {},
      );
      harness.plane.resetCalls();
      await ask(APPLY, { id });
      const events = await fetchEvents(elsewhere.url, WATCH, { id });
      expect(at(events.at(-1), 'data', 'bulkOperation')).toMatchObject({
        state: 'DONE',
        counts: { failed: 4, changed: 0 },
      });
      expect(harness.plane.calls().served.UpdateCACertificate).toBeUndefined();
    } finally {
      await elsewhere.drain();
    }
  });
});
