import { describe, expect, test } from '@jest/globals';
import { nextTurn } from '../../src/clock.ts';
import { Turns } from '../../src/graph/turns.ts';

describe('turns', () => {
  test('let nodes through until there are too many for one turn of the loop', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const take = async (name: string, nodes: number) => {
      await turns.take(nodes);
      log.push(name);
    };
    const all = [take('a', 200), take('b', 200), take('c', 200), take('d', 10)];
    await Promise.resolve();
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    await Promise.all(all);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  test('many lists come one turn after the other, and others get in between', async () => {
    const turns = new Turns();
    let done = 0;
    let inBetween = 0;
    const lists = Promise.all(
      Array.from({ length: 10 }, async () => {
        await turns.take(500);
        done += 1;
      }),
    );
    while (done < 10) {
      const before = done;
      await nextTurn();
      // Two turns of theirs can come between two of ours, never all ten.
      expect(done - before).toBeLessThanOrEqual(2);
      inBetween += 1;
    }
    await lists;
    expect(inBetween).toBeGreaterThanOrEqual(5);
  });
});
