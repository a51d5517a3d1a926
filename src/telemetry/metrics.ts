import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  attemptEnd,
  breakerChange,
  bulkItem,
  callEnd,
  fault,
  memoAnswer,
  type OperationEnd,
  operationEnd,
  permitRefusal,
  requestRefusal,
} from '../channels.ts';
import { Listening } from './listening.ts';
import { BoundedNames } from './names.ts';

/** What one action's permits are like now. */
interface PermitState {
  readonly action: string;
  readonly ratePerSecond: number;
  readonly available: number;
  readonly inUse: number;
  readonly waiting: number;
  readonly throttledLately: number;
}

/** What is asked at each look, for it costs nothing until then. */
export interface MeteredState {
  readonly permits: readonly PermitState[];
  /** What is kept in memory, in bytes, by its kind. */
  readonly bytes: Readonly<Record<'cache' | 'memo' | 'nodeTexts', number>>;
  /** Nodes whose text was at hand, since the start. */
  readonly nodeTextsShown: number;
}

export interface Metrics {
  readonly contentType: string;
  /** All metrics in Prometheus's text format. */
  text(): Promise<string>;
  close(): void;
}

interface MetricsOptions {
  readonly state: () => MeteredState;
  /** Lines of the log that nobody took. */
  readonly droppedLines: () => number;
}

/** Operations are told apart by name up to so many names. */
const MAX_OPERATION_NAMES = 100;
const CALL_BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const SECOND_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** Counts what the parts of the gateway tell, from now on. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const listening = new Listening();
  collectDefaultMetrics({ register: registry });
  countOperations(registry, listening);
  countRequests(registry, listening);
  countUpstream(registry, listening);
  countBulk(registry, listening);
  measureState(registry, options);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: () => {
      listening.close();
      registry.clear();
    },
  };
}

