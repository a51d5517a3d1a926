/**
 * Audits an endpoint with the conformance list of test/conformance:
 *
 *   node scripts/conformance.mjs --endpoint http://127.0.0.1:4001
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './build.mjs';

const root = path.dirname(import.meta.dirname);
const directory = path.join(root, 'node_modules/.cache/conformance');

await bundle(root, directory, { run: 'test/conformance/run.ts' });
await import(pathToFileURL(path.join(directory, 'run.mjs')).href);
