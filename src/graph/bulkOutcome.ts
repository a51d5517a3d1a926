import type { Item } from '../bulk/item.ts';
import type { Operation } from '../bulk/operation.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './mutation.ts';

/** Payloads carry the id of a plan or operation, which is shown as it is when it is looked at. */
export interface BulkOutcome extends Outcome {
  readonly operationId: string | null;
}

export type OperationConnection = Connection<Operation>;
export type ItemConnection = Connection<Item>;
