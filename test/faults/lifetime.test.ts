import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.ts';
import { Lifetimes } from '../../src/upstream/lifetime.ts';
import { askAndLeave, until } from '../support/faultProxy.ts';
import { type Answer, at, CACHED } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';
import { type Proxied, startProxied } from './proxied.ts';

const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

describe('a lifetime', () => {
  const never = () => new Promise<never>(() => undefined);

  test('ends what waits at its deadline, and holds a timer only while something waits', async () => {
    const clock = new VirtualClock(0);
    const lifetime = new Lifetimes(clock).begin({ deadlineMs: 100 });
    expect(clock.waiting).toBe(0);
    expect(await lifetime.during(Promise.resolve('in time'))).toBe('in time');
    expect(clock.waiting).toBe(0);
    const waits = [lifetime.during(never()), lifetime.during(never())];
    expect(clock.waiting).toBe(1);
    clock.advance(100);
    for (const wait of waits)
      await expect(wait).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(() => lifetime.check()).toThrow(GatewayError);
    await expect(lifetime.during(never())).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(clock.waiting).toBe(0);
  });

  test('ends when nobody waits, but not once something was sent that may not be cut', async () => {
    const lifetimes = new Lifetimes(new VirtualClock(0));
    const left = lifetimes.begin({ deadlineMs: 100 });
    const wait = left.during(never());
    left.leave();
    await expect(wait).rejects.toMatchObject({ code: 'CLIENT_CLOSED_REQUEST' });
    expect(left.signal.aborted).toBe(true);
    const committed = lifetimes.begin({ deadlineMs: 100 });
    committed.commit();
    committed.leave();
    committed.check();
    expect(committed.signal.aborted).toBe(false);
  });

  test('is cut with all others that wait, but for those without a deadline', async () => {
    const lifetimes = new Lifetimes(new VirtualClock(0));
    const timed = lifetimes.begin({ deadlineMs: 100 });
    const endless = lifetimes.begin({ deadlineMs: Infinity, signal: new AbortController().signal });
    const waits = [timed.during(never()), endless.during(Promise.resolve('done'))];
    lifetimes.cut();
    await expect(waits[0]).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await waits[1]).toBe('done');
  });
});

