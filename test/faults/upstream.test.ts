import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HTML_ANSWER, type ProxyFault } from '../support/faultProxy.ts';
import { type Answer, at } from '../support/harness.ts';
import { type Proxied, startProxied } from './proxied.ts';

const json = (status: number, body: string, headers = {}): ProxyFault => ({
  kind: 'answer',
  status,
  body,
  headers,
});
const row = (change: object): ProxyFault => ({
  kind: 'rewrite',
  rewrite: (answer) => {
    const [first, ...rest] = answer.certificates as object[];
    return { ...answer, certificates: [{ ...first, ...change }, ...rest] };
  },
});

/** What goes wrong on the way, and how each looks to a client. */
const FAULTS: Readonly<Record<string, { readonly fault: ProxyFault; readonly code: string }>> = {
  'a reset': { fault: { kind: 'reset' }, code: 'UPSTREAM_UNAVAILABLE' },
  'an answer that breaks off': { fault: { kind: 'cut' }, code: 'UPSTREAM_UNAVAILABLE' },
  'HTML with status 200': { fault: HTML_ANSWER, code: 'UPSTREAM_PROTOCOL' },
  'HTML with status 502': {
    fault: { ...HTML_ANSWER, status: 502 } as ProxyFault,
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'a redirect': {
    fault: json(302, '', { location: 'http://127.0.0.1:1/' }),
    code: 'UPSTREAM_PROTOCOL',
  },
  'truncated JSON': { fault: json(200, '{"certificates":[{"certifi'), code: 'UPSTREAM_PROTOCOL' },
  'no body': { fault: json(200, ''), code: 'UPSTREAM_PROTOCOL' },
  null: { fault: json(200, 'null'), code: 'UPSTREAM_PROTOCOL' },
  'an empty object': { fault: json(200, '{}'), code: 'UPSTREAM_PROTOCOL' },
  'a list': { fault: json(200, '[]'), code: 'UPSTREAM_PROTOCOL' },
  'text for a list': { fault: json(200, '{"certificates":"none"}'), code: 'UPSTREAM_PROTOCOL' },
  'an object for a list': { fault: json(200, '{"certificates":{}}'), code: 'UPSTREAM_PROTOCOL' },
  'rows that are text': { fault: json(200, '{"certificates":["a"]}'), code: 'UPSTREAM_PROTOCOL' },
  'a number for an id': { fault: row({ certificateId: 7 }), code: 'UPSTREAM_PROTOCOL' },
  'an object for an ARN': { fault: row({ certificateArn: {} }), code: 'UPSTREAM_PROTOCOL' },
  'a date that is none': { fault: row({ creationDate: 'soon' }), code: 'UPSTREAM_PROTOCOL' },
  'a number for a token': {
    fault: { kind: 'rewrite', rewrite: (answer) => ({ ...answer, nextMarker: 5 }) },
    code: 'UPSTREAM_PROTOCOL',
  },
  'a 500 without a name': { fault: json(500, '{}'), code: 'UPSTREAM_UNAVAILABLE' },
  'a 429 of a proxy': { fault: json(429, 'slow down'), code: 'UPSTREAM_THROTTLED' },
};

const QUERY =
  '{ caCertificates { nodes { id certificateArn creationDate } } provisioningTemplates(first: 1) { nodes { templateName } } }';

const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

describe('a fault on the way to AWS', () => {
  let proxied: Proxied;
  beforeAll(async () => {
    proxied = await startProxied();
  });
  afterEach(async () => {
    proxied.proxy.set({ kind: 'pass' });
    // Whatever the breaker thought, it has thought enough.
    proxied.harness.clock.advance(60_000);
    await proxied.harness.query('{ registrationCode }');
  });
  afterAll(() => proxied.close());

  test.each(Object.keys(FAULTS))('%s is a typed error, and the rest is answered', async (name) => {
    const { harness, proxy } = proxied;
    const { fault, code } = FAULTS[name] as (typeof FAULTS)[string];
    proxy.set(({ url }) => (url.startsWith('/cacertificates') ? fault : { kind: 'pass' }));
    const answer = await harness.query(QUERY);
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['caCertificates'],
        extensions: expect.objectContaining({ code }),
      }),
    ]);
    expect(at(answer.data, 'caCertificates')).toBeNull();
    expect(at(answer.data, 'provisioningTemplates', 'nodes')).toHaveLength(1);
    expect(harness.faults).toEqual([]);
    // And nothing of it is remembered.
    proxy.set({ kind: 'pass' });
    harness.clock.advance(60_000);
    const healed = await harness.query(QUERY, {}, {});
    expect(healed.errors).toBeUndefined();
    expect(at(healed.data, 'caCertificates', 'nodes')).toHaveLength(25);
  });

  test.each(['the same token', 'two tokens in turn'])(
    'a list that leads back to itself by %s is not read for ever',
    async (how) => {
      const { harness, proxy } = proxied;
      let pages = 0;
      proxy.reset();
      proxy.set(() => {
        pages += 1;
        const next = how === 'the same token' ? 'again' : `turn-${pages % 2}`;
        const page = { nextMarker: next, nextToken: next, certificates: [], templates: [] };
        return json(200, JSON.stringify(page));
      });
      const answer = await harness.query(
        '{ caCertificates(first: 5) { nodes { id } } provisioningTemplates(countAll: true) { totalCount } }',
      );
      expect(new Set(codesOf(answer))).toEqual(new Set(['UPSTREAM_PROTOCOL']));
      expect(proxy.seen.length).toBeLessThan(60);
    },
  );

  test('throttling for a minute is told as such, and the breaker stays closed', async () => {
    const { harness } = proxied;
    await harness.setFaults([{ action: '*', kind: 'error', name: 'ThrottlingException' }]);
    for (let turn = 0; turn < 4; turn += 1) {
      expect(codesOf(await harness.query('{ registrationCode }'))).toEqual(['UPSTREAM_THROTTLED']);
      harness.clock.advance(15_000);
    }
    await harness.setFaults([]);
    expect((await harness.query('{ registrationCode }')).errors).toBeUndefined();
  });

  test('a limit of the account is told at once: it is not asked for three times', async () => {
    const { harness, proxy } = proxied;
    await harness.setFaults([{ action: '*', kind: 'error', name: 'LimitExceededException' }]);
    proxy.reset();
    const answer = await harness.query('{ registrationCode }');
    expect(codesOf(answer)).toEqual(['LIMIT_EXCEEDED']);
    expect(answer.extensions?.upstream).toMatchObject({
      made: { GetRegistrationCode: 1 },
      attempts: 1,
      throttled: 0,
    });
    expect(proxy.seen).toHaveLength(1);
    await harness.setFaults([]);
  });

  test('one connection serves one operation after the other', async () => {
    const { harness, proxy } = proxied;
    await harness.query('{ registrationCode }');
    proxy.reset();
    for (let turn = 0; turn < 20; turn += 1) await harness.query('{ registrationCode }');
    expect(proxy.seen).toHaveLength(20);
    expect(proxy.connections).toBeLessThanOrEqual(1);
  });
});

