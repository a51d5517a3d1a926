import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { apiKeyCheck, apiKeyDirectory, createApiKey } from '../../src/auth/apiKeys.ts';
import { SCOPES } from '../../src/caller.ts';
import { createKey, listKeys, revokeKey } from '../../src/cli/keys.ts';
import { VirtualClock } from '../support/virtualClock.ts';

let dataDir: string;
let clock: VirtualClock;
let faults: unknown[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'keys-'));
  clock = new VirtualClock();
  faults = [];
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

const checkOf = () =>
  apiKeyCheck(apiKeyDirectory(dataDir), { clock, onFault: (error) => faults.push(error) });

async function made(options: Partial<Parameters<typeof createKey>[1]> = {}): Promise<string> {
  const lines: string[] = [];
  const asked = { name: 'ci', scopes: 'read,iot:bulk', ...options };
  await createKey(dataDir, asked, (text) => lines.push(text), clock);
  return (lines[0] ?? '').trim();
}

async function listed(): Promise<string> {
  const lines: string[] = [];
  await listKeys(dataDir, (text) => lines.push(text));
  return lines.join('');
}

const idOf = (key: string): string => key.split('_')[1] ?? '';

describe('an API key', () => {
  test('names its caller and gives the scopes that it was made with', async () => {
    const key = await made();
    expect(key).toMatch(/^iotgw_[0-9a-f]{16}_[\w-]{43}$/);
    expect(await checkOf()(key)).toEqual({
      name: 'key:ci',
      scopes: new Set(['iot:read', 'iot:bulk']),
    });
    const all = await checkOf()(await made({ scopes: 'all' }));
    expect(all?.scopes).toEqual(new Set(SCOPES));
  });

  test('is kept as its hash alone, for its owner alone', async () => {
    const key = await made();
    const directory = apiKeyDirectory(dataDir);
    const files = await readdir(directory);
    expect(files).toEqual([`${idOf(key)}.json`]);
    for (const file of files) {
      const text = await readFile(path.join(directory, file), 'utf8');
      expect(text).not.toContain(key.slice(-43));
      expect((await stat(path.join(directory, file))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await listed()).not.toContain(key.slice(-43));
  });

  test('is refused when anything in it is changed', async () => {
    const key = await made();
    const check = checkOf();
    for (let index = 0; index < key.length; index += 1) {
      const other = key[index] === 'a' ? 'b' : 'a';
      expect(await check(key.slice(0, index) + other + key.slice(index + 1))).toBeUndefined();
    }
    for (const text of ['', 'iotgw_', `${key}a`, key.slice(0, -1), ` ${key}`, `${key}\n`]) {
      expect(await check(text)).toBeUndefined();
    }
    expect(await check(key)).toBeDefined();
  });

  test('works at once where no key was before', async () => {
    const check = checkOf();
    expect(await check(`iotgw_0123456789abcdef_${'a'.repeat(43)}`)).toBeUndefined();
    const key = await made();
    clock.advance(1000);
    expect(await check(key)).toBeDefined();
  });

  test('is refused within a second of its revocation, and no sooner needs the disk', async () => {
    const [key, other] = [await made(), await made({ name: 'other' })];
    const check = checkOf();
    expect(await check(key)).toBeDefined();
    await revokeKey(dataDir, idOf(key), () => {});
    clock.advance(999);
    expect(check(key)).toBeDefined();
    clock.advance(1);
    expect(await check(key)).toBeUndefined();
    expect(await check(other)).toBeDefined();
  });

  test('is refused within a second of its revocation also when the clock was set back', async () => {
    const key = await made();
    const check = checkOf();
    expect(await check(key)).toBeDefined();
    clock.advance(-600_000);
    await revokeKey(dataDir, idOf(key), () => {});
    clock.advance(1000);
    expect(await check(key)).toBeUndefined();
  });

  test('ends with its time', async () => {
    const key = await made({ expiresInDays: '2' });
    const check = checkOf();
    clock.advance(2 * 86_400_000 - 1);
    expect(await check(key)).toBeDefined();
    clock.advance(1);
    expect(await check(key)).toBeUndefined();
  });

  test('is told of in the list, with an end when it has one', async () => {
    await made({ name: 'one', scopes: 'read' });
    clock.advance(1);
    await made({ name: 'two', scopes: 'read,claim', expiresInDays: '30' });
    const lines = (await listed()).trim().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ['name', 'created', 'expires', 'scopes'],
      ['one', '2026-01-01', 'never', 'iot:read'],
      ['two', '2026-01-01', '2026-01-31', 'iot:read iot:claim'],
    ]);
  });
});

