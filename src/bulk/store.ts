import type { Json, Ledger, LedgerWrite } from '../ledger.ts';
import { type Item, isSettled } from './item.ts';
import { hasEnded, type Operation, type OperationState } from './operation.ts';

/** An item with its place in its operation, counted from 0. */
export interface PlacedItem {
  readonly index: number;
  readonly item: Item;
}

const OPERATIONS = 'bulk-operation';
const ITEMS = 'bulk-item';
/** Operations that have ended, and plans that were not applied, beyond so many are forgotten. */
const MAX_KEPT = 50;
/** Items read or written at once; each may carry two bodies of 10,240 characters. */
const CHUNK = 200;
const INDEX_DIGITS = 6;

const itemKey = (operationId: string, index: number): string =>
  `${operationId}/${String(index).padStart(INDEX_DIGITS, '0')}`;

/** The records of bulk operations, in the gateway's ledger. */
export class BulkStore {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get isDurable(): boolean {
    return this.#ledger.isDurable;
  }

  putOperation(operation: Operation): Promise<void> {
    return this.#ledger.put(OPERATIONS, operation.id, toJson(operation));
  }

  async operation(id: string): Promise<Operation | undefined> {
    return (await this.#ledger.get(OPERATIONS, id)) as unknown as Operation | undefined;
  }

  /** The newest first; ids begin with the time. */
  async operations(limit: number, before?: string): Promise<readonly Operation[]> {
    const range = { limit, reverse: true, ...(before === undefined ? {} : { lt: before }) };
    const entries = await this.#ledger.range(OPERATIONS, range);
    return entries.map(({ value }) => value as unknown as Operation);
  }

  async putItems(operationId: string, items: readonly Item[]): Promise<void> {
    for (let start = 0; start < items.length; start += CHUNK) {
      const writes = items
        .slice(start, start + CHUNK)
        .map((item, offset) => itemWrite(operationId, start + offset, item));
      await this.#ledger.batch(writes);
    }
  }

  /** Writes an item, and with it, or not at all, whatever else has to be written then. */
  putItem(
    operationId: string,
    { index, item }: PlacedItem,
    alongside: readonly LedgerWrite[] = [],
  ): Promise<void> {
    return this.#ledger.batch([itemWrite(operationId, index, item), ...alongside]);
  }

  async item(operationId: string, index: number): Promise<Item | undefined> {
    const value = await this.#ledger.get(ITEMS, itemKey(operationId, index));
    return value as unknown as Item | undefined;
  }

  /** Items after an index, in order. */
  async items(operationId: string, after: number, limit: number): Promise<readonly PlacedItem[]> {
    const entries = await this.#ledger.range(ITEMS, {
      gt: after < 0 ? `${operationId}/` : itemKey(operationId, after),
      // The character after the slash: behind all items of the operation.
      lt: `${operationId}0`,
      limit,
    });
    return entries.map(({ key, value }) => ({
      index: Number(key.slice(operationId.length + 1)),
      item: value as unknown as Item,
    }));
  }

  async *everyItem(operationId: string): AsyncGenerator<PlacedItem> {
    for (let after = -1; ; ) {
      const chunk = await this.items(operationId, after, CHUNK);
      yield* chunk;
      const last = chunk.at(-1);
      if (last === undefined || chunk.length < CHUNK) return;
      after = last.index;
    }
  }

  async *unsettledItems(operationId: string): AsyncGenerator<PlacedItem> {
    for await (const placed of this.everyItem(operationId)) {
      if (!isSettled(placed.item)) yield placed;
    }
  }

  /** The ids of the oldest operations that are over or were never applied, beyond those kept. */
  async surplus(): Promise<readonly string[]> {
    const ids: string[] = [];
    let kept = 0;
    for (let before: string | undefined; ; ) {
      const page = await this.operations(CHUNK, before);
      for (const { id, state } of page) {
        if (!isAtRest(state)) continue;
        kept += 1;
        if (kept > MAX_KEPT) ids.push(id);
      }
      if (page.length < CHUNK) return ids;
      before = page.at(-1)?.id;
    }
  }

  /** The items of an operation that is not to be had any more, before it is planned anew. */
  async forgetItems(operationId: string): Promise<void> {
    for (;;) {
      const chunk = await this.items(operationId, -1, CHUNK);
      if (chunk.length === 0) return;
      const writes = chunk.map(({ index }) => deletion(ITEMS, itemKey(operationId, index)));
      await this.#ledger.batch(writes);
    }
  }

  /**
   * Forgets an operation, unless it was begun meanwhile; nothing may begin it until this resolves.
   * The items go first: what is left after a kill is still found, and forgotten later.
   */
  async forget(operationId: string): Promise<void> {
    const operation = await this.operation(operationId);
    if (operation === undefined || !isAtRest(operation.state)) return;
    await this.forgetItems(operationId);
    await this.#ledger.delete(OPERATIONS, operationId);
  }
}

/** Whether an operation is over, or a plan that was not applied. */
const isAtRest = (state: OperationState): boolean => hasEnded(state) || state.kind === 'PLANNED';

const deletion = (collection: string, key: string): LedgerWrite => ({
  kind: 'delete',
  collection,
  key,
});

function itemWrite(operationId: string, index: number, item: Item): LedgerWrite {
  return {
    kind: 'put',
    collection: ITEMS,
    key: itemKey(operationId, index),
    value: toJson(item),
  };
}

/** Records are plain data; TypeScript does not see that an interface is one. */
const toJson = (record: Operation | Item): Json => record as unknown as Json;
