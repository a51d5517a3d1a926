import { account } from '../accounts.ts';
import { type Client, type Operation, withClient } from '../client.ts';
import { type ServerProcess, startProcess } from '../processes.ts';
import { type BenchOptions, type Check, figure, mib, type Table } from '../table.ts';
import { total } from './calls.ts';

const CACHE_BOUND_BYTES = 64 * 1024 * 1024;
/** What a loaded process may hold beside the cache: answers under way, compiled code, the SDK. */
const BESIDE_BYTES = 64 * 1024 * 1024;
const MOST_BLOCKED_MS = 100;
const PAGE = 500;

const ROWS = 'certificateId certificateArn status creationDate';
const withTemplate: Operation = {
  query: `{ caCertificates(first: ${PAGE}) { nodes { ${ROWS} template { templateName type enabled } } } }`,
};
const page = (after: string | null): Operation => ({
  query: `query ($after: String) { caCertificates(first: ${PAGE}, after: $after) { nodes { ${ROWS} } pageInfo { hasNextPage endCursor } } }`,
  variables: { after },
});
/** Many aliases of one list: no more calls than one, and all the work of many. */
const aliased = (aliases: number): Operation => ({
  query: `{ ${Array.from({ length: aliases }, (_, index) => `a${index}: caCertificates(first: ${PAGE}) { nodes { ...row } }`).join(' ')} } fragment row on CACertificate { id ${ROWS} template { id templateName type enabled creationDate } }`,
});

/** As many small fields as a document may hold: parsing, pricing and running them are all long. */
const longDocument = (fields: number, certificateId: string): Operation => ({
  query: `query ($id: String!) { ${Array.from({ length: fields }, (_, index) => `a${index}: caCertificate(certificateId: $id) { id status }`).join(' ')} }`,
  variables: { id: certificateId },
});

/** Fields that are worked out, and lists within lists, over a page of CAs whose details are known. */
const worked: ReadonlyArray<readonly [what: string, operation: Operation]> = [
  [`14 x ${PAGE} CAs with subject and signature`, shownAs(14, 'x509 { subject isSelfSigned }')],
  [
    `${PAGE} CAs with all that their certificates say`,
    shownAs(
      1,
      'x509 { subject issuer serialNumber fingerprint256 keyAlgorithm keySizeBits curve signatureAlgorithm isSelfSigned pathLength }',
    ),
  ],
  [
    `14 x ${PAGE} CAs with the diagnostics of their template's body`,
    shownAs(14, 'template { templateBodyJson diagnostics { code } }'),
  ],
  [
    `14 x ${PAGE} CAs with the PEM and the body`,
    shownAs(14, 'certificatePem template { templateBody }'),
  ],
  [
    '5 templates, their CAs, the template of each and its CAs',
    {
      query:
        '{ provisioningTemplates(first: 5, filter: { type: JITP }) { nodes { caCertificates(first: 90) { nodes { template { templateBody caCertificates(first: 20) { nodes { certificateId template { templateBody } } } } } } } } }',
    },
  ],
];

function shownAs(aliases: number, selection: string): Operation {
  const lists = Array.from(
    { length: aliases },
    (_, index) => `a${index}: caCertificates(first: ${PAGE}) { nodes { ${selection} } }`,
  );
  return { query: `{ ${lists.join(' ')} }` };
}

/** Asks for the PEM of the first page's CAs, as many at once as one operation may describe. */
async function learnDetails(client: Client, url: string): Promise<void> {
  const first = 125;
  let after: string | null = null;
  for (let known = 0; known < PAGE; known += first) {
    const data = await ask(client, url, {
      query: `query ($after: String) { caCertificates(first: ${first}, after: $after) { nodes { certificatePem } pageInfo { endCursor } } }`,
      variables: { after },
    });
    after = (data.caCertificates as { readonly pageInfo: { readonly endCursor: string } }).pageInfo
      .endCursor;
  }
}

/** A gateway just started, over an account that another process serves. */
async function withGateway<Result>(
  childFile: string,
  caCertificates: number,
  work: (gateway: ServerProcess, plane: ServerProcess, client: Client) => Promise<Result>,
): Promise<Result> {
  const plane = await startProcess(childFile, { kind: 'plane', shape: account(caCertificates) });
  const gateway = await startProcess(childFile, {
    kind: 'ours',
    endpoint: plane.url,
    isLimited: false,
  });
  try {
    return await withClient((client) => work(gateway, plane, client));
  } finally {
    await gateway.close();
    await plane.close();
  }
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ ms: number; value: Result }> {
  const startMs = performance.now();
  const value = await work();
  return { ms: performance.now() - startMs, value };
}

