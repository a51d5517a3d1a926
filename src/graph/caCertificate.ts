import type { GraphQLResolveInfo } from 'graphql';
import type { CACertificateResolvers, QueryResolvers, Resolvers } from '../generated/resolvers.ts';
import { type ListSource, walk, windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type {
  CACertificateDetail,
  CACertificateEntity,
  InlineRegistration,
  NamedRegistration,
  TemplateEntity,
} from './entities.ts';
import { fieldsOf } from './fields.ts';
import { toGlobalId } from './globalId.ts';
import { checkArgument, checkCertificateId } from './input.ts';
import { requestedLevel } from './selection.ts';
import { validityOf } from './validity.ts';

const Query: Pick<QueryResolvers, 'caCertificate' | 'caCertificates' | 'registrationCode'> = {
  caCertificate: (_root, { certificateId }, { loaders }) =>
    loaders.caCertificates.load(checkCertificateId('certificateId', certificateId)),

  caCertificates: (_root, args, { loaders }, info) => {
    const { templateName, status } = args.filter ?? {};
    if (typeof templateName === 'string') {
      checkArgument('filter.templateName', 'templateName', templateName);
    }
    const list = {
      templateName: templateName ?? undefined,
      ascendingOrder: args.ascendingOrder ?? false,
    };
    const source: ListSource<CACertificateEntity> = {
      list: JSON.stringify(['ListCACertificates', list, status ?? null]),
      page: (token) => loaders.caCertificatePage(list, token),
      keyOf: (caCertificate) => caCertificate.certificateId,
      matches: ({ row }) => typeof status !== 'string' || row?.status === status,
    };
    return walk(source, windowOf(args, info));
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

/** The name of the template that a CA names, from the list that showed it or from its detail. */
async function templateNameOf(
  caCertificate: CACertificateEntity,
  context: GraphContext,
): Promise<string | undefined> {
  const { detail, listedUnder } = caCertificate;
  if (detail === undefined && listedUnder !== undefined) return listedUnder;
  const known = detail ?? (await described(caCertificate, context)).detail;
  return known.registrationConfig?.templateName;
}

/** The template that a CA names; null once AWS has said that it is gone. */
function template(
  templateName: string,
  { certificateArn }: CACertificateEntity,
  { loaders, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<TemplateEntity | null> {
  const arn = certificateArn.replace(/:cacert\/.*$/, `:provisioningtemplate/${templateName}`);
  return loaders.templates.reach(
    templateName,
    arn,
    requestedLevel(info, 'ProvisioningTemplate', levels),
  );
}

const CACertificate: CACertificateResolvers = {
  id: ({ certificateArn }) => toGlobalId(certificateArn),
  certificateArn: ({ certificateArn }) => certificateArn,
  certificateId: ({ certificateId }) => certificateId,
  status: fromRow((row) => row.status),
  creationDate: fromRow((row) => row.creationDate),
  lastModifiedDate: fromDetail((detail) => detail.lastModifiedDate),
  certificatePem: fromDetail((detail) => detail.certificatePem),
  ownedBy: fromDetail((detail) => detail.ownedBy),
  autoRegistrationStatus: fromDetail((detail) => detail.autoRegistrationStatus),
  customerVersion: fromDetail((detail) => detail.customerVersion),
  generationId: fromDetail((detail) => detail.generationId),
  validity: fromDetail(({ validity }) => validityOf(validity)),
  certificateMode: fromDetail((detail) => detail.certificateMode),
  registrationConfig: fromDetail(registrationOf),
  template: async (caCertificate, _args, context, info) => {
    const templateName = await templateNameOf(caCertificate, context);
    return templateName === undefined ? null : template(templateName, caCertificate, context, info);
  },
  certificates: (caCertificate, args, { loaders }, info) => {
    const list = {
      caCertificateId: caCertificate.certificateId,
      ascendingOrder: args.ascendingOrder ?? false,
    };
    return walk(
      {
        list: JSON.stringify(['ListCertificatesByCA', list]),
        page: (token) => loaders.certificatePage(list, token),
        keyOf: (certificate) => certificate.certificateId,
      },
      windowOf(args, info),
    );
  },
};

export const caCertificateResolvers: Resolvers = {
  Query,
  CACertificate,
  RegistrationConfig: { __resolveType: ({ kind }) => kind },
  NamedTemplateRegistration: {
    template: ({ templateName, caCertificate }, _args, context, info) =>
      template(templateName, caCertificate, context, info),
  },
};
