import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Begun, BulkOperations } from '../../src/bulk/bulkOperations.ts';
import type { Operation } from '../../src/bulk/operation.ts';
import { BulkStore } from '../../src/bulk/store.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { type Ledger, type LedgerWrite, LedgerWriteError, openLedger } from '../../src/ledger.ts';
import { unlimitedPermits } from '../../src/upstream/permits.ts';
import { createUpstream, type Upstream } from '../../src/upstream/upstream.ts';
import { makeAccount } from '../support/account.ts';
import { ACCOUNT, REGION, START_MS } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const MAX_UNDER_WAY = 10;
const MAX_KEPT = 50;

let plane: ControlPlane;
let upstream: Upstream;
let ledger: Ledger;
let bulk: BulkOperations;
let certificateIds: readonly string[];
/** Runs before anything is written to the ledger. */
let beforeWrite: (writes: readonly LedgerWrite[]) => void;
/** Runs between the reading of a range and its answer. */
let afterRange: (collection: string) => Promise<void>;

beforeEach(async () => {
  const clock = new VirtualClock(START_MS);
  const account = makeAccount({ jitp: { line: 2 }, createdMs: START_MS });
  certificateIds = account.idsOf.get('line') ?? [];
  plane = await startControlPlane({ clock, seeds: [account.seed] });
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'secret' };
  upstream = createUpstream({
    target: { name: 'test', region: REGION, endpoint: plane.url, credentials },
    clock,
    permits: unlimitedPermits,
    cacheBytes: 1_000_000,
    onSurprise: () => undefined,
  });
  ledger = await openLedger({ clock });
  beforeWrite = () => undefined;
  afterRange = async () => undefined;
  bulk = new BulkOperations({
    ledger: watched(ledger),
    upstream,
    clock,
    selectPage: async () => ({ certificateIds: [], endCursor: null }),
    journal: () => [],
    recorderOf: () => ({
      begin: () => Promise.reject(new Error('not asked for here')),
    }),
    onFault: (error) => {
      throw error;
    },
  });
});

afterEach(async () => {
  await bulk.stop();
  upstream.close();
  await plane.close();
});

function watched(inner: Ledger): Ledger {
  const batch: Ledger['batch'] = async (writes) => {
    beforeWrite(writes);
    await inner.batch(writes);
  };
  return {
    isDurable: inner.isDurable,
    nowMs: () => inner.nowMs(),
    get: (collection, key) => inner.get(collection, key),
    put: (collection, key, value) => batch([{ kind: 'put', collection, key, value }]),
    delete: (collection, key) => batch([{ kind: 'delete', collection, key }]),
    async range(collection, range) {
      const entries = await inner.range(collection, range);
      await afterRange(collection);
      return entries;
    },
    batch,
    close: () => inner.close(),
  };
}

const onRecord = (id: string) => new BulkStore(ledger).operation(id);

const plan = (): Promise<Begun> =>
  bulk.plan({ kind: 'DETACH', selection: { kind: 'IDS', certificateIds } }, 'test');

/** A plan that is made. */
async function planned(): Promise<Operation> {
  const begun = await plan();
  if (begun.kind !== 'BEGUN') throw new Error(begun.refusal);
  const { id } = begun.operation;
  await bulk.planned(id, 1);
  const operation = await bulk.find(id);
  if (operation?.state.kind !== 'PLANNED') throw new Error(`It is ${operation?.state.kind}.`);
  return operation;
}

/** Follows an operation that was begun to its end. */
async function ended(operation: Operation): Promise<Operation> {
  let last = operation;
  for await (const newer of (await bulk.watch(operation.id)) ?? []) last = newer;
  return last;
}

