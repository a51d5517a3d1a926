/**
 * Mixed hostile and normal load on the built gateway for some minutes:
 *
 *   npm run soak                     ten minutes, and docs/soak.md
 *   npm run soak -- --minutes 1      shorter; printed only
 */
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, bundleCommand } from '../../scripts/build.mjs';

const usualMinutes = 10;
const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? usualMinutes);
if (!(minutes > 0)) throw new Error('--minutes has to be a number above 0');

const root = path.resolve(import.meta.dirname, '../..');
// Beside the project, so that a build or an installation meanwhile takes nothing away.
const place = await mkdtemp(path.join(tmpdir(), 'soak-'));
const dist = path.join(place, 'dist');

await mkdir(dist, { recursive: true });
await writeFile(path.join(place, 'package.json'), '{"type":"module"}');
await symlink(path.join(root, 'node_modules'), path.join(place, 'node_modules'), 'dir');
await copyFile(path.join(root, 'schema.graphql'), path.join(place, 'schema.graphql'));
await bundleCommand(root, dist, 'main', 'src/main.ts');
await bundle(root, dist, { soak: 'bench/soak/main.ts', hostile: 'bench/soak/hostile.ts' });
const { main } = await import(pathToFileURL(path.join(dist, 'soak.mjs')).href);
const isKept = await main({
  commandFile: path.join(dist, 'main.js'),
  stockFile: '',
  schemaFile: path.join(place, 'schema.graphql'),
  hostileFile: path.join(dist, 'hostile.mjs'),
  minutes,
  pageFile: minutes >= usualMinutes ? path.join(root, 'docs/soak.md') : undefined,
  securityFile: path.join(root, 'docs/security.md'),
});
await rm(place, { recursive: true, force: true });
process.exitCode = isKept ? 0 : 1;
