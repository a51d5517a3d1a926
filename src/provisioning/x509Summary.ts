import type { KeyObject } from 'node:crypto';
import { contextTag, type DerValue, derChildren, derTag, readDer } from './der.ts';
import { basicConstraintsOf, readCertificate } from './x509.ts';
import { readName, readSignatureAlgorithm } from './x509Names.ts';

/** A certificate in the terms in which people speak of certificates. */
export interface X509Summary {
  /** As RFC 4514 writes names: the last part first. */
  readonly subject: string;
  readonly issuer: string;
  /** Upper-case hex. */
  readonly serialNumber: string;
  /** The SHA-256 of the DER: upper-case hex, a colon between the bytes. */
  readonly fingerprint256: string;
  /** RSA, RSA-PSS, EC, DSA, ED25519 ... */
  readonly keyAlgorithm: string;
  /** Null for a kind of key that has one size only. */
  readonly keySizeBits: number | null;
  /** In OpenSSL's spelling, null for other keys than EC and for parameters without a name. */
  readonly curve: string | null;
  readonly signatureAlgorithm: string | null;
  /** The subject is the issuer, and the signature was made with the certificate's own key. */
  readonly isSelfSigned: boolean;
  /** How many CAs may stand between it and a device; null when any number may. */
  readonly pathLength: number | null;
}

/** Reads the first certificate of a PEM text; undefined when it cannot be read. */
export function summarizeX509(pem: string): X509Summary | undefined {
  const certificate = readCertificate(pem);
  if (certificate.kind === 'unreadable') return undefined;
  const { bytes, certificateId, publicKey, subjectDigest, issuerDigest } = certificate;
  let isSelfSigned = subjectDigest === issuerDigest ? undefined : false;
  const [tbs] = derChildren(readDer(bytes)) ?? [];
  const fields = derChildren(tbs) ?? [];
  const [serial, signature, issuer, , subject] =
    fields[0]?.tag === contextTag(0) ? fields.slice(1) : fields;
  return {
    subject: readName(subject),
    issuer: readName(issuer),
    serialNumber: signedHex(serial?.content ?? Buffer.alloc(0)),
    fingerprint256: certificateId.toUpperCase().replace(/..(?=.)/g, '$&:'),
    keyAlgorithm: (publicKey.asymmetricKeyType ?? 'unknown').toUpperCase(),
    keySizeBits: keySizeBits(publicKey),
    curve: publicKey.asymmetricKeyDetails?.namedCurve ?? null,
    signatureAlgorithm: readSignatureAlgorithm(signature),
    get isSelfSigned() {
      // To check a signature takes longer than all the rest.
      isSelfSigned ??= isSignedByItself(pem);
      return isSelfSigned;
    },
    pathLength: pathLength(fields.find(({ tag }) => tag === contextTag(3))),
  };
}

/** Reads the certificate again, for a summary may be kept, and the key as OpenSSL holds it takes kilobytes. */
function isSignedByItself(pem: string): boolean {
  const certificate = readCertificate(pem);
  return certificate.kind === 'certificate' && certificate.verifySignedBy(certificate.publicKey);
}

/** An INTEGER as openssl prints serial numbers. */
function signedHex(content: Buffer): string {
  const isNegative = ((content[0] ?? 0) & 0x80) !== 0;
  const value = BigInt(`0x${content.toString('hex')}`);
  const digits = (isNegative ? (1n << BigInt(8 * content.length)) - value : value).toString(16);
  return `${isNegative ? '-' : ''}${digits.length % 2 === 0 ? '' : '0'}${digits.toUpperCase()}`;
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
};

function keySizeBits({ asymmetricKeyDetails: details }: KeyObject): number | null {
  return details?.modulusLength ?? curveBits[details?.namedCurve ?? ''] ?? null;
}

function pathLength(extensions: DerValue | undefined): number | null {
  const length = basicConstraintsOf(extensions)?.find(({ tag }) => tag === derTag.integer);
  if (length === undefined || length.content.length > 4) return null;
  return length.content.readIntBE(0, length.content.length);
}
