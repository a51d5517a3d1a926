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
    if (entry.checkedAtWrite !== this.#writes) {
      const { checkedAtWrite } = entry;
      if (entry.from.some((thing) => this.#lastTouched(thing) > checkedAtWrite)) {
        this.#entries.delete(key);
        return undefined;
      }
      entry.checkedAtWrite = this.#writes;
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
    });
  }

  /** A write touched these things: what was made from them no longer counts. */
  touch(things: readonly string[]): void {
    this.#writes += 1;
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

  #lastTouched(thing: string): number {
    return this.#touchedAt.get(thing) ?? this.#forgottenWrite;
  }
}
