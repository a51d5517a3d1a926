import { GatewayError } from '../errors.ts';
import { PageTrail } from '../upstream/pageTrail.ts';
import type { Position } from './cursor.ts';

/** Something AWS IoT lists in pages of rows. */
export interface PagedList<Row> {
  /** One AWS page; asking for the same page twice in one operation costs one call. */
  page(token: string | undefined): Promise<ListPage<Row>>;
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
  rowAt(index: number): Row;
  /** Where such a row stands in its AWS page. */
  placeOf(index: number): Position;
  readonly lastSeen: Position | undefined;
  readonly isLast: boolean;
}

/** All rows of a page that the row filter lets through. */
export function rowsOf<Row>({ count, rowAt }: ScannedPage<Row>): Row[] {
  return Array.from({ length: count }, (_, index) => rowAt(index));
}

/** The AWS pages from a position on; each with the rows that the filter lets through. */
export async function* pagesFrom<Row>(
  source: PagedList<Row>,
  from: Position | undefined,
): AsyncGenerator<ScannedPage<Row>> {
  const trail = new PageTrail();
  let resume = from;
  let token = from?.token;
  for (;;) {
    const page = await pageAt(source, token, resume !== undefined);
    yield scan(source, page, token, resume);
    if (page.nextToken === undefined) return;
    trail.follow(page.nextToken);
    token = page.nextToken;
    resume = undefined;
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
    count: places ? places.length : rows.length - start,
    rowAt: (index) => rows[placeIn(index)] as Row,
    placeOf: (index) => position(placeIn(index)),
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

async function pageAt<Row>(
  source: PagedList<Row>,
  token: string | undefined,
  isResumed: boolean,
): Promise<ListPage<Row>> {
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
