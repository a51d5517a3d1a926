import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { IdempotencyKeys, type RunEnd } from '../../src/graph/idempotency.ts';
import { openLedger } from '../../src/ledger.ts';
import {
  type Answer,
  at,
  type Harness,
  type HarnessOptions,
  startHarness,
} from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const BODY = '{"Resources":{}}';
const DAY_MS = 24 * 60 * 60_000;

let recordsDir = '';
let harness: Harness | undefined;
beforeEach(async () => {
  recordsDir = await mkdtemp(join(tmpdir(), 'records-'));
});
afterEach(async () => {
  await harness?.close();
  harness = undefined;
  await rm(recordsDir, { recursive: true });
});

async function start(options: HarnessOptions = {}): Promise<Harness> {
  harness = await startHarness({ seed: 'none', ...options });
  return harness;
}

const run = (
  { billed }: Harness,
  name: string,
  input: object,
  selection = '',
): ReturnType<Harness['billed']> =>
  billed(
    `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
       ${name}(input: $input) { replayed ${selection} userErrors { code field } } }`,
    { input },
  );

const template = (templateName: string, more: object = {}) => ({
  templateName,
  templateBody: BODY,
  provisioningRoleArn: ROLE,
  ...more,
});

const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];

/** Leaves the records as they are when a gateway is killed between a write and its result. */
async function forgetResults(directory: string): Promise<void> {
  const ledger = await openLedger({
    directory: join(directory, 'gateway'),
    clock: new VirtualClock(),
  });
  for (const { key, value } of await ledger.range('idempotency-key', { limit: 100 })) {
    const record = { ...(value as object), state: 'STARTED', outcome: null };
    await ledger.put('idempotency-key', key, record);
  }
  await ledger.close();
}

const REUSED = { code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] };

