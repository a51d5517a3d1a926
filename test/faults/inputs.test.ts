import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readSchemaText } from '../../src/gateway.ts';
import { startTelemetry } from '../../src/telemetry.ts';
import { startTrap } from '../support/faultProxy.ts';
import { at, type Harness, LIVE } from '../support/harness.ts';
import { hostilePems } from '../support/hostilePems.ts';
import { makeCA } from '../support/pki.ts';
import { type SweptOperation, sweep, type TextFor } from '../support/sweep.ts';
import { type Proxied, startProxied } from './proxied.ts';

let folder: string;
let proxied: Proxied;
let sdl: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'inputs-'));
  proxied = await startProxied({ recordsDir: path.join(folder, 'records') });
  sdl = await readSchemaText();
});
afterEach(() => {
  // Whatever came, it was no fault of the gateway.
  expect(proxied.harness.faults).toEqual([]);
  proxied.proxy.reset();
});
afterAll(async () => {
  await proxied.close();
  await rm(folder, { recursive: true, force: true });
});

/** Arguments that exclude each other, or without which the others are looked at sooner. */
const EXCLUDED = /\.(?:templateBodyJson|after|countAll|orderBy|removeAutoRegistration|filter)$/;
const OTHER_HALF = /\.(?:templateBody|after|countAll|orderBy|certificateIds|idempotencyKey)$/;

/** Every root field with every text of its arguments, in two ways, for inputs that exclude each other. */
function everywhere(text: string, given: TextFor = () => text): readonly SweptOperation[] {
  let keys = 0;
  const textFor: TextFor = (place) => {
    if (!place.endsWith('.idempotencyKey')) return given(place);
    keys += 1;
    return `${text}-${keys}`;
  };
  return [EXCLUDED, OTHER_HALF].flatMap((excluded) =>
    sweep(sdl, textFor, (place) => excluded.test(place)),
  );
}

async function sendAll(operations: readonly SweptOperation[]): Promise<void> {
  await Promise.all(
    operations.map(async ({ name, query, variables }) => {
      const answer = await proxied.harness.query(query, { ...variables });
      const codes = (answer.errors ?? []).map(({ extensions }) => extensions.code);
      // Otherwise the sweep would look at nothing.
      expect({ name, codes }).not.toEqual({ name, codes: ['GRAPHQL_VALIDATION_FAILED'] });
      expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
    }),
  );
}

describe('a text that names a host', () => {
  test('is never fetched, wherever in the schema it stands', async () => {
    const trap = await startTrap();
    const { harness, proxy } = proxied;
    try {
      const { host } = new URL(trap.url);
      for (const text of [trap.url, `//${host}/x`, `@${host}`, `.${host}#?endpoint=${trap.url}`]) {
        await sendAll(everywhere(text));
      }
      // Where a form is asked for it has it, so that the rest gets as far as AWS.
      await sendAll(everywhere(trap.url, (place) => wellFormed(place, host) ?? trap.url));
      // And a request that names it elsewhere.
      for (const headers of [
        { 'x-forwarded-host': host },
        { forwarded: `host=${host}` },
        { 'x-original-url': trap.url },
        { 'x-amz-target': trap.url },
        { 'x-amz-security-token': host },
      ]) {
        await harness.query('{ registrationCode }', {}, { ...LIVE, ...headers });
      }
      expect(trap.visits).toBe(0);
      expect(proxy.seen.length).toBeGreaterThan(20);
      const hosts = new Set(proxy.seen.map((seen) => seen.host));
      expect([...hosts]).toEqual([new URL(proxy.url).host]);
    } finally {
      await trap.close();
    }
  });

  test('in an answer of AWS is not followed either', async () => {
    const trap = await startTrap();
    const { harness, proxy } = proxied;
    try {
      const headers = { location: trap.url, 'x-amz-bucket-region': trap.url };
      for (const status of [301, 302, 307, 308]) {
        proxy.set({ kind: 'answer', status, body: '', headers });
        await harness.query('{ registrationCode }');
        harness.clock.advance(60_000);
      }
      expect(trap.visits).toBe(0);
    } finally {
      proxy.set({ kind: 'pass' });
      harness.clock.advance(60_000);
      await harness.query('{ registrationCode }');
      await trap.close();
    }
  });
});

const ACCOUNT_PART = 'us-east-1:123456789012';

