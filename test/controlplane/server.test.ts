import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { GetRegistrationCodeCommand } from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import { RemoteListenError } from '../../src/controlplane/listenerGuard.ts';
import { parseSeed } from '../../src/controlplane/parseSeed.ts';
import { startControlPlane } from '../../src/controlplane/server.ts';
import { AUTHORIZATION, planeFixture, refusalOf, send, sendBytes } from './planeFixture.ts';

const fixture = planeFixture();
const path = '/registrationcode';

describe('who may call', () => {
  test.each([
    'localhost',
    'LocalHost.',
    'localhost:4001',
    '127.0.0.1',
    '127.1.2.3:80',
    '[::1]:4001',
    '[::ffff:127.0.0.1]',
  ])('Host %s', async (host) => {
    const answer = await send(await fixture.start(), { path, headers: { host } });
    expect(answer.status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.5:4001',
    '0.0.0.0',
    'iotgw',
    'user@localhost',
    'localhost/x',
    'localhost:port',
  ])('not Host %p, not on any path', async (host) => {
    const plane = await fixture.start();
    for (const refused of [path, '/_local/health', '/nothing']) {
      const answer = await send(plane, { path: refused, headers: { host } });
      expect(answer.status).toBe(403);
      expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
      expect(JSON.parse(answer.text).message).toContain('Host');
    }
  });

  test('no Host, an empty one, or two', async () => {
    const plane = await fixture.start();
    for (const hosts of ['', 'Host: \r\n', 'Host: localhost\r\nHost: evil.example\r\n']) {
      const request = `GET ${path} HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`;
      const answer = await sendBytes(plane, request);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).toContain('x-amzn-ErrorType: AccessDeniedException');
    }
  });

  test.each([
    ['origin', 'http://evil.example'],
    ['origin', 'null'],
    ['origin', 'http://localhost:4000'],
    ['origin', 'https://localhost:4001'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
    ['sec-fetch-site', 'unheard-of'],
  ])('not with %s: %s', async (name, value) => {
    const plane = await fixture.start();
    const headers = { host: 'localhost:4001', [name]: value };
    for (const method of ['GET', 'DELETE']) {
      const answer = await send(plane, { method, path: '/_local/calls', headers });
      expect(answer.status).toBe(403);
      expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    }
    expect((await send(plane, { path, headers })).status).toBe(403);
  });

  test.each([
    ['origin', 'http://localhost:4001'],
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-site', 'none'],
  ])('with %s: %s', async (name, value) => {
    const headers = { host: 'localhost:4001', [name]: value };
    expect((await send(await fixture.start(), { path, headers })).status).toBe(200);
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'iotgw.example', ''])(
    'it does not bind %p',
    async (host) => {
      const refusal = await refusalOf(startControlPlane({ host }));
      expect(refusal).toBeInstanceOf(RemoteListenError);
      expect(refusal).toMatchObject({ code: 'ERR_REMOTE_NOT_ALLOWED' });
    },
  );

  test('with allowRemote: addresses, bare names and configured names, still no web pages', async () => {
    const plane = await fixture.start({
      host: '0.0.0.0',
      allowRemote: true,
      allowedHosts: ['iot.Office.example'],
    });
    expect(plane.url).toBe(`http://127.0.0.1:${plane.port}`);
    for (const host of ['192.168.1.5:4001', 'iotgw:4001', 'iot.office.example', 'localhost']) {
      expect((await send(plane, { path, headers: { host } })).status).toBe(200);
    }
    expect((await send(plane, { path, headers: { host: 'evil.example' } })).status).toBe(403);
    const headers = { host: 'iotgw:4001', origin: 'http://evil.example' };
    expect((await send(plane, { path, headers })).status).toBe(403);
  });

  test('IPv6 loopback', async () => {
    const plane = await fixture.start({ host: '::1' });
    expect(plane.url).toBe(`http://[::1]:${plane.port}`);
    const { registrationCode } = await fixture
      .client(plane)
      .send(new GetRegistrationCodeCommand({}));
    expect(registrationCode).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('what is no good request', () => {
  test('not HTTP', async () => {
    const answer = await sendBytes(await fixture.start(), 'hello there\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('x-amzn-ErrorType: InvalidRequestException');
    expect(answer).toContain('content-type: application/json');
  });

  test('headers without end', async () => {
    const plane = await fixture.start();
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`;
    const answer = await sendBytes(plane, request);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('x-amzn-ErrorType: RequestHeaderFieldsTooLargeException');
  });

  test('CONNECT', async () => {
    const answer = await sendBytes(
      await fixture.start(),
      'CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain('x-amzn-ErrorType: UnknownOperationException');
  });

  test('an upgrade is answered as if it were none', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    expect((await send(await fixture.start(), { path, headers })).status).toBe(200);
  });

  test('a client that leaves amid its body harms nobody', async () => {
    const told: unknown[] = [];
    const plane = await fixture.start({ onInternalError: (error) => told.push(error) });
    const head = `POST /cacertificate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nAuthorization: ${AUTHORIZATION}\r\n\r\n{`;
    await new Promise<void>((resolve) => {
      const socket = connect(plane.port, '127.0.0.1', () => {
        socket.write(head, () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    expect((await send(plane, { path })).status).toBe(200);
    await plane.close();
    expect(plane.calls().served).toEqual({ GetRegistrationCode: 1 });
  });
});

describe('start and end', () => {
  let taken: Server | undefined;
  afterEach(() => {
    taken?.close();
  });

  test('a taken port is told by its code, and nothing is left open', async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken?.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const refusal = await refusalOf(startControlPlane({ port }));
    expect(refusal).toMatchObject({ code: 'EADDRINUSE', port });
  });

  test('closing lets a running request finish, ends idle connections, and may be repeated', async () => {
    let finish = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let started = (): void => undefined;
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    const plane = await fixture.start({
      rules: {
        GetRegistrationCode: async () => {
          started();
          await running;
          return { registrationCode: 'done' };
        },
      },
    });
    const idle = connect(plane.port, '127.0.0.1');
    const idleClosed = new Promise<void>((resolve) => idle.on('close', () => resolve()));
    const call = fixture.client(plane).send(new GetRegistrationCodeCommand({}));
    await start;
    const closed = Promise.all([plane.close(), plane.close()]);
    await idleClosed;
    await expect(fetch(plane.url)).rejects.toThrow('fetch failed');
    finish();
    expect((await call).registrationCode).toBe('done');
    await closed;
  });
});

describe('seeds', () => {
  const seed = parseSeed({
    account: '210987654321',
    region: 'eu-west-1',
    registrationCode: 'cd'.repeat(32),
  });

  test('go to their own account and region', async () => {
    const plane = await fixture.start({ seeds: [seed] });
    const own = fixture.client(plane, { accessKeyId: '210987654321', region: 'eu-west-1' });
    const { registrationCode } = await own.send(new GetRegistrationCodeCommand({}));
    expect(registrationCode).toBe('cd'.repeat(32));
    const other = await fixture.client(plane).send(new GetRegistrationCodeCommand({}));
    expect(other.registrationCode).not.toBe(registrationCode);
    expect(plane.calls().served).toEqual({ GetRegistrationCode: 2 });
  });
});
