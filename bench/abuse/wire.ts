import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a server listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What came back; status 0 means no whole answer, with the reason as its text. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly ms: number;
}

export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. */
  readonly body?: unknown;
  /** Sent one after the other instead of a body, without a Content-Length. */
  readonly chunks?: Iterable<Buffer>;
  readonly waitMs?: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request on a connection of its own. Never rejects. */
export function send({ host, port }: Place, wanted: Request): Promise<Reply> {
  const {
    method = 'POST',
    path = '/graphql',
    headers = {},
    body,
    chunks,
    waitMs = 10_000,
  } = wanted;
  const bytes = bytesOf(body);
  const startMs = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, text: string, back: IncomingHttpHeaders = {}): void => {
      clearTimeout(late);
      resolve({ status, headers: back, text, ms: performance.now() - startMs });
      setImmediate(() => sent.destroy());
    };
    const sent = request({ host, port, method, path, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        end(response.statusCode ?? 0, Buffer.concat(parts).toString(), response.headers),
      );
      response.on('error', (error: NodeJS.ErrnoException) => end(0, `cut: ${error.code}`));
    });
    const late = setTimeout(() => end(0, `no answer in ${waitMs} ms`), waitMs);
    sent.on('error', (error: NodeJS.ErrnoException) => end(0, error.code ?? error.message));
    const isJson = bytes !== undefined && !hasType(headers);
    for (const [name, value] of Object.entries({ ...(isJson ? JSON_TYPE : {}), ...headers })) {
      if (value !== undefined) sent.setHeader(name, value);
    }
    if (chunks !== undefined) void pour(chunks, sent);
    else sent.end(bytes);
  });
}

const hasType = (headers: OutgoingHttpHeaders): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');

function bytesOf(body: unknown): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
}

async function pour(chunks: Iterable<Buffer>, sent: ReturnType<typeof request>): Promise<void> {
  for (const chunk of chunks) {
    if (sent.destroyed || sent.writableEnded) return;
    if (!sent.write(chunk)) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          sent.off('drain', go);
          sent.off('close', go);
          resolve();
        };
        sent.on('drain', go);
        sent.on('close', go);
      });
    }
  }
  if (!sent.destroyed) sent.end();
}

/** Opens a bare connection; it swallows its errors. */
export function open({ host, port }: Place): Socket {
  const socket = connect({ host, port, noDelay: true });
  socket.on('error', () => undefined);
  return socket;
}

/** What a bare connection says in answer to these bytes, until it closes or the time is over. */
export function exchange(place: Place, bytes: string | Buffer, waitMs = 3000): Promise<string> {
  return new Promise((resolve) => {
    const socket = open(place);
    let said = '';
    const end = (): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(said);
    };
    const late = setTimeout(end, waitMs);
    socket.on('data', (part) => {
      said += part.toString('latin1');
    });
    socket.on('close', end);
    socket.write(bytes);
  });
}

/** Waits until all connections are closed; tells how many are still open when the time is over. */
export async function untilClosed(sockets: readonly Socket[], waitMs: number): Promise<number> {
  const endMs = performance.now() + waitMs;
  const left = (): number => sockets.filter((socket) => !socket.closed).length;
  while (left() > 0 && performance.now() < endMs) await sleep(100);
  return left();
}

/** The head of a request as text, without the empty line that ends it. */
export function head(
  { host, port }: Place,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const all = { host: `${host}:${port}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}`;
}
