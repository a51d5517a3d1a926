import {
  IoTClient,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import type { Graph } from '../../src/graph/execution.ts';
import { NodeTexts } from '../../src/graph/nodeTexts.ts';
import { KnowledgeCache } from '../../src/upstream/cache.ts';
import { InputLog } from '../../src/upstream/scope.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { graphOver, httpOver, hurriedClock, upstreamOf } from '../support/graphSide.ts';
import { ACCOUNT, type Answer, at, REGION, START_MS } from '../support/harness.ts';
import { randomQuery } from '../support/randomQuery.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const MAX_AGE_MS = 15_000;

let clock: VirtualClock;
let plane: ControlPlane;
let upstream: Upstream;
/** Over one cache and without a memo: a gateway that answers again quickly, and one of graphql-js alone. */
let graph: Graph;
let referenceGraph: Graph;
let quick: FastifyInstance;
let reference: FastifyInstance;
let outside: IoTClient;
let caIds: string[];
let templateNames: string[];
let cursors: string[];

beforeAll(async () => {
  clock = new VirtualClock(START_MS);
  plane = await startControlPlane({ clock, seeds: ['demo'] });
  upstream = upstreamOf(plane, clock);
  graph = await graphOver(upstream, { clock: hurriedClock() });
  referenceGraph = await graphOver(upstream, { compile: 'never' });
  quick = httpOver(graph);
  reference = httpOver(referenceGraph);
  outside = new IoTClient({
    region: REGION,
    endpoint: plane.url,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
  const { data } = await ask(reference, {
    query: `{
      caCertificates(first: 12) { edges { cursor node { certificateId } } }
      provisioningTemplates(first: 20, filter: { type: JITP }) { nodes { templateName } }
    }`,
  });
  const edges = at(data, 'caCertificates', 'edges') as unknown[];
  caIds = edges.slice(0, 4).map((edge) => at(edge, 'node', 'certificateId') as string);
  cursors = edges.map((edge) => at(edge, 'cursor') as string);
  const templates = at(data, 'provisioningTemplates', 'nodes') as unknown[];
  templateNames = templates.slice(0, 3).map((node) => at(node, 'templateName') as string);
});

afterAll(async () => {
  outside.destroy();
  await Promise.all([quick.close(), reference.close()]);
  await Promise.all([graph.close(), referenceGraph.close()]);
  upstream.close();
  await plane.close();
});

interface Request {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

async function send(app: FastifyInstance, body: Request) {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
  return { status: response.statusCode, headers: response.headers, text: response.body };
}

async function ask(app: FastifyInstance, body: Request): Promise<Answer> {
  return JSON.parse((await send(app, body)).text) as Answer;
}

const list = (name: string, selection: string) =>
  `query ($first: Int, $after: String) { ${name}(first: $first, after: $after) { ${selection} } }`;

const WINDOWS: readonly string[] = [
  list(
    'caCertificates',
    'nodes { certificateId status creationDate template { templateName enabled } } pageInfo { hasNextPage }',
  ),
  `${list(
    'caCertificates',
    '__typename cas: edges { at: cursor __typename ca: node { id ...F } } totalCount',
  )} fragment F on CACertificate { ... on Node { id } status template { description type } }`,
  list(
    'caCertificates',
    'pageInfo { endCursor startCursor } nodes { certificatePem certificateMode validity { notAfter } }',
  ),
  list(
    'caCertificates',
    'nodes { autoRegistrationStatus registrationConfig { __typename ... on NamedTemplateRegistration { templateName template { description } } } }',
  ),
  list(
    'provisioningTemplates',
    'nodes { templateName description enabled } cutShort pageInfo { hasNextPage }',
  ),
  list('provisioningTemplates', 'edges { node { templateBody description } }'),
];

function windowOf(what: number, from: number, first: number): Request {
  const query = WINDOWS[what % WINDOWS.length] as string;
  const isOfCAs = query.includes('caCertificates(');
  const after = isOfCAs && from > 0 ? cursors[from % cursors.length] : null;
  // Now and then all of the list, so that the texts of its page are joined.
  return { query, variables: { first: first > 8 ? 500 : first, after } };
}

const STATUSES = ['ACTIVE', 'INACTIVE'] as const;

async function write(what: number, which: number, to: number): Promise<void> {
  const [id, name] = [caIds[which % caIds.length], templateNames[which % 3]];
  const [query, variables] = [
    [
      `mutation ($id: String!, $status: CACertificateStatus!) {
        updateCACertificate(input: { certificateId: $id, newStatus: $status }) { userErrors { message } } }`,
      { id, status: STATUSES[to % 2] },
    ],
    [
      `mutation ($name: String!, $text: String!) {
        updateProvisioningTemplate(input: { templateName: $name, description: $text }) { userErrors { message } } }`,
      { name, text: `written ${to}` },
    ],
    [
      `mutation ($id: String!, $name: String!) {
        attachProvisioningTemplate(input: { certificateId: $id, templateName: $name }) { userErrors { message } } }`,
      { id, name: templateNames[to % 3] },
    ],
  ][what % 3] as [string, Record<string, unknown>];
  expect((await ask(quick, { query, variables })).errors).toBeUndefined();
}

async function changeOutside(what: number, which: number, to: number): Promise<void> {
  const [certificateId, templateName] = [caIds[which % caIds.length], templateNames[which % 3]];
  const description = `outside ${to}`;
  await (what % 2 === 0
    ? outside.send(new UpdateCACertificateCommand({ certificateId, newStatus: STATUSES[to % 2] }))
    : outside.send(new UpdateProvisioningTemplateCommand({ templateName, description })));
}

const counts = { windows: 0, known: 0, nodes: 0 };

/** Asks both over the same cache; what one finds in it without a call the other must tell alike. */
async function compare(request: Request): Promise<void> {
  const before = graph.nodeTexts.found;
  const answer = await ask(quick, request);
  const expected = await ask(reference, request);
  expect(answer.errors).toBeUndefined();
  counts.windows += 1;
  counts.nodes += graph.nodeTexts.found - before;
  if (Object.keys(answer.extensions?.upstream.made ?? {}).length > 0) return;
  counts.known += 1;
  expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data));
  expect(expected.extensions?.upstream.made).toEqual({});
  expect(answer.extensions?.upstream.oldest).toBe(expected.extensions?.upstream.oldest);
  // What the first concluded from many answers is one to whoever comes after it.
  const { data, extensions } = await ask(quick, request);
  expect(JSON.stringify(data)).toBe(JSON.stringify(expected.data));
  expect(extensions?.upstream.cacheHits).toBe(expected.extensions?.upstream.cacheHits);
}

const small = fc.nat({ max: 11 });
const step = fc.oneof(
  { weight: 24, arbitrary: fc.tuple(fc.constant('read' as const), small, small, small) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('write' as const), small, small, small) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('outside' as const), small, small, small) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1, 1000, MAX_AGE_MS - 1, MAX_AGE_MS, MAX_AGE_MS + 1)
      .map((waitMs) => ['wait' as const, waitMs, 0, 0] as const),
  },
);

