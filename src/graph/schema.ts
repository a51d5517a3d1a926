import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import type { Resolvers } from '../generated/resolvers.ts';
import { caCertificateResolvers } from './caCertificate.ts';
import { caCertificateChangeResolvers } from './caCertificateChanges.ts';
import { certificateResolvers } from './certificate.ts';
import { nodeResolvers } from './node.ts';
import { provisioningTemplateResolvers } from './provisioningTemplate.ts';

/** Joins the schema text and the resolvers of all resources; throws when they do not fit. */
export function createSchema(sdl: string): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: sdl,
    resolvers: [
      { DateTime: GraphQLDateTime, JSON: GraphQLJSON } satisfies Resolvers,
      nodeResolvers,
      provisioningTemplateResolvers,
      caCertificateResolvers,
      caCertificateChangeResolvers,
      certificateResolvers,
    ],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
