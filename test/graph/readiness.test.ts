import { DeleteProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, START_MS, startHarness } from '../support/harness.ts';
import { caMaker, jitpTemplate, otherClient, ROLE, SOUND_BODY } from '../support/readyFleet.ts';

const READINESS = 'jitpReadiness { state reasons { code effect message fix } }';
const DAY_MS = 86_400_000;

const nodes = (data: unknown): unknown[] => at(data, 'caCertificates', 'nodes') as unknown[];

describe('the calls that readiness costs', () => {
  let harness: Harness;
  beforeAll(async () => {
    const ca = caMaker();
    const names = ['a', 'b', 'c'] as const;
    harness = await startHarness({
      seed: {
        templates: names.map((name) => jitpTemplate(name)),
        caCertificates: Array.from({ length: 25 }, (_, index) => {
          const templateName = names[index % 3] ?? 'a';
          return ca(`CA ${index}`, { registrationConfig: { templateName } }).seed;
        }),
      },
    });
  });
  afterEach(async () => {
    await harness.setFaults([]);
    // The breaker holds calls back for 15 s at most after so many failures in a row.
    harness.clock.advance(20_000);
  });
  afterAll(() => harness.close());

  const LIST = `{ caCertificates(first: 25) { nodes { certificateId ${READINESS} } } }`;

  test('25 CAs of 3 templates: the list, 25 CAs and 3 templates; and then nothing', async () => {
    const first = await harness.billed(LIST);
    expect(first.errors).toBeUndefined();
    expect(first.bill).toEqual({
      ListCACertificates: 1,
      DescribeCACertificate: 25,
      DescribeProvisioningTemplate: 3,
    });
    expect(nodes(first.data)).toHaveLength(25);
    for (const node of nodes(first.data)) {
      expect(at(node, 'jitpReadiness')).toEqual({ state: 'READY', reasons: [] });
    }
    const again = await harness.billed(LIST, {}, CACHED);
    expect(again.bill).toEqual({});
    expect(again.data).toEqual(first.data);
    expect(again.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
  });

  test('it costs no more than the fields that it is computed from', async () => {
    const fields = await harness.billed(
      '{ caCertificates(first: 25) { nodes { validity { notAfter } autoRegistrationStatus template { enabled templateBody } } } }',
    );
    const both = await harness.billed(
      `{ caCertificates(first: 25) { nodes { validity { notAfter } autoRegistrationStatus template { enabled templateBody } ${READINESS} } } }`,
    );
    expect(both.bill).toEqual(fields.bill);
  });

  test('an outage of the templates is an error at each CA, never a missing template', async () => {
    await harness.setFaults([
      {
        action: 'DescribeProvisioningTemplate',
        kind: 'error',
        name: 'ServiceUnavailableException',
      },
    ]);
    const { data, errors } = await harness.query(
      `{ caCertificates(first: 2) { nodes { certificateId ${READINESS} } } }`,
    );
    expect(nodes(data)).toEqual([
      { certificateId: expect.any(String), jitpReadiness: null },
      { certificateId: expect.any(String), jitpReadiness: null },
    ]);
    expect(errors).toHaveLength(2);
    expect(errors?.[0]).toMatchObject({
      path: ['caCertificates', 'nodes', 0, 'jitpReadiness'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  test('a filter by state fails when it cannot tell which CAs belong to it', async () => {
    await harness.setFaults([
      { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const { data, errors } = await harness.query(
      '{ caCertificates(filter: { jitpReadiness: [NOT_READY] }) { nodes { certificateId } } }',
    );
    expect(at(data, 'caCertificates')).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
  });

  test.each([
    ['caCertificates(first: 1) { nodes { jitpReadiness(expiringWithinDays: -1) { state } } }', -1],
    ['caCertificates(filter: { expiringWithinDays: 36501 }) { nodes { id } }', 36_501],
  ])('a threshold out of range is refused: %s', async (selection, days) => {
    const { errors } = await harness.query(`{ ${selection} }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain(`it is ${days}`);
  });
});

describe('the states', () => {
  const ENDS_MS = START_MS + 20_000;
  let harness: Harness;
  let names: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const ca = caMaker();
    const named = (templateName: string) => ({ registrationConfig: { templateName } });
    const cas = {
      ready: ca('ready', named('sound')),
      inactive: ca('inactive', { ...named('sound'), status: 'INACTIVE' }),
      silent: ca('silent', { ...named('sound'), autoRegistrationStatus: 'DISABLE' }),
      ending: ca('ending', { ...named('sound'), notAfterMs: ENDS_MS }),
      later: ca('later', { ...named('sound'), notAfterMs: START_MS + 60 * DAY_MS }),
      bare: ca('bare'),
      inline: ca('inline', { registrationConfig: { templateBody: SOUND_BODY, roleArn: ROLE } }),
      disabled: ca('disabled', named('disabled')),
      orphan: ca('orphan', named('gone')),
      demanding: ca('demanding', named('demanding')),
      broken: ca('broken', named('broken')),
    };
    names = new Map(Object.entries(cas).map(([name, { certificateId }]) => [certificateId, name]));
    const demanding = SOUND_BODY.replace(
      '"AWS::IoT::Certificate::Id":',
      '"AWS::IoT::Certificate::StateName":{"Type":"String"},"AWS::IoT::Certificate::Id":',
    );
    const broken = SOUND_BODY.replace(
      '"Ref":"AWS::IoT::Certificate::CommonName"',
      '"Ref":"Nowhere"',
    );
    harness = await startHarness({
      choices: { deleteAttachedTemplate: 'allow' },
      seed: {
        templates: [
          jitpTemplate('sound'),
          jitpTemplate('disabled', { enabled: false }),
          jitpTemplate('gone'),
          jitpTemplate('demanding', { versions: [{ templateBody: demanding }] }),
          jitpTemplate('broken', { versions: [{ templateBody: broken }] }),
        ],
        caCertificates: Object.values(cas).map(({ seed }) => seed),
      },
    });
    const client = otherClient(harness);
    await client.send(new DeleteProvisioningTemplateCommand({ templateName: 'gone' }));
    client.destroy();
  });
  afterAll(() => harness.close());

  async function states(more = '', headers: Readonly<Record<string, string>> = LIVE) {
    const { data, errors } = await harness.query(
      `{ caCertificates(first: 100) { nodes { certificateId jitpReadiness${more} { state reasons { code } } } } }`,
      {},
      headers,
    );
    expect(errors).toBeUndefined();
    return Object.fromEntries(
      nodes(data).map((node) => [
        names.get(at(node, 'certificateId') as string),
        [
          at(node, 'jitpReadiness', 'state'),
          ...(at(node, 'jitpReadiness', 'reasons') as unknown[]).map((reason) =>
            at(reason, 'code'),
          ),
        ],
      ]),
    );
  }

  const AT_FIRST = {
    ready: ['READY'],
    inactive: ['NOT_READY', 'CA_CERTIFICATE_INACTIVE'],
    silent: ['NOT_READY', 'AUTO_REGISTRATION_DISABLED'],
    ending: ['AT_RISK', 'CA_CERTIFICATE_EXPIRING'],
    later: ['READY'],
    bare: ['NOT_READY', 'NO_TEMPLATE'],
    inline: ['READY', 'INLINE_TEMPLATE'],
    disabled: ['AT_RISK', 'TEMPLATE_DISABLED'],
    orphan: ['NOT_READY', 'TEMPLATE_MISSING'],
    demanding: ['AT_RISK', 'PARAMETER_MAY_BE_LACKING'],
    broken: ['NOT_READY', 'TEMPLATE_BODY_INVALID'],
  };

  test('each CA is told by its own', async () => {
    expect(await states()).toEqual(AT_FIRST);
    expect(await states('(expiringWithinDays: 90)')).toEqual({
      ...AT_FIRST,
      later: ['AT_RISK', 'CA_CERTIFICATE_EXPIRING'],
    });
    expect(await states('(expiringWithinDays: null)')).toEqual(AT_FIRST);
  });

  test.each([
    ['[READY]', ['ready', 'later', 'inline']],
    ['[AT_RISK]', ['ending', 'demanding', 'disabled']],
    ['[AT_RISK, READY]', ['ready', 'later', 'inline', 'ending', 'demanding', 'disabled']],
    ['[READY], expiringWithinDays: 90', ['ready', 'inline']],
    ['[NOT_READY], status: INACTIVE', ['inactive']],
    ['[NOT_READY], templateName: "sound"', ['inactive', 'silent']],
    ['[NOT_READY], registration: [NONE]', ['bare']],
    ['[]', []],
  ])('a filter finds all in the states %s', async (filter, expected) => {
    for (const headers of [LIVE, CACHED]) {
      const { data, errors, extensions, bill } = await harness.billed(
        `{ caCertificates(first: 100, filter: { jitpReadiness: ${filter} }) { nodes { certificateId } totalCount } }`,
        {},
        headers,
      );
      expect(errors).toBeUndefined();
      const found = nodes(data).map((node) => names.get(at(node, 'certificateId') as string));
      expect(found.sort()).toEqual([...expected].sort());
      expect(at(data, 'caCertificates', 'totalCount')).toBe(expected.length);
      const made = Object.values(bill).reduce((sum, calls) => sum + calls, 0);
      expect(made).toBeLessThanOrEqual(extensions?.upstream.priced.max ?? -1);
    }
  });

  test('a filter pages through', async () => {
    const found: unknown[] = [];
    let after: unknown = null;
    do {
      const { data } = await harness.query(
        'query ($after: String) { caCertificates(first: 2, after: $after, filter: { jitpReadiness: [NOT_READY] }) { nodes { certificateId } pageInfo { endCursor hasNextPage } } }',
        { after },
        CACHED,
      );
      found.push(...nodes(data).map((node) => names.get(at(node, 'certificateId') as string)));
      const hasNextPage = at(data, 'caCertificates', 'pageInfo', 'hasNextPage');
      after = hasNextPage ? at(data, 'caCertificates', 'pageInfo', 'endCursor') : null;
    } while (after !== null);
    expect(found.sort()).toEqual(
      Object.entries(AT_FIRST)
        .filter(([, [state]]) => state === 'NOT_READY')
        .map(([name]) => name)
        .sort(),
    );
  });

  test('no state outlives the end of the certificate, though all that was read is still young', async () => {
    const ending = [...names].find(([, name]) => name === 'ending')?.[0];
    const one = `{ caCertificate(certificateId: "${ending}") { jitpReadiness { state reasons { code } } } }`;
    const filtered =
      '{ caCertificates(first: 100, filter: { jitpReadiness: [NOT_READY] }) { nodes { certificateId } } }';
    const ask = async (query: string) => harness.billed(query, {}, CACHED);
    harness.clock.advance(ENDS_MS - START_MS - 5000);
    await harness.query(one, {}, LIVE);
    await harness.query(filtered, {}, LIVE);
    for (const wait of [0, 4000]) {
      harness.clock.advance(wait);
      const before = await ask(one);
      expect(before.bill).toEqual({});
      expect(at(before.data, 'caCertificate', 'jitpReadiness', 'state')).toBe('AT_RISK');
      expect(nodes((await ask(filtered)).data)).not.toContainEqual({ certificateId: ending });
    }
    harness.clock.advance(2000);
    const after = await ask(one);
    expect(after.bill).toEqual({});
    expect(at(after.data, 'caCertificate', 'jitpReadiness')).toEqual({
      state: 'NOT_READY',
      reasons: [{ code: 'CA_CERTIFICATE_EXPIRED' }],
    });
    const later = await ask(filtered);
    expect(later.bill).toEqual({});
    expect(nodes(later.data)).toContainEqual({ certificateId: ending });
  });
});
