import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { DocumentListError } from '../../src/documentList.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway.ts';
import { ACCOUNT, REGION, START_MS } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const clock = new VirtualClock(START_MS);
let plane: ControlPlane;
let dataDir: string;

beforeAll(async () => {
  plane = await startControlPlane({ clock, seeds: [] });
  dataDir = await mkdtemp(join(tmpdir(), 'start-'));
});

afterAll(async () => {
  await plane.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = (options: Partial<GatewayOptions> = {}): Promise<Gateway> =>
  startGateway({
    host: '127.0.0.1',
    port: 0,
    clock,
    dataDir,
    target: {
      name: 'test',
      region: REGION,
      endpoint: plane.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
    ...options,
    onFault: (error) => {
      throw error;
    },
  });

describe('a start that fails leaves nothing open', () => {
  test('over a document that cannot be trusted: the records can be opened again', async () => {
    const documents = { [`sha256:${'0'.repeat(64)}`]: '{ nothing }' };
    await expect(start({ documents })).rejects.toThrow(DocumentListError);
    await (await start()).drain();
  });

  test('over a port that is taken', async () => {
    const port = Number(new URL(plane.url).port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await (await start()).drain();
  });
});
