import type { GraphQLSchema } from 'graphql';
import type { Scope } from '../caller.ts';
import type { GatewayError } from '../errors.ts';
import type { KnownQuery } from './compiled.ts';
import { type IntrospectionMode, introspectionRefusal, mayIntrospect } from './introspection.ts';
import { limitNodes, limitValues, OperationBook } from './listBounds.ts';
import type { QueryLimits } from './queryLimits.ts';

/** What an operation is held against that depends on its caller or its variables. */
export class OperationRules {
  readonly #book: OperationBook;
  readonly #limits: QueryLimits;
  readonly #introspection: IntrospectionMode;

  constructor(schema: GraphQLSchema, limits: QueryLimits, introspection: IntrospectionMode) {
    this.#book = new OperationBook(schema);
    this.#limits = limits;
    this.#introspection = introspection;
  }

  /** Throws INTROSPECTION_REFUSED, TOO_MANY_VALUES or TOO_MANY_NODES. */
  hold(
    { operation, fragments }: KnownQuery,
    coerced: Readonly<Record<string, unknown>>,
    scopes: ReadonlySet<Scope>,
  ): void {
    const facts = this.#book.of(operation, fragments);
    if (facts.introspects && !mayIntrospect(this.#introspection, scopes)) {
      throw introspectionRefusal(this.#introspection);
    }
    limitValues(coerced, this.#limits.values);
    limitNodes(facts, coerced, this.#limits.nodes);
  }
}

/** The HTTP status of the refusals of whole operations that have another than 400. */
const STATUSES: Readonly<Partial<Record<GatewayError['code'], number>>> = {
  INTROSPECTION_REFUSED: 403,
  RATE_LIMITED: 429,
  UPSTREAM_THROTTLED: 503,
};

/** The HTTP status of the refusal of a whole operation. */
export function statusOf({ code }: GatewayError): number {
  return STATUSES[code] ?? 400;
}
