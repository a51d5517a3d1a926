import { expect, test } from '@jest/globals';
import { OpenParts } from '../src/openParts.ts';

test('parts are closed once, in the reverse order, also when one of them fails', async () => {
  const told: unknown[] = [];
  const parts = new OpenParts((error) => told.push(error));
  const closed: string[] = [];
  const part = (name: string, failure?: unknown) => ({
    close: async (): Promise<void> => {
      await Promise.resolve();
      closed.push(name);
      if (failure !== undefined) throw failure;
    },
  });
  const thrown = {
    close: () => {
      throw 'at once';
    },
  };
  const first = part('first');
  expect(parts.add(first)).toBe(first);
  parts.add(thrown);
  parts.add(part('second', 'late'));
  parts.add(part('third'));
  await parts.close();
  await parts.close();
  expect(closed).toEqual(['third', 'second', 'first']);
  expect(told).toEqual(['late', 'at once']);
});
