import type { Resolvers } from '../generated/resolvers.ts';
import { withoutSecretTexts } from '../redaction.ts';

/** Messages that name what was asked for, where that was a secret in the wrong place. */
const message = ({ message: text }: { readonly message: string }): string =>
  withoutSecretTexts(text);

/** The last guard, behind the checks of the single fields. */
export const privateKeyResolvers: Resolvers = { UserError: { message }, Warning: { message } };
