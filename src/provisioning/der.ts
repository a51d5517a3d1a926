/**
 * The small part of DER that X.509 needs, read and written: definite lengths, single-byte tags.
 * Reading never throws: what is not well formed is `undefined`.
 */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectId: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content together. */
  readonly raw: Buffer;
}

/** The tag of context-specific, constructed element `number`: `[number]` in ASN.1. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The value that begins at `offset`, if it lies wholly inside `bytes`. */
export function readDer(bytes: Buffer, offset = 0): DerValue | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let headerBytes = 2;
  let contentBytes = first;
  if (first >= 0x80) {
    const lengthBytes = first & 0x7f;
    if (lengthBytes === 0 || lengthBytes > 4 || offset + 2 + lengthBytes > bytes.length) {
      return undefined;
    }
    contentBytes = bytes.readUIntBE(offset + 2, lengthBytes);
    const isMinimal = contentBytes >= 0x80 && bytes[offset + 2] !== 0;
    if (!isMinimal) return undefined;
    headerBytes += lengthBytes;
  }
  const end = offset + headerBytes + contentBytes;
  if (end > bytes.length) return undefined;
  return {
    tag,
    content: bytes.subarray(offset + headerBytes, end),
    raw: bytes.subarray(offset, end),
  };
}

/** The values inside a constructed value, in order. */
export function derChildren(parent: DerValue | undefined): DerValue[] | undefined {
  if (parent === undefined) return undefined;
  const children: DerValue[] = [];
  for (let offset = 0; offset < parent.content.length; ) {
    const child = readDer(parent.content, offset);
    if (child === undefined) return undefined;
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}

/** One value from its tag and the parts of its content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(content.length), content]);
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

/** A non-negative INTEGER from hex digits. */
export function derInteger(hex: string): Buffer {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const digits = even.replace(/^(?:00)+(?=..)/, '');
  const octets = Buffer.from(digits, 'hex');
  const isNegative = ((octets[0] ?? 0) & 0x80) !== 0;
  return der(derTag.integer, isNegative ? Buffer.from([0]) : Buffer.alloc(0), octets);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function derObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(
    derTag.objectId,
    Buffer.from([first * 40 + second, ...rest.flatMap((arc) => base128(arc))]),
  );
}

function base128(arc: number): number[] {
  const septets = [arc & 0x7f];
  for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80);
  return septets;
}

/** A validity date in whole seconds: UTCTime up to 2049, GeneralizedTime after, as RFC 5280 asks. */
export function derTime(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isUtcTime = Number(digits.slice(0, 4)) < 2050;
  return der(
    isUtcTime ? derTag.utcTime : derTag.generalizedTime,
    Buffer.from(isUtcTime ? digits.slice(2) : digits),
  );
}

const utcTimePattern = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const generalizedTimePattern = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/** Milliseconds since the epoch of a UTCTime or GeneralizedTime. */
export function readDerTime(value: DerValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const isUtcTime = value.tag === derTag.utcTime;
  if (!isUtcTime && value.tag !== derTag.generalizedTime) return undefined;
  const pattern = isUtcTime ? utcTimePattern : generalizedTimePattern;
  const match = pattern.exec(value.content.toString('latin1'));
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const fullYear = isUtcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}

/** Text of the string types that names use. */
export function readDerText(value: DerValue | undefined): string | undefined {
  switch (value?.tag) {
    case derTag.utf8String:
    case derTag.printableString:
    case derTag.ia5String:
      return value.content.toString('utf8');
    case derTag.teletexString:
      return value.content.toString('latin1');
    case derTag.bmpString:
      return value.content.length % 2 === 0
        ? Buffer.from(value.content).swap16().toString('utf16le')
        : undefined;
    default:
      return undefined;
  }
}
