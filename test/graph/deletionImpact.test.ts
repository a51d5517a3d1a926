import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';
import { caMaker, devicesOf, jitpTemplate } from '../support/readyFleet.ts';

const COUNTS = 'caCertificateCount activeCount autoRegisteringCount';
const PRICE_ONLY = { 'x-price-only': '1', ...LIVE };

describe('what a deletion would break', () => {
  const ca = caMaker();
  const named = { registrationConfig: { templateName: 'used' } };
  const busy = ca('busy', named);
  const cas = [
    busy,
    ca('off', { ...named, autoRegistrationStatus: 'DISABLE' }),
    ca('inactive', { ...named, status: 'INACTIVE' }),
    ca('unnamed'),
  ];
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      seed: {
        templates: [
          jitpTemplate('used'),
          jitpTemplate('unused'),
          jitpTemplate('fleet', { type: 'FLEET_PROVISIONING' }),
        ],
        caCertificates: cas.map(({ seed }) => seed),
        certificates: devicesOf(busy, ['ACTIVE', 'ACTIVE', 'PENDING_ACTIVATION']),
      },
    });
  });
  // Nothing that one test read is young enough for the next.
  beforeEach(() => harness.clock.advance(60_000));
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  const template = (name: string, selection: string) =>
    `{ provisioningTemplate(templateName: "${name}") { deletionImpact { ${selection} } } }`;
  const impact = (data: unknown): unknown => at(Object.values(data as object)[0], 'deletionImpact');

  test('of a template: the CAs that name it, by the lists alone', async () => {
    const { data, bill } = await harness.billed(
      template('used', 'caCertificateCount activeCount caCertificates { nodes { status } }'),
    );
    expect(impact(data)).toEqual({
      caCertificateCount: 3,
      activeCount: 2,
      caCertificates: {
        nodes: expect.arrayContaining([{ status: 'INACTIVE' }, { status: 'ACTIVE' }]),
      },
    });
    expect(bill).toEqual({ DescribeProvisioningTemplate: 1, ListCACertificates: 1 });
  });

  test('of a template: which of them take devices costs a Describe of each ACTIVE one', async () => {
    const { data, bill } = await harness.billed(template('used', COUNTS));
    expect(impact(data)).toEqual({
      caCertificateCount: 3,
      activeCount: 2,
      autoRegisteringCount: 1,
    });
    expect(bill).toEqual({
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 1,
      DescribeCACertificate: 2,
    });
    const again = await harness.billed(template('used', COUNTS), {}, CACHED);
    expect(again.bill).toEqual({});
    expect(again.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
  });

  test('of templates that nothing names, at no cost where none can', async () => {
    const { data, bill } = await harness.billed(
      `{ unused: provisioningTemplate(templateName: "unused") { deletionImpact { ${COUNTS} } }
         fleet: provisioningTemplate(templateName: "fleet") { deletionImpact { ${COUNTS} caCertificates { totalCount } } } }`,
    );
    const none = { caCertificateCount: 0, activeCount: 0, autoRegisteringCount: 0 };
    expect(data).toEqual({
      unused: { deletionImpact: none },
      fleet: { deletionImpact: { ...none, caCertificates: { totalCount: 0 } } },
    });
    expect(bill).toEqual({ DescribeProvisioningTemplate: 2, ListCACertificates: 1 });
  });

  test('of all templates of a list', async () => {
    const { data, bill } = await harness.billed(
      '{ provisioningTemplates { nodes { templateName deletionImpact { caCertificateCount } } } }',
    );
    expect(at(data, 'provisioningTemplates', 'nodes')).toEqual([
      { templateName: 'used', deletionImpact: { caCertificateCount: 3 } },
      { templateName: 'unused', deletionImpact: { caCertificateCount: 0 } },
      { templateName: 'fleet', deletionImpact: { caCertificateCount: 0 } },
    ]);
    expect(bill).toEqual({ ListProvisioningTemplates: 1, ListCACertificates: 2 });
  });

  const ofCA = (selection: string): string =>
    `{ caCertificate(certificateId: "${busy.certificateId}") { deletionImpact { ${selection} } } }`;

  test('of a CA: its status, its template and the devices that it signed', async () => {
    const { data, bill } = await harness.billed(
      ofCA(
        'isActive templateName certificateCount activeCertificateCount certificates(first: 1) { nodes { status } pageInfo { hasNextPage } }',
      ),
    );
    expect(impact(data)).toEqual({
      isActive: true,
      templateName: 'used',
      certificateCount: 3,
      activeCertificateCount: 2,
      certificates: {
        nodes: [{ status: expect.any(String) }],
        pageInfo: { hasNextPage: true },
      },
    });
    expect(bill).toEqual({ DescribeCACertificate: 1, ListCertificatesByCA: 1 });
  });

  test('of a CA without any', async () => {
    const { data } = await harness.query(
      '{ caCertificates(filter: { registration: [NONE] }) { nodes { deletionImpact { isActive templateName certificateCount } } } }',
    );
    expect(at(data, 'caCertificates', 'nodes')).toEqual([
      { deletionImpact: { isActive: true, templateName: null, certificateCount: 0 } },
    ]);
  });

  test.each([
    ['ListCACertificates', template('used', 'caCertificateCount'), 'caCertificateCount'],
    ['DescribeCACertificate', template('used', 'autoRegisteringCount'), 'autoRegisteringCount'],
    ['ListCertificatesByCA', ofCA('certificateCount'), 'certificateCount'],
  ])('an outage of %s is an error, never a zero', async (action, query, field) => {
    await harness.setFaults([{ action, kind: 'error', name: 'AccessDeniedException' }]);
    const { data, errors } = await harness.query(query);
    expect(at(impact(data), field)).toBeNull();
    expect(errors).toMatchObject([
      {
        path: [expect.any(String), 'deletionImpact', field],
        extensions: { code: 'UPSTREAM_ACCESS_DENIED' },
      },
    ]);
  });

  test.each([
    [template('used', 'caCertificateCount'), 1, 1 + 200],
    [ofCA('isActive templateName'), 1, 1 + 1],
    [ofCA('certificateCount'), 1, 1 + 200],
  ])('%s is priced at its most', async (query, min, max) => {
    const { extensions, bill } = await harness.billed(query, {}, PRICE_ONLY);
    expect(bill).toEqual({});
    expect(extensions?.upstream.priced.min).toBe(min);
    expect(extensions?.upstream.priced.max).toBeLessThanOrEqual(max + 1);
    expect(extensions?.upstream.priced.max).toBeGreaterThanOrEqual(max - 1);
  });
});
