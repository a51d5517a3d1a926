import { isDeepStrictEqual } from 'node:util';
import { account } from '../accounts.ts';
import { type Client, load, type Operation, type RawAnswer, withClient } from '../client.ts';
import { cursorOf, type Fleet } from '../peers/inMemory.ts';
import { type ServerProcess, startProcess } from '../processes.ts';
import type { ServerSpec } from '../servers.ts';
import { type BenchOptions, type Check, figure, type Grid, median, type Table } from '../table.ts';

const CAS = 500;
const SHOWN = 50;
/** In (b) the windows have these many more or fewer CAs, so that few are ever asked for twice. */
const SPREAD = 10;
const SOCKETS = 8;

const QUERY =
  'query Fleet($first: Int!, $after: String) { caCertificates(first: $first, after: $after) { nodes { certificateId status creationDate template { templateName type enabled } } pageInfo { hasNextPage } } }';

/** Sent by Node.js itself, or not to be copied. */
const OWN_HEADERS = ['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'];

const OURS = 'this gateway';
const STORED = 'bare node:http, stored bytes';
const STRINGIFY = 'bare node:http, JSON.stringify';
const MERCURIUS = 'Mercurius with jit';
const APOLLO = 'stock Apollo Server';
const YOGA = 'GraphQL Yoga';

interface Candidate {
  readonly name: string;
  readonly process: ServerProcess;
  /** The body of the next request. */
  readonly next: () => string;
}

interface Round {
  readonly perSecond: number;
  readonly cpuUsPerRequest: number;
}

type Rounds = ReadonlyMap<string, readonly Round[]>;

/** Requests per second and processor time per request over data that is all held in memory. */
export async function warm(options: BenchOptions): Promise<Table> {
  const { childFile, say } = options;
  const plane = await startProcess(childFile, { kind: 'plane', shape: account(CAS) });
  const ours = await startProcess(
    childFile,
    { kind: 'ours', endpoint: plane.url, isLimited: false },
    options.profileFlags,
  );
  const { fleet, cursors, answer } = await withClient((caller) => readFleet(caller, ours.url));
  const headers = headersOf(answer);
  const stored = { body: answer.text, headers };
  const start = (spec: ServerSpec): Promise<ServerProcess> => startProcess(childFile, spec);
  const peers: Readonly<Record<string, ServerProcess>> = {
    [STORED]: await start({ kind: 'storedBytes', answer: stored }),
    [STRINGIFY]: await start({ kind: 'stringify', answer: stored }),
    'window by JSON.stringify': await start({ kind: 'stringifyWindow', fleet, headers }),
    [MERCURIUS]: await start({ kind: 'mercurius', fleet }),
    [YOGA]: await start({ kind: 'yoga', fleet }),
    [APOLLO]: await start({ kind: 'apollo', fleet }),
  };
  const same = JSON.stringify({ query: QUERY, variables: { first: SHOWN } });
  const identical = [
    ...[STORED, STRINGIFY].map((name) => named(name, peers[name], () => same)),
    named(OURS, ours, () => same),
    ...[MERCURIUS, YOGA, APOLLO].map((name) => named(name, peers[name], () => same)),
  ];
  const plainCursors = Array.from({ length: CAS }, (_, place) => cursorOf(place));
  const varied = [
    named(STORED, peers[STORED], windows(plainCursors)),
    named(STRINGIFY, peers['window by JSON.stringify'], windows(plainCursors)),
    named(OURS, ours, windows(cursors)),
    ...[MERCURIUS, YOGA, APOLLO].map((name) => named(name, peers[name], windows(plainCursors))),
  ];
  try {
    if (options.profileFlags.length > 0) {
      const only = varied.filter(({ name }) => name === OURS);
      return table(new Map(), await alternate(only, options), []);
    }
    const unequal = [
      ...(await withClient((caller) => differing(caller, identical, []))),
      ...(await withClient((caller) => differing(caller, varied, [STORED]))),
    ];
    say('(a) identical query');
    const a = await alternate(identical, options);
    say('(b) different variables each time');
    const b = await alternate(varied, options);
    return table(a, b, unequal);
  } finally {
    await Promise.all([ours, plane, ...Object.values(peers)].map((one) => one.close()));
  }
}

