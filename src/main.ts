import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { AttachOptions } from './cli/attach.ts';
import { CliError } from './cli/cliError.ts';
import { systemClock } from './clock.ts';
import {
  type Config,
  ConfigError,
  describeConfig,
  type Flags,
  type LoadedConfig,
  loadConfig,
  readEnvironment,
  SETTINGS,
  type SettingName,
  silenceSdkNotice,
} from './config.ts';
import { AwsError } from './controlplane/awsError.ts';
import type { Fault } from './controlplane/dialFormats.ts';
import { RemoteListenError } from './controlplane/listenerGuard.ts';
import { SeedError } from './controlplane/seedError.ts';
import type { Seed } from './controlplane/seedFormat.ts';
import { type ControlPlane, startControlPlane } from './controlplane/server.ts';
import { DataDirectoryError } from './dataDirectory.ts';
import { type Gateway, readSchemaText, startGateway } from './gateway.ts';
import type { Target } from './upstream/upstream.ts';

/** What the local control plane and its clients agree on; it checks no signature. */
const LOCAL_ACCOUNT = '123456789012';
const LOCAL_REGION = 'us-east-1';
const LOCAL_SECRET = 'local';
const LOOPBACK = '127.0.0.1';

const EXAMPLE_QUERY =
  '{ provisioningTemplates(first: 5) { nodes { templateName type caCertificates(first: 3) { nodes { certificateId status } } } } }';

/** A start that cannot be; the message says what to change. */
class StartError extends Error {
  override readonly name = 'StartError';
}

async function serve(config: Config): Promise<void> {
  const controlPlane =
    config.upstream === 'local' ? await openControlPlane(config, 'local-port') : undefined;
  let gateway: Gateway;
  try {
    gateway = await startGateway({
      host: config.host,
      port: config.port,
      target: controlPlane ? localTarget(controlPlane.url) : { name: 'aws' },
      clock: systemClock,
      // The local control plane has quotas only when it was told to.
      ...(controlPlane && !config.localQuotas ? {} : { quotaShare: config.quotaShare }),
      costMax: config.costMax,
      deadlineMs: config.deadline,
      memoryBytes: config.memory * 1024 * 1024,
      ...(config.dataDir === undefined ? {} : { dataDir: config.dataDir }),
      journalBytes: config.journal * 1024 * 1024,
      onFault: reportFault,
    });
  } catch (error) {
    await controlPlane?.close();
    throw listenProblem(error, config.host, config.port, 'port', SETTINGS.port.variable);
  }
  untilSignal(async () => {
    await gateway.drain();
    await controlPlane?.close();
  });
  process.stdout.write(startBlock(gateway.url, controlPlane?.url));
}

async function serveControlPlane(config: Config): Promise<void> {
  const controlPlane = await openControlPlane(config, 'port');
  untilSignal(() => controlPlane.close());
  process.stdout.write(
    [
      '',
      `  AWS IoT control plane  ${controlPlane.url}`,
      '',
      ...awsLines(controlPlane.url),
      '',
    ].join('\n'),
  );
}

function localTarget(endpoint: string): Target {
  return {
    name: 'local',
    region: LOCAL_REGION,
    endpoint,
    credentials: { accessKeyId: LOCAL_ACCOUNT, secretAccessKey: LOCAL_SECRET },
  };
}

