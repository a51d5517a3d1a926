/**
 * The manifest of the npm package. What package.json lists under `dependencies` is in the bundles; the
 * package asks only for what they could not hold, so nothing that is never loaded is installed, or
 * stops an install.
 *
 *   node scripts/packManifest.mjs put      puts it in the place of package.json (prepack)
 *   node scripts/packManifest.mjs restore  puts package.json back (postpack)
 *
 * `npm publish` in this folder would tell the registry of package.json as it is, so a tarball is
 * published: npm pack && npm publish ./iot-provisioning-gateway-<version>.tgz
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativePackages } from './build.mjs';

/** The package's manifest, made of the project's. */
export function packedManifest({ dependencies, devDependencies, overrides, scripts, ...manifest }) {
  return {
    ...manifest,
    dependencies: Object.fromEntries(nativePackages.map((name) => [name, dependencies[name]])),
  };
}

const kept = (root) => path.join(root, 'node_modules/.cache/package.json');

/** Puts the package's manifest in the place of the project's, which is kept. */
export async function put(root) {
  const manifest = path.join(root, 'package.json');
  const text = await readFile(manifest, 'utf8');
  await mkdir(path.dirname(kept(root)), { recursive: true });
  await writeFile(kept(root), text);
  await writeFile(manifest, `${JSON.stringify(packedManifest(JSON.parse(text)), null, 2)}\n`);
}

/** Puts the project's manifest back. */
export async function restore(root) {
  await rename(kept(root), path.join(root, 'package.json'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const step = { put, restore }[process.argv[2]];
  await step(path.dirname(import.meta.dirname));
}
