import {
  IoTClient,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import type { Graph } from '../../src/graph/execution.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { graphOver, httpOver, upstreamOf } from '../support/graphSide.ts';
import { ACCOUNT, type Answer, at, REGION, START_MS } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const MAX_AGE_MS = 15_000;

let clock: VirtualClock;
let plane: ControlPlane;
let upstream: Upstream;
/** Over one cache: a gateway that remembers answers, and one that does not. */
let graph: Graph;
let remembering: FastifyInstance;
let reference: FastifyInstance;
let referenceGraph: Graph;
let outside: IoTClient;
let caIds: string[];
let templateNames: string[];

beforeAll(async () => {
  clock = new VirtualClock(START_MS);
  plane = await startControlPlane({ clock, seeds: ['demo'] });
  upstream = upstreamOf(plane, clock);
  graph = await graphOver(upstream, { memoBytes: 1024 * 1024 });
  referenceGraph = await graphOver(upstream, { compile: 'never' });
  remembering = httpOver(graph);
  reference = httpOver(referenceGraph);
  outside = new IoTClient({
    region: REGION,
    endpoint: plane.url,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
  const { data } = await ask(reference, {
    query: `{
      caCertificates(first: 4) { nodes { certificateId } }
      provisioningTemplates(first: 20, filter: { type: JITP }) { nodes { templateName } }
    }`,
  });
  const texts = (list: string, field: string) =>
    (at(data, list, 'nodes') as unknown[]).map((node) => at(node, field) as string);
  caIds = texts('caCertificates', 'certificateId');
  templateNames = texts('provisioningTemplates', 'templateName').slice(0, 3);
});

afterAll(async () => {
  outside.destroy();
  await Promise.all([remembering.close(), reference.close()]);
  await Promise.all([graph.close(), referenceGraph.close()]);
  upstream.close();
  await plane.close();
});

interface Request {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

async function send(app: FastifyInstance, body: Request, headers: Record<string, string> = {}) {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return { status: response.statusCode, headers: response.headers, text: response.body };
}

async function ask(app: FastifyInstance, body: Request): Promise<Answer> {
  return JSON.parse((await send(app, body)).text) as Answer;
}

const WHOLE = `query ($id: String!) { caCertificate(certificateId: $id) {
  status autoRegistrationStatus lastModifiedDate template { templateName description }
} }`;
const ROWS = '{ caCertificates(first: 30) { nodes { certificateId status } } }';
const TEMPLATES_OF_CAS =
  '{ caCertificates(first: 10) { nodes { certificateId template { templateName enabled } } } }';
const BODIES = '{ provisioningTemplates(first: 5) { nodes { description templateBody } } }';
const TEMPLATE = `query ($name: String!) { provisioningTemplate(templateName: $name) {
  description enabled caCertificates { nodes { certificateId status } totalCount }
} }`;
const UPDATE_CA = `mutation ($id: String!, $status: CACertificateStatus!) {
  updateCACertificate(input: { certificateId: $id, newStatus: $status }) {
    caCertificate { status } userErrors { message }
  }
}`;
const UPDATE_TEMPLATE = `mutation ($name: String!, $text: String!) {
  updateProvisioningTemplate(input: { templateName: $name, description: $text }) {
    provisioningTemplate { description } userErrors { message }
  }
}`;
const ATTACH = `mutation ($id: String!, $name: String!) {
  attachProvisioningTemplate(input: { certificateId: $id, templateName: $name }) {
    caCertificate { template { templateName } } userErrors { message }
  }
}`;

const STATUSES = ['ACTIVE', 'INACTIVE'] as const;

type Step =
  | { readonly kind: 'read'; readonly what: number; readonly which: number }
  | { readonly kind: 'write'; readonly what: number; readonly which: number; readonly to: number }
  | { readonly kind: 'outside'; readonly what: number; readonly which: number; readonly to: number }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'together'; readonly steps: readonly Step[] };

function readOf(what: number, which: number): Request {
  const id = caIds[which % caIds.length];
  const name = templateNames[which % templateNames.length];
  const reads: readonly Request[] = [
    { query: WHOLE, variables: { id } },
    { query: ROWS },
    { query: TEMPLATES_OF_CAS },
    { query: BODIES },
    { query: TEMPLATE, variables: { name } },
  ];
  return reads[what % reads.length] as Request;
}

function writeOf(what: number, which: number, to: number): Request {
  const id = caIds[which % caIds.length];
  const name = templateNames[which % templateNames.length];
  const writes: readonly Request[] = [
    { query: UPDATE_CA, variables: { id, status: STATUSES[to % 2] } },
    { query: UPDATE_TEMPLATE, variables: { name, text: `written ${to}` } },
    { query: ATTACH, variables: { id, name: templateNames[to % templateNames.length] } },
  ];
  return writes[what % writes.length] as Request;
}

async function changeOutside(what: number, which: number, to: number): Promise<void> {
  const [certificateId, templateName] = [caIds[which % caIds.length], templateNames[which % 3]];
  const description = `outside ${to}`;
  await (what % 2 === 0
    ? outside.send(new UpdateCACertificateCommand({ certificateId, newStatus: STATUSES[to % 2] }))
    : outside.send(new UpdateProvisioningTemplateCommand({ templateName, description })));
}

const small = fc.nat({ max: 5 });
const wait = fc.constantFrom(1, 1000, MAX_AGE_MS - 1, MAX_AGE_MS, MAX_AGE_MS + 1);
const few = fc.nat({ max: 1 });
const read = fc.record({ kind: fc.constant('read' as const), what: small, which: few });
const change = { what: small, which: few, to: small };
const single: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: read },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), ...change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('outside' as const), ...change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), waitMs: wait }) },
);
const together = fc.record({
  kind: fc.constant('together' as const),
  steps: fc.array(single, { minLength: 2, maxLength: 6 }),
});
const steps = fc.array(
  fc.oneof({ weight: 9, arbitrary: single }, { weight: 1, arbitrary: together }),
  { minLength: 30, maxLength: 60, size: 'max' },
);