function named(name: string, process: ServerProcess | undefined, next: () => string): Candidate {
  if (process === undefined) throw new Error(`${name} was not started.`);
  return { name, process, next };
}

interface ReadFleet {
  readonly fleet: Fleet;
  readonly cursors: readonly string[];
  /** To the identical query, as our gateway gives it once it is warm. */
  readonly answer: RawAnswer;
}

interface FleetNode {
  readonly template: Readonly<Record<string, unknown>>;
}

interface FleetAnswer {
  readonly caCertificates: {
    readonly edges: ReadonlyArray<{ readonly cursor: string }>;
    readonly nodes: readonly FleetNode[];
  };
}

/** The peers hold what our gateway answers, so that all hold the same. */
async function readFleet(client: Client, url: string): Promise<ReadFleet> {
  const query = QUERY.replace('nodes {', 'edges { cursor } nodes {');
  const { data, errors } = await client.query(url, { query, variables: { first: CAS } });
  if (errors) throw new Error(JSON.stringify(errors[0]));
  const { edges, nodes } = (data as unknown as FleetAnswer).caCertificates;
  const templates = [
    ...new Map(nodes.map(({ template }) => [String(template.templateName), template])),
  ];
  const placeOf = new Map(templates.map(([name], place) => [name, place]));
  const fleet = {
    templates: templates.map(([, template]) => template),
    caCertificates: nodes.map(({ template: _, ...rest }) => rest),
    templateOf: nodes.map(({ template }) => placeOf.get(String(template.templateName)) ?? -1),
  };
  const operation: Operation = { query: QUERY, variables: { first: SHOWN } };
  await client.raw(url, operation);
  const answer = await client.raw(url, operation);
  return { fleet, cursors: edges.map(({ cursor }) => cursor), answer };
}

function headersOf({ headers }: RawAnswer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      OWN_HEADERS.includes(name) || typeof value !== 'string' ? [] : [[name, value]],
    ),
  );
}

/** Bodies for windows of another place and size each time, in an order that looks random. */
function windows(cursors: readonly string[]): () => string {
  const sizes = 2 * SPREAD + 1;
  const places = CAS - SHOWN - SPREAD;
  const all = sizes * places;
  // Coprime to their number, so that all come before any comes again.
  const stride = 4_999;
  let at = 0;
  return () => {
    at = (at + stride) % all;
    const first = SHOWN - SPREAD + (at % sizes);
    const after = cursors[Math.floor(at / sizes)];
    return JSON.stringify({ query: QUERY, variables: { first, after } });
  };
}

/** The names of those whose `data` is not that of the others. */
async function differing(
  client: Client,
  candidates: readonly Candidate[],
  except: readonly string[],
): Promise<string[]> {
  const compared = candidates.filter(({ name }) => !except.includes(name));
  const answers = await Promise.all(
    compared.map(({ process, next }) => client.query(process.url, JSON.parse(next()) as Operation)),
  );
  const reference = answers[compared.findIndex(({ name }) => name === OURS)]?.data;
  return compared.flatMap(({ name }, place) =>
    reference && isDeepStrictEqual(answers[place]?.data, reference) ? [] : [name],
  );
}

/** Rounds in turns, so that whatever else the machine does meets all alike. */
async function alternate(
  candidates: readonly Candidate[],
  { isQuick, say }: BenchOptions,
): Promise<Rounds> {
  const rounds = new Map<string, Round[]>(candidates.map(({ name }) => [name, []]));
  const [count, ms] = isQuick ? [2, 400] : [7, 1500];
  for (let round = 0; round <= count; round += 1) {
    for (const candidate of candidates) {
      // The first round warms up: what is compiled late is compiled by then.
      const measured = await measure(candidate, round === 0 ? 2 * ms : ms);
      if (round > 0) rounds.get(candidate.name)?.push(measured);
    }
    say(`round ${round} of ${count}`);
  }
  return rounds;
}

