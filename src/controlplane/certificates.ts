import type {
  Certificate,
  CertificateStatus,
  DeleteCertificateRequest,
  DescribeCertificateRequest,
  DescribeCertificateResponse,
  ListCertificatesByCARequest,
  ListCertificatesByCAResponse,
  RegisterCertificateRequest,
  RegisterCertificateResponse,
  UpdateCertificateRequest,
} from '@aws-sdk/client-iot';
import {
  keyFault,
  type ReadCertificate,
  readCertificate,
  validityFault,
} from '../provisioning/x509.ts';
import { certificateArn as deviceCertificateArn } from './arn.ts';
import { AwsError } from './awsError.ts';
import type { ActionContext, CACertificateRecord, CertificateRecord, Rule } from './contract.ts';
import { readPage } from './paging.ts';
import { requiredMember } from './requiredMember.ts';
import { resourceLimits } from './resourceLimits.ts';

/** AWS keeps the other states for itself; asking for one of them is an error. */
const registrableStatuses: ReadonlySet<CertificateStatus> = new Set([
  'ACTIVE',
  'INACTIVE',
  'REVOKED',
]);
const internalStatuses: ReadonlySet<CertificateStatus> = new Set([
  'PENDING_TRANSFER',
  'PENDING_ACTIVATION',
]);

/** Checks in this order: the status, the certificate itself, its CA, a duplicate. */
export const registerCertificate: Rule<RegisterCertificateRequest, RegisterCertificateResponse> = (
  input,
  context,
) => {
  const { state, nowMs } = context;
  const certificatePem = requiredMember(input, 'certificatePem');
  const status = input.status ?? (input.setAsActive === true ? 'ACTIVE' : 'INACTIVE');
  if (!registrableStatuses.has(status)) {
    throw new AwsError(
      'InvalidRequestException',
      `status ${status} is not one of ACTIVE, INACTIVE and REVOKED.`,
    );
  }
  const certificate = requireDeviceCertificate(certificatePem, nowMs);
  const ca = findSigner(certificate, input.caCertificatePem, context);
  if (ca.status !== 'ACTIVE') {
    throw new AwsError(
      'CertificateStateException',
      `The CA certificate is not ACTIVE. Id: ${ca.certificateId}`,
    );
  }
  const { certificateId } = certificate;
  const certificateArn = deviceCertificateArn(context, certificateId);
  if (state.certificates.get(certificateId) !== undefined) {
    throw new AwsError(
      'ResourceAlreadyExistsException',
      `The certificate is already registered. ID:${certificateId}`,
      { resourceId: certificateId, resourceArn: certificateArn },
    );
  }
  state.certificates.put(certificateId, {
    certificateId,
    certificateArn,
    certificatePem,
    caCertificateId: ca.certificateId,
    status,
    certificateMode: ca.certificateMode,
    ownedBy: context.account,
    creationDateMs: nowMs,
    lastModifiedDateMs: nowMs,
    customerVersion: 1,
    generationId: context.random.uuid(),
    notBeforeMs: certificate.notBeforeMs,
    notAfterMs: certificate.notAfterMs,
  });
  return { certificateArn, certificateId };
};

/** DescribeCertificate. */
export const describeCertificate: Rule<DescribeCertificateRequest, DescribeCertificateResponse> = (
  input,
  context,
) => {
  const record = requireCertificate(context, requiredMember(input, 'certificateId'));
  return {
    certificateDescription: {
      ...row(record),
      caCertificateId: record.caCertificateId,
      certificatePem: record.certificatePem,
      ownedBy: record.ownedBy,
      lastModifiedDate: new Date(record.lastModifiedDateMs),
      customerVersion: record.customerVersion,
      generationId: record.generationId,
      validity: {
        notBefore: new Date(record.notBeforeMs),
        notAfter: new Date(record.notAfterMs),
      },
    },
  };
};

/** UpdateCertificate. */
export const updateCertificate: Rule<UpdateCertificateRequest, Record<string, never>> = (
  input,
  context,
) => {
  const status = requiredMember(input, 'newStatus');
  if (internalStatuses.has(status)) {
    throw new AwsError('InvalidRequestException', `newStatus ${status} is set by AWS IoT only.`);
  }
  const record = requireCertificate(context, requiredMember(input, 'certificateId'));
  refuseDuringTransfer(record);
  context.state.certificates.put(record.certificateId, {
    ...record,
    status,
    lastModifiedDateMs: context.nowMs,
  });
  return {};
};

