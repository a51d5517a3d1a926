import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { keep } from '../abuse/keep.ts';
import { makeKeys, type Programs, startBackend, startOurs, type Victim } from '../abuse/victims.ts';
import { GoodCaller } from './goodCaller.ts';
import type { HostileSpec, HostileTally } from './hostile.ts';
import { page, type Soak } from './report.ts';

export interface SoakOptions extends Programs {
  readonly hostileFile: string;
  readonly minutes: number;
  /** Where the page goes; undefined when it is only printed. */
  readonly pageFile: string | undefined;
  /** The page that has the table of what must hold. */
  readonly securityFile: string;
}

const SAMPLE_MS = 1000;
/** Of unloaded work before the attack, and as warm-up before that. */
const UNLOADED_MS = 45_000;
const WARM_UP_MS = 15_000;

/** Prints the table, writes the page; answers whether every promise was kept. */
export async function main(options: SoakOptions): Promise<boolean> {
  const soak = await run(options);
  const { text, promises, isKept } = page(soak);
  console.log(text);
  if (options.pageFile !== undefined) {
    await writeFile(options.pageFile, text);
    await keep(options.securityFile, 'soak', promises);
  }
  return isKept;
}

async function run(options: SoakOptions): Promise<Soak> {
  const directory = await mkdtemp(join(tmpdir(), 'soak-'));
  const keys = await makeKeys(options);
  const backend = await startBackend(options, ['--quotas', 'on', '--latency-ms', '15-40']);
  try {
    const victim = await startOurs(options, backend, keys, directory);
    const good = await GoodCaller.start(victim);
    await good.work(WARM_UP_MS);
    console.error('  unloaded');
    const unloaded = await good.work(UNLOADED_MS);
    console.error('  loaded');
    const hostile = fork(options.hostileFile, [JSON.stringify(specOf(victim))]);
    const rss: number[] = [];
    const ownDelay = monitorEventLoopDelay({ resolution: 10 });
    ownDelay.enable();
    const look = setInterval(() => rss.push(victim.rssBytes()), SAMPLE_MS);
    const loaded = await good.work(options.minutes * 60_000);
    clearInterval(look);
    ownDelay.disable();
    const told = new Promise<HostileTally>((resolve) => {
      hostile.once('message', (message) => resolve(message as HostileTally));
    });
    hostile.send('stop');
    const tally = await told;
    const lostNow = await good.findLost(victim);
    victim.signal('SIGTERM');
    const end = await Promise.race([victim.ended, sleep(40_000).then(() => 'no end in 40 s')]);
    await victim.kill();
    const again = await startOurs(options, backend, keys, directory);
    const lostAfterwards = await good.findLost(again);
    good.close();
    await again.kill();
    return {
      ...{ minutes: options.minutes, unloaded, loaded, rss, tally, end },
      ownDelayMs: ownDelay.max / 1e6,
      refused: Object.fromEntries(good.lost),
      lost: [...lostNow, ...lostAfterwards.map((text) => `after a restart: ${text}`)],
      changes: good.changes,
    };
  } finally {
    await backend.kill();
    await rm(directory, { recursive: true, force: true });
    await rm(keys.directory, { recursive: true, force: true });
  }
}

const specOf = ({ host, port, reader, secondReader }: Victim): HostileSpec => ({
  ...{ host, port, reader, secondReader },
});
