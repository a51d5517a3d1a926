import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from './auth.ts';
import type { Caller } from './caller.ts';
import { type Cors, preflightOrigin } from './exposure/cors.ts';
import { createRequestGuard, encodingRefusal, foreignOrigin } from './exposure/requestGuard.ts';
import type { Exposure } from './exposure.ts';
import { headersOf, type Refusal, refuse } from './failure.ts';
import { isOpen, unauthenticated } from './httpAuth.ts';
import { createCharging } from './httpRate.ts';
import { PATHS, type PathFacts, pathOf } from './paths.ts';
import { NO_CHARGE, type RateLimiter } from './rateLimit.ts';
import type { Workload } from './workload.ts';

interface EntryOptions {
  readonly authenticate: Authenticate;
  /** Unset: callers may ask as much as they like. */
  readonly rateLimiter?: RateLimiter | undefined;
  readonly exposure: Exposure;
}

/**
 * What each request passes before anything of its body is read. It is one hook, for the framework's
 * way from one to the next would cost more than most of them do.
 */
export function guardEntry(
  app: FastifyInstance,
  { authenticate, rateLimiter, exposure }: EntryOptions,
  workload: Workload,
): void {
  const { limits, listeners, isOwnHost, cors } = exposure;
  const guard = createRequestGuard({ headerCount: limits.headerCount, isOwnHost });
  const charge = createCharging(rateLimiter);
  const enter = (
    request: FastifyRequest,
    reply: FastifyReply,
    facts: PathFacts | undefined,
    caller: Caller | undefined,
  ): Refusal | undefined => {
    if (caller === undefined) return unauthenticated;
    request.caller = caller;
    // Everybody else's connection can be taken for a new one.
    listeners.hold(reply.raw);
    const refusal = facts?.isCharged === true ? charge(request, reply) : undefined;
    return refusal ?? unread(request, facts);
  };
  app.decorateRequest('answerHeaders', undefined);
  app.decorateRequest('caller');
  app.decorateRequest('charge');
  app.addHook('onRequest', (request, reply, done) => {
    const settle = (refusal: Refusal | undefined): void => {
      if (refusal === undefined) done();
      else refuse(request, reply, refusal);
    };
    const path = pathOf(request.url);
    const facts = PATHS.get(path);
    request.charge = NO_CHARGE;
    request.answerHeaders = cors?.headersFor(path, request.headers.origin);
    const unfit = guard(request);
    if (unfit !== undefined) {
      settle(unfit);
      return;
    }
    // A preflight carries no credentials, and no route answers it with data.
    const origin = preflightOrigin(request);
    if (origin !== undefined && answersPreflight(cors, path, origin, request, reply)) return;
    const isForAll = origin !== undefined || isOpen(request, facts);
    const turnedAway = admit(workload, reply, facts, isForAll);
    if (turnedAway !== undefined || isForAll) {
      settle(turnedAway ?? unread(request, facts));
      return;
    }
    const found = authenticate(request.headers);
    if (!(found instanceof Promise)) {
      settle(enter(request, reply, facts, found));
      return;
    }
    found
      .then((caller) => {
        // Who has left meanwhile would stay under way for ever.
        if (!reply.raw.destroyed) settle(enter(request, reply, facts, caller));
      })
      .catch(done);
  });
  carryOwnHeaders(app);
}

/** Answers a preflight for a path that is shared; false for any other path. */
function answersPreflight(
  cors: Cors | undefined,
  path: string,
  origin: string,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const allowed = cors?.preflight(path, origin);
  if (allowed === undefined) return false;
  if (allowed === 'foreign') refuse(request, reply, foreignOrigin);
  else reply.code(204).headers(allowed).send();
  return true;
}

/**
 * Counts each request that needs credentials until it is answered or its client has left; refuses
 * them while draining. What is open to everybody is no work that a stop waits for.
 */
function admit(
  workload: Workload,
  reply: FastifyReply,
  facts: PathFacts | undefined,
  isForAll: boolean,
): Refusal | undefined {
  if (workload.isDraining) {
    reply.header('connection', 'close');
    if (facts?.isProbe !== true) return draining;
  }
  if (!isForAll) {
    workload.begin();
    reply.raw.once('close', () => workload.end());
  }
  return undefined;
}

const draining: Refusal = {
  status: 503,
  code: 'DRAINING',
  message: 'This gateway is about to stop; try again.',
  retryable: true,
};

/** What no route takes, and what nobody unpacks, is answered before its body comes. */
function unread(request: FastifyRequest, facts: PathFacts | undefined): Refusal | undefined {
  return encodingRefusal(request) ?? (request.is404 ? nowhere(request, facts) : undefined);
}

/** Why there is nothing for a request: its path, or its method. */
export function nowhere(request: FastifyRequest, facts = PATHS.get(pathOf(request.url))): Refusal {
  if (facts === undefined || facts.methods.includes(request.method)) {
    return { status: 404, code: 'NOT_FOUND', message: 'There is nothing at this path.' };
  }
  const allow = facts.methods.join(', ');
  const message = `This path takes ${allow}.`;
  return { status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } };
}

/** Answers that are sent past the framework carry the same, and see to it themselves. */
function carryOwnHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const own = { ...headersOf(request), ...request.charge.headers() };
    for (const [name, value] of Object.entries(own)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    done(null, payload);
  });
}
