import { Readable } from 'node:stream';
import { HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { graphqlAnswerType } from './accept.ts';
import { entityTag, namesTag } from './etag.ts';
import { failure, headersOf, pathOf } from './failure.ts';
import type { GraphContext } from './graph/context.ts';
import type { Graph } from './graph/execution.ts';
import type { RememberedAnswer } from './graph/memo.ts';
import type { Receipt } from './upstream/receipt.ts';

/** A request with this header, whatever its value, is answered with its price; no call is made. */
const PRICE_ONLY = 'x-price-only';
/** A body that is not JSON gets an answer in the shape of GraphQL's errors. */
function parseJson(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    throw Object.assign(new Error('The body is not JSON.'), { statusCode: 400 });
  }
}

export interface Asking {
  readonly graph: Graph;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Under which the answer may be remembered. */
  readonly key: string | undefined;
}

/** The first execution of a request is not remembered, the second is: so nobody waits a third time. */
const MAX_WAITS = 2;

/** Equal queries that come at once wait for one, whose answer does for all if it may be kept. */
export async function answerOnce(asking: Asking): Promise<FastifyReply | undefined> {
  const { graph, request, reply, key } = asking;
  // A change is made as often as it is asked for, and waits for nobody.
  if (key?.includes('mutation') !== false) return answerGraphql(asking);
  for (let waits = 0; waits < MAX_WAITS; waits += 1) {
    const equal = graph.memo.equal(key);
    if (equal === undefined) break;
    await equal;
    const remembered = graph.memo.find(key);
    if (remembered !== undefined) {
      sendRemembered(request, reply, remembered);
      return undefined;
    }
  }
  return graph.memo.during(key, () => answerGraphql(asking));
}

async function answerGraphql(asking: Asking): Promise<FastifyReply | undefined> {
  const { graph, request, reply, key } = asking;
  const contentType = graphqlAnswerType(request.headers.accept);
  // Looked at first: a change must not be made and then be answered with a refusal.
  if (contentType === undefined) {
    const message = 'An answer is application/json or application/graphql-response+json.';
    return reply.code(406).send(failure(request, 'NOT_ACCEPTABLE', message));
  }
  const body = parseJson(request.body);
  const context = graph.createContext({
    requestId: request.id,
    maxAgeMs: maxAgeOf(request.headers['cache-control']),
    priceOnly: request.headers[PRICE_ONLY] !== undefined,
    notesInputs: key !== undefined && graph.memo.comesAgain(key),
  });
  const answer = (await answerAgain(asking, body, context)) ?? (await ask(asking, body, context));
  return sendAnswer({ ...asking, answer, context, contentType });
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
  /** The data of an answer without errors, as it stands in the body. */
  readonly data?: string | undefined;
}

/** Answers what came before without Apollo Server, where that makes no difference. */
async function answerAgain(
  { graph, request }: Asking,
  body: unknown,
  context: GraphContext,
): Promise<Answered | undefined> {
  if (request.method !== 'POST' || !isRecord(body)) return undefined;
  const { query: source, operationName = null, variables = null, ...rest } = body;
  if (typeof source !== 'string' || Object.keys(rest).length > 0) return undefined;
  if (operationName !== null && (typeof operationName !== 'string' || operationName === '')) {
    return undefined;
  }
  if (variables !== null && !isRecord(variables)) return undefined;
  const text = { source, operationName: operationName ?? undefined };
  const answer = await graph.answerAgain(text, variables ?? {}, context);
  if (answer === undefined) return undefined;
  const { data, receipt } = answer;
  return { status: 200, headers: {}, body: bodyOf(data, receipt), data };
}

async function ask(
  { graph, request }: Asking,
  body: unknown,
  context: GraphContext,
): Promise<Answered> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = request.url.slice(pathOf(request).length);
  const { method } = request;
  const answer = await graph.server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search, body },
    context: async () => context,
  });
  const { status = 200 } = answer;
  const head = { status, headers: Object.fromEntries(answer.headers) };
  if (answer.body.kind !== 'complete') return { ...head, body: answer.body.asyncIterator };
  const text = answer.body.string;
  const isWhole = status === 200 && !context.priceOnly;
  return { ...head, body: text, data: isWhole ? dataOf(text) : undefined };
}

/** The rights of the caller, as far as answers depend on them; every caller has the same today. */
const SCOPES = '';

/**
 * All of a request that its answer depends on, when it may come from memory. What says how fresh
 * the answer must be, or wants the price alone, has to be executed.
 */
