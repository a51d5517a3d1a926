import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

interface Build {
  bundle(root: string, directory: string, entryPoints: Record<string, string>): Promise<number>;
}

export interface GatewayProcess {
  readonly url: string;
  /** What it wrote to standard error so far. */
  readonly stderr: () => string;
  /** Ends it with SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

/** The gateway as it is bundled, with a place for its records. */
export interface GatewayBundle {
  /** Rejects when the process ends before it has printed its URL. */
  start(endpoint: string, ratePerSecond: number): Promise<GatewayProcess>;
  remove(): Promise<void>;
}

export async function bundleGateway(): Promise<GatewayBundle> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const build: Build = await import(new URL('../../scripts/build.mjs', import.meta.url).href);
  const folder = await mkdtemp(path.join(tmpdir(), 'bulk-'));
  await build.bundle(root, path.join(folder, 'dist'), { gateway: 'test/bulk/gatewayMain.ts' });
  await cp(path.join(root, 'schema.graphql'), path.join(folder, 'schema.graphql'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  return {
    start: (endpoint, ratePerSecond) =>
      startProcess([
        path.join(folder, 'dist/gateway.mjs'),
        endpoint,
        path.join(folder, 'data'),
        String(ratePerSecond),
      ]),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function startProcess(args: readonly string[]): Promise<GatewayProcess> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<undefined>((resolve) => child.once('exit', () => resolve(undefined)));
  const url = await Promise.race([
    new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    }),
    ended,
  ]);
  if (url === undefined) throw new Error(`The gateway ended at its start: ${stderr}`);
  return {
    url,
    stderr: () => stderr,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
