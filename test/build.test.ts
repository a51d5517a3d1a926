import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

interface Build {
  hashInputs(root: string): Promise<string>;
  isUpToDate(root: string): Promise<boolean>;
  compressFiles(directory: string): Promise<{ files: number; bytes: number; brotliBytes: number }>;
  bundle(root: string, directory: string, entryPoints: Record<string, string>): Promise<number>;
  bundleCommand(root: string, directory: string, name: string, source: string): Promise<number>;
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
    for (const output of ['main.js', 'control-plane.mjs', 'web/index.html']) {
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

    const main = inRoot('dist/main.mjs');
    await build.makeExecutable(main);
    await build.makeExecutable(main);
    expect((await readFile(main, 'utf8')).match(/#!/g)).toHaveLength(1);
    expect((await stat(main)).mode & 0o111).toBe(0o111);
    const run = spawnSync(main, { encoding: 'utf8' });
    expect({ stdout: run.stdout, stderr: run.stderr }).toEqual({
      stdout: `${path.sep} 1\n`,
      stderr: '',
    });
    expect(await readFile(inRoot('dist/other.mjs'), 'utf8')).not.toContain('node:path');
  });
});

describe('a command', () => {
  const isCache = (file: string) => file.endsWith('.cache');
  const main = () => inRoot('dist/main.js');
  const caches = async () => (await readdir(inRoot('dist'))).filter(isCache);

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(main(), args, { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  beforeEach(async () => {
    await writeFile(inRoot('src/late.ts'), "export const late = 'late';");
    await writeFile(
      inRoot('src/main.ts'),
      `import { a } from './inner/a.ts';
      const [, file = '', waitMs = ''] = process.argv;
      setTimeout(() => undefined, Number(waitMs));
      const isHere = import.meta.url.endsWith('/dist/main.js') && file.endsWith('/dist/main.js');
      import('./late.ts').then(({ late }) => console.log(a, late, isHere));`,
    );
    await writeFile(inRoot('package.json'), '{"type":"module"}');
    expect(await build.bundleCommand(root, inRoot('dist'), 'main', 'src/main.ts')).toBeGreaterThan(
      0,
    );
  });

  const right = { status: 0, stdout: '1 late true\n', stderr: '' };

  test('runs without a cache, and leaves none when it ends at once', async () => {
    expect(run()).toEqual(right);
    expect(await caches()).toEqual([]);
  });

  test('leaves one for this version of Node.js when it lives on, and does the same with it', async () => {
    expect(run('3000')).toEqual(right);
    expect(await caches()).toEqual([
      expect.stringContaining(`.cjs.${process.version}-${process.platform}-${process.arch}.cache`),
    ]);
    expect(run()).toEqual(right);
  });

  test('does the same with a cache that V8 refuses, and leaves it alone', async () => {
    run('3000');
    const [name = ''] = await caches();
    const whole = await readFile(inRoot('dist', name));
    for (const broken of [Buffer.alloc(0), Buffer.from('no cache'), whole.subarray(0, 500)]) {
      await writeFile(inRoot('dist', name), broken);
      expect(run()).toEqual(right);
      expect(await readFile(inRoot('dist', name))).toEqual(broken);
    }
  });

  test('does the same where it cannot write one', async () => {
    const [script = ''] = (await readdir(inRoot('dist'))).filter((file) => file.endsWith('.cjs'));
    const cache = `${script}.${process.version}-${process.platform}-${process.arch}.cache`;
    await mkdir(inRoot('dist', cache));
    expect(run('3000')).toEqual(right);
    expect(await caches()).toEqual([cache]);
  });

  test('has another script after every change', async () => {
    const scripts = async () => (await readdir(inRoot('dist'))).filter((file) => /cjs$/.test(file));
    await writeFile(inRoot('src/inner/a.ts'), 'export const a = 3;');
    await build.bundleCommand(root, inRoot('dist'), 'main', 'src/main.ts');
    expect(await scripts()).toHaveLength(2);
    expect(run().stdout).toBe('3 late true\n');
  });
});

describe('the bundle of the gateway', () => {
  test('holds graphql once: its types of one copy are not those of another', async () => {
    const project = fileURLToPath(new URL('..', import.meta.url));
    await build.bundleCommand(project, inRoot('dist'), 'main', 'src/main.ts');
    const [script = ''] = (await readdir(inRoot('dist'))).filter((file) => /cjs$/.test(file));
    const text = await readFile(inRoot('dist', script), 'utf8');
    const said = 'Schema must contain uniquely named types but contains multiple types named';
    // Counted, so that a failure does not print the bundle.
    expect(text.split(said).length - 1).toBe(1);
  });
});
