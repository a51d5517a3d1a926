/** One listener for each signal, however many wait under it: Node.js adds and finds one in O(n). */
export class Signals {
  readonly #callbacks = new Map<AbortSignal, { all: Set<() => void>; listener: () => void }>();

  /** Calls back when the signal aborts. The answer undoes it, and must be called once. */
  watch(signal: AbortSignal, callback: () => void): () => void {
    let watched = this.#callbacks.get(signal);
    if (watched === undefined) {
      const all = new Set<() => void>();
      const listener = (): void => {
        for (const each of all) each();
      };
      watched = { all, listener };
      this.#callbacks.set(signal, watched);
      signal.addEventListener('abort', listener, { once: true });
    }
    const { all, listener } = watched;
    all.add(callback);
    return () => {
      all.delete(callback);
      if (all.size > 0) return;
      this.#callbacks.delete(signal);
      signal.removeEventListener('abort', listener);
    };
  }
}
