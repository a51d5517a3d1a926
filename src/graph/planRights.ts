import type { Intent } from '../bulk/operation.ts';
import type { Scope } from '../caller.ts';
import type { GatewayError } from '../errors.ts';
import { forbidden } from './scopeCheck.ts';

/** What applying a plan takes, beside what `applyPlan` itself does: the same as making the plan. */
function scopesOf(intent: Intent): readonly Scope[] {
  switch (intent.kind) {
    case 'ATTACH':
      return intent.activate || intent.enableAutoRegistration ? ['iot:activate'] : [];
    case 'DETACH':
      return [];
    // It creates templates, enabled, in place of bodies that were in force.
    case 'INLINE_MIGRATION':
      return ['iot:activate', 'iot:template:write'];
    // What it undoes may have been a deactivation.
    case 'REVERT':
      return ['iot:activate'];
  }
}

/** Why a caller may not apply a plan; undefined when it may. Who made the plan plays no part. */
export function planForbidden(
  intent: Intent,
  scopes: ReadonlySet<Scope>,
  path: string,
): GatewayError | undefined {
  const missing = scopesOf(intent).filter((scope) => !scopes.has(scope));
  return missing.length === 0 ? undefined : forbidden([{ path, missingScopes: missing }]);
}
