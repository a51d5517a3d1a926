import type { Clock } from '../clock.ts';
import type { ActionName } from './actions.ts';
import {
  type Claimant,
  Deadlines,
  type Expiring,
  type Priority,
  ServingOrder,
} from './fairQueue.ts';
import {
  fullLevel,
  type Level,
  mostPermits,
  msUntil,
  type Quota,
  type Quotas,
  refilled,
  sharedQuota,
  slowed,
  wholePermits,
} from './quotas.ts';
import type { SharedWait } from './sharedWait.ts';
import { Signals } from './signals.ts';

interface LimiterOptions {
  readonly clock: Clock;
  /** What AWS allows. */
  readonly quotas: Quotas;
  /** The part of it that may be used, more than 0 and at most 1. */
  readonly share: number;
}

/** Who asks for a permit, and how long it is of use. */
export interface PermitRequest {
  readonly action: ActionName;
  /** Permits are shared out fairly among callers. */
  readonly caller: string;
  readonly priority: Priority;
  /** A permit at this date, in milliseconds since the epoch, or later is of no use. `Infinity` waits for ever. */
  readonly deadlineMs: number;
  /** Gives up waiting; the request rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Who else waits for the same permit; unset: nobody. */
  readonly wait?: SharedWait;
}

/** The right to make one attempt now. */
export interface Permit {
  readonly waitedMs: number;
  /** To be called when the attempt has ended. Again does nothing. */
  release(): void;
}

/** One action's bucket, as `Query.quota` shows it. */
export interface BucketState {
  readonly action: ActionName;
  /** The rate now: below the full one for some time after AWS throttled. */
  readonly ratePerSecond: number;
  readonly fullRatePerSecond: number;
  readonly burst: number;
  /** Permits that could be had at once if nobody waited. */
  readonly available: number;
  /** Permits given and not released. */
  readonly inUse: number;
  readonly waiting: number;
  /** How often AWS throttled the action in the last 60 s. */
  readonly throttledLately: number;
}

/** The permit cannot be had before the deadline. */
export class NoPermitInTime extends Error {
  override readonly name = 'NoPermitInTime';
  readonly action: ActionName;
  /** When the same request, with the same time to wait, would succeed if nobody else came. */
  readonly retryAfterMs: number;

