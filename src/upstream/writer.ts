import type { Clock } from '../clock.ts';
import { GatewayError, mayHaveHappened } from '../errors.ts';
import type { ActionOutput, WriteName } from './actions.ts';
import type { Door } from './door.ts';
import { type Before, beforeOf, MAX_READS_BACK, readBack, type Sought } from './readBack.ts';
import type { CallScope } from './scope.ts';
import type { CallTrace, RecordedWrite, Verdict } from './writes.ts';

/** One write to make. */
type Wanted<Name extends WriteName> = Omit<Sought<Name>, 'sinceMs'>;

interface Made<Name extends WriteName> {
  readonly output: ActionOutput<Name>;
  readonly awsRequestId: string | null;
  readonly replayed: boolean;
}

/**
 * Makes a write, and has it recorded. Where the answer is lost it is found out by reading back what
 * became of it: it is sent again, once, only when that shows that it was not made. Throws
 * UPSTREAM_OUTCOME_UNKNOWN when it cannot be found out.
 */
export async function write<Name extends WriteName>(
  door: Door,
  clock: Pick<Clock, 'nowMs'>,
  wanted: Wanted<Name>,
  scope: CallScope,
): Promise<ActionOutput<Name>> {
  const record = await scope.writes?.begin(wanted.action, wanted.input);
  try {
    const { output, awsRequestId, replayed } = await make(door, clock.nowMs(), wanted, scope);
    await record?.end({ kind: 'DONE', output, awsRequestId, replayed });
    return output;
  } catch (error) {
    await endInError(record, error);
    throw error;
  }
}

async function endInError(record: RecordedWrite | undefined, thrown: unknown): Promise<void> {
  const error =
    thrown instanceof GatewayError
      ? thrown
      : // A fault of ours at any point: it may have been sent.
        new GatewayError('UPSTREAM_OUTCOME_UNKNOWN');
  const kind = error.kind === 'refusal' ? 'REFUSED' : mayHaveHappened(error) ? 'UNKNOWN' : 'FAILED';
  await record?.end({ kind, error });
}

async function make<Name extends WriteName>(
  door: Door,
  nowMs: number,
  wanted: Wanted<Name>,
  scope: CallScope,
): Promise<Made<Name>> {
  const { doubtSinceMs } = scope;
  const before = beforeOf(door, wanted.action, wanted.input);
  if (doubtSinceMs !== undefined) {
    const found = await lookFor(door, { ...wanted, sinceMs: doubtSinceMs }, before, scope);
    if (found !== undefined) return found;
  }
  try {
    return await send(door, wanted, scope);
  } catch (error) {
    if (!wasLost(error)) throw error;
    const sought = { ...wanted, sinceMs: doubtSinceMs ?? nowMs };
    const found = await lookFor(door, sought, before, scope, error);
    return found ?? sendAgain(door, sought, before, scope);
  }
}

/** The second time: reading back has shown that the first did nothing. */
async function sendAgain<Name extends WriteName>(
  door: Door,
  sought: Sought<Name>,
  before: Before,
  scope: CallScope,
): Promise<Made<Name>> {
  try {
    return await send(door, sought, scope);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // It may have been made after all, too late for the reading to show it.
    if (!mayHaveHappened(error) && !isSignOfItself(error)) throw error;
    const found = await lookFor(door, sought, before, scope, error);
    if (found !== undefined) return found;
    throw mayHaveHappened(error) ? unknown(sought.action, error) : error;
  }
}

/** A refusal that the first of two equal writes would bring upon the second. */
const isSignOfItself = ({ code }: GatewayError): boolean =>
  code === 'RESOURCE_ALREADY_EXISTS' || code === 'RESOURCE_NOT_FOUND';

async function send<Name extends WriteName>(
  door: Door,
  { action, input }: Wanted<Name>,
  scope: CallScope,
): Promise<Made<Name>> {
  const trace: CallTrace = {};
  const output = await door.write(action, input, scope, trace);
  return { output, awsRequestId: trace.requestId ?? null, replayed: false };
}

/** How long it may take to find out what became of a write, also when its operation is over. */
const SETTLE_MS = 10_000;

function settling(scope: CallScope): CallScope {
  const lifetime = scope.lifetime?.extended(SETTLE_MS);
  return lifetime === undefined ? scope : { ...scope, lifetime, deadlineMs: lifetime.deadlineMs };
}

const wasLost = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && mayHaveHappened(error);

/**
 * What became of a write; undefined when it was not made. Throws UPSTREAM_OUTCOME_UNKNOWN where
 * reading back does not tell, and the refusal where somebody else's is there.
 */
async function lookFor<Name extends WriteName>(
  door: Door,
  sought: Sought<Name>,
  before: Before,
  scope: CallScope,
  lost?: GatewayError,
): Promise<Made<Name> | undefined> {
  const { action } = sought;
  // The reading and, it may be, sending again.
  scope.budget.extend(MAX_READS_BACK + 1);
  let verdict: Verdict<Name>;
  try {
    verdict = await readBack(door, sought, before, settling(scope));
  } catch (error) {
    throw unknown(action, lost ?? error);
  }
  switch (verdict.kind) {
    case 'made':
      return { output: verdict.output, awsRequestId: null, replayed: true };
    case 'not-made':
      return undefined;
    case 'refused':
      throw verdict.error;
    case 'unclear':
      throw unknown(action, lost);
  }
}

function unknown(action: WriteName, cause: unknown): GatewayError {
  if (cause instanceof GatewayError && cause.code === 'UPSTREAM_OUTCOME_UNKNOWN') return cause;
  const details = cause instanceof GatewayError ? cause.details : {};
  const message = `The answer to ${action} was lost, and reading back does not tell whether the change was made. Look at it before you make the change again.`;
  return new GatewayError('UPSTREAM_OUTCOME_UNKNOWN', message, { ...details, action }, cause);
}
