import { describe, expect, test } from '@jest/globals';
import { runFullDisk, runSyncErrors, whyNotHere } from './diskErrors.ts';
import { runKillLoop } from './killLoop.ts';

/** The long run is by hand: `node test/controlplane/crash/run.mjs kill 50`. */
const ROUNDS = 5;

test('no acknowledged write is lost by kill -9', async () => {
  const figures = await runKillLoop(ROUNDS, 'short run');
  expect(figures.lost).toEqual([]);
  expect(figures.acknowledged).toBeGreaterThanOrEqual(5 * ROUNDS);
});

const obstacle = whyNotHere();

(obstacle === undefined ? describe : describe.skip)(
  `a failing disk${obstacle ? ` (skipped: ${obstacle})` : ''}`,
  () => {
    test('fdatasync answers EIO: refused, not visible, nothing lost, and it lives on', async () => {
      expect(await runSyncErrors()).toEqual({
        injected: 'fdatasync:error=EIO',
        acknowledgedBefore: 10,
        answers: { 'InternalFailureException 500': 10 },
        visibleThoughRefused: [],
        acknowledgedAfter: 10,
        survived: true,
        lost: [],
        surfaced: [],
      });
    });

    test('the log is full: refused, not visible, nothing lost, and it lives on', async () => {
      expect(await runFullDisk()).toMatchObject({
        answers: { 'InternalFailureException 500': 1 },
        visibleThoughRefused: [],
        acknowledgedAfter: 10,
        survived: true,
        lost: [],
        surfaced: [],
      });
    });
  },
);
