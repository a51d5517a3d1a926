import * as z from 'zod';
import { actionNames, statusOfError } from './actions.ts';
import { AwsError } from './awsError.ts';

// Imported as a type, or by import() when there is something to check: zod takes its time to load.

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

const rate = z.number().positive().max(1_000_000);
const burst = z.number().int().min(1).max(1_000_000);

/**
 * AWS's throttling. Rates are calls per second for one account, region and action; a burst is how
 * many calls a bucket holds when full, by default one second's worth.
 */
export const quotasSchema = z.strictObject({
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

export type Quotas = z.infer<typeof quotasSchema>;

const waitMs = z.number().int().min(0).max(600_000);

/** Added to every call, evenly spread between the two. */
export const latencySchema = z
  .strictObject({ minMs: waitMs, maxMs: waitMs })
  .refine((latency) => latency.minMs <= latency.maxMs, {
    path: ['maxMs'],
    error: 'must not be less than minMs',
  });

export type Latency = z.infer<typeof latencySchema>;

/** Throws InvalidRequestException that names the first wrong field by its path. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [what, ...(issue?.path ?? [])].join('.');
  throw new AwsError('InvalidRequestException', `${path}: ${issue?.message ?? 'not valid'}`);
}
