import type { GatewayError } from '../errors.ts';
import {
  type Connection,
  isSpent,
  type ListSource,
  MAX_COUNT_PAGES,
  MAX_WALK_PAGES,
  type Span,
  type Window,
} from './connection.ts';
import { decodeCursor, Edge, listDigest, PageInfo, type Position } from './cursor.ts';
import { type ListPage, PageWalk, rowsOf, type ScannedPage } from './listPages.ts';
import { run, runAtOnce, type Steps, settled } from './steps.ts';

/**
 * Reads one window of a list: as many AWS pages as the window needs and no more.
 * Throws BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED, or what the pages throw.
 */
export function walk<Item, Row>(
  source: ListSource<Item, Row>,
  window: Window,
): Promise<Connection<Item>> {
  return run(walking(source, window));
}

/** Stands for a page that would have to be read. */
const NOT_HELD = new Promise<never>(() => undefined);

/** The same where all pages that it takes are held; undefined where they are not. Makes no call. */
export function walkHeld<Item, Row>(
  source: ListSource<Item, Row>,
  window: Window,
): Connection<Item> | undefined {
  if (source.held === undefined || source.keeps !== undefined) return undefined;
  const page = (token: string | undefined): ListPage<Row> | Promise<never> =>
    source.held?.(token) ?? NOT_HELD;
  return runAtOnce(walking({ ...source, page }, window));
}

