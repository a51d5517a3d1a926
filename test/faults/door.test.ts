import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ControlPlane } from '../../src/controlplane/server.ts';
import { startControlPlane } from '../../src/controlplane/server.ts';
import { GatewayError } from '../../src/errors.ts';
import { Door, type Send } from '../../src/upstream/door.ts';
import { unlimitedPermits } from '../../src/upstream/permits.ts';
import { describeTemplate, listTemplates } from '../../src/upstream/questions.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import { callScope } from '../support/callScope.ts';
import { type FaultProxy, startFaultProxy, until } from '../support/faultProxy.ts';
import { ACCOUNT, REGION } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const outage = new GatewayError('UPSTREAM_UNAVAILABLE');

describe('the door in an outage', () => {
  test('gives a stale answer to who takes it, and its error to who joined the same call', async () => {
    const clock = new VirtualClock();
    let send = async (): Promise<object> => ({ templateName: 'pump' });
    const door = new Door({ send: (() => send()) as Send, clock, maxBytes: 1_000_000 });
    await door.read(describeTemplate('pump'), callScope(door));
    clock.advance(20_000);
    send = () => Promise.reject(outage);
    const lenient = callScope(door);
    const scope = { ...lenient, freshness: door.freshness(undefined, 60_000) };
    const strict = callScope(door);
    const [stale, refused] = await Promise.allSettled([
      door.read(describeTemplate('pump'), scope),
      door.read(describeTemplate('pump'), strict),
    ]);
    expect(stale).toMatchObject({ value: { value: { templateName: 'pump' } } });
    expect(refused).toMatchObject({ reason: { code: 'UPSTREAM_UNAVAILABLE' } });
    // An answer made of it is never kept.
    expect(scope.inputs.expiresMs).toBe(Number.NEGATIVE_INFINITY);
    expect(scope.receipts.receipt(scope.inputs.oldestMs).stale).toBe(true);
    expect(strict.receipts.receipt(Infinity)).not.toHaveProperty('stale');
  });
});

test('a page that names itself as the next is refused, and not kept', async () => {
  const send = (async () => ({ templates: [], nextToken: 'again' })) as unknown as Send;
  const door = new Door({ send, clock: new VirtualClock(), maxBytes: 1_000_000 });
  await door.read(listTemplates(undefined), callScope(door));
  const again = listTemplates('again');
  await expect(door.read(again, callScope(door))).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    details: { action: 'ListProvisioningTemplates' },
  });
  expect(door.cache.get(again.key)).toBeUndefined();
});

describe('the calls of a cut operation', () => {
  const clock = new VirtualClock();
  let plane: ControlPlane;
  let proxy: FaultProxy;
  beforeAll(async () => {
    plane = await startControlPlane({ clock, seeds: ['demo'] });
    proxy = await startFaultProxy(plane.url);
  });
  afterAll(async () => {
    await proxy.close();
    await plane.close();
  });

  test('end when they read, and not when they write', async () => {
    const upstream = createUpstream({
      target: {
        name: 'test',
        region: REGION,
        endpoint: proxy.url,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      },
      clock,
      permits: unlimitedPermits,
      cacheBytes: 1_000_000,
      onSurprise: () => undefined,
    });
    const lifetime = upstream.lifetimes.begin({ deadlineMs: clock.nowMs() + 30_000 });
    const scope = { ...callScope(upstream.door), lifetime };
    await fetch(`${plane.url}/_local/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ action: '*', kind: 'delay', delayMs: 1000 }]),
    });
    const writing = upstream.write('DeleteRegistrationCode', {}, scope);
    const reading = upstream.door.read(describeTemplate('tide-pump-jitp'), scope);
    await until(() => proxy.seen.length === 2);
    upstream.lifetimes.cut();
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await until(() => proxy.left === 1);
    clock.advance(1000);
    expect(await writing).toEqual({});
    expect(proxy.left).toBe(1);
    // The next is not sent any more, and that is known.
    await expect(upstream.write('DeleteRegistrationCode', {}, scope)).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
    expect(proxy.seen).toHaveLength(2);
    upstream.close();
  });
});
