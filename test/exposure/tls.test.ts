import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HttpLimits } from '../../src/exposure/limits.ts';
import { readTls, TlsError, type TlsFiles } from '../../src/exposure/tls.ts';
import { startGateway } from '../../src/gateway.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { makeCA, makeLeaf, type TestCertificate } from '../support/pki.ts';
import { openRaw, postText, type RawClient, rawClient, requestText } from '../support/rawHttp.ts';
import { VirtualClock } from '../support/virtualClock.ts';

let folder: string;
let files: TlsFiles;
const closers: Array<() => Promise<void>> = [];

const server = makeLeaf(makeCA(), { subject: [['CN', 'first']] });
const renewed = makeLeaf(makeCA(), { subject: [['CN', 'second']] });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tls-'));
  files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  await write(server);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

const keyOf = ({ privateKey }: TestCertificate): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

async function write(certificate: TestCertificate): Promise<void> {
  await writeFile(files.cert, certificate.pem);
  await writeFile(files.key, keyOf(certificate));
}

async function start(tls: TlsFiles = files, limits: Partial<HttpLimits> = {}): Promise<Harness> {
  const harness = await startHarness({ gatewayOptions: { exposure: { tls, limits } } });
  closers.push(() => harness.close());
  return harness;
}

interface SecureClient extends RawClient {
  readonly socket: TLSSocket;
}

async function open({ gateway }: Harness, options: ConnectionOptions = {}): Promise<SecureClient> {
  const { hostname: host, port } = new URL(gateway.url);
  // The certificates of the tests name no host; they are looked at by hand.
  const socket = tlsConnect({ host, port: Number(port), rejectUnauthorized: false, ...options });
  const client = await rawClient(socket);
  closers.unshift(async () => void socket.destroy());
  return Object.assign(client, { socket });
}

const nameOf = ({ socket }: SecureClient): unknown => socket.getPeerCertificate().subject?.CN;
const LIST = '{"query":"{ provisioningTemplates(first: 1) { nodes { templateName } } }"}';

