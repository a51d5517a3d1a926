import { createHash } from 'node:crypto';
import { AwsError } from './awsError.ts';
import type { ActionContext } from './contract.ts';

/** What a list call asks for. */
export interface PageRequest {
  /** Which list this is: a token of one list is refused by every other. */
  readonly list: string;
  readonly filter?: string | undefined;
  readonly ascending: boolean;
  /** 1 to 250, checked before; 25 when absent. */
  readonly pageSize?: number | undefined;
  /** An empty token counts as none: some clients send `marker=`. */
  readonly token?: string | undefined;
}

/** One page, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

const defaultPageSize = 25;

/**
 * One page of a list. `fetch` gives at most `limit` items after a position; it is asked for one
 * more than the page holds, so that the last page carries no token.
 */
export function readPage<Item>(
  request: PageRequest,
  context: Pick<ActionContext, 'account' | 'region'>,
  fetch: (afterPosition: number | undefined, limit: number) => readonly Item[],
  positionOf: (item: Item) => number,
): Page<Item> {
  const pageSize = request.pageSize ?? defaultPageSize;
  const scope = [
    request.list,
    context.account,
    context.region,
    request.filter ?? '',
    request.ascending ? 'ascending' : 'descending',
  ];
  const found = fetch(readToken(request.token, scope), pageSize + 1);
  const items = found.slice(0, pageSize);
  const last = items.at(-1);
  return found.length > pageSize && last !== undefined
    ? { items, nextToken: writeToken(positionOf(last), scope) }
    : { items };
}

function writeToken(position: number, scope: readonly string[]): string {
  return Buffer.from(`${position}:${seal(position, scope)}`).toString('base64');
}

function readToken(token: string | undefined, scope: readonly string[]): number | undefined {
  if (token === undefined || token === '') return undefined;
  const [, digits] = /^(\d{1,15}):/.exec(Buffer.from(token, 'base64').toString('latin1')) ?? [];
  const position = Number(digits);
  if (digits === undefined || token !== writeToken(position, scope)) throw invalidToken();
  return position;
}

/** Ties a token to its list. It guards against mistakes, not against forgers. */
function seal(position: number, scope: readonly string[]): string {
  const text = [...scope, String(position)].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** For a list that always fits on one page, so that every token is a wrong one. */
export function refuseToken(token: string | undefined): void {
  if (token !== undefined && token !== '') throw invalidToken();
}

function invalidToken(): AwsError {
  return new AwsError(
    'InvalidRequestException',
    'The pagination token is not valid, or belongs to another list.',
  );
}
