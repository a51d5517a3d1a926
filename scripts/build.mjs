/**
 * Builds dist/: the web page (dist/web) and the bundles dist/main.js and dist/control-plane.js.
 *
 *   node scripts/build.mjs             builds everything
 *   node scripts/build.mjs --if-stale  builds only when an input changed since the last build
 */
import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** What the build reads, relative to the project's root. A path that is missing counts as empty. */
const inputs = [
  'package-lock.json',
  'package.json',
  'schema.graphql',
  'scripts/build.mjs',
  'src',
  'web',
];

/** What a complete build has made, relative to dist/. */
const outputs = ['main.js', 'control-plane.js', 'web/index.html'];

/** Packages that load native parts from their own folder, so that they cannot be bundled. */
const nativePackages = ['classic-level'];

const compressibleExtensions = new Set([
  '.css',
  '.html',
  '.js',
  '.json',
  '.md',
  '.svg',
  '.ttf',
  '.txt',
]);
const compressFromBytes = 1024;

/** Levels 10 and 11 save another 8 per cent for 6 to 13 times the time. */
const brotliQuality = 9;

/** All files under a path, which may be a file itself, sorted. */
async function filesUnder(start) {
  const found = await stat(start).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [start];
  const entries = await readdir(start, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** A hash over the names and contents of every input under the root. */
export async function hashInputs(root) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of await filesUnder(path.join(root, input))) {
      const content = await readFile(file);
      hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** Whether dist/ was built from these very inputs and is still complete. */
export async function isUpToDate(root) {
  const dist = path.join(root, 'dist');
  const stamp = await readFile(path.join(dist, '.stamp'), 'utf8').catch(() => undefined);
  if (stamp !== (await hashInputs(root))) return false;
  const present = await Promise.allSettled(
    outputs.map((output) => access(path.join(dist, output))),
  );
  return present.every((result) => result.status === 'fulfilled');
}

/** Writes `.br` and `.gz` beside each text file of more than 1 KiB. Answers the bytes of each kind. */
export async function compressFiles(directory) {
  const total = { files: 0, bytes: 0, brotliBytes: 0 };
  const compress = async (file) => {
    const content = await readFile(file);
    const worthwhile =
      content.length > compressFromBytes && compressibleExtensions.has(path.extname(file));
    total.files += 1;
    total.bytes += content.length;
    if (!worthwhile) {
      total.brotliBytes += content.length;
      return;
    }
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(content, { params }),
      promisify(gzip)(content, { level: 9 }),
    ]);
    total.brotliBytes += br.length;
    await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
  };
  await Promise.all((await filesUnder(directory)).map(compress));
  return total;
}

/** Builds the page from web/ into the directory, with its compressed copies. */
export async function buildPage(root, directory) {
  const { build } = await import('vite');
  await build({
    configFile: path.join(root, 'web/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: directory },
  });
  return compressFiles(directory);
}

/**
 * graphql comes as ES modules and as CommonJS, and its types of one are not those of the other.
 * graphql-jit asks for parts of it by their file names, which would bring the second copy in.
 */
const oneGraphql = {
  name: 'one-graphql',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^graphql\/.+\.js$/ }, ({ path: file, importer, kind, resolveDir }) =>
      resolve(file.replace(/\.js$/, '.mjs'), { importer, kind, resolveDir }),
    );
  },
};

/**
 * Bundles entry points into the directory, one `<name>.js` each, and beside them what they share:
 * all in one folder, so that `import.meta.url` leads to the same place from any of them.
 * `entryPoints` maps names to source files. Answers the bytes written.
 */
export async function bundle(root, directory, entryPoints) {
  const { build } = await import('esbuild');
  const result = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: directory,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Half the code to compile is half the wait at the start; names stay for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    mainFields: ['module', 'main'],
    external: nativePackages,
    plugins: [oneGraphql],
    // CommonJS packages in an ES module still call require for Node's own modules.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    logLevel: 'warning',
    metafile: true,
  });
  return Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
}

/** Makes a bundle a command: first line and permission. */
export async function makeExecutable(file) {
  const shebang = '#!/usr/bin/env node\n';
  const code = await readFile(file, 'utf8');
  if (!code.startsWith('#!')) await writeFile(file, shebang + code);
  await chmod(file, 0o755);
}

async function buildBundles(root, dist) {
  const bytes = await bundle(root, dist, {
    main: 'src/main.ts',
    'control-plane': 'src/controlplane/server.ts',
  });
  await makeExecutable(path.join(dist, 'main.js'));
  return bytes;
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { result, seconds: ((performance.now() - start) / 1000).toFixed(1) };
}

/**
 * Builds beside dist/ and puts the result in its place at the end: a build that fails, or two that
 * run at once, never leave half of one.
 */
async function buildAll(root) {
  const dist = path.join(root, 'dist');
  const staging = path.join(root, `node_modules/.cache/build-${process.pid}`);
  // Taken first: an input that changes while we build leaves a stamp that no longer fits it.
  const stamp = await hashInputs(root);
  try {
    await mkdir(staging, { recursive: true });
    const bundles = await timed(() => buildBundles(root, staging));
    console.log(`dist/*.js  ${megabytes(bundles.result)} in ${bundles.seconds} s`);
    const page = await timed(() => buildPage(root, path.join(staging, 'web')));
    const { files, bytes, brotliBytes } = page.result;
    console.log(
      `dist/web   ${files} files, ${megabytes(bytes)}, ${megabytes(brotliBytes)} as brotli, in ${page.seconds} s`,
    );
    await writeFile(path.join(staging, '.stamp'), stamp);
    await rm(dist, { recursive: true, force: true });
    await rename(staging, dist);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function main() {
  const root = path.dirname(import.meta.dirname);
  if (process.argv.includes('--if-stale') && (await isUpToDate(root))) return;
  await buildAll(root);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
