import type {
  CACertificate,
  DeleteCACertificateRequest,
  DeleteCACertificateResponse,
  DeleteRegistrationCodeRequest,
  DeleteRegistrationCodeResponse,
  DescribeCACertificateRequest,
  DescribeCACertificateResponse,
  GetRegistrationCodeRequest,
  GetRegistrationCodeResponse,
  ListCACertificatesRequest,
  ListCACertificatesResponse,
  RegisterCACertificateRequest,
  RegisterCACertificateResponse,
  RegistrationConfig,
  UpdateCACertificateRequest,
} from '@aws-sdk/client-iot';
import {
  caCertificateFaults,
  modeFault,
  proofFaults,
  type RegistrationFaultCode,
} from '../provisioning/registrationRules.ts';
import { type ReadCertificate, readCertificate } from '../provisioning/x509.ts';
import { caCertificateArn } from './arn.ts';
import { AwsError } from './awsError.ts';
import type { ActionContext, CACertificateRecord, Rule } from './contract.ts';
import { readPage } from './paging.ts';
import { registrationConfigRefusal, storedRegistrationConfig } from './registrationConfig.ts';
import { requiredMember } from './requiredMember.ts';
import { resourceLimits } from './resourceLimits.ts';
import { acceptTags, putTags } from './tagSet.ts';

/**
 * Checks in this order: mode and verification certificate go together, the CA certificate itself,
 * proof of the private key, another account's hold on it, the registration config, a duplicate, the limit of one subject.
 */
export const registerCACertificate: Rule<
  RegisterCACertificateRequest,
  RegisterCACertificateResponse
> = (input, context) => {
  const { state, nowMs } = context;
  const certificatePem = requiredMember(input, 'caCertificate');
  const certificateMode = input.certificateMode ?? 'DEFAULT';
  const tags = acceptTags(input.tags);
  requireModeMatchesProof(certificateMode, input.verificationCertificate);
  const certificate = requireCACertificate(certificatePem, nowMs);
  if (input.verificationCertificate !== undefined) {
    requireProofOfKey(input.verificationCertificate, certificate, context);
  }
  const { certificateId, subjectDigest } = certificate;
  if (certificateMode === 'DEFAULT' && context.isHeldElsewhere(certificateId)) {
    throw new AwsError('InvalidRequestException', 'Cannot accept this CACertificate');
  }
  if (input.registrationConfig !== undefined) requireConfig(input.registrationConfig, context);

  const certificateArn = caCertificateArn(context, certificateId);
  if (state.caCertificates.get(certificateId) !== undefined) {
    throw new AwsError(
      'ResourceAlreadyExistsException',
      `The CA certificate is already registered. ID:${certificateId}`,
      { resourceId: certificateId, resourceArn: certificateArn },
    );
  }
  const sameSubject = state.caCertificates.count({ index: 'subject', value: subjectDigest });
  if (sameSubject >= resourceLimits.caCertificatesPerSubject) {
    throw new AwsError(
      'LimitExceededException',
      'Limit reached for number of CA Certificates with same subject',
    );
  }
  state.caCertificates.put(certificateId, {
    certificateId,
    certificateArn,
    certificatePem,
    status: input.setAsActive === true ? 'ACTIVE' : 'INACTIVE',
    autoRegistrationStatus: input.allowAutoRegistration === true ? 'ENABLE' : 'DISABLE',
    certificateMode,
    ownedBy: context.account,
    creationDateMs: nowMs,
    lastModifiedDateMs: nowMs,
    customerVersion: 1,
    generationId: context.random.uuid(),
    notBeforeMs: certificate.notBeforeMs,
    notAfterMs: certificate.notAfterMs,
    subjectDigest,
    ...configMember(input.registrationConfig),
  });
  putTags(state, certificateArn, tags);
  return { certificateArn, certificateId };
};

/** DescribeCACertificate. */
export const describeCACertificate: Rule<
  DescribeCACertificateRequest,
  DescribeCACertificateResponse
> = (input, context) => {
  const record = requireCA(context, requiredMember(input, 'certificateId'));
  return {
    certificateDescription: {
      ...row(record),
      certificatePem: record.certificatePem,
      ownedBy: record.ownedBy,
      autoRegistrationStatus: record.autoRegistrationStatus,
      lastModifiedDate: new Date(record.lastModifiedDateMs),
      customerVersion: record.customerVersion,
      generationId: record.generationId,
      validity: {
        notBefore: new Date(record.notBeforeMs),
        notAfter: new Date(record.notAfterMs),
      },
      certificateMode: record.certificateMode,
    },
    ...configMember(record.registrationConfig),
  };
};

