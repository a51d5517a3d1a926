import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway } from '../../src/gateway.ts';
import {
  ACCOUNT,
  type Answer,
  at,
  CACHED,
  type Harness,
  REGION,
  startHarness,
} from '../support/harness.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const CLAIM =
  'provisioningClaim { certificateId certificatePem publicKey privateKey expiration } warnings { code } userErrors { code message field }';
const MUTATION = `mutation ($templateName: String!) {
  createProvisioningClaim(input: { templateName: $templateName }) { ${CLAIM} } }`;
const FLEET = { templateName: 'fleet' };

describe('provisioning claims', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
    for (const [templateName, type, enabled] of [
      ['fleet', 'FLEET_PROVISIONING', true],
      ['disabled', 'FLEET_PROVISIONING', false],
      ['jitp', 'JITP', true],
    ]) {
      const { data } = await harness.query(
        `mutation ($input: CreateProvisioningTemplateInput!) {
           createProvisioningTemplate(input: $input) { userErrors { code } } }`,
        {
          input: {
            templateName,
            type,
            enabled,
            templateBody: '{"Resources":{}}',
            provisioningRoleArn: ROLE,
          },
        },
      );
      expect(at(data, 'createProvisioningTemplate', 'userErrors')).toEqual([]);
    }
  });
  afterEach(async () => {
    await harness.setFaults([]);
    // The breaker holds calls back for 15 s at most after so many failures in a row.
    harness.clock.advance(20_000);
  });
  afterAll(() => harness.close());

  const claim = (variables: object = FLEET) => harness.billed(MUTATION, { ...variables }, CACHED);
  const claimOf = ({ data }: Answer, name = 'createProvisioningClaim') =>
    at(data, name, 'provisioningClaim') as Record<string, string>;

  test('have a certificate, its key pair and an end, at one call', async () => {
    const answer = await claim();
    expect(answer.bill).toEqual({ CreateProvisioningClaim: 1 });
    expect(answer.extensions?.upstream).toMatchObject({
      priced: { min: 1, max: 1 },
      made: { CreateProvisioningClaim: 1 },
      attempts: 1,
    });
    const made = claimOf(answer);
    const certificate = new X509Certificate(made.certificatePem ?? '');
    expect(made.certificateId).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    const pem = (key: string) =>
      createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    const publicKey = certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(pem(made.privateKey ?? '')).toBe(publicKey);
    expect(pem(made.publicKey ?? '')).toBe(publicKey);
    expect(made.expiration).toBe('2026-06-01T00:05:00.000Z');
    expect(at(answer.data, 'createProvisioningClaim', 'userErrors')).toEqual([]);
  });

  test('take no idempotency key, for no answer is kept to be given again', async () => {
    const { errors, bill } = await harness.billed(
      'mutation { createProvisioningClaim(input: { templateName: "fleet", idempotencyKey: "k" }) { userErrors { code } } }',
    );
    expect(errors?.[0]?.message).toContain('idempotencyKey');
    expect(bill).toEqual({});
  });

  test('may be stored by nobody on the way', async () => {
    const response = await fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: MUTATION, variables: FLEET }),
    });
    expect(await response.text()).toContain('PRIVATE KEY');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('etag')).toBeNull();
  });

  test('cannot be asked for by GET, whose addresses are logged and kept', async () => {
    const query = new URLSearchParams({ query: MUTATION, variables: JSON.stringify(FLEET) });
    harness.plane.resetCalls();
    const response = await fetch(`${harness.gateway.url}/graphql?${query}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(response.status).toBe(405);
    expect(harness.plane.calls().served).toEqual({});
  });

  test('are never the same: neither in one request, nor at once, nor one after the other', async () => {
    const twice = await harness.billed(
      `mutation { one: createProvisioningClaim(input: { templateName: "fleet" }) { ${CLAIM} }
                  other: createProvisioningClaim(input: { templateName: "fleet" }) { ${CLAIM} } }`,
      {},
      CACHED,
    );
    expect(twice.bill).toEqual({ CreateProvisioningClaim: 2 });
    harness.plane.resetCalls();
    const atOnce = await Promise.all(
      Array.from({ length: 3 }, () => harness.query(MUTATION, FLEET, CACHED)),
    );
    expect(harness.plane.calls().served).toEqual({ CreateProvisioningClaim: 3 });
    const keys = [
      claimOf(twice, 'one').privateKey,
      claimOf(twice, 'other').privateKey,
      ...atOnce.map((answer) => claimOf(answer).privateKey),
    ];
    expect(keys).not.toContain(undefined);
    expect(new Set(keys).size).toBe(5);
  });

  test('leave what is known of their template standing', async () => {
    const query =
      '{ provisioningTemplate(templateName: "fleet") { templateBody tags { key } versions { nodes { versionId } } } }';
    await harness.query(query, {}, CACHED);
    await claim();
    expect((await harness.billed(query, {}, CACHED)).bill).toEqual({});
  });

  test.each([
    ['disabled', 'INVALID_REQUEST'],
    ['jitp', 'INVALID_REQUEST'],
    ['no-such', 'RESOURCE_NOT_FOUND'],
  ])('for the template %s are a user error', async (templateName, code) => {
    const answer = await claim({ templateName });
    expect(answer.errors).toBeUndefined();
    expect(at(answer.data, 'createProvisioningClaim')).toMatchObject({
      provisioningClaim: null,
      userErrors: [{ code, field: ['input', 'templateName'] }],
    });
  });

  test('for what cannot be a name cost nothing', async () => {
    const answer = await claim({ templateName: 'a b' });
    expect(answer.bill).toEqual({});
    expect(at(answer.data, 'createProvisioningClaim')).toMatchObject({
      provisioningClaim: null,
      userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', 'templateName'] }],
    });
  });

  test.each([
    { kind: 'lostResponse' },
    { kind: 'reset' },
    { kind: 'error', name: 'InternalFailureException' },
    { kind: 'error', name: 'ServiceUnavailableException' },
    { kind: 'garbage', body: 'html', status: 200 },
    { kind: 'garbage', body: 'truncated', status: 200 },
    { kind: 'garbage', body: 'html', status: 502 },
  ])(
    'whose answer is lost ($kind $name $body $status) are of unknown outcome, and sent once',
    async (fault) => {
      await harness.setFaults([{ action: 'CreateProvisioningClaim', ...fault }]);
      const answer = await claim();
      expect(answer.data ?? null).toBeNull();
      expect(answer.errors).toMatchObject([
        {
          path: ['createProvisioningClaim'],
          extensions: {
            code: 'UPSTREAM_OUTCOME_UNKNOWN',
            retryable: false,
            action: 'CreateProvisioningClaim',
          },
        },
      ]);
      expect(answer.extensions?.upstream).toMatchObject({
        made: { CreateProvisioningClaim: 1 },
        attempts: 1,
      });
      expect(harness.plane.calls().faulted).toEqual({ CreateProvisioningClaim: 1 });
      expect(harness.faults).toEqual([]);
    },
  );

  test.each([
    ['ThrottlingException', 'UPSTREAM_THROTTLED'],
    ['AccessDeniedException', 'UPSTREAM_ACCESS_DENIED'],
  ])('that AWS refused with %s were not made, and are sent once', async (name, code) => {
    await harness.setFaults([{ action: 'CreateProvisioningClaim', kind: 'error', name }]);
    const answer = await claim();
    expect(answer.errors?.[0]?.extensions.code).toBe(code);
    expect(answer.extensions?.upstream.attempts).toBe(1);
  });

  test('that could not be sent were not made', async () => {
    const alone = await startHarness({ seed: 'none' });
    await alone.plane.close();
    try {
      const answer = await alone.query(MUTATION, FLEET);
      expect(answer.errors?.[0]?.extensions).toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        retryable: true,
      });
      expect(answer.extensions?.upstream.attempts).toBe(1);
    } finally {
      await alone.gateway.drain();
    }
  });

  test('of which half an answer came show none of it', async () => {
    const cutter = await cutAnswers(harness.plane.url);
    const faults: unknown[] = [];
    const gateway = await startGateway({
      host: '127.0.0.1',
      port: 0,
      target: {
        name: 'cut',
        region: REGION,
        endpoint: `http://127.0.0.1:${(cutter.address() as AddressInfo).port}`,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      },
      clock: harness.clock,
      onFault: (error) => faults.push(error),
    });
    try {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: MUTATION, variables: FLEET }),
      });
      const text = await response.text();
      expect(JSON.parse(text).errors[0].extensions.code).toBe('UPSTREAM_OUTCOME_UNKNOWN');
      expect(text).not.toMatch(/PRIVATE|BEGIN|MII/);
      expect(faults).toEqual([]);
    } finally {
      await gateway.drain();
      cutter.closeAllConnections();
      cutter.close();
    }
  });
});