async function measure({ process, next }: Candidate, ms: number): Promise<Round> {
  const cpuBeforeUs = await process.cpuUs();
  const startMs = performance.now();
  const answered = await load(process.url, next, { sockets: SOCKETS, ms });
  const seconds = (performance.now() - startMs) / 1000;
  const cpuUs = (await process.cpuUs()) - cpuBeforeUs;
  return { perSecond: answered / seconds, cpuUsPerRequest: cpuUs / answered };
}

/** The median over the rounds of one figure of ours by the same of another. */
function ratio(rounds: Rounds, of: string, by: string, pick: (round: Round) => number): number {
  const others = rounds.get(by) ?? [];
  return median(
    (rounds.get(of) ?? []).map((round, place) => {
      const other = others[place];
      return other === undefined ? Number.NaN : pick(round) / pick(other);
    }),
  );
}

const rate = (round: Round): number => round.perSecond;
const cpu = (round: Round): number => round.cpuUsPerRequest;

function atLeast(rounds: Rounds, which: string, peer: string, least: number): Check {
  const found = ratio(rounds, OURS, peer, rate);
  return {
    text: `(${which}) at least ${least} of the rate of ${peer}`,
    isMet: found >= least,
    found: figure(found),
  };
}

function table(a: Rounds, b: Rounds, unequal: readonly string[]): Table {
  return {
    name: 'warm',
    title: '3. Warm',
    about: `${SHOWN} CAs with their template over ${CAS} CAs that are all cached: (a) the identical query; (b) windows of another place and of ${SHOWN - SPREAD} to ${SHOWN + SPREAD} CAs each time. Each server is a process of its own, asked over ${SOCKETS} sockets in rounds by turns; ratios are medians over the rounds. Our gateway reads AWS anew when its answers are 15 s old, and sends its receipt; the peers hold the fleet as objects in memory, with one synchronous lookup for each template. The bare servers send our gateway's headers, and in (a) its bytes; in (b) the one with stored bytes sends those of (a), and the one with JSON.stringify reads the variables and cuts the window.`,
    ratios: [
      ratioGrid('(a) identical query', a),
      ratioGrid('(b) different variables each time', b),
    ],
    absolute: [absoluteGrid('(a) identical query', a), absoluteGrid('(b) different variables', b)],
    checks: [
      {
        text: 'All give the same data',
        isMet: unequal.length === 0,
        found: unequal.length === 0 ? 'the same' : `different: ${unequal.join(', ')}`,
      },
      atLeast(a, 'a', STRINGIFY, 1),
      atLeast(a, 'a', MERCURIUS, 1.5),
      atLeast(a, 'a', APOLLO, 8),
      atLeast(b, 'b', MERCURIUS, 0.7),
      atLeast(b, 'b', APOLLO, 3),
    ],
  };
}

function ratioGrid(caption: string, rounds: Rounds): Grid {
  return {
    caption,
    columns: [
      'server',
      'rate of this gateway / its rate',
      'its CPU per request / stored bytes',
      'its rate / stored bytes',
    ],
    rows: [...rounds.keys()].map((name) => [
      name,
      figure(ratio(rounds, OURS, name, rate)),
      figure(ratio(rounds, name, STORED, cpu)),
      figure(ratio(rounds, name, STORED, rate)),
    ]),
  };
}

function absoluteGrid(caption: string, rounds: Rounds): Grid {
  return {
    caption,
    columns: ['server', 'requests per second', 'CPU per request, microseconds'],
    rows: [...rounds].map(([name, measured]) => [
      name,
      Math.round(median(measured.map(rate))),
      Math.round(median(measured.map(cpu))),
    ]),
  };
}
