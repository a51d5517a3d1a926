import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

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
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const notBuilt =
  'The page of this gateway is not built. Run `npm run build` and start the gateway again.\n' +
  'The GraphQL endpoint is /graphql and works without the page.\n';

/**
 * Serves the built page: `/` and, immutable for a year, `/assets/*`, each in the smallest copy that
 * the client accepts. `directory` is an absolute path; when it holds no page, `/` answers 503 with
 * a line that says how to build it.
 */
export function registerPage(app: FastifyInstance, options: { directory: string }): void {
  const { directory } = options;
  app.register(async (page) => {
    page.addHook('onRequest', async (_request, reply) => {
      reply.headers(securityHeaders);
    });
    if (!existsSync(path.join(directory, 'index.html'))) {
      page.get('/', async (_request, reply) =>
        reply.code(503).header('cache-control', 'no-store').type('text/plain').send(notBuilt),
      );
      return;
    }
    await page.register(fastifyStatic, {
      root: path.join(directory, 'assets'),
      prefix: '/assets/',
      index: false,
      dotfiles: 'ignore',
      preCompressed: true,
      immutable: true,
      maxAge: '1y',
    });
    page.get('/', async (_request, reply) => {
      reply.header('cache-control', 'no-cache');
      return reply.sendFile('index.html', directory, { cacheControl: false });
    });
  });
}
