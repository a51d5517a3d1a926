import { setTimeout as sleep } from 'node:timers/promises';
import type { Victim } from './victims.ts';
import { send } from './wire.ts';

/** What another caller saw of a server under attack. */
export interface Seen {
  readonly worstMs: number;
  /** Answers that did not come, or were none. */
  readonly lost: number;
  readonly asked: number;
  readonly peakRssBytes: number;
}

const QUERY = '{caCertificates(first:2){nodes{certificateId}}}';

/** How often the other caller asks, and how long it waits for an answer before it counts as lost. */
const EVERY_MS = 100;
const WAIT_MS = 5000;

/** One small query of a well-behaved caller, on a connection of its own. */
export async function askWell(victim: Victim, waitMs = WAIT_MS): Promise<number | undefined> {
  const { status, text, ms } = await send(victim, {
    headers: victim.operator,
    body: { query: QUERY },
    waitMs,
  });
  return status === 200 && text.includes('"certificateId":"') ? ms : undefined;
}

/** Asks the same small query all the time until it is told to stop. */
export function watch(victim: Victim): { stop(): Promise<Seen> } {
  let worstMs = 0;
  let lost = 0;
  let asked = 0;
  let peakRssBytes = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      peakRssBytes = Math.max(peakRssBytes, victim.rssBytes());
      const startMs = performance.now();
      const ms = await askWell(victim);
      asked += 1;
      if (ms === undefined) lost += 1;
      worstMs = Math.max(worstMs, ms ?? performance.now() - startMs);
      await sleep(EVERY_MS);
    }
  };
  const looking = look();
  return {
    async stop() {
      isOver = true;
      await looking;
      return { worstMs, lost, asked, peakRssBytes };
    },
  };
}
