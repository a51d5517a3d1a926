import { derChildren, derTag, readDer } from './der.ts';

const keyMark = /(?:BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY/i;

/** Whether a text holds a private key as PEM, whole or in part. Linear in the text. */
export function holdsPrivateKey(text: string): boolean {
  return keyMark.test(text);
}

/** The text up to the first private key in it, and a note in place of all the rest. */
export function withoutPrivateKey(text: string): string {
  const found = keyMark.exec(text);
  if (found === null) return text;
  const isWhole = /^BEGIN/i.test(found[0]);
  return `${isWhole ? text.slice(0, found.index) : ''}[withheld: it held a private key]`;
}

/** What stands in a text that is meant to be one PEM certificate. */
export interface PemShape {
  /** The labels of the blocks that begin on lines of their own, in order. */
  readonly labels: readonly string[];
  /** A private key in any form: under its own label, under another, or as bare base64. */
  readonly hasPrivateKey: boolean;
}

const beginLine = /^-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?$/gm;
const maxBlocks = 16;

/** Looks at a text of `maxPemCharacters` at most; the work is linear in it. */
export function pemShape(text: string): PemShape {
  const labels: string[] = [];
  let hasPrivateKey = holdsPrivateKey(text);
  for (const { 0: line, 1: label = '', index } of text.matchAll(beginLine)) {
    labels.push(label);
    if (labels.length > maxBlocks || hasPrivateKey) continue;
    const start = index + line.length;
    const end = text.indexOf('-----', start);
    hasPrivateKey = isPrivateKeyText(text.slice(start, end < 0 ? undefined : end));
  }
  if (labels.length === 0) hasPrivateKey ||= isPrivateKeyText(text);
  return { labels, hasPrivateKey };
}

function isPrivateKeyText(text: string): boolean {
  const base64 = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && isPrivateKeyDer(Buffer.from(base64, 'base64'));
}

/**
 * Whether bytes are a key as PKCS #1, PKCS #8 or SEC 1 write it, an encrypted one, or a PKCS #12
 * store: all but the encrypted key begin with a version of one byte, which no certificate does.
 */
function isPrivateKeyDer(bytes: Buffer): boolean {
  const outer = readDer(bytes);
  if (outer?.tag !== derTag.sequence) return false;
  const fields = derChildren(outer) ?? [];
  const [first, second] = fields;
  if (first?.tag === derTag.integer) return first.content.length === 1 && fields.length >= 2;
  const isEncrypted = fields.length === 2 && second?.tag === derTag.octetString;
  return isEncrypted && derChildren(first)?.[0]?.tag === derTag.objectId;
}
