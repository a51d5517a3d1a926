import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ShownNodes } from '../../src/graph/shownNodes.ts';
import { Turns } from '../../src/graph/turns.ts';
import { writeJson } from '../../src/graph/writeJson.ts';
import { hurriedClock } from '../support/graphSide.ts';
import { VirtualClock } from '../support/virtualClock.ts';

function showing(nodes: number, clock = hurriedClock()) {
  const shown = new ShownNodes();
  shown.add(nodes);
  return { shown, turns: new Turns(clock).forOperation() };
}

describe('the text of an answer', () => {
  test('is what JSON.stringify writes, large or small', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    const answers = fc.record({
      errors: value,
      data: fc.dictionary(fc.string(), value),
      repeated: fc.nat({ max: 800 }),
    });
    await fc.assert(
      fc.asyncProperty(answers, async ({ errors, data, repeated }) => {
        const list = Array.from({ length: repeated }, () => data);
        const answer = { errors, data: { ...data, list, inner: { list, none: undefined } } };
        const text = JSON.stringify(answer);
        expect(await writeJson(answer, showing(1))).toBe(text);
        expect(await writeJson(answer, showing(9000))).toBe(text);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('of a large one is written in turns, texts and lists within lists counted', async () => {
    const row = { id: 'x'.repeat(60), body: 'y'.repeat(10_000) };
    const nested = { list: [{ list: Array.from({ length: 500 }, () => row) }] };
    const clock = new VirtualClock();
    let looks = 0;
    const counting = {
      nowMs: () => clock.nowMs(),
      sleep: (waitMs: number, signal?: AbortSignal) => clock.sleep(waitMs, signal),
      steadyMs() {
        looks += 1;
        return 0;
      },
    };
    await writeJson({ data: nested }, showing(500, counting));
    expect(looks).toBeGreaterThan(500);
  });
});
