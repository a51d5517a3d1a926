import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { ReceiptBook } from '../upstream/receipt.ts';
import { Budget, type CallScope, InputLog } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { admit } from './admission.ts';
import { CompiledQueries, type CompileMode } from './compiled.ts';
import type { GraphContext } from './context.ts';
import { createLoaders } from './loaders.ts';
import { AnswerMemo, isPlainRead } from './memo.ts';
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
}

/** The GraphQL half of the gateway: a started Apollo Server and the context of each operation. */
export interface Graph {
  readonly server: ApolloServer<GraphContext>;
  readonly schema: GraphQLSchema;
  readonly memo: AnswerMemo;
  readonly compiled: CompiledQueries;
  createContext(request: OperationRequest): GraphContext;
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
  /** How much compiled queries and remembered answers may take, in bytes. */
  readonly memory: { readonly compiledBytes: number; readonly memoBytes: number };
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
  const compiled = new CompiledQueries({
    schema,
    mode: options.compile ?? 'second-sight',
    maxBytes: options.memory.compiledBytes,
  });
  const memo = new AnswerMemo({
    cache: upstream.door.cache,
    nowMs: upstream.nowMs,
    maxBytes: options.memory.memoBytes,
  });
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
      admissionPlugin(schema, limits.costMax),
      compiledPlugin(compiled),
      answerPlugin(onFault),
    ],
  });
  await server.start();
  return {
    server,
    schema,
    memo,
    compiled,
    createContext({ requestId, maxAgeMs, priceOnly = false }) {
      const scope: CallScope = {
        receipts: new ReceiptBook(),
        inputs: new InputLog(),
        budget: new Budget(limits.costMax),
        freshness: upstream.door.freshness(maxAgeMs),
        caller: 'anonymous',
        priority: 'interactive',
        deadlineMs: upstream.nowMs() + limits.deadlineMs,
      };
      const loaders = createLoaders(upstream, scope);
      return { upstream, scope, levels, turns, loaders, priceOnly, requestId };
    },
    close: () => server.stop(),
  };
}

/** Prices each operation before it runs; a caller who only wants the price gets it now. */
function admissionPlugin(schema: GraphQLSchema, costMax: number): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue: context }) {
          if (operation === undefined) return;
          const variables = request.variables ?? {};
          admit({ schema, document, operation, variables, context, costMax });
        },
        async responseForOperation({ contextValue: { priceOnly } }) {
          if (!priceOnly) return null;
          return {
            http: { status: 200, headers: new HeaderMap() },
            body: { kind: 'single', singleResult: { data: null } },
          };
        },
      };
    },
  };
}

/** Answers queries from their compiled form where there is one. */
function compiledPlugin(compiled: CompiledQueries): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, queryHash, request, contextValue }) {
          // Apollo's types deny that there may be none, when the request names none that exists.
          if (operation === undefined || queryHash === undefined) return null;
          const data = await compiled.answer({
            document,
            operation,
            documentHash: queryHash,
            variables: request.variables ?? {},
            context: contextValue,
          });
          if (data === null) return null;
          return {
            http: { headers: new HeaderMap() },
            body: { kind: 'single', singleResult: { data } },
          };
        },
      };
    },
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
