import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/clock.ts';
import { DEFAULTS } from '../../src/defaults.ts';
import type { ActionName } from '../../src/upstream/actions.ts';
import type { Priority } from '../../src/upstream/fairQueue.ts';
import {
  Limiter,
  LimiterClosed,
  NoPermitInTime,
  type Permit,
  type PermitRequest,
} from '../../src/upstream/limiter.ts';
import { QUOTAS, type Quotas, sharedQuota } from '../../src/upstream/quotas.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const ACTION = 'DescribeCACertificate';

function quotasOf(ratePerSecond: number, burst: number): Quotas {
  return { ...QUOTAS, [ACTION]: { ratePerSecond, burst } };
}

/** Lets every promise go on that can. */
async function settle(): Promise<void> {
  for (let each = 0; each < 6; each += 1) await Promise.resolve();
}

interface Outcome {
  readonly name: string;
  readonly caller: string;
  readonly atMs: number;
  readonly permit?: Permit;
  readonly error?: unknown;
}

/** A virtual clock that tells when the next timer is due; one that was stopped may count. */
class DueClock extends VirtualClock {
  #duesMs: number[] = [];

  override sleep(waitMs: number, signal?: AbortSignal): Promise<void> {
    this.#duesMs.push(this.steadyMs() + waitMs);
    return super.sleep(waitMs, signal);
  }

  nextDueMs(): number {
    this.#duesMs = this.#duesMs.filter((dueMs) => dueMs > this.steadyMs());
    return Math.min(...this.#duesMs);
  }
}

/** A limiter on a virtual clock that writes down what happens, and when after the start. */
class Bench {
  readonly clock = new DueClock();
  readonly limiter: Limiter;
  readonly outcomes: Outcome[] = [];

  constructor(
    options: { quotas?: Quotas; share?: number; clock?: (own: VirtualClock) => Clock } = {},
  ) {
    const {
      quotas = QUOTAS,
      share = DEFAULTS.quotaShare,
      clock = (own: VirtualClock) => own,
    } = options;
    this.limiter = new Limiter({ clock: clock(this.clock), quotas, share });
  }

  get nowMs(): number {
    return this.clock.steadyMs();
  }

  get granted(): Outcome[] {
    return this.outcomes.filter(({ permit }) => permit !== undefined);
  }

  get state() {
    return this.limiter.state()[0];
  }

  /** Asks, and waits until an answer that can come at once has come. */
  async ask(given: Partial<PermitRequest> & { inMs?: number; name?: string } = {}): Promise<void> {
    this.put(given);
    await settle();
  }

  /** Asks. `inMs` is the deadline, from now. */
  put(given: Partial<PermitRequest> & { inMs?: number; name?: string } = {}): void {
    const { inMs = Number.POSITIVE_INFINITY, name = '', ...request } = given;
    const { caller = 'a' } = request;
    const note = (rest: { permit?: Permit; error?: unknown }): void => {
      this.outcomes.push({ name, caller, atMs: this.nowMs, ...rest });
    };
    this.limiter
      .acquire({
        action: ACTION,
        priority: 'interactive',
        deadlineMs: this.clock.nowMs() + inMs,
        ...request,
        caller,
      })
      .then(
        (permit) => note({ permit }),
        (error: unknown) => note({ error }),
      );
  }

  putMany(count: number, given: Parameters<Bench['put']>[0] = {}): void {
    for (let each = 1; each <= count; each += 1) this.put({ name: `${each}`, ...given });
  }

  /** Moves the clock, and stops wherever a timer is due. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await settle();
    while (this.nowMs < endMs) {
      this.clock.advance(Math.min(endMs, this.clock.nextDueMs()) - this.nowMs);
      await settle();
    }
  }

  /** Until nobody waits. */
  async drain(): Promise<void> {
    await settle();
    while (this.limiter.state().some(({ waiting }) => waiting > 0)) {
      const dueMs = this.clock.nextDueMs();
      if (dueMs === Number.POSITIVE_INFINITY) throw new Error('Some wait, and no timer runs.');
      await this.pass(dueMs - this.nowMs);
    }
  }
}

/** How AWS counts: a bucket of permits, refilled at a rate. Answers how often it would throttle. */
function throttledByAws(
  grantsAtMs: readonly number[],
  ratePerSecond: number,
  burst: number,
): number {
  let permits = burst;
  let lastMs = 0;
  let throttled = 0;
  for (const atMs of grantsAtMs) {
    permits = Math.min(burst, permits + ((atMs - lastMs) * ratePerSecond) / 1000);
    lastMs = atMs;
    if (permits < 1 - 1e-9) throttled += 1;
    else permits -= 1;
  }
  return throttled;
}

/** The most by which any window of the grants goes over `burst + rate x window`. */
function worstExcess(grantsAtMs: readonly number[], ratePerSecond: number, burst: number): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (const [first, fromMs] of grantsAtMs.entries()) {
    for (let last = first; last < grantsAtMs.length; last += 1) {
      const windowS = ((grantsAtMs[last] ?? 0) - fromMs) / 1000;
      worst = Math.max(worst, last - first + 1 - burst - ratePerSecond * windowS);
    }
  }
  return worst;
}