/** A text of the form that a place wants, with a host in it where there is room for one. */
function wellFormed(place: string, host: string): string | undefined {
  const name = place.slice(place.lastIndexOf('.') + 1);
  const url = `http://${host}/`;
  switch (name) {
    case 'templateName':
    case 'templateNamePrefix':
      return 'swept';
    case 'certificateId':
    case 'certificateIds':
      return 'a'.repeat(64);
    case 'provisioningRoleArn':
    case 'roleArn':
      return `arn:aws:iam::123456789012:role/${host.replace(':', '.')}`;
    case 'targetArn':
      return `arn:aws:lambda:${ACCOUNT_PART}:function:swept`;
    case 'payloadVersion':
      return '2020-04-01';
    case 'resourceArn':
      return `arn:aws:iot:${ACCOUNT_PART}:provisioningtemplate/tide-pump-jitp`;
    case 'country':
      return 'DE';
    case 'caCertificate':
      return makeCA().pem;
    case 'templateBody':
      return JSON.stringify({
        Parameters: { P: { Type: 'String', Default: url } },
        Resources: {
          policy: {
            Type: 'AWS::IoT::Policy',
            Properties: {
              PolicyDocument: `{"Version":"2012-10-17","Statement":[],"$ref":"${url}"}`,
            },
          },
        },
        DeviceConfiguration: { $ref: url, 'Fn::Include': url },
      });
    default:
      return undefined;
  }
}

/** The paths that AWS IoT has, as far as the gateway calls them. */
const ROUTES =
  /^\/(?:cacertificate(?:s|\/[^/]+)?|certificates-by-ca\/[^/]+|certificates\/[^/]+|registrationcode|tags|untag|provisioning-templates(?:\/[^/]+(?:\/provisioning-claim|\/versions(?:\/\d+)?)?)?)$/;

describe('a text that is a path', () => {
  test.each([
    '../../cacertificates',
    '..',
    '..%2f..%2fcacertificates',
    '/etc/passwd',
    'x?newStatus=ACTIVE#',
    'x%00\\..\r\nHost: evil',
  ])('%j reaches no other path at AWS and no file', async (text) => {
    const { harness, proxy } = proxied;
    const before = await readdir(folder, { recursive: true });
    harness.plane.resetCalls();
    await sendAll(everywhere(text));
    for (const { url } of proxy.seen) {
      const [pathname = ''] = url.split('?');
      expect(pathname).toMatch(ROUTES);
      expect(new URL(url, 'http://x').pathname).toBe(pathname);
    }
    expect(await readdir(path.dirname(folder))).not.toContain('passwd');
    const after = await readdir(folder, { recursive: true });
    const outside = after.filter((file) => !file.startsWith(path.join('records', 'gateway')));
    expect(outside).toEqual(before.filter((file) => !file.startsWith('records/gateway')));
    expect(harness.plane.calls().served.UpdateCACertificate ?? 0).toBe(0);
  });

  test.each([
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '//etc/passwd',
    '/assets//etc/passwd',
    '/assets/%00',
    '/..;/package.json',
  ])('%s serves no file', async (url) => {
    const { hostname, port } = new URL(proxied.harness.gateway.url);
    const { request } = await import('node:http');
    const text = await new Promise<string>((resolve, reject) => {
      request({ hostname, port, path: url }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      })
        .on('error', reject)
        .end();
    });
    expect(text).toMatch(/^(?:400|403|404|503) /);
    expect(text).not.toMatch(/iot-provisioning-gateway|root:/);
  });
});

