import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { DataDirectoryError, type Level } from '../src/dataDirectory.ts';
import {
  type Ledger,
  type LedgerOptions,
  type LedgerRange,
  type LedgerWrite,
  LedgerWriteError,
  openLedger,
} from '../src/ledger.ts';
import { VirtualClock } from './support/virtualClock.ts';

let directory = '';
const opened: Ledger[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  await rm(directory, { recursive: true });
});

async function open(more: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = await openLedger({ clock: new VirtualClock(), ...more });
  opened.push(ledger);
  return ledger;
}

const keysOf = async (ledger: Ledger, collection: string, range: LedgerRange) =>
  (await ledger.range(collection, range)).map(({ key }) => key);

describe.each([
  ['in memory', () => ({})],
  ['in a directory', () => ({ directory })],
])('a ledger %s', (_name, options) => {
  test('gives back what was put under a key of a collection, until it is deleted', async () => {
    const ledger = await open(options());
    expect(await ledger.get('things', 'one')).toBeUndefined();
    await ledger.put('things', 'one', { list: [1, 'two', null, { three: false }] });
    await ledger.put('others', 'one', 'another');
    expect(await ledger.get('things', 'one')).toEqual({ list: [1, 'two', null, { three: false }] });
    await ledger.put('things', 'one', 2);
    expect(await ledger.get('things', 'one')).toBe(2);
    await ledger.delete('things', 'one');
    expect(await ledger.get('things', 'one')).toBeUndefined();
    expect(await ledger.get('others', 'one')).toBe('another');
  });

  test('keeps nothing of an object that is changed after it was put', async () => {
    const ledger = await open(options());
    const value = { count: 1 };
    await ledger.put('things', 'one', value);
    value.count = 2;
    expect(await ledger.get('things', 'one')).toEqual({ count: 1 });
  });

  test('ranges over one collection, its bounds left out, both ways', async () => {
    const ledger = await open(options());
    for (const key of ['b', 'a', 'd', 'c', '']) await ledger.put('things', key, key);
    await ledger.put('thing', 'x', 1);
    await ledger.put('thingsToo', 'y', 1);
    expect(await keysOf(ledger, 'things', { limit: 9 })).toEqual(['', 'a', 'b', 'c', 'd']);
    expect(await keysOf(ledger, 'things', { limit: 2 })).toEqual(['', 'a']);
    expect(await keysOf(ledger, 'things', { gt: 'a', limit: 2 })).toEqual(['b', 'c']);
    expect(await keysOf(ledger, 'things', { gt: 'aa', lt: 'd', limit: 9 })).toEqual(['b', 'c']);
    expect(await keysOf(ledger, 'things', { limit: 2, reverse: true })).toEqual(['d', 'c']);
    expect(await keysOf(ledger, 'things', { lt: 'c', limit: 2, reverse: true })).toEqual([
      'b',
      'a',
    ]);
    expect(await keysOf(ledger, 'things', { gt: 'd', lt: 'a', limit: 9 })).toEqual([]);
    expect(await ledger.range('empty', { limit: 9 })).toEqual([]);
  });

  test('orders keys by their bytes, also where code units go otherwise', async () => {
    const ledger = await open(options());
    const keys = ['\u{1f600}', '\uff5e', 'z', 'Z', 'é'];
    for (const key of keys) await ledger.put('things', key, 0);
    const byBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await keysOf(ledger, 'things', { limit: 9 })).toEqual(byBytes);
  });

  test('writes a batch wholly or not at all', async () => {
    const ledger = await open(options());
    await ledger.put('things', 'old', 1);
    await ledger.batch([
      { kind: 'put', collection: 'things', key: 'new', value: 1 },
      { kind: 'delete', collection: 'things', key: 'old' },
      { kind: 'put', collection: 'others', key: 'new', value: 2 },
    ]);
    expect(await keysOf(ledger, 'things', { limit: 9 })).toEqual(['new']);
    const tooLong = 'x'.repeat(1024 * 1024 + 1);
    await expect(
      ledger.batch([
        { kind: 'put', collection: 'things', key: 'small', value: 1 },
        { kind: 'put', collection: 'things', key: 'large', value: tooLong },
      ]),
    ).rejects.toThrow(LedgerWriteError);
    expect(await keysOf(ledger, 'things', { limit: 9 })).toEqual(['new']);
  });

  test('refuses keys beyond 512 characters and collections of strange names', async () => {
    const ledger = await open(options());
    await expect(ledger.put('things', 'k'.repeat(513), 1)).rejects.toThrow(LedgerWriteError);
    for (const name of ['', 'a/b', 'Things', '../x']) {
      await expect(ledger.put(name, 'k', 1)).rejects.toThrow(TypeError);
      await expect(ledger.get(name, 'k')).rejects.toThrow(TypeError);
      await expect(ledger.range(name, { limit: 1 })).rejects.toThrow(TypeError);
    }
  });

  test('holds nothing under keys beyond 512 characters', async () => {
    const ledger = await open(options());
    await ledger.put('things', 'k', 1);
    const long = 'k'.repeat(513);
    expect(await ledger.get('things', long)).toBeUndefined();
    expect(await keysOf(ledger, 'things', { gt: long, limit: 9 })).toEqual([]);
    expect(await keysOf(ledger, 'things', { lt: long, limit: 9 })).toEqual(['k']);
  });

  test('takes nothing more once it is closed', async () => {
    const ledger = await open(options());
    await ledger.put('things', 'one', 1);
    await ledger.close();
    await ledger.close();
    await expect(ledger.put('things', 'two', 1)).rejects.toThrow(LedgerWriteError);
    await expect(ledger.get('things', 'one')).rejects.toThrow(LedgerWriteError);
  });
});

