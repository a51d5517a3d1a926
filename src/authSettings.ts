import { setting } from './setting.ts';
import { keySetUrl, oneOf, optionalText } from './settingValues.ts';

/** The settings that say who may call the gateway. */
export const AUTH_SETTINGS = {
  auth: setting({
    variable: 'IOTGW_AUTH',
    flag: 'auth',
    placeholder: 'none|jwt|api-key|jwt,api-key',
    default: 'none',
    read: oneOf('none', 'jwt', 'api-key', 'jwt,api-key'),
    doc: 'Which credentials callers need, as `Authorization: Bearer …`: tokens of an identity provider, keys made by `iotgw keys create`, or either. With none every caller may do anything, and the gateway listens on loopback alone.',
  }),
  jwtIssuer: setting({
    variable: 'IOTGW_JWT_ISSUER',
    flag: 'jwt-issuer',
    placeholder: 'issuer',
    default: undefined,
    read: optionalText,
    doc: 'Whose tokens are taken: their claim `iss`, letter for letter.',
  }),
  jwtAudience: setting({
    variable: 'IOTGW_JWT_AUDIENCE',
    flag: 'jwt-audience',
    placeholder: 'audience',
    default: undefined,
    read: optionalText,
    doc: 'Whom the tokens have to be made for: must be in their claim `aud`.',
  }),
  jwtJwksUrl: setting({
    variable: 'IOTGW_JWT_JWKS_URL',
    flag: 'jwt-jwks-url',
    placeholder: 'URL',
    default: undefined,
    read: keySetUrl,
    doc: "Where the issuer's keys (JWKS) are read: https, or http on loopback. Nothing in a token leads elsewhere.",
  }),
} as const;