const counts = { reads: 0, remembered: 0 };

async function take(step: Step): Promise<void> {
  switch (step.kind) {
    case 'read':
      return compareRead(readOf(step.what, step.which));
    case 'write': {
      const { errors } = await ask(remembering, writeOf(step.what, step.which, step.to));
      expect(errors).toBeUndefined();
      return;
    }
    case 'outside':
      return changeOutside(step.what, step.which, step.to);
    case 'wait':
      return clock.advance(step.waitMs);
    case 'together': {
      await Promise.all(step.steps.map((inner) => takeBlindly(inner)));
      // Whatever was remembered in the meantime has to hold now.
      for (const inner of step.steps) if (inner.kind === 'read') await take(inner);
    }
  }
}

/** Without a comparison, for what others do at the same time shows in one answer or the other. */
async function takeBlindly(step: Step): Promise<void> {
  if (step.kind === 'read') await ask(remembering, readOf(step.what, step.which));
  else await take(step);
}

/** Asks both over the same cache. What one remembers the other finds without a call. */
async function compareRead(request: Request): Promise<void> {
  const before = graph.memo.answered;
  const answer = await ask(remembering, request);
  const expected = await ask(reference, request);
  expect(answer.errors).toBeUndefined();
  counts.reads += 1;
  // What was executed may have learned something, so that the next execution tells more.
  if (graph.memo.answered === before) return;
  counts.remembered += 1;
  expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data));
  expect(expected.extensions?.upstream.made).toEqual({});
  expect(answer.extensions?.upstream.made).toEqual({});
  expect(answer.extensions?.upstream.oldest).toBe(expected.extensions?.upstream.oldest);
  expect(answer.extensions?.upstream.cacheHits).toBe(expected.extensions?.upstream.cacheHits);
}

describe('the answer memo', () => {
  test('never tells what a gateway without it would not tell', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        for (const step of taken) await take(step);
      }),
      { numRuns: 40, seed: 7, endOnFailure: true },
    );
    expect(counts.reads).toBeGreaterThan(1000);
    expect(counts.remembered).toBeGreaterThanOrEqual(counts.reads / 2);
  });
});

