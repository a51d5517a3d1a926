import type { QuerycaCertificatesArgs } from '../generated/resolvers.ts';
import { PAGE_SIZE } from '../upstream/actions.ts';
import { judgeEdge, neededBy } from './caCertificateFilter.ts';
import { looksAtTemplates, sortedBy } from './caCertificateList.ts';
import type { FirstPage } from './knowledge.ts';
import { type GivenArguments, MAX_SHORT_PAGES } from './priceArguments.ts';
import { type Desk, templatesLacking } from './priceImpact.ts';
import { DESCRIBES, type Priced, type Subject } from './priceSubjects.ts';

/** Filters and orders that need more than rows look at every CA that they pass. */
export function priceLookedAt(
  args: GivenArguments,
  page: FirstPage | undefined,
  pages: number,
  { estimate, knowledge, path }: Desk,
): void {
  const { filter: given, orderBy }: QuerycaCertificatesArgs = args;
  const filter = given ?? {};
  const needed = neededBy(filter);
  const sorted = sortedBy(orderBy?.field);
  if (page?.kind === 'none' || needed.size + sorted.size === 0) return;
  // Which templates they name is found out at twice the Describes at most: see planner.ts.
  const each = needed.has('EDGE') || looksAtTemplates(args) ? 2 : 1;
  if (page?.kind !== 'known' || !page.isLast) {
    estimate.maybe(each * pages * PAGE_SIZE, path);
    return;
  }
  // An order looks at all for what it sorts by; a filter stops when its window is full.
  for (const key of page.keys) {
    if (knowledge.has('CACertificate', key, sorted, false)) continue;
    estimate.sure(DESCRIBES.CACertificate, `CACertificate/${key}`, path);
  }
  const levels = new Set([...needed].filter((level) => level !== 'EDGE'));
  const isLacking = (key: string): boolean => {
    const verdict = judgeEdge(filter, knowledge.edge('CACertificate', key));
    if (verdict === false) return false;
    const isDecided = verdict === true && needed.size === 1 && !looksAtTemplates(args);
    if (needed.has('EDGE') && verdict === undefined) return true;
    return !isDecided && !knowledge.has('CACertificate', key, levels, false);
  };
  estimate.maybe(each * page.keys.filter(isLacking).length, path);
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
