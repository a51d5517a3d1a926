/** What holds for a path of the gateway, whoever decides by it. */
export interface PathFacts {
  /** The methods that it takes; others are answered with 405. */
  readonly methods: readonly string[];
  /** Whom it answers: callers with credentials, or everybody where it holds no data. */
  readonly mayAsk: 'callers' | 'everybody';
  /** Whether its requests are charged to their caller's rate. */
  readonly isCharged: boolean;
  /** Whether pages of other origins may use it, if they are listed. */
  readonly isShared: boolean;
  /** Whether it is answered while the gateway drains, too. */
  readonly isProbe: boolean;
}

const API = { mayAsk: 'callers', isCharged: true, isShared: true, isProbe: false } as const;
const PAGE = { mayAsk: 'everybody', isCharged: false, isShared: false, isProbe: false } as const;
const READ = ['GET', 'HEAD'];

/** All paths that lead somewhere, as their routes are written; the only such table. */
export const PATHS: ReadonlyMap<string, PathFacts> = new Map([
  ['/graphql', { methods: ['GET', 'POST'], ...API }],
  ['/schema.graphql', { methods: READ, ...API }],
  ['/healthz', { methods: READ, ...PAGE, isProbe: true }],
  ['/readyz', { methods: READ, ...PAGE, isProbe: true }],
  ['/', { methods: READ, ...PAGE }],
  ['/assets/*', { methods: READ, ...PAGE }],
]);

/** The path of a request's target, without the query. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}
