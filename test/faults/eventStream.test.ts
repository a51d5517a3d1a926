import { expect, test } from '@jest/globals';
import { ANONYMOUS } from '../../src/caller.ts';
import { startControlPlane } from '../../src/controlplane/server.ts';
import { createExposure } from '../../src/exposure.ts';
import { createHttp } from '../../src/http.ts';
import { Workload } from '../../src/workload.ts';
import { fetchEvents } from '../support/events.ts';
import { graphOver, upstreamOf } from '../support/graphSide.ts';
import { START_MS } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

test('a stream of events that fails is cut, and the fault is told with its request', async () => {
  const clock = new VirtualClock(START_MS);
  const plane = await startControlPlane({ clock, seeds: [] });
  const upstream = upstreamOf(plane, clock);
  const graph = await graphOver(upstream, {});
  const failure = new Error('nobody can be found');
  const faults: unknown[][] = [];
  let asked = 0;
  const app = createHttp(
    {
      graph,
      // Asked for the request, and again for each event.
      authenticate: async () => {
        asked += 1;
        if (asked > 1) throw failure;
        return ANONYMOUS;
      },
      sdl: '',
      pageDirectory: '/nowhere',
      exposure: createExposure({}, { host: '127.0.0.1', clock }),
      onFault: (...fault) => faults.push(fault),
    },
    new Workload(),
  );
  try {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const watch = 'subscription { bulkOperation(id: "nothing") { state } }';
    await expect(fetchEvents(url, watch)).rejects.toThrow();
    expect(faults).toEqual([[failure, expect.stringMatching(/^[0-9a-f-]{36}$/)]]);
  } finally {
    await app.close();
    await graph.close();
    upstream.close();
    await plane.close();
  }
});
