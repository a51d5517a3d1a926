import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import { AwsError } from './awsError.ts';
import { type CallBill, CallCounter } from './callBill.ts';
import { LocalClaimAuthority } from './claim.ts';
import { Connections } from './connections.ts';
import type { Choices, RandomSource } from './contract.ts';
import type { Fault, Latency, Quotas } from './dialFormats.ts';
import { contextOf, type Dispatcher, dispatch, type Outcome } from './dispatch.ts';
import { openJournal } from './durable.ts';
import { FaultList } from './faults.ts';
import { checkBind, checkRequest, type ListenerPolicy } from './listenerGuard.ts';
import { answerLocal, type Dials, LOCAL_PREFIX } from './localApi.ts';
import { errorAnswer, pathOf, type WireAnswer } from './protocol.ts';
import { randomSource } from './random.ts';
import { readRequestBody } from './requestBody.ts';
import { awsRules, defaultChoices, type Rules } from './rules.ts';
import type { Seed } from './seedFormat.ts';
import { Store } from './store.ts';
import { Throttle } from './throttle.ts';

/** Everything has a default: an empty object gives a control plane in memory on a free port. */
export interface ControlPlaneOptions {
  /** Default 127.0.0.1. Beyond loopback only with `allowRemote`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly allowRemote?: boolean;
  /** Names by which remote clients may call it, besides addresses and names without a dot. */
  readonly allowedHosts?: readonly string[];
  /** Keeps the state in this directory; without it, in memory. */
  readonly dataDir?: string;
  /** The demo fleet, or data of your own. One goes to a realm that holds nothing yet, or not at all. */
  readonly seeds?: readonly (Seed | 'demo')[];
  readonly clock?: Clock;
  /** Default: the system's randomness. */
  readonly random?: RandomSource;
  readonly quotas?: Quotas;
  readonly latency?: Latency;
  readonly faults?: readonly Fault[];
  readonly choices?: Partial<Choices>;
  /** Rules in place of AWS's own, by action. */
  readonly rules?: Partial<Rules>;
  /** How long `close` waits for running requests, in milliseconds. Default 5000. */
  readonly closeGraceMs?: number;
  /** Told of every failure that clients see as InternalFailureException. */
  readonly onInternalError?: (error: unknown, requestId: string) => void;
}

/** A control plane that listens. */
export interface ControlPlane {
  readonly url: string;
  readonly port: number;
  /** Calls by action since the start or the last reset. */
  calls(): CallBill;
  resetCalls(): void;
  /** Stops accepting, lets running requests finish, closes the store. May be called again. */
  close(): Promise<void>;
}

