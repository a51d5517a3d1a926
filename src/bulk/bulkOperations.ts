import { randomUUID } from 'node:crypto';
import { bulkChange } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { Ledger, LedgerWrite } from '../ledger.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { WriteRecorder } from '../upstream/writes.ts';
import { bulkActions, bulkScope } from './actions.ts';
import { reasonOf } from './failure.ts';
import { Gate } from './gate.ts';
import {
  type Calls,
  countItems,
  hasEnded,
  type Intent,
  isApplying,
  NO_COUNTS,
  next,
  type Operation,
  type OperationEvent,
  totalOf,
  withoutIds,
} from './operation.ts';
import { makePlan, PlanningStopped, type SelectedPage } from './planning.ts';
import { type Pace, priceOf, remainingMs, shareOf } from './price.ts';
import { type BulkWrite, OperationRun } from './run.ts';
import { BulkStore, type PlacedItem } from './store.ts';
import { Watchers } from './watchers.ts';

export interface BulkOptions {
  readonly ledger: Ledger;
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** The CAs that a filter of the schema lets through. */
  readonly selectPage: (
    filter: Readonly<Record<string, unknown>>,
    after: string | null,
    scope: CallScope,
  ) => Promise<SelectedPage>;
  /** What the journal of changes writes about a write, together with its outcome. */
  readonly journal: (write: BulkWrite) => readonly LedgerWrite[];
  /** Keeps account of the templates that an operation creates. */
  readonly recorderOf: (operation: Operation) => WriteRecorder;
  readonly onFault: (error: unknown) => void;
}

/** What is under way for an operation. */
type Work =
  | { readonly kind: 'PLANNING'; readonly gate: Gate; readonly ended: Promise<void> }
  | { readonly kind: 'APPLYING'; readonly run: OperationRun; readonly ended: Promise<void> };

/** How many operations may be under way, plans being made included. */
const MAX_UNDER_WAY = 10;

/** A plan or operation cannot be begun now. */
type Refusal = 'TOO_MANY' | 'WRONG_STATE' | 'NOT_FOUND';

export type Begun =
  | { readonly kind: 'BEGUN'; readonly operation: Operation }
  | { readonly kind: 'REFUSED'; readonly refusal: Refusal; readonly operation?: Operation };

/**
 * Plans and applies changes to many CAs. Every step is on record before it is taken, so with a
 * durable ledger a gateway that is started again goes on where the last one was killed.
 */
export class BulkOperations {
  readonly #options: BulkOptions;
  readonly #store: BulkStore;
  readonly #work = new Map<string, Work>();
  readonly #live = new Map<string, Operation>();
  /** Where the queue at each operation ends. */
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #watchers: Watchers<Operation>;
  #isStopped = false;

  constructor(options: BulkOptions) {
    this.#options = options;
    this.#store = new BulkStore(options.ledger);
    this.#watchers = new Watchers(options.clock);
  }

  /** Whether operations survive the process. */
  get isDurable(): boolean {
    return this.#store.isDurable;
  }

  async find(id: string): Promise<Operation | undefined> {
    return this.#live.get(id) ?? this.#store.operation(id);
  }

  /** The newest first, those before an id. */
  async list(limit: number, before?: string): Promise<readonly Operation[]> {
    const listed = await this.#store.operations(limit, before);
    return listed.map((operation) => this.#live.get(operation.id) ?? operation);
  }

  items(id: string, after: number, limit: number): Promise<readonly PlacedItem[]> {
    return this.#store.items(id, after, limit);
  }

  /** Begins to plan. */
  async plan(intent: Intent, caller: string): Promise<Begun> {
    if (this.#isStopped || this.#work.size >= MAX_UNDER_WAY) {
      return { kind: 'REFUSED', refusal: 'TOO_MANY' };
    }
    const createdMs = this.#options.clock.nowMs();
    const operation: Operation = {
      id: `${createdMs.toString(36).padStart(9, '0')}-${randomUUID().slice(0, 13)}`,
      caller,
      intent,
      state: { kind: 'PLANNING' },
      createdMs,
      startedMs: null,
      endedMs: null,
      counts: NO_COUNTS,
      groups: [],
      arnPrefix: null,
      price: {},
    };
    const recorded = this.#prune().then(() => this.#store.putOperation(operation));
    // At once, so that its place is taken before anything waits.
    this.#beginPlanning(operation, recorded);
    await recorded;
    return { kind: 'BEGUN', operation };
  }

  /** Waits for the plan, but not longer than `waitMs`. */
  async planned(id: string, waitMs: number): Promise<void> {
    const work = this.#work.get(id);
    if (work?.kind !== 'PLANNING') return;
    const waiting = new AbortController();
    const enough = this.#options.clock.sleep(waitMs, waiting.signal).catch(() => undefined);
    await Promise.race([work.ended, enough]);
    waiting.abort();
  }

  /** Begins the operation of a plan; `caller` is who asks for it, whoever planned it. */
  apply(id: string, caller: string): Promise<Begun> {
    return this.#alone(id, () => this.#apply(id, caller));
  }

  async #apply(id: string, caller: string): Promise<Begun> {
    const operation = await this.find(id);
    if (operation === undefined) return { kind: 'REFUSED', refusal: 'NOT_FOUND' };
    const state = next(operation.state, { kind: 'APPLIED' });
    // Between the look for work under way and the beginning nothing waits.
    if (state === undefined || this.#work.has(id)) {
      return { kind: 'REFUSED', refusal: 'WRONG_STATE', operation };
    }
    if (this.#isStopped || this.#work.size >= MAX_UNDER_WAY) {
      return { kind: 'REFUSED', refusal: 'TOO_MANY', operation };
    }
    const applied = {
      ...operation,
      state,
      appliedBy: caller,
      startedMs: this.#options.clock.nowMs(),
    };
    const recorded = this.#store.putOperation(applied);
    this.#beginRun(applied, recorded);
    await recorded;
    return { kind: 'BEGUN', operation: applied };
  }

