import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import {
  contextTag,
  type DerValue,
  derChildren,
  derTag,
  readDer,
  readDerText,
  readDerTime,
} from './der.ts';

/** What AWS IoT looks at in a certificate. Digests are hex of SHA-256. */
export interface ReadCertificate {
  readonly kind: 'certificate';
  /** Its DER. */
  readonly bytes: Buffer;
  /** Lower-case hex of the SHA-256 of the DER: AWS IoT's certificate id. */
  readonly certificateId: string;
  /** 1, 2 or 3. */
  readonly version: number;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** basicConstraints say CA:TRUE. A version 1 certificate has none, so it is not a CA. */
  readonly isCA: boolean;
  readonly key: CertificateKey;
  /** Of the subject's DER, since names that print alike can differ. */
  readonly subjectDigest: string;
  readonly issuerDigest: string;
  readonly subjectCommonName: string | undefined;
  readonly publicKey: KeyObject;
  /** Whether that key made this certificate's signature. Names are not looked at. */
  verifySignedBy(caPublicKey: KeyObject): boolean;
}

export interface UnreadableCertificate {
  readonly kind: 'unreadable';
  readonly reason: 'too-long' | 'not-pem' | 'not-base64' | 'not-x509' | 'key-too-large';
  /** A sentence for people; it never quotes the input. */
  readonly message: string;
}

export type CertificateKey =
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'other'; readonly name: string };

/** AWS IoT's own limit for every PEM it takes. */
export const maxPemCharacters = 65_536;

const minRsaBits = 2048;
const acceptedCurves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Why a certificate's key is too weak or of a kind that AWS IoT does not take; else undefined. */
export function keyFault(key: CertificateKey): string | undefined {
  switch (key.kind) {
    case 'rsa':
      return key.bits >= minRsaBits
        ? undefined
        : `RSA keys need at least ${minRsaBits} bits; this one has ${key.bits}.`;
    case 'ec':
      return acceptedCurves.has(key.curve)
        ? undefined
        : `The curve ${key.curve} is not one of P-256, P-384 and P-521.`;
    case 'other':
      return `Keys of type ${key.name} are not accepted.`;
  }
}

/** Why a certificate is not valid at that moment; else undefined. */
export function validityFault(
  certificate: Pick<ReadCertificate, 'notBeforeMs' | 'notAfterMs'>,
  nowMs: number,
): string | undefined {
  if (nowMs < certificate.notBeforeMs) return 'The certificate is not valid yet.';
  if (nowMs > certificate.notAfterMs) return 'The certificate has expired.';
  return undefined;
}

/**
 * Reads the first certificate of a PEM text, as AWS IoT and Node do with a bundle. Text before and
 * after is ignored. The work is linear in the text, which may have `maxPemCharacters` at most.
 */
export function readCertificate(pem: string): ReadCertificate | UnreadableCertificate {
  const bytes = certificateDer(pem);
  return Buffer.isBuffer(bytes) ? readCertificateDer(bytes) : bytes;
}

/** What a certificate says of itself, without a look at its key and its signature. */
export type CertificateOutline = Pick<
  ReadCertificate,
  'certificateId' | 'notBeforeMs' | 'notAfterMs' | 'subjectDigest' | 'issuerDigest'
>;

/** A part of what `readCertificate` gives, for a tenth of the work; undefined for what is none. */
export function readCertificateOutline(pem: string): CertificateOutline | undefined {
  const bytes = certificateDer(pem);
  if (!Buffer.isBuffer(bytes)) return undefined;
  const tbs = readTbs(readDer(bytes));
  return tbs && { certificateId: sha256Hex(bytes), ...tbs };
}

/** The bytes of the first certificate of a PEM text. */
export function certificateDer(pem: string): Buffer | UnreadableCertificate {
  if (isTooLong(pem)) {
    return unreadable('too-long', `The PEM is longer than ${maxPemCharacters} characters.`);
  }
  const body = firstPemBody(pem);
  if (body === undefined) {
    return unreadable(
      'not-pem',
      'No PEM certificate was found; its BEGIN and END lines must stand on lines of their own.',
    );
  }
  const base64 = body.replace(/\s+/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return unreadable('not-base64', 'The PEM certificate is not base64.');
  }
  return Buffer.from(base64, 'base64');
}

function isTooLong(pem: string): boolean {
  // AWS counts characters, JavaScript UTF-16 units; they differ only above the basic plane.
  if (pem.length <= maxPemCharacters) return false;
  return pem.length > 2 * maxPemCharacters || [...pem].length > maxPemCharacters;
}

const beginLine = '-----BEGIN CERTIFICATE-----';
const endLine = '-----END CERTIFICATE-----';

function firstPemBody(pem: string): string | undefined {
  let begin = pem.indexOf(beginLine);
  while (begin > 0 && pem[begin - 1] !== '\n') begin = pem.indexOf(beginLine, begin + 1);
  if (begin < 0) return undefined;
  const start = begin + beginLine.length;
  const end = pem.indexOf(`\n${endLine}`, start);
  const firstNewline = pem.indexOf('\n', start);
  if (end < 0 || firstNewline === end) return undefined;
  return pem.slice(start, firstNewline).trim() === '' ? pem.slice(firstNewline, end) : undefined;
}

