import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ANONYMOUS } from './caller.ts';
import { GatewayError } from './errors.ts';
import { wantsEvents } from './eventStream.ts';
import { failure } from './failure.ts';
import { PATHS, pathOf } from './paths.ts';
import { type Charge, NO_CHARGE, type RateLimiter, UnderWay } from './rateLimit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request takes of its caller's rate. */
    charge: Charge;
  }
}

/**
 * Takes a unit for each request of a caller, before its body is read, and answers 429 to those who
 * have none left or too much under way. Comes after the caller was found out.
 */
export function chargeCallers(app: FastifyInstance, limiter: RateLimiter | undefined): void {
  const underWay = new UnderWay();
  app.decorateRequest('charge');
  app.addHook('onRequest', (request, reply, done) => {
    request.charge = NO_CHARGE;
    const { caller } = request;
    if (!caller || PATHS.get(pathOf(request.url))?.isCharged !== true) {
      done();
      return;
    }
    try {
      if (limiter !== undefined) {
        request.charge = limiter.open(caller.name);
        request.charge.take(1);
      }
      // Without authentication all callers are one.
      if (caller !== ANONYMOUS) {
        const kind = wantsEvents(request.headers.accept) ? 'streams' : 'requests';
        reply.raw.once('close', underWay.begin(caller.name, kind));
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      refuse(request, reply, error);
      return;
    }
    reply.headers(request.charge.headers());
    done();
  });
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, message, retryable, details }: GatewayError,
): void {
  const { errors } = failure(request, code, message, retryable);
  reply
    .code(429)
    .header('retry-after', String(Number(details.retryAfterMs) / 1000))
    .headers(request.charge.headers())
    .header('cache-control', 'no-store')
    .send({
      errors: errors.map((shown) => ({
        ...shown,
        extensions: { ...shown.extensions, ...details },
      })),
    });
}
