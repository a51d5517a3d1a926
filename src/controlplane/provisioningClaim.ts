import type {
  CreateProvisioningClaimRequest,
  CreateProvisioningClaimResponse,
} from '@aws-sdk/client-iot';
import { readCertificate } from '../provisioning/x509.ts';
import { AwsError } from './awsError.ts';
import type { Rule, TemplateRecord } from './contract.ts';
import { requireTemplate } from './provisioningTemplateRecord.ts';
import { requiredMember } from './requiredMember.ts';

const validMs = 5 * 60_000;
const backDatedMs = 2 * 60_000;

/** The claim's certificate is in no list: nothing is stored. */
export const createProvisioningClaim: Rule<
  CreateProvisioningClaimRequest,
  CreateProvisioningClaimResponse
> = async (input, context) => {
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  const useless = context.choices.claimOnUnusableTemplate === 'refuse' && uselessness(record);
  if (useless) throw new AwsError('InvalidRequestException', useless);

  const wholeSecondMs = Math.floor(context.nowMs / 1000) * 1000;
  const notAfterMs = wholeSecondMs + validMs;
  const claim = await context.claimAuthority.issue({
    commonName: context.random.hex(32),
    serialNumberHex: context.random.hex(16),
    notBeforeMs: wholeSecondMs - backDatedMs,
    notAfterMs,
  });
  const certificate = readCertificate(claim.certificatePem);
  if (certificate.kind === 'unreadable') {
    throw new AwsError('InternalFailureException', 'The claim certificate could not be made.');
  }
  return {
    certificateId: certificate.certificateId,
    certificatePem: claim.certificatePem,
    keyPair: { PublicKey: claim.publicKeyPem, PrivateKey: claim.privateKeyPem },
    expiration: new Date(notAfterMs),
  };
};

function uselessness(record: TemplateRecord): string | undefined {
  if (record.type === 'JITP') {
    return `Template with name ${record.templateName} is of type JITP, which takes no claims`;
  }
  return record.enabled ? undefined : `Template with name ${record.templateName} is not enabled`;
}
