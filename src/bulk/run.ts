import { setMaxListeners } from 'node:events';
import { bulkItem } from '../channels.ts';
import type { Clock } from '../clock.ts';
import { GatewayError, NotSent } from '../errors.ts';
import type { LedgerWrite } from '../ledger.ts';
import type { BulkActions, WriteTrace } from './actions.ts';
import { awsRequestIdOf, reasonOf, reasonToPause, retryAfterMs } from './failure.ts';
import { Gate } from './gate.ts';
import { decide, type Item, isSettled, needsReadBack, type Outcome } from './item.ts';
import { canonicalBody } from './migration.ts';
import {
  counted,
  type MigrationGroup,
  next,
  type Operation,
  type OperationEvent,
  type Reason,
} from './operation.ts';
import { type Pace, pauseMs } from './price.ts';
import type { CAState, Step } from './registration.ts';
import type { BulkStore, PlacedItem } from './store.ts';

/** A write of a bulk operation, for the journal of changes. */
export interface BulkWrite {
  readonly operation: Operation;
  readonly certificateId: string;
  readonly before: CAState;
  readonly after: CAState;
  readonly outcome: Extract<Outcome, { kind: 'CHANGED' | 'FAILED' }>;
  readonly trace: WriteTrace;
}

interface RunOptions {
  readonly operation: Operation;
  readonly store: BulkStore;
  readonly clock: Clock;
  /** The calls to AWS; the signal ends their waiting. */
  readonly actionsUntil: (signal: AbortSignal) => BulkActions;
  /** What the journal of changes writes about a write, together with its outcome. */
  readonly journal: (write: BulkWrite) => readonly LedgerWrite[];
  readonly onChange: (operation: Operation) => void;
  readonly onFault: (error: unknown) => void;
}

const CANCELLED = 'The bulk operation was cancelled.';

/** How many items are under way at once; the quota, not this, sets the pace. */
const WORKERS = 16;

