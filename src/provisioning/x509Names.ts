import { type DerValue, derChildren, derTag, readDerText } from './der.ts';

/** The dotted form of an OBJECT IDENTIFIER; undefined when it is malformed. */
export function readObjectId(value: DerValue | undefined): string | undefined {
  if (value?.tag !== derTag.objectId || value.content.length === 0) return undefined;
  const arcs: bigint[] = [];
  let arc = 0n;
  let isOpen = false;
  // Longer than any that is in use, and short enough for its digits to cost nothing.
  for (const octet of value.content.subarray(0, 64)) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    isOpen = (octet & 0x80) !== 0;
    if (isOpen) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first] = arcs;
  if (isOpen || first === undefined) return undefined;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...arcs.slice(1)].join('.');
}

/** Short names of the attributes of names: those of RFC 4514, then those that OpenSSL adds. */
const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.6': 'C',
  '2.5.4.9': 'street',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.43': 'initials',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/**
 * A distinguished name as RFC 4514 writes it: the last part first, `CN=Kettle Root,O=Kettle Works`.
 * Values that are no text are `#` and the hex of their DER.
 */
export function readName(name: DerValue | undefined): string {
  return (derChildren(name) ?? [])
    .map((set) => (derChildren(set) ?? []).map(readPair).reverse().join('+'))
    .reverse()
    .join(',');
}

function readPair(pair: DerValue): string {
  const [type, value] = derChildren(pair) ?? [];
  const objectId = readObjectId(type) ?? '?';
  const attribute = attributeNames[objectId];
  const text = readDerText(value);
  return attribute === undefined || text === undefined
    ? `${attribute ?? objectId}=#${value?.raw.toString('hex').toUpperCase() ?? ''}`
    : `${attribute}=${escapeValue(text)}`;
}

/** RFC 4514, section 2.4; control characters as the hex of their bytes. */
function escapeValue(text: string): string {
  return text
    .replace(/["+,;<>\\]|^[ #]| $/g, '\\$&')
    .replace(/\p{Cc}/gu, (control) =>
      [...Buffer.from(control)]
        .map((octet) => `\\${octet.toString(16).padStart(2, '0').toUpperCase()}`)
        .join(''),
    );
}

/** Names of signature algorithms, as OpenSSL prints them. */
const signatureNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '2.16.840.1.101.3.4.3.2': 'dsa_with_SHA256',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
};

/** The name of a signature algorithm, or its dotted identifier when it has none here. */
export function readSignatureAlgorithm(identifier: DerValue | undefined): string | null {
  const objectId = readObjectId(derChildren(identifier)?.[0]);
  return objectId === undefined ? null : (signatureNames[objectId] ?? objectId);
}
