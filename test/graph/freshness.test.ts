import {
  DeleteCACertificateCommand,
  GetRegistrationCodeCommand,
  IoTClient,
  RegisterCACertificateCommand,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DEFAULT_MAX_AGE_MS } from '../../src/upstream/actions.ts';
import { type Account, makeAccount } from '../support/account.ts';
import {
  ACCOUNT,
  type Answer,
  at,
  CACHED,
  type Harness,
  LIVE,
  REGION,
  START_MS,
  startHarness,
} from '../support/harness.ts';
import { makeCA, makeLeaf } from '../support/pki.ts';
import { WIDE_LIMITS } from '../support/wideLimits.ts';

const WINDOW_MS = DEFAULT_MAX_AGE_MS.ListCACertificates;

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const harness = await startHarness(options);
  closers.push(() => harness.close());
  return harness;
}

/** A second client of AWS, which acts behind the gateway. */
function otherClient({ plane }: Harness): IoTClient {
  const client = new IoTClient({
    region: REGION,
    endpoint: plane.url,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
  closers.push(() => client.destroy());
  return client;
}

const nodesAt = (data: unknown, ...path: string[]): unknown[] =>
  at(data, ...path, 'nodes') as unknown[];

describe('each row of the table of calls, cold, on 300 CAs', () => {
  const JITP = { a: 260, b: 20, c: 10, d: 0 };
  /** Pages of 250 of the lists of these four templates. */
  const WALKS = 5;
  const NEWEST_25 = '{ caCertificates(first: 25) { nodes { certificateId template { BELOW } } } }';
  let account: Account;
  let harness: Harness;
  beforeAll(async () => {
    account = makeAccount({
      jitp: JITP,
      fleet: ['f', 'g'],
      unnamed: 10,
      createdMs: START_MS - 86_400_000,
    });
    harness = await startHarness({
      seed: account.seed,
      gatewayOptions: { query: WIDE_LIMITS },
    });
  });
  // Nothing that one test read is young enough for the next.
  beforeEach(() => harness.clock.advance(86_400_000));
  afterAll(() => harness.close());

  const rows: ReadonlyArray<readonly [string, string, Readonly<Record<string, number>>]> = [
    [
      'templates, row fields',
      '{ provisioningTemplates { nodes { templateName type enabled description creationDate } } }',
      { ListProvisioningTemplates: 1 },
    ],
    [
      'templates with body',
      '{ provisioningTemplates { nodes { templateName templateBody } } }',
      { ListProvisioningTemplates: 1, DescribeProvisioningTemplate: 6 },
    ],
    [
      'templates with the rows of their CAs, one window each',
      '{ provisioningTemplates { nodes { caCertificates { nodes { certificateId status } } } } }',
      { ListProvisioningTemplates: 1, ListCACertificates: 4 },
    ],
    [
      'templates with the rows of all their CAs',
      '{ provisioningTemplates { nodes { caCertificates(first: 500) { nodes { certificateId } } } } }',
      { ListProvisioningTemplates: 1, ListCACertificates: WALKS },
    ],
    [
      'CAs, row fields, as many as a page holds',
      '{ caCertificates(first: 250) { nodes { certificateId status creationDate } } }',
      { ListCACertificates: 1 },
    ],
    [
      'CAs, row fields, all',
      '{ caCertificates(first: 500) { nodes { certificateId status creationDate } } }',
      { ListCACertificates: 2 },
    ],
    [
      'CAs with rows of their templates, a few: the fewer of Describes and lists',
      '{ caCertificates(first: 2) { nodes { template { templateName } } } }',
      { ListCACertificates: 1, DescribeCACertificate: 2 },
    ],
    [
      'CAs with rows of their templates, a window',
      NEWEST_25.replace('BELOW', 'templateName type'),
      { ListProvisioningTemplates: 1, ListCACertificates: 1 + WALKS },
    ],
    [
      'CAs with rows of their templates, all',
      '{ caCertificates(first: 500) { nodes { certificateId template { templateName type } } } }',
      { ListProvisioningTemplates: 1, ListCACertificates: 2 + WALKS },
    ],
    [
      'CAs with bodies of their templates',
      NEWEST_25.replace('BELOW', 'templateBody'),
      {
        ListProvisioningTemplates: 1,
        ListCACertificates: 1 + WALKS,
        DescribeProvisioningTemplate: 2,
      },
    ],
    [
      'templates with their CAs with their template',
      '{ provisioningTemplates { nodes { caCertificates { nodes { template { templateName type } } } } } }',
      { ListProvisioningTemplates: 1, ListCACertificates: 4 },
    ],
    [
      'the template where another field needs the detail anyway',
      '{ caCertificates(first: 25) { nodes { ownedBy template { templateName } } } }',
      { ListCACertificates: 1, DescribeCACertificate: 25 },
    ],
    [
      'a count of what one page shows is not asked for',
      '{ caCertificates(first: 5) { nodes { certificateId } totalCount } }',
      { ListCACertificates: 1 },
    ],
    [
      'a count that is asked for',
      '{ caCertificates(first: 5, countAll: true) { nodes { certificateId } totalCount } }',
      { ListCACertificates: 2 },
    ],
  ];
  test.each(rows)('%s', async (_title, query, bill) => {
    const cold = await harness.billed(query, {}, CACHED);
    expect(cold.errors).toBeUndefined();
    expect(cold.bill).toEqual(bill);
    expect(cold.extensions?.upstream.made).toEqual(bill);
    // Inside the window the same costs nothing and says the same.
    const warm = await harness.billed(query, {}, CACHED);
    expect(warm.bill).toEqual({});
    expect(warm.data).toEqual(cold.data);
    // Past it, it is asked again; read live, it always is.
    harness.clock.advance(WINDOW_MS + 1);
    const late = await harness.billed(query, {}, CACHED);
    expect(late.data).toEqual(cold.data);
    expect(sum(late.bill)).toBeGreaterThan(0);
    expect(sum(late.bill)).toBeLessThanOrEqual(sum(bill));
    const live = await harness.billed(query, {}, LIVE);
    expect(sum(live.bill)).toBeGreaterThan(0);
    expect(live.data).toEqual(cold.data);
  });

  test('a few CAs among many lists cost twice their Describes at most', async () => {
    for (const first of [3, 5, 7]) {
      const { bill } = await harness.billed(
        'query ($first: Int) { caCertificates(first: $first) { nodes { template { templateName } } } }',
        { first },
      );
      expect(sum(bill)).toBeLessThanOrEqual(1 + 2 * first);
    }
  });

  test('a CA by id, its template and the CAs of that', async () => {
    const query =
      'query ($id: String!) { caCertificate(certificateId: $id) { template { caCertificates { nodes { certificateId } } } } }';
    const { bill } = await harness.billed(query, { id: account.idsOf.get('b')?.[0] }, CACHED);
    expect(bill).toEqual({
      DescribeCACertificate: 1,
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 1,
    });
  });

  test('the same thing through aliases, node, list and edge is one', async () => {
    const id = account.idsOf.get('b')?.[0];
    const found = await harness.query(
      'query ($id: String!) { caCertificate(certificateId: $id) { id } }',
      { id },
    );
    const aliases = Array.from(
      { length: 10 },
      (_, index) => `a${index}: caCertificate(certificateId: $id) { ownedBy }`,
    );
    const { bill } = await harness.billed(
      `query ($id: String!, $node: ID!) { ${aliases.join(' ')} node(id: $node) { id }
         caCertificates(filter: { templateName: "b" }) { edges { node { certificateId } } }
         provisioningTemplate(templateName: "b") { caCertificates { nodes { status } } } }`,
      { id, node: at(found.data, 'caCertificate', 'id') },
    );
    expect(bill).toEqual({
      DescribeCACertificate: 1,
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 1,
    });
  });

  test('what never changes of CAs costs nothing more while their rows are read', async () => {
    const constants = 'certificatePem certificateMode validity { notAfter }';
    const query = `{ caCertificates(first: 25, ascendingOrder: true) { nodes { certificateId status ${constants} } } }`;
    const cold = await harness.billed(query, {}, CACHED);
    expect(cold.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 25 });
    harness.clock.advance(3_600_000);
    const warm = await harness.billed(query, {}, CACHED);
    expect(warm.bill).toEqual({ ListCACertificates: 1 });
    expect(warm.data).toEqual(cold.data);
    // By id too, while a row proves that it lives; without one the CA has to be asked for.
    const byId = `query ($id: String!) { caCertificate(certificateId: $id) { ${constants} } }`;
    const id = at(nodesAt(cold.data, 'caCertificates')[0], 'certificateId');
    expect((await harness.billed(byId, { id }, CACHED)).bill).toEqual({});
    harness.clock.advance(3_600_000);
    expect((await harness.billed(byId, { id }, CACHED)).bill).toEqual({ DescribeCACertificate: 1 });
  });
});

describe('each row of the table of calls on the demo account', () => {
  const JITP_TEMPLATES = 6;
  const TEMPLATES = '{ provisioningTemplates(first: 100) { nodes { BELOW } } }';
  test.each([
    ['rows', TEMPLATES.replace('BELOW', 'templateName type'), { ListProvisioningTemplates: 1 }],
    [
      'templates with CAs with template',
      TEMPLATES.replace('BELOW', 'caCertificates { nodes { template { type } } }'),
      { ListProvisioningTemplates: 1, ListCACertificates: JITP_TEMPLATES },
    ],
    [
      'all CAs with template',
      '{ caCertificates(first: 500) { nodes { template { type } } } }',
      { ListProvisioningTemplates: 1, ListCACertificates: 1 + JITP_TEMPLATES },
    ],
    [
      'all CAs',
      '{ caCertificates(first: 500) { nodes { status } totalCount } }',
      { ListCACertificates: 1 },
    ],
  ] as const)('%s', async (_title, query, bill) => {
    const harness = await start();
    const cold = await harness.billed(query, {}, CACHED);
    expect(cold.bill).toEqual(bill);
    expect((await harness.billed(query, {}, CACHED)).bill).toEqual({});
  });

  test('queries share what they know: templates first, then CAs with their template', async () => {
    const harness = await start();
    await harness.query(
      TEMPLATES.replace('BELOW', 'caCertificates(first: 500) { nodes { id } }'),
      {},
      CACHED,
    );
    const { bill } = await harness.billed(
      '{ caCertificates(first: 500) { nodes { template { templateName type } } } }',
      {},
      CACHED,
    );
    expect(bill).toEqual({ ListCACertificates: 1 });
  });
});

const sum = (bill: Readonly<Record<string, number>>): number =>
  Object.values(bill).reduce((total, count) => total + count, 0);

describe('age', () => {
  const STATUS = 'query ($id: String!) { caCertificate(certificateId: $id) { status } }';
  let account: Account;
  let harness: Harness;
  let other: IoTClient;
  let id: string;
  beforeAll(() => {
    account = makeAccount({ jitp: { a: 2, b: 2 }, unnamed: 1, createdMs: START_MS - 86_400_000 });
  });

  async function begin(): Promise<void> {
    harness = await start({ seed: account.seed });
    other = otherClient(harness);
    id = account.idsOf.get('a')?.[0] ?? '';
  }

  const status = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
    at((await harness.query(STATUS, { id }, headers)).data, 'caCertificate', 'status');

  const activateBehind = (): Promise<unknown> =>
    other.send(new UpdateCACertificateCommand({ certificateId: id, newStatus: 'ACTIVE' }));

  test('a change behind the gateway is seen past the window at the latest', async () => {
    await begin();
    expect(await status(CACHED)).toBe('INACTIVE');
    await activateBehind();
    harness.clock.advance(WINDOW_MS);
    expect(await status(CACHED)).toBe('INACTIVE');
    harness.clock.advance(1);
    expect(await status(CACHED)).toBe('ACTIVE');
  });

  test('and at once by who reads live, and by everybody after that', async () => {
    await begin();
    expect(await status(CACHED)).toBe('INACTIVE');
    await activateBehind();
    expect(await status(CACHED)).toBe('INACTIVE');
    expect(await status({ 'cache-control': 'no-cache' })).toBe('ACTIVE');
    expect(await status(CACHED)).toBe('ACTIVE');
  });

  test('in lists and edges as well', async () => {
    await begin();
    const query =
      '{ caCertificates(filter: { status: ACTIVE }) { nodes { certificateId } } provisioningTemplate(templateName: "b") { enabled caCertificates { nodes { certificateId status } } } }';
    const before = await harness.query(query, {}, CACHED);
    expect(nodesAt(before.data, 'caCertificates')).toEqual([]);
    await activateBehind();
    await other.send(
      new UpdateCACertificateCommand({
        certificateId: id,
        registrationConfig: { templateName: 'b' },
      }),
    );
    await other.send(new UpdateProvisioningTemplateCommand({ templateName: 'b', enabled: true }));
    expect((await harness.query(query, {}, CACHED)).data).toEqual(before.data);
    const live = await harness.query(query, {}, LIVE);
    harness.clock.advance(WINDOW_MS + 1);
    const late = await harness.query(query, {}, CACHED);
    for (const { data } of [live, late]) {
      expect(nodesAt(data, 'caCertificates')).toEqual([{ certificateId: id }]);
      expect(at(data, 'provisioningTemplate', 'enabled')).toBe(true);
      expect(nodesAt(data, 'provisioningTemplate', 'caCertificates')).toContainEqual({
        certificateId: id,
        status: 'ACTIVE',
      });
    }
  });

  test('a CA read anew takes the pages with it that show it as it was', async () => {
    await begin();
    const list = '{ caCertificates { nodes { certificateId status template { templateName } } } }';
    const before = await harness.query(list, {}, CACHED);
    const was = { certificateId: id, status: 'INACTIVE', template: { templateName: 'a' } };
    expect(nodesAt(before.data, 'caCertificates')).toContainEqual(was);
    await activateBehind();
    await other.send(
      new UpdateCACertificateCommand({
        certificateId: id,
        registrationConfig: { templateName: 'b' },
      }),
    );
    expect(await status({ 'cache-control': 'max-age=0' })).toBe('ACTIVE');
    const is = { certificateId: id, status: 'ACTIVE', template: { templateName: 'b' } };
    const again = await harness.billed(list, {}, CACHED);
    expect(nodesAt(again.data, 'caCertificates')).toContainEqual(is);
    expect(again.bill.ListCACertificates).toBeGreaterThan(0);
    const filtered = '{ caCertificates(filter: { status: INACTIVE }) { nodes { certificateId } } }';
    const inactive = await harness.query(filtered, {}, CACHED);
    expect(nodesAt(inactive.data, 'caCertificates')).not.toContainEqual({ certificateId: id });
    expect((await harness.billed(list, {}, CACHED)).bill).toEqual({});
  });

  test('a request may accept less age, and may not accept more', async () => {
    await begin();
    const bill = async (value: string): Promise<unknown> =>
      (await harness.billed(STATUS, { id }, { 'cache-control': value })).bill;
    await status(CACHED);
    harness.clock.advance(5000);
    expect(await bill('max-age=5')).toEqual({});
    expect(await bill('max-age=4')).toEqual({ DescribeCACertificate: 1 });
    expect(await bill('max-age=0')).toEqual({ DescribeCACertificate: 1 });
    harness.clock.advance(WINDOW_MS + 1);
    expect(await bill('max-age=3600')).toEqual({ DescribeCACertificate: 1 });
  });

  test('the answer tells the time of the oldest answer it is made from', async () => {
    await begin();
    const oldest = ({ extensions }: Answer): unknown => extensions?.upstream.oldest;
    const first = await harness.query(STATUS, { id }, CACHED);
    expect(oldest(first)).toBe(new Date(START_MS).toISOString());
    harness.clock.advance(4000);
    const mixed =
      'query ($id: String!) { caCertificate(certificateId: $id) { status } registrationCode }';
    expect(oldest(await harness.query(mixed, { id }, CACHED))).toBe(
      new Date(START_MS).toISOString(),
    );
    expect(oldest(await harness.query(STATUS, { id }, LIVE))).toBe(
      new Date(START_MS + 4000).toISOString(),
    );
    expect(oldest(await harness.query('{ __typename }', {}, CACHED))).toBeNull();
  });

  test('a thing that is not there is known to be so for the window', async () => {
    await begin();
    const query = '{ provisioningTemplate(templateName: "new") { templateName } }';
    expect((await harness.billed(query, {}, CACHED)).bill).toEqual({
      DescribeProvisioningTemplate: 1,
    });
    expect(await harness.billed(query, {}, CACHED)).toMatchObject({
      bill: {},
      data: { provisioningTemplate: null },
    });
  });

  test('an error is not known: the next caller asks', async () => {
    await begin();
    await harness.setFaults([
      { kind: 'error', action: 'DescribeCACertificate', name: 'UnauthorizedException', times: 1 },
    ]);
    const failed = await harness.query(STATUS, { id }, CACHED);
    expect(failed.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_ACCESS_DENIED' });
    expect(await status(CACHED)).toBe('INACTIVE');
  });
});

describe('writes through the gateway are seen at once by those who read what is cached', () => {
  const VIEWS = `query ($id: String!, $node: ID!) {
    list: caCertificates(first: 100) { nodes { certificateId status } totalCount }
    active: caCertificates(filter: { status: ACTIVE }) { nodes { certificateId } }
    ofB: caCertificates(filter: { templateName: "b" }) { nodes { certificateId } }
    a: provisioningTemplate(templateName: "a") { enabled caCertificates { nodes { certificateId } } }
    b: provisioningTemplate(templateName: "b") { enabled caCertificates { nodes { certificateId } } }
    edges: caCertificates(first: 100) { nodes { certificateId template { templateName } } }
    templates: provisioningTemplates { nodes { templateName enabled description } }
    byId: caCertificate(certificateId: $id) { status template { templateName } }
    node(id: $node) { ... on CACertificate { status registrationConfig { ... on NamedTemplateRegistration { templateName } } } }
  }`;
  let account: Account;
  let harness: Harness;
  let id: string;
  let node: unknown;
  beforeAll(() => {
    account = makeAccount({ jitp: { a: 4, b: 4 }, unnamed: 1, createdMs: START_MS - 86_400_000 });
  });

  async function begin(): Promise<void> {
    harness = await start({ seed: account.seed });
    id = account.idsOf.get('a')?.[0] ?? '';
    const { data } = await harness.query(
      'query ($id: String!) { caCertificate(certificateId: $id) { id } }',
      { id },
    );
    node = at(data, 'caCertificate', 'id');
    // Warm: a second look costs nothing.
    await views();
    expect((await harness.billed(VIEWS, { id, node }, CACHED)).bill).toEqual({});
  }

  /** All views as cached readers have them, and checked against those who read live. */
  async function views(): Promise<unknown> {
    const cached = await harness.query(VIEWS, { id, node }, CACHED);
    const live = await harness.query(VIEWS, { id, node }, LIVE);
    expect(cached).toEqual({ ...live, extensions: expect.anything() });
    return cached.data;
  }

  const mutate = async (name: string, input: object): Promise<void> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await harness.query(
      `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message } } }`,
      { input },
      CACHED,
    );
    expect(errors).toBeUndefined();
    expect(at(data, name, 'userErrors')).toEqual([]);
  };

  const idsIn = (data: unknown, ...path: string[]): unknown[] =>
    nodesAt(data, ...path).map((one) => at(one, 'certificateId'));

  test('a status', async () => {
    await begin();
    await mutate('updateCACertificate', { certificateId: id, newStatus: 'ACTIVE' });
    const data = await views();
    expect(at(data, 'byId', 'status')).toBe('ACTIVE');
    expect(at(data, 'node', 'status')).toBe('ACTIVE');
    expect(idsIn(data, 'active')).toEqual([id]);
    expect(nodesAt(data, 'list')).toContainEqual({ certificateId: id, status: 'ACTIVE' });
  });

  test('another template', async () => {
    await begin();
    await mutate('attachProvisioningTemplate', { certificateId: id, templateName: 'b' });
    const data = await views();
    expect(at(data, 'byId', 'template', 'templateName')).toBe('b');
    expect(at(data, 'node', 'registrationConfig', 'templateName')).toBe('b');
    expect(idsIn(data, 'a', 'caCertificates')).not.toContain(id);
    expect(idsIn(data, 'b', 'caCertificates')).toContain(id);
    expect(idsIn(data, 'ofB')).toContain(id);
    expect(nodesAt(data, 'edges')).toContainEqual({
      certificateId: id,
      template: { templateName: 'b' },
    });
  });

  test('no template any more', async () => {
    await begin();
    await mutate('detachProvisioningTemplate', { certificateId: id });
    const data = await views();
    expect(at(data, 'byId', 'template')).toBeNull();
    expect(idsIn(data, 'a', 'caCertificates')).not.toContain(id);
    expect(nodesAt(data, 'edges')).toContainEqual({ certificateId: id, template: null });
  });

  test('a CA that is gone', async () => {
    await begin();
    await mutate('deleteCACertificate', { certificateId: id });
    const data = await views();
    expect(at(data, 'byId')).toBeNull();
    expect(at(data, 'node')).toBeNull();
    expect(idsIn(data, 'list')).not.toContain(id);
    expect(idsIn(data, 'a', 'caCertificates')).not.toContain(id);
    expect(at(data, 'list', 'totalCount')).toBe(8);
  });

  test('a CA that is new', async () => {
    await begin();
    const { pem } = makeCA({ subject: [['CN', 'newcomer']] });
    await mutate('registerCACertificate', {
      caCertificate: pem,
      certificateMode: 'SNI_ONLY',
      registrationConfig: { templateName: 'b' },
    });
    const data = await views();
    expect(at(data, 'list', 'totalCount')).toBe(10);
    expect(idsIn(data, 'ofB')).toHaveLength(5);
    expect(idsIn(data, 'b', 'caCertificates')).toHaveLength(5);
  });

  test('a template that changed, one that is new and one that is gone', async () => {
    await begin();
    await mutate('updateProvisioningTemplate', {
      templateName: 'a',
      enabled: true,
      description: 'on',
    });
    expect(at(await views(), 'a', 'enabled')).toBe(true);
    const input = {
      templateName: 'c',
      templateBody: '{"Resources":{}}',
      provisioningRoleArn: 'arn:aws:iam::123456789012:role/provisioning',
    };
    await mutate('createProvisioningTemplate', input);
    const names = async (): Promise<unknown[]> =>
      nodesAt(await views(), 'templates').map((one) => at(one, 'templateName'));
    expect((await names()).sort()).toEqual(['a', 'b', 'c']);
    await mutate('deleteProvisioningTemplate', { templateName: 'c' });
    expect((await names()).sort()).toEqual(['a', 'b']);
  });

  test('a write leaves what it did not touch', async () => {
    await begin();
    const ofB = '{ caCertificates(filter: { templateName: "b" }) { nodes { certificateId } } }';
    await harness.query(ofB, {}, CACHED);
    await mutate('updateCACertificate', { certificateId: id, newStatus: 'ACTIVE' });
    expect((await harness.billed(ofB, {}, CACHED)).bill).toEqual({});
  });

  test('the answer of a mutation shows what it wrote, whatever was cached', async () => {
    await begin();
    const { data } = await harness.query(
      `mutation ($input: AttachProvisioningTemplateInput!) { attachProvisioningTemplate(input: $input) {
         caCertificate { certificateId template { templateName caCertificates { nodes { certificateId } } } } } }`,
      { input: { certificateId: id, templateName: 'b' } },
      CACHED,
    );
    const template = at(data, 'attachProvisioningTemplate', 'caCertificate', 'template');
    expect(at(template, 'templateName')).toBe('b');
    expect(idsIn(template, 'caCertificates')).toContain(id);
  });
});

describe('what never changes belongs to one life of a CA', () => {
  const QUERY =
    'query ($id: String!) { caCertificate(certificateId: $id) { certificateMode creationDate } }';
  const LIST = '{ caCertificates { nodes { certificateId certificateMode } } }';

  test('a CA that was deleted and registered again in another mode', async () => {
    const harness = await start({ seed: 'none' });
    const other = otherClient(harness);
    const ca = makeCA({ subject: [['CN', 'twice']] });
    const { certificateId: id } = await other.send(
      new RegisterCACertificateCommand({ caCertificate: ca.pem, certificateMode: 'SNI_ONLY' }),
    );
    const mode = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
      at((await harness.query(QUERY, { id }, headers)).data, 'caCertificate', 'certificateMode');
    expect(await mode(CACHED)).toBe('SNI_ONLY');
    expect(at((await harness.query(LIST, {}, CACHED)).data, 'caCertificates', 'nodes')).toEqual([
      { certificateId: id, certificateMode: 'SNI_ONLY' },
    ]);

    harness.clock.advance(1000);
    await other.send(new DeleteCACertificateCommand({ certificateId: id }));
    const { registrationCode = '' } = await other.send(new GetRegistrationCodeCommand({}));
    const proof = makeLeaf(ca, { subject: [['CN', registrationCode]] });
    await other.send(
      new RegisterCACertificateCommand({
        caCertificate: ca.pem,
        verificationCertificate: proof.pem,
      }),
    );
    // The row of the first life is still young enough, and so is all that is known of it.
    expect(await mode(CACHED)).toBe('SNI_ONLY');
    expect(await mode(LIVE)).toBe('DEFAULT');
    expect(await mode(CACHED)).toBe('DEFAULT');
    harness.clock.advance(WINDOW_MS + 1);
    const listed = await harness.billed(LIST, {}, CACHED);
    expect(nodesAt(listed.data, 'caCertificates')).toEqual([
      { certificateId: id, certificateMode: 'DEFAULT' },
    ]);
    expect(listed.bill).toEqual({ ListCACertificates: 1 });
  });

  test('seen in a list first', async () => {
    const harness = await start({ seed: 'none' });
    const other = otherClient(harness);
    const ca = makeCA({ subject: [['CN', 'twice']] });
    const register = async (more: object): Promise<void> => {
      await other.send(new RegisterCACertificateCommand({ caCertificate: ca.pem, ...more }));
    };
    const { registrationCode = '' } = await other.send(new GetRegistrationCodeCommand({}));
    const proof = makeLeaf(ca, { subject: [['CN', registrationCode]] });
    await register({ verificationCertificate: proof.pem });
    const before = await harness.query(LIST, {}, CACHED);
    const [row] = nodesAt(before.data, 'caCertificates');
    expect(at(row, 'certificateMode')).toBe('DEFAULT');
    await other.send(
      new DeleteCACertificateCommand({ certificateId: at(row, 'certificateId') as string }),
    );
    harness.clock.advance(WINDOW_MS + 1);
    await register({ certificateMode: 'SNI_ONLY' });
    const after = await harness.billed(LIST, {}, CACHED);
    expect(at(nodesAt(after.data, 'caCertificates')[0], 'certificateMode')).toBe('SNI_ONLY');
    expect(after.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 1 });
  });
});