describe('windows of lists', () => {
  test('never tell what graphql-js would not tell', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }),
        async (steps) => {
          for (const [kind, what, which, to] of steps) {
            if (kind === 'read') await compare(windowOf(what, which, to));
            else if (kind === 'write') await write(what, which, to);
            else if (kind === 'outside') await changeOutside(what, which, to);
            else clock.advance(what);
          }
        },
      ),
      { numRuns: 40, seed: 11, endOnFailure: true },
    );
    expect(counts.windows).toBeGreaterThan(1000);
    expect(counts.known).toBeGreaterThan(counts.windows / 2);
    // Else it would compare executions.
    expect(counts.nodes).toBeGreaterThan(2 * counts.known);
  });

  test('are priced at nothing where all of them is held', async () => {
    const query = list('provisioningTemplates', 'nodes { description } pageInfo { endCursor }');
    const { data } = await ask(quick, { query, variables: { first: 2 } });
    const after = at(data, 'provisioningTemplates', 'pageInfo', 'endCursor');
    const request = { query, variables: { first: 3, after } };
    for (const _time of [1, 2]) await ask(quick, request);
    const { extensions: held } = await ask(quick, request);
    expect(held?.upstream).toMatchObject({ priced: { min: 0, max: 0 }, made: {} });
    upstream.door.cache.clear();
    const { extensions: live } = await ask(quick, request);
    expect(live?.upstream.priced.max).toBeGreaterThan(0);
    expect(live?.upstream.made).toEqual({ ListProvisioningTemplates: 1 });
  });

  test('are held with CAs that name no template', async () => {
    const query = list('caCertificates', 'nodes { template { templateName } }');
    const request = { query, variables: { first: 500 } };
    for (const _time of [1, 2, 3]) await ask(quick, request);
    const before = graph.nodeTexts.found;
    const { data } = await ask(quick, request);
    const nodes = at(data, 'caCertificates', 'nodes') as unknown[];
    expect(nodes.filter((node) => at(node, 'template') === null).length).toBeGreaterThan(0);
    expect(graph.nodeTexts.found - before).toBe(nodes.length);
  });

  test('cost no call beyond those that an ordinary execution makes', async () => {
    const request = windowOf(0, 0, 9);
    const bill = async (app: FastifyInstance) => {
      upstream.door.cache.clear();
      plane.resetCalls();
      const { data } = await ask(app, request);
      return { data, calls: plane.calls() };
    };
    for (const _time of [1, 2]) await ask(quick, request);
    expect(await bill(quick)).toEqual(await bill(reference));
  });
});

