// What must not leave the gateway in a text: the one place that knows what secrets look like. All of
// it is linear in the text, for whoever sends it may have shaped it.
import { withoutPrivateKey } from './provisioning/x509Pem.ts';

const REMOVED = '[removed: a secret]';

/** The shapes that say by themselves what they are. */
const SHAPES: readonly RegExp[] = [
  // Ids of AWS access keys, permanent and temporary.
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,124}(?![A-Za-z0-9])/g,
  // Session tokens of AWS: base64 of what each generation of them begins with.
  /(?<![A-Za-z0-9])(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoDYXdz|FQoGZXIvYXdz|AQoDYXdz)[A-Za-z0-9+/=_-]{20,}/g,
  // JSON Web Tokens, signed or encrypted, and what is left of one that was cut.
  /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{17,}(?:\.[A-Za-z0-9_-]*){0,4}/g,
  // API keys of this gateway.
  /(?<![A-Za-z0-9])iotgw_[A-Za-z0-9_.-]{16,}/g,
  // The credentials of an Authorization header.
  /(?<=\b(?:Bearer|Basic|ApiKey) {1,4})[A-Za-z0-9+/=._~-]{8,}/gi,
  /(?<=\bSignature=)[0-9a-f]{64}/gi,
  // The password in a URL.
  /(?<=:\/\/[^\s/@:"]{0,100}:)[^\s/@"]{1,200}(?=@)/g,
];

/** A secret access key has no mark but its 40 characters; names, paths and hashes are not so mixed. */
const SECRET_ACCESS_KEY = /(?<![A-Za-z0-9+=_.:-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_-])/g;

/** Base64 longer than any name: keys without their frame, tokens without a mark. */
const LONG_BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{60,}={0,2}/g;

/** A value whose name says that it is one. */
const NAMED_VALUE =
  /((?:secret|password|passwd|token|api[-_]?key|private[-_]?key|authorization|cookie)[A-Za-z_-]{0,20}\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)(?!\[removed)[^\s"'\\,;&}\]]{4,}/gi;

/** Longer texts are cut before anything looks at them. */
const MAX_LENGTH = 64 * 1024;
const MAX_WORD_LENGTH = 4096;

/** A text without PEM blocks, AWS's credentials, tokens and API keys. */
export function withoutSecretTexts(text: string): string {
  let clean = withoutPem(withoutPrivateKey(cut(text)));
  for (const shape of SHAPES) clean = clean.replace(shape, REMOVED);
  return clean.replace(SECRET_ACCESS_KEY, unlessPlain);
}

/** The same for a log: also without long base64 and values that a name calls secret. */
export function forLog(text: string): string {
  const short = withoutPem(cut(text)).replace(LONG_BASE64, unlessPlain);
  return withoutSecretTexts(short).replace(NAMED_VALUE, `$1${REMOVED}`);
}

/** A value for a log, with all its texts made fit for one. */
export function valueForLog(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return forLog(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((inner) => valueForLog(inner, depth + 1));
  const members = Object.entries(value).map(([name, inner]) => [
    forLog(name),
    valueForLog(inner, depth + 1),
  ]);
  return Object.fromEntries(members);
}

const MAX_DEPTH = 8;

const unlessPlain = (text: string): string => (looksRandom(text) ? REMOVED : text);

/** Whether a text of letters and digits can be random; words and hashes are not. */
function looksRandom(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return count(/[A-Z]/g) >= 4 && count(/[a-z]/g) >= 4 && count(/[0-9]/g) >= 1;
}

/** Cut before the last word, which may be a half of a secret. */
function cut(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const head = text.slice(0, MAX_LENGTH);
  const lastSpace = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  const end = Math.max(lastSpace, MAX_LENGTH - MAX_WORD_LENGTH);
  return `${head.slice(0, end)} [cut: it has ${text.length} characters]`;
}

const PEM_BEGIN = '-----BEGIN ';
const PEM_END = '-----END ';

/** A text without PEM blocks; one that does not end takes all that follows. */
function withoutPem(text: string): string {
  let clean = '';
  let from = 0;
  for (let begin = text.indexOf(PEM_BEGIN); begin >= 0; begin = text.indexOf(PEM_BEGIN, from)) {
    clean += `${text.slice(from, begin)}${REMOVED}`;
    const end = text.indexOf(PEM_END, begin);
    const close = end < 0 ? -1 : text.indexOf('-----', end + PEM_END.length);
    from = close < 0 ? text.length : close + '-----'.length;
  }
  return clean + text.slice(from);
}
