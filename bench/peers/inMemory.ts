import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLScalarType, type GraphQLSchema } from 'graphql';

/** What the peers of the warm bench hold in memory, exactly as the query shows it. */
export interface Fleet {
  readonly templates: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly caCertificates: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** The template's place in `templates` for each CA. */
  readonly templateOf: readonly number[];
}

interface Held {
  readonly place: number;
}

export const cursorOf = (place: number): string => Buffer.from(String(place)).toString('base64url');
const placeOf = (cursor: string): number => Number(Buffer.from(cursor, 'base64url').toString());

/** A window of the fleet, as a plain connection. */
export function windowOf(
  caCertificates: readonly unknown[],
  first: number,
  after: string | null | undefined,
) {
  const start = typeof after === 'string' ? placeOf(after) + 1 : 0;
  return {
    nodes: caCertificates.slice(start, start + first),
    pageInfo: { hasNextPage: start + first < caCertificates.length },
  };
}

/**
 * The same schema over objects in memory, as cheap for the peers as can be: one synchronous lookup
 * for each template, dates ready as text, scalars that pass everything through.
 */
export function inMemorySchema(sdl: string, fleet: Fleet): GraphQLSchema {
  const caCertificates = fleet.caCertificates.map((item, place) => ({ ...item, place }));
  const passing = (name: string) => new GraphQLScalarType({ name, serialize: (value) => value });
  return makeExecutableSchema({
    typeDefs: sdl,
    resolvers: {
      DateTime: passing('DateTime'),
      JSON: passing('JSON'),
      Query: {
        caCertificates: (_root: unknown, args: { first: number; after?: string | null }) =>
          windowOf(caCertificates, args.first, args.after),
      },
      CACertificate: {
        template: ({ place }: Held) => fleet.templates[fleet.templateOf[place] ?? -1] ?? null,
      },
    },
  });
}
