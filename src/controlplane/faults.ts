import { z } from 'zod';
import { type ActionName, actionNames, statusOfError } from './actions.ts';
import type { RandomSource } from './contract.ts';
import { fraction } from './random.ts';

const target = {
  action: z.enum([...actionNames, '*']),
  /** How many calls it hits before it disappears; without it, all of them. */
  times: z.number().int().min(1).max(1_000_000).optional(),
  /** The share of calls it hits, from 0 to 1. */
  probability: z.number().min(0).max(1).optional(),
};

const status = z.number().int().min(200).max(599);
const errorName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,99}$/);

const faultSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      ...target,
      kind: z.literal('error'),
      name: errorName,
      status: status.min(400).optional(),
      message: z.string().max(10_000).optional(),
    })
    .refine((fault) => fault.status !== undefined || statusOfError(fault.name) !== undefined, {
      path: ['status'],
      error: 'needed, because the error name is not a known one',
    }),
  z.strictObject({
    ...target,
    kind: z.literal('delay'),
    delayMs: z.number().int().min(0).max(3_600_000),
  }),
  z.strictObject({ ...target, kind: z.literal('lostResponse') }),
  z.strictObject({ ...target, kind: z.literal('reset') }),
  z.strictObject({
    ...target,
    kind: z.literal('garbage'),
    body: z.enum(['html', 'truncated']).optional(),
    status: status.optional(),
  }),
  z.strictObject({ ...target, kind: z.literal('hang') }),
]);

/** At most a hundred at once: each is looked at on every call. */
export const faultsSchema = z.array(faultSchema).max(100);

/**
 * What goes wrong on purpose. `error`: that error instead of the action. `delay`: the action, later.
 * `lostResponse`: the action runs and the connection breaks before its answer. `reset`: the
 * connection breaks and nothing ran. `garbage`: a body that is no answer. `hang`: no answer ever.
 */
export type Fault = z.infer<typeof faultSchema>;

/** A fault that decides how the call ends. */
export type FinalFault = Exclude<Fault, { readonly kind: 'delay' }>;

export interface FaultPlan {
  readonly delayMs: number;
  readonly final: FinalFault | undefined;
}

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
