import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import { DocumentListError } from '../../src/documentList.ts';
import { readSchemaText } from '../../src/gateway.ts';
import { DEFAULT_QUERY_LIMITS } from '../../src/graph/queryLimits.ts';
import { createSchema } from '../../src/graph/schema.ts';
import { TrustedDocuments } from '../../src/graph/trustedDocuments.ts';
import { queryOptions } from '../../src/queryOptions.ts';
import { type Answer, type Harness, startHarness } from '../support/harness.ts';

const sha = (algorithm: string, text: string): string =>
  createHash(algorithm).update(text).digest('hex');

const LIST = 'query List($first: Int) { caCertificates(first: $first) { nodes { status } } }';
const CHANGE =
  'mutation { createProvisioningTemplate(input: {templateName: "x", templateBody: "{}", provisioningRoleArn: "r"}) { userErrors { code } } }';
const WATCH = 'subscription { bulkOperation(id: "x") { state } }';
const BOTH = 'query A { a: __typename } query B { b: __typename }';
/** As GraphQL Code Generator writes it: SHA-1 unless told otherwise. */
const DOCUMENTS = Object.fromEntries(
  [LIST, CHANGE, WATCH, BOTH].map((text) => [sha('sha1', text), text]),
);
const SHA1 = sha('sha1', LIST);
const SHA256 = sha('sha256', LIST);
const OTHER = '{ provisioningTemplates(first: 1) { nodes { type } } }';

type Body = Readonly<Record<string, unknown>>;
const apollo = (sha256Hash: unknown, version: unknown = 1): Body => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});
const variables = { first: 2 };

