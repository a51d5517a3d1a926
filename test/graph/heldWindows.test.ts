import {
  DeleteProvisioningTemplateCommand,
  IoTClient,
  UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT,
  type Answer,
  at,
  CACHED,
  type Harness,
  type HarnessOptions,
  REGION,
  startHarness,
} from '../support/harness.ts';

let harness: Harness;
afterEach(() => harness.close());

async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
}

async function outside(work: (client: IoTClient) => Promise<unknown>): Promise<void> {
  const client = new IoTClient({
    region: REGION,
    endpoint: harness.plane.url,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
  await work(client);
  client.destroy();
}

const list = (name: string, selection: string) =>
  `query ${name}($first: Int) { caCertificates(first: $first) { nodes { certificateId ${selection} } } }`;

const nodesOf = ({ data }: Answer) => at(data, 'caCertificates', 'nodes') as unknown[];

/** How many nodes of the answer came from texts. */
async function shownBy(query: string, variables: Record<string, unknown>): Promise<number> {
  const before = harness.gateway.state().nodeTextsShown;
  await harness.query(query, variables, CACHED);
  return harness.gateway.state().nodeTextsShown - before;
}

describe('a window that others were shown', () => {
  test.each(['autoRegistrationStatus', 'template { templateName }'])(
    'is not too old for who asks for an age: %s',
    async (field) => {
      await start();
      const query = list('Q', field);
      for (const first of [3, 4, 3, 4, 3]) await harness.query(query, { first }, CACHED);
      const [node] = nodesOf(await harness.query(query, { first: 3 }, CACHED));
      await outside((client) =>
        client.send(
          new UpdateCACertificateCommand({
            certificateId: at(node, 'certificateId') as string,
            newAutoRegistrationStatus: 'ENABLE',
          }),
        ),
      );
      harness.clock.advance(10_000);
      const young = { 'cache-control': 'max-age=1' };
      await harness.query('{ caCertificates(first: 3) { nodes { status } } }', {}, young);
      await harness.query(query, { first: 3 }, CACHED);
      harness.clock.advance(500);
      const strict = await harness.query(query, { first: 3 }, young);
      const oldestMs = Date.parse(String(strict.extensions?.upstream.oldest));
      expect(harness.clock.nowMs() - oldestMs).toBeLessThanOrEqual(1000);
      expect(strict.data).toEqual((await harness.query(query, { first: 3 })).data);
    },
  );

  test('is told of a template that a write of ours brought back', async () => {
    await start({ choices: { deleteAttachedTemplate: 'allow' } });
    const templateName = 'tide-pump-jitp';
    const query = list('Q', 'template { templateName }');
    const { data } = await harness.query(
      `{ provisioningTemplate(templateName: "${templateName}") { templateName templateBody provisioningRoleArn type } }`,
    );
    await outside((client) => client.send(new DeleteProvisioningTemplateCommand({ templateName })));
    harness.clock.advance(61_000);
    await harness.restartGateway();
    const gone = await harness.query(query, { first: 500 }, CACHED);
    expect(JSON.stringify(gone)).not.toContain(templateName);
    await harness.query(
      'mutation ($input: CreateProvisioningTemplateInput!) { createProvisioningTemplate(input: $input) { userErrors { message } } }',
      { input: at(data, 'provisioningTemplate') },
    );
    const back = await harness.query(query, { first: 500 }, CACHED);
    expect(JSON.stringify(back)).toContain(templateName);
    expect(back.data).toEqual((await harness.query(query, { first: 500 })).data);
  });
});

test('what was looked at in vain is not in the receipt of a refusal', async () => {
  await start({ costMax: 5 });
  const query = list('Q', 'lastModifiedDate');
  for (const first of [1, 2, 3, 1, 2, 3]) await harness.query(query, { first }, CACHED);
  const { errors, extensions } = await harness.query(query, { first: 15 }, CACHED);
  expect(errors?.[0]?.extensions?.code).toBe('OPERATION_TOO_COSTLY');
  expect(extensions?.upstream).toMatchObject({ cacheHits: 0, oldest: null });
});

test('a call that was joined is counted once', async () => {
  await start();
  const edges = (name: string) => list(name, 'template { templateName }');
  for (const name of ['A', 'B']) {
    for (const first of [1, 2, 3, 4]) await harness.query(edges(name), { first }, CACHED);
  }
  harness.clock.advance(20_000);
  await harness.query('{ caCertificates(first: 1) { nodes { status } } }', {}, CACHED);
  const answers = await Promise.all(
    ['A', 'B'].map((name) => harness.query(edges(name), { first: 1 }, CACHED)),
  );
  const receipts = answers.map(({ extensions }) => extensions?.upstream);
  expect(receipts.map((receipt) => receipt?.made)).toEqual([{ DescribeCACertificate: 1 }, {}]);
  expect(receipts.map((receipt) => receipt?.deduplicated)).toEqual([0, 1]);
});

describe('the window of a query is found again', () => {
  const query = list('Q', 'status');

  async function warmUp(): Promise<void> {
    await start();
    for (const first of [3, 4, 5, 20]) await harness.query(query, { first }, CACHED);
    expect(await shownBy(query, { first: 19 })).toBe(19);
  }

  test('after requests that are wrong', async () => {
    await warmUp();
    for (let first = 1000; first < 1010; first += 1) {
      await harness.query(query, { first }, CACHED);
    }
    expect(await shownBy(query, { first: 18 })).toBe(18);
  });

  test('after many that are not to be had from texts', async () => {
    const sortable =
      'query S($first: Int, $o: CACertificateOrder) { caCertificates(first: $first, orderBy: $o) { nodes { status } } }';
    await start();
    for (const first of [3, 4, 5, 20]) await harness.query(sortable, { first }, CACHED);
    const o = { field: 'CREATION_DATE', direction: 'ASC' };
    for (let first = 1; first < 200; first += 1) {
      await harness.query(sortable, { first, o }, CACHED);
    }
    let shown = 0;
    for (let first = 1; first < 200; first += 1) shown += await shownBy(sortable, { first });
    expect(shown).toBeGreaterThan(1000);
  });
});
