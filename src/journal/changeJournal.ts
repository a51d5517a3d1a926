import { GatewayError } from '../errors.ts';
import type { Ledger, LedgerWrite } from '../ledger.ts';
import { type Change, type IntendedChange, type Settlement, UNSETTLED } from './change.ts';
import { withoutSecrets } from './redaction.ts';

const CHANGES = 'change';
const SEGMENTS = 'change-segment';
/** The oldest of so many parts is dropped when there is no more room. */
const MAX_SEGMENTS = 8;
/** What an entry takes besides its text, in bytes. */
const ENTRY_BYTES = 128;
/** Entries dropped in one batch. */
const DROPPED_AT_ONCE = 500;
const TIME_DIGITS = 14;
const SEQUENCE_DIGITS = 6;

interface ChangeJournalOptions {
  /** How much it may hold, in bytes. */
  readonly maxBytes: number;
  /** Hears of entries that could not be written although their change was made. */
  readonly onFault: (error: unknown) => void;
}

/** Which changes, by time; both in milliseconds since the epoch. */
interface ChangeRange {
  /** Only changes older than this one. */
  readonly before?: string | undefined;
  readonly sinceMs?: number | undefined;
  /** Left out itself. */
  readonly untilMs?: number | undefined;
  readonly limit: number;
}

/** A stretch of the journal, dropped as a whole. */
interface Segment {
  /** The id of its first change. */
  readonly first: string;
  bytes: number;
}

/**
 * The journal of changes: an entry is written before its change is sent, as UNKNOWN, settled once
 * when the answer is there, and never changed after that. So a gateway that is killed in between
 * leaves an entry that says what it does not know. Secrets are left out of all that is written.
 * Bounded in bytes: the oldest eighth is dropped when there is no more room.
 */
export class ChangeJournal {
  readonly #ledger: Ledger;
  readonly #options: ChangeJournalOptions;
  readonly #segments: Segment[];
  #last: { readonly ms: number; readonly sequence: number };
  #dropping: Promise<void> = Promise.resolve();

  private constructor(
    ledger: Ledger,
    options: ChangeJournalOptions,
    segments: Segment[],
    last: string | undefined,
  ) {
    this.#ledger = ledger;
    this.#options = options;
    this.#segments = segments;
    this.#last =
      last === undefined
        ? { ms: 0, sequence: 0 }
        : { ms: msOf(last), sequence: Number(last.slice(TIME_DIGITS + 1)) };
  }

  static async open(ledger: Ledger, options: ChangeJournalOptions): Promise<ChangeJournal> {
    const entries = await ledger.range(SEGMENTS, { limit: 10 * MAX_SEGMENTS });
    const segments = entries.map(({ key, value }) => ({ first: key, bytes: Number(value) }));
    const [last] = await ledger.range(CHANGES, { limit: 1, reverse: true });
    return new ChangeJournal(ledger, options, segments, last?.key);
  }

  /** Whether its entries are there after a restart. */
  get isDurable(): boolean {
    return this.#ledger.isDurable;
  }

  /**
   * Writes down that a change is about to be made. Rejects with RECORDS_UNAVAILABLE when it cannot,
   * and the change must not be made then.
   */
  async begin(intended: IntendedChange): Promise<Change> {
    const change = this.#newChange(intended);
    try {
      await this.#ledger.batch(this.#writes(change));
    } catch (cause) {
      throw new GatewayError('RECORDS_UNAVAILABLE', undefined, {}, cause);
    }
    return change;
  }

