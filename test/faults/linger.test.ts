import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { ACCOUNT, REGION, START_MS } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const LINGER_MS = 500;
const clock = new VirtualClock(START_MS);
let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ clock, seeds: [] });
});
afterAll(() => plane.close());

const start = (): Promise<Gateway> =>
  startGateway({
    ...{ host: '127.0.0.1', port: 0, clock, lingerMs: LINGER_MS },
    target: {
      ...{ name: 'test', region: REGION, endpoint: plane.url },
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
    onFault: (error) => {
      throw error;
    },
  });

interface Told {
  readonly status: number | undefined;
  readonly connection: string | undefined;
}

function ask({ url }: Gateway, agent: Agent): Promise<Told> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(
      { ...{ hostname, port, path: '/graphql', method: 'POST' }, agent, headers },
      (response) => {
        const { statusCode: status, headers: back } = response;
        response.resume().on('end', () => resolve({ status, connection: back.connection }));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: '{ __typename }' }));
  });
}

describe('a client that keeps its connection', () => {
  test('is told that the gateway is about to stop, and not cut', async () => {
    const gateway = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask(gateway, agent)).toEqual({ status: 200, connection: 'keep-alive' });
    let hasStopped = false;
    const drained = gateway.drain().then(() => {
      hasStopped = true;
    });
    expect(await ask(gateway, agent)).toEqual({ status: 503, connection: 'close' });
    clock.advance(LINGER_MS - 1);
    expect(await ask(gateway, agent)).toEqual({ status: 503, connection: 'close' });
    expect(hasStopped).toBe(false);
    clock.advance(1);
    await drained;
    await expect(ask(gateway, agent)).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });
});
