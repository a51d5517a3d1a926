import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameState, stepsBetween } from '../../src/bulk/registration.ts';
import { PROPERTY, states, updated } from './states.ts';

describe('the writes between two states', () => {
  test('lead from the one to the other, each where it says', () => {
    fc.assert(
      fc.property(states, states, (from, to) => {
        let here = from;
        for (const { changes, leadsTo } of stepsBetween(from, to)) {
          here = updated(here, changes);
          expect(here).toEqual(leadsTo);
        }
        expect(sameState(here, to)).toBe(true);
      }),
      PROPERTY,
    );
  });

  test('are as few as AWS allows', () => {
    fc.assert(
      fc.property(states, states, (from, to) => {
        const isRemoval = from.registrationConfig !== null && to.registrationConfig === null;
        const needsTwo = isRemoval && to.autoRegistrationStatus === 'ENABLE';
        const expected = sameState(from, to) ? 0 : needsTwo ? 2 : 1;
        expect(stepsBetween(from, to)).toHaveLength(expected);
      }),
      PROPERTY,
    );
  });

  test('carry nothing that is as it should be already', () => {
    fc.assert(
      fc.property(states, states, (from, to) => {
        for (const { changes } of stepsBetween(from, to)) {
          if (changes.newStatus !== undefined) expect(from.status).not.toBe(changes.newStatus);
          if (changes.registrationConfig !== undefined) {
            expect(changes.registrationConfig).not.toEqual(from.registrationConfig);
          }
        }
      }),
      PROPERTY,
    );
  });
});
