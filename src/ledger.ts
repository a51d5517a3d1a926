import type { Clock } from './clock.ts';
import { type Level, type OpenLevel, openDataDirectory } from './dataDirectory.ts';

/** A value that JSON can carry. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

interface LedgerEntry {
  readonly key: string;
  readonly value: Json;
}

/** Which entries of a collection, in order of the bytes of their keys. */
export interface LedgerRange {
  /** Only keys after this one. */
  readonly gt?: string;
  /** Only keys before this one. */
  readonly lt?: string;
  readonly limit: number;
  /** From the last key to the first. */
  readonly reverse?: boolean;
}

export type LedgerWrite =
  | {
      readonly kind: 'put';
      readonly collection: string;
      readonly key: string;
      readonly value: Json;
    }
  | { readonly kind: 'delete'; readonly collection: string; readonly key: string };

/**
 * Durable records of the gateway itself: values of JSON in collections, by key. Who owns a
 * collection keeps it bounded; a value may take 1 MiB, a key 512 characters.
 */
export interface Ledger {
  /** Whether what was written is there after a restart, also after a kill or a power cut. */
  readonly isDurable: boolean;
  /** Milliseconds since the epoch, by the clock that records are dated with. */
  nowMs(): number;
  /** What was put there; a key that is too long to be put holds nothing. */
  get(collection: string, key: string): Promise<Json | undefined>;
  put(collection: string, key: string, value: Json): Promise<void>;
  delete(collection: string, key: string): Promise<void>;
  range(collection: string, range: LedgerRange): Promise<readonly LedgerEntry[]>;
  /**
   * All writes or none, on the disk when it resolves. Rejects with LedgerWriteError when that could
   * not be done: some or none may then be there, as a later `get` tells.
   */
  batch(writes: readonly LedgerWrite[]): Promise<void>;
  /** Ends all use; may be called again. */
  close(): Promise<void>;
}

/** The ledger could not take a write: the disk failed, or there is no more room. */
export class LedgerWriteError extends Error {
  override readonly name = 'LedgerWriteError';
}

export interface LedgerOptions {
  /** Where to keep it; unset: in memory. */
  readonly directory?: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** How much a ledger in memory may hold, in bytes. Default 64 MiB. */
  readonly memoryBytes?: number;
  /** How LevelDB is opened. */
  readonly open?: OpenLevel;
}

const CONTENT = { format: 'gateway-1', owner: "a gateway's" };
const DATA_PREFIX = 'data/';
const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024;
const MAX_VALUE_LENGTH = 1024 * 1024;
const MAX_KEY_LENGTH = 512;
const COLLECTION = /^[a-z][a-zA-Z0-9-]{0,63}$/;

/**
 * Opens the ledger; with a directory it belongs to one process at a time. Rejects with
 * DataDirectoryError when the directory cannot be used.
 */
export async function openLedger({
  directory,
  clock,
  memoryBytes = DEFAULT_MEMORY_BYTES,
  open,
}: LedgerOptions): Promise<Ledger> {
  const nowMs = () => clock.nowMs();
  if (directory === undefined) return new MemoryLedger(nowMs, memoryBytes);
  const { level, reopen } = await openDataDirectory(directory, CONTENT, open);
  return new DurableLedger(nowMs, level, reopen);
}

/** A write with its value as it is kept. */
type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

function toOperation(write: LedgerWrite): Operation {
  const key = placeOf(write.collection, write.key);
  if (write.key.length > MAX_KEY_LENGTH) {
    throw new LedgerWriteError(
      `A key of ${write.collection} has ${write.key.length} characters; it may have ${MAX_KEY_LENGTH}`,
    );
  }
  if (write.kind === 'delete') return { type: 'del', key };
  const value = JSON.stringify(write.value);
  if (value.length > MAX_VALUE_LENGTH) {
    throw new LedgerWriteError(
      `A value of ${write.collection} has ${value.length} characters; it may have ${MAX_VALUE_LENGTH}`,
    );
  }
  return { type: 'put', key, value };
}

