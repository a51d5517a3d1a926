import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Caller, isScope, type Scope } from '../caller.ts';
import type { Clock } from '../clock.ts';
import { KeySet } from './jwks.ts';

/** Whose tokens are taken. */
export interface JwtOptions {
  /** The claim `iss`, letter for letter. */
  readonly issuer: string;
  /** Must be in the claim `aud`. */
  readonly audience: string;
  /** Where the issuer's keys are read. */
  readonly jwksUrl: string;
}

/** What the checks of credentials need around them. */
export interface AuthSurroundings {
  readonly clock: Clock;
  /** Hears why callers with good credentials might be refused. */
  readonly onFault: (error: unknown) => void;
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** How far the clocks of issuer and gateway may be apart. */
const SKEW_SECONDS = 60;
/** How long a token that was verified is not verified again. */
const VERIFIED_MS = 60_000;
const MAX_VERIFIED = 10_000;
const MAX_TOKEN_LENGTH = 8192;
/** One line, without anything that could pass for another line in a log. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,256}$/u;

interface Verified {
  readonly caller: Caller;
  /** When it was, by the clock that nothing sets. */
  readonly steadyMs: number;
  /** The end of its token, a date. */
  readonly expiresMs: number;
}

type Check = (token: string) => Caller | undefined | Promise<Caller | undefined>;

/** Checks JSON Web Tokens (RFC 7519). What it answers never rejects. */
export function jwtCheck(options: JwtOptions, { clock, onFault }: AuthSurroundings): Check {
  const keys = new KeySet({ url: options.jwksUrl, clock, onFault });
  // By digest: the tokens themselves are kept nowhere.
  const verified = new LRUCache<string, Verified>({ max: MAX_VERIFIED });

  const verify = async (token: string, digest: string): Promise<Caller | undefined> => {
    const { jwtVerify } = await import('jose');
    const nowMs = clock.nowMs();
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms: ALGORITHMS,
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ['exp'],
        currentDate: new Date(nowMs),
      });
      const caller = callerOf(payload);
      if (caller === undefined) return undefined;
      const expiresMs = ((payload.exp ?? 0) + SKEW_SECONDS) * 1000;
      verified.set(digest, { caller, steadyMs: clock.steadyMs(), expiresMs });
      return caller;
    } catch {
      // Whatever is wrong with a token, whoever sent it learns only that it is not taken.
      return undefined;
    }
  };

  return (token) => {
    if (token.length > MAX_TOKEN_LENGTH || !isStrict(token)) return undefined;
    const digest = createHash('sha256').update(token).digest('base64');
    const known = verified.get(digest);
    if (known !== undefined && isGood(known, clock)) return known.caller;
    return verify(token, digest);
  };
}

function isGood({ steadyMs, expiresMs }: Verified, clock: Clock): boolean {
  return clock.steadyMs() - steadyMs < VERIFIED_MS && clock.nowMs() < expiresMs;
}

/** Three parts in base64url (RFC 4648, section 5), each in the one way that its bytes are written. */
function isStrict(token: string): boolean {
  const parts = token.split('.');
  return (
    parts.length === 3 &&
    parts.every(
      (part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part,
    )
  );
}

function callerOf(payload: JWTPayload): Caller | undefined {
  const { sub, client_id: client, scope, scp } = payload;
  const subject = sub ?? client;
  if (typeof subject !== 'string' || !NAME.test(subject)) return undefined;
  return { name: `jwt:${subject}`, scopes: scopesOf(scope ?? scp) };
}

/** `scope` is a text with spaces (RFC 8693, section 4.2), `scp` that or a list. */
function scopesOf(claim: unknown): ReadonlySet<Scope> {
  const given = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(given.filter((scope) => typeof scope === 'string').filter(isScope));
}
