import { createHash } from 'node:crypto';
import type { GraphQLResolveInfo } from 'graphql';
import { badInput, GatewayError } from '../errors.ts';
import { isSelected } from './selection.ts';

/** Something AWS IoT lists in pages. */
export interface ListSource<Item> {
  /** Names the action, filter and order; a cursor of another list is refused. */
  readonly list: string;
  /** One AWS page; asking for the same page twice in one operation costs one call. */
  page(token: string | undefined): Promise<ListPage<Item>>;
  /** The key that a cursor remembers. */
  keyOf(item: Item): string;
  /** A filter that AWS does not know and a row answers. */
  readonly matches?: ((item: Item) => boolean) | undefined;
}

export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/** What was asked of a connection, and which of its costly answers are wanted at all. */
export interface Window {
  readonly first: number;
  readonly after: string | undefined;
  readonly countAll: boolean;
  readonly wantsHasNextPage: boolean;
}

export interface Connection<Item> {
  readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: Item }>;
  readonly nodes: readonly Item[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number | null;
  readonly cutShort: boolean;
}

/** The largest `first`. */
export const MAX_FIRST = 500;
/** A filtered walk stops after so many AWS pages and says so. */
export const MAX_WALK_PAGES = 20;
/** `countAll` gives up after so many AWS pages, which is 50,000 things; the count is then null. */
export const MAX_COUNT_PAGES = 200;

/** Where an item stands: in which AWS page, at which place, under which key. */
interface Position {
  readonly token: string | undefined;
  readonly index: number;
  readonly key: string;
}

const CURSOR_VERSION = 1;
const MAX_CURSOR_LENGTH = 4096;

function listDigest(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 12);
}

function encodeCursor(digest: string, at: Position): string {
  const parts = [CURSOR_VERSION, digest, at.token ?? null, at.index, at.key];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decodeCursor(digest: string, cursor: string): Position {
  const [version, list, token, index, key] = parseCursor(cursor);
  if (
    version !== CURSOR_VERSION ||
    typeof list !== 'string' ||
    (token !== null && typeof token !== 'string') ||
    !Number.isSafeInteger(index) ||
    (index as number) < 0 ||
    typeof key !== 'string'
  ) {
    throw notACursor('`after` is not a cursor that this gateway gave out.');
  }
  if (list !== digest) {
    throw notACursor(
      '`after` comes from another connection, or from this one with another filter or order; start without it.',
    );
  }
  return { token: token ?? undefined, index: index as number, key };
}

function parseCursor(cursor: string): unknown[] {
  try {
    if (cursor.length > MAX_CURSOR_LENGTH) return [];
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function notACursor(message: string): GatewayError {
  return new GatewayError('CURSOR_INVALID', message, { field: ['after'] });
}

export interface ConnectionArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly countAll?: boolean | null | undefined;
}

const DEFAULT_FIRST = 25;

/** Reads a connection's arguments; throws BAD_USER_INPUT when `first` is not from 0 to 500. */
export function windowOf(args: ConnectionArguments, info: GraphQLResolveInfo): Window {
  const first = args.first ?? DEFAULT_FIRST;
  if (first < 0 || first > MAX_FIRST) {
    throw badInput(['first'], `\`first\` must be from 0 to ${MAX_FIRST}; it is ${first}.`);
  }
  return {
    first,
    after: args.after ?? undefined,
    countAll: args.countAll === true && isSelected(info, ['totalCount']),
    wantsHasNextPage: isSelected(info, ['pageInfo', 'hasNextPage']),
  };
}

/**
 * Reads one window of a list: as many AWS pages as the window needs and no more.
 * Throws BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED, or what the pages throw.
 */
export async function walk<Item>(
  source: ListSource<Item>,
  window: Window,
): Promise<Connection<Item>> {
  const digest = listDigest(source.list);
  const from = window.after === undefined ? undefined : decodeCursor(digest, window.after);
  const found = await collect(source, from, window.first, window.wantsHasNextPage);
  const edges = found.items.map(({ item, at }) => ({
    cursor: encodeCursor(digest, at),
    node: item,
  }));
  const last = found.end === 'cut-short' ? found.lastSeen : found.items.at(-1)?.at;
  const total = from === undefined ? found.total : null;
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: found.end !== 'list-ended',
      hasPreviousPage: from !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: last === undefined ? null : encodeCursor(digest, last),
    },
    totalCount: total ?? (window.countAll ? await countAll(source) : null),
    cutShort: found.end === 'cut-short',
  };
}

