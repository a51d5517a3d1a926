import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';
import { WIDE_LIMITS } from '../support/wideLimits.ts';

const PRICE_ONLY = { 'x-price-only': '1' };

/** Price of cold operations on the demo account, and what they make there. */
const COLD: ReadonlyArray<[query: string, min: number, max: number]> = [
  ['{ __typename }', 0, 0],
  ['{ __schema { types { name } } }', 0, 0],
  ['{ provisioningTemplate(templateName: "tide-pump-jitp") { type templateBody } }', 1, 1],
  [
    '{ a: provisioningTemplate(templateName: "x") { id } b: provisioningTemplate(templateName: "x") { type } }',
    1,
    1,
  ],
  ['{ provisioningTemplates { nodes { templateName } } }', 1, 1],
  ['{ provisioningTemplates(first: 10) { nodes { templateBody } } }', 1, 11],
  ['{ provisioningTemplates(first: 10) { nodes { caCertificates { nodes { id } } } } }', 1, 11],
  ['{ caCertificates(first: 500) { nodes { id status } } }', 1, 2],
  ['{ caCertificates(first: 500) { nodes { id ownedBy } } }', 1, 502],
  ['{ caCertificates(first: 3) { nodes { template { templateName } } } }', 1, 7],
  ['{ registrationCode again: registrationCode quota { action } }', 1, 1],
  ['{ caCertificates(first: 0) { nodes { id } } }', 0, 0],
  [
    '{ provisioningTemplate(templateName: "tide-pump-jitp") { versionsLimit versions { nodes { versionId isDefaultVersion } } } }',
    1,
    3,
  ],
  [
    '{ provisioningTemplate(templateName: "tide-pump-jitp") { versionsUsed versions { nodes { templateBody } } } }',
    1,
    10,
  ],
  [
    '{ provisioningTemplate(templateName: "tide-pump-jitp") { versions(first: 0) { nodes { id } } } }',
    1,
    1,
  ],
  ['{ provisioningTemplates(first: 4) { nodes { versionsUsed tags { key } } } }', 1, 17],
  ['{ caCertificates(first: 3) { nodes { tags { key value } } } }', 1, 7],
];

describe('the price of an operation', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  test.each(COLD)('%s costs %i to %i cold', async (query, min, max) => {
    const priced = await harness.billed(query, {}, { ...PRICE_ONLY, ...LIVE });
    expect(priced.bill).toEqual({});
    expect(priced.data).toBeNull();
    expect(priced.errors).toBeUndefined();
    expect(priced.extensions?.upstream).toMatchObject({ priced: { min, max }, made: {} });
    const run = await harness.billed(query, {}, LIVE);
    const made = Object.values(run.bill).reduce((sum, count) => sum + count, 0);
    expect(run.extensions?.upstream.priced).toEqual({ min, max });
    expect(made).toBeGreaterThanOrEqual(min);
    expect(made).toBeLessThanOrEqual(Math.min(max, 200));
  });

  test('what is known makes the price exact', async () => {
    harness.clock.advance(3_600_000);
    const query = '{ caCertificates(first: 40) { nodes { ownedBy template { type } } } }';
    await harness.billed('{ caCertificates(first: 1) { nodes { id } } }', {}, LIVE);
    harness.clock.advance(1000);
    const one = await harness.query(
      '{ caCertificates(first: 1) { nodes { ownedBy } } }',
      {},
      CACHED,
    );
    expect(one.extensions?.upstream.made).toEqual({ DescribeCACertificate: 1 });
    const all = await harness.billed(query, {}, CACHED);
    expect(all.extensions?.upstream.priced.min).toBe(39);
    expect(all.bill.DescribeCACertificate).toBe(39);
    const again = await harness.billed(query, {}, CACHED);
    expect(again.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
    expect(again.bill).toEqual({});
  });

  test('a filter by a template that no CA can name is asked of AWS, and priced', async () => {
    harness.clock.advance(3_600_000);
    await harness.query('{ provisioningTemplates { nodes { type } } }', {}, CACHED);
    const { bill, errors, extensions } = await harness.billed(
      '{ caCertificates(filter: { templateName: "volta-charger-fleet" }) { nodes { id } totalCount } }',
      {},
      CACHED,
    );
    expect(errors).toBeUndefined();
    expect(bill).toEqual({ ListCACertificates: 1 });
    expect(extensions?.upstream.priced).toEqual({ min: 1, max: 1 });
  });

  test('the plan says where the calls fall', async () => {
    const { extensions } = await harness.query(
      '{ provisioningTemplates(first: 10) { nodes { mine: caCertificates(first: 2) { nodes { ownedBy } } } } }',
      {},
      { ...PRICE_ONLY, ...LIVE },
    );
    expect(extensions?.upstream.plan).toEqual([
      { path: 'provisioningTemplates.caCertificates', max: 30 },
      { path: 'provisioningTemplates', max: 1 },
    ]);
  });
});

