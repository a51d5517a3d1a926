import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, type Item, needsReadBack, plannedItem } from '../../src/bulk/item.ts';
import { type CAState, type Step, sameState } from '../../src/bulk/registration.ts';
import { PROPERTY, states, updated } from './states.ts';

const ID = 'a'.repeat(64);

interface World {
  state: CAState;
  readonly writes: { readonly from: CAState; readonly to: CAState }[];
}

/** Where a run of an item ends before it is done. */
type Crash = 'BEFORE_WRITE' | 'AFTER_WRITE';

/**
 * One run of an item against a world, as the gateway makes it: what is intended is on record before
 * it is written. Answers the item as it is on record when the run has ended or crashed.
 */
function run(item: Item, world: World, crash: Crash | undefined): Item {
  let kept = item;
  let sent: Step | undefined;
  for (let turns = 0; turns < 10; turns += 1) {
    const decision = decide(kept, { found: world.state, sent, mayWrite: true, nowMs: 1 });
    if (decision.kind === 'SETTLE') return { ...kept, outcome: decision.outcome };
    if (decision.kind === 'LEAVE') return kept;
    kept = { ...kept, outcome: { kind: 'INTENDED' } };
    if (crash === 'BEFORE_WRITE') return kept;
    const from = world.state;
    world.state = updated(world.state, decision.step.changes);
    world.writes.push({ from, to: world.state });
    if (crash === 'AFTER_WRITE') return kept;
    sent = decision.step;
    if (kept.after !== null && !needsReadBack(sent, kept.after)) {
      return { ...kept, outcome: { kind: 'CHANGED', atMs: 1 } };
    }
  }
  throw new Error('The item never ends.');
}

const crashes = fc.array(fc.constantFrom<Crash>('BEFORE_WRITE', 'AFTER_WRITE'), { maxLength: 4 });

describe('an item', () => {
  test('is applied once, however often its run is cut off', () => {
    fc.assert(
      fc.property(states, states, crashes, (before, after, cuts) => {
        let item = plannedItem(ID, before, after);
        if (item.outcome.kind !== 'PENDING') return;
        const world: World = { state: before, writes: [] };
        for (const cut of cuts) {
          if (item.outcome.kind === 'PENDING' || item.outcome.kind === 'INTENDED') {
            item = run(item, world, cut);
          }
        }
        if (item.outcome.kind === 'PENDING' || item.outcome.kind === 'INTENDED') {
          item = run(item, world, undefined);
        }
        expect(item.outcome.kind).toBe('CHANGED');
        expect(sameState(world.state, after)).toBe(true);
        // No write is made twice: each leaves a state behind that was not there before.
        const reached = [before, ...world.writes.map(({ to }) => to)];
        expect(new Set(reached.map((state) => JSON.stringify(state))).size).toBe(reached.length);
      }),
      PROPERTY,
    );
  });

  test('never writes over what somebody else did before it was begun', () => {
    fc.assert(
      fc.property(states, states, states, (before, after, found) => {
        const item = plannedItem(ID, before, after);
        if (item.outcome.kind !== 'PENDING' || sameState(found, before)) return;
        const world: World = { state: found, writes: [] };
        const { outcome } = run(item, world, undefined);
        expect(world.writes).toEqual([]);
        expect(outcome.kind).toBe(sameState(found, after) ? 'UNCHANGED' : 'CONFLICT');
      }),
      PROPERTY,
    );
  });

  test('writes only from its before-state or from one of its own', () => {
    fc.assert(
      fc.property(states, states, states, crashes, (before, after, intruder, cuts) => {
        let item = plannedItem(ID, before, after);
        const world: World = { state: before, writes: [] };
        for (const cut of cuts) {
          if (item.outcome.kind === 'PENDING' || item.outcome.kind === 'INTENDED') {
            item = run(item, world, cut);
          }
        }
        const own = [before, ...world.writes.map(({ to }) => to)];
        world.state = intruder;
        if (item.outcome.kind !== 'PENDING' && item.outcome.kind !== 'INTENDED') return;
        const count = world.writes.length;
        run(item, world, undefined);
        const next = world.writes[count];
        if (next === undefined) return;
        const steps = own.concat({ ...after, autoRegistrationStatus: 'DISABLE' });
        expect(steps.some((state) => sameState(state, next.from))).toBe(true);
      }),
      PROPERTY,
    );
  });

  test('whose CA is gone has failed', () => {
    const [before, after] = fc.sample(states, { numRuns: 2, seed: 7 }) as [CAState, CAState];
    const item: Item = { certificateId: ID, before, after, outcome: { kind: 'PENDING' } };
    expect(decide(item, { found: null, mayWrite: true, nowMs: 0 })).toMatchObject({
      kind: 'SETTLE',
      outcome: { kind: 'FAILED', code: 'RESOURCE_NOT_FOUND' },
    });
  });

  const named: CAState = {
    status: 'ACTIVE',
    autoRegistrationStatus: 'ENABLE',
    registrationConfig: { templateName: 'one' },
  };
  const none: CAState = { ...named, autoRegistrationStatus: 'DISABLE', registrationConfig: null };

  test('fails when AWS takes a registration off and it is still there', () => {
    const item: Item = {
      certificateId: ID,
      before: named,
      after: none,
      outcome: { kind: 'INTENDED' },
    };
    const sent: Step = { changes: { removeAutoRegistration: true }, leadsTo: none };
    const found: CAState = { ...named, autoRegistrationStatus: 'DISABLE' };
    expect(decide(item, { found, sent, mayWrite: true, nowMs: 0 })).toMatchObject({
      outcome: { kind: 'FAILED', code: 'DETACH_NOT_EFFECTIVE' },
    });
  });

  test('of a cancelled operation is not written any more', () => {
    const intended: Item = {
      certificateId: ID,
      before: named,
      after: none,
      outcome: { kind: 'INTENDED' },
    };
    const look = (found: CAState) => decide(intended, { found, mayWrite: false, nowMs: 5 });
    expect(look(named)).toEqual({ kind: 'LEAVE' });
    expect(look(none)).toEqual({ kind: 'SETTLE', outcome: { kind: 'CHANGED', atMs: 5 } });
  });
});
