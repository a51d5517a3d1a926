import type { Claimant } from './fairQueue.ts';

/**
 * The wait of one call for its permits, in the name of all who wait for the call: who joins it is not
 * to wait longer than for a call of its own.
 */
export class SharedWait {
  readonly #joined = new Map<string, Claimant>();
  #onJoin: ((claimant: Claimant) => void) | undefined;

  join({ caller, priority }: Claimant): void {
    const key = `${priority}/${caller}`;
    if (this.#joined.has(key)) return;
    const claimant = { caller, priority };
    this.#joined.set(key, claimant);
    this.#onJoin?.(claimant);
  }

  /** Tells of all who have joined, and of those who will until the answer is called. One at a time. */
  watch(onJoin: (claimant: Claimant) => void): () => void {
    this.#onJoin = onJoin;
    for (const claimant of this.#joined.values()) onJoin(claimant);
    return () => {
      this.#onJoin = undefined;
    };
  }
}
