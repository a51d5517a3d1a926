import { type ReadCertificate, readCertificate } from '../provisioning/x509.ts';
import type { SeedDocument } from './seedFormat.ts';

export interface SeedCA {
  /** Its place in `caCertificates`. */
  readonly index: number;
  readonly certificate: ReadCertificate;
  readonly certificateMode: 'DEFAULT' | 'SNI_ONLY';
}

/** The CAs of a seed that can be read, each read once. */
export function readSeedCAs(document: SeedDocument): SeedCA[] {
  return document.caCertificates.flatMap((item, index) => {
    const certificate = readCertificate(item.certificatePem);
    return certificate.kind === 'certificate'
      ? [{ index, certificate, certificateMode: item.certificateMode }]
      : [];
  });
}

export type SeedIssuer =
  | { readonly kind: 'issuer'; readonly ca: SeedCA }
  | { readonly kind: 'problem'; readonly problem: string };

/** The one CA of a seed that signed a device certificate. */
export function findIssuer(
  item: SeedDocument['certificates'][number],
  certificate: ReadCertificate,
  cas: readonly SeedCA[],
): SeedIssuer {
  const signers = cas.filter(
    (ca) =>
      ca.certificate.subjectDigest === certificate.issuerDigest &&
      [undefined, ca.certificate.certificateId].includes(item.caCertificateId) &&
      certificate.verifySignedBy(ca.certificate.publicKey),
  );
  const [signer, ...others] = signers;
  if (signer === undefined) {
    return { kind: 'problem', problem: 'no CA certificate of this seed signed it' };
  }
  return others.length === 0
    ? { kind: 'issuer', ca: signer }
    : { kind: 'problem', problem: 'several CA certificates could have signed it: name one' };
}
