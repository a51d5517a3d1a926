// The build makes dist/main.js of this file: it runs the bundle beside it, whose name goes here.
// No ES module, for Node.js would have to start its loader of those.
const {
  closeSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');

/** After the start, so that the functions which the start called are in the cache. */
const CACHE_AFTER_MS = 2000;

const bundle = path.join(__dirname, '__BUNDLE__');
const cache = `${bundle}.${process.version}-${process.platform}-${process.arch}.cache`;

const script = load();
script.runInThisContext()(require, __filename);

/** V8 refuses a cache that another version or other flags have made, and compiles as if there was none. */
function load() {
  // Fresh memory costs as much as reading does, so both files are read into the same.
  const room = Buffer.allocUnsafeSlow(Math.max(sizeOf(bundle), sizeOf(cache)));
  const code = read(bundle, room).latin1Slice();
  const cachedData = readCache(room);
  if (cachedData === undefined) setTimeout(writeCache, CACHE_AFTER_MS).unref();
  return new Script(code, { filename: bundle, cachedData });
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What a file holds, for as long as nothing else is read into the room. */
function read(file, room) {
  const descriptor = openSync(file);
  try {
    let length = 0;
    for (let more = -1; more !== 0; length += more) {
      more = readSync(descriptor, room, length, room.length - length, null);
    }
    return room.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function readCache(room) {
  try {
    return read(cache, room);
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
