import type { QueryLimits } from '../../src/graph/queryLimits.ts';

/** For tests of what lies behind the limits: only what keeps the stack whole is left of them. */
export const WIDE_LIMITS: QueryLimits = {
  tokens: 15_000,
  depth: 1000,
  introspectionDepth: 1000,
  aliases: 10_000,
  rootFields: 10_000,
  directives: 10_000,
  nodes: 1_000_000,
  values: 100_000,
};
