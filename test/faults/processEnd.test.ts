import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { endOnCrash, endOnSignals } from '../../src/processEnd.ts';

/** A process that notes how it was ended. */
class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  function begun(drain: () => Promise<void>) {
    const fake = new FakeProcess();
    const reports: unknown[] = [];
    const started = endOnSignals(fake, (error) => reports.push(error));
    return { fake, reports, start: () => started(drain) };
  }

  test('drains and then ends with 0', async () => {
    let release = () => {};
    const { fake, start } = begun(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    start();
    fake.emit(signal);
    await settled();
    expect(fake.exits).toEqual([]);
    release();
    await settled();
    expect(fake.exits).toEqual([0]);
  });

  test('a second one ends it at once with 1', async () => {
    const { fake, start } = begun(() => new Promise(() => undefined));
    start();
    fake.emit(signal);
    fake.emit(signal === 'SIGTERM' ? 'SIGINT' : 'SIGTERM');
    expect(fake.exits).toEqual([1]);
  });

  test('before the start has come to its end drains once it has', async () => {
    const { fake, start } = begun(async () => undefined);
    fake.emit(signal);
    await settled();
    expect(fake.exits).toEqual([]);
    start();
    await settled();
    expect(fake.exits).toEqual([0]);
  });

  test('twice during a start that hangs ends it at once', () => {
    const { fake } = begun(async () => undefined);
    fake.emit(signal);
    fake.emit(signal);
    expect(fake.exits).toEqual([1]);
  });

  test('a drain that fails is reported and ends it with 1', async () => {
    const error = new Error('no');
    const { fake, reports, start } = begun(() => Promise.reject(error));
    start();
    fake.emit(signal);
    await settled();
    expect(fake.exits).toEqual([1]);
    expect(reports).toEqual([error]);
  });
});

describe.each(['uncaughtException', 'unhandledRejection'])('an %s', (event) => {
  test('is reported and ends the process with 1', () => {
    const fake = new FakeProcess();
    const reports: unknown[] = [];
    endOnCrash(fake, (error) => reports.push(error));
    fake.emit(event, 'anything');
    expect([reports, fake.exits]).toEqual([['anything'], [1]]);
  });

  test('ends it also when it cannot be reported', () => {
    const fake = new FakeProcess();
    endOnCrash(fake, () => {
      throw new Error('disk full');
    });
    expect(() => fake.emit(event, new Error('first'))).toThrow('disk full');
    expect(fake.exits).toEqual([1]);
  });
});
