import type { ErrorCode } from '../errors.ts';
import type { Item, OutcomeKind } from './item.ts';

/** Which CAs an operation is about: ids, or a filter in the words of the schema, as JSON. */
export type Selection =
  | { readonly kind: 'IDS'; readonly certificateIds: readonly string[] }
  | { readonly kind: 'FILTER'; readonly filter: Readonly<Record<string, unknown>> };

/** What an operation is to do. */
export type Intent =
  | {
      readonly kind: 'ATTACH';
      readonly selection: Selection;
      readonly templateName: string;
      readonly enableAutoRegistration: boolean;
      readonly activate: boolean;
    }
  | { readonly kind: 'DETACH'; readonly selection: Selection }
  | {
      readonly kind: 'INLINE_MIGRATION';
      readonly selection: Selection;
      /** New templates are called this and a digest of what is in them. */
      readonly templateNamePrefix: string;
    }
  | { readonly kind: 'REVERT'; readonly operationId: string };

/** An intent whose plan is made: the items know the ids, so that the record need not repeat them. */
export function withoutIds(intent: Intent): Intent {
  if (intent.kind === 'REVERT' || intent.selection.kind !== 'IDS') return intent;
  return { ...intent, selection: { kind: 'IDS', certificateIds: [] } };
}

export interface Reason {
  readonly code: ErrorCode;
  readonly message: string;
}

export type OperationState =
  | { readonly kind: 'PLANNING' }
  | { readonly kind: 'PLANNED' }
  | { readonly kind: 'RUNNING' }
  /** AWS throttled, could not be reached or has no rights for us; goes on by itself. */
  | { readonly kind: 'PAUSED'; readonly untilMs: number; readonly reason: Reason }
  /** No more is begun; what was begun is settled. */
  | { readonly kind: 'CANCELLING' }
  | { readonly kind: 'CANCELLED' }
  | { readonly kind: 'DONE' }
  /** It could not be planned. */
  | { readonly kind: 'FAILED'; readonly reason: Reason };

export type StateKind = OperationState['kind'];

export type OperationEvent =
  | { readonly kind: 'PLANNED' }
  | { readonly kind: 'PLAN_FAILED'; readonly reason: Reason }
  | { readonly kind: 'APPLIED' }
  | { readonly kind: 'PAUSED'; readonly untilMs: number; readonly reason: Reason }
  | { readonly kind: 'WENT_ON' }
  | { readonly kind: 'CANCELLED' }
  /** Nothing is left to do. */
  | { readonly kind: 'FINISHED' };

/** The state after an event; undefined where the event cannot happen. */
export function next(state: OperationState, event: OperationEvent): OperationState | undefined {
  switch (event.kind) {
    case 'PLANNED':
      return state.kind === 'PLANNING' ? { kind: 'PLANNED' } : undefined;
    case 'PLAN_FAILED':
      return state.kind === 'PLANNING' ? { kind: 'FAILED', reason: event.reason } : undefined;
    case 'APPLIED':
      return state.kind === 'PLANNED' ? { kind: 'RUNNING' } : undefined;
    case 'PAUSED':
      return state.kind === 'RUNNING' || state.kind === 'PAUSED' ? event : undefined;
    case 'WENT_ON':
      return state.kind === 'PAUSED' ? { kind: 'RUNNING' } : undefined;
    case 'CANCELLED':
      return afterCancel(state);
    case 'FINISHED':
      return afterFinish(state);
  }
}

function afterCancel({ kind }: OperationState): OperationState | undefined {
  if (kind === 'PLANNING' || kind === 'PLANNED') return { kind: 'CANCELLED' };
  return kind === 'RUNNING' || kind === 'PAUSED' ? { kind: 'CANCELLING' } : undefined;
}

function afterFinish({ kind }: OperationState): OperationState | undefined {
  if (kind === 'CANCELLING') return { kind: 'CANCELLED' };
  return kind === 'RUNNING' || kind === 'PAUSED' ? { kind: 'DONE' } : undefined;
}

const ENDED: ReadonlySet<StateKind> = new Set(['CANCELLED', 'DONE', 'FAILED']);
const APPLYING: ReadonlySet<StateKind> = new Set(['RUNNING', 'PAUSED', 'CANCELLING']);

/** Whether nothing more will happen to an operation in this state. */
export const hasEnded = ({ kind }: OperationState): boolean => ENDED.has(kind);

/** Whether items of an operation in this state are being changed. */
export const isApplying = ({ kind }: OperationState): boolean => APPLYING.has(kind);

/** How many items have which outcome; those intended are counted as pending. */
type Counts = Readonly<Record<Exclude<OutcomeKind, 'INTENDED'>, number>>;

export const NO_COUNTS: Counts = {
  PENDING: 0,
  CHANGED: 0,
  UNCHANGED: 0,
  REFUSED: 0,
  CONFLICT: 0,
  FAILED: 0,
};

/** The counts with so many more, or fewer, of an outcome. */
export function counted(counts: Counts, kind: OutcomeKind, by = 1): Counts {
  const shown = kind === 'INTENDED' ? 'PENDING' : kind;
  return { ...counts, [shown]: counts[shown] + by };
}

/** How many of the items have which outcome. */
export function countItems(items: Iterable<Pick<Item, 'outcome'>>): Counts {
  let counts = NO_COUNTS;
  for (const { outcome } of items) counts = counted(counts, outcome.kind);
  return counts;
}

/** How many items there are. */
export const totalOf = (counts: Counts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** A template that inline bodies are to move to. */
export interface MigrationGroup {
  readonly templateName: string;
  /** EXISTING: a template with an equal body and role is there. NEW: it is created when applied. */
  readonly proposal: 'EXISTING' | 'NEW';
  readonly templateBody: string;
  readonly roleArn: string;
  readonly certificateCount: number;
  /** Whether the template is there, as far as is known. */
  readonly template: 'PENDING' | 'INTENDED' | 'PRESENT';
}

/** Calls by action. */
export type Calls = Readonly<
  Partial<
    Record<
      | 'CreateProvisioningTemplate'
      | 'DescribeCACertificate'
      | 'DescribeProvisioningTemplate'
      | 'UpdateCACertificate',
      number
    >
  >
>;

/** A plan, and once it is applied the operation that it became. */
export interface Operation {
  readonly id: string;
  /** Who planned it. */
  readonly caller: string;
  /** Who applied it; unset before, and in records of earlier versions. */
  readonly appliedBy?: string;
  readonly intent: Intent;
  readonly state: OperationState;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly counts: Counts;
  readonly groups: readonly MigrationGroup[];
  /** `arn:aws:iot:REGION:ACCOUNT` that it was planned for; null until it is planned. */
  readonly arnPrefix: string | null;
  /** What applying it takes, as it was planned. */
  readonly price: Calls;
}