export function memoKeyOf({ method, headers, url, body }: FastifyRequest): string | undefined {
  if (headers['cache-control'] !== undefined || headers.pragma !== undefined) return undefined;
  if (headers[PRICE_ONLY] !== undefined) return undefined;
  const accept = headers.accept ?? '';
  if (method === 'POST') {
    return typeof body === 'string' ? `POST\n${SCOPES}\n${accept}\n${body}` : undefined;
  }
  // Without one of these Apollo Server takes a GET for another site's and refuses it.
  const preflighted = [
    headers['content-type'],
    headers['x-apollo-operation-name'],
    headers['apollo-require-preflight'],
  ];
  return `GET\n${SCOPES}\n${accept}\n${JSON.stringify(preflighted)}\n${url}`;
}

export function sendRemembered(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, headers, rawHeaders }: RememberedAnswer,
): void {
  const isKnown =
    headers.etag !== undefined && namesTag(request.headers['if-none-match'], headers.etag);
  if (isKnown) sendPast(request, reply, 304, Object.entries(notModified(headers)).flat());
  else sendPast(request, reply, 200, rawHeaders, bytes);
}

/** Sends past the framework, whose share would be the largest in an answer that is at hand. */
function sendPast(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  rawHeaders: readonly string[],
  body?: Buffer | string,
): void {
  reply.hijack();
  reply.raw.writeHead(status, [...rawHeaders, ...Object.entries(headersOf(request)).flat()]);
  reply.raw.end(body);
}

/** What of an answer's headers goes with a 304 (RFC 9110, section 15.4.5). */
function notModified({ 'content-type': _type, ...headers }: Readonly<Record<string, string>>) {
  return headers;
}

/** The request's `Cache-Control` (RFC 9111, section 5.2.1) as an age in milliseconds. */
function maxAgeOf(header: string | undefined): number | undefined {
  const directives = (header ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.includes('no-cache') || directives.includes('no-store')) return 0;
  const seconds = directives.flatMap((part) => /^max-age="?(\d{1,9})"?$/.exec(part)?.[1] ?? [])[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

interface Answering extends Asking {
  readonly answer: Answered;
  readonly context: GraphContext;
  readonly contentType: string;
}

/** Only answers to GET may be kept, by the client alone, and have to be asked about at each use. */
const GET_HEADERS = { 'cache-control': 'private, no-cache', vary: 'Authorization, Accept' };

function sendAnswer(answering: Answering): FastifyReply | undefined {
  const { graph, request, reply, answer, context, contentType, key } = answering;
  const { status, body, data } = answer;
  const headers: Record<string, string> = { ...answer.headers, 'cache-control': 'no-store' };
  if (typeof body !== 'string') {
    return reply.code(status).headers(headers).send(Readable.from(body));
  }
  headers['content-type'] = contentType;
  if (data === undefined) {
    const text = status < 400 ? body : withRequestId(body, request.id);
    return reply.code(status).headers(headers).send(text);
  }
  if (request.method === 'GET') {
    Object.assign(headers, GET_HEADERS, { etag: entityTag(data, SCOPES) });
  }
  if (key !== undefined) {
    graph.memo.keep(key, context.scope.inputs, (receipt) => ({
      body: bodyOf(data, receipt),
      headers,
    }));
  }
  if (headers.etag !== undefined && namesTag(request.headers['if-none-match'], headers.etag)) {
    return reply.code(304).headers(notModified(headers)).send();
  }
  const length = String(Buffer.byteLength(body));
  sendPast(
    request,
    reply,
    status,
    [...Object.entries(headers).flat(), 'content-length', length],
    body,
  );
  return undefined;
}

/** Stands between data and receipt; no receipt has it in itself. */
const RECEIPT = ',"extensions":{"upstream":';

/** The text of an answer without errors, byte by byte as Apollo Server writes it. */
function bodyOf(data: string, receipt: Receipt): string {
  return `{"data":${data}${RECEIPT}${JSON.stringify(receipt)}}}\n`;
}

/** The text of the data of an answer without errors; undefined for any other answer. */
function dataOf(body: string): string | undefined {
  const end = body.lastIndexOf(RECEIPT);
  return body.startsWith('{"data":') && end > 0 ? body.slice('{"data":'.length, end) : undefined;
}

/** What Apollo Server refuses before an operation begins does not name the request yet. */
function withRequestId(text: string, requestId: string): string {
  const answer: { errors?: Array<{ extensions?: object }> } = JSON.parse(text);
  const errors = answer.errors?.map((error) => ({
    ...error,
    extensions: { retryable: false, requestId, ...error.extensions },
  }));
  return JSON.stringify({ ...answer, errors });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
