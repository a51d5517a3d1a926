import { addResolversToSchema } from '@graphql-tools/schema';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import type { Resolvers } from '../generated/resolvers.ts';
import { bulkOperationResolvers } from './bulkOperation.ts';
import { caCertificateResolvers } from './caCertificate.ts';
import { caCertificateAttachmentResolvers } from './caCertificateAttachment.ts';
import { caCertificateChangeResolvers } from './caCertificateChanges.ts';
import { caCertificateDeletionResolvers } from './caCertificateDeletion.ts';
import { caRegistrationResolvers } from './caRegistration.ts';
import { certificateResolvers } from './certificate.ts';
import { changeResolvers } from './changes.ts';
import { DateTime } from './dateTime.ts';
import { deletionImpactResolvers } from './deletionImpact.ts';
import { withRecords } from './mutationRun.ts';
import { nodeResolvers } from './node.ts';
import { previewResolvers } from './preview.ts';
import { privateKeyResolvers } from './privateKeys.ts';
import { provisioningClaimResolvers } from './provisioningClaim.ts';
import { provisioningTemplateResolvers } from './provisioningTemplate.ts';
import { provisioningTemplateDeletionResolvers } from './provisioningTemplateDeletion.ts';
import { provisioningTemplateVersionResolvers } from './provisioningTemplateVersion.ts';
import { provisioningTemplateVersionChangeResolvers } from './provisioningTemplateVersionChanges.ts';
import { quotaResolvers } from './quota.ts';
import { readinessResolvers } from './readiness.ts';
import { registrationCodeResolvers } from './registrationCode.ts';
import { countNodes } from './shownNodes.ts';
import { tagResolvers } from './tags.ts';

type Joined = Parameters<typeof addResolversToSchema>[0]['resolvers'];

/** Several of them resolve fields of the same type, such as Query. */
const PARTS: readonly Resolvers[] = [
  nodeResolvers,
  privateKeyResolvers,
  quotaResolvers,
  provisioningTemplateResolvers,
  previewResolvers,
  caCertificateResolvers,
  caCertificateChangeResolvers,
  caRegistrationResolvers,
  caCertificateAttachmentResolvers,
  caCertificateDeletionResolvers,
  provisioningTemplateDeletionResolvers,
  readinessResolvers,
  deletionImpactResolvers,
  certificateResolvers,
  bulkOperationResolvers,
  provisioningTemplateVersionResolvers,
  provisioningTemplateVersionChangeResolvers,
  provisioningClaimResolvers,
  registrationCodeResolvers,
  tagResolvers,
  changeResolvers,
];

/**
 * Joins the schema text and the resolvers of all resources; throws when a resolver fits nothing in
 * it. That the text is valid in itself is for a test to say, not for every start.
 */
export function createSchema(sdl: string): GraphQLSchema {
  const resolvers: Record<string, object> = {};
  for (const [type, fields] of PARTS.map(withRecords).flatMap((part) => Object.entries(part))) {
    resolvers[type] = { ...resolvers[type], ...fields };
  }
  const schema = addResolversToSchema({
    schema: buildASTSchema(documentOf(sdl), { assumeValid: true }),
    resolvers: { ...resolvers, DateTime, JSON: GraphQLJSON } as Joined,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
    updateResolversInPlace: true,
  });
  countNodes(schema);
  return schema;
}

/** The build puts here the text that schema.graphql was then, and the JSON of what it parses to. */
declare const BUILT_SCHEMA: { readonly text: string; readonly document: string } | undefined;

/** To parse the text takes several times as long as to read the JSON. */
function documentOf(sdl: string): DocumentNode {
  const built = typeof BUILT_SCHEMA === 'undefined' ? undefined : BUILT_SCHEMA;
  return built?.text === sdl ? JSON.parse(built.document) : parse(sdl, { noLocation: true });
}