/** Newest first unless asked otherwise. An unknown template name is a filter that finds nothing. */
export const listCACertificates: Rule<ListCACertificatesRequest, ListCACertificatesResponse> = (
  input,
  context,
) => {
  const { templateName } = input;
  const ascending = input.ascendingOrder ?? false;
  const page = readPage(
    {
      list: 'cacertificates',
      filter: templateName,
      ascending,
      pageSize: input.pageSize,
      token: input.marker,
    },
    context,
    (afterSequence, limit) =>
      context.state.caCertificates.list({
        where:
          templateName === undefined ? undefined : { index: 'templateName', value: templateName },
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

/**
 * Members that are left out stay; a registrationConfig replaces the former one as a whole. A
 * request without any change leaves the record as it is, the date included.
 */
export const updateCACertificate: Rule<UpdateCACertificateRequest, Record<string, never>> = (
  input,
  context,
) => {
  const { newStatus, newAutoRegistrationStatus, registrationConfig } = input;
  const isRemoval = input.removeAutoRegistration === true;
  if (isRemoval && (newAutoRegistrationStatus === 'ENABLE' || registrationConfig !== undefined)) {
    throw new AwsError(
      'InvalidRequestException',
      'removeAutoRegistration cannot be given with a registrationConfig or with ENABLE.',
    );
  }
  const record = requireCA(context, requiredMember(input, 'certificateId'));
  if (registrationConfig !== undefined) requireConfig(registrationConfig, context);
  const changes = [newStatus, newAutoRegistrationStatus, registrationConfig];
  if (!isRemoval && changes.every((change) => change === undefined)) return {};

  const { registrationConfig: current, ...rest } = record;
  const isCleared = isRemoval && context.choices.removeAutoRegistration === 'clear-registration';
  context.state.caCertificates.put(record.certificateId, {
    ...rest,
    status: newStatus ?? record.status,
    autoRegistrationStatus: isRemoval
      ? 'DISABLE'
      : (newAutoRegistrationStatus ?? record.autoRegistrationStatus),
    ...configMember(isCleared ? undefined : (registrationConfig ?? current)),
    lastModifiedDateMs: context.nowMs,
  });
  return {};
};

/** Device certificates that the CA signed stay. */
export const deleteCACertificate: Rule<DeleteCACertificateRequest, DeleteCACertificateResponse> = (
  input,
  context,
) => {
  const record = requireCA(context, requiredMember(input, 'certificateId'));
  if (record.status === 'ACTIVE') {
    throw new AwsError(
      'CertificateStateException',
      `CA certificate must be deactivated (not ACTIVE) before deletion. Id: ${record.certificateId}`,
    );
  }
  context.state.caCertificates.delete(record.certificateId);
  context.state.tags.delete(record.certificateArn);
  return {};
};

const codeKey = 'current';

/** Makes the code when there is none; it stays the same until it is deleted. */
export const getRegistrationCode: Rule<GetRegistrationCodeRequest, GetRegistrationCodeResponse> = (
  _input,
  context,
) => {
  const codes = context.state.registrationCode;
  const record =
    codes.get(codeKey) ?? codes.put(codeKey, { registrationCode: context.random.hex(32) });
  return { registrationCode: record.registrationCode };
};

/** DeleteRegistrationCode. */
export const deleteRegistrationCode: Rule<
  DeleteRegistrationCodeRequest,
  DeleteRegistrationCodeResponse
> = (_input, context) => {
  if (context.state.registrationCode.get(codeKey) === undefined) {
    throw new AwsError('ResourceNotFoundException', 'There is no registration code.');
  }
  context.state.registrationCode.delete(codeKey);
  return {};
};

function requireCA(context: ActionContext, certificateId: string): CACertificateRecord {
  const record = context.state.caCertificates.get(certificateId);
  if (record === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `CA certificate with id ${certificateId} does not exist`,
    );
  }
  return record;
}

function row(record: CACertificateRecord): CACertificate {
  return {
    certificateArn: record.certificateArn,
    certificateId: record.certificateId,
    status: record.status,
    creationDate: new Date(record.creationDateMs),
  };
}

function configMember(
  config: RegistrationConfig | undefined,
): Pick<CACertificateRecord, 'registrationConfig'> {
  return config === undefined ? {} : { registrationConfig: storedRegistrationConfig(config) };
}

function requireModeMatchesProof(
  certificateMode: CACertificateRecord['certificateMode'],
  verificationCertificate: string | undefined,
): void {
  const fault = modeFault(certificateMode, verificationCertificate !== undefined);
  if (fault !== undefined) throw new AwsError('InvalidRequestException', fault.message);
}

function requireCACertificate(pem: string, nowMs: number): ReadCertificate {
  const certificate = readCertificate(pem);
  if (certificate.kind === 'unreadable') throw invalidCA(certificate.message);
  const [fault] = caCertificateFaults(certificate, nowMs);
  if (fault !== undefined) throw invalidCA(fault.message);
  return certificate;
}

function invalidCA(reason: string): AwsError {
  return new AwsError('CertificateValidationException', `CA certificate is not valid. ${reason}`);
}

function requireProofOfKey(pem: string, ca: ReadCertificate, context: ActionContext): void {
  const proof = readCertificate(pem);
  if (proof.kind === 'unreadable') {
    throw new AwsError(
      'CertificateValidationException',
      `The verification certificate is not valid. ${proof.message}`,
    );
  }
  const code = context.state.registrationCode.get(codeKey)?.registrationCode;
  const [fault] = proofFaults(proof, ca, code);
  if (fault !== undefined) throw new AwsError(exceptionOf(fault.code), fault.message);
}

function exceptionOf(
  code: RegistrationFaultCode,
): 'RegistrationCodeValidationException' | 'CertificateValidationException' {
  return code === 'REGISTRATION_CODE_MISMATCH'
    ? 'RegistrationCodeValidationException'
    : 'CertificateValidationException';
}

function requireConfig(config: RegistrationConfig, context: ActionContext): void {
  const refusal = registrationConfigRefusal(
    config,
    (templateName) => context.state.templates.get(templateName),
    context.choices,
  );
  if (refusal !== undefined) throw refusal;
}
