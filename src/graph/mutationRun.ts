import {
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Resolvers, UserError } from '../generated/resolvers.ts';
import { ChangeRecorder, type WriteTally } from '../journal/changeRecorder.ts';
import { resourceOf } from '../journal/writeRecords.ts';
import type { WriteRecorder } from '../upstream/writes.ts';
import type { GraphContext } from './context.ts';
import type { Leaves, RunEnd } from './idempotency.ts';
import type { Loaders } from './loaders.ts';
import { refused, userError } from './mutation.ts';
import { subjectOf } from './mutationSubjects.ts';

type MutationResolver = GraphQLFieldResolver<unknown, GraphContext>;

/** What every payload has, beside what is its own. */
interface Payload {
  readonly userErrors?: readonly UserError[];
  /** Where a resolver found out by itself. */
  readonly replayed?: boolean;
}

type Arguments = Readonly<Record<string, unknown>>;

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * The resolvers with each mutation run under the journal of changes and its idempotency key: every
 * write is on record before it is sent, and a mutation that sent none is recorded as it ended.
 */
export function withRecords(resolvers: Resolvers): Resolvers {
  if (resolvers.Mutation === undefined) return resolvers;
  const mutations = Object.entries(resolvers.Mutation as Record<string, MutationResolver>);
  const wrapped = mutations.map(([name, resolve]) => [name, recorded(resolve)]);
  return { ...resolvers, Mutation: Object.fromEntries(wrapped) };
}

function recorded(resolve: MutationResolver): MutationResolver {
  return async (root, args, context, info) => {
    const { idempotencyKey, ...input } = inputOf(args);
    const run = (doubtSinceMs?: number) =>
      runRecorded((own) => resolve(root, args, own, info), { input, context, info, doubtSinceMs });
    if (typeof idempotencyKey !== 'string') return outcomeOf(await run());
    if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
      const message =
        '`input.idempotencyKey` must be 1 to 128 printable ASCII characters without spaces.';
      return refusal('BAD_USER_INPUT', message, info);
    }
    const { caller } = context.scope;
    const keyed = { caller, key: idempotencyKey, mutation: info.fieldName, input };
    const result = await context.idempotency.once(keyed, run);
    switch (result.kind) {
      case 'first':
        return result.outcome;
      case 'again':
        return { ...result.outcome, replayed: true };
      case 'failed':
        throw result.error;
      case 'reused': {
        const message =
          'The idempotency key was used in the last 24 hours with another mutation or another input; take a new key.';
        return refusal('IDEMPOTENCY_KEY_REUSED', message, info);
      }
    }
  };
}

function inputOf({ input }: Arguments): Arguments {
  return typeof input === 'object' && input !== null ? (input as Arguments) : {};
}

function outcomeOf(end: RunEnd<object>): object {
  if (end.kind === 'failed') throw end.error;
  return end.outcome;
}

interface MutationCall {
  readonly input: Arguments;
  readonly context: GraphContext;
  readonly info: GraphQLResolveInfo;
  readonly doubtSinceMs: number | undefined;
}

/** Runs a mutation with its writes recorded. Never rejects. */
async function runRecorded(
  resolve: (context: GraphContext) => unknown,
  { input, context, info, doubtSinceMs }: MutationCall,
): Promise<RunEnd<object>> {
  const { journal, upstream, requestId, scope, loaders } = context;
  const { caller } = scope;
  const operation = info.fieldName;
  const recorder = new ChangeRecorder(journal, upstream, { caller, operation, requestId });
  const { tally } = recorder;
  const doubt = doubtSinceMs === undefined ? {} : { doubtSinceMs };
  const own = { ...context, scope: { ...scope, writes: forgetting(recorder, loaders), ...doubt } };
  try {
    const payload = (await resolve(own)) as Payload;
    const isRefused = (payload.userErrors ?? []).length > 0;
    if (tally.begun === 0) await recordEnd(recorder, operation, input, payload);
    const outcome = { ...payload, replayed: payload.replayed ?? tally.replayed > 0 };
    return { kind: 'ended', outcome, leaves: leftBy(tally, isRefused) };
  } catch (error) {
    if (tally.begun === 0) await recordFailure(recorder, operation, input, error);
    return { kind: 'failed', error, leaves: tally.made > 0 ? 'DOUBT' : 'NOTHING' };
  }
}

/**
 * A recorder that also has the operation forget what it has read of the resource of each write,
 * however that ended: all writes of a mutation pass here.
 */
function forgetting(recorder: WriteRecorder, loaders: Loaders): WriteRecorder {
  return {
    async begin(action, input) {
      const record = await recorder.begin(action, input);
      const resource = resourceOf(action, input);
      return {
        end(end) {
          loaders.forget(resource);
          return record.end(end);
        },
      };
    },
  };
}

/** A mutation that tells of a write that failed as a user error is not done either. */
function leftBy({ begun, made, failed }: WriteTally, isRefused: boolean): Leaves {
  if (begun === 0) return isRefused ? 'NOTHING' : 'RESULT';
  if (failed === 0) return 'RESULT';
  return made > 0 ? 'DOUBT' : 'NOTHING';
}

/** A mutation that sent nothing. */
async function recordEnd(
  recorder: ChangeRecorder,
  operation: string,
  input: Arguments,
  payload: Payload,
): Promise<void> {
  const subject = subjectOf(operation, input, { ...payload });
  if (subject === undefined) return;
  const refused = payload.userErrors?.[0];
  const { code = null, message = null } = refused ?? {};
  const outcome = refused === undefined ? 'DONE' : 'REFUSED';
  await recorder.record(subject, { outcome, code, message });
}

async function recordFailure(
  recorder: ChangeRecorder,
  operation: string,
  input: Arguments,
  error: unknown,
): Promise<void> {
  const subject = subjectOf(operation, input, {});
  const { code, message } =
    error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR');
  // What cannot be recorded because nothing can be is told in the answer.
  if (subject === undefined || code === 'RECORDS_UNAVAILABLE') return;
  await recorder.record(subject, { outcome: 'FAILED', code, message });
}

/** The payload of a mutation that was not run, whatever its type. */
function refusal(code: UserError['code'], message: string, info: GraphQLResolveInfo): object {
  const keys = refused([userError(code, message, ['idempotencyKey'])]);
  return { ...emptyPayload(info), ...keys, replayed: false };
}

function emptyPayload({ returnType }: GraphQLResolveInfo): object {
  const type = getNamedType(returnType);
  if (!isObjectType(type)) return {};
  const fields = Object.values(type.getFields());
  return Object.fromEntries(fields.map(({ name, type: given }) => [name, emptyOf(given)]));
}

/** Payloads have lists and switches beside what may be null. */
function emptyOf(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  return isListType(getNullableType(type)) ? [] : false;
}
