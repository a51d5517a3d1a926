import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import type { Authenticate } from '../src/auth.ts';
import { ANONYMOUS, type Caller } from '../src/caller.ts';
import type { HttpLimits } from '../src/exposure/limits.ts';
import { createExposure } from '../src/exposure.ts';
import { readSchemaText, startGateway } from '../src/gateway.ts';
import { createGraph } from '../src/graph/execution.ts';
import { createHttp } from '../src/http.ts';
import { ChangeJournal } from '../src/journal/changeJournal.ts';
import { openLedger } from '../src/ledger.ts';
import { AT_ONCE } from '../src/rateLimit.ts';
import { unlimitedPermits } from '../src/upstream/permits.ts';
import { createUpstream } from '../src/upstream/upstream.ts';
import { Workload } from '../src/workload.ts';
import { type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { codeOf, openRaw, type RawClient, requestText } from './support/rawHttp.ts';
import { VirtualClock } from './support/virtualClock.ts';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: ReadonlyArray<{
    readonly message: string;
    readonly extensions: Readonly<Record<string, unknown>>;
  }>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';
const PREFLIGHT = { 'apollo-require-preflight': 'yes' };

/** Sends the path exactly as written, over a connection of its own. */
function send(url: string, path: string, sent: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const { method = 'GET', headers = {}, body } = sent;
    const outgoing = request(
      { hostname, port, path, method, headers: { ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return send(url, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function get(
  url: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = PREFLIGHT,
): Promise<Answer> {
  return send(url, `/graphql?${new URLSearchParams(parameters)}`, { headers });
}

const graphqlOf = (answer: Answer): GraphqlAnswer => JSON.parse(answer.text);
const codesOf = (answer: Answer): unknown[] =>
  (graphqlOf(answer).errors ?? []).map(({ extensions }) => extensions.code);

const LIST = '{ provisioningTemplates(first: 1) { nodes { templateName } } }';
const CREATE = `mutation {
  createProvisioningTemplate(input: {
    templateName: "made-by-a-test", templateBody: "{\\"Resources\\":{}}",
    provisioningRoleArn: "arn:aws:iam::123456789012:role/jitp"
  }) { provisioningTemplate { templateName } userErrors { message } }
}`;

let harness: Harness;
let url: string;

beforeAll(async () => {
  harness = await startHarness();
  url = harness.gateway.url;
});

afterAll(() => harness.close());

afterEach(async () => {
  expect(harness.faults.splice(0)).toEqual([]);
  await harness.setFaults([]);
});

describe('GraphQL over HTTP', () => {
  test.each([
    ['nothing', {}, JSON_TYPE],
    ['*/*', { accept: '*/*' }, JSON_TYPE],
    ['application/*', { accept: 'application/*' }, JSON_TYPE],
    ['application/json', { accept: 'application/json' }, JSON_TYPE],
    ['the new type', { accept: 'application/graphql-response+json' }, RESPONSE_TYPE],
    [
      'the header that the specification recommends',
      {
        accept: 'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
      },
      RESPONSE_TYPE,
    ],
    [
      'both, the old one rather',
      { accept: 'application/graphql-response+json;q=0.5, application/json' },
      JSON_TYPE,
    ],
    [
      'a type it has after ones it has not',
      { accept: 'text/html, image/webp;q=0.9, */*;q=0.1' },
      JSON_TYPE,
    ],
  ])('a client that accepts %s gets 200 and its type', async (_, headers, type) => {
    const answer = await post(url, { query: LIST }, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(graphqlOf(answer).data).toEqual({
      provisioningTemplates: { nodes: [{ templateName: expect.any(String) }] },
    });
  });

  test.each([
    'text/html',
    'application/xml, image/*',
    'application/json;q=0',
    'application/json; charset=iso-8859-1',
    '*/*;q=0',
    'application/json;q=0, application/graphql-response+json;q=0, */*',
  ])('a client that accepts only %s gets 406, and nothing runs', async (accept) => {
    harness.plane.resetCalls();
    const answer = await post(url, { query: CREATE }, { accept });
    expect(answer.status).toBe(406);
    expect(answer.headers['content-type']).toBe(JSON_TYPE);
    expect(codesOf(answer)).toEqual(['NOT_ACCEPTABLE']);
    expect(harness.plane.calls().served).toEqual({});
  });

  describe.each([
    ['application/json', JSON_TYPE, 200],
    ['*/*', JSON_TYPE, 400],
    ['application/graphql-response+json', RESPONSE_TYPE, 400],
  ])('as %s', (accept, type, status) => {
    test.each([
      ['a document that does not parse', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
      ['a document that is not valid', { query: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED'],
      [
        'a variable of the wrong kind',
        {
          query: 'query ($id: ID!) { node(id: $id) { id } }',
          variables: { id: ['a', 'b'] },
        },
        'BAD_USER_INPUT',
      ],
      [
        'an operation name that is not there',
        { query: 'query A { __typename }', operationName: 'B' },
        'OPERATION_RESOLUTION_FAILURE',
      ],
      [
        'two operations without a name to choose',
        { query: 'query A { __typename } query B { __typename }' },
        'OPERATION_RESOLUTION_FAILURE',
      ],
    ])('%s is refused without data', async (_, body, code) => {
      const answer = await post(url, body, { accept });
      expect(answer.headers['content-type']).toBe(type);
      expect(answer.status).toBe(status);
      expect(graphqlOf(answer)).not.toHaveProperty('data');
      expect(codesOf(answer)).toEqual([code]);
    });

    test('a field that fails leaves the rest, with 200', async () => {
      await harness.setFaults([
        { kind: 'error', action: 'GetRegistrationCode', name: 'UnauthorizedException' },
      ]);
      const query = '{ __typename registrationCode }';
      const answer = await post(url, { query }, { accept });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe(type);
      expect(codesOf(answer)).toEqual(['UPSTREAM_ACCESS_DENIED']);
      expect(graphqlOf(answer)).toHaveProperty('data');
    });
  });

  test('a persisted query is refused, for nobody keeps any', async () => {
    const sha256Hash = 'a'.repeat(64);
    const answer = await post(url, { extensions: { persistedQuery: { version: 1, sha256Hash } } });
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);
  });

  test('GET takes query, variables and operation name from the URL', async () => {
    const answer = await get(url, {
      query:
        'query A($n: Int!) { caCertificates(first: $n) { nodes { status } } } query B { x: __typename }',
      variables: '{"n": 2}',
      operationName: 'A',
    });
    expect(answer.status).toBe(200);
    expect(graphqlOf(answer).data).toEqual({
      caCertificates: { nodes: [{ status: expect.any(String) }, { status: expect.any(String) }] },
    });
  });

  test('GET takes everything after the first question mark', async () => {
    const query = '{provisioningTemplate(templateName:"what?"){templateName}}';
    const answer = await send(url, `/graphql?query=${query.replaceAll('"', '%22')}`, {
      headers: PREFLIGHT,
    });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });

  test('GET of a mutation is 405 and does not run', async () => {
    harness.plane.resetCalls();
    const answer = await get(url, { query: CREATE });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
    expect(harness.plane.calls().served).toEqual({});
  });

  test.each([
    ['no header that a page cannot send', {}],
    ['a content type that a page can send', { 'content-type': 'text/plain' }],
  ])('GET with %s is refused, as any web page could send it', async (_, headers) => {
    harness.plane.resetCalls();
    const answer = await get(url, { query: LIST }, headers);
    expect(answer.status).toBe(400);
    expect(graphqlOf(answer).errors?.[0]?.message).toMatch(/CSRF/);
    expect(harness.plane.calls().served).toEqual({});
  });

  test('a browser that opens /graphql gets JSON, not a page from elsewhere', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const answer = await send(url, '/graphql', { headers: { accept } });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe(JSON_TYPE);
    expect(answer.text).not.toContain('<');
  });
});

describe('bodies', () => {
  const LIMIT = 256 * 1024;
  const padded = (length: number): string => {
    const body = JSON.stringify({ query: '{ __typename }' });
    return body + ' '.repeat(length - body.length);
  };

  test('of 256 KiB are taken, of one byte more refused with 413', async () => {
    expect((await post(url, padded(LIMIT))).status).toBe(200);
    const answer = await post(url, padded(LIMIT + 1));
    expect(answer.status).toBe(413);
    expect(codesOf(answer)).toEqual(['PAYLOAD_TOO_LARGE']);
    expect(graphqlOf(answer).errors?.[0]?.message).toContain('262144');
  });

  test('without a length are counted as they come', async () => {
    const answer = await post(url, padded(LIMIT + 1), { 'transfer-encoding': 'chunked' });
    expect(answer.status).toBe(413);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/jsonp',
    'nonsense',
  ])('of type %s are refused with 415', async (type) => {
    const answer = await post(url, { query: CREATE }, { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(codesOf(answer)).toEqual(['UNSUPPORTED_MEDIA_TYPE']);
  });

  test('of no type are refused', async () => {
    const answer = await send(url, '/graphql', { method: 'POST', body: '{"query":"{a}"}' });
    expect(answer.status).toBe(415);
  });

  const bad: ReadonlyArray<[string, string]> = [
    ['empty', ''],
    ['blank', ' '],
    ['cut short', '{"query"'],
    ['with a byte order mark', '\uFEFF{"query":"{ __typename }"}'],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"{ __typename }"'],
    ['an empty object', '{}'],
    ['an empty array', '[]'],
    ['a batch', '[{"query":"{ __typename }"},{"query":"{ __typename }"}]'],
    ['without a query', '{"qeury":"{ __typename }"}'],
    ['with a query of null', '{"query":null}'],
    ['with an empty query', '{"query":""}'],
    ['with a query that is an object', '{"query":{"kind":"Document"}}'],
    ['with a query that is an array', '{"query":["{ __typename }"]}'],
    ['with only a __proto__', '{"__proto__":{"query":"{ __typename }"}}'],
    ['with variables in an array', '{"query":"{ __typename }","variables":[]}'],
    ['with variables as text', '{"query":"{ __typename }","variables":"{}"}'],
    ['with an operation name that is a number', '{"query":"{ __typename }","operationName":1}'],
    ['with extensions in an array', '{"query":"{ __typename }","extensions":[]}'],
    ['with a persisted query of null', '{"extensions":{"persistedQuery":null}}'],
    ['nested without end', '['.repeat(100_000)],
  ];

  test.each(bad)('%s: 400, and the answer says why', async (_, body) => {
    const answer = await post(url, body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe(JSON_TYPE);
    const { errors, ...rest } = graphqlOf(answer);
    expect(rest).not.toHaveProperty('data');
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toMatch(/\S/);
  });

  test.each([
    ['beside the query', '{"query":"{ __typename }","__proto__":{"a":1},"constructor":1}'],
    ['in variables', '{"query":"{ __typename }","variables":{"__proto__":{"a":1}}}'],
    ['in extensions', '{"query":"{ __typename }","extensions":{"__proto__":{"a":1}}}'],
  ])('with __proto__ %s are answered as without, and change nothing', async (_, body) => {
    const answer = await post(url, body);
    expect(answer.status).toBe(200);
    expect(graphqlOf(answer).data).toEqual({ __typename: 'Query' });
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
  });

  test('of any JSON never make a fault of the gateway', async () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom('{ __typename }', null, '', {}));
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { query: member, variables: member, operationName: member, extensions: member },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const answer = await post(url, JSON.stringify(value));
        expect([200, 400]).toContain(answer.status);
        expect(graphqlOf(answer)).toBeInstanceOf(Object);
      }),
      { numRuns: 100 },
    );
  });

  const nested = (depth: number): string => `${'{a'.repeat(depth)}${'}'.repeat(depth)}`;
  test.each([
    ['fields', nested(40_000)],
    ['fields that stay just below the stack of the parser', nested(3000)],
    ['lists', `{ node(id: ${'['.repeat(100_000)}`],
    ['inline fragments', `{ ${'...{'.repeat(40_000)} a ${'}'.repeat(40_000)} }`],
    ['inline fragments, fewer', `{ ${'...{'.repeat(2500)} a ${'}'.repeat(2500)} }`],
    [
      'fields that are there',
      `{ ${'caCertificates{nodes{template{'.repeat(700)}nope${'}}}'.repeat(700)} }`,
    ],
    [
      'fragments',
      `{ ...F0 } ${Array.from({ length: 6000 }, (_, index) => `fragment F${index} on Query{...F${index + 1}}`).join(' ')} fragment F6000 on Query{nope}`,
    ],
  ])('with a document of %s nested without end are refused', async (_, query) => {
    const answer = await post(url, { query });
    expect(answer.status).toBe(400);
  });
});

describe('paths', () => {
  test.each(['/nope', '/graphql/', '/GraphQL', '/graphqlx', '/healthz/x', '/../etc/passwd'])(
    '%s: 404, as JSON',
    async (path) => {
      const answer = await send(url, path);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toBe(JSON_TYPE);
      expect(codesOf(answer)).toEqual(['NOT_FOUND']);
    },
  );

  test.each(['/%zz', '/%', '/assets/%zz'])(
    '%s, which no URL can be: 400, as JSON',
    async (path) => {
      const answer = await send(url, path);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toBe(JSON_TYPE);
      expect(codesOf(answer)).toEqual(['BAD_REQUEST']);
    },
  );

  test.each([
    ...['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].map(
      (method) => [method, '/graphql', 'GET, POST'] as const,
    ),
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/readyz?x=1', 'GET, HEAD'],
    ['PUT', '/schema.graphql', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
  ])('%s %s: 405 with Allow', async (method, path, allow) => {
    const answer = await send(url, path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    if (method !== 'HEAD') expect(codesOf(answer)).toEqual(['METHOD_NOT_ALLOWED']);
  });

  test.each([
    ['POST /nope', 404, 'NOT_FOUND'],
    ['PUT /assets/a.js', 404, 'NOT_FOUND'],
    ['POST /healthz', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT /graphql', 405, 'METHOD_NOT_ALLOWED'],
  ])('%s: %i before the body comes', async (line, status, code) => {
    const client = await openRaw(url);
    const fields = [
      ['content-type', 'application/json'],
      ['content-length', '100000'],
    ] as const;
    client.write(`${requestText(url, line, fields)}{`);
    const [answer] = await client.answers(1);
    client.socket.destroy();
    expect(answer?.status).toBe(status);
    expect(codeOf(answer ?? { body: '{}' })).toBe(code);
  });

  test('/schema.graphql is the file, and a schema', async () => {
    const answer = await send(url, '/schema.graphql');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/graphql; charset=utf-8');
    expect(answer.text).toBe(await readSchemaText());
    expect(buildSchema(answer.text).getQueryType()?.name).toBe('Query');
  });

  test.each([
    ['/healthz', { status: 'ok' }],
    ['/readyz', { status: 'ready' }],
  ])('%s answers 200, also to HEAD', async (path, body) => {
    const answer = await send(url, path);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual(body);
    expect(await send(url, path, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('what is not HTTP, or too much of it', () => {
  /** Writes bytes to a socket and reads until it is closed. */
  function exchange(bytes: string): Promise<{ status: number; headers: string; body: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('error', reject);
      socket.on('close', () => {
        const [headers = '', body = ''] = text.split('\r\n\r\n');
        resolve({ status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body });
      });
    });
  }

  test.each([
    [400, 'BAD_REQUEST', 'nonsense\r\n\r\n'],
    [400, 'BAD_REQUEST', 'GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n'],
    [
      431,
      'HEADERS_TOO_LARGE',
      `GET /graphql?query=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    ],
  ])('is answered with %i, as JSON', async (status, code, bytes) => {
    const answer = await exchange(bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers).toContain('content-type: application/json; charset=utf-8');
    expect(answer.headers).toContain('x-content-type-options: nosniff');
    const [, requestId] = /x-request-id: (\S+)/.exec(answer.headers) ?? [];
    expect(JSON.parse(answer.body)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code, retryable: false, requestId } }],
    });
  });
});

describe('listening', () => {
  const target = { name: 'nowhere', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' };
  const onFault = (): void => {};

  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );

  test.each(['0.0.0.0', 'localhost', ...(hasIpv6 ? ['::', '::1'] : [])])(
    'on %s it names an address that can be called',
    async (host) => {
      const clock = new VirtualClock();
      const auth = { apiKeys: { dataDir: '/nowhere' } };
      const gateway = await startGateway({ host, port: 0, auth, target, clock, onFault });
      try {
        expect(gateway.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
        expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
      } finally {
        await gateway.drain();
      }
    },
  );

  test('rejects with the error of the system when the port is taken', async () => {
    const clock = new VirtualClock();
    const port = Number(new URL(url).port);
    await expect(
      startGateway({ host: '127.0.0.1', port, target, clock, onFault }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the HTTP surface by itself', () => {
  const onFault = (): void => {};
  const closers: Array<() => Promise<unknown>> = [];
  let folder: string;

  /** More than the system keeps for a socket that is not read. */
  const LARGE_BYTES = 24 * 1024 * 1024;
  const ASSET = '/assets/large.js';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'http-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html>');
    await writeFile(join(folder, ASSET), Buffer.alloc(LARGE_BYTES));
  });

  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function create(
    limits: Partial<HttpLimits> = {},
    authenticate: Authenticate = () => ANONYMOUS,
  ) {
    const clock = new VirtualClock();
    const upstream = createUpstream({
      target: { name: 'nowhere', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' },
      clock,
      permits: unlimitedPermits,
      cacheBytes: 1_000_000,
      onSurprise: onFault,
    });
    const ledger = await openLedger({ clock: upstream });
    const graph = await createGraph({
      sdl: await readSchemaText(),
      upstream,
      clock,
      ledger,
      journal: await ChangeJournal.open(ledger, { maxBytes: 1_000_000, onFault }),
      limits: { costMax: 200, deadlineMs: 30_000 },
      memory: { compiledBytes: 1_000_000, nodeTextBytes: 1024, memoBytes: 1_000_000 },
      onFault,
    });
    const exposure = createExposure({ limits }, { host: '127.0.0.1', clock });
    const options = { graph, authenticate, sdl: '', pageDirectory: folder, exposure, onFault };
    const workload = new Workload();
    const app = createHttp(options, workload);
    closers.push(() => Promise.all([app.close(), graph.close(), upstream.close()]));
    return { app, workload, exposure };
  }

  /** Clients that have begun to get a large file and do not read it. */
  async function openUnread(address: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const socket = connect(Number(new URL(address).port), '127.0.0.1');
      socket.on('error', () => undefined);
      closers.unshift(async () => void socket.destroy());
      socket.write(requestText(address, `GET ${ASSET}`));
      await new Promise((resolve) => {
        socket.once('readable', resolve);
        socket.once('close', resolve);
      });
    }
  }

  test('requests have to arrive whole within 15 seconds, their headers within 5', async () => {
    const { app } = await create();
    expect(app.server.requestTimeout).toBe(15_000);
    expect(app.server.headersTimeout).toBe(5_000);
  });

  test('clients that leave the page unread are no work that a stop waits for', async () => {
    const { app, workload } = await create();
    await openUnread(await app.listen({ host: '127.0.0.1', port: 0 }), 3);
    await workload.drain();
  });

  test('clients that leave the page unread keep nobody out', async () => {
    const { app } = await create({ connections: 3 });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    await openUnread(address, 5);
    const good = await openRaw(address);
    good.write(requestText(address, 'GET /healthz', [['connection', 'close']]));
    expect(await good.closed()).toMatchObject([{ status: 200 }]);
  });

  test('callers who leave before it is known who they are have nothing under way', async () => {
    const caller: Caller = { name: 'one', scopes: ANONYMOUS.scopes };
    const waiting: Array<() => void> = [];
    const authenticate = (): Promise<Caller> =>
      new Promise((resolve) => {
        waiting.push(() => resolve(caller));
      });
    const { app, exposure } = await create({}, authenticate);
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const ask = async (already: number): Promise<RawClient> => {
      const client = await openRaw(address);
      client.write(requestText(address, 'GET /schema.graphql'));
      while (waiting.length === already) await new Promise(setImmediate);
      return client;
    };
    for (let count = 0; count < AT_ONCE.requests; count += 1) (await ask(count)).socket.destroy();
    while (exposure.listeners.connections > 0) await new Promise(setImmediate);
    const stays = await ask(waiting.length);
    for (const tell of waiting) tell();
    expect(await stays.answers(1)).toMatchObject([{ status: 200 }]);
    stays.socket.destroy();
  });

  test.each(['/assets/', '/assets/%00', '/assets/nope.js', '/assets/..%2findex.html'])(
    '%s: 404, as JSON',
    async (path) => {
      const { app } = await create();
      const answer = await send(await app.listen({ host: '127.0.0.1', port: 0 }), path);
      expect(answer.status).toBe(404);
      expect(codesOf(answer)).toEqual(['NOT_FOUND']);
    },
  );
});

describe('every answer', () => {
  const posted = (body: string, type = 'application/json'): Sent => ({
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  const asked: ReadonlyArray<[string, string, Sent]> = [
    ['of data', '/graphql', posted(JSON.stringify({ query: LIST }))],
    ['of a syntax error', '/graphql', posted('{"query":"{"}')],
    ['of a validation error', '/graphql', posted('{"query":"{ nope }"}')],
    ['of a body that is not JSON', '/graphql', posted('{')],
    ['of a batch', '/graphql', posted('[]')],
    ['of a body without keys', '/graphql', posted('{}')],
    ['of a wrong type', '/graphql', posted('{}', 'text/plain')],
    ['of a large body', '/graphql', posted(' '.repeat(300_000))],
    ['of a blocked GET', '/graphql?query={__typename}', {}],
    ['of a wrong method', '/graphql', { method: 'DELETE' }],
    ['of an unknown path', '/nope', {}],
    ['of a path that no URL can be', '/%zz', {}],
    ['of an unaccepted type', '/graphql', { headers: { accept: 'image/png' } }],
    ['of health', '/healthz', {}],
    ['of readiness', '/readyz', {}],
    ['of the schema', '/schema.graphql', {}],
    ['of the page', '/', {}],
  ];

  test.each(asked)('%s has an id of its own and forbids sniffing', async (_, path, sent) => {
    const [answer, again] = [await send(url, path, sent), await send(url, path, sent)];
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(again.headers['x-request-id']).not.toBe(answer.headers['x-request-id']);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    if (path !== '/schema.graphql' && path !== '/') {
      expect(answer.headers['content-type']).toBe(JSON_TYPE);
      for (const { message, extensions } of graphqlOf(answer).errors ?? []) {
        expect(message).toMatch(/\S/);
        expect(extensions).toEqual({
          code: expect.any(String),
          retryable: false,
          requestId: answer.headers['x-request-id'],
        });
      }
    }
  });

  test('has the id the gateway gave, whatever the client calls itself', async () => {
    const answer = await send(url, '/healthz', { headers: { 'x-request-id': 'mine' } });
    expect(answer.headers['x-request-id']).not.toBe('mine');
  });
});

describe('draining', () => {
  const LATENCY_MS = 1000;
  const closers: Array<() => Promise<void>> = [];

  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function start(options: HarnessOptions = {}): Promise<Harness> {
    const started = await startHarness({
      latency: { minMs: LATENCY_MS, maxMs: LATENCY_MS },
      closeGraceMs: 0,
      ...options,
    });
    closers.push(async () => {
      const closed = started.close();
      await until(
        () => started.clock.waiting === 0,
        () => started.clock.advance(60_000),
      );
      await closed;
    });
    return started;
  }

  /** Turns the event loop until the condition holds. */
  async function until(condition: () => boolean, step: () => void = () => {}): Promise<void> {
    while (!condition()) {
      step();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Starts a query and resolves once the control plane holds its answer back. */
  async function held({ gateway, clock }: Harness): Promise<{ answer: Promise<Answer> }> {
    const answer = post(gateway.url, { query: LIST }, { connection: 'keep-alive' });
    // The operation's deadline and the control plane.
    await until(() => clock.waiting > 1);
    return { answer };
  }

  test('lets the operation under way finish, and turns new work away meanwhile', async () => {
    const started = await start();
    const { answer } = await held(started);
    const drained = started.gateway.drain();

    const ready = await send(started.gateway.url, '/readyz');
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toEqual({ status: 'draining' });
    expect((await send(started.gateway.url, '/healthz')).status).toBe(200);
    const refused = await post(started.gateway.url, { query: LIST });
    expect(refused.status).toBe(503);
    expect(refused.headers.connection).toBe('close');
    expect(graphqlOf(refused).errors).toEqual([
      {
        message: expect.any(String),
        extensions: {
          code: 'DRAINING',
          retryable: true,
          requestId: refused.headers['x-request-id'],
        },
      },
    ]);

    started.clock.advance(LATENCY_MS);
    expect(graphqlOf(await answer).data).toHaveProperty('provisioningTemplates');
    await drained;
    await expect(send(started.gateway.url, '/healthz')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('waits for an operation whose client has gone', async () => {
    const started = await start();
    const { hostname, port } = new URL(started.gateway.url);
    const gone = request({
      hostname,
      port,
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      agent: false,
    });
    gone.on('error', () => {});
    gone.end(JSON.stringify({ query: CREATE }));
    await until(() => started.clock.waiting > 0);
    gone.destroy();
    let isDrained = false;
    const drained = started.gateway.drain().then(() => {
      isDrained = true;
    });
    let turns = 0;
    await until(
      () => turns > 100,
      () => {
        turns += 1;
      },
    );
    expect(isDrained).toBe(false);
    await until(
      () => isDrained,
      () => {
        // The drain itself sleeps too: its time must not be up.
        if (started.clock.waiting > 1) started.clock.advance(LATENCY_MS);
      },
    );
    expect(started.plane.calls().served).toMatchObject({ CreateProvisioningTemplate: 1 });
    await drained;
  });

  test('does not wait for connections on which nothing is asked', async () => {
    const started = await start({ latency: { minMs: 0, maxMs: 0 } });
    const { port } = new URL(started.gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    expect((socket.address() as AddressInfo).port).toBeGreaterThan(0);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await started.gateway.drain();
    await closed;
  });

  test('ends after a while what waits for AWS, and answers it', async () => {
    const started = await start({
      latency: { minMs: 0, maxMs: 0 },
      faults: [{ kind: 'hang', action: '*' }],
    });
    const cut = post(started.gateway.url, { query: LIST });
    await until(() => started.plane.calls().faulted.ListProvisioningTemplates === 1);
    const drained = started.gateway.drain();
    await until(() => started.clock.waiting > 1);
    started.clock.advance(25_000);
    expect(codesOf(await cut)).toEqual(['UPSTREAM_TIMEOUT']);
    await drained;
  });

  test('may be asked for twice', async () => {
    const started = await start({ latency: { minMs: 0, maxMs: 0 } });
    await Promise.all([started.gateway.drain(), started.gateway.drain()]);
    await started.gateway.drain();
  });
});