describe('an operation', () => {
  let proxied: Proxied;
  beforeEach(async () => {
    proxied = await startProxied();
  });
  afterEach(() => proxied.close());

  /** Gives everybody in the process a go, and the sockets time to tell. */
  async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
  }

  const TWO =
    '{ caCertificates(first: 2) { nodes { id } } provisioningTemplates(first: 1) { nodes { templateName } } }';

  test('ends at its deadline: what came in time is answered, the rest is UPSTREAM_TIMEOUT', async () => {
    const { harness, proxy } = proxied;
    proxy.set(({ url }) => ({ kind: url.startsWith('/cacertificates') ? 'hang' : 'pass' }));
    const asked = harness.query(TWO);
    await until(() => proxy.seen.length === 2);
    await until(() => harness.plane.calls().served.ListProvisioningTemplates === 1);
    // The answer of the other is on its way back.
    await turns(50);
    harness.clock.advance(30_000);
    const answer = await asked;
    expect(at(answer.data, 'caCertificates')).toBeNull();
    expect(at(answer.data, 'provisioningTemplates', 'nodes')).toHaveLength(1);
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['caCertificates'],
        message: expect.stringContaining('30000 ms'),
        extensions: expect.objectContaining({
          code: 'UPSTREAM_TIMEOUT',
          retryable: true,
          action: 'ListCACertificates',
        }),
      }),
    ]);
    // The call itself was given up, not left to hang.
    await until(() => proxy.left === 1);
  });

  test('with an answer that stalls in the middle ends no later', async () => {
    const { harness, proxy } = proxied;
    proxy.set({ kind: 'stall' });
    const asked = harness.query('{ caCertificates(first: 2) { nodes { id } } }');
    await until(() => proxy.seen.length === 1);
    harness.clock.advance(30_000);
    expect(codesOf(await asked)).toEqual(['UPSTREAM_TIMEOUT']);
    await until(() => proxy.left === 1);
  });

  test('whose client leaves takes its call with it', async () => {
    const { harness, proxy } = proxied;
    proxy.set({ kind: 'hang' });
    await askAndLeave(harness.gateway.url, '{ registrationCode }', () =>
      until(() => proxy.seen.length === 1),
    );
    await until(() => proxy.left === 1);
    expect(harness.clock.waiting).toBe(0);
    expect(harness.faults).toEqual([]);
  });

  test('whose client leaves leaves the call to others who wait for it', async () => {
    const { harness, proxy } = proxied;
    await harness.setFaults([{ action: '*', kind: 'delay', delayMs: 1000 }]);
    let answered: Promise<Answer> | undefined;
    await askAndLeave(harness.gateway.url, '{ registrationCode }', async () => {
      await until(() => proxy.seen.length === 1);
      // Another operation with the same question.
      answered = harness.query('{ again: registrationCode }', {}, CACHED);
      // The deadlines of both, and the delay of the control plane.
      await until(() => harness.clock.waiting === 3);
    });
    await until(() => harness.clock.waiting === 2);
    expect(proxy.left).toBe(0);
    harness.clock.advance(1000);
    const answer = (await answered) as Answer;
    expect(at(answer.data, 'again')).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.extensions?.upstream.deduplicated).toBe(1);
    expect(proxy.seen).toHaveLength(1);
  });

  test('whose client leaves goes on for the equal requests that wait for its answer', async () => {
    const { harness, proxy } = proxied;
    const query = '{ provisioningTemplates(first: 2) { nodes { templateName } } }';
    // The second time its answer is remembered.
    await harness.query(query, undefined, CACHED);
    harness.clock.advance(60_000);
    await harness.setFaults([{ action: '*', kind: 'delay', delayMs: 1000 }]);
    proxy.reset();
    let answered: Promise<Answer> | undefined;
    const whileHere = async () => {
      await until(() => proxy.seen.length === 1);
      answered = harness.query(query, undefined, CACHED);
      await turns(300);
      // It waits for the first: it has no deadline of its own yet.
      expect(harness.clock.waiting).toBe(2);
    };
    await askAndLeave(harness.gateway.url, query, whileHere, { accept: '*/*' });
    await turns(100);
    expect(proxy.left).toBe(0);
    harness.clock.advance(1000);
    const answer = (await answered) as Answer;
    expect(at(answer.data, 'provisioningTemplates', 'nodes')).toHaveLength(2);
    expect(answer.extensions?.upstream.made).toEqual({});
    expect(proxy.seen).toHaveLength(1);
  });

  test('whose client leaves does not cut a change that was sent', async () => {
    const { harness, proxy } = proxied;
    await harness.query('{ registrationCode }');
    await harness.setFaults([{ action: 'DeleteRegistrationCode', kind: 'delay', delayMs: 1000 }]);
    proxy.reset();
    await askAndLeave(
      harness.gateway.url,
      'mutation { deleteRegistrationCode(input: {}) { wasDeleted } }',
      () => until(() => proxy.seen.some(({ method }) => method === 'DELETE')),
    );
    await turns(50);
    expect(proxy.left).toBe(0);
    harness.clock.advance(1000);
    await until(() => harness.plane.calls().served.DeleteRegistrationCode === 1);
    const changed = async () =>
      at(
        (await harness.query('{ changes(first: 1) { nodes { operation outcome } } }')).data,
        'changes',
        'nodes',
        0,
      );
    let change = await changed();
    while (at(change, 'outcome') !== 'DONE') change = await changed();
    expect(change).toEqual({ operation: 'deleteRegistrationCode', outcome: 'DONE' });
  });

  test('whose client leaves between two changes makes the second', async () => {
    const { harness, proxy } = proxied;
    const active = await harness.query(
      '{ caCertificates(first: 1, filter: { status: ACTIVE }) { nodes { certificateId } } }',
    );
    const id = at(active.data, 'caCertificates', 'nodes', 0, 'certificateId');
    await harness.setFaults([{ action: 'UpdateCACertificate', kind: 'delay', delayMs: 1000 }]);
    await askAndLeave(
      harness.gateway.url,
      `mutation { deleteCACertificate(input: { certificateId: "${id}", deactivateFirst: true }) { deletedId } }`,
      () => until(() => proxy.seen.some(({ method }) => method === 'PUT')),
    );
    await turns(50);
    harness.clock.advance(1000);
    await until(() => harness.plane.calls().served.DeleteCACertificate === 1);
  });

  test('that changes something may take longer than its deadline to find out what became of it', async () => {
    const { harness, proxy } = proxied;
    const code = at((await harness.query('{ registrationCode }')).data, 'registrationCode');
    let deletions = 0;
    proxy.set(({ method }) => {
      if (method !== 'DELETE') return { kind: 'pass' };
      deletions += 1;
      // The operation's time is over when the answer is lost.
      harness.clock.advance(30_000);
      return { kind: 'reset' };
    });
    const answer = await harness.query(
      'mutation { deleteRegistrationCode(input: {}) { wasDeleted } }',
    );
    // It was not made, as reading back shows; and it is not sent again when it is too late.
    expect(codesOf(answer)).toEqual(['UPSTREAM_TIMEOUT']);
    expect(deletions).toBe(1);
    proxy.set({ kind: 'pass' });
    const after = at((await harness.query('{ registrationCode }')).data, 'registrationCode');
    expect(after).toBe(code);
  });
});

describe('one that waits for its permit', () => {
  test('gives its place up when its client leaves', async () => {
    const proxied = await startProxied({ quotaShare: 0.1 });
    const { harness } = proxied;
    const waiting = async () => {
      const { data } = await harness.query('{ quota { action waiting } }');
      const buckets = at(data, 'quota') as ReadonlyArray<{ action: string; waiting: number }>;
      return buckets.find(({ action }) => action === 'GetRegistrationCode')?.waiting ?? 0;
    };
    try {
      const clients: Array<() => void> = [];
      // The permits that are there are used up, then the next client waits.
      while ((await waiting()) === 0) {
        void askAndLeave(
          harness.gateway.url,
          '{ registrationCode }',
          () => new Promise((leave) => clients.push(leave)),
          { 'cache-control': 'no-cache' },
        );
      }
      for (const leave of clients) leave();
      while ((await waiting()) > 0);
      expect(harness.faults).toEqual([]);
    } finally {
      await proxied.close();
    }
  });
});
