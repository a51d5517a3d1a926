import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GatewayError } from '../src/errors.ts';
import { type Charge, RateLimiter } from '../src/rateLimit.ts';
import { fetchEvents } from './support/events.ts';
import { type Answer, CACHED, type Harness, startHarness } from './support/harness.ts';
import { startKeyedHarness } from './support/keyed.ts';

describe('a bucket', () => {
  const limiterOf = (units: number, windowS: number) => {
    const time = { nowMs: 0 };
    return { time, limiter: new RateLimiter({ units, windowS }, () => time.nowMs) };
  };
  const refusalOf = (take: () => void): GatewayError | undefined => {
    try {
      take();
      return undefined;
    } catch (error) {
      return error as GatewayError;
    }
  };

  test('gives what there is and no more, and comes back evenly', () => {
    const { time, limiter } = limiterOf(10, 5);
    for (let taken = 0; taken < 10; taken += 1) limiter.open('a').take(1);
    expect(refusalOf(() => limiter.open('a').take(1))?.code).toBe('RATE_LIMITED');
    time.nowMs += 499;
    expect(refusalOf(() => limiter.open('a').take(1))?.code).toBe('RATE_LIMITED');
    time.nowMs += 1;
    expect(refusalOf(() => limiter.open('a').take(1))).toBeUndefined();
    expect(refusalOf(() => limiter.open('a').take(1))?.code).toBe('RATE_LIMITED');
  });

  test('is shared under one name, and by no other', () => {
    const { limiter } = limiterOf(2, 1);
    limiter.open('a').take(2);
    expect(refusalOf(() => limiter.open('a').take(1))?.code).toBe('RATE_LIMITED');
    expect(refusalOf(() => limiter.open('b').take(2))).toBeUndefined();
  });

  test('counts what a request took before', () => {
    const { limiter } = limiterOf(10, 1);
    const charge = limiter.open('a');
    charge.take(1);
    charge.take(6);
    charge.take(3);
    charge.settle(8);
    expect(charge.headers().ratelimit).toBe('"calls";r=2;t=1');
  });

  test('may owe what was found out too late, for one window at most', () => {
    const { time, limiter } = limiterOf(10, 5);
    limiter.open('a').settle(1_000_000);
    const charge = limiter.open('a');
    const refused = refusalOf(() => charge.take(1));
    expect(refused?.details).toEqual({ retryAfterMs: 6000, limit: 10 });
    expect(refused?.retryable).toBe(true);
    expect(charge.headers()).toEqual({
      'ratelimit-policy': '"calls";q=10;w=5',
      ratelimit: '"calls";r=0;t=6',
      'retry-after': '6',
    });
    time.nowMs += 6000;
    expect(refusalOf(() => limiter.open('a').take(1))).toBeUndefined();
  });

  test('lets a request that costs more than anybody can have take all, when all is there', () => {
    const { limiter } = limiterOf(10, 5);
    const charge = limiter.open('a');
    expect(refusalOf(() => charge.take(50))).toBeUndefined();
    expect(charge.headers().ratelimit).toBe('"calls";r=0;t=1');
  });

  test('never gives more than its policy says, and Retry-After is long enough', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.integer({ min: 1, max: 12 })));
    fc.assert(
      fc.property(steps, (asked) => {
        const { time, limiter } = limiterOf(10, 5);
        let given = 0;
        for (const [passMs, units] of asked) {
          time.nowMs += passMs;
          const charge: Charge = limiter.open('a');
          const refused = refusalOf(() => charge.take(units));
          if (refused === undefined) given += Math.min(units, 10);
          else {
            time.nowMs += Number(charge.headers()['retry-after']) * 1000;
            expect(refusalOf(() => limiter.open('a').take(units))).toBeUndefined();
            given += Math.min(units, 10);
          }
        }
        expect(given).toBeLessThanOrEqual(10 + (time.nowMs * 10) / 5000 + 1e-6);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('over HTTP', () => {
  let harness: Harness;
  afterEach(async () => {
    await harness.close();
    expect(harness.faults).toEqual([]);
  });

  const limited = async (units: number, windowS = 10): Promise<void> => {
    harness = await startHarness({ gatewayOptions: { rate: { units, windowS } } });
  };
  const ask = (query: string, headers: Readonly<Record<string, string>> = CACHED) =>
    fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
  const leftOf = (response: Response): number =>
    Number(/^"calls";r=(\d+);t=\d+$/.exec(response.headers.get('ratelimit') ?? '')?.[1]);

  test('a clock that is set back neither fills a bucket nor keeps it empty', async () => {
    await limited(1);
    expect((await ask('{ __typename }')).status).toBe(200);
    harness.clock.advance(-600_000);
    expect((await ask('{ __typename }')).status).toBe(429);
    harness.clock.advance(10_000);
    expect((await ask('{ __typename }')).status).toBe(200);
  });

  test('every request costs a unit, and 429 says when to come again', async () => {
    await limited(3);
    for (const left of [2, 1, 0]) {
      const response = await ask('{ __typename }');
      expect([response.status, leftOf(response)]).toEqual([200, left]);
      expect(response.headers.get('ratelimit-policy')).toBe('"calls";q=3;w=10');
      expect(response.headers.get('retry-after')).toBeNull();
    }
    const refused = await ask('{ __typename }');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('4');
    expect(refused.headers.get('ratelimit')).toBe('"calls";r=0;t=4');
    expect(refused.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: expect.stringContaining('try again in 4 s'),
          extensions: {
            code: 'RATE_LIMITED',
            retryable: true,
            requestId: refused.headers.get('x-request-id'),
            retryAfterMs: 4000,
            limit: 3,
          },
        },
      ],
    });
    harness.clock.advance(4000);
    expect((await ask('{ __typename }')).status).toBe(200);
  });

  test('an operation costs its calls, its certain ones before it runs', async () => {
    await limited(10);
    const two =
      '{ a: provisioningTemplate(templateName: "a") { type } b: provisioningTemplate(templateName: "b") { type } }';
    const first = await ask(two);
    expect(((await first.json()) as Answer).extensions?.upstream.made).toEqual({
      DescribeProvisioningTemplate: 2,
    });
    expect(leftOf(first)).toBe(8);
    for (const left of [6, 4, 2]) {
      expect(leftOf(await ask(two, { 'cache-control': 'no-cache' }))).toBe(left);
    }
    harness.plane.resetCalls();
    const three = two.replace('}', '} c: provisioningTemplate(templateName: "c") { type }');
    const refused = await ask(three, { 'cache-control': 'no-cache' });
    expect(refused.status).toBe(429);
    // It has taken one of the two that were left, and will need three.
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    expect(harness.plane.calls().served).toEqual({});
    harness.clock.advance(2000);
    expect((await ask(three, { 'cache-control': 'no-cache' })).status).toBe(200);
  });

  test('calls that were not certain are charged once they were made', async () => {
    await limited(50);
    const response = await ask('{ caCertificates(first: 20) { nodes { ownedBy } } }');
    const { made = {} } = ((await response.json()) as Answer).extensions?.upstream ?? {};
    const calls = Object.values(made).reduce((sum, count) => sum + count, 0);
    expect(calls).toBeGreaterThan(10);
    expect(leftOf(response)).toBe(50 - calls);
  });

  test('a remembered answer costs a unit', async () => {
    await limited(50);
    const list = '{ provisioningTemplates(first: 2) { nodes { type } } }';
    const left: number[] = [];
    for (let times = 0; times < 4; times += 1) left.push(leftOf(await ask(list)));
    expect(left).toEqual([49, 48, 47, 46]);
  });

  test('refusals, streams of events and the schema have the headers and cost a unit, too', async () => {
    await limited(9);
    const { url } = harness.gateway;
    expect(leftOf(await ask('{ nope }'))).toBe(8);
    expect(leftOf(await ask('{'))).toBe(7);
    expect(leftOf(await ask('{ __typename }', { 'content-type': 'text/plain' }))).toBe(6);
    expect(leftOf(await fetch(`${url}/schema.graphql`))).toBe(5);
    expect(
      leftOf(
        await ask('subscription { bulkOperation(id: "x") { id } }', {
          accept: 'text/event-stream',
        }),
      ),
    ).toBe(4);
    await fetchEvents(url, 'subscription { bulkOperation(id: "x") { id } }');
    for (const left of [2, 1, 0]) expect(leftOf(await ask('{ __typename }'))).toBe(left);
    const events = await ask('subscription { bulkOperation(id: "x") { id } }', {
      accept: 'text/event-stream',
    });
    expect(events.status).toBe(429);
    // Probes and the page are nobody's.
    expect((await fetch(`${url}/healthz`)).headers.get('ratelimit')).toBeNull();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('is by the name of the caller, which several keys may share', async () => {
    const keyed = await startKeyedHarness({
      gatewayOptions: { rate: { units: 3, windowS: 3600 } },
    });
    harness = keyed;
    const [one, again, other] = [
      await keyed.keyFor(['iot:read'], 'a'),
      await keyed.keyFor(['iot:read', 'iot:delete'], 'a'),
      await keyed.keyFor(['iot:read'], 'b'),
    ];
    const left: number[] = [];
    for (const key of [one, again, other, one]) left.push(leftOf(await ask('{ __typename }', key)));
    expect(left).toEqual([2, 1, 2, 0]);
    expect((await ask('{ __typename }', again)).status).toBe(429);
    expect((await ask('{ __typename }', other)).status).toBe(200);
    // Who is nobody spends nothing.
    const stranger = await ask('{ __typename }', { authorization: 'Bearer nope' });
    expect([stranger.status, stranger.headers.get('ratelimit')]).toEqual([401, null]);
  });

  test('without a policy nobody is counted', async () => {
    harness = await startHarness();
    const response = await ask('{ __typename }');
    expect(response.headers.get('ratelimit')).toBeNull();
  });
});
