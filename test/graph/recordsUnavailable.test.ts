import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { openLedger } from '../../src/ledger.ts';
import { graphOver, httpOver, upstreamOf } from '../support/graphSide.ts';
import { at } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

let plane: ControlPlane;
const clock = new VirtualClock();
beforeAll(async () => {
  plane = await startControlPlane({ clock, seeds: [] });
});
afterAll(() => plane.close());

test('without its records the gateway changes nothing, says so, and still reads', async () => {
  const upstream = upstreamOf(plane, clock);
  const ledger = await openLedger({ clock });
  const graph = await graphOver(upstream, { ledger });
  const app = httpOver(graph);
  const ask = async (query: string) => {
    const { body } = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload: { query },
    });
    return JSON.parse(body);
  };
  // As good as a disk that fails.
  await ledger.close();
  plane.resetCalls();
  const input = `{ templateName: "t", templateBody: "{}", provisioningRoleArn: "arn:aws:iam::123456789012:role/r", type: FLEET_PROVISIONING`;
  for (const given of [`${input} }`, `${input}, idempotencyKey: "k" }`]) {
    const answer = await ask(
      `mutation { createProvisioningTemplate(input: ${given}) { userErrors { code } } }`,
    );
    expect(at(answer, 'errors', 0, 'extensions')).toMatchObject({
      code: 'RECORDS_UNAVAILABLE',
      retryable: true,
    });
  }
  expect(plane.calls().served).toEqual({});
  const read = await ask('{ provisioningTemplates(countAll: true) { totalCount } }');
  expect(at(read, 'data', 'provisioningTemplates', 'totalCount')).toBe(0);
  await app.close();
  await graph.close();
  upstream.close();
});
