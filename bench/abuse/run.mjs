/**
 * Attacks the gateway and a stock Apollo Server side by side, and writes docs/abuse.md:
 *
 *   npm run abuse                    the whole list
 *   npm run abuse -- bomb shutdown   the attacks whose names contain one of the words
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inCommandPlace, root } from '../commandPlace.mjs';

const entryPoints = { abuse: 'bench/abuse/main.ts', stockApollo: 'bench/abuse/stockApollo.ts' };
const isSafe = await inCommandPlace('abuse', entryPoints, async ({ dist, ...files }) => {
  // A page as large as the built one: how it is served is under attack, not what it shows.
  await mkdir(path.join(dist, 'web/assets'), { recursive: true });
  await writeFile(path.join(dist, 'web/index.html'), '<!doctype html>');
  await writeFile(path.join(dist, 'web/assets/large.js'), '// large\n'.repeat(300_000));
  const { main } = await import(pathToFileURL(path.join(dist, 'abuse.mjs')).href);
  return main(process.argv.slice(2), {
    ...files,
    stockFile: path.join(dist, 'stockApollo.mjs'),
    pageFile: path.join(root, 'docs/abuse.md'),
    securityFile: path.join(root, 'docs/security.md'),
  });
});
process.exitCode = isSafe ? 0 : 1;
