import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Graph } from './graph/execution.ts';

/** What is needed of a request for events. */
export interface EventStreamRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: { readonly 'content-type'?: string | undefined };
}

export interface EventStreamOptions {
  readonly graph: Graph;
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/** Whether a client takes nothing but a stream of events (GraphQL over SSE). */
export function wantsEvents(accept: string | undefined): boolean {
  return accept?.trim().toLowerCase() === 'text/event-stream';
}

/** Answers a subscription; resolves when the stream has ended or the client has left. */
export async function sendEvents(
  { graph, onFault }: EventStreamOptions,
  { id, method, url, body, headers }: EventStreamRequest,
  response: ServerResponse,
  ownHeaders: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    const answer = await graph.subscribe({
      method,
      url,
      contentType: headers['content-type'],
      body: typeof body === 'string' ? body : null,
      context: graph.createContext({ requestId: id }),
    });
    const allHeaders = { ...answer.headers, 'cache-control': 'no-store', ...ownHeaders };
    response.writeHead(answer.status, allHeaders);
    if (typeof answer.body === 'string' || answer.body === null) {
      response.end(answer.body ?? '');
      return;
    }
    response.flushHeaders();
    // A client that leaves ends the stream, and that is no fault.
    await pipeline(Readable.from(answer.body), response).catch(() => undefined);
  } catch (error) {
    onFault(error, id);
    response.destroy();
  }
}
