import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { importJWK, SignJWT } from 'jose';
import { AuthError } from '../../src/auth/authError.ts';
import { type JwtOptions, jwtCheck } from '../../src/auth/jwt.ts';
import { authOptionsOf } from '../../src/auth/settings.ts';
import { loadConfig } from '../../src/config.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import {
  AUDIENCE,
  type IdentityProvider,
  type SigningKey,
  signingKey,
  startIdentityProvider,
} from '../support/identityProvider.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

let keys: SigningKey[];
let provider: IdentityProvider;
let clock: VirtualClock;
let faults: unknown[];

beforeAll(async () => {
  // The provider comments on its settings and on the version of Node.js.
  for (const method of ['warn', 'info'] as const) {
    jest.spyOn(console, method).mockImplementation(() => undefined);
  }
  keys = await Promise.all(ALGORITHMS.map((alg) => signingKey(alg, `key-${alg}`)));
  provider = await startIdentityProvider(keys);
});

afterAll(async () => {
  await provider.close();
  jest.restoreAllMocks();
});

beforeEach(() => {
  // The provider's tokens carry the time of the machine.
  clock = new VirtualClock(Date.now());
  faults = [];
});

const optionsOf = (changes: Partial<JwtOptions> = {}): JwtOptions => ({
  issuer: provider.issuer,
  audience: AUDIENCE,
  jwksUrl: provider.jwksUrl,
  ...changes,
});

const checkOf = (changes?: Partial<JwtOptions>) =>
  jwtCheck(optionsOf(changes), { clock, onFault: (error) => faults.push(error) });

const nowSeconds = (): number => Math.floor(clock.nowMs() / 1000);

interface Forged {
  readonly key?: SigningKey['private'];
  readonly header?: Record<string, unknown>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A token of our own making, good unless told otherwise. */
async function forged({ key, header = {}, claims = {} }: Forged = {}): Promise<string> {
  const signer = key ?? (keys[0] as SigningKey).private;
  const { alg = 'RS256', kid } = signer;
  return new SignJWT({
    iss: provider.issuer,
    aud: AUDIENCE,
    sub: 'someone',
    scope: 'iot:read',
    exp: nowSeconds() + 600,
    ...claims,
  })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), ...header } as never)
    .sign(await importJWK(signer, String(header.alg ?? alg)), { crit: { jku: true } });
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of the identity provider', () => {
  test.each(ALGORITHMS)('signed with %s names its caller and gives its scopes', async (alg) => {
    const token = await provider.token('iot:read iot:bulk', alg);
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg).toBe(
      alg,
    );
    const check = checkOf();
    const caller = { name: 'jwt:fleet-service', scopes: new Set(['iot:read', 'iot:bulk']) };
    expect(await check(token)).toEqual(caller);
    // The second time it is known.
    expect(check(token)).toEqual(caller);
    expect(faults).toEqual([]);
  });

  test('is taken until 60 seconds after its end, and from 60 seconds before its beginning', async () => {
    const token = await provider.token('iot:read');
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const early = await forged({ claims: { nbf: nowSeconds() + 60 } });
    expect(await checkOf()(early)).toBeDefined();
    const tooEarly = await forged({ claims: { nbf: nowSeconds() + 61 } });
    expect(await checkOf()(tooEarly)).toBeUndefined();
    const known = checkOf();
    clock.advance(exp * 1000 - clock.nowMs() + 59_000);
    expect(await known(token)).toBeDefined();
    clock.advance(1000);
    expect(await known(token)).toBeUndefined();
    expect(await checkOf()(token)).toBeUndefined();
  });

  test('opens the gateway', async () => {
    const harness: Harness = await startHarness({
      gatewayOptions: { clock, auth: { jwt: optionsOf() } },
    });
    try {
      const authorization = `Bearer ${await provider.token('iot:read')}`;
      const query = '{ quota { action } }';
      expect((await harness.query(query, {}, { authorization })).data).toBeDefined();
      const without = await harness.query(query, {}, { authorization: `${authorization}x` });
      expect(without.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      const more = await harness.query('{ changes { nodes { id } } }', {}, { authorization });
      expect(more.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    } finally {
      await harness.close();
    }
  });
});

