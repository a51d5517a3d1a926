/** Where a bench runs the command as it is built, beside what it starts itself. */
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle, bundleCommand } from '../scripts/build.mjs';

export const root = path.resolve(import.meta.dirname, '..');

/**
 * Bundles the command and these entry points, and lets `work` use them; answers what it answers.
 * Beside the project, so that a build or an installation meanwhile takes nothing away.
 */
export async function inCommandPlace(name, entryPoints, work) {
  const place = await mkdtemp(path.join(tmpdir(), `${name}-`));
  const dist = path.join(place, 'dist');
  const schemaFile = path.join(place, 'schema.graphql');
  try {
    await mkdir(dist);
    await writeFile(path.join(place, 'package.json'), '{"type":"module"}');
    await symlink(path.join(root, 'node_modules'), path.join(place, 'node_modules'), 'dir');
    await copyFile(path.join(root, 'schema.graphql'), schemaFile);
    await bundleCommand(root, dist, 'main', 'src/main.ts');
    await bundle(root, dist, entryPoints);
    return await work({ dist, schemaFile, commandFile: path.join(dist, 'main.js') });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
