import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Client, withClient } from '../client.ts';
import { type BenchOptions, figure, median, type Table } from '../table.ts';

const MOST_OF_EMPTY = 2.5;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const QUERY = '{ provisioningTemplates(first: 5) { nodes { templateName } } }';

/** From the start of a process to the first answer of the bundled command line. */
export async function start({ isQuick, say }: BenchOptions): Promise<Table> {
  say('building');
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: ROOT });
  const rounds = isQuick ? 2 : 7;
  const emptyMs: number[] = [];
  const noneMs: number[] = [];
  const demoMs: number[] = [];
  // The round before the first fills the disk's caches.
  for (let round = 0; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    const empty = await timeEmpty();
    const none = await timeGateway('none');
    const demo = await timeGateway('demo');
    if (round === 0) continue;
    emptyMs.push(empty);
    noneMs.push(none);
    demoMs.push(demo);
  }
  const rows: ReadonlyArray<readonly [string, readonly number[]]> = [
    ['an empty node process (`node -e 0`)', emptyMs],
    ['gateway over an empty control plane (`--local-seed none`)', noneMs],
    ['gateway over the demo fleet (`--local-seed demo`)', demoMs],
  ];
  const ratioOf = (values: readonly number[]): number =>
    median(values.map((value, index) => value / (emptyMs[index] ?? Number.NaN)));
  return {
    name: 'start',
    title: '5. Start',
    about: `From the start of the process of the bundled command line (\`dist/main.js serve\`, with its control plane) to its first answer to a GraphQL query, against the whole life of an empty process; medians of ${rounds}, by turns.`,
    ratios: [
      {
        caption: 'In starts of an empty process',
        columns: ['process', 'ratio'],
        rows: rows.map(([name, values]) => [name, figure(ratioOf(values))]),
      },
    ],
    absolute: [
      {
        caption: 'Milliseconds',
        columns: ['process', 'median', 'least', 'most'],
        rows: rows.map(([name, values]) => [
          name,
          Math.round(median(values)),
          Math.round(Math.min(...values)),
          Math.round(Math.max(...values)),
        ]),
      },
    ],
    checks: [
      {
        text: `First answer within ${MOST_OF_EMPTY} times the start of an empty node process`,
        isMet: ratioOf(noneMs) <= MOST_OF_EMPTY,
        found: `${figure(ratioOf(noneMs))} times; with the demo fleet ${figure(ratioOf(demoMs))}`,
      },
    ],
  };
}

async function timeEmpty(): Promise<number> {
  const startMs = performance.now();
  await promisify(execFile)(process.execPath, ['-e', '0']);
  return performance.now() - startMs;
}

async function timeGateway(seed: 'none' | 'demo'): Promise<number> {
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    ['dist/main.js', 'serve', '--local-seed', seed, '--port', '0', '--local-port', '0'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const url = await urlOf(child);
    await withClient((client) => answer(client, url));
    return performance.now() - startMs;
  } finally {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  }
}

async function answer(client: Client, url: string): Promise<void> {
  const { errors } = await client.query(url, { query: QUERY });
  if (errors) throw new Error(JSON.stringify(errors[0]));
}

/** Where the gateway says that it listens. */
function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (part: Buffer) => {
      said += part.toString();
      const url = /http:\/\/[\w.:[\]]+\/graphql/.exec(said)?.[0];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}: ${said}`)));
  });
}
