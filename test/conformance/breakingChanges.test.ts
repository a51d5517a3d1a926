import { readFile } from 'node:fs/promises';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { readSchemaText } from '../../src/gateway.ts';

const baseline = await readFile(new URL('baseline.graphql', import.meta.url), 'utf8');

/** What a client of the baseline's schema would stumble over. */
async function breaking(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}

describe('the schema', () => {
  // A change that is meant is accepted by `npm run schema:accept` and a line in CHANGELOG.md.
  test('breaks nothing of the baseline', async () => {
    expect(await breaking(baseline, await readSchemaText())).toEqual([]);
  });

  test.each([
    [
      'a field',
      (sdl: string) => sdl.replace(/^ {2}"How many versions.*\n {2}versionsUsed: .*$/m, ''),
    ],
    ['a value of an enum', (sdl: string) => sdl.replace(/^ {2}".*\n {2}SNI_ONLY$/m, '')],
    [
      'what was never null',
      (sdl: string) => sdl.replace('hasNextPage: Boolean!', 'hasNextPage: Boolean'),
    ],
    [
      'an argument',
      (sdl: string) =>
        sdl.replace('provisioningTemplate(\n', 'provisioningTemplate(\n"New." more: Int!\n'),
    ],
  ])('would not lose %s unseen', async (_, spoil) => {
    expect(spoil(baseline)).not.toBe(baseline);
    expect(await breaking(baseline, spoil(baseline))).not.toEqual([]);
  });
});
