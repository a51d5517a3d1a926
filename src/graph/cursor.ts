import { hash } from 'node:crypto';
import { GatewayError } from '../errors.ts';

/** Where an item stands: in which AWS page, at which place, under which key. */
export interface Position {
  readonly token: string | undefined;
  readonly index: number;
  readonly key: string;
}

const CURSOR_VERSION = 1;
const MAX_CURSOR_LENGTH = 4096;

/** A short name of a list, by which a cursor knows its own. */
export function listDigest(list: string): string {
  return hash('sha256', list, 'base64url').slice(0, 12);
}

function encodeCursor(digest: string, at: Position): string {
  const parts = [CURSOR_VERSION, digest, at.token ?? null, at.index, at.key];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Where a cursor of the list points; throws CURSOR_INVALID when it is not one. */
export function decodeCursor(digest: string, cursor: string): Position {
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

/** CURSOR_INVALID, at `after`. */
export function notACursor(message: string): GatewayError {
  return new GatewayError('CURSOR_INVALID', message, { field: ['after'] });
}

/** An edge whose cursor is made when it is asked for; most never are. */
export class Edge<Item> {
  readonly node: Item;
  readonly #digest: string;
  readonly #at: Position;

  constructor(node: Item, digest: string, at: Position) {
    this.node = node;
    this.#digest = digest;
    this.#at = at;
  }

  get cursor(): string {
    return encodeCursor(this.#digest, this.#at);
  }
}

/** A connection's `pageInfo`, whose cursors are made when they are asked for. */
export class PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #digest: string;
  readonly #start: Position | undefined;
  readonly #end: Position | undefined;

  constructor(
    digest: string,
    given: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly start: Position | undefined;
      readonly end: Position | undefined;
    },
  ) {
    this.hasNextPage = given.hasNextPage;
    this.hasPreviousPage = given.hasPreviousPage;
    this.#digest = digest;
    this.#start = given.start;
    this.#end = given.end;
  }

  get startCursor(): string | null {
    return this.#start === undefined ? null : encodeCursor(this.#digest, this.#start);
  }

  get endCursor(): string | null {
    return this.#end === undefined ? null : encodeCursor(this.#digest, this.#end);
  }
}
