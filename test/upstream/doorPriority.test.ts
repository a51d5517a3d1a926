import { expect, test } from '@jest/globals';
import { Door, type Send } from '../../src/upstream/door.ts';
import { Limiter } from '../../src/upstream/limiter.ts';
import { describeTemplate } from '../../src/upstream/questions.ts';
import { QUOTAS } from '../../src/upstream/quotas.ts';
import type { CallScope } from '../../src/upstream/scope.ts';
import { callScope } from '../support/callScope.ts';
import { VirtualClock } from '../support/virtualClock.ts';

/** How long a permit takes under the quota. */
const PERMIT_MS = 100;

/** A door whose calls wait for their permits, ten a second, and are answered at once. */
class Bench {
  readonly clock = new VirtualClock();
  readonly door: Door;
  /** The calls that left, by template, and who paid for them. */
  readonly sent: Array<readonly [templateName: string, caller: string]> = [];

  constructor(burst = 1) {
    const action = 'DescribeProvisioningTemplate';
    const quotas = { ...QUOTAS, [action]: { ratePerSecond: 1000 / PERMIT_MS, burst } };
    const permits = new Limiter({ clock: this.clock, quotas, share: 1 });
    const send = (async (name, { templateName }: { templateName: string }, scope) => {
      const permit = await permits.acquire({ ...scope, action: name });
      this.sent.push([templateName, scope.caller]);
      permit.release();
      return { templateName };
    }) as Send;
    this.door = new Door({ send, clock: this.clock, maxBytes: 1_000_000, permits });
  }

  /** Asks for templates; answers how many milliseconds from now each answer came after. */
  ask(templates: readonly number[], who: Partial<CallScope>): Promise<number[]> {
    const scope = { ...callScope(this.door), ...who };
    const askedMs = this.clock.nowMs();
    const reading = templates.map(async (template) => {
      await this.door.read(describeTemplate(`t${template}`), scope);
      return this.clock.nowMs() - askedMs;
    });
    return Promise.all(reading);
  }

  /** Lets permits come until all is answered, or so many have come. */
  async pass(permits: number): Promise<void> {
    for (let each = 0; each < permits; each += 1) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      this.clock.advance(PERMIT_MS);
    }
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('who joins a call that stands far back in the line of another waits for two permits at most', async () => {
  const bench = new Bench();
  const alice = bench.ask(upTo(120), { caller: 'alice' });
  await bench.pass(20);
  const bob = bench.ask([110], { caller: 'bob' });
  await bench.pass(130);
  expect(await bob).toEqual([2 * PERMIT_MS]);
  await alice;
  // It is one call, which she pays, and takes one permit: hers wait no longer than before.
  expect(bench.sent.filter(([name]) => name === 't110')).toEqual([['t110', 'alice']]);
  expect(bench.sent).toHaveLength(120);
  expect(Math.max(...(await alice))).toBe(119 * PERMIT_MS);
});

test('a call that is asked for from several ends takes one permit', async () => {
  const bench = new Bench(4);
  const all = upTo(12);
  // Each asks for the same, from another end.
  const asking = [
    bench.ask(all, { caller: 'alice' }),
    bench.ask(all.toReversed(), { caller: 'bob' }),
    bench.ask([5, 6, 11, 0], { caller: 'carol' }),
  ];
  // Four at once, then the other eight.
  await bench.pass(9);
  const waits = (await Promise.all(asking)).flat();
  expect(Math.max(...waits)).toBe(8 * PERMIT_MS);
  expect(bench.sent).toHaveLength(12);
});

test('who joins all that another waits for makes the lines no longer', async () => {
  const bench = new Bench();
  const asking = upTo(20).map((caller) => bench.ask(upTo(50), { caller: `caller ${caller}` }));
  await bench.pass(10);
  // Behind forty calls that are left, although twenty callers wait for each.
  const late = { ...callScope(bench.door), caller: 'caller 0' };
  const others = upTo(10).map((index) => describeTemplate(`other ${index}`));
  const inMs = (leftMs: number) => ({ ...late, deadlineMs: bench.clock.nowMs() + leftMs });
  expect(bench.door.refusal(others, inMs(56 * PERMIT_MS))).toBeUndefined();
  expect(bench.door.refusal(others, inMs(40 * PERMIT_MS))).toBeDefined();
  await bench.pass(40);
  await Promise.all(asking);
  expect(bench.sent).toHaveLength(50);
});

test('what people wait for joins a call that can wait, and takes it along', async () => {
  const bench = new Bench();
  const bulk = bench.ask(upTo(30), { caller: 'bulk/1', priority: 'bulk' });
  await bench.pass(1);
  const person = bench.ask([25], { caller: 'person' });
  await bench.pass(30);
  expect(await person).toEqual([PERMIT_MS]);
  await bulk;
  expect(bench.sent).toHaveLength(30);
});

test('what can wait joins what people wait for, and one another', async () => {
  const bench = new Bench();
  const asking = [
    bench.ask(upTo(5), { caller: 'person' }),
    bench.ask(upTo(5), { caller: 'bulk/1', priority: 'bulk' }),
    bench.ask(upTo(5), { caller: 'bulk/2', priority: 'bulk' }),
  ];
  await bench.pass(5);
  await Promise.all(asking);
  expect(bench.sent).toHaveLength(5);
});

test('a call that its first caller gave up goes on for who joined it, in the turn of that one', async () => {
  const bench = new Bench();
  const shortMs = bench.clock.nowMs() + 10 * PERMIT_MS;
  const alice = bench.ask(upTo(9), { caller: 'alice', deadlineMs: shortMs });
  await bench.pass(2);
  const bob = bench.ask([8], { caller: 'bob' });
  await bench.pass(9);
  expect(await bob).toEqual([2 * PERMIT_MS]);
  await alice;
});
