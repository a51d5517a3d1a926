import Negotiator from 'negotiator';

/** What an answer to a GraphQL request can be, as the GraphQL over HTTP specification has it. */
const MEDIA_TYPES = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
];

/**
 * The media type of an answer for a client with this Accept header, the more liked one of two;
 * undefined when it can read none.
 */
export function graphqlAnswerType(accept: string | undefined): string | undefined {
  if (!accept) return MEDIA_TYPES[0];
  return new Negotiator({ headers: { accept } }).mediaType([...MEDIA_TYPES]);
}
