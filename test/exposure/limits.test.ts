import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HTTP_LIMITS } from '../../src/exposure/limits.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import {
  codeOf,
  exchange,
  openRaw,
  postText,
  refusalIn,
  refusalOf,
  requestText,
} from '../support/rawHttp.ts';

const CLOSE = ['connection', 'close'] as const;
const TYPENAME = '{"query":"{ __typename }"}';

let harness: Harness;
let url: string;

beforeAll(async () => {
  harness = await startHarness();
  url = harness.gateway.url;
});

afterAll(() => harness.close());

afterEach(() => {
  expect(harness.faults.splice(0)).toEqual([]);
});

const firstOf = async (bytes: string | Buffer) => (await exchange(url, bytes))[0];

describe('headers', () => {
  /** Node.js counts the path, names and values. */
  const withBytes = (count: number): string => {
    const fixed = '/healthz'.length + `host${new URL(url).host}connectionclosepad`.length;
    return requestText(url, 'GET /healthz', [CLOSE, ['pad', 'a'.repeat(count - fixed)]]);
  };

  test('may take 16 KiB with the path, and not a byte more', async () => {
    expect(await firstOf(withBytes(HTTP_LIMITS.headerBytes))).toMatchObject({ status: 200 });
    expect(refusalIn(await firstOf(withBytes(HTTP_LIMITS.headerBytes + 1)))).toEqual(
      refusalOf(431, 'HEADERS_TOO_LARGE'),
    );
  });

  const withFields = (count: number): string =>
    requestText(url, 'GET /healthz', [
      CLOSE,
      ...Array.from({ length: count - 2 }, (_, index) => [`x-${index}`, ''] as const),
    ]);

  test('may be 100 fields, and not one more', async () => {
    expect(await firstOf(withFields(100))).toMatchObject({ status: 200 });
    expect(refusalIn(await firstOf(withFields(101)))).toEqual(refusalOf(431, 'HEADERS_TOO_LARGE'));
    expect(refusalIn(await firstOf(withFields(1000)))).toEqual(refusalOf(431, 'HEADERS_TOO_LARGE'));
  });

  test('of a megabyte are refused while they come, and their sender can read that', async () => {
    const client = await openRaw(url);
    client.write(`GET /healthz HTTP/1.1\r\nhost: a\r\npad: ${'a'.repeat(1024 * 1024)}`);
    const [answer] = await client.closed();
    expect(refusalIn(answer)).toEqual(refusalOf(431, 'HEADERS_TOO_LARGE'));
  });
});

