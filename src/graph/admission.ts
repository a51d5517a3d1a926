import { GraphQLError, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { KnownQuery } from './compiled.ts';
import type { GraphContext } from './context.ts';
import type { Price } from './estimate.ts';
import { priceOperation } from './price.ts';

export interface AdmissionRequest {
  readonly schema: GraphQLSchema;
  readonly query: Pick<KnownQuery, 'operation' | 'fragments'>;
  /** The variables as GraphQL coerced them. */
  readonly coerced: Readonly<Record<string, unknown>>;
  readonly context: GraphContext;
  /** The most AWS calls that one operation may cost. */
  readonly costMax: number;
}

/**
 * Prices an operation and lets it in, with its price as its budget. Refuses what cannot be done
 * within the limit, or not before the operation's deadline under AWS's quotas.
 */
export function admit({ schema, query, coerced, context, costMax }: AdmissionRequest): void {
  const { operation, fragments } = query;
  const price = priceOperation({
    schema,
    operation,
    levels: context.levels,
    upstream: context.upstream,
    scope: context.scope,
    context: { fragments, variableValues: coerced },
  });
  const { min, max } = price;
  context.scope.receipts.priced = { min, max };
  context.scope.budget.restrict(max);
  if (context.priceOnly) {
    context.scope.receipts.plan = price.paths;
    return;
  }
  if (min > costMax) throw refusal(tooCostly(price, costMax), 400);
  if (price.nodes > MAX_NODES) throw refusal(tooLarge(price), 400);
  refuseLate(price, context);
}

/** Beyond this many an answer takes megabytes, and writing it would hold up everybody else. */
const MAX_NODES = 10_000;

function tooLarge({ min, max, nodes }: Price): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_COSTLY',
    `The answer would show ${nodes} things, more than the ${MAX_NODES} that one may; page through them.`,
    { price: { min, max }, limit: MAX_NODES },
  );
}

function tooCostly({ min, max, paths }: Price, limit: number): GatewayError {
  const worstPath = paths[0]?.path;
  return new GatewayError(
    'OPERATION_TOO_COSTLY',
    `The operation would cost at least ${min} AWS calls, more than the ${limit} that one may; ask for less, above all at ${worstPath}.`,
    { price: { min, max }, limit, ...(worstPath === undefined ? {} : { worstPath }) },
  );
}

/** An operation whose certain calls cannot be made in time is refused now, not after half of them. */
function refuseLate({ certain }: Price, { upstream, scope }: GraphContext): void {
  const leftMs = scope.deadlineMs - upstream.nowMs();
  for (const [action, count] of certain) {
    const neededMs = upstream.permits.timeFor(action, count, scope.caller, scope.priority);
    if (neededMs <= leftMs) continue;
    const retryAfterMs = Math.ceil(neededMs - leftMs);
    const message = `AWS's quota of ${action} leaves too few calls for this operation now; try again in ${retryAfterMs} ms.`;
    throw refusal(new GatewayError('UPSTREAM_THROTTLED', message, { action, retryAfterMs }), 503);
  }
}

function refusal(originalError: GatewayError, status: number): GraphQLError {
  return new GraphQLError(originalError.message, {
    originalError,
    extensions: { http: { status } },
  });
}
