import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askedFreshness } from '../../src/cacheControl.ts';
import { type Answer, at, CACHED, LIVE, START_MS } from '../support/harness.ts';
import { type Proxied, startProxied } from './proxied.ts';

const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);
const STALE = { 'cache-control': 'stale-if-error=600' };

const LIST =
  '{ caCertificates(first: 3) { nodes { certificateId status template { templateName } } } }';

describe('Cache-Control of a request', () => {
  test.each([
    ['stale-if-error=600', undefined, 600_000],
    ['max-age=5, stale-if-error="60"', 5000, 60_000],
    ['no-cache,Stale-If-Error=1', 0, 1000],
    ['stale-if-error', undefined, undefined],
    ['stale-if-error=-1', undefined, undefined],
    ['stale-if-error=1e9', undefined, undefined],
    ['stale-while-revalidate=5', undefined, undefined],
    [undefined, undefined, undefined],
  ])('%s', (header, maxAgeMs, staleIfErrorMs) => {
    expect(askedFreshness(header)).toEqual({ maxAgeMs, staleIfErrorMs });
  });
});

describe('during an outage', () => {
  let proxied: Proxied;
  let good: Answer;
  beforeAll(async () => {
    proxied = await startProxied();
  });
  afterAll(() => proxied.close());

  /** Everything is known, and too old by a minute; then AWS is gone. */
  beforeEach(async () => {
    const { harness, proxy } = proxied;
    proxy.set({ kind: 'pass' });
    harness.clock.advance(60_000);
    good = await harness.query(LIST, {}, LIVE);
    expect(good.errors).toBeUndefined();
    harness.clock.advance(75_000);
    proxy.set({ kind: 'reset' });
  });

  test('what is known is answered to who allows it, and marked with its age', async () => {
    const { harness } = proxied;
    const answer = await harness.query(LIST, {}, STALE);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(good.data);
    const { stale, oldest } = answer.extensions?.upstream ?? {};
    expect(stale).toBe(true);
    expect(Date.parse(String(oldest))).toBeLessThanOrEqual(harness.clock.nowMs() - 75_000);
    expect(Date.parse(String(oldest))).toBeGreaterThan(START_MS);
  });

  test('it is not answered to others, then or later', async () => {
    const { harness } = proxied;
    // Twice each, so that whatever remembers answers has had its chance.
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await harness.query(LIST, {}, STALE)).extensions?.upstream.stale).toBe(true);
      for (const headers of [CACHED, LIVE, { 'cache-control': 'max-age=60' }]) {
        const answer = await harness.query(LIST, {}, headers);
        expect(at(answer.data, 'caCertificates')).toBeFalsy();
        expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
      }
    }
  });

  test('it is not taken for fresh afterwards', async () => {
    const { harness, proxy } = proxied;
    await harness.query(LIST, {}, STALE);
    proxy.set({ kind: 'pass' });
    harness.clock.advance(15_000);
    proxy.reset();
    const healed = await harness.query(LIST, {}, CACHED);
    expect(healed.errors).toBeUndefined();
    expect(healed.extensions?.upstream).not.toHaveProperty('stale');
    expect(proxy.seen.length).toBeGreaterThan(0);
  });

  test('nothing older than allowed is answered', async () => {
    const { harness } = proxied;
    const answer = await harness.query(LIST, {}, { 'cache-control': 'stale-if-error=59' });
    expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect((await harness.query(LIST, {}, { 'cache-control': 'stale-if-error=60' })).errors).toBe(
      undefined,
    );
  });

  test('nothing is answered that we have changed since', async () => {
    const { harness, proxy } = proxied;
    proxy.set({ kind: 'pass' });
    harness.clock.advance(15_000);
    const id = at(good.data, 'caCertificates', 'nodes', 0, 'certificateId') as string;
    const one = `{ caCertificate(certificateId: "${id}") { ownedBy autoRegistrationStatus } }`;
    await harness.query(one);
    const changed = await harness.query(
      `mutation { updateCACertificate(input: { certificateId: "${id}", newAutoRegistrationStatus: DISABLE }) { userErrors { message } } }`,
    );
    expect(changed.errors).toBeUndefined();
    harness.clock.advance(60_000);
    proxy.set({ kind: 'reset' });
    expect(codesOf(await harness.query(one, {}, STALE))).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('a refusal is told, however much is known', async () => {
    const { harness, proxy } = proxied;
    proxy.set({ kind: 'pass' });
    harness.clock.advance(15_000);
    await harness.setFaults([{ action: '*', kind: 'error', name: 'AccessDeniedException' }]);
    const answer = await harness.query(LIST, {}, STALE);
    expect(codesOf(answer)).toEqual(['UPSTREAM_ACCESS_DENIED']);
    await harness.setFaults([]);
  });

  test('an answer that needed nothing stale is not marked', async () => {
    const { harness, proxy } = proxied;
    proxy.set({ kind: 'pass' });
    harness.clock.advance(15_000);
    const answer = await harness.query(LIST, {}, STALE);
    expect(answer.extensions?.upstream).not.toHaveProperty('stale');
  });
});
