import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

interface Build {
  hashInputs(root: string): Promise<string>;
  isUpToDate(root: string): Promise<boolean>;
  compressFiles(directory: string): Promise<{ files: number; bytes: number; brotliBytes: number }>;
  bundle(root: string, directory: string, entryPoints: Record<string, string>): Promise<number>;
  makeExecutable(file: string): Promise<void>;
}

const script = new URL('../scripts/build.mjs', import.meta.url).href;
const build: Build = await import(script);

let root: string;
const inRoot = (...parts: string[]) => path.join(root, ...parts);

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'build-'));
  await mkdir(inRoot('src/inner'), { recursive: true });
  await mkdir(inRoot('dist/web'), { recursive: true });
  await writeFile(inRoot('src/inner/a.ts'), 'export const a = 1;');
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('what is up to date', () => {
  async function pretendBuilt(): Promise<void> {
    for (const output of ['main.js', 'control-plane.js', 'web/index.html']) {
      await writeFile(inRoot('dist', output), 'built');
    }
    await writeFile(inRoot('dist/.stamp'), await build.hashInputs(root));
  }

  test('a tree that was never built is not', async () => {
    expect(await build.isUpToDate(root)).toBe(false);
  });

  test('a tree that was built is, wherever it stands', async () => {
    await pretendBuilt();
    expect(await build.isUpToDate(root)).toBe(true);
    const elsewhere = `${root}-moved`;
    await cp(root, elsewhere, { recursive: true });
    try {
      expect(await build.isUpToDate(elsewhere)).toBe(true);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  test.each([
    ['a file changed', () => writeFile(inRoot('src/inner/a.ts'), 'export const a = 2;')],
    ['a file was added', () => writeFile(inRoot('src/b.ts'), '')],
    ['a file was removed', () => rm(inRoot('src/inner/a.ts'))],
    ['the schema came', () => writeFile(inRoot('schema.graphql'), 'type Query { a: Int }')],
    ['an output is gone', () => rm(inRoot('dist/web/index.html'))],
    ['the stamp is gone', () => rm(inRoot('dist/.stamp'))],
  ])('no longer when %s', async (_, change) => {
    await pretendBuilt();
    await change();
    expect(await build.isUpToDate(root)).toBe(false);
  });

  test('what is not an input does not count', async () => {
    await pretendBuilt();
    await writeFile(inRoot('README.md'), 'text');
    expect(await build.isUpToDate(root)).toBe(true);
  });
});

describe('compressed copies', () => {
  test('stand beside text of more than 1 KiB, and nothing else', async () => {
    const text = 'compress me, please. '.repeat(200);
    await writeFile(inRoot('dist/web/a.js'), text);
    await writeFile(inRoot('dist/web/small.css'), 'p{}');
    await writeFile(inRoot('dist/web/picture.png'), Buffer.alloc(5000));
    const total = await build.compressFiles(inRoot('dist/web'));
    expect((await readdir(inRoot('dist/web'))).sort()).toEqual([
      'a.js',
      'a.js.br',
      'a.js.gz',
      'picture.png',
      'small.css',
    ]);
    const [br, gz] = [
      await readFile(inRoot('dist/web/a.js.br')),
      await readFile(inRoot('dist/web/a.js.gz')),
    ];
    expect(brotliDecompressSync(br).toString()).toBe(text);
    expect(gunzipSync(gz).toString()).toBe(text);
    expect(total).toEqual({
      files: 3,
      bytes: text.length + 5003,
      brotliBytes: br.length + 5003,
    });
  });
});

describe('bundles', () => {
  test('run alone, share code, and use CommonJS packages and Node', async () => {
    await writeFile(
      inRoot('src/old.cjs'),
      "const { sep } = require('node:path'); module.exports = { sep };",
    );
    await writeFile(
      inRoot('src/shared.ts'),
      "import old from './old.cjs';\nexport const shared: string = old.sep;",
    );
    await writeFile(
      inRoot('src/main.ts'),
      "import { shared } from './shared.ts';\nimport { a } from './inner/a.ts';\nconsole.log(shared, a);",
    );
    await writeFile(inRoot('src/other.ts'), "export { shared } from './shared.ts';");
    await writeFile(inRoot('package.json'), '{"type":"module"}');
    const bytes = await build.bundle(root, inRoot('dist'), {
      main: 'src/main.ts',
      other: 'src/other.ts',
    });
    expect(bytes).toBeGreaterThan(0);
    await rm(inRoot('src'), { recursive: true });

    const main = inRoot('dist/main.js');
    await build.makeExecutable(main);
    await build.makeExecutable(main);
    expect((await readFile(main, 'utf8')).match(/#!/g)).toHaveLength(1);
    expect((await stat(main)).mode & 0o111).toBe(0o111);
    const run = spawnSync(main, { encoding: 'utf8' });
    expect({ stdout: run.stdout, stderr: run.stderr }).toEqual({
      stdout: `${path.sep} 1\n`,
      stderr: '',
    });
    expect(await readFile(inRoot('dist/other.js'), 'utf8')).not.toContain('node:path');
  });
});
