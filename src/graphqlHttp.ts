import { Readable } from 'node:stream';
import { HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { graphqlAnswerType, wantsStatus200 } from './accept.ts';
import { askedFreshness } from './cacheControl.ts';
import { scopesKey } from './caller.ts';
import { memoAnswer } from './channels.ts';
import { nextTurn } from './clock.ts';
import { GatewayError } from './errors.ts';
import { entityTag, namesTag } from './etag.ts';
import { failure, headersOf } from './failure.ts';
import { Audience } from './graph/audience.ts';
import type { GraphContext } from './graph/context.ts';
import type { AskedDocument } from './graph/documents.ts';
import type { Graph } from './graph/execution.ts';
import type { RememberedAnswer } from './graph/memo.ts';
import { noteRefusal, reportEnd, reportStart } from './graph/operationReport.ts';
import { isObject } from './graph/requestJson.ts';
import { pathOf } from './paths.ts';
import { NO_CHARGE } from './rateLimit.ts';
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
  if (key?.includes('mutation') !== false) return answerAlone(asking);
  let arrivedMs: number | undefined;
  for (let waits = 0; waits < MAX_WAITS; waits += 1) {
    const equal = graph.memo.equal(key);
    if (equal === undefined) break;
    arrivedMs ??= graph.nowMs();
    attend(equal.audience, reply);
    await equal.ended;
    if (reply.raw.destroyed) return reply.hijack();
    const remembered = graph.memo.find(key);
    if (remembered !== undefined) {
      sendRemembered(request, reply, remembered);
      return undefined;
    }
  }
  const audience = new Audience();
  attend(audience, reply);
  return graph.memo.during(key, audience, () => answerGraphql(asking, audience, arrivedMs));
}

function answerAlone(asking: Asking): Promise<FastifyReply | undefined> {
  const audience = new Audience();
  attend(audience, asking.reply);
  return answerGraphql(asking, audience);
}

/** A client waits until it is answered or has left. */
function attend(audience: Audience, { raw }: FastifyReply): void {
  raw.once('close', audience.join());
}

/** `audience` waits for the answer; `arrivedMs` is when the request came, if it had to wait. */
async function answerGraphql(
  asking: Asking,
  audience: Audience,
  arrivedMs?: number,
): Promise<FastifyReply | undefined> {
  const { graph, request, reply, key } = asking;
  const contentType = graphqlAnswerType(request.headers.accept);
  // Looked at first: a change must not be made and then be answered with a refusal.
  if (contentType === undefined) {
    const message = 'An answer is application/json or application/graphql-response+json.';
    return reply.code(406).send(failure(request, 'NOT_ACCEPTABLE', message));
  }
  const body = parseJson(request.body);
  const context = graph.createContext({
    caller: request.caller,
    charge: request.charge,
    requestId: request.id,
    ...askedFreshness(request.headers['cache-control']),
    arrivedMs,
    priceOnly: request.headers[PRICE_ONLY] !== undefined,
    notesInputs: key !== undefined && graph.memo.comesAgain(key),
  });
  audience.whenEmpty(() => context.scope.lifetime?.leave());
  reportStart(context, request.headers);
  try {
    const answer = await answerAsked(asking, body, context);
    request.charge.settle(context.scope.receipts.calls);
    return sendAnswer(asking, answer, context, contentType);
  } catch (error) {
    context.report.codes = ['INTERNAL_SERVER_ERROR'];
    throw error;
  } finally {
    audience.end();
    reportEnd(context);
  }
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
  /** The data of an answer without errors, as it stands in the body. */
  readonly data?: string | undefined;
}

/** Looks at the document first: only what is within the limits may be validated. */
async function answerAsked(
  asking: Asking,
  body: unknown,
  context: GraphContext,
): Promise<Answered> {
  const { graph, request } = asking;
  const search = request.url.slice(pathOf(request.url).length);
  let asked: AskedDocument;
  try {
    asked = graph.prepare({ method: request.method, search, body });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { message, code, retryable, details } = error;
    const extensions = { code, retryable, ...details, requestId: request.id };
    return {
      status: 400,
      headers: {},
      body: JSON.stringify({ errors: [{ message, extensions }] }),
    };
  }
  return (await answerAgain(asking, asked.body, context)) ?? ask(asking, asked, context);
}

/** Answers what came before without Apollo Server, where that makes no difference. */
async function answerAgain(
  { graph, request }: Asking,
  body: unknown,
  context: GraphContext,
): Promise<Answered | undefined> {
  if (request.method !== 'POST' || !isObject(body)) return undefined;
  const { query: source, operationName = null, variables = null, ...rest } = body;
  if (typeof source !== 'string' || Object.keys(rest).length > 0) return undefined;
  if (operationName !== null && (typeof operationName !== 'string' || operationName === '')) {
    return undefined;
  }
  if (variables !== null && !isObject(variables)) return undefined;
  const text = { source, operationName: operationName ?? undefined };
  const answer = await graph.answerAgain(text, variables ?? {}, context);
  if (answer === undefined) return undefined;
  const { data, receipt } = answer;
  return { status: 200, headers: {}, body: bodyOf(data, receipt), data };
}

