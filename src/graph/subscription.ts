import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
} from 'graphql';
import { createHandler, type RequestParams, type Response } from 'graphql-sse';
import { GatewayError } from '../errors.ts';
import { withoutSecretTexts } from '../redaction.ts';
import { admit } from './admission.ts';
import { fragmentsOf } from './compiled.ts';
import type { GraphContext } from './context.ts';
import type { AskedDocument, Documents } from './documents.ts';
import { isInternal, original, publicError } from './publicError.ts';
import { isObject, jsonIn } from './requestJson.ts';
import { placedMessage, VALIDATION } from './validation.ts';

/** Refuses a subscription that asks for one answer; there is none. */
export function refuseSubscription({ operation }: OperationDefinitionNode): void {
  if (operation !== 'subscription') return;
  const message =
    'A subscription is answered by a stream of events; send it with `Accept: text/event-stream`.';
  throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}

/** A request for a stream of events. */
export interface EventRequest {
  readonly method: string;
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: string | null;
  readonly context: GraphContext;
}

/** Its answer: events, or the text of a refusal. */
export interface EventAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncGenerator<string> | null;
}

export interface EventStreamOptions {
  readonly schema: GraphQLSchema;
  readonly costMax: number;
  readonly documents: Documents;
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

const EVENT_STREAM = 'text/event-stream';

type Context = GraphContext & Record<PropertyKey, unknown>;

/**
 * Answers subscriptions as streams of events (GraphQL over SSE, distinct connections); each goes
 * through the same parsing, validation and admission as any operation.
 */
export function createEventStreams(
  options: EventStreamOptions,
): (request: EventRequest) => Promise<EventAnswer> {
  const shown = (error: GraphQLError, context: GraphContext) => {
    const formatted = publicError(error.toJSON(), error, context.requestId);
    if (isInternal(formatted)) options.onFault(original(error), context.requestId);
    return formatted;
  };
  const handle = createHandler<undefined, Context, Context>({
    // No token: no connection is shared between operations.
    authenticate: () => null,
    validate: () => [],
    context: ({ context }) => context,
    onSubscribe: ({ context }, params) => prepare(params, context, options),
    // Errors are GraphQL's own until here; what stands in their place is what they look like in JSON.
    onNext: (context, _request, { errors, ...result }) => ({
      ...result,
      ...(errors && {
        errors: errors.map((error) => shown(error, context) as unknown as GraphQLError),
      }),
      extensions: {
        upstream: context.scope.receipts.receipt(
          context.scope.inputs.oldestMs,
          context.scope.inputs.hits,
        ),
      },
    }),
  });
  return async ({ method, url, contentType, body, context }) => {
    const headers: Readonly<Record<string, string | undefined>> = {
      accept: EVENT_STREAM,
      'content-type': contentType,
    };
    let asked: AskedDocument;
    try {
      asked = options.documents.prepare(askedIn(method, url, body));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return refusedEarly(error, context);
    }
    const [answer, { status, headers: own = {} }] = await handle({
      method,
      // The handler takes what stands between the first question mark and the second for the search,
      // so there is to be no second: what it runs is what was looked at.
      url: `/?${new URLSearchParams(asked.search)}`,
      headers: { get: (name) => headers[name] },
      body: isObject(asked.body) ? { ...asked.body } : body,
      raw: undefined,
      context: context as Context,
    });
    if (typeof answer !== 'string') return { status, headers: own, body: answer };
    return { status, headers: own, body: withCodes(answer, context.requestId) };
  };
}

/** Where a request says what it wants to run. */
function askedIn(method: string, url: string, body: string | null): AskedDocument {
  const start = url.indexOf('?');
  const search = start < 0 ? '' : url.slice(start);
  return { method, search, body: body === null ? undefined : jsonIn(body) };
}

/** Before there is an operation. */
function refusedEarly(error: GatewayError, { requestId, report }: GraphContext): EventAnswer {
  report.codes = [error.code];
  const shown = publicError({ message: error.message }, error, requestId);
  return {
    status: 400,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ errors: [shown] }),
  };
}

/** What to execute, or why not. */
function prepare(
  { query, operationName, variables = {} }: RequestParams,
  context: Context,
  { schema, costMax, documents }: EventStreamOptions,
): Response | (ExecutionArgs & { contextValue: Context }) {
  let document: DocumentNode;
  try {
    document = documents.parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return refusal('GRAPHQL_PARSE_FAILED', [error]);
    if (!(error instanceof GatewayError)) throw error;
    return answer([publicError({ message: error.message }, error, context.requestId)], 400);
  }
  const problems = validate(schema, document, specifiedRules, VALIDATION);
  if (problems.length > 0) return refusal('GRAPHQL_VALIDATION_FAILED', problems);
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    return refusal('OPERATION_RESOLUTION_FAILURE', [
      new GraphQLError('The request names no operation of its document.'),
    ]);
  }
  if (operation.operation !== 'subscription') {
    const message = `A stream of events answers a subscription; send a ${operation.operation} with \`Accept: application/json\`.`;
    return refusal('BAD_REQUEST', [new GraphQLError(message)]);
  }
  const given = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables,
    VALIDATION,
  );
  if (given.errors) return refusal('BAD_USER_INPUT', given.errors);
  try {
    const query = { operation, fragments: fragmentsOf(document) };
    admit({ schema, query, coerced: given.coerced, context, costMax });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refused(error, context);
  }
  return {
    schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables,
    contextValue: context,
  };
}

function refused(error: GraphQLError, { requestId }: GraphContext): Response {
  const { status } = (error.extensions.http ?? {}) as { status?: number };
  return answer([publicError(error.toJSON(), error, requestId)], status ?? 400);
}

function refusal(code: string, errors: readonly GraphQLError[]): Response {
  const shown = errors.map((error) => {
    const { message, ...field } = placedMessage(error.message, error);
    const { locations } = error;
    return { message, ...(locations && { locations }), extensions: { code, ...field } };
  });
  return answer(shown, 400);
}

const answer = (errors: readonly object[], status: number): Response => [
  JSON.stringify({ errors }),
  { status, statusText: '', headers: { 'content-type': 'application/json; charset=utf-8' } },
];

/** What the handler refuses by itself has no code and does not name the request. */
function withCodes(text: string, requestId: string): string {
  const { errors = [] }: { errors?: Array<{ message?: string; extensions?: object }> } =
    JSON.parse(text);
  const complete = errors.map((error) => ({
    ...error,
    message: withoutSecretTexts(error.message ?? ''),
    extensions: { code: 'BAD_REQUEST', retryable: false, requestId, ...error.extensions },
  }));
  return JSON.stringify({ errors: complete });
}
