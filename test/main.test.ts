import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { IoTClient, ListProvisioningTemplatesCommand } from '@aws-sdk/client-iot';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { nextTurn } from '../src/clock.ts';
import { SETTINGS, type SettingName } from '../src/config.ts';
import { readSchemaText } from '../src/gateway.ts';
import { makeCA, type TestCertificate } from './support/pki.ts';

/** The command as users have it: a bundle in dist/, beside the schema, in a process of its own. */
/** The cases of a test are named before there is a folder. */
const records = path.join(tmpdir(), `iotgw-records-${process.pid}`);
let folder: string;
const running: Run[] = [];

interface Build {
  bundleCommand(root: string, directory: string, name: string, source: string): Promise<number>;
}

beforeAll(async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const build: Build = await import(new URL('../scripts/build.mjs', import.meta.url).href);
  folder = await mkdtemp(path.join(tmpdir(), 'iotgw-'));
  await build.bundleCommand(root, path.join(folder, 'dist'), 'main', 'src/main.ts');
  await cp(path.join(root, 'schema.graphql'), path.join(folder, 'schema.graphql'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  await mkdir(path.join(folder, 'home'));
});

afterAll(async () => {
  for (const made of [folder, records]) await rm(made, { recursive: true, force: true });
});

afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
});

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
}

