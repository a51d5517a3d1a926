import * as z from 'zod';
import { type ActionName, actionNames, statusOfError } from './actions.ts';
import { AwsError } from './awsError.ts';

// Imported as a type, or by import() when there is something to check: zod takes its time to load.

// The types are written out, not inferred: the package publishes them, and comes without zod.

/** What tells whether a value is well formed. */
interface Format<Value> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: Value }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: ReadonlyArray<{
            readonly path: readonly PropertyKey[];
            readonly message: string;
          }>;
        };
      };
}

interface FaultTarget {
  readonly action: ActionName | '*';
  /** How many calls it hits before it disappears; without it, all of them. */
  readonly times?: number | undefined;
  /** The share of calls it hits, from 0 to 1. */
  readonly probability?: number | undefined;
}

/**
 * What goes wrong on purpose. `error`: that error instead of the action; one that is not known needs
 * its status. `delay`: the action, later. `lostResponse`: the action runs and the connection breaks
 * before its answer. `reset`: the connection breaks and nothing ran. `garbage`: a body that is no
 * answer. `hang`: no answer ever.
 */
export type Fault = FaultTarget &
  (
    | {
        readonly kind: 'error';
        readonly name: string;
        readonly status?: number | undefined;
        readonly message?: string | undefined;
      }
    | { readonly kind: 'delay'; readonly delayMs: number }
    | {
        readonly kind: 'garbage';
        readonly body?: 'html' | 'truncated' | undefined;
        readonly status?: number | undefined;
      }
    | { readonly kind: 'lostResponse' }
    | { readonly kind: 'reset' }
    | { readonly kind: 'hang' }
  );

interface Rate {
  /** Calls per second for one account, region and action. */
  readonly ratePerSecond?: number | undefined;
  /** How many calls a bucket holds when full; by default one second's worth. */
  readonly burst?: number | undefined;
}

/** AWS's throttling. What is left out is as AWS has it. */
export interface Quotas extends Rate {
  readonly enabled: boolean;
  readonly perAction?: Readonly<Partial<Record<ActionName, Rate | undefined>>> | undefined;
}

/** Added to every call, in milliseconds, evenly spread between the two. */
export interface Latency {
  readonly minMs: number;
  readonly maxMs: number;
}

const target = {
  action: z.enum([...actionNames, '*']),
  times: z.number().int().min(1).max(1_000_000).optional(),
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
export const faultsSchema: Format<readonly Fault[]> = z.array(faultSchema).max(100);

const rate = z.number().positive().max(1_000_000);
const burst = z.number().int().min(1).max(1_000_000);

/** Quotas, checked. */
export const quotasSchema: Format<Quotas> = z.strictObject({
  enabled: z.boolean(),
  ratePerSecond: rate.optional(),
  burst: burst.optional(),
  perAction: z
    .partialRecord(
      z.enum(actionNames),
      z.strictObject({ ratePerSecond: rate.optional(), burst: burst.optional() }),
    )
    .optional(),
});

const waitMs = z.number().int().min(0).max(600_000);

/** A latency, checked. */
export const latencySchema: Format<Latency> = z
  .strictObject({ minMs: waitMs, maxMs: waitMs })
  .refine((latency) => latency.minMs <= latency.maxMs, {
    path: ['maxMs'],
    error: 'must not be less than minMs',
  });

/** Throws InvalidRequestException that names the first wrong field by its path. */
export function parse<Value>(format: Format<Value>, value: unknown, what: string): Value {
  const parsed = format.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [what, ...(issue?.path ?? [])].join('.');
  throw new AwsError('InvalidRequestException', `${path}: ${issue?.message ?? 'not valid'}`);
}
