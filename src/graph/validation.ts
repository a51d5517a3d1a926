/** Parse and validation errors told of one document, the word that there are more included. */
const MAX_TOLD = 5;

/** Names of the schema are not told to those who guess at them. */
export const VALIDATION = { maxErrors: MAX_TOLD - 1, hideSuggestions: true };

const SUGGESTION = 'Did you mean ';

/** A message without what graphql-js adds where it cannot be told not to. */
export function withoutSuggestion(message: string): string {
  const start = message.lastIndexOf(SUGGESTION);
  return start < 0 || !message.endsWith('?') ? message : message.slice(0, start).trimEnd();
}
