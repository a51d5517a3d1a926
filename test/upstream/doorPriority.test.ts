import { expect, test } from '@jest/globals';
import { Door, type Send } from '../../src/upstream/door.ts';
import { describeTemplate } from '../../src/upstream/questions.ts';
import { callScope } from '../support/callScope.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const QUESTION = describeTemplate('pump');

function doorThatCounts() {
  const answers: (() => void)[] = [];
  const send = (() =>
    new Promise((resolve) => {
      answers.push(() => resolve({ templateName: 'pump' } as never));
    })) as Send;
  const door = new Door({ send, clock: new VirtualClock(), maxBytes: 1_000_000 });
  return { door, answers };
}

test('what people wait for does not join a call that waits behind it', async () => {
  const { door, answers } = doorThatCounts();
  const bulk = door.read(QUESTION, { ...callScope(door), priority: 'bulk' });
  const interactive = door.read(QUESTION, callScope(door));
  expect(answers).toHaveLength(2);
  answers[1]?.();
  expect((await interactive).value?.templateName).toBe('pump');
  answers[0]?.();
  await bulk;
});

test('bulk operations join one another, and what people wait for', async () => {
  const { door, answers } = doorThatCounts();
  const first = door.read(QUESTION, callScope(door));
  const second = door.read(QUESTION, { ...callScope(door), priority: 'bulk' });
  expect(answers).toHaveLength(1);
  answers[0]?.();
  expect(await second).toBe(await first);
});
