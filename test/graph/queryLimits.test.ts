import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { loadConfig } from '../../src/config.ts';
import type { GatewayError } from '../../src/errors.ts';
import {
  DEFAULT_QUERY_LIMITS,
  limitDocument,
  type QueryLimits,
} from '../../src/graph/queryLimits.ts';
import { queryOptions } from '../../src/queryOptions.ts';
import { type Answer, type Harness, startHarness } from '../support/harness.ts';

interface Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Operations that come to exactly `n` of what is limited. */
interface Case {
  readonly limit: keyof QueryLimits;
  readonly code: string;
  readonly n: number;
  readonly ways: Readonly<Record<string, (n: number) => Ask>>;
  readonly events: (n: number) => Ask;
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Fields one in another, from the root or from a CA certificate on. */
function nested(levels: number, from = 0): string {
  const names = ['caCertificates', 'nodes', 'template'];
  const leaves = ['__typename', 'totalCount', 'id'];
  if (levels === 1) return leaves[from % 3] ?? '';
  return `${names[from % 3]} { ${nested(levels - 1, from + 1)} }`;
}

/** Fields of the root that cost nothing and need no alias. */
const ROOT = [
  '__typename',
  'quota { action }',
  'registrationCode',
  'changes(first: 0) { cutShort }',
];
const root = (n: number): string => ROOT.slice(0, n).join(' ');
const CA_FIELDS = ['status', 'certificateArn', 'creationDate', 'id'];
const EVENT_FIELDS = ['state', 'kind', 'durable', 'creationDate', 'remainingMs', 'startDate'];
const events = (selection: string, fragments = ''): Ask => ({
  query: `subscription { bulkOperation(id: "x") { ${selection} } } ${fragments}`,
});

const CASES: readonly Case[] = [
  {
    limit: 'tokens',
    code: 'DOCUMENT_TOO_LONG',
    n: 60,
    ways: {
      'as it stands': (n) => ({
        query: `{ nodes(ids: [${times(n - 12, () => '"a"')}]) { __typename } }`,
      }),
      'with fragments': (n) => ({
        query: `{ ...F } fragment F on Query { nodes(ids: [${times(n - 20, () => '"a"')}]) { __typename } }`,
      }),
    },
    events: (n) => ({
      query: `subscription ($v: [ID!] = [${times(n - 24, () => '"a"')}]) { bulkOperation(id: "x") { state } }`,
    }),
  },
  {
    limit: 'tokens',
    code: 'TOO_MANY_SELECTIONS',
    n: 60,
    ways: {
      'with its fragments written out': (n) => ({
        query: `{ caCertificates(first: 0) { nodes {
            ${times(Math.floor((n - 2) / 8), () => '...F')} ${CA_FIELDS.slice(0, (n - 2) % 8).join(' ')} } } }
          fragment F on CACertificate { id status certificateId __typename ...H }
          fragment H on CACertificate { template { id } }`,
      }),
    },
    events: (n) =>
      events(
        `${times(Math.floor((n - 1) / 9), () => '...F')} ${EVENT_FIELDS.slice(0, (n - 1) % 9).join(' ')}`,
        'fragment F on BulkOperation { id state kind durable creationDate startDate endDate remainingMs }',
      ),
  },
  {
    limit: 'depth',
    code: 'OPERATION_TOO_DEEP',
    n: 5,
    ways: {
      'as it stands': (n) => ({ query: `{ ${nested(n)} }` }),
      'with fragments': (n) => ({
        query: `{ caCertificates { nodes { ...F } } } fragment F on CACertificate { ...G } fragment G on CACertificate { ... { ${nested(n - 2, 2)} } }`,
      }),
    },
    events: (n) =>
      events(
        n === 5
          ? 'items { nodes { caCertificate { id } } }'
          : 'items { nodes { caCertificate { template { id } } } }',
      ),
  },
  {
    limit: 'introspectionDepth',
    code: 'OPERATION_TOO_DEEP',
    n: 4,
    ways: {
      'as it stands': (n) => ({
        query: `{ __schema { types { fields { ${n === 4 ? 'name' : 'type { name }'} } } } }`,
      }),
      'with fragments': (n) => ({
        query: `{ ...Q } fragment Q on Query { __type(name: "Query") { ...T } } fragment T on __Type { fields { type { ${n === 4 ? 'name' : 'ofType { name }'} } } }`,
      }),
    },
    events: (n) => ({
      query: `subscription { __schema { types { fields { ${n === 4 ? 'name' : 'type { name }'} } } } }`,
    }),
  },
  {
    limit: 'aliases',
    code: 'TOO_MANY_ALIASES',
    n: 3,
    ways: {
      'as it stands': (n) => ({ query: `{ ${times(n, (i) => `a${i}: __typename`)} }` }),
      'as names written again': (n) => ({
        query: `{ __typename ${times(n, () => '__typename')} }`,
      }),
      'in inline fragments': (n) => ({
        query: `{ registrationCode ${times(n, () => '... { registrationCode }')} }`,
      }),
      'with fragments spread again': (n) => ({
        query: `{ ...F ${times(n - 1, (i) => `b${i}: __typename`)} } fragment F on Query { caCertificates(first: 0) { nodes { x: id } } }`,
      }),
    },
    events: (n) => events(times(n, (i) => `a${i}: state`)),
  },
  {
    limit: 'rootFields',
    code: 'TOO_MANY_ROOT_FIELDS',
    n: 3,
    ways: {
      'as it stands': (n) => ({ query: `{ ${root(n)} }` }),
      'with fragments': (n) => ({
        query: `{ __typename ...F } fragment F on Query { ... { ${ROOT.slice(1, n).join(' ')} } }`,
      }),
    },
    events: (n) => ({
      query: `subscription { ${times(n, (i) => `a${i}: bulkOperation(id: "x") { state }`)} }`,
    }),
  },
  {
    limit: 'directives',
    code: 'TOO_MANY_DIRECTIVES',
    n: 3,
    ways: {
      'as it stands': (n) => ({
        query: `{ ${ROOT.slice(0, n)
          .map((field) => field.replace(/^(\w+(?:\(.*?\))?)/, '$1 @skip(if: false)'))
          .join(' ')} }`,
      }),
      'with fragments spread again': (n) => ({
        query: `{ ${times(n, () => '...F')} } fragment F on Query { __typename @include(if: true) }`,
      }),
    },
    events: (n) =>
      events(
        EVENT_FIELDS.slice(0, n)
          .map((name) => `${name} @skip(if: false)`)
          .join(' '),
      ),
  },
  {
    limit: 'nodes',
    code: 'TOO_MANY_NODES',
    n: 100,
    ways: {
      'as it stands': (n) => ({ query: `{ caCertificates(first: ${n}) { totalCount } }` }),
      'in lists within lists': (n) => ({
        query: `{ caCertificates(first: 10) { nodes { template { caCertificates(first: ${n - 91}) { totalCount } } } } }`,
      }),
      'by the default': (n) => ({
        query: `{ a: caCertificates { totalCount } b: caCertificates(first: null) { totalCount } c: caCertificates(first: ${n - 50}) { totalCount } }`,
      }),
      'with fragments': (n) => ({
        query: `{ ...F b: caCertificates(first: ${n - 80}) { ...C } } fragment F on Query { caCertificates(first: 80) { ...C } } fragment C on CACertificateConnection { totalCount }`,
      }),
      'through variables': (n) => ({
        query: 'query ($n: Int) { caCertificates(first: $n) { totalCount } }',
        variables: { n },
      }),
      'through the default of a variable': (n) => ({
        query: `query ($n: Int = ${n}) { caCertificates(first: $n) { totalCount } }`,
      }),
      'through a list of ids': (n) => ({
        query:
          'query ($ids: [ID!]!, $n: Int!) { nodes(ids: $ids) { ... on ProvisioningTemplate { caCertificates(first: $n) { totalCount } } } }',
        variables: { ids: times(5, () => 'eA').split(' '), n: n === 100 ? 19 : 20 },
      }),
    },
    events: (n) => events(`items(first: ${n}) { pageInfo { hasNextPage } }`),
  },
  {
    limit: 'values',
    code: 'TOO_MANY_VALUES',
    n: 5,
    ways: {
      'in a list': (n) => ({
        query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }',
        variables: { ids: times(n - 1, () => 'eA').split(' ') },
      }),
      'in many variables': (n) => ({
        query: `query (${times(n, (i) => `$v${i}: Int`)}) { ${times(n, (i) => `a${i}: caCertificates(first: $v${i}) { totalCount }`)} }`,
        variables: Object.fromEntries(Array.from({ length: n }, (_, i) => [`v${i}`, 1])),
      }),
      'in an object': (n) => ({
        query:
          'query ($f: CACertificateFilter) { caCertificates(first: 0, filter: $f) { totalCount } }',
        variables: {
          f: {
            status: 'ACTIVE',
            templateName: 'x',
            registration: n === 5 ? ['NONE'] : ['NONE', 'NAMED'],
          },
        },
      }),
      'with fragments': (n) => ({
        query:
          'query ($ids: [ID!]!) { ...F } fragment F on Query { nodes(ids: $ids) { __typename } }',
        variables: { ids: times(n - 1, () => 'eA').split(' ') },
      }),
    },
    events: (n) => ({
      query: `subscription ($id: ID!, ${times(n - 1, (i) => `$c${i}: Boolean!`)}) { bulkOperation(id: $id) { ${EVENT_FIELDS.slice(
        0,
        n - 1,
      )
        .map((name, i) => `${name} @include(if: $c${i})`)
        .join(' ')} } }`,
      variables: {
        id: 'x',
        ...Object.fromEntries(Array.from({ length: n - 1 }, (_, i) => [`c${i}`, true])),
      },
    }),
  },
];

