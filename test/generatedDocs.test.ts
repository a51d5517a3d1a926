import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, isEnumType } from 'graphql';
import { SCOPE_MEANINGS, SCOPES } from '../src/caller.ts';
import { configurationPage, SETTINGS } from '../src/config.ts';
import { CREDENTIAL_DIAGNOSES } from '../src/credentialDiagnosis.ts';
import { AWS_EXCEPTIONS, ERROR_CODES } from '../src/errors.ts';
import { readSchemaText } from '../src/gateway.ts';

interface Generate {
  errorsPage(
    tables: Record<'ERROR_CODES' | 'AWS_EXCEPTIONS' | 'CREDENTIAL_DIAGNOSES', object>,
  ): string;
  findDrift(root: string, pages: Readonly<Record<string, string>>): Promise<string[]>;
}

interface Scopes {
  scopesPage(sdl: string, scopes: readonly string[], meanings: object): string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const script = path.join(root, 'scripts/generate.mjs');
const generate: Generate = await import(script);
const scopes: Scopes = await import(path.join(root, 'scripts/scopes.mjs'));

describe('generated pages', () => {
  test('are up to date', async () => {
    const pages = {
      'docs/configuration.md': configurationPage(),
      'docs/errors.md': generate.errorsPage({ ERROR_CODES, AWS_EXCEPTIONS, CREDENTIAL_DIAGNOSES }),
      'docs/scopes.md': scopes.scopesPage(await readSchemaText(), SCOPES, SCOPE_MEANINGS),
    };
    expect(await generate.findDrift(root, pages)).toEqual([]);
  });

  test('are checked by the script, too', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('that differ or are missing are found', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'docs-'));
    try {
      await mkdir(path.join(folder, 'docs'));
      await writeFile(path.join(folder, 'docs/same.md'), 'as made');
      await writeFile(path.join(folder, 'docs/old.md'), 'as it was');
      const pages = {
        'docs/same.md': 'as made',
        'docs/old.md': 'as made',
        'docs/missing.md': 'as made',
      };
      expect(await generate.findDrift(folder, pages)).toEqual(['docs/old.md', 'docs/missing.md']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('name every setting and every code', async () => {
    const configuration = await readFile(path.join(root, 'docs/configuration.md'), 'utf8');
    for (const { variable, flag } of Object.values(SETTINGS)) {
      expect(configuration).toContain(`| \`${variable}\` | \`--${flag}\` |`);
    }
    const errors = await readFile(path.join(root, 'docs/errors.md'), 'utf8');
    for (const code of Object.keys(ERROR_CODES)) expect(errors).toContain(`| \`${code}\` |`);
    for (const exception of Object.keys(AWS_EXCEPTIONS)) {
      expect(errors).toContain(`\`${exception}\``);
    }
  });

  test('are tables in which every row has all its cells', async () => {
    for (const page of ['docs/configuration.md', 'docs/errors.md', 'docs/scopes.md']) {
      const lines = (await readFile(path.join(root, page), 'utf8')).split('\n');
      let columns = 0;
      for (const line of lines) {
        if (!line.startsWith('|')) {
          columns = 0;
          continue;
        }
        const cells = line.replaceAll('\\|', '').split('|').length;
        columns ||= cells;
        expect(`${cells} in ${line}`).toBe(`${columns} in ${line}`);
      }
    }
  });
});

test("the schema's ErrorCode is the catalogue, in its order", async () => {
  const type = buildSchema(await readSchemaText()).getType('ErrorCode');
  if (!isEnumType(type)) throw new Error('ErrorCode is not an enum');
  expect(type.getValues().map(({ name }) => name)).toEqual(Object.keys(ERROR_CODES));
});

test('every exception of AWS becomes a code of the catalogue', () => {
  for (const { code } of Object.values(AWS_EXCEPTIONS)) {
    expect(Object.keys(ERROR_CODES)).toContain(code);
  }
});
