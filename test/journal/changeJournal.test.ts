import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type IntendedChange, type Settlement, UNSETTLED } from '../../src/journal/change.ts';
import { ChangeJournal } from '../../src/journal/changeJournal.ts';
import { withoutSecrets } from '../../src/journal/redaction.ts';
import { type Ledger, openLedger } from '../../src/ledger.ts';
import { makePrivateKey } from '../support/pki.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const DONE: Settlement = { ...UNSETTLED, outcome: 'DONE' };

const intended = (key: string, more: Partial<IntendedChange> = {}): IntendedChange => ({
  caller: 'test',
  operation: 'updateProvisioningTemplate',
  requestId: null,
  bulkOperationId: null,
  target: null,
  resource: { kind: 'PROVISIONING_TEMPLATE', key, arn: null },
  action: 'UpdateProvisioningTemplate',
  before: null,
  beforeMs: null,
  after: null,
  ...more,
});

async function journalOver(ledger: Ledger, maxBytes = 1_000_000) {
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => {
    faults.push(error);
  };
  return { journal: await ChangeJournal.open(ledger, { maxBytes, onFault }), faults };
}

const keysOf = async (journal: ChangeJournal, limit = 1000): Promise<string[]> =>
  (await journal.newest({ limit })).map(({ resource }) => resource.key);

describe('the journal', () => {
  test('has an entry as UNKNOWN from before the change until it is settled', async () => {
    const clock = new VirtualClock();
    const { journal } = await journalOver(await openLedger({ clock }));
    const change = await journal.begin(intended('a', { after: { enabled: true } }));
    expect(await journal.newest({ limit: 9 })).toMatchObject([
      { outcome: 'UNKNOWN', settledMs: null, after: { enabled: true } },
    ]);
    clock.advance(5);
    await journal.settle(change, DONE);
    const settled = await journal.newest({ limit: 9 });
    expect(settled).toMatchObject([
      { outcome: 'DONE', settledMs: change.atMs + 5, after: { enabled: true } },
    ]);
  });

  test('goes by the order of its changes, also when the clock goes back or stands', async () => {
    let nowMs = 2000;
    const ledger = await openLedger({ clock: { nowMs: () => nowMs } });
    const { journal } = await journalOver(ledger);
    for (const [key, atMs] of [
      ['a', 2000],
      ['b', 2000],
      ['c', 500],
      ['d', 2001],
    ] as const) {
      nowMs = atMs;
      await journal.record(intended(key), DONE);
    }
    expect(await keysOf(journal)).toEqual(['d', 'c', 'b', 'a']);
    nowMs = 100;
    const { journal: again } = await journalOver(ledger);
    await again.record(intended('e'), DONE);
    expect(await keysOf(again)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  test('refuses to begin what it cannot write, and tells of what it could not settle', async () => {
    const ledger = await openLedger({ clock: new VirtualClock() });
    const { journal, faults } = await journalOver(ledger);
    const change = await journal.begin(intended('a'));
    await ledger.close();
    await journal.settle(change, DONE);
    await journal.record(intended('b'), DONE);
    expect(faults).toHaveLength(2);
    await expect(journal.begin(intended('c'))).rejects.toMatchObject({
      code: 'RECORDS_UNAVAILABLE',
    });
  });

  test('stays within its size, keeps the newest without a gap, and over restarts too', async () => {
    const maxBytes = 40_000;
    const clock = new VirtualClock();
    const ledger = await openLedger({ clock });
    let { journal, faults } = await journalOver(ledger, maxBytes);
    for (let index = 0; index < 400; index += 1) {
      clock.advance(1);
      await journal.record(intended(String(index)), DONE);
      if (index % 50 === 49) {
        await journal.close();
        ({ journal, faults } = await journalOver(ledger, maxBytes));
        const entries = await ledger.range('change', { limit: 10_000 });
        expect(JSON.stringify(entries).length).toBeLessThan(maxBytes);
        const kept = await keysOf(journal);
        expect(kept).toEqual(kept.map((_, nth) => String(index - nth)));
        expect(kept.length).toBeGreaterThan(Math.min(index, 40));
      }
      expect(faults).toEqual([]);
    }
    expect((await ledger.range('change-segment', { limit: 100 })).length).toBeLessThanOrEqual(8);
  });

  test('does not bring back what was dropped before it was settled', async () => {
    const clock = new VirtualClock();
    const { journal } = await journalOver(await openLedger({ clock }), 20_000);
    const early = await journal.begin(intended('early'));
    for (let index = 0; index < 100; index += 1) {
      clock.advance(1);
      await journal.record(intended(String(index)), DONE);
    }
    await journal.close();
    await journal.settle(early, DONE);
    expect(await keysOf(journal)).not.toContain('early');
  });

  test('gives the writes of a change to who writes them beside its own', async () => {
    const ledger = await openLedger({ clock: new VirtualClock() });
    const { journal } = await journalOver(ledger);
    const writes = journal.writesOf(intended('bulk', { bulkOperationId: 'b1' }), DONE);
    expect(await keysOf(journal)).toEqual([]);
    await ledger.batch([...writes, { kind: 'put', collection: 'other', key: 'x', value: 1 }]);
    expect(await journal.newest({ limit: 9 })).toMatchObject([
      { outcome: 'DONE', bulkOperationId: 'b1', settledMs: expect.any(Number) },
    ]);
  });
});

describe('without secrets', () => {
  const pem = makePrivateKey().export({ type: 'pkcs8', format: 'pem' }).toString();
  const core = pem.split('\n')[1] as string;

  test('is whatever holds a private key, at any depth, in names too', () => {
    const holder = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(pem),
        fc.string().map((text) => text + pem),
        fc.constant(Buffer.from(pem).toString()),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constant(pem)), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(holder, (value) => {
        expect(JSON.stringify(withoutSecrets(value))).not.toContain(core);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test('are members that are named as secrets, and the rest is as it was', () => {
    expect(
      withoutSecrets({
        keyPair: { PrivateKey: 'x' },
        privateKey: 'x',
        clientSecret: 'x',
        nextToken: 'x',
        tags: [{ Key: 'token', Value: 'kept' }],
        date: new Date(0),
        none: undefined,
        empty: null,
      }),
    ).toEqual({
      keyPair: '[removed: a secret]',
      privateKey: '[removed: a secret]',
      clientSecret: '[removed: a secret]',
      nextToken: '[removed: a secret]',
      tags: [{ Key: 'token', Value: 'kept' }],
      date: '1970-01-01T00:00:00.000Z',
      empty: null,
    });
  });

  test('is bounded', () => {
    const told = withoutSecrets({ text: 'x'.repeat(1_000_000) });
    expect(JSON.stringify(told).length).toBeLessThan(13_000);
  });
});