  /** Begins no more of an operation, or throws a plan away. */
  cancel(id: string): Promise<Begun> {
    return this.#alone(id, () => this.#cancel(id));
  }

  async #cancel(id: string): Promise<Begun> {
    const work = this.#work.get(id);
    if (work?.kind === 'APPLYING') {
      const wasCancelled = await work.run.cancel();
      const { operation } = work.run;
      return wasCancelled
        ? { kind: 'BEGUN', operation }
        : { kind: 'REFUSED', refusal: 'WRONG_STATE', operation };
    }
    if (work?.kind === 'PLANNING') {
      work.gate.stop();
      await work.ended;
    }
    const operation = await this.find(id);
    if (operation === undefined) return { kind: 'REFUSED', refusal: 'NOT_FOUND' };
    const cancelled = await this.#record(operation, { kind: 'CANCELLED' });
    return cancelled === undefined
      ? { kind: 'REFUSED', refusal: 'WRONG_STATE', operation }
      : { kind: 'BEGUN', operation: cancelled };
  }

  /**
   * What an operation is now, then what it becomes, until it has ended or the gateway stops.
   * Undefined when there is none.
   */
  watch(id: string): Promise<AsyncGenerator<Operation> | undefined> {
    const isLast = ({ state }: Operation): boolean => hasEnded(state);
    return this.#watchers.watch(id, () => this.find(id), isLast);
  }

  /** Whole milliseconds until what is left is done, by the quota and by the pace so far, and by a pause. */
  remainingMs({ id, counts, price, state }: Operation): number {
    if (hasEnded(state)) return 0;
    const left = counts.PENDING;
    const planned = totalOf(counts) - counts.UNCHANGED - counts.REFUSED;
    const work = this.#work.get(id);
    const pace: Pace = work?.kind === 'APPLYING' ? work.run.pace : { settled: 0, elapsedMs: 0 };
    const quotaMs = this.#quotaMs(id, shareOf(price, left, Math.max(left, planned)));
    const pausedMs = state.kind === 'PAUSED' ? state.untilMs - this.#options.clock.nowMs() : 0;
    return Math.max(0, pausedMs) + remainingMs(quotaMs, left, pace);
  }

  /** Leaves everything as it is on record; resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const works = [...this.#work.values()];
    for (const work of works) {
      if (work.kind === 'PLANNING') work.gate.stop();
      else work.run.stop();
    }
    this.#watchers.close();
    await Promise.allSettled(works.map(({ ended }) => ended));
  }

  #quotaMs(id: string, calls: Calls): number {
    const { permits } = this.#options.upstream;
    const times = Object.entries(calls).map(([action, count]) =>
      permits.timeFor(action as keyof Calls, count, `bulk/${id}`, 'bulk'),
    );
    return Math.max(0, ...times);
  }

  /** Goes on with what the records say was under way; to be called once, at the start. */
  async resume(): Promise<void> {
    for (let before: string | undefined; ; ) {
      const page = await this.#store.operations(100, before);
      for (const operation of page) {
        if (operation.state.kind === 'PLANNING') {
          await this.#store.forgetItems(operation.id);
          this.#beginPlanning(operation, Promise.resolve());
        } else if (isApplying(operation.state)) {
          await this.#resumeRun(operation);
        }
      }
      before = page.at(-1)?.id;
      if (before === undefined) return;
    }
  }

  /** The counts on record are as old as the last event; the items tell. */
  async #resumeRun(operation: Operation): Promise<void> {
    const items = [];
    for await (const { item } of this.#store.everyItem(operation.id)) {
      items.push({ outcome: item.outcome });
    }
    const state: Operation['state'] =
      operation.state.kind === 'PAUSED' ? { kind: 'RUNNING' } : operation.state;
    this.#beginRun({ ...operation, state, counts: countItems(items) }, Promise.resolve());
  }

  /**
   * Does work on an operation once all that was asked of it before is done, so that what is found
   * still holds when it is recorded what became of it.
   */
  async #alone<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const done = (this.#queues.get(id) ?? Promise.resolve()).then(work, work);
    this.#queues.set(id, done);
    try {
      return await done;
    } finally {
      if (this.#queues.get(id) === done) this.#queues.delete(id);
    }
  }

  async #prune(): Promise<void> {
    for (const id of await this.#store.surplus()) {
      await this.#alone(id, () => this.#store.forget(id));
    }
  }

  #beginPlanning(operation: Operation, recorded: Promise<void>): void {
    const gate = new Gate(this.#options.clock);
    const ended = recorded
      .then(
        () => this.#makePlan(operation, gate),
        // It was not begun; who asked for it is told.
        () => undefined,
      )
      .finally(() => this.#work.delete(operation.id));
    this.#work.set(operation.id, { kind: 'PLANNING', gate, ended });
  }

  /** Never rejects. */
  async #makePlan(operation: Operation, gate: Gate): Promise<void> {
    const { id, intent } = operation;
    const { upstream, clock, selectPage, onFault } = this.#options;
    this.#tell(operation);
    try {
      const { items, groups } = await makePlan(intent, {
        actions: bulkActions(upstream, operation, gate.signal),
        store: this.#store,
        clock,
        gate,
        selectPage: (filter, after) =>
          selectPage(filter, after, bulkScope(upstream, id, 'recent', gate.signal)),
      });
      await this.#store.putItems(id, items);
      if (gate.isStopped) return;
      const counts = countItems(items);
      const price = priceOf(items, groups);
      const arnPrefix = upstream.arnPrefix() ?? null;
      const planned = {
        ...operation,
        intent: withoutIds(intent),
        counts,
        groups,
        price,
        arnPrefix,
      };
      await this.#record(planned, { kind: 'PLANNED' });
    } catch (error) {
      if (error instanceof PlanningStopped) return;
      const reason = reasonOf(error);
      if (reason.code === 'INTERNAL_SERVER_ERROR') onFault(error);
      await this.#record(operation, { kind: 'PLAN_FAILED', reason }).catch(onFault);
      await this.#store.forgetItems(id).catch(onFault);
    }
  }

  #beginRun(operation: Operation, recorded: Promise<void>): void {
    const { id } = operation;
    const { upstream, clock, journal, recorderOf, onFault } = this.#options;
    const run = new OperationRun({
      operation,
      store: this.#store,
      clock,
      actionsUntil: (signal) => bulkActions(upstream, operation, signal, recorderOf(operation)),
      journal,
      onChange: (changed) => this.#tell(changed),
      onFault,
    });
    this.#tell(operation);
    const ended = recorded
      .then(
        () => run.run(),
        // It was not begun; who asked for it is told.
        () => {
          this.#live.delete(id);
        },
      )
      .finally(() => this.#work.delete(id));
    this.#work.set(id, { kind: 'APPLYING', run, ended });
  }

  /** Records an event of an operation that nothing is under way for. */
  async #record(operation: Operation, event: OperationEvent): Promise<Operation | undefined> {
    const state = next(operation.state, event);
    if (state === undefined) return undefined;
    const endedMs = hasEnded(state) ? this.#options.clock.nowMs() : operation.endedMs;
    const recorded = { ...operation, state, endedMs };
    await this.#store.putOperation(recorded);
    this.#tell(recorded);
    return recorded;
  }

  #tell(operation: Operation): void {
    const { id, state } = operation;
    if (bulkChange.hasSubscribers && this.#live.get(id)?.state.kind !== state.kind) {
      bulkChange.publish({ id, state: state.kind });
    }
    const isUnderWay = operation.state.kind === 'PLANNING' || isApplying(operation.state);
    if (isUnderWay) this.#live.set(operation.id, operation);
    else this.#live.delete(operation.id);
    this.#watchers.tell(operation.id, operation);
  }
}
