import type { ErrorCode } from '../errors.ts';
import type { Json } from '../ledger.ts';

/** What a change was made to. Versions and claims are part of their template's story. */
export type ResourceKind =
  | 'PROVISIONING_TEMPLATE'
  | 'CA_CERTIFICATE'
  | 'REGISTRATION_CODE'
  | 'BULK_OPERATION';

/**
 * What became of a change. UNKNOWN: it was sent and no answer came, or the gateway ended before one
 * did; it may have been made.
 */
type ChangeOutcome = 'DONE' | 'REFUSED' | 'FAILED' | 'UNKNOWN';

export interface ChangedResource {
  readonly kind: ResourceKind;
  /** The template's name, the CA's id, the id of the plan; empty for the registration code. */
  readonly key: string;
  readonly arn: string | null;
}

/** Where a change was made; null until an answer of AWS has shown it. */
export interface ChangeTarget {
  readonly account: string;
  readonly region: string;
}

/** A change as it is before it is made. */
export interface IntendedChange {
  readonly caller: string;
  /** The mutation it was made by. */
  readonly operation: string;
  /** The request of the mutation; null for a change made by a bulk operation. */
  readonly requestId: string | null;
  readonly bulkOperationId: string | null;
  readonly target: ChangeTarget | null;
  readonly resource: ChangedResource;
  /** The AWS IoT action; null where the mutation was refused before any. */
  readonly action: string | null;
  /** What the gateway knew, null when nothing, or that there was none. */
  readonly before: Json;
  /** When that was known, in milliseconds since the epoch; null when nothing was. */
  readonly beforeMs: number | null;
  /** What was asked for and, once there is an answer, what it told. */
  readonly after: Json;
}

/** How a change ended. */
export interface Settlement {
  readonly outcome: ChangeOutcome;
  /** Why it was not made. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  /** Found made by reading back, after its answer was lost. */
  readonly replayed: boolean;
  readonly awsRequestId: string | null;
  /** What was learnt by the answer. */
  readonly after?: Json;
  readonly target?: ChangeTarget | null;
  readonly resource?: ChangedResource;
}

/** An entry of the journal. */
export interface Change extends IntendedChange, Required<Settlement> {
  readonly target: ChangeTarget | null;
  readonly resource: ChangedResource;
  readonly after: Json;
  /** Names the change; ids go by time. */
  readonly id: string;
  /** When it was begun, in milliseconds since the epoch. */
  readonly atMs: number;
  /** When it ended; null while its outcome is UNKNOWN because no answer came. */
  readonly settledMs: number | null;
}

/** A change whose end is not known. */
export const UNSETTLED: Settlement = {
  outcome: 'UNKNOWN',
  code: null,
  message: null,
  replayed: false,
  awsRequestId: null,
};
