import type { GraphQLResolveInfo } from 'graphql';
import type { ChangeFilter, QuerychangesArgs, Resolvers } from '../generated/resolvers.ts';
import type { Change } from '../journal/change.ts';
import { type Connection, windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import { decodeCursor, Edge, listDigest, notACursor, PageInfo, type Position } from './cursor.ts';
import { dateOf } from './dateTime.ts';

/** A page of the journal. */
export interface ChangePage extends Connection<Change> {
  readonly durable: boolean;
}

/** Changes read at once, and how often a filter that matches little makes the walk go on. */
const CHUNK = 250;
const MAX_CHUNKS = 20;

const CHANGE_ID = /^\d{14}-\d{6}$/;

async function changes(
  _root: unknown,
  args: QuerychangesArgs,
  { journal, levels, scope, turns }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<ChangePage> {
  // The journal grows by every change, so an answer with it holds for no time at all.
  scope.inputs.expireNow();
  const { first, after } = windowOf(args, info, levels);
  const filter = args.filter ?? {};
  const digest = listDigest(JSON.stringify(['changes', filter]));
  const before = after === undefined ? undefined : idIn(digest, after);
  const { found, end, lastSeen } = await walk({ journal, turns }, filter, before, first);
  const placeOf = (id: string): Position => ({ token: undefined, index: 0, key: id });
  const last = end === 'cut-short' ? lastSeen : found.at(-1)?.id;
  return {
    edges: found.map((change) => new Edge(change, digest, placeOf(change.id))),
    nodes: found,
    count: found.length,
    pageInfo: new PageInfo(digest, {
      hasNextPage: end !== 'journal-ended',
      hasPreviousPage: before !== undefined,
      start: found[0] && placeOf(found[0].id),
      end: last === undefined ? undefined : placeOf(last),
    }),
    totalCount: end === 'journal-ended' && before === undefined ? found.length : null,
    cutShort: end === 'cut-short',
    durable: journal.isDurable,
  };
}

function idIn(digest: string, after: string): string {
  const { key } = decodeCursor(digest, after);
  if (!CHANGE_ID.test(key)) throw notACursor('`after` is not a cursor that this gateway gave out.');
  return key;
}

interface Walked {
  readonly found: readonly Change[];
  readonly end: 'journal-ended' | 'window-full' | 'cut-short';
  readonly lastSeen: string | undefined;
}

async function walk(
  { journal, turns }: Pick<GraphContext, 'journal' | 'turns'>,
  filter: ChangeFilter,
  from: string | undefined,
  first: number,
): Promise<Walked> {
  const found: Change[] = [];
  let before = from;
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks += 1) {
    const chunk = await journal.newest({
      before,
      sinceMs: filter.since?.getTime(),
      untilMs: filter.until?.getTime(),
      limit: CHUNK,
    });
    await turns.take(chunk.length);
    for (const change of chunk) {
      if (!matches(change, filter)) continue;
      if (found.length === first) return { found, end: 'window-full', lastSeen: undefined };
      found.push(change);
    }
    if (chunk.length < CHUNK) return { found, end: 'journal-ended', lastSeen: undefined };
    before = chunk.at(-1)?.id;
  }
  return { found, end: 'cut-short', lastSeen: before };
}

function matches(change: Change, filter: ChangeFilter): boolean {
  const { kind, key, arn } = change.resource;
  return (
    isWanted(kind, filter.kind) &&
    isWanted(change.caller, filter.caller) &&
    isWanted(change.operation, filter.operation) &&
    isWanted(change.action, filter.action) &&
    isWanted(change.bulkOperationId, filter.bulkOperationId) &&
    (filter.outcome == null || filter.outcome.includes(change.outcome)) &&
    (filter.resource == null || isNamed(filter.resource, kind, key, arn))
  );
}

const isWanted = (value: string | null, wanted: string | null | undefined): boolean =>
  wanted == null || value === wanted;

/** Ids of certificates are written in either case. */
function isNamed(wanted: string, kind: string, key: string, arn: string | null): boolean {
  if (wanted.length === 0) return false;
  const isSame = wanted === key || wanted === arn;
  return isSame || (kind === 'CA_CERTIFICATE' && wanted.toLowerCase() === key);
}

export const changeResolvers: Resolvers = {
  Query: { changes },
  Change: {
    id: ({ id }) => Buffer.from(`change/${id}`).toString('base64url'),
    at: ({ atMs }) => new Date(atMs).toISOString(),
    settledAt: ({ settledMs }) => dateOf(settledMs),
    account: ({ target }) => target?.account ?? null,
    region: ({ target }) => target?.region ?? null,
    resourceKind: ({ resource }) => resource.kind,
    resourceKey: ({ resource }) => resource.key || null,
    resourceArn: ({ resource }) => resource.arn,
    beforeKnownAt: ({ beforeMs }) => dateOf(beforeMs),
  },
};