/** Starts the command with nothing in its environment but what is given. */
function start(args: readonly string[], environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [path.join(folder, 'dist/main.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: path.join(folder, 'home'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  }
  const run: Run = {
    child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    exit: new Promise((resolve) =>
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL')),
    ),
  };
  running.push(run);
  return run;
}

/** Starts the command and waits for the whole of its start block. */
async function started(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Run> {
  const run = start(args, environment);
  const told = new Promise<void>((resolve) => {
    run.child.stdout?.on('data', () => {
      if (run.stdout().endsWith('\n\n')) resolve();
    });
  });
  const ended = run.exit.then((exit) => {
    throw new Error(`It ended with ${exit} and said: ${run.stderr()}`);
  });
  ended.catch(() => undefined);
  await Promise.race([told, ended]);
  return run;
}

interface Ended {
  readonly exit: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

async function finished(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const run = start(args, environment);
  const exit = await run.exit;
  return { exit, stdout: run.stdout(), stderr: run.stderr() };
}

const ANY_PORTS = ['--port', '0', '--local-port', '0'];

const found = (text: string, pattern: RegExp): string => {
  const [, group] = pattern.exec(text) ?? [];
  if (group === undefined) throw new Error(`${pattern} is not in ${text}`);
  return group;
};
const gatewayOf = (run: Run): string => found(run.stdout(), /GraphQL +(http:\S+)\/graphql/);
const planeOf = (run: Run): string => found(run.stdout(), /control plane +(http:\S+)/);

interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: ReadonlyArray<{ readonly extensions: Readonly<Record<string, unknown>> }>;
}

async function ask(url: string, query: string): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as GraphqlAnswer;
}

const NAMES_QUERY = '{ provisioningTemplates(first: 50) { nodes { templateName } } }';

/** A request that the server has begun on: it asked for the body, which `end` sends. */
async function begun(url: string, target: string, length: number, headers = {}) {
  const { hostname, port } = new URL(url);
  const outgoing: ClientRequest = request({
    hostname,
    port,
    path: target,
    method: 'POST',
    headers: { expect: '100-continue', 'content-length': length, ...headers },
    agent: false,
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    outgoing.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
  });
  status.catch(() => undefined);
  const asked = new Promise((resolve) => outgoing.once('continue', resolve));
  outgoing.flushHeaders();
  await asked;
  return { outgoing, status };
}

async function begunQuery(url: string): Promise<{ status: Promise<number | undefined> }> {
  const body = JSON.stringify({ query: NAMES_QUERY });
  const headers = { 'content-type': 'application/json' };
  const { outgoing, status } = await begun(url, '/graphql', Buffer.byteLength(body), headers);
  outgoing.end(body);
  return { status };
}

/** Sends what the start block has to paste, as curl would with this in TOKEN. */
function pasted(run: Run, token = ''): Promise<Response> {
  const curl = found(run.stdout(), /(curl .*\n(?:.+\n)*)\n/);
  const headers = [...curl.matchAll(/-H (['"])(\S+): (.+?)\1/g)].map(
    ([, quote, name = '', value = '']): [string, string] => [
      name,
      quote === '"' ? value.replace('$TOKEN', token) : value,
    ],
  );
  return fetch(found(curl, /curl -s (\S+)/), {
    method: 'POST',
    headers,
    body: found(curl, /-d '([^']+)'/),
  });
}

describe('serve', () => {
  test('prints one short block and nothing else, and what it prints works', async () => {
    const run = await started(['serve', ...ANY_PORTS]);
    const lines = run.stdout().split('\n');
    expect(lines.length).toBeLessThan(16);
    expect(lines.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^GraphQL +http:\/\/127\.0\.0\.1:\d+\/graphql .*GraphiQL.*http:/),
      expect.stringMatching(/^Local AWS IoT control plane +http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^A query to paste:$/),
      expect.stringMatching(/^curl -s http:/),
      expect.stringMatching(/^With the AWS CLI:$/),
      expect.stringMatching(/^AWS_ACCESS_KEY_ID=\d{12} AWS_SECRET_ACCESS_KEY=\w+ /),
    ]);

    const response = await pasted(run);
    expect(response.status).toBe(200);
    const { data } = (await response.json()) as {
      data: { provisioningTemplates: { nodes: Array<Record<string, unknown>> } };
    };
    const { nodes } = data.provisioningTemplates;
    expect(nodes).toHaveLength(5);
    for (const node of nodes) {
      const connection = node.caCertificates as { nodes: unknown[] };
      expect(node).toEqual({
        templateName: expect.any(String),
        type: expect.stringMatching(/^(JITP|FLEET_PROVISIONING)$/),
        caCertificates: expect.anything(),
      });
      expect(connection.nodes.length > 0).toBe(node.type === 'JITP');
      for (const ca of connection.nodes) {
        expect(ca).toEqual({
          certificateId: expect.stringMatching(/^[0-9a-f]{64}$/),
          status: expect.stringMatching(/^(IN)?ACTIVE$/),
        });
      }
    }

    const client = new IoTClient({
      endpoint: found(run.stdout(), /--endpoint-url (\S+)/),
      region: found(run.stdout(), /--region (\S+)/),
      credentials: {
        accessKeyId: found(run.stdout(), /AWS_ACCESS_KEY_ID=(\S+)/),
        secretAccessKey: found(run.stdout(), /AWS_SECRET_ACCESS_KEY=(\S+)/),
      },
    });
    const { templates } = await client.send(new ListProvisioningTemplatesCommand({}));
    client.destroy();
    expect(templates?.map(({ templateName }) => templateName)).toEqual(
      expect.arrayContaining(nodes.map(({ templateName }) => templateName)),
    );
    expect(run.stderr()).toBe('');
  });

  test('serves the page, which no start reads', async () => {
    await mkdir(path.join(folder, 'dist/web/assets'), { recursive: true });
    await writeFile(path.join(folder, 'dist/web/index.html'), '<p>page</p>');
    await writeFile(path.join(folder, 'dist/web/assets/a.js'), 'script');
    const url = gatewayOf(await started([...ANY_PORTS, '--local-seed', 'none']));
    for (const [target, text] of [
      ['/', '<p>page</p>'],
      ['/assets/a.js', 'script'],
    ]) {
      const response = await fetch(`${url}${target}`);
      expect([response.status, await response.text()]).toEqual([200, text]);
    }
  });

  test('is the command without a name, and takes its settings from the environment', async () => {
    const run = await started([], {
      IOTGW_PORT: '0',
      IOTGW_LOCAL_PORT: '0',
      IOTGW_LOCAL_SEED: 'none',
    });
    const { data, errors } = await ask(
      gatewayOf(run),
      '{ provisioningTemplates { nodes { id } } caCertificates { nodes { id } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ provisioningTemplates: { nodes: [] }, caCertificates: { nodes: [] } });
  });

  test('is not opened to the network without a word on who may call', async () => {
    const { exit, stdout, stderr } = await finished(['--host', '0.0.0.0', ...ANY_PORTS]);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(/^iotgw: Without authentication .* --auth jwt or --auth api-key .*\n$/);
  });

  test('takes the keys that iotgw keys made, and none that it took back', async () => {
    const data = ['--data-dir', path.join(folder, 'keys')];
    const made = await finished(['keys', 'create', '--name', 'ci', '--scopes', 'read', ...data]);
    expect({ exit: made.exit, stderr: made.stderr }).toEqual({ exit: 0, stderr: '' });
    const [key = ''] = made.stdout.split('\n');
    const run = await started(['--auth', 'api-key', ...data, ...ANY_PORTS]);
    const statusWith = async (authorization: string) => {
      const url = `${gatewayOf(run)}/graphql?query=%7B__typename%7D`;
      const headers = { authorization, 'apollo-require-preflight': '1' };
      return (await fetch(url, { headers })).status;
    };
    expect(await statusWith('')).toBe(401);
    expect(await statusWith(`Bearer ${key}`)).toBe(200);
    const listed = await finished(['keys', 'list'], { IOTGW_DATA_DIR: path.join(folder, 'keys') });
    expect(listed.stdout).toMatch(/ci .* iot:read\n$/);
    expect(listed.stdout).not.toContain(key);
    const id = key.split('_')[1] ?? '';
    expect((await finished(['keys', 'revoke', id, ...data])).exit).toBe(0);
    const limitMs = Date.now() + 60_000;
    while ((await statusWith(`Bearer ${key}`)) !== 401 && Date.now() < limitMs) await nextTurn();
    expect(await statusWith(`Bearer ${key}`)).toBe(401);
    expect((await finished(['keys', 'revoke', id, ...data])).stderr).toMatch(/no API key/);
  });

  test('prints what to paste with credentials, and where they come from', async () => {
    const directory = path.join(folder, "a key's");
    const jwt = ['--jwt-issuer', 'https://id.example', '--jwt-audience', 'me'];
    const keys = await started([...ANY_PORTS, '--auth', 'api-key', '--data-dir', directory]);
    const made = found(keys.stdout(), /^ {2}TOKEN is an API key: iotgw (keys create .*)$/m);
    const [command, quoted = ''] = made.split(' --data-dir ');
    expect(quoted).toBe(`'${directory.replace("'", "'\\''")}'`);
    const { stdout } = await finished([...(command ?? '').split(' '), '--data-dir', directory]);
    expect((await pasted(keys, 'wrong')).status).toBe(401);
    const limitMs = Date.now() + 60_000;
    let response = await pasted(keys, stdout.split('\n')[0]);
    while (response.status === 401 && Date.now() < limitMs) {
      await nextTurn();
      response = await pasted(keys, stdout.split('\n')[0]);
    }
    expect(await response.json()).toMatchObject({ data: { provisioningTemplates: {} } });

    const both = await started([
      ...[...ANY_PORTS, ...jwt, '--jwt-jwks-url', 'https://id.example/keys'],
      ...['--auth', 'jwt,api-key', '--data-dir', './open'],
    ]);
    expect(both.stdout()).toMatch(
      /^ {2}TOKEN is a token of https:\/\/id\.example for me with the scope iot:read, or an API key: iotgw keys create --name me --scopes read --data-dir \.\/open$/m,
    );
  });

  test('opens the gateway to the network, never the control plane with it', async () => {
    const auth = ['--auth', 'api-key', '--data-dir', path.join(folder, 'open')];
    const run = await started(['--host', '0.0.0.0', ...auth, ...ANY_PORTS]);
    expect(gatewayOf(run)).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect((await fetch(`${gatewayOf(run)}/healthz`)).status).toBe(200);
    expect(planeOf(run)).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(run.stderr()).toBe('');
  });

  test('passes over what Kubernetes sets, with a hint', async () => {
    const run = await started(['--port', '0', '--local-port', '0'], {
      IOTGW_PORT: 'tcp://10.0.0.1:4000',
      IOTGW_SERVICE_HOST: '10.0.0.1',
    });
    expect(run.stderr().match(/Kubernetes/g)).toHaveLength(2);
  });

  test('keeps its data in a directory from one start to the next', async () => {
    const args = [...ANY_PORTS, '--local-data-dir', path.join(folder, 'state')];
    const first = await started([...args, '--local-seed', 'none']);
    const { data } = await ask(
      gatewayOf(first),
      `mutation { createProvisioningTemplate(input: {
        templateName: "kept", templateBody: "{\\"Resources\\":{}}",
        provisioningRoleArn: "arn:aws:iam::123456789012:role/jitp"
      }) { userErrors { message } } }`,
    );
    expect(data).toEqual({ createProvisioningTemplate: { userErrors: [] } });
    const second = await finished(args);
    expect(second.exit).toBe(1);
    expect(second.stderr).toMatch(/state/);
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const third = await started(args);
    expect(await ask(gatewayOf(third), NAMES_QUERY)).toMatchObject({
      data: { provisioningTemplates: { nodes: [{ templateName: 'kept' }] } },
    });
  });
});

describe('control-plane', () => {
  test('prints where it is and how to call it', async () => {
    const run = await started(['control-plane', '--port', '0', '--seed', 'none']);
    expect(run.stdout()).toMatch(/^\n {2}AWS IoT control plane {2}http:\/\/127\.0\.0\.1:\d+\n/);
    expect(run.stdout()).toContain(`--endpoint-url ${planeOf(run)} iot `);
    expect(await (await fetch(`${planeOf(run)}/_local/health`)).json()).toEqual({
      status: 'ok',
      storage: 'memory',
    });
    expect(run.stderr()).toBe('');
  });

  test('beyond loopback starts only when it is allowed, and then warns', async () => {
    const refused = await finished(['control-plane', '--port', '0', '--host', '0.0.0.0']);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toMatch(/--allow-remote on or IOTGW_LOCAL_ALLOW_REMOTE/);
    expect(refused.stderr).not.toMatch(/ at /);
    const allowed = ['control-plane', '--port', '0', '--host', '0.0.0.0', '--allow-remote', 'on'];
    const run = await started(allowed);
    expect(run.stderr()).toMatch(/^WARNING: /);
  });
});

describe('a seed', () => {
  async function seedFile(name: string, content: unknown): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }
  const template = {
    templateName: 'kettle',
    type: 'JITP',
    provisioningRoleArn: 'arn:aws:iam::123456789012:role/jitp',
    versions: [{ templateBody: { Resources: {} } }],
  };

  test('from a file fills the control plane, alone and with the gateway', async () => {
    const registrationConfig = { templateName: 'kettle' };
    const file = await seedFile('seed.json', {
      templates: [template],
      caCertificates: [{ certificatePem: makeCA().pem, registrationConfig }],
    });
    const query = '{ caCertificates { nodes { status template { templateName } } } }';
    const answer = {
      data: {
        caCertificates: { nodes: [{ status: 'INACTIVE', template: { templateName: 'kettle' } }] },
      },
    };
    const run = await started([...ANY_PORTS, '--local-seed', file]);
    expect(await ask(gatewayOf(run), query)).toMatchObject(answer);
    const plane = await started(['control-plane', '--port', '0', '--seed', file]);
    const gateway = await started(['--port', '0', '--upstream', 'aws'], {
      AWS_ENDPOINT_URL_IOT: planeOf(plane),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: '123456789012',
      AWS_SECRET_ACCESS_KEY: 'anything',
    });
    expect(await ask(gatewayOf(gateway), query)).toMatchObject(answer);
  });

  test.each([
    ['that is missing', undefined, /cannot be read \(ENOENT\)/],
    ['that is not JSON', '{', /is not JSON/],
    [
      'of a wrong form',
      { templates: [{ ...template, versions: [] }] },
      /templates\[0\]\.versions: /,
    ],
    [
      'that AWS would not hold',
      { caCertificates: [{ certificatePem: 'no', tags: {} }] },
      /caCertificates\[0\]\.certificatePem: /,
    ],
    ['with a member too many', { template: [] }, /template/],
  ])('file %s stops the start and says where', async (_, content, where) => {
    const file = path.join(folder, 'bad.json');
    await rm(file, { force: true });
    if (content !== undefined) await seedFile('bad.json', content);
    const { exit, stderr, stdout } = await finished(['control-plane', '--port', '0'], {
      IOTGW_LOCAL_SEED: file,
    });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(where);
    expect(stderr).toMatch(/^iotgw: IOTGW_LOCAL_SEED/);
    expect(stderr).toContain(file);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('lets the gateway answer what is under way, and ends it with 0', async () => {
    const run = await started(ANY_PORTS, { IOTGW_LOCAL_LATENCY_MS: '300' });
    const { status } = await begunQuery(gatewayOf(run));
    run.child.kill(signal);
    expect(await status).toBe(200);
    expect(await run.exit).toBe(0);
    expect(run.stderr()).toBe('');
  });

  test('lets the control plane answer what is under way, and ends it with 0', async () => {
    const run = await started(['control-plane', '--port', '0', '--latency-ms', '300']);
    const body = JSON.stringify({
      templateName: 'last',
      templateBody: '{"Resources":{}}',
      provisioningRoleArn: 'arn:aws:iam::123456789012:role/jitp',
    });
    const scope = 'Credential=123456789012/20260101/us-east-1/iot/aws4_request';
    const { outgoing, status } = await begun(
      planeOf(run),
      '/provisioning-templates',
      Buffer.byteLength(body),
      { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=00` },
    );
    run.child.kill(signal);
    outgoing.end(body);
    expect(await status).toBe(200);
    expect(await run.exit).toBe(0);
    expect(run.stderr()).toBe('');
  });

  test('a second time ends it at once', async () => {
    const run = await started(ANY_PORTS, { IOTGW_LOCAL_LATENCY_MS: '60000' });
    const url = gatewayOf(run);
    const { status } = await begunQuery(url);
    run.child.kill(signal);
    while (!(await (await fetch(`${url}/readyz`)).text()).includes('draining'));
    run.child.kill(signal);
    expect(await run.exit).toBe(1);
    await expect(status).rejects.toThrow();
  });
});

describe('SIGHUP', () => {
  const write = async (certificate: TestCertificate): Promise<string[]> => {
    const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    const { pem, privateKey } = certificate;
    await writeFile(cert, pem);
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return ['--tls-cert', cert, '--tls-key', key];
  };
  const nameAt = (url: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { hostname: host, port } = new URL(url);
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  test('reads the files of TLS again; broken ones are told, and the old ones stay', async () => {
    const flags = await write(makeCA({ subject: [['CN', 'first']] }));
    const run = await started([...ANY_PORTS, ...flags]);
    const url = found(run.stdout(), /GraphQL +(https:\S+)\/graphql/);
    expect(await nameAt(url)).toBe('first');
    await writeFile(path.join(folder, 'cert.pem'), 'broken');
    run.child.kill('SIGHUP');
    while (!run.stderr().includes('IOTGW_TLS_CERT')) await new Promise(setImmediate);
    expect(await nameAt(url)).toBe('first');
    await write(makeCA({ subject: [['CN', 'second']] }));
    run.child.kill('SIGHUP');
    while ((await nameAt(url)) !== 'second') await new Promise(setImmediate);
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0);
  });
});

describe('SIGHUP without TLS', () => {
  test('drains, as SIGTERM does', async () => {
    const run = await started(ANY_PORTS);
    run.child.kill('SIGHUP');
    expect(await run.exit).toBe(0);
  });
});

describe('a port that is taken', () => {
  const server = createServer();
  let taken: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    taken = String((server.address() as AddressInfo).port);
  });

  afterAll(() => {
    server.close();
  });

  test.each<[string, (port: string) => string[], string, string]>([
    ['the gateway', (port) => ['--port', port, '--local-port', '0'], '--port', 'IOTGW_PORT'],
    [
      'its control plane',
      (port) => ['--port', '0', '--local-port', port],
      '--local-port',
      'IOTGW_LOCAL_PORT',
    ],
    [
      'the control plane alone',
      (port) => ['control-plane', '--port', port],
      '--port',
      'IOTGW_LOCAL_PORT',
    ],
  ])('by %s is named with its flag and variable', async (_, args, flag, variable) => {
    const { exit, stdout, stderr } = await finished(args(taken));
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^iotgw: Port ${taken} of 127\\.0\\.0\\.1 is taken\\..* ${flag} or ${variable};`),
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a start that cannot be says what to change:', () => {
  const cases: ReadonlyArray<[string, string[], Record<string, string>, RegExp]> = [
    ['an unknown variable', [], { IOTGW_X: '1' }, /^iotgw: IOTGW_X is not a setting/],
    [
      'several bad values',
      ['--port', 'x'],
      { IOTGW_UPSTREAM: 'gcp' },
      /--port \(IOTGW_PORT\) .*\nIOTGW_UPSTREAM must be local or aws/,
    ],
    [
      'a bad flag of the control plane, by the name it has there',
      ['control-plane', '--port', 'x'],
      {},
      /^iotgw: --port \(IOTGW_LOCAL_PORT\) must be a port number/,
    ],
    [
      'a fault of no known kind',
      [],
      { IOTGW_LOCAL_FAULTS: '[{"action":"*","kind":"x"}]' },
      /^iotgw: IOTGW_LOCAL_FAULTS\.0\.kind: /,
    ],
    ['an unknown flag', ['--prot', '1'], {}, /--prot/],
    ['a certificate without its key', ['--tls-cert', 'a'], {}, /^iotgw: .*IOTGW_TLS_KEY/],
    [
      'a certificate that is not there',
      ['--tls-cert', '/a', '--tls-key', '/b'],
      {},
      /^iotgw: IOTGW_TLS_CERT: /,
    ],
    ['an unknown command', ['sevre'], {}, /serve/],
    [
      'a host that is not here',
      ['--host', '192.0.2.1', '--auth', 'api-key'],
      { IOTGW_DATA_DIR: records },
      /--host or IOTGW_HOST/,
    ],
    ['a data directory that cannot be', ['--local-data-dir', '/dev/null/x'], {}, /\/dev\/null\/x/],
  ];

  test.each(cases)('%s', async (_, args, environment, message) => {
    const ports = args[0]?.startsWith('-') || args.length === 0 ? ANY_PORTS : [];
    const { exit, stdout, stderr } = await finished([...ports, ...args], environment);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('with AWS as the upstream', () => {
  const noCredentials = {
    IOTGW_UPSTREAM: 'aws',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };

  test('it starts without credentials and network, and a query tells what is missing', async () => {
    const run = await started(['--port', '0'], noCredentials);
    expect(run.stdout()).toContain('AWS IoT, with the credentials and region of the AWS settings');
    expect(run.stdout()).not.toContain('control plane');
    const { data, errors } = await ask(gatewayOf(run), NAMES_QUERY);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_CREDENTIALS',
      action: 'ListProvisioningTemplates',
      retryable: false,
      diagnosis: 'MISSING',
    });
    expect(JSON.stringify(data)).not.toContain('nodes');
    // Told at the start, whether anybody asks or not; it may take a moment longer than an answer.
    while (!run.stderr().includes('The gateway has no AWS credentials. Its operator can')) {
      await new Promise(setImmediate);
    }
  });

  test.each([
    ['no region', {}, 'No AWS region is set. Set AWS_REGION ('],
    [
      'a region that is none',
      { AWS_REGION: 'eu west 1' },
      'Region not accepted: region="eu west 1"',
    ],
  ])('with %s it does not start, and says what to set', async (_, given, problem) => {
    const { AWS_REGION: _none, ...environment } = noCredentials;
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'anything' };
    const { exit, stdout, stderr } = await finished(['--port', '0'], {
      ...environment,
      ...keys,
      ...given,
    });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(/^iotgw: /);
    expect(stderr).toContain(problem);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('check tells how far it comes, and ends with 1 where it comes to nothing', async () => {
    const command = ['check', '--upstream', 'aws'];
    const lacking = await finished(command, noCredentials);
    expect(lacking.exit).toBe(1);
    expect(lacking.stdout).toMatch(
      /^ok +region: us-east-1\nFAILED +credentials: The gateway has no AWS credentials\./,
    );
    const plane = await started(['control-plane', '--port', '0']);
    const { exit, stdout } = await finished(command, {
      ...noCredentials,
      AWS_ENDPOINT_URL_IOT: planeOf(plane),
      AWS_ACCESS_KEY_ID: '123456789012',
      AWS_SECRET_ACCESS_KEY: 'anything',
    });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ok +ListCACertificates: allowed$/m);
    expect((await finished(['check'])).stderr).toMatch(/There is nothing to check/);
  });

  test('nobody at the endpoint is an outage, not an empty list', async () => {
    const run = await started(['--port', '0'], {
      ...noCredentials,
      AWS_ENDPOINT_URL_IOT: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: '123456789012',
      AWS_SECRET_ACCESS_KEY: 'anything',
    });
    const { errors } = await ask(gatewayOf(run), NAMES_QUERY);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

describe('the other commands', () => {
  test('print-schema prints the file', async () => {
    const { exit, stdout, stderr } = await finished(['print-schema']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toBe(await readSchemaText());
  });

  test('iam-policy prints the rights of what the scopes allow', async () => {
    const { exit, stdout } = await finished(['iam-policy', '--scopes', 'read']);
    expect(exit).toBe(0);
    const { Version, Statement } = JSON.parse(stdout);
    expect(Version).toBe('2012-10-17');
    expect(JSON.stringify(Statement)).toContain('iot:DescribeCACertificate');
    expect(stdout).not.toContain('PassRole');
    const wrong = await finished(['iam-policy', '--scopes', 'all']);
    expect([wrong.exit, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toMatch(/^iotgw: "all" is not a scope; there are iot:read, /);
  });

  test('attach says what a filter may hold, without a gateway', async () => {
    const args = ['attach', '--template', 'a', '--url', 'http://127.0.0.1:9', '--filter'];
    const { exit, stdout, stderr } = await finished([...args, 'foo=1']);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(/^iotgw: --filter has no condition "foo"; there are templateName, /);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('nobody has to read to the end', async () => {
    const run = start(['print-schema']);
    run.child.stdout?.destroy();
    expect(await run.exit).toBe(0);
    expect(run.stderr()).toBe('');
  });

  test('config prints what is in force and masks secrets', async () => {
    const { exit, stdout, stderr } = await finished(['config', '--upstream', 'aws'], {
      IOTGW_PORT: '4100',
      AWS_REGION: 'eu-west-1',
      AWS_SECRET_ACCESS_KEY: 'tellnobody',
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('IOTGW_PORT=4100  # environment\n');
    expect(stdout).toContain('IOTGW_UPSTREAM=aws  # flag\n');
    expect(stdout).toContain('IOTGW_HOST=127.0.0.1  # default\n');
    expect(stdout).toContain('AWS_REGION=eu-west-1  # environment\n');
    expect(stdout).toContain('AWS_SECRET_ACCESS_KEY=********');
    expect(stdout).not.toContain('tellnobody');
  });

  test('help lists the commands, and for each its settings with variable and default', async () => {
    const [all, serve, plane] = await Promise.all(
      [['--help'], ['serve', '--help'], ['control-plane', '--help']].map((args) => finished(args)),
    );
    for (const command of [
      'serve',
      'control-plane',
      'check',
      'iam-policy',
      'print-schema',
      'config',
    ]) {
      expect(all?.stdout).toContain(`  ${command} `);
    }
    for (const name of Object.keys(SETTINGS) as SettingName[]) {
      const setting = SETTINGS[name];
      const { flag, variable, default: standard } = setting;
      const text = serve?.stdout.replaceAll(/\s+/g, ' ') ?? '';
      expect(text).toContain(` --${flag} <`);
      expect(text).toContain(
        standard === undefined ? `(${variable})` : `(${variable}, default ${standard})`,
      );
      if ('controlPlaneFlag' in setting) {
        expect(plane?.stdout).toContain(` --${setting.controlPlaneFlag} <`);
      }
    }
  });
});
