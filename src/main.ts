import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { AuthError } from './auth/authError.ts';
import { authOptionsOf } from './auth/settings.ts';
import { notice } from './channels.ts';
import type { AttachOptions } from './cli/attach.ts';
import { CliError } from './cli/cliError.ts';
import type { IamPolicyOptions } from './cli/iamPolicy.ts';
import { keysCommands } from './cli/keysCommands.ts';
import { controlPlaneBlock, LOCAL_AWS, startBlock } from './cli/startBlock.ts';
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
import { DocumentListError } from './documentList.ts';
import { exposureOptions } from './exposure/options.ts';
import { TlsError } from './exposure/tls.ts';
import { type Gateway, readSchemaText, startGateway } from './gateway.ts';
import { endOnCrash, endOnSignals } from './processEnd.ts';
import { queryOptions } from './queryOptions.ts';
import { withoutSecretTexts } from './redaction.ts';
import { logWarnings, reportCrash, reportFault } from './telemetry/faults.ts';
import { traceOf } from './telemetry/line.ts';
import { startTelemetry, type Telemetry } from './telemetry.ts';
import { checkTarget, TargetError } from './upstream/targetCheck.ts';
import type { Target } from './upstream/upstream.ts';

const LOOPBACK = '127.0.0.1';

/** Long enough for a client that asks without a pause to be told that this gateway is about to stop. */
const LINGER_MS = 500;

/** A start that cannot be; the message says what to change. */
class StartError extends Error {
  override readonly name = 'StartError';
}

async function serve(config: Config): Promise<void> {
  const started = untilSignal();
  const auth = authOptionsOf(config);
  const isLocal = config.upstream === 'local';
  const level = config.logLevel ?? (isLocal ? 'warn' : 'info');
  const telemetry = await startTelemetry({ clock: systemClock, level });
  logWarnings(process);
  process.once('exit', () => telemetry.end());
  const controlPlane =
    config.upstream === 'local' ? await openControlPlane(config, 'local-port') : undefined;
  let gateway: Gateway;
  try {
    gateway = await startGateway({
      host: config.host,
      port: config.port,
      ...(auth === undefined ? {} : { auth }),
      target: controlPlane ? localTarget(controlPlane.url) : { name: 'aws' },
      clock: systemClock,
      // The local control plane has quotas only when it was told to.
      ...(controlPlane && !config.localQuotas ? {} : { quotaShare: config.quotaShare }),
      ...(await queryOptions(config)),
      exposure: exposureOptions(config),
      costMax: config.costMax,
      deadlineMs: config.deadline,
      memoryBytes: config.memory * 1024 * 1024,
      ...(config.dataDir === undefined ? {} : { dataDir: config.dataDir }),
      journalBytes: config.journal * 1024 * 1024,
      lingerMs: LINGER_MS,
      onFault: reportFault,
    });
  } catch (error) {
    await controlPlane?.close();
    throw listenProblem(error, config.host, config.port, 'port', SETTINGS.port.variable);
  }
  process.on('SIGHUP', () => {
    if (config.tlsCert !== undefined) void gateway.reloadTls();
    // There is nothing to read again: the terminal was closed, and work under way is to end as ever.
    else process.kill(process.pid, 'SIGTERM');
  });
  const metrics = await serveMetrics(config, telemetry, gateway);
  const facts = { url: gateway.url, upstream: config.upstream };
  notice.publish({ level: 'info', message: 'listening', facts });
  started(async () => {
    notice.publish({ level: 'info', message: 'draining' });
    await gateway.drain();
    await controlPlane?.close();
    await telemetry.close();
  });
  process.stdout.write(
    startBlock({ gateway: gateway.url, controlPlane: controlPlane?.url, metrics, auth }),
  );
}

