import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { GatewayError } from '../errors.ts';
import { withoutSecrets } from '../journal/redaction.ts';
import type { Json, Ledger } from '../ledger.ts';

const KEYS = 'idempotency-key';
const BY_TIME = 'idempotency-time';
/** How long the first result is given for its key. */
const KEPT_MS = 24 * 60 * 60_000;
/** Keys forgotten on the way, each time one is taken. */
const FORGOTTEN_AT_ONCE = 20;
const TIME_DIGITS = 14;
/** Without a disk so many are remembered; beyond it none is taken, for none may be forgotten early. */
const MAX_IN_MEMORY = 50_000;

/** A mutation that carries a key. */
export interface KeyedMutation {
  readonly caller: string;
  readonly key: string;
  readonly mutation: string;
  /** The input without its key. */
  readonly input: unknown;
}

/**
 * What a run leaves for its key: its outcome as the result from now on; the doubt whether it was
 * made, wholly or in part; or nothing, where nothing was written.
 */
export type Leaves = 'RESULT' | 'DOUBT' | 'NOTHING';

/** What became of a mutation that was run. */
export type RunEnd<Outcome> =
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly leaves: Leaves }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly leaves: Exclude<Leaves, 'RESULT'>;
    };

/** How a mutation is run; `doubtSinceMs`: it may have been made before, since then. Never rejects. */
export type Run<Outcome> = (doubtSinceMs: number | undefined) => Promise<RunEnd<Outcome>>;

