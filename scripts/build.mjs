/**
 * Builds dist/: the web page (dist/web) and the bundles dist/main.js and dist/control-plane.mjs.
 *
 *   node scripts/build.mjs             builds everything
 *   node scripts/build.mjs --if-stale  builds only when an input changed since the last build
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { scopeProblems } from './scopes.mjs';
import { RARE_PACKAGES, rarePath, startPlugins } from './startPlugins.mjs';

/** What the build reads, relative to the project's root. A path that is missing counts as empty. */
const inputs = [
  'package-lock.json',
  'package.json',
  'schema.graphql',
  'scripts/build.mjs',
  'scripts/launcher.cjs',
  'scripts/scopes.mjs',
  'scripts/startPlugins.mjs',
  'src',
  'web',
];

/** What a complete build has made, relative to dist/. */
const outputs = ['main.js', 'control-plane.mjs', 'web/index.html'];

/** Packages that load native parts from their own folder, so that they cannot be bundled. */
export const nativePackages = ['classic-level'];

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
 * The AWS SDK's schemas of all that AWS IoT knows. A name in brackets for a key could be anything to
 * esbuild, which then keeps the schema though nobody uses it; these are names of strings.
 */
const plainKeys = {
  name: 'plain-keys',
  setup({ onLoad }) {
    onLoad(
      { filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/[^/]+\.js$/ },
      async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        const strings = new Map(
          [...text.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name, value]) => [
            name,
            value,
          ]),
        );
        const contents = text.replaceAll(/\[(_\w+)\]:/g, (key, name) =>
          strings.has(name) ? `${strings.get(name)}:` : key,
        );
        return { contents, loader: 'js' };
      },
    );
  },
};

/** Apollo's hash hides from bundlers that it wants Node's, and takes one in JavaScript instead. */
const nodeHash = {
  name: 'node-hash',
  setup({ onLoad }) {
    onLoad({ filter: /@apollo\/utils\.createhash\/dist\/index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      return { contents: text.replaceAll('module.require', 'require'), loader: 'js' };
    });
  },
};

/** Fastify wants it for servers that speak HTTP/2, and asks for it whether there is one or not. */
const lateHttp2 = {
  name: 'late-http2',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http2$/ }, ({ importer }) =>
      /\/fastify\/lib\/server\.js$/.test(importer)
        ? { path: 'http2', namespace: 'late' }
        : undefined,
    );
    onLoad({ filter: /^http2$/, namespace: 'late' }, () => ({
      contents: `
        exports.createServer = (...given) => require('node:http2').createServer(...given);
        exports.createSecureServer = (...given) => require('node:http2').createSecureServer(...given);
      `,
    }));
  },
};

/** What src/graph/schema.ts needs not parse at every start. */
async function builtSchema(root) {
  const text = await readFile(path.join(root, 'schema.graphql'), 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const problems = scopeProblems(text);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const { parse } = await import('graphql');
  const document = JSON.stringify(parse(text, { noLocation: true }));
  return { BUILT_SCHEMA: JSON.stringify({ text, document }) };
}

/** What both kinds of bundle are made with. */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Half the code to compile is half the wait at the start; names stay for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  mainFields: ['module', 'main'],
  external: nativePackages,
  plugins: [oneGraphql, plainKeys, nodeHash, lateHttp2],
  logLevel: 'warning',
  metafile: true,
};

/** What a bundle came to: its bytes, and the packages that it still imports. */
function summary({ metafile }) {
  const outputs = Object.values(metafile.outputs);
  const packages = outputs
    .flatMap(({ imports }) => imports)
    .filter(({ external, path: name }) => external && !name.startsWith('.') && !isBuiltin(name))
    .map(({ path: name }) => name);
  return { bytes: outputs.reduce((sum, output) => sum + output.bytes, 0), packages };
}

/**
 * Bundles entry points into the directory, one `<name>.mjs` each, and beside them what they share:
 * all in one folder, so that `import.meta.url` leads to the same place from any of them.
 * `entryPoints` maps names to source files. Answers the bytes written, and the packages left outside.
 */
export async function bundle(root, directory, entryPoints) {
  const { build } = await import('esbuild');
  const result = await build({
    ...common,
    absWorkingDir: root,
    entryPoints,
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    splitting: true,
    format: 'esm',
    // CommonJS packages in an ES module still call require for Node's own modules.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
  });
  return summary(result);
}

/**
 * Bundles a command: `<name>.js`, which can be executed, and the script that it runs. V8 keeps what
 * it has compiled of a classic script, but not of an ES module, so a script it is: a function of
 * `require` and of the path of `<name>.js`. What is `.js` in the directory is CommonJS from then on.
 * Answers the bytes written, and the packages left outside.
 */
