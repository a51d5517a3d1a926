import { createHash, randomUUID } from 'node:crypto';
import type {
  CreateProvisioningTemplateCommandInput,
  RegisterCACertificateCommandInput,
  RegisterCertificateCommandInput,
} from '@aws-sdk/client-iot';
import {
  makeCA,
  makeLeaf,
  type TestCertificate,
  type TestCertificateOptions,
} from '../support/pki.ts';
import type { Bench } from './endpoint.ts';

export const roleArn = 'arn:aws:iam::123456789012:role/provisioning';
export const otherRoleArn = 'arn:aws:iam::123456789012:role/service-role/other';
export const lambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function:check-device';

/** The smallest body that AWS takes. */
export const smallestBody = '{"Resources":{}}';

/** A body for just-in-time provisioning, with undeclared references and mixed case, as AWS takes. */
export const jitpBody = JSON.stringify(
  {
    Parameters: { 'AWS::IoT::Certificate::CommonName': { Type: 'String' } },
    Resources: {
      kettle: {
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' } },
        OverrideSettings: { AttributePayload: 'MERGE' },
      },
      idCard: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
      rights: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'KettlePolicy' } },
    },
  },
  null,
  2,
);

/** A body that AWS refuses wherever it checks bodies. */
export const policyWithoutDocumentBody = JSON.stringify({
  Resources: { rights: { Type: 'AWS::IoT::Policy', Properties: {} } },
});

/** An id of the right form that nothing has. */
export const absentCertificateId = 'ab'.repeat(32);

type Template = Partial<CreateProvisioningTemplateCommandInput>;

export function templateInput(
  members: Template = {},
): Required<Pick<Template, 'templateName' | 'templateBody' | 'provisioningRoleArn'>> & Template {
  return {
    templateName: 'kettle',
    templateBody: smallestBody,
    provisioningRoleArn: roleArn,
    ...members,
  };
}

export async function createTemplate(bench: Bench, members: Template = {}): Promise<string> {
  const answer = await bench.iot.createProvisioningTemplate(templateInput(members));
  return answer.templateArn ?? '';
}

/** Templates `t000`, `t001` and so on, created in that order. */
export async function createTemplates(bench: Bench, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `t${String(index).padStart(3, '0')}`);
  for (const templateName of names) await createTemplate(bench, { templateName });
  return names;
}

/** A CA whose subject nobody else has. */
export function newCA(options: TestCertificateOptions = {}): TestCertificate {
  return makeCA({ subject: [['CN', `Conformance ${randomUUID()}`]], ...options });
}

export function newDevice(ca: TestCertificate, options: TestCertificateOptions = {}) {
  return makeLeaf(ca, { subject: [['CN', `device-${randomUUID()}`]], ...options });
}

export interface RegisteredCA {
  readonly ca: TestCertificate;
  readonly certificateId: string;
  readonly certificateArn: string;
}

type CAMembers = Partial<RegisterCACertificateCommandInput>;

/** The input that registers a CA without proof of its key. */
export function caInput(ca: TestCertificate, members: CAMembers = {}) {
  return { caCertificate: ca.pem, certificateMode: 'SNI_ONLY' as const, ...members };
}

export async function registerCA(
  bench: Bench,
  members: CAMembers = {},
  ca: TestCertificate = newCA(),
): Promise<RegisteredCA> {
  const answer = await bench.iot.registerCACertificate(caInput(ca, members));
  const { certificateId = '', certificateArn = '' } = answer;
  return { ca, certificateId, certificateArn };
}

export async function registerCAs(bench: Bench, count: number, members: CAMembers = {}) {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await registerCA(bench, members)).certificateId);
  }
  return ids;
}

/** The verification certificate of a CA for the caller's current registration code. */
export async function proofFor(
  bench: Bench,
  ca: TestCertificate,
  options: TestCertificateOptions = {},
): Promise<string> {
  const { registrationCode = '' } = await bench.iot.getRegistrationCode({});
  return makeLeaf(ca, { subject: [['CN', registrationCode]], ...options }).pem;
}

/** The input that registers a CA in DEFAULT mode, with its proof. */
export async function provenInput(bench: Bench, ca: TestCertificate, members: CAMembers = {}) {
  return { caCertificate: ca.pem, verificationCertificate: await proofFor(bench, ca), ...members };
}

export async function registerDevice(
  bench: Bench,
  ca: TestCertificate,
  members: Partial<RegisterCertificateCommandInput> = {},
) {
  const device = newDevice(ca);
  const answer = await bench.iot.registerCertificate({ certificatePem: device.pem, ...members });
  return { device, certificateId: answer.certificateId ?? '' };
}

/** An active CA in the caller's account, and the ids of so many device certificates under it. */
export async function registerFleet(bench: Bench, count: number) {
  const ca = await registerCA(bench, { setAsActive: true });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await registerDevice(bench, ca.ca)).certificateId);
  }
  return { ...ca, ids };
}

/** AWS IoT's certificate id: the hex of the SHA-256 of the DER. */
export function idOf(certificate: Pick<TestCertificate, 'der'>): string {
  return createHash('sha256').update(certificate.der).digest('hex');
}

/** What AWS gives back of a validity: whole seconds. */
export function secondsOf(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

export function arnOf(bench: Bench, resource: string): string {
  return `arn:aws:iot:${bench.caller.region}:${bench.account}:${resource}`;
}
