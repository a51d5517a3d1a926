import { type AccountShape, account } from '../accounts.ts';
import { type Answer, type Client, type Operation, withClient } from '../client.ts';
import { pages, shownOf } from '../optimum.ts';
import { type ServerProcess, startProcess } from '../processes.ts';
import { OUR_QUOTA, QUOTA, type Server, type ServerSpec, startServer } from '../servers.ts';
import { type BenchOptions, type Check, figure, type Grid, median, type Table } from '../table.ts';
import { total } from './calls.ts';

const LATENCY_MS = 30;
/** What the makespan may be, over the floor. */
const MOST_OF_FLOOR = 1.25;
const GRACE_MS = 100;
/** What is shorter is run so many times: whatever else the machine does can double it. */
const SHORT_MS = 1_000;
const TIMES = 7;

interface Workload {
  readonly name: string;
  readonly shape: AccountShape;
  readonly operation: Operation;
  /** The top-level field, whose nodes are the rows of the answer. */
  readonly field: string;
  readonly rows: number;
  /** The least that our gateway can take at its own rate, in milliseconds. */
  readonly floorMs: number;
}

interface Run {
  /** The median, where there were several. */
  readonly ms: number;
  readonly served: number;
  readonly throttled: number;
  readonly failedRows: number;
}

type Candidate = 'ours' | 'SDK defaults' | 'token bucket';

/** Seconds that so many calls of one action take at our gateway's rate, its burst unused before. */
function rateMs(calls: number): number {
  return (Math.max(0, calls - OUR_QUOTA.burst) / OUR_QUOTA.ratePerSecond) * 1000;
}

function manyCAs(count: number): Workload {
  const shape = account(count);
  const { window } = shownOf(shape, count);
  // The lists of the templates wait for the window, which tells what is wanted of them; the list of
  // templates does not.
  const longestChain = window + 1;
  return {
    name: `${count} CAs with the name of their template`,
    shape,
    operation: {
      query: `{ caCertificates(first: ${count}) { nodes { certificateId template { templateName } } } }`,
    },
    field: 'caCertificates',
    rows: count,
    floorMs: Math.max(rateMs(window + shape.jitpTemplates), longestChain * LATENCY_MS),
  };
}

function manyTemplates(count: number): Workload {
  const shape = {
    caCertificates: 5 * count,
    templates: count,
    jitpTemplates: count,
    unnamedEvery: 0,
  };
  return {
    name: `${count} templates with their CAs`,
    shape,
    operation: {
      query: `{ provisioningTemplates(first: ${count}) { nodes { templateName caCertificates(first: 100) { nodes { certificateId } } } } }`,
    },
    field: 'provisioningTemplates',
    rows: count,
    floorMs: Math.max(rateMs(count), (pages(count) + 1) * LATENCY_MS),
  };
}

