import type { GraphQLResolveInfo } from 'graphql';
import {
  type CACertificateRow,
  type CertificateRow,
  caIdOf,
  certificateIdOf,
  type TemplateRow,
} from '../upstream/questions.ts';
import {
  type Connection,
  type ConnectionArguments,
  emptyConnection,
  type ListSource,
  windowOf,
} from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, CertificateEntity, TemplateEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import { prepareCACertificates, prepareCertificates } from './prepare.ts';
import { walk } from './walk.ts';

interface RelatedArguments extends ConnectionArguments {
  readonly ascendingOrder?: boolean | null | undefined;
}

const { described } = fieldsOf<TemplateEntity>({
  loader: ({ loaders }) => loaders.templates,
  keyOf: ({ templateName }) => templateName,
  nameOf: ({ templateName }) => `Provisioning template ${templateName}`,
});

/** The CAs that name a template, as AWS lists them. */
export function namingSource(
  { templateName, templateArn }: TemplateEntity,
  { loaders }: GraphContext,
  ascendingOrder = false,
): ListSource<CACertificateEntity, CACertificateRow> {
  const list = { templateName, ascendingOrder };
  return {
    list: JSON.stringify(['ListCACertificates', templateArn, ascendingOrder]),
    page: (token) => loaders.caCertificatePage(list, token),
    known: (token) => loaders.knownCACertificatePage(list, token),
    keyOf: caIdOf,
    toItem: (row) => loaders.caCertificateOfRow(row, list),
  };
}

/** By AWS's documentation only templates of type JITP can be named, so others are not asked for. */
export async function canBeNamed(
  template: TemplateEntity,
  context: GraphContext,
): Promise<boolean> {
  const row: TemplateRow = template.row ?? (await described(template, context)).row;
  return context.loaders.canBeNamed(row.type, template.templateName);
}

/** A page of the CAs that name a template. */
export async function caCertificatesNaming(
  template: TemplateEntity,
  args: RelatedArguments,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<Connection<CACertificateEntity>> {
  const window = windowOf(args, info, context.levels);
  if (!(await canBeNamed(template, context))) return emptyConnection(window);
  const source = namingSource(template, context, args.ascendingOrder ?? false);
  const connection = await walk(source, window);
  await prepareCACertificates(connection, context, info);
  return connection;
}

/** The device certificates that a CA signed, as AWS lists them. */
export function signedSource(
  { certificateId }: CACertificateEntity,
  { loaders }: GraphContext,
  ascendingOrder = false,
): ListSource<CertificateEntity, CertificateRow> {
  const list = { caCertificateId: certificateId, ascendingOrder };
  return {
    list: JSON.stringify(['ListCertificatesByCA', list]),
    page: (token) => loaders.certificatePage(list, token),
    known: (token) => loaders.knownCertificatePage(list, token),
    keyOf: certificateIdOf,
    toItem: (row) => loaders.certificateOfRow(row, list),
  };
}

/** A page of the device certificates that a CA signed. */
export async function certificatesSignedBy(
  caCertificate: CACertificateEntity,
  args: RelatedArguments,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<Connection<CertificateEntity>> {
  const source = signedSource(caCertificate, context, args.ascendingOrder ?? false);
  const connection = await walk(source, windowOf(args, info, context.levels));
  await prepareCertificates(connection, context, info);
  return connection;
}
