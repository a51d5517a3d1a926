import type { GraphQLResolveInfo } from 'graphql';
import type { CACertificateResolvers, QueryResolvers, Resolvers } from '../generated/resolvers.ts';
import { parseTemplateBody } from '../provisioning/templateBody.ts';
import { siblingArn, templateResource } from '../upstream/arn.ts';
import type { CACertificateConstants, CACertificateDetail, Edge } from '../upstream/questions.ts';
import { walkCACertificates } from './caCertificateList.ts';
import { windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type {
  CACertificateEntity,
  InlineRegistration,
  NamedRegistration,
  TemplateEntity,
} from './entities.ts';
import { constantsOf } from './entityLoaders.ts';
import { fieldsOf } from './fields.ts';
import { toGlobalId } from './globalId.ts';
import { checkCertificateId } from './input.ts';
import type { Loaders } from './loaders.ts';
import { prepareCACertificates } from './prepare.ts';
import { certificatesSignedBy } from './relatedLists.ts';
import { type Levels, requestedLevels } from './selection.ts';
import { templateBodyJson } from './templateBodyJson.ts';
import { daysUntil, validityOf } from './validity.ts';

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
  const arn = siblingArn(certificateArn, templateResource(templateName));
  return loaders.templates.reach(templateName, arn, requested);
}

/** A field that cannot change while the CA lives, and is not asked for again once it is known. */
const fromConstants =
  <Value>(pick: (constants: CACertificateConstants, context: GraphContext) => Value | undefined) =>
  (caCertificate: CACertificateEntity, _args: unknown, context: GraphContext) => {
    const constants = constantsOf(caCertificate, context.upstream.door);
    return constants
      ? (pick(constants, context) ?? null)
      : described(caCertificate, context).then(({ detail }) => pick(detail, context) ?? null);
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
  expiresInDays: fromConstants(({ validity }, { scope, upstream }) => {
    // The clock is no answer of AWS, so what it shows is not to be remembered.
    scope.inputs.expireNow();
    return daysUntil(validity?.notAfter, upstream.nowMs());
  }),
  x509: fromConstants(({ certificatePem }, { readings }) =>
    certificatePem === undefined ? undefined : readings.x509(certificatePem),
  ),
  registrationConfig: fromDetail(registrationOf),
  template: (caCertificate, _args, context, info) => templateOf(caCertificate, context, info),
  certificates: certificatesSignedBy,
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
  InlineTemplateRegistration: {
    templateBodyJson: ({ templateBody }) => jsonOf(templateBody),
    diagnostics: ({ templateBody }, _args, { readings }) =>
      templateBody === null ? [] : [...readings.findings(templateBody, 'JITP')],
  },
};

/** Null for a body that is not JSON: its text and its diagnostics tell what it is. */
function jsonOf(templateBody: string | null): unknown {
  if (templateBody === null || parseTemplateBody(templateBody).kind === 'fault') return null;
  return templateBodyJson(templateBody, {
    of: 'the CA certificate',
    action: 'DescribeCACertificate',
  });
}
