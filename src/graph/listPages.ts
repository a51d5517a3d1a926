import { GatewayError } from '../errors.ts';
import { PageTrail } from '../upstream/pageTrail.ts';
import type { Position } from './cursor.ts';
import { run, type Steps, settled } from './steps.ts';

/** Something AWS IoT lists in pages of rows. */
export interface PagedList<Row> {
  /** One AWS page; asking for the same page twice in one operation costs one call. */
  page(token: string | undefined): ListPage<Row> | Promise<ListPage<Row>>;
  /** The same page where it is held and young enough; it costs nothing and waits for nothing. */
  held?(token: string | undefined): ListPage<Row> | undefined;
  /** The same page where it was known before the operation began; it costs nothing. */
  known?(token: string | undefined): ListPage<Row> | undefined;
  /** The key that a cursor remembers. */
  keyOf(row: Row): string;
  /** A filter that AWS does not know and a row answers. */
  readonly matches?: ((row: Row) => boolean) | undefined;
}

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly nextToken: string | undefined;
}

/** The rows of an AWS page that follow a position and that the row filter lets through. */
export interface ScannedPage<Row> {
  readonly count: number;
  /** Whether rows between these may have been left out. */
  readonly isFiltered: boolean;
  rowAt(index: number): Row;
  /** The rows of its AWS page, and the place of such a row among them. */
  readonly rows: readonly Row[];
  placeIn(index: number): number;
  /** The position of such a row in the list, and that of any row of the page. */
  placeOf(index: number): Position;
  positionAt(place: number): Position;
  readonly lastSeen: Position | undefined;
  readonly isLast: boolean;
}

/** All rows of a page that the row filter lets through. */
export function rowsOf<Row>({ count, rowAt }: ScannedPage<Row>): Row[] {
  return Array.from({ length: count }, (_, index) => rowAt(index));
}

/** Goes from page to page of a list, from a position on. */
export class PageWalk<Row> {
  readonly #source: PagedList<Row>;
  readonly #trail = new PageTrail();
  #resume: Position | undefined;
  #token: string | undefined;
  #read: 'nothing' | 'a page' | 'the last page' = 'nothing';

  constructor(source: PagedList<Row>, from: Position | undefined) {
    this.#source = source;
    this.#resume = from;
    this.#token = from?.token;
  }

  /** The next page with the rows that the filter lets through; undefined after the last one. */
  *next(): Steps<ScannedPage<Row> | undefined> {
    if (this.#read === 'the last page') return undefined;
    const token = this.#token;
    const resume = this.#resume;
    if (this.#read === 'a page' && token !== undefined) this.#trail.follow(token);
    const page = yield* pageAt(this.#source, token, resume !== undefined);
    this.#token = page.nextToken;
    this.#resume = undefined;
    this.#read = page.nextToken === undefined ? 'the last page' : 'a page';
    return scan(this.#source, page, token, resume);
  }
}

/** The AWS pages from a position on; each with the rows that the filter lets through. */
export async function* pagesFrom<Row>(
  source: PagedList<Row>,
  from: Position | undefined,
): AsyncGenerator<ScannedPage<Row>> {
  const walk = new PageWalk(source, from);
  for (;;) {
    const page = await run(walk.next());
    if (page === undefined) return;
    yield page;
  }
}

function scan<Row>(
  { keyOf, matches }: PagedList<Row>,
  page: ListPage<Row>,
  token: string | undefined,
  resume: Position | undefined,
): ScannedPage<Row> {
  const { rows } = page;
  const start = resume === undefined ? 0 : indexAfter(rows, keyOf, resume);
  const places = matches ? placesOf(rows, start, matches) : undefined;
  const placeIn = (index: number): number => (places ? (places[index] ?? 0) : start + index);
  const position = (index: number): Position => ({ token, index, key: keyOf(rows[index] as Row) });
  return {
    rows,
    placeIn,
    isFiltered: places !== undefined,
    count: places ? places.length : rows.length - start,
    rowAt: (index) => rows[placeIn(index)] as Row,
    placeOf: (index) => position(placeIn(index)),
    positionAt: position,
    lastSeen: rows.length === 0 ? undefined : position(rows.length - 1),
    isLast: page.nextToken === undefined,
  };
}

function placesOf<Row>(
  rows: readonly Row[],
  start: number,
  matches: (row: Row) => boolean,
): readonly number[] {
  const places: number[] = [];
  rows.forEach((row, place) => {
    if (place >= start && matches(row)) places.push(place);
  });
  return places;
}

/** Where to go on in a page: after the remembered key, or at its place when it is gone. */
function indexAfter<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  resume: Position,
): number {
  const expected = rows[resume.index];
  if (expected !== undefined && keyOf(expected) === resume.key) return resume.index + 1;
  const index = rows.findIndex((row) => keyOf(row) === resume.key);
  return index >= 0 ? index + 1 : resume.index;
}

function* pageAt<Row>(
  source: PagedList<Row>,
  token: string | undefined,
  isResumed: boolean,
): Steps<ListPage<Row>> {
  try {
    return yield* settled(source.page(token));
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
