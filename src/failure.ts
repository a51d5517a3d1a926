import type { FastifyRequest } from 'fastify';
import { requestRefusal } from './channels.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What its answer carries beside what every answer does. */
    answerHeaders: Readonly<Record<string, string>> | undefined;
  }
}

/** What has a request id. */
export type Named = Pick<FastifyRequest, 'id'> & {
  readonly answerHeaders?: FastifyRequest['answerHeaders'];
};

/** An error of the whole request, in the shape of GraphQL's errors. */
export function failure(request: Named, code: string, message: string, retryable = false) {
  requestRefusal.publish({ requestId: request.id, code });
  return { errors: [{ message, extensions: { code, retryable, requestId: request.id } }] };
}

/** What every answer carries. */
export function headersOf({ id, answerHeaders }: Named): Readonly<Record<string, string>> {
  const headers = { 'x-request-id': id, 'x-content-type-options': 'nosniff' };
  return answerHeaders === undefined ? headers : { ...answerHeaders, ...headers };
}
