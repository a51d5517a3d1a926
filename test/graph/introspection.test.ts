import { afterEach, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { SCOPES, type Scope } from '../../src/caller.ts';
import { mayIntrospect } from '../../src/graph/introspection.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { startKeyedHarness } from '../support/keyed.ts';

let harness: Harness;
afterEach(async () => {
  await harness.close();
  expect(harness.faults).toEqual([]);
});

const ASKING: ReadonlyArray<[string, string]> = [
  ['whole', getIntrospectionQuery()],
  ['in part', '{ __type(name: "Query") { name } }'],
  ['under an alias', '{ a: __schema { queryType { name } } }'],
  [
    'in fragments',
    '{ ... { ...F } } fragment F on Query { ... on Query { __schema { description } } }',
  ],
  ['beside other things', '{ quota { action } __type(name: "Query") { name } }'],
  [
    'behind a condition',
    'query ($if: Boolean = false) { __typename __schema @include(if: $if) { description } }',
  ],
];

const send = (query: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${harness.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

describe('switched off', () => {
  test.each(ASKING)('the schema is not told %s', async (_how, query) => {
    harness = await startHarness({ gatewayOptions: { introspection: 'off' } });
    // The same document comes again and again: Apollo Server keeps what it has validated.
    for (let times = 0; times < 3; times += 1) {
      harness.plane.resetCalls();
      const response = await send(query);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'INTROSPECTION_REFUSED' } }],
      });
      expect(harness.plane.calls().served).toEqual({});
    }
  });

  test('nor as an event, nor as a file; __typename is', async () => {
    harness = await startHarness({ gatewayOptions: { introspection: 'off' } });
    const { url } = harness.gateway;
    const schema = await fetch(`${url}/schema.graphql`);
    expect(schema.status).toBe(404);
    const events = await send('subscription { __schema { queryType { name } } }', {
      accept: 'text/event-stream',
    });
    expect(await events.text()).not.toContain('"queryType"');
    expect((await harness.query('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});

test.each(ASKING)('switched on, the schema is told %s', async (_how, query) => {
  harness = await startHarness();
  expect((await harness.query(query)).errors).toBeUndefined();
});

describe('by scope', () => {
  const without = new Set<Scope>(SCOPES.filter((scope) => scope !== 'iot:introspection'));
  test.each([
    ['on', new Set<Scope>(), true],
    ['off', new Set<Scope>(SCOPES), false],
    ['scope', new Set<Scope>(['iot:introspection']), true],
    ['scope', without, false],
  ] as const)('%s', async (mode, scopes, isAllowed) => {
    harness = await startHarness();
    expect(mayIntrospect(mode, scopes)).toBe(isAllowed);
  });

  test('decides for each caller anew, also about a document that was just let in', async () => {
    const keyed = await startKeyedHarness({ gatewayOptions: { introspection: 'scope' } });
    harness = keyed;
    const allowed = await keyed.keyFor(['iot:read', 'iot:introspection']);
    const forbidden = await keyed.keyFor(['iot:read']);
    for (const [, query] of ASKING) {
      for (let times = 0; times < 3; times += 1) {
        expect((await keyed.query(query, {}, allowed)).errors).toBeUndefined();
        expect((await keyed.query(query, {}, forbidden)).errors?.[0]?.extensions.code).toBe(
          'INTROSPECTION_REFUSED',
        );
      }
    }
  });

  test('a caller without authentication has every scope', async () => {
    harness = await startHarness({ gatewayOptions: { introspection: 'scope' } });
    expect((await harness.query('{ __schema { queryType { name } } }')).errors).toBeUndefined();
  });
});
