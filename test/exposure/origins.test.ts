import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createHostGuard, isLoopbackHost } from '../../src/exposure/hostGuard.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import {
  exchange,
  openRaw,
  postText,
  refusalIn,
  refusalOf,
  requestText,
} from '../support/rawHttp.ts';

type Field = readonly [name: string, value: string];

const CLOSE: Field = ['connection', 'close'];
const PREFLIGHTED: Field = ['apollo-require-preflight', 'yes'];
const EVENTS: Field = ['accept', 'text/event-stream'];
const APP = 'https://app.example.com';
const FOREIGN = 'https://evil.example';
const LIST = '{ provisioningTemplates(first: 1) { nodes { templateName } } }';
const LIST_BODY = JSON.stringify({ query: LIST });
const listPath = `/graphql?query=${encodeURIComponent(LIST)}`;
const SUBSCRIBE = `/graphql?query=${encodeURIComponent('subscription { nope }')}`;

let harness: Harness;
let url: string;
/** The same with the origin of an application listed, and a name of its own. */
let shared: Harness;
let sharedUrl: string;

beforeAll(async () => {
  const exposure = { corsOrigins: [APP], allowedHosts: ['gateway.example.com'] };
  [harness, shared] = await Promise.all([
    startHarness(),
    startHarness({ gatewayOptions: { exposure } }),
  ]);
  url = harness.gateway.url;
  sharedUrl = shared.gateway.url;
});

afterAll(async () => {
  await Promise.all([harness.close(), shared.close()]);
});

afterEach(() => {
  expect([...harness.faults.splice(0), ...shared.faults.splice(0)]).toEqual([]);
});

const firstOf = async (where: string, bytes: string) => (await exchange(where, bytes))[0];
const get = (where: string, path: string, ...fields: Field[]) =>
  firstOf(where, requestText(where, `GET ${path}`, [CLOSE, ...fields]));
const post = (where: string, body: string, ...fields: Field[]) =>
  firstOf(where, postText(where, body, [CLOSE, ...fields]));

describe('the Host header', () => {
  const hosted = (where: string, host: string, version = '1.1') =>
    firstOf(where, `GET /healthz HTTP/${version}\r\n${host}connection: close\r\n\r\n`);

  test.each(['localhost', 'LOCALHOST:1', 'localhost.', '127.0.0.1:4000', '127.9.9.9', '[::1]:80'])(
    '%s names this machine',
    async (host) => {
      expect(await hosted(url, `host: ${host}\r\n`)).toMatchObject({ status: 200 });
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'gateway.example.com',
    '10.0.0.1',
    'gateway',
    '',
    'localhost@evil.example',
    'local host',
    'localhost:99999',
    '[::2]',
  ])('%j is refused on loopback', async (host) => {
    expect(refusalIn(await hosted(url, `host: ${host}\r\n`))).toEqual(
      refusalOf(421, 'HOST_NOT_ALLOWED'),
    );
  });

  test.each(['gateway.example.com', 'GATEWAY.example.com:8443'])('%s was listed', async (host) => {
    expect(await hosted(sharedUrl, `host: ${host}\r\n`)).toMatchObject({ status: 200 });
    const other = await hosted(sharedUrl, 'host: other.example.com\r\n');
    expect(refusalIn(other)).toEqual(refusalOf(421, 'HOST_NOT_ALLOWED'));
  });

  test('has to be there, once', async () => {
    expect(refusalIn(await hosted(url, ''))).toEqual(refusalOf(400, 'BAD_REQUEST'));
    const two = await hosted(url, 'host: localhost\r\nHost: evil.example\r\n');
    expect(refusalIn(two)).toEqual(refusalOf(400, 'BAD_REQUEST'));
    expect(await hosted(url, '', '1.0')).toMatchObject({ status: 200 });
  });

  test('holds for every path, and before anything runs', async () => {
    for (const line of ['POST /graphql', 'GET /schema.graphql', 'GET /', 'GET /nope', 'PUT /']) {
      const [answer] = await exchange(
        url,
        `${line} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${LIST_BODY.length}\r\n\r\n${LIST_BODY}`,
      );
      expect(refusalIn(answer)).toEqual(refusalOf(421, 'HOST_NOT_ALLOWED'));
    }
  });

  test('beyond loopback may be an address or a name that no page can point elsewhere', () => {
    const isOwn = createHostGuard({ host: '0.0.0.0', allowedHosts: ['gw.example.com'] });
    const own = ['10.1.2.3:4000', '[2001:db8::1]', 'gateway', 'gw.example.com', 'localhost'];
    for (const host of own) expect([host, isOwn(host)]).toEqual([host, true]);
    for (const host of ['evil.example', 'x.gw.example.com', 'gw.example.com.evil.example']) {
      expect([host, isOwn(host)]).toEqual([host, false]);
    }
    expect(createHostGuard({ host: 'gw.internal', allowedHosts: [] })('gw.internal:4000')).toBe(
      true,
    );
    expect(isLoopbackHost('localhost:4000')).toBe(true);
    expect(isLoopbackHost('gw.internal')).toBe(false);
  });
});