export type KeyedResult<Outcome> =
  | { readonly kind: 'first' | 'again'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The key belongs to another mutation or input. */
  | { readonly kind: 'reused' };

interface KeyRecord {
  /** Of mutation and input. */
  readonly digest: string;
  readonly atMs: number;
  /** STARTED: the end is not known; the gateway may have ended on the way. */
  readonly state: 'STARTED' | 'ENDED';
  readonly outcome: Json;
}

interface Running {
  readonly digest: string;
  readonly result: Promise<unknown>;
}

/**
 * The results of mutations by their idempotency keys, for 24 hours, over a restart where the ledger
 * is durable. That a key is taken is on record before its mutation runs.
 */
export class IdempotencyKeys {
  readonly #ledger: Ledger;
  readonly #onFault: (error: unknown) => void;
  readonly #maxInMemory: number;
  readonly #running = new Map<string, Running>();
  /** Keys on record, as far as this run took them. */
  #taken = 0;

  constructor(
    ledger: Ledger,
    onFault: (error: unknown) => void,
    maxInMemory: number = MAX_IN_MEMORY,
  ) {
    this.#ledger = ledger;
    this.#onFault = onFault;
    this.#maxInMemory = maxInMemory;
  }

  /**
   * Runs a mutation unless its key has a result; equal ones at once run once. Rejects with
   * RECORDS_UNAVAILABLE, and runs nothing, when the key cannot be put on record.
   */
  async once<Outcome>(keyed: KeyedMutation, run: Run<Outcome>): Promise<KeyedResult<Outcome>> {
    const place = digestOf([keyed.caller, keyed.key]);
    const digest = digestOf([keyed.mutation, keyed.input]);
    const running = this.#running.get(place);
    if (running !== undefined) {
      if (running.digest !== digest) return { kind: 'reused' };
      const result = (await running.result) as KeyedResult<Outcome>;
      return result.kind === 'first' ? { kind: 'again', outcome: result.outcome } : result;
    }
    const result = this.#alone(place, digest, run);
    this.#running.set(place, { digest, result });
    try {
      return await result;
    } finally {
      this.#running.delete(place);
    }
  }

  async #alone<Outcome>(
    place: string,
    digest: string,
    run: Run<Outcome>,
  ): Promise<KeyedResult<Outcome>> {
    const nowMs = this.#ledger.nowMs();
    const kept = await this.#recordOf(place);
    const record = kept !== undefined && nowMs - kept.atMs < KEPT_MS ? kept : undefined;
    if (record !== undefined && record.digest !== digest) return { kind: 'reused' };
    if (record?.state === 'ENDED') {
      return { kind: 'again', outcome: record.outcome as unknown as Outcome };
    }
    const started: KeyRecord = {
      digest,
      atMs: record?.atMs ?? nowMs,
      state: 'STARTED',
      outcome: null,
    };
    if (record === undefined) await this.#start(place, started, kept);
    const end = await run(record?.atMs);
    if (end.kind === 'ended' && end.leaves === 'RESULT') {
      await this.#end(place, { ...started, state: 'ENDED' }, end.outcome);
    } else if (end.leaves === 'NOTHING' && record === undefined) {
      // What an earlier run may have written leaves the key in doubt.
      await this.#free(place, started);
    }
    return end.kind === 'failed'
      ? { kind: 'failed', error: end.error }
      : { kind: 'first', outcome: end.outcome };
  }

  async #recordOf(place: string): Promise<KeyRecord | undefined> {
    try {
      return (await this.#ledger.get(KEYS, place)) as unknown as KeyRecord | undefined;
    } catch (cause) {
      throw new GatewayError('RECORDS_UNAVAILABLE', undefined, {}, cause);
    }
  }

  /** Takes a key; `former` is its expired record. Some that have expired are forgotten with it. */
  async #start(place: string, record: KeyRecord, former: KeyRecord | undefined): Promise<void> {
    try {
      const expired = await this.#ledger.range(BY_TIME, {
        lt: timeKey(record.atMs - KEPT_MS),
        limit: FORGOTTEN_AT_ONCE,
      });
      this.#refuseBeyond(this.#taken + 1 - expired.length);
      await this.#ledger.batch([
        ...expired.flatMap(({ key, value }) => [
          { kind: 'delete' as const, collection: BY_TIME, key },
          { kind: 'delete' as const, collection: KEYS, key: String(value) },
        ]),
        ...(former === undefined
          ? []
          : [
              {
                kind: 'delete' as const,
                collection: BY_TIME,
                key: timeKey(former.atMs, place),
              },
            ]),
        { kind: 'put', collection: BY_TIME, key: timeKey(record.atMs, place), value: place },
        { kind: 'put', collection: KEYS, key: place, value: toJson(record) },
      ]);
      this.#taken += 1 - expired.length;
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      throw new GatewayError('RECORDS_UNAVAILABLE', undefined, {}, cause);
    }
  }

  #refuseBeyond(count: number): void {
    if (this.#ledger.isDurable || count <= this.#maxInMemory) return;
    const message = `Without a data directory (IOTGW_DATA_DIR) the gateway remembers ${this.#maxInMemory} idempotency keys, and the last 24 hours have brought as many. Nothing was sent.`;
    throw new GatewayError('RECORDS_UNAVAILABLE', message);
  }

  /** The mutation is done, so that its result cannot be kept must not fail it. */
  async #end(place: string, record: KeyRecord, outcome: unknown): Promise<void> {
    try {
      const value = toJson({ ...record, outcome: withoutSecrets(outcome) });
      await this.#ledger.put(KEYS, place, value);
    } catch (error) {
      this.#onFault(error);
    }
  }

  async #free(place: string, { atMs }: KeyRecord): Promise<void> {
    try {
      await this.#ledger.batch([
        { kind: 'delete', collection: BY_TIME, key: timeKey(atMs, place) },
        { kind: 'delete', collection: KEYS, key: place },
      ]);
      this.#taken -= 1;
    } catch (error) {
      this.#onFault(error);
    }
  }
}

const toJson = (record: KeyRecord): Json => record as unknown as Json;

function timeKey(atMs: number, place = ''): string {
  return `${String(Math.max(0, atMs)).padStart(TIME_DIGITS, '0')}-${place}`;
}

function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(withoutUndefined(value)) ?? '')
    .digest('hex');
}

/** A field left out and one that is undefined are the same. */
function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