test('both ledgers answer alike, whatever is written', async () => {
  const key = fc.constantFrom('', 'a', 'ab', 'b', '/', 'ÿ', '\u{10000}', '\uffff');
  const collection = fc.constantFrom('one', 'oneMore');
  const write = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      collection,
      key,
      value: fc.integer(),
    }),
    fc.record({ kind: fc.constant('delete' as const), collection, key }),
  );
  const range = fc.record(
    { gt: key, lt: key, limit: fc.integer({ min: 0, max: 5 }), reverse: fc.boolean() },
    { requiredKeys: ['limit'] },
  );
  const memory = await open();
  const durable = await open({ directory });
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 6 }),
      collection,
      range,
      async (writes: readonly LedgerWrite[], name, asked) => {
        await Promise.all([memory.batch(writes), durable.batch(writes)]);
        expect(await memory.range(name, asked)).toEqual(await durable.range(name, asked));
      },
    ),
    { seed: 4, numRuns: 150 },
  );
});

describe('a ledger in memory', () => {
  test('is not durable and is bounded', async () => {
    const ledger = await open({ memoryBytes: 2000 });
    expect(ledger.isDurable).toBe(false);
    await ledger.put('things', 'a', 'x'.repeat(1000));
    await expect(ledger.put('things', 'b', 'x'.repeat(1000))).rejects.toThrow('is full');
    expect(await ledger.get('things', 'b')).toBeUndefined();
    // What makes room is taken.
    await ledger.put('things', 'a', 'x');
    await ledger.put('things', 'b', 'x'.repeat(1000));
  });
});

describe('a ledger in a directory', () => {
  test('keeps everything over a restart', async () => {
    const first = await open({ directory });
    expect(first.isDurable).toBe(true);
    await first.put('things', 'kept', { of: 'before' });
    await first.put('things', 'gone', 1);
    await first.delete('things', 'gone');
    await first.close();
    const second = await open({ directory });
    expect(await second.range('things', { limit: 9 })).toEqual([
      { key: 'kept', value: { of: 'before' } },
    ]);
  });

  test('belongs to one gateway at a time', async () => {
    const first = await open({ directory });
    await expect(open({ directory })).rejects.toThrow('Another process uses the data directory');
    await first.close();
    await open({ directory });
  });

  test('refuses a directory of the control plane, and one of somebody else', async () => {
    const level = new ClassicLevel(directory);
    await level.put('format', '1');
    await level.close();
    await expect(open({ directory })).rejects.toThrow('has format 1; this version reads');
    const other = join(directory, 'other');
    await rm(directory, { recursive: true });
    await open({ directory: other }).then((ledger) => ledger.close());
    await writeFile(join(other, 'thesis.txt'), 'precious');
    await expect(open({ directory: other })).rejects.toThrow(DataDirectoryError);
  });

  /** A directory whose disk fails while `fails` says so. */
  function failing() {
    const disk = { fails: false, opened: 0 };
    const openLevel = async (place: string): Promise<Level> => {
      disk.opened += 1;
      const level = new ClassicLevel<string, string>(place);
      await level.open();
      const batch = level.batch.bind(level);
      return new Proxy(level, {
        get(target, name) {
          if (name === 'batch' && disk.fails) {
            return () => Promise.reject(new Error('no space left'));
          }
          const value = name === 'batch' ? batch : Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    return { disk, open: openLevel };
  }

  test('rejects a write that the disk did not take, and goes on when it does again', async () => {
    const { disk, open: openLevel } = failing();
    const ledger = await open({ directory, open: openLevel });
    await ledger.put('things', 'before', 1);
    disk.fails = true;
    const writes = ['a', 'b', 'c'].map((key) => ledger.put('things', key, 1));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(writes[0]).rejects.toThrow(LedgerWriteError);
    disk.fails = false;
    const [found] = await Promise.all([
      ledger.get('things', 'before'),
      ledger.put('things', 'after', 1),
    ]);
    expect(found).toBe(1);
    expect(await keysOf(ledger, 'things', { limit: 9 })).toEqual(['after', 'before']);
    expect(disk.opened).toBe(2);
  });

  test('that another process has used while the disk failed is not written to again', async () => {
    const { disk, open: openLevel } = failing();
    const taken = { other: undefined as Ledger | undefined };
    const ledger = await open({
      directory,
      open: async (place) => {
        if (disk.opened === 1) {
          disk.fails = false;
          taken.other = await openLedger({ directory, clock: new VirtualClock() });
          await taken.other.close();
        }
        return openLevel(place);
      },
    });
    disk.fails = true;
    await expect(ledger.put('things', 'a', 1)).rejects.toThrow(LedgerWriteError);
    await expect(ledger.put('things', 'b', 1)).rejects.toThrow(LedgerWriteError);
    expect(taken.other).toBeDefined();
    await expect(ledger.get('things', 'a')).rejects.toThrow('Another process has used');
  });
});
