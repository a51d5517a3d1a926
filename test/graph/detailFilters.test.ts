import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, at, CACHED, type Harness, startHarness } from '../support/harness.ts';

const KINDS = `{ caCertificates(first: 100) { nodes {
  certificateId status autoRegistrationStatus registrationConfig { __typename } } } }`;
const listed = (filter: string, first = 100): string =>
  `query ($after: String) { caCertificates(first: ${first}, after: $after, filter: {${filter}}) {
     nodes { certificateId } cutShort totalCount pageInfo { hasNextPage endCursor } } }`;

const list = ({ data }: Answer): unknown => at(data, 'caCertificates');
const idsOf = (answer: Answer): unknown[] =>
  (at(list(answer), 'nodes') as unknown[]).map((node) => at(node, 'certificateId'));

/** What the CAs of the demo fleet are, by a harness of its own. */
async function idsOfKind(typename: string | null): Promise<unknown[]> {
  const harness = await startHarness();
  try {
    const all = at((await harness.query(KINDS)).data, 'caCertificates', 'nodes') as unknown[];
    return all
      .filter((node) => (at(node, 'registrationConfig', '__typename') ?? null) === typename)
      .map((node) => at(node, 'certificateId'));
  } finally {
    await harness.close();
  }
}

describe('a filter for CAs that name a template', () => {
  let harness: Harness;
  let named: unknown[];
  beforeAll(async () => {
    named = await idsOfKind('NamedTemplateRegistration');
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  test('asks the lists of the templates, and nothing more once these are known', async () => {
    const cold = await harness.billed(listed('registration: [NAMED]'), {}, CACHED);
    expect(idsOf(cold)).toEqual(named);
    expect(cold.bill.DescribeCACertificate).toBeUndefined();
    const { extensions } = cold;
    const made = Object.values(cold.bill).reduce((sum, calls) => sum + calls, 0);
    expect(made).toBeLessThan(10);
    expect(extensions?.upstream.priced.max).toBeGreaterThanOrEqual(made);

    const again = await harness.billed(
      listed('registration: [NAMED]').replace('query', 'query again'),
      {},
      CACHED,
    );
    expect([idsOf(again), again.bill]).toEqual([named, {}]);
  });

  test('is proven by the list of a template, as is that others are not meant', async () => {
    const fresh = await startHarness();
    try {
      const filter = 'templateName: "alder-meter-jitp", registration';
      const one = await fresh.billed(listed(`${filter}: [NAMED]`), {}, CACHED);
      expect(idsOf(one).length).toBeGreaterThan(0);
      expect(one.bill).toEqual({ ListCACertificates: 1 });
      const other = await fresh.billed(listed(`${filter}: [NONE, INLINE]`), {}, CACHED);
      expect([idsOf(other), other.bill]).toEqual([[], {}]);
    } finally {
      await fresh.close();
    }
  });

  test('does not describe a CA that another part of the filter leaves out', async () => {
    const fresh = await startHarness();
    try {
      await fresh.query('{ caCertificates(first: 100) { nodes { template { id } } } }', {}, CACHED);
      const { bill, data } = await fresh.billed(
        listed('registration: [NONE], autoRegistrationStatus: ENABLE'),
        {},
        CACHED,
      );
      expect(data).not.toBeNull();
      expect(bill).toEqual({ DescribeCACertificate: 40 - named.length });
    } finally {
      await fresh.close();
    }
  });
});

test.each(['registration: []', 'jitpReadiness: []'])('%s lets nothing through', async (filter) => {
  const harness = await startHarness();
  try {
    const answer = await harness.billed(listed(filter));
    expect(list(answer)).toEqual({
      nodes: [],
      cutShort: false,
      totalCount: 0,
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    expect(answer.bill).toEqual({});
    expect(answer.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
  } finally {
    await harness.close();
  }
});

test('a filter that spends the calls of its operation keeps what it found, and goes on from there', async () => {
  const inline = await idsOfKind('InlineTemplateRegistration');
  const harness = await startHarness({ costMax: 7 });
  try {
    const found: unknown[] = [];
    let after: unknown = null;
    let windows = 0;
    for (let isMore: unknown = true; isMore; windows += 1) {
      const answer = await harness.billed(listed('registration: [INLINE]', 2), { after }, CACHED);
      expect(answer.errors).toBeUndefined();
      found.push(...idsOf(answer));
      const calls = Object.values(answer.bill).reduce((sum, count) => sum + count, 0);
      expect(calls).toBeLessThanOrEqual(7);
      isMore = at(list(answer), 'pageInfo', 'hasNextPage');
      after = at(list(answer), 'pageInfo', 'endCursor');
      if (at(list(answer), 'cutShort')) expect(after).not.toBeNull();
    }
    expect(found).toEqual(inline);
    expect(windows).toBeGreaterThan(5);
  } finally {
    await harness.close();
  }
});
