import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

const HOW_TO_WRITE =
  'A DateTime is a string as RFC 3339 has it, with its offset, such as "2030-01-01T00:00:00Z".';

/** Answers of AWS are kept with their dates as text already, which goes out as it is. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  serialize: (value) => (typeof value === 'string' ? value : GraphQLDateTime.serialize(value)),
  parseValue: (value) => read(() => GraphQLDateTime.parseValue(value)),
  parseLiteral: (node) => read(() => GraphQLDateTime.parseLiteral(node, undefined), node),
});

/** The library says that a value does not fit, and not what would. */
function read(parse: () => Date, node?: ValueNode): Date {
  try {
    return parse();
  } catch {
    throw new GraphQLError(HOW_TO_WRITE, node && { nodes: node });
  }
}

/** The date of a time that our own records keep in milliseconds since the epoch; null for none. */
export function dateOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
