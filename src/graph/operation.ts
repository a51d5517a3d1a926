import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import type { Receipt } from '../upstream/receipt.ts';
import { admit, admitAtPrice, permit } from './admission.ts';
import { type CompiledQueries, fragmentsOf, type QueryText } from './compiled.ts';
import type { GraphContext } from './context.ts';
import type { Documents } from './documents.ts';
import { refuseSubscription } from './subscription.ts';

/** An answer without errors. */
export interface QuickAnswer {
  /** The data as JSON. */
  readonly data: string;
  readonly receipt: Receipt;
}

/** What operations are executed with. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly compiled: CompiledQueries;
  readonly documents: Documents;
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

/** See `Graph.answerAgain`. */
export async function answerAgain(
  { schema, compiled, costMax }: Execution,
  { text, variables, context }: Repeated,
): Promise<QuickAnswer | undefined> {
  const query = compiled.find(text);
  if (query === undefined || context.priceOnly) return undefined;
  const coerced = coerce(schema, query.operation, variables);
  if (coerced === undefined) return undefined;
  const asked = { schema, query, coerced, context, costMax };
  try {
    permit(asked);
  } catch {
    return undefined;
  }
  const data = await compiled.answerJson(text, coerced, context, () => {
    admitAtPrice(asked);
    context.progress = 'admitted';
  });
  if (data === null) {
    if (context.progress === 'admitted') context.progress = 'not compiled';
    return undefined;
  }
  context.progress = 'admitted';
  const { receipts, inputs } = context.scope;
  return { data, receipt: receipts.receipt(inputs.oldestMs, inputs.hits) };
}

/**
 * Prices each operation before it runs; a caller who only wants the price gets it now. Answers
 * queries from their compiled form where there is one.
 */
export function executionPlugin({
  schema,
  compiled,
  documents,
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
        async didResolveSource(requestContext) {
          // With a document Apollo Server parses and validates none; its own store has no bound that
          // memory would show, and to put another in its place costs a good part of the time to start.
          const document = documents.valid(requestContext.source);
          if (document) Object.assign(requestContext, { document });
        },
        async didResolveOperation({ document, operation, request, source, contextValue: context }) {
          documents.keepValid(source, document);
          // Apollo's types deny that there may be none, when the request names none that exists.
          if (operation === undefined || context.progress !== 'arrived') return;
          context.report.operation = operation;
          refuseSubscription(operation);
          coerced = coerce(schema, operation, request.variables);
          if (coerced === undefined) return;
          const query = { operation, fragments: fragmentsOf(document) };
          admit({ schema, query, coerced, context, costMax });
          context.progress = 'admitted';
          compiled.note(textOf(source, request.operationName), document, operation);
        },
        async responseForOperation({ operation, request, source, contextValue: context }) {
          if (context.priceOnly) return single(null);
          context.shown.restart();
          if (operation === undefined || coerced === undefined) return null;
          const data = await compiled.answer(
            textOf(source, request.operationName),
            coerced,
            context,
          );
          context.shown.restart();
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
