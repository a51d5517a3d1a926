import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerPage } from '../src/page.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Served {
  readonly app: FastifyInstance;
  readonly port: number;
  /** Sends the path exactly as written: fetch() would resolve `..` before it is sent. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
}

async function serve(directory: string): Promise<Served> {
  const app = Fastify();
  registerPage(app, { directory });
  app.get('/other', async () => 'other');
  const origin = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const get: Served['get'] = (target, headers = {}, method = 'GET') =>
    new Promise((resolve, reject) => {
      const { hostname, port } = origin;
      const sent = request({ hostname, port, path: target, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode, headers } = response;
          resolve({ status: statusCode ?? 0, headers, body: Buffer.concat(chunks) });
        });
      });
      sent.on('error', reject);
      sent.end();
    });
  return { app, port: Number(origin.port), get };
}

/** The files in a folder that this process holds open. */
async function openFiles(folder: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(
    // The one that the folder was read with is gone.
    descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(folder));
}

const script = `console.log(${JSON.stringify('long enough to be compressed. '.repeat(100))});`;
const html =
  '<!doctype html><title>page</title><script type="module" src="./assets/a.js"></script>';
/** More than the system keeps for a socket that is not read. */
const large = Buffer.alloc(24 * 1024 * 1024, 'large ');
const secret = 'outside of the page';

let folder: string;
let served: Served;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'page-'));
  const directory = path.join(folder, 'web');
  const assets = path.join(directory, 'assets');
  await mkdir(assets, { recursive: true });
  await Promise.all([
    writeFile(path.join(folder, 'secret.txt'), secret),
    writeFile(path.join(directory, 'index.html'), html),
    writeFile(path.join(directory, 'licenses.md'), 'beside the page'),
    writeFile(path.join(assets, 'a.js'), script),
    writeFile(path.join(assets, 'a.js.br'), brotliCompressSync(script)),
    writeFile(path.join(assets, 'a.js.gz'), gzipSync(script)),
    writeFile(path.join(assets, 'large.js'), large),
    writeFile(path.join(assets, 'small.css'), 'p{}'),
    writeFile(path.join(assets, 'icon.svg'), '<svg/>'),
    writeFile(path.join(assets, 'font.ttf'), 'font'),
  ]);
  served = await serve(directory);
});

