import type { OperationReceipt } from '../channels.ts';

/** What one operation cost upstream, as `extensions.upstream` shows it. */
export interface Receipt extends OperationReceipt {
  /** Where the calls fall, for a caller who asked for the price alone. */
  readonly plan?: Plan;
  /** Whether it would be let in now, and what that is decided by; told with the plan. */
  readonly admission?: Admission;
}

/** How many calls at most fall to which field, the costliest first. */
export type Plan = ReadonlyArray<{ readonly path: string; readonly max: number }>;

/** Whether an operation would be let in. */
export interface Admission {
  readonly admitted: boolean;
  /** The code of the refusal. */
  readonly code?: string;
  /** The most certain calls that an operation may cost. */
  readonly limit: number;
  /** The certain calls by action. */
  readonly certain: Readonly<Record<string, number>>;
}

/** Adds up what one operation costs. */
export class ReceiptBook {
  priced = { min: 0, max: 0 };
  plan: Plan | undefined;
  admission: Admission | undefined;
  readonly #made = new Map<string, number>();
  #attempts = 0;
  #deduplicated = 0;
  #waitedMs = 0;
  #throttled = 0;
  #stale = false;

  /** Whether any question had to wait for a call. */
  get hasRead(): boolean {
    return this.#attempts + this.#deduplicated > 0;
  }

  /** The logical calls made: those of which an attempt was sent. */
  get calls(): number {
    let sum = 0;
    for (const count of this.#made.values()) sum += count;
    return sum;
  }

  called(action: string): void {
    this.#made.set(action, (this.#made.get(action) ?? 0) + 1);
  }

  attempted(waitedMs: number): void {
    this.#attempts += 1;
    this.#waitedMs += waitedMs;
  }

  wasThrottled(): void {
    this.#throttled += 1;
  }

  deduplicated(): void {
    this.#deduplicated += 1;
  }

  wasStale(): void {
    this.#stale = true;
  }

  /**
   * `oldestMs` is the time of the oldest answer used, infinite when none was; `cacheHits` is how many
   * of those used were known.
   */
  receipt(oldestMs: number, cacheHits = 0): Receipt {
    return {
      priced: this.priced,
      ...(this.plan === undefined ? {} : { plan: this.plan }),
      ...(this.admission === undefined ? {} : { admission: this.admission }),
      made: Object.fromEntries([...this.#made].sort(([a], [b]) => (a < b ? -1 : 1))),
      attempts: this.#attempts,
      deduplicated: this.#deduplicated,
      cacheHits,
      waitedMs: Math.round(this.#waitedMs),
      throttled: this.#throttled,
      oldest: Number.isFinite(oldestMs) ? new Date(oldestMs).toISOString() : null,
      ...(this.#stale ? { stale: true } : {}),
    };
  }
}
