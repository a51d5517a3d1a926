import { randomUUID } from 'node:crypto';
import { type Duplex, Readable } from 'node:stream';
import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { acceptsGraphqlAnswer } from './accept.ts';
import { entityTag, namesTag } from './etag.ts';
import type { GraphContext } from './graph/context.ts';
import type { Graph } from './graph/execution.ts';
import type { RememberedAnswer } from './graph/memo.ts';
import { registerPage } from './page.ts';
import type { Workload } from './workload.ts';

/** A request with this header, whatever its value, is answered with its price; no call is made. */
const PRICE_ONLY = 'x-price-only';
/** The largest request body, in bytes. */
const BODY_LIMIT = 256 * 1024;
/** Requests have to arrive whole within these times. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** The methods of each path that does not go on; all other paths are unknown. */
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/graphql', ['GET', 'POST']],
  ['/schema.graphql', ['GET', 'HEAD']],
  ['/healthz', ['GET', 'HEAD']],
  ['/readyz', ['GET', 'HEAD']],
  ['/', ['GET', 'HEAD']],
]);

/** Answered while draining too. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** What has a request id. */
type Named = Pick<FastifyRequest, 'id'>;

export interface HttpOptions {
  readonly graph: Graph;
  /** The text of schema.graphql, as served. */
  readonly sdl: string;
  /** The built page. */
  readonly pageDirectory: string;
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/**
 * The gateway's HTTP surface; not listening yet. While the workload drains it turns new work away,
 * and `/readyz` says so, so that load balancers look elsewhere.
 */
export function createHttp(options: HttpOptions, workload: Workload): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    genReqId: () => randomUUID(),
    // It is closed only after the workload has drained.
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerBadHttp,
  });
  admit(app, workload);
  readJsonBodies(app);
  answerErrors(app, options.onFault);

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: (request, reply) => {
      const key = memoKeyOf(request);
      const remembered = key === undefined ? undefined : options.graph.memo.find(key);
      if (remembered !== undefined) {
        sendRemembered(request, reply, remembered);
        return;
      }
      // Counted apart from its request, whose client may leave while it runs.
      workload.begin();
      return answerOnce({ graph: options.graph, request, reply, key }).finally(() =>
        workload.end(),
      );
    },
  });
  app.get('/schema.graphql', async (_request, reply) =>
    reply.type('application/graphql; charset=utf-8').send(options.sdl),
  );
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    workload.isDraining ? reply.code(503).send({ status: 'draining' }) : { status: 'ready' },
  );
  registerPage(app, { directory: options.pageDirectory });
  return app;
}

/** Counts each request until it is answered or its client has left; refuses them while draining. */
function admit(app: FastifyInstance, workload: Workload): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersOf(request));
    if (workload.isDraining) {
      reply.header('connection', 'close');
      if (!PROBES.has(pathOf(request))) {
        reply
          .code(503)
          .send(failure(request, 'DRAINING', 'This gateway is about to stop; try again.', true));
        return;
      }
    }
    workload.begin();
    reply.raw.once('close', () => workload.end());
    done();
  });
}

/** JSON only; it stays text, for a request seen before need not be parsed. */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body.toString()),
  );
}

/** A body that is not JSON gets an answer in the shape of GraphQL's errors. */
function parseJson(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    throw Object.assign(new Error('The body is not JSON.'), { statusCode: 400 });
  }
}

interface Asking {
  readonly graph: Graph;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Under which the answer may be remembered. */
  readonly key: string | undefined;
}

/** Equal queries that come at once wait for the first, whose answer does for all if it may be kept. */
async function answerOnce(asking: Asking): Promise<FastifyReply | undefined> {
  const { graph, request, reply, key } = asking;
  // A change is made as often as it is asked for, and waits for nobody.
  if (key?.includes('mutation') !== false) return answerGraphql(asking);
  const equal = graph.memo.equal(key);
  if (equal !== undefined) {
    await equal;
    const remembered = graph.memo.find(key);
    if (remembered !== undefined) {
      sendRemembered(request, reply, remembered);
      return undefined;
    }
  }
  return graph.memo.during(key, () => answerGraphql(asking));
}

