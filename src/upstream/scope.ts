import { GatewayError } from '../errors.ts';
import type { KnowledgeCache } from './cache.ts';
import type { Lifetime } from './lifetime.ts';
import type { ReceiptBook } from './receipt.ts';
import type { SharedWait } from './sharedWait.ts';
import type { WriteRecorder } from './writes.ts';

/** How old the answers may be that an operation takes. */
export interface Freshness {
  /** When the operation began, in milliseconds since the epoch. */
  readonly startedMs: number;
  /** The number of calls ever begun when the operation began: younger ones are its own time's. */
  readonly startedCall: number;
  /** From the request's `Cache-Control`: an age in milliseconds, 0 to read live; unset: the defaults. */
  readonly maxAgeMs?: number;
  /**
   * From the request's `Cache-Control`: how long after an answer has become too old it is still good
   * enough where AWS cannot be asked, in milliseconds; unset: never.
   */
  readonly staleIfErrorMs?: number;
}

/** What an operation read: enough to tell later whether it would read the same again. */
export class InputLog {
  /** The call that brought each answer looked for, by its key in the cache; 0 where there was none. */
  readonly calls = new Map<string, number>();
  /** When the first of them is too old by the default ages, in milliseconds since the epoch. */
  expiresMs = Infinity;
  oldestMs = Infinity;
  /** Whether all that was read is noted, or only how old it is. */
  readonly isKept: boolean;
  /** The calls that brought what was used, and those that were waited for. */
  readonly #used = new Set<number>();
  readonly #waitedFor = new Set<number>();
  /** The same once more for who takes all of it again and again: an array is gone through faster. */
  #usedCalls: readonly number[] | undefined;
  /** The count of changes in the cache up to which all was found to stand. */
  #heldAtChange = -1;

  /** Without `isKept` only ages are noted, for an answer that nobody will remember. */
  constructor(isKept = true) {
    this.isKept = isKept;
  }

  /** Something was read that no call dates: the answer must not be used again. */
  expireNow(): void {
    this.expiresMs = Number.NEGATIVE_INFINITY;
  }

  /** How many answers of AWS were used; one counts once, however much was taken from it. */
  get used(): number {
    return this.#used.size;
  }

  /** The calls that brought them. */
  get usedCalls(): readonly number[] {
    this.#usedCalls ??= [...this.#used];
    return this.#usedCalls;
  }

  /** How many of them were known: no call for them was waited for. */
  get hits(): number {
    let hits = 0;
    for (const call of this.#used) if (!this.#waitedFor.has(call)) hits += 1;
    return hits;
  }

  /** Nothing of what was read is used: it is read again. */
  restart(): void {
    this.calls.clear();
    this.#used.clear();
    this.#usedCalls = undefined;
    this.expiresMs = Infinity;
    this.oldestMs = Infinity;
  }

  waitedFor(call: number): void {
    this.#waitedFor.add(call);
  }

  add(key: string, call: number, atMs: number, maxAgeMs: number): void {
    this.#used.add(call);
    this.#usedCalls = undefined;
    if (this.isKept) this.#note(key, call);
    if (atMs < this.oldestMs) this.oldestMs = atMs;
    if (atMs + maxAgeMs < this.expiresMs) this.expiresMs = atMs + maxAgeMs;
  }

  /** There was no answer under a key, or one too old: `call` brought it. */
  missed(key: string, call = 0): void {
    if (this.isKept) this.#note(key, call);
  }

  /** Another answer became part of this one. */
  addAll(part: InputLog): void {
    for (const call of part.usedCalls) this.#used.add(call);
    this.#usedCalls = undefined;
    if (this.isKept) for (const [key, call] of part.calls) this.#note(key, call);
    if (part.oldestMs < this.oldestMs) this.oldestMs = part.oldestMs;
    if (part.expiresMs < this.expiresMs) this.expiresMs = part.expiresMs;
  }

  /** Whether an operation would read the same again, by the default ages. */
  hold(cache: KnowledgeCache, nowMs: number): boolean {
    if (nowMs > this.expiresMs) return false;
    const { changes } = cache;
    if (this.#heldAtChange === changes) return true;
    for (const [key, call] of this.calls) {
      if ((cache.get(key)?.call ?? 0) !== call) return false;
    }
    this.#heldAtChange = changes;
    return true;
  }

  /** What was read twice and differed makes an answer that no one state of things would make. */
  #note(key: string, call: number): void {
    if ((this.calls.get(key) ?? call) !== call) this.expireNow();
    this.calls.set(key, call);
  }
}

/** The operation on whose behalf calls are made. */
export interface CallScope {
  readonly receipts: ReceiptBook;
  readonly inputs: InputLog;
  readonly budget: Budget;
  readonly freshness: Freshness;
  /** Whom permits are shared fairly between. */
  readonly caller: string;
  readonly priority: 'interactive' | 'bulk';
  /** When the operation must have ended, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** Who keeps account of its writes; unset: nobody. */
  readonly writes?: WriteRecorder;
  /**
   * The operation may have been made before, since this time (in milliseconds since the epoch), and
   * its end is not known: each of its writes is looked for before it is made.
   */
  readonly doubtSinceMs?: number;
  /** Ends the operation's waiting; unset: it waits as long as it takes. */
  readonly lifetime?: Lifetime;
  /** Puts off asking until what the operation hands out now has said what it asks; unset: for a tick. */
  readonly gather?: (ask: () => void) => void;
  /** Ends a call, once nobody waits for it; the door sets it for each. */
  readonly signal?: AbortSignal;
  /** Who else waits for a call; the door sets it for each read. */
  readonly wait?: SharedWait;
}

/**
 * The calls that one operation may make. A call spends as it is asked for, since others of its
 * operation are asked for before it can leave; one that gets no permit has spent all the same, or an
 * operation that is refused could go on asking. A set that is refused together spends nothing.
 */
export class Budget {
  #limit: number;
  #spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Lowers the limit to the price of the operation. */
  restrict(limit: number): void {
    this.#limit = Math.min(this.#limit, limit);
  }

  /** How many calls it may still make. */
  get left(): number {
    return this.#limit - this.#spent;
  }

  /** Allows calls that no price foresees: finding out what became of a write. */
  extend(calls: number): void {
    this.#limit += calls;
  }

  /** Takes one call; throws UPSTREAM_BUDGET_SPENT when there is none left. */
  spend(action: string): void {
    if (this.#spent >= this.#limit) {
      throw new GatewayError(
        'UPSTREAM_BUDGET_SPENT',
        `The operation has spent its budget of ${this.#limit} AWS calls; ask for less at once.`,
        { action, limit: this.#limit },
      );
    }
    this.#spent += 1;
  }
}
