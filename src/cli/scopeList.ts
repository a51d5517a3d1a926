import { isScope, SCOPES, type Scope } from '../caller.ts';
import { CliError } from './cliError.ts';

/** Scopes separated by commas, with or without the prefix `iot:`. Throws CliError. */
export function scopesIn(text: string): Scope[] {
  return text.split(',').map((part) => {
    const given = part.trim();
    const scope = given.startsWith('iot:') ? given : `iot:${given}`;
    if (isScope(scope)) return scope;
    throw new CliError(`${JSON.stringify(given)} is not a scope; there are ${SCOPES.join(', ')}.`);
  });
}
