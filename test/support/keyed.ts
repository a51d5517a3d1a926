import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiKeyDirectory, createApiKey, revokeApiKey } from '../../src/auth/apiKeys.ts';
import type { Scope } from '../../src/caller.ts';
import { type Harness, type HarnessOptions, startHarness } from './harness.ts';

/** A harness whose gateway takes API keys alone. */
export interface KeyedHarness extends Harness {
  /** The header of a new key with these scopes. */
  keyFor(scopes: readonly Scope[], name?: string): Promise<{ readonly authorization: string }>;
  /** Takes back the key in a header; the gateway knows it when this resolves. */
  revoke(headers: { readonly authorization: string }): Promise<void>;
}

export async function startKeyedHarness(options: HarnessOptions = {}): Promise<KeyedHarness> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'keyed-'));
  const directory = apiKeyDirectory(dataDir);
  const harness = await startHarness({
    ...options,
    gatewayOptions: { ...options.gatewayOptions, auth: { apiKeys: { dataDir } } },
  });
  // The gateway looks at the directory once a second.
  const noticed = (): void => harness.clock.advance(1000);
  return Object.defineProperties({} as KeyedHarness, {
    ...Object.getOwnPropertyDescriptors(harness),
    keyFor: {
      value: async (scopes: readonly Scope[], name = 'test') => {
        const { key } = await createApiKey(directory, { name, scopes }, harness.clock);
        noticed();
        return { authorization: `Bearer ${key}` };
      },
    },
    revoke: {
      value: async ({ authorization }: { readonly authorization: string }) => {
        await revokeApiKey(directory, authorization.split('_')[1] ?? '');
        noticed();
      },
    },
    close: {
      value: async () => {
        await harness.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    },
  });
}