/** Where an entry stands among all keys. */
function placeOf(collection: string, key: string): string {
  if (!COLLECTION.test(collection)) throw new TypeError(`${collection} is no name of a collection`);
  return `${DATA_PREFIX}${collection}/${key}`;
}

/** The places between which a range lies, both left out. */
function boundsOf(collection: string, { gt, lt }: LedgerRange) {
  const start = placeOf(collection, gt ?? '');
  // The character after the slash: behind all keys of the collection.
  const end = lt === undefined ? `${DATA_PREFIX}${collection}0` : placeOf(collection, lt);
  // Without `gt` the empty key belongs to the range.
  return { start, end, withStart: gt === undefined };
}

/** What both ledgers have in common: everything is a batch. */
abstract class AnyLedger implements Ledger {
  abstract readonly isDurable: boolean;
  readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  put(collection: string, key: string, value: Json): Promise<void> {
    return this.batch([{ kind: 'put', collection, key, value }]);
  }

  delete(collection: string, key: string): Promise<void> {
    return this.batch([{ kind: 'delete', collection, key }]);
  }

  abstract get(collection: string, key: string): Promise<Json | undefined>;
  abstract range(collection: string, range: LedgerRange): Promise<readonly LedgerEntry[]>;
  abstract batch(writes: readonly LedgerWrite[]): Promise<void>;
  abstract close(): Promise<void>;
}

/** What an entry in memory takes besides its text, in bytes. */
const ENTRY_BYTES = 128;

/** The same in memory: gone with the process. Values go through JSON here too. */
class MemoryLedger extends AnyLedger {
  readonly isDurable = false;
  readonly #maxBytes: number;
  readonly #values = new Map<string, string>();
  /** All places in order of their bytes. */
  #places: string[] = [];
  #bytes = 0;
  #isClosed = false;

  constructor(nowMs: () => number, maxBytes: number) {
    super(nowMs);
    this.#maxBytes = maxBytes;
  }

  async get(collection: string, key: string): Promise<Json | undefined> {
    this.#refuseWhenClosed();
    const value = this.#values.get(placeOf(collection, key));
    return value === undefined ? undefined : JSON.parse(value);
  }

