import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Scope } from '../../src/caller.ts';
import { attach } from '../../src/cli/attach.ts';
import { scopesIn } from '../../src/cli/scopeList.ts';
import { readSchemaText } from '../../src/gateway.ts';
import { makeAccount } from '../support/account.ts';
import { START_MS } from '../support/harness.ts';
import { type KeyedHarness, startKeyedHarness } from '../support/keyed.ts';

let harness: KeyedHarness;
let folder: string;

beforeAll(async () => {
  const { seed } = makeAccount({ jitp: { line: 1 }, unnamed: 3, createdMs: START_MS });
  harness = await startKeyedHarness({ seed });
  folder = await mkdtemp(path.join(tmpdir(), 'token-'));
});

afterAll(async () => {
  await harness.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(content: string | undefined): Promise<{ exitCode: number; text: string }> {
  const tokenFile = path.join(folder, 'token');
  if (content !== undefined) await writeFile(tokenFile, content);
  const output = new PassThrough();
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const options = { template: 'line', filter: '{}', url: harness.gateway.url, yes: true };
  const exitCode = await attach(
    { ...options, ...(content === undefined ? {} : { tokenFile }) },
    { input: new PassThrough(), output },
    await readSchemaText(),
  );
  return { exitCode, text };
}

const keyWith = async (scopes: readonly Scope[]): Promise<string> =>
  (await harness.keyFor(scopes)).authorization.replace('Bearer ', '');

describe('iotgw attach, to a gateway that asks who calls', () => {
  test('is refused without a key, and with one that does not suffice', async () => {
    await expect(run(undefined)).rejects.toThrow(/valid credentials only.* with --token-file\.$/);
    await expect(run('wrong')).rejects.toThrow(/valid credentials only.* in --token-file is not/);
    await expect(run(await keyWith(['iot:bulk']))).rejects.toThrow(/lacks the scopes? .*iot:read/);
  });

  test('works with a key in a file', async () => {
    const key = await keyWith(['iot:bulk', 'iot:ca:write', 'iot:read']);
    const { exitCode, text } = await run(`${key}\n`);
    expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.stringContaining('DONE: ') });
    expect(text).not.toContain(key);
  });

  test('works with the key of the README', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, scopes = ''] = /iotgw keys create .*--scopes (\S+)/.exec(readme) ?? [];
    expect((await run(await keyWith(scopesIn(scopes)))).exitCode).toBe(0);
  });

  test.each(['', 'two words', 'two\nlines'])('takes no token from a file with %j', async (text) => {
    await expect(run(text)).rejects.toThrow(/must hold one API key or token/);
  });
});
