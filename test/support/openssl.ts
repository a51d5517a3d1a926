import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '@jest/globals';

const found = spawnSync('openssl', ['version'], { encoding: 'utf8' });

const isThere = found.status === 0;

/** A test that runs the machine's openssl; skipped, saying so, where there is none. */
export function testWithOpenssl(name: string, run: () => Promise<void> | void): void {
  (isThere ? test : test.skip)(`${name}${isThere ? '' : ' (skipped: no openssl)'}`, run);
}

/** Runs work in a new folder that is gone afterwards. */
export async function inTemporaryFolder<Result>(
  work: (folder: string) => Promise<Result> | Result,
): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), "it's a folder "));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface ShellOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with /bin/sh in a folder. */
export function runShell(script: string, folder?: string): ShellOutcome {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  return { status, stdout, stderr };
}
