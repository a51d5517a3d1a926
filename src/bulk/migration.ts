import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { GatewayError } from '../errors.ts';
import { type Item, plannedItem, refusedItem } from './item.ts';
import type { MigrationGroup } from './operation.ts';
import { type Candidate, notThere } from './plan.ts';
import type { CAState } from './registration.ts';

/** A template that inline bodies could move to. */
export interface JitpTemplate {
  readonly templateName: string;
  readonly templateBody: string;
  readonly roleArn: string;
  readonly enabled: boolean;
}

export interface MigrationPlan {
  readonly items: readonly Item[];
  readonly groups: readonly MigrationGroup[];
}

/** What the bodies of one migration may have together, in characters: they share one record. */
const MAX_BODIES_LENGTH = 300_000;

/** A body in its canonical form (RFC 8785); undefined when it is not a JSON object. */
export function canonicalBody(templateBody: string): string | undefined {
  try {
    const body: unknown = JSON.parse(templateBody);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject ? canonicalize(body) : undefined;
  } catch {
    return undefined;
  }
}

const keyOf = (canonical: string, roleArn: string): string => JSON.stringify([roleArn, canonical]);

/** Either the group that an inline body belongs to, or why it belongs to none. */
type Reading =
  | {
      readonly kind: 'INLINE';
      readonly key: string;
      readonly body: string;
      readonly roleArn: string;
    }
  | { readonly kind: 'OTHER' }
  | { readonly kind: 'UNFIT'; readonly message: string };

function read({ registrationConfig }: CAState): Reading {
  if (registrationConfig === null || registrationConfig.templateName !== undefined) {
    return { kind: 'OTHER' };
  }
  const { templateBody, roleArn } = registrationConfig;
  if (templateBody === undefined || roleArn === undefined) {
    const lacking = templateBody === undefined ? 'body' : 'role';
    return { kind: 'UNFIT', message: `Its registration has no ${lacking}.` };
  }
  const canonical = canonicalBody(templateBody);
  if (canonical === undefined) {
    return { kind: 'UNFIT', message: 'The body that it carries is not a JSON object.' };
  }
  return { kind: 'INLINE', key: keyOf(canonical, roleArn), body: templateBody, roleArn };
}

/**
 * Moves CAs that carry a body of their own to named templates: those with an equal body (in its
 * canonical form) and an equal role to one template, which is an enabled one that is there already or
 * a new one. CAs that carry no body are left out. Throws LIMIT_EXCEEDED when the bodies are too many.
 */
export function planMigration(
  candidates: readonly Candidate[],
  templates: readonly JitpTemplate[],
  templateNamePrefix: string,
): MigrationPlan {
  const taken = new Set(templates.map(({ templateName }) => templateName));
  const existing = new Map<string, JitpTemplate>();
  for (const template of templates) {
    const canonical = canonicalBody(template.templateBody);
    if (!template.enabled || canonical === undefined) continue;
    const key = keyOf(canonical, template.roleArn);
    if (!existing.has(key)) existing.set(key, template);
  }
  const groups = new Map<string, MigrationGroup>();
  const items: Item[] = [];
  for (const { certificateId, state } of candidates) {
    if (state === null) {
      items.push(notThere(certificateId));
      continue;
    }
    const reading = read(state);
    if (reading.kind === 'OTHER') continue;
    if (reading.kind === 'UNFIT') {
      items.push(refusedItem(certificateId, state, 'INVALID_REQUEST', reading.message));
      continue;
    }
    const { key } = reading;
    const group =
      groups.get(key) ?? newGroup(reading, existing.get(key), templateNamePrefix, taken);
    taken.add(group.templateName);
    groups.set(key, { ...group, certificateCount: group.certificateCount + 1 });
    const after = { ...state, registrationConfig: { templateName: group.templateName } };
    items.push(plannedItem(certificateId, state, after));
  }
  const all = [...groups.values()];
  const length = all.reduce((sum, { templateBody }) => sum + templateBody.length, 0);
  if (length > MAX_BODIES_LENGTH) {
    const message = `The ${all.length} bodies have more than ${MAX_BODIES_LENGTH} characters; narrow the filter.`;
    throw new GatewayError('LIMIT_EXCEEDED', message);
  }
  return { items, groups: all };
}

function newGroup(
  { key, body, roleArn }: Extract<Reading, { kind: 'INLINE' }>,
  template: JitpTemplate | undefined,
  prefix: string,
  taken: ReadonlySet<string>,
): MigrationGroup {
  const common = { templateBody: body, roleArn, certificateCount: 0 };
  if (template !== undefined) {
    const { templateName } = template;
    return { ...common, templateName, proposal: 'EXISTING', template: 'PRESENT' };
  }
  const templateName = freeName(prefix, key, taken);
  return { ...common, templateName, proposal: 'NEW', template: 'PENDING' };
}

const DIGEST_LENGTH = 8;

/** A name of the prefix and a digest of the content, so that the same content gets the same name. */
function freeName(prefix: string, key: string, taken: ReadonlySet<string>): string {
  const digest = createHash('sha256').update(key).digest('hex');
  for (let start = 0; start + DIGEST_LENGTH <= digest.length; start += 1) {
    const name = `${prefix}-${digest.slice(start, start + DIGEST_LENGTH)}`;
    if (!taken.has(name)) return name;
  }
  throw new Error('No name is left for a new provisioning template.');
}

/** The longest prefix with which a name stays within AWS's 36 characters. */
export const MAX_PREFIX_LENGTH = 36 - DIGEST_LENGTH - 1;
