import { PAGE_SIZE } from '../upstream/actions.ts';
import { detailsNeeded, looksAtTemplates, sortedBy } from './caCertificateList.ts';
import type { FirstPage } from './knowledge.ts';
import { type GivenArguments, MAX_SHORT_PAGES } from './priceArguments.ts';
import { type Desk, templatesLacking } from './priceImpact.ts';
import { DESCRIBES, type Priced, type Subject } from './priceSubjects.ts';
import type { Levels } from './selection.ts';

/** Filters and orders that need more than rows look at every CA that they pass. */
export function priceLookedAt(
  args: GivenArguments,
  page: FirstPage | undefined,
  pages: number,
  { estimate, knowledge, path }: Desk,
): void {
  const needed = detailsNeeded(args);
  if (needed.size === 0 || page?.kind === 'none') return;
  if (page?.kind !== 'known' || !page.isLast) {
    estimate.maybe((looksAtTemplates(args) ? 2 : 1) * pages * PAGE_SIZE, path);
    return;
  }
  const lacking = (levels: Levels) =>
    page.keys.filter((key) => !knowledge.has('CACertificate', key, levels, false));
  // An order looks at all for what it sorts by; a filter stops when its window is full.
  for (const key of lacking(sortedBy(args))) {
    estimate.sure(DESCRIBES.CACertificate, `CACertificate/${key}`, path);
  }
  estimate.maybe(lacking(needed).length, path);
  if (looksAtTemplates(args)) estimate.maybe(templatesLacking(page.keys, knowledge), path);
}

/** A field that reads a list that is short by nature to its end. */
export function priceShortList(
  type: Priced,
  field: 'versionsUsed' | 'tags',
  who: Subject,
  { estimate, knowledge, path }: Desk,
): void {
  if (who.kind === 'some') {
    estimate.maybe(who.count * MAX_SHORT_PAGES, path);
    return;
  }
  const list = knowledge.shortList(type, field, who.key);
  if (list.kind === 'unknown') estimate.sure(list.action, list.key, path);
  if (list.kind !== 'known' || !list.isLast) estimate.maybe(MAX_SHORT_PAGES - 1, path);
}
