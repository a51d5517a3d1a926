import { GatewayError } from '../errors.ts';
import type { ActionName } from './actions.ts';
import type { Permits } from './permits.ts';
import type { CallScope } from './scope.ts';

/** Calls of one action that depart together. */
export interface Departure {
  readonly action: ActionName;
  readonly calls: number;
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The part of an operation's time that is left for the answer to its last call, and how much at most. */
const ANSWER_PART = 0.1;
const MOST_ANSWER_MS = 500;

/**
 * Why calls cannot all be made before their operation must end, so that none is made instead of some;
 * undefined where they can. UPSTREAM_THROTTLED where waiting helps, OPERATION_TOO_COSTLY where even
 * all of the quota would not do.
 */
export function departureRefusal(
  { action, calls, nowMs }: Departure,
  permits: Permits,
  { caller, priority, deadlineMs, freshness }: CallScope,
): GatewayError | undefined {
  const neededMs = permits.timeFor(action, calls, caller, priority);
  if (neededMs === 0) return undefined;
  const wholeMs = deadlineMs - freshness.startedMs;
  const endMs = deadlineMs - Math.min(MOST_ANSWER_MS, wholeMs * ANSWER_PART);
  if (neededMs < endMs - nowMs) return undefined;
  const limit = permits.mostWithin(action, endMs - freshness.startedMs);
  if (calls > limit) {
    const message = `The operation needs ${calls} calls of ${action} at once, and AWS's quota allows ${limit} in its time; ask for less, or page.`;
    return new GatewayError('OPERATION_TOO_COSTLY', message, { action, limit });
  }
  const retryAfterMs = Math.ceil(neededMs - (endMs - nowMs)) + 1;
  const message = `AWS's quota of ${action} leaves too few calls for this operation now; try again in ${retryAfterMs} ms.`;
  return new GatewayError('UPSTREAM_THROTTLED', message, { action, retryAfterMs });
}
