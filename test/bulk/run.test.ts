import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BulkActions } from '../../src/bulk/actions.ts';
import { type Item, plannedItem } from '../../src/bulk/item.ts';
import { countItems, type Operation } from '../../src/bulk/operation.ts';
import { type CAState, sameState } from '../../src/bulk/registration.ts';
import { OperationRun } from '../../src/bulk/run.ts';
import { BulkStore } from '../../src/bulk/store.ts';
import { nextTurn } from '../../src/clock.ts';
import { GatewayError } from '../../src/errors.ts';
import { type Ledger, LedgerWriteError, openLedger } from '../../src/ledger.ts';
import { VirtualClock } from '../support/virtualClock.ts';
import { states, updated } from './states.ts';

/** What goes wrong at the next call, or write of a record; in turn, then nothing any more. */
type Trouble =
  | 'NONE'
  | 'THROTTLED'
  | 'LOST_BEFORE'
  | 'LOST_AFTER'
  | 'RECORD_LOST_BEFORE'
  | 'RECORD_LOST_AFTER'
  /** The gateway is killed: nothing of what it does from here on has any effect. */
  | 'KILLED';

const troubles = fc.array(
  fc.constantFrom<Trouble>(
    'NONE',
    'NONE',
    'THROTTLED',
    'LOST_BEFORE',
    'LOST_AFTER',
    'RECORD_LOST_BEFORE',
    'RECORD_LOST_AFTER',
    'KILLED',
  ),
  { maxLength: 60 },
);

const JOURNAL = 'change';

/** AWS, the disk and the gateway over them, with the troubles of one test. */
class World {
  readonly clock = new VirtualClock();
  readonly cas = new Map<string, CAState>();
  readonly writes: string[] = [];
  readonly #troubles: Trouble[];
  readonly #ledger: Ledger;
  /** Counts the kills; who belongs to a life before is dead. */
  life = 0;

  constructor(ledger: Ledger, troubleList: readonly Trouble[]) {
    this.#ledger = ledger;
    this.#troubles = [...troubleList];
  }

  /** What is wrong now, if it is of a kind that can be met here. */
  #meet(life: number, kinds: readonly Trouble[]): Trouble {
    if (life !== this.life) return 'KILLED';
    const [trouble = 'NONE'] = this.#troubles;
    if (trouble !== 'NONE' && trouble !== 'KILLED' && !kinds.includes(trouble)) return 'NONE';
    this.#troubles.shift();
    if (trouble === 'KILLED') this.life += 1;
    return trouble;
  }

  async #perish(): Promise<never> {
    return new Promise(() => undefined);
  }

  /** A life of the gateway sees the ledger through this. */
  ledger(): Ledger {
    const ledger = this.#ledger;
    const { life } = this;
    return {
      isDurable: ledger.isDurable,
      nowMs: () => ledger.nowMs(),
      get: (collection, key) => ledger.get(collection, key),
      put: (collection, key, value) =>
        this.#record(life, [{ kind: 'put', collection, key, value }]),
      delete: (collection, key) => this.#record(life, [{ kind: 'delete', collection, key }]),
      range: (collection, range) => ledger.range(collection, range),
      batch: (writes) => this.#record(life, writes),
      close: () => ledger.close(),
    };
  }

  async #record(life: number, writes: Parameters<Ledger['batch']>[0]): Promise<void> {
    const trouble = this.#meet(life, ['RECORD_LOST_BEFORE', 'RECORD_LOST_AFTER']);
    if (trouble === 'KILLED') return this.#perish();
    if (trouble === 'RECORD_LOST_BEFORE') throw new LedgerWriteError('full');
    await this.#ledger.batch(writes);
    if (trouble === 'RECORD_LOST_AFTER') throw new LedgerWriteError('full');
  }

  actions(): BulkActions {
    const { life } = this;
    const refuse = async () => {
      throw new Error('not asked for here');
    };
    return {
      readCA: async (certificateId) => {
        await nextTurn();
        const trouble = this.#meet(life, ['THROTTLED']);
        if (trouble === 'KILLED') return this.#perish();
        if (trouble === 'THROTTLED') throw new GatewayError('UPSTREAM_THROTTLED');
        return this.cas.get(certificateId) ?? null;
      },
      updateCA: async (certificateId, changes) => {
        if (life !== this.life) return this.#perish();
        const trouble = this.#meet(life, ['THROTTLED', 'LOST_BEFORE', 'LOST_AFTER']);
        if (trouble === 'THROTTLED') throw new GatewayError('UPSTREAM_THROTTLED');
        if (trouble === 'LOST_BEFORE') throw new GatewayError('UPSTREAM_OUTCOME_UNKNOWN');
        const from = this.cas.get(certificateId);
        if (from === undefined) throw new GatewayError('RESOURCE_NOT_FOUND');
        // A write that was on its way when the gateway was killed arrives, or not.
        if (trouble !== 'KILLED' || this.writes.length % 2 === 0) {
          this.cas.set(certificateId, updated(from, changes));
          this.writes.push(`${certificateId} ${JSON.stringify(changes)}`);
        }
        if (trouble === 'KILLED') return this.#perish();
        if (trouble === 'LOST_AFTER') throw new GatewayError('UPSTREAM_OUTCOME_UNKNOWN');
        return { awsRequestId: 'id', replayed: false };
      },
      aloneAtCA: (_certificateId, work) => work(),
      readTemplate: refuse,
      jitpTemplateNames: refuse,
      createTemplate: refuse,
    };
  }
}

