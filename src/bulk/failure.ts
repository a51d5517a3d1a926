import { type ErrorCode, GatewayError } from '../errors.ts';
import { LedgerWriteError } from '../ledger.ts';
import type { Reason } from './operation.ts';

/** Failures of AWS as a whole, or of the way there: no item is to blame, and time may mend them. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'UPSTREAM_THROTTLED',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  // What became of it is read back when the item is tried again.
  'UPSTREAM_OUTCOME_UNKNOWN',
  'RECORDS_UNAVAILABLE',
  'UPSTREAM_CREDENTIALS',
]);

/** Why to pause after an error; undefined when the item that met it has failed. */
export function reasonToPause(error: unknown): Reason | undefined {
  if (error instanceof LedgerWriteError) {
    return { code: 'INTERNAL_SERVER_ERROR', message: `${error.message}; it is tried again.` };
  }
  if (!(error instanceof GatewayError) || !PASSING.has(error.code)) return undefined;
  return { code: error.code, message: error.message };
}

/** What may be shown of an error. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof GatewayError) return { code: error.code, message: error.message };
  const { code, message } = new GatewayError('INTERNAL_SERVER_ERROR');
  return { code, message };
}

/** The id that AWS gave the request that failed. */
export function awsRequestIdOf(error: unknown): string | null {
  return error instanceof GatewayError ? (error.details.awsRequestId ?? null) : null;
}

/** When AWS or the quota wants to be asked again, in milliseconds from now. */
export function retryAfterMs(error: unknown): number | undefined {
  return error instanceof GatewayError ? error.details.retryAfterMs : undefined;
}
