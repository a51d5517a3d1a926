import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  Deadlines,
  type Expiring,
  FairQueue,
  INTERACTIVE_PER_BULK,
  type Priority,
  ServingOrder,
} from '../../src/upstream/fairQueue.ts';

interface Item {
  readonly caller: string;
  readonly number: number;
}

type Step =
  | { readonly kind: 'push'; readonly caller: string; readonly count: number }
  | { readonly kind: 'next'; readonly count: number }
  | { readonly kind: 'remove'; readonly which: number };

const count = fc.integer({ min: 1, max: 12 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('push' as const),
      caller: fc.constantFrom('a', 'b', 'c', 'd'),
      count,
    }),
    fc.record({ kind: fc.constant('next' as const), count }),
    fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }),
  ),
  { maxLength: 60 },
);

function push(queue: FairQueue<string>, caller: string, howMany: number): void {
  for (let each = 1; each <= howMany; each += 1) queue.push(caller, `${caller}${each}`);
}

function drain(queue: { next(): string | undefined }): string[] {
  const taken: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) taken.push(item);
  return taken;
}

describe('turns', () => {
  test('go round among the callers, first in first out within one', () => {
    const queue = new FairQueue<string>();
    push(queue, 'a', 4);
    push(queue, 'b', 1);
    push(queue, 'c', 2);
    expect(queue.size).toBe(7);
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
    expect(queue.size).toBe(0);
  });

  test('come to a newcomer after one of each who waits', () => {
    const queue = new FairQueue<string>();
    push(queue, 'a', 500);
    push(queue, 'b', 500);
    for (let each = 0; each < 100; each += 1) queue.next();
    push(queue, 'c', 1);
    expect([queue.next(), queue.next(), queue.next()]).toEqual(['a51', 'b51', 'c1']);
  });

  test('come to the big one too, however often the small ones return', () => {
    const queue = new FairQueue<string>();
    push(queue, 'big', 50);
    push(queue, 'x', 1);
    push(queue, 'y', 1);
    let big = 0;
    for (let each = 0; each < 90; each += 1) {
      const item = queue.next() ?? '';
      if (item.startsWith('big')) big += 1;
      else push(queue, item.slice(0, 1), 1);
    }
    expect(big).toBe(30);
  });

  test('that are given up are the last: who cancels 99 of 100 is served next', () => {
    const queue = new FairQueue<string>();
    push(queue, 'a', 100);
    push(queue, 'b', 100);
    for (let each = 1; each <= 99; each += 1) expect(queue.remove('a', `a${each}`)).toBe(true);
    expect(queue.remove('a', 'a1')).toBe(false);
    expect(queue.remove('z', 'a100')).toBe(false);
    expect(queue.next()).toBe('a100');
    expect(queue.size).toBe(100);
    push(queue, 'a', 1);
    expect([queue.next(), queue.next(), queue.next()]).toEqual(['b1', 'b2', 'a1']);
  });

  test('are as a plain list of turns has them, and forecast exactly', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom('a', 'b', 'e'), count, (all, caller, more) => {
        const queue = new FairQueue<Item>();
        const plain = new PlainTurns();
        let number = 0;
        for (const step of all) {
          if (step.kind === 'push') {
            for (let each = 0; each < step.count; each += 1) {
              const item = { caller: step.caller, number: ++number };
              queue.push(step.caller, item);
              plain.push(item);
            }
          } else if (step.kind === 'next') {
            for (let each = 0; each < step.count; each += 1) {
              expect(queue.next()).toBe(plain.next());
            }
          } else {
            const item = plain.items[step.which % plain.items.length];
            if (item !== undefined) expect(queue.remove(item.caller, item)).toBe(true);
            if (item !== undefined) plain.remove(item);
          }
          expect(queue.size).toBe(plain.items.length);
        }
        const forecast = queue.position(caller, more);
        const last = { caller, number: -1 };
        for (let each = 1; each < more; each += 1) queue.push(caller, { caller, number: ++number });
        queue.push(caller, last);
        let taken = 1;
        while (queue.next() !== last) taken += 1;
        expect(taken).toBe(forecast);
      }),
      { numRuns: 300 },
    );
  });

  test('never pass a waiting caller more than twice for any other', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new FairQueue<Item>();
        const waiting: Item[] = [];
        /** By waiting caller: how often each other one was served since its own last turn. */
        const passed = new Map<string, Map<string, number>>();
        let number = 0;
        for (const step of all) {
          if (step.kind === 'remove') {
            const [item] = waiting.splice(step.which % Math.max(1, waiting.length), 1);
            if (item === undefined) continue;
            queue.remove(item.caller, item);
            if (!waiting.some(({ caller }) => caller === item.caller)) passed.delete(item.caller);
            continue;
          }
          for (let each = 0; each < step.count; each += 1) {
            if (step.kind === 'push') {
              const item = { caller: step.caller, number: ++number };
              queue.push(step.caller, item);
              waiting.push(item);
              if (!passed.has(step.caller)) passed.set(step.caller, new Map());
              continue;
            }
            const item = queue.next();
            if (item === undefined) continue;
            const first = waiting.find(({ caller }) => caller === item.caller);
            expect(item).toBe(first);
            waiting.splice(waiting.indexOf(item), 1);
            for (const [caller, others] of passed) {
              const times = (others.get(item.caller) ?? 0) + 1;
              if (caller !== item.caller) others.set(item.caller, times);
              if (caller !== item.caller) expect(times).toBeLessThanOrEqual(2);
            }
            passed.delete(item.caller);
            if (waiting.some(({ caller }) => caller === item.caller)) {
              passed.set(item.caller, new Map());
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('are not lost with 200,000 waiting of 1,000 callers', () => {
    const queue = new FairQueue<number>();
    const callers = 1000;
    for (let each = 0; each < 200_000; each += 1) {
      queue.push(each % 2 === 0 ? 'one' : `caller ${each % callers}`, each);
    }
    for (let each = 0; each < 50_000; each += 1) queue.remove('one', 199_998 - 2 * each);
    expect(queue.position('one', 1)).toBeGreaterThan(100_000);
    let taken = 0;
    while (queue.next() !== undefined) taken += 1;
    expect([taken, queue.size]).toEqual([150_000, 0]);
  });
});

/** The same turns, found by looking at all of them. */
class PlainTurns {
  readonly items: Item[] = [];
  #turns: { readonly caller: string; readonly round: number; readonly taken: number }[] = [];
  #round = 0;
  #taken = 0;

  push(item: Item): void {
    const own = this.#turns.filter(({ caller }) => caller === item.caller);
    const round = Math.max(this.#round, ...own.map((turn) => turn.round)) + 1;
    this.#turns.push({ caller: item.caller, round, taken: this.#taken++ });
    this.items.push(item);
  }

  next(): Item | undefined {
    const [turn] = this.#turns.sort((a, b) => a.round - b.round || a.taken - b.taken);
    if (turn === undefined) return undefined;
    this.#round = turn.round;
    this.#turns.shift();
    const index = this.items.findIndex(({ caller }) => caller === turn.caller);
    return this.items.splice(index, 1)[0];
  }

  remove(item: Item): void {
    this.items.splice(this.items.indexOf(item), 1);
    const own = this.#turns.filter(({ caller }) => caller === item.caller);
    const last = Math.max(...own.map((turn) => turn.round));
    this.#turns = this.#turns.filter((turn) => turn.caller !== item.caller || turn.round !== last);
  }
}

describe('the forecast of a fair queue', () => {
  test('reaches over any number of rounds, near and far', () => {
    const queue = new FairQueue<number>();
    for (let each = 0; each < 300; each += 1) {
      expect(queue.position('a', 1)).toBe(each + 1);
      queue.push('a', each);
      expect(queue.position('b', 1000)).toBe(each + 1 + 1000);
    }
    for (let left = 300; left > 0; left -= 1) {
      expect([queue.position('a', 1), queue.position('b', 1000)]).toEqual([left + 1, left + 1000]);
      queue.next();
    }
  });
});

describe('interactive and bulk', () => {
  test('a bulk item is served after ten interactive ones, and at once when none waits', () => {
    const order = new ServingOrder<string>();
    for (let each = 0; each < 25; each += 1) order.push('interactive', 'a', `.${each}`);
    for (let each = 0; each < 4; each += 1) order.push('bulk', 'b', `B${each}`);
    expect(order.size).toBe(29);
    const served = drain(order).map((item) => item.slice(0, 1));
    expect(served.join('')).toBe('..........B..........B.....BB');
    expect(INTERACTIVE_PER_BULK).toBe(10);
  });

  test('one that leaves is gone, from its own queue only', () => {
    const order = new ServingOrder<string>();
    order.push('bulk', 'a', 'one');
    order.push('interactive', 'a', 'two');
    expect(order.remove('interactive', 'a', 'one')).toBe(false);
    expect(order.remove('bulk', 'a', 'one')).toBe(true);
    expect(drain(order)).toEqual(['two']);
  });

  test('the forecast holds when nobody else comes', () => {
    const priority = fc.constantFrom<Priority>('interactive', 'bulk');
    const rarelyBulk = fc.nat(29).map((die): Priority => (die === 0 ? 'bulk' : 'interactive'));
    const caller = fc.constantFrom('a', 'b', 'c');
    const waiting = fc.oneof(
      fc.array(fc.tuple(priority, caller), { maxLength: 80 }),
      fc.array(fc.tuple(rarelyBulk, caller), { minLength: 40, maxLength: 80 }),
    );
    fc.assert(
      fc.property(waiting, fc.nat(25), priority, count, (all, served, own, more) => {
        const order = new ServingOrder<object>();
        for (const [each, caller] of all) order.push(each, caller, {});
        for (let each = 0; each < served; each += 1) order.next();
        const forecast = order.position(own, 'a', more);
        const last = {};
        for (let each = 1; each < more; each += 1) order.push(own, 'a', {});
        order.push(own, 'a', last);
        let taken = 1;
        while (order.next() !== last) taken += 1;
        expect(taken).toBe(forecast);
      }),
      { numRuns: 500 },
    );
  });
});

describe('deadlines', () => {
  test('stay in order when one from below takes the place of one that leaves', () => {
    const heap = new Deadlines();
    const items = [6, 3, 3, 17, 7, 9, 4].map((deadlineMs) => ({ deadlineMs, heapIndex: -1 }));
    for (const item of items) heap.add(item);
    const [leaves] = items.splice(3, 1);
    if (leaves !== undefined) heap.remove(leaves);
    const found: number[] = [];
    for (let next = heap.earliest; next !== undefined; next = heap.earliest) {
      found.push(next.deadlineMs);
      heap.remove(next);
    }
    expect(found).toEqual([3, 3, 4, 6, 7, 9]);
  });

  test('the earliest is found, whichever come and leave', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ add: fc.oneof(fc.nat(50), fc.constant(Infinity)) }) },
      { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (all) => {
        const heap = new Deadlines();
        const plain: Expiring[] = [];
        for (const each of all) {
          if ('add' in each) {
            const item = { deadlineMs: each.add, heapIndex: -1 };
            plain.push(item);
            heap.add(item);
          } else {
            const [item] = plain.splice(each.remove % Math.max(1, plain.length), 1);
            if (item !== undefined) heap.remove(item);
          }
          const earliest = plain.length === 0 ? undefined : Math.min(...plain.map(deadlineOf));
          expect(heap.earliest?.deadlineMs).toBe(earliest);
        }
        for (const { deadlineMs } of plain.sort((a, b) => a.deadlineMs - b.deadlineMs)) {
          const { earliest } = heap;
          expect(earliest?.deadlineMs).toBe(deadlineMs);
          if (earliest !== undefined) heap.remove(earliest);
        }
        expect(heap.earliest).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});

function deadlineOf({ deadlineMs }: Expiring): number {
  return deadlineMs;
}