/** Requests have to arrive whole within these times. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 2000;

/**
 * Starts a local AWS IoT control plane. Rejects with RemoteListenError, DataDirectoryError, SeedError,
 * AwsError for a bad setting, or the listener's own error (`EADDRINUSE`, `EACCES`, ...).
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const policy: ListenerPolicy = {
    host: options.host ?? '127.0.0.1',
    allowRemote: options.allowRemote ?? false,
    allowedHosts: options.allowedHosts ?? [],
  };
  checkBind(policy);
  const clock = options.clock ?? systemClock;
  const dials = await makeDials(options, clock);
  const journal = options.dataDir === undefined ? undefined : await openJournal(options.dataDir);
  try {
    const store = await Store.open(journal);
    const closing = new AbortController();
    // Every call that waits on purpose listens.
    setMaxListeners(0, closing.signal);
    const parts: Dispatcher = {
      rules: { ...awsRules, ...options.rules },
      store,
      clock,
      dials,
      choices: { ...defaultChoices, ...options.choices },
      random: options.random ?? randomSource(),
      chance: randomSource(),
      claimAuthority: new LocalClaimAuthority(),
      closing: closing.signal,
    };
    await seed(options.seeds ?? [], parts);
    const server = makeServer(policy, parts, options.onInternalError ?? (() => undefined));
    const connections = new Connections(server);
    await listen(server, options.port ?? 0, policy.host);
    const shutDown = (): Promise<void> =>
      endServing(server, connections, parts, closing, options.closeGraceMs ?? 5000);
    return controlPlane(server, parts, policy.host, shutDown);
  } catch (error) {
    await journal?.close();
    throw error;
  }
}

async function makeDials(options: ControlPlaneOptions, clock: Clock): Promise<Dials> {
  const dials: Dials = {
    calls: new CallCounter(),
    faults: new FaultList(randomSource()),
    throttle: new Throttle(clock),
    latency: { minMs: 0, maxMs: 0 },
    storage: options.dataDir === undefined ? 'memory' : 'durable',
  };
  const { faults, latency, quotas } = options;
  if (faults === undefined && latency === undefined && quotas === undefined) return dials;
  const { faultsSchema, latencySchema, parse, quotasSchema } = await import('./dialFormats.ts');
  if (latency !== undefined) dials.latency = parse(latencySchema, latency, 'latency');
  if (faults !== undefined) dials.faults.faults = parse(faultsSchema, faults, 'faults');
  if (quotas !== undefined) dials.throttle.quotas = parse(quotasSchema, quotas, 'quotas');
  return dials;
}

async function seed(seeds: readonly (Seed | 'demo')[], parts: Dispatcher): Promise<void> {
  if (seeds.length === 0) return;
  const { applySeed } = await import('./seed.ts');
  for (const given of seeds) {
    const nowMs = parts.clock.nowMs();
    const demo = given === 'demo' ? await import('./seedDemo.ts') : undefined;
    const document = demo?.demoSeed(nowMs) ?? (await import('./parseSeed.ts')).parseSeed(given);
    const realm = { account: document.account, region: document.region };
    await parts.store.write(realm, (state) =>
      applySeed(document, contextOf(realm, nowMs, state, parts), demo?.demoOutlines()),
    );
  }
}

function makeServer(
  policy: ListenerPolicy,
  parts: Dispatcher,
  onInternalError: (error: unknown, requestId: string) => void,
): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 5_000,
    // Longer than clients keep idle connections: they close first, and never write into a close.
    keepAliveTimeout: 65_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // The guard answers a request without Host, with a typed error.
    requireHostHeader: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, policy, parts, onInternalError);
  });
  server.on('connect', (_request, socket: Duplex) => {
    refuseRaw(socket, new AwsError('UnknownOperationException', 'This is not a proxy.'));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    refuseRaw(socket, clientFault(error.code));
  });
  return server;
}

/** Never rejects: whatever happens becomes an answer or a closed connection. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  policy: ListenerPolicy,
  parts: Dispatcher,
  onInternalError: (error: unknown, requestId: string) => void,
): Promise<void> {
  const requestId = randomUUID();
  try {
    checkRequest(request, policy);
    const outcome = await answer(request, requestId, parts);
    finish(request, response, outcome, parts.closing);
  } catch (error) {
    // A client that left before its request was whole gets no answer, and is no failure of ours.
    if (!(error instanceof AwsError || request.errored)) onInternalError(error, requestId);
    if (request.errored || response.headersSent) request.socket.destroy();
    else
      finish(
        request,
        response,
        { kind: 'answer', answer: refusal(error, requestId) },
        parts.closing,
      );
  }
}

async function answer(
  request: IncomingMessage,
  requestId: string,
  parts: Dispatcher,
): Promise<Outcome> {
  const { method = 'GET', url: target = '/' } = request;
  const body = await readRequestBody(request);
  if (pathOf(target).startsWith(LOCAL_PREFIX)) {
    const value = await answerLocal(method, pathOf(target), body, parts.dials);
    const headers = { 'content-type': 'application/json', 'x-amzn-RequestId': requestId };
    return { kind: 'answer', answer: { status: 200, headers, body: JSON.stringify(value) } };
  }
  const { authorization } = request.headers;
  return dispatch({ method, target, body, authorization, requestId }, parts);
}

/** Unknown failures keep their text to themselves. */
function refusal(error: unknown, requestId: string): WireAnswer {
  if (error instanceof AwsError) return errorAnswer(error, requestId);
  return errorAnswer(new AwsError('InternalFailureException', 'Internal failure'), requestId);
}

function finish(
  request: IncomingMessage,
  response: ServerResponse,
  outcome: Outcome,
  closing: AbortSignal,
): void {
  const { socket } = request;
  switch (outcome.kind) {
    case 'answer': {
      const { status, headers, body } = outcome.answer;
      const incomplete = !request.complete;
      if (closing.aborted || incomplete) response.shouldKeepAlive = false;
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(body);
      return;
    }
    case 'close':
      socket.destroy();
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'hang': {
      const end = (): void => void socket.destroy();
      if (closing.aborted) end();
      closing.addEventListener('abort', end, { once: true });
      socket.once('close', () => closing.removeEventListener('abort', end));
    }
  }
}

function clientFault(code: string | undefined): AwsError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AwsError(
        'RequestHeaderFieldsTooLargeException',
        `The request headers must not be longer than ${MAX_HEADER_BYTES} bytes.`,
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AwsError('RequestTimeoutException', 'The request did not arrive in time.');
    default:
      return new AwsError('InvalidRequestException', 'This is not an HTTP request.');
  }
}

/** Answers where Node has parsed no request and so gives no response object. */
function refuseRaw(socket: Duplex, error: AwsError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = errorAnswer(error, randomUUID());
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function controlPlane(
  server: Server,
  parts: Dispatcher,
  host: string,
  shutDown: () => Promise<void>,
): ControlPlane {
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${urlHost(host)}:${port}`,
    port,
    calls: () => parts.dials.calls.bill(),
    resetCalls: () => parts.dials.calls.reset(),
    close: () => {
      closed ??= shutDown();
      return closed;
    },
  };
}

async function endServing(
  server: Server,
  connections: Connections,
  parts: Dispatcher,
  closing: AbortController,
  closeGraceMs: number,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  closing.abort();
  connections.closeIdle();
  const grace = new AbortController();
  const cut = parts.clock.sleep(closeGraceMs, grace.signal).then(
    () => connections.closeAll(),
    () => undefined,
  );
  await stopped;
  grace.abort();
  await cut;
  await parts.store.close();
}

/** The wildcard addresses are no place to call: loopback stands for them. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