function* walking<Item, Row>(
  source: ListSource<Item, Row>,
  window: Window,
): Steps<Connection<Item>> {
  const digest = listDigest(source.list);
  const from = window.after === undefined ? undefined : decodeCursor(digest, window.after);
  const first = window.isUnseen ? 0 : window.first;
  const { shown, end, lastSeen, total } = yield* collect(
    source,
    from,
    first,
    window.wantsHasNextPage,
  );
  const counted = from === undefined ? (total ?? countKnown(source, window)) : null;
  return new WalkedConnection(source, digest, shown, {
    pageInfo: new PageInfo(digest, {
      hasNextPage: end !== 'list-ended',
      hasPreviousPage: from !== undefined,
      start: shown.first,
      end: end === 'cut-short' ? lastSeen : shown.last,
    }),
    totalCount: counted ?? (window.countAll ? yield* countAll(source) : null),
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
  readonly #shown: Shown<Row>;
  #nodes: readonly Item[] | undefined;

  constructor(
    source: ListSource<Item, Row>,
    digest: string,
    shown: Shown<Row>,
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
    this.#shown = shown;
  }

  get count(): number {
    return this.#shown.count;
  }

  get spans(): readonly Span[] | undefined {
    return this.#source.isDerived ? undefined : this.#shown.spans;
  }

  get nodes(): readonly Item[] {
    this.#nodes ??= this.#shown.map((row) => this.#source.toItem(row));
    return this.#nodes;
  }

  get edges(): Connection<Item>['edges'] {
    const { nodes } = this;
    return this.#shown.map(
      (_row, index, page, place) =>
        new Edge(nodes[index] as Item, this.#digest, page.positionAt(place)),
    );
  }
}

/** Rows of a window that stand side by side on their page. */
interface ShownSpan<Row> extends Span {
  readonly page: ScannedPage<Row>;
  readonly rows: readonly Row[];
  end: number;
}

/** The rows that a window shows. */
class Shown<Row> {
  readonly spans: Array<ShownSpan<Row>> = [];
  count = 0;

  /** Adds a row of a page, told by its number among those that the row filter lets through. */
  add(page: ScannedPage<Row>, index: number): void {
    const place = page.placeIn(index);
    const last = this.spans.at(-1);
    this.count += 1;
    if (last?.page === page && last.end === place) last.end += 1;
    else this.spans.push({ page, rows: page.rows, start: place, end: place + 1 });
  }

  /** Adds as many rows of a page as there are, and so many at most. */
  addFirst(page: ScannedPage<Row>, most: number): void {
    const count = Math.min(page.count, most);
    if (page.isFiltered) for (let index = 0; index < count; index += 1) this.add(page, index);
    if (page.isFiltered || count <= 0) return;
    const start = page.placeIn(0);
    this.count += count;
    this.spans.push({ page, rows: page.rows, start, end: start + count });
  }

  get first(): Position | undefined {
    const span = this.spans[0];
    return span?.page.positionAt(span.start);
  }

  get last(): Position | undefined {
    const span = this.spans.at(-1);
    return span?.page.positionAt(span.end - 1);
  }

  map<Result>(
    make: (row: Row, index: number, page: ScannedPage<Row>, place: number) => Result,
  ): Result[] {
    const made: Result[] = [];
    for (const { page, rows, start, end } of this.spans) {
      for (let place = start; place < end; place += 1) {
        made.push(make(rows[place] as Row, made.length, page, place));
      }
    }
    return made;
  }
}

interface Found<Row> {
  readonly shown: Shown<Row>;
  /** Why the walk stopped; anything but the end of the list means that more may follow. */
  readonly end: 'list-ended' | 'window-full' | 'cut-short';
  readonly lastSeen: Position | undefined;
  /** How many items match from the start of the walk to the end of the list, once that was seen. */
  readonly total: number | null;
}

function* collect<Item, Row>(
  source: ListSource<Item, Row>,
  from: Position | undefined,
  first: number,
  wantsHasNextPage: boolean,
): Steps<Found<Row>> {
  const shown = new Shown<Row>();
  let lastSeen: Position | undefined;
  let pagesWalked = 0;
  if (first === 0 && !wantsHasNextPage) return { shown, end: 'window-full', lastSeen, total: null };
  const pages = new PageWalk(source, from);
  try {
    for (let page = yield* pages.next(); page; page = yield* pages.next()) {
      pagesWalked += 1;
      const before = shown.count;
      const taken = yield* take(source, page, first - before, wantsHasNextPage);
      if (taken.indexes === undefined) shown.addFirst(page, first - before);
      else for (const index of taken.indexes) shown.add(page, index);
      if (taken.spent !== undefined) {
        lastSeen = taken.judged > 0 ? page.placeOf(taken.judged - 1) : lastSeen;
        throw taken.spent;
      }
      lastSeen = page.lastSeen ?? lastSeen;
      const { isLast } = page;
      const total = isLast && taken.matching !== null ? before + taken.matching : null;
      if (taken.isMore) return { shown, end: 'window-full', lastSeen, total };
      if (isLast) return { shown, end: 'list-ended', lastSeen, total };
      if (shown.count === first && !wantsHasNextPage) break;
      if (pagesWalked === MAX_WALK_PAGES) return { shown, end: 'cut-short', lastSeen, total };
    }
  } catch (error) {
    // What a filter found is kept; what it has not come by yet is for the next window.
    const isFiltered = source.keeps !== undefined || source.matches !== undefined;
    if (!isFiltered || !isSpent(error) || lastSeen === undefined) throw error;
    return { shown, end: 'cut-short', lastSeen, total: null };
  }
  return { shown, end: 'window-full', lastSeen, total: null };
}

interface Taken {
  /** Their numbers among the rows that the row filter lets through; undefined: the first of them. */
  readonly indexes: readonly number[] | undefined;
  /** Whether the page has more that belong to the list than were taken. */
  readonly isMore: boolean;
  /** How many of the page belong to the list; null when not all were looked at. */
  readonly matching: number | null;
  /** How many of the page were judged. */
  readonly judged: number;
  /** Why no more were. */
  readonly spent?: GatewayError | undefined;
}

/** The first `room` rows of a page that belong to the list. */
function* take<Item, Row>(
  source: ListSource<Item, Row>,
  page: ScannedPage<Row>,
  room: number,
  wantsMore: boolean,
): Steps<Taken> {
  const { count } = page;
  if (!source.keeps) {
    return { indexes: undefined, isMore: count > room, matching: count, judged: count };
  }
  // No more items are looked at than it takes to fill the window, and to know of one beyond it.
  const enough = wantsMore ? room + 1 : room;
  const kept: number[] = [];
  let judged = 0;
  let spent: GatewayError | undefined;
  while (judged < count && kept.length < enough && spent === undefined) {
    const size = Math.min(enough - kept.length, count - judged);
    const start = judged;
    const chunk = Array.from({ length: size }, (_, offset) => start + offset);
    const items = chunk.map((index) => source.toItem(page.rowAt(index)));
    const verdicts = yield* settled(source.keeps(items));
    spent = verdicts.find(isSpent);
    const certain = chunk.slice(0, spent ? verdicts.findIndex(isSpent) : size);
    judged += certain.length;
    kept.push(...certain.filter((_, index) => verdicts[index] === true));
  }
  const isMore = kept.length > room;
  return {
    indexes: kept.slice(0, room),
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

function* countAll<Item, Row>(source: ListSource<Item, Row>): Steps<number | null> {
  const pages = new PageWalk(source, undefined);
  let count = 0;
  let pagesWalked = 0;
  for (let page = yield* pages.next(); page; page = yield* pages.next()) {
    const items = source.keeps && rowsOf(page).map((row) => source.toItem(row));
    const verdicts = items && source.keeps && (yield* settled(source.keeps(items)));
    const spent = verdicts?.find(isSpent);
    if (spent !== undefined) throw spent;
    count += verdicts ? verdicts.filter(Boolean).length : page.count;
    pagesWalked += 1;
    if (page.isLast) return count;
    if (pagesWalked === MAX_COUNT_PAGES) return null;
  }
  return count;
}
