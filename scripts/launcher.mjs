// The build makes dist/main.js of this file: it runs the bundle beside it, whose name goes here.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** After the start, so that the functions which the start called are in the cache. */
const CACHE_AFTER_MS = 2000;

const launcher = fileURLToPath(import.meta.url);
const bundle = path.join(path.dirname(launcher), '__BUNDLE__');
const cache = `${bundle}.${process.version}-${process.platform}-${process.arch}.cache`;

const cachedData = readCache();
// V8 refuses what another version or other flags have made, and compiles as if there was none.
const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle, cachedData });
if (cachedData === undefined) setTimeout(writeCache, CACHE_AFTER_MS).unref();
script.runInThisContext()(createRequire(import.meta.url), launcher);

function readCache() {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, for V8 does not look for damage inside; where it may not write, none. */
function writeCache() {
  const draft = `${cache}.${process.pid}`;
  try {
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, cache);
  } catch {
    rmSync(draft, { force: true });
  }
}
