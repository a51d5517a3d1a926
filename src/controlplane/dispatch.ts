import type { Clock } from '../clock.ts';
import { AwsError } from './awsError.ts';
import type {
  ActionContext,
  Choices,
  ClaimAuthority,
  RandomSource,
  RealmState,
} from './contract.ts';
import type { FinalFault } from './faults.ts';
import type { Dials } from './localApi.ts';
import {
  errorAnswer,
  findRoute,
  type Route,
  readInput,
  successAnswer,
  unknownOperation,
  type WireAnswer,
  type WireRequest,
} from './protocol.ts';
import { fraction } from './random.ts';
import type { Rules } from './rules.ts';
import { type Realm, readRealm } from './signature.ts';
import type { Store } from './store.ts';

/** What becomes of the connection of a call. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: WireAnswer }
  /** No answer: the connection is closed. */
  | { readonly kind: 'close' }
  /** No answer: the connection is reset. */
  | { readonly kind: 'reset' }
  /** No answer while the client waits. */
  | { readonly kind: 'hang' };

interface CallRequest extends WireRequest {
  readonly authorization: string | undefined;
  readonly requestId: string;
}

/** What a call needs on its way. */
export interface Dispatcher {
  readonly rules: Rules;
  readonly store: Store;
  readonly clock: Clock;
  readonly dials: Dials;
  readonly choices: Choices;
  readonly random: RandomSource;
  /** For latency and faults, so that they do not disturb the sequence the rules draw from. */
  readonly chance: RandomSource;
  readonly claimAuthority: ClaimAuthority;
  /** Aborted when the server closes: waits on purpose end then. */
  readonly closing: AbortSignal;
}

/** Takes a call through route, signature, faults, quota, checks and rule. Throws AwsError. */
export async function dispatch(request: CallRequest, parts: Dispatcher): Promise<Outcome> {
  const route = findRoute(request.method, request.target);
  if (!route) throw unknownOperation(request.method, request.target);
  const realm = readRealm(request.authorization, request.target);
  const { calls, faults, throttle } = parts.dials;
  const plan = faults.next(route.name);
  await pause(plan.delayMs + drawLatencyMs(parts), parts);
  if (plan.final) calls.count('faulted', realm, route.name);
  if (plan.final && plan.final.kind !== 'lostResponse') {
    return faultOutcome(plan.final, request.requestId);
  }
  if (!throttle.take(realm, route.name)) {
    calls.count('throttled', realm, route.name);
    throw new AwsError('ThrottlingException', 'Rate exceeded');
  }
  calls.count('served', realm, route.name);
  const performed = perform(route, realm, request, parts);
  if (!plan.final) return { kind: 'answer', answer: await performed };
  await performed.catch(hideRefusal);
  return { kind: 'close' };
}

/** A refusal is an answer too, and is lost like any other; failures of ours are not hidden. */
function hideRefusal(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}

async function perform(
  route: Route,
  realm: Realm,
  request: CallRequest,
  parts: Dispatcher,
): Promise<WireAnswer> {
  // The rule's input type is the model's, which is what the input was just checked against.
  const input = readInput(route, request) as never;
  const rule = parts.rules[route.name];
  const nowMs = parts.clock.nowMs();
  const run = (state: RealmState): unknown => rule(input, contextOf(realm, nowMs, state, parts));
  const output = route.action.writes
    ? await parts.store.write(realm, run)
    : await run(parts.store.read(realm));
  return successAnswer(route.action, output, request.requestId);
}

/** What a rule sees: the realm's state and the parts of the control plane. */
export function contextOf(
  realm: Realm,
  nowMs: number,
  state: RealmState,
  parts: Pick<Dispatcher, 'store' | 'choices' | 'random' | 'claimAuthority'>,
): ActionContext {
  const { store, choices, random, claimAuthority } = parts;
  const isHeldElsewhere = (certificateId: string): boolean =>
    store.isHeldElsewhere(realm, certificateId);
  return { ...realm, nowMs, state, choices, random, claimAuthority, isHeldElsewhere };
}

function faultOutcome(fault: FinalFault, requestId: string): Outcome {
  switch (fault.kind) {
    case 'error': {
      const error = new AwsError(fault.name, fault.message ?? 'A fault switched on for testing.');
      return { kind: 'answer', answer: errorAnswer(error, requestId, fault.status) };
    }
    case 'garbage':
      return { kind: 'answer', answer: garbage(fault.body ?? 'html', fault.status, requestId) };
    case 'lostResponse':
      return { kind: 'close' };
    case 'reset':
    case 'hang':
      return { kind: fault.kind };
  }
}

/** What a proxy in between answers, or half of what the service wanted to. */
function garbage(
  body: 'html' | 'truncated',
  status: number | undefined,
  requestId: string,
): WireAnswer {
  if (body === 'truncated') {
    const headers = { 'content-type': 'application/json', 'x-amzn-RequestId': requestId };
    return { status: status ?? 200, headers, body: '{"certificates":[{"certificateArn":"arn:' };
  }
  return {
    status: status ?? 502,
    headers: { 'content-type': 'text/html' },
    body: '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>',
  };
}

function drawLatencyMs(parts: Dispatcher): number {
  const { minMs, maxMs } = parts.dials.latency;
  return maxMs === 0 ? 0 : minMs + Math.floor(fraction(parts.chance) * (maxMs - minMs + 1));
}

async function pause(waitMs: number, parts: Dispatcher): Promise<void> {
  if (waitMs === 0) return;
  // A wait cut short by closing lets the call finish at once.
  await parts.clock.sleep(waitMs, parts.closing).catch(() => undefined);
}
