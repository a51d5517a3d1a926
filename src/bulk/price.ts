import { type Item, needsReadBack } from './item.ts';
import type { Calls, MigrationGroup } from './operation.ts';
import { stepsBetween } from './registration.ts';

/** The calls that one item takes when nothing goes wrong. */
function callsOf({ before, after, outcome }: Item): { reads: number; writes: number } {
  if (outcome.kind !== 'PENDING' || before === null || after === null) {
    return { reads: 0, writes: 0 };
  }
  const steps = stepsBetween(before, after);
  const readBacks = steps.filter((step) => needsReadBack(step, after)).length;
  return { reads: 1 + readBacks, writes: steps.length };
}

/** What applying a plan takes, in calls by action. */
export function priceOf(items: Iterable<Item>, groups: readonly MigrationGroup[]): Calls {
  let reads = 0;
  let writes = 0;
  for (const item of items) {
    const calls = callsOf(item);
    reads += calls.reads;
    writes += calls.writes;
  }
  const created = groups.filter(({ proposal }) => proposal === 'NEW').length;
  return {
    ...(created > 0 && {
      CreateProvisioningTemplate: created,
      DescribeProvisioningTemplate: created,
    }),
    ...(reads > 0 && { DescribeCACertificate: reads }),
    ...(writes > 0 && { UpdateCACertificate: writes }),
  };
}

/** The part of a price that is left when so many of so many items are. */
export function shareOf(price: Calls, left: number, of: number): Calls {
  if (of === 0) return {};
  return Object.fromEntries(
    Object.entries(price).map(([action, calls]) => [action, Math.ceil((calls * left) / of)]),
  );
}

export interface Pace {
  /** Items settled by this run of the operation, and the time that took. */
  readonly settled: number;
  readonly elapsedMs: number;
}

/**
 * Whole milliseconds until `left` items are done: what the quota takes, or what they take at the pace
 * so far where that is more.
 */
export function remainingMs(quotaMs: number, left: number, { settled, elapsedMs }: Pace): number {
  if (left === 0) return 0;
  const atThisPaceMs = settled === 0 ? 0 : (elapsedMs / settled) * left;
  return Math.ceil(Math.max(quotaMs, atThisPaceMs));
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** How long to pause after so many pauses in a row with nothing settled between them. */
export function pauseMs(pausesBefore: number, retryAfterMs = 0): number {
  const grownMs = FIRST_PAUSE_MS * 2 ** Math.min(pausesBefore, 10);
  return Math.min(LONGEST_PAUSE_MS, Math.max(grownMs, retryAfterMs));
}
