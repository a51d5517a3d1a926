import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { GatewayError, mayHaveHappened, upstreamError } from '../../src/errors.ts';
import {
  type AttemptResult,
  Breaker,
  type BreakerState,
  CLOSED,
  isOutage,
  after as next,
  permission,
} from '../../src/upstream/breaker.ts';
import { VirtualClock } from '../support/virtualClock.ts';

/** What is thought after attempts that were sent and ended at one time. */
function thoughtAfter(results: readonly AttemptResult[], state = CLOSED, atMs = 0): BreakerState {
  return results.reduce((one, result) => next(one, { result, sentMs: atMs }, atMs), state);
}

const FIVE: readonly AttemptResult[] = ['outage', 'outage', 'outage', 'outage', 'outage'];

describe('the breaker', () => {
  test('opens at the fifth failure in a row, for a second', () => {
    expect(thoughtAfter(FIVE.slice(1)).kind).toBe('closed');
    expect(thoughtAfter(FIVE)).toEqual({ kind: 'open', untilMs: 1000, pauseMs: 1000 });
  });

  test('counts from the start after an answer, and takes no notice of what was given up', () => {
    expect(thoughtAfter([...FIVE.slice(1), 'answered', ...FIVE.slice(1)]).kind).toBe('closed');
    expect(thoughtAfter([...FIVE.slice(1), 'abandoned', 'outage']).kind).toBe('open');
  });

  test('refuses all while it is open, then lets one through', () => {
    const open = thoughtAfter(FIVE);
    expect(permission(open, 999)).toEqual({ kind: 'refused', retryAfterMs: 1 });
    const probing = permission(open, 1000);
    expect(probing).toMatchObject({ kind: 'go', state: { kind: 'half-open' } });
    if (probing.kind !== 'go') return;
    expect(permission(probing.state, 1001)).toEqual({ kind: 'refused', retryAfterMs: 1000 });
    // A probe that has said nothing for ten seconds is lost.
    expect(permission(probing.state, 11_000).kind).toBe('go');
  });

  test('closes when the probe is answered, and pauses twice as long, 15 s at most, when it fails', () => {
    let state = thoughtAfter(FIVE);
    const pauses: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      if (state.kind !== 'open') throw new Error('it is not open');
      const { untilMs } = state;
      const asked = permission(state, untilMs);
      if (asked.kind !== 'go') throw new Error('no probe');
      expect(next(asked.state, { result: 'answered', sentMs: untilMs }, untilMs).kind).toBe(
        'closed',
      );
      state = next(asked.state, { result: 'outage', sentMs: untilMs }, untilMs);
      if (state.kind === 'open') pauses.push(state.pauseMs);
    }
    expect(pauses).toEqual([2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  test('lets the next one probe when a probe is given up', () => {
    const asked = permission(thoughtAfter(FIVE), 1000);
    if (asked.kind !== 'go') throw new Error('no probe');
    const state = next(asked.state, { result: 'abandoned', sentMs: 1000 }, 1500);
    expect(permission(state, 1500).kind).toBe('go');
  });

  test('does not open again for what was sent before the outage ended', () => {
    const asked = permission(thoughtAfter(FIVE), 1000);
    if (asked.kind !== 'go') throw new Error('no probe');
    let state = next(asked.state, { result: 'answered', sentMs: 1000 }, 1010);
    for (let late = 0; late < 100; late += 1) {
      state = next(state, { result: 'outage', sentMs: 0 }, 5000);
    }
    expect(state.kind).toBe('closed');
  });

  test('lets no more than one attempt through at a time while it is not closed, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            waitMs: fc.integer({ min: 0, max: 5000 }),
            result: fc.constantFrom<AttemptResult>('answered', 'outage', 'abandoned'),
          }),
          { maxLength: 60 },
        ),
        (steps) => {
          const clock = new VirtualClock(0);
          const kinds: string[] = [];
          const breaker = new Breaker({ clock, onChange: ({ kind }) => kinds.push(kind) });
          for (const { waitMs, result } of steps) {
            clock.advance(waitMs);
            const wasClosed = (kinds.at(-1) ?? 'closed') === 'closed';
            if (breaker.refusal('ListCACertificates') !== undefined) continue;
            const sentMs = breaker.admit('ListCACertificates');
            if (!wasClosed) {
              expect(() => breaker.admit('ListCACertificates')).toThrow(GatewayError);
            }
            breaker.ended({ result, sentMs });
          }
          // Each change is told once, and never to what it was.
          for (const [index, kind] of kinds.entries()) expect(kind).not.toBe(kinds[index - 1]);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('what it keeps back was not sent, so nothing can have happened', () => {
    const clock = new VirtualClock(0);
    const breaker = new Breaker({ clock, onChange: () => undefined });
    for (const result of FIVE) breaker.ended({ result, sentMs: breaker.admit('TagResource') });
    const refusal = breaker.refusal('TagResource');
    expect(refusal).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      details: { action: 'TagResource', retryAfterMs: 1000 },
    });
    expect(refusal && mayHaveHappened(refusal)).toBe(false);
  });
});

describe('what counts as an outage', () => {
  const failed = (error: object) => isOutage(upstreamError(error, 'ListCACertificates'));

  test.each([
    [{ name: 'Error', code: 'ECONNREFUSED' }],
    [{ name: 'TimeoutError', code: 'ECONNRESET' }],
    [{ name: 'TimeoutError' }],
    [{ name: 'ServiceUnavailableException', $metadata: { httpStatusCode: 503 } }],
    [{ name: 'InternalFailureException', $metadata: { httpStatusCode: 500 } }],
    [{ name: 'SyntaxError', $metadata: { httpStatusCode: 200 } }],
  ])('%j', (error) => {
    expect(failed(error)).toBe(true);
  });

  test.each([
    [{ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } }],
    [{ name: 'LimitExceededException', $metadata: { httpStatusCode: 410 } }],
    [{ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } }],
    [{ name: 'InvalidRequestException', $metadata: { httpStatusCode: 400 } }],
    [{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } }],
    [{ name: 'ExpiredTokenException', $metadata: { httpStatusCode: 403 } }],
    [{ name: 'NeverHeardOfException', $metadata: { httpStatusCode: 418 } }],
  ])('not %j', (error) => {
    expect(failed(error)).toBe(false);
  });
});