const LIMIT_CODES = new Set(CASES.map(({ code }) => code));
const PREFLIGHT = { 'apollo-require-preflight': '1' };

async function codesOf(response: Response): Promise<unknown[]> {
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const json = isStream ? (/^data: (\{.*)$/m.exec(text)?.[1] ?? '{}') : text;
  const { errors = [] } = JSON.parse(json) as Answer;
  return errors.map(({ extensions }) => extensions.code);
}

function post(url: string, ask: Ask, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(ask),
  });
}

function get(url: string, { query, variables }: Ask, headers: Readonly<Record<string, string>>) {
  const search = new URLSearchParams({ query });
  if (variables) search.set('variables', JSON.stringify(variables));
  return fetch(`${url}/graphql?${search}`, { headers });
}

const EVENTS = { accept: 'text/event-stream' };

test('the defaults are those of the settings', async () => {
  const { query } = await queryOptions(loadConfig({}).config);
  expect(query).toEqual(DEFAULT_QUERY_LIMITS);
});

describe.each(CASES.map((found) => [found.code, found.limit, found] as const))(
  '%s (%s)',
  (code, limit, { n, ways, events: stream }) => {
    let harness: Harness;
    beforeAll(async () => {
      harness = await startHarness({
        gatewayOptions: { query: { ...DEFAULT_QUERY_LIMITS, [limit]: n } },
      });
    });
    afterAll(async () => {
      await harness.close();
      expect(harness.faults).toEqual([]);
    });

    describe.each(Object.entries(ways))('%s', (_way, ask) => {
      test.each([
        ['POST', (asked: Ask) => post(harness.gateway.url, asked)],
        ['GET', (asked: Ask) => get(harness.gateway.url, asked, PREFLIGHT)],
      ])('over %s: the limit is taken, one more is not', async (_method, send) => {
        harness.plane.resetCalls();
        const refused = await send(ask(n + 1));
        expect([refused.status, await codesOf(refused)]).toEqual([400, [code]]);
        expect(harness.plane.calls().served).toEqual({});
        const taken = await send(ask(n));
        expect((await codesOf(taken)).filter((found) => LIMIT_CODES.has(String(found)))).toEqual(
          [],
        );
        expect(taken.status).toBe(200);
        // Also when it was taken before, and compiled.
        await codesOf(await send(ask(n)));
        expect(await codesOf(await send(ask(n + 1)))).toEqual([code]);
      });
    });

    test.each([
      ['POST', (asked: Ask) => post(harness.gateway.url, asked, EVENTS)],
      ['GET', (asked: Ask) => get(harness.gateway.url, asked, { ...EVENTS, ...PREFLIGHT })],
    ])('as a stream of events over %s', async (_method, send) => {
      const refused = await send(stream(n + 1));
      expect([refused.status, await codesOf(refused)]).toEqual([400, [code]]);
      const taken = await codesOf(await send(stream(n)));
      expect(taken.filter((found) => LIMIT_CODES.has(String(found)))).toEqual([]);
    });
  },
);

