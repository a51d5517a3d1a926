import { expect, test } from '@jest/globals';

import { Lifetimes } from '../../src/upstream/lifetime.ts';
import { WriteTurns } from '../../src/upstream/writeTurns.ts';
import { VirtualClock } from '../support/virtualClock.ts';

/** Work that ends when it is told to. */
function work() {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end: () => end() };
}

test('work on one thing comes one after the other, whatever becomes of it', async () => {
  const turns = new WriteTurns();
  const said: string[] = [];
  const first = work();
  const one = turns.take('ca/1', undefined, async () => {
    said.push('first begins');
    await first.ended;
    said.push('first ends');
    throw new Error('refused');
  });
  const two = turns.take('ca/1', undefined, async () => said.push('second'));
  const three = turns.take('ca/1', undefined, async () => said.push('third'));
  await turns.take('ca/2', undefined, async () => said.push('another thing'));
  expect(said).toEqual(['first begins', 'another thing']);
  first.end();
  await expect(one).rejects.toThrow('refused');
  await Promise.all([two, three]);
  expect(said).toEqual(['first begins', 'another thing', 'first ends', 'second', 'third']);
});

test('who gives up waiting leaves the turn to those behind, in their order', async () => {
  const turns = new WriteTurns();
  const lifetime = new Lifetimes(new VirtualClock(0)).begin({ deadlineMs: 1000 });
  const said: string[] = [];
  const first = work();
  const one = turns.take('ca/1', undefined, () => first.ended);
  const two = turns.take('ca/1', lifetime, async () => said.push('second'));
  const three = turns.take('ca/1', undefined, async () => said.push('third'));
  lifetime.leave();
  await expect(two).rejects.toMatchObject({ code: 'CLIENT_CLOSED_REQUEST' });
  expect(said).toEqual([]);
  first.end();
  await Promise.all([one, three]);
  expect(said).toEqual(['third']);
});
