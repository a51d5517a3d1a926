import { describe, expect, test } from '@jest/globals';
import { Watchers } from '../../src/bulk/watchers.ts';
import { nextTurn } from '../../src/clock.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const isLast = (value: number): boolean => value === 9;

async function watch(watchers: Watchers<number>, read = async (): Promise<number> => 1) {
  const values = await watchers.watch('a', read, isLast);
  if (values === undefined) throw new Error('There is nothing to watch.');
  return values;
}

describe('who watches', () => {
  test('hears of what ends while it looks', async () => {
    const watchers = new Watchers<number>(new VirtualClock());
    const values = await watch(watchers, async () => {
      watchers.tell('a', 9);
      return 1;
    });
    expect(await values.next()).toEqual({ done: false, value: 9 });
    expect((await values.next()).done).toBe(true);
  });

  test('watches nothing where nothing is', async () => {
    const clock = new VirtualClock();
    const watchers = new Watchers<number>(clock);
    expect(await watchers.watch('a', async () => undefined, isLast)).toBeUndefined();
    const failing = watchers.watch('a', () => Promise.reject(new Error('no disk')), isLast);
    await expect(failing).rejects.toThrow('no disk');
    expect(clock.waiting).toBe(0);
  });

  test('hears of changes now and then, the newest only, and of the last at once', async () => {
    const clock = new VirtualClock();
    const watchers = new Watchers<number>(clock);
    const seen: number[] = [];
    const over = (async () => {
      for await (const value of await watch(watchers)) seen.push(value);
    })();
    await nextTurn();
    watchers.tell('a', 2);
    watchers.tell('b', 7);
    watchers.tell('a', 3);
    await nextTurn();
    expect(seen).toEqual([1]);
    clock.advance(250);
    await nextTurn();
    expect(seen).toEqual([1, 3]);
    watchers.tell('a', 4);
    watchers.tell('a', 9);
    await over;
    expect(seen).toEqual([1, 3, 9]);
    expect(clock.waiting).toBe(0);
  });

  test('may leave while it waits', async () => {
    const clock = new VirtualClock();
    const watchers = new Watchers<number>(clock);
    const values = await watch(watchers);
    await values.next();
    const waiting = values.next();
    await values.return(undefined);
    expect((await waiting).done).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  test('is sent home when all end, and so is who comes later', async () => {
    const watchers = new Watchers<number>(new VirtualClock());
    const values = await watch(watchers);
    await values.next();
    const waiting = values.next();
    watchers.close();
    expect((await waiting).done).toBe(true);
    expect((await (await watch(watchers)).next()).done).toBe(true);
  });
});
