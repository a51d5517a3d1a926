import type { Clock } from '../clock.ts';

/** Who watches hears of changes at most this often, in milliseconds; of the last one at once. */
const INTERVAL_MS = 250;

/** Who wants to hear of changes, by the id of what changes. A slow one gets the newest only. */
export class Watchers<Value> {
  readonly #clock: Clock;
  readonly #byId = new Map<string, Set<Watcher<Value>>>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  tell(id: string, value: Value): void {
    for (const watcher of this.#byId.get(id) ?? []) watcher.hear(value);
  }

  /**
   * Yields the value that is read and later ones, up to and with the last; `return` ends the wait.
   * It listens before it reads, so no change falls between the two. Undefined when there is nothing
   * to read; throws what the reading throws.
   */
  async watch(
    id: string,
    read: () => Promise<Value | undefined>,
    isLast: (value: Value) => boolean,
  ): Promise<AsyncGenerator<Value> | undefined> {
    const watcher = new Watcher(this.#clock, isLast);
    if (this.#isClosed) watcher.end();
    const all = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, all.add(watcher));
    const leave = (): void => {
      watcher.end();
      all.delete(watcher);
      if (all.size === 0 && this.#byId.get(id) === all) this.#byId.delete(id);
    };
    const first = await read().catch((error) => {
      leave();
      throw error;
    });
    if (first === undefined) {
      leave();
      return undefined;
    }
    watcher.begin(first);
    const values = watcher.values();
    const watched: AsyncGenerator<Value> = {
      next: async () => {
        const step = await values.next();
        if (step.done) leave();
        return step;
      },
      return: (value) => {
        leave();
        return values.return(value);
      },
      throw: (error) => {
        leave();
        return values.throw(error);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
      async [Symbol.asyncDispose]() {
        leave();
      },
    };
    return watched;
  }

  /** Ends all waiting, now and later. */
  close(): void {
    this.#isClosed = true;
    for (const all of this.#byId.values()) for (const watcher of all) watcher.end();
  }
}

class Watcher<Value> {
  readonly #clock: Clock;
  readonly #isLast: (value: Value) => boolean;
  readonly #over = new AbortController();
  #newest: Value | undefined;
  #isPausing = false;
  #wake: () => void = () => {};

  constructor(clock: Clock, isLast: (value: Value) => boolean) {
    this.#clock = clock;
    this.#isLast = isLast;
  }

  /** What was heard of meanwhile is newer. */
  begin(first: Value): void {
    this.#newest ??= first;
  }

  hear(value: Value): void {
    this.#newest = value;
    this.#wake();
  }

  end(): void {
    this.#over.abort();
    this.#wake();
  }

  async *values(): AsyncGenerator<Value> {
    while (!this.#over.signal.aborted) {
      const value = this.#newest;
      const isLast = value !== undefined && this.#isLast(value);
      if (value === undefined || (this.#isPausing && !isLast)) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#newest = undefined;
      this.#pause();
      yield value;
      if (isLast) return;
    }
  }

  #pause(): void {
    this.#isPausing = true;
    const goOn = (): void => {
      this.#isPausing = false;
      this.#wake();
    };
    this.#clock.sleep(INTERVAL_MS, this.#over.signal).then(goOn, goOn);
  }
}