async function ask(client: Client, url: string, operation: Operation) {
  const { data, errors } = await client.query(url, operation);
  if (errors) throw new Error(JSON.stringify(errors[0]));
  return data ?? {};
}

interface Size {
  readonly caCertificates: number;
  readonly firstMs: number;
  readonly allMs: number;
  readonly calls: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly delayMs: number;
}

/** The first cold answer, then every CA of the account in pages, then the memory that this left. */
function measureSize(caCertificates: number, childFile: string): Promise<Size> {
  return withGateway(childFile, caCertificates, async (gateway, plane, client) => {
    const before = await gateway.memory();
    const first = await timed(() => ask(client, gateway.url, withTemplate));
    await plane.takeCalls();
    await gateway.watchLoop();
    const all = await timed(async () => {
      let after: string | null = null;
      do {
        const data = await ask(client, gateway.url, page(after));
        const { pageInfo } = data.caCertificates as {
          readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
        };
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
    });
    const delayMs = await gateway.loopDelayMs();
    const { served } = await plane.takeCalls();
    const memory = await gateway.memory();
    return {
      caCertificates,
      firstMs: first.ms,
      allMs: all.ms,
      calls: total(served),
      heapBytes: memory.heapUsed - before.heapUsed,
      rssBytes: memory.rss - before.rss,
      delayMs,
    };
  });
}

interface Crowd {
  readonly callers: number;
  readonly lastMs: number;
  readonly calls: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly delayMs: number;
}

/** Many callers with the same cold question. */
function measureCrowd(callers: number, childFile: string): Promise<Crowd> {
  return withGateway(childFile, 1000, async (gateway, plane, client) => {
    const before = await gateway.memory();
    await gateway.watchLoop();
    const last = await timed(() =>
      Promise.all(Array.from({ length: callers }, () => ask(client, gateway.url, withTemplate))),
    );
    const delayMs = await gateway.loopDelayMs();
    const { served } = await plane.takeCalls();
    const memory = await gateway.memory();
    return {
      callers,
      lastMs: last.ms,
      calls: total(served),
      heapBytes: memory.heapUsed - before.heapUsed,
      rssBytes: memory.rss - before.rss,
      delayMs,
    };
  });
}

interface Blocking {
  readonly what: string;
  readonly isAdmitted: boolean;
  readonly said: string;
  readonly ms: number;
  readonly delayMs: number;
  readonly bytes: number;
}

/** How late the event loop gets while large queries over cached data are answered. */
function measureBlocking(isQuick: boolean, childFile: string): Promise<Blocking[]> {
  return withGateway(childFile, 1000, async (gateway, _plane, client) => {
    for (let times = 0; times < 3; times += 1) await ask(client, gateway.url, withTemplate);
    const { caCertificates } = await ask(client, gateway.url, withTemplate);
    const { nodes } = caCertificates as { readonly nodes: ReadonlyArray<Identified> };
    const certificateId = nodes[0]?.certificateId ?? '';
    const queries = [
      ...(isQuick ? [1, 10] : [1, 2, 5, 10, 50, 100]).map(
        (count) => [`${count} x ${PAGE} CAs with template`, aliased(count)] as const,
      ),
      ...(isQuick ? [100] : [100, 500, 1000]).map(
        (count) => [`one CA under ${count} aliases`, longDocument(count, certificateId)] as const,
      ),
      // Anew, when it is known what the certificates say, and compiled.
      ...[...worked, ...worked, ...worked],
    ];
    await learnDetails(client, gateway.url);
    const found: Blocking[] = [];
    for (const [what, operation] of queries) {
      await ask(client, gateway.url, withTemplate);
      await gateway.watchLoop();
      const { ms, value } = await timed(() => client.raw(gateway.url, operation));
      const delayMs = await gateway.loopDelayMs();
      const { errors } = JSON.parse(value.text) as { readonly errors?: ReadonlyArray<Refusal> };
      const refusal = errors?.[0];
      found.push({
        what,
        isAdmitted: refusal === undefined,
        said: refusal === undefined ? 'answered' : String(refusal.extensions?.code),
        ms,
        delayMs,
        bytes: value.text.length,
      });
    }
    return found;
  });
}

interface Identified {
  readonly certificateId: string;
}

interface Refusal {
  readonly extensions?: { readonly code?: string };
}

/** Time and memory against the size of the account and the number of callers. */
export async function growth({ isQuick, childFile, say }: BenchOptions): Promise<Table> {
  const sizes: Size[] = [];
  for (const count of isQuick ? [100, 1000] : [100, 1000, 10_000, 100_000]) {
    say(`${count} CAs`);
    sizes.push(await measureSize(count, childFile));
  }
  const crowds: Crowd[] = [];
  for (const count of isQuick ? [1, 10] : [1, 10, 100, 1000]) {
    say(`${count} callers`);
    crowds.push(await measureCrowd(count, childFile));
  }
  say('large queries');
  const blocking = await measureBlocking(isQuick, childFile);
  return {
    name: 'growth',
    title: '4. Growth',
    about: `A gateway in a process of its own, just started, for each line. "First" is the first operation it ever answers: ${PAGE} CAs with their template. Then the whole account is read in pages of ${PAGE}. Memory is taken after a garbage collection and less what the process held before. Accounts of more than 5,000 CAs are served by list and describe rules of the bench over synthetic records, in place of the control plane's own, because signing a certificate for each would take longer than the measurement.`,
    ratios: [
      {
        caption: 'Against the number of CAs',
        columns: [
          'CAs',
          'calls for all pages',
          'first / first of the smallest',
          'heap per CA, bytes',
          'time per CA / that of the largest',
        ],
        rows: sizes.map((size) => {
          const last = sizes.at(-1) ?? size;
          return [
            size.caCertificates,
            size.calls,
            figure(size.firstMs / (sizes[0] ?? size).firstMs),
            Math.round(size.heapBytes / size.caCertificates),
            figure(size.allMs / size.caCertificates / (last.allMs / last.caCertificates)),
          ];
        }),
      },
      {
        caption: 'Against the number of callers with one cold question',
        columns: [
          'callers',
          'calls',
          'last answer / answer to one',
          'time per caller / that of one',
        ],
        rows: crowds.map(({ callers, calls, lastMs }) => {
          const one = (crowds[0] ?? { lastMs }).lastMs;
          return [callers, calls, figure(lastMs / one), figure(lastMs / callers / one)];
        }),
      },
    ],
    absolute: [
      {
        caption: 'Against the number of CAs',
        columns: [
          'CAs',
          'first answer, ms',
          'all pages, ms',
          'heap, MiB',
          'RSS, MiB',
          'event loop late at most, ms',
        ],
        rows: sizes.map((size) => [
          size.caCertificates,
          Math.round(size.firstMs),
          Math.round(size.allMs),
          mib(size.heapBytes),
          mib(size.rssBytes),
          figure(size.delayMs),
        ]),
      },
      {
        caption: 'Against the number of callers',
        columns: [
          'callers',
          'last answer, ms',
          'heap, MiB',
          'RSS, MiB',
          'event loop late at most, ms',
        ],
        rows: crowds.map((crowd) => [
          crowd.callers,
          Math.round(crowd.lastMs),
          mib(crowd.heapBytes),
          mib(crowd.rssBytes),
          figure(crowd.delayMs),
        ]),
      },
      {
        caption: 'Large queries over cached data',
        columns: ['query', 'outcome', 'ms', 'event loop late at most, ms', 'answer, MiB'],
        rows: blocking.map(({ what, said, ms, delayMs, bytes }) => [
          what,
          said,
          Math.round(ms),
          figure(delayMs),
          mib(bytes),
        ]),
      },
    ],
    checks: checksOf(sizes, crowds, blocking),
  };
}

function checksOf(
  sizes: readonly Size[],
  crowds: readonly Crowd[],
  blocking: readonly Blocking[],
): Check[] {
  const heap = Math.max(...sizes.map(({ heapBytes }) => heapBytes));
  const callsOfOne = crowds[0]?.calls ?? 0;
  const callsOfMost = crowds.at(-1)?.calls ?? 0;
  const admitted = blocking.filter(({ isAdmitted }) => isAdmitted);
  const worst = admitted.reduce<Blocking | undefined>(
    (most, one) => (most === undefined || one.delayMs > most.delayMs ? one : most),
    undefined,
  );
  return [
    {
      text: `Memory stays under the bound (the heap: ${mib(CACHE_BOUND_BYTES)} MiB of cache, ${mib(BESIDE_BYTES)} MiB beside it)`,
      isMet: heap <= CACHE_BOUND_BYTES + BESIDE_BYTES,
      found: `${mib(heap)} MiB`,
    },
    {
      text: `${crowds.at(-1)?.callers} callers with the same cold question cause one set of calls`,
      isMet: callsOfMost === callsOfOne,
      found: `${callsOfMost} calls; one caller causes ${callsOfOne}`,
    },
    {
      text: `No query that is admitted blocks the event loop for more than ${MOST_BLOCKED_MS} ms`,
      isMet: worst !== undefined && worst.delayMs <= MOST_BLOCKED_MS,
      found:
        worst === undefined ? 'none was admitted' : `${figure(worst.delayMs)} ms: ${worst.what}`,
    },
  ];
}
