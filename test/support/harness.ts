import type { Seed } from '../../src/controlplane/seedFormat.ts';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../src/controlplane/server.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway.ts';
import type { Receipt } from '../../src/upstream/receipt.ts';
import { VirtualClock } from './virtualClock.ts';

/** The time at which tests begin: fixed, so that the demo data is the same in each run. */
export const START_MS = Date.UTC(2026, 5, 1);
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** Reads live, past the cache. */
export const LIVE = { 'cache-control': 'no-cache' };
/** Takes what the cache holds, as callers do who ask for nothing. */
export const CACHED = {};

export interface Answer {
  readonly data?: unknown;
  readonly errors?: ReadonlyArray<{
    readonly message: string;
    readonly path?: ReadonlyArray<string | number>;
    readonly extensions: Readonly<Record<string, unknown>>;
  }>;
  readonly extensions?: { readonly upstream: Receipt };
}

/** A gateway over a control plane, both real, meeting on a socket. */
export interface Harness {
  /** The one that runs now. */
  readonly gateway: Gateway;
  readonly plane: ControlPlane;
  readonly clock: VirtualClock;
  readonly faults: unknown[];
  /** Runs an operation; it reads live unless told otherwise. */
  query(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Runs an operation and tells, beside its answer, what the control plane served for it. */
  billed(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer & { readonly bill: Readonly<Record<string, number>> }>;
  /** Stops the gateway and starts another over the same control plane and the same records. */
  restartGateway(): Promise<void>;
  /** Sets the control plane's faults. */
  setFaults(faults: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export interface HarnessOptions extends Omit<ControlPlaneOptions, 'clock' | 'seeds'> {
  readonly seed?: Seed | 'demo' | 'none';
  readonly quotaShare?: number;
  readonly costMax?: number;
  readonly deadlineMs?: number;
  /** Where the gateway keeps its own records; unset: in memory. */
  readonly recordsDir?: string;
  readonly journalBytes?: number;
  /** Whatever else the gateway is started with. */
  readonly gatewayOptions?: Partial<GatewayOptions>;
  /** What stands between the gateway and the control plane; answers the URL to call. */
  readonly between?: (planeUrl: string) => Promise<string>;
}

/** What stands at a path of an answer; undefined where the path leads nowhere. */
export function at(value: unknown, ...path: ReadonlyArray<string | number>): unknown {
  let here = value;
  for (const key of path) here = (here as Record<string | number, unknown> | null)?.[key];
  return here;
}

export async function startHarness({
  seed = 'demo',
  quotaShare,
  costMax,
  deadlineMs,
  recordsDir,
  journalBytes,
  gatewayOptions = {},
  between = async (url) => url,
  ...options
}: HarnessOptions = {}): Promise<Harness> {
  const clock = new VirtualClock(START_MS);
  const plane = await startControlPlane({
    ...options,
    clock,
    seeds: seed === 'none' ? [] : [seed],
  });
  const endpoint = await between(plane.url);
  const faults: unknown[] = [];
  const start = (): Promise<Gateway> =>
    startGateway({
      host: '127.0.0.1',
      port: 0,
      target: {
        name: 'test',
        region: REGION,
        endpoint,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      },
      clock,
      ...(quotaShare === undefined ? {} : { quotaShare }),
      ...(costMax === undefined ? {} : { costMax }),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      ...(recordsDir === undefined ? {} : { dataDir: recordsDir }),
      ...(journalBytes === undefined ? {} : { journalBytes }),
      ...gatewayOptions,
      onFault: (error) => faults.push(error),
    });
  let gateway = await start();
  const query: Harness['query'] = async (text, variables, headers = LIVE) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as Answer;
  };
  const harness: Harness = {
    get gateway() {
      return gateway;
    },
    plane,
    clock,
    faults,
    query,
    async billed(text, variables, headers) {
      plane.resetCalls();
      const answer = await query(text, variables, headers);
      return { ...answer, bill: { ...plane.calls().served } };
    },
    async restartGateway() {
      await gateway.drain();
      gateway = await start();
    },
    async setFaults(wanted) {
      const response = await fetch(`${plane.url}/_local/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(wanted),
      });
      if (!response.ok) throw new Error(`faults were refused: ${await response.text()}`);
    },
    async close() {
      await gateway.drain();
      await plane.close();
    },
  };
  return harness;
}
