import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireLoopback } from './auth/loopback.ts';
import { type AuthOptions, createAuthenticate } from './auth.ts';
import type { Clock } from './clock.ts';
import { type ExposureOptions, openExposure } from './exposure.ts';
import { createGraph, type Graph } from './graph/execution.ts';
import type { IntrospectionMode } from './graph/introspection.ts';
import type { QueryLimits } from './graph/queryLimits.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { ChangeJournal } from './journal/changeJournal.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { RateLimiter, type RatePolicy } from './rateLimit.ts';
import { type BucketState, Limiter } from './upstream/limiter.ts';
import { type Permits, unlimitedPermits } from './upstream/permits.ts';
import { QUOTAS, type Quotas } from './upstream/quotas.ts';
import { credentialsProblem, requireRegion } from './upstream/targetCheck.ts';
import { createUpstream, type Target, type Upstream } from './upstream/upstream.ts';
import { finish, Workload } from './workload.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Which credentials callers need; unset: none, which is refused beyond loopback. */
  readonly auth?: AuthOptions;
  /** How it shows itself to the network; the usual limits, no other origins, no TLS unless set. */
  readonly exposure?: ExposureOptions;
  readonly target: Target;
  readonly clock: Clock;
  /** The part of AWS's quotas to use, more than 0 and at most 1; unset: the target has no quotas. */
  readonly quotaShare?: number;
  /** What AWS allows; what it publishes unless told otherwise. */
  readonly quotas?: Quotas;
  /** The most AWS calls that one operation may cost. Default 200. */
  readonly costMax?: number;
  /** How long an operation may take, in milliseconds. Default 30,000. */
  readonly deadlineMs?: number;
  /** What one operation's text and variables may ask for; unset: the usual limits. */
  readonly query?: QueryLimits;
  /** Who may read the schema. Default everybody. */
  readonly introspection?: IntrospectionMode;
  /** The only documents to take, by their hashes; unset: any. */
  readonly documents?: Readonly<Record<string, string>>;
  /** What each caller may spend; unset: no limit. */
  readonly rate?: RatePolicy;
  /** How much may be kept in memory of what AWS answered, in bytes. Default 64 MiB. */
  readonly memoryBytes?: number;
  /**
   * Where the gateway keeps its own records, in the subdirectory `gateway`; unset: in memory. It
   * belongs to one gateway at a time.
   */
  readonly dataDir?: string;
  /** How much the journal of changes may hold, in bytes. Default 32 MiB. */
  readonly journalBytes?: number;
  /**
   * How long it goes on to refuse requests once nothing runs any more, in milliseconds: clients that
   * keep connections learn so that they are to close them, and none is cut with a request on its way.
   * Default 0.
   */
  readonly lingerMs?: number;
  /** Hears of every fault of the gateway, with the id of the request it happened in. */
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

const DEFAULTS = {
  memoryBytes: 64 * 1024 * 1024,
  journalBytes: 32 * 1024 * 1024,
  costMax: 200,
  deadlineMs: 30_000,
};

/** What a ledger in memory may hold beside the journal of changes. */
const RECORDS_BYTES = 64 * 1024 * 1024;

/** How the memory is shared out; compiled queries take 48 KiB each, parsed ones count as compiled. */
const SHARES = { cache: 5 / 8, memo: 1 / 8, nodeTexts: 1 / 8, compiled: 1 / 8 };

/** AWS's quotas hold for what answers as AWS does; a control plane without quotas needs none. */
function permitsOf({ quotaShare, quotas = QUOTAS, clock }: GatewayOptions): Permits {
  return quotaShare === undefined
    ? unlimitedPermits
    : new Limiter({ clock, quotas, share: quotaShare });
}

/** A gateway that listens. */
export interface Gateway {
  /** Where it listens, for example http://127.0.0.1:4000. */
  readonly url: string;
  /**
   * Turns new work away, lets running operations finish for at most 25 seconds, ends what still
   * waits for AWS with UPSTREAM_TIMEOUT, and stops, all within 30 seconds. May be called again.
   */
  drain(): Promise<void>;
  /**
   * Reads the files of TLS again, for new connections. With files that are no good it goes on with
   * the old ones, and `onFault` hears of it.
   */
  reloadTls(): Promise<void>;
  /** How things stand now; costs nothing until it is asked. */
  state(): GatewayState;
}

export interface GatewayState {
  /** Each action's permits; empty where the target has no quotas. */
  readonly permits: readonly BucketState[];
  /** What is kept in memory, in bytes. */
  readonly bytes: Readonly<
    Record<'cache' | 'memo' | 'nodeTexts' | 'readings' | 'compiled' | 'documents', number>
  >;
  /** Nodes whose text was at hand, since the start. */
  readonly nodeTextsShown: number;
}

function stateOf(
  { permits, door }: Upstream,
  { memo, nodeTexts, readings, compiled, documents }: Graph,
): GatewayState {
  return {
    permits: permits.state(),
    bytes: {
      cache: door.cache.bytes,
      memo: memo.bytes,
      nodeTexts: nodeTexts.bytes,
      readings: readings.bytes,
      compiled: compiled.bytes,
      documents: documents.bytes,
    },
    nodeTextsShown: nodeTexts.found,
  };
}

