import { forLog } from '../redaction.ts';

/** What stands for all names beyond the first so many. */
export const OTHER = 'other';

const NAME = /^[_A-Za-z][_0-9A-Za-z]{0,63}$/;

/** Names that come from outside, few enough to be labels: the first of them, then OTHER. */
export class BoundedNames {
  readonly #max: number;
  readonly #known = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The label for a name; `mayLearn`: it may be one of the first. */
  label(name: string, mayLearn: boolean): string {
    if (this.#known.has(name)) return name;
    if (!mayLearn || this.#known.size >= this.#max || !NAME.test(name)) return OTHER;
    // What looks like a secret is no name to keep.
    if (forLog(name) !== name) return OTHER;
    this.#known.add(name);
    return name;
  }
}
