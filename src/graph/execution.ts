import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { BulkOperations } from '../bulk/bulkOperations.ts';
import type { Clock } from '../clock.ts';
import type { ChangeJournal } from '../journal/changeJournal.ts';
import type { Ledger } from '../ledger.ts';
import { ReceiptBook } from '../upstream/receipt.ts';
import { Budget, type CallScope, InputLog } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { bulkRecords } from './bulkRecords.ts';
import { selectCACertificates } from './bulkSelection.ts';
import { CompiledQueries, type CompileMode, type QueryText } from './compiled.ts';
import type { GraphContext } from './context.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { createLoaders } from './loaders.ts';
import { AnswerMemo, isPlainRead } from './memo.ts';
import { NodeTexts } from './nodeTexts.ts';
import { answerAgain, type Execution, executionPlugin, type QuickAnswer } from './operation.ts';
import { isInternal, publicError } from './publicError.ts';
import { createSchema } from './schema.ts';
import { LevelTable } from './selection.ts';
import { createEventStreams, type EventAnswer, type EventRequest } from './subscription.ts';
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
  /** Answers a subscription with a stream of events. */
  subscribe(request: EventRequest): Promise<EventAnswer>;
  /** Ends subscriptions, and leaves bulk operations as they are on record. */
  drain(): Promise<void>;
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
  readonly clock: Clock;
  /** The gateway's own records. */
  readonly ledger: Ledger;
  readonly journal: ChangeJournal;
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
  const { sdl, upstream, ledger, journal, limits, onFault } = options;
  const schema = createSchema(sdl);
  const levels = new LevelTable(schema);
  const turns = new Turns();
  const { nodeTexts, compiled, memo } = memoriesOf(options, schema);
  const execution: Execution = { schema, compiled, costMax: limits.costMax };
  const idempotency = new IdempotencyKeys(ledger, (error) => onFault(error, undefined));
  const server = createServer(execution, onFault);
  const contextOf = (scope: CallScope, requestId: string, priceOnly = false): GraphContext => ({
    upstream,
    scope,
    levels,
    turns,
    journal,
    idempotency,
    bulk,
    loaders: createLoaders(upstream, scope),
    priceOnly,
    requestId,
    progress: 'arrived',
  });
  const bulk = new BulkOperations({
    ledger,
    upstream,
    clock: options.clock,
    selectPage: (filter, after, scope) =>
      selectCACertificates(filter, after, contextOf(scope, scope.caller)),
    ...bulkRecords(journal, upstream),
    onFault: (error) => onFault(error, undefined),
  });
  await server.start();
  await bulk.resume();
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
      return contextOf(scope, requestId, priceOnly);
    },
    answerAgain: (text, variables, context) => answerAgain(execution, { text, variables, context }),
    subscribe: createEventStreams({
      schema,
      costMax: limits.costMax,
      maxTokens: MAX_TOKENS,
      onFault,
    }),
    drain: () => bulk.stop(),
    close: async () => {
      await bulk.stop();
      await server.stop();
    },
  };
}

/** What is kept between operations beside the answers of AWS. */
function memoriesOf({ upstream, memory, compile }: GraphOptions, schema: GraphQLSchema) {
  const { cache } = upstream.door;
  const nodeTexts = new NodeTexts({ cache, maxBytes: memory.nodeTextBytes });
  const mode = compile ?? 'second-sight';
  return {
    nodeTexts,
    compiled: new CompiledQueries({ schema, mode, maxBytes: memory.compiledBytes, nodeTexts }),
    memo: new AnswerMemo({ cache, nowMs: upstream.nowMs, maxBytes: memory.memoBytes }),
  };
}

function createServer(
  execution: Execution,
  onFault: GraphOptions['onFault'],
): ApolloServer<GraphContext> {
  return new ApolloServer<GraphContext>({
    schema: execution.schema,
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
      executionPlugin(execution),
      answerPlugin(onFault),
    ],
  });
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
