import { cpus } from 'node:os';
import { render } from '../table.ts';
import type { Kind, Sample } from './goodCaller.ts';
import type { HostileTally } from './hostile.ts';
import { percentile, slope } from './latency.ts';
import { SLOW_CONNECTIONS } from './load.ts';

export interface Soak {
  readonly minutes: number;
  readonly unloaded: readonly Sample[];
  readonly loaded: readonly Sample[];
  /** The gateway's memory in bytes, each second. */
  readonly rss: readonly number[];
  readonly tally: HostileTally;
  /** Answers that the good caller did not get, with how often. */
  readonly refused: Readonly<Record<string, number>>;
  /** What was acknowledged and is not there. */
  readonly lost: readonly string[];
  readonly changes: number;
  /** How the gateway ended on SIGTERM. */
  readonly end: string;
  /** How late the good caller's own process was at worst: what no server can help. */
  readonly ownDelayMs: number;
}

const RSS_LIMIT_BYTES = 350 * 1000 * 1000;
/** What memory may grow by in the second half, by the line through its samples. */
const FLAT_BYTES = 10 * 1000 * 1000;
const P99_RATIO = 3;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const inMs = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(1));

/** docs/soak.md, and whether every promise was kept. */
export function page(soak: Soak): {
  readonly text: string;
  /** What must hold and what was found, as a table. */
  readonly promises: string;
  readonly isKept: boolean;
} {
  const checks = checksOf(soak);
  const text = render({
    name: 'soak',
    title: 'Hostile and normal load at once',
    about: [
      `Made by \`npm run soak\`: ${soak.minutes} minutes on ${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${cpus().length} processors that the gateway shares with the control plane, the good caller and the attackers.`,
      `The gateway runs as in production: the built command line with API keys, its records on disk, in front of the local control plane with AWS's quotas and 15 to 40 ms for each call.`,
      `The good caller asks 16 times a second from memory, reads a CA live each second and changes a CA each two seconds, by a fixed timetable; times count from when a request was due.`,
      `Meanwhile the attacks of the abuse list run one after the other, ${Object.keys(soak.tally.attacks).length} kinds, with up to ${3 * SLOW_CONNECTIONS} slow connections and 20 slow readers beside them, and clients that hang up.`,
      `The process of the good caller itself was late by ${Math.round(soak.ownDelayMs)} ms at worst.`,
    ].join(' '),
    checks,
    ratios: [],
    absolute: [latencies(soak), tenths(soak), hostility(soak)],
  });
  const promises = [
    '| must hold | found |',
    '| --- | --- |',
    ...checks.map((check) => `| ${check.text} | ${check.found} |`),
  ].join('\n');
  return { text, promises, isKept: checks.every(({ isMet }) => isMet) };
}

function checksOf(soak: Soak) {
  const { rss, unloaded, loaded, refused, lost, changes, tally, end } = soak;
  const second = rss.slice(rss.length >> 1);
  const growth = slope(second) * second.length;
  const peak = Math.max(...rss);
  const [before, after] = [unloaded, loaded].map((samples) => p(samples, 0.99)) as [number, number];
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const problems = Object.entries(tally.problems);
  return [
    {
      text: `memory (RSS) stays under ${megabytes(RSS_LIMIT_BYTES)}`,
      isMet: peak < RSS_LIMIT_BYTES,
      found: `at most ${megabytes(peak)}`,
    },
    {
      text: `memory is flat in the second half: it grows by less than ${megabytes(FLAT_BYTES)}`,
      isMet: growth < FLAT_BYTES,
      found: `${growth < 0 ? '-' : '+'}${(Math.abs(growth) / 1e6).toFixed(1)} MB`,
    },
    {
      text: `a good caller's p99 stays within ${P99_RATIO} times its unloaded value`,
      isMet: after <= P99_RATIO * before,
      found: `${inMs(before)} ms, then ${inMs(after)} ms: ${(after / before).toFixed(2)} times`,
    },
    {
      text: 'every request of the good caller is answered with data',
      isMet: refusals === 0,
      found:
        refusals === 0
          ? `${unloaded.length + loaded.length} of ${unloaded.length + loaded.length}`
          : Object.entries(refused)
              .map(([why, count]) => `${count} times ${why}`)
              .join('; '),
    },
    {
      text: 'every acknowledged change is in AWS and in the journal, also after a restart',
      isMet: lost.length === 0,
      found: lost.length === 0 ? `${changes} of ${changes}` : lost.join('; '),
    },
    {
      text: 'every attack is withstood',
      isMet: problems.length === 0,
      found:
        problems.length === 0
          ? `${Object.values(tally.attacks).reduce((sum, count) => sum + count, 0)} attacks`
          : problems.map(([text, count]) => `${count} times ${text}`).join('; '),
    },
    { text: 'SIGTERM ends the process in order', isMet: end === 'exit 0', found: end },
  ];
}

const p = (samples: readonly Sample[], part: number): number =>
  percentile(
    samples.map(({ ms }) => ms),
    part,
  );

function latencies({ unloaded, loaded }: Soak) {
  const kinds: ReadonlyArray<Kind | undefined> = [undefined, 'from memory', 'live', 'change'];
  return {
    caption: "The good caller's answers, in milliseconds",
    columns: ['kind', 'answers', 'p50 unloaded', 'p50', 'p99 unloaded', 'p99', 'slowest'],
    rows: kinds.map((kind) => {
      const [before, after] = [unloaded, loaded].map((samples) =>
        samples.filter((sample) => kind === undefined || sample.kind === kind),
      ) as [Sample[], Sample[]];
      const parts = [p(before, 0.5), p(after, 0.5), p(before, 0.99), p(after, 0.99), p(after, 1)];
      return [kind ?? 'all', after.length, ...parts.map(inMs)];
    }),
  };
}

const TENTHS = 10;

function tenths({ rss, loaded, minutes }: Soak) {
  const share = Math.max(1, Math.floor(rss.length / TENTHS));
  const shareMs = (minutes * 60_000) / TENTHS;
  const places = Array.from({ length: TENTHS }, (_, place) => place);
  return {
    caption: 'In each tenth of the time',
    columns: ['', ...places.map((place) => `${place + 1}`)],
    rows: [
      [
        'memory (RSS), mean',
        ...places.map((place) => {
          const part = rss.slice(place * share, (place + 1) * share);
          return megabytes(part.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, part.length));
        }),
      ],
      [
        "the good caller's p99, ms",
        ...places.map((place) =>
          inMs(
            p(
              loaded.filter(({ atMs }) => Math.floor(atMs / shareMs) === place),
              0.99,
            ),
          ),
        ),
      ],
    ],
  };
}

function hostility({ tally }: Soak) {
  return {
    caption: 'What attacked',
    columns: ['attack', 'times'],
    rows: [...Object.entries(tally.attacks), ['clients that left', tally.left] as const].map(
      ([name, count]) => [name, count],
    ),
  };
}