const priorities = fc.constantFrom<Priority>('interactive', 'bulk');

describe('the bucket', () => {
  test('gives its burst at once, then the rest at its rate and no slower', async () => {
    const bench = new Bench();
    bench.putMany(20);
    await bench.drain();
    const times = bench.granted.map(({ atMs }) => atMs);
    expect(times.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(times.slice(8)).toEqual([
      125, 250, 375, 500, 625, 750, 875, 1000, 1125, 1250, 1375, 1500,
    ]);
    expect(bench.granted.map(({ permit }) => permit?.waitedMs)).toEqual(times);
  });

  test('is one for each action', async () => {
    const bench = new Bench();
    bench.putMany(8);
    bench.putMany(8, { action: 'ListCACertificates' });
    await settle();
    expect(bench.granted).toHaveLength(16);
  });

  test('holds no more than its burst, however long nobody asks', async () => {
    const bench = new Bench();
    bench.putMany(8);
    await settle();
    bench.clock.advance(3_600_000);
    bench.putMany(9);
    await settle();
    expect(bench.granted).toHaveLength(16);
    expect(bench.state).toMatchObject({ waiting: 1, available: 0 });
  });

  test('goes on as it was when the clock is set back', async () => {
    const bench = new Bench();
    bench.putMany(8);
    await settle();
    bench.clock.advance(-3_600_000);
    bench.put();
    await bench.pass(124);
    expect(bench.granted).toHaveLength(8);
    await bench.pass(1);
    expect(bench.granted).toHaveLength(9);
    await bench.ask({ name: 'waiting' });
    bench.clock.advance(-3_600_000);
    await bench.pass(125);
    expect(bench.granted.at(-1)).toMatchObject({ name: 'waiting', permit: { waitedMs: 125 } });
    await bench.ask({ inMs: 200 });
    bench.limiter.throttled(ACTION);
    bench.clock.advance(-3_600_000);
    await bench.pass(200);
    expect(bench.outcomes.at(-1)?.error).toBeInstanceOf(NoPermitInTime);
    // The first throttling is a second ago, and then a minute.
    await bench.pass(800);
    const before = bench.state?.ratePerSecond ?? 0;
    bench.limiter.throttled(ACTION);
    expect(bench.state?.ratePerSecond).toBeCloseTo(before / 2);
    await bench.pass(60_000);
    expect(bench.state).toMatchObject({ ratePerSecond: 8, throttledLately: 0 });
  });

  test('gives nothing early when a timer fires early', async () => {
    const bench = new Bench({
      clock: (own) => ({
        nowMs: () => own.nowMs(),
        steadyMs: () => own.steadyMs(),
        sleep: (waitMs, signal) => own.sleep(Math.max(1, waitMs - 1), signal),
      }),
    });
    bench.putMany(11);
    await bench.drain();
    expect(bench.granted.slice(8).map(({ atMs }) => atMs)).toEqual([125, 250, 375]);
  });

  test('sleeps no longer than a timer can', async () => {
    const sleeps: number[] = [];
    const bench = new Bench({
      quotas: quotasOf(1e-7, 1),
      share: 1,
      clock: (own) => ({
        nowMs: () => own.nowMs(),
        steadyMs: () => own.steadyMs(),
        sleep: (waitMs, signal) => {
          sleeps.push(waitMs);
          return own.sleep(waitMs, signal);
        },
      }),
    });
    bench.putMany(2);
    await settle();
    expect(sleeps).toEqual([60_000]);
    bench.limiter.close();
  });

  test('never goes over its quota in any window, and AWS never throttles it', async () => {
    const arrival = fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(1500)),
      many: fc.integer({ min: 1, max: 12 }),
      caller: fc.constantFrom('a', 'b', 'c'),
      priority: priorities,
      inMs: fc.constantFrom(1, 500, 3000, Number.POSITIVE_INFINITY),
      throttled: fc.integer({ min: 0, max: 9 }).map((die) => die === 9),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 20 }), async (arrivals) => {
        const bench = new Bench();
        let asked = 0;
        for (const { afterMs, many, throttled, ...request } of arrivals) {
          await bench.pass(afterMs);
          if (throttled) bench.limiter.throttled(ACTION);
          bench.putMany(many, request);
          asked += many;
        }
        await bench.drain();
        await settle();
        expect(bench.outcomes).toHaveLength(asked);
        const grants = bench.granted.map(({ atMs }) => atMs);
        expect(worstExcess(grants, 8, 8)).toBeLessThan(1e-3);
        expect(throttledByAws(grants, 10, 10)).toBe(0);
        expect(bench.clock.waiting).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('goes over where the quota is not kept: the two measures can fail', () => {
    expect(worstExcess(Array(9).fill(0), 8, 8)).toBe(1);
    expect(worstExcess([...Array(8).fill(0), 125, 250, 370], 8, 8)).toBeCloseTo(0.04);
    expect(throttledByAws(Array(11).fill(0), 10, 10)).toBe(1);
  });
});

describe('fairness', () => {
  test('beside one who asks for 500, another waits for at most two of its permits', async () => {
    for (const lateMs of [0, 1, 124, 125, 126, 5000]) {
      const bench = new Bench();
      bench.putMany(500, { caller: 'many' });
      await bench.pass(lateMs);
      const before = bench.granted.length;
      bench.put({ caller: 'one' });
      await bench.pass(400);
      const since = bench.granted.slice(before).map(({ caller }) => caller);
      expect(since.indexOf('one')).toBeGreaterThanOrEqual(0);
      expect(since.indexOf('one')).toBeLessThanOrEqual(2);
      bench.limiter.close();
    }
  });

  test('goes round among callers, first in first out within one', async () => {
    const bench = new Bench();
    bench.putMany(8, { caller: 'before' });
    bench.putMany(3, { caller: 'a' });
    bench.putMany(2, { caller: 'b' });
    bench.putMany(1, { caller: 'c' });
    await bench.drain();
    const served = bench.granted.slice(8).map(({ caller, name }) => `${caller}${name}`);
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('interactive goes before bulk, which gets one of eleven', async () => {
    const bench = new Bench();
    bench.putMany(8);
    bench.putMany(30, { caller: 'job', priority: 'bulk' });
    bench.putMany(30, { caller: 'person' });
    await bench.drain();
    const served = bench.granted.slice(8).map(({ caller }) => caller.slice(0, 1));
    expect(served.slice(0, 33).join('')).toBe('ppppppppppjppppppppppjppppppppppj');
    expect(served).toHaveLength(60);
  });
});

describe('deadlines', () => {
  async function queueOf(count: number): Promise<Bench> {
    const bench = new Bench();
    bench.putMany(8 + count);
    await settle();
    return bench;
  }

  test('what cannot be had in time is refused at once, with the time after which it could', async () => {
    const bench = await queueOf(7);
    await bench.ask({ inMs: 1000, name: 'late' });
    const [refused] = bench.outcomes.slice(8);
    expect(refused).toMatchObject({ atMs: 0, name: 'late' });
    expect(refused?.error).toBeInstanceOf(NoPermitInTime);
    expect(refused?.error).toMatchObject({ action: ACTION, retryAfterMs: 1 });
    await bench.ask({ inMs: 600, name: 'later' });
    expect(bench.outcomes[9]?.error).toMatchObject({ retryAfterMs: 401 });
    expect(bench.state?.waiting).toBe(7);
    await bench.ask({ inMs: 1001, name: 'just' });
    expect(bench.state?.waiting).toBe(8);
    await bench.pass(1000);
    expect(bench.outcomes.at(-1)).toMatchObject({ name: 'just', atMs: 1000 });
  });

  test('asked again after retryAfterMs it is let in, and a millisecond earlier not', async () => {
    const bench = await queueOf(20);
    await bench.ask({ inMs: 700 });
    expect(bench.outcomes.at(-1)?.error).toMatchObject({ retryAfterMs: 2625 - 700 + 1 });
    await bench.pass(2625 - 700);
    await bench.ask({ inMs: 700, name: 'too early' });
    expect(bench.outcomes.at(-1)?.error).toMatchObject({ retryAfterMs: 1 });
    await bench.pass(1);
    await bench.ask({ inMs: 700, name: 'again' });
    await bench.pass(700);
    const again = bench.outcomes.find(({ name }) => name === 'again');
    expect(again?.permit?.waitedMs).toBe(699);
  });

  test('one that is past already is refused even while there are permits', async () => {
    const bench = new Bench();
    await bench.ask({ inMs: 0 });
    await bench.ask({ inMs: -5000 });
    expect(bench.outcomes.map(({ error }) => error)).toEqual([
      expect.objectContaining({ retryAfterMs: 1 }),
      expect.objectContaining({ retryAfterMs: 1 }),
    ]);
    expect(bench.state).toMatchObject({ available: 8, inUse: 0 });
  });

  test('one that comes while waiting ends it at that moment, and takes no permit', async () => {
    const bench = await queueOf(0);
    bench.putMany(1, { caller: 'slow', priority: 'bulk', inMs: 300, name: 'slow' });
    bench.putMany(6, { caller: 'first' });
    await bench.pass(299);
    expect(bench.outcomes.some(({ name }) => name === 'slow')).toBe(false);
    await bench.pass(1);
    const slow = bench.outcomes.find(({ name }) => name === 'slow');
    // Two of the six before it are served; behind the other four it would be served at 875.
    expect(slow).toMatchObject({ atMs: 300, error: { name: 'NoPermitInTime' } });
    expect(slow?.error).toMatchObject({ retryAfterMs: 875 - 300 - 300 + 1 });
    await bench.drain();
    expect(bench.granted).toHaveLength(14);
    expect(bench.nowMs).toBe(750);
  });

  test('an overdue one gets no permit from a timer that comes late', async () => {
    const bench = await queueOf(0);
    await bench.ask({ inMs: 200, name: 'overdue' });
    bench.clock.advance(5000);
    await settle();
    expect(bench.outcomes.at(-1)).toMatchObject({ name: 'overdue', error: { retryAfterMs: 1 } });
    expect(bench.state?.available).toBe(8);
  });

  test('a newcomer is not refused for those who are overdue already', async () => {
    const bench = await queueOf(0);
    bench.putMany(20, { inMs: 3000 });
    await settle();
    bench.clock.advance(4000);
    bench.put({ name: 'newcomer', inMs: 100 });
    await settle();
    expect(bench.granted.at(-1)).toMatchObject({ name: 'newcomer', atMs: 4000 });
  });

  test('those who wait under AWS throttling are told when their time is over', async () => {
    const bench = await queueOf(0);
    bench.putMany(6, { inMs: 1000 });
    bench.limiter.throttled(ACTION);
    await bench.pass(999);
    const refused = () => bench.outcomes.filter(({ error }) => error !== undefined);
    expect([bench.granted.length, refused().length]).toEqual([12, 0]);
    await bench.pass(1);
    expect(refused()).toMatchObject([{ atMs: 1000 }, { atMs: 1000 }]);
    expect(bench.clock.waiting).toBe(0);
  });
});

describe('aborting', () => {
  test('takes the waiting one out of the queue, with the reason, and the others move up', async () => {
    const bench = new Bench();
    bench.putMany(8);
    const gone = new AbortController();
    bench.putMany(5, { caller: 'gone', signal: gone.signal });
    bench.put({ caller: 'gone', name: 'stays' });
    await bench.pass(10);
    gone.abort(new Error('client left'));
    await settle();
    expect(bench.outcomes.slice(8).map(({ error }) => error)).toEqual(
      Array(5).fill(new Error('client left')),
    );
    expect(bench.state?.waiting).toBe(1);
    await bench.drain();
    expect(bench.outcomes.at(-1)).toMatchObject({ name: 'stays', atMs: 125 });
  });

  test('before asking is refused with the reason', async () => {
    const bench = new Bench();
    await bench.ask({ signal: AbortSignal.abort('gone') });
    expect(bench.outcomes).toMatchObject([{ error: 'gone' }]);
    expect(bench.limiter.state()).toEqual([]);
  });

  test('after the permit changes nothing', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.putMany(10, { signal: abort.signal });
    await bench.pass(125);
    abort.abort();
    await bench.pass(500);
    expect(bench.granted).toHaveLength(9);
    expect(bench.outcomes).toHaveLength(10);
    expect(bench.outcomes.at(-1)).toMatchObject({ atMs: 125, error: { name: 'AbortError' } });
  });

  test('one signal has one listener, however many wait, and none when nobody does', async () => {
    const bench = new Bench();
    const signal = new CountedSignal();
    bench.putMany(30, { signal });
    bench.putMany(30, { signal, action: 'ListCACertificates', inMs: 2000 });
    expect(signal.listeners).toBe(1);
    await bench.drain();
    expect(signal.listeners).toBe(0);
    bench.putMany(1, { signal });
    await bench.pass(200);
    bench.putMany(9, { signal, inMs: 1000 });
    expect(signal.listeners).toBe(1);
    bench.limiter.close();
    expect(signal.listeners).toBe(0);
  });

  test('when the last one leaves, no timer runs on', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.putMany(12, { signal: abort.signal });
    await settle();
    expect(bench.clock.waiting).toBe(1);
    abort.abort();
    expect(bench.clock.waiting).toBe(0);
    await bench.ask();
    expect(bench.clock.waiting).toBe(1);
    await bench.drain();
    expect(bench.granted).toHaveLength(9);
  });

  test('at the moment the timer rings does not leave two timers', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.putMany(9, { signal: abort.signal });
    await settle();
    bench.clock.advance(125);
    abort.abort();
    bench.putMany(3);
    await settle();
    expect(bench.granted).toHaveLength(9);
    expect(bench.clock.waiting).toBe(1);
    await bench.drain();
    expect(bench.granted).toHaveLength(11);
    expect(bench.clock.waiting).toBe(0);
  });
});

