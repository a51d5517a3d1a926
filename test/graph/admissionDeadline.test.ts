import { afterEach, describe, expect, test } from '@jest/globals';
import { type AccountOptions, makeAccount } from '../support/account.ts';
import {
  type Answer,
  at,
  CACHED,
  type Harness,
  START_MS,
  startHarness,
} from '../support/harness.ts';

const DEADLINE_MS = 6000;
/** Eight at once and eight a second until half a second before the end, for the last answer. */
const MOST = 8 + 43;

let harness: Harness | undefined;
afterEach(() => harness?.close());

async function start(options: Omit<AccountOptions, 'createdMs'>, deadlineMs = DEADLINE_MS) {
  const account = makeAccount({ ...options, createdMs: START_MS });
  const open = await startHarness({
    seed: account.seed,
    quotas: { enabled: true },
    quotaShare: 0.8,
    deadlineMs,
  });
  harness = open;
  return { ...open, ids: account.idsOf.get('') ?? [] };
}

/** Lets the time go on, a little after each round trip, until the answer is there. */
async function drive<Result>({ clock, query }: Harness, asked: Promise<Result>): Promise<Result> {
  let isOver = false;
  const over = asked.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await query('{ quota { action } }');
    if (!isOver) clock.advance(20);
  }
  return over;
}

const OWNERS = 'query ($n: Int!) { caCertificates(first: $n) { nodes { certificateId ownedBy } } }';
const IDS = '{ caCertificates(first: 1) { nodes { certificateId } } }';

/** The extensions of the errors that an answer has, without what names the request. */
const errorsOf = ({ errors = [] }: Answer) =>
  errors.map(({ extensions: { requestId: _id, ...rest } }) => rest);

const nodesOf = ({ data }: Answer) => at(data, 'caCertificates', 'nodes') as unknown[];

/** Takes the permits that there are at once, by Describes of the newest CAs. */
async function spendBurst({ query, ids }: Harness & { readonly ids: readonly string[] }) {
  const newest = await query(
    `{ ${ids
      .slice(0, 8)
      .map((id, index) => `a${index}: caCertificate(certificateId: "${id}") { ownedBy }`)
      .join(' ')} }`,
    {},
    CACHED,
  );
  expect(newest.errors).toBeUndefined();
}

describe('what turns out to need more calls than the time allows', () => {
  test('has none of them made, and is told to ask for less where waiting never helps', async () => {
    const { billed } = await start({ jitp: {}, unnamed: 100 });
    const answer = await billed(OWNERS, { n: 100 }, CACHED);
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
    expect(answer.extensions?.upstream).toMatchObject({
      made: { ListCACertificates: 1 },
      attempts: 1,
      deduplicated: 0,
    });
    expect(nodesOf(answer)).toHaveLength(100);
    expect(errorsOf(answer)).toEqual(
      Array(100).fill({
        code: 'OPERATION_TOO_COSTLY',
        retryable: false,
        action: 'DescribeCACertificate',
        limit: MOST,
      }),
    );
  });

  test('is answered as far as it is known, and says when to ask again where that helps', async () => {
    const open = await start({ jitp: {}, unnamed: 58 });
    await spendBurst(open);
    const answer = await open.billed(OWNERS, { n: 58 }, CACHED);
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
    expect(nodesOf(answer).filter((node) => at(node, 'ownedBy') !== null)).toHaveLength(8);
    // Fifty permits come in 6250 ms, and the last answer has half a second.
    const retryAfterMs = 751;
    expect(errorsOf(answer)).toEqual(
      Array(50).fill({
        code: 'UPSTREAM_THROTTLED',
        retryable: true,
        action: 'DescribeCACertificate',
        retryAfterMs,
      }),
    );
    open.clock.advance(retryAfterMs);
    const again = await drive(open, open.billed(OWNERS, { n: 58 }, CACHED));
    expect(again.errors).toBeUndefined();
    expect(again.bill).toEqual({ DescribeCACertificate: 50 });
  });

  test('the same for the templates that CAs name', async () => {
    const count = MOST + 1;
    const names = Array.from({ length: count }, (_, index) => `t${index}`);
    const { billed } = await start({ jitp: Object.fromEntries(names.map((name) => [name, 1])) });
    const answer = await billed(
      `{ caCertificates(first: ${count}) { nodes { template { templateName } } } }`,
      {},
      CACHED,
    );
    expect(answer.bill).toEqual({ ListCACertificates: 1, ListProvisioningTemplates: 1 });
    const codes = errorsOf(answer).map(({ code }) => code);
    expect(codes).toEqual(Array(count).fill('OPERATION_TOO_COSTLY'));
  });

  test('the same for a list of each', async () => {
    const count = MOST + 1;
    const { billed } = await start({ jitp: {}, unnamed: count });
    const answer = await billed(
      `{ caCertificates(first: ${count}) { nodes { a: tags { key } b: tags { value } } } }`,
      {},
      CACHED,
    );
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
    const errors = errorsOf(answer);
    expect(errors.length).toBeGreaterThanOrEqual(count);
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'OPERATION_TOO_COSTLY',
        action: 'ListTagsForResource',
        limit: MOST,
      });
    }
  });

  test('a call that gets no permit is none, however often its field asks for it', async () => {
    const open = await start({ jitp: {}, unnamed: 9 }, 100);
    await spendBurst(open);
    const answer = await open.billed(OWNERS, { n: 9 }, CACHED);
    expect(errorsOf(answer)).toMatchObject([{ code: 'UPSTREAM_THROTTLED' }]);
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
    expect(answer.extensions?.upstream).toMatchObject({
      made: { ListCACertificates: 1 },
      attempts: 1,
      deduplicated: 0,
      // The eight CAs that were asked for before.
      cacheHits: 8,
    });
  });

  test('as many as there is time for are made', async () => {
    const open = await start({ jitp: {}, unnamed: MOST });
    const answer = await drive(open, open.billed(OWNERS, { n: MOST }, CACHED));
    expect(answer.errors).toBeUndefined();
    expect(answer.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: MOST });
  });
});

describe('what is known to need more calls than the time allows', () => {
  test('is refused, and told to ask for less where waiting never helps', async () => {
    const { billed } = await start({ jitp: {}, unnamed: 100 });
    await billed(IDS, {}, CACHED);
    const answer = await billed(OWNERS, { n: 100 }, CACHED);
    expect(answer.bill).toEqual({});
    expect(answer.data).toBeUndefined();
    expect(errorsOf(answer)).toEqual([
      {
        code: 'OPERATION_TOO_COSTLY',
        retryable: false,
        action: 'DescribeCACertificate',
        limit: MOST,
        price: { min: 100, max: 100 },
      },
    ]);
  });

  test('is told when to ask again where that helps, and then it does', async () => {
    const open = await start({ jitp: {}, unnamed: 58 });
    await open.query(IDS, {}, CACHED);
    await spendBurst(open);
    const answer = await open.billed(OWNERS, { n: 58 }, CACHED);
    expect(answer.bill).toEqual({});
    const [error] = errorsOf(answer);
    expect(error).toMatchObject({ code: 'UPSTREAM_THROTTLED', retryable: true });
    open.clock.advance(Number(error?.retryAfterMs));
    const again = await drive(open, open.billed(OWNERS, { n: 58 }, CACHED));
    expect(again.errors).toBeUndefined();
    expect(again.bill).toEqual({ DescribeCACertificate: 50 });
  });
});