describe('a token', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['a text', { scope: 'iot:read iot:claim' }, ['iot:read', 'iot:claim']],
    ['a list called scp', { scope: undefined, scp: ['iot:read'] }, ['iot:read']],
    ['a text called scp', { scope: undefined, scp: 'iot:read iot:bulk' }, ['iot:read', 'iot:bulk']],
    ['both, of which `scope` counts', { scope: 'iot:read', scp: ['iot:delete'] }, ['iot:read']],
    ['scopes of others', { scope: 'openid iot:everything iot:read' }, ['iot:read']],
    ['no scope', { scope: undefined }, []],
    ['a scope that is no text', { scope: { 'iot:read': true } }, []],
    ['a list of what is no text', { scope: undefined, scp: [['iot:read'], 1, null] }, []],
  ])('may carry its scopes as %s', async (_, claims, scopes) => {
    const caller = await checkOf()(await forged({ claims }));
    expect([...(caller?.scopes ?? ['none'])]).toEqual(scopes);
  });

  test.each<[string, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['an issuer with a slash more', { iss: 'http://127.0.0.1/' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://elsewhere.example' }],
    ['several audiences without ours', { aud: ['a', 'b'] }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end long ago', { exp: 1 }],
    ['no subject', { sub: undefined }],
    ['a subject with a line break', { sub: 'a\n{"level":"info"}' }],
    ['a subject with a separator of lines', { sub: 'a\u2028b' }],
    ['a very long subject', { sub: 'a'.repeat(257) }],
  ])('is refused with %s', async (_, claims) => {
    expect(await checkOf()(await forged())).toBeDefined();
    expect(await checkOf()(await forged({ claims }))).toBeUndefined();
  });

  test('is refused with a signature of nobody, of another key, or by a secret', async () => {
    const good = await forged();
    const [, payload = '', signature = ''] = good.split('.');
    const stranger = await signingKey('RS256', 'key-RS256');
    const { n = '' } = (keys[0] as SigningKey).public;
    const hs256 = `${encoded({ alg: 'HS256', kid: 'key-RS256' })}.${payload}`;
    const tokens = [
      `${encoded({ alg: 'none' })}.${payload}.`,
      `${encoded({ alg: 'none', kid: 'key-RS256' })}.${payload}.${signature}`,
      `${hs256}.${createHmac('sha256', n).update(hs256).digest('base64url')}`,
      await forged({ key: stranger.private }),
      await forged({ header: { kid: 'key-ES256' } }),
      await forged({ key: (await signingKey('RS384', 'key-RS256')).private }),
      await forged({ key: { ...(keys[0] as SigningKey).private, alg: 'RS512' } }),
    ];
    const check = checkOf();
    for (const token of tokens) expect([token, await check(token)]).toEqual([token, undefined]);
    expect(await check(good)).toBeDefined();
  });

  test('is refused unless it is written in the one strict way', async () => {
    const check = checkOf();
    const good = await forged();
    const [header = '', payload = '', signature = ''] = good.split('.');
    const last = signature.slice(-1);
    // The same bytes: the last character carries bits that nobody reads.
    const alike = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      (other) =>
        other !== last &&
        Buffer.from(signature.slice(0, -1) + other, 'base64url').equals(
          Buffer.from(signature, 'base64url'),
        ),
    );
    expect(alike.length).toBeGreaterThan(0);
    for (const token of [
      `${good}.`,
      `.${good}`,
      `${good}=`,
      `${good}==`,
      `${header}.${payload}`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}=`,
      `${header}.${payload}.\n${signature}`,
      `${header}. ${payload}.${signature}`,
      ...alike.map((other) => `${header}.${payload}.${signature.slice(0, -1)}${other}`),
      `${good}.${payload}.${signature}`,
      '..',
      '',
    ]) {
      expect([token, await check(token)]).toEqual([token, undefined]);
    }
    expect(await check(good)).toBeDefined();
  });

  test('leads nowhere: keys are read from the configured URL alone', async () => {
    const stranger = await signingKey('RS256', 'theirs');
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end(JSON.stringify({ keys: [stranger.public] }));
    });
    const url = await listening(elsewhere);
    const check = checkOf();
    for (const header of [
      { jku: url },
      { jwk: stranger.public },
      { x5u: url, x5c: ['MIIB'] },
      { kid: url },
      { crit: ['jku'], jku: url },
    ]) {
      expect(await check(await forged({ key: stranger.private, header }))).toBeUndefined();
    }
    expect(visits).toBe(0);
    // Nor is a redirect followed.
    const redirecting = createServer((_request, response) => {
      response.writeHead(302, { location: url }).end();
    });
    const jwksUrl = await listening(redirecting);
    expect(await checkOf({ jwksUrl })(await forged({ key: stranger.private }))).toBeUndefined();
    expect(visits).toBe(0);
    expect(faults).toHaveLength(1);
    for (const server of [elsewhere, redirecting]) await closed(server);
  });

  test('is refused with an RSA key of less than 2,048 bits', async () => {
    const short = await signingKey('RS256', 'short', { modulusLength: 2048 });
    const { generateKeyPairSync, createSign } = await import('node:crypto');
    const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const shown = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'short', use: 'sig' };
    const text = `${encoded({ alg: 'RS256', kid: 'short' })}.${(await forged()).split('.')[1]}`;
    const signature = createSign('sha256').update(text).sign(pair.privateKey, 'base64url');
    for (const [key, token, isTaken] of [
      [shown, `${text}.${signature}`, false],
      [short.public, await forged({ key: short.private }), true],
    ] as const) {
      const server = createServer((_request, response) => {
        response.end(JSON.stringify({ keys: [key] }));
      });
      const caller = await checkOf({ jwksUrl: await listening(server) })(token);
      expect(caller !== undefined).toBe(isTaken);
      await closed(server);
    }
  });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('the keys of the provider', () => {
  test('are read once, and again for an unknown key, at most once in 30 seconds', async () => {
    const own = await startIdentityProvider(keys);
    const check = checkOf({ issuer: own.issuer, jwksUrl: own.jwksUrl });
    try {
      const first = await own.token('iot:read');
      await Promise.all(Array.from({ length: 20 }, () => check(first)));
      expect(own.keyReads).toBe(1);
      const next = await signingKey('RS256', 'next');
      await own.rotate([next, ...keys]);
      const rotated = await own.token('iot:read');
      expect(await check(rotated)).toBeUndefined();
      expect(own.keyReads).toBe(1);
      clock.advance(30_000);
      const together = await Promise.all(Array.from({ length: 20 }, () => check(rotated)));
      expect(together.every((caller) => caller !== undefined)).toBe(true);
      expect(own.keyReads).toBe(2);
      const stranger = await signingKey('RS256', 'stranger');
      for (let seconds = 0; seconds < 60; seconds += 1) {
        const claims = { iss: own.issuer, jti: String(seconds) };
        expect(await check(await forged({ key: stranger.private, claims }))).toBeUndefined();
        clock.advance(1000);
      }
      expect(own.keyReads).toBe(3);
    } finally {
      await own.close();
    }
  });

  test('are read again also when the clock was set back', async () => {
    const own = await startIdentityProvider(keys);
    const check = checkOf({ issuer: own.issuer, jwksUrl: own.jwksUrl });
    // Good before and after the clock was set.
    const lasting = async (key: SigningKey, jti = ''): Promise<string> =>
      forged({ key: key.private, claims: { iss: own.issuer, jti, exp: nowSeconds() + 86_400 } });
    try {
      const [first] = keys as [SigningKey];
      expect(await check(await lasting(first))).toBeDefined();
      clock.advance(-3_600_000);
      clock.advance(30_000);
      const next = await signingKey('RS256', 'next');
      await own.rotate([next, ...keys]);
      expect(await check(await lasting(next))).toBeDefined();
      expect(own.keyReads).toBe(2);
      // Withdrawn ones are looked for beside the use of those that are known.
      clock.advance(-3_600_000);
      clock.advance(10 * 60_000 + 1);
      await own.rotate([next]);
      for (let jti = 1; ; jti += 1) {
        if ((await check(await lasting(first, String(jti)))) === undefined) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(own.keyReads).toBe(3);
    } finally {
      await own.close();
    }
  });

  test('are asked again for a token that was verified before the clock was set back', async () => {
    const own = await startIdentityProvider(keys);
    const check = checkOf({ issuer: own.issuer, jwksUrl: own.jwksUrl });
    try {
      const claims = { iss: own.issuer, exp: nowSeconds() + 600 };
      const token = await forged({ claims });
      expect(await check(token)).toBeDefined();
      expect(check(token)).not.toBeInstanceOf(Promise);
      clock.advance(-600_000);
      clock.advance(60_000);
      expect(check(token)).toBeInstanceOf(Promise);
    } finally {
      await own.close();
    }
  });

  test('stay good while the provider is down, however long', async () => {
    const own = await startIdentityProvider(keys);
    const check = checkOf({ issuer: own.issuer, jwksUrl: own.jwksUrl });
    try {
      expect(await check(await own.token('iot:read'))).toBeDefined();
      own.setDown(true);
      for (let hours = 0; hours < 48; hours += 1) {
        clock.advance(3_600_000);
        const claims = { iss: own.issuer };
        expect(await check(await forged({ claims }))).toBeDefined();
      }
      const unknown = await signingKey('RS256', 'unknown');
      expect(
        await check(await forged({ key: unknown.private, claims: { iss: own.issuer } })),
      ).toBeUndefined();
      expect(faults.length).toBeGreaterThan(0);
      own.setDown(false);
      clock.advance(30_000);
      expect(await check(await forged({ claims: { iss: own.issuer } }))).toBeDefined();
    } finally {
      await own.close();
    }
  });

  test('that were withdrawn are refused after ten minutes', async () => {
    const own = await startIdentityProvider(keys);
    const check = checkOf({ issuer: own.issuer, jwksUrl: own.jwksUrl });
    try {
      const claims = () => ({ iss: own.issuer, exp: nowSeconds() + 3600 });
      expect(await check(await forged({ claims: claims() }))).toBeDefined();
      await own.rotate([await signingKey('RS256', 'other')]);
      clock.advance(10 * 60_000 + 1);
      // This one has them read again, beside its own check.
      await check(await forged({ claims: claims() }));
      // When they have arrived, a token that was not seen before is refused.
      for (let jti = 1; ; jti += 1) {
        const unseen = await forged({ claims: { ...claims(), jti: String(jti) } });
        if ((await check(unseen)) === undefined) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(own.keyReads).toBe(2);
      // And what was verified before is verified again after a minute.
      clock.advance(60_001);
      expect(await check(await forged({ claims: claims() }))).toBeUndefined();
    } finally {
      await own.close();
    }
  });

  test.each([
    ['HTML', '<html>'],
    ['no list', '{"keys":1}'],
    ['nothing', ''],
    ['far too much', `{"keys":[],"x":"${'x'.repeat(300_000)}"}`],
  ])('that come as %s let nobody in, and are told', async (_, text) => {
    const server = createServer((_request, response) => response.end(text));
    const jwksUrl = await listening(server);
    const check = checkOf({ jwksUrl });
    expect(await check(await forged())).toBeUndefined();
    expect(faults.filter((fault) => String(fault).includes(jwksUrl))).toHaveLength(1);
    await closed(server);
  });
});

describe('the settings', () => {
  const optionsFrom = (environment: Record<string, string>) =>
    authOptionsOf(loadConfig(environment).config);
  const JWT = {
    IOTGW_JWT_ISSUER: 'https://id.example',
    IOTGW_JWT_AUDIENCE: 'iotgw',
    IOTGW_JWT_JWKS_URL: 'https://id.example/jwks',
  };

  test('say who may call', () => {
    expect(optionsFrom({})).toBeUndefined();
    const jwt = {
      issuer: 'https://id.example',
      audience: 'iotgw',
      jwksUrl: 'https://id.example/jwks',
    };
    expect(optionsFrom({ IOTGW_AUTH: 'jwt', ...JWT })).toEqual({ jwt });
    const both = { IOTGW_AUTH: 'jwt,api-key', IOTGW_DATA_DIR: '/data', ...JWT };
    expect(optionsFrom(both)).toEqual({ jwt, apiKeys: { dataDir: '/data' } });
  });

  test.each([
    [{ IOTGW_AUTH: 'jwt' }, /ISSUER.*\n.*AUDIENCE.*\n.*JWKS_URL/],
    [{ IOTGW_AUTH: 'api-key' }, /IOTGW_DATA_DIR/],
    // Whoever sets these believes that somebody checks.
    [JWT, /IOTGW_AUTH does not name jwt/],
  ])('that leave something out stop the start: %j', (environment, message) => {
    expect(() => optionsFrom(environment as Record<string, string>)).toThrow(AuthError);
    expect(() => optionsFrom(environment as Record<string, string>)).toThrow(message);
  });

  test.each(['http://id.example/jwks', 'file:///etc/jwks', 'jwks', ''])(
    'take no keys from %s',
    (url) => {
      expect(() => loadConfig({ IOTGW_JWT_JWKS_URL: url })).toThrow(/https URL/);
    },
  );
});
