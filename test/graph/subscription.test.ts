import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fetchEvents, openEvents } from '../support/events.ts';
import { at, type Harness, startHarness } from '../support/harness.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await startHarness();
});

afterEach(async () => {
  await harness.close();
  expect(harness.faults).toEqual([]);
});

const WATCH = 'subscription ($id: ID!) { bulkOperation(id: $id) { state } }';

async function planned(): Promise<unknown> {
  const answer = await harness.query(
    'mutation { planDetach(input: {filter: {}}) { plan { id } } }',
  );
  return at(answer.data, 'planDetach', 'plan', 'id');
}

async function ask(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`${harness.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, type, text: await response.text() };
}

const codeOf = (text: string): unknown => at(JSON.parse(text), 'errors', 0, 'extensions', 'code');

describe('a subscription', () => {
  test('tells how an operation stands, and its end', async () => {
    const id = await planned();
    await harness.query(
      'mutation ($id: ID!) { applyPlan(input: {planId: $id}) { userErrors { code } } }',
      { id },
    );
    const events = await fetchEvents(harness.gateway.url, WATCH, { id });
    const states = events.map((event) => at(event.data, 'bulkOperation', 'state'));
    expect(states.at(-1)).toBe('DONE');
    expect(events.at(-1)?.extensions?.upstream.made).toEqual({});
  });

  test('waits for what comes', async () => {
    const id = await planned();
    const events = openEvents(harness.gateway.url, WATCH, { id });
    expect(at((await events.next()).value, 'data', 'bulkOperation', 'state')).toBe('PLANNED');
    await harness.query(
      'mutation ($id: ID!) { cancelBulkOperation(input: {id: $id}) { userErrors { code } } }',
      { id },
    );
    expect(at((await events.next()).value, 'data', 'bulkOperation', 'state')).toBe('CANCELLED');
    expect((await events.next()).done).toBe(true);
  });

  test('works with GET, as EventSource of the own page asks', async () => {
    const id = await planned();
    const search = new URLSearchParams({ query: WATCH, variables: JSON.stringify({ id }) });
    const leaving = new AbortController();
    const response = await fetch(`${harness.gateway.url}/graphql?${search}`, {
      headers: { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' },
      signal: leaving.signal,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    leaving.abort();
  });

  test('to an operation that is not there is an error in the stream', async () => {
    const [event] = await fetchEvents(harness.gateway.url, WATCH, { id: 'nothing' });
    expect(event?.errors).toEqual([
      expect.objectContaining({
        path: ['bulkOperation'],
        extensions: expect.objectContaining({ code: 'RESOURCE_NOT_FOUND', retryable: false }),
      }),
    ]);
  });

  test('ends when the gateway stops', async () => {
    const events = openEvents(harness.gateway.url, WATCH, { id: await planned() });
    await events.next();
    const drained = harness.gateway.drain();
    expect((await events.next()).done).toBe(true);
    await drained;
  });

  test('whose client leaves leaves nothing behind', async () => {
    const id = await planned();
    const leaving = new AbortController();
    const events = openEvents(harness.gateway.url, WATCH, { id }, leaving.signal);
    await events.next();
    leaving.abort();
    await expect(events.next()).rejects.toThrow();
    // Would wait for the stream if it were still under way.
    await harness.gateway.drain();
  });

  test.each([
    ['no JSON', '{', 400, 'BAD_REQUEST'],
    ['no query', {}, 400, 'BAD_REQUEST'],
    ['no GraphQL', { query: 'subscription {' }, 400, 'GRAPHQL_PARSE_FAILED'],
    [
      'a field that is not there',
      { query: 'subscription { a }' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['no variable', { query: WATCH }, 400, 'BAD_USER_INPUT'],
    ['a query', { query: '{ quota { action } }' }, 400, 'BAD_REQUEST'],
    [
      'a mutation',
      { query: 'mutation { planDetach(input: {}) { plan { id } } }' },
      400,
      'BAD_REQUEST',
    ],
    [
      'another operation',
      { query: WATCH, operationName: 'x' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['too many tokens', { query: `{ ${'a '.repeat(20_000)} }` }, 400, 'DOCUMENT_TOO_LONG'],
  ])('is refused with %s', async (_, body, status, code) => {
    const answer = await ask(body);
    expect(answer).toMatchObject({ status, type: 'application/json; charset=utf-8' });
    expect(codeOf(answer.text)).toBe(code);
    expect(at(JSON.parse(answer.text), 'errors', 0, 'extensions', 'requestId')).toEqual(
      expect.any(String),
    );
  });

  test('is refused where no stream is asked for', async () => {
    const answer = await ask(
      { query: WATCH, variables: { id: 'x' } },
      { accept: 'application/json' },
    );
    expect(answer.status).toBe(400);
    expect(codeOf(answer.text)).toBe('BAD_REQUEST');
  });
});
