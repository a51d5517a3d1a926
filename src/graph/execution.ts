import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { type Receipt, ReceiptBook } from '../upstream/receipt.ts';
import { Budget, type CallScope, InputLog } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { admit } from './admission.ts';
import { CompiledQueries, type CompileMode, fragmentsOf, type QueryText } from './compiled.ts';
import type { GraphContext } from './context.ts';
import { createLoaders } from './loaders.ts';
import { AnswerMemo, isPlainRead } from './memo.ts';
import { NodeTexts } from './nodeTexts.ts';
import { isInternal, publicError } from './publicError.ts';
import { createSchema } from './schema.ts';
import { LevelTable } from './selection.ts';
import { Turns } from './turns.ts';

/** What the HTTP request says about the operation in it. */
export interface OperationRequest {
  readonly requestId: string;
  /** The age of answers the caller accepts, in milliseconds; 0 reads live; unset: the defaults. */
  readonly maxAgeMs?: number | undefined;
  /** Answer the price and make no call. */
  readonly priceOnly?: boolean;
  /** Note what is read, so that the answer can be remembered. */
  readonly notesInputs?: boolean;
}

/** An answer without errors. */
export interface QuickAnswer {
  /** The data as JSON. */
  readonly data: string;
  readonly receipt: Receipt;
}

/** The GraphQL half of the gateway: a started Apollo Server and the context of each operation. */
export interface Graph {
  readonly server: ApolloServer<GraphContext>;
  readonly schema: GraphQLSchema;
  readonly memo: AnswerMemo;
  readonly compiled: CompiledQueries;
  readonly nodeTexts: NodeTexts;
  createContext(request: OperationRequest): GraphContext;
  /**
   * Answers a query that came before and is compiled, without Apollo Server having to find out
   * again what it is. Undefined whenever anything is unusual: Apollo Server then goes on with the
   * same context, and no call is made twice. Never rejects.
   */
  answerAgain(
    text: QueryText,
    variables: Readonly<Record<string, unknown>>,
    context: GraphContext,
  ): Promise<QuickAnswer | undefined>;
  close(): Promise<void>;
}

/** What one operation may take. */
export interface OperationLimits {
  /** AWS calls. */
  readonly costMax: number;
  /** Milliseconds from its arrival. */
  readonly deadlineMs: number;
}

export interface GraphOptions {
  /** The text of schema.graphql. */
  readonly sdl: string;
  readonly upstream: Upstream;
  readonly limits: OperationLimits;
  /** How much compiled queries, remembered answers and nodes as text may take, in bytes. */
  readonly memory: {
    readonly compiledBytes: number;
    readonly memoBytes: number;
    readonly nodeTextBytes: number;
  };
  /** Unset: on second sight. */
  readonly compile?: CompileMode | undefined;
  /** Hears of every fault of the gateway, with the id of the request it happened in. */
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/** Documents nested deeper than this many tokens allow could run the validation out of stack. */
const MAX_TOKENS = 15_000;

export async function createGraph(options: GraphOptions): Promise<Graph> {
  const { sdl, upstream, limits, onFault } = options;
  const schema = createSchema(sdl);
  const levels = new LevelTable(schema);
  const turns = new Turns();
  const { cache } = upstream.door;
  const { nowMs } = upstream;
  const nodeTexts = new NodeTexts({ cache, maxBytes: options.memory.nodeTextBytes });
  const compiled = new CompiledQueries({
    schema,
    mode: options.compile ?? 'second-sight',
    maxBytes: options.memory.compiledBytes,
    nodeTexts,
  });
  const memo = new AnswerMemo({ cache, nowMs, maxBytes: options.memory.memoBytes });
  const server = new ApolloServer<GraphContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Apollo's own page would be loaded from elsewhere, and its reports, which the environment can
      // switch on, would be a second way out of the gateway.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      executionPlugin({ schema, compiled, costMax: limits.costMax }),
      answerPlugin(onFault),
    ],
  });
  await server.start();
  return {
    server,
    schema,
    memo,
    compiled,
    nodeTexts,
    createContext({ requestId, maxAgeMs, priceOnly = false, notesInputs = true }) {
      const scope: CallScope = {
        receipts: new ReceiptBook(),
        inputs: new InputLog(notesInputs),
        budget: new Budget(limits.costMax),
        freshness: upstream.door.freshness(maxAgeMs),
        caller: 'anonymous',
        priority: 'interactive',
        deadlineMs: upstream.nowMs() + limits.deadlineMs,
      };
      const loaders = createLoaders(upstream, scope);
      const progress = 'arrived';
      return { upstream, scope, levels, turns, loaders, priceOnly, requestId, progress };
    },
    answerAgain: (text, variables, context) =>
      answerAgain({ schema, compiled, costMax: limits.costMax }, { text, variables, context }),
    close: () => server.stop(),
  };
}