/** The gateways under AWS's quotas, and what many callers at once cost. */
export async function quota({ isQuick, childFile, say }: BenchOptions): Promise<Table> {
  const workloads = isQuick ? [manyCAs(40), manyTemplates(12)] : [manyCAs(500), manyTemplates(100)];
  const candidates: readonly Candidate[] = ['ours', 'SDK defaults', 'token bucket'];
  const ratios: Array<Array<string | number>> = [];
  const absolute: Array<Array<string | number>> = [];
  const checks: Check[] = [];
  for (const workload of workloads) {
    const runs = new Map<Candidate, Run>();
    for (const candidate of candidates) {
      say(`${workload.name}: ${candidate}`);
      const times = candidate === 'ours' && workload.floorMs < SHORT_MS ? TIMES : 1;
      runs.set(candidate, await run(candidate, workload, childFile, times));
    }
    const ours = runs.get('ours');
    const bucket = runs.get('token bucket');
    if (ours === undefined || bucket === undefined) continue;
    for (const [candidate, { ms, served, throttled, failedRows }] of runs) {
      ratios.push([
        workload.name,
        candidate,
        served + throttled,
        throttled,
        `${failedRows} of ${workload.rows}`,
        figure(ms / workload.floorMs),
        figure(ms / ours.ms),
      ]);
      absolute.push([workload.name, candidate, Math.round(ms), Math.round(workload.floorMs)]);
    }
    checks.push(...checksOf(workload, ours, bucket));
  }
  const crowds = await crowdsAtOnce(isQuick ? [1, 20] : [1, 20, 1000], childFile, say);
  const alone = crowds[0]?.calls ?? 0;
  checks.push(
    ...crowds.slice(1).map(({ callers, calls, answered, throttled }) => ({
      text: `${callers} callers with the 500-CA question at once cost no more calls than one, all answered`,
      isMet: calls <= alone && answered === callers && throttled === 0,
      found: `${calls} calls against ${alone}, ${throttled} throttled, ${answered} answered`,
    })),
  );
  return {
    name: 'quota',
    title: "2. Under AWS's quotas",
    about: `A control plane that allows ${QUOTA.ratePerSecond} calls per second and action (burst ${QUOTA.burst}) and takes ${LATENCY_MS} ms for each. The peers are plain DataLoader gateways: one with the SDK's defaults, one with a bucket of ${QUOTA.ratePerSecond} tokens per second before each action. The floor is the larger of calls at our gateway's rate after the burst (${OUR_QUOTA.ratePerSecond} per second, burst ${OUR_QUOTA.burst}: it takes 0.8 of the quota, the peers all of it) and the longest chain of dependent calls times the latency. Each gateway has run the operation once before, against another control plane; where the floor is under a second ours runs it ${TIMES} times, each time just started, and the median counts.`,
    ratios: [
      {
        caption: 'Attempts, throttles, failed rows, and makespan in ratios',
        columns: [
          'workload',
          'gateway',
          'attempts',
          'throttled',
          'rows failed',
          'makespan / floor',
          'makespan / ours',
        ],
        rows: ratios,
      },
      crowdGrid(crowds),
    ],
    absolute: [
      { caption: 'Makespan', columns: ['workload', 'gateway', 'ms', 'floor, ms'], rows: absolute },
      {
        caption: 'Many callers at once: until the last was answered',
        columns: ['callers', 'ms'],
        rows: crowds.map(({ callers, ms }) => [callers, Math.round(ms)]),
      },
    ],
    checks,
  };
}

function checksOf(workload: Workload, ours: Run, bucket: Run): Check[] {
  const mostMs = MOST_OF_FLOOR * workload.floorMs + GRACE_MS;
  const checks = [
    {
      text: `${workload.name}: no throttle, every row answered`,
      isMet: ours.throttled === 0 && ours.failedRows === 0,
      found: `${ours.throttled} throttled, ${ours.failedRows} rows failed`,
    },
    {
      text: `${workload.name}: at most ${MOST_OF_FLOOR} of the floor + ${GRACE_MS} ms`,
      isMet: ours.ms <= mostMs,
      found: `${Math.round(ours.ms)} ms; allowed ${Math.round(mostMs)} ms`,
    },
  ];
  if (workload.field !== 'caCertificates') return checks;
  return [
    ...checks,
    {
      text: `${workload.name}: at least 100 times shorter than the token-bucket gateway`,
      isMet: bucket.ms / ours.ms >= 100,
      found: `${figure(bucket.ms / ours.ms)} times`,
    },
  ];
}

/** The worst of several runs in all but time. */
async function run(
  candidate: Candidate,
  workload: Workload,
  childFile: string,
  times: number,
): Promise<Run> {
  await warmUp(candidate, workload);
  const runs: Run[] = [];
  while (runs.length < times) runs.push(await runOnce(candidate, workload, childFile));
  const most = (pick: (one: Run) => number): number => Math.max(...runs.map(pick));
  return {
    ms: median(runs.map(({ ms }) => ms)),
    served: most(({ served }) => served),
    throttled: most(({ throttled }) => throttled),
    failedRows: most(({ failedRows }) => failedRows),
  };
}

