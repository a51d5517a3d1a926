import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { failure, headersOf } from '../failure.ts';
import { Connections } from './connections.ts';
import type { HttpLimits } from './limits.ts';
import type { TlsMaterial } from './tls.ts';

interface ListenerOptions {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  /** Set for TLS. */
  readonly tls: TlsMaterial | undefined;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** How often Node.js looks for requests that are late, at most. */
const CHECKING_INTERVAL_MS = 1_000;

/** The servers of one gateway; `localhost` may stand for two addresses, each with its own. */
export class Listeners {
  readonly #options: ListenerOptions;
  readonly #connections: Connections;
  readonly #renewals: Array<(tls: TlsMaterial) => void> = [];

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { limits, clock } = options;
    this.#connections = new Connections({ limits, clock, refusalText });
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Keeps the connection of an answer when others need one: its caller is known. */
  hold(response: ServerResponse): void {
    this.#connections.hold(response);
  }

  /** A server that does not listen yet and gives each request that is within the limits to `handle`. */
  create(handle: Handle): Server {
    const { limits, tls } = this.#options;
    const connections = this.#connections;
    const server =
      tls === undefined ? createServer(httpSettings(limits)) : this.#createSecure(limits, tls);
    // Node.js drops what is more without a word; one more is read to be seen and refused.
    server.maxHeadersCount = limits.headerCount + 1;
    server.timeout = limits.writeTimeoutMs;
    server.on('request', (request, response) => {
      if (connections.begin(request.socket, response)) handle(request, response);
    });
    server.on('checkExpectation', (request, response) => {
      if (connections.begin(request.socket, response)) refuseExpectation(response);
    });
    server.on('connect', (_request, socket) => refuseTunnel(socket as Socket));
    connections.watch(server, tls !== undefined);
    return server;
  }

  #createSecure(limits: HttpLimits, tls: TlsMaterial): Server {
    const server = createSecureServer({
      ...httpSettings(limits),
      ...secureSettings(tls),
      handshakeTimeout: limits.headersTimeoutMs,
    });
    this.#renewals.push((renewed) => server.setSecureContext(secureSettings(renewed)));
    return server;
  }

  /** New connections are made with these files; those that are open go on as they are. */
  renew(tls: TlsMaterial): void {
    for (const renew of this.#renewals) renew(tls);
  }
}

function httpSettings(limits: HttpLimits) {
  return {
    // Node.js refuses what has as many bytes as this.
    maxHeaderSize: limits.headerBytes + 1,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(
      CHECKING_INTERVAL_MS,
      Math.ceil(limits.headersTimeoutMs / 5),
    ),
    // The request guard answers what has none.
    requireHostHeader: false,
    // Whatever the process was started with.
    insecureHTTPParser: false,
  };
}

function secureSettings({ cert, key, clientCa }: TlsMaterial) {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2' as const,
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  };
}

function refuseExpectation(response: ServerResponse): void {
  const id = randomUUID();
  const body = JSON.stringify(
    failure({ id }, 'EXPECTATION_FAILED', 'The only expectation that can be met is 100-continue.'),
  );
  response.writeHead(417, {
    ...headersOf({ id }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}

function refuseTunnel(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.end(
    bareAnswer('405 Method Not Allowed', 'METHOD_NOT_ALLOWED', 'This is not a proxy.', {
      allow: '',
    }),
    () => socket.destroy(),
  );
}

/** An answer where Node.js could parse no request, and so gives no response to write it with. */
function refusalText(code: string): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return bareAnswer(
        '431 Request Header Fields Too Large',
        'HEADERS_TOO_LARGE',
        'Path and headers are too long; send a long operation with POST.',
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return bareAnswer(
        '413 Content Too Large',
        'PAYLOAD_TOO_LARGE',
        'The extensions of a chunk are too long.',
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return bareAnswer(
        '408 Request Timeout',
        'REQUEST_TIMEOUT',
        'The request did not arrive in time.',
      );
    default:
      return bareAnswer('400 Bad Request', 'BAD_REQUEST', 'This is not an HTTP request.');
  }
}

function bareAnswer(
  status: string,
  code: string,
  message: string,
  extra: Readonly<Record<string, string>> = {},
): string {
  const id = randomUUID();
  const body = JSON.stringify(failure({ id }, code, message));
  const headers = {
    ...headersOf({ id }),
    ...extra,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
