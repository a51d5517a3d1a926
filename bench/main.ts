import { readFile, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { calls } from './sections/calls.ts';
import { growth } from './sections/growth.ts';
import { hostile } from './sections/hostile.ts';
import { quota } from './sections/quota.ts';
import { start } from './sections/start.ts';
import { warm } from './sections/warm.ts';
import { render, type Section } from './table.ts';

const SECTIONS: Readonly<Record<string, Section>> = { calls, quota, warm, growth, start, hostile };

const HEADING = [
  '# Results of the bench',
  '',
  'Written by `npm run bench`; [README.md](README.md) says how to run it and what each table says.',
  'Counts and ratios come first. Times and sizes are those of one run on one machine, and no promise.',
].join('\n');

/** Runs the sections named, prints their tables and puts them into RESULTS.md (not a quick run). */
export async function main(args: readonly string[], childFile: string): Promise<void> {
  const isQuick = args.includes('--quick');
  const isProfiled = args.includes('--profile');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const names = wanted.length === 0 || wanted.includes('all') ? Object.keys(SECTIONS) : wanted;
  const unknown = names.filter((name) => !Object.hasOwn(SECTIONS, name));
  if (unknown.length > 0) {
    console.error(`usage: run.mjs [${Object.keys(SECTIONS).join('|')}|all] [--quick]`);
    process.exitCode = 2;
    return;
  }
  for (const name of names) {
    const section = SECTIONS[name];
    if (section === undefined) continue;
    const startMs = performance.now();
    const table = await section({
      isQuick,
      childFile,
      profileFlags: isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${tmpdir()}/bench-profile`] : [],
      say: (line) => console.error(`  ${name}: ${line}`),
    });
    const text = render(table);
    const seconds = Math.round((performance.now() - startMs) / 1000);
    console.log(`\n${text}\n(${name}: ${seconds} s)`);
    if (!isQuick && !isProfiled) await keep(name, text);
  }
}

/** Puts one section in its place and leaves the others as they were. */
async function keep(name: string, text: string): Promise<void> {
  const file = new URL('./RESULTS.md', import.meta.url);
  const before = await readFile(file, 'utf8').catch(() => '');
  const sections = Object.keys(SECTIONS).map((one) => {
    const kept = new RegExp(`<!-- ${one} -->\n([\\s\\S]*?)<!-- end of ${one} -->`).exec(
      before,
    )?.[1];
    const own = one === name ? `\n${machine()}\n\n${text}\n` : kept;
    return own === undefined ? '' : `<!-- ${one} -->\n${own}<!-- end of ${one} -->\n`;
  });
  await writeFile(file, `${HEADING}\n\n${sections.filter((one) => one !== '').join('\n')}`);
}

function machine(): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Run on ${day} with Node.js ${process.version}, ${cpus().length} processors.`;
}