  constructor(action: ActionName, retryAfterMs: number) {
    super(`No permit for ${action} before the deadline; one may be had in ${retryAfterMs} ms.`);
    this.action = action;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The limiter was closed before the permit was given. */
export class LimiterClosed extends Error {
  override readonly name = 'LimiterClosed';

  constructor() {
    super('The limiter is closed.');
  }
}

/** Throttled again within this time, the rate is not halved again: it is the same overload. */
const HALVE_AT_MOST_EVERY_MS = 1000;
const LATELY_MS = 60_000;

/** Timers hold 2^31 ms at most, and fire at once beyond. */
const LONGEST_SLEEP_MS = 60_000;

/** Who waits for a permit; times are the clock's steady ones. */
interface Waiter extends Expiring {
  /** In whose line it stands: of those who wait for the same, the one whose turn comes first. */
  claimant: Claimant;
  readonly askedAtMs: number;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes the waiter off its signal, and off those who may join it. */
  stopWatching: () => void;
}

/** The permits of one action: who waits for them, and when the next can be given. */
class Bucket {
  readonly #action: ActionName;
  readonly #quota: Quota;
  readonly #clock: Clock;
  readonly #signals: Signals;
  readonly #order = new ServingOrder<Waiter>();
  readonly #deadlines = new Deadlines<Waiter>();
  #level: Level;
  #inUse = 0;
  #halvedAtMs = Number.NEGATIVE_INFINITY;
  #throttledAtMs: readonly number[] = [];
  /** Set while a timer runs that serves the queue. */
  #alarm: AbortController | undefined;

  constructor(action: ActionName, quota: Quota, clock: Clock, signals: Signals) {
    this.#action = action;
    this.#quota = quota;
    this.#clock = clock;
    this.#signals = signals;
    this.#level = fullLevel(quota, clock.steadyMs());
  }

  acquire({ caller, priority, deadlineMs, signal, wait }: PermitRequest): Promise<Permit> {
    return new Promise((resolve, reject) => {
      this.#serve();
      const askedAtMs = this.#clock.steadyMs();
      const allowedMs = deadlineMs - this.#clock.nowMs();
      const waitMs = this.timeFor(1, caller, priority);
      if (waitMs >= allowedMs) {
        reject(this.#noPermitInTime(waitMs, allowedMs));
        return;
      }
      const waiter: Waiter = {
        claimant: { caller, priority },
        askedAtMs,
        deadlineMs: askedAtMs + allowedMs,
        resolve,
        reject,
        heapIndex: 0,
        stopWatching: () => {},
      };
      this.#order.push(priority, caller, waiter);
      this.#deadlines.add(waiter);
      const unjoin = wait?.watch((claimant) => this.#join(waiter, claimant));
      const unwatch =
        signal && this.#signals.watch(signal, () => this.#dismiss(waiter, signal.reason));
      waiter.stopWatching = () => {
        unjoin?.();
        unwatch?.();
      };
      this.#serve();
    });
  }

  /** Lets one who waits take another's turn, where that comes sooner. */
  #join(waiter: Waiter, claimant: Claimant): void {
    if (!this.#order.comesBefore(claimant, waiter.claimant, waiter)) return;
    this.#withdraw(waiter);
    waiter.claimant = claimant;
    this.#order.push(claimant.priority, claimant.caller, waiter);
  }

  #withdraw(waiter: Waiter): void {
    const { priority, caller } = waiter.claimant;
    this.#order.remove(priority, caller, waiter);
  }

  timeFor(count: number, caller: string, priority: Priority): number {
    const level = refilled(this.#level, this.#quota, this.#clock.steadyMs());
    return msUntil(level, this.#quota, this.#order.position(priority, caller, count));
  }

  throttled(): void {
    const nowMs = this.#clock.steadyMs();
    const halve = nowMs - this.#halvedAtMs >= HALVE_AT_MOST_EVERY_MS;
    if (halve) this.#halvedAtMs = nowMs;
    this.#level = slowed(refilled(this.#level, this.#quota, nowMs), this.#quota, halve);
    this.#throttledAtMs = [...this.#throttledLately(nowMs), nowMs];
  }

  state(): BucketState {
    const nowMs = this.#clock.steadyMs();
    const level = refilled(this.#level, this.#quota, nowMs);
    return {
      action: this.#action,
      ratePerSecond: level.ratePerSecond,
      fullRatePerSecond: this.#quota.ratePerSecond,
      burst: this.#quota.burst,
      available: wholePermits(level),
      inUse: this.#inUse,
      waiting: this.#order.size,
      throttledLately: this.#throttledLately(nowMs).length,
    };
  }

  close(): void {
    for (let last = this.#deadlines.earliest; last; last = this.#deadlines.earliest) {
      this.#dismiss(last, new LimiterClosed());
    }
  }

  /** Gives out the permits there are, in turn, and sees to it that this happens again in time. */
  #serve(): void {
    const nowMs = this.#clock.steadyMs();
    this.#expire(nowMs);
    this.#level = refilled(this.#level, this.#quota, nowMs);
    for (let left = wholePermits(this.#level); left > 0; left -= 1) {
      const waiter = this.#order.next();
      if (waiter === undefined) break;
      this.#level = { ...this.#level, permits: this.#level.permits - 1 };
      this.#deadlines.remove(waiter);
      waiter.stopWatching();
      waiter.resolve(this.#permit(nowMs - waiter.askedAtMs));
    }
    this.#setAlarm(nowMs);
  }

  #permit(waitedMs: number): Permit {
    this.#inUse += 1;
    let released = false;
    return {
      waitedMs,
      release: () => {
        if (!released) this.#inUse -= 1;
        released = true;
      },
    };
  }

  #expire(nowMs: number): void {
    for (;;) {
      const waiter = this.#deadlines.earliest;
      if (waiter === undefined || waiter.deadlineMs > nowMs) return;
      this.#withdraw(waiter);
      const waitMs = this.timeFor(1, waiter.claimant.caller, waiter.claimant.priority);
      const allowedMs = waiter.deadlineMs - waiter.askedAtMs;
      this.#dismiss(waiter, this.#noPermitInTime(waitMs, allowedMs));
    }
  }

  /** Ends the waiting of one without a permit. */
  #dismiss(waiter: Waiter, reason: unknown): void {
    this.#withdraw(waiter);
    this.#deadlines.remove(waiter);
    waiter.stopWatching();
    waiter.reject(reason);
    if (this.#order.size === 0) this.#stopAlarm();
  }

  #noPermitInTime(waitMs: number, allowedMs: number): NoPermitInTime {
    const retryAfterMs = waitMs - Math.max(0, allowedMs) + 1;
    return new NoPermitInTime(this.#action, Math.max(1, retryAfterMs));
  }

  /**
   * A running timer is never late for a newcomer: a newcomer is let in only when its deadline comes
   * after the next permit.
   */
  #setAlarm(nowMs: number): void {
    const first = this.#deadlines.earliest;
    if (first === undefined || this.#alarm !== undefined) return;
    const sleepMs = Math.min(
      msUntil(this.#level, this.#quota, 1),
      first.deadlineMs - nowMs,
      LONGEST_SLEEP_MS,
    );
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#clock.sleep(sleepMs, alarm.signal).then(
      () => {
        if (this.#alarm !== alarm) return;
        this.#alarm = undefined;
        this.#serve();
      },
      // Stopped, because nobody waits.
      () => {},
    );
  }

  #stopAlarm(): void {
    this.#alarm?.abort();
    this.#alarm = undefined;
  }

  #throttledLately(nowMs: number): readonly number[] {
    return this.#throttledAtMs.filter((atMs) => nowMs - atMs < LATELY_MS);
  }
}

/**
 * Permits for the calls to one target, so that they stay inside its share of AWS's quotas. Each
 * action has a bucket of its own. Those who wait are served fairly (see ServingOrder), and nobody
 * waits who cannot be served in time.
 */
export class Limiter {
  readonly #clock: Clock;
  readonly #quotas: Quotas;
  readonly #share: number;
  readonly #signals = new Signals();
  readonly #buckets = new Map<ActionName, Bucket>();
  #closed = false;

  constructor({ clock, quotas, share }: LimiterOptions) {
    if (!(share > 0 && share <= 1)) {
      throw new RangeError(`The share of the quotas is more than 0 and at most 1, not ${share}.`);
    }
    this.#clock = clock;
    this.#quotas = quotas;
    this.#share = share;
  }

  /**
   * Waits for a permit. Rejects with NoPermitInTime at once when the queue, as it stands, leaves
   * none before the deadline, and also when the deadline comes while waiting; with the signal's
   * reason when that aborts; with LimiterClosed.
   */
  acquire(request: PermitRequest): Promise<Permit> {
    if (this.#closed) return Promise.reject(new LimiterClosed());
    if (request.signal?.aborted) return Promise.reject(request.signal.reason);
    return this.#bucket(request.action).acquire(request);
  }

  /**
   * Whole milliseconds from now until `count` more permits for this caller could all have been
   * given, with the permits there are and the queue as it stands. Changes nothing.
   */
  timeFor(action: ActionName, count: number, caller: string, priority: Priority): number {
    const bucket = this.#buckets.get(action) ?? this.#newBucket(action);
    return count > 0 ? bucket.timeFor(count, caller, priority) : 0;
  }

  /** How many permits one caller could have within so long at the most, with a full bucket. */
  mostWithin(action: ActionName, withinMs: number): number {
    return mostPermits(sharedQuota(this.#quotas[action], this.#share), withinMs);
  }

  /**
   * AWS throttled an attempt: the stored permits are dropped and the rate is halved, at most once
   * a second. Time alone brings the rate back, a tenth of the full one each second.
   */
  throttled(action: ActionName): void {
    this.#bucket(action).throttled();
  }

  /** The buckets used so far, in the order of their first use. */
  state(): readonly BucketState[] {
    return [...this.#buckets.values()].map((bucket) => bucket.state());
  }

  /** Rejects all who wait, and whoever asks from now on. */
  close(): void {
    this.#closed = true;
    for (const bucket of this.#buckets.values()) bucket.close();
  }

  #bucket(action: ActionName): Bucket {
    let bucket = this.#buckets.get(action);
    if (bucket === undefined) {
      bucket = this.#newBucket(action);
      this.#buckets.set(action, bucket);
    }
    return bucket;
  }

  #newBucket(action: ActionName): Bucket {
    const quota = sharedQuota(this.#quotas[action], this.#share);
    return new Bucket(action, quota, this.#clock, this.#signals);
  }
}
