import type { ActionName } from './actions.ts';
import type { RandomSource } from './contract.ts';
import type { Fault } from './dialFormats.ts';
import { fraction } from './random.ts';

/** A fault that decides how the call ends. */
export type FinalFault = Exclude<Fault, { readonly kind: 'delay' }>;

interface FaultPlan {
  readonly delayMs: number;
  readonly final: FinalFault | undefined;
}

/** The faults in force, which are used up call by call. */
export class FaultList {
  readonly #random: RandomSource;
  #faults: Fault[] = [];

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** The faults still in force, with what is left of `times`. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  set faults(faults: readonly Fault[]) {
    this.#faults = [...faults];
  }

  /** What happens to the next call of an action: delays add up, the first other fault ends it. */
  next(name: ActionName): FaultPlan {
    let delayMs = 0;
    for (const fault of this.#faults) {
      if (fault.action !== '*' && fault.action !== name) continue;
      if (fault.probability !== undefined && fraction(this.#random) >= fault.probability) continue;
      this.#spend(fault);
      if (fault.kind !== 'delay') return { delayMs, final: fault };
      delayMs += fault.delayMs;
    }
    return { delayMs, final: undefined };
  }

  #spend(fault: Fault): void {
    if (fault.times === undefined) return;
    const left = fault.times - 1;
    this.#faults = this.#faults.flatMap((other) => {
      if (other !== fault) return [other];
      return left > 0 ? [{ ...fault, times: left }] : [];
    });
  }
}