/** Counts its own listeners. */
class CountedSignal extends EventTarget implements AbortSignal {
  listeners = 0;
  readonly aborted = false;
  readonly reason = undefined;
  readonly onabort = null;

  throwIfAborted(): void {}

  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...given);
  }

  override removeEventListener(...given: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...given);
  }
}

describe('the forecast', () => {
  test('counts the permits there are, then the rate', () => {
    const { limiter } = new Bench();
    const times = [0, 1, 8, 9, 10, 500].map((count) =>
      limiter.timeFor(ACTION, count, 'a', 'interactive'),
    );
    expect(times).toEqual([0, 0, 0, 125, 250, 61_500]);
  });

  test('changes nothing, not even the list of used actions', async () => {
    const bench = new Bench();
    bench.limiter.timeFor(ACTION, 5, 'a', 'bulk');
    expect(bench.limiter.state()).toEqual([]);
    bench.putMany(10);
    await bench.pass(60);
    const before = bench.limiter.state();
    expect(bench.limiter.timeFor(ACTION, 1, 'a', 'interactive')).toBe(315);
    expect(bench.limiter.timeFor(ACTION, 1, 'b', 'interactive')).toBe(190);
    expect(bench.limiter.timeFor(ACTION, 3, 'b', 'bulk')).toBe(565);
    expect(bench.limiter.timeFor(ACTION, 0, 'a', 'interactive')).toBe(0);
    expect(bench.limiter.state()).toEqual(before);
    await bench.drain();
    expect(bench.nowMs).toBe(250);
  });

  test('loses nothing to rounding, in however many steps the bucket fills', async () => {
    for (const share of [0.8, 1, 0.25, 0.16]) {
      const bench = new Bench({ share });
      bench.putMany(sharedQuota(QUOTAS[ACTION], share).burst);
      await settle();
      const periodMs = 100 / share;
      for (let ms = 1; ms <= periodMs; ms += 1) {
        await bench.pass(1);
        // Refused, but the bucket is filled up to now.
        await bench.ask({ inMs: 0 });
        expect(bench.limiter.timeFor(ACTION, 1, 'a', 'interactive')).toBe(periodMs - ms);
      }
      expect(bench.state?.available).toBe(1);
    }
  });

  test('is exact when nobody else comes, also while the rate recovers', async () => {
    const ask = fc.record({
      caller: fc.constantFrom('a', 'b', 'c'),
      priority: priorities,
      many: fc.integer({ min: 1, max: 8 }),
    });
    const throttles = fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 4 });
    const more = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(ask), throttles, ask, more, async (asks, waits, own, many) => {
        const bench = new Bench();
        for (const each of asks.slice(0, 8)) bench.putMany(each.many, each);
        for (const waitMs of waits) {
          await bench.pass(waitMs);
          bench.limiter.throttled(ACTION);
        }
        const forecastMs = bench.limiter.timeFor(ACTION, many, own.caller, own.priority);
        const askedAtMs = bench.nowMs;
        const { caller, priority } = own;
        bench.putMany(many, { caller, priority, name: 'own' });
        await bench.drain();
        await settle();
        const last = bench.granted.findLast(({ name }) => name === 'own');
        expect((last?.atMs ?? Number.NaN) - askedAtMs).toBe(forecastMs);
      }),
      { numRuns: 60 },
    );
  });
});

