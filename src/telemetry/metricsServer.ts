import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface MetricsServer {
  /** Where it listens, for example http://127.0.0.1:9464. */
  readonly url: string;
  close(): Promise<void>;
}

/** Scrapers are few and quick. */
const MAX_CONNECTIONS = 16;
const HEADERS_TIMEOUT_MS = 5000;
const MAX_HEADER_BYTES = 8192;

/** Serves `/metrics` and nothing else. Rejects with the system's error when it cannot listen. */
export async function serveMetrics(
  metrics: Metrics,
  host: string,
  port: number,
): Promise<MetricsServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => void answer(metrics, request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A scraper keeps no gateway alive.
  server.unref();
  return { url: urlOf(server), close: () => closed(server) };
}

async function answer(
  metrics: Metrics,
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isRead = method === 'GET' || method === 'HEAD';
  const isKnown = /^\/metrics(?:\?|$)/.test(url);
  if (!isRead || !isKnown) {
    refuse(response, isKnown ? 405 : 404);
    return;
  }
  try {
    send(response, 200, metrics.contentType, await metrics.text());
  } catch {
    refuse(response, 500);
  }
}

const REFUSALS = {
  404: { code: 'NOT_FOUND', message: 'There is nothing at this path; see /metrics.' },
  405: { code: 'METHOD_NOT_ALLOWED', message: 'This path takes GET, HEAD.' },
  500: { code: 'INTERNAL_SERVER_ERROR', message: 'The metrics could not be read.' },
} as const;

function refuse(response: ServerResponse, status: keyof typeof REFUSALS): void {
  const { code, message } = REFUSALS[status];
  const error = { message, extensions: { code, retryable: false } };
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  send(response, status, 'application/json; charset=utf-8', JSON.stringify({ errors: [error] }));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
