import type {
  CACertificateDeletionImpactResolvers,
  CACertificateResolvers,
  ProvisioningTemplateDeletionImpactResolvers,
  ProvisioningTemplateResolvers,
  Resolvers,
} from '../generated/resolvers.ts';
import type { ListSource } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, TemplateEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import {
  caCertificatesNaming,
  canBeNamed,
  certificatesSignedBy,
  namingSource,
  signedSource,
} from './relatedLists.ts';
import { walk } from './walk.ts';

/** How many there are in all; null beyond what a count walks through. */
async function count<Item, Row>(source: ListSource<Item, Row>): Promise<number | null> {
  const window = { first: 0, after: undefined, countAll: true, wantsHasNextPage: false };
  return (await walk(source, window)).totalCount;
}

const isActive = ({ status }: { readonly status?: string | undefined }): boolean =>
  status === 'ACTIVE';

/** Counts CAs that name a template; none, at no cost, for one that cannot be named. */
async function countNaming(
  template: TemplateEntity,
  context: GraphContext,
  narrow: Pick<ReturnType<typeof namingSource>, 'matches' | 'keeps'>,
): Promise<number | null> {
  if (!(await canBeNamed(template, context))) return 0;
  return count({ ...namingSource(template, context), ...narrow });
}

const ProvisioningTemplateDeletionImpact: ProvisioningTemplateDeletionImpactResolvers = {
  caCertificateCount: (template, _args, context) => countNaming(template, context, {}),
  activeCount: (template, _args, context) => countNaming(template, context, { matches: isActive }),
  autoRegisteringCount: (template, _args, context) =>
    countNaming(template, context, {
      matches: isActive,
      keeps: (items) => areAutoRegistering(items, context),
    }),
  caCertificates: caCertificatesNaming,
};

/** One that is gone by now registers nothing; one that cannot be read fails the count. */
function areAutoRegistering(
  items: readonly CACertificateEntity[],
  { loaders }: GraphContext,
): Promise<boolean[]> {
  return Promise.all(
    items.map(async ({ certificateId, detail }) => {
      const known = detail ?? (await loaders.caCertificates.load(certificateId))?.detail;
      return known?.autoRegistrationStatus === 'ENABLE';
    }),
  );
}

const { fromRow, fromDetail } = fieldsOf<CACertificateEntity>({
  loader: ({ loaders }) => loaders.caCertificates,
  keyOf: ({ certificateId }) => certificateId,
  nameOf: ({ certificateId }) => `CA certificate ${certificateId}`,
});

const CACertificateDeletionImpact: CACertificateDeletionImpactResolvers = {
  isActive: fromRow(isActive),
  templateName: fromDetail(({ registrationConfig }) => registrationConfig?.templateName),
  certificateCount: (caCertificate, _args, context) => count(signedSource(caCertificate, context)),
  activeCertificateCount: (caCertificate, _args, context) =>
    count({ ...signedSource(caCertificate, context), matches: isActive }),
  certificates: certificatesSignedBy,
};

/** What would break is found out by the fields that are asked for. */
const ProvisioningTemplate: Pick<ProvisioningTemplateResolvers, 'deletionImpact'> = {
  deletionImpact: (template) => template,
};

const CACertificate: Pick<CACertificateResolvers, 'deletionImpact'> = {
  deletionImpact: (caCertificate) => caCertificate,
};

export const deletionImpactResolvers: Resolvers = {
  ProvisioningTemplate,
  ProvisioningTemplateDeletionImpact,
  CACertificate,
  CACertificateDeletionImpact,
};