/** The text of schema.graphql; it lies beside `src` and beside `dist`. */
export function readSchemaText(): Promise<string> {
  return readFile(new URL('../schema.graphql', import.meta.url), 'utf8');
}

/**
 * Builds the gateway from its parts and listens. Rejects with AuthError when anybody could call it
 * from elsewhere, with DataDirectoryError when its records cannot be opened, with the system's error
 * when it cannot listen.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  if (options.auth === undefined) await requireLoopback(options.host);
  await requireRegion(options.target);
  const exposure = await openExposure(options.exposure ?? {}, options);
  const sdl = await readSchemaText();
  const { clock } = options;
  const { ledger, journal } = await openRecords(options);
  const { upstream, graph } = await openGraph(options, sdl, ledger, journal);
  const workload = new Workload();
  const app = createHttp(httpOptions(options, { graph, sdl, exposure }), workload);
  const stop = async (): Promise<void> => {
    await finish(Promise.all([workload.drain(), graph.drain()]), () => graph.cut(), clock);
    if (options.lingerMs !== undefined) await clock.sleep(options.lingerMs);
    await app.close();
    await graph.close();
    upstream.close();
    await journal.close();
    await ledger.close();
  };
  let stopped: Promise<void> | undefined;
  const drain = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await drain();
    throw error;
  }
  // They may still come, as an instance's role does: no reason not to start.
  void credentialsProblem(options.target, clock).then((problem) => {
    if (problem !== undefined) options.onFault(problem, undefined);
  });
  return {
    url: urlOf(app.server.address() as AddressInfo, exposure.isSecure),
    drain,
    reloadTls: () => exposure.reloadTls().catch((error) => options.onFault(error, undefined)),
    state: () => stateOf(upstream, graph),
  };
}

/** The gateway's own records, and the journal in them. */
async function openRecords({
  clock,
  dataDir,
  journalBytes = DEFAULTS.journalBytes,
  onFault,
}: GatewayOptions): Promise<{ readonly ledger: Ledger; readonly journal: ChangeJournal }> {
  const ledger = await openLedger({
    clock,
    ...(dataDir === undefined ? {} : { directory: join(dataDir, 'gateway') }),
    memoryBytes: 2 * journalBytes + RECORDS_BYTES,
  });
  const journal = await ChangeJournal.open(ledger, {
    maxBytes: journalBytes,
    onFault: (error) => onFault(error, undefined),
  });
  return { ledger, journal };
}

function httpOptions(
  { auth, clock, introspection, rate, onFault }: GatewayOptions,
  served: Pick<HttpOptions, 'graph' | 'sdl' | 'exposure'>,
): HttpOptions {
  return {
    ...served,
    authenticate: createAuthenticate(auth, {
      clock,
      onFault: (error) => onFault(error, undefined),
    }),
    rateLimiter: rate && new RateLimiter(rate, () => clock.nowMs()),
    servesSchema: introspection !== 'off',
    mayReadSchema: ({ scopes }) => introspection !== 'scope' || scopes.has('iot:introspection'),
    pageDirectory: fileURLToPath(new URL('../dist/web', import.meta.url)),
    onFault,
  };
}

/** The door to AWS, and the graph over it. */
async function openGraph(
  options: GatewayOptions,
  sdl: string,
  ledger: Ledger,
  journal: ChangeJournal,
): Promise<{ readonly upstream: Upstream; readonly graph: Graph }> {
  const memoryBytes = options.memoryBytes ?? DEFAULTS.memoryBytes;
  const upstream = createUpstream({
    target: options.target,
    clock: options.clock,
    permits: permitsOf(options),
    cacheBytes: Math.floor(memoryBytes * SHARES.cache),
    onSurprise: (message) => options.onFault(new Error(message), undefined),
  });
  const graph = await createGraph({
    sdl,
    upstream,
    clock: options.clock,
    ledger,
    journal,
    limits: {
      costMax: options.costMax ?? DEFAULTS.costMax,
      deadlineMs: options.deadlineMs ?? DEFAULTS.deadlineMs,
      query: options.query,
    },
    introspection: options.introspection,
    documents: options.documents,
    memory: {
      compiledBytes: Math.floor(memoryBytes * SHARES.compiled),
      memoBytes: Math.floor(memoryBytes * SHARES.memo),
      nodeTextBytes: Math.floor(memoryBytes * SHARES.nodeTexts),
    },
    onFault: options.onFault,
  });
  return { upstream, graph };
}

/** The wildcard addresses are no place to call: loopback stands for them. */
function urlOf({ address, family, port }: AddressInfo, isSecure: boolean): string {
  const scheme = isSecure ? 'https' : 'http';
  if (address === '0.0.0.0') return `${scheme}://127.0.0.1:${port}`;
  if (address === '::') return `${scheme}://[::1]:${port}`;
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