describe('throttled by AWS', () => {
  test('the stored permits are gone and the rate is half, then climbs by a tenth a second', async () => {
    const bench = new Bench();
    bench.limiter.throttled(ACTION);
    expect(bench.state).toMatchObject({ ratePerSecond: 4, fullRatePerSecond: 8, available: 0 });
    await bench.ask();
    // 4 t + 0.4 t² = 1
    await bench.pass(244);
    expect(bench.granted).toHaveLength(0);
    await bench.pass(1);
    expect(bench.granted).toHaveLength(1);
    await bench.pass(755);
    expect(bench.state?.ratePerSecond).toBeCloseTo(4.8, 9);
    expect(bench.state?.available).toBe(3);
    await bench.pass(3999);
    expect(bench.state?.ratePerSecond).toBeLessThan(8);
    await bench.pass(1);
    expect(bench.state?.ratePerSecond).toBeCloseTo(8, 9);
    bench.clock.advance(5000);
    expect(bench.state?.ratePerSecond).toBe(8);
  });

  test('the rate is halved once a second at most, and never below the slowest', async () => {
    const bench = new Bench();
    const rates: (number | undefined)[] = [];
    for (const atMs of [0, 0, 999, 1000, 1500, 2000, 3000, 4000]) {
      bench.clock.advance(atMs - bench.nowMs);
      bench.limiter.throttled(ACTION);
      rates.push(Math.round((bench.state?.ratePerSecond ?? 0) * 1000) / 1000);
    }
    expect(rates).toEqual([4, 4, 4.799, 2.4, 2.8, 1.6, 1.2, 1]);
  });

  test('the slowest is half a permit a second, or the full rate where that is less', () => {
    for (const [full, slowest] of [
      [0.8, 0.5],
      [0.2, 0.2],
    ] as const) {
      const bench = new Bench({ quotas: quotasOf(full, 1), share: 1 });
      bench.limiter.throttled(ACTION);
      expect(bench.state?.ratePerSecond).toBe(slowest);
    }
  });

  test('each time what was stored meanwhile is gone', async () => {
    const bench = new Bench();
    bench.limiter.throttled(ACTION);
    await bench.pass(600);
    expect(bench.state?.available).toBe(2);
    bench.limiter.throttled(ACTION);
    expect(bench.state?.available).toBe(0);
  });

  test('other actions keep their rate', async () => {
    const bench = new Bench();
    await bench.ask({ action: 'ListCACertificates' });
    bench.limiter.throttled(ACTION);
    expect(
      bench.limiter.state().map(({ action, ratePerSecond }) => [action, ratePerSecond]),
    ).toEqual([
      ['ListCACertificates', 8],
      [ACTION, 4],
    ]);
  });

  test('an AWS that allows less than the quota is followed, with few throttles', async () => {
    const bench = new Bench();
    let aws = 3;
    let lastMs = 0;
    let throttled = 0;
    for (let each = 0; each < 600; each += 1) {
      bench.put();
      await bench.pass(100);
      for (const { atMs } of bench.granted.splice(0)) {
        aws = Math.min(3, aws + ((atMs - lastMs) * 3) / 1000);
        lastMs = atMs;
        if (aws >= 1) aws -= 1;
        else {
          throttled += 1;
          bench.limiter.throttled(ACTION);
        }
      }
      bench.outcomes.length = 0;
    }
    // At 8 permits a second 5 of 8 would be throttled: about 300 in this minute.
    expect(throttled).toBeGreaterThan(5);
    expect(throttled).toBeLessThan(60);
    bench.limiter.close();
  });
});

