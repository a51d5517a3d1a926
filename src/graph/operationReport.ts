import type { OperationDefinitionNode } from 'graphql';
import {
  type OperationEnd,
  type OperationStart,
  operationEnd,
  operationStart,
} from '../channels.ts';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import type { GraphContext } from './context.ts';

/** A name is told on as far as people read one: the text of a request may be all name. */
const MAX_NAME_CHARACTERS = 256;

/** What becomes known of an operation on its way, for those who are told of its end. */
export interface OperationReport {
  /** Unset until the request is found to name one. */
  operation?: OperationDefinitionNode;
  /** The codes of the answer's errors. */
  codes: readonly string[];
  hasData: boolean;
}

/** Tells that an operation has begun, if anybody listens. */
export function reportStart(
  { scope, requestId }: GraphContext,
  headers: OperationStart['headers'],
): void {
  if (!operationStart.hasSubscribers) return;
  const { receipts, caller } = scope;
  operationStart.publish({ operation: receipts, requestId, caller, headers });
}

/** Tells how an operation ended, if anybody listens. */
export function reportEnd({ scope, requestId, report, upstream }: GraphContext): void {
  if (!operationEnd.hasSubscribers) return;
  const { receipts, caller, inputs, freshness } = scope;
  const codes = [...new Set(report.codes)];
  operationEnd.publish({
    operation: receipts,
    requestId,
    caller,
    kind: report.operation?.operation,
    operationName: report.operation?.name?.value.slice(0, MAX_NAME_CHARACTERS),
    outcome: outcomeOf(codes, report.hasData),
    codes,
    durationMs: Math.max(0, upstream.nowMs() - freshness.startedMs),
    receipt: () => receipts.receipt(inputs.oldestMs, inputs.hits),
  });
}

function outcomeOf(codes: readonly string[], hasData: boolean): OperationEnd['outcome'] {
  if (codes.length === 0) return 'ok';
  if (hasData) return 'partial';
  return codes.some(isFailure) ? 'failed' : 'refused';
}

const isFailure = (code: string): boolean =>
  Object.hasOwn(ERROR_CODES, code) && ERROR_CODES[code as ErrorCode].kind === 'failure';

/** The codes of errors in the shape in which they are answered. */
export function codesOf(
  errors: ReadonlyArray<{ readonly extensions?: { readonly code?: unknown } }>,
): readonly string[] {
  return errors.map(({ extensions }) => String(extensions?.code ?? 'INTERNAL_SERVER_ERROR'));
}

/** What is told of an answer that is a text already, when it was refused before it was executed. */
export function noteRefusal({ report }: GraphContext, text: string): void {
  if (!operationEnd.hasSubscribers || report.codes.length > 0) return;
  const { errors = [] }: { errors?: Parameters<typeof codesOf>[0] } = JSON.parse(text);
  report.codes = codesOf(errors);
}
