import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What becomes of a request that comes to the proxy. */
export type ProxyFault =
  | { readonly kind: 'pass' }
  /** Passed on; the answer comes back otherwise. */
  | { readonly kind: 'rewrite'; readonly rewrite: (answer: Record<string, unknown>) => unknown }
  /** No answer ever, on a connection that stays open. */
  | { readonly kind: 'hang' }
  /** The connection breaks instead of an answer. */
  | { readonly kind: 'reset' }
  /** The connection breaks in the middle of the body. */
  | { readonly kind: 'cut' }
  /** Headers and the first half of a body, and then nothing more. */
  | { readonly kind: 'stall' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
}

/** Stands between the gateway and the control plane, with sockets of its own, and lets go wrong what may. */
export interface FaultProxy {
  readonly url: string;
  /** What happens to requests from now on; at first all are passed on. */
  set(fault: ProxyFault | ((seen: SeenRequest) => ProxyFault)): void;
  /** The requests since the last `reset`. */
  readonly seen: readonly SeenRequest[];
  /** Connections accepted since the last `reset`. */
  readonly connections: number;
  /** Requests whose client left before they were answered, since the last `reset`. */
  readonly left: number;
  reset(): void;
  /** Nobody listens any more, until `up`; connections break. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const HTML = '<!doctype html><title>502 Bad Gateway</title>';
const PASS: ProxyFault = { kind: 'pass' };

/** A fault that a proxy on the way would answer with. */
export const HTML_ANSWER: ProxyFault = {
  kind: 'answer',
  status: 200,
  body: HTML,
  headers: { 'content-type': 'text/html' },
};

export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let decide: (seen: SeenRequest) => ProxyFault = () => PASS;
  let seen: SeenRequest[] = [];
  let connections = 0;
  let left = 0;
  const server = createServer((incoming, response) => {
    const one = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      host: incoming.headers.host ?? '',
    };
    seen.push(one);
    response.once('close', () => {
      if (!response.writableFinished) left += 1;
    });
    act(decide(one), incoming, response, { hostname, port });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  const down = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    set(fault) {
      decide = typeof fault === 'function' ? fault : () => fault;
    },
    get seen() {
      return seen;
    },
    get connections() {
      return connections;
    },
    get left() {
      return left;
    },
    reset() {
      seen = [];
      connections = 0;
      left = 0;
    },
    down,
    up: () => listen(own),
    async close() {
      if (server.listening) await down();
    },
  };
}

type Target = { readonly hostname: string; readonly port: string };

function act(
  fault: ProxyFault,
  incoming: IncomingMessage,
  response: ServerResponse,
  target: Target,
): void {
  incoming.on('error', () => undefined);
  response.on('error', () => undefined);
  switch (fault.kind) {
    case 'pass':
      forward(incoming, response, target, (body) => body);
      return;
    case 'rewrite':
      forward(incoming, response, target, (body) =>
        JSON.stringify(fault.rewrite(JSON.parse(body))),
      );
      return;
    case 'hang':
      incoming.resume();
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'cut':
      begin(response);
      response.write('{"certificates":[', () => response.destroy());
      return;
    case 'stall':
      begin(response);
      response.write('{"certificates":[');
      return;
    case 'answer':
      incoming.resume();
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(fault.body);
  }
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
}

function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  { hostname, port }: Target,
  change: (body: string) => string,
): void {
  const { method, url, headers } = incoming;
  const outgoing = request({ hostname, port, method, path: url, headers }, (answer) => {
    let body = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      body += chunk;
    });
    answer.on('end', () => {
      const { 'content-length': _length, ...own } = answer.headers;
      response.writeHead(answer.statusCode ?? 500, own);
      response.end(change(body));
    });
    answer.on('error', () => response.destroy());
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

/** A server that only counts who connects to it: nobody may. */
export async function startTrap(): Promise<{
  readonly url: string;
  readonly visits: number;
  close(): Promise<void>;
}> {
  let visits = 0;
  const server = createServer((_request, response) => response.end());
  server.on('connection', () => {
    visits += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get visits() {
      return visits;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Sends a request and leaves once `when` resolves, before any answer. */
export async function askAndLeave(
  url: string,
  query: string,
  when: () => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ query });
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await when();
  socket.destroy();
}

/** Turns the event loop until a condition holds; the test's own time bounds it. */
export async function until(condition: () => boolean, step: () => void = () => {}): Promise<void> {
  while (!condition()) {
    step();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
