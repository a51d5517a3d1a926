/** Time as a dependency: everything that waits or asks for the time takes a Clock. */
export interface Clock {
  /** The date, in milliseconds since the epoch; it goes back when the machine's clock is set back. */
  nowMs(): number;
  /** Milliseconds since some moment: for all that lasts, since no setting of the clock moves it. */
  steadyMs(): number;
  /** Resolves after `waitMs`; rejects with the signal's reason when it aborts first. */
  sleep(waitMs: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => Math.floor(performance.now()),
  sleep: (waitMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, waitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** Stops the whole thread for so long; only for a process that is about to end. */
export function pauseThread(waitMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
}

/** Resolves once the event loop has turned: everybody else has had a go by then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