describe('pages of other origins', () => {
  const allowed = { 'access-control-allow-origin': APP };
  const isClosed = (headers: Readonly<Record<string, string>> = {}): boolean =>
    !Object.keys(headers).some((name) => name.startsWith('access-control-'));

  test('get no leave unless origins are listed', async () => {
    for (const origin of [APP, FOREIGN, 'null']) {
      const answer = await post(url, LIST_BODY, ['origin', origin]);
      expect(answer).toMatchObject({ status: 200 });
      expect(isClosed(answer?.headers)).toBe(true);
    }
  });

  const preflight = (where: string, origin: string, path = '/graphql') =>
    firstOf(
      where,
      requestText(where, `OPTIONS ${path}`, [
        CLOSE,
        ['origin', origin],
        ['access-control-request-method', 'POST'],
        ['access-control-request-headers', 'content-type,authorization'],
      ]),
    );

  test('that are listed may send GraphQL: the preflight says so', async () => {
    const answer = await preflight(sharedUrl, APP);
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer?.headers).toMatchObject({
      ...allowed,
      vary: 'Origin',
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '600',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    });
    const names = answer?.headers['access-control-allow-headers']?.split(', ');
    expect(names).toEqual(expect.arrayContaining(['content-type', 'authorization']));
    expect(answer?.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test.each([
    FOREIGN,
    'null',
    'http://app.example.com',
    `${APP}:443`,
    `${APP}/`,
    `${APP}.evil.example`,
    'https://x.app.example.com',
    'HTTPS://APP.EXAMPLE.COM',
  ])('%s is not that origin', async (origin) => {
    const refused = await preflight(sharedUrl, origin);
    expect(refusalIn(refused)).toEqual(refusalOf(403, 'ORIGIN_NOT_ALLOWED'));
    expect(isClosed(refused?.headers)).toBe(true);
    const answer = await post(sharedUrl, LIST_BODY, ['origin', origin]);
    expect(isClosed(answer?.headers)).toBe(true);
    expect(answer?.headers.vary).toContain('Origin');
  });

  test('get no leave for what holds no data', async () => {
    for (const path of ['/', '/healthz', '/nope']) {
      expect(isClosed((await preflight(sharedUrl, APP, path))?.headers)).toBe(true);
      expect(isClosed((await get(sharedUrl, path, ['origin', APP]))?.headers)).toBe(true);
    }
  });

  test('a preflight is nothing special when no origin is listed', async () => {
    expect(refusalIn(await preflight(url, APP))).toEqual(refusalOf(405, 'METHOD_NOT_ALLOWED'));
  });

  test('may read every answer, also one from memory, the refusals and what is unchanged', async () => {
    const origin: Field = ['origin', APP];
    const asked: ReadonlyArray<[number, () => ReturnType<typeof get>]> = [
      [200, () => post(sharedUrl, LIST_BODY, origin)],
      [200, () => post(sharedUrl, LIST_BODY, origin)],
      [200, () => post(sharedUrl, LIST_BODY, origin)],
      [200, () => get(sharedUrl, listPath, PREFLIGHTED, origin)],
      [200, () => get(sharedUrl, '/schema.graphql', origin)],
      [400, () => get(sharedUrl, listPath, origin)],
      [400, () => post(sharedUrl, '{', origin)],
      [415, () => post(sharedUrl, LIST_BODY, origin, ['content-encoding', 'gzip'])],
      [405, () => firstOf(sharedUrl, requestText(sharedUrl, 'PUT /graphql', [CLOSE, origin]))],
      [406, () => post(sharedUrl, LIST_BODY, origin, ['accept', 'image/png'])],
    ];
    const before = await stats();
    for (const [status, ask] of asked) {
      const answer = await ask();
      expect(answer?.status).toBe(status);
      expect(answer?.headers).toMatchObject(allowed);
      expect(answer?.headers.vary).toContain('Origin');
      expect(answer?.headers['access-control-expose-headers']).toContain('x-request-id');
    }
    expect(await stats()).toBeGreaterThan(before);
    const { headers } = (await get(sharedUrl, listPath, PREFLIGHTED, origin)) ?? {};
    const tag: Field = ['if-none-match', headers?.etag ?? ''];
    const unchanged = await get(sharedUrl, listPath, PREFLIGHTED, origin, tag);
    expect(unchanged).toMatchObject({ status: 304, headers: allowed });
  });

  /** How many bytes are remembered: more once an answer is. */
  const stats = async (): Promise<number> => shared.gateway.state().bytes.memo;

  test('do not get one another the answers that were remembered for them', async () => {
    for (let times = 0; times < 3; times += 1) await post(sharedUrl, LIST_BODY, ['origin', APP]);
    const foreign = await post(sharedUrl, LIST_BODY, ['origin', FOREIGN]);
    expect(isClosed(foreign?.headers)).toBe(true);
    const none = await post(sharedUrl, LIST_BODY);
    expect(isClosed(none?.headers)).toBe(true);
    expect(none?.headers.vary).toContain('Origin');
    expect((await post(sharedUrl, LIST_BODY, ['origin', APP]))?.headers).toMatchObject(allowed);
  });
});

describe('requests that any page could send', () => {
  const isRefused = (answer: Awaited<ReturnType<typeof get>>): void => {
    expect(answer).toMatchObject({ status: 400 });
    expect(answer?.body).toContain('CSRF');
  };

  test.each<[string, Field[]]>([
    ['nothing special', []],
    ['a type that forms have', [['content-type', 'text/plain']]],
    ['another', [['content-type', 'application/x-www-form-urlencoded']]],
    ['and a third', [['content-type', 'multipart/form-data; boundary=x']]],
    ['an empty name of an operation', [['x-apollo-operation-name', '']]],
  ])('a GET with %s is refused, also when the answer is remembered', async (_, fields) => {
    for (let times = 0; times < 3; times += 1) {
      expect(await get(url, listPath, PREFLIGHTED)).toMatchObject({ status: 200 });
      expect(await get(url, listPath, ['content-type', 'application/json'])).toMatchObject({
        status: 200,
      });
    }
    harness.plane.resetCalls();
    for (let times = 0; times < 3; times += 1) isRefused(await get(url, listPath, ...fields));
    expect(harness.plane.calls().served).toEqual({});
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'a POST of type %j is refused, also when the answer is remembered',
    async (type) => {
      for (let times = 0; times < 3; times += 1) await post(url, LIST_BODY);
      const answer = await firstOf(
        url,
        postText(url, LIST_BODY, [CLOSE]).replace('application/json', type),
      );
      expect(refusalIn(answer)).toEqual(refusalOf(415, 'UNSUPPORTED_MEDIA_TYPE'));
    },
  );

  test('a POST without type and body is refused, with the operation in the URL', async () => {
    for (let times = 0; times < 3; times += 1) {
      expect(await get(url, listPath, PREFLIGHTED)).toMatchObject({ status: 200 });
      const answer = await firstOf(
        url,
        requestText(url, `POST ${listPath}`, [CLOSE, ['content-length', '0']]),
      );
      expect(answer?.status).toBe(400);
    }
  });
});

describe('subscriptions', () => {
  /** They go through to GraphQL, which does not know the field. */
  const wentThrough = (answer: Awaited<ReturnType<typeof get>>): boolean =>
    answer?.status === 400 && answer.body.includes('GRAPHQL_VALIDATION_FAILED');
  const BODY = JSON.stringify({ query: 'subscription { nope }' });

  test('of a page of another origin are refused', async () => {
    for (const origin of [FOREIGN, 'null', 'http://localhost:1', `${url}.evil.example`]) {
      for (const where of [url, sharedUrl]) {
        const refused = refusalOf(403, 'ORIGIN_NOT_ALLOWED');
        expect(refusalIn(await get(where, SUBSCRIBE, EVENTS, ['origin', origin]))).toEqual(refused);
        expect(refusalIn(await post(where, BODY, EVENTS, ['origin', origin]))).toEqual(refused);
      }
    }
  });

  test('of the own page, and of pages that are listed, are taken', async () => {
    expect(wentThrough(await get(url, SUBSCRIBE, EVENTS, ['origin', url]))).toBe(true);
    expect(wentThrough(await post(url, BODY, EVENTS, ['origin', url]))).toBe(true);
    // A proxy may speak TLS for a gateway that does not.
    const secure: Field = ['origin', url.replace('http:', 'https:')];
    expect(wentThrough(await post(url, BODY, EVENTS, secure))).toBe(true);
    const listed = await post(sharedUrl, BODY, EVENTS, ['origin', APP]);
    expect(wentThrough(listed)).toBe(true);
    expect(listed?.headers).toMatchObject({ 'access-control-allow-origin': APP });
  });

  test.each<[string, boolean, Field[]]>([
    ['another site', false, [['sec-fetch-site', 'cross-site']]],
    ['another site, whatever it says', false, [['sec-fetch-site', 'cross-site'], PREFLIGHTED]],
    ['the same site', false, [['sec-fetch-site', 'same-site']]],
    ['the same origin', true, [['sec-fetch-site', 'same-origin']]],
    ['the address bar', true, [['sec-fetch-site', 'none']]],
    ['no browser', true, [PREFLIGHTED]],
    ['no browser, with a type', true, [['content-type', 'application/json']]],
  ])('by GET from %s: %s', async (_, isTaken, fields) => {
    expect(wentThrough(await get(url, SUBSCRIBE, EVENTS, ...fields))).toBe(isTaken);
  });

  test('by GET that any page could send are refused', async () => {
    for (const fields of [[], [['content-type', 'text/plain']]] as Field[][]) {
      const answer = await get(url, SUBSCRIBE, EVENTS, ...fields);
      expect(refusalIn(answer)).toEqual(refusalOf(400, 'BAD_REQUEST'));
      expect(answer?.body).toContain('CSRF');
    }
  });

  test('by POST need no more than their type', async () => {
    expect(wentThrough(await post(url, BODY, EVENTS))).toBe(true);
  });
});

describe('answers of every kind', () => {
  test('tell nothing of what serves them', async () => {
    const client = await openRaw(url);
    for (const path of ['/', '/graphql', '/healthz', '/nope', '/schema.graphql', '/%zz']) {
      client.write(requestText(url, `GET ${path}`));
    }
    client.write(postText(url, LIST_BODY) + postText(url, LIST_BODY) + postText(url, LIST_BODY));
    const answers = await client.answers(9);
    client.socket.destroy();
    expect(answers).toHaveLength(9);
    for (const { headers } of answers) {
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(?:server|via|x-powered-by)$/)]),
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
