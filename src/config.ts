import { z } from 'zod';

/** One setting: where it comes from, what it may be and what it does. The only such table. */
interface Setting<Value> {
  /** The environment variable. */
  readonly variable: string;
  /** The flag of `iotgw serve`, without the dashes. */
  readonly flag: string;
  /** The flag of `iotgw control-plane`, for settings of the control plane. */
  readonly controlPlaneFlag?: string;
  /** What stands for the value in the help. */
  readonly placeholder: string;
  /** As it would be written in the environment; undefined when the setting is off by default. */
  readonly default: string | undefined;
  readonly schema: z.ZodType<Value, string | undefined>;
  readonly secret: boolean;
  readonly doc: string;
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535; 0 means any free port')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535');

const onOff = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .transform((value) => value === 'on');

const text = z.string().min(1, 'must not be empty');

/** As long as the control plane waits for anything. */
const MAX_LATENCY_MS = 600_000;

const milliseconds = z
  .string()
  .regex(/^\d{1,6}(-\d{1,6})?$/, 'must be milliseconds, as 30 or as a range like 20-40')
  .transform((value) => {
    const [minMs = 0, maxMs = minMs] = value.split('-').map(Number);
    return { minMs, maxMs };
  })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, 'must be a range from less to more')
  .refine(({ maxMs }) => maxMs <= MAX_LATENCY_MS, `must be at most ${MAX_LATENCY_MS}`);

/** A whole number from `min` to `max`. */
const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine(
      (value) => value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
    );

const share = z
  .string()
  .regex(/^(?:0?\.\d{1,4}|1(?:\.0{1,4})?)$/, 'must be a number more than 0 and at most 1, as 0.8')
  .transform(Number)
  .refine((value) => value > 0, 'must be a number more than 0 and at most 1, as 0.8');

const jsonArray = z
  .string()
  .transform(parseJson)
  .refine((value): value is unknown[] => Array.isArray(value), 'must be a JSON array');

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function setting<Value>(given: Omit<Setting<Value>, 'secret'> & { secret?: boolean }) {
  return { secret: false, ...given } satisfies Setting<Value>;
}