describe('an answer from the memo', () => {
  const request = { query: ROWS };
  beforeEach(async () => {
    clock.advance(2 * MAX_AGE_MS);
  });

  /** Whether the second of two equal requests was answered from the memo. */
  async function isRemembered(
    body: Request,
    headers: Record<string, string> = {},
  ): Promise<boolean> {
    await send(remembering, body, headers);
    await send(remembering, body, headers);
    const before = graph.memo.answered;
    await send(remembering, body, headers);
    return graph.memo.answered > before;
  }

  test('differs from an executed one in the receipt and the request id alone', async () => {
    const executed = await send(remembering, request);
    const before = graph.memo.answered;
    const remembered = await send(remembering, request);
    expect(graph.memo.answered).toBe(before + 1);
    const shapeOf = ({ status, headers, text }: typeof executed) => ({
      status,
      headers: { ...headers, 'x-request-id': '', 'content-length': '', date: '' },
      text: text.replace(/"upstream":\{.*\}\}\}\n$/, '"upstream":'),
    });
    expect(shapeOf(remembered)).toEqual(shapeOf(executed));
    expect(remembered.headers['x-request-id']).not.toBe(executed.headers['x-request-id']);
    expect(Number(remembered.headers['content-length'])).toBe(Buffer.byteLength(remembered.text));
    expect(remembered.headers['cache-control']).toBe('no-store');
    const receiptOf = (text: string) => (JSON.parse(text) as Answer).extensions?.upstream;
    expect(receiptOf(executed.text)).toMatchObject({ made: { ListCACertificates: 1 } });
    expect(receiptOf(remembered.text)).toEqual({
      priced: { min: 0, max: 0 },
      made: {},
      attempts: 0,
      deduplicated: 0,
      cacheHits: 1,
      waitedMs: 0,
      throttled: 0,
      oldest: new Date(clock.nowMs()).toISOString(),
    });
  });

  test('tells of as many answers used as an executed one, in a list or by id', async () => {
    const BY_ID = 'query ($id: String!) { caCertificate(certificateId: $id) { ownedBy } }';
    for (const body of [{ query: BY_ID, variables: { id: caIds[0] } }, { query: ROWS }]) {
      const hits: unknown[] = [];
      for (const _time of [1, 2, 3, 4]) {
        hits.push((await ask(remembering, body)).extensions?.upstream.cacheHits);
      }
      expect(hits).toEqual([0, 1, 1, 1]);
    }
  });

  test('ends with the window of freshness and with a write', async () => {
    expect(await isRemembered(request)).toBe(true);
    clock.advance(MAX_AGE_MS + 1);
    const before = graph.memo.answered;
    await send(remembering, request);
    expect(graph.memo.answered).toBe(before);
    await send(remembering, request);
    expect(graph.memo.answered).toBe(before + 1);
    await send(remembering, writeOf(0, 0, 1));
    await send(remembering, request);
    expect(graph.memo.answered).toBe(before + 1);
  });

  test('outlives what others read and write', async () => {
    const [mine, other] = [{ name: templateNames[0] }, { name: templateNames[1], text: 'other' }];
    expect(await isRemembered({ query: TEMPLATE, variables: mine })).toBe(true);
    await send(remembering, { query: UPDATE_TEMPLATE, variables: other });
    await send(remembering, readOf(0, 1));
    const before = graph.memo.answered;
    await send(remembering, { query: TEMPLATE, variables: mine });
    expect(graph.memo.answered).toBe(before + 1);
  });

  test.each<[string, Request, Record<string, string>]>([
    ['with Cache-Control', { query: ROWS }, { 'cache-control': 'max-age=60' }],
    ['that wants the price alone', { query: ROWS }, { 'x-price-only': '1' }],
    ['that changes something', { query: UPDATE_TEMPLATE }, {}],
    ['about the schema', { query: '{ __schema { queryType { name } } }' }, {}],
    ['about data and schema', { query: `{ __schema { queryType { name } } ${ROWS.slice(1)}` }, {}],
    ['that reads nothing', { query: '{ __typename }' }, {}],
    ['about the quota', { query: `{ quota { action } ${ROWS.slice(1)}` }, {}],
    ['with an error', { query: `{ bad: node(id: "bad") { id } ${ROWS.slice(1)}` }, {}],
    ['that is wrong', { query: '{ nothing }' }, {}],
  ])('is never given to a request %s', async (_name, body, headers) => {
    const variables = { name: templateNames[0], text: 'text' };
    expect(await isRemembered({ ...body, variables }, headers)).toBe(false);
  });

  test('belongs to its variables, operation and media type', async () => {
    const query = `query A { caCertificates(first: 1) { nodes { certificateId } } }
      query B { caCertificates(first: 2) { nodes { certificateId } } }`;
    const nodesOf = async (body: Request) =>
      at((await ask(remembering, body)).data, 'caCertificates', 'nodes') as unknown[];
    for (const _time of [1, 2, 3]) {
      expect(await nodesOf({ query, operationName: 'A' })).toHaveLength(1);
      expect(await nodesOf({ query, operationName: 'B' })).toHaveLength(2);
    }
    const types = ['application/json', 'application/graphql-response+json'];
    for (const accept of [...types, ...types, ...types]) {
      const { headers } = await send(remembering, request, { accept });
      expect(headers['content-type']).toBe(`${accept}; charset=utf-8`);
    }
  });

  test('takes no more memory than its bound', async () => {
    for (let first = 1; first <= 60; first += 1) {
      const query = `{ caCertificates(first: ${first}) { nodes { id certificatePem } } }`;
      for (const _time of [1, 2]) await send(remembering, { query });
      expect(graph.memo.bytes).toBeLessThanOrEqual(1024 * 1024);
    }
    expect(graph.memo.bytes).toBeGreaterThan(512 * 1024);
  });
});
