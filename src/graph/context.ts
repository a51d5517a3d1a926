import type { BulkOperations } from '../bulk/bulkOperations.ts';
import type { Caller } from '../caller.ts';
import type { ChangeJournal } from '../journal/changeJournal.ts';
import type { Charge } from '../rateLimit.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import type { Loaders } from './loaders.ts';
import type { OperationReport } from './operationReport.ts';
import type { OperationRules } from './operationRules.ts';
import type { Readings } from './readings.ts';
import type { ScopeCheck } from './scopeCheck.ts';
import type { LevelTable } from './selection.ts';
import type { ShownNodes } from './shownNodes.ts';
import type { OperationTurns } from './turns.ts';

/** What the resolvers of one operation share. */
export interface GraphContext {
  /** Who asks, and what it may do. */
  readonly caller: Caller;
  readonly rights: ScopeCheck;
  readonly rules: OperationRules;
  /** What the request takes of its caller's rate. */
  readonly charge: Charge;
  /** What its lists have shown so far. */
  readonly shown: ShownNodes;
  readonly upstream: Upstream;
  readonly scope: CallScope;
  readonly loaders: Loaders;
  readonly levels: LevelTable;
  readonly turns: OperationTurns;
  readonly readings: Readings;
  /** What was changed through the gateway. */
  readonly journal: ChangeJournal;
  readonly idempotency: IdempotencyKeys;
  readonly bulk: BulkOperations;
  /** The caller wants to know what the operation would cost, and no call made. */
  readonly priceOnly: boolean;
  /** Names the request in logs and in the answer. */
  readonly requestId: string;
  /**
   * How far the operation has come: let in by the admission, or known not to be answered by its
   * compiled form. So none of it is done twice when Apollo Server takes over.
   */
  progress: 'arrived' | 'admitted' | 'not compiled';
  /** What is told of it at its end. */
  readonly report: OperationReport;
}