const ID = 'operation';

async function planned(
  ledger: Ledger,
  world: World,
  pairs: readonly (readonly [CAState, CAState])[],
) {
  const items: Item[] = pairs.map(([before, after], index) => {
    world.cas.set(`ca-${index}`, before);
    return plannedItem(`ca-${index}`, before, after);
  });
  const operation: Operation = {
    id: ID,
    caller: 'test',
    intent: { kind: 'DETACH', selection: { kind: 'IDS', certificateIds: [] } },
    state: { kind: 'RUNNING' },
    createdMs: 0,
    startedMs: 0,
    endedMs: null,
    counts: countItems(items),
    groups: [],
    arnPrefix: null,
    price: {},
  };
  const store = new BulkStore(ledger);
  await store.putItems(ID, items);
  await store.putOperation(operation);
  return items;
}

/** One life of the gateway; ends with the operation, or when it is killed. */
async function live(ledger: Ledger, world: World): Promise<Operation | undefined> {
  const { life } = world;
  const store = new BulkStore(world.ledger());
  const found = await new BulkStore(ledger).operation(ID);
  if (found === undefined) throw new Error('The operation is not on record.');
  const items: Pick<Item, 'outcome'>[] = [];
  for await (const { item } of store.everyItem(ID)) items.push(item);
  const state = found.state.kind === 'PAUSED' ? ({ kind: 'RUNNING' } as const) : found.state;
  let entries = (await ledger.range(JOURNAL, { limit: 10_000 })).length;
  const run = new OperationRun({
    operation: { ...found, state, counts: countItems(items) },
    store,
    clock: world.clock,
    actionsUntil: () => world.actions(),
    journal: ({ certificateId }) => {
      entries += 1;
      return [
        {
          kind: 'put',
          collection: JOURNAL,
          key: `${entries}-${world.clock.nowMs()}`,
          value: certificateId,
        },
      ];
    },
    onChange: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  let isOver = false;
  void run.run().then(() => {
    isOver = true;
  });
  for (let turns = 0; !isOver && world.life === life; turns += 1) {
    await nextTurn();
    if (turns % 20 === 0) world.clock.advance(5000);
    if (turns > 20_000) throw new Error('The operation never ends.');
  }
  return isOver ? run.operation : undefined;
}

describe('a bulk operation', () => {
  test('changes each CA once, whatever goes wrong and however often the gateway is killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(states, states), { minLength: 1, maxLength: 25 }),
        troubles,
        async (pairs, troubleList) => {
          const ledger = await openLedger({ clock: new VirtualClock() });
          const world = new World(ledger, troubleList);
          const items = await planned(ledger, world, pairs);
          let ended: Operation | undefined;
          for (let lives = 0; ended === undefined && lives < 100; lives += 1) {
            ended = await live(ledger, world);
          }
          expect(ended?.state).toEqual({ kind: 'DONE' });
          const changed = items.filter(({ outcome }) => outcome.kind === 'PENDING');
          expect(ended?.counts).toMatchObject({
            PENDING: 0,
            CHANGED: changed.length,
            UNCHANGED: items.length - changed.length,
            CONFLICT: 0,
            FAILED: 0,
          });
          for (const { certificateId, after } of items) {
            const found = world.cas.get(certificateId);
            expect(after !== null && found !== undefined && sameState(found, after)).toBe(true);
          }
          // No CA was sent the same change twice.
          expect(new Set(world.writes).size).toBe(world.writes.length);
          const journal = await ledger.range(JOURNAL, { limit: 10_000 });
          expect(journal.map(({ value }) => value).sort()).toEqual(
            changed.map(({ certificateId }) => certificateId).sort(),
          );
          const onRecord = await new BulkStore(ledger).operation(ID);
          expect(onRecord).toEqual(ended);
        },
      ),
      { seed: 20_260_601, numRuns: 500 },
    );
  });
});