describe('the price of changes', () => {
  const CHANGES: ReadonlyArray<[mutation: string, min: number, max: number]> = [
    ['createProvisioningClaim(input: { templateName: "x" })', 1, 1],
    ['tagResource(input: { resourceArn: "x", tags: [] })', 1, 1],
    ['deleteRegistrationCode(input: {})', 1, 1],
    ['deleteRegistrationCode(input: { registrationCode: "x" })', 1, 2],
    ['setDefaultProvisioningTemplateVersion(input: { templateName: "x", versionId: 1 })', 1, 2],
    ['createProvisioningTemplateVersion(input: { templateName: "x", templateBody: "" })', 1, 1],
    ['createProvisioningTemplateVersion(input: { templateName: "x", templateBodyJson: {} })', 1, 2],
    [
      'createProvisioningTemplateVersion(input: { templateName: "x", templateBody: "", prune: OLDEST_NON_DEFAULT })',
      1,
      5,
    ],
  ];

  test('is known before they are made, by their input', async () => {
    const harness = await startHarness({ seed: 'none' });
    try {
      for (const [mutation, min, max] of CHANGES) {
        const query = `mutation { ${mutation} { userErrors { code } } }`;
        const { bill, extensions } = await harness.billed(query, {}, PRICE_ONLY);
        expect([mutation, bill]).toEqual([mutation, {}]);
        expect([mutation, extensions?.upstream.priced]).toEqual([mutation, { min, max }]);
      }
    } finally {
      await harness.close();
    }
  });
});

describe('an operation that costs too much', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ costMax: 10, gatewayOptions: { query: WIDE_LIMITS } });
  });
  afterAll(() => harness.close());

  test('is refused before it runs when its certain calls are over the limit', async () => {
    const aliases = Array.from({ length: 11 }, (_, index) => index)
      .map((index) => `t${index}: provisioningTemplate(templateName: "t${index}") { id }`)
      .join(' ');
    const { bill, data, errors } = await harness.billed(`{ ${aliases} }`);
    expect(bill).toEqual({});
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATION_TOO_COSTLY',
      price: { min: 11, max: 11 },
      limit: 10,
      worstPath: expect.stringMatching(/^t\d+$/),
    });
  });

  test('runs into its budget otherwise, and keeps what it read by then', async () => {
    const { bill, data, errors } = await harness.billed(
      '{ caCertificates(first: 20) { nodes { certificateId ownedBy } } }',
    );
    const nodes = at(data, 'caCertificates', 'nodes') as unknown[];
    expect(nodes).toHaveLength(20);
    expect(nodes.filter((node) => at(node, 'ownedBy') !== null)).toHaveLength(9);
    expect(errors).toHaveLength(11);
    expect(errors?.[0]).toMatchObject({
      path: ['caCertificates', 'nodes', expect.any(Number), 'ownedBy'],
      extensions: { code: 'UPSTREAM_BUDGET_SPENT', limit: 10 },
    });
    expect(bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 9 });
  });

  test('is refused when its answer would be too large, though it costs no call', async () => {
    await harness.query('{ caCertificates(first: 40) { nodes { id } } }', {}, LIVE);
    const aliases = (count: number): string =>
      Array.from({ length: count }, (_, index) => index)
        .map((index) => `a${index}: caCertificates(first: 40) { nodes { id } }`)
        .join(' ');
    const allowed = await harness.query(`{ ${aliases(250)} }`, {}, CACHED);
    expect(allowed.errors).toBeUndefined();
    const refused = await harness.query(`{ ${aliases(251)} }`, {}, CACHED);
    expect(refused.data).toBeUndefined();
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('10040 things'),
      extensions: { code: 'OPERATION_TOO_COSTLY', limit: 10_000 },
    });
  });

  test('a mutation has what it needs', async () => {
    const { data } = await harness.query(
      '{ caCertificates(filter: { templateName: "tide-pump-jitp" }, first: 1) { nodes { certificateId } } }',
    );
    const { bill, errors } = await harness.billed(
      `mutation ($id: String!) { attachProvisioningTemplate(input: { certificateId: $id, templateName: "alder-meter-jitp" }) {
         caCertificate { template { templateBody caCertificates(first: 1, countAll: true) { totalCount } } } provisioningTemplate { type } userErrors { code } } }`,
      { id: at(data, 'caCertificates', 'nodes', 0, 'certificateId') },
    );
    expect(errors).toBeUndefined();
    expect(bill).toEqual({
      DescribeProvisioningTemplate: 1,
      UpdateCACertificate: 1,
      DescribeCACertificate: 1,
      ListCACertificates: 1,
    });
  });
});

describe('under AWS quotas', () => {
  test('an operation that cannot end in time is refused before it starts', async () => {
    const harness = await startHarness({
      quotaShare: 0.8,
      deadlineMs: 500,
      gatewayOptions: { query: WIDE_LIMITS },
    });
    try {
      const aliases = Array.from({ length: 20 }, (_, index) => index)
        .map((index) => `t${index}: provisioningTemplate(templateName: "t${index}") { id }`)
        .join(' ');
      const { bill, errors } = await harness.billed(`{ ${aliases} }`);
      expect(bill).toEqual({});
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'OPERATION_TOO_COSTLY',
        retryable: false,
        action: 'DescribeProvisioningTemplate',
        price: { min: 20, max: 20 },
      });
    } finally {
      await harness.close();
    }
  });

  test('the quota shows each bucket that was used', async () => {
    const harness = await startHarness({ quotaShare: 0.8 });
    try {
      await harness.query('{ registrationCode }');
      const { data, bill } = await harness.billed(
        '{ quota { action ratePerSecond fullRatePerSecond burst available inUse waiting throttledLately } }',
      );
      expect(bill).toEqual({});
      expect(data).toEqual({
        quota: [
          {
            action: 'GetRegistrationCode',
            ratePerSecond: 8,
            fullRatePerSecond: 8,
            burst: 8,
            available: 7,
            inUse: 0,
            waiting: 0,
            throttledLately: 0,
          },
        ],
      });
    } finally {
      await harness.close();
    }
  });
});