async function answerGraphql(asking: Asking): Promise<FastifyReply> {
  const { graph, request, reply } = asking;
  const { accept } = request.headers;
  // Looked at first: a change must not be made and then be answered with a refusal.
  if (accept && !acceptsGraphqlAnswer(accept)) {
    const message = 'An answer is application/json or application/graphql-response+json.';
    return reply.code(406).send(failure(request, 'NOT_ACCEPTABLE', message));
  }
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = request.url.slice(pathOf(request).length);
  const body = parseJson(request.body);
  const context = graph.createContext({
    requestId: request.id,
    maxAgeMs: maxAgeOf(request.headers['cache-control']),
    priceOnly: request.headers[PRICE_ONLY] !== undefined,
  });
  const answer = await graph.server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search, body },
    context: async () => context,
  });
  return sendAnswer({ ...asking, answer, context });
}

/** The rights of the caller, as far as answers depend on them; every caller has the same today. */
const SCOPES = '';

/**
 * All of a request that its answer depends on, when it may come from memory. What says how fresh
 * the answer must be, or wants the price alone, has to be executed.
 */
function memoKeyOf({ method, headers, url, body }: FastifyRequest): string | undefined {
  if (headers['cache-control'] !== undefined || headers.pragma !== undefined) return undefined;
  if (headers[PRICE_ONLY] !== undefined) return undefined;
  const accept = headers.accept ?? '';
  if (method === 'POST') {
    return typeof body === 'string' ? `POST\n${SCOPES}\n${accept}\n${body}` : undefined;
  }
  // Without one of these Apollo Server takes a GET for another site's and refuses it.
  const preflighted = [
    headers['content-type'],
    headers['x-apollo-operation-name'],
    headers['apollo-require-preflight'],
  ];
  return `GET\n${SCOPES}\n${accept}\n${JSON.stringify(preflighted)}\n${url}`;
}

/** Sent past the framework, whose share would be the largest in such an answer. */
function sendRemembered(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, headers, rawHeaders }: RememberedAnswer,
): void {
  const isKnown =
    headers.etag !== undefined && namesTag(request.headers['if-none-match'], headers.etag);
  reply.hijack();
  if (isKnown) {
    reply.raw.writeHead(304, { ...headersOf(request), ...notModified(headers) });
    reply.raw.end();
  } else {
    reply.raw.writeHead(200, [...rawHeaders, ...Object.entries(headersOf(request)).flat()]);
    reply.raw.end(bytes);
  }
}

/** What of an answer's headers goes with a 304 (RFC 9110, section 15.4.5). */
function notModified({ 'content-type': _type, ...headers }: Readonly<Record<string, string>>) {
  return headers;
}

