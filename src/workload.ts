import type { Clock } from './clock.ts';

/** What is under way in the gateway, and whether more is taken. */
export class Workload {
  #running = 0;
  #isDraining = false;
  #waiting: Array<() => void> = [];

  get isDraining(): boolean {
    return this.#isDraining;
  }

  begin(): void {
    this.#running += 1;
  }

  /** Ends what one `begin` began. */
  end(): void {
    this.#running -= 1;
    this.#tell();
  }

  /** From now on nothing new is to be taken; resolves when nothing is under way. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tell();
    });
  }

  #tell(): void {
    if (!this.#isDraining || this.#running > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }
}

/**
 * How long running operations may go on once the gateway drains. Orchestrators wait 30 s for all of
 * a stop, with what comes after the work.
 */
const GRACE_MS = 25_000;
/** Then those that wait for AWS are ended as by their deadlines, and have so long to be answered. */
const CUT_GRACE_MS = 2_000;

/** Waits for what is under way, for 27 s at most; `cut` ends what takes too long. */
export async function finish(
  work: Promise<unknown>,
  cut: () => void,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  if (await endsWithin(GRACE_MS, work, clock)) return;
  cut();
  await endsWithin(CUT_GRACE_MS, work, clock);
}

async function endsWithin(
  waitMs: number,
  work: Promise<unknown>,
  clock: Pick<Clock, 'sleep'>,
): Promise<boolean> {
  const waiting = new AbortController();
  const enough = clock.sleep(waitMs, waiting.signal).then(
    () => false,
    () => true,
  );
  const hasEnded = await Promise.race([work.then(() => true), enough]);
  waiting.abort();
  return hasEnded;
}
