import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { namesTag } from './etag.ts';
import { isLoopbackHost } from './exposure/hostGuard.ts';
import { pathOf } from './paths.ts';

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
    let files: Promise<PageFiles> | undefined;
    /** Read when the page is asked for first: most who start a gateway come for GraphQL. */
    const open = (): Promise<PageFiles> => {
      files ??= readPage(directory).catch((error) => {
        files = undefined;
        throw error;
      });
      return files;
    };
    for (const url of ['/', '/assets/*']) {
      page.route({
        method: ['GET', 'HEAD'],
        url,
        handler: async (request, reply) => answer(await open(), request, reply),
      });
    }
  });
}

/** One way to send a file. */
interface Copy {
  readonly coding: Coding;
  readonly body: Buffer;
  readonly etag: string;
}

interface PageFile {
  readonly contentType: string;
  readonly cacheControl: string;
  /** The smallest first, the file as it is last. */
  readonly copies: readonly Copy[];
}

/** By the paths that they are asked for with; a path that is not among them leads nowhere. */
type PageFiles = ReadonlyMap<string, PageFile>;

/** What the build writes beside a file, the smallest first. */
const ENDINGS = { br: '.br', gzip: '.gz', identity: '' } as const;
type Coding = keyof typeof ENDINGS;
const CODINGS = Object.keys(ENDINGS) as readonly Coding[];

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'application/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/**
 * Reads the page whole, some 10 MB: answers share its bytes, so that a client that leaves them unread
 * holds neither a file nor memory.
 */
async function readPage(directory: string): Promise<PageFiles> {
  const assets = path.join(directory, 'assets');
  const names = (await readdir(assets, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/^\.|\.(?:br|gz)$/.test(entry.name))
    .map(({ name }) => name);
  const files = await Promise.all([
    readPageFile(path.join(directory, 'index.html'), 'no-cache'),
    ...names.map((name) =>
      readPageFile(path.join(assets, name), 'public, max-age=31536000, immutable'),
    ),
  ]);
  const paths = ['/', ...names.map((name) => `/assets/${name}`)];
  return new Map(files.map((file, place) => [paths[place] ?? '', file]));
}

async function readPageFile(file: string, cacheControl: string): Promise<PageFile> {
  const copies = await Promise.all(CODINGS.map((coding) => readCopy(file, coding)));
  return {
    contentType: TYPES[path.extname(file)] ?? 'application/octet-stream',
    cacheControl,
    copies: copies.filter((copy) => copy !== undefined),
  };
}

/** Undefined where the build made no such copy, as of small files. */
async function readCopy(file: string, coding: Coding): Promise<Copy | undefined> {
  try {
    const body = await readFile(file + ENDINGS[coding]);
    const digest = createHash('sha256').update(body).digest('base64url');
    return { coding, body, etag: `"${digest.slice(0, 27)}"` };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && coding !== 'identity') return undefined;
    throw error;
  }
}

function answer(files: PageFiles, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const file = files.get(pathOf(request.url));
  const copy = file && copyFor(file, request);
  if (file === undefined || copy === undefined) {
    reply.callNotFound();
    return reply;
  }
  const { coding, body, etag } = copy;
  reply.headers({ 'cache-control': file.cacheControl, etag, vary: 'accept-encoding' });
  if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  reply.headers({ 'content-type': file.contentType, 'content-length': body.length });
  if (coding !== 'identity') reply.header('content-encoding', coding);
  return request.method === 'HEAD' ? reply.send() : reply.send(Readable.from(piecesOf(body)));
}

/** What the types of the package do not tell yet: the order of what a client likes equally well. */
interface Preferring {
  encodings(available: string[], options: { readonly preferred: readonly string[] }): string[];
}

/** The smallest that the client likes best; the file as it is when it likes none. */
function copyFor({ copies }: PageFile, { headers }: FastifyRequest): Copy | undefined {
  const negotiator: Preferring = new Negotiator({ headers });
  const codings = copies.map(({ coding }) => coding);
  const [liked] = negotiator.encodings(codings, { preferred: CODINGS });
  return copies.find(({ coding }) => coding === liked) ?? copies.at(-1);
}

/** As many bytes as may lie encrypted in memory for a client that does not read them. */
const PIECE_BYTES = 64 * 1024;

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let here = 0; here < body.length; here += PIECE_BYTES) {
    yield body.subarray(here, here + PIECE_BYTES);
  }
}
