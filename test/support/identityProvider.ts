import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type GenerateKeyPairOptions, generateKeyPair, type JWK } from 'jose';
import type { Provider } from 'oidc-provider';
import { SCOPES } from '../../src/caller.ts';

export const AUDIENCE = 'https://iotgw.example/graphql';
const CLIENT = { id: 'fleet-service', secret: 'not a secret in a test' };

/** A signing key, and its public part as the provider shows it. */
export interface SigningKey {
  readonly private: JWK;
  readonly public: JWK;
}

export async function signingKey(
  alg: string,
  kid: string,
  options: GenerateKeyPairOptions = {},
): Promise<SigningKey> {
  const pair = await generateKeyPair(alg, { extractable: true, ...options });
  const about = { kid, alg, use: 'sig' };
  return {
    private: { ...(await exportJWK(pair.privateKey)), ...about },
    public: { ...(await exportJWK(pair.publicKey)), ...about },
  };
}

/** An identity provider that runs: the issuer of tokens for machines (OAuth 2.0 client credentials). */
export interface IdentityProvider {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How often its keys were read. */
  readonly keyReads: number;
  /** A token from its token endpoint. */
  token(scope: string, alg?: string): Promise<string>;
  /** Goes on with other keys. */
  rotate(keys: readonly SigningKey[]): Promise<void>;
  /** Answers nothing but 503, or works again. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

export async function startIdentityProvider(
  keys: readonly SigningKey[],
): Promise<IdentityProvider> {
  let handle = (_request: IncomingMessage, response: ServerResponse): unknown => response.end();
  let isDown = false;
  let keyReads = 0;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') keyReads += 1;
    if (isDown) response.writeHead(503).end();
    else handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rotate = async (now: readonly SigningKey[]): Promise<void> => {
    handle = (await providerOf(issuer, now)).callback();
  };
  await rotate(keys);
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    get keyReads() {
      return keyReads;
    },
    rotate,
    setDown(down) {
      isDown = down;
    },
    async token(scope, alg = 'RS256') {
      const credentials = Buffer.from(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`).toString(
        'base64',
      );
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${credentials}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope,
          // The provider is told the algorithm by the resource.
          resource: `${AUDIENCE}?alg=${alg}`,
        }),
      });
      const answer = (await response.json()) as { readonly access_token?: string };
      if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
      return answer.access_token;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Loaded late, so that whoever uses it can turn off what it says of its own settings. */
async function providerOf(issuer: string, keys: readonly SigningKey[]): Promise<Provider> {
  const { Provider: OidcProvider } = await import('oidc-provider');
  return new OidcProvider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    jwks: { keys: keys.map((key) => key.private) as never },
    scopes: [...SCOPES],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: SCOPES.join(' '),
          audience: AUDIENCE,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: (new URL(resource).searchParams.get('alg') ?? 'RS256') as never } },
        }),
      },
    },
  });
}
