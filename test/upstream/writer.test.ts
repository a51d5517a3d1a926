import { beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.ts';
import type { ActionInput, WriteName } from '../../src/upstream/actions.ts';
import { Door, type Send } from '../../src/upstream/door.ts';
import { describeCACertificate } from '../../src/upstream/questions.ts';
import type { CallScope } from '../../src/upstream/scope.ts';
import { write } from '../../src/upstream/writer.ts';
import type { WriteEnd, WriteRecorder } from '../../src/upstream/writes.ts';
import { callScope } from '../support/callScope.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const ID = 'ab'.repeat(32);
const TIMEOUT = new GatewayError('UPSTREAM_TIMEOUT');
const START_MS = Date.UTC(2026, 0, 1);

describe('a write', () => {
  let clock: VirtualClock;
  /** What AWS does at each call, in order. */
  let script: Array<(action: string) => object>;
  let made: string[];
  let door: Door;
  let ends: WriteEnd[];
  beforeEach(() => {
    clock = new VirtualClock(START_MS);
    script = [];
    made = [];
    ends = [];
    const send = (async (action: string) => {
      made.push(action);
      const next = script.shift();
      if (next === undefined) throw new Error(`No answer for ${action}`);
      return next(action);
    }) as unknown as Send;
    door = new Door({ send, clock, maxBytes: 1_000_000 });
  });

  const recorder: WriteRecorder = {
    async begin() {
      return { end: async (end) => void ends.push(end) };
    },
  };
  const answer = (output: object) => () => output;
  const fail = (error: Error) => (): never => {
    throw error;
  };
  const lose = fail(TIMEOUT);

  const ca = (status: string, modifiedMs: number) =>
    answer({
      certificateDescription: {
        certificateArn: `arn:aws:iot:us-east-1:123456789012:cacert/${ID}`,
        certificateId: ID,
        status,
        creationDate: new Date(START_MS - 1000),
        lastModifiedDate: new Date(modifiedMs),
      },
    });

  const send = <Name extends WriteName>(
    action: Name,
    input: ActionInput<Name>,
    more: Partial<CallScope> = {},
  ) => write(door, clock, { action, input }, { ...callScope(door), writes: recorder, ...more });

  const activate = (more?: Partial<CallScope>) =>
    send('UpdateCACertificate', { certificateId: ID, newStatus: 'ACTIVE' }, more);

  test('that somebody has changed over since is not sent again', async () => {
    script = [lose, ca('INACTIVE', START_MS + 1)];
    await expect(activate()).rejects.toMatchObject({ code: 'UPSTREAM_OUTCOME_UNKNOWN' });
    expect(made).toEqual(['UpdateCACertificate', 'DescribeCACertificate']);
    expect(ends).toMatchObject([{ kind: 'UNKNOWN' }]);
  });

  test('is sent again where the thing is as it was known to be, whatever the clocks say', async () => {
    script = [ca('INACTIVE', START_MS + 500), lose, ca('INACTIVE', START_MS + 500), answer({})];
    await door.read(describeCACertificate(ID), callScope(door));
    await activate();
    expect(made.slice(1)).toEqual([
      'UpdateCACertificate',
      'DescribeCACertificate',
      'UpdateCACertificate',
    ]);
    expect(ends).toMatchObject([{ kind: 'DONE', replayed: false }]);
  });

  test('whose second sending is refused for what the first did is found made', async () => {
    const template = { templateName: 'late', templateBody: '{}', provisioningRoleArn: 'role' };
    script = [
      lose,
      fail(new GatewayError('RESOURCE_NOT_FOUND')),
      fail(new GatewayError('RESOURCE_ALREADY_EXISTS')),
      answer({ ...template, creationDate: new Date(START_MS), defaultVersionId: 1 }),
    ];
    const output = await send('CreateProvisioningTemplate', template);
    expect(output).toMatchObject({ templateName: 'late', defaultVersionId: 1 });
    expect(ends).toMatchObject([{ kind: 'DONE', replayed: true }]);
  });

  test('in doubt is looked for before it is made', async () => {
    script = [ca('ACTIVE', START_MS - 500)];
    await activate({ doubtSinceMs: START_MS - 1000 });
    expect(made).toEqual(['DescribeCACertificate']);
    expect(ends).toMatchObject([{ kind: 'DONE', replayed: true }]);
  });

  test('in doubt that was not made is made', async () => {
    script = [ca('INACTIVE', START_MS - 5000), answer({})];
    await activate({ doubtSinceMs: START_MS - 1000 });
    expect(made).toEqual(['DescribeCACertificate', 'UpdateCACertificate']);
    expect(ends).toMatchObject([{ kind: 'DONE', replayed: false }]);
  });

  test('in doubt is not made over a change that came since', async () => {
    script = [ca('INACTIVE', START_MS - 500)];
    const writing = activate({ doubtSinceMs: START_MS - 1000 });
    await expect(writing).rejects.toMatchObject({ code: 'UPSTREAM_OUTCOME_UNKNOWN' });
    expect(made).toEqual(['DescribeCACertificate']);
  });

  test('is not sent when it cannot be put on record', async () => {
    const error = new GatewayError('RECORDS_UNAVAILABLE');
    const writes: WriteRecorder = { begin: () => Promise.reject(error) };
    await expect(activate({ writes })).rejects.toBe(error);
    expect(made).toEqual([]);
  });

  test.each<[GatewayError['code'], WriteEnd['kind']]>([
    ['CERTIFICATE_STATE', 'REFUSED'],
    ['UPSTREAM_ACCESS_DENIED', 'FAILED'],
    ['UPSTREAM_THROTTLED', 'FAILED'],
  ])('that ends in %s is recorded as %s and not looked for', async (code, kind) => {
    script = [fail(new GatewayError(code))];
    await expect(activate()).rejects.toMatchObject({ code });
    expect(made).toEqual(['UpdateCACertificate']);
    expect(ends).toMatchObject([{ kind }]);
  });

  test('that a fault of ours breaks off is recorded as unknown', async () => {
    script = [fail(new TypeError('a bug'))];
    await expect(activate()).rejects.toThrow(TypeError);
    expect(ends).toMatchObject([{ kind: 'UNKNOWN' }]);
  });
});
