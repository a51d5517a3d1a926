import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from './clock.ts';
import { createGraph } from './graph/execution.ts';
import { createHttp } from './http.ts';
import { ChangeJournal } from './journal/changeJournal.ts';
import { openLedger } from './ledger.ts';
import { Limiter } from './upstream/limiter.ts';
import { type Permits, unlimitedPermits } from './upstream/permits.ts';
import { QUOTAS, type Quotas } from './upstream/quotas.ts';
import { createUpstream, type Target } from './upstream/upstream.ts';
import { Workload } from './workload.ts';

/** Long enough for the slowest call to AWS with its retries, and shorter than orchestrators wait. */
const DRAIN_GRACE_MS = 25_000;

export interface GatewayOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
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
  /** How much may be kept in memory of what AWS answered, in bytes. Default 64 MiB. */
  readonly memoryBytes?: number;
  /**
   * Where the gateway keeps its own records, in the subdirectory `gateway`; unset: in memory. It
   * belongs to one gateway at a time.
   */
  readonly dataDir?: string;
  /** How much the journal of changes may hold, in bytes. Default 32 MiB. */
  readonly journalBytes?: number;
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

/** How the memory is shared out; compiled queries take 48 KiB each. */
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
   * Turns new work away, lets running operations finish for at most 25 seconds, and stops. May be
   * called again.
   */
  drain(): Promise<void>;
}

/** The text of schema.graphql; it lies beside `src` and beside `dist`. */
export function readSchemaText(): Promise<string> {
  return readFile(new URL('../schema.graphql', import.meta.url), 'utf8');
}

/**
 * Builds the gateway from its parts and listens. Rejects with DataDirectoryError when its records
 * cannot be opened, with the system's error when it cannot listen.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const sdl = await readSchemaText();
  const { clock, dataDir } = options;
  const journalBytes = options.journalBytes ?? DEFAULTS.journalBytes;
  const ledger = await openLedger({
    clock,
    ...(dataDir === undefined ? {} : { directory: join(dataDir, 'gateway') }),
    memoryBytes: 2 * journalBytes + RECORDS_BYTES,
  });
  const journal = await ChangeJournal.open(ledger, {
    maxBytes: journalBytes,
    onFault: (error) => options.onFault(error, undefined),
  });
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
    clock,
    ledger,
    journal,
    limits: {
      costMax: options.costMax ?? DEFAULTS.costMax,
      deadlineMs: options.deadlineMs ?? DEFAULTS.deadlineMs,
    },
    memory: {
      compiledBytes: Math.floor(memoryBytes * SHARES.compiled),
      memoBytes: Math.floor(memoryBytes * SHARES.memo),
      nodeTextBytes: Math.floor(memoryBytes * SHARES.nodeTexts),
    },
    onFault: options.onFault,
  });
  const workload = new Workload();
  const pageDirectory = fileURLToPath(new URL('../dist/web', import.meta.url));
  const app = createHttp({ graph, sdl, pageDirectory, onFault: options.onFault }, workload);
  const stop = async (): Promise<void> => {
    await atMost(DRAIN_GRACE_MS, Promise.all([workload.drain(), graph.drain()]), options.clock);
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
  return { url: urlOf(app.server.address() as AddressInfo), drain };
}

/** Waits for the work, but not longer than `waitMs`. */
async function atMost(waitMs: number, work: Promise<unknown>, clock: Clock): Promise<void> {
  const waiting = new AbortController();
  const enough = clock.sleep(waitMs, waiting.signal).catch(() => undefined);
  await Promise.race([work, enough]);
  waiting.abort();
}

/** The wildcard addresses are no place to call: loopback stands for them. */
function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
