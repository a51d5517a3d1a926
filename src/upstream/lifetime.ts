import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';
import { GatewayError, NotSent } from '../errors.ts';

/** Timers hold 2^31 ms at most, and fire at once beyond. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

interface LifetimeOptions {
  /** When it ends, in milliseconds since the epoch. `Infinity`: never by itself. */
  readonly deadlineMs: number;
  /** Ends it from outside. */
  readonly signal?: AbortSignal;
}

type End = (reason: unknown) => void;

/** The lifetimes of all operations under way. */
export class Lifetimes {
  readonly #clock: Clock;
  readonly #waiting = new Set<Lifetime>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(options: LifetimeOptions): Lifetime {
    return new Lifetime(this.#clock, this.#waiting, options);
  }

  /** Ends, as their deadlines would, the operations with a deadline that wait for something. */
  cut(): void {
    for (const lifetime of this.#waiting) {
      if (Number.isFinite(lifetime.deadlineMs)) lifetime.cut();
    }
  }
}

/**
 * How long an operation goes on: until its deadline, or until nobody waits for its answer any more.
 * It ends waiting, not the calls that others wait for too. A timer runs only while there is
 * something to wait for, so that an operation which is answered from memory costs none.
 */
export class Lifetime {
  readonly deadlineMs: number;
  readonly #clock: Clock;
  readonly #peers: Set<Lifetime>;
  readonly #outside: AbortSignal | undefined;
  /** By the steady clock, as its end. */
  readonly #startedMs: number;
  readonly #endsMs: number;
  readonly #waiting = new Set<End>();
  #controller: AbortController | undefined;
  #alarm: AbortController | undefined;
  #reason: unknown;
  #isCommitted = false;

  /** `peers` holds it while it waits for something. */
  constructor(clock: Clock, peers: Set<Lifetime>, { deadlineMs, signal }: LifetimeOptions) {
    this.#clock = clock;
    this.#peers = peers;
    this.#startedMs = clock.steadyMs();
    this.#endsMs = this.#startedMs + deadlineMs - clock.nowMs();
    this.deadlineMs = deadlineMs;
    this.#outside = signal;
  }

  /** Aborts when it ends, but at its deadline only while something is waited for. */
  get signal(): AbortSignal {
    if (this.#outside !== undefined) return this.#outside;
    this.#controller ??= manyListeners();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Why it has ended; undefined while it goes on. */
  get reason(): unknown {
    return this.#reason;
  }

  /** Throws why it has ended, if it has. */
  check(): void {
    if (this.#outside?.aborted) throw this.#outside.reason;
    if (this.#reason === undefined && this.#clock.steadyMs() >= this.#endsMs) this.#expire();
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The result of work, unless the end comes first: then it rejects with UPSTREAM_TIMEOUT or so. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#watch(reject);
      work.then(
        (result) => {
          this.#forget(reject);
          resolve(result);
        },
        (error) => {
          this.#forget(reject);
          reject(error);
        },
      );
    });
  }

  /** A write is about to be sent: from now on the operation goes on without its client. */
  commit(): void {
    this.#isCommitted = true;
  }

  /** The same operation with at least so long to go on, to find out what became of a write. */
  extended(byMs: number): Lifetime {
    const leftMs = Math.max(this.#endsMs - this.#clock.steadyMs(), byMs);
    const deadlineMs = this.#clock.nowMs() + leftMs;
    const outside = this.#outside === undefined ? {} : { signal: this.#outside };
    return new Lifetime(this.#clock, this.#peers, { deadlineMs, ...outside });
  }

  /** Nobody waits for the answer any more. */
  leave(): void {
    if (!this.#isCommitted) this.#end(new GatewayError('CLIENT_CLOSED_REQUEST'));
  }

  /** Ends it now, whatever it is at, as its deadline would. */
  cut(): void {
    this.#expire();
  }

  #expire(): void {
    const waitedMs = this.#clock.steadyMs() - this.#startedMs;
    const message = `AWS IoT had not answered when the operation had to end, after ${waitedMs} ms.`;
    // It ends reads, and writes that were not sent yet.
    const cause = new NotSent('The operation had to end.');
    this.#end(new GatewayError('UPSTREAM_TIMEOUT', message, {}, cause));
  }

  #end(reason: unknown): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const end of this.#waiting) end(reason);
    this.#waiting.clear();
    this.#stopWatching();
    this.#controller?.abort(reason);
  }

  #watch(end: End): void {
    try {
      this.check();
    } catch (reason) {
      end(reason);
      return;
    }
    this.#waiting.add(end);
    if (this.#waiting.size > 1) return;
    this.#peers.add(this);
    this.#outside?.addEventListener('abort', this.#onOutside);
    this.#setAlarm();
  }

  #forget(end: End): void {
    if (this.#waiting.delete(end) && this.#waiting.size === 0) this.#stopWatching();
  }

  #setAlarm(): void {
    const leftMs = this.#endsMs - this.#clock.steadyMs();
    if (leftMs > LONGEST_SLEEP_MS) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#clock.sleep(leftMs, alarm.signal).then(
      () => this.#expire(),
      // Nothing is waited for any more.
      () => {},
    );
  }

  #stopWatching(): void {
    this.#peers.delete(this);
    this.#alarm?.abort();
    this.#alarm = undefined;
    this.#outside?.removeEventListener('abort', this.#onOutside);
  }

  readonly #onOutside = (): void => this.#end(this.#outside?.reason);
}

/** All calls of an operation listen at once, and Node.js would take that for a leak. */
function manyListeners(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