  /** Writes down how a change ended; never rejects, for what was done is done. */
  async settle(change: Change, settlement: Settlement): Promise<void> {
    const [oldest] = this.#segments;
    // An entry that was dropped meanwhile must not come back.
    if (oldest === undefined || change.id < oldest.first) return;
    const settledMs = this.#ledger.nowMs();
    try {
      const ended = { ...change, ...settled(change, settlement), settledMs };
      await this.#ledger.batch(this.#writes(ended, change));
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /** Writes down a change that has ended, such as one that was refused before it was sent. */
  async record(intended: IntendedChange, settlement: Settlement): Promise<void> {
    try {
      await this.settle(await this.begin(intended), settlement);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /**
   * The writes that put a change that has ended into the journal, for who writes them in one batch
   * with records of its own.
   */
  writesOf(intended: IntendedChange, settlement: Settlement): readonly LedgerWrite[] {
    const change = this.#newChange(intended);
    return this.#writes({ ...change, ...settled(change, settlement), settledMs: change.atMs });
  }

  /** The newest changes of a range, the newest first. */
  async newest({ before, sinceMs, untilMs, limit }: ChangeRange): Promise<readonly Change[]> {
    const until = untilMs === undefined ? undefined : timeKey(untilMs);
    const lt = least(before, until);
    const entries = await this.#ledger.range(CHANGES, {
      ...(lt === undefined ? {} : { lt }),
      ...(sinceMs === undefined ? {} : { gt: timeKey(sinceMs) }),
      limit,
      reverse: true,
    });
    return entries.map(({ key, value }) => ({ ...(value as unknown as Change), id: key }));
  }

  /** Waits for the dropping of what is too much. */
  async close(): Promise<void> {
    await this.#dropping;
  }

  /** Ids go by time, also when the clock does not. */
  #nextId(nowMs: number): string {
    const { ms, sequence } = this.#last;
    this.#last = nowMs > ms ? { ms: nowMs, sequence: 0 } : { ms, sequence: sequence + 1 };
    const { ms: idMs, sequence: number } = this.#last;
    return `${timeKey(idMs)}-${String(number).padStart(SEQUENCE_DIGITS, '0')}`;
  }

  #newChange(intended: IntendedChange): Change {
    const atMs = this.#ledger.nowMs();
    const id = this.#nextId(atMs);
    return { ...UNSETTLED, ...intended, id, atMs, settledMs: null };
  }

  /** The writes of an entry; `former` is the one it replaces. */
  #writes(change: Change, former?: Change): readonly LedgerWrite[] {
    const { id, ...rest } = change;
    const value = withoutSecrets(rest);
    const segment = former === undefined ? this.#segmentFor(id) : this.#segments.at(-1);
    if (segment === undefined) return [];
    segment.bytes += Math.max(0, bytesOf(change) - (former === undefined ? 0 : bytesOf(former)));
    while (this.#segments.length > MAX_SEGMENTS) this.#dropOldest();
    return [
      { kind: 'put', collection: CHANGES, key: id, value },
      { kind: 'put', collection: SEGMENTS, key: segment.first, value: segment.bytes },
    ];
  }

  /** The newest segment; a new one, which the entry is the first of, when that is full. */
  #segmentFor(id: string): Segment {
    const newest = this.#segments.at(-1);
    const room = this.#options.maxBytes / MAX_SEGMENTS;
    if (newest !== undefined && newest.bytes < room) return newest;
    const segment = { first: id, bytes: 0 };
    this.#segments.push(segment);
    return segment;
  }

  #dropOldest(): void {
    const oldest = this.#segments.shift();
    const next = this.#segments[0];
    if (oldest === undefined || next === undefined) return;
    this.#dropping = this.#dropping
      .then(() => this.#drop(oldest, next))
      .catch((error) => {
        this.#options.onFault(error);
      });
  }

  async #drop(segment: Segment, next: Segment): Promise<void> {
    for (;;) {
      // Also what an earlier run of the gateway did not come to drop.
      const entries = await this.#ledger.range(CHANGES, { lt: next.first, limit: DROPPED_AT_ONCE });
      const writes: LedgerWrite[] = entries.map(({ key }) => ({
        kind: 'delete',
        collection: CHANGES,
        key,
      }));
      if (writes.length === 0) break;
      await this.#ledger.batch(writes);
    }
    await this.#ledger.delete(SEGMENTS, segment.first);
  }
}

function settled(change: Change, settlement: Settlement) {
  const { target = change.target, resource = change.resource, after = change.after } = settlement;
  return { ...settlement, target, resource, after };
}

function bytesOf(change: Change): number {
  return ENTRY_BYTES + JSON.stringify(withoutSecrets(change)).length;
}

/** Where the changes of a millisecond begin. */
function timeKey(atMs: number): string {
  const inRange = Math.min(Math.max(Math.floor(atMs), 0), 10 ** TIME_DIGITS - 1);
  return String(inRange).padStart(TIME_DIGITS, '0');
}

const msOf = (id: string): number => Number(id.slice(0, TIME_DIGITS));

function least(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
