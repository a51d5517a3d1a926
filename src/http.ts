import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { sendEvents, wantsEvents } from './eventStream.ts';
import { failure, headersOf, pathOf } from './failure.ts';
import type { Graph } from './graph/execution.ts';
import { answerOnce, memoKeyOf, sendRemembered } from './graphqlHttp.ts';
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

/** Fastify's own compilers would be loaded at every start. */
function noSchema(): never {
  throw new Error('No route has a schema.');
}

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
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
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
      if (wantsEvents(request.headers.accept)) {
        reply.hijack();
        return sendEvents(options, request, reply.raw, headersOf(request));
      }
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
