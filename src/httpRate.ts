import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANONYMOUS } from './caller.ts';
import { GatewayError } from './errors.ts';
import { wantsEvents } from './eventStream.ts';
import type { Refusal } from './failure.ts';
import { type Charge, type RateLimiter, UnderWay } from './rateLimit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request takes of its caller's rate. */
    charge: Charge;
  }
}

/**
 * Takes a unit for each request of a caller, before its body is read, and refuses those who have
 * none left or too much under way.
 */
export function createCharging(
  limiter: RateLimiter | undefined,
): (request: FastifyRequest, reply: FastifyReply) => Refusal | undefined {
  const underWay = new UnderWay();
  return (request, reply) => {
    const { caller } = request;
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
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return tooMuch(error);
    }
  };
}

function tooMuch({ code, message, retryable, details }: GatewayError): Refusal {
  const retryAfter = String(Number(details.retryAfterMs) / 1000);
  const headers = { 'retry-after': retryAfter, 'cache-control': 'no-store' };
  return { status: 429, code, message, retryable, details, headers };
}
