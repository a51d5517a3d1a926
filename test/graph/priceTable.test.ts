import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAccount } from '../support/account.ts';
import { at, CACHED, type Harness, LIVE, START_MS, startHarness } from '../support/harness.ts';

/** 520 CAs, which are three pages, and 4 templates, which are one. */
const account = makeAccount({
  jitp: { a: 200, b: 200, c: 60 },
  fleet: ['f'],
  unnamed: 60,
  createdMs: START_MS - 86_400_000,
});
const ID = account.idsOf.get('a')?.[0];

interface Row {
  readonly wanted: string;
  readonly query: string;
  /** Asked before, an hour after anything else; unset: nothing was. */
  readonly known?: string;
  readonly min: number;
  readonly max: number;
  readonly made: number;
}

const cas = (given: string, selection: string) => `{ caCertificates(${given}) { ${selection} } }`;
const templates = (selection: string) =>
  `{ provisioningTemplates(first: 4) { nodes { ${selection} } } }`;

const COLD: readonly Row[] = [
  { wanted: 'templates, rows', query: templates('type enabled'), min: 1, max: 1, made: 1 },
  { wanted: 'templates with body', query: templates('templateBody'), min: 1, max: 5, made: 5 },
  {
    wanted: 'templates with their CAs',
    query: templates('caCertificates { nodes { id } }'),
    min: 1,
    max: 5,
    made: 4,
  },
  {
    wanted: 'templates, their CAs and again the template',
    query: templates(
      'caCertificates { nodes { template { type caCertificates { nodes { id } } } } }',
    ),
    min: 1,
    max: 9,
    made: 4,
  },
  {
    wanted: 'the template above with its body',
    query: templates('caCertificates { nodes { template { templateBody } } }'),
    min: 1,
    max: 9,
    made: 7,
  },
  {
    wanted: 'a template, its CAs and again the template',
    query:
      '{ provisioningTemplate(templateName: "a") { caCertificates(first: 500) { nodes { template { templateBody } } } } }',
    min: 1,
    max: 4,
    made: 2,
  },
  {
    wanted: 'a page of CAs',
    query: cas('first: 250', 'nodes { id status }'),
    min: 1,
    max: 1,
    made: 1,
  },
  { wanted: '500 CAs', query: cas('first: 500', 'nodes { id status }'), min: 1, max: 2, made: 2 },
  {
    wanted: 'CAs with the row of their template',
    query: cas('first: 10', 'nodes { template { type } }'),
    min: 1,
    max: 41,
    made: 5,
  },
  {
    wanted: 'CAs of a template with its row',
    query: cas('first: 10, filter: { templateName: "a" }', 'nodes { template { type } }'),
    min: 1,
    max: 3,
    made: 2,
  },
  {
    wanted: 'a CA with the CAs of its template',
    query: `{ caCertificate(certificateId: "${ID}") { template { caCertificates { nodes { id } } } } }`,
    min: 1,
    max: 6,
    made: 3,
  },
  {
    wanted: 'the same ten times',
    query: `{ ${Array.from({ length: 10 }, (_, n) => `a${n}: caCertificate(certificateId: "${ID}") { ownedBy }`).join(' ')} }`,
    min: 1,
    max: 1,
    made: 1,
  },
  { wanted: 'the count alone', query: cas('first: 10', 'totalCount'), min: 0, max: 0, made: 0 },
  {
    wanted: 'all, counted',
    query: cas('first: 10, countAll: true', 'nodes { id } totalCount'),
    min: 1,
    max: 200,
    made: 3,
  },
];

