import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ConfigError,
  describeConfig,
  type Environment,
  type Flags,
  loadConfig,
  SETTINGS,
  type SettingName,
} from '../src/config.ts';

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** The problems that stop the start, one a line; fails the test when nothing does. */
function problemsOf(environment: Environment, flags: Flags = {}): string[] {
  try {
    loadConfig(environment, flags);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('These settings were expected to be refused, and were taken');
}

describe('the table', () => {
  test('gives each setting a variable and a flag of its own', () => {
    const settings = NAMES.map((name) => SETTINGS[name]);
    expect(new Set(settings.map(({ variable }) => variable)).size).toBe(NAMES.length);
    expect(new Set(settings.map(({ flag }) => flag)).size).toBe(NAMES.length);
    const ofControlPlane = settings.flatMap((setting) =>
      'controlPlaneFlag' in setting ? [setting.controlPlaneFlag] : [],
    );
    expect(new Set(ofControlPlane).size).toBe(ofControlPlane.length);
  });

  test.each(NAMES)('names %s after its flag, in all three spellings', (name) => {
    const { variable, flag } = SETTINGS[name];
    expect(variable).toMatch(/^IOTGW_[A-Z]+(_[A-Z]+)*$/);
    expect(flag).toBe(variable.slice('IOTGW_'.length).toLowerCase().replaceAll('_', '-'));
  });

  test.each(NAMES)('has a default of %s that its own rule takes', (name) => {
    const { read, default: standard } = SETTINGS[name];
    expect(() => standard === undefined || read(standard)).not.toThrow();
  });
});

describe('values', () => {
  test('without flags and variables are the defaults', () => {
    const { config, origins, hints } = loadConfig({});
    expect(config).toEqual({
      host: '127.0.0.1',
      port: 4000,
      upstream: 'local',
      costMax: 200,
      deadline: 30_000,
      auth: 'none',
      jwtIssuer: undefined,
      jwtAudience: undefined,
      jwtJwksUrl: undefined,
      allowedHosts: undefined,
      corsOrigins: undefined,
      tlsCert: undefined,
      tlsKey: undefined,
      tlsClientCa: undefined,
      bodyMax: 256,
      jsonDepth: 64,
      headersMax: 16,
      headerCount: 100,
      headersTimeout: 5000,
      requestTimeout: 15_000,
      writeTimeout: 30_000,
      connections: 1000,
      requestsPerConnection: 10_000,
      queryTokens: 2000,
      queryDepth: 12,
      queryIntrospectionDepth: 16,
      queryAliases: 15,
      queryRootFields: 10,
      queryDirectives: 10,
      queryNodes: 100_000,
      queryValues: 2000,
      introspection: undefined,
      documents: undefined,
      rateLimit: 1000,
      rateWindow: 10,
      logLevel: undefined,
      metricsPort: undefined,
      metricsHost: '127.0.0.1',
      quotaShare: 0.8,
      memory: 64,
      dataDir: undefined,
      journal: 32,
      localPort: 4001,
      localDataDir: undefined,
      localSeed: 'demo',
      localAllowRemote: false,
      localQuotas: false,
      localLatency: { minMs: 0, maxMs: 0 },
      localFaults: [],
    });
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
    expect(hints).toEqual([]);
  });

  test('come from the flag, then the environment, then the default', () => {
    const environment = { IOTGW_PORT: '5001', IOTGW_UPSTREAM: 'aws' };
    const { config, origins } = loadConfig(environment, { port: '5002' });
    expect(config).toMatchObject({ port: 5002, upstream: 'aws', localPort: 4001 });
    expect(origins).toMatchObject({
      port: 'flag',
      upstream: 'environment',
      localPort: 'default',
    });
  });

  test('of a flag stand in for a bad variable of the same setting', () => {
    expect(loadConfig({ IOTGW_PORT: 'x' }, { port: '1' }).config.port).toBe(1);
  });

  test.each<[keyof typeof SETTINGS, string, unknown]>([
    ['host', '::1', '::1'],
    ['port', '0', 0],
    ['port', '65535', 65_535],
    ['upstream', 'aws', 'aws'],
    ['auth', 'jwt,api-key', 'jwt,api-key'],
    ['jwtJwksUrl', 'https://id.example/keys', 'https://id.example/keys'],
    ['jwtJwksUrl', 'http://[::1]:3000/keys', 'http://[::1]:3000/keys'],
    ['allowedHosts', 'gw,gw.example.com', ['gw', 'gw.example.com']],
    ['corsOrigins', 'https://app.example.com', ['https://app.example.com']],
    ['tlsCert', './cert.pem', './cert.pem'],
    ['queryAliases', '0', 0],
    ['introspection', 'scope', 'scope'],
    ['rateLimit', '0', 0],
    ['logLevel', 'trace', 'trace'],
    ['metricsPort', '9464', 9464],
    ['dataDir', './records', './records'],
    ['journal', '100', 100],
    ['localDataDir', './state', './state'],
    ['localSeed', 'none', 'none'],
    ['localAllowRemote', 'on', true],
    ['localQuotas', 'off', false],
    ['localLatency', '30', { minMs: 30, maxMs: 30 }],
    ['localLatency', '20-40', { minMs: 20, maxMs: 40 }],
    ['localFaults', '[{"kind":"hang","action":"*"}]', [{ kind: 'hang', action: '*' }]],
  ])('of %s may be %s', (name, given, value) => {
    const { variable } = SETTINGS[name];
    expect(loadConfig({ [variable]: given }).config[name]).toEqual(value);
    expect(loadConfig({}, { [name]: given }).config[name]).toEqual(value);
  });

  test('are frozen, all the way down', () => {
    const { config } = loadConfig({ IOTGW_LOCAL_FAULTS: '[{"kind":"hang","action":"*"}]' });
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    expect(isFrozen(config)).toBe(true);
  });
});

describe('a bad value stops the start and names its variable and the rule:', () => {
  const rules: ReadonlyArray<[SettingName, string, RegExp]> = [
    ['auth', 'basic', /must be none or jwt or api-key or jwt,api-key/],
    ['jwtIssuer', '', /must not be empty/],
    ['jwtAudience', '', /must not be empty/],
    ['jwtJwksUrl', 'https://user:word@id.example/keys', /must not hold a user name or a password/],
    ['jwtJwksUrl', 'http://id.example/keys', /must be an https URL, or http on loopback/],
    ['allowedHosts', 'gw:4000', /must be names of hosts without ports/],
    ['corsOrigins', '*', /must be origins as browsers send them/],
    ['tlsCert', '', /must not be empty/],
    ['tlsKey', '', /must not be empty/],
    ['tlsClientCa', '', /must not be empty/],
    ['bodyMax', '0', /must be a whole number from 1 to 16384/],
    ['jsonDepth', '3', /must be a whole number from 4 to 1000/],
    ['headersMax', '257', /must be a whole number from 1 to 256/],
    ['headerCount', '9', /must be a whole number from 10 to 1000/],
    ['headersTimeout', '99', /must be a whole number from 100 to 600000/],
    ['requestTimeout', '99', /must be a whole number from 100 to 600000/],
    ['writeTimeout', '600001', /must be a whole number from 100 to 600000/],
    ['connections', '0', /must be a whole number from 1 to 100000/],
    ['requestsPerConnection', '0', /must be a whole number from 1 to 100000000/],
    ['queryTokens', '15001', /must be a whole number from 10 to 15000/],
    ['queryDepth', '0', /must be a whole number from 1 to 1000/],
    ['queryIntrospectionDepth', '0', /must be a whole number from 1 to 1000/],
    ['queryAliases', '-1', /must be a whole number from 0 to 10000/],
    ['queryRootFields', '0', /must be a whole number from 1 to 10000/],
    ['queryDirectives', 'x', /must be a whole number from 0 to 10000/],
    ['queryNodes', '0', /must be a whole number from 1 to 1000000/],
    ['queryValues', '0', /must be a whole number from 1 to 100000/],
    ['introspection', 'yes', /must be on or off or scope/],
    ['documents', '', /must not be empty/],
    ['rateLimit', '1e3', /must be a whole number from 0 to 1000000/],
    ['rateWindow', '0', /must be a whole number from 1 to 86400/],
    ['logLevel', 'silent', /must be error or warn or info or debug or trace/],
    ['metricsPort', '65536', /must be a port number from 0 to 65535/],
    ['metricsHost', '', /must not be empty/],
    ['host', '', /must not be empty/],
    ['port', '', /must be a port number from 0 to 65535/],
    ['port', 'http', /must be a port number from 0 to 65535/],
    ['port', '-1', /must be a port number from 0 to 65535/],
    ['port', '65536', /must be a port number from 0 to 65535/],
    ['port', '4000.5', /must be a port number from 0 to 65535/],
    ['port', ' 4000', /must be a port number from 0 to 65535/],
    ['upstream', 'AWS', /must be local or aws/],
    ['costMax', '0', /must be a whole number from 1 to 100000/],
    ['costMax', '1e3', /must be a whole number from 1 to 100000/],
    ['deadline', '99', /must be a whole number from 100 to 600000/],
    ['quotaShare', '0.0', /must be a number more than 0 and at most 1/],
    ['quotaShare', '1.1', /must be a number more than 0 and at most 1/],
    ['memory', '0', /must be a whole number from 1 to 65536/],
    ['dataDir', '', /must not be empty/],
    ['journal', '0', /must be a whole number from 1 to 65536/],
    ['localPort', '99999', /must be a port number from 0 to 65535/],
    ['localDataDir', '', /must not be empty/],
    ['localSeed', '', /must not be empty/],
    ['localAllowRemote', 'true', /must be on or off/],
    ['localQuotas', '1', /must be on or off/],
    ['localLatency', 'slow', /must be milliseconds, as 30 or as a range like 20-40/],
    ['localLatency', '40-20', /must be a range from less to more/],
    ['localLatency', '600001', /must be at most 600000/],
    ['localFaults', '{}', /must be a JSON array/],
    ['localFaults', '[', /must be a JSON array/],
  ];

  test.each(rules)('%s=%j', (name, value, rule) => {
    const { variable, flag } = SETTINGS[name];
    const [fromEnvironment, ...others] = problemsOf({ [variable]: value });
    expect(others).toEqual([]);
    expect(fromEnvironment).toMatch(rule);
    expect(fromEnvironment).toContain(`${variable} `);
    expect(fromEnvironment).toContain(JSON.stringify(value));
    const [fromFlag] = problemsOf({}, { [name]: value });
    expect(fromFlag).toMatch(rule);
    expect(fromFlag).toContain(`--${flag} (${variable}) `);
  });

  test('every setting that has a rule is tried above', () => {
    expect(new Set(rules.map(([name]) => name))).toEqual(new Set(NAMES));
  });

  test('a name that is no setting', () => {
    const [problem, ...others] = problemsOf({ IOTGW_PROT: '4000' });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^IOTGW_PROT is not a setting/);
  });

  test('several at once are all named', () => {
    const problems = problemsOf(
      { IOTGW_PROT: '1', IOTGW_PORT: 'x', IOTGW_UPSTREAM: 'gcp', IOTGW_TYPO: '' },
      { localPort: 'y' },
    );
    expect(problems).toHaveLength(5);
    for (const variable of ['PROT', 'PORT', 'UPSTREAM', 'TYPO', 'LOCAL_PORT']) {
      expect(problems.join('\n')).toMatch(new RegExp(`\\bIOTGW_${variable}\\b`));
    }
  });

  test('names that do not begin with IOTGW_ are not looked at', () => {
    expect(loadConfig({ IOTGW: 'x', MY_IOTGW_PORT: 'x', PORT: 'x' }).config.port).toBe(4000);
  });
});