describe('an idempotency key', () => {
  test('gives the first result to the same input, and nothing is sent', async () => {
    const gateway = await start();
    const input = template('once', { idempotencyKey: 'key-1', enabled: true });
    const selection = 'provisioningTemplate { templateName enabled }';
    const first = await run(gateway, 'createProvisioningTemplate', input, selection);
    const provisioningTemplate = { templateName: 'once', enabled: true };
    expect(payload(first)).toEqual({ replayed: false, provisioningTemplate, userErrors: [] });
    const second = await run(gateway, 'createProvisioningTemplate', input, selection);
    expect(payload(second)).toEqual({ replayed: true, provisioningTemplate, userErrors: [] });
    // The template is read for the payload; nothing is written.
    expect(second.bill).toEqual({ DescribeProvisioningTemplate: 1 });
    const { data } = await gateway.query('{ changes { totalCount } }');
    expect(at(data, 'changes', 'totalCount')).toBe(1);
  });

  test('gives the result of a deletion again, though the thing is gone', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('gone'));
    const input = { templateName: 'gone', idempotencyKey: 'delete' };
    const first = await run(gateway, 'deleteProvisioningTemplate', input, 'deletedId');
    const second = await run(gateway, 'deleteProvisioningTemplate', input, 'deletedId');
    expect(at(payload(first), 'deletedId')).toEqual(expect.any(String));
    expect(payload(second)).toEqual({ ...(payload(first) as object), replayed: true });
    expect(second.bill).toEqual({});
  });

  test('gives no id of a deleted version where no answer has shown the account', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('two'));
    const version = { templateName: 'two', templateBody: BODY };
    await run(gateway, 'createProvisioningTemplateVersion', version);
    await gateway.restartGateway();
    const input = { templateName: 'two', versionId: 2, idempotencyKey: 'delete' };
    const first = await run(gateway, 'deleteProvisioningTemplateVersion', input);
    expect(first.bill).toEqual({ DeleteProvisioningTemplateVersion: 1 });
    const second = await run(gateway, 'deleteProvisioningTemplateVersion', input, 'deletedId');
    expect(payload(second)).toEqual({ replayed: true, deletedId: null, userErrors: [] });
  });

  test('with another input, or another mutation, is a user error', async () => {
    const gateway = await start();
    const idempotencyKey = 'key-1';
    await run(gateway, 'createProvisioningTemplate', template('one', { idempotencyKey }));
    const other = await run(
      gateway,
      'createProvisioningTemplate',
      template('two', { idempotencyKey }),
      'provisioningTemplate { templateName } warnings { code }',
    );
    expect(payload(other)).toEqual({
      replayed: false,
      provisioningTemplate: null,
      warnings: [],
      userErrors: [REUSED],
    });
    expect(other.bill).toEqual({});
    const id = 'ab'.repeat(32);
    const resourceArn = `arn:aws:iot:us-east-1:123456789012:cacert/${id}`;
    const { pem } = makeCA({ subject: [['CN', 'Key']] });
    const others: Array<[string, object, string]> = [
      ['updateProvisioningTemplate', { templateName: 'one' }, 'provisioningTemplate { id }'],
      ['deleteProvisioningTemplate', { templateName: 'one' }, 'deletedId'],
      [
        'createProvisioningTemplateVersion',
        { templateName: 'one', templateBody: BODY },
        'warnings { code }',
      ],
      ['deleteProvisioningTemplateVersion', { templateName: 'one', versionId: 2 }, 'deletedId'],
      ['registerCACertificate', { caCertificate: pem }, 'caCertificate { id }'],
      ['updateCACertificate', { certificateId: id }, 'caCertificate { id }'],
      ['deleteCACertificate', { certificateId: id }, 'deletedId'],
      [
        'attachProvisioningTemplate',
        { certificateId: id, templateName: 'one' },
        'caCertificate { id } provisioningTemplate { id }',
      ],
      ['detachProvisioningTemplate', { certificateId: id }, 'caCertificate { id }'],
      ['tagResource', { resourceArn, tags: [{ key: 'a' }] }, 'warnings { code }'],
      ['untagResource', { resourceArn, tagKeys: ['a'] }, 'warnings { code }'],
      ['deleteRegistrationCode', {}, 'wasDeleted'],
      ['setDefaultProvisioningTemplateVersion', { templateName: 'one', versionId: 1 }, ''],
    ];
    for (const [name, input, selection] of others) {
      const answer = await run(gateway, name, { ...input, idempotencyKey }, selection);
      expect([name, answer.errors, at(payload(answer), 'userErrors'), answer.bill]).toEqual([
        name,
        undefined,
        [REUSED],
        {},
      ]);
    }
  });

  test('is one for the same input in another order of its fields', async () => {
    const gateway = await start();
    const key = { idempotencyKey: 'order' };
    await run(gateway, 'createProvisioningTemplate', { ...template('order'), ...key });
    const again = await run(gateway, 'createProvisioningTemplate', {
      ...key,
      ...template('order'),
    });
    expect(payload(again)).toEqual({ replayed: true, userErrors: [] });
  });

  test('runs once what comes twice at once', async () => {
    const gateway = await start();
    const input = template('race', { idempotencyKey: 'race' });
    gateway.plane.resetCalls();
    const text = `mutation ($input: CreateProvisioningTemplateInput!) {
      createProvisioningTemplate(input: $input) { replayed userErrors { code field } } }`;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => gateway.query(text, { input })),
    );
    expect(gateway.plane.calls().served).toEqual({ CreateProvisioningTemplate: 1 });
    const replayed = answers.map((answer) => at(payload(answer), 'replayed'));
    expect(replayed.sort()).toEqual([false, true, true, true, true]);
    expect(answers.flatMap((answer) => at(payload(answer), 'userErrors'))).toEqual([]);
  });

  test('holds for 24 hours', async () => {
    const gateway = await start();
    const input = template('day', { idempotencyKey: 'day' });
    await run(gateway, 'createProvisioningTemplate', input);
    gateway.clock.advance(DAY_MS - 1);
    expect(payload(await run(gateway, 'createProvisioningTemplate', input))).toEqual({
      replayed: true,
      userErrors: [],
    });
    gateway.clock.advance(1);
    expect(payload(await run(gateway, 'createProvisioningTemplate', input))).toEqual({
      replayed: false,
      userErrors: [{ code: 'RESOURCE_ALREADY_EXISTS', field: ['input', 'templateName'] }],
    });
    // Taken anew, it holds for another day, and its former time does not end it.
    gateway.clock.advance(DAY_MS - 1);
    await run(gateway, 'createProvisioningTemplate', template('more', { idempotencyKey: 'more' }));
    const again = await run(gateway, 'createProvisioningTemplate', input);
    expect(at(payload(again), 'replayed')).toBe(true);
  });

  test('holds over a restart where the records are durable', async () => {
    const gateway = await start({ recordsDir });
    const input = template('kept', { idempotencyKey: 'kept' });
    await run(gateway, 'createProvisioningTemplate', input);
    await gateway.restartGateway();
    const again = await run(gateway, 'createProvisioningTemplate', input);
    expect(payload(again)).toEqual({ replayed: true, userErrors: [] });
    expect(again.bill).toEqual({});
    const other = await run(gateway, 'createProvisioningTemplate', {
      ...input,
      description: 'Other',
    });
    expect(at(payload(other), 'userErrors')).toEqual([REUSED]);
  });

  test('keeps what AWS refused, and is free after a refusal before anything was sent', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('there'));
    const input = template('there', { idempotencyKey: 'refused' });
    const refused = await run(gateway, 'createProvisioningTemplate', input);
    expect(at(payload(refused), 'userErrors', 0, 'code')).toBe('RESOURCE_ALREADY_EXISTS');
    await run(gateway, 'deleteProvisioningTemplate', { templateName: 'there' });
    const again = await run(gateway, 'createProvisioningTemplate', input);
    expect(payload(again)).toEqual({ ...(payload(refused) as object), replayed: true });
    expect(again.bill).toEqual({});

    const idempotencyKey = 'free';
    const wrong = await run(
      gateway,
      'createProvisioningTemplate',
      template('no name', { idempotencyKey }),
    );
    expect(at(payload(wrong), 'userErrors', 0, 'code')).toBe('BAD_USER_INPUT');
    const right = await run(
      gateway,
      'createProvisioningTemplate',
      template('name', { idempotencyKey }),
    );
    expect(payload(right)).toEqual({ replayed: false, userErrors: [] });
  });

  test('is free after a failure that wrote nothing', async () => {
    const gateway = await start();
    const input = template('denied', { idempotencyKey: 'denied' });
    await gateway.setFaults([
      { action: 'CreateProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const denied = await run(gateway, 'createProvisioningTemplate', input);
    expect(at(denied.errors, 0, 'extensions', 'code')).toBe('UPSTREAM_ACCESS_DENIED');
    await gateway.setFaults([]);
    const made = await run(gateway, 'createProvisioningTemplate', input);
    expect(payload(made)).toEqual({ replayed: false, userErrors: [] });
    expect(made.bill).toEqual({ CreateProvisioningTemplate: 1 });
  });

  describe.each([
    ['over a restart', true],
    ['in the same run', false],
  ])('of a mutation with an unknown end, %s', (_name, restarts) => {
    async function lost(name: string, action: string, input: object): Promise<Harness> {
      const gateway = harness as Harness;
      await gateway.setFaults([
        { action, kind: 'lostResponse' },
        { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
      ]);
      const answer = await run(gateway, name, input);
      expect(at(answer.errors, 0, 'extensions', 'code')).toBe('UPSTREAM_OUTCOME_UNKNOWN');
      await gateway.setFaults([]);
      gateway.clock.advance(60_000);
      if (restarts) await gateway.restartGateway();
      return gateway;
    }

    test('looks for the change first, and finds it made', async () => {
      await start({ recordsDir });
      const input = template('found', { idempotencyKey: 'found' });
      const gateway = await lost('createProvisioningTemplate', 'CreateProvisioningTemplate', input);
      const again = await run(gateway, 'createProvisioningTemplate', input);
      expect(payload(again)).toEqual({ replayed: true, userErrors: [] });
      expect(again.bill).toEqual({ DescribeProvisioningTemplate: 1 });
      const more = await run(gateway, 'createProvisioningTemplate', input);
      expect(payload(more)).toEqual({ replayed: true, userErrors: [] });
      expect(more.bill).toEqual({});
    });

    test('looks for a version first, and makes no other', async () => {
      const gateway = await start({ recordsDir });
      await run(gateway, 'createProvisioningTemplate', template('versions'));
      const input = {
        templateName: 'versions',
        templateBody: '{"Resources":{},"Parameters":{}}',
        idempotencyKey: 'version',
      };
      await gateway.setFaults([
        { action: 'CreateProvisioningTemplateVersion', kind: 'lostResponse' },
        { action: 'ListProvisioningTemplateVersions', kind: 'reset' },
      ]);
      const answer = await run(gateway, 'createProvisioningTemplateVersion', input);
      expect(at(answer.errors, 0, 'extensions', 'code')).toBe('UPSTREAM_OUTCOME_UNKNOWN');
      await gateway.setFaults([]);
      if (restarts) await gateway.restartGateway();
      const again = await run(gateway, 'createProvisioningTemplateVersion', input);
      expect(payload(again)).toEqual({ replayed: true, userErrors: [] });
      expect(again.bill.CreateProvisioningTemplateVersion).toBeUndefined();
    });
  });

  test('of a gateway that was killed before it kept the result finds the change made', async () => {
    const gateway = await start({ recordsDir });
    await run(gateway, 'createProvisioningTemplate', template('jitp', { type: 'JITP' }));
    const { pem } = makeCA({ subject: [['CN', 'Killed']] });
    const registered = await run(
      gateway,
      'registerCACertificate',
      { caCertificate: pem, certificateMode: 'SNI_ONLY' },
      'caCertificate { certificateId }',
    );
    const certificateId = at(payload(registered), 'caCertificate', 'certificateId');
    const { data } = await gateway.query('{ registrationCode }');
    const mutations: Array<[string, string, object]> = [
      [
        'attachProvisioningTemplate',
        'UpdateCACertificate',
        { certificateId, templateName: 'jitp', expectedRegistration: { kind: 'NONE' } },
      ],
      ['deleteCACertificate', 'DeleteCACertificate', { certificateId }],
      ['deleteProvisioningTemplate', 'DeleteProvisioningTemplate', { templateName: 'jitp' }],
      ['deleteRegistrationCode', 'DeleteRegistrationCode', data as object],
    ];
    for (const [name, action, given] of mutations) {
      const input = { ...given, idempotencyKey: name };
      const first = await run(gateway, name, input);
      expect([name, payload(first)]).toEqual([name, { replayed: false, userErrors: [] }]);
      await gateway.gateway.drain();
      await forgetResults(recordsDir);
      await gateway.restartGateway();
      const again = await run(gateway, name, input);
      expect([name, payload(again)]).toEqual([name, { replayed: true, userErrors: [] }]);
      expect(again.bill[action]).toBeUndefined();
    }
  });

  test('stays in doubt while the end of a write is told as a user error', async () => {
    const gateway = await start();
    const { pem } = makeCA({ subject: [['CN', 'Doubt']] });
    const registered = await run(
      gateway,
      'registerCACertificate',
      { caCertificate: pem, certificateMode: 'SNI_ONLY', setAsActive: true },
      'caCertificate { certificateId }',
    );
    const certificateId = at(payload(registered), 'caCertificate', 'certificateId');
    const input = { certificateId, deactivateFirst: true, idempotencyKey: 'doubt' };
    await gateway.setFaults([{ action: 'DeleteCACertificate', kind: 'reset' }]);
    const first = await run(gateway, 'deleteCACertificate', input);
    expect(at(payload(first), 'userErrors', 0, 'code')).toBe('UPSTREAM_OUTCOME_UNKNOWN');
    await gateway.setFaults([]);
    const again = await run(gateway, 'deleteCACertificate', input);
    expect(payload(again)).toEqual({ replayed: false, userErrors: [] });
    expect(again.bill.DeleteCACertificate).toBe(1);
  });

  test.each([[''], ['with space'], ['x'.repeat(129)], ['ümlaut']])(
    'that is %j is refused',
    async (idempotencyKey) => {
      const gateway = await start();
      const input = template('bad', { idempotencyKey });
      const answer = await run(gateway, 'createProvisioningTemplate', input);
      expect(at(payload(answer), 'userErrors')).toEqual([
        { code: 'BAD_USER_INPUT', field: ['input', 'idempotencyKey'] },
      ]);
      expect(answer.bill).toEqual({});
    },
  );

  test('is refused by a claim, whose answer is never kept', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('claimed'));
    const answer = await gateway.billed(
      'mutation { createProvisioningClaim(input: { templateName: "claimed", idempotencyKey: "k" }) { userErrors { code } } }',
    );
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining('idempotencyKey'),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect(answer.bill).toEqual({});
  });
});

