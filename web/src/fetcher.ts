import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { createClient, NetworkError } from 'graphql-sse';

const accept = 'application/graphql-response+json, application/json;q=0.9';

/**
 * Sends an operation to `/graphql` of the origin the page came from: a subscription as a stream of
 * events, any other with POST.
 */
export const sendOperation: Fetcher = (operation, options) =>
  isSubscription(operation, options)
    ? openEvents(operation, options)
    : postOperation(operation, options);

const endpoint = (): string => new URL('graphql', document.baseURI).href;

function isSubscription(
  { operationName }: FetcherParams,
  { documentAST }: FetcherOpts = {},
): boolean {
  const operations = documentAST?.definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const chosen = operations?.find(
    (operation) =>
      !operationName || ('name' in operation && operation.name?.value === operationName),
  );
  return chosen !== undefined && 'operation' in chosen && chosen.operation === 'subscription';
}

/** Answers as they come; a refusal is the only one. */
async function* openEvents(operation: FetcherParams, options?: FetcherOpts) {
  const client = createClient({
    url: endpoint(),
    headers: options?.headers ?? {},
    retryAttempts: 0,
  });
  const { query, variables, operationName } = operation;
  const events = client.iterate({
    query,
    variables,
    ...(operationName ? { operationName } : {}),
  });
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof NetworkError) || error.response === undefined) throw error;
    yield await readAnswer(error.response);
  } finally {
    client.dispose();
  }
}

async function postOperation(operation: FetcherParams, options?: FetcherOpts) {
  const response = await fetch(endpoint(), {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(operation),
  });
  return readAnswer(response);
}

/** An answer that is not GraphQL becomes an error with its status and first line. */
async function readAnswer(response: Pick<Response, 'status' | 'text'>) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const firstLine = text.split('\n', 1)[0]?.slice(0, 200) ?? '';
    throw new Error(`The gateway answered ${response.status} without JSON. ${firstLine}`.trim());
  }
}
