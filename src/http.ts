import { randomUUID } from 'node:crypto';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Authenticate } from './auth.ts';
import type { Caller } from './caller.ts';
import { sendEvents, wantsEvents } from './eventStream.ts';
import { depthRefusal, RefusedRequest, textOf } from './exposure/jsonBody.ts';
import { streamRefusal } from './exposure/requestGuard.ts';
import type { Exposure } from './exposure.ts';
import { failure, headersOf, type Refusal, refuse } from './failure.ts';
import type { Graph } from './graph/execution.ts';
import { answerOnce, memoKeyOf, sendRemembered } from './graphqlHttp.ts';
import { guardEntry, nowhere } from './httpEntry.ts';
import { registerPage } from './page.ts';
import type { RateLimiter } from './rateLimit.ts';
import type { Workload } from './workload.ts';

/** Fastify's own compilers would be loaded at every start. */
function noSchema(): never {
  throw new Error('No route has a schema.');
}

export interface HttpOptions {
  readonly graph: Graph;
  readonly authenticate: Authenticate;
  /** Unset: callers may ask as much as they like. */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Whether /schema.graphql is there. Default true. */
  readonly servesSchema?: boolean;
  /** Whether a caller may read it; unset: everybody may. */
  readonly mayReadSchema?: (caller: Caller) => boolean;
  /** The text of schema.graphql, as served. */
  readonly sdl: string;
  /** The built page. */
  readonly pageDirectory: string;
  readonly exposure: Exposure;
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/**
 * The gateway's HTTP surface; not listening yet. While the workload drains it turns new work away,
 * and `/readyz` says so, so that load balancers look elsewhere.
 */
export function createHttp(options: HttpOptions, workload: Workload): FastifyInstance {
  const { exposure } = options;
  const { limits, listeners } = exposure;
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    serverFactory: (handle) => listeners.create(handle),
    genReqId: () => randomUUID(),
    // It is closed only after the workload has drained.
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
    frameworkErrors: answerBadUrl,
    // The listeners see to that, each for itself.
    clientErrorHandler: () => undefined,
  });
  guardEntry(app, options, workload);
  readJsonBodies(app);
  answerErrors(app, limits.bodyBytes, options.onFault);

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: (request, reply) => {
      if (wantsEvents(request.headers.accept)) {
        const unfit = streamRefusal(request, exposure) ?? depthRefusal(request, limits.jsonDepth);
        if (unfit !== undefined) return refuse(request, reply, unfit);
        reply.hijack();
        return sendEvents(options, request, reply.raw, headersOf(request));
      }
      const key = memoKeyOf(request);
      const remembered = key === undefined ? undefined : options.graph.memo.find(key);
      if (remembered !== undefined) {
        sendRemembered(request, reply, remembered);
        return;
      }
      const unfit = depthRefusal(request, limits.jsonDepth);
      if (unfit !== undefined) return refuse(request, reply, unfit);
      // Counted apart from its request, whose client may leave while it runs.
      workload.begin();
      return answerOnce({ graph: options.graph, request, reply, key }).finally(() =>
        workload.end(),
      );
    },
  });
  if (options.servesSchema ?? true) {
    app.get('/schema.graphql', async (request, reply) =>
      options.mayReadSchema?.(request.caller) === false
        ? refuse(request, reply, SCHEMA_FORBIDDEN)
        : reply.type('application/graphql; charset=utf-8').send(options.sdl),
    );
  }
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    workload.isDraining ? reply.code(503).send({ status: 'draining' }) : { status: 'ready' },
  );
  registerPage(app, { directory: options.pageDirectory, isSecure: exposure.isSecure });
  return app;
}

const SCHEMA_FORBIDDEN: Refusal = {
  status: 403,
  code: 'INTROSPECTION_REFUSED',
  message: 'To read the schema takes the scope iot:introspection.',
};

/** JSON only; it stays text, for a request seen before need not be parsed. */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    ({ headers }, body, done) => {
      try {
        done(null, textOf(headers['content-type'], body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** Every answer of the API is JSON, the refusals too. */
function answerErrors(
  app: FastifyInstance,
  bodyBytes: number,
  onFault: HttpOptions['onFault'],
): void {
  app.setNotFoundHandler(async (request, reply) => refuse(request, reply, nowhere(request)));
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error instanceof RefusedRequest) return refuse(request, reply, error.refusal);
    const status = error.statusCode ?? 500;
    if (status >= 500) onFault(error, request.id);
    return reply.code(status).send(refusal(request, status, bodyBytes));
  });
}

/** The router answers these itself, before any hook. */
function answerBadUrl(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(400)
    .headers(headersOf(request))
    .send(failure(request, 'BAD_REQUEST', 'This is not a URL.'));
}

function refusal(request: FastifyRequest, status: number, bodyBytes: number) {
  switch (status) {
    case 413:
      return failure(request, 'PAYLOAD_TOO_LARGE', `The body may have ${bodyBytes} bytes at most.`);
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