async function openControlPlane(config: Config, portFlag: string): Promise<ControlPlane> {
  // Opening the gateway to the network must not open the control plane, which trusts everybody.
  const isKept = portFlag === 'local-port' && !config.localAllowRemote;
  const host = isKept ? LOOPBACK : config.host;
  const seed = await readSeed(config.localSeed);
  const faults = await readFaults(config.localFaults);
  if (config.localAllowRemote) {
    process.stderr.write(
      `WARNING: ${SETTINGS.localAllowRemote.variable} is on. The control plane checks no signature: whoever reaches ${host} may register CAs and delete everything.\n`,
    );
  }
  try {
    return await startControlPlane({
      host,
      port: config.localPort,
      allowRemote: config.localAllowRemote,
      ...(config.localDataDir === undefined ? {} : { dataDir: config.localDataDir }),
      seeds: seed === undefined ? [] : [seed],
      ...(config.localQuotas ? { quotas: { enabled: true } } : {}),
      ...(config.localLatency.maxMs > 0 ? { latency: config.localLatency } : {}),
      ...(faults.length > 0 ? { faults } : {}),
      onInternalError: reportFault,
    });
  } catch (error) {
    if (error instanceof SeedError) {
      const { variable } = SETTINGS.localSeed;
      throw new StartError(`${variable}: ${config.localSeed} is not a seed. ${error.message}`);
    }
    if (error instanceof RemoteListenError) {
      const { variable } = SETTINGS.localAllowRemote;
      throw new StartError(`${error.message} That is --allow-remote on or ${variable}=on.`);
    }
    throw listenProblem(error, host, config.localPort, portFlag, SETTINGS.localPort.variable);
  }
}

/** Checked here, so that what is wrong is told by the variable's name. */
async function readFaults(setting: readonly unknown[]): Promise<readonly Fault[]> {
  if (setting.length === 0) return [];
  const { faultsSchema, parse } = await import('./controlplane/dialFormats.ts');
  return parse(faultsSchema, setting, SETTINGS.localFaults.variable);
}

/** The seed a setting names: the demo fleet, nothing, or a file, whose content is checked later. */
async function readSeed(setting: string): Promise<Seed | 'demo' | undefined> {
  if (setting === 'none') return undefined;
  if (setting === 'demo') return 'demo';
  const { variable } = SETTINGS.localSeed;
  try {
    return JSON.parse(await readFile(setting, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new StartError(`${variable}: ${setting} is not JSON. ${error.message}`);
    }
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      `${variable} must be demo, none or a readable file; ${setting} cannot be read (${code}).`,
    );
  }
}

/** Turns the system's errors about an address into words that name the setting. */
function listenProblem(
  error: unknown,
  host: string,
  port: number,
  flag: string,
  variable: string,
): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} of ${host} is taken. Choose another with --${flag} or ${variable}; 0 means any free port.`,
      );
    case 'EACCES':
      return new StartError(
        `Port ${port} of ${host} is not allowed to this user. Choose one above 1023 with --${flag} or ${variable}.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        `${host} is not an address of this machine. Choose another with --host or ${SETTINGS.host.variable}.`,
      );
    default:
      return error;
  }
}

function awsLines(url: string): string[] {
  return [
    '  With the AWS CLI:',
    `  AWS_ACCESS_KEY_ID=${LOCAL_ACCOUNT} AWS_SECRET_ACCESS_KEY=${LOCAL_SECRET} \\`,
    `    aws --region ${LOCAL_REGION} --endpoint-url ${url} iot list-provisioning-templates`,
    '',
  ];
}

function startBlock(gatewayUrl: string, controlPlaneUrl: string | undefined): string {
  const where =
    controlPlaneUrl === undefined
      ? '  Upstream   AWS IoT, with the credentials and region of the AWS settings'
      : `  Local AWS IoT control plane  ${controlPlaneUrl}`;
  return [
    '',
    `  GraphQL    ${gatewayUrl}/graphql   (GraphiQL in a browser: ${gatewayUrl}/)`,
    where,
    '',
    '  A query to paste:',
    `  curl -s ${gatewayUrl}/graphql -H 'content-type: application/json' \\`,
    `    -d '{"query": "${EXAMPLE_QUERY}"}'`,
    '',
    ...(controlPlaneUrl === undefined ? [] : awsLines(controlPlaneUrl)),
    '',
  ].join('\n');
}

