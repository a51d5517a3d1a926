import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate } from './auth.ts';
import type { Caller } from './caller.ts';
import { preflightOrigin } from './exposure/cors.ts';
import { failure } from './failure.ts';
import { PATHS, pathOf } from './paths.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every path that is not open. */
    caller: Caller;
  }
}

/** Finds out who calls before anything of the body is read, and answers 401 to whom nobody knows. */
export function requireCredentials(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, reply, done) => {
    if (isOpen(request)) {
      done();
      return;
    }
    const settle = (caller: Caller | undefined): void => {
      if (caller !== undefined) {
        request.caller = caller;
        done();
        return;
      }
      reply
        .code(401)
        .header('www-authenticate', 'Bearer realm="iotgw"')
        .header('cache-control', 'no-store')
        .send(failure(request, 'UNAUTHENTICATED', UNAUTHENTICATED));
    };
    const found = authenticate(request.headers);
    if (found instanceof Promise) found.then(settle, done);
    else settle(found);
  });
}

/** The same for whatever is wrong: who tries tokens learns nothing from it. */
const UNAUTHENTICATED =
  'This gateway answers callers with valid credentials only; send them as `Authorization: Bearer …`.';

/**
 * Whether a request is for what needs no credentials; then it holds up nobody and nothing. By the
 * route that was found, for a path can be written in many ways.
 */
export function isOpen(request: FastifyRequest): boolean {
  const path = pathOf(request.url);
  // No route answers it with data.
  if (preflightOrigin(request) !== undefined) return true;
  // Whatever route it leads to; nearly all requests are such, and to ask for the route costs more.
  if (PATHS.get(path)?.mayAsk === 'callers') return false;
  const { url: route } = request.routeOptions;
  const facts = PATHS.get(route ?? path);
  // A route is closed unless the table says otherwise; what leads nowhere holds nothing.
  return facts === undefined ? route === undefined : facts.mayAsk === 'everybody';
}
