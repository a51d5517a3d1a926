import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ActionName, actionNames, actions } from '../../src/controlplane/actions.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { START_MS } from '../support/harness.ts';
import { malformedBodies } from '../support/malformedBodies.ts';
import { makeCA } from '../support/pki.ts';
import { VirtualClock } from '../support/virtualClock.ts';
import { exchangeBytes, spoilt, statusesIn } from './spoil.ts';

/** Fixed, so that a run can be repeated; others were tried by hand. */
const SEED = 20_260_601;

/** The signature is not verified; its form is. */
const SIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=123456789012/20260601/us-east-1/iot/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
  'x-amz-date': '20260601T000000Z',
};

const ROLE = 'arn:aws:iam::123456789012:role/a';

describe('the control plane under malformed input', () => {
  let plane: ControlPlane;
  const failures: unknown[] = [];
  beforeAll(async () => {
    plane = await startControlPlane({
      clock: new VirtualClock(START_MS),
      seeds: ['demo'],
      onInternalError: (error) => failures.push(error),
    });
  });
  afterAll(() => plane.close());

  /** Every refusal has a status of its own and names AWS's exception; nothing failed within. */
  async function holds(response: Response, sent: unknown): Promise<number> {
    const text = await response.text();
    const error = response.headers.get('x-amzn-errortype');
    expect([sent, response.status < 500, failures]).toEqual([sent, true, []]);
    expect([sent, typeof JSON.parse(text || '{}')]).toEqual([sent, 'object']);
    expect([sent, error !== null]).toEqual([sent, response.status >= 400]);
    if (error !== null) expect(error).toMatch(/^[A-Za-z]+Exception:?/);
    return response.status;
  }

  const send = (method: string, target: string, body: string | undefined, type?: string) =>
    fetch(`${plane.url}${target}`, {
      method,
      headers: { ...SIGNED, 'content-type': type ?? 'application/json' },
      ...(body === undefined || method === 'GET' ? {} : { body }),
    });

  test('bytes that are no HTTP, or not quite', async () => {
    const { host } = new URL(plane.url);
    const head = Object.entries({ host, ...SIGNED }).map(([name, value]) => `${name}: ${value}`);
    const body = JSON.stringify({ templateBody: '{"Resources":{}}' });
    const requests = [
      `GET /provisioning-templates?maxResults=2 HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`,
      `PATCH /provisioning-templates/none HTTP/1.1\r\n${head.join('\r\n')}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      `POST /cacertificate HTTP/1.1\r\n${head.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ];
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(spoilt(requests), async (bytes) => {
        for (const status of statusesIn(await exchangeBytes(plane.url, bytes))) {
          seen.add(status);
          expect([bytes, status < 500, failures]).toEqual([bytes, true, []]);
        }
      }),
      { numRuns: 400, seed: SEED },
    );
    expect(seen).toContain(200);
    expect(seen).toContain(400);
    expect(seen.size).toBeGreaterThan(3);
  });

  /** Values that a member may take in the path and query, wrong ones mostly. */
  const values = fc.oneof(
    fc.constantFrom('tide-pump-jitp', '1', 'true', '', '%00', '..', '%2e%2e', 'a%2Fb', '🔑'),
    fc.constantFrom('99999999999999999999', '-1', 'NaN', '0x10', 'null', 'a'.repeat(300)),
    fc.string({ maxLength: 12 }).map(encodeURIComponent),
    spoilt(['arn:aws:iot:us-east-1:123456789012:cacert/abc', 'eyJhIjoxfQ==']).map((text) =>
      // Halves of surrogate pairs cannot be part of a URL.
      encodeURIComponent(Buffer.from(text).toString()),
    ),
  );

  /** A body with the action's own members, of any kind of value. */
  const bodyOf = (action: ActionName): fc.Arbitrary<string> => {
    const members = Object.entries(actions[action].input).filter(([, { in: at }]) => at === 'body');
    const any = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(ROLE, 'JITP', 'ACTIVE', '{"Resources":{}}', [{ Key: 'a', Value: 'b' }]),
    );
    const shaped = fc
      .record(Object.fromEntries(members.map(([name]) => [name, any])), { requiredKeys: [] })
      .map((body) => JSON.stringify(body));
    return fc.oneof(shaped, spoilt(['{"templateName":"a","tags":[{"Key":"a"}]}']), fc.json());
  };

  test.each(actionNames)('%s with anything in its path, query and body', async (action) => {
    const { method, path, input } = actions[action];
    const queried = Object.entries(input).filter(([, { in: at }]) => at === 'query');
    const labels = path.match(/\{\w+\}/g) ?? [];
    const request = fc.record({
      labels: fc.tuple(...labels.map(() => values)),
      query: fc.tuple(...queried.map(() => fc.option(values))),
      body: bodyOf(action),
      type: fc.constantFrom('application/json', 'text/plain', 'application/json; charset=latin1'),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ labels: filled, query, body, type }) => {
        const place = labels.reduce(
          (target, label, index) => target.replace(label, () => filled[index] ?? ''),
          path,
        );
        const search = queried.flatMap(([name, { wireName = name }], index) =>
          query[index] == null ? [] : [`${wireName}=${query[index]}`],
        );
        const target = `${place}${search.length > 0 ? `?${search.join('&')}` : ''}`;
        await holds(await send(method, target, body, type), [method, target, body, type]);
      }),
      { numRuns: 30, seed: SEED },
    );
  });

  test('certificates that are no PEM, or hold no certificate', async () => {
    const ca = makeCA();
    const der = Buffer.from(ca.pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const flipped = fc
      .array(fc.tuple(fc.nat({ max: der.length - 1 }), fc.nat({ max: 255 })), {
        minLength: 1,
        maxLength: 4,
      })
      .map((places) => {
        const bytes = Buffer.from(der);
        for (const [at, value] of places) bytes[at] = value;
        return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
      });
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt([ca.pem]), flipped), fc.boolean(), async (pem, isProven) => {
        const body = isProven
          ? { caCertificate: ca.pem, verificationCertificate: pem }
          : { caCertificate: pem, certificateMode: 'SNI_ONLY' };
        const response = await send('POST', '/cacertificate', JSON.stringify(body));
        seen.add(await holds(response, body));
      }),
      { numRuns: 300, seed: SEED },
    );
    expect(seen).toContain(400);
  });

  test('template bodies that are no JSON, or no template', async () => {
    const bodies = malformedBodies();
    const own = fc.sample(fc.nat({ max: bodies.length - 1 }), { numRuns: 200, seed: SEED });
    for (const [index, choice] of own.entries()) {
      const { name, body: templateBody } = bodies[choice] ?? { name: '', body: '' };
      const body = { templateName: `t${index}`, templateBody, provisioningRoleArn: ROLE };
      await holds(await send('POST', '/provisioning-templates', JSON.stringify(body)), name);
    }
  });

  test('and works as before afterwards', async () => {
    const response = await send('GET', '/provisioning-templates?maxResults=1', undefined);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"templateName"');
    expect(failures).toEqual([]);
  });
});
