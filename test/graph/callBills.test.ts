import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';
import { WIDE_LIMITS } from '../support/wideLimits.ts';

/** Of the demo data. */
const JITP_TEMPLATES = 6;

describe('call bills on the demo account', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ gatewayOptions: { query: WIDE_LIMITS } });
  });
  afterAll(() => harness.close());

  const names = (data: unknown, ...path: string[]): unknown[] => at(data, ...path) as unknown[];

  async function someCAs(count: number): Promise<string[]> {
    const { data } = await harness.query(
      'query ($count: Int) { caCertificates(first: $count) { nodes { certificateId } } }',
      { count },
    );
    return names(data, 'caCertificates', 'nodes').map(
      (node) => at(node, 'certificateId') as string,
    );
  }

  test('template rows cost one list call', async () => {
    const { bill, data } = await harness.billed(
      '{ provisioningTemplates(first: 100) { nodes { id templateArn templateName description type enabled creationDate lastModifiedDate } } }',
    );
    expect(bill).toEqual({ ListProvisioningTemplates: 1 });
    expect(names(data, 'provisioningTemplates', 'nodes').length).toBeGreaterThanOrEqual(8);
  });

  test('template bodies cost one Describe each beside the list', async () => {
    const { bill } = await harness.billed(
      '{ provisioningTemplates(first: 3) { nodes { templateName templateBody provisioningRoleArn } } }',
    );
    expect(bill).toEqual({ ListProvisioningTemplates: 1, DescribeProvisioningTemplate: 3 });
  });

  test('templates with their CAs cost one list call for each JITP template beside the list', async () => {
    const { bill, data } = await harness.billed(
      '{ provisioningTemplates(first: 100) { nodes { type caCertificates { nodes { certificateId status creationDate } } } } }',
    );
    const nodes = names(data, 'provisioningTemplates', 'nodes');
    const jitp = nodes.filter((node) => at(node, 'type') === 'JITP').length;
    expect(jitp).toBeGreaterThan(1);
    expect(jitp).toBeLessThan(nodes.length);
    expect(bill).toEqual({ ListProvisioningTemplates: 1, ListCACertificates: jitp });
  });

  test('25 CAs with the name of their template cost the lists of the JITP templates, not 25 Describes', async () => {
    const { bill, data } = await harness.billed(
      '{ caCertificates(first: 25) { nodes { certificateId template { id templateArn templateName } } } }',
    );
    expect(names(data, 'caCertificates', 'nodes')).toHaveLength(25);
    expect(bill).toEqual({ ListProvisioningTemplates: 1, ListCACertificates: 1 + JITP_TEMPLATES });
  });

  test('CA rows cost the pages of the window and no Describe', async () => {
    const { bill } = await harness.billed(
      '{ caCertificates(first: 40, filter: { status: ACTIVE }) { nodes { id certificateId certificateArn status creationDate } pageInfo { hasNextPage } totalCount } }',
    );
    expect(bill).toEqual({ ListCACertificates: 1 });
  });

  test('one CA under ten aliases, through node and through the list costs one Describe', async () => {
    const [certificateId] = await someCAs(1);
    const { data } = await harness.query(
      'query ($certificateId: String!) { caCertificate(certificateId: $certificateId) { id } }',
      { certificateId },
    );
    const aliases = Array.from({ length: 10 }, (_, index) => index)
      .map((index) => `a${index}: caCertificate(certificateId: $certificateId) { ownedBy }`)
      .join(' ');
    const { bill, extensions } = await harness.billed(
      `query ($certificateId: String!, $id: ID!) { ${aliases} node(id: $id) { ... on CACertificate { validity { notAfter } } } }`,
      { certificateId, id: at(data, 'caCertificate', 'id') },
    );
    expect(bill).toEqual({ DescribeCACertificate: 1 });
    expect(extensions?.upstream).toMatchObject({ made: { DescribeCACertificate: 1 }, attempts: 1 });
    expect(extensions?.upstream.deduplicated).toBe(10);
  });

  test('the same list under two aliases costs one call', async () => {
    const { bill } = await harness.billed(
      '{ a: caCertificates(first: 2) { nodes { id } } b: caCertificates(first: 7, countAll: true) { totalCount } }',
    );
    expect(bill).toEqual({ ListCACertificates: 1 });
  });

  test('template to CAs to template costs nothing beyond the CAs, row fields included', async () => {
    const query = (below: string): string =>
      `{ provisioningTemplate(templateName: "tide-pump-jitp") { caCertificates { nodes { ${below} } } } }`;
    const plain = await harness.billed(query('certificateId'));
    const joined = await harness.billed(
      query(
        'certificateId template { templateName type enabled caCertificates(countAll: true) { totalCount } }',
      ),
    );
    expect(plain.bill).toEqual({ DescribeProvisioningTemplate: 1, ListCACertificates: 1 });
    expect(joined.bill).toEqual(plain.bill);
    expect(
      at(joined.data, 'provisioningTemplate', 'caCertificates', 'nodes', 0, 'template'),
    ).toEqual({
      templateName: 'tide-pump-jitp',
      type: 'JITP',
      enabled: true,
      caCertificates: { totalCount: 7 },
    });
  });

  test('a CA listed by template name knows its template without a Describe', async () => {
    const { bill, data } = await harness.billed(
      '{ caCertificates(filter: { templateName: "tide-pump-jitp" }) { nodes { template { templateName } } } }',
    );
    expect(bill).toEqual({ ListCACertificates: 1 });
    expect(at(data, 'caCertificates', 'nodes', 0, 'template', 'templateName')).toBe(
      'tide-pump-jitp',
    );
  });

  test('a CA by id with the CAs of its template costs three calls', async () => {
    const { data } = await harness.query(
      '{ caCertificates(filter: { templateName: "tide-pump-jitp" }, first: 1) { nodes { certificateId } } }',
    );
    const { bill } = await harness.billed(
      'query ($id: String!) { caCertificate(certificateId: $id) { template { caCertificates { nodes { id } } } } }',
      { id: at(data, 'caCertificates', 'nodes', 0, 'certificateId') },
    );
    expect(bill).toEqual({
      DescribeCACertificate: 1,
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 1,
    });
  });

  test('fields that @skip and @include leave out cost nothing', async () => {
    const { bill } = await harness.billed(
      'query ($no: Boolean!) { caCertificates(first: 5) { nodes { id template @include(if: $no) { type } ... @skip(if: true) { ownedBy } } } }',
      { no: false },
    );
    expect(bill).toEqual({ ListCACertificates: 1 });
  });

  test('a window of nothing costs nothing', async () => {
    const { bill, data } = await harness.billed(
      '{ caCertificates(first: 0) { nodes { id } totalCount } }',
    );
    expect(bill).toEqual({});
    expect(data).toEqual({ caCertificates: { nodes: [], totalCount: null } });
  });

  test('the count costs nothing unless all are to be counted, and is told where it is known', async () => {
    const alone = (given = '') => `{ caCertificates(first: 10${given}) { totalCount cutShort } }`;
    const counts = (totalCount: number | null) => ({
      caCertificates: { totalCount, cutShort: false },
    });
    harness.clock.advance(3_600_000);
    const unknown = await harness.billed(alone(), {}, CACHED);
    expect([unknown.data, unknown.bill]).toEqual([counts(null), {}]);
    const counted = await harness.billed(alone(', countAll: true'), {}, CACHED);
    expect([counted.data, counted.bill]).toEqual([counts(40), { ListCACertificates: 1 }]);
    for (let time = 0; time < 3; time += 1) {
      const known = await harness.billed(alone(), {}, CACHED);
      expect([known.data, known.bill]).toEqual([counts(40), {}]);
    }
    const live = await harness.billed(alone(), {}, LIVE);
    expect([live.data, live.bill]).toEqual([counts(null), {}]);
    const filtered = await harness.billed(alone(', filter: { status: INACTIVE }'), {}, CACHED);
    expect(at(filtered.data, 'caCertificates', 'totalCount')).toBeGreaterThan(0);
    expect(filtered.bill).toEqual({});
  });

  test('the registration code is asked for once', async () => {
    const { bill, data } = await harness.billed('{ a: registrationCode b: registrationCode }');
    expect(bill).toEqual({ GetRegistrationCode: 1 });
    expect(at(data, 'a')).toMatch(/^[0-9a-f]{64}$/);
    expect(at(data, 'b')).toBe(at(data, 'a'));
  });

  test('device certificates are listed by CA, and know their CA', async () => {
    const { data: found } = await harness.query(
      '{ caCertificates(first: 40) { nodes { certificateId certificates(first: 1, countAll: true) { totalCount } } } }',
    );
    const withDevices = names(found, 'caCertificates', 'nodes').find(
      (node) => (at(node, 'certificates', 'totalCount') as number) > 1,
    );
    const { bill, data } = await harness.billed(
      `query ($id: String!) { caCertificate(certificateId: $id) { certificates { nodes {
         id status creationDate certificateMode caCertificate { certificateId ownedBy } } } } }`,
      { id: at(withDevices, 'certificateId') },
    );
    expect(bill).toEqual({ DescribeCACertificate: 1, ListCertificatesByCA: 1 });
    expect(
      at(data, 'caCertificate', 'certificates', 'nodes', 0, 'caCertificate', 'certificateId'),
    ).toBe(at(withDevices, 'certificateId'));
  });
});
