import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Graph } from './graph/execution.ts';
import { registerPage } from './page.ts';

/** The largest request body, in bytes. */
const BODY_LIMIT = 256 * 1024;

export interface HttpOptions {
  readonly graph: Graph;
  /** The text of schema.graphql, as served. */
  readonly sdl: string;
  /** The built page. */
  readonly pageDirectory: string;
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/** Whether the gateway takes new work; `/readyz` says it, so that load balancers turn away. */
export interface Readiness {
  state: 'ready' | 'draining';
}

/** The gateway's HTTP surface; not listening yet. */
export function createHttp(options: HttpOptions, readiness: Readiness): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
  });
  readJsonBodies(app);
  answerErrors(app, options.onFault);

  const answer = (request: FastifyRequest, reply: FastifyReply) =>
    answerGraphql(options.graph, request, reply);
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler: answer });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: async (_request, reply) =>
      reply
        .code(405)
        .header('allow', 'GET, HEAD, POST')
        .send(failure('METHOD_NOT_ALLOWED', 'Use POST or GET on /graphql.')),
  });
  app.get('/schema.graphql', async (_request, reply) =>
    reply.type('application/graphql; charset=utf-8').send(options.sdl),
  );
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    reply.code(readiness.state === 'ready' ? 200 : 503).send({ status: readiness.state }),
  );
  registerPage(app, { directory: options.pageDirectory });
  return app;
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
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const [, search = ''] = request.url.split(/(?=\?)/, 2);
  const answer = await graph.server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search, body: request.body },
    context: async () => graph.createContext(request.id),
  });
  return send(reply, answer);
}

function send(reply: FastifyReply, { status, headers, body }: HTTPGraphQLResponse): FastifyReply {
  reply.code(status ?? 200);
  for (const [name, value] of headers) reply.header(name, value);
  return reply.send(body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator));
}

/** Every answer of the API is JSON, the refusals too. */
function answerErrors(app: FastifyInstance, onFault: HttpOptions['onFault']): void {
  app.setNotFoundHandler(async (request, reply) =>
    reply.code(404).send(failure('NOT_FOUND', `There is nothing at ${request.method} here.`)),
  );
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onFault(error, request.id);
    return reply.code(status).send(refusal(status));
  });
}

function refusal(status: number) {
  switch (status) {
    case 413:
      return failure('PAYLOAD_TOO_LARGE', `The body may have ${BODY_LIMIT} bytes at most.`);
    case 415:
      return failure('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    default:
      return status < 500
        ? failure('BAD_REQUEST', 'The body must be a JSON object with a `query`.')
        : failure('INTERNAL_SERVER_ERROR', 'The gateway failed; its log has the request id.');
  }
}

function failure(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}
