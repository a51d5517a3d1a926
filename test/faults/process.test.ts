import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

interface Build {
  bundleCommand(root: string, directory: string, name: string, source: string): Promise<number>;
}

/** The command as users have it, in a process of its own. */
let folder: string;

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const build: Build = await import(new URL('../../scripts/build.mjs', import.meta.url).href);
  folder = await mkdtemp(path.join(tmpdir(), 'iotgw-'));
  await build.bundleCommand(root, path.join(folder, 'dist'), 'main', 'src/main.ts');
  await cp(path.join(root, 'schema.graphql'), path.join(folder, 'schema.graphql'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly exit: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command together with a module that is loaded before it; `onStart` once it has started. */
async function run(
  before: string,
  onStart: (kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const preload = path.join(folder, 'before.mjs');
  await writeFile(preload, before);
  const child = spawn(
    process.execPath,
    ['--import', preload, path.join(folder, 'dist/main.js'), '--port', '0', '--local-port', '0'],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const hadStarted = stdout.endsWith('\n\n');
    stdout += chunk;
    if (!hadStarted && stdout.endsWith('\n\n')) onStart((signal) => child.kill(signal));
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ exit: code ?? signal, stdout, stderr }));
  });
}

describe('a signal before the gateway has started', () => {
  test.each(['SIGTERM', 'SIGINT'])('%s ends the process with 0', async (signal) => {
    // As early as it can be heard.
    const { exit, stderr } = await run(
      `process.on('newListener', (event) => {
        if (event === '${signal}') setImmediate(() => process.kill(process.pid, '${signal}'));
      });`,
    );
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });
});

const KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI7K7MDENGxbPxRfiCYEXAMPLEKEY';
const PEM = `-----BEGIN PRIVATE KEY-----\\n${'MIIEvQ'.repeat(20)}\\n-----END PRIVATE KEY-----`;
const TEXT = `broken ${KEY_ID} secret=${SECRET} ${PEM}\\n{"level":"forged"}`;

describe.each([
  ['an uncaught error', `throw new Error("${TEXT.replaceAll('"', '\\"')}")`],
  ['an unhandled rejection', `Promise.reject(new Error("${TEXT.replaceAll('"', '\\"')}"))`],
  ['something thrown that is no error', 'throw { toString() { throw 1; } }'],
])('%s', (name, failing) => {
  test('is one line without secrets, and ends the process with 1', async () => {
    const { exit, stderr } = await run(`process.on('SIGUSR2', () => { ${failing} });`, (kill) =>
      kill('SIGUSR2'),
    );
    expect(exit).toBe(1);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '');
    expect(JSON.stringify(line)).toContain('uncaught error');
    if (!name.startsWith('something')) expect(JSON.stringify(line)).toContain('broken');
    for (const secret of [KEY_ID, SECRET, 'MIIEvQ']) expect(stderr).not.toContain(secret);
  });
});
