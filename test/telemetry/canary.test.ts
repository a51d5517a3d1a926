import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { at } from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';
import { type Canary, found, makeCanaries } from './canaries.ts';

interface Build {
  bundleCommand(root: string, directory: string, name: string, source: string): Promise<number>;
}

const canaries = makeCanaries();
const all = canaries.map(({ text }) => text).join('\n');
const text = (name: string): string => canaries.find((each) => each.name === name)?.text ?? '';

let folder: string;
let dataDir: string;
let plane: ControlPlane;
let child: ChildProcess;
let exited: Promise<number | null>;
let apiKey: Canary;
/** The private key of a claim, which one answer holds and nothing else may. */
let claimKey: Canary;
const output = { stdout: '', stderr: '' };
const answers: string[] = [];
let url = '';
let metricsUrl = '';
let metrics = '';

const command = (): string => path.join(folder, 'dist/main.js');

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const build: Build = await import(new URL('../../scripts/build.mjs', import.meta.url).href);
  folder = await mkdtemp(path.join(tmpdir(), 'canary-'));
  dataDir = path.join(folder, 'data');
  await build.bundleCommand(root, path.join(folder, 'dist'), 'main', 'src/main.ts');
  await cp(path.join(root, 'schema.graphql'), path.join(folder, 'schema.graphql'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  await mkdir(path.join(folder, 'home'));
  await writeFile(path.join(folder, 'crash.mjs'), crashOnSignal());
  apiKey = makeApiKey();
  plane = await startControlPlane({
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    seeds: ['demo'],
  });
  await start();
  await fillEveryPath();
  metrics = await (await fetch(metricsUrl)).text();
  child.kill('SIGUSR2');
  await exited;
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await exited;
  await plane?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Loaded before the gateway: on a signal it throws what nobody catches. */
function crashOnSignal(): string {
  const message = JSON.stringify(`crashed with ${all}`);
  return `process.on('SIGUSR2', () => {
    throw new Error(${message}, { cause: new Error(${message}) });
  });`;
}

function makeApiKey(): Canary {
  const args = ['keys', 'create', '--data-dir', dataDir, '--name', 'canary', '--scopes', 'all'];
  const { stdout, stderr } = spawnSync(process.execPath, [command(), ...args], {
    encoding: 'utf8',
    env: { HOME: path.join(folder, 'home') },
  });
  const [key] = /iotgw_[0-9a-f]{16}_[\w-]{43}/.exec(stdout) ?? [];
  if (key === undefined) throw new Error(`No key was made: ${stdout}${stderr}`);
  return { name: 'the API key in use', text: key, mark: key.slice(-24) };
}

async function start(): Promise<void> {
  child = spawn(process.execPath, ['--import', path.join(folder, 'crash.mjs'), command()], {
    cwd: folder,
    env: {
      HOME: path.join(folder, 'home'),
      AWS_ACCESS_KEY_ID: text('AWS access key id'),
      AWS_SECRET_ACCESS_KEY: text('AWS secret access key'),
      AWS_SESSION_TOKEN: text('AWS session token'),
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_IOT: plane.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      IOTGW_UPSTREAM: 'aws',
      IOTGW_PORT: '0',
      IOTGW_AUTH: 'api-key',
      IOTGW_DATA_DIR: dataDir,
      IOTGW_LOG_LEVEL: 'trace',
      IOTGW_METRICS_PORT: '0',
      IOTGW_QUOTA_SHARE: '1',
      IOTGW_RATE_LIMIT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  exited = new Promise((resolve) => child.once('close', resolve));
  const started = new Promise<void>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      output.stdout += part;
      if (output.stdout.endsWith('\n\n')) resolve();
    });
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    output.stderr += part;
  });
  await Promise.race([started, exited]);
  url = /GraphQL +(http:\S+)\/graphql/.exec(output.stdout)?.[1] ?? '';
  metricsUrl = /Metrics +(http:\S+)/.exec(output.stdout)?.[1] ?? '';
  if (url === '') throw new Error(`It did not start: ${output.stderr}`);
}

/** Sends a request and keeps all that comes back. */
async function send(target: string, options: RequestInit = {}): Promise<string> {
  const response = await fetch(url + target, { signal: AbortSignal.timeout(60_000), ...options });
  const body = await response.text();
  answers.push(`${JSON.stringify([...response.headers])}\n${body}`);
  return body;
}

const own = (): Record<string, string> => ({
  authorization: `Bearer ${apiKey.text}`,
  'content-type': 'application/json',
});

async function query(
  document: string,
  variables: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<unknown> {
  const body = JSON.stringify({ query: document, variables, ...rest });
  const answer = await send('/graphql', {
    method: 'POST',
    headers: { ...own(), ...headers },
    body,
  });
  return JSON.parse(answer);
}

async function setFaults(faults: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(faults);
  const response = await fetch(`${plane.url}/_local/faults`, { method: 'PUT', headers, body });
  if (!response.ok) throw new Error(await response.text());
}

const LIVE = { 'cache-control': 'no-cache' };
const READ = '{ provisioningTemplates(first: 1) { nodes { templateName } } }';
const PROBLEMS = 'warnings { code message } userErrors { code message field }';
const CREATE = `mutation ($input: CreateProvisioningTemplateInput!) { createProvisioningTemplate(input: $input) { ${PROBLEMS} } }`;
const UPDATE = `mutation ($input: UpdateProvisioningTemplateInput!) { updateProvisioningTemplate(input: $input) { ${PROBLEMS} } }`;
const REGISTER = `mutation ($input: RegisterCACertificateInput!) { registerCACertificate(input: $input) { ${PROBLEMS} } }`;
const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const BODY = (value: string): string =>
  JSON.stringify({
    Parameters: { 'AWS::IoT::Certificate::Id': { Type: 'String', Default: value } },
    Resources: {
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
    },
  });

async function fillEveryPath(): Promise<void> {
  for (const [index, { text: secret }] of canaries.entries()) {
    await asHeaders(secret);
    await asRequests(secret);
    await asQueries(secret);
    await asMutations(secret, index);
    await asErrorsOfAws(secret);
  }
  await asItemsOfBulk();
  await asClaim();
  await query(
    '{ changes(first: 200) { nodes { operation outcome message before after resource { key } } } }',
  );
}

async function asHeaders(secret: string): Promise<void> {
  const value = secret.replace(/\s+/g, ' ').trim();
  const body = JSON.stringify({ query: READ });
  const names = ['x-api-key', 'cookie', 'x-amz-security-token', 'x-request-id', 'user-agent'];
  const traced = ['traceparent', 'tracestate', 'baggage', 'if-none-match', 'referer'];
  const headers = Object.fromEntries([...names, ...traced].map((name) => [name, value]));
  await send('/graphql', { method: 'POST', headers: { ...own(), ...headers }, body });
  for (const authorization of [`Bearer ${value}`, `Basic ${value}`, value]) {
    const headers = { 'content-type': 'application/json', authorization };
    await send('/graphql', { method: 'POST', headers, body });
  }
  await send('/graphql', { method: 'POST', headers: { ...own(), accept: value }, body });
  await send('/graphql', { method: 'POST', headers: { ...own(), 'content-type': value }, body });
}

async function asRequests(secret: string): Promise<void> {
  const bodies = [
    secret,
    `{"query":"${secret}`,
    JSON.stringify({ [secret]: secret }),
    JSON.stringify(secret),
  ];
  for (const body of [...bodies, JSON.stringify({ query: secret })]) {
    await send('/graphql', { method: 'POST', headers: own(), body });
  }
  const inUrl = encodeURIComponent(secret);
  await send(`/${inUrl}`, { headers: own() });
  await send(`/graphql?query=${inUrl}&operationName=${inUrl}`, { headers: own() });
  await send(`/graphql?query={__typename}&${inUrl}=${inUrl}`, { headers: own() });
  await send('/graphql', {
    method: 'POST',
    headers: { ...own(), accept: 'text/event-stream' },
    body: JSON.stringify({ query: secret, variables: { secret } }),
  });
}

async function asQueries(secret: string): Promise<void> {
  const literal = JSON.stringify(secret);
  await query(
    `query ($first: Int) { provisioningTemplates(first: $first) { nodes { templateName } } }`,
    {
      first: secret,
    },
  );
  await query(`{ provisioningTemplate(templateName: ${literal}) { templateName } }`);
  await query(`{ provisioningTemplates(first: ${literal}) { nodes { templateName } } }`);
  await query(`{ caCertificate(certificateId: ${literal}) { certificateId } }`);
  await query(`{ node(id: ${literal}) { id } }`);
  await query(`{ provisioningTemplates(first: 1, after: ${literal}) { nodes { templateName } } }`);
  await query(`{ changes(first: 1, filter: { resource: ${literal} }) { nodes { id } } }`);
  await query(READ, {}, { operationName: secret });
  await query(READ, {}, { extensions: { [secret]: secret } });
  // Some can be names.
  if (!/^\w+$/.test(secret)) return;
  await query(`query ${secret} { ${secret} }`);
  await query(`query ${secret} { __typename }`);
  await query(
    `query ($${secret}: Int!) { provisioningTemplates(first: $${secret}) { totalCount } }`,
  );
}

async function asMutations(secret: string, index: number): Promise<void> {
  const templateName = `canary-${index}`;
  const provisioningRoleArn = ROLE;
  const input = { templateName, provisioningRoleArn, type: 'JITP', templateBody: BODY(secret) };
  await query(CREATE, { input });
  await query(CREATE, { input: { ...input, templateBody: BODY('none') } });
  await query(CREATE, { input: { ...input, templateName: secret, idempotencyKey: secret } });
  await query(CREATE, { input: { ...input, templateName: secret.slice(0, 36) } });
  await query(CREATE, { input: { ...input, [secret]: secret } });
  const tags = [{ key: 'canary', value: secret.slice(0, 256) }];
  await query(CREATE, { input: { ...input, templateName: `${templateName}-t`, tags } });
  await query(UPDATE, { input: { templateName, description: secret.slice(0, 500) } });
  await query(UPDATE, { input: { templateName, provisioningRoleArn: secret } });
  const caCertificate = secret;
  await query(REGISTER, { input: { caCertificate, certificateMode: 'SNI_ONLY' } });
  await query(REGISTER, {
    input: { caCertificate: makeCA().pem, verificationCertificate: secret },
  });
}

async function asErrorsOfAws(secret: string): Promise<void> {
  const errors = [
    ['InvalidRequestException', 400],
    ['ResourceNotFoundException', 404],
    ['AccessDeniedException', 403],
    ['ExpiredTokenException', 403],
    ['InternalFailureException', 500],
    ['SurprisingException', 400],
  ] as const;
  for (const [name, status] of errors) {
    await setFaults([
      { action: '*', kind: 'error', name, status, message: `because of ${secret}` },
    ]);
    await query(READ, {}, {}, LIVE);
    if (status < 500) {
      await query(UPDATE, { input: { templateName: 'canary-0', description: name } });
    }
  }
  await setFaults([]);
}

async function asItemsOfBulk(): Promise<void> {
  const planned = await query(
    `mutation ($input: PlanDetachInput!) { planDetach(input: $input) { plan { id counts { total } } userErrors { code message } } }`,
    { input: { filter: { registration: ['NAMED'] } } },
  );
  const planId = at(planned, 'data', 'planDetach', 'plan', 'id');
  const message = `because of ${all}`;
  const refusal = { kind: 'error', name: 'InvalidRequestException', status: 400, message };
  await setFaults([{ action: 'UpdateCACertificate', ...refusal }]);
  await query(
    'mutation ($planId: ID!) { applyPlan(input: { planId: $planId }) { userErrors { code message } } }',
    { planId },
  );
  // The stream ends with the operation.
  await send('/graphql', {
    method: 'POST',
    headers: { ...own(), accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($id: ID!) { bulkOperation(id: $id) { state } }',
      variables: { id: planId },
    }),
  });
  const ended = await query(
    'query ($id: ID!) { bulkOperation(id: $id) { state items(first: 100) { nodes { outcome code message } } } }',
    { id: planId },
  );
  const items = at(ended, 'data', 'bulkOperation', 'items', 'nodes') as readonly {
    outcome: string;
  }[];
  if (!items.some(({ outcome }) => outcome === 'FAILED')) throw new Error(JSON.stringify(ended));
  await setFaults([]);
}

async function asClaim(): Promise<void> {
  const input = { templateName: 'canary-claims', provisioningRoleArn: ROLE, enabled: true };
  await query(CREATE, { input: { ...input, templateBody: BODY('none') } });
  const CLAIM =
    'mutation ($templateName: String!) { createProvisioningClaim(input: { templateName: $templateName }) { provisioningClaim { privateKey } userErrors { code message } } }';
  const claim = await query(CLAIM, { templateName: 'canary-claims' });
  answers.pop();
  const key = at(claim, 'data', 'createProvisioningClaim', 'provisioningClaim', 'privateKey');
  if (typeof key !== 'string') throw new Error(`There was no claim: ${JSON.stringify(claim)}`);
  const lines = key.split('\n');
  claimKey = { name: 'private key of a claim', text: key, mark: (lines[2] ?? '').slice(8, 32) };
}

/** What of the secrets is in a text: all of them, the real API key and the claim's key too. */
const leaks = (where: string): readonly string[] => found([...canaries, apiKey, claimKey], where);

describe('secrets put through every path', () => {
  test('are told from other texts, so that the test can fail', () => {
    expect(leaks(`x ${all} ${apiKey.text} ${claimKey.text}`)).toHaveLength(canaries.length + 2);
    for (const { mark } of [...canaries, apiKey, claimKey]) expect(mark.length).toBeGreaterThan(15);
    expect(answers.length).toBeGreaterThan(300);
  });

  test('are not in the output, not even at trace level', () => {
    expect(leaks(output.stdout)).toEqual([]);
    expect(leaks(output.stderr)).toEqual([]);
    for (const level of ['trace', 'debug', 'info', 'warn']) {
      expect(output.stderr).toContain(`"level":"${level}"`);
    }
  });

  test('every line of the log is an object of JSON', () => {
    const lines = output.stderr.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
    for (const line of lines) expect(typeof JSON.parse(line)).toBe('object');
  });

  test('a crash is told without them and ends the process', async () => {
    expect(await exited).toBe(1);
    const last = output.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(last.filter(({ level }) => level === 'fatal')).toMatchObject([
      { message: 'uncaught error', error: expect.stringContaining('crashed with') },
    ]);
  });

  test('are not in the metrics', () => {
    expect(metrics).toContain('iotgw_operations_total');
    expect(leaks(metrics)).toEqual([]);
  });

  test('are in no answer', () => {
    expect(answers.filter((answer) => leaks(answer).length > 0)).toEqual([]);
  });

  test('are in none of the files that the gateway keeps', async () => {
    const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
    const bytes: string[] = [];
    for (const file of files) {
      if (file.isFile())
        bytes.push(await readFile(path.join(file.parentPath, file.name), 'latin1'));
    }
    const kept = bytes.join('\n');
    expect(kept).toContain('updateProvisioningTemplate');
    expect(kept).toContain('UpdateCACertificate');
    expect(leaks(kept)).toEqual([]);
  });
});

test('whoever reads the log may stall: the gateway answers, and ends when it is told to', async () => {
  const args = ['--port', '0', '--local-port', '0', '--local-seed', 'none', '--rate-limit', '0'];
  const stalled = spawn(process.execPath, [command(), ...args, '--log-level', 'trace'], {
    cwd: folder,
    env: { HOME: path.join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const ended = new Promise((resolve) => stalled.once('exit', resolve));
    const gateway = await new Promise<string>((resolve) => {
      let said = '';
      stalled.stdout.setEncoding('utf8').on('data', (part: string) => {
        said += part;
        if (said.endsWith('\n\n')) resolve(/GraphQL +(http:\S+)/.exec(said)?.[1] ?? '');
      });
    });
    // Far more lines than a pipe holds.
    for (let index = 0; index < 800; index += 1) {
      const response = await fetch(gateway, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `{ n${index}: __typename }` }),
      });
      expect(response.status).toBe(200);
      await response.text();
    }
    stalled.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    stalled.kill('SIGKILL');
  }
});
