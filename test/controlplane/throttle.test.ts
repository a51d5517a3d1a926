import { GetRegistrationCodeCommand, ListCACertificatesCommand } from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import { Throttle } from '../../src/controlplane/throttle.ts';
import { VirtualClock } from '../support/virtualClock.ts';
import { planeFixture, refusalOf } from './planeFixture.ts';

const fixture = planeFixture();
const realm = { account: '123456789012', region: 'us-east-1' };

function takeAll(throttle: Throttle, at = realm): number {
  let taken = 0;
  while (taken < 10_000 && throttle.take(at, 'ListCACertificates')) taken += 1;
  return taken;
}

describe('the buckets', () => {
  test('are off until they are enabled', () => {
    expect(takeAll(new Throttle(new VirtualClock()))).toBe(10_000);
  });

  test('hold ten permits and refill ten a second, for each account, region and action', () => {
    const clock = new VirtualClock();
    const throttle = new Throttle(clock);
    throttle.quotas = { enabled: true };
    expect(takeAll(throttle)).toBe(10);
    expect(throttle.take(realm, 'DescribeCACertificate')).toBe(true);
    expect(takeAll(throttle, { ...realm, region: 'eu-west-1' })).toBe(10);
    expect(takeAll(throttle, { ...realm, account: '210987654321' })).toBe(10);
    clock.advance(99);
    expect(takeAll(throttle)).toBe(0);
    clock.advance(1);
    expect(takeAll(throttle)).toBe(1);
    clock.advance(3_600_000);
    expect(takeAll(throttle)).toBe(10);
  });

  test('follow a rate and burst for all, and others by action', () => {
    const clock = new VirtualClock();
    const throttle = new Throttle(clock);
    throttle.quotas = {
      enabled: true,
      ratePerSecond: 2,
      burst: 3,
      perAction: { ListCACertificates: { ratePerSecond: 0.5 } },
    };
    expect(takeAll(throttle)).toBe(3);
    clock.advance(1000);
    expect(takeAll(throttle)).toBe(0);
    clock.advance(1000);
    expect(takeAll(throttle)).toBe(1);
    const describes = () => throttle.take(realm, 'DescribeCACertificate');
    expect([describes(), describes(), describes(), describes()]).toEqual([true, true, true, false]);
  });

  test('are not refilled by a clock that goes back', () => {
    const clock = new VirtualClock();
    const throttle = new Throttle(clock);
    throttle.quotas = { enabled: true };
    takeAll(throttle);
    clock.advance(-60_000);
    expect(takeAll(throttle)).toBe(0);
  });
});

describe('on the wire', () => {
  test('beyond the burst a call is a ThrottlingException, 400, and is not served', async () => {
    const clock = new VirtualClock();
    const plane = await fixture.start({ clock, quotas: { enabled: true, burst: 2 } });
    const client = fixture.client(plane);
    const list = () => client.send(new ListCACertificatesCommand({}));
    await list();
    await list();
    const refusal = await refusalOf(list());
    expect(refusal).toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    await client.send(new GetRegistrationCodeCommand({}));
    clock.advance(100);
    await list();
    expect(plane.calls()).toEqual({
      served: { ListCACertificates: 3, GetRegistrationCode: 1 },
      throttled: { ListCACertificates: 1 },
      faulted: {},
    });
  });

  test('quotas are set and read while it runs', async () => {
    const plane = await fixture.start({ clock: new VirtualClock() });
    const quotas = { enabled: true, ratePerSecond: 1, burst: 1 };
    const url = `${plane.url}/_local/quotas`;
    const put = await fetch(url, { method: 'PUT', body: JSON.stringify(quotas) });
    expect([put.status, await put.json()]).toEqual([200, quotas]);
    expect(await (await fetch(url)).json()).toEqual(quotas);
    const client = fixture.client(plane);
    await client.send(new ListCACertificatesCommand({}));
    const refusal = await refusalOf(client.send(new ListCACertificatesCommand({})));
    expect(refusal.name).toBe('ThrottlingException');
  });

  test.each([
    [{}, 'quotas.enabled'],
    [{ enabled: 'yes' }, 'quotas.enabled'],
    [{ enabled: true, burst: 0 }, 'quotas.burst'],
    [{ enabled: true, perAction: { ListThings: {} } }, 'quotas.perAction'],
    [
      { enabled: true, perAction: { ListCACertificates: { rate: 1 } } },
      'quotas.perAction.ListCACertificates',
    ],
    [[], 'quotas'],
  ])('bad quotas %j are refused by name', async (quotas, field) => {
    const plane = await fixture.start();
    const answer = await fetch(`${plane.url}/_local/quotas`, {
      method: 'PUT',
      body: JSON.stringify(quotas),
    });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'InvalidRequestException',
    ]);
    const { message } = (await answer.json()) as { readonly message: string };
    expect(message.startsWith(`${field}`)).toBe(true);
  });
});
