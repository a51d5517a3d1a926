import { get } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import * as channels from '../../src/channels.ts';
import { fault, notice } from '../../src/channels.ts';
import type { LogLevel } from '../../src/telemetry/line.ts';
import { startTelemetry, type Telemetry } from '../../src/telemetry.ts';
import { fetchEvents } from '../support/events.ts';
import { at, type Harness, startHarness } from '../support/harness.ts';
import { openRaw, type RawClient, refusalIn, refusalOf, requestText } from '../support/rawHttp.ts';
import { VirtualClock } from '../support/virtualClock.ts';

interface Line {
  readonly level: string;
  readonly time: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

const closing: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Listener {
  readonly telemetry: Telemetry;
  readonly raw: string[];
  /** The lines written so far; all that were begun are written first. */
  lines(): readonly Line[];
  /** The lines of one message. */
  of(message: string): readonly Line[];
}

async function listen(level: LogLevel): Promise<Listener> {
  const raw: string[] = [];
  const telemetry = await startTelemetry({
    clock: new VirtualClock(),
    level,
    sink: { write: (line) => void raw.push(line) },
  });
  closing.push(() => telemetry.close());
  const lines = (): readonly Line[] => {
    telemetry.flush();
    return raw.map((line) => JSON.parse(line));
  };
  return {
    telemetry,
    raw,
    lines,
    of: (wanted) => lines().filter(({ message }) => message === wanted),
  };
}

async function harness(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const started = await startHarness(options);
  closing.push(() => started.close());
  return started;
}

const NAMED =
  'query Names($first: Int!) { provisioningTemplates(first: $first) { nodes { templateName } } }';

/** An answer is on its way before its end is told. */
async function until<Found>(find: () => Found | undefined): Promise<Found> {
  for (let turn = 0; turn < 200; turn += 1) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('It did not come.');
}

describe('without telemetry', () => {
  test('nobody subscribes to anything', async () => {
    const { telemetry } = await listen('trace');
    await telemetry.close();
    const topics = Object.values(channels);
    expect(topics.length).toBeGreaterThan(10);
    for (const topic of topics)
      expect([topic.name, topic.hasSubscribers]).toEqual([topic.name, false]);
  });
});

describe('the log', () => {
  test('has a line for an operation: who, what, how long, what it cost', async () => {
    const { of } = await listen('info');
    const { query } = await harness();
    await query(NAMED, { first: 2 });
    const [line] = await until(() => (of('operation').length > 0 ? of('operation') : undefined));
    expect(line).toMatchObject({
      level: 'info',
      caller: 'anonymous',
      kind: 'query',
      operationName: 'Names',
      outcome: 'ok',
      codes: [],
      cost: 1,
      receipt: { made: { ListProvisioningTemplates: 1 }, attempts: 1 },
    });
    expect(line?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(line?.durationMs).toBeGreaterThanOrEqual(0);
    expect(Object.keys(line ?? {})).not.toContain('operation');
  });

  test('tells what was refused and what failed, with the codes and the request id of the answer', async () => {
    const { of } = await listen('info');
    const { query, setFaults } = await harness();
    const refused = await query('{ nothing }');
    await setFaults([{ action: '*', kind: 'error', name: 'AccessDeniedException', status: 403 }]);
    const failed = await query(NAMED, { first: 1 });
    const lines = await until(() => (of('operation').length === 2 ? of('operation') : undefined));
    expect(lines).toMatchObject([
      { level: 'info', outcome: 'refused', codes: ['GRAPHQL_VALIDATION_FAILED'], cost: 0 },
      { level: 'warn', outcome: 'failed', codes: ['UPSTREAM_ACCESS_DENIED'], cost: 1 },
    ]);
    expect(lines.map(({ requestId }) => requestId)).toEqual([
      refused.errors?.[0]?.extensions.requestId,
      failed.errors?.[0]?.extensions.requestId,
    ]);
  });

  test('has a line for each attempt from debug on', async () => {
    const { of } = await listen('debug');
    const { query, setFaults } = await harness();
    await setFaults([
      { action: '*', kind: 'error', name: 'ServiceUnavailableException', status: 503, times: 1 },
    ]);
    await query(NAMED, { first: 1 });
    const lines = of('attempt');
    expect(lines).toMatchObject([
      { action: 'ListProvisioningTemplates', outcome: 'UPSTREAM_UNAVAILABLE', level: 'debug' },
      { action: 'ListProvisioningTemplates', outcome: 'ok' },
    ]);
    expect(lines[1]?.awsRequestId).toEqual(expect.any(String));
  });

  test('writes nothing below its level, and is not even told', async () => {
    const { lines } = await listen('error');
    expect(channels.operationEnd.hasSubscribers).toBe(false);
    expect(channels.operationStart.hasSubscribers).toBe(false);
    expect(channels.attemptEnd.hasSubscribers).toBe(false);
    const { query } = await harness();
    await query(NAMED, { first: 1 });
    notice.publish({ level: 'warn', message: 'not this' });
    fault.publish({ error: new Error('this'), requestId: 'r' });
    expect(lines()).toMatchObject([{ level: 'error', message: 'fault', requestId: 'r' }]);
  });

  test('cannot be made to say what did not happen', async () => {
    const { raw } = await listen('info');
    const forged = `x"}\n{"level":"error","message":"forged"}\r\n\u001b[2J\u009b31m\u2028\u202e\u0000`;
    notice.publish({ level: 'info', message: forged, facts: { [forged]: forged } });
    fault.publish({ error: new Error(forged), requestId: forged });
    await until(() => (raw.length === 2 ? raw : undefined));
    for (const line of raw) {
      expect(line).toMatch(/^[\x20-\x7e]+\n$/);
      expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
    }
    expect(JSON.parse(raw[0] ?? '').message).toBe(forged);
  });

  test('a fault that cannot be read costs nothing but its text', async () => {
    const { of } = await listen('info');
    const error = Object.defineProperty(new Error('x'), 'stack', {
      get: () => {
        throw new Error('no');
      },
    });
    fault.publish({ error, requestId: undefined });
    expect(of('fault')).toMatchObject([{ error: 'an error that cannot be read' }]);
  });
});

async function scrape(url: string, path = '/metrics', method = 'GET') {
  return new Promise<{ status: number | undefined; type: string | undefined; text: string }>(
    (resolve, reject) => {
      get(url + path, { method, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode, type: response.headers['content-type'], text }),
        );
      }).on('error', reject);
    },
  );
}

