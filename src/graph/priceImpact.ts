import { PAGE_SIZE } from '../upstream/actions.ts';
import { MAX_COUNT_PAGES } from './connection.ts';
import type { Estimate } from './estimate.ts';
import type { Knowledge, KnownList } from './knowledge.ts';
import type { Subject } from './priceSubjects.ts';
import { DETAIL, type Levels, ROW } from './selection.ts';

/** Where the calls of a field are added up, and by what is known. */
export interface Desk {
  readonly estimate: Estimate;
  readonly knowledge: Knowledge;
  readonly path: string;
}

const countOf = (who: Subject): number => (who.kind === 'some' ? who.count : 1);

/** The templates that readiness reads beside the details of the CAs; equal ones are read once. */
export function priceReadiness(who: Subject, { estimate, knowledge, path }: Desk): void {
  if (who.kind === 'some') {
    estimate.maybe(who.count, path);
    return;
  }
  const templateName = knowledge.edge('CACertificate', who.key);
  if (templateName === null) return;
  if (templateName === undefined) {
    estimate.maybe(1, path);
    return;
  }
  if (knowledge.has('ProvisioningTemplate', templateName, DETAIL, false)) return;
  // A CA that is not described yet may name another one by then.
  if (knowledge.has('CACertificate', who.key, DETAIL, false)) {
    const key = `ProvisioningTemplate/${templateName}`;
    estimate.sure('DescribeProvisioningTemplate', key, path);
  } else {
    estimate.maybe(1, path);
  }
}

/** The templates that a filter by readiness reads, at most, for the CAs of a known list. */
export function templatesLacking(keys: readonly string[], knowledge: Knowledge): number {
  const named = new Set<string>();
  let unknown = 0;
  for (const key of keys) {
    const templateName = knowledge.edge('CACertificate', key);
    if (templateName === undefined) unknown += 1;
    else if (templateName !== null) named.add(templateName);
  }
  const lacking = [...named].filter(
    (name) => !knowledge.has('ProvisioningTemplate', name, DETAIL, false),
  );
  return unknown + lacking.length;
}

/** One field of what a deletion would break; its lists of things are priced as lists are. */
export function priceImpact(field: string, who: Subject, desk: Desk): void {
  switch (field) {
    case 'isActive':
      priceLevel('CACertificate', who, ROW, desk);
      return;
    case 'templateName':
      priceLevel('CACertificate', who, DETAIL, desk);
      return;
    case 'caCertificates':
      // Whether it can be named at all; what the list costs is priced as a list.
      priceLevel('ProvisioningTemplate', who, ROW, desk);
      return;
    case 'certificateCount':
    case 'activeCertificateCount':
      priceCount('Certificate', who, desk);
      return;
    case 'autoRegisteringCount':
      priceDescribes(who, desk);
      priceLevel('ProvisioningTemplate', who, ROW, desk);
      priceCount('CACertificate', who, desk);
      return;
    case 'caCertificateCount':
    case 'activeCount':
      priceLevel('ProvisioningTemplate', who, ROW, desk);
      priceCount('CACertificate', who, desk);
      return;
  }
}

function priceLevel(
  type: 'CACertificate' | 'ProvisioningTemplate',
  who: Subject,
  levels: Levels,
  { estimate, knowledge, path }: Desk,
): void {
  const isKnown = who.kind === 'one' && knowledge.has(type, who.key, levels, false);
  if (!isKnown) estimate.maybe(countOf(who), path);
}

/** A list that is walked to its end. */
function priceCount(
  listed: 'CACertificate' | 'Certificate',
  who: Subject,
  { estimate, knowledge, path }: Desk,
): void {
  if (who.kind === 'some') {
    estimate.maybe(who.count * MAX_COUNT_PAGES, path);
    return;
  }
  priceWalk(knowledge.list(listed, who.key, false, {}), MAX_COUNT_PAGES, { estimate, path });
}

/** A list that is read on from what is known of it, for certain and over so many pages at most. */
export function priceWalk(
  list: KnownList,
  pages: number,
  { estimate, path }: Pick<Desk, 'estimate' | 'path'>,
): void {
  if (list.kind === 'none') return;
  const next = list.kind === 'unknown' ? list.first : list.next;
  const left = list.kind === 'unknown' ? pages : pages - list.pages;
  if (next === undefined || left <= 0) return;
  estimate.sure(next.action, next.key, path);
  estimate.maybe(left - 1, path);
}

/** A Describe of each ACTIVE CA that names a template. */
function priceDescribes(who: Subject, { estimate, knowledge, path }: Desk): void {
  const list =
    who.kind === 'one'
      ? knowledge.list('CACertificate', who.key, false, { status: 'ACTIVE' })
      : undefined;
  if (list?.kind === 'none') return;
  if (list?.kind === 'known' && list.isWhole) {
    const lacking = list.keys.filter((key) => !knowledge.has('CACertificate', key, DETAIL, false));
    estimate.maybe(lacking.length, path);
    return;
  }
  estimate.maybe(countOf(who) * MAX_COUNT_PAGES * PAGE_SIZE, path);
}
