import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { ReceiptBook } from '../upstream/receipt.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { GraphContext } from './context.ts';
import { createLoaders } from './loaders.ts';
import { isInternal, publicError } from './publicError.ts';
import { createSchema } from './schema.ts';
import { readLevels } from './selection.ts';

/** The GraphQL half of the gateway: a started Apollo Server and the context of each operation. */
export interface Graph {
  readonly server: ApolloServer<GraphContext>;
  readonly schema: GraphQLSchema;
  createContext(requestId: string): GraphContext;
  close(): Promise<void>;
}

export interface GraphOptions {
  /** The text of schema.graphql. */
  readonly sdl: string;
  readonly upstream: Upstream;
  /** Hears of every fault of the gateway, with the id of the request it happened in. */
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/** Documents nested deeper than this many tokens allow could run the validation out of stack. */
const MAX_TOKENS = 15_000;

export async function createGraph({ sdl, upstream, onFault }: GraphOptions): Promise<Graph> {
  const schema = createSchema(sdl);
  const levels = readLevels(schema);
  const server = new ApolloServer<GraphContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Apollo's own page would be loaded from elsewhere.
      ApolloServerPluginLandingPageDisabled(),
      answerPlugin(onFault),
    ],
  });
  await server.start();
  return {
    server,
    schema,
    createContext(requestId) {
      const scope = { receipts: new ReceiptBook() };
      return { upstream, scope, levels, requestId, loaders: createLoaders(upstream, scope) };
    },
    close: () => server.stop(),
  };
}

/** Shapes the errors of each answer and adds the receipt of its AWS calls. */
function answerPlugin(onFault: GraphOptions['onFault']): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, errors, contextValue, operation }) {
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
              upstream: contextValue.scope.receipts.receipt(),
            };
          }
        },
      };
    },
  };
}
