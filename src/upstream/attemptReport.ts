import { type AttemptStart, attemptEnd, attemptStart, callEnd } from '../channels.ts';
import type { CallScope } from './scope.ts';

/** Tells that an attempt is made; what it answers goes into `attemptEnded`. */
export function attemptBegun(
  action: string,
  { receipts, caller, priority }: CallScope,
  waitedMs: number,
): AttemptStart | undefined {
  if (!attemptStart.hasSubscribers && !attemptEnd.hasSubscribers) return undefined;
  const attempt = { operation: receipts, action, caller, priority, waitedMs };
  if (attemptStart.hasSubscribers) attemptStart.publish(attempt);
  return attempt;
}

/** Tells how an attempt ended: `ok`, or the code of its error. */
export function attemptEnded(
  attempt: AttemptStart | undefined,
  outcome: string,
  durationMs: number,
  awsRequestId: string | undefined,
): void {
  if (attempt === undefined || !attemptEnd.hasSubscribers) return;
  attemptEnd.publish({ attempt, outcome, durationMs, awsRequestId });
}

/** Tells how a call ended, with all its attempts. */
export function callEnded(action: string, { receipts }: CallScope, outcome: string): void {
  if (callEnd.hasSubscribers) callEnd.publish({ operation: receipts, action, outcome });
}
