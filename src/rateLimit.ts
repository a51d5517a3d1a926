import { LRUCache } from 'lru-cache';
import { GatewayError } from './errors.ts';

/** What each caller may spend. */
export interface RatePolicy {
  /** At once; a unit is a request, or an AWS call that it costs. */
  readonly units: number;
  /** In so many seconds all of it comes back, evenly. */
  readonly windowS: number;
}

/** What each caller may have under way at once, by the kind of answer. */
export const AT_ONCE = {
  requests: 100,
  /** Streams of events, which last. */
  streams: 20,
} as const;

/** In which a place is likely to be free again. */
const AT_ONCE_RETRY_MS = 1000;

/**
 * Counts what each caller has under way, so that none takes all connections. A caller is forgotten
 * with the last of it.
 */
export class UnderWay {
  readonly #counts: Readonly<Record<keyof typeof AT_ONCE, Map<string, number>>> = {
    requests: new Map(),
    streams: new Map(),
  };

  /** Begins one more; call what it answers at its end, once. Throws RATE_LIMITED. */
  begin(caller: string, kind: keyof typeof AT_ONCE): () => void {
    const counts = this.#counts[kind];
    const limit = AT_ONCE[kind];
    const running = counts.get(caller) ?? 0;
    if (running >= limit) {
      throw new GatewayError(
        'RATE_LIMITED',
        `This caller has ${running} ${kind} under way, and may have no more.`,
        { retryAfterMs: AT_ONCE_RETRY_MS, limit },
      );
    }
    counts.set(caller, running + 1);
    return () => {
      const left = (counts.get(caller) ?? 0) - 1;
      if (left > 0) counts.set(caller, left);
      else counts.delete(caller);
    };
  }
}

/** What one request takes of its caller's rate. */
export interface Charge {
  /**
   * Takes what the request costs so far, in units; what it took before is part of that. A request
   * that costs more than anybody can have takes all that there is. Throws RATE_LIMITED.
   */
  take(units: number): void;
  /** Takes what the request has cost in the end, be it there or not. */
  settle(units: number): void;
  /** What an answer to the request tells of the rate, and when to come again. */
  headers(): Readonly<Record<string, string>>;
}

/** Of callers without a limit. */
export const NO_CHARGE: Charge = {
  take: () => undefined,
  settle: () => undefined,
  headers: () => ({}),
};

/** What a caller has left, when that was looked at last. */
interface Bucket {
  units: number;
  atMs: number;
}

/** A caller heard of last after so many others begins anew. */
const MAX_CALLERS = 10_000;

const NAME = '"calls"';

/** A bucket for each caller, which fills evenly; all requests under one name share it. */
export class RateLimiter {
  readonly #policy: RatePolicy;
  readonly #steadyMs: () => number;
  readonly #buckets = new LRUCache<string, Bucket>({
    // Not `max`, for which room for all of them is taken at the start.
    maxSize: MAX_CALLERS,
    sizeCalculation: () => 1,
  });

  /** `steadyMs` is the time by a clock that nothing sets. */
  constructor(policy: RatePolicy, steadyMs: () => number) {
    this.#policy = policy;
    this.#steadyMs = steadyMs;
  }

  /** A request of a caller has come; nothing is taken yet. */
  open(caller: string): Charge {
    return new BucketCharge(this.#policy, () => this.#filled(caller));
  }

  #filled(caller: string): Bucket {
    const atMs = this.#steadyMs();
    const { units, windowS } = this.#policy;
    const bucket = this.#buckets.get(caller);
    if (bucket === undefined) {
      const full: Bucket = { units, atMs };
      this.#buckets.set(caller, full);
      return full;
    }
    const passedMs = atMs - bucket.atMs;
    bucket.units = Math.min(units, bucket.units + (units * passedMs) / (windowS * 1000));
    bucket.atMs = atMs;
    return bucket;
  }
}

class BucketCharge implements Charge {
  readonly #policy: RatePolicy;
  readonly #bucket: () => Bucket;
  #taken = 0;
  /** What was wanted and not there. */
  #refused = 0;

  constructor(policy: RatePolicy, bucket: () => Bucket) {
    this.#policy = policy;
    this.#bucket = bucket;
  }

  take(units: number): void {
    const wanted = Math.min(units, this.#policy.units) - this.#taken;
    if (wanted <= 0) return;
    const bucket = this.#bucket();
    if (bucket.units < wanted) {
      // Who comes again has to take all of it again.
      this.#refused = this.#taken + wanted;
      const waitS = this.#waitS(bucket, this.#refused);
      throw new GatewayError(
        'RATE_LIMITED',
        `This caller has spent what it may for now; try again in ${waitS} s, or ask for less.`,
        { retryAfterMs: waitS * 1000, limit: this.#policy.units },
      );
    }
    bucket.units -= wanted;
    this.#taken += wanted;
  }

  settle(units: number): void {
    const owed = units - this.#taken;
    if (owed <= 0) return;
    const bucket = this.#bucket();
    // Nobody is shut out for longer than a window, whatever ran at once.
    bucket.units = Math.max(-this.#policy.units, bucket.units - owed);
    this.#taken = units;
  }

  /** `RateLimit` and `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-11 has them. */
  headers(): Readonly<Record<string, string>> {
    const { units, windowS } = this.#policy;
    const bucket = this.#bucket();
    const waitS = this.#waitS(bucket, Math.max(1, this.#refused));
    return {
      'ratelimit-policy': `${NAME};q=${units};w=${windowS}`,
      ratelimit: `${NAME};r=${Math.max(0, Math.floor(bucket.units))};t=${waitS}`,
      ...(this.#refused > 0 ? { 'retry-after': String(waitS) } : {}),
    };
  }

  /** In how many whole seconds there will be so much, at least one: the window of what is left. */
  #waitS({ units }: Bucket, wanted: number): number {
    const ratePerSecond = this.#policy.units / this.#policy.windowS;
    return Math.max(1, Math.ceil((wanted - units) / ratePerSecond));
  }
}
