import type { Resolvers } from '../generated/resolvers.ts';
import { withoutPrivateKey } from '../provisioning/x509Pem.ts';

/** Messages that name what was asked for, where that was a private key in the wrong place. */
const message = ({ message: text }: { readonly message: string }): string =>
  withoutPrivateKey(text);

/** The last guard, behind the checks of the single fields. */
export const privateKeyResolvers: Resolvers = { UserError: { message }, Warning: { message } };