async function runOnce(candidate: Candidate, workload: Workload, childFile: string): Promise<Run> {
  const plane = await startProcess(childFile, {
    kind: 'plane',
    shape: workload.shape,
    latencyMs: LATENCY_MS,
    hasQuotas: true,
  });
  const gateway = await startServer(specOf(candidate, plane.url));
  try {
    return await withClient(async (client) => {
      const startMs = performance.now();
      const answer = await client.query(gateway.url, workload.operation);
      const ms = performance.now() - startMs;
      const { served, throttled } = await plane.takeCalls();
      return {
        ms,
        served: total(served),
        throttled: total(throttled),
        failedRows: failedRows(answer, workload),
      };
    });
  } finally {
    await gateway.close();
    await plane.close();
  }
}

/** So that no candidate is charged for compiling code; a smaller account does. */
async function warmUp(candidate: Candidate, { shape, operation }: Workload): Promise<void> {
  const plane = await startServer({ kind: 'plane', shape });
  // A bucket that made it wait here would only waste time.
  const gateway = await startServer(
    candidate === 'token bucket'
      ? specOf('SDK defaults', plane.url)
      : { ...specOf(candidate, plane.url), ...(candidate === 'ours' ? { isLimited: false } : {}) },
  );
  await withClient((client) => client.query(gateway.url, operation));
  await gateway.close();
  await plane.close();
}

function specOf(candidate: Candidate, endpoint: string): ServerSpec {
  return candidate === 'ours'
    ? { kind: 'ours', endpoint, isLimited: true }
    : { kind: 'dataLoader', endpoint, hasTokenBucket: candidate === 'token bucket' };
}

/** Rows with an error at or below them; all of them where the list itself failed. */
function failedRows({ data, errors = [] }: Answer, { field, rows }: Workload): number {
  if (!data?.[field]) return rows;
  const places = errors.map(({ path = [] }) => path[2]).filter((place) => place !== undefined);
  return new Set(places).size;
}

interface Crowd {
  readonly callers: number;
  readonly calls: number;
  readonly throttled: number;
  readonly answered: number;
  readonly ms: number;
}

async function crowdsAtOnce(
  sizes: readonly number[],
  childFile: string,
  say: BenchOptions['say'],
): Promise<Crowd[]> {
  const { shape, operation, rows } = manyCAs(500);
  const crowds: Crowd[] = [];
  for (const callers of sizes) {
    say(`${callers} callers at once`);
    const plane = await startProcess(childFile, {
      kind: 'plane',
      shape,
      latencyMs: LATENCY_MS,
      hasQuotas: true,
    });
    const gateway = await startProcess(childFile, {
      kind: 'ours',
      endpoint: plane.url,
      isLimited: true,
    });
    crowds.push(
      await withClient((client) => crowd(client, callers, gateway, plane, operation, rows)),
    );
    await gateway.close();
    await plane.close();
  }
  return crowds;
}

async function crowd(
  client: Client,
  callers: number,
  gateway: Pick<Server, 'url'>,
  plane: ServerProcess,
  operation: Operation,
  rows: number,
): Promise<Crowd> {
  const startMs = performance.now();
  const whole = await Promise.all(
    Array.from({ length: callers }, async () => {
      const { data, errors } = await client.query(gateway.url, operation);
      const found = data?.caCertificates as { readonly nodes: readonly unknown[] } | undefined;
      return errors === undefined && found?.nodes.length === rows;
    }),
  );
  const ms = performance.now() - startMs;
  const { served, throttled } = await plane.takeCalls();
  return {
    callers,
    calls: total(served),
    throttled: total(throttled),
    answered: whole.filter((isWhole) => isWhole).length,
    ms,
  };
}

function crowdGrid(crowds: readonly Crowd[]): Grid {
  return {
    caption: 'The 500-CA question from many callers at once, on a gateway just started',
    columns: ['callers', 'calls', 'throttled', 'answered whole'],
    rows: crowds.map(({ callers, calls, throttled, answered }) => [
      callers,
      calls,
      throttled,
      answered,
    ]),
  };
}
