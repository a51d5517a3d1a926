import { MOST_CALLS_OF_A_CHECK } from './caRegistration.ts';
import type { GivenArguments } from './priceArguments.ts';

/**
 * Fields of queries and of things that make calls of their own, beside what their levels declare
 * and what the things below them cost: at most this many calls for each parent.
 */
const FIELD_PRICES: Readonly<
  Record<string, number | ((args: GivenArguments) => number) | undefined>
> = {
  'Query.checkCARegistration': MOST_CALLS_OF_A_CHECK,
};

/** Whether a field can make calls that no selection below it tells of. */
export function makesCalls(type: string, field: string): boolean {
  return field === 'versionsUsed' || FIELD_PRICES[`${type}.${field}`] !== undefined;
}

/** The calls of one field for one parent, at most; 0 where it makes none of its own. */
export function callsOfField(type: string, field: string, args: () => GivenArguments): number {
  const calls = FIELD_PRICES[`${type}.${field}`];
  return typeof calls === 'function' ? calls(args()) : (calls ?? 0);
}
