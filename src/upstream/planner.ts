/**
 * The question "which template does each of these CAs name" can be answered forwards, by one
 * DescribeCACertificate for each CA, or backwards, by listing the templates and asking
 * ListCACertificates(templateName) of each that can be named. How large the lists are is unknown
 * until they are walked, so the choice is made again after every call, from what is known then.
 */
export interface EdgeQuestion {
  /** CAs whose template is not known yet. */
  readonly unknown: number;
  /** CAs whose template was not known when the question was put: what Describes alone would cost. */
  readonly asked: number;
  /** List calls made for this question so far. */
  readonly spent: number;
  /** Lists of CAs of which at least a page was read for this question. */
  readonly listsRead: number;
  /** Whether rows of the templates are wanted as well, so that their list pays for itself. */
  readonly wantsRows: boolean;
  /** How far the list of templates was read. */
  readonly templates: 'unread' | 'partly read' | 'read';
  /** Templates that CAs can name and whose list of CAs has not been walked to its end. */
  readonly unwalked: readonly UnwalkedTemplate[];
}

interface UnwalkedTemplate {
  readonly templateName: string;
  /** How many of the unknown CAs were once known to name it. */
  readonly expected: number;
  /** Whether no page of its list was read for this question. */
  readonly isUnread: boolean;
}

/** What to do next for an EdgeQuestion. */
export type EdgeStep =
  /** Every CA is known, or was found in no list although all lists were walked. */
  | { readonly kind: 'done' }
  /** Describe every CA that is still unknown. */
  | { readonly kind: 'describe' }
  /** Read the next page of the list of templates. */
  | { readonly kind: 'listTemplates' }
  /** Read, side by side, the next page of the CAs of each of these templates. */
  | { readonly kind: 'listCACertificates'; readonly templateNames: readonly string[] };

/**
 * With so many CAs to find for each list, all lists have to be walked but by rare luck: so they are
 * walked side by side, which costs no more calls and takes the time of one.
 */
const MANY_FOR_EACH_LIST = 8;

/**
 * The next call on the cheapest way to the answer. Backwards is given up for Describes where it
 * cannot cost less any more, and once it has cost as much as Describes alone would have: so the
 * whole never costs more than twice the best way.
 */
export function nextEdgeStep(question: EdgeQuestion): EdgeStep {
  const { unknown, asked, spent, templates, unwalked } = question;
  if (unknown === 0) return { kind: 'done' };
  if (templates === 'read' && unwalked.length === 0) return { kind: 'done' };
  if (spent >= asked) return { kind: 'describe' };
  if (unknown <= leastBackwards(question)) {
    const promising = promisingList(question);
    return promising ? listOf([promising]) : { kind: 'describe' };
  }
  if (templates !== 'read') return { kind: 'listTemplates' };
  const isSideBySide =
    unknown >= MANY_FOR_EACH_LIST * unwalked.length && spent + unwalked.length <= asked;
  return listOf(isSideBySide ? unwalked : [mostExpected(unwalked)]);
}

function listOf(lists: readonly UnwalkedTemplate[]): EdgeStep {
  return { kind: 'listCACertificates', templateNames: lists.map((one) => one.templateName) };
}

function mostExpected(lists: readonly UnwalkedTemplate[]): UnwalkedTemplate {
  return lists.reduce((best, one) => (one.expected > best.expected ? one : best));
}

/**
 * A list that is not begun yet, when those that were have shown two CAs for each call or more: it
 * is likely to do the same, and should all that follow show none, then Describes alone would
 * still have cost as much.
 */
function promisingList(question: EdgeQuestion): UnwalkedTemplate | undefined {
  const { unknown, asked, listsRead, templates, unwalked } = question;
  const unread = unwalked.filter(({ isUnread }) => isUnread);
  const isPromising = listsRead > 0 && asked - unknown >= 2 * (listsRead + 1) && unknown > 1;
  return templates === 'read' && isPromising && unread.length > 0
    ? mostExpected(unread)
    : undefined;
}

/** The fewest calls in which the lists could still answer: each unread one has a page at least. */
export function leastBackwards({ templates, unwalked, wantsRows }: EdgeQuestion): number {
  // Before the list of templates is read there may be just one to walk. Should there be many, one call
  // was too many; Describes at once would be up to n - 2 too many for n CAs, and more than twice the
  // best from n = 5 on.
  if (templates === 'unread') return (wantsRows ? 0 : 1) + 1;
  if (templates === 'partly read') return (wantsRows ? 0 : 1) + unwalked.length;
  return unwalked.length;
}
