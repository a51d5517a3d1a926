import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';

const NODE =
  'nodes { certificateId status creationDate certificateMode autoRegistrationStatus validity { notAfter } registrationConfig { __typename } }';

describe('filters and orders beyond what AWS offers', () => {
  let harness: Harness;
  let all: unknown[];
  beforeAll(async () => {
    harness = await startHarness();
    all = await nodes('caCertificates(first: 100)');
  });
  afterAll(() => harness.close());

  async function nodes(
    connection: string,
    headers: Readonly<Record<string, string>> = LIVE,
  ): Promise<unknown[]> {
    const { data, errors } = await harness.query(
      `{ list: ${connection} { ${NODE} } }`,
      {},
      headers,
    );
    expect(errors).toBeUndefined();
    return at(data, 'list', 'nodes') as unknown[];
  }

  const ids = (list: unknown[]): unknown[] => list.map((node) => at(node, 'certificateId'));

  const FILTERS: ReadonlyArray<[filter: string, keeps: (node: unknown) => boolean]> = [
    ['certificateMode: SNI_ONLY', (node) => at(node, 'certificateMode') === 'SNI_ONLY'],
    ['autoRegistrationStatus: ENABLE', (node) => at(node, 'autoRegistrationStatus') === 'ENABLE'],
    [
      'expiresBefore: "2030-01-01T00:00:00Z"',
      (node) => (at(node, 'validity', 'notAfter') as string) < '2030-01-01',
    ],
    ['registration: [NONE]', (node) => at(node, 'registrationConfig') === null],
    ['registration: [NAMED, INLINE]', (node) => at(node, 'registrationConfig') !== null],
    [
      'registration: [INLINE], status: ACTIVE',
      (node) =>
        at(node, 'registrationConfig', '__typename') === 'InlineTemplateRegistration' &&
        at(node, 'status') === 'ACTIVE',
    ],
  ];

  test.each(FILTERS)('%s', async (filter, keeps) => {
    const expected = all.filter(keeps);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(all.length);
    expect(await nodes(`caCertificates(first: 100, filter: { ${filter} })`)).toEqual(expected);
    expect(await nodes(`caCertificates(first: 100, filter: { ${filter} })`, CACHED)).toEqual(
      expected,
    );
  });

  test('a filter looks at no more CAs than its window takes', async () => {
    const fresh = await startHarness();
    try {
      const { bill, data } = await fresh.billed(
        '{ caCertificates(first: 2, filter: { certificateMode: DEFAULT }) { nodes { certificateId } } }',
      );
      expect(at(data, 'caCertificates', 'nodes')).toHaveLength(2);
      expect(bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 3 });
    } finally {
      await fresh.close();
    }
  });

  test('what was seen before is not asked for again', async () => {
    const { bill } = await harness.billed(
      '{ caCertificates(first: 100, filter: { expiresBefore: "2030-01-01T00:00:00Z" }) { nodes { certificateId } } }',
    );
    expect(bill).toEqual({ ListCACertificates: 1 });
  });

  test('a CA that cannot be looked at fails the list: it might belong to it', async () => {
    await harness.setFaults([
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException', times: 1 },
    ]);
    const { data, errors } = await harness.query(
      '{ caCertificates(first: 5, filter: { registration: [NONE] }) { nodes { id } } }',
    );
    await harness.setFaults([]);
    expect(at(data, 'caCertificates')).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_ACCESS_DENIED');
  });

  test('a CA that is gone when it is looked at is in no list', async () => {
    const name = 'ResourceNotFoundException';
    await harness.setFaults([{ action: 'DescribeCACertificate', kind: 'error', name, times: 1 }]);
    const { data, errors } = await harness.query(
      '{ caCertificates(first: 1, filter: { registration: [NONE] }) { nodes { certificateId } } }',
    );
    expect(errors).toBeUndefined();
    // The first that is looked at.
    const first = all.slice(1).find((node) => at(node, 'registrationConfig') === null);
    expect(ids(at(data, 'caCertificates', 'nodes') as unknown[])).toEqual(ids([first]));
  });

  test('orders by the end of validity, either way, and pages through', async () => {
    const end = (node: unknown): string => at(node, 'validity', 'notAfter') as string;
    const byEnd = [...all].sort(
      (one, other) =>
        end(one).localeCompare(end(other)) ||
        (at(one, 'certificateId') as string).localeCompare(at(other, 'certificateId') as string),
    );
    expect(ids(await nodes('caCertificates(first: 100, orderBy: { field: NOT_AFTER })'))).toEqual(
      ids(byEnd),
    );
    const seen: unknown[] = [];
    let after: unknown = null;
    for (;;) {
      const { data } = await harness.query(
        `query ($after: String) { caCertificates(first: 7, after: $after, orderBy: { field: NOT_AFTER }) {
           nodes { certificateId } pageInfo { hasNextPage endCursor } totalCount } }`,
        { after },
        CACHED,
      );
      seen.push(...ids(at(data, 'caCertificates', 'nodes') as unknown[]));
      if (at(data, 'caCertificates', 'pageInfo', 'hasNextPage') === false) break;
      after = at(data, 'caCertificates', 'pageInfo', 'endCursor');
    }
    expect(seen).toEqual(ids(byEnd));
    const latest = await nodes(
      'caCertificates(first: 1, orderBy: { field: NOT_AFTER, direction: DESC })',
    );
    expect(end(latest[0])).toBe(end(byEnd.at(-1)));
  });

  test('orders templates by name', async () => {
    const { data, bill } = await harness.billed(
      '{ provisioningTemplates(first: 100, orderBy: { field: TEMPLATE_NAME, direction: DESC }) { nodes { templateName } } }',
    );
    const names = (at(data, 'provisioningTemplates', 'nodes') as unknown[]).map((node) =>
      at(node, 'templateName'),
    );
    expect(names).toEqual([...names].sort().reverse());
    expect(bill).toEqual({ ListProvisioningTemplates: 1 });
  });

  test('an order of ours and one of AWS together are refused', async () => {
    const { errors, bill } = await harness.billed(
      '{ caCertificates(ascendingOrder: true, orderBy: { field: NOT_AFTER }) { cutShort } }',
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: ['orderBy'] });
    expect(bill).toEqual({});
  });
});
