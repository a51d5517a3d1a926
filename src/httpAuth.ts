import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.ts';
import type { Refusal } from './failure.ts';
import { PATHS, type PathFacts } from './paths.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every path that is not open. */
    caller: Caller;
  }
}

/** The same for whatever is wrong: who tries tokens learns nothing from it. */
export const unauthenticated: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message:
    'This gateway answers callers with valid credentials only; send them as `Authorization: Bearer …`.',
  headers: { 'www-authenticate': 'Bearer realm="iotgw"', 'cache-control': 'no-store' },
};

/**
 * Whether a request is for what needs no credentials; then it holds up nobody and nothing. By the
 * route that was found, for a path can be written in many ways. `facts` are those of its path.
 */
export function isOpen(request: FastifyRequest, facts: PathFacts | undefined): boolean {
  // Whatever route it leads to; nearly all requests are such, and to ask for the route costs more.
  if (facts?.mayAsk === 'callers') return false;
  const { url: route } = request.routeOptions;
  const found = route === undefined ? facts : PATHS.get(route);
  // A route is closed unless the table says otherwise; what leads nowhere holds nothing.
  return found === undefined ? route === undefined : found.mayAsk === 'everybody';
}
