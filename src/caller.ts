/** The rights that a caller can have; `@requiresScopes` of the schema names them. */
export const SCOPES = [
  'iot:read',
  'iot:template:write',
  'iot:ca:write',
  'iot:activate',
  'iot:delete',
  'iot:claim',
  'iot:bulk',
  'iot:changes',
  'iot:introspection',
] as const;

export type Scope = (typeof SCOPES)[number];

/** What each right allows, for help and documentation. */
export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  'iot:read': 'read templates, CA certificates, device certificates and quotas',
  'iot:template:write': 'create and change provisioning templates, their versions and tags',
  'iot:ca:write': 'register and change CA certificates, attach and detach templates, tags',
  'iot:activate': 'let devices in: activate CAs, enable auto registration, enable templates',
  'iot:delete': 'delete, beside the right to change what is deleted',
  'iot:claim': 'make provisioning claims, which hold a private key',
  'iot:bulk': 'plan, apply, follow and undo bulk operations',
  'iot:changes': 'read the journal of changes',
  'iot:introspection': 'read the schema',
};

/** Who calls the gateway, and what it may do. */
export interface Caller {
  /** Stands in the journal, in logs and in the queues for permits; never a secret. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Who calls a gateway without authentication: it has every right, and listens on loopback alone. */
export const ANONYMOUS: Caller = { name: 'anonymous', scopes: new Set(SCOPES) };

/** Whether a text is one of the scopes. */
export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** Equal for equal sets of scopes, different for different ones; short. */
export function scopesKey(scopes: ReadonlySet<Scope>): string {
  let bits = 0;
  let bit = 1;
  for (const scope of SCOPES) {
    if (scopes.has(scope)) bits |= bit;
    bit *= 2;
  }
  return bits.toString(36);
}
