import { AwsError } from './awsError.ts';
import type { CallCounter } from './callBill.ts';
import type { Latency, Quotas } from './dialFormats.ts';
import type { FaultList } from './faults.ts';
import type { Throttle } from './throttle.ts';

/** Paths that no action of AWS has. */
export const LOCAL_PREFIX = '/_local/';

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
    PUT: async ({ faults }, body) => {
      const { faultsSchema, parse } = await import('./dialFormats.ts');
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
    PUT: async ({ throttle }, body): Promise<Quotas> => {
      const { parse, quotasSchema } = await import('./dialFormats.ts');
      throttle.quotas = parse(quotasSchema, readJson(body), 'quotas');
      return throttle.quotas;
    },
  },
  latency: {
    GET: ({ latency }) => latency,
    PUT: async (dials, body): Promise<Latency> => {
      const { latencySchema, parse } = await import('./dialFormats.ts');
      dials.latency = parse(latencySchema, readJson(body), 'latency');
      return dials.latency;
    },
  },
  health: { GET: ({ storage }) => ({ status: 'ok', storage }) },
};

/** A JSON value, or a promise of one, for a request under `/_local/`. Throws or rejects with AwsError. */
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

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON in UTF-8.');
  }
}
