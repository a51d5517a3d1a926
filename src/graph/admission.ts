import { GraphQLError, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.ts';
import { departureRefusal } from '../upstream/departure.ts';
import type { Admission } from '../upstream/receipt.ts';
import type { KnownQuery } from './compiled.ts';
import type { GraphContext } from './context.ts';
import type { Price } from './estimate.ts';
import { statusOf } from './operationRules.ts';
import { priceOperation } from './price.ts';
import { forbidden, type ScopedOperation } from './scopeCheck.ts';
import { MAX_NODES } from './shownNodes.ts';

export interface AdmissionRequest {
  readonly schema: GraphQLSchema;
  readonly query: KnownQuery;
  /** The variables as GraphQL coerced them. */
  readonly coerced: Readonly<Record<string, unknown>>;
  readonly context: GraphContext;
  /** The most AWS calls that one operation may cost. */
  readonly costMax: number;
}

/** Lets an operation in that is permitted, at its price. */
export function admit(asked: AdmissionRequest): void {
  permit(asked);
  admitAtPrice(asked);
}

/** Refuses what a caller may not ask for, and what nobody may, whatever it costs. */
export function permit({ query, coerced, context }: AdmissionRequest): void {
  const { operation, fragments } = query;
  context.report.operation = operation;
  requireScopes({ operation, fragments, variables: coerced }, context);
  refuseOn(() => context.rules.hold(query, coerced, context.caller.scopes));
}

/**
 * Prices an operation that is permitted and lets it in, with its price as its budget. Refuses what
 * cannot be done within the limit, or not before the operation's deadline under AWS's quotas.
 */
export function admitAtPrice({ schema, query, coerced, context, costMax }: AdmissionRequest): void {
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
    context.scope.receipts.admission = admission(price, costMax, context);
    return;
  }
  const found = refusalOf(price, costMax, context);
  if (found) throw refusal(found, statusOf(found));
  refuseOn(() => context.charge.take(min));
}

/** Why an operation is not let in at its price; undefined when it is. */
function refusalOf(price: Price, costMax: number, context: GraphContext): GatewayError | undefined {
  if (price.min > costMax) return tooCostly(price, costMax);
  if (price.nodes > MAX_NODES) return tooLarge(price);
  return tooLate(price, context);
}

/** The same for a caller who asks for the price alone. */
function admission(price: Price, limit: number, context: GraphContext): Admission {
  const code = refusalOf(price, limit, context)?.code;
  const certain = Object.fromEntries(price.certain);
  return { admitted: code === undefined, ...(code && { code }), limit, certain };
}

/** What a check throws, as the refusal of the whole operation. */
function refuseOn(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof GatewayError ? refusal(error, statusOf(error)) : error;
  }
}

/** Before anything else: not even the price of what it may not ask for is told to a caller. */
function requireScopes(asked: ScopedOperation, { rights, caller }: GraphContext): void {
  const denials = rights.denials(asked, caller.scopes);
  if (denials.length > 0) throw refusal(forbidden(denials), 403);
}

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
function tooLate(
  { certain, min, max }: Price,
  { upstream, scope }: GraphContext,
): GatewayError | undefined {
  const nowMs = upstream.nowMs();
  for (const [action, calls] of certain) {
    const late = departureRefusal({ action, calls, nowMs }, upstream.permits, scope);
    if (late === undefined) continue;
    if (late.retryable) return late;
    const { code, message, details } = late;
    return new GatewayError(code, message, { ...details, price: { min, max } });
  }
  return undefined;
}

function refusal(originalError: GatewayError, status: number): GraphQLError {
  return new GraphQLError(originalError.message, {
    originalError,
    extensions: { http: { status } },
  });
}