describe('bodies', () => {
  const padded = (bytes: number): string => TYPENAME + ' '.repeat(bytes - TYPENAME.length);

  test('may have 256 KiB, and not a byte more', async () => {
    const taken = await firstOf(postText(url, padded(HTTP_LIMITS.bodyBytes), [CLOSE]));
    expect(taken).toMatchObject({ status: 200 });
    const refused = await firstOf(postText(url, padded(HTTP_LIMITS.bodyBytes + 1), [CLOSE]));
    expect(refusalIn(refused)).toEqual(refusalOf(413, 'PAYLOAD_TOO_LARGE'));
  });

  test('in chunks may have as much', async () => {
    const chunked = (bytes: number): string =>
      requestText(
        url,
        'POST /graphql',
        [['content-type', 'application/json'], ['transfer-encoding', 'chunked'], CLOSE],
        `${bytes.toString(16)}\r\n${padded(bytes)}\r\n0\r\n\r\n`,
      );
    expect(await firstOf(chunked(HTTP_LIMITS.bodyBytes))).toMatchObject({ status: 200 });
    expect(refusalIn(await firstOf(chunked(HTTP_LIMITS.bodyBytes + 1)))).toEqual(
      refusalOf(413, 'PAYLOAD_TOO_LARGE'),
    );
  });

  test('are refused by the length they say before any of them came', async () => {
    const head = [
      ['content-type', 'application/json'],
      ['content-length', '1000000000'],
    ] as const;
    const answer = await firstOf(requestText(url, 'POST /graphql', head));
    expect(refusalIn(answer)).toEqual(refusalOf(413, 'PAYLOAD_TOO_LARGE'));
  });

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['a lone continuation', [0x80]],
    ['a letter spelt too long', [0xc1, 0x81]],
    ['half of a pair', [0xed, 0xa0, 0x80]],
    ['a letter cut short', [0xe2, 0x82]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('that are not UTF-8 are refused: %s', async (_, bytes) => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ __typename }","a":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]);
    const head = postText(url, '', [CLOSE]).replace(
      'content-length: 0',
      `content-length: ${body.length}`,
    );
    const answer = await firstOf(Buffer.concat([Buffer.from(head), body]));
    expect(refusalIn(answer)).toEqual(refusalOf(400, 'BAD_REQUEST'));
    expect(answer?.body).toContain('not UTF-8');
  });

  test('in UTF-8 beyond ASCII are taken', async () => {
    const body = '{"query":"{ __typename } # 设备 🔐"}';
    expect(await firstOf(postText(url, body, [CLOSE]))).toMatchObject({ status: 200 });
  });

  const typed = (type: string): string =>
    postText(url, TYPENAME, [CLOSE]).replace('application/json', type);

  test.each([
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'Application/JSON',
  ])('of type %s are taken', async (type) => {
    expect(await firstOf(typed(type))).toMatchObject({ status: 200 });
  });

  test.each([
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json; charset="utf-7"',
    'application/json; a=b; charset=latin1',
    'text/plain;application/json',
    'text/plain; charset=application/json',
    'application/json-seq',
    'application/graphql',
    'text/json',
  ])('of type %s are refused', async (type) => {
    expect(refusalIn(await firstOf(typed(type)))).toEqual(refusalOf(415, 'UNSUPPORTED_MEDIA_TYPE'));
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x', ''])(
    'with Content-Encoding %j are refused',
    async (encoding) => {
      const answer = await firstOf(
        postText(url, TYPENAME, [CLOSE, ['content-encoding', encoding]]),
      );
      expect(refusalIn(answer)).toEqual(refusalOf(415, 'UNSUPPORTED_MEDIA_TYPE'));
      expect(answer?.headers['accept-encoding']).toBe('identity');
    },
  );

  test('with Content-Encoding identity are taken', async () => {
    const answer = await firstOf(
      postText(url, TYPENAME, [CLOSE, ['content-encoding', 'identity']]),
    );
    expect(answer).toMatchObject({ status: 200 });
  });
});

