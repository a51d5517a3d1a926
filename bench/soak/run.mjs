/**
 * Mixed hostile and normal load on the built gateway for some minutes:
 *
 *   npm run soak                     ten minutes, and docs/soak.md
 *   npm run soak -- --minutes 1      shorter; printed only
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inCommandPlace, root } from '../commandPlace.mjs';

const usualMinutes = 10;
const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? usualMinutes);
if (!(minutes > 0)) throw new Error('--minutes has to be a number above 0');

const entryPoints = { soak: 'bench/soak/main.ts', hostile: 'bench/soak/hostile.ts' };
const isKept = await inCommandPlace('soak', entryPoints, async ({ dist, ...files }) => {
  const { main } = await import(pathToFileURL(path.join(dist, 'soak.mjs')).href);
  return main({
    ...files,
    stockFile: '',
    hostileFile: path.join(dist, 'hostile.mjs'),
    minutes,
    pageFile: minutes >= usualMinutes ? path.join(root, 'docs/soak.md') : undefined,
    securityFile: path.join(root, 'docs/security.md'),
  });
});
process.exitCode = isKept ? 0 : 1;
