import { createHash } from 'node:crypto';

/**
 * A weak entity tag (RFC 9110, section 8.8.3) of an answer: equal for equal data and equal rights
 * of the caller, whatever the receipt beside the data says.
 */
export function entityTag(data: string, scopes: string): string {
  const digest = createHash('sha256').update(scopes).update('\n').update(data).digest('base64url');
  return `W/"${digest.slice(0, 27)}"`;
}

/** Whether an `If-None-Match` header (RFC 9110, section 13.1.2) names the tag; compares weakly. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = tag.replace(/^W\//, '');
  const tags: readonly string[] = ifNoneMatch.match(/"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.includes(opaque);
}
