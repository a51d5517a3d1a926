import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, EVERY, type Finding } from './attack.ts';
import { connectionAttacks } from './attacks/connections.ts';
import { queryAttacks } from './attacks/queries.ts';
import { requestAttacks } from './attacks/requests.ts';
import { rightsAttacks } from './attacks/rights.ts';
import { shutdownAttacks } from './attacks/shutdown.ts';
import { keep } from './keep.ts';
import { askWell, type Seen, watch } from './probe.ts';
import { type Outcome, page, type Row, summary } from './report.ts';
import {
  type Keys,
  makeKeys,
  type Programs,
  startBackend,
  startOurs,
  startStock,
  type Victim,
} from './victims.ts';

/** Every attack of the list. */
export const ATTACKS: readonly Attack[] = [
  ...queryAttacks,
  ...requestAttacks,
  ...connectionAttacks,
  ...rightsAttacks,
  ...shutdownAttacks,
];

export interface AbuseOptions extends Programs {
  /** Where the page goes; undefined when only some attacks are run. */
  readonly pageFile: string;
  /** The page that tells the result in a sentence. */
  readonly securityFile: string;
}

const KINDS = ['gateway', 'stock'] as const;
type Kind = (typeof KINDS)[number];

/** Two servers and the attacker share the machine: more at once would measure the machine. */
const WAITING_AT_ONCE = 4;

/**
 * Runs the attacks, or those whose names contain one of the words, against both servers, prints the
 * table and, when all were run, writes the page. Answers whether the gateway withstood all.
 */
export async function main(words: readonly string[], options: AbuseOptions): Promise<boolean> {
  const wanted = ATTACKS.filter(
    ({ name }) =>
      words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase())),
  );
  if (wanted.length === 0) {
    console.error(`No attack has ${words.join(' or ')} in its name.`);
    return false;
  }
  const found = new Map<string, Outcome>();
  const keys = await makeKeys(options);
  const run = async (attack: Attack, kind: Kind): Promise<void> => {
    const outcome = await attackOnce(attack, kind, options, keys);
    found.set(`${attack.name} ${kind}`, outcome);
    const mark = outcome.problems.length === 0 ? 'withstood' : 'NOT withstood';
    const why = [...outcome.problems, outcome.note].join('; ');
    console.error(`  ${attack.name}, ${kind}: ${mark} (${why})`);
  };
  for (const attack of wanted.filter(({ isWaiting }) => isWaiting !== true)) {
    for (const kind of KINDS) await run(attack, kind);
  }
  const waiting = wanted
    .filter(({ isWaiting }) => isWaiting === true)
    .flatMap((attack) => KINDS.map((kind) => () => run(attack, kind)));
  await Promise.all(
    Array.from({ length: WAITING_AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    }),
  );
  await rm(keys.directory, { recursive: true, force: true });
  const rows: Row[] = wanted.flatMap((attack) => {
    const gateway = found.get(`${attack.name} gateway`);
    const stock = found.get(`${attack.name} stock`);
    return gateway === undefined || stock === undefined ? [] : [{ attack, gateway, stock }];
  });
  const text = page(rows, machine());
  console.log(words.length === 0 ? text : summary(rows));
  if (words.length === 0) {
    await writeFile(options.pageFile, text);
    await keep(options.securityFile, 'abuse', summary(rows));
  }
  return rows.every(({ gateway }) => gateway.problems.length === 0);
}

function machine(): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Run on ${day} with Node.js ${process.version}, ${cpus().length} processors.`;
}

/** One attack on one server, which is started for it and ended after it. */
async function attackOnce(
  attack: Attack,
  kind: Kind,
  programs: Programs,
  keys: Keys,
): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'abuse-'));
  const backend = kind === 'gateway' ? await startBackend(programs) : undefined;
  let victim: Victim | undefined;
  try {
    victim =
      backend === undefined
        ? await startStock(programs)
        : await startOurs(programs, backend, keys, directory);
    return await underWatch(attack, victim);
  } catch (error) {
    return { problems: [`the attack could not be run: ${(error as Error).message}`], note: '' };
  } finally {
    await victim?.kill();
    await backend?.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

async function underWatch(attack: Attack, victim: Victim): Promise<Outcome> {
  for (let warm = 0; warm < 5; warm += 1) {
    if ((await askWell(victim)) === undefined) throw new Error('The server answers nobody.');
  }
  const watching = attack.endsServer === true ? undefined : watch(victim);
  // A server that hangs can be ended from outside only.
  const hardKill = setTimeout(() => void victim.kill(), attack.boundMs + 2000);
  const finding = await Promise.race([
    attack.run(victim),
    sleep(attack.boundMs).then(
      (): Finding => ({ problems: [`not over after ${attack.boundMs / 1000} s`], note: '' }),
    ),
    victim.ended.then(async (end): Promise<Finding> => {
      // An attack that ends the server tells itself what came of it.
      await sleep(attack.endsServer === true ? attack.boundMs : 200);
      return { problems: [`the process ended: ${end}`], note: '' };
    }),
  ]);
  const seen = await watching?.stop();
  clearTimeout(hardKill);
  const others = seen === undefined ? [] : sufferings(seen);
  return {
    problems: [...finding.problems, ...others],
    note: finding.note,
    ...(seen === undefined ? {} : { worstMs: seen.worstMs, peakRssBytes: seen.peakRssBytes }),
  };
}

/** What the other caller and the machine suffered. */
function sufferings({ worstMs, lost, asked, peakRssBytes }: Seen): string[] {
  return [
    ...(lost > 0 ? [`another caller lost ${lost} of ${asked} answers`] : []),
    ...(lost === 0 && worstMs > EVERY.waitMs
      ? [`another caller waited ${(worstMs / 1000).toFixed(1)} s`]
      : []),
    ...(peakRssBytes > EVERY.rssBytes
      ? [`it took ${Math.round(peakRssBytes / 1e6)} MB of memory`]
      : []),
  ];
}