export async function bundleCommand(root, directory, name, source) {
  const { build } = await import('esbuild');
  const result = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: { [name]: source },
    outdir: directory,
    // V8 takes a cache for that of any script of the same length: another script, another name.
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // An import() in a script that comes from V8's cache does not find its loader (Node.js 20).
    supported: { 'dynamic-import': false },
    plugins: [...common.plugins, ...startPlugins],
    define: { 'import.meta.url': 'bundleUrl', ...(await builtSchema(root)) },
    banner: {
      js: "(function (require, __filename) { const bundleUrl = require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
  });
  const [[script, { imports }]] = Object.entries(result.metafile.outputs);
  const rare = await bundleRare(root, directory, imports);
  const launcher = await readFile(path.join(import.meta.dirname, 'launcher.cjs'), 'utf8');
  const command = path.join(directory, `${name}.js`);
  await writeFile(command, launcher.replace('__BUNDLE__', path.basename(script)));
  await writeFile(path.join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  await makeExecutable(command);
  const { bytes, packages } = summary(result);
  return {
    bytes: bytes + rare.bytes + launcher.length,
    packages: [...packages, ...rare.packages],
  };
}

/** Bundles what a script requires of the packages that it asks for rarely. */
async function bundleRare(root, directory, imports) {
  const required = new Set(imports.map((made) => made.path));
  const rare = RARE_PACKAGES.filter((name) => required.has(rarePath(name)));
  if (rare.length === 0) return { bytes: 0, packages: [] };
  const { build } = await import('esbuild');
  const result = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(rare.map((name) => [path.parse(rarePath(name)).name, name])),
    outdir: directory,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  });
  return summary(result);
}

/** How long the command may take to write its cache. */
const warmUpMs = 20_000;
const warmUpQuery =
  '{ provisioningTemplates(first: 5) { nodes { templateName } } caCertificates(first: 1) { nodes { certificateId } } }';

/**
 * Starts the command once and asks it something: it leaves a cache of what it compiled for that
 * beside itself, for this version of Node.js. Answers the bytes of the cache.
 */
export async function warmUp(command) {
  const child = spawn(
    process.execPath,
    [command, 'serve', '--host', '127.0.0.1', '--port', '0', '--local-port', '0'],
    { env: {}, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const late = setTimeout(() => child.kill('SIGKILL'), warmUpMs);
  try {
    const url = await firstMatch(child.stdout, /http:\/\/[\w.:]+\/graphql/);
    const body = JSON.stringify({ query: warmUpQuery });
    const headers = { 'content-type': 'application/json' };
    await (await fetch(url, { method: 'POST', headers, body })).text();
    for (;;) {
      const cache = (await readdir(path.dirname(command))).find((file) => file.endsWith('.cache'));
      if (cache !== undefined) return (await stat(path.join(path.dirname(command), cache))).size;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('it has ended');
      await sleep(100);
    }
  } finally {
    clearTimeout(late);
    child.kill('SIGTERM');
    await exited;
  }
}

/** The first match in what a stream says. */
async function firstMatch(stream, pattern) {
  let said = '';
  for await (const part of stream) {
    said += part;
    const [found] = pattern.exec(said) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error('it has ended');
}

/** Makes a bundle a command: first line and permission. */
export async function makeExecutable(file) {
  const shebang = '#!/usr/bin/env node\n';
  const code = await readFile(file, 'utf8');
  if (!code.startsWith('#!')) await writeFile(file, shebang + code);
  await chmod(file, 0o755);
}

async function buildBundles(root, dist) {
  const library = await bundle(root, dist, { 'control-plane': 'src/controlplane/server.ts' });
  const command = await bundleCommand(root, dist, 'main', 'src/main.ts');
  return library.bytes + command.bytes;
}

/** Without its cache the command does all it should, only later. */
async function buildCache(dist) {
  try {
    const { result, seconds } = await timed(() => warmUp(path.join(dist, 'main.js')));
    console.log(`dist/*.cache  ${megabytes(result)} in ${seconds} s`);
  } catch (error) {
    console.warn(`No cache of compiled code was made: ${error.message}`);
  }
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
  const place = path.join(root, `node_modules/.cache/build-${process.pid}`);
  const staging = path.join(place, 'dist');
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
    await mkdir(path.join(staging, 'types'));
    await writeFile(path.join(staging, 'types/package.json'), '{ "type": "module" }\n');
    await copyFile(path.join(root, 'schema.graphql'), path.join(place, 'schema.graphql'));
    await buildCache(staging);
    await writeFile(path.join(staging, '.stamp'), stamp);
    await rm(dist, { recursive: true, force: true });
    await rename(staging, dist);
  } finally {
    await rm(place, { recursive: true, force: true });
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
