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

/**
 * Whether a client asks for the older type by its name and gets it. It knows only answers with 200
 * for GraphQL's, so what is wrong with the GraphQL of a request is told with 200 (GraphQL over HTTP,
 * section 6.4.1).
 */
export function wantsStatus200(accept: string | undefined, answerType: string): boolean {
  return answerType === MEDIA_TYPES[0] && /application\/json/i.test(accept ?? '');
}