describe('queries that come again', () => {
  test('are answered as Apollo Server answers them, header by header', async () => {
    const texts = {
      id: ['no id'],
      ids: ['no id'],
      certificateId: [...caIds, 'short'],
      templateName: [...templateNames, 'gone'],
      templateNamePrefix: [''],
      after: [...cursors.slice(0, 2), 'no cursor'],
    };
    const seen = { again: 0, answers: 0 };
    await fc.assert(
      fc.asyncProperty(randomQuery(referenceGraph.schema, texts), async ({ query, variables }) => {
        const request = { query, variables };
        for (const _time of [1, 2]) await send(quick, request);
        const before = graph.compiled.answered;
        const [found, expected] = [await send(quick, request), await send(reference, request)];
        seen.answers += 1;
        seen.again += graph.compiled.answered - before;
        const shapeOf = ({ status, headers, text }: typeof found) => {
          const { data, errors } = JSON.parse(text) as Answer;
          const told = errors?.map(({ path, message }) => JSON.stringify([path, message])).sort();
          const comparable = { ...headers, 'x-request-id': '', 'content-length': '', date: '' };
          return { status, headers: comparable, data: JSON.stringify(data), told };
        };
        expect(shapeOf(found)).toEqual(shapeOf(expected));
      }),
      { numRuns: 300, seed: 5, endOnFailure: true },
    );
    expect(seen.again).toBeGreaterThan(seen.answers / 3);
  });

  test.each<[string, unknown]>([
    [
      'an operation that is not there',
      { query: 'query A { registrationCode }', operationName: 'B' },
    ],
    [
      'no operation by the empty name',
      { query: 'query A { registrationCode }', operationName: '' },
    ],
    ['a price alone', { query: 'query A { registrationCode }' }],
  ])('but not %s', async (_name, body) => {
    for (const _time of [1, 2]) await send(quick, { query: 'query A { registrationCode }' });
    const headers = { 'content-type': 'application/json', 'x-price-only': '1' };
    const [found, expected] = await Promise.all(
      [quick, reference].map((app) =>
        app.inject({ method: 'POST', url: '/graphql', headers, payload: JSON.stringify(body) }),
      ),
    );
    const withoutId = (text = '') => text.replaceAll(/"requestId":"[^"]*"/g, '');
    expect(found?.statusCode).toBe(expected?.statusCode);
    expect(withoutId(found?.body)).toBe(withoutId(expected?.body));
  });
});