describe('what cannot be done', () => {
  test.each([
    ['a name that could pass for something else', { name: 'a b' }, /--name must be/],
    ['an empty name', { name: '' }, /--name must be/],
    ['a scope that there is not', { scopes: 'read,write' }, /"write" is not a scope/],
    ['no scopes', { scopes: '' }, /is not a scope/],
    ['days that are none', { expiresInDays: '0' }, /--expires-in-days must be/],
  ])('is told: %s', async (_, options, message) => {
    await expect(made(options)).rejects.toThrow(message);
    await expect(readdir(apiKeyDirectory(dataDir))).rejects.toThrow(/ENOENT/);
  });

  test('is told: a key that is not there, and no name leads out of the directory', async () => {
    await writeFile(path.join(dataDir, 'other.json'), '{}');
    for (const id of ['0123456789abcdef', '../other', '']) {
      await expect(revokeKey(dataDir, id, () => {})).rejects.toThrow(/There is no API key/);
    }
    expect(await readdir(dataDir)).toEqual(['other.json']);
  });

  test('is told: no data directory', async () => {
    await expect(listKeys(undefined, () => {})).rejects.toThrow(/IOTGW_DATA_DIR/);
  });
});

describe('files that hold no key', () => {
  test('let nobody in, and are told', async () => {
    const { key, record } = await createApiKey(
      apiKeyDirectory(dataDir),
      { name: 'x', scopes: ['iot:read'] },
      clock,
    );
    const file = path.join(apiKeyDirectory(dataDir), `${record.id}.json`);
    for (const broken of [
      '',
      'null',
      '{}',
      JSON.stringify({ ...record, id: '0123456789abcdef' }),
      JSON.stringify({ ...record, sha256: '' }),
      JSON.stringify({ ...record, scopes: ['iot:everything'] }),
      JSON.stringify({ ...record, name: 'two\nlines' }),
      JSON.stringify({ ...record, expiresMs: 'never' }),
    ]) {
      faults = [];
      await writeFile(file, broken);
      expect(await checkOf()(key)).toBeUndefined();
      expect(faults).toHaveLength(1);
      expect(String(faults[0])).not.toContain(key);
    }
    await writeFile(file, JSON.stringify(record));
    expect(await checkOf()(key)).toBeDefined();
  });

  test('are told once each, and taken when they hold one', async () => {
    const directory = apiKeyDirectory(dataDir);
    const { key, record } = await createApiKey(
      directory,
      { name: 'x', scopes: ['iot:read'] },
      clock,
    );
    const file = path.join(directory, `${record.id}.json`);
    const check = checkOf();
    const later = async (): Promise<boolean> => {
      clock.advance(1000);
      return (await check(key)) !== undefined;
    };
    await writeFile(file, '');
    for (let seconds = 0; seconds < 3; seconds += 1) expect(await later()).toBe(false);
    expect(faults).toHaveLength(1);
    await writeFile(path.join(directory, '0123456789abcdef.json'), '');
    expect(await later()).toBe(false);
    expect(faults).toHaveLength(2);
    await writeFile(file, JSON.stringify(record));
    expect(await later()).toBe(true);
    expect(faults).toHaveLength(2);
  });

  test('and a directory that cannot be read: told once, until it can be', async () => {
    const directory = apiKeyDirectory(dataDir);
    const key = await made();
    const check = checkOf();
    for (const times of [1, 2]) {
      await rename(directory, `${directory}.away`);
      await writeFile(directory, '');
      for (let seconds = 0; seconds < 3; seconds += 1) {
        clock.advance(1000);
        await check(key);
      }
      expect(faults).toHaveLength(times);
      await rm(directory);
      await rename(`${directory}.away`, directory);
      clock.advance(1000);
      expect(await check(key)).toBeDefined();
    }
  });
});
