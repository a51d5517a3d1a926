/** Those who wait for one execution: it is given up when the last of them has left. */
export class Audience {
  #waiting = 0;
  #onEmpty: (() => void) | undefined;

  /** One more waits; the answer lets it leave, and is to be called once. */
  join(): () => void {
    this.#waiting += 1;
    return () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#onEmpty?.();
    };
  }

  /** Calls back when nobody waits any more; at once when that is so. */
  whenEmpty(onEmpty: () => void): void {
    this.#onEmpty = onEmpty;
    if (this.#waiting === 0) onEmpty();
  }

  /** The execution has ended: whoever leaves now gives up nothing. */
  end(): void {
    this.#onEmpty = undefined;
  }
}