describe('TLS', () => {
  test('serves the certificate, and answers as without it', async () => {
    const harness = await start();
    expect(harness.gateway.url).toMatch(/^https:/);
    const client = await open(harness);
    expect(nameOf(client)).toBe('first');
    expect(client.socket.getProtocol()).toBe('TLSv1.3');
    for (let count = 1; count <= 3; count += 1) {
      client.write(postText(harness.gateway.url, LIST));
      const answers = await client.answers(count);
      expect(answers[count - 1]).toMatchObject({ status: 200 });
      expect(answers[count - 1]?.body).toContain('templateName');
    }
  });

  test('is not spoken below 1.2', async () => {
    const harness = await start();
    const old = await open(harness, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    expect(await old.closed()).toEqual([]);
  });

  test('is what a client must speak', async () => {
    const { gateway } = await start();
    const client = await openRaw(gateway.url.replace('https', 'http'));
    client.write(requestText(gateway.url, 'GET /healthz'));
    expect(await client.closed()).toEqual([]);
  });

  test('a handshake that does not come loses the connection', async () => {
    const { gateway } = await start(files, { headersTimeoutMs: 100 });
    const client = await openRaw(gateway.url);
    expect(await client.closed()).toEqual([]);
  });

  test('keeps the limits: of connections, of their requests, of slow headers', async () => {
    const limits = { connections: 2, requestsPerConnection: 2, headersTimeoutMs: 200 };
    const harness = await start(files, limits);
    const { url } = harness.gateway;
    const idle = await open(harness);
    const slow = await open(harness);
    slow.write('GET /healthz HTTP/1.1\r\n');
    const client = await open(harness);
    expect(await idle.closed()).toEqual([]);
    client.write(requestText(url, 'GET /healthz').repeat(3));
    expect(await client.closed()).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(await slow.closed()).toMatchObject([{ status: 408 }]);
  });

  test('handshakes that do not come keep nobody out', async () => {
    const harness = await start(files, { connections: 3 });
    const hostile: RawClient[] = [];
    for (let count = 0; count < 6; count += 1) hostile.push(await openRaw(harness.gateway.url));
    const client = await open(harness);
    client.write(requestText(harness.gateway.url, 'GET /healthz'));
    expect(await client.answers(1)).toMatchObject([{ status: 200 }]);
    for (const { socket } of hostile) socket.destroy();
  });

  test('the page asks browsers to stay with it, but not on loopback', async () => {
    const exposure = { tls: files, allowedHosts: ['gateway.example.com'] };
    const harness = await startHarness({ gatewayOptions: { exposure } });
    closers.push(() => harness.close());
    const client = await open(harness);
    const asked = requestText(harness.gateway.url, 'GET /');
    client.write(asked + asked.replace(/host: .*/, 'host: gateway.example.com'));
    const [local, named] = await client.answers(2);
    expect(local?.headers).not.toHaveProperty('strict-transport-security');
    expect(named?.headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('client certificates', () => {
  const authority = makeCA({ subject: [['CN', 'clients']] });
  const identity = (certificate: TestCertificate): ConnectionOptions => ({
    cert: certificate.pem,
    key: keyOf(certificate),
  });

  test('are asked for when an authority for them is named', async () => {
    const clientCa = path.join(folder, 'clients.pem');
    await writeFile(clientCa, authority.pem);
    const harness = await start({ ...files, clientCa });
    const ask = async (options: ConnectionOptions) => {
      const client = await open(harness, options);
      client.write(requestText(harness.gateway.url, 'GET /healthz', [['connection', 'close']]));
      return client.closed();
    };
    expect(await ask(identity(makeLeaf(authority)))).toMatchObject([{ status: 200 }]);
    expect(await ask({})).toEqual([]);
    expect(await ask(identity(makeLeaf(makeCA())))).toEqual([]);
    const namesake = makeCA({ subject: [['CN', 'clients']] });
    expect(await ask(identity(makeLeaf(namesake)))).toEqual([]);
  });
});

describe('reloading', () => {
  test('gives new connections the new certificate and leaves open ones alone', async () => {
    const harness = await start();
    const { url } = harness.gateway;
    const before = await open(harness);
    before.write(requestText(url, 'GET /healthz'));
    await before.answers(1);
    await write(renewed);
    expect(nameOf(await open(harness))).toBe('first');
    await harness.gateway.reloadTls();
    expect(nameOf(await open(harness))).toBe('second');
    before.write(requestText(url, 'GET /healthz'));
    expect(await before.answers(2)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(nameOf(before)).toBe('first');
    expect(harness.faults).toEqual([]);
  });

  test.each<[string, string, () => Promise<void>]>([
    ['a certificate that is gone', 'IOTGW_TLS_CERT', () => rm(files.cert)],
    ['a certificate that is none', 'IOTGW_TLS_CERT', () => writeFile(files.cert, 'nonsense')],
    ['a key that is gone', 'IOTGW_TLS_KEY', () => rm(files.key)],
    [
      'a key that is cut short',
      'IOTGW_TLS_KEY',
      () => writeFile(files.key, keyOf(server).slice(0, 90)),
    ],
    ['the key of another', 'IOTGW_TLS_KEY', () => writeFile(files.key, keyOf(renewed))],
  ])('%s keeps the old one and is told', async (_, variable, damage) => {
    const harness = await start();
    await damage();
    await harness.gateway.reloadTls();
    const [fault, ...others] = harness.faults.splice(0);
    expect(others).toEqual([]);
    expect(fault).toBeInstanceOf(TlsError);
    expect(String(fault)).toContain(variable);
    expect(String(fault)).not.toMatch(/PRIVATE|nonsense/);
    const client = await open(harness);
    expect(nameOf(client)).toBe('first');
    client.write(requestText(harness.gateway.url, 'GET /healthz'));
    expect(await client.answers(1)).toMatchObject([{ status: 200 }]);
    await write(renewed);
    await harness.gateway.reloadTls();
    expect(nameOf(await open(harness))).toBe('second');
  });

  test('does nothing without TLS', async () => {
    const harness = await startHarness();
    closers.push(() => harness.close());
    await harness.gateway.reloadTls();
    expect(harness.faults).toEqual([]);
  });
});

describe('files', () => {
  test('that are no good stop the start with the name of the setting', async () => {
    const clientCa = path.join(folder, 'clients.pem');
    await writeFile(clientCa, 'nonsense');
    await expect(readTls({ ...files, clientCa })).rejects.toThrow(/^IOTGW_TLS_CLIENT_CA: /);
    await expect(readTls({ ...files, clientCa: '/nowhere' })).rejects.toThrow(/ENOENT/);
    await writeFile(files.key, keyOf(renewed));
    const target = { name: 'nowhere', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' };
    await expect(
      startGateway({
        host: '127.0.0.1',
        port: 0,
        exposure: { tls: files },
        target,
        clock: new VirtualClock(),
        onFault: () => undefined,
      }),
    ).rejects.toThrow(/^IOTGW_TLS_KEY: /);
  });

  test('may hold a chain', async () => {
    const authority = makeCA();
    const leaf = makeLeaf(authority, { subject: [['CN', 'chained']] });
    await write(leaf);
    await writeFile(files.cert, leaf.pem + authority.pem);
    const harness = await start();
    const client = await open(harness, {
      rejectUnauthorized: true,
      ca: authority.pem,
      checkServerIdentity: () => undefined,
    });
    expect(client.socket.authorized).toBe(true);
  });
});
