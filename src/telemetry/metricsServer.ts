import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import type { HttpLimits } from '../exposure/limits.ts';
import { createExposure } from '../exposure.ts';
import { failure, headersOf } from '../failure.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServer {
  /** Where it listens, for example http://127.0.0.1:9464. */
  readonly url: string;
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Names by which scrapers may call it, beside loopback's and the address it listens on. */
  readonly allowedHosts?: readonly string[];
  readonly clock: Clock;
}

/** Scrapers are few and quick. */
const LIMITS: Partial<HttpLimits> = {
  connections: 16,
  headerBytes: 8192,
  requestTimeoutMs: 5000,
};

/**
 * Serves `/metrics` and nothing else, as guarded as the gateway itself. Rejects with the system's
 * error when it cannot listen.
 */
export async function serveMetrics(
  metrics: Metrics,
  { host, port, allowedHosts = [], clock }: MetricsServerOptions,
): Promise<MetricsServer> {
  const { listeners, isOwnHost } = createExposure(
    { limits: LIMITS, allowedHosts },
    { host, clock },
  );
  const server = listeners.create((request, response) => {
    const id = randomUUID();
    for (const [name, value] of Object.entries(headersOf({ id }))) response.setHeader(name, value);
    // Browsers always name a host, and it is a browser that a foreign name can bring here.
    if (!isOwnHost(request.headers.host ?? 'localhost')) refuse(response, id, 421);
    else void answer(metrics, request, response, id);
  });
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
  id: string,
): Promise<void> {
  const isRead = method === 'GET' || method === 'HEAD';
  const isKnown = /^\/metrics(?:\?|$)/.test(url);
  if (!isRead || !isKnown) {
    refuse(response, id, isKnown ? 405 : 404);
    return;
  }
  try {
    send(response, 200, metrics.contentType, await metrics.text());
  } catch {
    refuse(response, id, 500);
  }
}

const REFUSALS = {
  404: { code: 'NOT_FOUND', message: 'There is nothing at this path; see /metrics.' },
  405: { code: 'METHOD_NOT_ALLOWED', message: 'This path takes GET, HEAD.' },
  421: {
    code: 'HOST_NOT_ALLOWED',
    message:
      'The Host header does not name this gateway; its operator can add names with IOTGW_ALLOWED_HOSTS.',
  },
  500: { code: 'INTERNAL_SERVER_ERROR', message: 'The metrics could not be read.' },
} as const;

function refuse(response: ServerResponse, id: string, status: keyof typeof REFUSALS): void {
  const { code, message } = REFUSALS[status];
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  const body = JSON.stringify(failure({ id }, code, message));
  send(response, status, 'application/json; charset=utf-8', body);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
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
