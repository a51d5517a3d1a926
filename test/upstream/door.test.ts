import { beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.ts';
import { type ActionName, DEFAULT_MAX_AGE_MS } from '../../src/upstream/actions.ts';
import { Door, type Send } from '../../src/upstream/door.ts';
import { NoPermitInTime } from '../../src/upstream/limiter.ts';
import { describeCACertificate, describeTemplate, THINGS } from '../../src/upstream/questions.ts';
import { callScope } from '../support/callScope.ts';
import { VirtualClock } from '../support/virtualClock.ts';

/** A call that waits until the test answers it. */
interface Sent {
  readonly action: ActionName;
  readonly input: unknown;
  answer(output: object): void;
  fail(error: Error): void;
}

const MAX_AGE_MS = DEFAULT_MAX_AGE_MS.DescribeProvisioningTemplate;
const QUESTION = describeTemplate('pump');

describe('the door', () => {
  let clock: VirtualClock;
  let sent: Sent[];
  let door: Door;
  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    const send = ((action, input) =>
      new Promise((resolve, reject) => {
        sent.push({
          action,
          input,
          answer: (output) => resolve(output as never),
          fail: reject,
        });
      })) as Send;
    door = new Door({ send, clock, maxBytes: 1_000_000 });
  });

  const call = (index: number): Sent => {
    const found = sent[index];
    if (!found) throw new Error(`Call ${index} was not made; ${sent.length} were`);
    return found;
  };

  /** Reads the template and answers the call that this makes. */
  async function readAnswered(description: string, maxAgeMs?: number): Promise<void> {
    const before = sent.length;
    const reading = door.read(
      QUESTION,
      callScope(door, maxAgeMs === undefined ? {} : { maxAgeMs }),
    );
    expect(sent).toHaveLength(before + 1);
    call(before).answer({ templateName: 'pump', description });
    await reading;
  }

  async function update(scope = callScope(door)): Promise<void> {
    const before = sent.length;
    const writing = door.write('UpdateProvisioningTemplate', { templateName: 'pump' }, scope);
    call(before).answer({});
    await writing;
  }

  const description = async (scope = callScope(door)): Promise<unknown> =>
    (await door.read(QUESTION, scope)).value?.description;

  test('sends the question as it stands', async () => {
    await readAnswered('first');
    expect(call(0)).toMatchObject({
      action: 'DescribeProvisioningTemplate',
      input: { templateName: 'pump' },
    });
  });

  describe('age', () => {
    test('an answer serves until its age is past the default, to the millisecond', async () => {
      await readAnswered('first');
      clock.advance(MAX_AGE_MS);
      const scope = callScope(door);
      expect(await description(scope)).toBe('first');
      expect(scope.receipts.receipt(scope.inputs.oldestMs, scope.inputs.hits)).toMatchObject({
        cacheHits: 1,
        made: {},
        oldest: new Date(clock.nowMs() - MAX_AGE_MS).toISOString(),
      });
      clock.advance(1);
      await readAnswered('second');
      expect(await description()).toBe('second');
      expect(sent).toHaveLength(2);
    });

    test('a request may ask for younger answers, and not for older ones', async () => {
      await readAnswered('first');
      clock.advance(1000);
      expect(await description(callScope(door, { maxAgeMs: 1000 }))).toBe('first');
      await readAnswered('second', 999);
      clock.advance(MAX_AGE_MS + 1);
      await readAnswered('third', 10 * MAX_AGE_MS);
    });

    test('an operation that runs long keeps what was young enough when it began', async () => {
      await readAnswered('first');
      const scope = callScope(door);
      clock.advance(2 * MAX_AGE_MS);
      expect(await description(scope)).toBe('first');
    });

    test('what was answered before the clock was set back has no age, then or an hour later', async () => {
      await readAnswered('first');
      const noted = callScope(door);
      expect(await description(noted)).toBe('first');
      expect(noted.inputs.hold(door.cache, door.nowMs())).toBe(true);
      clock.advance(-3_600_000);
      expect(noted.inputs.hold(door.cache, door.nowMs())).toBe(false);
      for (let minute = 0; minute < 50; minute += 1) {
        clock.advance(60_000);
        await readAnswered(`minute ${minute}`);
      }
      await readAnswered('last', 0);
      clock.advance(-3_600_000);
      callScope(door);
      clock.advance(3_600_000);
      await readAnswered('the date that it was before');
    });

    test('what was answered before the clock was set back is not given as stale', async () => {
      await readAnswered('first');
      clock.advance(-3_600_000);
      const scope = { ...callScope(door), freshness: door.freshness(undefined, 600_000) };
      const reading = description(scope);
      call(1).fail(new GatewayError('UPSTREAM_UNAVAILABLE'));
      await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect(scope.receipts.receipt(Infinity).stale).toBeUndefined();
    });

    test('an operation that the setting of the clock met uses what was answered in its time', async () => {
      const scope = callScope(door);
      clock.advance(-3_600_000);
      await readAnswered('answered meanwhile');
      expect(await description(scope)).toBe('answered meanwhile');
    });

    test('a clock that is put right by less than a second changes nothing', async () => {
      await readAnswered('first');
      clock.advance(-999);
      expect(await description()).toBe('first');
    });

    test('age 0 reads live, and reads the answer it got again', async () => {
      await readAnswered('first');
      const scope = callScope(door, { maxAgeMs: 0 });
      const reading = door.read(QUESTION, scope);
      call(1).answer({ templateName: 'pump', description: 'live' });
      expect((await reading).value?.description).toBe('live');
      expect(await description(scope)).toBe('live');
      expect(sent).toHaveLength(2);
      await readAnswered('live again', 0);
    });
  });

  describe('single flight', () => {
    test('equal reads at the same time are one call, which one of them pays', async () => {
      const owner = callScope(door, { calls: 1 });
      const joiners = Array.from({ length: 20 }, () => callScope(door, { calls: 0 }));
      const reading = [owner, ...joiners].map((scope) => description(scope));
      expect(sent).toHaveLength(1);
      call(0).answer({ templateName: 'pump', description: 'shared' });
      expect(new Set(await Promise.all(reading))).toEqual(new Set(['shared']));
      const [joiner] = joiners;
      expect(joiner?.receipts.receipt(joiner.inputs.oldestMs)).toMatchObject({
        deduplicated: 1,
        oldest: new Date(clock.nowMs()).toISOString(),
      });
    });

    test('different questions are different calls', async () => {
      const other = door.read(describeTemplate('valve'), callScope(door));
      const reading = door.read(QUESTION, callScope(door));
      expect(sent).toHaveLength(2);
      call(0).answer({ description: 'valve' });
      call(1).answer({ description: 'pump' });
      expect((await other).value?.description).toBe('valve');
      expect((await reading).value?.description).toBe('pump');
    });

    test('who reads live joins no call that began before', async () => {
      const early = description();
      const live = callScope(door, { maxAgeMs: 0 });
      const reading = [description(live), description(live)];
      expect(sent).toHaveLength(2);
      call(1).answer({ description: 'live' });
      call(0).answer({ description: 'early' });
      expect(await Promise.all([early, ...reading])).toEqual(['early', 'live', 'live']);
      // The younger answer arrived first and is not replaced by the older one.
      expect(await description()).toBe('live');
      expect(sent).toHaveLength(2);
    });

    test('who reads live joins a call that began after', async () => {
      const live = callScope(door, { maxAgeMs: 0 });
      const other = description();
      const reading = description(live);
      expect(sent).toHaveLength(1);
      call(0).answer({ description: 'young enough' });
      expect(await Promise.all([other, reading])).toEqual(['young enough', 'young enough']);
    });

    test('a call that failed fails its joiners, and leaves nothing behind', async () => {
      const failure = new GatewayError('UPSTREAM_UNAVAILABLE');
      const reading = Promise.allSettled([description(), description()]);
      call(0).fail(failure);
      expect(await reading).toEqual([
        { status: 'rejected', reason: failure },
        { status: 'rejected', reason: failure },
      ]);
      await readAnswered('recovered');
      expect(sent).toHaveLength(2);
    });
  });

  describe('a call that its operation had too little time for', () => {
    const refusal = (retryAfterMs = 5000): GatewayError =>
      new GatewayError(
        'UPSTREAM_THROTTLED',
        undefined,
        { retryAfterMs },
        new NoPermitInTime('DescribeProvisioningTemplate', retryAfterMs),
      );

    /** Reads for an operation that must have ended in so long. */
    const within = (leftMs: number): Promise<unknown> =>
      description({ ...callScope(door), deadlineMs: clock.nowMs() + leftMs });

    /** Waits until so many calls were made. */
    async function departed(count: number): Promise<void> {
      for (let turn = 0; turn < 100 && sent.length < count; turn += 1) await Promise.resolve();
      expect(sent).toHaveLength(count);
    }

    test('is made by one of those who joined it, and paid by that one', async () => {
      const owner = description();
      const joiners = Array.from({ length: 10 }, () => callScope(door, { calls: 1 }));
      const reading = joiners.map((scope) => description(scope));
      call(0).fail(refusal());
      await expect(owner).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
      await Promise.resolve();
      expect(sent).toHaveLength(2);
      call(1).answer({ description: 'in time' });
      expect(new Set(await Promise.all(reading))).toEqual(new Set(['in time']));
      expect(sent).toHaveLength(2);
      const counts = joiners.map(({ receipts }) => receipts.receipt(0).deduplicated);
      expect(counts.filter((count) => count === 1)).toHaveLength(9);
    });

    test('is made for who has the time, however many with too little are before', async () => {
      // There is a permit in 20 s.
      const short = [1000, 2000, 2000, 19_000];
      const reading = Promise.allSettled([...short, 30_000, 30_000].map(within));
      call(0).fail(refusal(19_001));
      await departed(2);
      call(1).fail(refusal(18_001));
      await departed(3);
      call(2).answer({ description: 'in time' });
      const refused = {
        status: 'rejected',
        reason: expect.objectContaining({ code: 'UPSTREAM_THROTTLED' }),
      };
      const answered = { status: 'fulfilled', value: 'in time' };
      expect(await reading).toEqual([...short.map(() => refused), answered, answered]);
      expect(sent).toHaveLength(3);
    });

    test('is not tried over and over by those who joined it', async () => {
      const reading = Promise.allSettled(Array.from({ length: 10 }, () => description()));
      call(0).fail(refusal());
      for (let turn = 0; turn < 20 && sent.length < 2; turn += 1) await Promise.resolve();
      call(1).fail(refusal());
      for (const { status } of await reading) expect(status).toBe('rejected');
      expect(sent).toHaveLength(2);
    });

    test('fails its joiners where AWS throttled it', async () => {
      const reading = Promise.allSettled([description(), description()]);
      call(0).fail(new GatewayError('UPSTREAM_THROTTLED'));
      for (const { status } of await reading) expect(status).toBe('rejected');
      expect(sent).toHaveLength(1);
    });
  });

  describe('calls that are refused', () => {
    const refused = new GatewayError('UPSTREAM_THROTTLED');
    const refusedDescription = async (scope = callScope(door)): Promise<unknown> =>
      (await door.read(QUESTION, scope, refused)).value?.description;

    test('are not made and spend nothing', async () => {
      const scope = callScope(door, { calls: 1 });
      await expect(refusedDescription(scope)).rejects.toBe(refused);
      expect(sent).toHaveLength(0);
      expect(scope.budget.left).toBe(1);
    });

    test('are not needed for what is known, or asked for by another', async () => {
      const other = description();
      const joined = refusedDescription();
      call(0).answer({ description: 'asked for by another' });
      expect([await other, await joined]).toEqual(Array(2).fill('asked for by another'));
      expect(await refusedDescription()).toBe('asked for by another');
    });

    test('leave what is too old, for who takes it', async () => {
      await readAnswered('first');
      clock.advance(MAX_AGE_MS + 1);
      const scope = { ...callScope(door), freshness: door.freshness(undefined, 60_000) };
      expect(await refusedDescription(scope)).toBe('first');
      await expect(refusedDescription()).rejects.toBe(refused);
    });
  });

  describe('writes', () => {
    test('a write drops what it touched and leaves the rest', async () => {
      await readAnswered('first');
      const other = door.read(describeTemplate('valve'), callScope(door));
      call(1).answer({ description: 'valve' });
      await other;
      await update();
      await readAnswered('second');
      await door.read(describeTemplate('valve'), callScope(door));
      expect(sent).toHaveLength(4);
    });

    test('what is read while a write is under way is dropped when it ends', async () => {
      const writing = door.write(
        'UpdateProvisioningTemplate',
        { templateName: 'pump' },
        callScope(door),
      );
      const during = description();
      call(1).answer({ description: 'before or after' });
      expect(await during).toBe('before or after');
      call(0).answer({});
      await writing;
      await readAnswered('after');
    });

    test('an answer that a write overtook is not kept', async () => {
      const early = description();
      await update();
      call(0).answer({ description: 'from before' });
      expect(await early).toBe('from before');
      await readAnswered('after');
      expect(await description()).toBe('after');
    });

    test('an answer that the beginning of a write overtook is not kept, should the write fail', async () => {
      const early = description();
      const writing = door.write(
        'UpdateProvisioningTemplate',
        { templateName: 'pump' },
        callScope(door),
      );
      call(0).answer({ description: 'from before' });
      await early;
      // The connection broke: AWS may have made the change.
      call(1).fail(new GatewayError('UPSTREAM_TIMEOUT'));
      await expect(writing).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      await readAnswered('after');
    });

    test('a call that began before a write is not joined after it', async () => {
      const early = description();
      await update();
      const late = description();
      expect(sent).toHaveLength(3);
      const joiner = description();
      expect(sent).toHaveLength(3);
      call(0).answer({ description: 'from before' });
      call(2).answer({ description: 'after' });
      expect(await Promise.all([early, late, joiner])).toEqual(['from before', 'after', 'after']);
      expect(await description()).toBe('after');
    });

    test('an operation reads after its own write, whatever age it accepts', async () => {
      const scope = callScope(door);
      await readAnswered('first');
      expect(await description(scope)).toBe('first');
      await update(scope);
      const reading = description(scope);
      call(2).answer({ description: 'second' });
      expect(await reading).toBe('second');
    });

    test('a write is remembered for a minute', async () => {
      const thing = THINGS.template('pump');
      expect(door.wasWritten(thing)).toBe(false);
      await update();
      expect(door.wasWritten(thing)).toBe(true);
      expect(door.wasWritten(THINGS.template('valve'))).toBe(false);
      clock.advance(60_000);
      expect(door.wasWritten(thing)).toBe(true);
      clock.advance(1);
      expect(door.wasWritten(thing)).toBe(false);
    });

    test('a write is remembered for a minute also when the clock is set back', async () => {
      await update();
      clock.advance(-3_600_000);
      clock.advance(60_000);
      expect(door.wasWritten(THINGS.template('pump'))).toBe(true);
      clock.advance(1);
      expect(door.wasWritten(THINGS.template('pump'))).toBe(false);
    });

    test('a refused write counts as well, for it may have been made', async () => {
      const writing = door.write('DeleteCACertificate', { certificateId: 'a' }, callScope(door));
      call(0).fail(new GatewayError('UPSTREAM_TIMEOUT'));
      await expect(writing).rejects.toThrow();
      expect(door.wasWritten(THINGS.caCertificate('a'))).toBe(true);
    });

    test('a registered CA is touched once its id is known', async () => {
      const missing = door.read(describeCACertificate('a'), callScope(door));
      call(0).fail(new GatewayError('RESOURCE_NOT_FOUND'));
      expect((await missing).value).toBeNull();
      const writing = door.write(
        'RegisterCACertificate',
        { caCertificate: 'pem' },
        callScope(door),
      );
      call(1).answer({ certificateId: 'a' });
      await writing;
      const found = door.read(describeCACertificate('a'), callScope(door));
      call(2).answer({ certificateDescription: { certificateId: 'a' } });
      expect((await found).value?.certificateDescription?.certificateId).toBe('a');
    });

    test('the memory of writes is bounded, and loses the oldest first', async () => {
      const remove = async (index: number): Promise<void> => {
        const certificateId = `ca-${index}`;
        const writing = door.write('UpdateCACertificate', { certificateId }, callScope(door));
        sent.pop()?.answer({});
        await writing;
      };
      await remove(-1);
      for (let index = 0; index < 10_000; index += 1) await remove(index);
      const remembered = (index: number): boolean =>
        door.wasWritten(THINGS.caCertificate(`ca-${index}`));
      expect(remembered(-1)).toBe(false);
      expect(remembered(0)).toBe(true);
      expect(remembered(9999)).toBe(true);
      // A write remembered anew is the youngest again.
      await remove(0);
      await remove(10_000);
      expect(remembered(0)).toBe(true);
      expect(remembered(1)).toBe(false);
    });
  });

  describe('failures', () => {
    test('not found is null, and is kept as any answer', async () => {
      const reading = door.read(QUESTION, callScope(door));
      call(0).fail(new GatewayError('RESOURCE_NOT_FOUND'));
      expect((await reading).value).toBeNull();
      expect((await door.read(QUESTION, callScope(door))).value).toBeNull();
      clock.advance(MAX_AGE_MS + 1);
      await readAnswered('made meanwhile');
      expect(await description()).toBe('made meanwhile');
    });

    test.each(['UPSTREAM_THROTTLED', 'UPSTREAM_ACCESS_DENIED', 'INVALID_REQUEST'] as const)(
      '%s is not kept',
      async (code) => {
        const reading = description();
        call(0).fail(new GatewayError(code));
        await expect(reading).rejects.toMatchObject({ code });
        await readAnswered('later');
      },
    );

    test('a failure does not drop an answer that is known', async () => {
      await readAnswered('first');
      const live = description(callScope(door, { maxAgeMs: 0 }));
      call(1).fail(new GatewayError('UPSTREAM_UNAVAILABLE'));
      await expect(live).rejects.toThrow();
      expect(await description()).toBe('first');
    });

    test('what is no GatewayError is thrown on', async () => {
      const reading = description();
      call(0).fail(new TypeError('a fault of ours'));
      await expect(reading).rejects.toThrow(TypeError);
    });

    test('a spent budget stops reads and writes before they leave', async () => {
      const scope = callScope(door, { calls: 1 });
      const reading = description(scope);
      call(0).answer({ description: 'paid' });
      expect(await reading).toBe('paid');
      await expect(door.read(describeTemplate('valve'), scope)).rejects.toMatchObject({
        code: 'UPSTREAM_BUDGET_SPENT',
        details: { action: 'DescribeProvisioningTemplate' },
      });
      await expect(
        door.write('UpdateProvisioningTemplate', { templateName: 'pump' }, scope),
      ).rejects.toMatchObject({ code: 'UPSTREAM_BUDGET_SPENT' });
      expect(sent).toHaveLength(1);
      // Neither did the write that was not made drop anything, and what is known costs nothing.
      expect(await description(scope)).toBe('paid');
      expect(door.wasWritten(THINGS.template('pump'))).toBe(false);
    });
  });
});
