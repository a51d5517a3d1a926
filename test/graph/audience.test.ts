import { describe, expect, test } from '@jest/globals';
import { Audience } from '../../src/graph/audience.ts';

/** How often an execution was given up. */
function watched(audience: Audience): { count: number } {
  const givenUp = { count: 0 };
  audience.whenEmpty(() => {
    givenUp.count += 1;
  });
  return givenUp;
}

describe('an execution', () => {
  test('is given up when the last who waited has left, and not before', () => {
    const audience = new Audience();
    const [first, second] = [audience.join(), audience.join()];
    const givenUp = watched(audience);
    first();
    expect(givenUp.count).toBe(0);
    second();
    expect(givenUp.count).toBe(1);
  });

  test('is given up at once when nobody waits for it', () => {
    expect(watched(new Audience()).count).toBe(1);
  });

  test('that has ended is not given up by those who leave with its answer', () => {
    const audience = new Audience();
    const leave = audience.join();
    const givenUp = watched(audience);
    audience.end();
    leave();
    expect(givenUp.count).toBe(0);
  });
});
