import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  CACertificateRecord,
  Collection,
  RealmState,
  TagsRecord,
} from '../../src/controlplane/contract.ts';
import type { Journal, JournalChange } from '../../src/controlplane/durable.ts';
import { SequenceList } from '../../src/controlplane/sequenceList.ts';
import { Store, StoreWriteError } from '../../src/controlplane/store.ts';

const realm = { account: '123456789012', region: 'us-east-1' };

function tags(resourceArn: string, Value = ''): Omit<TagsRecord, 'sequence'> {
  return { resourceArn, tags: [{ Key: 'k', Value }] };
}

function ca(
  certificateId: string,
  subjectDigest: string,
  templateName?: string,
): Omit<CACertificateRecord, 'sequence'> {
  return {
    certificateId,
    certificateArn: `arn/${certificateId}`,
    certificatePem: '',
    status: 'ACTIVE',
    autoRegistrationStatus: 'ENABLE',
    certificateMode: 'DEFAULT',
    ownedBy: realm.account,
    creationDateMs: 0,
    lastModifiedDateMs: 0,
    customerVersion: 1,
    generationId: '',
    notBeforeMs: 0,
    notAfterMs: 0,
    subjectDigest,
    ...(templateName !== undefined && { registrationConfig: { templateName } }),
  };
}

function arns(collection: Collection<TagsRecord, 'none'>, limit = 100): string[] {
  return collection.list({ ascending: true, limit }).map((record) => record.resourceArn);
}

/** A journal whose commits a test holds open, and ends as it likes. */
class HeldJournal implements Journal {
  readonly commits: Array<{
    readonly changes: readonly JournalChange[];
    readonly end: (error?: Error) => void;
  }> = [];

  async *entries(): AsyncIterable<never> {}

  commit(changes: readonly JournalChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.commits.push({ changes, end: (error) => (error ? reject(error) : resolve()) });
    });
  }

  async close(): Promise<void> {}

  /** Ends the next commit once it has begun. */
  async endNext(error?: Error): Promise<void> {
    while (this.commits.length === 0) await Promise.resolve();
    this.commits.shift()?.end(error);
  }
}

describe('SequenceList', () => {
  test('a page out of 100,000 looks at a few items besides the page', () => {
    let looks = 0;
    const list = new SequenceList();
    for (let index = 0; index < 100_000; index += 1) {
      list.add({
        get sequence() {
          looks += 1;
          return index;
        },
      });
    }
    for (const ascending of [true, false]) {
      looks = 0;
      const walk = list.walk(ascending, 77_777);
      const page = Array.from({ length: 250 }, () => walk.next().value);
      expect(looks).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(100_000)));
      expect(page.map((item) => item?.sequence).slice(0, 2)).toEqual(
        ascending ? [77_778, 77_779] : [77_776, 77_775],
      );
      expect(page).toHaveLength(250);
    }
  });

  test('keeps its order when items come late, go, and come again', () => {
    const list = new SequenceList();
    for (const sequence of [1, 5, 3, 4, 3]) list.add({ sequence });
    list.remove(4);
    list.remove(99);
    const order = [...list.walk(true, undefined)].map((item) => item.sequence);
    expect(order).toEqual([1, 3, 5]);
    expect([...list.walk(false, 3)].map((item) => item.sequence)).toEqual([1]);
    expect([...list.walk(true, 5)]).toEqual([]);
    expect(list.size).toBe(3);
  });
});

