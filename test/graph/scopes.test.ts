import { get, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { SCOPES, type Scope } from '../../src/caller.ts';
import { readSchemaText } from '../../src/gateway.ts';
import { openEvents } from '../support/events.ts';
import { type Answer, at } from '../support/harness.ts';
import { type KeyedHarness, startKeyedHarness } from '../support/keyed.ts';
import { type RandomQuery, randomQuery } from '../support/randomQuery.ts';
import { type Reached, reachedBy, readScopesPage } from '../support/scopesPage.ts';

const page = readScopesPage();
const schema = buildSchema(await readSchemaText());
const UNLIMITED = {
  tokens: 15_000,
  depth: 100,
  introspectionDepth: 100,
  aliases: 1000,
  rootFields: 100,
  directives: 1000,
  nodes: 1_000_000,
  values: 100_000,
};

let harness: KeyedHarness;
const keys = new Map<string, { readonly authorization: string }>();

beforeAll(async () => {
  harness = await startKeyedHarness({ gatewayOptions: { query: UNLIMITED } });
});

afterAll(() => harness.close());

async function callerWith(scopes: readonly Scope[]) {
  const name = [...scopes].sort().join('/');
  const known = keys.get(name) ?? (await harness.keyFor(scopes));
  keys.set(name, known);
  return known;
}

const codesOf = ({ errors = [] }: Answer): unknown[] =>
  errors.map(({ extensions }) => extensions.code);

interface Denied {
  readonly path: string;
  readonly missingScopes: readonly string[];
}

/** What a FORBIDDEN names. */
function deniedIn({ errors }: Answer): readonly Denied[] {
  return (errors?.[0]?.extensions.paths ?? []) as readonly Denied[];
}

const lacks = ({ needed }: Reached, scopes: readonly string[]): boolean =>
  needed.some((scope) => !scopes.includes(scope));

describe('docs/scopes.md', () => {
  test('has a row for every field, and each scope stands in some', () => {
    expect(page.scopes).toEqual(SCOPES);
    const used = new Set([...page.fields.values()].flat());
    // What it guards is no field of this schema.
    expect([...used].sort()).toEqual(
      SCOPES.filter((scope) => scope !== 'iot:introspection').sort(),
    );
    expect([...page.inputs.keys()]).toContain('UpdateCACertificateInput.newStatus');
  });
});

/** Ids and names of which some are there. */
async function texts() {
  const everything = await callerWith(SCOPES);
  const known = await harness.query(
    `{ caCertificates(first: 3) { nodes { id certificateId } }
       provisioningTemplates(first: 3) { nodes { id templateName templateArn } } }`,
    {},
    everything,
  );
  const cas = at(known, 'data', 'caCertificates', 'nodes') as Array<Record<string, string>>;
  const templates = at(known, 'data', 'provisioningTemplates', 'nodes') as typeof cas;
  const ids = [...cas, ...templates].map(({ id = '' }) => id);
  return {
    id: ids,
    ids,
    planId: ['none'],
    certificateId: cas.map((ca) => ca.certificateId ?? ''),
    certificateIds: cas.map((ca) => ca.certificateId ?? ''),
    templateName: templates.map((template) => template.templateName ?? ''),
    resourceArn: templates.map((template) => template.templateArn ?? ''),
  };
}

/** Asks and compares with what the page says of all that the operation would reach. */
async function judge({ query, variables }: RandomQuery, scopes: readonly Scope[]) {
  const headers = await callerWith(scopes);
  const refused = reachedBy(schema, page, query, variables).filter((field) => lacks(field, scopes));
  const answer = await harness.billed(query, variables, headers);
  if (refused.length === 0) {
    expect(codesOf(answer)).not.toContain('FORBIDDEN');
    return 'allowed';
  }
  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect(answer.data).toBeUndefined();
  expect(answer.bill).toEqual({});
  const told = deniedIn(answer);
  for (const { path, missingScopes } of told) {
    const own = refused.filter((field) => field.path === path);
    expect({ path, fields: own.length > 0 }).toEqual({ path, fields: true });
    const missing = own.flatMap(({ needed }) => needed.filter((one) => !isHeld(one, scopes)));
    expect(missing).toEqual(expect.arrayContaining([...missingScopes]));
  }
  if (told.length < 100) {
    for (const { path, needed } of refused) {
      // Each scope is told at the field or above it.
      const above = told
        .filter((one) => isAbove(one.path, path))
        .flatMap((one) => one.missingScopes);
      const missing = needed.filter((one) => !isHeld(one, scopes));
      expect({ path, above }).toEqual({ path, above: expect.arrayContaining(missing) });
    }
  }
  return 'refused';
}

const isHeld = (scope: string, scopes: readonly string[]): boolean => scopes.includes(scope);
const isAbove = (above: string, path: string): boolean =>
  path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}(`);

describe.each([
  ['queries', 'query', 250],
  ['mutations', 'mutation', 80],
] as const)('random %s', (_, kind, numRuns) => {
  test('reach exactly what the page allows, whatever their form', async () => {
    const known = await texts();
    const verdicts: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        randomQuery(schema, known, 'aws and own records', kind),
        fc.subarray([...SCOPES]),
        async (query, scopes) => {
          verdicts.push(await judge(query, scopes));
        },
      ),
      { numRuns, seed: 20_260_601, endOnFailure: true },
    );
    for (const verdict of ['allowed', 'refused']) {
      expect(verdicts.filter((one) => one === verdict).length).toBeGreaterThan(numRuns / 20);
    }
  });
});

const WINDOW = `query Window($first: Int!) {
  caCertificates(first: $first) { nodes { id certificateId status } pageInfo { endCursor } }
}`;
const DETAILS = `query Details($id: String!) {
  caCertificate(certificateId: $id) { ownedBy template { templateName templateBody } }
}`;

/** A GET that adds nothing of its own; `fetch` would ask for a fresh answer with a condition. */
function getPast(url: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>(
    (resolve, reject) => {
      const all = { 'apollo-require-preflight': '1', ...headers };
      get(url, { headers: all }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      }).on('error', reject);
    },
  );
}

describe('the same document with the same variables, an allowed caller first', () => {
  let reader: { readonly authorization: string };
  let stranger: typeof reader;

  beforeAll(async () => {
    reader = await harness.keyFor(['iot:read']);
    stranger = await harness.keyFor(SCOPES.filter((scope) => scope !== 'iot:read'));
  });

  const post = (body: object, headers: Readonly<Record<string, string>>) =>
    fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const refused = async (response: Response): Promise<void> => {
    expect(response.status).toBe(403);
    expect(response.headers.get('etag')).toBeNull();
    const answer = (await response.json()) as Answer;
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(answer.data).toBeUndefined();
  };

  test.each([
    ['the memo and the list of a window', WINDOW, { first: 7 }, {}],
    ['what is compiled, read afresh', WINDOW, { first: 6 }, { 'cache-control': 'max-age=3600' }],
    ['the price', WINDOW, { first: 5 }, { 'x-price-only': '1' }],
  ])('gets nothing from %s', async (_, query, variables, headers) => {
    for (let times = 0; times < 5; times += 1) {
      const allowed = await post({ query, variables }, { ...reader, ...headers });
      expect(allowed.status).toBe(200);
      harness.plane.resetCalls();
      await refused(await post({ query, variables }, { ...stranger, ...headers }));
      expect(harness.plane.calls().served).toEqual({});
    }
  });

  test('gets nothing from the texts of nodes, which windows that overlap share', async () => {
    for (let first = 8; first < 16; first += 1) {
      const variables = { first };
      expect((await post({ query: WINDOW, variables }, reader)).status).toBe(200);
      await refused(await post({ query: WINDOW, variables: { first: first - 1 } }, stranger));
    }
  });

  test('gets nothing from compiled details', async () => {
    const { certificateId: ids } = await texts();
    for (const id of [...ids, ...ids, ...ids]) {
      const body = { query: DETAILS, variables: { id } };
      expect((await post(body, reader)).status).toBe(200);
      await refused(await post(body, stranger));
    }
  });

  test('gets nothing by GET, and learns nothing from the tag of the answer', async () => {
    const query = '{ caCertificates(first: 4) { nodes { certificateId } } }';
    const ask = (headers: Readonly<Record<string, string>>) =>
      getPast(`${harness.gateway.url}/graphql?query=${encodeURIComponent(query)}`, headers);
    for (let times = 0; times < 4; times += 1) {
      const allowed = await ask(reader);
      expect(allowed.status).toBe(200);
      expect(allowed.headers.vary).toMatch(/Authorization/i);
      for (const held of [allowed.headers.etag ?? 'none', '*', undefined]) {
        const condition = held === undefined ? {} : { 'if-none-match': held };
        const again = await ask({ ...reader, ...condition });
        expect(again.status).toBe(held === undefined ? 200 : 304);
        const answer = await ask({ ...stranger, ...condition });
        expect(answer.status).toBe(403);
        expect(answer.headers.etag).toBeUndefined();
        expect(codesOf(JSON.parse(answer.text))).toEqual(['FORBIDDEN']);
      }
    }
    // The last ones came from the memo.
    expect(at(JSON.parse((await ask(reader)).text), 'extensions', 'upstream', 'priced')).toEqual({
      min: 0,
      max: 0,
    });
  });

  test('gets no share of an answer that is under way', async () => {
    const query = '{ caCertificates(first: 3) { nodes { certificateId lastModifiedDate } } }';
    const live = { 'cache-control': 'no-cache' };
    const both = [reader, stranger, reader, stranger].map((headers) =>
      post({ query }, { ...headers, ...(headers === reader ? {} : live) }),
    );
    const [first, second, third, fourth] = await Promise.all(both);
    expect([first?.status, third?.status]).toEqual([200, 200]);
    for (const response of [second, fourth]) if (response) await refused(response);
  });

  test('is told apart from another by its scopes alone', async () => {
    const query = '{ provisioningTemplates(first: 2) { nodes { templateName } } }';
    const same = await harness.keyFor(['iot:read'], 'another');
    const more = await harness.keyFor(['iot:read', 'iot:bulk']);
    for (const headers of [reader, reader, reader]) await post({ query }, headers);
    const receiptFor = async (headers: typeof reader) =>
      at(await (await post({ query }, headers)).json(), 'extensions', 'upstream', 'priced');
    // The memo's own receipt is priced at nothing.
    expect(await receiptFor(same)).toEqual({ min: 0, max: 0 });
    const answers = await Promise.all([reader, same, more].map((one) => post({ query }, one)));
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(new Set(bodies.map((body) => JSON.stringify(at(body, 'data')))).size).toBe(1);
  });
});

describe('a refusal', () => {
  test('names all places, and what is lacking there, once for each way', async () => {
    const caller = await harness.keyFor(['iot:changes']);
    const answer = await harness.billed(
      `query ($no: Boolean!) {
        changes(first: 1) { nodes { id earlier: before ...After } }
        shown: caCertificates { nodes { id status } }
        left: caCertificates @skip(if: $no) { nodes { id } }
        bulkOperations { nodes { id groups { templateName } } }
      }
      fragment After on Change { after }`,
      { no: true },
      caller,
    );
    expect(answer.errors).toEqual([
      {
        message:
          'The caller lacks the scopes iot:bulk, iot:read, first of all for changes.nodes.earlier; nothing was run.',
        extensions: {
          code: 'FORBIDDEN',
          retryable: false,
          requestId: expect.any(String),
          missingScopes: ['iot:bulk', 'iot:read'],
          paths: [
            { path: 'changes.nodes.earlier', missingScopes: ['iot:read'] },
            { path: 'changes.nodes.after', missingScopes: ['iot:read'] },
            { path: 'shown', missingScopes: ['iot:read'] },
            { path: 'bulkOperations', missingScopes: ['iot:bulk'] },
            { path: 'bulkOperations.nodes.groups.templateName', missingScopes: ['iot:read'] },
          ],
        },
      },
    ]);
    expect(answer.bill).toEqual({});
  });

  test('depends on the values of variables, at each request anew', async () => {
    const caller = await harness.keyFor(['iot:ca:write', 'iot:read']);
    const { certificateId: ids } = await texts();
    const update = `mutation ($status: CACertificateStatus) {
      updateCACertificate(input: { certificateId: "${ids[0]}", newStatus: $status }) {
        caCertificate { status } userErrors { code }
      }
    }`;
    for (let times = 0; times < 2; times += 1) {
      const down = await harness.query(update, { status: 'INACTIVE' }, caller);
      expect(at(down, 'data', 'updateCACertificate', 'userErrors')).toEqual([]);
      const up = await harness.billed(update, { status: 'ACTIVE' }, caller);
      expect(deniedIn(up)).toEqual([
        { path: 'updateCACertificate(input).newStatus', missingScopes: ['iot:activate'] },
      ]);
      expect(up.bill).toEqual({});
    }
  });

  test('holds for streams', async () => {
    const caller = await harness.keyFor(['iot:read']);
    const response = await fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...caller },
      body: JSON.stringify({ query: 'subscription { bulkOperation(id: "a") { id } }' }),
    });
    expect(response.status).toBe(403);
    expect(codesOf((await response.json()) as Answer)).toEqual(['FORBIDDEN']);
  });

  test('holds for who applies a plan, whoever made it', async () => {
    const everything = await harness.keyFor(SCOPES, 'planner');
    const applier = await harness.keyFor(['iot:bulk', 'iot:ca:write'], 'applier');
    const named = await harness.query(
      '{ provisioningTemplates(filter: { type: JITP }, first: 1) { nodes { templateName } } }',
      {},
      everything,
    );
    const template = at(named, 'data', 'provisioningTemplates', 'nodes', 0, 'templateName');
    const { certificateId: ids } = await texts();
    const planned = async (activate: boolean) => {
      const answer = await harness.query(
        `mutation ($input: PlanAttachInput!) { planAttach(input: $input) { plan { id state } } }`,
        { input: { templateName: template, certificateIds: ids.slice(0, 1), activate } },
        everything,
      );
      return at(answer, 'data', 'planAttach', 'plan', 'id');
    };
    const apply = `mutation ($id: ID!) { applyPlan(input: { planId: $id }) {
      bulkOperation { plannedBy appliedBy } userErrors { code } } }`;
    const activating = await planned(true);
    const refused = await harness.query(apply, { id: activating }, applier);
    expect(deniedIn(refused)).toEqual([
      { path: 'applyPlan(input).planId', missingScopes: ['iot:activate'] },
    ]);
    const state = `{ bulkOperation(id: "${activating}") { state appliedBy } }`;
    expect((await harness.query(state, {}, everything)).data).toEqual({
      bulkOperation: { state: 'PLANNED', appliedBy: null },
    });
    const attaching = await planned(false);
    const taken = await harness.query(apply, { id: attaching }, applier);
    expect(at(taken, 'data', 'applyPlan')).toEqual({
      bulkOperation: { plannedBy: 'key:planner', appliedBy: 'key:applier' },
      userErrors: [],
    });
    const over = openEvents(
      harness.gateway.url,
      `subscription { bulkOperation(id: "${attaching}") { state } }`,
      {},
      undefined,
      everything,
    );
    for await (const event of over) expect(event.errors).toBeUndefined();
    const changes = `{ changes(filter: { bulkOperationId: "${attaching}" }) { nodes { caller } } }`;
    expect((await harness.query(changes, {}, everything)).data).toEqual({
      changes: { nodes: [{ caller: 'key:applier' }] },
    });
  });
});

describe('the schema, where it takes a scope to read it', () => {
  test('is shown with the scope alone, as a text and by introspection', async () => {
    const guarded = await startKeyedHarness({ gatewayOptions: { introspection: 'scope' } });
    try {
      const without = await guarded.keyFor(SCOPES.filter((scope) => scope !== 'iot:introspection'));
      const only = await guarded.keyFor(['iot:introspection']);
      const url = `${guarded.gateway.url}/schema.graphql`;
      expect((await fetch(url, { headers: without })).status).toBe(403);
      expect((await fetch(url, { headers: only })).status).toBe(200);
      const query = '{ __schema { queryType { name } } }';
      expect(codesOf(await guarded.query(query, {}, without))).toEqual(['INTROSPECTION_REFUSED']);
      expect((await guarded.query(query, {}, only)).errors).toBeUndefined();
    } finally {
      await guarded.close();
    }
  });
});
