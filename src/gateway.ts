import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireLoopback } from './auth/loopback.ts';
import { type AuthOptions, createAuthenticate } from './auth.ts';
import type { Clock } from './clock.ts';
import { DEFAULTS } from './defaults.ts';
import { type Exposure, type ExposureOptions, openExposure } from './exposure.ts';
import { createGraph, type Graph, type GraphOptions } from './graph/execution.ts';
import type { IntrospectionMode } from './graph/introspection.ts';
import type { QueryLimits } from './graph/queryLimits.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { ChangeJournal } from './journal/changeJournal.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { OpenParts } from './openParts.ts';
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
   * waits for AWS with UPSTREAM_TIMEOUT, and stops, all within 30 seconds. `onFault` hears of what
   * could not be closed, and the rest is. May be called again; never rejects.
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

interface GatewayState {
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
export async function readSchemaText(): Promise<string> {
  // At a start nothing else is under way, and a promise of a file takes several times as long.
  return readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
}

/**
 * Builds the gateway from its parts and listens. Rejects with AuthError when anybody could call it
 * from elsewhere, with DataDirectoryError when its records cannot be opened, with DocumentListError
 * when a trusted document is none, with the system's error when it cannot listen; nothing is left
 * open then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  if (options.auth === undefined) await requireLoopback(options.host);
  await requireRegion(options.target);
  const exposure = await openExposure(options.exposure ?? {}, options);
  const { clock, host, port, lingerMs } = options;
  const onFault = (error: unknown): void => options.onFault(error, undefined);
  const parts = new OpenParts(onFault);
  const workload = new Workload();
  const { upstream, graph, app } = await assemble(options, parts, exposure, workload).catch(
    async (error) => {
      await parts.close();
      throw error;
    },
  );
  const stop = async (): Promise<void> => {
    const work = Promise.all([workload.drain(), graph.drain().catch(onFault)]);
    await finish(work, () => graph.cut(), clock);
    if (lingerMs !== undefined) await clock.sleep(lingerMs);
    await parts.close();
  };
  let stopped: Promise<void> | undefined;
  const drain = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };
  try {
    await app.listen({ host, port });
  } catch (error) {
    await drain();
    throw error;
  }
  // They may still come, as an instance's role does: no reason not to start.
  void credentialsProblem(options.target, clock).then((problem) => {
    if (problem !== undefined) onFault(problem);
  });
  return {
    url: urlOf(app.server.address() as AddressInfo, exposure.isSecure),
    drain,
    reloadTls: () => exposure.reloadTls().catch(onFault),
    state: () => stateOf(upstream, graph),
  };
}

/** What a gateway is made of, each part over the one before; none listens yet. */
async function assemble(
  options: GatewayOptions,
  parts: OpenParts,
  exposure: Exposure,
  workload: Workload,
): Promise<{
  readonly upstream: Upstream;
  readonly graph: Graph;
  readonly app: ReturnType<typeof createHttp>;
}> {
  const sdl = await readSchemaText();
  const { ledger, journal } = await openRecords(options, parts);
  const upstream = parts.add(openUpstream(options));
  const graph = parts.add(await openGraph(options, { sdl, ledger, journal, upstream }));
  const app = parts.add(createHttp(httpOptions(options, { graph, sdl, exposure }), workload));
  return { upstream, graph, app };
}

/** The gateway's own records, and the journal in them. */
async function openRecords(
  { clock, dataDir, journalBytes = DEFAULTS.journalBytes, onFault }: GatewayOptions,
  parts: OpenParts,
): Promise<{ readonly ledger: Ledger; readonly journal: ChangeJournal }> {
  const directory = dataDir === undefined ? {} : { directory: join(dataDir, 'gateway') };
  const memoryBytes = 2 * journalBytes + RECORDS_BYTES;
  const ledger = parts.add(await openLedger({ clock, ...directory, memoryBytes }));
  const journal = await ChangeJournal.open(ledger, {
    maxBytes: journalBytes,
    onFault: (error) => onFault(error, undefined),
  });
  return { ledger, journal: parts.add(journal) };
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
    rateLimiter: rate && new RateLimiter(rate, () => clock.steadyMs()),
    servesSchema: introspection !== 'off',
    mayReadSchema: ({ scopes }) => introspection !== 'scope' || scopes.has('iot:introspection'),
    pageDirectory: fileURLToPath(new URL('../dist/web', import.meta.url)),
    onFault,
  };
}

/** The door to AWS. */
function openUpstream(options: GatewayOptions): Upstream {
  const { target, clock, memoryBytes = DEFAULTS.memoryBytes, onFault } = options;
  return createUpstream({
    target,
    clock,
    permits: permitsOf(options),
    cacheBytes: Math.floor(memoryBytes * SHARES.cache),
    onSurprise: (message) => onFault(new Error(message), undefined),
  });
}

function openGraph(
  options: GatewayOptions,
  over: Pick<GraphOptions, 'sdl' | 'upstream' | 'ledger' | 'journal'>,
): Promise<Graph> {
  const { clock, query, introspection, documents, onFault } = options;
  const { costMax = DEFAULTS.costMax, deadlineMs = DEFAULTS.deadlineMs } = options;
  const { memoryBytes = DEFAULTS.memoryBytes } = options;
  return createGraph({
    ...over,
    clock,
    limits: { costMax, deadlineMs, query },
    introspection,
    documents,
    memory: {
      compiledBytes: Math.floor(memoryBytes * SHARES.compiled),
      memoBytes: Math.floor(memoryBytes * SHARES.memo),
      nodeTextBytes: Math.floor(memoryBytes * SHARES.nodeTexts),
    },
    onFault,
  });
}

/** The wildcard addresses are no place to call: loopback stands for them. */
function urlOf({ address, family, port }: AddressInfo, isSecure: boolean): string {
  const scheme = isSecure ? 'https' : 'http';
  if (address === '0.0.0.0') return `${scheme}://127.0.0.1:${port}`;
  if (address === '::') return `${scheme}://[::1]:${port}`;
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
