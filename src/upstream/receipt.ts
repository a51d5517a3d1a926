/** What one operation cost upstream, as `extensions.upstream` shows it. */
export interface Receipt {
  /** Logical calls by action; retries of a call are not counted here. */
  readonly made: Readonly<Record<string, number>>;
  /** Requests sent, retries included. */
  readonly attempts: number;
  /** Look-ups that another look-up of the same operation answered. */
  readonly deduplicated: number;
  /** Calls that AWS refused as throttled, also after the retries. */
  readonly throttled: number;
  /** When the oldest answer used was received; null when no call was made. */
  readonly oldest: string | null;
}

/** Adds up the calls of one operation. */
export class ReceiptBook {
  readonly #made = new Map<string, number>();
  #attempts = 0;
  #deduplicated = 0;
  #throttled = 0;
  #oldestMs: number | undefined;

  called(action: string, attempts: number): void {
    this.#made.set(action, (this.#made.get(action) ?? 0) + 1);
    this.#attempts += attempts;
  }

  answered(atMs: number): void {
    this.#oldestMs = Math.min(this.#oldestMs ?? atMs, atMs);
  }

  wasThrottled(): void {
    this.#throttled += 1;
  }

  wasDeduplicated(): void {
    this.#deduplicated += 1;
  }

  receipt(): Receipt {
    return {
      made: Object.fromEntries([...this.#made].sort(([a], [b]) => (a < b ? -1 : 1))),
      attempts: this.#attempts,
      deduplicated: this.#deduplicated,
      throttled: this.#throttled,
      oldest: this.#oldestMs === undefined ? null : new Date(this.#oldestMs).toISOString(),
    };
  }
}
