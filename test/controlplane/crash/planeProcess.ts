import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** A control plane in a process of its own, so that it can be killed. */
export interface PlaneProcess {
  readonly url: string;
  readonly pid: number;
  /** Undefined while it runs. */
  exitCode(): number | NodeJS.Signals | undefined;
  /** Ends it with SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

/** Inside node_modules, so that the bundle finds the packages it leaves out. */
const bundleDirectory = new URL(
  '../../../node_modules/.cache/control-plane-crash/',
  import.meta.url,
);

/** Bundles the entry once; every process started from it loads the same file. */
export async function bundlePlaneMain(): Promise<string> {
  await mkdir(bundleDirectory, { recursive: true });
  const outfile = new URL(`planeMain-${process.pid}.mjs`, bundleDirectory).pathname;
  await build({
    entryPoints: [new URL('planeMain.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
  });
  return outfile;
}

/** Rejects when the process ends before it has printed its URL. */
export async function startPlaneProcess(bundle: string, dataDir: string): Promise<PlaneProcess> {
  const child = spawn(process.execPath, [bundle, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: '' },
  });
  let end: number | NodeJS.Signals | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = code ?? signal ?? 0;
      resolve();
    });
  });
  const url = await Promise.race([firstLine(child), ended]);
  if (url === undefined) throw new Error(`The control plane ended at its start: ${end}`);
  return {
    url,
    pid: child.pid ?? 0,
    exitCode: () => end,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });
}
