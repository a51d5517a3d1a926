import type { GraphQLResolveInfo } from 'graphql';
import type { CACertificateResolvers, QueryResolvers, Resolvers } from '../generated/resolvers.ts';
import {
  type CACertificateConstants,
  type CACertificateDetail,
  certificateIdOf,
  type Edge,
} from '../upstream/questions.ts';
import { walkCACertificates } from './caCertificateList.ts';
import { walk, windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type {
  CACertificateEntity,
  InlineRegistration,
  NamedRegistration,
  TemplateEntity,
} from './entities.ts';
import { fieldsOf } from './fields.ts';
import { toGlobalId } from './globalId.ts';
import { checkCertificateId } from './input.ts';
import { constantsOf, type Loaders } from './loaders.ts';
import { prepareCACertificates, prepareCertificates } from './prepare.ts';
import { type Levels, requestedLevels } from './selection.ts';
import { validityOf } from './validity.ts';

const Query: Pick<QueryResolvers, 'caCertificate' | 'caCertificates' | 'registrationCode'> = {
  caCertificate: (_root, { certificateId }, { loaders, levels }, info) =>
    loaders.caCertificates.find(
      checkCertificateId('certificateId', certificateId),
      requestedLevels(info, 'CACertificate', levels),
    ),

  caCertificates: async (_root, args, context, info) => {
    const connection = await walkCACertificates(
      args,
      windowOf(args, info, context.levels),
      context,
    );
    await prepareCACertificates(connection, context, info);
    return connection;
  },

  registrationCode: (_root, _args, { loaders }) => loaders.registrationCode(),
};

const { described, fromRow, fromDetail } = fieldsOf<CACertificateEntity>({
  loader: ({ loaders }) => loaders.caCertificates,
  keyOf: ({ certificateId }) => certificateId,
  nameOf: ({ certificateId }) => `CA certificate ${certificateId}`,
});

/** AWS stores what it was sent; a name decides, for it is what just-in-time provisioning follows. */
function registrationOf(
  { registrationConfig }: CACertificateDetail,
  caCertificate: CACertificateEntity,
): NamedRegistration | InlineRegistration | undefined {
  if (registrationConfig === undefined) return undefined;
  const { templateName, templateBody, roleArn } = registrationConfig;
  if (templateName !== undefined) {
    return {
      kind: 'NamedTemplateRegistration',
      templateName,
      roleArn: roleArn ?? null,
      caCertificate,
    };
  }
  if (templateBody === undefined && roleArn === undefined) return undefined;
  return {
    kind: 'InlineTemplateRegistration',
    templateBody: templateBody ?? null,
    roleArn: roleArn ?? null,
  };
}

type Reached<Entity> = Entity | null | Promise<Entity | null>;

/** The template that a CA names; null when it names none, or one that is gone. */
function templateOf(
  caCertificate: CACertificateEntity,
  { loaders, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Reached<TemplateEntity> {
  const requested = requestedLevels(info, 'ProvisioningTemplate', levels);
  const follow = ({ templateName }: Edge) =>
    templateName === null ? null : template(templateName, caCertificate, loaders, requested);
  const keep = (edge: Edge) => {
    caCertificate.edge ??= edge;
    return follow(caCertificate.edge);
  };
  const edge = caCertificate.edge ?? loaders.edge(caCertificate, requested.has('ROW'));
  return edge instanceof Promise ? edge.then(keep) : keep(edge);
}

function template(
  templateName: string,
  { certificateArn }: CACertificateEntity,
  loaders: Loaders,
  requested: Levels,
): Reached<TemplateEntity> {
  const arn = certificateArn.replace(/:cacert\/.*$/, `:provisioningtemplate/${templateName}`);
  return loaders.templates.reach(templateName, arn, requested);
}

/** A field that cannot change while the CA lives, and is not asked for again once it is known. */
const fromConstants =
  <Value>(pick: (constants: CACertificateConstants) => Value | undefined) =>
  (caCertificate: CACertificateEntity, _args: unknown, context: GraphContext) => {
    const constants = constantsOf(caCertificate, context.upstream.door);
    return constants
      ? (pick(constants) ?? null)
      : described(caCertificate, context).then(({ detail }) => pick(detail) ?? null);
  };

const CACertificate: CACertificateResolvers = {
  id: ({ certificateArn }) => toGlobalId(certificateArn),
  certificateArn: ({ certificateArn }) => certificateArn,
  certificateId: ({ certificateId }) => certificateId,
  status: fromRow((row) => row.status),
  creationDate: fromRow((row) => row.creationDate),
  lastModifiedDate: fromDetail((detail) => detail.lastModifiedDate),
  certificatePem: fromConstants((constants) => constants.certificatePem),
  ownedBy: fromDetail((detail) => detail.ownedBy),
  autoRegistrationStatus: fromDetail((detail) => detail.autoRegistrationStatus),
  customerVersion: fromDetail((detail) => detail.customerVersion),
  generationId: fromDetail((detail) => detail.generationId),
  validity: fromConstants(({ validity }) => validityOf(validity)),
  certificateMode: fromConstants((constants) => constants.certificateMode),
  registrationConfig: fromDetail(registrationOf),
  template: (caCertificate, _args, context, info) => templateOf(caCertificate, context, info),
  certificates: async (caCertificate, args, context, info) => {
    const list = {
      caCertificateId: caCertificate.certificateId,
      ascendingOrder: args.ascendingOrder ?? false,
    };
    const connection = await walk(
      {
        list: JSON.stringify(['ListCertificatesByCA', list]),
        page: (token) => context.loaders.certificatePage(list, token),
        keyOf: certificateIdOf,
        toItem: (row) => context.loaders.certificateOfRow(row, list),
      },
      windowOf(args, info, context.levels),
    );
    await prepareCertificates(connection, context, info);
    return connection;
  },
};

export const caCertificateResolvers: Resolvers = {
  Query,
  CACertificate,
  RegistrationConfig: { __resolveType: ({ kind }) => kind },
  NamedTemplateRegistration: {
    template: ({ templateName, caCertificate }, _args, { loaders, levels }, info) =>
      template(
        templateName,
        caCertificate,
        loaders,
        requestedLevels(info, 'ProvisioningTemplate', levels),
      ),
  },
};
