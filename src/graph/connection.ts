import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { badInput, GatewayError } from '../errors.ts';
import { PAGE_SIZE } from '../upstream/actions.ts';
import { decodeCursor, Edge, listDigest, notACursor, PageInfo, type Position } from './cursor.ts';
import { type PagedList, pagesFrom, rowsOf, type ScannedPage } from './listPages.ts';
import type { LevelTable } from './selection.ts';

/** Whether an item belongs to a list; the error when the operation's calls were spent before that. */
export type Verdict = boolean | GatewayError;

/** Whether the operation may make no more calls. */
export const isSpent = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && error.code === 'UPSTREAM_BUDGET_SPENT';

/** Something AWS IoT lists in pages of rows, shown as items. */
export interface ListSource<Item, Row> extends PagedList<Row> {
  /** Names the action, filter and order; a cursor of another list is refused. */
  readonly list: string;
  /** Made for the rows that are shown, and no others. */
  toItem(row: Row): Item;
  /** Whether rows are made here, and not what AWS listed. */
  readonly isDerived?: true;
  /** A filter that needs more than a row; what it needs is read for as few items as will do. */
  readonly keeps?: ((items: readonly Item[]) => Promise<readonly Verdict[]>) | undefined;
}

/** What was asked of a connection, and which of its costly answers are wanted at all. */
export interface Window {
  readonly first: number;
  readonly after: string | undefined;
  readonly countAll: boolean;
  readonly wantsHasNextPage: boolean;
  /** Whether the count is wanted where all of the list is known already. */
  readonly wantsTotalCount?: boolean;
  /** Nothing is asked that the page tells: it is not read. */
  readonly isUnseen?: boolean;
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
  /** The rows that AWS listed the nodes as, where it listed them in this order. */
  readonly rows?: readonly unknown[] | undefined;
}

/** The largest `first`. */
export const MAX_FIRST = 500;
/** A filtered walk stops after so many AWS pages and says so. */
export const MAX_WALK_PAGES = 20;
/** `countAll` gives up after so many AWS pages, which is 50,000 things; the count is then null. */
export const MAX_COUNT_PAGES = 200;

export interface ConnectionArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly countAll?: boolean | null | undefined;
}

/** The `first` of a connection that is not given one. */
export const DEFAULT_FIRST = 25;

/** Reads a connection's arguments; throws BAD_USER_INPUT when `first` is not from 0 to 500. */
export function windowOf(
  args: ConnectionArguments,
  info: GraphQLResolveInfo,
  levels: LevelTable,
): Window {
  const first = args.first ?? DEFAULT_FIRST;
  if (first < 0 || first > MAX_FIRST) {
    throw badInput(['first'], `\`first\` must be from 0 to ${MAX_FIRST}; it is ${first}.`);
  }
  const type = getNamedType(info.returnType).name.replace(/Connection$/, '');
  const wants = levels.connection(info, info.fieldNodes, type);
  return {
    first,
    after: args.after ?? undefined,
    countAll: args.countAll === true && wants.totalCount,
    wantsHasNextPage: wants.hasNextPage,
    wantsTotalCount: wants.totalCount,
    isUnseen: !wants.shows,
  };
}

/**
 * Reads one window of a list: as many AWS pages as the window needs and no more.
 * Throws BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED, or what the pages throw.
 */
export async function walk<Item, Row>(
  source: ListSource<Item, Row>,
  window: Window,
): Promise<Connection<Item>> {
  const digest = listDigest(source.list);
  const from = window.after === undefined ? undefined : decodeCursor(digest, window.after);
  const { items, end, lastSeen, total } = await collect(
    source,
    from,
    window.isUnseen ? 0 : window.first,
    window.wantsHasNextPage,
  );
  const [first, last] = [items[0], items.at(-1)];
  const counted = from === undefined ? (total ?? countKnown(source, window)) : null;
  return new WalkedConnection(source, digest, items, {
    pageInfo: new PageInfo(digest, {
      hasNextPage: end !== 'list-ended',
      hasPreviousPage: from !== undefined,
      start: first && positionOf(first),
      end: end === 'cut-short' ? lastSeen : last && positionOf(last),
    }),
    totalCount: counted ?? (window.countAll ? await countAll(source) : null),
    cutShort: end === 'cut-short',
  });
}