describe('the pass over a document', () => {
  const codeOf = (query: string, limits: Partial<QueryLimits> = {}): string | undefined => {
    try {
      limitDocument(parse(query), { ...DEFAULT_QUERY_LIMITS, ...limits });
      return undefined;
    } catch (error) {
      return (error as GatewayError).code;
    }
  };

  /** Each fragment spreads the next one twice: 2 to the power of 40 fields in 1.6 KB. */
  const bomb = (spread: string): string =>
    `{ ...F0 } ${times(40, (i) => `fragment F${i} on Query { ${spread.replaceAll('NEXT', `...F${i + 1}`)} }`)} fragment F40 on Query { __typename }`;

  test.each([
    ['beside each other', bomb('NEXT NEXT')],
    ['in fields', bomb('a{NEXT} a{NEXT}')],
    ['in fragments that nobody uses', bomb('NEXT NEXT').replace('{ ...F0 }', '{ __typename }')],
    ['with aliases', bomb('a:b{NEXT} c:b{NEXT}')],
  ])('refuses fragment bombs %s, without writing them out', (_name, query) => {
    // 2 to the power of 40 selections: written out, this test would not end.
    expect(() => limitDocument(parse(query), DEFAULT_QUERY_LIMITS)).toThrow(
      /fragments written out/,
    );
  });

  test.each([
    ['itself', '{ ...A } fragment A on Query { ...A }'],
    ['itself in a field', '{ ...A } fragment A on Query { node(id: 1) { ...A } }'],
    [
      'another that spreads it',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    ],
    [
      'itself, and is not used',
      '{ a } fragment A on Query { ... { ...B } } fragment B on Query { ...A }',
    ],
  ])('refuses a fragment that spreads %s', (_name, query) => {
    expect(codeOf(query)).toBe('FRAGMENT_CYCLE');
  });

  test('leaves fragments that are not there, or there twice, to the validation', () => {
    expect(codeOf('{ ...Nope }')).toBeUndefined();
    expect(
      codeOf('{ ...A } fragment A on Query { a } fragment A on Query { ...A }'),
    ).toBeUndefined();
  });

  test('takes names again on other types', () => {
    const parts = times(20, (i) => `... on T${i} { id }`);
    expect(codeOf(`{ node(id: 1) { ${parts} } }`, { aliases: 0 })).toBeUndefined();
  });

  test('holds each operation of a document by itself', () => {
    const operations = times(5, (i) => `query Q${i} { a: b c: d }`);
    expect(codeOf(operations, { aliases: 2 })).toBeUndefined();
    expect(codeOf(operations, { aliases: 1 })).toBe('TOO_MANY_ALIASES');
  });

  test('counts directives wherever they stand', () => {
    const query = 'query ($a: Int @d) @d { a @d ... @d { b } ...F @d } fragment F on Q @d { c @d }';
    expect(codeOf(query, { directives: 7 })).toBeUndefined();
    expect(codeOf(query, { directives: 6 })).toBe('TOO_MANY_DIRECTIVES');
  });

  test('lets the usual introspection query in', () => {
    expect(codeOf(getIntrospectionQuery())).toBeUndefined();
  });
});