function countOperations(registry: Registry, listening: Listening): void {
  const registers = [registry];
  const names = new BoundedNames(MAX_OPERATION_NAMES);
  const operations = new Counter({
    name: 'iotgw_operations_total',
    help: 'Operations executed or refused, by name (the first 100), kind and outcome.',
    labelNames: ['operation', 'kind', 'outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'iotgw_operation_errors_total',
    help: 'Operations whose answer has an error of this code.',
    labelNames: ['code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'iotgw_operation_duration_seconds',
    help: 'How long operations took.',
    labelNames: ['kind'],
    buckets: SECOND_BUCKETS,
    registers,
  });
  const cost = new Histogram({
    name: 'iotgw_operation_cost_calls',
    help: 'AWS calls that operations made.',
    labelNames: ['kind'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const [hits, joined] = (['cache_hits', 'deduplicated'] as const).map(
    (what) =>
      new Counter({
        name: `iotgw_${what}_total`,
        help:
          what === 'cache_hits'
            ? 'Answers of AWS that were used and known already.'
            : 'Questions that a call answered which another had made.',
        registers,
      }),
  );
  listening.on(operationEnd, (ended) => {
    const kind = ended.kind ?? 'unknown';
    operations.inc({ operation: labelOf(names, ended), kind, outcome: ended.outcome });
    for (const code of ended.codes) errors.inc({ code });
    seconds.observe({ kind }, ended.durationMs / 1000);
    const { made, cacheHits, deduplicated } = ended.receipt();
    cost.observe(
      { kind },
      Object.values(made).reduce((sum, calls) => sum + calls, 0),
    );
    hits?.inc(cacheHits);
    joined?.inc(deduplicated);
  });
}

/** Only what was executed makes a label: nobody without rights can use the names up. */
function labelOf(names: BoundedNames, { operationName, outcome }: OperationEnd): string {
  return operationName === undefined ? '' : names.label(operationName, outcome === 'ok');
}

function countRequests(registry: Registry, listening: Listening): void {
  const registers = [registry];
  const refusals = new Counter({
    name: 'iotgw_requests_refused_total',
    help: 'Requests refused as a whole, by code.',
    labelNames: ['code'],
    registers,
  });
  const remembered = new Counter({
    name: 'iotgw_memo_answers_total',
    help: 'Requests answered from memory, without executing anything.',
    registers,
  });
  const faults = new Counter({
    name: 'iotgw_faults_total',
    help: 'Faults of the gateway; each has a line in the log.',
    registers,
  });
  listening.on(requestRefusal, ({ code }) => refusals.inc({ code }));
  listening.on(memoAnswer, () => remembered.inc());
  listening.on(fault, () => faults.inc());
}

function countUpstream(registry: Registry, listening: Listening): void {
  const registers = [registry];
  const byOutcome = { labelNames: ['action', 'outcome'] as const, registers };
  const calls = new Counter({
    name: 'iotgw_upstream_calls_total',
    help: 'Calls to AWS with all their attempts, by action and outcome (ok, or an error code).',
    ...byOutcome,
  });
  const attempts = new Counter({
    name: 'iotgw_upstream_attempts_total',
    help: 'Requests sent to AWS, by action and outcome (ok, or an error code).',
    ...byOutcome,
  });
  const byAction = { labelNames: ['action'] as const, registers };
  const seconds = new Histogram({
    name: 'iotgw_upstream_attempt_duration_seconds',
    help: 'How long AWS took for an attempt.',
    buckets: SECOND_BUCKETS,
    ...byAction,
  });
  const waited = new Histogram({
    name: 'iotgw_permit_wait_seconds',
    help: 'How long attempts waited for their permit.',
    buckets: SECOND_BUCKETS,
    ...byAction,
  });
  const denied = new Counter({
    name: 'iotgw_permits_denied_total',
    help: 'Permits that could not be had before the deadline.',
    ...byAction,
  });
  const breaker = new Gauge({
    name: 'iotgw_breaker_open',
    help: 'Whether the breaker of a target keeps calls back: 0 closed, 0.5 half-open, 1 open.',
    labelNames: ['target'],
    registers,
  });
  listening.on(callEnd, ({ action, outcome }) => calls.inc({ action, outcome }));
  listening.on(attemptEnd, ({ attempt: { action, waitedMs }, outcome, durationMs }) => {
    attempts.inc({ action, outcome });
    seconds.observe({ action }, durationMs / 1000);
    waited.observe({ action }, waitedMs / 1000);
  });
  listening.on(permitRefusal, ({ action }) => denied.inc({ action }));
  listening.on(breakerChange, ({ target, state }) => {
    breaker.set({ target }, { closed: 0, 'half-open': 0.5, open: 1 }[state]);
  });
}

function countBulk(registry: Registry, listening: Listening): void {
  const items = new Counter({
    name: 'iotgw_bulk_items_total',
    help: 'Items of bulk operations settled, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  listening.on(bulkItem, ({ outcome }) => items.inc({ outcome }));
}

/** What the limiter tells of each action's permits, and its metric. */
const PERMIT_GAUGES = {
  in_use: ['Permits given and not yet released.', ({ inUse }) => inUse],
  waiting: ['Attempts that wait for a permit.', ({ waiting }) => waiting],
  available: ['Permits that could be had at once.', ({ available }) => available],
  rate: ['Permits a second, now.', ({ ratePerSecond }) => ratePerSecond],
  throttled_last_minute: [
    'How often AWS throttled in the last 60 s.',
    ({ throttledLately }) => throttledLately,
  ],
} as const satisfies Record<string, readonly [string, (state: PermitState) => number]>;

function measureState(registry: Registry, { state, droppedLines }: MetricsOptions): void {
  const registers = [registry];
  for (const [name, [help, read]] of Object.entries(PERMIT_GAUGES)) {
    new Gauge({
      name: `iotgw_permits_${name}`,
      help,
      labelNames: ['action'],
      registers,
      collect() {
        for (const permit of state().permits) this.set({ action: permit.action }, read(permit));
      },
    });
  }
  new Gauge({
    name: 'iotgw_memory_bytes',
    help: 'What is kept in memory: answers of AWS, whole results, nodes as text, what certificates and bodies say, queries compiled and parsed.',
    labelNames: ['kind'],
    registers,
    collect() {
      const { nodeTexts, ...kinds } = state().bytes;
      this.set({ kind: 'node_texts' }, nodeTexts);
      for (const [kind, bytes] of Object.entries(kinds)) this.set({ kind }, bytes);
    },
  });
  asCounter(registry, 'iotgw_node_texts_total', 'Nodes shown from their text.', () => {
    return state().nodeTextsShown;
  });
  asCounter(registry, 'iotgw_log_lines_dropped_total', 'Lines of the log that nobody took.', () =>
    droppedLines(),
  );
}

/** A number that somebody else counts. */
function asCounter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