describe('a transaction', () => {
  test('sees its own writes, merged in order with what is committed', async () => {
    const store = await Store.open();
    await store.write(realm, ({ tags: all }) => {
      for (const name of ['a', 'b', 'c', 'd']) all.put(name, tags(name));
    });
    await store.write(realm, ({ tags: all }) => {
      all.delete('b');
      all.put('c', tags('c', 'changed'));
      all.put('e', tags('e'));
      expect(arns(all)).toEqual(['a', 'c', 'd', 'e']);
      expect(arns(all, 2)).toEqual(['a', 'c']);
      expect(all.list({ ascending: false, limit: 2 }).map((record) => record.resourceArn)).toEqual([
        'e',
        'd',
      ]);
      const after = all.get('c')?.sequence;
      const page = all.list({ ascending: true, afterSequence: after, limit: 10 });
      expect(page.map((record) => record.resourceArn)).toEqual(['d', 'e']);
      expect(all.get('c')?.tags[0]?.Value).toBe('changed');
      expect(all.get('b')).toBeUndefined();
      expect(all.count()).toBe(4);
      all.put('b', tags('b'));
      expect(arns(all)).toEqual(['a', 'c', 'd', 'e', 'b']);
    });
    expect(arns(store.read(realm).tags)).toEqual(['a', 'c', 'd', 'e', 'b']);
  });

  test('of work that throws keeps nothing, not even the sequence', async () => {
    const store = await Store.open();
    await store.write(realm, ({ tags: all }) => all.put('a', tags('a')));
    const failure = store.write(realm, (state) => {
      state.tags.put('b', tags('b'));
      state.tags.delete('a');
      throw new RangeError('no');
    });
    await expect(failure).rejects.toThrow(RangeError);
    expect(arns(store.read(realm).tags)).toEqual(['a']);
    const next = await store.write(realm, (state) => state.tags.put('c', tags('c')));
    expect(next.sequence).toBe(2);
  });

  test('keeps a sequence over later puts, and gives a new one after a delete', async () => {
    const store = await Store.open();
    const put = (value: string) =>
      store.write(realm, ({ tags: all }) => all.put('a', tags('a', value)));
    expect((await put('1')).sequence).toBe(1);
    expect((await put('2')).sequence).toBe(1);
    await store.write(realm, ({ tags: all }) => all.delete('a'));
    expect((await put('3')).sequence).toBe(2);
  });

  test('runs alone: the second sees what the first wrote, though the first waits', async () => {
    const store = await Store.open();
    const seen: number[] = [];
    const step = async ({ tags: all }: RealmState): Promise<void> => {
      const before = all.count();
      await Promise.resolve();
      all.put(`n${before}`, tags(`n${before}`));
      seen.push(before);
    };
    await Promise.all(Array.from({ length: 5 }, () => store.write(realm, step)));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('indexes', () => {
  test('list and count by value, and follow a record that moves', async () => {
    const store = await Store.open();
    await store.write(realm, ({ caCertificates }) => {
      caCertificates.put('1', ca('1', 's', 'kettles'));
      caCertificates.put('2', ca('2', 's', 'toasters'));
      caCertificates.put('3', ca('3', 't', 'kettles'));
    });
    const named = (templateName: string) =>
      store
        .read(realm)
        .caCertificates.list({
          where: { index: 'templateName', value: templateName },
          ascending: true,
          limit: 10,
        })
        .map((record) => record.certificateId);
    expect(named('kettles')).toEqual(['1', '3']);
    await store.write(realm, ({ caCertificates }) => {
      caCertificates.put('2', ca('2', 's', 'kettles'));
      caCertificates.put('1', ca('1', 's'));
      const where = { index: 'templateName', value: 'kettles' } as const;
      expect(caCertificates.count(where)).toBe(2);
      const listed = caCertificates.list({ where, ascending: false, limit: 10 });
      expect(listed.map((record) => record.certificateId)).toEqual(['3', '2']);
    });
    expect(named('kettles')).toEqual(['2', '3']);
    expect(named('toasters')).toEqual([]);
    const { caCertificates } = store.read(realm);
    expect(caCertificates.count({ index: 'subject', value: 's' })).toBe(2);
    expect(caCertificates.count({ index: 'subject', value: 'unknown' })).toBe(0);
  });
});

describe('any sequence of writes', () => {
  const write = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    templateName: fc.constantFrom('kettles', 'toasters', undefined, 'delete'),
  });
  const query = fc.record({
    value: fc.constantFrom('kettles', 'toasters', undefined),
    ascending: fc.boolean(),
    afterSequence: fc.option(fc.nat(30), { nil: undefined }),
    limit: fc.nat(5),
  });

  test('lists and counts as a plain sorted array would, staged and committed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(write, { maxLength: 8 }), { maxLength: 6 }),
        fc.array(query, { minLength: 1, maxLength: 5 }),
        async (transactions, queries) => {
          const store = await Store.open();
          const model = new Map<string, CACertificateRecord>();
          const compare = ({ caCertificates }: RealmState): void => {
            for (const { value, ascending, afterSequence, limit } of queries) {
              const where =
                value === undefined ? undefined : ({ index: 'templateName', value } as const);
              const matching = [...model.values()]
                .filter((record) => !where || record.registrationConfig?.templateName === value)
                .sort((one, other) => one.sequence - other.sequence);
              expect(caCertificates.count(where)).toBe(matching.length);
              const page = (ascending ? matching : matching.reverse()).filter(
                ({ sequence }) =>
                  afterSequence === undefined ||
                  (ascending ? sequence > afterSequence : sequence < afterSequence),
              );
              expect(caCertificates.list({ where, ascending, afterSequence, limit })).toEqual(
                page.slice(0, limit),
              );
            }
          };
          for (const writes of transactions) {
            await store.write(realm, (state) => {
              for (const { key, templateName } of writes) {
                if (templateName === 'delete') {
                  state.caCertificates.delete(key);
                  model.delete(key);
                } else {
                  model.set(key, state.caCertificates.put(key, ca(key, 's', templateName)));
                }
                compare(state);
              }
            });
            compare(store.read(realm));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('what reads see', () => {
  test('nothing of a write before its commit has ended', async () => {
    const journal = new HeldJournal();
    const store = await Store.open(journal);
    const write = store.write(realm, ({ tags: all }) => all.put('a', tags('a')));
    while (journal.commits.length === 0) await Promise.resolve();
    expect(store.read(realm).tags.get('a')).toBeUndefined();
    await journal.endNext();
    await write;
    expect(store.read(realm).tags.get('a')).toBeDefined();
  });

  test('nothing of a write whose commit failed, and the store goes on', async () => {
    const journal = new HeldJournal();
    const store = await Store.open(journal);
    const lost = store.write(realm, ({ tags: all }) => all.put('a', tags('a')));
    const refused = expect(lost).rejects.toThrow(StoreWriteError);
    await journal.endNext(new Error('EIO'));
    await refused;
    expect(store.read(realm).tags.get('a')).toBeUndefined();
    const kept = store.write(realm, ({ tags: all }) => all.put('b', tags('b')));
    await journal.endNext();
    expect((await kept).sequence).toBe(1);
    expect(arns(store.read(realm).tags)).toEqual(['b']);
  });

  test('only their own account and region', async () => {
    const store = await Store.open();
    await store.write(realm, ({ tags: all }) => all.put('a', tags('a')));
    for (const other of [
      { ...realm, region: 'eu-west-1' },
      { ...realm, account: '210987654321' },
    ]) {
      expect(store.read(other).tags.count()).toBe(0);
    }
  });

  test('a write through a read-only view is refused', async () => {
    const store = await Store.open();
    const view = store.read(realm);
    expect(() => view.tags.put('a', tags('a'))).toThrow(TypeError);
    expect(() => view.tags.delete('a')).toThrow(TypeError);
  });

  test('a transaction without writes makes no commit', async () => {
    const journal = new HeldJournal();
    const store = await Store.open(journal);
    await store.write(realm, ({ tags: all }) => all.delete('a'));
    expect(journal.commits).toHaveLength(0);
  });
});
