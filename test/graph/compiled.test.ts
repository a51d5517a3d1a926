import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ANONYMOUS } from '../../src/caller.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import type { CompileMode } from '../../src/graph/compiled.ts';
import type { Graph } from '../../src/graph/execution.ts';
import type { Receipt } from '../../src/upstream/receipt.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { graphOver, upstreamOf } from '../support/graphSide.ts';
import { at, START_MS } from '../support/harness.ts';
import { type RandomQuery, randomQuery, type Texts } from '../support/randomQuery.ts';
import { VirtualClock } from '../support/virtualClock.ts';

/** The graph without HTTP, over a control plane that others share. */
interface Side {
  readonly graph: Graph;
  readonly upstream: Upstream;
}

interface Outcome {
  readonly status: number | undefined;
  readonly data: unknown;
  readonly errors: readonly string[];
  readonly made: Receipt['made'] | undefined;
  readonly attempts: number | undefined;
}

const clock = new VirtualClock(START_MS);

async function startSide(plane: ControlPlane, compile: CompileMode): Promise<Side> {
  const upstream = upstreamOf(plane, clock);
  return { graph: await graphOver(upstream, { compile }), upstream };
}

async function stopSide({ graph, upstream }: Side): Promise<void> {
  await graph.close();
  upstream.close();
}

async function run(
  { graph }: Side,
  { query, variables }: Pick<RandomQuery, 'query' | 'variables'>,
  maxAgeMs?: number,
): Promise<Outcome> {
  const { http, body } = await graph.server.executeOperation(
    { query, variables },
    { contextValue: graph.createContext({ caller: ANONYMOUS, requestId: 'test', maxAgeMs }) },
  );
  if (body.kind !== 'single') throw new TypeError('An answer in parts was not asked for.');
  const { data, errors = [], extensions } = body.singleResult;
  const receipt = extensions?.upstream as Receipt | undefined;
  return {
    status: http.status,
    // As text, for the order of the fields is part of the answer.
    data: JSON.stringify(data),
    errors: errors
      .map(({ path, message, extensions: details }) =>
        JSON.stringify([path, details?.code, message]),
      )
      .sort(),
    made: receipt?.made,
    attempts: receipt?.attempts,
  };
}

