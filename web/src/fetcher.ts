import type { Fetcher } from '@graphiql/toolkit';

const accept = 'application/graphql-response+json, application/json;q=0.9';

/**
 * Posts an operation to `/graphql` of the origin the page came from.
 * An answer that is not GraphQL becomes an error with its status and first line.
 */
export const postOperation: Fetcher = async (operation, options) => {
  const response = await fetch(new URL('graphql', document.baseURI), {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const firstLine = text.split('\n', 1)[0]?.slice(0, 200) ?? '';
    throw new Error(`The gateway answered ${response.status} without JSON. ${firstLine}`.trim());
  }
};
