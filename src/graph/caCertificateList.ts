import { badInput } from '../errors.ts';
import type { CACertificateOrder, QuerycaCertificatesArgs } from '../generated/resolvers.ts';
import { type CACertificateRow, caIdOf } from '../upstream/questions.ts';
import { detailFilter, isEmptyFilter } from './caCertificateFilter.ts';
import { type Connection, emptyConnection, type ListSource, type Window } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity } from './entities.ts';
import { constantsOf } from './entityLoaders.ts';
import { checkArgument } from './input.ts';
import { compareText, ordered } from './ordered.ts';
import { checkThreshold } from './readiness.ts';
import type { Level } from './selection.ts';
import { walk, walkHeld } from './walk.ts';

/** The window of the list of CAs that the arguments of `Query.caCertificates` ask for. */
export function walkCACertificates(
  args: QuerycaCertificatesArgs,
  window: Window,
  context: GraphContext,
): Promise<Connection<CACertificateEntity>> {
  const source = sourceOf(args, context);
  if (source === undefined) return Promise.resolve(emptyConnection(window));
  if (!args.orderBy) return walk(source, window);
  if (args.ascendingOrder === true) {
    throw badInput(['orderBy'], '`orderBy` and `ascendingOrder` cannot go together.');
  }
  return walk(inOrder(source, args.orderBy, context), window);
}

/** The same where all that it takes is held; undefined where it is not. Makes no call. */
export function walkHeldCACertificates(
  args: QuerycaCertificatesArgs,
  window: Window,
  context: GraphContext,
): Connection<CACertificateEntity> | undefined {
  const source = args.orderBy ? undefined : sourceOf(args, context);
  return source && walkHeld(source, window);
}

/** Undefined for a filter that lets nothing through. */
function sourceOf(
  args: QuerycaCertificatesArgs,
  context: GraphContext,
): ListSource<CACertificateEntity, CACertificateRow> | undefined {
  const filter = args.filter ?? {};
  const { templateName, status } = filter;
  if (typeof templateName === 'string') {
    checkArgument('filter.templateName', 'templateName', templateName);
  }
  checkThreshold(['filter', 'expiringWithinDays'], filter.expiringWithinDays);
  if (isEmptyFilter(filter)) return undefined;
  const { loaders } = context;
  const list = {
    templateName: templateName ?? undefined,
    ascendingOrder: args.ascendingOrder ?? false,
  };
  return {
    list: JSON.stringify(['ListCACertificates', list, filter]),
    page: (token) => loaders.caCertificatePage(list, token),
    held: (token) => loaders.heldCACertificatePage(list, token),
    known: (token) => loaders.knownCACertificatePage(list, token),
    keyOf: caIdOf,
    toItem: (row) => loaders.caCertificateOfRow(row, list),
    matches: typeof status === 'string' ? (row) => row.status === status : undefined,
    keeps: detailFilter(filter, context),
  };
}

/** Whether the filter of a list needs to know the templates that the CAs name. */
export function looksAtTemplates({ filter }: QuerycaCertificatesArgs): boolean {
  return Boolean(filter?.jitpReadiness);
}

/** What the order of a list needs to know of every CA in it beyond its row. */
export function sortedBy(field: CACertificateOrder['field'] | undefined): ReadonlySet<Level> {
  return new Set(field === 'NOT_AFTER' ? ['CONSTANT'] : []);
}

/** Reads what is needed of each; one that cannot be read fails the list, for its place is not known. */
async function know(
  items: readonly CACertificateEntity[],
  needed: ReadonlySet<Level>,
  { loaders }: GraphContext,
): Promise<void> {
  const { caCertificates } = loaders;
  await Promise.all(items.map(({ certificateId }) => caCertificates.find(certificateId, needed)));
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
  const needed = sortedBy(field);
  return ordered(source, {
    name: `${field} ${direction}`,
    prepare: (items) => know(items, needed, context),
    // The id decides between equals, so that pages neither repeat nor lose one.
    compare: (one, other) =>
      sign * compareText(sortKeyOf(one), sortKeyOf(other)) ||
      compareText(one.certificateId, other.certificateId),
  });
}
