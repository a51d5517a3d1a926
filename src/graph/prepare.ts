import type { GraphQLResolveInfo } from 'graphql';
import { versionKey } from '../upstream/versionQuestions.ts';
import type { Connection } from './connection.ts';
import type { GraphContext } from './context.ts';
import type {
  CACertificateEntity,
  CertificateEntity,
  TemplateEntity,
  VersionEntity,
} from './entities.ts';
import type { EntityLoader } from './entityLoader.ts';

/**
 * Describes, in one go, the CAs of a page whose fields need it: their fields then resolve without
 * waiting, and the question for their templates finds its answer in the details. Then waits for a
 * turn to complete so many nodes.
 */
export function prepareCACertificates(
  connection: Connection<CACertificateEntity>,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const keyOf = ({ certificateId }: CACertificateEntity) => certificateId;
  const loader = context.loaders.caCertificates;
  return prepare({ type: 'CACertificate', connection, keyOf, loader }, context, info);
}

/** The same for templates. */
export function prepareTemplates(
  connection: Connection<TemplateEntity>,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const keyOf = ({ templateName }: TemplateEntity) => templateName;
  const loader = context.loaders.templates;
  return prepare({ type: 'ProvisioningTemplate', connection, keyOf, loader }, context, info);
}

/** The same for versions of a template. */
export function prepareVersions(
  connection: Connection<VersionEntity>,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const keyOf = ({ templateName, versionId }: VersionEntity) => versionKey(templateName, versionId);
  const loader = context.loaders.versions;
  return prepare({ type: 'ProvisioningTemplateVersion', connection, keyOf, loader }, context, info);
}

/** The same for device certificates. */
export function prepareCertificates(
  connection: Connection<CertificateEntity>,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const keyOf = ({ certificateId }: CertificateEntity) => certificateId;
  const loader = context.loaders.certificates;
  return prepare({ type: 'Certificate', connection, keyOf, loader }, context, info);
}

interface Prepared<Entity extends { row?: unknown; detail?: unknown }> {
  readonly type: string;
  readonly connection: Connection<Entity>;
  readonly keyOf: (entity: Entity) => string;
  readonly loader: EntityLoader<Entity>;
}

async function prepare<Entity extends { row?: unknown; detail?: unknown }>(
  { type, connection, keyOf, loader }: Prepared<Entity>,
  { levels, turns }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const { levels: requested } = levels.connection(info, info.fieldNodes, type);
  // The list that shows a thing has its row, and an edge is found out by the field that follows it.
  const needsMore = requested.has('DETAIL') || requested.has('CONSTANT');
  const { count } = connection;
  if (needsMore && count > 0) {
    await turns.pause();
    const entries = connection.nodes.map((node) => [keyOf(node), node] as const);
    await loader.prepare(entries, requested);
  }
  await turns.take(count);
}
