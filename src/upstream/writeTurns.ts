import type { Lifetime } from './lifetime.ts';

/**
 * Turns at a thing, for whoever looks at it and then writes what the look allows: no other write of
 * this gateway comes between. What others write at AWS is not kept out.
 */
export class WriteTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when all that came before has ended. Rejects when the lifetime ends first. */
  async take<Result>(
    thing: string,
    lifetime: Lifetime | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(thing);
    let end = (): void => {};
    const own = new Promise<void>((resolve) => {
      end = resolve;
    });
    const ended = before === undefined ? own : before.then(() => own);
    this.#last.set(thing, ended);
    try {
      if (before !== undefined) await (lifetime ? lifetime.during(before) : before);
      return await work();
    } finally {
      end();
      if (this.#last.get(thing) === ended) this.#last.delete(thing);
    }
  }
}