describe('the metrics', () => {
  const start = async (options: Parameters<typeof startHarness>[0] = {}) => {
    const { telemetry } = await listen('error');
    const house = await harness(options);
    const url = await telemetry.serveMetrics({ host: '127.0.0.1', port: 0 }, () =>
      house.gateway.state(),
    );
    return { ...house, house, url };
  };
  const value = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

  test('count operations, their cost, calls and attempts by action and outcome', async () => {
    const { query, setFaults, url } = await start();
    await query(NAMED, { first: 1 });
    await setFaults([
      { action: '*', kind: 'error', name: 'ServiceUnavailableException', status: 503, times: 1 },
    ]);
    await query(NAMED, { first: 1 });
    await query('{ nothing }');
    const { text, type } = await scrape(url);
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    const series = {
      'iotgw_operations_total{operation="Names",kind="query",outcome="ok"}': 2,
      'iotgw_operations_total{operation="",kind="unknown",outcome="refused"}': 1,
      'iotgw_operation_errors_total{code="GRAPHQL_VALIDATION_FAILED"}': 1,
      'iotgw_operation_cost_calls_sum{kind="query"}': 2,
      'iotgw_upstream_calls_total{action="ListProvisioningTemplates",outcome="ok"}': 2,
      'iotgw_upstream_attempts_total{action="ListProvisioningTemplates",outcome="ok"}': 2,
      'iotgw_upstream_attempts_total{action="ListProvisioningTemplates",outcome="UPSTREAM_UNAVAILABLE"}': 1,
    };
    for (const [name, count] of Object.entries(series)) {
      expect([name, value(text, name)]).toEqual([name, count]);
    }
    for (const kind of ['cache', 'documents']) {
      expect(value(text, `iotgw_memory_bytes{kind="${kind}"}`)).toBeGreaterThan(0);
    }
    expect(value(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(value(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  test('count answers from memory and from the cache', async () => {
    const { query, url } = await start();
    for (let round = 0; round < 4; round += 1) await query(NAMED, { first: 1 }, {});
    const { text } = await scrape(url);
    expect(value(text, 'iotgw_memo_answers_total')).toBe(2);
    expect(value(text, 'iotgw_cache_hits_total')).toBe(1);
    expect(value(text, 'iotgw_memory_bytes{kind="memo"}')).toBeGreaterThan(0);
  });

  test('show the permits of each action', async () => {
    const { query, url } = await start({ quotaShare: 0.8 });
    await query(NAMED, { first: 1 });
    const { text } = await scrape(url);
    const action = '{action="ListProvisioningTemplates"}';
    expect(value(text, `iotgw_permits_in_use${action}`)).toBe(0);
    expect(value(text, `iotgw_permits_waiting${action}`)).toBe(0);
    expect(value(text, `iotgw_permits_rate${action}`)).toBeGreaterThan(0);
    expect(value(text, `iotgw_permits_throttled_last_minute${action}`)).toBe(0);
  });

  test('names that callers make up are one label beyond the first hundred', async () => {
    const { query, url } = await start();
    for (let index = 0; index < 120; index += 1) await query(`query N${index} { __typename }`);
    await query(`query ${'L'.repeat(200)} { __typename }`);
    const { text } = await scrape(url);
    const names = new Set(text.match(/iotgw_operations_total\{operation="[^"]*"/g));
    expect(names.size).toBe(101);
    expect(text).toContain('operation="other"');
    expect(text).not.toContain('LLLL');
  });

  test('items of bulk operations count by their outcome', async () => {
    const { query, house, url } = await start();
    const { of } = await listen('debug');
    const planned = await query(
      'mutation { planDetach(input: { filter: { registration: [NAMED] } }) { plan { id counts { pending } } } }',
    );
    const plan = at(planned.data, 'planDetach', 'plan') as {
      id: string;
      counts: { pending: number };
    };
    expect(plan.counts.pending).toBeGreaterThan(0);
    await query(
      'mutation ($planId: ID!) { applyPlan(input: { planId: $planId }) { userErrors { code } } }',
      {
        planId: plan.id,
      },
    );
    await fetchEvents(
      house.gateway.url,
      'subscription ($id: ID!) { bulkOperation(id: $id) { state } }',
      { id: plan.id },
    );
    const { text } = await scrape(url);
    expect(value(text, 'iotgw_bulk_items_total{outcome="CHANGED"}')).toBe(plan.counts.pending);
    expect(of('bulk item')).toHaveLength(plan.counts.pending);
    expect(of('bulk operation').map(({ state }) => state)).toEqual([
      'PLANNING',
      'PLANNED',
      'RUNNING',
      'DONE',
    ]);
  });

  test('a request refused as a whole counts by its code', async () => {
    const { gateway, url } = await start();
    await fetch(`${gateway.url}/nowhere`);
    const { text } = await scrape(url);
    expect(value(text, 'iotgw_requests_refused_total{code="NOT_FOUND"}')).toBe(1);
  });

  test.each([
    ['/', 'GET', 404],
    ['/metricsx', 'GET', 404],
    ['/graphql', 'POST', 404],
    ['/metrics', 'POST', 405],
    ['/metrics', 'HEAD', 200],
    ['/metrics?x=1', 'GET', 200],
  ])('%s %s is answered with %i', async (path, method, status) => {
    const { telemetry } = await listen('error');
    const state = {
      permits: [],
      bytes: { cache: 0, memo: 0, nodeTexts: 0 },
      nodeTextsShown: 0,
    };
    const url = await telemetry.serveMetrics({ host: '127.0.0.1', port: 0 }, () => state);
    const answer = await scrape(url, path, method);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.type).toMatch(/^application\/json/);
  });
});

describe('the port of the metrics', () => {
  const state = () => ({
    permits: [],
    bytes: { cache: 0, memo: 0, nodeTexts: 0 },
    nodeTextsShown: 0,
  });
  const serve = async (allowedHosts: readonly string[] = []): Promise<string> => {
    const { telemetry } = await listen('error');
    return telemetry.serveMetrics({ host: '127.0.0.1', port: 0, allowedHosts }, state);
  };
  const ask = async (url: string, host: string) => {
    const client = await openRaw(url);
    client.write(`GET /metrics HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    const [answer] = await client.closed();
    return answer;
  };

  test('answers a page that rebound its name with 421', async () => {
    const url = await serve(['metrics.example.com']);
    expect(refusalIn(await ask(url, 'rebound.example.com'))).toEqual(
      refusalOf(421, 'HOST_NOT_ALLOWED'),
    );
    for (const host of ['127.0.0.1:9464', 'localhost', 'metrics.example.com']) {
      expect([host, (await ask(url, host))?.status]).toEqual([host, 200]);
    }
  });

  test('gives each answer an id, the refusals as all others have them', async () => {
    const url = await serve();
    const [one, other] = [await ask(url, 'localhost'), await ask(url, 'localhost')];
    expect(one?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(other?.headers['x-request-id']).not.toBe(one?.headers['x-request-id']);
    const client = await openRaw(url);
    client.write(requestText(url, 'GET /nope', [['connection', 'close']]));
    expect(refusalIn((await client.closed())[0])).toEqual(refusalOf(404, 'NOT_FOUND'));
  });

  test('is not taken by connections that are silent or slow', async () => {
    const url = await serve();
    const hostile: RawClient[] = [];
    for (let count = 0; count < 40; count += 1) {
      const client = await openRaw(url);
      if (count % 2 === 0) client.write('GET /met');
      hostile.push(client);
    }
    expect((await ask(url, 'localhost'))?.status).toBe(200);
    for (const { socket } of hostile) socket.destroy();
  });
});

describe('spans', () => {
  test('an operation and each attempt have one, in the trace that the request names', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    provider.register();
    closing.push(async () => {
      trace.disable();
      context.disable();
      propagation.disable();
      await provider.shutdown();
    });
    await listen('error');
    const { query, setFaults } = await harness();
    await setFaults([
      { action: '*', kind: 'error', name: 'ServiceUnavailableException', status: 503, times: 1 },
    ]);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await query(
      NAMED,
      { first: 1 },
      {
        'cache-control': 'no-cache',
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      },
    );
    const spans = await until(() => {
      const finished = exporter.getFinishedSpans();
      return finished.length === 3 ? finished : undefined;
    });
    const [first, second, operation] = spans;
    for (const span of spans) expect(span.spanContext().traceId).toBe(traceId);
    expect(operation?.name).toBe('query');
    expect(operation?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(operation?.attributes).toMatchObject({
      'graphql.operation.name': 'Names',
      'graphql.operation.type': 'query',
      'iotgw.outcome': 'ok',
      'iotgw.upstream.attempts': 2,
    });
    for (const attempt of [first, second]) {
      expect(attempt?.name).toBe('IoT/ListProvisioningTemplates');
      expect(attempt?.parentSpanContext?.spanId).toBe(operation?.spanContext().spanId);
    }
    expect(first?.status.code).toBe(SpanStatusCode.ERROR);
    expect(second?.status.code).toBe(SpanStatusCode.UNSET);
  });
});
