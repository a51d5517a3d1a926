import {
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

/**
 * What each mutation that changes something at AWS is about, by its input: for the record of one
 * that sent nothing. The others change records of the gateway only.
 */
const SUBJECTS: Readonly<Record<string, (input: Input) => ResourceRef>> = {
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
};

/** The resource of a mutation; undefined for one that changes nothing at AWS. */
export function subjectOf(mutation: string, input: Input): ResourceRef | undefined {
  return Object.hasOwn(SUBJECTS, mutation) ? SUBJECTS[mutation]?.(input) : undefined;
}
