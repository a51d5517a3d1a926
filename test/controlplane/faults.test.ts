import {
  GetRegistrationCodeCommand,
  ListCACertificatesCommand,
  ListProvisioningTemplatesCommand,
} from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/controlplane/dialFormats.ts';
import { FaultList } from '../../src/controlplane/faults.ts';
import { randomSource } from '../../src/controlplane/random.ts';
import type { ControlPlane } from '../../src/controlplane/server.ts';
import { VirtualClock } from '../support/virtualClock.ts';
import { planeFixture, refusalOf, send } from './planeFixture.ts';

const fixture = planeFixture();

async function putFaults(plane: ControlPlane, faults: unknown): Promise<Response> {
  return await fetch(`${plane.url}/_local/faults`, {
    method: 'PUT',
    body: JSON.stringify(faults),
  });
}

async function callCount(plane: ControlPlane): Promise<number> {
  return plane.calls().served.GetRegistrationCode ?? 0;
}

describe('the list', () => {
  test('adds delays up, and the first other fault ends a call', () => {
    const list = new FaultList(randomSource('seed'));
    list.faults = [
      { action: '*', kind: 'delay', delayMs: 5, times: 2 },
      { action: 'ListCACertificates', kind: 'delay', delayMs: 7 },
      { action: 'ListCACertificates', kind: 'hang', times: 1 },
      { action: '*', kind: 'reset', times: 1 },
    ];
    expect(list.next('ListCACertificates')).toMatchObject({ delayMs: 12, final: { kind: 'hang' } });
    expect(list.next('GetRegistrationCode')).toMatchObject({
      delayMs: 5,
      final: { kind: 'reset' },
    });
    expect(list.next('ListCACertificates')).toEqual({ delayMs: 7, final: undefined });
    expect(list.next('GetRegistrationCode')).toEqual({ delayMs: 0, final: undefined });
    expect(list.faults).toEqual([{ action: 'ListCACertificates', kind: 'delay', delayMs: 7 }]);
  });

  test('hits a share of the calls, the same ones for the same seed', () => {
    const hits = () => {
      const list = new FaultList(randomSource('seed'));
      list.faults = [{ action: '*', kind: 'reset', probability: 0.3 }];
      return Array.from({ length: 1000 }, () => list.next('GetRegistrationCode').final?.kind);
    };
    const count = hits().filter((kind) => kind === 'reset').length;
    expect(count).toBeGreaterThan(230);
    expect(count).toBeLessThan(370);
    expect(hits()).toEqual(hits());
  });
});

