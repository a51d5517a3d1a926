import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AT_ONCE } from '../../src/rateLimit.ts';
import { at } from '../support/harness.ts';
import { type KeyedHarness, startKeyedHarness } from '../support/keyed.ts';
import {
  openRaw,
  postText,
  type RawAnswer,
  type RawClient,
  requestText,
} from '../support/rawHttp.ts';

let harness: KeyedHarness;
const clients: RawClient[] = [];

beforeEach(async () => {
  harness = await startKeyedHarness();
});

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await harness.close();
});

type Key = { readonly authorization: string };
const fieldsOf = ({ authorization }: Key): Array<[string, string]> => [
  ['authorization', authorization],
];

async function open(bytes: string): Promise<RawClient> {
  const client = await openRaw(harness.gateway.url);
  clients.push(client);
  client.write(bytes);
  return client;
}

const RATE_LIMITED = (limit: number) => ({
  message: expect.any(String),
  extensions: {
    code: 'RATE_LIMITED',
    retryable: true,
    retryAfterMs: 1000,
    limit,
    requestId: expect.any(String),
  },
});

function expectTooMany(answer: RawAnswer | undefined, limit: number): void {
  expect(answer?.status).toBe(429);
  expect(answer?.headers['retry-after']).toBe('1');
  expect(JSON.parse(answer?.body ?? '{}')).toEqual({ errors: [RATE_LIMITED(limit)] });
}

describe('what one caller has under way', () => {
  /** Opens a stream of events of a plan that nobody applies, and waits for its first event. */
  async function openStream(id: unknown, key: Key): Promise<RawClient> {
    const query = `subscription { bulkOperation(id: ${JSON.stringify(id)}) { state } }`;
    const fields: Array<[string, string]> = [...fieldsOf(key), ['accept', 'text/event-stream']];
    const client = await open(postText(harness.gateway.url, JSON.stringify({ query }), fields));
    while (!/event: next| 429 /.test(client.received())) await new Promise(setImmediate);
    return client;
  }

  test('may be 20 streams, and not one more; others have their own', async () => {
    const one = await harness.keyFor(['iot:bulk', 'iot:ca:write', 'iot:read'], 'one');
    const other = await harness.keyFor(['iot:bulk', 'iot:read'], 'other');
    const planned = await harness.query(
      'mutation { planDetach(input: { filter: {} }) { plan { id } } }',
      {},
      one,
    );
    const id = at(planned.data, 'planDetach', 'plan', 'id');
    const streams: RawClient[] = [];
    for (let count = 0; count < AT_ONCE.streams; count += 1) {
      streams.push(await openStream(id, one));
    }
    const [refused] = await (await openStream(id, one)).answers(1);
    expectTooMany(refused, AT_ONCE.streams);
    expect((await openStream(id, other)).received()).toContain('event: next');
    expect(await harness.query('{ __typename }', {}, one)).toHaveProperty('data');

    streams[0]?.socket.destroy();
    let again = await openStream(id, one);
    // The end of the first is heard of a moment later.
    while (again.received().includes(' 429 ')) again = await openStream(id, one);
    expect(again.received()).toContain('event: next');
  });

  test('may be 100 requests, and not one more; others have their own', async () => {
    const [one, other] = [
      await harness.keyFor(['iot:read'], 'one'),
      await harness.keyFor(['iot:read'], 'other'),
    ];
    const { url } = harness.gateway;
    // Their bodies do not come.
    const begun = requestText(url, 'POST /graphql', [
      ...fieldsOf(one),
      ['content-type', 'application/json'],
      ['content-length', '100'],
      ['expect', '100-continue'],
    ]);
    for (let count = 0; count < AT_ONCE.requests; count += 1) {
      const client = await open(begun);
      while (!client.received().includes(' 100 ')) await new Promise(setImmediate);
    }
    const schema = (key: Key): string => requestText(url, 'GET /schema.graphql', fieldsOf(key));
    const [refused] = await (await open(schema(one))).answers(1);
    expectTooMany(refused, AT_ONCE.requests);
    const [taken] = await (await open(schema(other))).answers(1);
    expect(taken?.status).toBe(200);
  });
});
