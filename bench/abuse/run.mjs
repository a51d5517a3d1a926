/**
 * Attacks the gateway and a stock Apollo Server side by side, and writes docs/abuse.md:
 *
 *   npm run abuse                    the whole list
 *   npm run abuse -- bomb shutdown   the attacks whose names contain one of the words
 */
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, bundleCommand } from '../../scripts/build.mjs';

const root = path.resolve(import.meta.dirname, '../..');
// Beside the project, so that a build or an installation meanwhile takes nothing away.
const place = await mkdtemp(path.join(tmpdir(), 'abuse-'));
const dist = path.join(place, 'dist');

await mkdir(dist, { recursive: true });
await writeFile(path.join(place, 'package.json'), '{"type":"module"}');
await symlink(path.join(root, 'node_modules'), path.join(place, 'node_modules'), 'dir');
await copyFile(path.join(root, 'schema.graphql'), path.join(place, 'schema.graphql'));
await bundleCommand(root, dist, 'main', 'src/main.ts');
// A page as large as the built one: how it is served is under attack, not what it shows.
await mkdir(path.join(dist, 'web/assets'), { recursive: true });
await writeFile(path.join(dist, 'web/index.html'), '<!doctype html>');
await writeFile(path.join(dist, 'web/assets/large.js'), '// large\n'.repeat(300_000));
await bundle(root, dist, {
  abuse: 'bench/abuse/main.ts',
  stockApollo: 'bench/abuse/stockApollo.ts',
});
const { main } = await import(pathToFileURL(path.join(dist, 'abuse.mjs')).href);
const isSafe = await main(process.argv.slice(2), {
  commandFile: path.join(dist, 'main.js'),
  stockFile: path.join(dist, 'stockApollo.mjs'),
  schemaFile: path.join(place, 'schema.graphql'),
  pageFile: path.join(root, 'docs/abuse.md'),
  securityFile: path.join(root, 'docs/security.md'),
});
await rm(place, { recursive: true, force: true });
process.exitCode = isSafe ? 0 : 1;
