import { existsSync } from 'node:fs';
import path from 'node:path';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isLoopbackHost } from './exposure/hostGuard.ts';

/**
 * The page loads nothing from elsewhere and has no inline script. Its editor (Monaco) sets styles
 * from script, hence `unsafe-inline` for styles alone; its workers are files under /assets/.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const notBuilt =
  'The page of this gateway is not built. Run `npm run build` and start the gateway again.\n' +
  'The GraphQL endpoint is /graphql and works without the page.\n';

/** For a year no browser asks this host in the clear. */
const strictTransport = { 'strict-transport-security': 'max-age=31536000' };

interface PageOptions {
  readonly directory: string;
  /** Whether it is served by TLS. */
  readonly isSecure?: boolean;
}

/**
 * Serves the built page: `/` and, immutable for a year, `/assets/*`, each in the smallest copy that
 * the client accepts. `directory` is an absolute path; when it holds no page, `/` answers 503 with
 * a line that says how to build it.
 */
export function registerPage(
  app: FastifyInstance,
  { directory, isSecure = false }: PageOptions,
): void {
  app.register(async (page) => {
    page.addHook('onRequest', async ({ headers }, reply) => {
      reply.headers(securityHeaders);
      // On loopback it would hold for whatever else listens there.
      if (isSecure && !isLoopbackHost(headers.host ?? '')) reply.headers(strictTransport);
    });
    if (!existsSync(path.join(directory, 'index.html'))) {
      page.get('/', async (_request, reply) =>
        reply.code(503).header('cache-control', 'no-store').type('text/plain').send(notBuilt),
      );
      return;
    }
    let files: Promise<FastifyInstance> | undefined;
    const open = (): Promise<FastifyInstance> => {
      files ??= openFiles(directory).catch((error) => {
        // The next request tries again.
        files = undefined;
        throw error;
      });
      return files;
    };
    page.addHook('onClose', async () => {
      const opened = await files?.catch(() => undefined);
      await opened?.close();
    });
    for (const url of ['/', '/assets/*']) {
      page.route({
        method: ['GET', 'HEAD'],
        url,
        handler: async (request, reply) => passOn(await open(), request, reply),
      });
    }
  });
}

/**
 * What serves the files. It listens nowhere and is opened by the first request for the page: to load
 * it takes a part of the start that nobody waits for who comes for GraphQL.
 */
async function openFiles(directory: string): Promise<FastifyInstance> {
  const { default: fastifyStatic } = await import('@fastify/static');
  const files = fastify();
  await files.register(fastifyStatic, {
    root: path.join(directory, 'assets'),
    prefix: '/assets/',
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
  files.get('/', async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return reply.sendFile('index.html', directory, { cacheControl: false });
  });
  return files;
}

/** They belong to a connection, and the files have none. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'date', 'transfer-encoding']);

async function passOn(
  files: FastifyInstance,
  { method, raw, headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = await files.inject({
    method: method === 'HEAD' ? 'HEAD' : 'GET',
    url: raw.url ?? '/',
    headers,
    payloadAsStream: true,
  });
  const { statusCode } = found;
  if (statusCode === 404) {
    reply.callNotFound();
    return reply;
  }
  if (statusCode >= 400) throw Object.assign(new Error('The file was refused.'), { statusCode });
  for (const [name, value] of Object.entries(found.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) reply.header(name, value);
  }
  reply.code(statusCode);
  return method === 'HEAD' || statusCode === 304 ? reply.send() : reply.send(found.stream());
}