describe('on the wire', () => {
  test.each([
    ['AccessDeniedException', 403],
    ['ExpiredTokenException', 403],
    ['LimitExceededException', 410],
    ['ServiceUnavailableException', 503],
  ])('%s is answered with its status %i, as often as told', async (name, status) => {
    const faults: Fault[] = [{ action: 'GetRegistrationCode', kind: 'error', name, times: 2 }];
    const plane = await fixture.start({ faults });
    const client = fixture.client(plane);
    for (let call = 0; call < 2; call += 1) {
      const refusal = await refusalOf(client.send(new GetRegistrationCodeCommand({})));
      expect([refusal.name, refusal.$metadata.httpStatusCode]).toEqual([name, status]);
    }
    await client.send(new ListCACertificatesCommand({}));
    await client.send(new GetRegistrationCodeCommand({}));
    expect(plane.calls()).toMatchObject({
      served: { GetRegistrationCode: 1, ListCACertificates: 1 },
      faulted: { GetRegistrationCode: 2 },
    });
  });

  test('an error of any name, status and message', async () => {
    const fault = {
      kind: 'error',
      name: 'TeapotException',
      status: 418,
      message: 'short',
    } as const;
    const plane = await fixture.start({ faults: [{ action: '*', ...fault }] });
    const refusal = await refusalOf(fixture.client(plane).send(new ListCACertificatesCommand({})));
    expect(refusal).toMatchObject({
      name: 'TeapotException',
      message: 'short',
      $metadata: { httpStatusCode: 418 },
    });
  });

  test('a lost response: the write happened, the client saw the connection break', async () => {
    const plane = await fixture.start({
      faults: [{ action: 'GetRegistrationCode', kind: 'lostResponse', times: 1 }],
      rules: {
        GetRegistrationCode: (_input, { state }) => {
          const writes = (state.tags.get('a')?.tags.length ?? 0) + 1;
          const tags = Array.from({ length: writes }, () => ({ Key: 'k', Value: '' }));
          state.tags.put('a', { resourceArn: 'a', tags });
          return { registrationCode: String(writes) };
        },
      },
    });
    const client = fixture.client(plane);
    const refusal = await refusalOf(client.send(new GetRegistrationCodeCommand({})));
    expect(refusal.message).toContain('socket hang up');
    const { registrationCode } = await client.send(new GetRegistrationCodeCommand({}));
    expect(registrationCode).toBe('2');
    expect(plane.calls()).toMatchObject({
      served: { GetRegistrationCode: 2 },
      faulted: { GetRegistrationCode: 1 },
    });
  });

  test('a lost response that would have been a refusal is lost as well', async () => {
    const plane = await fixture.start({ faults: [{ action: '*', kind: 'lostResponse' }] });
    const refusal = await refusalOf(send(plane, { path: '/cacertificate/none' }));
    expect((refusal as { readonly code?: string }).code).toBe('ECONNRESET');
  });

  test('a reset: nothing ran', async () => {
    const plane = await fixture.start({ faults: [{ action: '*', kind: 'reset' }] });
    const refusal = await refusalOf(send(plane, { path: '/registrationcode' }));
    expect((refusal as { readonly code?: string }).code).toBe('ECONNRESET');
    expect(await callCount(plane)).toBe(0);
  });

  test('garbage: a page of a proxy, or half an answer', async () => {
    const plane = await fixture.start({
      faults: [
        { action: '*', kind: 'garbage', times: 1 },
        { action: '*', kind: 'garbage', body: 'truncated', times: 1 },
      ],
    });
    const client = fixture.client(plane);
    const page = await refusalOf(client.send(new ListProvisioningTemplatesCommand({})));
    expect(page.$metadata.httpStatusCode).toBe(502);
    const half = await send(plane, { path: '/cacertificates' });
    expect(half.status).toBe(200);
    expect(() => JSON.parse(half.text)).toThrow(SyntaxError);
  });

  test('a hang ends when the control plane closes', async () => {
    const plane = await fixture.start({ faults: [{ action: '*', kind: 'hang' }] });
    const hanging = refusalOf(send(plane, { path: '/registrationcode' }));
    while ((plane.calls().faulted.GetRegistrationCode ?? 0) === 0) await turn();
    await plane.close();
    expect((await hanging) as { readonly code?: string }).toMatchObject({ code: 'ECONNRESET' });
  });

  test('delay and latency hold a call back for as long as they say', async () => {
    const clock = new VirtualClock();
    const faults: Fault[] = [{ action: 'GetRegistrationCode', kind: 'delay', delayMs: 300 }];
    const plane = await fixture.start({ clock, faults, latency: { minMs: 20, maxMs: 20 } });
    let done = false;
    const call = send(plane, { path: '/registrationcode' }).then((answer) => {
      done = true;
      return answer;
    });
    while (clock.waiting === 0) await turn();
    clock.advance(319);
    await turn();
    expect([done, await callCount(plane)]).toEqual([false, 0]);
    clock.advance(1);
    expect((await call).status).toBe(200);
  });

  test('a delayed call finishes at once when the control plane closes', async () => {
    const clock = new VirtualClock();
    const plane = await fixture.start({ clock, latency: { minMs: 60_000, maxMs: 60_000 } });
    const call = send(plane, { path: '/registrationcode' });
    while (clock.waiting === 0) await turn();
    await plane.close();
    expect((await call).status).toBe(200);
  });
});

