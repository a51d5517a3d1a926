import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import type { Resolvers } from '../generated/resolvers.ts';
import { caCertificateResolvers } from './caCertificate.ts';
import { caCertificateChangeResolvers } from './caCertificateChanges.ts';
import { certificateResolvers } from './certificate.ts';
import { nodeResolvers } from './node.ts';
import { provisioningTemplateResolvers } from './provisioningTemplate.ts';
import { quotaResolvers } from './quota.ts';

/** Answers of AWS are kept with their dates as text already, which goes out as it is. */
const DateTime = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  serialize: (value) => (typeof value === 'string' ? value : GraphQLDateTime.serialize(value)),
});

/** Joins the schema text and the resolvers of all resources; throws when they do not fit. */
export function createSchema(sdl: string): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: sdl,
    resolvers: [
      { DateTime, JSON: GraphQLJSON } satisfies Resolvers,
      nodeResolvers,
      quotaResolvers,
      provisioningTemplateResolvers,
      caCertificateResolvers,
      caCertificateChangeResolvers,
      certificateResolvers,
    ],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
