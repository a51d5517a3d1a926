import { getBorderCharacters, table } from 'table';
import type { BulkItem, BulkOperation, RegistrationState } from './gatewayClient.ts';

/** How many CAs the plan shows before it only counts. */
export const SHOWN_ITEMS = 20;

/** A line below the head, and none between the rows. */
const STYLE = {
  border: getBorderCharacters('norc'),
  drawHorizontalLine: (index: number, rowCount: number) => index < 2 || index === rowCount,
};

/** A plan as text: its CAs as a table, and what it comes to. */
export function planText(plan: BulkOperation, items: readonly BulkItem[]): string {
  if (plan.counts.total === 0) return 'No CA certificate passes the filter.';
  const rows = items.map((item) => [
    item.certificateId.slice(0, 12),
    item.before === null ? '-' : inWords(item.before),
    item.after === null ? '-' : inWords(item.after),
    effectOf(item),
  ]);
  const head = ['CA certificate', 'now', 'then', 'plan'];
  const shown = rows.length === 0 ? '' : table([head, ...rows], STYLE);
  const more = plan.counts.total - items.length;
  return [shown.trimEnd(), ...(more > 0 ? [`... and ${more} more`] : []), summaryOf(plan)]
    .filter((line) => line !== '')
    .join('\n');
}

function inWords(state: RegistrationState): string {
  const { registration, templateName, autoRegistrationStatus, status } = state;
  const way = { NONE: 'no registration', INLINE: 'own body' }[registration] ?? templateName ?? '';
  return `${way}, ${status}, ${autoRegistrationStatus}`;
}

function effectOf({ outcome, message }: BulkItem): string {
  if (outcome === 'PENDING') return 'change';
  return outcome === 'UNCHANGED' ? 'nothing to do' : `${outcome}: ${message ?? ''}`;
}

function summaryOf({ counts, price, remainingMs }: BulkOperation): string {
  const { pending, unchanged, refused } = counts;
  const time = remainingMs === 0 ? '' : `, ${durationText(remainingMs)} under the quota`;
  return `${pending} to change, ${unchanged} with nothing to do, ${refused} refused. ${price.calls} AWS calls${time}.`;
}

/** Milliseconds as people say them. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** What became of an operation, in one line. */
export function resultText({ state, counts }: BulkOperation): string {
  const { changed, unchanged, conflict, failed, refused, pending } = counts;
  return `${state}: ${changed} changed, ${unchanged} unchanged, ${conflict} in conflict, ${failed} failed, ${refused} refused, ${pending} not begun.`;
}
