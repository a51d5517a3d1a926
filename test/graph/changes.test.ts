import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  at,
  CACHED,
  type Harness,
  type HarnessOptions,
  startHarness,
} from '../support/harness.ts';
import { makeCA, makePrivateKey } from '../support/pki.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const BODY = '{"Resources":{}}';
const PREFIX = 'arn:aws:iot:us-east-1:123456789012';

const FIELDS = `id at settledAt caller operation requestId bulkOperationId account region resourceKind
  resourceKey resourceArn action before beforeKnownAt after outcome code message replayed awsRequestId`;

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
  headers = CACHED,
): ReturnType<Harness['billed']> =>
  billed(
    `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
       ${name}(input: $input) { ${selection} userErrors { code message } } }`,
    { input },
    headers,
  );

const template = (templateName: string, more: object = {}) => ({
  templateName,
  templateBody: BODY,
  provisioningRoleArn: ROLE,
  ...more,
});

async function changes(
  { query }: Harness,
  filter: object = {},
  window: { first?: number; after?: string } = {},
): Promise<Record<string, unknown>> {
  const { data, errors } = await query(
    `query ($filter: ChangeFilter, $first: Int, $after: String) {
       changes(filter: $filter, first: $first, after: $after) {
         nodes { ${FIELDS} } edges { cursor node { id } } totalCount cutShort durable
         pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    { filter, ...window },
    CACHED,
  );
  expect(errors).toBeUndefined();
  return at(data, 'changes') as Record<string, unknown>;
}

const nodesOf = (page: Record<string, unknown>) => page.nodes as ReadonlyArray<Change>;
type Change = Readonly<Record<string, unknown>>;

const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];

describe('the journal of changes', () => {
  test('tells of a change when, by whom, what, to what and with what outcome', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('pump', { enabled: true }));
    gateway.clock.advance(1000);
    // What was known, and when, is from here.
    await gateway.query('{ provisioningTemplate(templateName: "pump") { templateBody } }');
    gateway.clock.advance(60_000);
    const { bill } = await run(gateway, 'updateProvisioningTemplate', {
      templateName: 'pump',
      enabled: false,
    });
    expect(bill).toEqual({ UpdateProvisioningTemplate: 1 });
    const [updated, created, ...more] = nodesOf(await changes(gateway));
    expect(more).toEqual([]);
    expect(updated).toEqual({
      id: expect.any(String),
      at: '2026-06-01T00:01:01.000Z',
      settledAt: '2026-06-01T00:01:01.000Z',
      caller: 'anonymous',
      operation: 'updateProvisioningTemplate',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      bulkOperationId: null,
      account: '123456789012',
      region: 'us-east-1',
      resourceKind: 'PROVISIONING_TEMPLATE',
      resourceKey: 'pump',
      resourceArn: `${PREFIX}:provisioningtemplate/pump`,
      action: 'UpdateProvisioningTemplate',
      before: expect.objectContaining({ enabled: true, templateBody: BODY }),
      beforeKnownAt: '2026-06-01T00:00:01.000Z',
      after: { enabled: false },
      outcome: 'DONE',
      code: null,
      message: null,
      replayed: false,
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(created).toMatchObject({
      operation: 'createProvisioningTemplate',
      before: null,
      beforeKnownAt: null,
      after: { templateName: 'pump', templateBody: BODY, enabled: true, defaultVersionId: 1 },
    });
  });

  test('tells of a CA what it was and what became of it, without its certificate', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('jitp', { type: 'JITP' }));
    const { pem } = makeCA({ subject: [['CN', 'Told']] });
    const registered = await run(
      gateway,
      'registerCACertificate',
      { caCertificate: pem, certificateMode: 'SNI_ONLY' },
      'caCertificate { certificateId ownedBy }',
    );
    const certificateId = at(payload(registered), 'caCertificate', 'certificateId');
    await run(gateway, 'attachProvisioningTemplate', {
      certificateId,
      templateName: 'jitp',
      enableAutoRegistration: true,
    });
    await run(gateway, 'detachProvisioningTemplate', { certificateId });
    await run(gateway, 'deleteCACertificate', { certificateId });
    const nodes = nodesOf(await changes(gateway, { kind: 'CA_CERTIFICATE' }));
    expect(nodes.map(({ operation, action, after }) => [operation, action, after])).toEqual([
      ['deleteCACertificate', 'DeleteCACertificate', null],
      [
        'detachProvisioningTemplate',
        'UpdateCACertificate',
        { autoRegistrationStatus: 'DISABLE', registrationConfig: null },
      ],
      [
        'attachProvisioningTemplate',
        'UpdateCACertificate',
        { autoRegistrationStatus: 'ENABLE', registrationConfig: { templateName: 'jitp' } },
      ],
      [
        'registerCACertificate',
        'RegisterCACertificate',
        expect.objectContaining({ status: 'INACTIVE', certificateMode: 'SNI_ONLY' }),
      ],
    ]);
    expect(nodes[2]?.before).toMatchObject({ status: 'INACTIVE', registrationConfig: null });
    expect(JSON.stringify(nodes)).not.toContain('BEGIN CERTIFICATE');
    expect(new Set(nodes.map(({ resourceArn }) => resourceArn))).toEqual(
      new Set([`${PREFIX}:cacert/${certificateId}`]),
    );
  });

  test('has what was refused by us, refused by AWS, failed and left unknown', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('bad name'));
    await run(gateway, 'createProvisioningTemplate', template('taken'));
    await run(gateway, 'createProvisioningTemplate', template('taken'));
    await gateway.setFaults([
      { action: 'UpdateProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    await run(gateway, 'updateProvisioningTemplate', { templateName: 'taken', enabled: true });
    await gateway.setFaults([
      { action: 'CreateProvisioningTemplate', kind: 'lostResponse' },
      { action: 'DescribeProvisioningTemplate', kind: 'reset' },
    ]);
    await run(gateway, 'createProvisioningTemplate', template('lost'));
    await gateway.setFaults([]);
    const told = nodesOf(await changes(gateway)).map(({ action, outcome, code }) => [
      action,
      outcome,
      code,
    ]);
    expect(told).toEqual([
      ['CreateProvisioningTemplate', 'UNKNOWN', 'UPSTREAM_OUTCOME_UNKNOWN'],
      ['UpdateProvisioningTemplate', 'FAILED', 'UPSTREAM_ACCESS_DENIED'],
      ['CreateProvisioningTemplate', 'REFUSED', 'RESOURCE_ALREADY_EXISTS'],
      ['CreateProvisioningTemplate', 'DONE', null],
      [null, 'REFUSED', 'BAD_USER_INPUT'],
    ]);
  });

  test('has one entry for each write of a mutation that makes several', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('full'));
    for (let version = 2; version <= 5; version += 1) {
      await run(gateway, 'createProvisioningTemplateVersion', {
        templateName: 'full',
        templateBody: `{"Resources":{},"Version":"${version}"}`,
      });
    }
    await run(gateway, 'createProvisioningTemplateVersion', {
      templateName: 'full',
      templateBody: '{"Resources":{},"Version":"6"}',
      prune: 'OLDEST_NON_DEFAULT',
    });
    const page = await changes(gateway, { operation: 'createProvisioningTemplateVersion' });
    const done = nodesOf(page).filter(({ outcome }) => outcome === 'DONE');
    expect(
      done
        .slice(0, 2)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['CreateProvisioningTemplateVersion', 'DeleteProvisioningTemplateVersion']);
    expect(done).toHaveLength(6);
  });

  test('is never answered from memory', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('one'));
    const text =
      '{ provisioningTemplates { totalCount } changes { totalCount nodes { resourceKey } } }';
    const first = await gateway.query(text, {}, CACHED);
    expect(at(first.data, 'changes', 'totalCount')).toBe(1);
    // A refusal before anything is sent changes nothing that is cached.
    await run(gateway, 'createProvisioningTemplate', template('no name'));
    const second = await gateway.query(text, {}, CACHED);
    expect(at(second.data, 'changes', 'totalCount')).toBe(2);
    expect(second.extensions?.upstream.made).toEqual({});
  });

  test('is paged, the newest first, and stays in place while it grows', async () => {
    const gateway = await start();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await run(gateway, 'createProvisioningTemplate', template(name));
    }
    const keys = (page: Record<string, unknown>) => nodesOf(page).map((node) => node.resourceKey);
    const first = await changes(gateway, {}, { first: 2 });
    expect(keys(first)).toEqual(['e', 'd']);
    expect(first).toMatchObject({
      totalCount: null,
      cutShort: false,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    await run(gateway, 'createProvisioningTemplate', template('f'));
    const after = at(first, 'pageInfo', 'endCursor') as string;
    const second = await changes(gateway, {}, { first: 3, after });
    expect(keys(second)).toEqual(['c', 'b', 'a']);
    expect(second).toMatchObject({ pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    expect(await changes(gateway)).toMatchObject({ totalCount: 6 });
    const wrong = await gateway.query(
      `{ changes(after: "${after}", filter: { caller: "x" }) { totalCount } }`,
    );
    expect(at(wrong.errors, 0, 'extensions', 'code')).toBe('CURSOR_INVALID');
    const tooMany = await gateway.query('{ changes(first: 501) { totalCount } }');
    expect(at(tooMany.errors, 0, 'extensions', 'code')).toBe('BAD_USER_INPUT');
  });

  test('is filtered by everything that an entry says', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('one'));
    gateway.clock.advance(1000);
    await run(gateway, 'createProvisioningTemplate', template('two'));
    gateway.clock.advance(1000);
    await run(gateway, 'createProvisioningTemplate', template('two'));
    await run(gateway, 'deleteCACertificate', { certificateId: 'AB'.repeat(32) });
    const count = async (filter: object) => (await changes(gateway, filter)).totalCount;
    expect(await count({})).toBe(4);
    expect(await count({ resource: 'two' })).toBe(2);
    expect(await count({ resource: `${PREFIX}:provisioningtemplate/two` })).toBe(2);
    expect(await count({ resource: 'AB'.repeat(32) })).toBe(1);
    expect(await count({ resource: '' })).toBe(0);
    expect(await count({ kind: 'CA_CERTIFICATE' })).toBe(1);
    expect(await count({ outcome: ['REFUSED'] })).toBe(2);
    expect(await count({ outcome: ['DONE', 'REFUSED'] })).toBe(4);
    expect(await count({ caller: 'anonymous' })).toBe(4);
    expect(await count({ caller: 'somebody' })).toBe(0);
    expect(await count({ operation: 'deleteCACertificate' })).toBe(1);
    expect(await count({ action: 'CreateProvisioningTemplate' })).toBe(3);
    expect(await count({ bulkOperationId: 'none' })).toBe(0);
    expect(await count({ since: '2026-06-01T00:00:01.000Z' })).toBe(3);
    expect(await count({ until: '2026-06-01T00:00:01.000Z' })).toBe(1);
    expect(
      await count({ since: '2026-06-01T00:00:01.000Z', until: '2026-06-01T00:00:02.000Z' }),
    ).toBe(1);
  });

  test('is there after a restart where it is durable, and says so', async () => {
    const gateway = await start({ recordsDir });
    await run(gateway, 'createProvisioningTemplate', template('kept'));
    const before = await changes(gateway);
    expect(before).toMatchObject({ durable: true, totalCount: 1 });
    await gateway.restartGateway();
    expect(await changes(gateway)).toEqual(before);
    await run(gateway, 'createProvisioningTemplate', template('later'));
    expect(nodesOf(await changes(gateway)).map((node) => node.resourceKey)).toEqual([
      'later',
      'kept',
    ]);
    expect(await readdir(recordsDir)).toEqual(['gateway']);
  });

  test('in memory says that it is not durable, and is gone after a restart', async () => {
    const gateway = await start();
    await run(gateway, 'createProvisioningTemplate', template('kept'));
    expect(await changes(gateway)).toMatchObject({ durable: false, totalCount: 1 });
    await gateway.restartGateway();
    expect(await changes(gateway)).toMatchObject({ totalCount: 0 });
  });

  test.each([[true], [false]])('drops the oldest beyond its size; durable: %s', async (durable) => {
    const journalBytes = 48_000;
    const gateway = await start({ journalBytes, ...(durable && { recordsDir }) });
    await run(gateway, 'createProvisioningTemplate', template('full'));
    const description = (index: number) => `${index} `.repeat(490 / 3).trim();
    for (let index = 0; index < 60; index += 1) {
      await run(gateway, 'updateProvisioningTemplate', {
        templateName: 'full',
        description: description(index),
      });
    }
    const afters = nodesOf(await changes(gateway, {}, { first: 500 })).map(({ after }) =>
      Number.parseInt(String(at(after, 'description')), 10),
    );
    const kept = afters.length;
    expect(kept).toBeGreaterThan(15);
    expect(kept).toBeLessThan(55);
    // The newest, without a gap.
    expect(afters).toEqual(Array.from({ length: kept }, (_, index) => 59 - index));
    if (durable) {
      await gateway.restartGateway();
      expect(nodesOf(await changes(gateway, {}, { first: 500 }))).toHaveLength(kept);
    }
  });
});

describe('no secret', () => {
  const CANARY = makePrivateKey().export({ type: 'pkcs8', format: 'pem' }).toString();
  const CORE = CANARY.split('\n')[1] as string;

  test('gets into the journal, the keys or an answer, wherever it is pasted', async () => {
    const gateway = await start({ recordsDir });
    const answers: unknown[] = [];
    const send = async (name: string, input: object) => {
      answers.push(await run(gateway, name, input));
    };
    let count = 0;
    const keyed = (input: object) => {
      count += 1;
      return { ...input, idempotencyKey: `key-${count}` };
    };
    await send('createProvisioningTemplate', keyed(template('canary', { description: CANARY })));
    await send('createProvisioningTemplate', keyed(template(CANARY)));
    await send(
      'createProvisioningTemplate',
      keyed(template('tagged', { tags: [{ key: 'a', value: 'x' }] })),
    );
    await send('createProvisioningTemplate', keyed(template('body', { templateBody: CANARY })));
    await send(
      'createProvisioningTemplate',
      keyed(template('inside', { templateBody: JSON.stringify({ Resources: {}, Note: CANARY }) })),
    );
    await send('registerCACertificate', keyed({ caCertificate: CANARY }));
    const { pem } = makeCA({ subject: [['CN', 'Canary']] });
    await send(
      'registerCACertificate',
      keyed({ caCertificate: pem, verificationCertificate: CANARY }),
    );
    await send(
      'attachProvisioningTemplate',
      keyed({ certificateId: CANARY, templateName: CANARY }),
    );
    await send('tagResource', keyed({ resourceArn: CANARY, tags: [{ key: 'a', value: CANARY }] }));
    const told = JSON.stringify(await changes(gateway, {}, { first: 500 }));
    expect(told).not.toContain(CORE);
    expect(told).toContain('removed: a secret');
    expect(JSON.stringify(answers)).not.toContain(CORE);
    await gateway.gateway.drain();
    expect(await textOf(join(recordsDir, 'gateway'))).not.toContain(CORE);
  });

  test('of a claim is written anywhere: its private key is answered and forgotten', async () => {
    const gateway = await start({ recordsDir });
    await run(gateway, 'createProvisioningTemplate', template('claimed', { enabled: true }));
    const { data } = await gateway.query(
      'mutation { createProvisioningClaim(input: { templateName: "claimed" }) { provisioningClaim { certificateId certificatePem privateKey } } }',
    );
    const claim = at(data, 'createProvisioningClaim', 'provisioningClaim');
    const privateKey = at(claim, 'privateKey') as string;
    expect(privateKey).toContain('PRIVATE KEY');
    const [change] = nodesOf(await changes(gateway));
    expect(change).toMatchObject({
      action: 'CreateProvisioningClaim',
      outcome: 'DONE',
      resourceKey: 'claimed',
      after: { claimCertificateId: at(claim, 'certificateId'), expiration: expect.any(String) },
    });
    await gateway.gateway.drain();
    const kept = await textOf(join(recordsDir, 'gateway'));
    expect(kept).toContain(at(claim, 'certificateId'));
    expect(kept).not.toContain(privateKey.split('\n')[1]);
    expect(kept).not.toContain('PRIVATE KEY');
  });
});

/** All bytes of a directory. */
async function textOf(directory: string): Promise<string> {
  const names = await readdir(directory);
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'latin1')));
  return texts.join('\n');
}
