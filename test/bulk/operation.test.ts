import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  counted,
  countItems,
  hasEnded,
  isApplying,
  NO_COUNTS,
  next,
  type OperationEvent,
  type OperationState,
  type StateKind,
  totalOf,
} from '../../src/bulk/operation.ts';

const reason = { code: 'UPSTREAM_THROTTLED', message: 'slow down' } as const;

const STATES: Readonly<Record<StateKind, OperationState>> = {
  PLANNING: { kind: 'PLANNING' },
  PLANNED: { kind: 'PLANNED' },
  RUNNING: { kind: 'RUNNING' },
  PAUSED: { kind: 'PAUSED', untilMs: 5, reason },
  CANCELLING: { kind: 'CANCELLING' },
  CANCELLED: { kind: 'CANCELLED' },
  DONE: { kind: 'DONE' },
  FAILED: { kind: 'FAILED', reason },
};

const EVENTS: Readonly<Record<OperationEvent['kind'], OperationEvent>> = {
  PLANNED: { kind: 'PLANNED' },
  PLAN_FAILED: { kind: 'PLAN_FAILED', reason },
  APPLIED: { kind: 'APPLIED' },
  PAUSED: { kind: 'PAUSED', untilMs: 9, reason },
  WENT_ON: { kind: 'WENT_ON' },
  CANCELLED: { kind: 'CANCELLED' },
  FINISHED: { kind: 'FINISHED' },
};

/** Every event that can happen in a state, and the state after it. */
const TABLE: Readonly<Record<StateKind, Readonly<Record<string, StateKind>>>> = {
  PLANNING: { PLANNED: 'PLANNED', PLAN_FAILED: 'FAILED', CANCELLED: 'CANCELLED' },
  PLANNED: { APPLIED: 'RUNNING', CANCELLED: 'CANCELLED' },
  RUNNING: { PAUSED: 'PAUSED', CANCELLED: 'CANCELLING', FINISHED: 'DONE' },
  PAUSED: { PAUSED: 'PAUSED', WENT_ON: 'RUNNING', CANCELLED: 'CANCELLING', FINISHED: 'DONE' },
  CANCELLING: { FINISHED: 'CANCELLED' },
  CANCELLED: {},
  DONE: {},
  FAILED: {},
};

describe('the states of an operation', () => {
  const cases = Object.values(STATES).flatMap((state) =>
    Object.values(EVENTS).map((event) => [state.kind, event.kind] as const),
  );

  test.each(cases)('%s and the event %s', (state, event) => {
    expect(next(STATES[state], EVENTS[event])?.kind).toBe(TABLE[state][event]);
  });

  test('have an end that nothing leads out of', () => {
    const ended = Object.values(STATES).filter(hasEnded);
    expect(ended.map(({ kind }) => kind).sort()).toEqual(['CANCELLED', 'DONE', 'FAILED']);
    for (const state of ended) expect(isApplying(state)).toBe(false);
  });
});

describe('the counts of outcomes', () => {
  const kinds = fc.constantFrom('PENDING', 'INTENDED', 'UNCHANGED');

  test('add up, with those intended among the pending', () => {
    fc.assert(
      fc.property(fc.array(kinds), (found) => {
        const counts = countItems(found.map((kind) => ({ outcome: { kind } as never })));
        expect(totalOf(counts)).toBe(found.length);
        expect(counts.PENDING).toBe(found.filter((kind) => kind !== 'UNCHANGED').length);
      }),
      { seed: 1 },
    );
  });

  test('move with an item', () => {
    const one = counted(NO_COUNTS, 'PENDING');
    expect(counted(counted(one, 'INTENDED', -1), 'CHANGED')).toEqual({ ...NO_COUNTS, CHANGED: 1 });
  });
});