  async range(collection: string, range: LedgerRange): Promise<readonly LedgerEntry[]> {
    this.#refuseWhenClosed();
    const { start, end, withStart } = boundsOf(collection, range);
    const first = this.#indexOf(start);
    const from = !withStart && this.#places[first] === start ? first + 1 : first;
    const to = Math.max(from, this.#indexOf(end));
    const places = range.reverse
      ? this.#places.slice(Math.max(from, to - range.limit), to).reverse()
      : this.#places.slice(from, Math.min(to, from + range.limit));
    const prefix = placeOf(collection, '').length;
    return places.map((place) => ({
      key: place.slice(prefix),
      value: JSON.parse(this.#values.get(place) ?? 'null'),
    }));
  }

  async batch(writes: readonly LedgerWrite[]): Promise<void> {
    this.#refuseWhenClosed();
    const wanted = new Map(writes.map(toOperation).map((operation) => [operation.key, operation]));
    let bytes = this.#bytes;
    for (const [place, operation] of wanted) {
      bytes -= bytesOf(place, this.#values.get(place));
      if (operation.type === 'put') bytes += bytesOf(place, operation.value);
    }
    if (bytes > this.#maxBytes && bytes > this.#bytes) {
      throw new LedgerWriteError('The memory for the records of the gateway is full');
    }
    for (const [place, operation] of wanted) {
      if (operation.type === 'put') this.#set(place, operation.value);
      else this.#remove(place);
    }
    this.#bytes = bytes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#values.clear();
    this.#places = [];
    this.#bytes = 0;
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw closed();
  }

  #set(place: string, value: string): void {
    if (!this.#values.has(place)) this.#places.splice(this.#indexOf(place), 0, place);
    this.#values.set(place, value);
  }

  #remove(place: string): void {
    if (this.#values.delete(place)) this.#places.splice(this.#indexOf(place), 1);
  }

  /** The index of a place, or of the first behind it. */
  #indexOf(place: string): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(this.#places[middle] ?? '', place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const closed = () => new LedgerWriteError('The ledger is closed');

function bytesOf(place: string, value: string | undefined): number {
  return value === undefined ? 0 : ENTRY_BYTES + place.length + value.length;
}

/** By the bytes of their UTF-8, as LevelDB does, without making them: an order by code point. */
function compareBytes(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rankOf(one.charCodeAt(index)) - rankOf(other.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Surrogates stand for code points beyond all others. */
function rankOf(codeUnit: number): number {
  if (codeUnit < 0xd800) return codeUnit;
  return codeUnit < 0xe000 ? codeUnit + 0x2000 : codeUnit - 0x800;
}

/**
 * LevelDB, each batch with a sync (fdatasync of its log) before it resolves. After a failed write
 * the state of its log is unknown, so LevelDB takes no more writes; the next use opens the directory
 * anew, and what it reads then is what is there.
 */
class DurableLedger extends AnyLedger {
  readonly isDurable = true;
  readonly #reopen: () => Promise<Level>;
  #level: Promise<Level>;
  #state: 'open' | 'failed' | 'closed' = 'open';
  #underWay = new Set<Promise<unknown>>();

  constructor(nowMs: () => number, level: Level, reopen: () => Promise<Level>) {
    super(nowMs);
    this.#level = Promise.resolve(level);
    this.#reopen = reopen;
  }

  async get(collection: string, key: string): Promise<Json | undefined> {
    const place = placeOf(collection, key);
    return this.#use(async (level) => {
      const value = await level.get(place);
      return value === undefined ? undefined : JSON.parse(value);
    });
  }

  async range(collection: string, range: LedgerRange): Promise<readonly LedgerEntry[]> {
    const { start, end, withStart } = boundsOf(collection, range);
    const prefix = placeOf(collection, '').length;
    const from = withStart ? { gte: start } : { gt: start };
    const options = { ...from, lt: end, limit: range.limit, reverse: range.reverse === true };
    return this.#use(async (level) => {
      const entries = await level.iterator(options).all();
      return entries.map(([place, value]) => ({
        key: place.slice(prefix),
        value: JSON.parse(value),
      }));
    });
  }

  async batch(writes: readonly LedgerWrite[]): Promise<void> {
    const operations = writes.map(toOperation);
    try {
      await this.#use((level) => level.batch(operations, { sync: true }));
    } catch (cause) {
      if (this.#state === 'open') this.#state = 'failed';
      throw new LedgerWriteError('The records of the gateway could not be written', { cause });
    }
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await Promise.allSettled(this.#underWay);
    const level = await this.#level.catch(() => undefined);
    await level?.close();
  }

  async #use<Result>(work: (level: Level) => Promise<Result>): Promise<Result> {
    if (this.#state === 'closed') throw closed();
    if (this.#state === 'failed') this.#level = this.#openedAnew();
    const done = this.#level.then(work);
    this.#underWay.add(done);
    try {
      return await done;
    } finally {
      this.#underWay.delete(done);
    }
  }

  /** Begins once all that uses the failed one has ended; who comes now waits for the new one. */
  #openedAnew(): Promise<Level> {
    this.#state = 'open';
    const former = this.#level;
    const opened = (async () => {
      await Promise.allSettled([...this.#underWay]);
      // It failed already: that closing it fails too tells nothing new.
      await former.then((level) => level.close()).catch(() => undefined);
      return this.#reopen();
    })();
    opened.catch(() => {
      if (this.#state === 'open') this.#state = 'failed';
    });
    return opened;
  }
}
