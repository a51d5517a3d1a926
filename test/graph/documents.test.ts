import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DocumentNode, parse } from 'graphql';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { documentBytes } from '../../src/graph/documents.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { graphOver, httpOver, upstreamOf } from '../support/graphSide.ts';
import { type Answer, START_MS } from '../support/harness.ts';
import { VirtualClock } from '../support/virtualClock.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const MIB = 1024 * 1024;
const long = (name: string): string =>
  `query ${name} { nodes(ids: [${'"a" '.repeat(1900)}]) { id } }`;

let plane: ControlPlane;
let upstream: Upstream;
beforeAll(async () => {
  const clock = new VirtualClock(START_MS);
  plane = await startControlPlane({ clock, seeds: ['demo'] });
  upstream = upstreamOf(plane, clock);
});
afterAll(async () => {
  upstream.close();
  await plane.close();
});

async function withGraph(
  compiledBytes: number,
  work: (
    graph: Awaited<ReturnType<typeof graphOver>>,
    ask: (query: string) => Promise<Answer>,
  ) => Promise<void>,
): Promise<void> {
  const graph = await graphOver(upstream, { compiledBytes, compile: 'never' });
  const app = httpOver(graph);
  try {
    await work(graph, async (query) => {
      const response = await app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ query }),
      });
      return JSON.parse(response.body) as Answer;
    });
  } finally {
    await app.close();
    await graph.close();
  }
}

describe('documents that came before', () => {
  test('are neither parsed nor validated again', async () => {
    await withGraph(8 * MIB, async (graph, ask) => {
      await ask('{ asked: __typename }');
      expect(graph.documents.valid('{ asked: __typename }')).toBeDefined();
      graph.documents.keepValid('{ shown: __typename }', parse('{ kept: __typename }'));
      expect((await ask('{ shown: __typename }')).data).toEqual({ kept: 'Query' });
    });
  });

  test('are not kept when they are wrong', async () => {
    await withGraph(8 * MIB, async (graph, ask) => {
      for (const query of ['{ nothing }', '{', '{ nodes(ids: 1) }']) {
        await ask(query);
        expect(graph.documents.valid(query)).toBeUndefined();
      }
    });
  });

  test('take no more memory than their bound, nor does anybody else keep them', async () => {
    await withGraph(4 * MIB, async (graph, ask) => {
      await ask(long('First'));
      const beforeBytes = heapBytes();
      for (let index = 0; index < 120; index += 1) {
        const { errors } = await ask(long(`Q${index}`));
        // It was valid, and was executed.
        expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
        expect(graph.documents.bytes).toBeLessThanOrEqual(MIB);
      }
      expect(graph.documents.bytes).toBeGreaterThan(0);
      // All of them would take more than 50 MiB.
      expect(heapBytes() - beforeBytes).toBeLessThan(16 * MIB);
    });
  });

  test.each([
    ['long texts', long],
    ['short ones', (name: string) => `query ${name} { caCertificates { nodes { id status } } }`],
    ['texts without spaces', (name: string) => `query ${name}{${'a{b(c:1)}'.repeat(200)}}`],
  ])('are weighed with what they take, %s', (_name, textOf) => {
    const parsed: DocumentNode[] = [];
    const beforeBytes = heapBytes();
    for (let index = 0; index < 300; index += 1) parsed.push(parse(textOf(`Q${index}`)));
    const takenBytes = heapBytes() - beforeBytes;
    const weighedBytes = parsed.reduce((sum, document) => sum + documentBytes(document), 0);
    expect(weighedBytes / takenBytes).toBeGreaterThan(0.7);
    expect(weighedBytes / takenBytes).toBeLessThan(1.6);
  });
});
