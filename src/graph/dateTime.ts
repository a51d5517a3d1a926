import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/** Answers of AWS are kept with their dates as text already, which goes out as it is. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  serialize: (value) => (typeof value === 'string' ? value : GraphQLDateTime.serialize(value)),
});

/** The date of a time that our own records keep in milliseconds since the epoch; null for none. */
export function dateOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
