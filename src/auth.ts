import { apiKeyCheck, apiKeyDirectory, looksLikeApiKey } from './auth/apiKeys.ts';
import { type AuthSurroundings, type JwtOptions, jwtCheck } from './auth/jwt.ts';
import { ANONYMOUS, type Caller } from './caller.ts';

/** Which credentials are taken; at least one kind. */
export interface AuthOptions {
  readonly jwt?: JwtOptions;
  /** API keys are kept in this data directory. */
  readonly apiKeys?: { readonly dataDir: string };
}

/** What is needed of a request's headers. */
export interface Credentials {
  readonly authorization?: string | undefined;
}

/** The caller of a request; undefined when it has no valid credentials. Never rejects. */
export type Authenticate = (
  headers: Credentials,
) => Caller | undefined | Promise<Caller | undefined>;

/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** The way to find out who calls; without options everybody is `anonymous` and may do anything. */
export function createAuthenticate(
  options: AuthOptions | undefined,
  surroundings: AuthSurroundings,
): Authenticate {
  if (options === undefined) return () => ANONYMOUS;
  const { jwt, apiKeys } = options;
  const checkToken = jwt && jwtCheck(jwt, surroundings);
  const checkKey = apiKeys && apiKeyCheck(apiKeyDirectory(apiKeys.dataDir), surroundings);
  return ({ authorization }) => {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    return looksLikeApiKey(token) ? checkKey?.(token) : checkToken?.(token);
  };
}
