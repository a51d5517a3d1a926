import type { FastifyInstance } from 'fastify';
import { GatewayError } from './errors.ts';
import { failure } from './failure.ts';
import { PATHS, pathOf } from './paths.ts';
import { type Charge, NO_CHARGE, type RateLimiter } from './rateLimit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request takes of its caller's rate. */
    charge: Charge;
  }
}

/**
 * Takes a unit for each request of a caller, before its body is read, and answers 429 to those who
 * have none left. Comes after the caller was found out.
 */
export function chargeCallers(app: FastifyInstance, limiter: RateLimiter | undefined): void {
  app.decorateRequest('charge');
  app.addHook('onRequest', (request, reply, done) => {
    const isCharged = PATHS.get(pathOf(request.url))?.isCharged === true;
    if (limiter === undefined || !request.caller || !isCharged) {
      request.charge = NO_CHARGE;
      done();
      return;
    }
    const charge = limiter.open(request.caller.name);
    request.charge = charge;
    try {
      charge.take(1);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { code, message, retryable, details } = error;
      const { errors } = failure(request, code, message, retryable);
      reply
        .code(429)
        .headers(charge.headers())
        .header('cache-control', 'no-store')
        .send({
          errors: errors.map((shown) => ({
            ...shown,
            extensions: { ...shown.extensions, ...details },
          })),
        });
      return;
    }
    reply.headers(charge.headers());
    done();
  });
}
