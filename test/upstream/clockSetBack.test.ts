import { describe, expect, test } from '@jest/globals';
import { Breaker } from '../../src/upstream/breaker.ts';
import { Lifetimes } from '../../src/upstream/lifetime.ts';
import { CACHED, startHarness } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const HOUR_MS = 3_600_000;
const ACTION = 'ListCACertificates';

describe('when the clock is set back by an hour', () => {
  test('a gateway asks again as often as ever, whatever it remembers', async () => {
    const harness = await startHarness();
    const query = '{ provisioningTemplates(first: 2) { nodes { templateName } } }';
    const billed = async () => (await harness.billed(query, {}, CACHED)).bill;
    // Twice, so that the answer is remembered as a whole.
    for (let time = 0; time < 3; time += 1) await billed();
    expect(await billed()).toEqual({});
    harness.clock.advance(-HOUR_MS);
    expect(await billed()).toEqual({ ListProvisioningTemplates: 1 });
    for (let minute = 0; minute < 5; minute += 1) {
      harness.clock.advance(60_000);
      expect(await billed()).toEqual({ ListProvisioningTemplates: 1 });
      expect(await billed()).toEqual({});
    }
    await harness.close();
  });

  test('a breaker that is open lets a probe through in time, and opens again for the next outage', () => {
    const clock = new VirtualClock();
    const kinds: string[] = [];
    const breaker = new Breaker({ clock, onChange: ({ kind }) => kinds.push(kind) });
    const fail = (): void => breaker.ended({ result: 'outage', sentMs: breaker.admit(ACTION) });
    for (let failure = 0; failure < 5; failure += 1) fail();
    clock.advance(-HOUR_MS);
    expect(breaker.refusal(ACTION)).toMatchObject({ details: { retryAfterMs: 1000 } });
    clock.advance(1000);
    const sentMs = breaker.admit(ACTION);
    clock.advance(-HOUR_MS);
    breaker.ended({ result: 'answered', sentMs });
    for (let failure = 0; failure < 5; failure += 1) fail();
    expect(kinds).toEqual(['open', 'half-open', 'closed', 'open']);
  });

  test('operations end when they would have', async () => {
    const clock = new VirtualClock();
    const lifetime = new Lifetimes(clock).begin({ deadlineMs: clock.nowMs() + 30_000 });
    clock.advance(-HOUR_MS);
    const late = lifetime.extended(40_000);
    expect(late.deadlineMs).toBe(clock.nowMs() + 40_000);
    clock.advance(29_999);
    const waiting = lifetime.during(new Promise(() => undefined));
    clock.advance(1);
    await expect(waiting).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: expect.stringContaining('30000 ms'),
    });
    clock.advance(10_000);
    expect(() => late.check()).toThrow();
  });
});
