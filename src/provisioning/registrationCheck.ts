import {
  caCertificateFaults,
  modeFault,
  proofFaults,
  type RegistrationFaultCode,
  type RegistrationMode,
} from './registrationRules.ts';
import { maxPemCharacters, type ReadCertificate, readCertificate } from './x509.ts';
import { pemShape } from './x509Pem.ts';

/** What RegisterCACertificate would be sent, as far as this check looks at it. */
export interface RegistrationRequest {
  readonly caCertificate: string;
  readonly verificationCertificate: string | undefined;
  readonly certificateMode: RegistrationMode;
}

export type RegistrationFindingCode =
  | RegistrationFaultCode
  | 'PRIVATE_KEY_REFUSED'
  | 'PEM_LENGTH'
  | 'PEM_UNREADABLE'
  | 'MORE_THAN_ONE_CERTIFICATE'
  | 'CA_CERTIFICATE_EXPIRES_SOON'
  | 'VERIFICATION_CERTIFICATE_OUTSIDE_VALIDITY';

/** One thing that is wrong (ERROR: it would be refused) or probably not meant (WARNING). */
export interface RegistrationFinding {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: RegistrationFindingCode;
  readonly field: 'caCertificate' | 'verificationCertificate';
  /** Never quotes the input. */
  readonly message: string;
  readonly fix: string;
}

/** A PEM as it was read; `certificate` is undefined when a finding says why. */
interface ReadPem {
  readonly certificate: ReadCertificate | undefined;
  readonly findings: readonly RegistrationFinding[];
}

/** A request as it was read: what needs no other facts than its own bytes. */
export interface ReadRegistration {
  readonly certificateMode: RegistrationMode;
  readonly caCertificate: ReadPem;
  readonly verificationCertificate: ReadPem | undefined;
}

/** Reads the PEMs of a request. A text that is too long or holds a private key is read no further. */
export function readRegistration({
  caCertificate,
  verificationCertificate,
  certificateMode,
}: RegistrationRequest): ReadRegistration {
  return {
    certificateMode,
    caCertificate: readPem(caCertificate, 'caCertificate'),
    verificationCertificate:
      verificationCertificate === undefined
        ? undefined
        : readPem(verificationCertificate, 'verificationCertificate'),
  };
}

/**
 * Whether the verification certificate could carry the registration code, so that the code is
 * worth asking for: without one, or with a common name that cannot be a code, it would tell no more.
 */
export function needsRegistrationCode({
  certificateMode,
  caCertificate,
  verificationCertificate,
}: ReadRegistration): boolean {
  const commonName = verificationCertificate?.certificate?.subjectCommonName ?? '';
  return (
    certificateMode === 'DEFAULT' &&
    caCertificate.certificate !== undefined &&
    /^[0-9a-f]{64}$/i.test(commonName)
  );
}

/** What the judgement depends on beside the request. */
export interface RegistrationFacts {
  readonly nowMs: number;
  /** The code in force; `unknown` leaves that one rule to AWS IoT. */
  readonly registrationCode: string | undefined | { readonly kind: 'unknown' };
}

/**
 * All that is wrong with a registration by its own bytes, in the order in which the local control
 * plane judges it. Every finding names a field.
 */
export function checkRegistration(
  { certificateMode, caCertificate, verificationCertificate }: ReadRegistration,
  facts: RegistrationFacts,
): RegistrationFinding[] {
  const fault = modeFault(certificateMode, verificationCertificate !== undefined);
  const { certificate: ca } = caCertificate;
  const proof = verificationCertificate?.certificate;
  return [
    ...(fault ? [error(fault.code, 'verificationCertificate', fault)] : []),
    ...caCertificate.findings,
    ...(ca ? judgeCA(ca, facts.nowMs) : []),
    ...(verificationCertificate?.findings ?? []),
    ...(ca && proof && certificateMode === 'DEFAULT' ? judgeProof(proof, ca, facts) : []),
  ];
}

const warnedBeforeMs = 30 * 24 * 3600_000;

function judgeCA(ca: ReadCertificate, nowMs: number): RegistrationFinding[] {
  const findings = caCertificateFaults(ca, nowMs).map((fault) =>
    error(fault.code, 'caCertificate', fault),
  );
  const leftMs = ca.notAfterMs - nowMs;
  if (leftMs >= 0 && leftMs < warnedBeforeMs) {
    findings.push({
      severity: 'WARNING',
      code: 'CA_CERTIFICATE_EXPIRES_SOON',
      field: 'caCertificate',
      message: 'The CA certificate expires in less than 30 days.',
      fix: 'Register a CA certificate that is valid for longer; a certificate cannot be prolonged.',
    });
  }
  return findings;
}