/** A connection whose nodes and edges are made when they are asked for. */
class WalkedConnection<Item, Row> implements Connection<Item> {
  readonly pageInfo: Connection<Item>['pageInfo'];
  readonly totalCount: number | null;
  readonly cutShort: boolean;
  readonly #source: ListSource<Item, Row>;
  readonly #digest: string;
  readonly #items: ReadonlyArray<Placed<Row>>;
  #rows: readonly Row[] | undefined;
  #nodes: readonly Item[] | undefined;

  constructor(
    source: ListSource<Item, Row>,
    digest: string,
    items: ReadonlyArray<Placed<Row>>,
    {
      pageInfo,
      totalCount,
      cutShort,
    }: Pick<Connection<Item>, 'pageInfo' | 'totalCount' | 'cutShort'>,
  ) {
    this.pageInfo = pageInfo;
    this.totalCount = totalCount;
    this.cutShort = cutShort;
    this.#source = source;
    this.#digest = digest;
    this.#items = items;
  }

  get rows(): readonly unknown[] | undefined {
    if (this.#source.isDerived) return undefined;
    this.#rows ??= this.#items.map(rowOf);
    return this.#rows;
  }

  get nodes(): readonly Item[] {
    this.#nodes ??= this.#items.map((placed) => this.#source.toItem(rowOf(placed)));
    return this.#nodes;
  }

  get edges(): Connection<Item>['edges'] {
    const { nodes } = this;
    return this.#items.map(
      (placed, index) => new Edge(nodes[index] as Item, this.#digest, positionOf(placed)),
    );
  }
}

/** A row of a window. */
interface Placed<Row> {
  readonly page: ScannedPage<Row>;
  /** Among the rows of its page that the row filter lets through. */
  readonly index: number;
}

function positionOf({ page, index }: Placed<unknown>): Position {
  return page.placeOf(index);
}

function rowOf<Row>({ page, index }: Placed<Row>): Row {
  return page.rowAt(index);
}

interface Found<Row> {
  readonly items: ReadonlyArray<Placed<Row>>;
  /** Why the walk stopped; anything but the end of the list means that more may follow. */
  readonly end: 'list-ended' | 'window-full' | 'cut-short';
  readonly lastSeen: Position | undefined;
  /** How many items match from the start of the walk to the end of the list, once that was seen. */
  readonly total: number | null;
}

async function collect<Item, Row>(
  source: ListSource<Item, Row>,
  from: Position | undefined,
  first: number,
  wantsHasNextPage: boolean,
): Promise<Found<Row>> {
  const items: Array<Placed<Row>> = [];
  let lastSeen: Position | undefined;
  let pagesWalked = 0;
  if (first === 0 && !wantsHasNextPage) return { items, end: 'window-full', lastSeen, total: null };
  try {
    for await (const page of pagesFrom(source, from)) {
      pagesWalked += 1;
      const taken = await take(source, page, first - items.length, wantsHasNextPage);
      items.push(...taken.items);
      if (taken.spent !== undefined) {
        lastSeen = taken.judged > 0 ? page.placeOf(taken.judged - 1) : lastSeen;
        throw taken.spent;
      }
      lastSeen = page.lastSeen ?? lastSeen;
      const { isLast } = page;
      const before = items.length - taken.items.length;
      const total = isLast && taken.matching !== null ? before + taken.matching : null;
      if (taken.isMore) return { items, end: 'window-full', lastSeen, total };
      if (isLast) return { items, end: 'list-ended', lastSeen, total };
      if (items.length === first && !wantsHasNextPage) break;
      if (pagesWalked === MAX_WALK_PAGES) return { items, end: 'cut-short', lastSeen, total };
    }
  } catch (error) {
    // What a filter found is kept; what it has not come by yet is for the next window.
    const isFiltered = source.keeps !== undefined || source.matches !== undefined;
    if (!isFiltered || !isSpent(error) || lastSeen === undefined) throw error;
    return { items, end: 'cut-short', lastSeen, total: null };
  }
  return { items, end: 'window-full', lastSeen, total: null };
}

interface Taken<Row> {
  readonly items: ReadonlyArray<Placed<Row>>;
  /** Whether the page has more that belong to the list than were taken. */
  readonly isMore: boolean;
  /** How many of the page belong to the list; null when not all were looked at. */
  readonly matching: number | null;
  /** How many of the page were judged. */
  readonly judged: number;
  /** Why no more were. */
  readonly spent?: GatewayError | undefined;
}

/** The first `room` items of a page that belong to the list. */
async function take<Item, Row>(
  source: ListSource<Item, Row>,
  page: ScannedPage<Row>,
  room: number,
  wantsMore: boolean,
): Promise<Taken<Row>> {
  const { count } = page;
  if (!source.keeps) {
    const items: Array<Placed<Row>> = [];
    for (let index = 0; index < count && index < room; index += 1) items.push({ page, index });
    return { items, isMore: count > room, matching: count, judged: count };
  }
  // No more items are looked at than it takes to fill the window, and to know of one beyond it.
  const enough = wantsMore ? room + 1 : room;
  const kept: Array<Placed<Row>> = [];
  let judged = 0;
  let spent: GatewayError | undefined;
  while (judged < count && kept.length < enough && spent === undefined) {
    const size = Math.min(enough - kept.length, count - judged);
    const start = judged;
    const chunk = Array.from({ length: size }, (_, offset) => ({ page, index: start + offset }));
    const verdicts = await source.keeps(chunk.map((placed) => source.toItem(rowOf(placed))));
    spent = verdicts.find(isSpent);
    const certain = chunk.slice(0, spent ? verdicts.findIndex(isSpent) : size);
    judged += certain.length;
    kept.push(...certain.filter((_, index) => verdicts[index] === true));
  }
  const isMore = kept.length > room;
  return {
    items: kept.slice(0, room),
    isMore,
    matching: judged < count || isMore ? null : kept.length,
    judged,
    spent,
  };
}

/** How many there are by what was known of the list when the operation began; null where that is not all. */
function countKnown<Item, Row>(
  { keeps, matches, known }: ListSource<Item, Row>,
  { wantsTotalCount, countAll }: Window,
): number | null {
  if (wantsTotalCount !== true || countAll || keeps || !known) return null;
  let count = 0;
  let token: string | undefined;
  for (let pages = 0; pages < MAX_COUNT_PAGES; pages += 1) {
    const page = known(token);
    if (page === undefined) return null;
    count += matches ? page.rows.filter(matches).length : page.rows.length;
    token = page.nextToken;
    if (token === undefined) return count;
  }
  return null;
}

async function countAll<Item, Row>(source: ListSource<Item, Row>): Promise<number | null> {
  let count = 0;
  let pagesWalked = 0;
  for await (const page of pagesFrom(source, undefined)) {
    const verdicts = await source.keeps?.(rowsOf(page).map((row) => source.toItem(row)));
    const spent = verdicts?.find(isSpent);
    if (spent !== undefined) throw spent;
    count += verdicts ? verdicts.filter(Boolean).length : page.count;
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

/**
 * The same list in another order: it is read to its end, prepared and sorted, and so is one page.
 * A cursor of it holds while the order of what is around its item does.
 */
export function ordered<Item, Row>(
  source: ListSource<Item, Row>,
  order: {
    readonly name: string;
    readonly prepare?: (items: readonly Item[]) => Promise<void>;
    readonly compare: (one: Item, other: Item) => number;
  },
): ListSource<Item, KeyedItem<Item>> {
  return {
    list: JSON.stringify([source.list, order.name]),
    isDerived: true,
    keyOf: ({ key }) => key,
    toItem: ({ item }) => item,
    keeps: source.keeps,
    async page() {
      const rows: Array<KeyedItem<Item>> = [];
      let pagesWalked = 0;
      for await (const page of pagesFrom(source, undefined)) {
        for (const row of rowsOf(page))
          rows.push({ key: source.keyOf(row), item: source.toItem(row) });
        pagesWalked += 1;
        if (!page.isLast && pagesWalked === MAX_COUNT_PAGES) {
          const most = MAX_COUNT_PAGES * PAGE_SIZE;
          const message = `\`orderBy\` sorts ${most} things at most, and there are more.`;
          throw badInput(['orderBy'], message);
        }
      }
      await order.prepare?.(rows.map(({ item }) => item));
      rows.sort((one, other) => order.compare(one.item, other.item));
      return { rows, nextToken: undefined };
    },
  };
}

/** An item of an ordered list, with the key of its row. */
interface KeyedItem<Item> {
  readonly key: string;
  readonly item: Item;
}

/** RFC 3339 texts of one precision go by time when they go by code point. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
