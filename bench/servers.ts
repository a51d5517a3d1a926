import { systemClock } from '../src/clock.ts';
import { startControlPlane } from '../src/controlplane/server.ts';
import { DEFAULTS } from '../src/defaults.ts';
import { type GatewayOptions, startGateway } from '../src/gateway.ts';
import { sharedQuota } from '../src/upstream/quotas.ts';
import { WIDE_LIMITS } from '../test/support/wideLimits.ts';
import { ACCOUNT, type AccountShape, accountOptions, REGION } from './accounts.ts';
import { startDataLoaderGateway } from './peers/dataLoaderGateway.ts';
import type { Fleet } from './peers/inMemory.ts';
import {
  type StoredAnswer,
  startApollo,
  startMercurius,
  startStoredBytes,
  startStringify,
  startStringifyWindow,
  startYoga,
} from './peers/warmPeers.ts';

/** Something that listens; `url` is where it takes its requests. */
export interface Server {
  readonly url: string;
  close(): Promise<void>;
  /** Of a control plane: calls since the last time this was asked. */
  takeCalls?(): Calls;
}

export interface Calls {
  readonly served: Readonly<Record<string, number>>;
  readonly throttled: Readonly<Record<string, number>>;
}

/** AWS's quota for one action, and the part of it that our gateway takes. */
export const QUOTA = { ratePerSecond: 10, burst: 10 };
export const OUR_QUOTA = sharedQuota(QUOTA, DEFAULTS.quotaShare);

export type ServerSpec =
  | {
      readonly kind: 'plane';
      readonly shape: AccountShape;
      readonly latencyMs?: number;
      readonly hasQuotas?: boolean;
    }
  | { readonly kind: 'ours'; readonly endpoint: string; readonly isLimited: boolean }
  | { readonly kind: 'dataLoader'; readonly endpoint: string; readonly hasTokenBucket: boolean }
  | { readonly kind: 'apollo' | 'yoga' | 'mercurius'; readonly fleet: Fleet }
  | { readonly kind: 'storedBytes' | 'stringify'; readonly answer: StoredAnswer }
  | {
      readonly kind: 'stringifyWindow';
      readonly fleet: Fleet;
      readonly headers: StoredAnswer['headers'];
    };

export function startServer(spec: ServerSpec): Promise<Server> {
  switch (spec.kind) {
    case 'plane':
      return startPlane(spec);
    case 'ours':
      return startOurs(spec.endpoint, spec.isLimited);
    case 'dataLoader':
      return startDataLoaderGateway(spec.endpoint, spec.hasTokenBucket);
    case 'apollo':
      return startApollo(spec.fleet);
    case 'yoga':
      return startYoga(spec.fleet);
    case 'mercurius':
      return startMercurius(spec.fleet);
    case 'storedBytes':
      return startStoredBytes(spec.answer);
    case 'stringify':
      return startStringify(spec.answer);
    case 'stringifyWindow':
      return startStringifyWindow(spec.fleet, spec.headers);
  }
}

async function startPlane(spec: Extract<ServerSpec, { kind: 'plane' }>): Promise<Server> {
  const { latencyMs = 0, hasQuotas = false } = spec;
  const plane = await startControlPlane({
    ...accountOptions(spec.shape),
    latency: { minMs: latencyMs, maxMs: latencyMs },
    quotas: hasQuotas ? { enabled: true, ...QUOTA } : { enabled: false },
    onInternalError: (error) => console.error(error),
  });
  return {
    url: plane.url,
    close: () => plane.close(),
    takeCalls() {
      const { served, throttled } = plane.calls();
      plane.resetCalls();
      return { served: { ...served }, throttled: { ...throttled } };
    },
  };
}

/**
 * Where AWS's quotas do not matter the bench runs the gateway without its limiter, so that times
 * are the gateway's own.
 */
function limits(isLimited: boolean): Partial<GatewayOptions> {
  return isLimited ? { quotaShare: DEFAULTS.quotaShare } : {};
}

async function startOurs(endpoint: string, isLimited: boolean): Promise<Server> {
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    target: {
      name: 'bench',
      region: REGION,
      endpoint,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
    clock: systemClock,
    // Some queries of the bench are larger than the limits let in: it measures what lies behind them.
    query: WIDE_LIMITS,
    onFault: (error) => console.error(error),
    ...limits(isLimited),
  });
  return { url: `${gateway.url}/graphql`, close: () => gateway.drain() };
}