interface Placed<Item> {
  readonly item: Item;
  readonly at: Position;
}

interface Found<Item> {
  readonly items: ReadonlyArray<Placed<Item>>;
  /** Why the walk stopped; anything but the end of the list means that more may follow. */
  readonly end: 'list-ended' | 'window-full' | 'cut-short';
  readonly lastSeen: Position | undefined;
  /** How many items match from the start of the walk to the end of the list, once that was seen. */
  readonly total: number | null;
}

async function collect<Item>(
  source: ListSource<Item>,
  from: Position | undefined,
  first: number,
  wantsHasNextPage: boolean,
): Promise<Found<Item>> {
  const items: Array<Placed<Item>> = [];
  let lastSeen: Position | undefined;
  let pagesWalked = 0;
  if (first === 0 && !wantsHasNextPage) return { items, end: 'window-full', lastSeen, total: null };
  for await (const page of pagesFrom(source, from)) {
    pagesWalked += 1;
    lastSeen = page.lastSeen ?? lastSeen;
    const room = first - items.length;
    const total = page.isLast ? items.length + page.matching.length : null;
    items.push(...page.matching.slice(0, room));
    if (page.matching.length > room) return { items, end: 'window-full', lastSeen, total };
    if (page.isLast) return { items, end: 'list-ended', lastSeen, total };
    if (items.length === first && !wantsHasNextPage) break;
    if (pagesWalked === MAX_WALK_PAGES) return { items, end: 'cut-short', lastSeen, total };
  }
  return { items, end: 'window-full', lastSeen, total: null };
}

interface ScannedPage<Item> {
  readonly matching: ReadonlyArray<Placed<Item>>;
  readonly lastSeen: Position | undefined;
  readonly isLast: boolean;
}

/** The AWS pages from a position on; each with the items that the filter lets through. */
async function* pagesFrom<Item>(
  source: ListSource<Item>,
  from: Position | undefined,
): AsyncGenerator<ScannedPage<Item>> {
  const seen = new Set<string>();
  let resume = from;
  let token = from?.token;
  for (;;) {
    const page = await pageAt(source, token, resume !== undefined);
    const placed = page.items.map((item, index) => ({
      item,
      at: { token, index, key: source.keyOf(item) },
    }));
    const rest = resume === undefined ? placed : placed.slice(indexAfter(placed, resume));
    yield {
      matching: rest.filter(({ item }) => source.matches?.(item) ?? true),
      lastSeen: placed.at(-1)?.at,
      isLast: page.nextToken === undefined,
    };
    if (page.nextToken === undefined) return;
    if (seen.has(page.nextToken)) {
      throw new GatewayError('UPSTREAM_PROTOCOL', 'AWS IoT repeated a page token.');
    }
    seen.add(page.nextToken);
    token = page.nextToken;
    resume = undefined;
  }
}

/** Where to go on in a page: after the remembered key, or at its place when it is gone. */
function indexAfter<Item>(placed: ReadonlyArray<Placed<Item>>, resume: Position): number {
  const index = placed.findIndex(({ at }) => at.key === resume.key);
  return index >= 0 ? index + 1 : resume.index;
}

async function pageAt<Item>(
  source: ListSource<Item>,
  token: string | undefined,
  isResumed: boolean,
): Promise<ListPage<Item>> {
  try {
    return await source.page(token);
  } catch (error) {
    // All other input was checked before, so what AWS finds invalid is the token of the cursor.
    const isTokenRefused =
      isResumed &&
      token !== undefined &&
      error instanceof GatewayError &&
      error.code === 'INVALID_REQUEST';
    if (!isTokenRefused) throw error;
    throw new GatewayError('CURSOR_EXPIRED', undefined, { ...error.details, field: ['after'] });
  }
}

async function countAll<Item>(source: ListSource<Item>): Promise<number | null> {
  let count = 0;
  let pagesWalked = 0;
  for await (const page of pagesFrom(source, undefined)) {
    count += page.matching.length;
    pagesWalked += 1;
    if (page.isLast) return count;
    if (pagesWalked === MAX_COUNT_PAGES) return null;
  }
  return count;
}

/** A connection that is known to be empty, at no cost; no cursor can come from it. */
export function emptyConnection({ after }: Window): Connection<never> {
  if (after !== undefined) throw notACursor('`after` comes from another connection.');
  return {
    edges: [],
    nodes: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    totalCount: 0,
    cutShort: false,
  };
}
