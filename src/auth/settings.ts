import type { AuthOptions } from '../auth.ts';
import type { Config } from '../config.ts';
import { AuthError } from './authError.ts';

type AuthSettings = Pick<Config, 'auth' | 'jwtIssuer' | 'jwtAudience' | 'jwtJwksUrl' | 'dataDir'>;

/** What the settings say about who may call; undefined for everybody. Throws AuthError. */
export function authOptionsOf(settings: AuthSettings): AuthOptions | undefined {
  const { auth, jwtIssuer, jwtAudience, jwtJwksUrl, dataDir } = settings;
  if (auth === 'none') {
    const isGiven = [jwtIssuer, jwtAudience, jwtJwksUrl].some((value) => value !== undefined);
    if (!isGiven) return undefined;
    throw new AuthError('Settings of JWT are given, but IOTGW_AUTH does not name jwt.');
  }
  const kinds: readonly string[] = auth.split(',');
  const problems: string[] = [];
  const needed = (value: string | undefined, problem: string): string => {
    if (value === undefined) problems.push(problem);
    return value ?? '';
  };
  const options: AuthOptions = {
    ...(kinds.includes('jwt') && {
      jwt: {
        issuer: needed(jwtIssuer, 'IOTGW_JWT_ISSUER must say whose tokens are taken.'),
        audience: needed(jwtAudience, 'IOTGW_JWT_AUDIENCE must say whom the tokens are made for.'),
        jwksUrl: needed(jwtJwksUrl, "IOTGW_JWT_JWKS_URL must say where the issuer's keys are."),
      },
    }),
    ...(kinds.includes('api-key') && {
      apiKeys: {
        dataDir: needed(dataDir, 'IOTGW_DATA_DIR must name the directory that keeps API keys.'),
      },
    }),
  };
  if (problems.length > 0) throw new AuthError(problems.join('\n'));
  return options;
}