/** `forceDelete` is about attached policies and things, of which there are none here. */
export const deleteCertificate: Rule<DeleteCertificateRequest, Record<string, never>> = (
  input,
  context,
) => {
  const record = requireCertificate(context, requiredMember(input, 'certificateId'));
  refuseDuringTransfer(record);
  if (record.status === 'ACTIVE') {
    throw new AwsError(
      'CertificateStateException',
      `Certificate must be deactivated (not ACTIVE) before deletion. Id: ${record.certificateId}`,
    );
  }
  context.state.certificates.delete(record.certificateId);
  return {};
};

/** Newest first unless asked otherwise. An unknown CA has signed nothing: the list is empty. */
export const listCertificatesByCA: Rule<
  ListCertificatesByCARequest,
  ListCertificatesByCAResponse
> = (input, context) => {
  const caCertificateId = requiredMember(input, 'caCertificateId');
  const ascending = input.ascendingOrder ?? false;
  const page = readPage(
    {
      list: 'certificates-by-ca',
      filter: caCertificateId,
      ascending,
      pageSize: input.pageSize,
      token: input.marker,
    },
    context,
    (afterSequence, limit) =>
      context.state.certificates.list({
        where: { index: 'caCertificateId', value: caCertificateId },
        ascending,
        afterSequence,
        limit,
      }),
    (record) => record.sequence,
  );
  return {
    certificates: page.items.map(row),
    ...(page.nextToken && { nextMarker: page.nextToken }),
  };
};

function requireCertificate(context: ActionContext, certificateId: string): CertificateRecord {
  const record = context.state.certificates.get(certificateId);
  if (record === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Certificate with id ${certificateId} does not exist`,
    );
  }
  return record;
}

function refuseDuringTransfer(record: CertificateRecord): void {
  if (record.status !== 'PENDING_TRANSFER') return;
  throw new AwsError(
    'CertificateStateException',
    `The certificate is being transferred. Id: ${record.certificateId}`,
  );
}

function row(record: CertificateRecord): Certificate {
  return {
    certificateArn: record.certificateArn,
    certificateId: record.certificateId,
    status: record.status,
    certificateMode: record.certificateMode,
    creationDate: new Date(record.creationDateMs),
  };
}

function requireDeviceCertificate(pem: string, nowMs: number): ReadCertificate {
  const certificate = readCertificate(pem);
  if (certificate.kind === 'unreadable') throw invalid(certificate.message);
  if (keyFault(certificate.key) !== undefined)
    throw invalid('The key in the certificate is not valid');
  const lapse = validityFault(certificate, nowMs);
  if (lapse !== undefined) throw invalid(lapse);
  return certificate;
}

/** The registered CA that signed the certificate; `caCertificatePem` says which, if given. */
function findSigner(
  certificate: ReadCertificate,
  caCertificatePem: string | undefined,
  context: ActionContext,
): CACertificateRecord {
  const signers = candidates(certificate, caCertificatePem, context).filter((candidate) => {
    const ca = readCertificate(candidate.certificatePem);
    return ca.kind === 'certificate' && certificate.verifySignedBy(ca.publicKey);
  });
  const [signer, ...others] = signers;
  if (signer === undefined) throw invalid('It is not signed by a registered CA certificate.');
  if (others.length > 0) {
    throw new AwsError(
      'CertificateConflictException',
      'Several registered CA certificates have the same subject and public key; send caCertificatePem.',
    );
  }
  return signer;
}

function candidates(
  certificate: ReadCertificate,
  caCertificatePem: string | undefined,
  context: ActionContext,
): readonly CACertificateRecord[] {
  const { caCertificates } = context.state;
  if (caCertificatePem === undefined) {
    return caCertificates.list({
      where: { index: 'subject', value: certificate.issuerDigest },
      ascending: true,
      limit: resourceLimits.caCertificatesPerSubject,
    });
  }
  const named = readCertificate(caCertificatePem);
  if (named.kind === 'unreadable') throw invalid(`caCertificatePem: ${named.message}`);
  const record = caCertificates.get(named.certificateId);
  return record !== undefined && named.subjectDigest === certificate.issuerDigest ? [record] : [];
}

function invalid(reason: string): AwsError {
  return new AwsError('CertificateValidationException', `The certificate is not valid. ${reason}`);
}
