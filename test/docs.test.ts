import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../src/config.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');

/** The name that a test or a group of tests is declared with, also by `each`. */
function declares(source: string, name: string): boolean {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "\\\\?'");
  return new RegExp(`\\(\\s*(['"\`])${literal}\\1,`).test(source);
}

/** The heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

interface Proof {
  readonly row: string;
  readonly file: string;
  readonly names: readonly string[];
}

/** The proofs of the promises: a link to a file of tests, and names of tests in it, in quotes. */
function proofsIn(page: string): Proof[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((row) =>
      [...row.matchAll(/\[[^\]]*\]\(\.\.\/(test\/[^)]+)\):((?: ?“[^”]+”,?)*)/g)].map(
        ([, file = '', quoted = '']) => ({
          row,
          file,
          names: [...quoted.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name),
        }),
      ),
    );
}

describe('docs/security.md', () => {
  test('names a test for every promise, and each of them is there', async () => {
    const page = await read('docs/security.md');
    const promises = page.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    expect(promises.length).toBeGreaterThan(20);
    const proofs = proofsIn(page);
    const missing: string[] = promises.filter(
      (line) => !proofs.some(({ row, names }) => row === line && names.length > 0),
    );
    for (const { file, names } of proofs) {
      const source = await read(file).catch(() => undefined);
      if (source === undefined) missing.push(file);
      for (const name of names) {
        if (source !== undefined && !declares(source, name)) missing.push(`${file}: ${name}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('numbers its promises from 1 on', async () => {
    const page = await read('docs/security.md');
    const numbers = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, place) => place + 1));
  });

  test('tells the results that the runs wrote down', async () => {
    const [security, abuse, soak] = await Promise.all([
      read('docs/security.md'),
      read('docs/abuse.md'),
      read('docs/soak.md'),
    ]);
    const summary = /^\*\*(Of \d+ attacks .+?\.)\*\*/m.exec(abuse)?.[1];
    expect(summary).toBeDefined();
    expect(security).toContain(summary);
    const checks = [...soak.matchAll(/^\| (.+) \| (yes|\*\*no\*\*) \| (.+) \|$/gm)];
    expect(checks.length).toBeGreaterThan(5);
    for (const [, text = '', , found = ''] of checks) {
      expect(security).toContain(`| ${text} | ${found} |`);
    }
  });
});

describe('a check of names', () => {
  test('finds tests of every form, and no other text', () => {
    const source = [
      "test('plain', () => {});",
      'test.each([[1], [2]])(',
      "  'by each %p',",
      '  () => {});',
      'describe("with the host\'s name", () => {});',
      "const text = 'no test';",
    ].join('\n');
    const names = ['plain', 'by each %p', "with the host's name", 'no test', 'plai', 'lain'];
    expect(names.map((name) => declares(source, name))).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
  });
});

describe('docs/runbook.md', () => {
  test('names settings, codes and metrics that there are', async () => {
    const [page, errors, metrics] = await Promise.all([
      read('docs/runbook.md'),
      read('docs/errors.md'),
      read('src/telemetry/metrics.ts'),
    ]);
    const known = new Set(Object.values(SETTINGS).map(({ variable }) => variable as string));
    const settings = [...page.matchAll(/\bIOTGW_[A-Z_]+/g)].map(([name]) => name);
    expect(settings.filter((name) => !known.has(name))).toEqual([]);
    const codes = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code);
    const isCode = (code: string): boolean => known.has(code) || errors.includes(`\`${code}\``);
    expect(codes.filter((code) => !isCode(code))).toEqual([]);
    const names = [...page.matchAll(/\biotgw_[a-z_]+/g)].map(([name]) => name);
    expect(names.length).toBeGreaterThan(5);
    // Some are made of a prefix and a table of endings.
    const isMetric = (name: string): boolean =>
      metrics.includes(`'${name}'`) ||
      metrics.includes(`  ${name.replace('iotgw_permits_', '')}: [`) ||
      metrics.includes(`  ${name.replace(/^iotgw_|_total$/g, '')}: [`);
    expect(names.filter((name) => !isMetric(name))).toEqual([]);
  });
});

test('links between the pages lead somewhere', async () => {
  const pages = (await readdir(path.join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  const broken: string[] = [];
  for (const page of pages) {
    const text = await read(`docs/${page}`);
    for (const [, target = '', anchor] of text.matchAll(/\]\(([^)#:]*)(?:#([^)]+))?\)/g)) {
      const file = target === '' ? `docs/${page}` : path.join('docs', target);
      const found = await read(file).catch(() => undefined);
      const headings = [...(found ?? '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        anchorOf(heading),
      );
      const leads = found !== undefined && (anchor === undefined || headings.includes(anchor));
      if (!leads) broken.push(`${page}: ${target}#${anchor ?? ''}`);
    }
  }
  expect(broken).toEqual([]);
});