/** On SIGTERM or SIGINT drains and exits 0; a second signal exits at once. */
function untilSignal(drain: () => Promise<void>): void {
  let isDraining = false;
  const onSignal = (): void => {
    if (isDraining) process.exit(1);
    isDraining = true;
    drain().then(
      () => process.exit(0),
      (error) => {
        reportFault(error, undefined);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** One JSON object a line on standard error. */
function reportFault(error: unknown, requestId: string | undefined): void {
  process.stderr.write(`${JSON.stringify({ level: 'error', requestId, error: traceOf(error) })}\n`);
}

/** The stack of an error and of what caused it. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stack = error.message, cause } = error;
  return cause === undefined ? stack : `${stack}\nCaused by: ${traceOf(cause)}`;
}

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** Gives a command a flag for each setting that has one there, and reads the settings from them. */
function withSettings(
  command: Command,
  flagOf: (name: SettingName) => string | undefined,
  run: (loaded: LoadedConfig) => Promise<void> | void,
): Command {
  for (const name of NAMES) {
    const flag = flagOf(name);
    if (flag === undefined) continue;
    const { placeholder, variable, default: standard, doc } = SETTINGS[name];
    const usual = standard === undefined ? '' : `, default ${standard}`;
    command.addOption(new Option(`--${flag} <${placeholder}>`, `${doc} (${variable}${usual})`));
  }
  return command.action(async () => {
    const options: Record<string, string> = command.opts();
    const flags: Partial<Record<SettingName, string>> = {};
    for (const name of NAMES) {
      const given = options[camelCase(flagOf(name) ?? '')];
      if (given !== undefined) flags[name] = given;
    }
    await run(load(flags, flagOf));
  });
}

const camelCase = (flag: string): string =>
  flag.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());

function load(flags: Flags, flagOf: (name: SettingName) => string | undefined): LoadedConfig {
  const loaded = loadConfig(readEnvironment(), flags, flagOf);
  for (const hint of loaded.hints) process.stderr.write(`${hint}\n`);
  return loaded;
}

const ofServe = (name: SettingName): string => SETTINGS[name].flag;
const ofControlPlane = (name: SettingName): string | undefined => {
  const { controlPlaneFlag } = SETTINGS[name] as { controlPlaneFlag?: string };
  return controlPlaneFlag;
};

function commandLine(): Command {
  const program = new Command('iotgw').description(
    'A GraphQL gateway over AWS IoT provisioning, with a local AWS IoT control plane inside',
  );
  withSettings(
    program.command('serve', { isDefault: true }).description('start the gateway (the default)'),
    ofServe,
    ({ config }) => serve(config),
  );
  withSettings(
    program.command('control-plane').description('start the local AWS IoT control plane alone'),
    ofControlPlane,
    ({ config }) => serveControlPlane(config),
  );
  program
    .command('attach')
    .description('attach a template to many CA certificates, through a running gateway')
    .requiredOption('--template <name>', 'the template, of type JITP')
    .requiredOption(
      '--filter <conditions>',
      "which CAs, as status=ACTIVE,registration=NONE|INLINE or as JSON; '{}' means all",
    )
    .option('--url <url>', 'where the gateway listens', 'http://127.0.0.1:4000')
    .option('--enable-auto-registration', 'enable auto registration in the same step')
    .option('--activate', 'set the CAs to ACTIVE in the same step')
    .option('--yes', 'apply the plan without asking')
    .action(async (options: AttachOptions) => {
      const { attach } = await import('./cli/attach.ts');
      process.exitCode = await attach(options, { input: process.stdin, output: process.stdout });
    });
  program
    .command('print-schema')
    .description('print the GraphQL schema')
    .action(async () => {
      process.stdout.write(await readSchemaText());
    });
  withSettings(
    program.command('config').description('print the settings in force, secrets masked'),
    ofServe,
    (loaded) => {
      process.stdout.write(`${describeConfig(readEnvironment(), loaded).join('\n')}\n`);
    },
  );
  return program;
}

const SAID_PLAINLY = [CliError, ConfigError, StartError, AwsError, DataDirectoryError];

async function run(): Promise<void> {
  silenceSdkNotice();
  // Whoever read the output may leave; that is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  try {
    await commandLine().parseAsync();
  } catch (error) {
    const isPlain = SAID_PLAINLY.some((kind) => error instanceof kind);
    process.stderr.write(`iotgw: ${isPlain ? (error as Error).message : (error as Error).stack}\n`);
    process.exit(1);
  }
}

// Not awaited: the bundle is a script.
void run();
