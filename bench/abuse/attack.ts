import type { Victim } from './victims.ts';

export type Group = 'queries' | 'requests' | 'connections' | 'rights and leaks' | 'shutdown';

/** What came of an attack. No problem means that it was withstood. */
export interface Finding {
  readonly problems: readonly string[];
  /** What the server did, in a few words. */
  readonly note: string;
}

/** One known attack. */
export interface Attack {
  readonly name: string;
  readonly group: Group;
  /** What it sends. */
  readonly does: string;
  /** What counts as withstood, besides what holds for every attack (see `EVERY`). */
  readonly withstood: string;
  /** The server is ended and has lost when the attack is not over by then. */
  readonly boundMs: number;
  /** It spends its time waiting, so that others may run beside it. */
  readonly isWaiting?: boolean;
  /** It ends the server, so that nobody asks it anything afterwards. */
  readonly endsServer?: boolean;
  run(victim: Victim): Promise<Finding>;
}

/** What holds during every attack, and afterwards. */
export const EVERY = {
  /** Another caller, who asks the same small query all the time, never waits longer. */
  waitMs: 2000,
  /** The process never holds more memory, in bytes. */
  rssBytes: 350 * 1000 * 1000,
} as const;