describe('what Kubernetes injects for a Service named iotgw', () => {
  const injected = {
    IOTGW_SERVICE_HOST: '10.0.0.1',
    IOTGW_SERVICE_PORT: '4000',
    IOTGW_SERVICE_PORT_HTTP: '4000',
    IOTGW_PORT: 'tcp://10.0.0.1:4000',
    IOTGW_PORT_4000_TCP: 'tcp://10.0.0.1:4000',
    IOTGW_PORT_4000_TCP_PROTO: 'tcp',
    IOTGW_PORT_4000_TCP_PORT: '4000',
    IOTGW_PORT_4000_TCP_ADDR: '10.0.0.1',
  };

  test.each(Object.entries(injected))('%s=%s is passed over with a hint', (variable, value) => {
    const { config, hints } = loadConfig({ [variable]: value });
    expect(config).toEqual(loadConfig({}).config);
    expect(hints).toHaveLength(1);
    expect(hints[0]).toMatch(new RegExp(`^${variable} .*Kubernetes.*enableServiceLinks`));
  });

  test('a Service whose name goes on is the same matter', () => {
    const { hints } = loadConfig({
      IOTGW_LOCAL_SERVICE_HOST: '10.0.0.1',
      IOTGW_LOCAL_PORT: 'tcp://10.0.0.1:4001',
      IOTGW_LOCAL_PORT_4001_TCP_PORT: '4001',
    });
    expect(hints).toHaveLength(3);
  });

  test('all of it together starts, and a flag still sets the port', () => {
    const { config, hints } = loadConfig(injected, { port: '4002' });
    expect(config.port).toBe(4002);
    expect(hints).toHaveLength(Object.keys(injected).length);
  });
});

