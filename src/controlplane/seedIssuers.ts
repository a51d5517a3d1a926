import {
  type CertificateOutline,
  readCertificate,
  readCertificateOutline,
} from '../provisioning/x509.ts';
import type { SeedDocument } from './parseSeed.ts';

/** A certificate of a seed, with its place in its list and what it says of itself. */
type Outlined<Item> = Item & {
  readonly index: number;
  readonly outline: CertificateOutline;
};
/** A CA of a seed. */
export type SeedCA = Outlined<SeedDocument['caCertificates'][number]>;
/** A device certificate of a seed. */
export type SeedCertificate = Outlined<SeedDocument['certificates'][number]>;

/** What is known of certificates without reading them, by their PEM. */
export type KnownOutlines = ReadonlyMap<string, CertificateOutline>;

/** The certificates that can be read, each read once if it is not known. */
export function readOutlines<Item extends { readonly certificatePem: string }>(
  items: readonly Item[],
  known?: KnownOutlines,
): Outlined<Item>[] {
  return items.flatMap((item, index) => {
    const { certificatePem } = item;
    const outline = known?.get(certificatePem) ?? readCertificateOutline(certificatePem);
    return outline === undefined ? [] : [{ ...item, index, outline }];
  });
}

/** The CAs that a device certificate names as its issuer. Signatures are not looked at. */
export function namedIssuers(
  { outline, caCertificateId }: SeedCertificate,
  cas: readonly SeedCA[],
): SeedCA[] {
  return cas.filter(
    (ca) =>
      ca.outline.subjectDigest === outline.issuerDigest &&
      [undefined, ca.outline.certificateId].includes(caCertificateId),
  );
}

/** The named issuers whose key made the signature. */
export function signersOf(item: SeedCertificate, cas: readonly SeedCA[]): SeedCA[] {
  const certificate = readCertificate(item.certificatePem);
  if (certificate.kind === 'unreadable') return [];
  return namedIssuers(item, cas).filter((ca) => {
    const signer = readCertificate(ca.certificatePem);
    return signer.kind === 'certificate' && certificate.verifySignedBy(signer.publicKey);
  });
}
