import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

interface Bundled {
  readonly bytes: number;
  readonly packages: readonly string[];
}

interface Build {
  hashInputs(root: string): Promise<string>;
  isUpToDate(root: string): Promise<boolean>;
  compressFiles(directory: string): Promise<{ files: number; bytes: number; brotliBytes: number }>;
  bundle(root: string, directory: string, entryPoints: Record<string, string>): Promise<Bundled>;
  bundleCommand(root: string, directory: string, name: string, source: string): Promise<Bundled>;
  makeExecutable(file: string): Promise<void>;
}

const script = new URL('../scripts/build.mjs', import.meta.url).href;
const build: Build = await import(script);
const project = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface PackManifest {
  packedManifest(manifest: unknown): Manifest;
  put(root: string): Promise<void>;
  restore(root: string): Promise<void>;
}

const pack: PackManifest = await import(
  new URL('../scripts/packManifest.mjs', import.meta.url).href
);

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
    const { bytes } = await build.bundle(root, inRoot('dist'), {
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
    const { bytes } = await build.bundleCommand(root, inRoot('dist'), 'main', 'src/main.ts');
    expect(bytes).toBeGreaterThan(0);
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
    await build.bundleCommand(project, inRoot('dist'), 'main', 'src/main.ts');
    const [script = ''] = (await readdir(inRoot('dist'))).filter((file) => /cjs$/.test(file));
    const text = await readFile(inRoot('dist', script), 'utf8');
    const said = 'Schema must contain uniquely named types but contains multiple types named';
    // Counted, so that a failure does not print the bundle.
    expect(text.split(said).length - 1).toBe(1);
  });
});

describe('the package', () => {
  const manifestText = () => readFile(path.join(project, 'package.json'), 'utf8');

  test('asks for the packages that its bundles could not hold, and for no others', async () => {
    const entry = { 'control-plane': 'src/controlplane/server.ts' };
    const bundled = [
      await build.bundleCommand(project, inRoot('dist'), 'main', 'src/main.ts'),
      await build.bundle(project, inRoot('dist'), entry),
    ];
    const { dependencies } = pack.packedManifest(JSON.parse(await manifestText()));
    const imported = new Set(bundled.flatMap(({ packages }) => packages));
    expect(Object.keys(dependencies)).toEqual([...imported].sort());
    expect(Object.values(dependencies)).toEqual([expect.stringMatching(/^\^\d/)]);
  });

  test('is made under a manifest of its own, and leaves the project with the one it had', async () => {
    const text = await manifestText();
    await writeFile(inRoot('package.json'), text);
    await pack.put(root);
    const put = JSON.parse(await readFile(inRoot('package.json'), 'utf8'));
    expect(put).toEqual(pack.packedManifest(JSON.parse(text)));
    expect(Object.keys(put)).toEqual(expect.arrayContaining(['bin', 'engines', 'exports']));
    expect(put).not.toHaveProperty('devDependencies');
    await pack.restore(root);
    expect(await readFile(inRoot('package.json'), 'utf8')).toBe(text);
  });

  test('holds what its README leads to, and nothing of one machine', async () => {
    await writeFile(inRoot('package.json'), await manifestText());
    for (const file of ['.stamp', 'main.js', 'main-0.cjs', 'main-0.cjs.v20-linux-x64.cache']) {
      await writeFile(inRoot('dist', file), '');
    }
    for (const part of ['README.md', 'CHANGELOG.md', 'LICENSE', 'schema.graphql', 'docs']) {
      await cp(path.join(project, part), inRoot(part), { recursive: true });
    }
    await cp(path.join(project, 'bench/RESULTS.md'), inRoot('bench/RESULTS.md'));
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(stdout);
    const packed = files.map((file: { path: string }) => file.path);
    expect(packed.filter((file: string) => file.startsWith('dist/')).sort()).toEqual([
      'dist/main-0.cjs',
      'dist/main.js',
    ]);
    const readme = await readFile(path.join(project, 'README.md'), 'utf8');
    const links = [...readme.matchAll(/\]\(([^):#]+)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(5);
    expect(packed).toEqual(expect.arrayContaining(links));
  });

  test('has types that compile where there is nothing else, and that know the actions', async () => {
    const installed = inRoot('node_modules/iot-provisioning-gateway');
    const tsc = path.join(project, 'node_modules/typescript/bin/tsc');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [tsc, ...args], { cwd: root, encoding: 'utf8' }).stdout;
    const types = path.join(installed, 'dist/types');
    expect(run('-p', path.join(project, 'tsconfig.types.json'), '--outDir', types)).toBe('');
    await writeFile(path.join(types, 'package.json'), '{ "type": "module" }');
    await writeFile(path.join(installed, 'package.json'), await manifestText());
    await writeFile(inRoot('package.json'), '{ "type": "module" }');
    await writeFile(
      inRoot('consumer.ts'),
      `import { type ControlPlaneOptions, startControlPlane } from 'iot-provisioning-gateway/control-plane';
      export const options: ControlPlaneOptions = {
        seeds: ['demo', { templates: [] }],
        faults: [{ action: 'DescribeCACertificate', kind: 'error', name: 'ThrottlingException' }],
        quotas: { enabled: true, perAction: { ListCACertificates: { ratePerSecond: 1 } } },
        rules: { DeleteRegistrationCode: () => ({}) },
      };
      const controlPlane = await startControlPlane(options);
      export const served: number | undefined = controlPlane.calls().served.DescribeCACertificate;
      // @ts-expect-error: no such action
      controlPlane.calls().served.DescribeCACertificates;
      // @ts-expect-error: no such action
      startControlPlane({ faults: [{ action: 'DescribeCACertificates', kind: 'reset' }] });
      // @ts-expect-error: no such action
      startControlPlane({ rules: { DescribeCACertificates: () => ({}) } });`,
    );
    const strict = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--noEmit'];
    expect(run(...strict, '--skipLibCheck', 'false', 'consumer.ts')).toBe('');
  });
});

test('the audit of an endpoint runs from its own bundle', () => {
  const audit = path.join(project, 'scripts/conformance.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [audit, '--list'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/ListCACertificates/);
});
