import { describe, expect, test } from '@jest/globals';
import type { Item } from '../../src/bulk/item.ts';
import { NO_COUNTS, type Operation, type OperationState } from '../../src/bulk/operation.ts';
import { BulkStore } from '../../src/bulk/store.ts';
import { openLedger } from '../../src/ledger.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const operation = (id: string, kind: 'PLANNED' | 'RUNNING' | 'DONE'): Operation => ({
  id,
  caller: 'test',
  intent: { kind: 'DETACH', selection: { kind: 'IDS', certificateIds: [] } },
  state: { kind } satisfies OperationState,
  createdMs: 0,
  startedMs: null,
  endedMs: null,
  counts: NO_COUNTS,
  groups: [],
  arnPrefix: null,
  price: {},
});

const item = (certificateId: string, kind: 'PENDING' | 'INTENDED' | 'UNCHANGED'): Item => ({
  certificateId,
  before: null,
  after: null,
  outcome: { kind },
});

const newStore = async () => new BulkStore(await openLedger({ clock: new VirtualClock() }));

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}

describe('the records of bulk operations', () => {
  test('keep the items of an operation in their order, apart from those of others', async () => {
    const store = await newStore();
    const ids = Array.from({ length: 501 }, (_, index) => `ca-${index}`);
    await store.putItems(
      'b',
      ids.map((id) => item(id, 'PENDING')),
    );
    for (const other of ['a', 'b0', 'b-']) await store.putItems(other, [item('else', 'PENDING')]);
    const found = await all(store.everyItem('b'));
    expect(found.map(({ item: { certificateId } }) => certificateId)).toEqual(ids);
    expect(found.map(({ index }) => index)).toEqual(ids.map((_, index) => index));
    expect(await store.items('b', 498, 10)).toEqual(found.slice(499));
  });

  test('tell what is not settled', async () => {
    const store = await newStore();
    await store.putItems('a', [
      item('one', 'UNCHANGED'),
      item('two', 'PENDING'),
      item('three', 'INTENDED'),
    ]);
    const unsettled = await all(store.unsettledItems('a'));
    expect(unsettled.map(({ index }) => index)).toEqual([1, 2]);
  });

  test('write an item together with what goes with it, or neither', async () => {
    const ledger = await openLedger({ clock: new VirtualClock() });
    const store = new BulkStore(ledger);
    const tooLong = 'x'.repeat(2 * 1024 * 1024);
    const placed = { index: 0, item: item('one', 'PENDING') };
    const write = { kind: 'put', collection: 'other', key: 'k', value: tooLong } as const;
    await expect(store.putItem('a', placed, [write])).rejects.toThrow();
    expect(await all(store.everyItem('a'))).toEqual([]);
    await store.putItem('a', placed, [{ ...write, value: 'short' }]);
    expect(await all(store.everyItem('a'))).toEqual([placed]);
    expect(await ledger.get('other', 'k')).toBe('short');
  });

  test('forget the oldest that are over or were never applied, and none that are under way', async () => {
    const store = await newStore();
    const key = (index: number) => String(index).padStart(3, '0');
    for (let index = 0; index < 60; index += 1) {
      const kind = index < 3 ? 'RUNNING' : index % 2 === 0 ? 'DONE' : 'PLANNED';
      await store.putOperation(operation(key(index), kind));
      await store.putItems(key(index), [item('one', 'PENDING')]);
    }
    for (const id of await store.surplus()) await store.forget(id);
    const kept = (await store.operations(100)).map(({ id }) => id);
    expect(kept).toHaveLength(53);
    expect(kept.slice(-3)).toEqual(['002', '001', '000']);
    expect(kept[0]).toBe('059');
    expect(await all(store.everyItem('003'))).toEqual([]);
    expect(await all(store.everyItem('059'))).toHaveLength(1);
  });

  test('do not forget what is under way', async () => {
    const store = await newStore();
    await store.putOperation(operation('a', 'RUNNING'));
    await store.putItems('a', [item('one', 'PENDING')]);
    await store.forget('a');
    expect(await store.operation('a')).toBeDefined();
    expect(await all(store.everyItem('a'))).toHaveLength(1);
  });
});