interface Execution {
  readonly schema: GraphQLSchema;
  readonly compiled: CompiledQueries;
  readonly costMax: number;
}

type Variables = Readonly<Record<string, unknown>>;

/** The variables as GraphQL takes them; undefined when they are wrong, which the execution says. */
function coerce(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables | undefined,
): Variables | undefined {
  return getVariableValues(schema, variableDefinitions, variables ?? {}).coerced;
}

interface Repeated {
  readonly text: QueryText;
  readonly variables: Variables;
  readonly context: GraphContext;
}

async function answerAgain(
  { schema, compiled, costMax }: Execution,
  { text, variables, context }: Repeated,
): Promise<QuickAnswer | undefined> {
  const query = compiled.find(text);
  if (query === undefined || context.priceOnly) return undefined;
  const coerced = coerce(schema, query.operation, variables);
  if (coerced === undefined) return undefined;
  try {
    admit({ schema, query, coerced, context, costMax });
  } catch {
    return undefined;
  }
  context.progress = 'admitted';
  const data = await compiled.answerJson(text, coerced, context);
  if (data === null) {
    context.progress = 'not compiled';
    return undefined;
  }
  const { receipts, inputs } = context.scope;
  return { data, receipt: receipts.receipt(inputs.oldestMs) };
}

/**
 * Prices each operation before it runs; a caller who only wants the price gets it now. Answers
 * queries from their compiled form where there is one.
 */
function executionPlugin({
  schema,
  compiled,
  costMax,
}: Execution): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      let coerced: Variables | undefined;
      const textOf = (source: string, operationName: string | undefined) => ({
        source,
        operationName,
      });
      return {
        async didResolveOperation({ document, operation, request, source, contextValue: context }) {
          // Apollo's types deny that there may be none, when the request names none that exists.
          if (operation === undefined || context.progress !== 'arrived') return;
          coerced = coerce(schema, operation, request.variables);
          if (coerced === undefined) return;
          const query = { operation, fragments: fragmentsOf(document) };
          admit({ schema, query, coerced, context, costMax });
          context.progress = 'admitted';
          compiled.note(textOf(source, request.operationName), document, operation);
        },
        async responseForOperation({ operation, request, source, contextValue: context }) {
          if (context.priceOnly) return single(null);
          if (operation === undefined || coerced === undefined) return null;
          const data = await compiled.answer(
            textOf(source, request.operationName),
            coerced,
            context,
          );
          return data === null ? null : single(data);
        },
      };
    },
  };
}

function single(data: Record<string, unknown> | null): GraphQLResponse {
  return {
    http: { headers: new HeaderMap(), ...(data === null ? { status: 200 } : {}) },
    body: { kind: 'single', singleResult: { data } },
  };
}

/** Shapes the errors of each answer and adds the receipt of its AWS calls. */
function answerPlugin(onFault: GraphOptions['onFault']): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, errors, contextValue, operation, document }) {
          // What is not a plain read is never answered from memory.
          if (!operation || !document || !isPlainRead(operation, document)) {
            contextValue.scope.inputs.expireNow();
          }
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          const { requestId } = contextValue;
          if (result.errors) {
            result.errors = result.errors.map((formatted, index) => {
              const shown = publicError(formatted, errors?.[index], requestId);
              if (isInternal(shown)) onFault(unwrapResolverError(errors?.[index]), requestId);
              return shown;
            });
          }
          if (operation) {
            result.extensions = {
              ...result.extensions,
              upstream: contextValue.scope.receipts.receipt(contextValue.scope.inputs.oldestMs),
            };
          }
        },
      };
    },
  };
}
