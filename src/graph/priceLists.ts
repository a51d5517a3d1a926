import type { QuerycaCertificatesArgs } from '../generated/resolvers.ts';
import { PAGE_SIZE } from '../upstream/actions.ts';
import { judgeEdge, neededBy } from './caCertificateFilter.ts';
import { looksAtTemplates, sortedBy } from './caCertificateList.ts';
import type { KnownList } from './knowledge.ts';
import { type GivenArguments, MAX_SHORT_PAGES, type WindowPrice } from './priceArguments.ts';
import { type Desk, priceWalk, templatesLacking } from './priceImpact.ts';
import { DESCRIBES, type Priced, type Subject } from './priceSubjects.ts';

/** Filters and orders that need more than rows look at every CA that they pass. */
export function priceLookedAt(
  args: GivenArguments,
  list: KnownList | undefined,
  pages: number,
  { estimate, knowledge, path }: Desk,
): void {
  const { filter: given, orderBy }: QuerycaCertificatesArgs = args;
  const filter = given ?? {};
  const needed = neededBy(filter);
  const sorted = sortedBy(orderBy?.field);
  if (list?.kind === 'none' || needed.size + sorted.size === 0) return;
  // Which templates they name is found out at twice the Describes at most: see planner.ts.
  const each = needed.has('EDGE') || looksAtTemplates(args) ? 2 : 1;
  if (list?.kind !== 'known' || !list.isWhole) {
    estimate.maybe(each * pages * PAGE_SIZE, path);
    return;
  }
  // An order looks at all for what it sorts by; a filter stops when its window is full.
  for (const key of list.keys) {
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
  estimate.maybe(each * list.keys.filter(isLacking).length, path);
  if (looksAtTemplates(args)) estimate.maybe(templatesLacking(list.keys, knowledge), path);
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
  priceWalk(knowledge.shortList(type, field, who.key), MAX_SHORT_PAGES, { estimate, path });
}

/** The pages of a list that a window of it reads, each of so many equal windows. */
export function priceWindow(
  list: KnownList | undefined,
  window: WindowPrice,
  count: number,
  { estimate, path }: Desk,
): void {
  if (list?.kind !== 'known') {
    if (list === undefined) estimate.maybe(window.pages * count, path);
    else priceWalk(list, window.pages, { estimate, path });
    return;
  }
  const { next, keys, pages } = list;
  if (next === undefined) return;
  const lacking = window.first - keys.length;
  const isShort = lacking > 0 || (lacking === 0 && window.hasNextPage);
  if (window.bound !== 'window') {
    const left = window.pages - pages;
    // What a filter lets through of the rows that are known only shows when it looks at them.
    if (window.isJudged && !window.isOrdered) estimate.maybe(left, path);
    else if (isShort || window.bound === 'whole list')
      priceWalk(list, window.pages, { estimate, path });
  } else if (isShort) {
    const more = Math.ceil(lacking / PAGE_SIZE) + Number(window.hasNextPage);
    priceWalk(list, pages + more, { estimate, path });
  }
}
