import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Authenticate, Credentials } from './auth.ts';
import type { Caller } from './caller.ts';
import type { Graph } from './graph/execution.ts';
import { noteRefusal, reportEnd, reportStart } from './graph/operationReport.ts';
import type { Charge } from './rateLimit.ts';

/** What is needed of a request for events. */
interface EventStreamRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Credentials & { readonly 'content-type'?: string | undefined };
  readonly caller: Caller;
  readonly charge: Charge;
}

export interface EventStreamOptions {
  readonly graph: Graph;
  readonly authenticate: Authenticate;
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/** Whether a client takes nothing but a stream of events (GraphQL over SSE). */
export function wantsEvents(accept: string | undefined): boolean {
  return accept?.trim().toLowerCase() === 'text/event-stream';
}

/** Answers a subscription; resolves when the stream has ended or the client has left. */
export async function sendEvents(
  { graph, authenticate, onFault }: EventStreamOptions,
  { id, method, url, body, headers, caller, charge }: EventStreamRequest,
  response: ServerResponse,
  ownHeaders: Readonly<Record<string, string>>,
): Promise<void> {
  const context = graph.createContext({ caller, charge, requestId: id });
  reportStart(context, headers);
  try {
    const answer = await graph.subscribe({
      method,
      url,
      contentType: headers['content-type'],
      body: typeof body === 'string' ? body : null,
      context,
    });
    const allHeaders = {
      ...answer.headers,
      'cache-control': 'no-store',
      ...ownHeaders,
      ...charge.headers(),
    };
    response.writeHead(answer.status, allHeaders);
    if (typeof answer.body === 'string' || answer.body === null) {
      if (answer.body) noteRefusal(context, answer.body);
      response.end(answer.body ?? '');
      return;
    }
    response.flushHeaders();
    const events = whileKnown(answer.body, () => authenticate(headers));
    await pipeline(Readable.from(events), response).catch((error: NodeJS.ErrnoException) => {
      // A client that leaves ends the stream, and that is no fault.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  } catch (error) {
    context.report.codes = ['INTERNAL_SERVER_ERROR'];
    onFault(error, id);
    response.destroy();
  } finally {
    charge.settle(context.scope.receipts.calls);
    reportEnd(context);
  }
}

/** A stream can outlast its caller's credentials; it ends before the next event then. */
async function* whileKnown(
  events: AsyncGenerator<string>,
  find: () => Caller | undefined | Promise<Caller | undefined>,
): AsyncGenerator<string> {
  for await (const event of events) {
    if ((await find()) === undefined) return;
    yield event;
  }
}
