import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';

describe('global ids', () => {
  let harness: Harness;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    harness = await startHarness();
    const { data } = await harness.query(
      `{ provisioningTemplate(templateName: "tide-pump-jitp") { id }
         caCertificates(first: 40) { nodes { id certificates(first: 1) { nodes { id } } } } }`,
    );
    const cas = at(data, 'caCertificates', 'nodes') as unknown[];
    ids.template = at(data, 'provisioningTemplate', 'id') as string;
    ids.ca = at(cas, 0, 'id') as string;
    ids.certificate = cas
      .map((ca) => at(ca, 'certificates', 'nodes', 0, 'id'))
      .find((id) => id !== undefined) as string;
  });
  afterAll(() => harness.close());

  test('each type is found again by its id, at one Describe', async () => {
    const expected = {
      template: ['ProvisioningTemplate', 'DescribeProvisioningTemplate'],
      ca: ['CACertificate', 'DescribeCACertificate'],
      certificate: ['Certificate', 'DescribeCertificate'],
    };
    for (const [name, [type, action]] of Object.entries(expected)) {
      const { data, bill } = await harness.billed(
        'query ($id: ID!) { node(id: $id) { __typename id } }',
        { id: ids[name] },
      );
      expect(data).toEqual({ node: { __typename: type, id: ids[name] } });
      expect(bill).toEqual({ [action as string]: 1 });
    }
  });

  test('a thing whose row is known costs nothing, and is priced so', async () => {
    harness.clock.advance(3_600_000);
    await harness.query('{ provisioningTemplates(first: 10) { nodes { id } } }', {}, LIVE);
    const query = (fields: string) =>
      `query ($id: ID!) { node(id: $id) { ... on ProvisioningTemplate { ${fields} } } }`;
    const variables = { id: ids.template };
    const row = await harness.billed(query('templateName enabled'), variables, CACHED);
    expect(row.errors).toBeUndefined();
    expect(row.bill).toEqual({});
    expect(row.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
    const detail = await harness.billed(query('templateBody'), variables, CACHED);
    expect(detail.bill).toEqual({ DescribeProvisioningTemplate: 1 });
    expect(detail.extensions?.upstream.priced).toEqual({ min: 1, max: 1 });
  });

  test('nodes keeps the order, repeats cost nothing, what is gone is null', async () => {
    const gone = Buffer.from(
      'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/gone',
    ).toString('base64url');
    const { data, bill, errors } = await harness.billed(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: [ids.ca, gone, ids.template, ids.ca] },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ nodes: [{ id: ids.ca }, null, { id: ids.template }, { id: ids.ca }] });
    expect(bill).toEqual({ DescribeCACertificate: 1, DescribeProvisioningTemplate: 2 });
  });

  test('one of many nodes that fails is an error at its place', async () => {
    await harness.setFaults([
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const { data, errors } = await harness.query(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: [ids.template, ids.ca] },
    );
    await harness.setFaults([]);
    expect(data).toEqual({ nodes: [{ id: ids.template }, null] });
    expect(errors).toMatchObject([
      { path: ['nodes', 1], extensions: { code: 'UPSTREAM_ACCESS_DENIED' } },
    ]);
  });

  test('more than 100 ids are refused', async () => {
    const { errors, bill } = await harness.billed(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: Array.from({ length: 101 }, () => ids.ca) },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: ['ids'] });
    expect(bill).toEqual({});
  });

  test('a gateway that has seen no ARN yet refuses the id of another account all the same', async () => {
    const fresh = await startHarness();
    try {
      const arn = 'arn:aws:iot:us-east-1:999999999999:provisioningtemplate/tide-pump-jitp';
      const { data, errors } = await fresh.query('query ($id: ID!) { node(id: $id) { id } }', {
        id: Buffer.from(arn).toString('base64url'),
      });
      expect(data).toEqual({ node: null });
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('999999999999'),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    } finally {
      await fresh.close();
    }
  });
});