const PARTLY_KNOWN: readonly Row[] = [
  {
    wanted: '500 CAs, the first page known',
    known: cas('first: 250', 'nodes { id }'),
    query: cas('first: 500', 'nodes { id }'),
    min: 1,
    max: 1,
    made: 1,
  },
  {
    wanted: '500 CAs, their pages known and not the last',
    known: cas('first: 500', 'nodes { id }'),
    query: cas('first: 500', 'nodes { id }'),
    min: 0,
    max: 0,
    made: 0,
  },
  {
    wanted: 'whether there are more than the 500 that are known',
    known: cas('first: 500', 'nodes { id }'),
    query: cas('first: 500', 'nodes { id } pageInfo { hasNextPage }'),
    min: 1,
    max: 1,
    made: 1,
  },
  {
    wanted: 'whether there are more than some of those known',
    known: cas('first: 250', 'nodes { id }'),
    query: cas('first: 249', 'nodes { id } pageInfo { hasNextPage }'),
    min: 0,
    max: 0,
    made: 0,
  },
  {
    wanted: 'the count, two of three pages known',
    known: cas('first: 500', 'nodes { id }'),
    query: cas('first: 10, countAll: true', 'totalCount'),
    min: 1,
    max: 198,
    made: 1,
  },
  {
    wanted: 'the count, all pages known',
    known: cas('first: 10, countAll: true', 'totalCount'),
    query: cas('first: 10', 'totalCount nodes { id }'),
    min: 0,
    max: 0,
    made: 0,
  },
  {
    wanted: 'constants of CAs whose details are known',
    known: cas('first: 5', 'nodes { ownedBy }'),
    query: cas(
      'first: 5',
      'nodes { validity { notAfter } certificatePem template { templateName } }',
    ),
    min: 0,
    max: 0,
    made: 0,
  },
  {
    wanted: 'details of CAs of which some are known',
    known: cas('first: 5', 'nodes { ownedBy }'),
    query: cas('first: 7', 'nodes { ownedBy }'),
    min: 2,
    max: 2,
    made: 2,
  },
  {
    wanted: 'an order by what is known',
    known:
      '{ provisioningTemplate(templateName: "c") { caCertificates(first: 60) { nodes { ownedBy } } } }',
    query: cas(
      'first: 5, filter: { templateName: "c" }, orderBy: { field: NOT_AFTER }',
      'nodes { ownedBy }',
    ),
    min: 0,
    max: 0,
    made: 0,
  },
  {
    wanted: 'the template of CAs that its list shows, all known',
    known: templates('caCertificates { nodes { id } }'),
    query: templates('caCertificates { nodes { template { type } } }'),
    min: 0,
    max: 0,
    made: 0,
  },
];

describe('the price before it runs, and what it made', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: account.seed, costMax: 200 });
  });
  afterAll(() => harness.close());

  async function check({ query, min, max, made }: Omit<Row, 'wanted'>): Promise<void> {
    const { bill, errors, extensions } = await harness.billed(query, {}, CACHED);
    expect(errors).toBeUndefined();
    expect(extensions?.upstream.priced).toEqual({ min, max });
    const calls = Object.values(bill).reduce((sum, count) => sum + count, 0);
    expect(calls).toBe(made);
    expect(made).toBeGreaterThanOrEqual(min);
    expect(made).toBeLessThanOrEqual(max);
  }

  test.each(COLD)('$wanted, cold and known', async (row) => {
    harness.clock.advance(3_600_000);
    await check(row);
    const { wanted: _wanted, ...asked } = row;
    if (!row.query.includes('countAll')) await check({ ...asked, min: 0, max: 0, made: 0 });
  });

  test.each(PARTLY_KNOWN)('$wanted', async ({ known = '', ...row }) => {
    harness.clock.advance(3_600_000);
    expect((await harness.query(known, {}, CACHED)).errors).toBeUndefined();
    await check(row);
  });

  test('the price alone tells whether it would be let in', async () => {
    harness.clock.advance(3_600_000);
    const alone = { ...CACHED, 'x-price-only': '1' };
    await harness.query(cas('first: 250', 'nodes { id }'), {}, CACHED);
    const refused = await harness.query(cas('first: 250', 'nodes { ownedBy }'), {}, alone);
    expect(at(refused.extensions, 'upstream')).toMatchObject({
      priced: { min: 250, max: 250 },
      admission: {
        admitted: false,
        code: 'OPERATION_TOO_COSTLY',
        limit: 200,
        certain: { DescribeCACertificate: 250 },
      },
    });
    const admitted = await harness.query(
      cas('first: 10', 'nodes { ownedBy }'),
      {},
      {
        ...LIVE,
        'x-price-only': '1',
      },
    );
    expect(at(admitted.extensions, 'upstream', 'admission')).toEqual({
      admitted: true,
      limit: 200,
      certain: { ListCACertificates: 1 },
    });
  });
});
