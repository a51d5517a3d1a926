import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';

/** What workers may do now. */
type Passage = 'GO' | 'STOP';

/** Lets workers through, holds them for a time, or stops them. */
export class Gate {
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  #holding: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    // All calls of all workers listen at once.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** Aborts when workers are stopped. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  get isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  get isHolding(): boolean {
    return this.#holding !== undefined;
  }

  /** Waits while workers are held. */
  async pass(): Promise<Passage> {
    while (this.#holding !== undefined && !this.isStopped) await this.#holding.over;
    return this.isStopped ? 'STOP' : 'GO';
  }

  /** Holds all workers for so long; `onOver` is told when it is over, unless they are stopped. */
  hold(waitMs: number, onOver: () => Promise<void>): void {
    const cut = new AbortController();
    const until = AbortSignal.any([this.#stopped.signal, cut.signal]);
    const over = this.#clock.sleep(waitMs, until).then(
      async () => {
        this.#holding = undefined;
        await onOver();
      },
      () => {
        this.#holding = undefined;
      },
    );
    this.#holding = { over, end: () => cut.abort() };
  }

  /** Lets workers through that are held; nobody is told that it is over. */
  release(): void {
    this.#holding?.end();
  }

  stop(): void {
    this.#stopped.abort();
  }
}