describe('an outage', () => {
  let proxied: Proxied;
  beforeAll(async () => {
    proxied = await startProxied();
  });
  afterAll(() => proxied.close());

  test('costs at most 1.2 requests for each operation, and ends with a probe', async () => {
    const { harness, proxy } = proxied;
    const operations = 60;
    proxy.reset();
    proxy.set({ kind: 'reset' });
    for (let turn = 0; turn < operations; turn += 1) {
      const answer = await harness.query('{ registrationCode }');
      expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
      harness.clock.advance(500);
    }
    expect(proxy.seen.length).toBeLessThanOrEqual(1.2 * operations);
    // Thirty seconds of it: a few probes, further and further apart.
    expect(proxy.seen.length).toBeLessThan(12);
    // The end of it is nobody's error: what comes together with the probe waits for it.
    proxy.set({ kind: 'pass' });
    harness.clock.advance(15_000);
    const healed = await Promise.all([
      harness.query(`${QUERY.slice(0, -1)} registrationCode }`),
      harness.query('{ registrationCode }'),
    ]);
    for (const { errors } of healed) expect(errors).toBeUndefined();
  });

  test('costs no more when all come at once', async () => {
    const { harness, proxy } = proxied;
    const operations = 50;
    proxy.reset();
    proxy.set({ kind: 'answer', status: 503, body: '' });
    const ids = Array.from({ length: operations }, (_, index) => String(index).padStart(64, 'a'));
    const answers = await Promise.all(
      ids.map((id) => harness.query(`{ caCertificate(certificateId: "${id}") { status } }`)),
    );
    for (const answer of answers) expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(proxy.seen.length).toBeLessThanOrEqual(1.2 * operations);
    proxy.set({ kind: 'pass' });
    harness.clock.advance(15_000);
    await harness.query('{ registrationCode }');
  });

  test('of the way, where nobody listens, is told with the time to try again', async () => {
    const { harness, proxy } = proxied;
    await proxy.down();
    const answers: Answer[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      answers.push(await harness.query('{ registrationCode }'));
    }
    for (const answer of answers) expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(answers.at(-1)?.errors?.[0]?.extensions).toMatchObject({
      retryable: true,
      retryAfterMs: 1000,
    });
    expect(answers.at(-1)?.extensions?.upstream.attempts).toBe(0);
    // A change is not sent into it, and nothing has to be found out about it.
    const { errors, data } = await harness.query(
      'mutation { deleteRegistrationCode(input: {}) { wasDeleted } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(at(data, 'deleteRegistrationCode')).toBeFalsy();
    await proxy.up();
    harness.clock.advance(1000);
    expect((await harness.query('{ registrationCode }')).errors).toBeUndefined();
  });
});