describe('whatever the limits are', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  test('a bomb is refused before it is validated, however it comes', async () => {
    const { url } = harness.gateway;
    const query = `{...F0}${times(30, (i) => `fragment F${i} on Query{a{...F${i + 1}}a{...F${i + 1}}}`)}fragment F30 on Query{a}`;
    for (const send of [
      () => post(url, { query }),
      () => get(url, { query }, PREFLIGHT),
      () => post(url, { query }, EVENTS),
    ]) {
      expect(await codesOf(await send())).toEqual(['TOO_MANY_SELECTIONS']);
    }
  });

  test.each(['?', '?x', '%3F', '&query=x'])(
    'a bomb is refused before it is validated, with %s behind it in the address of a stream',
    async (tail) => {
      const { url } = harness.gateway;
      const bomb = `subscription{bulkOperation(id:"x"){...F0}}${times(40, (i) => `fragment F${i} on BulkOperation{...F${i + 1} ...F${i + 1}}`)}fragment F40 on BulkOperation{id}`;
      const address = `${url}/graphql?query=${encodeURIComponent(bomb)}${tail}`;
      const response = await fetch(address, { headers: { ...EVENTS, ...PREFLIGHT } });
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(/TOO_MANY_SELECTIONS|GRAPHQL_PARSE_FAILED|BAD_REQUEST/);
    },
  );

  test('at most five errors of validation are told, without names to guess', async () => {
    const wrong = times(10, (i) => `provisioningTemplate${i}`);
    for (const headers of [{}, EVENTS]) {
      const response = await post(harness.gateway.url, { query: `{ ${wrong} }` }, headers);
      const { errors = [] } = (await response.json()) as Answer;
      expect(errors).toHaveLength(5);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    }
  });

  test.each([
    ['a field', '{ caCertificate { nodes { id } } }', {}],
    ['an argument', '{ caCertificates(frist: 1) { totalCount } }', {}],
    ['a type', 'query ($a: CACertificateFiler) { __typename }', {}],
    ['a value', '{ caCertificates(filter: { status: ACTVE }) { totalCount } }', {}],
    [
      'a variable',
      'query ($f: CACertificateFilter) { caCertificates(filter: $f) { totalCount } }',
      { f: { status: 'ACTVE', statu: 1 } },
    ],
  ])('no suggestion is made for %s', async (_what, query, variables) => {
    const answer = await harness.query(query, variables);
    expect(answer.errors?.[0]?.message).toMatch(/\S/);
    expect(JSON.stringify(answer)).not.toMatch(/did you mean/i);
  });

  test('a batch is refused', async () => {
    const body = [{ query: '{ __typename }' }, { query: '{ __typename }' }];
    const response = await post(harness.gateway.url, body as unknown as Ask);
    expect(response.status).toBe(400);
  });
});
