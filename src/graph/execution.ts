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
import type { Caller } from '../caller.ts';
import type { Clock } from '../clock.ts';
import type { ChangeJournal } from '../journal/changeJournal.ts';
import type { Ledger } from '../ledger.ts';
import { type Charge, NO_CHARGE } from '../rateLimit.ts';
import { ReceiptBook } from '../upstream/receipt.ts';
import { Budget, type CallScope, InputLog } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { apolloLogger } from './apolloLogger.ts';
import { bulkRecords } from './bulkRecords.ts';
import { selectCACertificates } from './bulkSelection.ts';
import { CompiledQueries, type CompileMode, type QueryText } from './compiled.ts';
import type { GraphContext } from './context.ts';
import { type AskedDocument, Documents } from './documents.ts';
import { IdempotencyKeys } from './idempotency.ts';
import type { IntrospectionMode } from './introspection.ts';
import { createLoaders } from './loaders.ts';
import { AnswerMemo, isPlainRead } from './memo.ts';
import { NodeTexts } from './nodeTexts.ts';
import { answerAgain, type Execution, executionPlugin, type QuickAnswer } from './operation.ts';
import { codesOf } from './operationReport.ts';
import { OperationRules } from './operationRules.ts';
import { isInternal, publicError } from './publicError.ts';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from './queryLimits.ts';
import { Readings } from './readings.ts';
import { createSchema } from './schema.ts';
import { ScopeCheck } from './scopeCheck.ts';
import { LevelTable } from './selection.ts';
import { ShownNodes } from './shownNodes.ts';
import { createEventStreams, type EventAnswer, type EventRequest } from './subscription.ts';
import { TrustedDocuments } from './trustedDocuments.ts';
import { type OperationTurns, Turns } from './turns.ts';
import { VALIDATION } from './validation.ts';
import { writeJson } from './writeJson.ts';

/** What the HTTP request says about the operation in it. */
export interface OperationRequest {
  readonly caller: Caller;
  readonly requestId: string;
  /** The age of answers the caller accepts, in milliseconds; 0 reads live; unset: the defaults. */
  readonly maxAgeMs?: number | undefined;
  /**
   * How long after they have become too old answers are still taken where AWS cannot be asked, in
   * milliseconds; unset: never.
   */
  readonly staleIfErrorMs?: number | undefined;
  /** When the request came, in milliseconds since the epoch, if it had to wait; unset: now. */
  readonly arrivedMs?: number | undefined;
  /** What the request takes of its caller's rate; unset: nothing. */
  readonly charge?: Charge | undefined;
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
  readonly readings: Readings;
  readonly documents: Documents;
  /** Milliseconds since the epoch, by the clock that deadlines are told by. */
  nowMs(): number;
  createContext(request: OperationRequest): GraphContext;
  /**
   * Looks at the document of a request before anything else does, and puts its text in the place of
   * its id. Throws GatewayError.
   */
  prepare(asked: AskedDocument): AskedDocument;
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
  /** Ends what still runs as its deadline would, so that it is answered. */
  cut(): void;
  close(): Promise<void>;
}

