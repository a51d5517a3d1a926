import { AUTH_SETTINGS } from './authSettings.ts';
import { DEFAULTS } from './defaults.ts';
import { HTTP_SETTINGS } from './httpSettings.ts';
import { QUERY_SETTINGS } from './querySettings.ts';
import { setting } from './setting.ts';
import {
  count,
  jsonArray,
  milliseconds,
  oneOf,
  onOff,
  optionalText,
  port,
  share,
  text,
  Unfit,
} from './settingValues.ts';
import { TELEMETRY_SETTINGS } from './telemetrySettings.ts';

const MIB = 1024 * 1024;

/** Every setting of the gateway, in the order of the help and of docs/configuration.md. The only such table. */
export const SETTINGS = {
  host: setting({
    variable: 'IOTGW_HOST',
    flag: 'host',
    controlPlaneFlag: 'host',
    placeholder: 'address',
    default: '127.0.0.1',
    read: text,
    doc: 'The address to listen on, for the gateway and the local control plane.',
  }),
  port: setting({
    variable: 'IOTGW_PORT',
    flag: 'port',
    placeholder: 'port',
    default: '4000',
    read: port,
    doc: "The gateway's port; 0 means any free port.",
  }),
  upstream: setting({
    variable: 'IOTGW_UPSTREAM',
    flag: 'upstream',
    placeholder: 'local|aws',
    default: 'local',
    read: oneOf('local', 'aws'),
    doc: 'What answers: the local control plane, or AWS with the usual AWS_* settings.',
  }),
  costMax: setting({
    variable: 'IOTGW_COST_MAX',
    flag: 'cost-max',
    placeholder: 'calls',
    default: String(DEFAULTS.costMax),
    read: count(1, 100_000),
    doc: 'The most AWS calls that one operation may cost.',
  }),
  deadline: setting({
    variable: 'IOTGW_DEADLINE_MS',
    flag: 'deadline-ms',
    placeholder: 'ms',
    default: String(DEFAULTS.deadlineMs),
    read: count(100, 600_000),
    doc: 'How long one operation may take, in milliseconds.',
  }),
  ...AUTH_SETTINGS,
  ...HTTP_SETTINGS,
  ...QUERY_SETTINGS,
  ...TELEMETRY_SETTINGS,
  quotaShare: setting({
    variable: 'IOTGW_QUOTA_SHARE',
    flag: 'quota-share',
    placeholder: '0-1',
    default: String(DEFAULTS.quotaShare),
    read: share,
    doc: "The part of AWS's quotas that the gateway uses; the rest is left to the production fleet.",
  }),
  memory: setting({
    variable: 'IOTGW_MEMORY_MIB',
    flag: 'memory-mib',
    placeholder: 'MiB',
    default: String(DEFAULTS.memoryBytes / MIB),
    read: count(1, 65_536),
    doc: 'How much memory may keep what AWS answered.',
  }),
  dataDir: setting({
    variable: 'IOTGW_DATA_DIR',
    flag: 'data-dir',
    placeholder: 'directory',
    default: undefined,
    read: optionalText,
    doc: 'Where the gateway keeps its own records, in the subdirectory `gateway`: the journal of changes, idempotency keys, bulk operations. Without it they live in memory and end with the process. One gateway at a time may use a directory.',
  }),
  journal: setting({
    variable: 'IOTGW_JOURNAL_MIB',
    flag: 'journal-mib',
    placeholder: 'MiB',
    default: String(DEFAULTS.journalBytes / MIB),
    read: count(1, 65_536),
    doc: 'How much the journal of changes may hold; beyond it the oldest changes are dropped.',
  }),
  localPort: setting({
    variable: 'IOTGW_LOCAL_PORT',
    flag: 'local-port',
    controlPlaneFlag: 'port',
    placeholder: 'port',
    default: '4001',
    read: port,
    doc: "The local control plane's port; 0 means any free port.",
  }),
  localDataDir: setting({
    variable: 'IOTGW_LOCAL_DATA_DIR',
    flag: 'local-data-dir',
    controlPlaneFlag: 'data-dir',
    placeholder: 'directory',
    default: undefined,
    read: optionalText,
    doc: 'Where the local control plane keeps its state; without it the state lives in memory.',
  }),
  localSeed: setting({
    variable: 'IOTGW_LOCAL_SEED',
    flag: 'local-seed',
    controlPlaneFlag: 'seed',
    placeholder: 'demo|none|file.json',
    default: 'demo',
    read: text,
    doc: 'What an empty local control plane starts with: demo data, nothing, or a seed file.',
  }),
  localAllowRemote: setting({
    variable: 'IOTGW_LOCAL_ALLOW_REMOTE',
    flag: 'local-allow-remote',
    controlPlaneFlag: 'allow-remote',
    placeholder: 'on|off',
    default: 'off',
    read: onOff,
    doc: 'Let the local control plane listen beyond loopback. It checks no signature: whoever reaches it may do anything.',
  }),
  localQuotas: setting({
    variable: 'IOTGW_LOCAL_QUOTAS',
    flag: 'local-quotas',
    controlPlaneFlag: 'quotas',
    placeholder: 'on|off',
    default: 'off',
    read: onOff,
    doc: 'Throttle the local control plane as AWS does: each action 10 times a second for each account and region.',
  }),
  localLatency: setting({
    variable: 'IOTGW_LOCAL_LATENCY_MS',
    flag: 'local-latency-ms',
    controlPlaneFlag: 'latency-ms',
    placeholder: 'ms|min-max',
    default: '0',
    read: milliseconds,
    doc: 'How long the local control plane takes for each answer.',
  }),
  localFaults: setting({
    variable: 'IOTGW_LOCAL_FAULTS',
    flag: 'local-faults',
    controlPlaneFlag: 'faults',
    placeholder: 'JSON',
    default: '[]',
    read: jsonArray,
    doc: 'Faults of the local control plane, as a JSON array; docs/control-plane.md lists their kinds.',
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;

export type Config = Readonly<{
  [Name in SettingName]: ReturnType<(typeof SETTINGS)[Name]['read']>;
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
    const { variable, read, default: standard, secret } = SETTINGS[name];
    const origin = name in flags ? 'flag' : name in given ? 'environment' : 'default';
    const value = { flag: flags[name], environment: given[name], default: standard }[origin];
    try {
      config[name] = value === undefined ? undefined : read(value);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      const source = origin === 'flag' ? `--${flagOf(name)} (${variable})` : variable;
      const shown = secret ? '' : ` (it is ${JSON.stringify(value)})`;
      problems.push(`${source} ${error.message}${shown}`);
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

const isTexts = (values: readonly unknown[]): boolean =>
  values.length > 0 && values.every((value) => typeof value === 'string');

function showValue(value: Config[SettingName]): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return isTexts(value) ? value.join(',') : JSON.stringify(value);
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
