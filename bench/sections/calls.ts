import { isDeepStrictEqual } from 'node:util';
import { type AccountShape, account, jitpNames } from '../accounts.ts';
import { type Client, type Operation, withClient } from '../client.ts';
import { edgesWithRows, pages, shownOf } from '../optimum.ts';
import { type Calls, type Server, type ServerSpec, startServer } from '../servers.ts';
import type { BenchOptions, Check, Grid, Table } from '../table.ts';

interface Ids {
  readonly id: string;
  readonly certificateId: string;
}

interface Row {
  readonly wanted: string;
  readonly operation: (ids: Ids) => Operation;
  /** Run before, on the same gateway, and not counted. */
  readonly before?: (ids: Ids) => Operation;
  readonly optimum: (shape: AccountShape) => number;
}

const CA_ROW = 'certificateId certificateArn status creationDate';
const TEMPLATE_ROW = 'templateName type enabled creationDate';

const caCertificates = (first: number, below: string): Operation => ({
  query: `query ($first: Int!) { caCertificates(first: $first) { nodes { ${below} } } }`,
  variables: { first },
});
const templates = (below: string): Operation => ({
  query: `{ provisioningTemplates(first: 500) { nodes { ${below} } } }`,
});
const immutable = 'certificatePem certificateMode validity { notBefore notAfter }';
const withTemplate = `${CA_ROW} template { ${TEMPLATE_ROW} }`;

/** The rows of the table of what the gateway must win, each with the formula of its fewest calls. */
const ROWS: readonly Row[] = [
  {
    wanted: 'templates, row fields',
    operation: () => templates(TEMPLATE_ROW),
    optimum: ({ templates: count }) => pages(count),
  },
  {
    wanted: 'templates with body',
    operation: () => templates('templateName templateBody'),
    optimum: ({ templates: count }) => pages(count) + count,
  },
  {
    wanted: 'templates { 100 CAs, rows }',
    operation: () => templates(`templateName caCertificates(first: 100) { nodes { ${CA_ROW} } }`),
    optimum: (shape) => pages(shape.templates) + shape.jitpTemplates,
  },
  {
    wanted: '25 CAs, row fields',
    operation: () => caCertificates(25, CA_ROW),
    optimum: () => 1,
  },
  {
    wanted: '500 CAs, row fields',
    operation: () => caCertificates(500, CA_ROW),
    optimum: (shape) => shownOf(shape, 500).window,
  },
  ...[3, 25, 500].map(
    (first): Row => ({
      wanted: `${first} CAs { template { row fields } }`,
      operation: () => caCertificates(first, withTemplate),
      optimum: (shape) => shownOf(shape, first).window + edgesWithRows(shape, first),
    }),
  ),
  {
    wanted: '500 CAs { template { templateBody } }',
    operation: () => caCertificates(500, `${CA_ROW} template { templateName templateBody }`),
    optimum(shape) {
      const { window, edges, distinctTemplates } = shownOf(shape, 500);
      return window + edges + distinctTemplates;
    },
  },
  {
    wanted: 'templates { 100 CAs { template { row fields } } }',
    operation: () =>
      templates(`templateName caCertificates(first: 100) { nodes { ${withTemplate} } }`),
    optimum: (shape) => pages(shape.templates) + shape.jitpTemplates,
  },
  {
    wanted: 'CA by id { template { CAs } }',
    operation: ({ certificateId }) => ({
      query: `query ($id: String!) { caCertificate(certificateId: $id) { template { templateName type caCertificates(first: 100) { nodes { ${CA_ROW} } } } } }`,
      variables: { id: certificateId },
    }),
    optimum: () => 3,
  },
  {
    wanted: 'one CA under 10 aliases, by `node`, in a list',
    operation: ({ id, certificateId }) => ({
      query: `query ($id: String!, $node: ID!) { ${Array.from({ length: 10 }, (_, index) => `a${index}: caCertificate(certificateId: $id) { ownedBy }`).join(' ')} node(id: $node) { ... on CACertificate { ownedBy } } caCertificates(first: 1) { nodes { ownedBy } } }`,
      variables: { id: certificateId, node: id },
    }),
    optimum: () => 2,
  },
  {
    wanted: 'validity, PEM, mode of 25 CAs seen before, rows read anew',
    before: () => caCertificates(25, immutable),
    operation: () => ({ ...caCertificates(25, `${CA_ROW} ${immutable}`), isLive: true }),
    optimum: () => 1,
  },
  {
    wanted: '25 CAs { ownedBy template { templateName } }',
    operation: () => caCertificates(25, 'ownedBy template { templateName }'),
    optimum: (shape) => 1 + Math.min(25, shape.caCertificates),
  },
  {
    wanted: '500 CAs { template } again',
    before: () => caCertificates(500, withTemplate),
    operation: () => caCertificates(500, withTemplate),
    optimum: () => 0,
  },
  {
    wanted: '10 CAs and totalCount',
    operation: () => ({ query: '{ caCertificates(first: 10) { nodes { id } totalCount } }' }),
    optimum: () => 1,
  },
  {
    wanted: '10 CAs and totalCount with countAll',
    operation: () => ({
      query: '{ caCertificates(first: 10, countAll: true) { nodes { id } totalCount } }',
    }),
    optimum: (shape) => pages(shape.caCertificates),
  },
];