/** What one operation may take. */
export interface OperationLimits {
  /** AWS calls. */
  readonly costMax: number;
  /** Milliseconds from its arrival. */
  readonly deadlineMs: number;
  /** What its text and variables may ask for; unset: the usual limits. */
  readonly query?: QueryLimits | undefined;
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
  /**
   * How much may be kept, in bytes: of queries, parsed and compiled; of remembered answers; of what
   * nodes show, as text and as it was read out of certificates and template bodies.
   */
  readonly memory: {
    readonly compiledBytes: number;
    readonly memoBytes: number;
    readonly nodeTextBytes: number;
  };
  /** Who may read the schema; unset: everybody. */
  readonly introspection?: IntrospectionMode | undefined;
  /** The only documents to take, by their hashes; unset: any. */
  readonly documents?: Readonly<Record<string, string>> | undefined;
  /** Unset: on second sight. */
  readonly compile?: CompileMode | undefined;
  /** Hears of every fault of the gateway, with the id of the request it happened in. */
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/**
 * The GraphQL side of the gateway, ready to answer: schema, limits, memories and Apollo Server.
 * Throws DocumentListError for a list of documents that could never run.
 */
export async function createGraph(options: GraphOptions): Promise<Graph> {
  const { sdl, upstream, ledger, journal, limits, onFault } = options;
  const schema = createSchema(sdl);
  const turns = new Turns(options.clock);
  const memories = memoriesOf(options, schema);
  const { documents, rules, rights, levels } = documentRules(options, schema);
  const execution: Execution = { ...memories, schema, documents, costMax: limits.costMax };
  const idempotency = new IdempotencyKeys(ledger, (error) => onFault(error, undefined));
  const server = createServer(execution, documents.maxTokens, onFault);
  const contextOf = (
    caller: Caller,
    scope: CallScope,
    requestId: string,
    own = turns.forOperation(),
    priceOnly = false,
    charge: Charge = NO_CHARGE,
  ): GraphContext => ({
    caller,
    rights,
    rules,
    charge,
    shown: new ShownNodes(),
    upstream,
    scope,
    levels,
    turns: own,
    readings: memories.readings,
    journal,
    idempotency,
    bulk,
    loaders: createLoaders(upstream, scope),
    priceOnly,
    requestId,
    progress: 'arrived',
    report: { codes: [], hasData: false },
  });
  const bulk = new BulkOperations({
    ledger,
    upstream,
    clock: options.clock,
    selectPage: (filter, after, scope) =>
      selectCACertificates(filter, after, contextOf(nobody(scope), scope, scope.caller)),
    ...bulkRecords(journal, upstream),
    onFault: (error) => onFault(error, undefined),
  });
  await server.start();
  await bulk.resume().catch(async (error) => {
    await end(bulk, server);
    throw error;
  });
  return {
    server,
    schema,
    ...memories,
    documents,
    prepare: (asked) => documents.prepare(asked),
    nowMs: upstream.nowMs,
    createContext(request) {
      const { caller, requestId, priceOnly, charge } = request;
      const own = turns.forOperation();
      const scope = interactiveScope(upstream, limits, request, own);
      return contextOf(caller, scope, requestId, own, priceOnly, charge);
    },
    answerAgain: (text, variables, context) => answerAgain(execution, { text, variables, context }),
    subscribe: createEventStreams({ ...execution, onFault }),
    drain: () => bulk.stop(),
    cut: () => upstream.lifetimes.cut(),
    close: () => end(bulk, server),
  };
}

async function end(bulk: BulkOperations, server: ApolloServer<GraphContext>): Promise<void> {
  await bulk.stop();
  await server.stop();
}

/** The work of a bulk operation was allowed when it was asked for, and asks for nothing itself. */
const nobody = ({ caller }: CallScope): Caller => ({ name: caller, scopes: new Set() });

/** The parts that go to parsed documents, and to what was read out of certificates and bodies. */
const DOCUMENTS_PART = 1 / 4;
const READINGS_PART = 1 / 4;

/** What is kept between operations beside the answers of AWS. */
function memoriesOf({ upstream, memory, compile }: GraphOptions, schema: GraphQLSchema) {
  const { cache } = upstream.door;
  const readingBytes = Math.ceil(memory.nodeTextBytes * READINGS_PART);
  const nodeTexts = new NodeTexts({ cache, maxBytes: memory.nodeTextBytes - readingBytes });
  const compiledBytes = memory.compiledBytes - documentBytesOf(memory);
  const mode = compile ?? 'second-sight';
  return {
    nodeTexts,
    readings: new Readings(readingBytes),
    compiled: new CompiledQueries({ schema, mode, maxBytes: compiledBytes, nodeTexts }),
    memo: new AnswerMemo({ cache, nowMs: upstream.nowMs, maxBytes: memory.memoBytes }),
  };
}

const documentBytesOf = ({ compiledBytes }: GraphOptions['memory']): number =>
  Math.ceil(compiledBytes * DOCUMENTS_PART);

/** What documents and operations are held against. Throws DocumentListError. */
function documentRules(
  {
    documents,
    introspection = 'on',
    limits: { query = DEFAULT_QUERY_LIMITS },
    memory,
  }: GraphOptions,
  schema: GraphQLSchema,
) {
  const trusted = documents && new TrustedDocuments(documents);
  trusted?.check(schema, query);
  return {
    documents: new Documents({ limits: query, trusted, maxBytes: documentBytesOf(memory) }),
    rules: new OperationRules(schema, query, introspection),
    rights: new ScopeCheck(schema),
    levels: new LevelTable(schema),
  };
}

/** The scope of an operation that a caller waits for. */
function interactiveScope(
  upstream: Upstream,
  limits: OperationLimits,
  { caller, maxAgeMs, notesInputs = true, staleIfErrorMs, arrivedMs }: OperationRequest,
  turns: OperationTurns,
): CallScope {
  const deadlineMs = (arrivedMs ?? upstream.nowMs()) + limits.deadlineMs;
  return {
    receipts: new ReceiptBook(),
    inputs: new InputLog(notesInputs),
    budget: new Budget(limits.costMax),
    freshness: upstream.door.freshness(maxAgeMs, staleIfErrorMs),
    caller: caller.name,
    priority: 'interactive',
    gather: (ask) => turns.gather(ask),
    deadlineMs,
    lifetime: upstream.lifetimes.begin({ deadlineMs }),
  };
}

function createServer(
  execution: Execution,
  maxTokens: number,
  onFault: GraphOptions['onFault'],
): ApolloServer<GraphContext> {
  /** By the data of answers that are about to be written. */
  const contexts = new WeakMap<object, GraphContext>();
  return new ApolloServer<GraphContext>({
    schema: execution.schema,
    logger: apolloLogger((error) => onFault(error, undefined)),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens },
    validationOptions: VALIDATION,
    persistedQueries: false,
    // The plugin has the documents that were found valid.
    documentStore: null,
    async stringifyResult(result) {
      const context = result.data && contexts.get(result.data);
      return context ? writeJson(result, context, '\n') : `${JSON.stringify(result)}\n`;
    },
    allowBatchedHttpRequests: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Apollo's own page would be loaded from elsewhere, and its reports, which the environment can
      // switch on, would be a second way out of the gateway.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      executionPlugin(execution),
      answerPlugin(onFault, contexts),
    ],
  });
}

/** Shapes the errors of each answer and adds the receipt of its AWS calls. */
function answerPlugin(
  onFault: GraphOptions['onFault'],
  contexts: WeakMap<object, GraphContext>,
): ApolloServerPlugin<GraphContext> {
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
          if (result.data) contexts.set(result.data, contextValue);
          if (result.errors) {
            result.errors = result.errors.map((formatted, index) => {
              const shown = publicError(formatted, errors?.[index], requestId);
              if (isInternal(shown)) onFault(unwrapResolverError(errors?.[index]), requestId);
              return shown;
            });
            contextValue.report.codes = codesOf(result.errors);
            contextValue.report.hasData = Object.values(result.data ?? {}).some(isThere);
          }
          if (operation) {
            const { receipts, inputs } = contextValue.scope;
            result.extensions = {
              ...result.extensions,
              upstream: receipts.receipt(inputs.oldestMs, inputs.hits),
            };
          }
        },
      };
    },
  };
}

const isThere = (value: unknown): boolean => value !== null;
