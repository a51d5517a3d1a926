import { describe, expect, test } from '@jest/globals';
import type { BulkActions } from '../../src/bulk/actions.ts';
import { Gate } from '../../src/bulk/gate.ts';
import { plannedItem } from '../../src/bulk/item.ts';
import { type Intent, NO_COUNTS, type Operation } from '../../src/bulk/operation.ts';
import { makePlan } from '../../src/bulk/planning.ts';
import type { CAState } from '../../src/bulk/registration.ts';
import { BulkStore } from '../../src/bulk/store.ts';
import { nextTurn } from '../../src/clock.ts';
import { GatewayError } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const NAMED: CAState = {
  status: 'ACTIVE',
  autoRegistrationStatus: 'ENABLE',
  registrationConfig: { templateName: 'one' },
};
const NONE: CAState = { ...NAMED, registrationConfig: null };

const refuse = async (): Promise<never> => {
  throw new Error('not asked for here');
};

/** What planning needs, with a control of what reading a CA does. */
async function ports(readCA: BulkActions['readCA']) {
  const clock = new VirtualClock();
  const store = new BulkStore(await openLedger({ clock }));
  const actions = {
    readCA,
    updateCA: refuse,
    aloneAtCA: refuse,
    readTemplate: refuse,
    jitpTemplateNames: refuse,
    createTemplate: refuse,
  };
  return { actions, store, clock, gate: new Gate(clock), selectPage: refuse };
}

const detach = (count: number): Intent => {
  const certificateIds = Array.from({ length: count }, (_, index) => `ca-${index}`);
  return { kind: 'DETACH', selection: { kind: 'IDS', certificateIds } };
};

describe('a plan that fails', () => {
  test('reads nothing more', async () => {
    const read: string[] = [];
    const failing = await ports(async (certificateId) => {
      read.push(certificateId);
      await nextTurn();
      if (certificateId === 'ca-3') throw new GatewayError('UPSTREAM_ACCESS_DENIED');
      return NAMED;
    });
    await expect(makePlan(detach(1000), failing)).rejects.toThrow(
      expect.objectContaining({ code: 'UPSTREAM_ACCESS_DENIED' }),
    );
    const readUntilThen = [...read];
    for (let turns = 0; turns < 10; turns += 1) await nextTurn();
    expect(read).toEqual(readUntilThen);
    expect(read.length).toBeLessThan(50);
  });

  test('waits for no throttling to end', async () => {
    const failing = await ports(async (certificateId) => {
      if (certificateId !== 'ca-3') throw new GatewayError('UPSTREAM_THROTTLED');
      await nextTurn();
      throw new GatewayError('UPSTREAM_ACCESS_DENIED');
    });
    await expect(makePlan(detach(10), failing)).rejects.toThrow(
      expect.objectContaining({ code: 'UPSTREAM_ACCESS_DENIED' }),
    );
    expect(failing.clock.waiting).toBe(0);
  });
});

test('an operation of which records are gone is not undone by halves', async () => {
  const some = await ports(async () => NONE);
  const operation: Operation = {
    id: 'done',
    caller: 'test',
    intent: detach(0),
    state: { kind: 'DONE' },
    createdMs: 0,
    startedMs: 0,
    endedMs: 0,
    counts: { ...NO_COUNTS, CHANGED: 2 },
    groups: [],
    arnPrefix: null,
    price: {},
  };
  await some.store.putOperation(operation);
  const item = plannedItem('ca-0', NAMED, NONE);
  await some.store.putItems('done', [{ ...item, outcome: { kind: 'CHANGED', atMs: 0 } }]);
  for (const operationId of ['done', 'gone']) {
    await expect(makePlan({ kind: 'REVERT', operationId }, some)).rejects.toThrow(
      expect.objectContaining({ code: 'RESOURCE_NOT_FOUND' }),
    );
  }
});