function judgeProof(
  proof: ReadCertificate,
  ca: ReadCertificate,
  { nowMs, registrationCode }: RegistrationFacts,
): RegistrationFinding[] {
  const field = 'verificationCertificate';
  const isUnknown = typeof registrationCode === 'object';
  const code = isUnknown ? proof.subjectCommonName : registrationCode;
  const findings = proofFaults(proof, ca, code)
    .filter((fault) => !(isUnknown && fault.code === 'REGISTRATION_CODE_MISMATCH'))
    .map((fault) => error(fault.code, field, fault, proofFix(fault.code, proof, ca, code)));
  if (nowMs < proof.notBeforeMs || nowMs > proof.notAfterMs) {
    findings.push({
      severity: 'WARNING',
      code: 'VERIFICATION_CERTIFICATE_OUTSIDE_VALIDITY',
      field,
      message: 'The verification certificate is not valid at this moment.',
      fix: 'Sign it again; whether AWS IoT looks at its dates is not documented.',
    });
  }
  return findings;
}

function proofFix(
  faultCode: RegistrationFaultCode,
  proof: ReadCertificate,
  ca: ReadCertificate,
  registrationCode: string | undefined,
): string | undefined {
  if (proof.certificateId === ca.certificateId) {
    return 'The CA certificate itself was sent as the verification certificate; send the certificate that the commands of `prepareCARegistration` make.';
  }
  if (faultCode === 'REGISTRATION_CODE_MISMATCH' && registrationCode !== undefined) {
    return `Sign a certificate whose common name is ${registrationCode}; \`prepareCARegistration\` gives the commands.`;
  }
  return undefined;
}

/** How to mend what is wrong, where it does not depend on more than the code. */
const fixes: Readonly<Record<RegistrationFaultCode, string>> = {
  VERIFICATION_CERTIFICATE_NOT_ALLOWED:
    'Leave `verificationCertificate` out, or register in DEFAULT mode.',
  VERIFICATION_CERTIFICATE_NEEDED:
    'Send a certificate that the CA signed, with the registration code as its common name (`prepareCARegistration` gives the commands), or register in SNI_ONLY mode.',
  NOT_A_CA: 'Issue it again with the extension basicConstraints=critical,CA:TRUE.',
  NOT_VERSION_3: 'Issue it again with extensions, which makes it version 3.',
  KEY_NOT_ACCEPTED:
    'Make a CA with an RSA key of at least 2048 bits, or an EC key on P-256, P-384 or P-521.',
  OUTSIDE_VALIDITY: 'Send a CA certificate that is valid now.',
  NOT_SIGNED_BY_CA:
    'Sign the verification certificate with the private key of this CA; `prepareCARegistration` gives the commands.',
  REGISTRATION_CODE_MISMATCH:
    'Sign a certificate whose common name is the registration code; `prepareCARegistration` gives the commands.',
};

function error(
  code: RegistrationFaultCode,
  field: RegistrationFinding['field'],
  { message }: { readonly message: string },
  fix = fixes[code],
): RegistrationFinding {
  return { severity: 'ERROR', code, field, message, fix };
}

/** How to mend a text that lacks a certificate, by the label of what it has instead. */
const fixesByLabel: Readonly<Record<string, string>> = {
  'CERTIFICATE REQUEST': 'This is a certificate request; send the certificate made from it.',
  'NEW CERTIFICATE REQUEST': 'This is a certificate request; send the certificate made from it.',
  'PUBLIC KEY': 'This is a public key; send the certificate.',
  'TRUSTED CERTIFICATE': 'Write it with `openssl x509`, which gives a plain CERTIFICATE block.',
};

function readPem(pem: string, field: RegistrationFinding['field']): ReadPem {
  const refused = (code: RegistrationFindingCode, message: string, fix: string): ReadPem => ({
    certificate: undefined,
    findings: [{ severity: 'ERROR', code, field, message, fix }],
  });
  const certificate = readCertificate(pem);
  const isTooLong = certificate.kind === 'unreadable' && certificate.reason === 'too-long';
  if (isTooLong || pem === '') {
    const message = `\`${field}\` must have 1 to ${maxPemCharacters} characters; it has ${pem.length}.`;
    return refused('PEM_LENGTH', message, 'Send one certificate as PEM.');
  }
  const { labels, hasPrivateKey } = pemShape(pem);
  if (hasPrivateKey) {
    return refused('PRIVATE_KEY_REFUSED', `\`${field}\` holds a private key.`, privateKeyFix);
  }
  if (certificate.kind === 'unreadable') {
    const fix = fixesByLabel[labels[0] ?? ''] ?? pemFix;
    return refused('PEM_UNREADABLE', certificate.message, fix);
  }
  const count = labels.filter((label) => label === 'CERTIFICATE').length;
  return { certificate, findings: count > 1 ? [bundle(field)] : [] };
}

function bundle(field: RegistrationFinding['field']): RegistrationFinding {
  return {
    severity: 'WARNING',
    code: 'MORE_THAN_ONE_CERTIFICATE',
    field,
    message: 'The PEM holds more than one certificate; AWS IoT takes the first.',
    fix: 'Send that certificate only.',
  };
}

const pemFix =
  'Send the certificate with its BEGIN and END lines, each on a line of its own; in JSON a line ends with \\n.';

/** Said wherever a private key is refused. */
export const privateKeyFix =
  'It was not passed on, kept or logged. Send the certificate only, and make a new key if anybody else may have seen this one.';
