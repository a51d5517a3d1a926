import { z } from 'zod';
import { AwsError } from './awsError.ts';
import type { CallCounter } from './callBill.ts';
import { type FaultList, faultsSchema } from './faults.ts';
import { type Quotas, quotasSchema, type Throttle } from './throttle.ts';

export const LOCAL_PREFIX = '/_local/';

const waitMs = z.number().int().min(0).max(600_000);

/** Added to every call, evenly spread between the two. */
export const latencySchema = z
  .strictObject({ minMs: waitMs, maxMs: waitMs })
  .refine((latency) => latency.minMs <= latency.maxMs, {
    path: ['maxMs'],
    error: 'must not be less than minMs',
  });

export type Latency = z.infer<typeof latencySchema>;

/** What can be turned while the control plane runs. */
export interface Dials {
  readonly calls: CallCounter;
  readonly faults: FaultList;
  readonly throttle: Throttle;
  latency: Latency;
  readonly storage: 'memory' | 'durable';
}

type Handler = (dials: Dials, body: Uint8Array) => unknown;

const handlers: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  calls: {
    GET: ({ calls }) => ({ ...calls.bill(), realms: calls.realms() }),
    DELETE: ({ calls }) => {
      calls.reset();
      return {};
    },
  },
  faults: {
    GET: ({ faults }) => faults.faults,
    PUT: ({ faults }, body) => {
      faults.faults = parse(faultsSchema, readJson(body), 'faults');
      return faults.faults;
    },
    DELETE: ({ faults }) => {
      faults.faults = [];
      return faults.faults;
    },
  },
  quotas: {
    GET: ({ throttle }) => throttle.quotas,
    PUT: ({ throttle }, body): Quotas => {
      throttle.quotas = parse(quotasSchema, readJson(body), 'quotas');
      return throttle.quotas;
    },
  },
  latency: {
    GET: ({ latency }) => latency,
    PUT: (dials, body): Latency => {
      dials.latency = parse(latencySchema, readJson(body), 'latency');
      return dials.latency;
    },
  },
  health: { GET: ({ storage }) => ({ status: 'ok', storage }) },
};

/** Answers a request under `/_local/` with a JSON value, or throws AwsError. */
export function answerLocal(method: string, path: string, body: Uint8Array, dials: Dials): unknown {
  const name = path.slice(LOCAL_PREFIX.length);
  const methods = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  const handler = methods && Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!handler) {
    const served = Object.entries(handlers)
      .map(([place, table]) => `${Object.keys(table).join('|')} ${LOCAL_PREFIX}${place}`)
      .join(', ');
    throw new AwsError('UnknownOperationException', `Nothing here. Served: ${served}.`);
  }
  return handler(dials, body);
}

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

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON in UTF-8.');
  }
}