describe('the description', () => {
  const describeSettings = (environment: Environment, flags: Flags = {}): string[] =>
    describeConfig(environment, loadConfig(environment, flags));

  test('tells each setting with its origin', () => {
    const lines = describeSettings({ IOTGW_PORT: '5001' }, { localSeed: 'none' });
    expect(lines).toHaveLength(NAMES.length);
    expect(lines).toContain('IOTGW_PORT=5001  # environment');
    expect(lines).toContain('IOTGW_LOCAL_SEED=none  # flag');
    expect(lines).toContain('IOTGW_HOST=127.0.0.1  # default');
    expect(lines).toContain('IOTGW_LOCAL_DATA_DIR=  # default');
  });

  test('writes values as they can be given again', () => {
    const given = {
      IOTGW_LOCAL_LATENCY_MS: '20-40',
      IOTGW_LOCAL_FAULTS: '[{"action":"*","kind":"hang"}]',
      IOTGW_LOCAL_QUOTAS: 'on',
    };
    const lines = describeSettings(given);
    for (const [variable, value] of Object.entries(given)) {
      expect(lines).toContain(`${variable}=${value}  # environment`);
    }
  });

  test('masks the secrets of AWS and shows the rest', () => {
    const text = describeSettings({
      IOTGW_UPSTREAM: 'aws',
      AWS_REGION: 'eu-west-1',
      AWS_PROFILE: 'fleet',
      AWS_ENDPOINT_URL_IOT: 'http://127.0.0.1:4001',
      AWS_ACCESS_KEY_ID: 'AKIDTELLNOBODY',
      AWS_SECRET_ACCESS_KEY: 'tellnobody',
      AWS_SESSION_TOKEN: 'tellnobodyeither',
    }).join('\n');
    expect(text).toContain('AWS_REGION=eu-west-1');
    expect(text).toContain('AWS_PROFILE=fleet');
    expect(text).toContain('AWS_ENDPOINT_URL_IOT=http://127.0.0.1:4001');
    expect(text.match(/=\*{8} /g)).toHaveLength(3);
    expect(text).not.toMatch(/tellnobody/i);
  });

  test('masks a password in an endpoint', () => {
    const text = describeSettings({
      IOTGW_UPSTREAM: 'aws',
      AWS_ENDPOINT_URL: 'https://me:tellnobody@proxy.test/aws',
    }).join('\n');
    expect(text).toContain('proxy.test');
    expect(text).not.toContain('tellnobody');
  });

  test('leaves the variables of AWS out when AWS is not asked', () => {
    expect(describeSettings({ AWS_REGION: 'eu-west-1' }).join('\n')).not.toContain('AWS_');
  });
});

test('whatever the environment, settings load or a ConfigError names what is wrong', () => {
  const variables = NAMES.map((name) => SETTINGS[name].variable);
  const variable = fc.oneof(
    fc.constantFrom(...variables),
    fc.string().map((end) => `IOTGW_${end}`),
    fc.constantFrom('IOTGW___proto__', 'IOTGW_SERVICE_PORT', '__proto__', 'AWS_REGION'),
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.nat(70_000).map(String),
    fc.tuple(fc.nat(2_000_000), fc.nat(2_000_000)).map((range) => range.join('-')),
    fc.constantFrom('on', 'off', 'local', 'aws', 'tcp://10.0.0.1:4000', ''),
  );
  const flags = fc.dictionary(fc.constantFrom(...NAMES), value);
  fc.assert(
    fc.property(fc.dictionary(variable, value), flags, (environment, given) => {
      try {
        const loaded = loadConfig(environment, given as Flags);
        expect(Object.keys(loaded.config)).toEqual(NAMES);
        expect(describeConfig(environment, loaded).length).toBeGreaterThanOrEqual(NAMES.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        expect((error as Error).message).toMatch(/^(?:--[a-z-]+ \()?IOTGW_/);
      }
    }),
    { numRuns: 500 },
  );
});
