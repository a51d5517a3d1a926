import { describe, expect, test } from '@jest/globals';
import { Watchers } from '../../src/bulk/watchers.ts';
import { nextTurn } from '../../src/clock.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const isLast = (value: number): boolean => value === 9;

describe('who watches', () => {
  test('hears of changes now and then, the newest only, and of the last at once', async () => {
    const clock = new VirtualClock();
    const watchers = new Watchers<number>(clock);
    const seen: number[] = [];
    const over = (async () => {
      for await (const value of watchers.watch('a', 1, isLast)) seen.push(value);
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
    const values = watchers.watch('a', 1, isLast);
    await values.next();
    const waiting = values.next();
    await values.return(undefined);
    expect((await waiting).done).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  test('is sent home when all end, and so is who comes later', async () => {
    const watchers = new Watchers<number>(new VirtualClock());
    const values = watchers.watch('a', 1, isLast);
    await values.next();
    const waiting = values.next();
    watchers.close();
    expect((await waiting).done).toBe(true);
    expect((await watchers.watch('a', 1, isLast).next()).done).toBe(true);
  });
});
