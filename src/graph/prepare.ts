import type { GraphQLResolveInfo } from 'graphql';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, CertificateEntity, TemplateEntity } from './entities.ts';
import { requestedOfNodes } from './selection.ts';

/**
 * Describes, in one go, the CAs of a page whose fields need it: their fields then resolve without
 * waiting, and the question for their templates finds its answer in the details. Then waits for a
 * turn to complete so many nodes.
 */
export async function prepareCACertificates(
  nodes: readonly CACertificateEntity[],
  { loaders, levels, turns }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const requested = requestedOfNodes(info, 'CACertificate', levels);
  const entries = nodes.map((node) => [node.certificateId, node] as const);
  await loaders.caCertificates.prepare(entries, requested);
  await turns.take(nodes.length);
}

/** The same for templates. */
export async function prepareTemplates(
  nodes: readonly TemplateEntity[],
  { loaders, levels, turns }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const requested = requestedOfNodes(info, 'ProvisioningTemplate', levels);
  const entries = nodes.map((node) => [node.templateName, node] as const);
  await loaders.templates.prepare(entries, requested);
  await turns.take(nodes.length);
}

/** The same for device certificates. */
export async function prepareCertificates(
  nodes: readonly CertificateEntity[],
  { loaders, levels, turns }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const requested = requestedOfNodes(info, 'Certificate', levels);
  const entries = nodes.map((node) => [node.certificateId, node] as const);
  await loaders.certificates.prepare(entries, requested);
  await turns.take(nodes.length);
}