describe('the state', () => {
  test('shows the actions used so far: permits in use, waiting and throttled lately', async () => {
    const bench = new Bench();
    expect(bench.limiter.state()).toEqual([]);
    bench.putMany(10);
    await settle();
    expect(bench.limiter.state()).toEqual([
      {
        action: ACTION,
        ratePerSecond: 8,
        fullRatePerSecond: 8,
        burst: 8,
        available: 0,
        inUse: 8,
        waiting: 2,
        throttledLately: 0,
      },
    ]);
    const [first] = bench.granted;
    first?.permit?.release();
    first?.permit?.release();
    expect(bench.state?.inUse).toBe(7);
    await bench.drain();
    for (const { permit } of bench.granted) permit?.release();
    expect(bench.state).toMatchObject({ inUse: 0, waiting: 0 });
  });

  test('forgets throttling after a minute', async () => {
    const bench = new Bench();
    bench.limiter.throttled(ACTION);
    bench.clock.advance(30_000);
    bench.limiter.throttled(ACTION);
    bench.limiter.throttled(ACTION);
    expect(bench.state?.throttledLately).toBe(3);
    bench.clock.advance(29_999);
    expect(bench.state?.throttledLately).toBe(3);
    bench.clock.advance(1);
    expect(bench.state?.throttledLately).toBe(2);
    bench.clock.advance(30_000);
    expect(bench.state?.throttledLately).toBe(0);
  });
});

