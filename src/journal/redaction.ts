import type { Json } from '../ledger.ts';
import { holdsPrivateKey } from '../provisioning/x509Pem.ts';
import { withoutSecretTexts } from '../redaction.ts';

/** Members that hold a secret under whatever action; `keyPair` is what a claim answers with. */
const SECRET_MEMBERS = /^(?:keyPair|.*privateKey.*|.*secret.*|.*password.*|.*token)$/i;

const REMOVED = '[removed: a secret]';

/** Longer texts than any template body are cut; they are not what a record is read for. */
const MAX_TEXT_LENGTH = 12_000;
const MAX_DEPTH = 40;

/**
 * A copy as JSON that holds no text known for a secret and nothing whose name says that it is one. What is
 * undefined is left out, dates become text.
 */
export function withoutSecrets(value: unknown, depth = 0): Json {
  if (typeof value === 'string') return textWithoutSecrets(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_DEPTH) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((inner) => withoutSecrets(inner, depth + 1));
  const members = Object.entries(value)
    .filter(([, inner]) => inner !== undefined && typeof inner !== 'function')
    .map(([name, inner]) => [
      textWithoutSecrets(name),
      SECRET_MEMBERS.test(name) ? REMOVED : withoutSecrets(inner, depth + 1),
    ]);
  return Object.fromEntries(members);
}

/** A text without secrets: one that holds any part of a private key is left out as a whole. */
function textWithoutSecrets(given: string): string {
  if (holdsPrivateKey(given)) return REMOVED;
  const text = withoutSecretTexts(given);
  return text.length > MAX_TEXT_LENGTH
    ? `${text.slice(0, MAX_TEXT_LENGTH)}… (${text.length} characters)`
    : text;
}