async function ask(
  { graph, request }: Asking,
  { method, search, body }: AskedDocument,
  context: GraphContext,
): Promise<Answered> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
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

/**
 * All of a request that its answer depends on, when it may come from memory. What says how fresh
 * the answer must be, or wants the price alone, has to be executed.
 */
export function memoKeyOf(request: FastifyRequest): string | undefined {
  const { method, headers, url, body, caller } = request;
  if (headers['cache-control'] !== undefined || headers.pragma !== undefined) return undefined;
  if (headers[PRICE_ONLY] !== undefined) return undefined;
  const accept = headers.accept ?? '';
  const scopes = scopesKey(caller.scopes);
  if (method === 'POST') {
    return typeof body === 'string' ? `POST\n${scopes}\n${accept}\n${body}` : undefined;
  }
  // Without one of these Apollo Server takes a GET for another site's and refuses it.
  const preflighted = [
    headers['content-type'],
    headers['x-apollo-operation-name'],
    headers['apollo-require-preflight'],
  ];
  return `GET\n${scopes}\n${accept}\n${JSON.stringify(preflighted)}\n${url}`;
}

/** Sends an answer that is at hand, or 304 to a client that has it already. */
export function sendRemembered(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, headers, rawHeaders }: RememberedAnswer,
): void {
  if (memoAnswer.hasSubscribers) {
    memoAnswer.publish({ requestId: request.id, caller: request.caller.name });
  }
  const isKnown =
    headers.etag !== undefined && namesTag(request.headers['if-none-match'], headers.etag);
  if (isKnown) sendPast(request, reply, 304, addHeaders([], notModified(headers)));
  else sendPast(request, reply, 200, [...rawHeaders], bytes);
}

/**
 * Sends past the framework, whose share would be the largest in an answer that is at hand. It takes
 * `rawHeaders` for its own. At the end of the turn, once all requests that came with it are read: to
 * write between two reads costs the system several times what the same writes cost in a row.
 */
function sendPast(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  rawHeaders: string[],
  body?: Buffer | string,
): void {
  reply.hijack();
  addHeaders(rawHeaders, headersOf(request));
  if (request.charge !== NO_CHARGE) addHeaders(rawHeaders, request.charge.headers());
  const { raw } = reply;
  nextTurn()
    .then(() => raw.writeHead(status, rawHeaders).end(body))
    // Nobody waits here for a failure: its client is told by the end of the connection.
    .catch(() => raw.destroy());
}

/** Name and value by turns: what Node.js writes fastest. */
function addHeaders(rawHeaders: string[], headers: Readonly<Record<string, string>>): string[] {
  for (const name in headers) rawHeaders.push(name, headers[name] ?? '');
  return rawHeaders;
}

/** What of an answer's headers goes with a 304 (RFC 9110, section 15.4.5). */
function notModified({ 'content-type': _type, ...headers }: Readonly<Record<string, string>>) {
  return headers;
}

/** Only answers to GET may be kept, by the client alone, and have to be asked about at each use. */
const GET_HEADERS = { 'cache-control': 'private, no-cache', vary: 'Authorization, Accept, Origin' };

function sendAnswer(
  { graph, request, reply, key }: Asking,
  answer: Answered,
  context: GraphContext,
  contentType: string,
): FastifyReply | undefined {
  const { status, body, data } = answer;
  const headers: Record<string, string> = { ...answer.headers, 'cache-control': 'no-store' };
  if (typeof body !== 'string') {
    return reply.code(status).headers(headers).send(Readable.from(body));
  }
  headers['content-type'] = contentType;
  if (data === undefined) {
    if (status < 400) return reply.code(status).headers(headers).send(body);
    noteRefusal(context, body);
    const refused = withRequestId(body, request.id);
    const isTold = status === 400 && wantsStatus200(request.headers.accept, contentType);
    return reply
      .code(isTold && refused.isOfGraphql ? 200 : status)
      .headers(headers)
      .send(refused.text);
  }
  if (request.method === 'GET') {
    Object.assign(headers, GET_HEADERS, {
      etag: entityTag(data, scopesKey(request.caller.scopes)),
    });
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
  const rawHeaders = addHeaders([], headers);
  rawHeaders.push('content-length', String(Buffer.byteLength(body)));
  sendPast(request, reply, status, rawHeaders, body);
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
function withRequestId(text: string, requestId: string): Refused {
  const answer: { errors?: Array<{ extensions?: { code?: string } }> } = JSON.parse(text);
  const errors = answer.errors?.map((error) => ({
    ...error,
    extensions: { retryable: false, requestId, ...error.extensions },
  }));
  const isOfGraphql = errors?.every(({ extensions: { code = '' } = {} }) => OF_GRAPHQL.has(code));
  return { text: JSON.stringify({ ...answer, errors }), isOfGraphql: isOfGraphql === true };
}

interface Refused {
  readonly text: string;
  /** Whether it was a GraphQL request over HTTP, and only its GraphQL is wrong. */
  readonly isOfGraphql: boolean;
}

const OF_GRAPHQL: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);
