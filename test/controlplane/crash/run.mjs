// Runs a crash script by hand:
//   node test/controlplane/crash/run.mjs kill [rounds] [seed]
//   node test/controlplane/crash/run.mjs disk
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const [what, rounds = '50', seed = 'crash'] = process.argv.slice(2);
const entry = { kill: 'killLoop.ts', disk: 'diskErrors.ts' }[what];
if (!entry) {
  console.error('usage: run.mjs kill [rounds] [seed] | disk');
  process.exit(2);
}
// The bundle lies beside its source, so that import.meta.url keeps its meaning.
const outfile = new URL(`.${what}-${process.pid}.mjs`, import.meta.url);
await build({
  entryPoints: [new URL(entry, import.meta.url).pathname],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile: outfile.pathname,
});
try {
  const script = await import(outfile.href);
  const figures =
    what === 'kill'
      ? [await script.runKillLoop(Number(rounds), seed)]
      : (script.whyNotHere() ?? [await script.runSyncErrors(), await script.runFullDisk()]);
  console.log(JSON.stringify(figures, null, 2));
  const bad = Array.isArray(figures) && figures.some((one) => one.lost.length > 0);
  process.exitCode = bad ? 1 : 0;
} finally {
  await rm(outfile);
}