/** Where the metrics are; a gateway that cannot be watched as it was told to be does not start. */
async function serveMetrics(
  config: Config,
  telemetry: Telemetry,
  gateway: Gateway,
): Promise<string | undefined> {
  const { metricsHost: host, metricsPort: port, allowedHosts = [] } = config;
  if (port === undefined) return undefined;
  try {
    return await telemetry.serveMetrics({ host, port, allowedHosts }, () => gateway.state());
  } catch (error) {
    await gateway.drain();
    throw listenProblem(error, host, port, 'metrics-port', SETTINGS.metricsPort.variable);
  }
}

/** From now on signals end the process in order, and errors that nobody catches end it at once. */
function untilSignal(): (drain: () => Promise<void>) => void {
  endOnCrash(process, reportCrash);
  return endOnSignals(process, (error) => reportFault(error, undefined));
}

async function serveControlPlane(config: Config): Promise<void> {
  const started = untilSignal();
  const controlPlane = await openControlPlane(config, 'port');
  started(() => controlPlane.close());
  process.stdout.write(controlPlaneBlock(controlPlane.url));
}

function localTarget(endpoint: string): Target {
  return { name: 'local', endpoint, ...LOCAL_AWS };
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
      // The gateway has stopped by then, and with it most of the time that a stop may take.
      ...(portFlag === 'local-port' ? { closeGraceMs: 1_000 } : {}),
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

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** Gives a command a flag for each setting that has one there, and reads the settings from them. */
function withSettings(
  command: Command,
  flagOf: (name: SettingName) => string | undefined,
  run: (loaded: LoadedConfig) => Promise<void> | void,
): Command {
  // Where `serve` comes first, no other command can run or be described.
  const isOut = process.argv[2] === 'serve' && command.name() !== 'serve';
  for (const name of isOut ? [] : NAMES) {
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

/** What can be found out, and printed, before the gateway runs. */
function checkCommands(program: Command): void {
  withSettings(
    program
      .command('check')
      .description('look for region and AWS credentials, and try two reads, but no change'),
    ofServe,
    async ({ config }) => {
      const { printChecks } = await import('./cli/check.ts');
      if (config.upstream === 'local') {
        throw new StartError(
          `There is nothing to check: ${SETTINGS.upstream.variable} is local. Use --upstream aws.`,
        );
      }
      const write = (text: string): boolean => process.stdout.write(text);
      const isWell = await printChecks(checkTarget({ name: 'aws' }, systemClock), write);
      process.exitCode = isWell ? 0 : 1;
    },
  );
  program
    .command('iam-policy')
    .description("print the IAM policy that the gateway's AWS credentials need")
    .option('--scopes <list>', 'only what callers with these scopes need, as read,ca:write')
    .option('--partition <name>', 'aws, aws-cn or aws-us-gov', 'aws')
    .option('--region <region>', 'one region; * for all', '*')
    .option('--account <account>', 'the account, 12 digits; * for any', '*')
    .option('--role-arn <arn...>', 'the roles that may be passed to AWS IoT; all when left out')
    .action(async (options: IamPolicyOptions) => {
      const { iamPolicyText } = await import('./cli/iamPolicy.ts');
      process.stdout.write(iamPolicyText(options));
    });
}

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
    .option('--token-file <file>', 'a file that holds an API key or a token for the gateway')
    .option('--enable-auto-registration', 'enable auto registration in the same step')
    .option('--activate', 'set the CAs to ACTIVE in the same step')
    .option('--yes', 'apply the plan without asking')
    .action(async (options: AttachOptions) => {
      const { attach } = await import('./cli/attach.ts');
      const terminal = { input: process.stdin, output: process.stdout };
      process.exitCode = await attach(options, terminal, await readSchemaText());
    });
  checkCommands(program);
  keysCommands(program, (flags) => load(flags, ofServe).config.dataDir);
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

const SAID_PLAINLY = [
  AuthError,
  CliError,
  ConfigError,
  StartError,
  TargetError,
  AwsError,
  DataDirectoryError,
  DocumentListError,
  TlsError,
];

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
    process.stderr.write(
      `iotgw: ${isPlain ? withoutSecretTexts((error as Error).message) : traceOf(error)}\n`,
    );
    process.exit(1);
  }
}

// Not awaited: the bundle is a script.
void run();
