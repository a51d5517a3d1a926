import type { FastifyReply, FastifyRequest } from 'fastify';
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

/** Why a request is not taken. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Whether the same request may be taken later. */
  readonly retryable?: boolean;
  /** What the error's extensions tell beside that. */
  readonly details?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error of the whole request, in the shape of GraphQL's errors. */
export function failure(request: Named, code: string, message: string, retryable = false) {
  requestRefusal.publish({ requestId: request.id, code });
  return { errors: [{ message, extensions: { code, retryable, requestId: request.id } }] };
}

/** Answers a request that is not taken. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message, retryable, details, headers = {} }: Refusal,
): FastifyReply {
  const { errors } = failure(request, code, message, retryable);
  const shown = errors.map((error) => ({
    ...error,
    extensions: { ...error.extensions, ...details },
  }));
  return reply.code(status).headers(headers).send({ errors: shown });
}

/** What every answer carries. */
export function headersOf({ id, answerHeaders }: Named): Readonly<Record<string, string>> {
  const headers = { 'x-request-id': id, 'x-content-type-options': 'nosniff' };
  return answerHeaders === undefined ? headers : { ...answerHeaders, ...headers };
}