describe('the keys', () => {
  async function keys() {
    const ledger = await openLedger({ clock: new VirtualClock() });
    const faults: unknown[] = [];
    return { keys: new IdempotencyKeys(ledger, (error) => faults.push(error)), ledger, faults };
  }
  const keyed = (input: unknown, caller = 'me') => ({ caller, key: 'k', mutation: 'm', input });

  test('refuse another input while the first still runs, and let the same one wait', async () => {
    const { keys: taken } = await keys();
    let end: (end: RunEnd<object>) => void = () => undefined;
    const running = new Promise<RunEnd<object>>((resolve) => {
      end = resolve;
    });
    const first = taken.once(keyed(1), () => running);
    const other = await taken.once(keyed(2), () => Promise.reject(new Error('must not run')));
    expect(other).toEqual({ kind: 'reused' });
    const same = taken.once(keyed(1), () => Promise.reject(new Error('must not run')));
    end({ kind: 'ended', outcome: { done: true }, leaves: 'RESULT' });
    expect(await first).toEqual({ kind: 'first', outcome: { done: true } });
    expect(await same).toEqual({ kind: 'again', outcome: { done: true } });
  });

  test('fail together with the run that they wait for', async () => {
    const { keys: taken } = await keys();
    const error = new Error('down');
    const fail = async () => ({ kind: 'failed', error, leaves: 'NOTHING' }) as const;
    const both = await Promise.all([taken.once(keyed(1), fail), taken.once(keyed(1), fail)]);
    expect(both).toEqual([
      { kind: 'failed', error },
      { kind: 'failed', error },
    ]);
  });

  test("are each caller's own", async () => {
    const { keys: taken } = await keys();
    const run = async () => ({ kind: 'ended', outcome: {}, leaves: 'RESULT' }) as const;
    await taken.once(keyed(1, 'me'), run);
    expect(await taken.once(keyed(2, 'you'), run)).toMatchObject({ kind: 'first' });
  });

  test('run nothing when they cannot be put on record', async () => {
    const { keys: taken, ledger } = await keys();
    await ledger.close();
    const run = () => Promise.reject(new Error('must not run'));
    await expect(taken.once(keyed(1), run)).rejects.toMatchObject({ code: 'RECORDS_UNAVAILABLE' });
  });

  test('give the result of a mutation that was made, also when it cannot be kept', async () => {
    const { keys: taken, ledger, faults } = await keys();
    const result = await taken.once(keyed(1), async () => {
      await ledger.close();
      return { kind: 'ended', outcome: { done: true }, leaves: 'RESULT' };
    });
    expect(result).toEqual({ kind: 'first', outcome: { done: true } });
    expect(faults).toHaveLength(1);
  });

  test('without a disk are not taken beyond a number, and again once some have expired', async () => {
    const clock = new VirtualClock();
    const ledger = await openLedger({ clock });
    const taken = new IdempotencyKeys(ledger, () => undefined, 100);
    const run = async () => ({ kind: 'ended', outcome: {}, leaves: 'RESULT' }) as const;
    const take = (key: string) => taken.once({ ...keyed(1), key }, run);
    for (let index = 0; index < 100; index += 1) await take(`k${index}`);
    await expect(take('one more')).rejects.toMatchObject({
      code: 'RECORDS_UNAVAILABLE',
      message: expect.stringContaining('IOTGW_DATA_DIR'),
    });
    expect(await take('k1')).toMatchObject({ kind: 'again' });
    clock.advance(DAY_MS + 1);
    expect(await take('one more')).toMatchObject({ kind: 'first' });
  });
});
