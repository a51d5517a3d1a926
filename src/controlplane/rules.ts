import type { ActionName } from './actions.ts';
import {
  deleteCACertificate,
  deleteRegistrationCode,
  describeCACertificate,
  getRegistrationCode,
  listCACertificates,
  registerCACertificate,
  updateCACertificate,
} from './caCertificates.ts';
import {
  deleteCertificate,
  describeCertificate,
  listCertificatesByCA,
  registerCertificate,
  updateCertificate,
} from './certificates.ts';
import type { Choices, Rule } from './contract.ts';
import { createProvisioningClaim } from './provisioningClaim.ts';
import {
  createProvisioningTemplate,
  deleteProvisioningTemplate,
  describeProvisioningTemplate,
  listProvisioningTemplates,
  updateProvisioningTemplate,
} from './provisioningTemplates.ts';
import {
  createProvisioningTemplateVersion,
  deleteProvisioningTemplateVersion,
  describeProvisioningTemplateVersion,
  listProvisioningTemplateVersions,
} from './provisioningTemplateVersions.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

/** Each rule takes an input of its own; what it gets has been checked against its action's data. */
export type AnyRule = Rule<never, unknown>;

/** The rule of every served action. */
export type Rules = Readonly<Record<ActionName, AnyRule>>;

/** What AWS does, as far as it is known. */
export const awsRules: Rules = {
  CreateProvisioningTemplate: createProvisioningTemplate,
  DescribeProvisioningTemplate: describeProvisioningTemplate,
  ListProvisioningTemplates: listProvisioningTemplates,
  UpdateProvisioningTemplate: updateProvisioningTemplate,
  DeleteProvisioningTemplate: deleteProvisioningTemplate,
  CreateProvisioningTemplateVersion: createProvisioningTemplateVersion,
  DescribeProvisioningTemplateVersion: describeProvisioningTemplateVersion,
  ListProvisioningTemplateVersions: listProvisioningTemplateVersions,
  DeleteProvisioningTemplateVersion: deleteProvisioningTemplateVersion,
  CreateProvisioningClaim: createProvisioningClaim,
  RegisterCACertificate: registerCACertificate,
  DescribeCACertificate: describeCACertificate,
  ListCACertificates: listCACertificates,
  UpdateCACertificate: updateCACertificate,
  DeleteCACertificate: deleteCACertificate,
  GetRegistrationCode: getRegistrationCode,
  DeleteRegistrationCode: deleteRegistrationCode,
  ListCertificatesByCA: listCertificatesByCA,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  RegisterCertificate: registerCertificate,
  DescribeCertificate: describeCertificate,
  UpdateCertificate: updateCertificate,
  DeleteCertificate: deleteCertificate,
};

/** The likeliest answer to each open question; docs/control-plane.md tells what speaks for it. */
export const defaultChoices: Choices = {
  deleteAttachedTemplate: 'refuse',
  removeAutoRegistration: 'clear-registration',
  attachFleetTemplate: 'refuse',
  claimOnUnusableTemplate: 'refuse',
  unassumableRoleArns: [],
};
