import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { badInput, GatewayError } from '../errors.ts';
import { notACursor } from './cursor.ts';
import type { PagedList } from './listPages.ts';
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
  /** How many there are of the nodes. */
  readonly count: number;
  /** The rows that AWS listed the nodes as, where it listed them in this order. */
  readonly spans?: readonly Span[] | undefined;
}

/** Rows that stand side by side on a page of AWS. */
export interface Span {
  /** All rows of the page. */
  readonly rows: readonly unknown[];
  readonly start: number;
  /** The place after the last one. */
  readonly end: number;
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

/** A connection that is known to be empty, at no cost; no cursor can come from it. */
export function emptyConnection({ after }: Window): Connection<never> {
  if (after !== undefined) throw notACursor('`after` comes from another connection.');
  return {
    edges: [],
    nodes: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    totalCount: 0,
    cutShort: false,
    count: 0,
  };
}