async function setFaults(plane: ControlPlane, actions: readonly string[]): Promise<void> {
  const faults = actions.map((action) => ({
    action,
    kind: 'error',
    name: 'AccessDeniedException',
  }));
  const response = await fetch(`${plane.url}/_local/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  expect(response.ok).toBe(true);
}

const READS = [
  'DescribeCACertificate',
  'DescribeCertificate',
  'DescribeProvisioningTemplate',
  'ListCACertificates',
  'ListCertificatesByCA',
  'ListProvisioningTemplates',
  'GetRegistrationCode',
];

describe('compiled queries', () => {
  let plane: ControlPlane;
  let plain: Side;
  let compiled: Side;
  let texts: Texts;
  beforeAll(async () => {
    plane = await startControlPlane({ clock, seeds: ['demo'] });
    plain = await startSide(plane, 'never');
    compiled = await startSide(plane, 'always');
    texts = await textsOf(plain);
  });
  afterAll(async () => {
    await Promise.all([stopSide(plain), stopSide(compiled)]);
    await plane.close();
  });

  test('answer as graphql-js does, and make the same calls', async () => {
    const seen = { queries: 0, hard: 0, failed: 0, abstract: 0, absent: 0 };
    const oneRun = fc.record({
      request: randomQuery(plain.graph.schema, texts),
      failing: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray(READS, { minLength: 1, maxLength: 3 }) },
      ),
      isCold: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      isLive: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    });
    await fc.assert(
      fc.asyncProperty(oneRun, async ({ request, failing, isCold, isLive }) => {
        await setFaults(plane, failing);
        const sides = [plain, compiled];
        for (const { upstream } of sides) if (isCold) upstream.door.cache.clear();
        const [expected, found] = await Promise.all(
          sides.map((side) => run(side, request, isLive ? 0 : undefined)),
        );
        expect(found).toEqual(expected);
        const hasFailed = (expected?.errors.length ?? 0) > 0;
        const { traits } = request;
        seen.queries += 1;
        seen.failed += Number(hasFailed);
        seen.abstract += Number(traits.has('abstract type'));
        seen.absent += Number(traits.has('absent variable'));
        seen.hard += Number(hasFailed || traits.size > 0);
      }),
      { numRuns: 1000, seed: 3, endOnFailure: true },
    );
    await setFaults(plane, []);
    expect(seen.queries).toBeGreaterThanOrEqual(1000);
    expect(seen.hard).toBeGreaterThanOrEqual(seen.queries / 3);
    for (const count of [seen.failed, seen.abstract, seen.absent]) {
      expect(count).toBeGreaterThan(50);
    }
    // Else it would compare graphql-js with itself.
    expect(compiled.graph.compiled.answered).toBeGreaterThan(seen.queries / 3);
    expect(plain.graph.compiled.answered).toBe(0);
  });

  test('make the same calls where a root field that cannot be null fails at once', async () => {
    const request = {
      query: '{ nodes(ids: ["no id"]) { id } registrationCode }',
      variables: {},
    };
    for (const { upstream } of [plain, compiled]) upstream.door.cache.clear();
    const expected = await run(plain, request);
    expect(expected.errors).toHaveLength(1);
    expect(await run(compiled, request)).toEqual(expected);
  });
});

describe('what is compiled', () => {
  let plane: ControlPlane;
  let upstream: Upstream;
  beforeAll(async () => {
    plane = await startControlPlane({ clock, seeds: ['demo'] });
    upstream = upstreamOf(plane, clock);
  });
  afterAll(async () => {
    upstream.close();
    await plane.close();
  });

  async function withSide<Result>(
    options: Parameters<typeof graphOver>[1],
    work: (side: Side) => Promise<Result>,
  ): Promise<Result> {
    const graph = await graphOver(upstream, options);
    try {
      return await work({ graph, upstream });
    } finally {
      await graph.close();
    }
  }

  /** How many of so many equal requests a compiled query answered. */
  async function answered(
    compile: CompileMode,
    request: Pick<RandomQuery, 'query' | 'variables'>,
    times = 1,
  ): Promise<number> {
    return withSide({ compile }, async (side) => {
      for (let time = 0; time < times; time += 1) await run(side, request);
      return side.graph.compiled.answered;
    });
  }

  const LIST = 'query ($first: Int) { caCertificates(first: $first) { nodes { certificateId } } }';

  test('a query that comes again', async () => {
    expect(await answered('second-sight', { query: LIST, variables: { first: 3 } }, 1)).toBe(0);
    expect(await answered('second-sight', { query: LIST, variables: { first: 3 } }, 4)).toBe(3);
  });

  test.each([
    ['a variable inside an object', '($s: CACertificateStatus)', 'filter: { status: $s }'],
    ['a text that could pass for code', '', 'filter: { templateName: "a__MAGIC" }'],
    ['a name with an underscore', '($an_int: Int)', 'first: $an_int'],
  ])('not %s', async (_name, definitions, given) => {
    const query = `query ${definitions} { caCertificates(${given}) { nodes { status } } }`;
    expect(await answered('always', { query, variables: {} })).toBe(0);
    expect(await answered('always', { query: LIST, variables: {} })).toBe(1);
  });

  test.each([
    ['an alias with an underscore', '{ a_b: registrationCode }'],
    ['the schema', '{ __schema { queryType { name } } registrationCode }'],
    [
      'a mutation',
      'mutation { deleteCACertificate(input: { certificateId: "no" }) { deletedId } }',
    ],
    [
      'fragments that unfold without end in sight',
      `{ ...A ...A1 } fragment A on Query { ${'registrationCode '.repeat(400)} }
       fragment A1 on Query { ...A ... { ...A } }`,
    ],
  ])('not %s', async (_name, query) => {
    expect(await answered('always', { query, variables: {} })).toBe(0);
  });

  test('code in a text does not run', async () => {
    const code = '0),x:(globalThis.wasRun=true';
    const text = `__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d${code}`;
    for (const query of [
      `{ provisioningTemplate(templateName: "${text}") { type } }`,
      `query ($n: String! = "${text}") { provisioningTemplate(templateName: $n) { type } }`,
      `{ provisioningTemplate(templateName: "\\u005f${text.slice(1)}") { type } }`,
    ]) {
      expect(await answered('always', { query, variables: {} })).toBe(0);
    }
    expect(globalThis).not.toHaveProperty('wasRun');
  });

  test('bad variables are told as graphql-js tells them', async () => {
    const request = { query: LIST, variables: { first: 'many' } };
    const expected = await withSide({ compile: 'never' }, (side) => run(side, request));
    expect(await withSide({ compile: 'always' }, (side) => run(side, request))).toEqual(expected);
    expect(expected.errors).toHaveLength(1);
  });

  test('each choice of conditions by itself, of a field that is selected twice', async () => {
    const query = `query ($a: Boolean!, $b: Boolean!) {
      caCertificates(first: 1) { ...F @include(if: $a) nodes { status } ...F @skip(if: $b) }
    } fragment F on CACertificateConnection { cutShort nodes { certificateId } }`;
    await withSide({ compile: 'always' }, async (side) => {
      for (const [a, b, isShown] of [
        [true, true, true],
        [true, false, true],
        [false, true, false],
        [false, false, true],
      ]) {
        const { data } = await run(side, { query, variables: { a, b } });
        expect(String(data).includes('cutShort')).toBe(isShown);
        expect(String(data).includes('certificateId')).toBe(isShown);
      }
      expect(side.graph.compiled.answered).toBe(4);
    });
  });

  test('an error in it is told by graphql-js, at no further call', async () => {
    await setFaults(plane, ['ListCACertificates', 'DescribeProvisioningTemplate']);
    upstream.door.cache.clear();
    const query = `{
      caCertificates(first: 5) { nodes { status } }
      again: caCertificates(first: 5) { nodes { status } }
      provisioningTemplates(first: 3) { nodes { templateName templateBody caCertificates { totalCount } } }
      registrationCode
    }`;
    const bill = async (compile: CompileMode) => {
      upstream.door.cache.clear();
      plane.resetCalls();
      const { errors } = await withSide({ compile }, (side) => run(side, { query, variables: {} }));
      return { errors, calls: plane.calls() };
    };
    const expected = await bill('never');
    expect(await bill('always')).toEqual(expected);
    expect(expected.errors.length).toBeGreaterThan(4);
    await setFaults(plane, []);
  });

  test('takes no more memory than its bound', async () => {
    const compiledBytes = 512 * 1024;
    await withSide({ compile: 'always', compiledBytes }, async (side) => {
      for (let first = 1; first <= 12; first += 1) {
        const query = `{ caCertificates(first: ${first}) { nodes { status } } }`;
        await run(side, { query, variables: {} });
        const { compiled, documents } = side.graph;
        expect(compiled.bytes + documents.bytes).toBeLessThanOrEqual(compiledBytes);
      }
      expect(side.graph.compiled.answered).toBe(12);
      expect(side.graph.compiled.bytes).toBeGreaterThan(compiledBytes / 2);
    });
  });
});

/** Names and ids of the account, and some that are not there. */
async function textsOf(side: Side): Promise<Texts> {
  const { data } = await run(side, {
    query: `{
      caCertificates(first: 6) { nodes { id certificateId certificates(first: 2) { nodes { id } } } }
      provisioningTemplates(first: 8) { nodes { id templateName } }
    }`,
    variables: {},
  });
  const all = JSON.parse(String(data));
  const cas = at(all, 'caCertificates', 'nodes') as unknown[];
  const templates = at(all, 'provisioningTemplates', 'nodes') as unknown[];
  const text = (from: unknown[], name: string) => from.map((node) => at(node, name) as string);
  const certificates = cas.flatMap((ca) => at(ca, 'certificates', 'nodes') as unknown[]);
  const ids = [...text(cas, 'id'), ...text(templates, 'id'), ...text(certificates, 'id')];
  const gone = 'f'.repeat(64);
  return {
    id: [...ids, 'no id'],
    ids: [...ids, ...ids, ...ids, 'no id'],
    certificateId: [...text(cas, 'certificateId'), gone, 'short'],
    templateName: [...text(templates, 'templateName'), 'gone', 'not a name'],
    templateNamePrefix: ['', 'f', 'j'],
    after: ['no cursor'],
  };
}