/** Applies one operation: to its end, until it is cancelled, or until the gateway stops. */
export class OperationRun {
  readonly #options: RunOptions;
  readonly #gate: Gate;
  /** Ends what waits for its turn at AWS once the operation is cancelled. */
  readonly #cancelled = new AbortController();
  #actions: BulkActions;
  readonly #startedMs: number;
  readonly #lostTemplates = new Map<string, Reason>();
  #operation: Operation;
  #saved: Promise<void> = Promise.resolve();
  /** The end is on record, or is being recorded. */
  #isOver = false;
  #settled = 0;
  #pauses = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#operation = options.operation;
    this.#gate = new Gate(options.clock);
    const ended = AbortSignal.any([this.#gate.signal, this.#cancelled.signal]);
    // All calls of all workers listen at once.
    setMaxListeners(0, ended);
    this.#actions = options.actionsUntil(ended);
    this.#startedMs = options.clock.nowMs();
  }

  get operation(): Operation {
    return this.#operation;
  }

  get pace(): Pace {
    return {
      settled: this.#settled,
      elapsedMs: this.#options.clock.nowMs() - this.#startedMs,
    };
  }

  /** Resolves when the operation has ended or was stopped; never rejects. */
  async run(): Promise<void> {
    while (!this.#gate.isStopped && !this.#isOver) {
      try {
        await this.#createTemplates();
        await this.#settleItems();
        if (!this.#gate.isStopped) await this.#untilDone(() => this.#event({ kind: 'FINISHED' }));
      } catch (error) {
        if (this.#gate.isStopped) return;
        // The records could not be read, or a fault of ours: what is settled stays, the rest waits.
        this.#options.onFault(error);
        this.#pause(reasonOf(error), undefined);
        await this.#gate.pass();
      }
    }
  }

  /** Settles what is not settled yet; rejects, when all workers have ended, with what one met. */
  async #settleItems(): Promise<void> {
    const items = this.#options.store.unsettledItems(this.#operation.id);
    const work = async (): Promise<void> => {
      for (let step = await items.next(); !step.done; step = await items.next()) {
        if (this.#gate.isStopped) return;
        await this.#settleItem(step.value);
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: WORKERS }, work));
    for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  }

  /** Begins no more items, and sends nothing that waits to be sent; false when it is not under way. */
  async cancel(): Promise<boolean> {
    if (!(await this.#event({ kind: 'CANCELLED' }))) return false;
    // What is under way is looked at once more, by calls that nobody cuts.
    this.#actions = this.#options.actionsUntil(this.#gate.signal);
    this.#cancelled.abort(
      new GatewayError('UPSTREAM_TIMEOUT', CANCELLED, {}, new NotSent(CANCELLED)),
    );
    this.#gate.release();
    return true;
  }

  /** Stops where it is; what is under way ends or is left as intended. */
  stop(): void {
    this.#gate.stop();
  }

  get #isCancelling(): boolean {
    return this.#operation.state.kind === 'CANCELLING';
  }

  /** Does work again after each pause, until it is done or the run is stopped. */
  async #untilDone(work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      if ((await this.#gate.pass()) === 'STOP') return;
      const actions = this.#actions;
      try {
        await work();
        this.#pauses = 0;
        return;
      } catch (error) {
        if (this.#gate.isStopped) return;
        // Cut by the cancellation: it is looked at once more.
        if (actions !== this.#actions) continue;
        const reason = reasonToPause(error);
        if (reason === undefined) throw error;
        this.#pause(reason, retryAfterMs(error));
      }
    }
  }

  #pause(reason: Reason, afterMs: number | undefined): void {
    // Others met the same a moment ago.
    if (this.#gate.isHolding) return;
    const waitMs = pauseMs(this.#pauses, afterMs);
    this.#pauses += 1;
    const untilMs = this.#options.clock.nowMs() + waitMs;
    const tell = (event: OperationEvent) =>
      this.#event(event).then(
        () => undefined,
        // The disk may be why it pauses; the state is on record with the next event.
        () => undefined,
      );
    this.#gate.hold(waitMs, () => tell({ kind: 'WENT_ON' }));
    void tell({ kind: 'PAUSED', untilMs, reason });
  }

  /** Records an event; false when it cannot happen in this state. */
  async #event(event: OperationEvent): Promise<boolean> {
    const state = next(this.#operation.state, event);
    if (state === undefined || this.#isOver) return false;
    if (event.kind === 'FINISHED') {
      await this.#finish({ ...this.#operation, state, endedMs: this.#options.clock.nowMs() });
    } else {
      this.#change({ ...this.#operation, state });
      await this.#save(this.#operation);
    }
    return true;
  }

  /** What has ended is on record before anybody is told. */
  async #finish(operation: Operation): Promise<void> {
    this.#isOver = true;
    try {
      await this.#save(operation);
    } catch (error) {
      this.#isOver = false;
      throw error;
    }
    this.#change(operation);
  }

  #change(operation: Operation): void {
    this.#operation = operation;
    this.#options.onChange(operation);
  }

  /** One after the other, so that the last is what stays. */
  #save(operation: Operation): Promise<void> {
    const saved = this.#saved
      .catch(() => undefined)
      .then(() => this.#options.store.putOperation(operation));
    this.#saved = saved;
    return saved;
  }

  async #settleItem({ index, item: planned }: PlacedItem): Promise<void> {
    const { store } = this.#options;
    const { id } = this.#operation;
    let item = planned;
    let isInDoubt = false;
    const keep: Keep = async (changed, writes) => {
      isInDoubt = true;
      await store.putItem(id, { index, item: changed }, writes);
      isInDoubt = false;
      item = changed;
    };
    const settle = (work: () => Promise<void>): Promise<void> =>
      this.#untilDone(async () => {
        // A record that could not be written may be there all the same.
        if (isInDoubt) item = (await store.item(id, index)) ?? item;
        isInDoubt = false;
        if (isSettled(item)) this.#count(item.outcome);
        else await work();
      });
    try {
      await settle(() =>
        this.#actions.aloneAtCA(planned.certificateId, () => this.#advance(() => item, keep)),
      );
    } catch (error) {
      if (!(error instanceof GatewayError)) this.#options.onFault(error);
      const outcome: Outcome = { kind: 'FAILED', ...reasonOf(error) };
      const trace = { awsRequestId: awsRequestIdOf(error), replayed: false };
      await settle(() => this.#end(item, outcome, keep, trace));
    }
  }

  /** Takes an item as far as it goes; every write is on record before it is sent. */
  async #advance(current: () => Item, keep: Keep): Promise<void> {
    const { clock } = this.#options;
    let sent: Step | undefined;
    // Made by a run before this one, when nothing is sent now.
    let trace: WriteTrace = { awsRequestId: null, replayed: true };
    for (;;) {
      const item = current();
      if (this.#isCancelling && item.outcome.kind === 'PENDING') return;
      const lost = this.#lostTemplates.get(item.after?.registrationConfig?.templateName ?? '');
      if (lost !== undefined) return this.#end(item, { kind: 'FAILED', ...lost }, keep, trace);
      const found = await this.#actions.readCA(item.certificateId, 'live');
      const mayWrite = !this.#isCancelling;
      const decision = decide(item, { found, sent, mayWrite, nowMs: clock.nowMs() });
      if (decision.kind === 'SETTLE') return this.#end(item, decision.outcome, keep, trace);
      if (decision.kind === 'LEAVE') return keep({ ...item, outcome: { kind: 'PENDING' } });
      if (item.outcome.kind === 'PENDING') await keep({ ...item, outcome: { kind: 'INTENDED' } });
      trace = await this.#actions.updateCA(item.certificateId, decision.step.changes);
      sent = decision.step;
      if (item.after === null || needsReadBack(sent, item.after)) continue;
      const outcome: Outcome = { kind: 'CHANGED', atMs: clock.nowMs() };
      return this.#end(current(), outcome, keep, trace);
    }
  }

  async #end(item: Item, outcome: Outcome, keep: Keep, trace: WriteTrace): Promise<void> {
    await keep({ ...item, outcome }, this.#journalOf(item, outcome, trace));
    this.#count(outcome);
  }

  #count(outcome: Outcome): void {
    bulkItem.publish({ id: this.#operation.id, outcome: outcome.kind });
    this.#settled += 1;
    const { counts } = this.#operation;
    this.#change({
      ...this.#operation,
      counts: counted(counted(counts, 'PENDING', -1), outcome.kind),
    });
  }

  #journalOf(item: Item, outcome: Outcome, trace: WriteTrace): readonly LedgerWrite[] {
    const { certificateId, before, after } = item;
    if (before === null || after === null || item.outcome.kind !== 'INTENDED') return [];
    if (outcome.kind !== 'CHANGED' && outcome.kind !== 'FAILED') return [];
    const operation = this.#operation;
    return this.#options.journal({ operation, certificateId, before, after, outcome, trace });
  }

  /** New templates come first. One that cannot be made fails the items that need it, no others. */
  async #createTemplates(): Promise<void> {
    for (const { templateName } of this.#operation.groups) {
      if (this.#isCancelling || this.#gate.isStopped) return;
      try {
        await this.#untilDone(() => this.#createTemplate(templateName));
      } catch (error) {
        if (!(error instanceof GatewayError)) this.#options.onFault(error);
        this.#lostTemplates.set(templateName, reasonOf(error));
      }
    }
  }

  async #createTemplate(templateName: string): Promise<void> {
    const group = this.#group(templateName);
    if (group === undefined || group.template === 'PRESENT') return;
    const there = await this.#actions.readTemplate(templateName);
    if (there !== null) {
      const isEqual =
        there.roleArn === group.roleArn &&
        canonicalBody(there.templateBody) === canonicalBody(group.templateBody);
      if (!isEqual) {
        const message = `Provisioning template ${templateName} has come into being with another body or role; plan again.`;
        throw new GatewayError('RESOURCE_ALREADY_EXISTS', message);
      }
    } else {
      await this.#mark(templateName, 'INTENDED');
      await this.#actions.createTemplate(group);
    }
    await this.#mark(templateName, 'PRESENT');
  }

  #group(templateName: string): MigrationGroup | undefined {
    return this.#operation.groups.find((group) => group.templateName === templateName);
  }

  async #mark(templateName: string, template: MigrationGroup['template']): Promise<void> {
    const groups = this.#operation.groups.map((group) =>
      group.templateName === templateName ? { ...group, template } : group,
    );
    this.#change({ ...this.#operation, groups });
    await this.#save(this.#operation);
  }
}

type Keep = (item: Item, writes?: readonly LedgerWrite[]) => Promise<void>;