describe('the depth of JSON', () => {
  // The whole body is one level, `variables` the second.
  const arrays = (depth: number): string =>
    `{"query":"{ __typename }","variables":{"a":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`;
  const objects = (depth: number): string =>
    `{"query":"{ __typename }","variables":${'{"a":'.repeat(depth - 1)}1${'}'.repeat(depth - 1)}}`;

  test.each([
    ['arrays', arrays],
    ['objects', objects],
  ])('may be 64 levels of %s, and not one more', async (_, body) => {
    expect(await firstOf(postText(url, body(64), [CLOSE]))).toMatchObject({ status: 200 });
    const refused = await firstOf(postText(url, body(65), [CLOSE]));
    expect(refusalIn(refused)).toEqual(refusalOf(400, 'BAD_REQUEST'));
    expect(refused?.body).toContain('64 levels');
  });

  test('counts no brackets in strings', async () => {
    const body = `{"query":"{ __typename }","variables":{"a":"${'[{\\"'.repeat(100)}"}}`;
    expect(await firstOf(postText(url, body, [CLOSE]))).toMatchObject({ status: 200 });
  });

  test('holds for the parameters of a GET', async () => {
    const get = (depth: number) => {
      const variables = `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
      const search = new URLSearchParams({ query: '{ __typename }', variables });
      return firstOf(
        requestText(url, `GET /graphql?${search}`, [CLOSE, ['apollo-require-preflight', 'yes']]),
      );
    };
    expect(await get(64)).toMatchObject({ status: 200 });
    expect(refusalIn(await get(65))).toEqual(refusalOf(400, 'BAD_REQUEST'));
  });

  test('holds for subscriptions', async () => {
    const query = 'subscription { nope }';
    const body = (depth: number): string =>
      JSON.stringify({ query, variables: { a: 0 } }).replace(
        '0',
        '['.repeat(depth - 2) + ']'.repeat(depth - 2),
      );
    const ask = (depth: number) =>
      firstOf(postText(url, body(depth), [CLOSE, ['accept', 'text/event-stream']]));
    expect(codeOf((await ask(64)) ?? { body: '{}' })).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(refusalIn(await ask(65))).toEqual(refusalOf(400, 'BAD_REQUEST'));
  });
});

describe('settings', () => {
  test('move each limit', async () => {
    const limits = { bodyBytes: 1024, jsonDepth: 4, headerBytes: 2048, headerCount: 10 };
    const own = await startHarness({ gatewayOptions: { exposure: { limits } } });
    try {
      const { url } = own.gateway;
      const first = async (bytes: string) => (await exchange(url, bytes))[0];
      const body = (bytes: number): string => TYPENAME + ' '.repeat(bytes - TYPENAME.length);
      expect(await first(postText(url, body(1024), [CLOSE]))).toMatchObject({ status: 200 });
      const large = await first(postText(url, body(1025), [CLOSE]));
      expect(large).toMatchObject({ status: 413, body: expect.stringContaining('1024') });
      const deep = '{"query":"{ __typename }","variables":{"a":[[[]]]}}';
      expect(await first(postText(url, deep, [CLOSE]))).toMatchObject({ status: 400 });
      const fields = Array.from({ length: 9 }, (_, index) => [`x-${index}`, ''] as const);
      expect(await first(requestText(url, 'GET /healthz', [CLOSE, ...fields]))).toMatchObject({
        status: 431,
      });
      const long = await first(requestText(url, 'GET /healthz', [['pad', 'a'.repeat(2048)]]));
      expect(long).toMatchObject({ status: 431 });
    } finally {
      await own.close();
    }
  });
});

describe('what is no request for the gateway', () => {
  test.each<[string, number, string, string]>([
    ['an unknown method', 400, 'BAD_REQUEST', 'BREW /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a tunnel', 405, 'METHOD_NOT_ALLOWED', 'CONNECT a:443 HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    [
      'two lengths',
      400,
      'BAD_REQUEST',
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    ],
    [
      'a length beside chunks',
      400,
      'BAD_REQUEST',
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a header without a colon',
      400,
      'BAD_REQUEST',
      'GET / HTTP/1.1\r\nhost: localhost\r\nnonsense\r\n\r\n',
    ],
    [
      'a folded header',
      400,
      'BAD_REQUEST',
      'GET /nope HTTP/1.1\r\nhost: localhost\r\na: b\r\n\tc\r\n bad\0\r\n\r\n',
    ],
    [
      'bare line ends in a header',
      400,
      'BAD_REQUEST',
      'GET / HTTP/1.1\nhost: localhost\n\rx\r\n\r\n',
    ],
    [
      'an expectation',
      417,
      'EXPECTATION_FAILED',
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\nexpect: tea\r\n\r\n',
    ],
    [
      'chunk extensions without end',
      413,
      'PAYLOAD_TOO_LARGE',
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
  ])('%s: %i, as JSON', async (_, status, code, bytes) => {
    expect(refusalIn(await firstOf(bytes))).toEqual(refusalOf(status, code));
  });

  test.each(['/%67raphql', '/graphql%2f', '/graphql#a', '/%2e%2e/graphql', '/healthz%00'])(
    'the path %s is no other spelling of one that is there',
    async (path) => {
      const { status } = (await firstOf(requestText(url, `GET ${path}`, [CLOSE]))) ?? {};
      expect([400, 404]).toContain(status);
    },
  );

  test.each(['http://localhost/graphql', 'https://elsewhere/healthz', '*', 'healthz'])(
    'the target %s is refused',
    async (target) => {
      const answer = await firstOf(requestText(url, `GET ${target}`, [CLOSE]));
      expect(refusalIn(answer)).toEqual(refusalOf(400, 'BAD_REQUEST'));
    },
  );

  test('100-continue is met', async () => {
    const client = await openRaw(url);
    client.write(postText(url, TYPENAME, [CLOSE, ['expect', '100-continue']]));
    const answers = await client.closed();
    expect(client.received()).toMatch(/^HTTP\/1.1 100 Continue\r\n/);
    expect(answers).toMatchObject([{ status: 200 }]);
  });
});
