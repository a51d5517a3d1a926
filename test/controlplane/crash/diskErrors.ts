import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateProvisioningTemplateCommand,
  IoTClient,
  paginateListProvisioningTemplates,
} from '@aws-sdk/client-iot';
import { bundlePlaneMain, type PlaneProcess, startPlaneProcess } from './planeProcess.ts';

export interface DiskErrorFigures {
  /** The system call that failed, and how. */
  readonly injected: string;
  readonly acknowledgedBefore: number;
  /** Answers to the writes while the disk failed, by error name and status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Refused writes that a read showed all the same. Has to be empty. */
  readonly visibleThoughRefused: readonly string[];
  /** Acknowledged once the disk was well again, by the same process. */
  readonly acknowledgedAfter: number;
  readonly survived: boolean;
  /** Acknowledged writes missing after kill -9 and a restart. Has to be empty. */
  readonly lost: readonly string[];
  /** Refused writes that the restart showed. Has to be empty: the next success undid them. */
  readonly surfaced: readonly string[];
}

const WRITES = 10;

/** Why the disk errors cannot be provoked on this machine; undefined when they can. */
export function whyNotHere(): string | undefined {
  const probe = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']);
  if (probe.error) return 'strace is not installed';
  return probe.status === 0 ? undefined : `strace may not trace here: ${probe.stderr}`;
}

/** Makes fdatasync fail with EIO under a running control plane. */
export function runSyncErrors(): Promise<DiskErrorFigures> {
  return run('fdatasync:error=EIO', async () => []);
}

/** Makes writes to LevelDB's log fail as on a full disk, and nothing else: sockets work on. */
export function runFullDisk(): Promise<DiskErrorFigures> {
  return run('write:error=ENOSPC', async (directory) => {
    const logs = (await readdir(directory)).filter((name) => name.endsWith('.log'));
    return logs.flatMap((name) => ['-P', join(directory, name)]);
  });
}

async function run(
  injected: string,
  pathArguments: (directory: string) => Promise<string[]>,
): Promise<DiskErrorFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'control-plane-disk-'));
  const bundle = await bundlePlaneMain();
  try {
    const plane = await startPlaneProcess(bundle, directory);
    const before = await writeSome(plane, 'before');
    const strace = await attach(plane, injected, await pathArguments(directory));
    const during = await writeSome(plane, 'during');
    const visible = await namesOn(plane);
    await detach(strace);
    const after = await writeSome(plane, 'after');
    const survived = plane.exitCode() === undefined;
    await plane.kill();

    const restarted = await startPlaneProcess(bundle, directory);
    const found = await namesOn(restarted);
    await restarted.kill();
    const acknowledged = [before, during, after].flatMap((writes) => writes.acknowledged);
    return {
      injected,
      acknowledgedBefore: before.acknowledged.length,
      answers: during.answers,
      visibleThoughRefused: during.refused.filter((name) => visible.has(name)),
      acknowledgedAfter: after.acknowledged.length,
      survived,
      lost: acknowledged.filter((name) => !found.has(name)),
      surfaced: during.refused.filter((name) => found.has(name)),
    };
  } finally {
    await rm(directory, { recursive: true });
    await rm(bundle);
  }
}

interface Writes {
  readonly acknowledged: readonly string[];
  readonly refused: readonly string[];
  readonly answers: Readonly<Record<string, number>>;
}

async function writeSome(plane: PlaneProcess, prefix: string): Promise<Writes> {
  const client = clientOf(plane);
  const acknowledged: string[] = [];
  const refused: string[] = [];
  const answers: Record<string, number> = {};
  for (let count = 0; count < WRITES; count += 1) {
    const templateName = `${prefix}-${count}`;
    const provisioningRoleArn = 'arn:aws:iam::123456789012:role/fleet';
    const input = { templateName, templateBody: '{"Resources":{}}', provisioningRoleArn };
    try {
      await client.send(new CreateProvisioningTemplateCommand(input));
      acknowledged.push(templateName);
    } catch (error) {
      const { name, $metadata } = error as {
        name: string;
        $metadata?: { httpStatusCode?: number };
      };
      const answer = `${name} ${$metadata?.httpStatusCode ?? 'no answer'}`;
      answers[answer] = (answers[answer] ?? 0) + 1;
      refused.push(templateName);
    }
  }
  client.destroy();
  return { acknowledged, refused, answers };
}

async function namesOn(plane: PlaneProcess): Promise<Set<string>> {
  const names = new Set<string>();
  const client = clientOf(plane);
  for await (const page of paginateListProvisioningTemplates({ client }, {})) {
    for (const { templateName = '' } of page.templates ?? []) names.add(templateName);
  }
  client.destroy();
  return names;
}

function clientOf(plane: PlaneProcess): IoTClient {
  return new IoTClient({
    endpoint: plane.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}

async function attach(
  plane: PlaneProcess,
  injected: string,
  pathArguments: readonly string[],
): Promise<ChildProcess> {
  const [call = ''] = injected.split(':');
  const filters = ['-e', `trace=${call}`, '-e', `inject=${injected}`, ...pathArguments];
  const strace = spawn('strace', ['-f', ...filters, '-p', String(plane.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    strace.once('exit', (code) => reject(new Error(`strace ended with ${code}`)));
    const lines = createInterface({ input: strace.stderr });
    lines.on('line', (line) => {
      if (line.includes('attached')) resolve();
    });
  });
  return strace;
}

function detach(strace: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    strace.once('exit', () => resolve());
    strace.kill('SIGINT');
  });
}
