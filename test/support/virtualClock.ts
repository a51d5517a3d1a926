import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #steadyMs = 0;
  #sleepers: Sleeper[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#steadyMs;
  }

  sleep(waitMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        dueMs: this.#steadyMs + waitMs,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /**
   * Moves time forward and wakes, in order, everyone whose time has come. Less than 0 sets the date
   * back, as on a machine: no time passes.
   */
  advance(byMs: number): void {
    this.#nowMs += byMs;
    this.#steadyMs += Math.max(0, byMs);
    const due = this.#sleepers.filter((sleeper) => sleeper.dueMs <= this.#steadyMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.dueMs > this.#steadyMs);
    for (const sleeper of due.sort((a, b) => a.dueMs - b.dueMs)) sleeper.wake();
  }

  /** How many sleepers wait now. */
  get waiting(): number {
    return this.#sleepers.length;
  }
}