/** The request's `Cache-Control` (RFC 9111, section 5.2.1) as an age in milliseconds. */
function maxAgeOf(header: string | undefined): number | undefined {
  const directives = (header ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.includes('no-cache') || directives.includes('no-store')) return 0;
  const seconds = directives.flatMap((part) => /^max-age="?(\d{1,9})"?$/.exec(part)?.[1] ?? [])[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

interface Answering extends Asking {
  readonly answer: HTTPGraphQLResponse;
  readonly context: GraphContext;
}

/** Only answers to GET may be kept, by the client alone, and have to be asked about at each use. */
const GET_HEADERS = { 'cache-control': 'private, no-cache', vary: 'Authorization, Accept' };

function sendAnswer({ graph, request, reply, answer, context, key }: Answering): FastifyReply {
  const { status = 200, body } = answer;
  const headers: Record<string, string> = {
    ...Object.fromEntries(answer.headers),
    'cache-control': 'no-store',
  };
  reply.code(status);
  if (body.kind !== 'complete') {
    return reply.headers(headers).send(Readable.from(body.asyncIterator));
  }
  const data = status === 200 && !context.priceOnly ? dataOf(body.string) : undefined;
  if (data === undefined) {
    const text = status < 400 ? body.string : withRequestId(body.string, request.id);
    return reply.headers(headers).send(text);
  }
  if (request.method === 'GET') {
    Object.assign(headers, GET_HEADERS, { etag: entityTag(data, SCOPES) });
  }
  if (key !== undefined) {
    graph.memo.keep(key, context.scope.inputs, (receipt) => ({
      body: `{"data":${data}${RECEIPT}${JSON.stringify(receipt)}}}\n`,
      headers,
    }));
  }
  if (headers.etag !== undefined && namesTag(request.headers['if-none-match'], headers.etag)) {
    return reply.code(304).headers(notModified(headers)).send();
  }
  return reply.headers(headers).send(body.string);
}

/** Stands between data and receipt; no receipt has it in itself. */
const RECEIPT = ',"extensions":{"upstream":';

/** The text of the data of an answer without errors; undefined for any other answer. */
function dataOf(body: string): string | undefined {
  const end = body.lastIndexOf(RECEIPT);
  return body.startsWith('{"data":') && end > 0 ? body.slice('{"data":'.length, end) : undefined;
}

/** What Apollo Server refuses before an operation begins does not name the request yet. */
function withRequestId(text: string, requestId: string): string {
  const answer: { errors?: Array<{ extensions?: object }> } = JSON.parse(text);
  const errors = answer.errors?.map((error) => ({
    ...error,
    extensions: { retryable: false, requestId, ...error.extensions },
  }));
  return JSON.stringify({ ...answer, errors });
}

/** Every answer of the API is JSON, the refusals too. */
function answerErrors(app: FastifyInstance, onFault: HttpOptions['onFault']): void {
  app.setNotFoundHandler(async (request, reply) => {
    const methods = METHODS.get(pathOf(request));
    if (methods === undefined || methods.includes(request.method)) {
      return reply.code(404).send(failure(request, 'NOT_FOUND', 'There is nothing at this path.'));
    }
    const allow = methods.join(', ');
    return reply
      .code(405)
      .header('allow', allow)
      .send(failure(request, 'METHOD_NOT_ALLOWED', `This path takes ${allow}.`));
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onFault(error, request.id);
    return reply.code(status).send(refusal(request, status));
  });
}

/** The router answers these itself, before any hook. */
function answerBadUrl(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(400)
    .headers(headersOf(request))
    .send(failure(request, 'BAD_REQUEST', 'This is not a URL.'));
}

/** Answers where Node.js could parse no request, on the bare socket. */
function answerBadHttp(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const id = randomUUID();
  const [status, code, message] = badHttp(error.code);
  const body = JSON.stringify(failure({ id }, code, message));
  const headers = {
    ...headersOf({ id }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function badHttp(code: string | undefined): [status: string, code: string, message: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [
        '431 Request Header Fields Too Large',
        'HEADERS_TOO_LARGE',
        'Path and headers are too long; send a long operation with POST.',
      ];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'REQUEST_TIMEOUT', 'The request did not arrive in time.'];
    default:
      return ['400 Bad Request', 'BAD_REQUEST', 'This is not an HTTP request.'];
  }
}

function refusal(request: FastifyRequest, status: number) {
  switch (status) {
    case 413:
      return failure(
        request,
        'PAYLOAD_TOO_LARGE',
        `The body may have ${BODY_LIMIT} bytes at most.`,
      );
    case 415:
      return failure(request, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    default:
      return status < 500
        ? failure(request, 'BAD_REQUEST', 'The body must be JSON: an object with a `query`.')
        : failure(
            request,
            'INTERNAL_SERVER_ERROR',
            'The gateway failed; its log has the request id.',
          );
  }
}

function failure(request: Named, code: string, message: string, retryable = false) {
  return { errors: [{ message, extensions: { code, retryable, requestId: request.id } }] };
}

function headersOf(request: Named) {
  return { 'x-request-id': request.id, 'x-content-type-options': 'nosniff' };
}

/** The path without the query. */
function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end < 0 ? request.url : request.url.slice(0, end);
}
