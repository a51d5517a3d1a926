import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { contextTag, der, derInteger, derObjectId, derTag, derTime } from './der.ts';

/** One part of a distinguished name, in the order in which it is written. */
export type NamePart = readonly [attribute: keyof typeof attributeIds, value: string];

export interface CertificateRequest {
  /** At most 20 bytes of hex, the highest bit zero. */
  readonly serialNumberHex: string;
  readonly issuer: readonly NamePart[];
  readonly subject: readonly NamePart[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  /** `version-1` has no extensions at all. */
  readonly profile: 'ca' | 'end-entity' | 'version-1';
}

const attributeIds = {
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  dnQualifier: '2.5.4.46',
} as const;

const asn1True = der(derTag.boolean, Buffer.from([0xff]));

/** A signed X.509 certificate as DER. RSA signs with PKCS#1 v1.5, so equal input gives equal bytes. */
export function issueCertificate(request: CertificateRequest): Buffer {
  const algorithm = signatureAlgorithm(request.signingKey);
  const tbs = der(
    derTag.sequence,
    ...(request.profile === 'version-1' ? [] : [der(contextTag(0), derInteger('02'))]),
    derInteger(request.serialNumberHex),
    algorithm.identifier,
    distinguishedName(request.issuer),
    der(derTag.sequence, derTime(request.notBeforeMs), derTime(request.notAfterMs)),
    distinguishedName(request.subject),
    spki(request.publicKey),
    ...extensions(request),
  );
  return signedCertificate(tbs, request.signingKey);
}

/** Wraps a to-be-signed part with the signature of that key. */
export function signedCertificate(tbs: Buffer, signingKey: KeyObject): Buffer {
  const algorithm = signatureAlgorithm(signingKey);
  return der(
    derTag.sequence,
    tbs,
    algorithm.identifier,
    bitString(sign(algorithm.hash, tbs, signingKey)),
  );
}

/** PEM with lines of 64 characters and a newline at the end. */
export function certificatePem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

interface SignatureAlgorithm {
  readonly identifier: Buffer;
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}

function signatureAlgorithm(key: KeyObject): SignatureAlgorithm {
  const asn1Null = der(derTag.null);
  if (key.asymmetricKeyType === 'rsa') {
    return {
      identifier: der(derTag.sequence, derObjectId('1.2.840.113549.1.1.11'), asn1Null),
      hash: 'sha256',
    };
  }
  if (key.asymmetricKeyType === 'ec') {
    const isLarge = key.asymmetricKeyDetails?.namedCurve !== 'prime256v1';
    const objectId = isLarge ? '1.2.840.10045.4.3.3' : '1.2.840.10045.4.3.2';
    return {
      identifier: der(derTag.sequence, derObjectId(objectId)),
      hash: isLarge ? 'sha384' : 'sha256',
    };
  }
  return { identifier: der(derTag.sequence, derObjectId('1.3.101.112')), hash: null };
}

function distinguishedName(parts: readonly NamePart[]): Buffer {
  const sets = parts.map(([attribute, value]) => {
    const isPrintable =
      attribute === 'C' || attribute === 'serialNumber' || attribute === 'dnQualifier';
    const text = der(isPrintable ? derTag.printableString : derTag.utf8String, Buffer.from(value));
    return der(derTag.set, der(derTag.sequence, derObjectId(attributeIds[attribute]), text));
  });
  return der(derTag.sequence, ...sets);
}

function extensions(request: CertificateRequest): Buffer[] {
  if (request.profile === 'version-1') return [];
  const isCA = request.profile === 'ca';
  const keyUsage = isCA ? [0x01, 0x06] : [0x07, 0x80];
  const issuerKeyId = keyId(createPublicKey(request.signingKey));
  return [
    der(
      contextTag(3),
      der(
        derTag.sequence,
        extension('2.5.29.19', true, der(derTag.sequence, ...(isCA ? [asn1True] : []))),
        extension('2.5.29.15', true, der(derTag.bitString, Buffer.from(keyUsage))),
        extension('2.5.29.14', false, der(derTag.octetString, keyId(request.publicKey))),
        extension('2.5.29.35', false, der(derTag.sequence, der(0x80, issuerKeyId))),
      ),
    ),
  ];
}

function extension(objectId: string, isCritical: boolean, value: Buffer): Buffer {
  return der(
    derTag.sequence,
    derObjectId(objectId),
    ...(isCritical ? [asn1True] : []),
    der(derTag.octetString, value),
  );
}

/** RFC 7093, method 4: a digest of the whole public key info, cut to 160 bits. */
function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha256').update(spki(publicKey)).digest().subarray(0, 20);
}

function spki(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function bitString(bytes: Buffer): Buffer {
  return der(derTag.bitString, Buffer.from([0]), bytes);
}