describe('closing', () => {
  test('ends all waiting, and nobody is let in after', async () => {
    const bench = new Bench();
    bench.putMany(10);
    bench.putMany(10, { action: 'ListCACertificates', inMs: 5000 });
    await settle();
    expect(bench.clock.waiting).toBe(2);
    bench.limiter.close();
    await bench.ask();
    const refused = bench.outcomes.slice(16).map(({ error }) => error);
    expect(refused).toHaveLength(5);
    for (const error of refused) expect(error).toBeInstanceOf(LimiterClosed);
    expect(bench.clock.waiting).toBe(0);
    expect(bench.limiter.state().map(({ waiting }) => waiting)).toEqual([0, 0]);
  });
});

describe('with 1,000 callers and 10,000 waiting', () => {
  test('all are served in their turn, and nothing stays behind', async () => {
    const bench = new Bench({ quotas: quotasOf(1000, 1000), share: 1 });
    for (let each = 0; each < 10_000; each += 1) {
      bench.put({ caller: `caller ${each % 1000}`, inMs: 20_000 + (each % 7) });
    }
    await settle();
    expect(bench.state).toMatchObject({ waiting: 9000, inUse: 1000 });
    expect(bench.limiter.timeFor(ACTION, 1, 'caller 7', 'interactive')).toBeGreaterThan(8000);
    expect(bench.limiter.timeFor(ACTION, 1, 'newcomer', 'interactive')).toBeLessThanOrEqual(2000);
    await bench.drain();
    expect(bench.granted).toHaveLength(10_000);
    expect(bench.nowMs).toBe(9000);
    expect(bench.clock.waiting).toBe(0);
  });

  test('all can leave at once', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    for (let each = 0; each < 20_000; each += 1) {
      bench.put({ caller: `caller ${each % 1000}`, signal: abort.signal });
    }
    abort.abort();
    await settle();
    expect([bench.outcomes.length, bench.state?.waiting]).toEqual([20_000, 0]);
  });
});

describe('the quotas', () => {
  test("are ten a second for every action, and a share of them is the gateway's", () => {
    const actions = Object.keys(QUOTAS) as ActionName[];
    expect(actions).toHaveLength(22);
    for (const action of actions) {
      expect(QUOTAS[action]).toEqual({ ratePerSecond: 10, burst: 10 });
      expect(sharedQuota(QUOTAS[action], DEFAULTS.quotaShare)).toEqual({
        ratePerSecond: 8,
        burst: 8,
      });
    }
  });

  test('the share of a burst is whole and at least one', () => {
    const burstOf = (burst: number, share: number) =>
      sharedQuota({ ratePerSecond: 10, burst }, share).burst;
    expect([burstOf(10, 0.05), burstOf(10, 0.25), burstOf(100, 0.29)]).toEqual([1, 2, 29]);
  });

  test.each([0, -1, 1.1, Number.NaN])('a share of %p is refused', (share) => {
    expect(() => new Bench({ share })).toThrow(RangeError);
  });
});