describe('/_local/', () => {
  test('faults are put, read with what is left of them, and deleted', async () => {
    const plane = await fixture.start();
    const faults = [{ action: '*', kind: 'error', name: 'ThrottlingException', times: 3 }];
    expect(await (await putFaults(plane, faults)).json()).toEqual(faults);
    await send(plane, { path: '/registrationcode' });
    const url = `${plane.url}/_local/faults`;
    expect(await (await fetch(url)).json()).toEqual([{ ...faults[0], times: 2 }]);
    expect(await (await fetch(url, { method: 'DELETE' })).json()).toEqual([]);
    expect((await send(plane, { path: '/registrationcode' })).status).toBe(200);
  });

  test.each([
    [{}, 'faults'],
    [[{ action: 'ListThings', kind: 'reset' }], 'faults.0.action'],
    [[{ action: '*', kind: 'explode' }], 'faults.0.kind'],
    [[{ action: '*', kind: 'error', name: 'Unheard' }], 'faults.0.status'],
    [[{ action: '*', kind: 'error', name: 'A\r\nB', status: 400 }], 'faults.0.name'],
    [[{ action: '*', kind: 'delay' }], 'faults.0.delayMs'],
    [[{ action: '*', kind: 'hang', times: 0 }], 'faults.0.times'],
    [[{ action: '*', kind: 'hang', often: 1 }], 'faults.0'],
  ])('bad faults %j are refused by name', async (faults, field) => {
    const plane = await fixture.start();
    const answer = await putFaults(plane, faults);
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'InvalidRequestException',
    ]);
    const { message } = (await answer.json()) as { readonly message: string };
    expect(message.slice(0, message.indexOf(':'))).toBe(field);
  });

  test('a bad setting stops the start', async () => {
    const start = fixture.start({ faults: [{ action: '*', kind: 'delay', delayMs: -1 }] });
    expect((await refusalOf(start)).message).toMatch(/^faults\.0\.delayMs: /);
    const latency = fixture.start({ latency: { minMs: 2, maxMs: 1 } });
    expect((await refusalOf(latency)).message).toMatch(/^latency\.maxMs: /);
  });

  test('calls are reported by realm, and reset', async () => {
    const plane = await fixture.start();
    await fixture.client(plane).send(new GetRegistrationCodeCommand({}));
    const other = { accessKeyId: '210987654321', region: 'eu-west-1' };
    await fixture.client(plane, other).send(new GetRegistrationCodeCommand({}));
    const url = `${plane.url}/_local/calls`;
    expect(await (await fetch(url)).json()).toEqual({
      served: { GetRegistrationCode: 2 },
      throttled: {},
      faulted: {},
      realms: [
        { account: '123456789012', region: 'us-east-1', served: { GetRegistrationCode: 1 } },
        { account: '210987654321', region: 'eu-west-1', served: { GetRegistrationCode: 1 } },
      ],
    });
    await fetch(url, { method: 'DELETE' });
    expect(plane.calls()).toEqual({ served: {}, throttled: {}, faulted: {} });
  });

  test('latency and health', async () => {
    const plane = await fixture.start();
    const latency = { minMs: 1, maxMs: 2 };
    const url = `${plane.url}/_local/latency`;
    await fetch(url, { method: 'PUT', body: JSON.stringify(latency) });
    expect(await (await fetch(url)).json()).toEqual(latency);
    const health = await fetch(`${plane.url}/_local/health`);
    expect(await health.json()).toEqual({ status: 'ok', storage: 'memory' });
  });

  test.each([
    ['GET', '/_local/'],
    ['GET', '/_local/__proto__'],
    ['POST', '/_local/faults'],
    ['GET', '/_local/faults/1'],
  ])('%s %s is not there, and the answer says what is', async (method, path) => {
    const answer = await send(await fixture.start(), { method, path });
    expect(answer.status).toBe(404);
    expect(answer.headers['x-amzn-errortype']).toBe('UnknownOperationException');
    expect(answer.text).toContain('GET|PUT|DELETE /_local/faults');
  });

  test('a body that is not JSON', async () => {
    const answer = await fetch(`${(await fixture.start()).url}/_local/faults`, {
      method: 'PUT',
      body: 'nonsense',
    });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'SerializationException',
    ]);
  });
});

/** Lets the event loop go round once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
