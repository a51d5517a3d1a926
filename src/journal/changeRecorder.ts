import type { ActionInput, ActionOutput, WriteName } from '../upstream/actions.ts';
import { arnOf, targetOf } from '../upstream/arn.ts';
import type { Known } from '../upstream/cache.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { RecordedWrite, WriteEnd, WriteRecorder } from '../upstream/writes.ts';
import {
  type Change,
  type ChangedResource,
  type ChangeTarget,
  type IntendedChange,
  type Settlement,
  UNSETTLED,
} from './change.ts';
import type { ChangeJournal } from './changeJournal.ts';
import { withoutSecrets } from './redaction.ts';
import { afterOf, knownKeys, type ResourceRef, resourceOf } from './writeRecords.ts';

/** On whose behalf changes are made. */
interface ChangeAuthor {
  readonly caller: string;
  /** The mutation. */
  readonly operation: string;
  readonly requestId?: string;
  readonly bulkOperationId?: string;
}

/** How the writes of a mutation went. */
export interface WriteTally {
  /** Writes begun. */
  begun: number;
  /** Writes of which it is not certain that they were not made. */
  made: number;
  /** Writes that failed or whose end is not known; refusals are not among them. */
  failed: number;
  /** Writes whose answer was lost and that were found made. */
  replayed: number;
}

/** Writes each write of one mutation, or of one item of a bulk operation, into the journal. */
export class ChangeRecorder implements WriteRecorder {
  readonly tally: WriteTally = { begun: 0, made: 0, failed: 0, replayed: 0 };
  readonly #journal: ChangeJournal;
  readonly #upstream: Upstream;
  readonly #author: ChangeAuthor;

  constructor(journal: ChangeJournal, upstream: Upstream, author: ChangeAuthor) {
    this.#journal = journal;
    this.#upstream = upstream;
    this.#author = author;
  }

  async begin<Name extends WriteName>(
    action: Name,
    input: ActionInput<Name>,
  ): Promise<RecordedWrite> {
    // Read at once: what the write touches is forgotten when it is sent.
    const intended: IntendedChange = {
      ...this.#by(),
      resource: this.#resource(resourceOf(action, input)),
      action,
      ...this.#before(action, input),
      after: afterOf(action, input),
    };
    const change = await this.#journal.begin(intended);
    this.tally.begun += 1;
    this.tally.made += 1;
    return { end: (end) => this.#end(change, action, input, end) };
  }

  /** Writes down a mutation that ended before anything was sent. */
  async record(
    ref: ResourceRef,
    ended: Pick<Settlement, 'outcome' | 'code' | 'message'>,
  ): Promise<void> {
    const intended: IntendedChange = {
      ...this.#by(),
      resource: this.#resource(ref),
      action: null,
      before: null,
      beforeMs: null,
      after: null,
    };
    await this.#journal.record(intended, { ...UNSETTLED, ...ended });
  }

  async #end<Name extends WriteName>(
    change: Change,
    action: Name,
    input: ActionInput<Name>,
    end: WriteEnd,
  ): Promise<void> {
    const target = this.#target;
    if (end.kind === 'DONE') {
      const output = end.output as ActionOutput<Name>;
      if (end.replayed) this.tally.replayed += 1;
      await this.#journal.settle(change, {
        outcome: 'DONE',
        code: null,
        message: null,
        replayed: end.replayed,
        awsRequestId: end.awsRequestId,
        target,
        resource: this.#resource(resourceOf(action, input, output)),
        after: afterOf(action, input, output),
      });
      return;
    }
    if (end.kind !== 'UNKNOWN') this.tally.made -= 1;
    if (end.kind !== 'REFUSED') this.tally.failed += 1;
    const { code, message, details } = end.error;
    await this.#journal.settle(change, {
      outcome: end.kind,
      code,
      message,
      replayed: false,
      awsRequestId: details.awsRequestId ?? null,
      target,
      resource: this.#resource(resourceOf(action, input)),
    });
  }

  #by() {
    const { caller, operation, requestId = null, bulkOperationId = null } = this.#author;
    const target = this.#target;
    return { caller, operation, requestId, bulkOperationId, target };
  }

  #resource({ kind, key, path }: ResourceRef): ChangedResource {
    const arn = path === null ? undefined : arnOf(this.#upstream.arnPrefix(), path);
    return { kind, key, arn: arn ?? null };
  }

  get #target(): ChangeTarget | null {
    const prefix = this.#upstream.arnPrefix();
    return prefix === undefined ? null : targetOf(prefix);
  }

  /** What the cache holds of the thing, whatever its age; costs no call. */
  #before<Name extends WriteName>(action: Name, input: ActionInput<Name>) {
    const { cache } = this.#upstream.door;
    for (const { key, pick } of knownKeys(action, input)) {
      const known: Known<unknown> | undefined = cache.get(key);
      if (known === undefined) continue;
      const before = known.value === null ? null : withoutSecrets(pick(known.value));
      return { before, beforeMs: known.atMs };
    }
    return { before: null, beforeMs: null };
  }
}