describe('keys that objects have by birth', () => {
  const ROLE = 'arn:aws:iam::123456789012:role/jitp';
  const hostile = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';

  /** Sent as text: an object literal would lose them. */
  async function send(harness: Harness, query: string, variables: string): Promise<unknown> {
    const response = await fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...LIVE },
      body: `{"query":${JSON.stringify(query)},"variables":${variables},${hostile}}`,
    });
    expect(response.status).toBeLessThan(500);
    return response.json();
  }

  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
  const snapshot = () => prototypes.map((one) => Reflect.ownKeys(one).length);

  test.each<[string, string, string]>([
    ['in variables', '{ registrationCode }', `{${hostile}}`],
    [
      'in a filter',
      'query ($filter: CACertificateFilter) { caCertificates(filter: $filter) { nodes { id } } }',
      `{"filter":{${hostile},"status":"ACTIVE"}}`,
    ],
    [
      'in the input of a mutation',
      'mutation ($input: CreateProvisioningTemplateInput!) { createProvisioningTemplate(input: $input) { userErrors { message } } }',
      `{"input":{"templateName":"a",${hostile},"templateBody":"{}","provisioningRoleArn":"${ROLE}"}}`,
    ],
    [
      'as an id',
      '{ node(id: "__proto__") { id } bulkOperation(id: "__proto__") { id } provisioningTemplate(templateName: "__proto__") { templateName } }',
      '{}',
    ],
  ])('%s change nothing', async (_, query, variables) => {
    const before = snapshot();
    await send(proxied.harness, query, variables);
    expect(snapshot()).toEqual(before);
    expect('polluted' in {}).toBe(false);
  });

  test.each(['templateBody', 'templateBodyJson'])(
    'in a %s are data, and kept or refused as such',
    async (member) => {
      const { harness } = proxied;
      const before = snapshot();
      const body = `{${hostile},"Resources":{"__proto__":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"p"}},"toString":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":"t"}}}}`;
      const value = member === 'templateBody' ? JSON.stringify(body) : body;
      const name = `own-${member}`;
      const answer = await send(
        harness,
        'mutation ($input: CreateProvisioningTemplateInput!) { createProvisioningTemplate(input: $input) { userErrors { code } provisioningTemplate { templateBody } } }',
        `{"input":{"templateName":"${name}","${member}":${value},"provisioningRoleArn":"${ROLE}"}}`,
      );
      expect(snapshot()).toEqual(before);
      const kept = at(
        answer,
        'data',
        'createProvisioningTemplate',
        'provisioningTemplate',
        'templateBody',
      );
      const isRefused =
        (at(answer, 'data', 'createProvisioningTemplate', 'userErrors', 'length') as number) > 0;
      // Never a body that lost them on the way.
      if (!isRefused) expect(String(kept)).toContain('"__proto__"');
      const preview = await send(
        harness,
        'query ($input: PreviewProvisioningInput!) { previewProvisioning(input: $input) { __typename } }',
        `{"input":{"templateBody":${JSON.stringify(body)},"parameters":{${hostile}}}}`,
      );
      expect(JSON.stringify(preview)).not.toContain('INTERNAL_SERVER_ERROR');
      expect(snapshot()).toEqual(before);
    },
  );
});

describe('a text with line breaks and marks', () => {
  test('makes no line of the log but its own, wherever it stands', async () => {
    const lines: string[] = [];
    const { harness } = proxied;
    const telemetry = await startTelemetry({
      clock: harness.clock,
      level: 'trace',
      sink: { write: (line) => lines.push(line) },
    });
    try {
      const text = 'x\n{"level":"fatal","message":"forged"}\r\n\u2028\u202e\u001b[2J\u0085';
      await sendAll(everywhere(text));
      await harness.query(
        `# ${text}\nquery Named { registrationCode }`,
        {},
        {
          ...LIVE,
          'user-agent': 'agent {"level":"fatal","message":"forged"}',
          traceparent: 'not a trace',
        },
      );
      await fetch(`${harness.gateway.url}/nowhere%0A%7B%22level%22%3A%22fatal%22%7D`);
      telemetry.flush();
      await new Promise((done) => setImmediate(done));
      telemetry.flush();
    } finally {
      await telemetry.close();
    }
    const written = lines
      .join('')
      .split('\n')
      .filter((line) => line !== '');
    expect(written.length).toBeGreaterThan(10);
    for (const line of written) {
      const entry = JSON.parse(line);
      expect(entry.level).not.toBe('fatal');
      expect(entry.message).not.toBe('forged');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    }
  });
});

describe('a PEM made to take long', () => {
  const characters = 200_000;
  const good = makeCA().pem;
  const pems = [
    ...hostilePems.map(({ name, make }) => ({ name, pem: make(characters) })),
    { name: 'one certificate many times', pem: good.repeat(Math.floor(characters / good.length)) },
    { name: 'a certificate with a tail', pem: good + 'x'.repeat(characters) },
  ];

  // What it costs is measured by the `hostile` section of the bench.
  test.each(pems)('$name, 200,000 characters, is refused', async ({ pem: caCertificate }) => {
    const { harness } = proxied;
    for (const query of [
      'query ($input: RegisterCACertificateInput!) { checkCARegistration(input: $input) { __typename } }',
      'mutation ($input: RegisterCACertificateInput!) { registerCACertificate(input: $input) { userErrors { code } } }',
    ]) {
      const answer = await harness.query(query, {
        input: { caCertificate, verificationCertificate: caCertificate.slice(0, 30_000) },
      });
      const text = JSON.stringify(answer);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
      expect(text.length).toBeLessThan(20_000);
    }
    expect(harness.plane.calls().served.RegisterCACertificate ?? 0).toBe(0);
  });
});