afterAll(async () => {
  await served.app.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the page', () => {
  test('is revalidated on every visit and carries the security headers', async () => {
    const { status, headers, body } = await served.get('/');
    expect(status).toBe(200);
    expect(body.toString()).toBe(html);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-eval');
  });

  test('is answered 304 while unchanged', async () => {
    const first = await served.get('/');
    const etag = first.headers.etag ?? '';
    expect(etag).not.toBe('');
    const again = await served.get('/', { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect(again.headers['cache-control']).toBe('no-cache');
    expect((await served.get('/', { 'if-none-match': '"another"' })).status).toBe(200);
  });

  test('answers HEAD with the headers alone', async () => {
    const { status, headers, body } = await served.get('/', {}, 'HEAD');
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(Buffer.byteLength(html)));
    expect(body).toHaveLength(0);
  });

  test('leaves the headers of other routes alone', async () => {
    const { headers } = await served.get('/other');
    expect(headers['content-security-policy']).toBeUndefined();
  });
});

describe('assets', () => {
  test.each([
    ['a.js', 'application/javascript; charset=utf-8'],
    ['small.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
    ['font.ttf', 'font/ttf'],
  ])('%s is %s, immutable for a year', async (name, type) => {
    const { status, headers } = await served.get(`/assets/${name}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.2, gzip;q=0.8', 'gzip'],
    ['gzip;q=0, br;q=0', undefined],
    ['identity', undefined],
    ['zstd', undefined],
    ['*;q=0', undefined],
    ['', undefined],
  ])('Accept-Encoding %p is answered with %p', async (accepted, encoding) => {
    const { status, headers, body } = await served.get('/assets/a.js', {
      'accept-encoding': accepted,
    });
    expect(status).toBe(200);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-type']).toBe('application/javascript; charset=utf-8');
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers.vary?.toLowerCase()).toBe('accept-encoding');
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ''];
    expect((decode?.(body) ?? body).toString()).toBe(script);
  });

  test('a file without a compressed copy is sent as it is', async () => {
    const { headers, body } = await served.get('/assets/small.css', { 'accept-encoding': 'br' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.toString()).toBe('p{}');
  });

  test('each encoding has an entity tag of its own, and 304 names what it depends on', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(
        async (accepted) =>
          (await served.get('/assets/a.js', { 'accept-encoding': accepted })).headers.etag ?? '',
      ),
    );
    expect(new Set(tags).size).toBe(3);
    const [etag = ''] = tags;
    const again = await served.get('/assets/a.js', {
      'accept-encoding': 'br',
      'if-none-match': etag,
    });
    expect(again.status).toBe(304);
    expect(again.headers.vary?.toLowerCase()).toBe('accept-encoding');
    expect(again.headers['cache-control']).toContain('immutable');
  });

  test('HEAD describes the compressed copy', async () => {
    const { headers, body } = await served.get('/assets/a.js', { 'accept-encoding': 'br' }, 'HEAD');
    expect(headers['content-encoding']).toBe('br');
    expect(headers['content-length']).toBe(String(brotliCompressSync(script).length));
    expect(body).toHaveLength(0);
  });

  test.each([
    '/assets/missing.js',
    '/assets/',
    '/assets',
    '/assets/.hidden',
    '/licenses.md',
    '/index.html.br',
    '/assets/../licenses.md',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/..\\..\\secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%252e%252e/licenses.md',
    '/assets//etc/passwd',
    '/assets/a.js%00.css',
    '/assets/%00',
    '/assets/a.js.br',
    '/assets/%61.js',
  ])('%s is not there', async (target) => {
    for (const accepted of ['identity', 'br']) {
      const { status, body } = await served.get(target, { 'accept-encoding': accepted });
      expect(status).toBe(404);
      expect(body.toString()).not.toContain(secret);
      expect(body.toString()).not.toContain(folder);
    }
  });

  test('a large one comes whole', async () => {
    const { headers, body } = await served.get('/assets/large.js');
    expect(headers['content-length']).toBe(String(large.length));
    expect(body.equals(large)).toBe(true);
  });

  // Other systems do not tell what a process holds open.
  (process.platform === 'linux' ? test : test.skip)(
    'hold no file open for clients that leave them unread, nor afterwards',
    async () => {
      const clients = await Promise.all(
        Array.from(
          { length: 10 },
          () =>
            new Promise<Socket>((resolve, reject) => {
              const socket = connect(served.port, '127.0.0.1');
              socket.on('error', reject);
              socket.once('readable', () => resolve(socket));
              socket.write('GET /assets/large.js HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(5));
            }),
        ),
      );
      expect(await openFiles(folder)).toEqual([]);
      const left = clients.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of clients) socket.destroy();
      await Promise.all(left);
      expect((await served.get('/assets/small.css')).status).toBe(200);
      expect(await openFiles(folder)).toEqual([]);
    },
  );

  test('nothing but GET and HEAD', async () => {
    expect((await served.get('/', {}, 'POST')).status).toBe(404);
    expect((await served.get('/assets/a.js', {}, 'DELETE')).status).toBe(404);
  });
});

describe('a page that cannot be read', () => {
  test('is read again when it is asked for again', async () => {
    const directory = path.join(folder, 'half');
    await mkdir(directory);
    await writeFile(path.join(directory, 'index.html'), html);
    const half = await serve(directory);
    try {
      expect((await half.get('/')).status).toBe(500);
      await mkdir(path.join(directory, 'assets'));
      expect((await half.get('/')).status).toBe(200);
    } finally {
      await half.app.close();
    }
  });
});

describe('without a built page', () => {
  test('/ says how to build it', async () => {
    const unbuilt = await serve(path.join(folder, 'no-such-folder'));
    try {
      const { status, headers, body } = await unbuilt.get('/');
      expect(status).toBe(503);
      expect(headers['content-type']).toContain('text/plain');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(body.toString()).toContain('npm run build');
      expect((await unbuilt.get('/assets/a.js')).status).toBe(404);
    } finally {
      await unbuilt.app.close();
    }
  });
});

describe('a page whose files cannot be opened', () => {
  test('is an error until they can be, and can always be closed', async () => {
    const directory = path.join(folder, 'broken');
    const assets = path.join(directory, 'assets');
    await mkdir(directory);
    await writeFile(path.join(directory, 'index.html'), html);
    await writeFile(assets, 'not a directory');
    const broken = await serve(directory);
    const other = await serve(directory);
    expect((await other.get('/')).status).toBe(500);
    await expect(other.app.close()).resolves.toBeUndefined();
    expect((await broken.get('/')).status).toBe(500);
    await rm(assets);
    await mkdir(assets);
    expect((await broken.get('/')).status).toBe(200);
    await broken.app.close();
  });
});
