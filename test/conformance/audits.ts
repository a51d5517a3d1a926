import type { Audit } from './audit.ts';
import { caCertificateAudits } from './audits/caCertificates.ts';
import { certificateAudits } from './audits/certificates.ts';
import { fieldLimitAudits } from './audits/fieldLimits.ts';
import { modelledErrorAudits } from './audits/modelledErrors.ts';
import { pagingAudits } from './audits/paging.ts';
import { pemAudits } from './audits/pem.ts';
import { protocolAudits } from './audits/protocol.ts';
import { provisioningClaimAudits } from './audits/provisioningClaims.ts';
import { provisioningTemplateAudits } from './audits/provisioningTemplates.ts';
import { provisioningTemplateVersionAudits } from './audits/provisioningTemplateVersions.ts';
import { tagAudits } from './audits/tags.ts';

/** Every audit, in the order of the report. They may run in any order. */
export const audits: readonly Audit[] = [
  ...provisioningTemplateAudits,
  ...provisioningTemplateVersionAudits,
  ...provisioningClaimAudits,
  ...caCertificateAudits,
  ...certificateAudits,
  ...tagAudits,
  ...pemAudits,
  ...pagingAudits,
  ...protocolAudits,
  ...modelledErrorAudits,
  ...fieldLimitAudits,
];