/** Calls that a fresh gateway makes, the fewest that would do, and those of a plain gateway. */
export async function calls({ isQuick, say }: BenchOptions): Promise<Table> {
  const sizes = isQuick ? [40] : [40, 500, 5000];
  const shapes = [
    ...sizes.map((size) => ({ name: `${size} CAs, all naming a template`, shape: account(size) })),
    ...sizes.map((size) => ({
      name: `${size} CAs, every tenth naming none`,
      shape: account(size, 10),
    })),
  ];
  const grids: Grid[] = [];
  const missed: string[] = [];
  const different: string[] = [];
  for (const { name, shape } of shapes) {
    say(name);
    const plane = await startServer({ kind: 'plane', shape });
    const ids = await firstIds(plane);
    const rows: Array<Array<string | number>> = [];
    for (const row of ROWS) {
      const ours = await measure(row, ids, plane, {
        kind: 'ours',
        endpoint: plane.url,
        isLimited: false,
      });
      const plain = await measure(row, ids, plane, {
        kind: 'dataLoader',
        endpoint: plane.url,
        hasTokenBucket: false,
      });
      const optimum = row.optimum(shape);
      if (ours.made !== optimum)
        missed.push(`${row.wanted} (${name}): ${ours.made}, not ${optimum}`);
      if (!sameData(ours.data, plain.data)) different.push(`${row.wanted} (${name})`);
      rows.push([
        row.wanted,
        ours.made === optimum ? ours.made : `**${ours.made}**`,
        optimum,
        plain.made,
        ours.bill,
      ]);
    }
    await plane.close();
    grids.push({
      caption: `Calls, ${name} (${shape.templates} templates, ${jitpNames(shape).length} of them JITP)`,
      columns: ['wanted', 'made', 'optimum', 'plain DataLoader gateway', 'made, by action'],
      rows,
    });
  }
  const checks: Check[] = [
    {
      text: 'Calls equal the optimum on every row and size',
      isMet: missed.length === 0,
      found: missed.length === 0 ? 'all' : missed.join('; '),
    },
    {
      text: 'Both gateways give the same data',
      isMet: different.length === 0,
      found: different.length === 0 ? 'the same' : `different: ${different.join('; ')}`,
    },
  ];
  return {
    name: 'calls',
    title: '1. Calls',
    about:
      'Calls that reach the control plane for one operation on a gateway that was just started. The optimum is computed from the account: of all ways to the answer (Describes, lists of templates, any number of pages of each list) the one with the fewest calls. Where the gateway makes another number, it is in bold.',
    ratios: grids,
    absolute: [],
    checks,
  };
}

async function firstIds(plane: Server): Promise<Ids> {
  const gateway = await startServer({ kind: 'ours', endpoint: plane.url, isLimited: false });
  const { data } = await withClient((client) =>
    client.query(gateway.url, caCertificates(1, 'id certificateId')),
  );
  await gateway.close();
  const found = data?.caCertificates as { readonly nodes: readonly Ids[] } | undefined;
  const ids = found?.nodes[0];
  if (ids === undefined) throw new Error('The account shows no CA.');
  return ids;
}

interface Measured {
  readonly made: number;
  readonly bill: string;
  readonly data: unknown;
}

async function measure(row: Row, ids: Ids, plane: Server, spec: ServerSpec): Promise<Measured> {
  const gateway = await startServer(spec);
  const ask = async (client: Client, operation: Operation) => {
    const { data, errors } = await client.query(gateway.url, operation);
    if (errors) throw new Error(`${row.wanted} on ${spec.kind}: ${JSON.stringify(errors[0])}`);
    return data;
  };
  try {
    return await withClient(async (client) => {
      if (row.before) await ask(client, row.before(ids));
      plane.takeCalls?.();
      const data = await ask(client, row.operation(ids));
      const served = plane.takeCalls?.().served ?? {};
      return { made: total(served), bill: billOf(served), data };
    });
  } finally {
    await gateway.close();
  }
}

/** `totalCount` is left to each gateway to know or not. */
function sameData(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, inner) => (key === 'totalCount' ? undefined : inner)));
  return isDeepStrictEqual(plain(one), plain(other));
}

export function total(counts: Calls['served']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function billOf(served: Calls['served']): string {
  const parts = Object.entries(served).map(([action, count]) => `${count} ${action}`);
  return parts.length === 0 ? 'none' : parts.sort().join(', ');
}
