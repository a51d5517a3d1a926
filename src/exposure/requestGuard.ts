import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../failure.ts';
import { pathOf } from '../paths.ts';
import type { Cors } from './cors.ts';

interface RequestGuardOptions {
  /** The most header fields of a request. */
  readonly headerCount: number;
  readonly isOwnHost: (header: string) => boolean;
}

/** Looks at what a request says about itself, before anybody else does and before its body. */
export function createRequestGuard({
  headerCount,
  isOwnHost,
}: RequestGuardOptions): (request: FastifyRequest) => Refusal | undefined {
  return (request) => {
    const { headers, url } = request;
    const { rawHeaders, httpVersionMinor } = request.raw;
    if (rawHeaders.length > 2 * headerCount) return tooManyHeaders(headerCount);
    // One spelling for each path, so that nothing that is decided by the path can be got around.
    if (!url.startsWith('/') || url.includes('#')) return notAPath;
    if (url.includes('%') && pathOf(url).includes('%')) return notFound;
    const { host } = headers;
    // A client that speaks HTTP/1.0 need not name a host, and browsers always do.
    if (host === undefined) return httpVersionMinor === 0 ? undefined : noHost;
    if (namesHostTwice(rawHeaders)) return noHost;
    return isOwnHost(host) ? undefined : foreignHost;
  };
}

/** Nothing is unpacked. Looked at once the caller is known: the coding of a body is part of it. */
export function encodingRefusal({ headers }: FastifyRequest): Refusal | undefined {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity' ? undefined : encoded;
}

function namesHostTwice(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

const tooManyHeaders = (limit: number): Refusal => ({
  status: 431,
  code: 'HEADERS_TOO_LARGE',
  message: `A request may have ${limit} header fields at most.`,
});

const notAPath: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The target of a request is a path that begins with a slash.',
};

const notFound: Refusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing at this path.',
};

const noHost: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request must have one Host header.',
};

const foreignHost: Refusal = {
  status: 421,
  code: 'HOST_NOT_ALLOWED',
  message:
    'The Host header does not name this gateway; its operator can add names with IOTGW_ALLOWED_HOSTS.',
};

const encoded: Refusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'Send the body as it is, without Content-Encoding.',
  headers: { 'accept-encoding': 'identity' },
};

interface StreamGuardOptions {
  readonly cors: Cors | undefined;
  /** Whether clients reach the gateway itself by TLS; else a proxy may do that for it. */
  readonly isSecure: boolean;
}

/**
 * Looks where a request for a stream of events comes from. Browsers open streams without a preflight
 * (EventSource), so a page of another origin that is not listed must be told apart here.
 */
export function streamRefusal(
  { headers, method }: FastifyRequest,
  { cors, isSecure }: StreamGuardOptions,
): Refusal | undefined {
  const { origin, host } = headers;
  if (origin !== undefined) {
    const isOwn =
      host !== undefined &&
      (origin === `https://${host}` || (!isSecure && origin === `http://${host}`));
    return isOwn || cors?.allows(origin) ? undefined : foreignOrigin;
  }
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return undefined;
  if (site !== undefined) return foreignOrigin;
  return method === 'GET' && !isPreflighted(headers) ? notPreflighted : undefined;
}

const SIMPLE_TYPES =
  /^\s*(?:text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;

/** Apollo Server's rule against requests from other sites, for what does not pass through it. */
function isPreflighted(headers: FastifyRequest['headers']): boolean {
  const type = headers['content-type'];
  if (type?.includes('/') && !SIMPLE_TYPES.test(type)) return true;
  return Boolean(headers['x-apollo-operation-name'] || headers['apollo-require-preflight']);
}

/** To pages of an origin that is neither the gateway's own nor listed. */
export const foreignOrigin: Refusal = {
  status: 403,
  code: 'ORIGIN_NOT_ALLOWED',
  message:
    'Pages of this origin may not use the gateway; its operator can list origins with IOTGW_CORS_ORIGINS.',
};

const notPreflighted: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message:
    'Any web page could send this request (CSRF); add the header `apollo-require-preflight: yes`, or send it with POST.',
};