/** Twice what RSA-16384 needs. Node's reading of a public exponent is quadratic in its length. */
const maxPublicKeyBytes = 4096;

function readCertificateDer(bytes: Buffer): ReadCertificate | UnreadableCertificate {
  const notX509 = unreadable('not-x509', 'The PEM does not hold an X.509 certificate.');
  const outer = readDer(bytes);
  if (outer === undefined || outer.raw.length !== bytes.length) return notX509;
  const tbs = readTbs(outer);
  if (tbs === undefined) return notX509;
  const { publicKeyBytes, ...parts } = tbs;
  if (publicKeyBytes > maxPublicKeyBytes) {
    return unreadable(
      'key-too-large',
      `The public key takes more than ${maxPublicKeyBytes} bytes.`,
    );
  }
  try {
    const parsed = new X509Certificate(bytes);
    const publicKey = parsed.publicKey;
    return {
      kind: 'certificate',
      bytes,
      certificateId: sha256Hex(bytes),
      ...parts,
      key: describeKey(publicKey),
      publicKey,
      verifySignedBy: (caPublicKey) => verify(parsed, caPublicKey),
    };
  } catch {
    return notX509;
  }
}

interface TbsParts
  extends Pick<
    ReadCertificate,
    | 'version'
    | 'notBeforeMs'
    | 'notAfterMs'
    | 'isCA'
    | 'subjectDigest'
    | 'issuerDigest'
    | 'subjectCommonName'
  > {
  readonly publicKeyBytes: number;
}

/** The fields Node 20 does not give, or gives only as text. */
function readTbs(certificate: DerValue | undefined): TbsParts | undefined {
  const fields = derChildren(derChildren(certificate)?.[0]);
  if (fields === undefined) return undefined;
  const [versionNumber] =
    fields[0]?.tag === contextTag(0) ? (derChildren(fields[0]) ?? []) : [undefined];
  const afterVersion = fields[0]?.tag === contextTag(0) ? fields.slice(1) : fields;
  const [, , issuer, validity, subject, publicKey, ...rest] = afterVersion;
  const [notBefore, notAfter] = derChildren(validity) ?? [];
  const notBeforeMs = readDerTime(notBefore);
  const notAfterMs = readDerTime(notAfter);
  if (!issuer || !subject || !publicKey) return undefined;
  if (notBeforeMs === undefined || notAfterMs === undefined) return undefined;
  return {
    // Counted from 0, and left out in version 1.
    version: 1 + (versionNumber?.content.at(-1) ?? 0),
    notBeforeMs,
    notAfterMs,
    isCA: saysCA(rest.find((field) => field.tag === contextTag(3))),
    subjectDigest: sha256Hex(subject.raw),
    issuerDigest: sha256Hex(issuer.raw),
    subjectCommonName: commonName(subject),
    publicKeyBytes: publicKey.raw.length,
  };
}

const commonNameId = Buffer.from('550403', 'hex');
const basicConstraintsId = Buffer.from('551d13', 'hex');

/** The first common name of a Name: a sequence of sets of type and value. */
function commonName(name: DerValue): string | undefined {
  for (const set of derChildren(name) ?? []) {
    for (const pair of derChildren(set) ?? []) {
      const [type, value] = derChildren(pair) ?? [];
      if (type?.content.equals(commonNameId)) return readDerText(value);
    }
  }
  return undefined;
}

function saysCA(extensions: DerValue | undefined): boolean {
  const [isCA] = basicConstraintsOf(extensions) ?? [];
  return isCA?.tag === derTag.boolean && isCA.content[0] !== 0;
}

/** The parts of basicConstraints: the flag when it is true, then the path length when it is given. */
export function basicConstraintsOf(extensions: DerValue | undefined): DerValue[] | undefined {
  const list = derChildren(derChildren(extensions)?.[0]) ?? [];
  for (const extension of list) {
    const fields = derChildren(extension) ?? [];
    if (!fields[0]?.content.equals(basicConstraintsId)) continue;
    const octets = fields.find((field) => field.tag === derTag.octetString);
    return derChildren(octets && readDer(octets.content));
  }
  return undefined;
}

function describeKey(publicKey: KeyObject): CertificateKey {
  const type = publicKey.asymmetricKeyType ?? 'unknown';
  const details = publicKey.asymmetricKeyDetails;
  if (type === 'rsa' || type === 'rsa-pss') {
    return { kind: 'rsa', bits: details?.modulusLength ?? 0 };
  }
  if (type === 'ec')
    return { kind: 'ec', curve: details?.namedCurve ?? 'with explicit parameters' };
  return { kind: 'other', name: type };
}

function verify(certificate: X509Certificate, caPublicKey: KeyObject): boolean {
  try {
    return certificate.verify(caPublicKey);
  } catch {
    return false;
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unreadable(
  reason: UnreadableCertificate['reason'],
  message: string,
): UnreadableCertificate {
  return { kind: 'unreadable', reason, message };
}
