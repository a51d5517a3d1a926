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
import type { Graph } from './graph/execution.ts';
import { registerPage } from './page.ts';
import type { Workload } from './workload.ts';

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
    handler: async (request, reply) => {
      // Counted apart from its request, whose client may leave while it runs.
      workload.begin();
      try {
        return await answerGraphql(options.graph, request, reply);
      } finally {
        workload.end();
      }
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
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersOf(request));
    if (workload.isDraining) {
      reply.header('connection', 'close');
      if (!PROBES.has(pathOf(request))) {
        return reply
          .code(503)
          .send(failure(request, 'DRAINING', 'This gateway is about to stop; try again.', true));
      }
    }
    workload.begin();
    reply.raw.once('close', () => workload.end());
  });
}

/** JSON only, and a body that is not JSON gets an answer in the shape of GraphQL's errors. */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body.toString()));
    } catch {
      done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }));
    }
  });
}

async function answerGraphql(
  graph: Graph,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
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
  const answer = await graph.server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search, body: request.body },
    context: async () => graph.createContext(request.id),
  });
  return send(request, reply, answer);
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status = 200, headers, body }: HTTPGraphQLResponse,
): FastifyReply {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  if (body.kind !== 'complete') return reply.send(Readable.from(body.asyncIterator));
  return reply.send(status < 400 ? body.string : withRequestId(body.string, request.id));
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