test('the private key of a claim is in no record of the gateway', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'claim-'));
  const recording = await startHarness({ recordsDir: directory });
  try {
    const name = await fleetTemplate(recording);
    const { data } = await recording.query(MUTATION, { templateName: name });
    const key = at(data, 'createProvisioningClaim', 'provisioningClaim', 'privateKey') as string;
    const lines = key.split('\n').filter((line) => line.length === 64);
    expect(lines.length).toBeGreaterThan(20);
    const changes = await recording.query(
      '{ changes(first: 5) { nodes { operation outcome before after } } }',
    );
    const told = JSON.stringify(changes);
    expect(told).toContain('createProvisioningClaim');
    await recording.close();
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
    );
    expect(texts.some((text) => text.includes('createProvisioningClaim'))).toBe(true);
    for (const line of lines) {
      expect(told).not.toContain(line);
      expect(texts.filter((text) => text.includes(line))).toEqual([]);
    }
  } finally {
    await recording.close();
    await rm(directory, { recursive: true });
  }
});

/** An enabled template of the demo data that takes claims. */
async function fleetTemplate({ query }: Harness): Promise<string> {
  const { data } = await query(
    '{ provisioningTemplates(filter: { type: FLEET_PROVISIONING, enabled: true }, first: 1) { nodes { templateName } } }',
  );
  return at(data, 'provisioningTemplates', 'nodes', 0, 'templateName') as string;
}

/** Passes requests on and cuts each answer in the middle of its private key. */
async function cutAnswers(url: string): Promise<Server> {
  const server = createServer((from, to) => {
    const { method, headers } = from;
    const onward = request(`${url}${from.url}`, { method: method ?? 'GET', headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const cut = text.slice(0, text.indexOf('PRIVATE KEY') + 200);
        to.writeHead(200, { 'content-type': 'application/json' }).end(cut);
      });
    });
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