describe('a plan', () => {
  test('that is applied while it is cancelled stays a plan that was thrown away', async () => {
    const { id } = await planned();
    plane.resetCalls();
    const [cancelled, applied] = await Promise.all([bulk.cancel(id), bulk.apply(id, 'test')]);
    expect(cancelled).toMatchObject({ kind: 'BEGUN', operation: { state: { kind: 'CANCELLED' } } });
    expect(applied).toMatchObject({
      refusal: 'WRONG_STATE',
      operation: { state: { kind: 'CANCELLED' } },
    });
    await bulk.stop();
    expect((await onRecord(id))?.state).toEqual({ kind: 'CANCELLED' });
    expect(plane.calls().served).toEqual({});
  });

  test('that is cancelled while it is applied is an operation that is cancelled', async () => {
    const { id } = await planned();
    const [applied, cancelled] = await Promise.all([bulk.apply(id, 'test'), bulk.cancel(id)]);
    expect(applied).toMatchObject({ kind: 'BEGUN', operation: { state: { kind: 'RUNNING' } } });
    if (cancelled.kind !== 'BEGUN') throw new Error(cancelled.refusal);
    expect(cancelled.operation.state).toEqual({ kind: 'CANCELLING' });
    expect((await ended(cancelled.operation)).state).toEqual({ kind: 'CANCELLED' });
    expect((await onRecord(id))?.state).toEqual({ kind: 'CANCELLED' });
  });

  test('is applied once, however often that is asked for at once', async () => {
    const { id } = await planned();
    const begun = await Promise.all([1, 2, 3].map(() => bulk.apply(id, 'test')));
    expect(begun.map(({ kind }) => kind)).toEqual(['BEGUN', 'REFUSED', 'REFUSED']);
  });
});

describe('the oldest of more plans than are kept', () => {
  let oldest: Operation;

  beforeEach(async () => {
    oldest = await planned();
    for (let index = 0; index < MAX_KEPT; index += 1) {
      const id = `${oldest.id}-${String(index).padStart(2, '0')}`;
      await new BulkStore(ledger).putOperation({ ...oldest, id });
    }
  });

  test('is forgotten when another is made', async () => {
    await plan();
    expect(await bulk.find(oldest.id)).toBeUndefined();
    expect(await bulk.items(oldest.id, -1, 10)).toEqual([]);
  });

  test('is not there any more for who applies it while it is being forgotten', async () => {
    const applying: Promise<Begun>[] = [];
    beforeWrite = (writes) => {
      const isForgetting = writes.some(
        ({ kind, collection }) => [kind, collection].join() === 'delete,bulk-item',
      );
      if (isForgetting) applying.push(bulk.apply(oldest.id, 'test'));
    };
    await plan();
    expect(await Promise.all(applying)).toEqual([{ kind: 'REFUSED', refusal: 'NOT_FOUND' }]);
  });

  test('is kept when it was applied before its turn to be forgotten came', async () => {
    const applied: Begun[] = [];
    afterRange = async (collection) => {
      if (collection === 'bulk-operation') applied.push(await bulk.apply(oldest.id, 'test'));
    };
    await plan();
    expect(applied).toMatchObject([{ kind: 'BEGUN' }]);
    expect((await onRecord(oldest.id))?.id).toBe(oldest.id);
    expect(await bulk.items(oldest.id, -1, 10)).toHaveLength(certificateIds.length);
    for (const begun of applied) {
      const last = begun.operation && (await ended(begun.operation));
      expect(last).toMatchObject({ state: { kind: 'DONE' }, counts: { CHANGED: 2 } });
    }
  });
});

describe('the number of operations under way', () => {
  const begin = (count: number) => Promise.all(Array.from({ length: count }, plan));

  test('is bounded also for plans that are asked for at once', async () => {
    const begun = await begin(2 * MAX_UNDER_WAY);
    const refused = begun.filter((each) => each.kind === 'REFUSED');
    expect(refused).toHaveLength(MAX_UNDER_WAY);
    expect(new Set(refused.map(({ refusal }) => refusal))).toEqual(new Set(['TOO_MANY']));
    expect(await bulk.list(100)).toHaveLength(MAX_UNDER_WAY);
  });

  test('leaves out those that could not be recorded', async () => {
    beforeWrite = () => {
      throw new LedgerWriteError('full');
    };
    for (let count = 0; count < MAX_UNDER_WAY; count += 1) {
      await expect(plan()).rejects.toThrow(LedgerWriteError);
    }
    beforeWrite = () => undefined;
    const begun = await begin(MAX_UNDER_WAY);
    expect(new Set(begun.map(({ kind }) => kind))).toEqual(new Set(['BEGUN']));
  });
});
