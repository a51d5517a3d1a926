// Runs the bench:
//   node bench/run.mjs [calls|quota|warm|growth|start|hostile|all] [--quick]
import { readdir, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// Not kept from what is measured: the notice of the SDK on Node 20, and stack traces in answers.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
process.env.NODE_ENV = 'production';

const directory = import.meta.dirname;
const prefix = `.bench-${process.pid}-`;

// The bundles lie beside their sources, so that import.meta.url keeps its meaning.
await build({
  entryPoints: { main: `${directory}/main.ts`, child: `${directory}/child.ts` },
  outdir: directory,
  entryNames: `${prefix}[name]`,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
try {
  const { main } = await import(`${directory}/${prefix}main.mjs`);
  await main(process.argv.slice(2), `${directory}/${prefix}child.mjs`);
} finally {
  const made = (await readdir(directory)).filter((name) => name.startsWith(prefix));
  await Promise.all(made.map((name) => rm(`${directory}/${name}`)));
}