let harness: Harness;
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${harness.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const get = (body: Body, headers: Readonly<Record<string, string>> = {}) => {
  const search = new URLSearchParams(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  return fetch(`${harness.gateway.url}/graphql?${search}`, {
    headers: { 'apollo-require-preflight': '1', ...headers },
  });
};
const METHODS: ReadonlyArray<[string, (body: Body) => Promise<Response>]> = [
  ['POST', post],
  ['GET', get],
];
const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as Answer).errors?.[0]?.extensions.code;

describe('with a list of trusted documents', () => {
  beforeAll(async () => {
    harness = await startHarness({ gatewayOptions: { documents: DOCUMENTS } });
  });
  afterAll(async () => {
    await harness.close();
    expect(harness.faults).toEqual([]);
  });

  describe.each(METHODS)('over %s', (_method, send) => {
    test.each<[string, Body]>([
      ['the id in the list', { documentId: SHA1 }],
      ['the SHA-256 of the text', { documentId: SHA256 }],
      ['the same in its full form', { documentId: `sha256:${SHA256}` }],
      ["Apollo's spelling", apollo(SHA256)],
      ["Apollo's spelling with the id in the list", apollo(SHA1)],
      ['the text', { query: LIST }],
      ['the text and its id', { query: LIST, documentId: SHA1 }],
      ["the text and its hash in Apollo's spelling", { query: LIST, ...apollo(SHA256) }],
    ])('a document runs by %s', async (_how, body) => {
      // The third is answered from memory.
      for (let times = 0; times < 3; times += 1) {
        const response = await send({ ...body, variables, operationName: 'List' });
        expect(response.status).toBe(200);
        const { data } = (await response.json()) as Answer;
        expect(data).toEqual({
          caCertificates: {
            nodes: [{ status: expect.any(String) }, { status: expect.any(String) }],
          },
        });
      }
    });

    test.each<[string, Body]>([
      ['another text', { query: OTHER }],
      ['the text with a space more', { query: `${LIST} ` }],
      ['introspection', { query: '{ __schema { queryType { name } } }' }],
      ['what does not parse', { query: '{' }],
      ['an unknown id', { documentId: 'f'.repeat(40) }],
      ['an unknown hash', apollo('f'.repeat(64))],
      ['an id of another algorithm', { documentId: `md5:${SHA256}` }],
      ['an id in capitals', { documentId: SHA256.toUpperCase() }],
      ['a name that every object has', { documentId: 'constructor' }],
      ['__proto__', { documentId: '__proto__' }],
      ['an empty id', { documentId: '' }],
      ['another text under a known id', { query: OTHER, documentId: SHA1 }],
      [
        "another text under a known hash, as Apollo's clients register it",
        { query: OTHER, ...apollo(SHA256) },
      ],
      ['another id beside a known hash', { documentId: 'f'.repeat(40), ...apollo(SHA256) }],
      ['the text under the id of another', { query: OTHER, documentId: sha('sha256', OTHER) }],
    ])('%s is refused', async (_what, body) => {
      harness.plane.resetCalls();
      for (let times = 0; times < 2; times += 1) {
        const response = await send({ ...body, variables });
        expect(response.status).toBe(400);
        expect(await codeOf(response)).toBe('DOCUMENT_NOT_TRUSTED');
      }
      expect(harness.plane.calls().served).toEqual({});
    });

    test('an operation is chosen from a document by its name', async () => {
      const response = await send({ documentId: sha('sha256', BOTH), operationName: 'B' });
      expect(((await response.json()) as Answer).data).toEqual({ b: 'Query' });
    });
  });

  test.each<[string, unknown]>([
    ['a number', 1],
    ['an object', {}],
    ['a list', [SHA1]],
    ['false', false],
  ])('an id that is %s is refused', async (_what, documentId) => {
    expect(await codeOf(await post({ documentId }))).toBe('DOCUMENT_NOT_TRUSTED');
  });

  test('a request without a document is refused as ever', async () => {
    for (const body of [{ variables: {} }, { query: '' }, { documentId: null }]) {
      const response = await post(body);
      expect([response.status, await codeOf(response)]).toEqual([400, 'BAD_REQUEST']);
    }
  });

  test('a change does not run over GET', async () => {
    harness.plane.resetCalls();
    expect((await get({ documentId: sha('sha1', CHANGE) })).status).toBe(405);
    expect(harness.plane.calls().served).toEqual({});
  });

  test('a second query parameter changes nothing', async () => {
    const search = `documentId=${SHA1}&query=${encodeURIComponent(LIST)}&query=${encodeURIComponent(OTHER)}`;
    const response = await fetch(`${harness.gateway.url}/graphql?${search}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(Object.keys(((await response.json()) as Answer).data ?? {})).toEqual(['caCertificates']);
  });

  test.each([
    ['by its id', { documentId: sha('sha1', WATCH) }, 'text/event-stream; charset=utf-8'],
    ['by its text', { query: WATCH }, 'text/event-stream; charset=utf-8'],
    [
      'that is not listed',
      { query: WATCH.replace('state', 'kind') },
      'application/json; charset=utf-8',
    ],
  ])('a subscription %s', async (_how, body, type) => {
    for (const send of [post, get]) {
      const response = await send(body, { accept: 'text/event-stream' });
      expect(response.headers.get('content-type')).toBe(type);
      const text = await response.text();
      expect(text).toContain(
        type.startsWith('text') ? 'RESOURCE_NOT_FOUND' : 'DOCUMENT_NOT_TRUSTED',
      );
    }
  });
});

describe('without a list', () => {
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  test.each(METHODS)(
    '%s by a hash is refused with a status that says so',
    async (_method, send) => {
      for (const body of [
        apollo(SHA256),
        { query: LIST, ...apollo(SHA256) },
        { documentId: SHA256 },
      ]) {
        const response = await send(body);
        expect([response.status, await codeOf(response)]).toEqual([
          400,
          'PERSISTED_QUERY_NOT_SUPPORTED',
        ]);
      }
      expect((await send({ query: LIST, documentId: SHA256, variables })).status).toBe(200);
    },
  );
});

describe('a list', () => {
  test('may not have one id for two documents', () => {
    expect(() => new TrustedDocuments({ [sha('sha256', LIST)]: OTHER, x: LIST })).toThrow(
      DocumentListError,
    );
    expect(() => new TrustedDocuments({ x: LIST, 'sha256:x': OTHER })).toThrow(DocumentListError);
  });

  test.each([
    ['does not parse', '{', /Syntax Error/],
    ['does not fit the schema', '{ nope }', /Cannot query field/],
    ['goes beyond a limit', `{ ${'a: __typename '.repeat(16)} }`, /16 aliases/],
  ])('of a document that %s stops the start', async (_why, text, problem) => {
    const schema = createSchema(await readSchemaText());
    const check = () => new TrustedDocuments({ one: text }).check(schema, DEFAULT_QUERY_LIMITS);
    expect(check).toThrow(DocumentListError);
    expect(check).toThrow(problem);
    expect(check).toThrow(/document one/);
  });

  describe('in a file', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'documents-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const read = async (text: string) => {
      const file = path.join(folder, 'list.json');
      await writeFile(file, text);
      return queryOptions(loadConfig({ IOTGW_DOCUMENTS: file }).config);
    };

    test('is read at the start', async () => {
      expect((await read(JSON.stringify(DOCUMENTS))).documents).toEqual(DOCUMENTS);
    });

    test.each([
      ['no JSON', '{', /IOTGW_DOCUMENTS: .* is not JSON/],
      ['a JSON array', '[]', /must be a JSON object/],
      ['null', 'null', /must be a JSON object/],
      ['a list of parsed documents', '{"a":{"kind":"Document"}}', /must be a JSON object/],
    ])('of %s stops the start', async (_what, text, problem) => {
      await expect(read(text)).rejects.toThrow(problem);
      await expect(read(text)).rejects.toThrow(DocumentListError);
    });

    test('that is not there stops the start', async () => {
      const { config } = loadConfig({ IOTGW_DOCUMENTS: path.join(folder, 'no.json') });
      await expect(queryOptions(config)).rejects.toThrow(/cannot be read \(ENOENT\)/);
    });
  });
});