describe('the texts of nodes', () => {
  const textOf = (index: number, inputs = new InputLog()) => ({
    json: `{"index":${index}}`,
    inputs,
    shown: 0,
  });

  test('take no more memory than their bound', () => {
    const texts = new NodeTexts({ cache: new KnowledgeCache(1000), maxBytes: 10_000 });
    const selection = {};
    const rows = Array.from({ length: 100 }, (_, index) => ({ index }));
    let kept = 0;
    expect(texts.of(selection, rows).whole(0)).toBeUndefined();
    expect(texts.bytes).toBe(0);
    for (const { index } of rows) {
      texts.of(selection, rows).keep(index, textOf(index));
      expect(texts.bytes).toBeLessThanOrEqual(10_000);
      // A page that holds any has a place for each of its rows.
      if (texts.bytes > 0) expect(texts.bytes).toBeGreaterThan(8 * rows.length);
      const found = texts.of(selection, rows).find(index, 0);
      if (found !== undefined) expect(found.json).toBe(`{"index":${index}}`);
      kept += found === undefined ? 0 : 1;
      expect(texts.of({}, rows).find(index, 0)).toBeUndefined();
      expect(texts.of(selection, [...rows]).find(index, 0)).toBeUndefined();
    }
    expect(kept).toBeGreaterThan(90);
    expect(texts.of(selection, rows).find(0, 0)).toBeUndefined();
  });

  test('go together once all of a page are there, while each of them stands', () => {
    const cache = new KnowledgeCache(100_000);
    const put = (key: string, call: number) =>
      cache.put(key, { value: call, atMs: 0, call }, [key]);
    const read = (...keys: string[]) => {
      const inputs = new InputLog();
      for (const key of keys) inputs.add(key, cache.get(key)?.call ?? 0, 0, 1000);
      return inputs;
    };
    put('one', 1);
    put('two', 2);
    const rows = [{}, {}, {}];
    const page = new NodeTexts({ cache, maxBytes: 100_000 }).of({}, rows);
    page.keep(0, textOf(0, read('one')));
    page.keep(2, { ...textOf(2, read('one')), shown: 4 });
    expect(page.whole(0)).toBeUndefined();
    page.keep(1, textOf(1, read('two')));
    const whole = page.whole(0);
    expect(whole?.json(0, 3)).toBe('{"index":0},{"index":1},{"index":2}');
    expect(whole?.json(1, 2)).toBe('{"index":1}');
    expect(whole?.shown(1, 3)).toBe(6);
    for (const isKept of [true, false]) {
      const inputs = new InputLog(isKept);
      whole?.noteInputs(0, 1, inputs);
      expect([inputs.used, inputs.calls.size]).toEqual([1, isKept ? 1 : 0]);
      whole?.noteInputs(1, 3, inputs);
      expect([inputs.used, inputs.calls.size]).toEqual([2, isKept ? 2 : 0]);
      expect(inputs.expiresMs).toBe(1000);
    }
    expect(page.whole(1001)).toBeUndefined();
    page.keep(1, textOf(1, read('two')));
    expect(page.whole(0)).toBeDefined();
    put('two', 3);
    expect(page.whole(0)).toBeUndefined();
    expect(page.find(0, 0)?.json).toBe('{"index":0}');
    expect(page.find(1, 0)).toBeUndefined();
    page.keep(1, textOf(7, read('two')));
    expect(page.whole(0)?.json(0, 2)).toBe('{"index":0},{"index":7}');
  });
});
