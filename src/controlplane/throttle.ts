import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { type ActionName, actions } from './actions.ts';
import type { Quotas } from './dialFormats.ts';
import type { Realm } from './signature.ts';

interface Bucket {
  permits: number;
  filledAtMs: number;
}

/** Beyond this many buckets the longest unused is forgotten, and starts full again. */
const MAX_BUCKETS = 10_000;

/** One token bucket for each account, region and action. Off until quotas enable it. */
export class Throttle {
  readonly #clock: Clock;
  readonly #buckets = new LRUCache<string, Bucket>({
    // Not `max`, for which room for all of them is taken at the start.
    maxSize: MAX_BUCKETS,
    sizeCalculation: () => 1,
  });
  #quotas: Quotas = { enabled: false };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get quotas(): Quotas {
    return this.#quotas;
  }

  /** New quotas start with full buckets. */
  set quotas(quotas: Quotas) {
    this.#quotas = quotas;
    this.#buckets.clear();
  }

  /** Takes a permit; false when AWS would answer ThrottlingException. */
  take(realm: Realm, name: ActionName): boolean {
    if (!this.#quotas.enabled) return true;
    const limit = quotaOf(this.#quotas, name);
    const key = `${realm.account}/${realm.region}/${name}`;
    const nowMs = this.#clock.nowMs();
    const bucket = this.#buckets.get(key) ?? { permits: limit.burst, filledAtMs: nowMs };
    const refilled = ((nowMs - bucket.filledAtMs) / 1000) * limit.ratePerSecond;
    bucket.permits = Math.min(limit.burst, bucket.permits + Math.max(0, refilled));
    bucket.filledAtMs = nowMs;
    this.#buckets.set(key, bucket);
    if (bucket.permits < 1) return false;
    bucket.permits -= 1;
    return true;
  }
}

function quotaOf(quotas: Quotas, name: ActionName): { ratePerSecond: number; burst: number } {
  const own = quotas.perAction?.[name];
  const ratePerSecond = own?.ratePerSecond ?? quotas.ratePerSecond ?? actions[name].ratePerSecond;
  const fallback = Math.max(1, Math.ceil(ratePerSecond));
  return { ratePerSecond, burst: own?.burst ?? quotas.burst ?? fallback };
}
