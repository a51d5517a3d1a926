import { PATHS } from '../paths.ts';

/** What browsers may send to another origin beside what they always may. */
const REQUEST_HEADERS = [
  'content-type',
  'authorization',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'cache-control',
  'pragma',
  'if-none-match',
  'x-price-only',
  'traceparent',
  'tracestate',
];

/** What of an answer a page of another origin may read beside its body. */
const ANSWER_HEADERS = [
  'etag',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'www-authenticate',
  'x-request-id',
];

/** How long a browser may keep what a preflight said, in seconds. */
const PREFLIGHT_AGE_S = 600;

type Headers = Readonly<Record<string, string>>;

/** What is needed of a request to know a preflight. */
interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> & {
    readonly origin?: string | undefined;
  };
}

/**
 * The origin whose page has its browser ask whether it may send a request (a CORS-preflight request of
 * the Fetch standard, which carries no credentials); undefined for every other request.
 */
export function preflightOrigin({ method, headers }: Asked): string | undefined {
  const isPreflight =
    method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  return isPreflight ? headers.origin : undefined;
}

/** Decides by the Fetch standard's CORS protocol which pages of other origins may use the gateway. */
export interface Cors {
  /** Whether an origin is listed, letter for letter. */
  allows(origin: string): boolean;
  /** What an answer of this path to this origin has to carry; undefined for paths not shared. */
  headersFor(path: string, origin: string | undefined): Headers | undefined;
  /** The headers of the answer to a preflight, if the origin is listed; undefined for paths not shared. */
  preflight(path: string, origin: string): Headers | 'foreign' | undefined;
}

/** `origins` as browsers send them: scheme, host, and port unless it is the usual one. */
export function createCors(origins: readonly string[]): Cors {
  const listed = new Set(origins);
  // Caches must keep apart what depends on the origin, also the answers that name none.
  const unnamed = { vary: 'Origin' };
  const named = new Map(
    origins.map((origin) => [
      origin,
      {
        ...unnamed,
        'access-control-allow-origin': origin,
        'access-control-expose-headers': ANSWER_HEADERS.join(', '),
      },
    ]),
  );
  return {
    allows: (origin) => listed.has(origin),
    headersFor(path, origin) {
      if (PATHS.get(path)?.isShared !== true) return undefined;
      return origin === undefined ? unnamed : (named.get(origin) ?? unnamed);
    },
    preflight(path, origin) {
      const facts = PATHS.get(path);
      if (facts?.isShared !== true) return undefined;
      if (!listed.has(origin)) return 'foreign';
      return {
        'access-control-allow-methods': facts.methods.join(', '),
        'access-control-allow-headers': REQUEST_HEADERS.join(', '),
        'access-control-max-age': String(PREFLIGHT_AGE_S),
      };
    },
  };
}