/** Every setting of the gateway, in the order of the help and of docs/configuration.md. */
export const SETTINGS = {
  host: setting({
    variable: 'IOTGW_HOST',
    flag: 'host',
    controlPlaneFlag: 'host',
    placeholder: 'address',
    default: '127.0.0.1',
    schema: text,
    doc: 'The address to listen on, for the gateway and the local control plane.',
  }),
  port: setting({
    variable: 'IOTGW_PORT',
    flag: 'port',
    placeholder: 'port',
    default: '4000',
    schema: port,
    doc: "The gateway's port; 0 means any free port.",
  }),
  upstream: setting({
    variable: 'IOTGW_UPSTREAM',
    flag: 'upstream',
    placeholder: 'local|aws',
    default: 'local',
    schema: z.enum(['local', 'aws'], { error: 'must be local or aws' }),
    doc: 'What answers: the local control plane, or AWS with the usual AWS_* settings.',
  }),
  costMax: setting({
    variable: 'IOTGW_COST_MAX',
    flag: 'cost-max',
    placeholder: 'calls',
    default: '200',
    schema: count(1, 100_000),
    doc: 'The most AWS calls that one operation may cost.',
  }),
  deadline: setting({
    variable: 'IOTGW_DEADLINE_MS',
    flag: 'deadline-ms',
    placeholder: 'ms',
    default: '30000',
    schema: count(100, 600_000),
    doc: 'How long one operation may take, in milliseconds.',
  }),
  quotaShare: setting({
    variable: 'IOTGW_QUOTA_SHARE',
    flag: 'quota-share',
    placeholder: '0-1',
    default: '0.8',
    schema: share,
    doc: "The part of AWS's quotas that the gateway uses; the rest is left to the production fleet.",
  }),
  memory: setting({
    variable: 'IOTGW_MEMORY_MIB',
    flag: 'memory-mib',
    placeholder: 'MiB',
    default: '64',
    schema: count(1, 65_536),
    doc: 'How much memory may keep what AWS answered.',
  }),
  localPort: setting({
    variable: 'IOTGW_LOCAL_PORT',
    flag: 'local-port',
    controlPlaneFlag: 'port',
    placeholder: 'port',
    default: '4001',
    schema: port,
    doc: "The local control plane's port; 0 means any free port.",
  }),
  localDataDir: setting({
    variable: 'IOTGW_LOCAL_DATA_DIR',
    flag: 'local-data-dir',
    controlPlaneFlag: 'data-dir',
    placeholder: 'directory',
    default: undefined,
    schema: text.optional(),
    doc: 'Where the local control plane keeps its state; without it the state lives in memory.',
  }),
  localSeed: setting({
    variable: 'IOTGW_LOCAL_SEED',
    flag: 'local-seed',
    controlPlaneFlag: 'seed',
    placeholder: 'demo|none|file.json',
    default: 'demo',
    schema: text,
    doc: 'What an empty local control plane starts with: demo data, nothing, or a seed file.',
  }),
  localAllowRemote: setting({
    variable: 'IOTGW_LOCAL_ALLOW_REMOTE',
    flag: 'local-allow-remote',
    controlPlaneFlag: 'allow-remote',
    placeholder: 'on|off',
    default: 'off',
    schema: onOff,
    doc: 'Let the local control plane listen beyond loopback. It checks no signature: whoever reaches it may do anything.',
  }),
  localQuotas: setting({
    variable: 'IOTGW_LOCAL_QUOTAS',
    flag: 'local-quotas',
    controlPlaneFlag: 'quotas',
    placeholder: 'on|off',
    default: 'off',
    schema: onOff,
    doc: 'Throttle the local control plane as AWS does: each action 10 times a second for each account and region.',
  }),
  localLatency: setting({
    variable: 'IOTGW_LOCAL_LATENCY_MS',
    flag: 'local-latency-ms',
    controlPlaneFlag: 'latency-ms',
    placeholder: 'ms|min-max',
    default: '0',
    schema: milliseconds,
    doc: 'How long the local control plane takes for each answer.',
  }),
  localFaults: setting({
    variable: 'IOTGW_LOCAL_FAULTS',
    flag: 'local-faults',
    controlPlaneFlag: 'faults',
    placeholder: 'JSON',
    default: '[]',
    schema: jsonArray,
    doc: 'Faults of the local control plane, as a JSON array; docs/control-plane.md lists their kinds.',
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;

export type Config = Readonly<{
  [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']>;
}>;

/** Settings that stop the start; the message has a line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each value came from. */
  readonly origins: Readonly<Record<SettingName, 'flag' | 'environment' | 'default'>>;
  /** Things worth telling that do not stop the start. */
  readonly hints: readonly string[];
}

export type Flags = Readonly<Partial<Record<SettingName, string>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = Object.keys(SETTINGS) as SettingName[];
const PREFIX = 'IOTGW_';
/** What Kubernetes injects into each pod for a Service called `iotgw`. */
const SERVICE_NAME =
  /^IOTGW_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const SERVICE_VALUE = /^(?:tcp|udp|sctp):\/\//;

/**
 * Settings from flags, then environment, then defaults. Throws ConfigError naming all that is wrong;
 * `flagOf` tells how the command at hand calls the flag of a setting.
 */
export function loadConfig(
  environment: Environment,
  flags: Flags = {},
  flagOf: (name: SettingName) => string | undefined = (name) => SETTINGS[name].flag,
): LoadedConfig {
  const { given, hints, problems } = readVariables(environment);
  const config: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<LoadedConfig['origins']> = {};
  for (const name of NAMES) {
    const { variable, schema, default: standard, secret } = SETTINGS[name];
    const origin = name in flags ? 'flag' : name in given ? 'environment' : 'default';
    const value = { flag: flags[name], environment: given[name], default: standard }[origin];
    const result = schema.safeParse(value);
    if (result.success) {
      config[name] = result.data;
    } else {
      const source = origin === 'flag' ? `--${flagOf(name)} (${variable})` : variable;
      const shown = secret ? '' : ` (it is ${JSON.stringify(value)})`;
      problems.push(`${source} ${result.error.issues[0]?.message}${shown}`);
    }
    Object.assign(origins, { [name]: origin });
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return {
    config: freeze(config) as Config,
    origins: origins as LoadedConfig['origins'],
    hints,
  };
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

function readVariables(environment: Environment) {
  const given: Partial<Record<SettingName, string>> = {};
  const hints: string[] = [];
  const problems: string[] = [];
  const byVariable = new Map<string, SettingName>(
    NAMES.map((name) => [SETTINGS[name].variable, name]),
  );
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue;
    const name = byVariable.get(variable);
    if (SERVICE_VALUE.test(value) || (!name && SERVICE_NAME.test(variable))) {
      hints.push(
        `${variable} looks like what Kubernetes sets for a Service named "iotgw"; it is passed over. Rename the Service or set enableServiceLinks: false.`,
      );
    } else if (name) {
      given[name] = value;
    } else {
      problems.push(`${variable} is not a setting; iotgw serve --help lists those that are`);
    }
  }
  return { given, hints, problems };
}

/** The variables of the AWS SDK worth showing beside ours; those with secrets are masked. */
const AWS_VARIABLES: ReadonlyArray<{ readonly variable: string; readonly secret: boolean }> = [
  { variable: 'AWS_REGION', secret: false },
  { variable: 'AWS_PROFILE', secret: false },
  { variable: 'AWS_ENDPOINT_URL_IOT', secret: false },
  { variable: 'AWS_ENDPOINT_URL', secret: false },
  { variable: 'AWS_ACCESS_KEY_ID', secret: true },
  { variable: 'AWS_SECRET_ACCESS_KEY', secret: true },
  { variable: 'AWS_SESSION_TOKEN', secret: true },
];

const MASK = '********';

/** The effective settings as lines of `VARIABLE=value  # where from`, secrets masked. */
export function describeConfig(
  environment: Environment,
  { config, origins }: LoadedConfig,
): string[] {
  const lines = NAMES.map((name) => {
    const { variable, secret } = SETTINGS[name];
    const value = config[name];
    const shown = secret && value !== undefined ? MASK : showValue(value);
    return `${variable}=${shown}  # ${origins[name]}`;
  });
  if (config.upstream !== 'aws') return lines;
  for (const { variable, secret } of AWS_VARIABLES) {
    const value = environment[variable];
    if (value === undefined) continue;
    lines.push(`${variable}=${secret ? MASK : withoutPassword(value)}  # environment`);
  }
  return lines;
}

/** A URL without the user and password it may carry; any other text as it is. */
function withoutPassword(value: string): string {
  return value.replace(/^(\w+:\/\/)[^/]*@/, `$1${MASK}@`);
}

function showValue(value: Config[SettingName]): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'object' && 'minMs' in value
    ? `${value.minMs}-${value.maxMs}`
    : String(value);
}

/** docs/configuration.md, made from the table. */
export function configurationPage(): string {
  const rows = NAMES.map((name) => {
    const {
      variable,
      flag,
      controlPlaneFlag,
      default: standard,
      placeholder,
      doc,
    } = SETTINGS[name];
    const controlPlane = controlPlaneFlag === undefined ? '' : `\`--${controlPlaneFlag}\``;
    const cells = [
      `\`${variable}\``,
      `\`--${flag}\``,
      controlPlane,
      `\`${placeholder.replaceAll('|', '\\|')}\``,
      standard === undefined ? '(unset)' : `\`${standard}\``,
      doc,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '# Configuration',
    '',
    '<!-- Made from the table in src/config.ts by `npm run generate`; do not edit. -->',
    '',
    'A flag wins over the environment variable, which wins over the default. `iotgw config` prints what is in force.',
    '',
    '| variable | flag of `serve` | flag of `control-plane` | value | default | what it does |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'With `IOTGW_UPSTREAM=aws` the AWS SDK finds credentials, region and endpoint as it always does: `AWS_REGION`, `AWS_PROFILE`, `AWS_ENDPOINT_URL_IOT`, the shared configuration files, roles of containers and instances.',
    '',
    'A name that begins with `IOTGW_` and is not in the table, or a value that a row does not allow, stops the start with a message that names it. Variables that Kubernetes sets for a Service of the name `iotgw` are passed over with a hint.',
    '',
  ].join('\n');
}

/** The process's environment; nothing else reads it. */
export function readEnvironment(): Environment {
  return process.env;
}

/** Keeps the SDK's notice about the support of Node.js 20 out of the start block. */
export function silenceSdkNotice(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
