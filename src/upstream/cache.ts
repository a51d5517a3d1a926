import { LRUCache } from 'lru-cache';
import { sizeOf } from './plain.ts';

/** Something AWS answered, and when. */
export interface Known<Value> {
  readonly value: Value;
  /** When the answer was received, in milliseconds since the epoch. */
  readonly atMs: number;
  /** The number of the call that brought it; calls are numbered in the order they begin. */
  readonly call: number;
}

interface Entry extends Known<unknown> {
  /** What it was made from. */
  readonly from: readonly string[];
  /** The number of the write up to which `from` was found untouched. */
  checkedAtWrite: number;
  /** The number of the mark up to which `from` was found as it was. */
  checkedAtMark: number;
}

/** How many touched things are remembered one by one. */
const MAX_TOUCHED = 10_000;

/**
 * What is known of AWS, bounded in bytes. A *thing* is whatever a write can touch (`ca/ID`,
 * `template/NAME`, `cas/of/NAME` ...); writes are numbered, and an entry holds while none has
 * touched a thing it was made from. So a write drops what it touched and no more.
 */
export class KnowledgeCache {
  readonly #entries: LRUCache<string, Entry>;
  /** The last write that touched each thing, in the order of these writes. */
  readonly #touchedAt = new Map<string, number>();
  /** Things that are not remembered were touched by this write at the latest. */
  #forgottenWrite = 0;
  #writes = 0;
  /** The call that showed a thing to be another than what was known of it, for each such thing. */
  readonly #changedBy = new Map<string, number>();
  /** Things that are not remembered were shown so by this call at the latest. */
  #forgottenCall = 0;
  /** Counts what makes entries worth another look: writes, and changes that calls showed. */
  #marks = 0;
  #changes = 0;

  constructor(maxBytes: number) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (entry, key) =>
        2 * key.length + 64 + sizeOf(entry.value) + sizeOf(entry.from),
    });
  }

  /**
   * What is known under a key, whatever its age; undefined once a write has touched it. Being
   * looked at saves nothing from being forgotten: what lists show is renewed with them.
   */
  get<Value>(key: string): Known<Value> | undefined {
    const entry = this.#entries.peek(key);
    if (entry === undefined) return undefined;
    if (entry.checkedAtMark !== this.#marks) {
      if (entry.from.some((thing) => this.#isOutdated(thing, entry))) {
        this.#entries.delete(key);
        return undefined;
      }
      entry.checkedAtWrite = this.#writes;
      entry.checkedAtMark = this.#marks;
    }
    return entry as Known<Value>;
  }

  /** The same, and it counts as used: it is forgotten after what was used longer ago. */
  use<Value>(key: string): Known<Value> | undefined {
    this.#entries.get(key);
    return this.get(key);
  }

  /** Keeps an answer, unless a newer one is kept already. */
  put<Value>(key: string, known: Known<Value>, things: readonly string[]): void {
    const kept = this.get(key);
    if (kept !== undefined && kept.call > known.call) return;
    this.#changes += 1;
    this.#entries.set(key, {
      ...known,
      from: things,
      checkedAtWrite: this.#writes,
      // A call from before a change may be answered after it.
      checkedAtMark: -1,
    });
  }

  /** A write touched these things: what was made from them no longer counts. */
  touch(things: readonly string[]): void {
    this.#writes += 1;
    this.#marks += 1;
    this.#changes += 1;
    for (const thing of things) {
      this.#touchedAt.delete(thing);
      this.#touchedAt.set(thing, this.#writes);
    }
    for (const [thing, write] of this.#touchedAt) {
      if (this.#touchedAt.size <= MAX_TOUCHED) break;
      this.#touchedAt.delete(thing);
      this.#forgottenWrite = write;
    }
  }

  /**
   * A call showed a thing to be another than what is known of it: somebody else changed it, so what
   * earlier calls told of it no longer counts. Answers under way are not held up by it, as by writes.
   */
  changed(thing: string, call: number): void {
    this.#marks += 1;
    this.#changes += 1;
    this.#changedBy.delete(thing);
    this.#changedBy.set(thing, call);
    if (this.#changedBy.size <= MAX_TOUCHED) return;
    for (const [oldest, by] of this.#changedBy) {
      this.#changedBy.delete(oldest);
      this.#forgottenCall = Math.max(this.#forgottenCall, by);
      break;
    }
  }

  /** How many writes there have been; an answer begun before the last one may be older than it. */
  get writes(): number {
    return this.#writes;
  }

  /** How many times anything changed in here; while it stands, so does all that was read. */
  get changes(): number {
    return this.#changes;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  clear(): void {
    this.#changes += 1;
    this.#entries.clear();
  }

  #isOutdated(thing: string, { checkedAtWrite, call }: Entry): boolean {
    if (this.#lastTouched(thing) > checkedAtWrite) return true;
    return (this.#changedBy.get(thing) ?? this.#forgottenCall) > call;
  }

  #lastTouched(thing: string): number {
    return this.#touchedAt.get(thing) ?? this.#forgottenWrite;
  }
}
