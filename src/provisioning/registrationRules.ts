import { keyFault, type ReadCertificate, validityFault } from './x509.ts';

/**
 * What AWS IoT asks of the certificates of RegisterCACertificate: the rules that the local control
 * plane enforces and that the check before a registration tells. Each function answers the faults
 * in the order in which they are judged.
 */
export type RegistrationFaultCode =
  | 'VERIFICATION_CERTIFICATE_NOT_ALLOWED'
  | 'VERIFICATION_CERTIFICATE_NEEDED'
  | 'NOT_A_CA'
  | 'NOT_VERSION_3'
  | 'KEY_NOT_ACCEPTED'
  | 'OUTSIDE_VALIDITY'
  | 'NOT_SIGNED_BY_CA'
  | 'REGISTRATION_CODE_MISMATCH';

export interface RegistrationFault {
  readonly code: RegistrationFaultCode;
  /** A sentence for people; it never quotes the input. */
  readonly message: string;
}

export type RegistrationMode = 'DEFAULT' | 'SNI_ONLY';

/** CA certificates with one subject that an account may have in a region. */
export const maxCACertificatesPerSubject = 10;

/** The mode and the verification certificate go together. */
export function modeFault(
  mode: RegistrationMode,
  hasProof: boolean,
): RegistrationFault | undefined {
  if (hasProof === (mode === 'DEFAULT')) return undefined;
  return hasProof
    ? {
        code: 'VERIFICATION_CERTIFICATE_NOT_ALLOWED',
        message: 'verificationCertificate must be empty when certificateMode is SNI_ONLY.',
      }
    : {
        code: 'VERIFICATION_CERTIFICATE_NEEDED',
        message: 'verificationCertificate is required when certificateMode is DEFAULT.',
      };
}

/** What speaks against a certificate as a CA at that moment. */
export function caCertificateFaults(
  certificate: ReadCertificate,
  nowMs: number,
): RegistrationFault[] {
  const faults: RegistrationFault[] = [];
  if (!certificate.isCA) {
    const message = 'The CA certificate does not have the basicConstraints extension as true';
    faults.push({ code: 'NOT_A_CA', message });
  }
  if (certificate.version !== 3) {
    const message = `An X.509 certificate of version 3 is needed; this one is of version ${certificate.version}.`;
    faults.push({ code: 'NOT_VERSION_3', message });
  }
  const weakness = keyFault(certificate.key);
  if (weakness !== undefined) {
    const message = `The key in the certificate is not valid. ${weakness}`;
    faults.push({ code: 'KEY_NOT_ACCEPTED', message });
  }
  const lapse = validityFault(certificate, nowMs);
  if (lapse !== undefined) faults.push({ code: 'OUTSIDE_VALIDITY', message: lapse });
  return faults;
}

/**
 * What speaks against a verification certificate. The signature is what proves the key; who the
 * issuer claims to be does not matter. `registrationCode`: undefined when there is none.
 */
export function proofFaults(
  proof: ReadCertificate,
  ca: ReadCertificate,
  registrationCode: string | undefined,
): RegistrationFault[] {
  const faults: RegistrationFault[] = [];
  if (!proof.verifySignedBy(ca.publicKey)) {
    const message =
      'The verification certificate is not signed by the private key of the CA certificate.';
    faults.push({ code: 'NOT_SIGNED_BY_CA', message });
  }
  if (registrationCode === undefined || proof.subjectCommonName !== registrationCode) {
    const message =
      'The common name of the verification certificate is not the current registration code.';
    faults.push({ code: 'REGISTRATION_CODE_MISMATCH', message });
  }
  return faults;
}
