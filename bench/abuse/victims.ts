import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Dials } from './stockApollo.ts';
import type { Place } from './wire.ts';

export type Calls = Readonly<Record<string, number>>;

/** A server in a process of its own, as the attacks see it. */
export interface Victim extends Place {
  readonly kind: 'gateway' | 'stock';
  readonly pid: number;
  /** Of a caller that may read everything and change nothing, where the server tells callers apart. */
  readonly reader: Readonly<Record<string, string>>;
  /** Of a second one with the same rights. */
  readonly secondReader: Readonly<Record<string, string>>;
  /** Of another caller, who may do everything. */
  readonly operator: Readonly<Record<string, string>>;
  /** Of one that may follow bulk operations, and nothing else. */
  readonly follower: Readonly<Record<string, string>>;
  /** All that it has written to its standard streams. */
  output(): string;
  /** The memory of its process, in bytes; 0 when it has ended. */
  rssBytes(): number;
  /** The files and connections that its process holds open; 0 where the system does not tell. */
  descriptors(): number;
  /** Calls to what is behind it since they were asked for the last time, by AWS's action. */
  takeCalls(): Promise<Calls>;
  /** Makes some calls to what is behind it slow, or fail with this message. */
  set(dials: Dials): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<string>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** What stands behind the gateway: the control plane in a process of its own. */
export interface Backend {
  readonly url: string;
  kill(): Promise<void>;
}

export interface Programs {
  /** The command line of the gateway, as it is built. */
  readonly commandFile: string;
  readonly stockFile: string;
  readonly schemaFile: string;
}

const START_MS = 20_000;

/** What a production process of either kind is given. */
const PRODUCTION = {
  PATH: process.env.PATH ?? '',
  NODE_ENV: 'production',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

interface Started {
  readonly child: ChildProcess;
  readonly place: Place;
  readonly output: () => string;
  readonly ended: Promise<string>;
}

async function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  url: RegExp,
): Promise<Started> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let said = '';
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  const listening = new Promise<string>((resolve) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = url.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
  });
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), START_MS).unref();
  });
  const at = await Promise.race([listening, late, ended.then(() => undefined)]);
  if (at === undefined) {
    child.kill('SIGKILL');
    throw new Error(`A server did not start:\n${said}`);
  }
  const { hostname, port } = new URL(at);
  return { child, place: { host: hostname, port: Number(port) }, output: () => said, ended };
}

function common({ child, place, output, ended }: Started) {
  const pid = child.pid ?? 0;
  return {
    ...place,
    pid,
    output,
    rssBytes: () => rssBytes(pid),
    descriptors: () => descriptors(pid),
    signal: (name: NodeJS.Signals) => void child.kill(name),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The memory of a process in bytes, 0 when there is none of this id. */
export function rssBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return psRssBytes(pid);
  }
}

function descriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function psRssBytes(pid: number): number {
  try {
    return (
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
    );
  } catch {
    return 0;
  }
}

export async function startBackend(
  { commandFile }: Programs,
  flags: readonly string[] = [],
): Promise<Backend> {
  const { place, child, ended } = await start(
    [commandFile, 'control-plane', '--host', '127.0.0.1', '--port', '0', ...flags],
    PRODUCTION,
    /http:\/\/[\w.]+:\d+/,
  );
  return {
    url: `http://${place.host}:${place.port}`,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

type Headers = Readonly<Record<string, string>>;

/** API keys as `iotgw keys create` makes them, in a directory from which gateways get a copy. */
export interface Keys {
  readonly directory: string;
  readonly reader: Headers;
  readonly secondReader: Headers;
  readonly operator: Headers;
  readonly follower: Headers;
}

export async function makeKeys({ commandFile }: Programs): Promise<Keys> {
  const directory = await mkdtemp(join(tmpdir(), 'abuse-keys-'));
  const make = async (name: string, scopes: string): Promise<Headers> => {
    const flags = ['--name', name, '--scopes', scopes, '--data-dir', directory];
    const args = [commandFile, 'keys', 'create', ...flags];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: PRODUCTION });
    return { authorization: `Bearer ${stdout.split('\n')[0]}` };
  };
  return {
    directory,
    reader: await make('reader', 'read'),
    secondReader: await make('second-reader', 'read'),
    operator: await make('operator', 'all'),
    follower: await make('follower', 'bulk'),
  };
}

/** The gateway as it is run in front of AWS: with API keys, its records in the directory. */
export async function startOurs(
  programs: Programs,
  backend: Backend,
  keys: Keys,
  directory: string,
): Promise<Victim> {
  await cp(keys.directory, directory, { recursive: true });
  const env = {
    ...PRODUCTION,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'of-the-control-plane',
    AWS_ENDPOINT_URL_IOT: backend.url,
    IOTGW_DATA_DIR: directory,
    IOTGW_AUTH: 'api-key',
  };
  const args = [programs.commandFile, 'serve', '--upstream', 'aws', '--port', '0'];
  const started = await start(args, env, /http:\/\/[\w.]+:\d+/);
  const own = common(started);
  const control = (path: string, method: string, body?: unknown): Promise<Response> =>
    fetch(`${backend.url}/_local/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  return {
    ...own,
    kind: 'gateway',
    reader: keys.reader,
    secondReader: keys.secondReader,
    operator: keys.operator,
    follower: keys.follower,
    async takeCalls() {
      const { served } = (await (await control('calls', 'GET')).json()) as { served: Calls };
      await control('calls', 'DELETE');
      return served;
    },
    async set({ actions, delayMs, failure }) {
      const faults = actions.flatMap((action) => [
        ...(delayMs === 0 ? [] : [{ action, kind: 'delay', delayMs }]),
        ...(failure === undefined
          ? []
          : [{ action, kind: 'error', name: 'AccessDeniedException', message: failure }]),
      ]);
      await control('faults', 'PUT', faults);
    },
    async kill() {
      await own.kill();
      await control('faults', 'DELETE').catch(() => undefined);
    },
  };
}

/** Apollo Server as its documentation starts it. */
export async function startStock(programs: Programs): Promise<Victim> {
  const started = await start(
    [programs.stockFile, programs.schemaFile],
    PRODUCTION,
    /http:\/\/[\w.]+:\d+/,
  );
  const { child } = started;
  let lastId = 0;
  const ask = (question: object): Promise<unknown> =>
    new Promise((resolve) => {
      lastId += 1;
      const id = lastId;
      const hear = (answer: { readonly id: number; readonly value: unknown }): void => {
        if (answer.id !== id) return;
        child.off('message', hear);
        resolve(answer.value);
      };
      child.on('message', hear);
      child.send({ id, ...question }, () => undefined);
    });
  return {
    ...common(started),
    kind: 'stock',
    reader: {},
    secondReader: {},
    operator: {},
    follower: {},
    takeCalls: () => ask({ name: 'calls' }) as Promise<Calls>,
    set: async (dials) => void (await ask({ name: 'dials', dials })),
  };
}
