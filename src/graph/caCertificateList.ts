import { badInput } from '../errors.ts';
import type {
  CACertificateFilter,
  CACertificateOrder,
  QuerycaCertificatesArgs,
} from '../generated/resolvers.ts';
import { type CACertificateRow, caIdOf } from '../upstream/questions.ts';
import {
  type Connection,
  compareText,
  type ListSource,
  ordered,
  type Window,
  walk,
} from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity } from './entities.ts';
import { constantsOf } from './entityLoaders.ts';
import { checkArgument } from './input.ts';
import { areInState, checkThreshold } from './readiness.ts';
import { registrationKind } from './registration.ts';
import type { Level } from './selection.ts';

/** The window of the list of CAs that the arguments of `Query.caCertificates` ask for. */
export function walkCACertificates(
  args: QuerycaCertificatesArgs,
  window: Window,
  context: GraphContext,
): Promise<Connection<CACertificateEntity>> {
  const filter = args.filter ?? {};
  const { templateName, status } = filter;
  if (typeof templateName === 'string') {
    checkArgument('filter.templateName', 'templateName', templateName);
  }
  checkThreshold(['filter', 'expiringWithinDays'], filter.expiringWithinDays);
  const list = {
    templateName: templateName ?? undefined,
    ascendingOrder: args.ascendingOrder ?? false,
  };
  const source: ListSource<CACertificateEntity, CACertificateRow> = {
    list: JSON.stringify(['ListCACertificates', list, filter]),
    page: (token) => context.loaders.caCertificatePage(list, token),
    keyOf: caIdOf,
    toItem: (row) => context.loaders.caCertificateOfRow(row, list),
    matches: typeof status === 'string' ? (row) => row.status === status : undefined,
    keeps: detailFilter(filter, context),
  };
  if (!args.orderBy) return walk(source, window);
  if (args.ascendingOrder === true) {
    throw badInput(['orderBy'], '`orderBy` and `ascendingOrder` cannot go together.');
  }
  return walk(inOrder(source, args.orderBy, context), window);
}

/** What the filter and the order of a list need to know of each CA beyond its row. */
export function detailsNeeded(args: QuerycaCertificatesArgs): ReadonlySet<Level> {
  return new Set([...neededBy(args.filter ?? {}), ...sortedBy(args)]);
}

/** Whether the filter of a list needs to know the templates that the CAs name. */
export function looksAtTemplates({ filter }: QuerycaCertificatesArgs): boolean {
  return Boolean(filter?.jitpReadiness);
}

/** What the order of a list needs to know of every CA in it beyond its row. */
export function sortedBy({ orderBy }: QuerycaCertificatesArgs): ReadonlySet<Level> {
  return new Set(orderBy?.field === 'NOT_AFTER' ? ['CONSTANT'] : []);
}

function neededBy(filter: CACertificateFilter): ReadonlySet<Level> {
  const needed = new Set<Level>();
  if (filter.registration || filter.autoRegistrationStatus || filter.jitpReadiness) {
    needed.add('DETAIL');
  }
  if (filter.expiresBefore || filter.certificateMode) needed.add('CONSTANT');
  return needed;
}

function detailFilter(
  filter: CACertificateFilter,
  context: GraphContext,
): ListSource<CACertificateEntity, unknown>['keeps'] {
  const needed = neededBy(filter);
  if (needed.size === 0) return undefined;
  return async (items) => {
    await know(items, needed, context);
    const kept = items.map((item) => keeps(item, filter, context));
    const { jitpReadiness } = filter;
    if (!jitpReadiness) return kept;
    // The templates of CAs that are left out already need not be read.
    const left = items.filter((_, index) => kept[index]);
    const days = checkThreshold(['filter', 'expiringWithinDays'], filter.expiringWithinDays);
    const inState = await areInState(left, jitpReadiness, days, context);
    const verdicts = new Map(left.map((item, index) => [item, inState[index] === true]));
    return items.map((item) => verdicts.get(item) === true);
  };
}

/** Reads what is needed of each; one that cannot be read fails the list, for it might belong to it. */
async function know(
  items: readonly CACertificateEntity[],
  needed: ReadonlySet<Level>,
  { loaders }: GraphContext,
): Promise<void> {
  const { caCertificates } = loaders;
  await Promise.all(items.map(({ certificateId }) => caCertificates.find(certificateId, needed)));
}

/** Whether the filter lets a CA through; one that turned out to be gone belongs to no list. */
function keeps(
  item: CACertificateEntity,
  filter: CACertificateFilter,
  { upstream }: GraphContext,
): boolean {
  const { detail } = item;
  const constants = constantsOf(item, upstream.door);
  const notAfter = constants?.validity?.notAfter;
  const { expiresBefore, certificateMode, registration, autoRegistrationStatus } = filter;
  return (
    (!expiresBefore ||
      (notAfter !== undefined && Date.parse(notAfter) < expiresBefore.getTime())) &&
    (!certificateMode || constants?.certificateMode === certificateMode) &&
    (!registration || (detail !== undefined && registration.includes(registrationKind(detail)))) &&
    (!autoRegistrationStatus || detail?.autoRegistrationStatus === autoRegistrationStatus)
  );
}

function inOrder(
  source: ListSource<CACertificateEntity, CACertificateRow>,
  orderBy: CACertificateOrder,
  context: GraphContext,
) {
  const { field, direction } = orderBy;
  const sign = direction === 'DESC' ? -1 : 1;
  const sortKeyOf = {
    CREATION_DATE: ({ row }: CACertificateEntity) => row?.creationDate ?? '',
    NOT_AFTER: (item: CACertificateEntity) =>
      constantsOf(item, context.upstream.door)?.validity?.notAfter ?? '',
  }[field];
  const needed = sortedBy({ orderBy });
  return ordered(source, {
    name: `${field} ${direction}`,
    prepare: (items) => know(items, needed, context),
    // The id decides between equals, so that pages neither repeat nor lose one.
    compare: (one, other) =>
      sign * compareText(sortKeyOf(one), sortKeyOf(other)) ||
      compareText(one.certificateId, other.certificateId),
  });
}
