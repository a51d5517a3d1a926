import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requireLoopback } from '../../src/auth/loopback.ts';
import { SCOPES } from '../../src/caller.ts';
import { startGateway } from '../../src/gateway.ts';
import { openEvents } from '../support/events.ts';
import { type KeyedHarness, startKeyedHarness } from '../support/keyed.ts';
import { VirtualClock } from '../support/virtualClock.ts';

let harness: KeyedHarness;
let all: { readonly authorization: string };

beforeAll(async () => {
  harness = await startKeyedHarness();
  all = await harness.keyFor(SCOPES, 'everything');
});

afterAll(() => harness.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ quota { action } }' });
const GET_PATH = '/graphql?query=%7B%20__typename%20%7D';

/** The answer without what differs from request to request. */
async function answerTo(path: string, init: RequestInit = {}) {
  const response = await fetch(`${harness.gateway.url}${path}`, init);
  const id = response.headers.get('x-request-id') ?? 'none';
  const headers = Object.fromEntries(response.headers);
  for (const name of ['date', 'x-request-id', 'connection', 'keep-alive']) delete headers[name];
  const text = (await response.text()).replaceAll(id, 'ID');
  return { status: response.status, headers, text };
}

describe('without valid credentials', () => {
  const wrong: ReadonlyArray<[string, Record<string, string>]> = [
    ['none', {}],
    ['an empty header', { authorization: '' }],
    ['a scheme alone', { authorization: 'Bearer' }],
    ['another scheme', { authorization: 'Basic aW90OmlvdA==' }],
    [
      'a key that was never made',
      { authorization: `Bearer iotgw_${'0'.repeat(16)}_${'a'.repeat(43)}` },
    ],
    ['a token of a kind that is not taken', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
    ['a very long token', { authorization: `Bearer ${'a'.repeat(9000)}` }],
  ];
  const requests: ReadonlyArray<[string, string, RequestInit]> = [
    ['a query', '/graphql', { method: 'POST', headers: JSON_TYPE, body: QUERY }],
    ['a body that is not JSON', '/graphql', { method: 'POST', headers: JSON_TYPE, body: '{' }],
    [
      'a body of another type',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'a/b' }, body: 'x' },
    ],
    [
      'a body that is too long',
      '/graphql',
      { method: 'POST', headers: JSON_TYPE, body: 'x'.repeat(300_000) },
    ],
    [
      'a body that is packed',
      '/graphql',
      { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: 'x' },
    ],
    ['a query by GET', GET_PATH, { headers: { 'apollo-require-preflight': '1' } }],
    ['a GET that asks whether its answer holds', GET_PATH, { headers: { 'if-none-match': '*' } }],
    [
      'a stream',
      '/graphql',
      { method: 'POST', headers: { ...JSON_TYPE, accept: 'text/event-stream' }, body: QUERY },
    ],
    ['the schema', '/schema.graphql', {}],
    ['a method that is not taken', '/graphql', { method: 'DELETE' }],
    ['a preflight that is none', '/graphql', { method: 'OPTIONS' }],
  ];

  test.each(wrong)('every request is answered alike: %s', async (_, credentials) => {
    const first = await answerTo('/graphql', { headers: credentials });
    expect(first.status).toBe(401);
    expect(first.headers['www-authenticate']).toBe('Bearer realm="iotgw"');
    expect(JSON.parse(first.text)).toEqual({
      errors: [
        {
          message: expect.any(String),
          extensions: { code: 'UNAUTHENTICATED', retryable: false, requestId: 'ID' },
        },
      ],
    });
    for (const [name, path, init] of requests) {
      const headers = { ...(init.headers as Record<string, string>), ...credentials };
      expect([name, await answerTo(path, { ...init, headers })]).toEqual([name, first]);
    }
  });

  test('an answer that is remembered is not given away', async () => {
    const init = { method: 'POST', headers: { ...JSON_TYPE, ...all } };
    const body = JSON.stringify({ query: '{ provisioningTemplates { nodes { templateName } } }' });
    for (let times = 0; times < 4; times += 1) {
      expect((await answerTo('/graphql', { ...init, body })).status).toBe(200);
    }
    const refused = await answerTo('/graphql', { method: 'POST', headers: JSON_TYPE, body });
    expect(refused.status).toBe(401);
  });

  test('the answer comes before the body', async () => {
    const { port } = new URL(harness.gateway.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', reject);
      socket.on('data', (data) => {
        resolve(String(data));
        socket.destroy();
      });
      socket.write(
        'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{',
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('what holds no data is open', async () => {
    expect((await answerTo('/healthz')).status).toBe(200);
    expect((await answerTo('/readyz')).status).toBe(200);
    expect([200, 503]).toContain((await answerTo('/')).status);
    expect((await answerTo('/nothing')).status).toBe(404);
    // Another way to write a path is another path.
    for (const path of ['/%67raphql', '/graphql/', '//graphql', '/graphql;a', '/GraphQL']) {
      const init = { method: 'POST', headers: JSON_TYPE, body: QUERY };
      expect([path, (await answerTo(path, init)).status]).toEqual([path, 404]);
    }
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost', 'access-control-request-method': 'POST' },
    };
    expect((await answerTo('/graphql', preflight)).status).not.toBe(401);
  });
});

describe('with valid credentials', () => {
  test('the caller is named in the journal of changes', async () => {
    const created = `mutation { createProvisioningTemplate(input: {
      templateName: "named", templateBody: "{\\"Resources\\":{}}", type: JITP,
      provisioningRoleArn: "arn:aws:iam::123456789012:role/provisioning"
    }) { userErrors { code } } }`;
    expect((await harness.query(created, {}, all)).errors).toBeUndefined();
    const changes = '{ changes(first: 1) { nodes { caller operation } } }';
    expect((await harness.query(changes, {}, all)).data).toEqual({
      changes: { nodes: [{ caller: 'key:everything', operation: 'createProvisioningTemplate' }] },
    });
  });

  test('a key that is taken back is refused, and its streams end before the next event', async () => {
    const own = await harness.keyFor(['iot:bulk', 'iot:read', 'iot:ca:write'], 'leaving');
    const plan = 'mutation { planDetach(input: { filter: {} }) { plan { id state } } }';
    const planned = await harness.query(plan, {}, own);
    const { id } = (planned.data as { planDetach: { plan: { id: string } } }).planDetach.plan;
    const left = await fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...own, accept: 'text/event-stream' },
      body: JSON.stringify({ query: `subscription { bulkOperation(id: "${id}") { state } }` }),
    });
    const reader = left.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/PLANNED/);
    await harness.revoke(own);
    const cancel = `mutation { cancelBulkOperation(input: { id: "${id}" }) { userErrors { code } } }`;
    expect((await harness.query(cancel, {}, all)).errors).toBeUndefined();
    const rest: string[] = [];
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      rest.push(new TextDecoder().decode(part.value));
    }
    expect(rest.join('')).not.toMatch(/CANCELLED/);
    const refused = openEvents(
      harness.gateway.url,
      'subscription { bulkOperation(id: "a") { id } }',
    );
    await expect(refused.next()).rejects.toThrow(/401.*UNAUTHENTICATED/);
    expect((await answerTo('/graphql', { headers: own })).status).toBe(401);
  });
});

describe('a gateway without authentication', () => {
  const clock = new VirtualClock();
  const target = { name: 'nowhere', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' };

  test.each(['0.0.0.0', '::', '192.0.2.1', ''])('does not start on %s', async (host) => {
    const start = startGateway({ host, port: 0, target, clock, onFault: () => {} });
    await expect(start).rejects.toThrow(/--auth jwt or --auth api-key .* listen on 127\.0\.0\.1/);
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', 'localhost'])(
    'may listen on %s',
    async (host) => {
      await expect(requireLoopback(host)).resolves.toBeUndefined();
    },
  );
});
