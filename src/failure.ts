import type { FastifyRequest } from 'fastify';

/** What has a request id. */
export type Named = Pick<FastifyRequest, 'id'>;

/** An error of the whole request, in the shape of GraphQL's errors. */
export function failure(request: Named, code: string, message: string, retryable = false) {
  return { errors: [{ message, extensions: { code, retryable, requestId: request.id } }] };
}

/** What every answer carries. */
export function headersOf(request: Named) {
  return { 'x-request-id': request.id, 'x-content-type-options': 'nosniff' };
}

/** The path without the query. */
export function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end < 0 ? request.url : request.url.slice(0, end);
}
