import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Harness, startHarness } from '../support/harness.ts';
import { malformedBodies } from '../support/malformedBodies.ts';
import { makeCA } from '../support/pki.ts';
import { exchangeBytes, spoilt, statusesIn } from './spoil.ts';

/** Fixed, so that a run can be repeated; others were tried by hand. */
const SEED = 20_260_601;

const QUERIES: readonly string[] = [
  'query A($first: Int = 3, $after: String) { caCertificates(first: $first, after: $after) { edges { cursor node { ...B } } pageInfo { hasNextPage } } } fragment B on CACertificate { id status template { templateName } }',
  '{ a: provisioningTemplate(templateName: "tide-pump-jitp") { type @include(if: true) versions { nodes { versionId } } } __type(name: "Query") { name } }',
  'mutation { deleteProvisioningTemplate(input: { templateName: "nobody" }) { deletedId userErrors { code } } }',
  'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Node { id } } }',
];

const BODIES: readonly string[] = QUERIES.map((query) =>
  JSON.stringify({
    query,
    operationName: null,
    variables: { first: 2, ids: ['YXJu'] },
    extensions: {},
  }),
);

describe('the gateway under malformed input', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  /** No 5xx, no fault, and whatever is wrong has a code. */
  async function holds(response: Response, sent: unknown): Promise<unknown> {
    const text = await response.text();
    expect([sent, response.status < 500, harness.faults]).toEqual([sent, true, []]);
    const body = JSON.parse(text);
    const errors: ReadonlyArray<{ extensions?: { code?: unknown } }> = body.errors ?? [];
    if (response.status >= 400) expect([sent, errors.length > 0]).toEqual([sent, true]);
    for (const { extensions } of errors) {
      expect([sent, extensions?.code]).toEqual([sent, expect.stringMatching(/^[A-Z_]+$/)]);
      expect([sent, extensions?.code]).not.toEqual([sent, 'INTERNAL_SERVER_ERROR']);
    }
    return body;
  }

  const post = (body: string, type = 'application/json'): Promise<Response> =>
    fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });

  const ask = (query: string, variables: object): Promise<Response> =>
    post(JSON.stringify({ query, variables }));

  test('bytes that are no HTTP, or not quite', async () => {
    const { host } = new URL(harness.gateway.url);
    const [body = ''] = BODIES;
    const requests = [
      `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"que\r\n0\r\n\r\n`,
      `GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: ${host}\r\napollo-require-preflight: 1\r\naccept: */*\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\nGET /schema.graphql HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    ];
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(spoilt(requests), async (bytes) => {
        const answers = await exchangeBytes(harness.gateway.url, bytes);
        for (const status of statusesIn(answers)) {
          seen.add(status);
          expect([bytes, status < 500, harness.faults]).toEqual([bytes, true, []]);
        }
      }),
      { numRuns: 400, seed: SEED },
    );
    // Some were whole, others were refused in more than one way.
    expect(seen).toContain(200);
    expect(seen).toContain(400);
    expect(seen.size).toBeGreaterThan(3);
  });

  test('bodies that are no JSON, or not of a request', async () => {
    const types = ['application/json', 'application/json; charset=utf-8', 'text/plain', ''];
    const given = fc.oneof(
      spoilt(BODIES),
      fc.json({ maxDepth: 4 }),
      fc
        .record({
          query: fc.oneof(fc.constantFrom(...QUERIES), fc.jsonValue()),
          variables: fc.jsonValue({ maxDepth: 2 }),
          operationName: fc.jsonValue({ maxDepth: 1 }),
          extensions: fc.jsonValue({ maxDepth: 2 }),
        })
        .map((request) => JSON.stringify(request)),
    );
    await fc.assert(
      fc.asyncProperty(given, fc.constantFrom(...types), async (body, type) => {
        await holds(await post(body, type), [body, type]);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  test('documents that are no GraphQL, or not of this schema', async () => {
    await fc.assert(
      fc.asyncProperty(spoilt(QUERIES), async (query) => {
        await holds(await ask(query, { first: 1, ids: [] }), query);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  test('certificates that are no PEM, or hold no certificate', async () => {
    const mutation = `mutation ($input: RegisterCACertificateInput!) {
      registerCACertificate(input: $input) { caCertificate { id } userErrors { code message } } }`;
    const query = `query ($input: RegisterCACertificateInput!) {
      checkCARegistration(input: $input) { isAcceptable findings { code } x509 { subject } } }`;
    const ca = makeCA();
    const der = Buffer.from(ca.pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const wrapped = (bytes: Uint8Array): string =>
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`;
    const flipped = fc
      .array(fc.tuple(fc.nat({ max: der.length - 1 }), fc.nat({ max: 255 })), {
        minLength: 1,
        maxLength: 4,
      })
      .map((places) => {
        const bytes = Buffer.from(der);
        for (const [at, value] of places) bytes[at] = value;
        return wrapped(bytes);
      });
    const pems = fc.oneof(
      spoilt([ca.pem]),
      flipped,
      fc.uint8Array({ maxLength: 200 }).map(wrapped),
    );
    await fc.assert(
      fc.asyncProperty(pems, fc.boolean(), async (caCertificate, isChange) => {
        const input = { caCertificate, certificateMode: 'SNI_ONLY' };
        await holds(await ask(isChange ? mutation : query, { input }), caCertificate);
      }),
      { numRuns: 400, seed: SEED },
    );
  });

  test('template bodies that are no JSON, or no template', async () => {
    const mutation = `mutation ($templateName: String!, $templateBody: String!) {
      createProvisioningTemplate(input: { templateName: $templateName, templateBody: $templateBody, provisioningRoleArn: "arn:aws:iam::123456789012:role/a" }) {
        provisioningTemplate { templateBodyJson diagnostics { code } } userErrors { code } warnings { code } } }`;
    const query = `query ($templateBody: String!) { previewProvisioning(input: { templateBody: $templateBody, type: JITP }) { __typename } }`;
    const bodies = malformedBodies();
    const own = fc.sample(fc.nat({ max: bodies.length - 1 }), { numRuns: 150, seed: SEED });
    for (const [index, choice] of own.entries()) {
      const { name, body } = bodies[choice] ?? { name: '', body: '' };
      // The limit of requests is tested elsewhere.
      const templateBody = body.slice(0, 20_000);
      const isChange = index % 2 === 0;
      const variables = { templateBody, ...(isChange ? { templateName: `t${index}` } : {}) };
      await holds(await ask(isChange ? mutation : query, variables), name);
    }
  });

  test('and works as before afterwards', async () => {
    const { data, errors } = await harness.query(
      '{ caCertificates(first: 1) { nodes { certificateId template { templateName } } } }',
    );
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toMatch(/[0-9a-f]{64}/);
    expect(harness.faults).toEqual([]);
  });
});
