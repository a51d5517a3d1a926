import {
  bulkOperationRef,
  caCertificateRef,
  REGISTRATION_CODE,
  type ResourceRef,
  refOfArn,
  templateRef,
} from '../journal/writeRecords.ts';
import { certificateIdOfPem } from '../upstream/readBack.ts';

type Input = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined =>
  // Longer ones are no name of anything.
  typeof value === 'string' && value.length <= 512 ? value : undefined;

const template = ({ templateName }: Input): ResourceRef => templateRef(text(templateName));
const caCertificate = ({ certificateId }: Input): ResourceRef =>
  caCertificateRef(text(certificateId)?.toLowerCase());
const byArn = ({ resourceArn }: Input): ResourceRef => refOfArn(text(resourceArn));

/** A plan is named by the payload of its mutation, the others by their input. */
const bulkOperation = (input: Input, { operationId }: Input): ResourceRef =>
  bulkOperationRef(text(input.planId) ?? text(operationId) ?? text(input.id));

/** What each mutation is about, by its input and its payload: for the record of one that sent nothing. */
const SUBJECTS: Readonly<Record<string, (input: Input, payload: Input) => ResourceRef>> = {
  createProvisioningTemplate: template,
  updateProvisioningTemplate: template,
  deleteProvisioningTemplate: template,
  createProvisioningTemplateVersion: template,
  deleteProvisioningTemplateVersion: template,
  setDefaultProvisioningTemplateVersion: template,
  createProvisioningClaim: template,
  registerCACertificate: ({ caCertificate: pem }) =>
    caCertificateRef(typeof pem === 'string' ? certificateIdOfPem(pem) : undefined),
  updateCACertificate: caCertificate,
  deleteCACertificate: caCertificate,
  attachProvisioningTemplate: caCertificate,
  detachProvisioningTemplate: caCertificate,
  deleteRegistrationCode: () => REGISTRATION_CODE,
  tagResource: byArn,
  untagResource: byArn,
  planAttach: bulkOperation,
  planDetach: bulkOperation,
  planInlineMigration: bulkOperation,
  revertBulkOperation: bulkOperation,
  applyPlan: bulkOperation,
  cancelBulkOperation: bulkOperation,
};

/** The resource of a mutation; every mutation of the schema has one. */
export function subjectOf(mutation: string, input: Input, payload: Input): ResourceRef | undefined {
  return Object.hasOwn(SUBJECTS, mutation) ? SUBJECTS[mutation]?.(input, payload) : undefined;
}
