/**
 * Makes schema.graphql the schema that later ones may not break, and tells what that gives up. To be
 * run for a release, and for a breaking change that is meant; CHANGELOG.md has to name it then.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const current = new URL('../schema.graphql', import.meta.url);
const baseline = new URL('../test/conformance/baseline.graphql', import.meta.url);

const text = await readFile(current, 'utf8');
const changes = await diff(buildSchema(await readFile(baseline, 'utf8')), buildSchema(text));
for (const { criticality, message } of changes) {
  if (criticality.level !== CriticalityLevel.NonBreaking) {
    console.log(`${criticality.level}: ${message}`);
  }
}
await writeFile(baseline, text);
console.log(`The baseline is the schema of now, ${changes.length} changes from the former one.`);
