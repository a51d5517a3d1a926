import type { ActionName } from '../upstream/actions.ts';

/** What an operation will cost in AWS calls, by what is known before it runs. */
export interface Price {
  /** Calls that are certain. */
  readonly min: number;
  /** Calls that there can be at most. */
  readonly max: number;
  /** Things that are known already and will be in the answer, each as often as it is selected. */
  readonly nodes: number;
  /** The certain calls by action. */
  readonly certain: ReadonlyMap<ActionName, number>;
  /** Where in the operation how many calls can fall, the costliest first. */
  readonly paths: ReadonlyArray<{ readonly path: string; readonly max: number }>;
}

/** Adds up the calls of an operation, each question once. */
export class Estimate {
  readonly #certain = new Map<string, { readonly action: ActionName; readonly path: string }>();
  readonly #possible = new Map<string, number>();
  #nodes = 0;

  /** A call that will be made; equal keys are one question, and one call. */
  sure(action: ActionName, key: string, path: string): void {
    if (!this.#certain.has(key)) this.#certain.set(key, { action, path });
  }

  /** Whether a question is among the calls that are certain. */
  isSure(key: string): boolean {
    return this.#certain.has(key);
  }

  /** Things of a list that is known, which the answer will show. */
  shows(nodes: number): void {
    this.#nodes += nodes;
  }

  /** Calls that may be made. */
  maybe(calls: number, path: string): void {
    if (calls > 0) this.#possible.set(path, (this.#possible.get(path) ?? 0) + calls);
  }

  price(): Price {
    const certain = new Map<ActionName, number>();
    const paths = new Map(this.#possible);
    for (const { action, path } of this.#certain.values()) {
      certain.set(action, (certain.get(action) ?? 0) + 1);
      paths.set(path, (paths.get(path) ?? 0) + 1);
    }
    const min = this.#certain.size;
    const possible = [...this.#possible.values()].reduce((sum, calls) => sum + calls, 0);
    return {
      min,
      max: min + possible,
      nodes: this.#nodes,
      certain,
      paths: [...paths]
        .map(([path, max]) => ({ path, max }))
        .sort((one, other) => other.max - one.max),
    };
  }
}
