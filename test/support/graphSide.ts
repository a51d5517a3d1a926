import type { FastifyInstance } from 'fastify';
import { ANONYMOUS } from '../../src/caller.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { ControlPlane } from '../../src/controlplane/server.ts';
import { createExposure } from '../../src/exposure.ts';
import { readSchemaText } from '../../src/gateway.ts';
import type { CompileMode } from '../../src/graph/compiled.ts';
import { createGraph, type Graph } from '../../src/graph/execution.ts';
import { createHttp } from '../../src/http.ts';
import { ChangeJournal } from '../../src/journal/changeJournal.ts';
import { type Ledger, openLedger } from '../../src/ledger.ts';
import { unlimitedPermits } from '../../src/upstream/permits.ts';
import { createUpstream, type Upstream } from '../../src/upstream/upstream.ts';
import { Workload } from '../../src/workload.ts';
import { ACCOUNT, REGION } from './harness.ts';
import type { VirtualClock } from './virtualClock.ts';
import { WIDE_LIMITS } from './wideLimits.ts';

const onFault = (error: unknown): never => {
  throw error;
};

/** An upstream over a control plane, for the graphs of one test to share. */
export function upstreamOf(plane: ControlPlane, clock: VirtualClock): Upstream {
  return createUpstream({
    target: {
      name: 'test',
      region: REGION,
      endpoint: plane.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
    clock,
    permits: unlimitedPermits,
    cacheBytes: 32 * 1024 * 1024,
    onSurprise: onFault,
  });
}

export interface GraphSideOptions {
  readonly compile?: CompileMode;
  readonly compiledBytes?: number;
  /** 0: nothing is remembered. */
  readonly memoBytes?: number;
  /** What turns are timed by; unset: the machine's own. */
  readonly clock?: Clock;
  /** The gateway's own records; unset: an empty ledger in memory. */
  readonly ledger?: Ledger;
}

/** A graph over an upstream that it does not own. */
export async function graphOver(
  upstream: Upstream,
  {
    compile,
    compiledBytes = 8 * 1024 * 1024,
    memoBytes = 0,
    clock = systemClock,
    ledger: given,
  }: GraphSideOptions,
): Promise<Graph> {
  const ledger = given ?? (await openLedger({ clock: upstream }));
  return createGraph({
    sdl: await readSchemaText(),
    upstream,
    clock,
    ledger,
    journal: await ChangeJournal.open(ledger, { maxBytes: 1_000_000, onFault }),
    limits: { costMax: 200, deadlineMs: 30_000, query: WIDE_LIMITS },
    // A bound of 0 would be none.
    memory: { compiledBytes, memoBytes: Math.max(1, memoBytes), nodeTextBytes: 1024 * 1024 },
    compile,
    onFault,
  });
}

/** A clock that goes on by a millisecond whenever it is looked at, so that no turn lasts. */
export function hurriedClock(): Clock {
  let steadyMs = 0;
  return {
    nowMs: systemClock.nowMs,
    steadyMs() {
      steadyMs += 1;
      return steadyMs;
    },
    sleep: systemClock.sleep,
  };
}

/** A graph's HTTP surface, asked without a socket. */
export function httpOver(graph: Graph): FastifyInstance {
  const exposure = createExposure({}, { host: '127.0.0.1', clock: systemClock });
  return createHttp(
    { graph, authenticate: () => ANONYMOUS, sdl: '', pageDirectory: '/nowhere', exposure, onFault },
    new Workload(),
  );
}
