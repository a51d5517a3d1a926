import { UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Answer, at, CACHED, type Harness, startHarness } from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';
import { caMaker, jitpTemplate, otherClient, type SeededCA } from '../support/readyFleet.ts';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const DELETE_TEMPLATE = `mutation ($input: DeleteProvisioningTemplateInput!) {
  deleteProvisioningTemplate(input: $input) {
    deletedId changedCACertificates { certificateId } warnings { code } userErrors { code message field } } }`;

const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];
const errorAt = (answer: Answer): unknown => at(payload(answer), 'userErrors', 0);

interface Fleet {
  readonly harness: Harness;
  readonly cas: readonly SeededCA[];
  readonly ids: readonly string[];
  /** The template that each CA names. */
  names(): Promise<unknown[]>;
  remove(input: object): ReturnType<Harness['billed']>;
}

/** Three CAs that name `old`, beside templates to move them to. */
async function start(options: Parameters<typeof startHarness>[0] = {}, count = 3): Promise<Fleet> {
  const ca = caMaker();
  const cas = Array.from({ length: count }, (_, index) =>
    ca(`CA ${index}`, { registrationConfig: { templateName: 'old' } }),
  );
  const harness = await startHarness({
    ...options,
    seed: {
      templates: [
        jitpTemplate('old'),
        jitpTemplate('new'),
        jitpTemplate('idle'),
        jitpTemplate('fleet', { type: 'FLEET_PROVISIONING' }),
      ],
      caCertificates: cas.map(({ seed }) => seed),
    },
  });
  closers.push(() => harness.close());
  const ids = cas.map(({ certificateId }) => certificateId);
  return {
    harness,
    cas,
    ids,
    async names() {
      const aliases = ids.map(
        (id, index) =>
          `ca${index}: caCertificate(certificateId: "${id}") { registrationConfig { ... on NamedTemplateRegistration { templateName } } }`,
      );
      const { data } = await harness.query(`{ ${aliases.join(' ')} }`);
      return ids.map((_, index) => at(data, `ca${index}`, 'registrationConfig', 'templateName'));
    },
    remove: (input) =>
      harness.billed(DELETE_TEMPLATE, { input: { templateName: 'old', ...input } }),
  };
}

async function exists({ harness }: Fleet, templateName: string): Promise<boolean> {
  const { data } = await harness.query(
    'query ($name: String!) { provisioningTemplate(templateName: $name) { id } }',
    { name: templateName },
  );
  return at(data, 'provisioningTemplate') !== null;
}

/** Runs an operation and does something while the first CA is being changed. */
async function duringFirstUpdate(
  { harness }: Fleet,
  operation: () => ReturnType<Harness['billed']>,
  meanwhile: () => Promise<unknown>,
): ReturnType<Harness['billed']> {
  const delayMs = 1000;
  await harness.setFaults([{ action: 'UpdateCACertificate', kind: 'delay', delayMs, times: 1 }]);
  const answer = operation();
  for (;;) {
    const response = await fetch(`${harness.plane.url}/_local/faults`);
    const { length } = (await response.json()) as unknown[];
    if (length === 0) break;
  }
  await meanwhile();
  harness.clock.advance(delayMs);
  return answer;
}

describe('deleting a template', () => {
  test('that no CA names costs one list beside the deletion', async () => {
    const fleet = await start();
    await fleet.harness.query('{ provisioningTemplates { nodes { id } } }');
    const answer = await fleet.remove({ templateName: 'idle' });
    expect(payload(answer)).toEqual({
      deletedId: expect.any(String),
      changedCACertificates: [],
      warnings: [],
      userErrors: [],
    });
    expect(answer.bill).toEqual({ ListCACertificates: 1, DeleteProvisioningTemplate: 1 });
    expect(await exists(fleet, 'idle')).toBe(false);
  });

  test('that CAs name is refused at the price of one list, and tells which', async () => {
    const fleet = await start();
    const answer = await fleet.remove({});
    expect(payload(answer)).toMatchObject({ deletedId: null, changedCACertificates: [] });
    expect(errorAt(answer)).toEqual({
      code: 'DELETE_CONFLICT',
      message: expect.stringContaining('3 CA certificates'),
      field: ['input', 'caCertificates'],
    });
    for (const id of fleet.ids) expect(at(errorAt(answer), 'message')).toContain(id);
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
    expect(await exists(fleet, 'old')).toBe(true);
  });

  test('reads who names it live, whatever was known a moment ago', async () => {
    const fleet = await start();
    const { harness, ids } = fleet;
    const known = await harness.query(
      '{ provisioningTemplate(templateName: "idle") { caCertificates(ascendingOrder: true, countAll: true) { totalCount } } }',
    );
    expect(at(known.data, 'provisioningTemplate', 'caCertificates', 'totalCount')).toBe(0);
    const other = otherClient(harness);
    closers.push(() => other.destroy());
    await other.send(
      new UpdateCACertificateCommand({
        certificateId: ids[0],
        registrationConfig: { templateName: 'idle' },
      }),
    );
    const answer = await harness.billed(
      DELETE_TEMPLATE,
      { input: { templateName: 'idle' } },
      CACHED,
    );
    expect(errorAt(answer)).toMatchObject({ code: 'DELETE_CONFLICT' });
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
  });

  test('MOVE_TO moves each CA, looks again, and deletes', async () => {
    const fleet = await start();
    await fleet.harness.query('{ provisioningTemplates { nodes { id } } }');
    const answer = await fleet.remove({ caCertificates: 'MOVE_TO', moveToTemplateName: 'new' });
    expect(payload(answer)).toEqual({
      deletedId: expect.any(String),
      changedCACertificates: expect.arrayContaining(
        fleet.ids.map((certificateId) => ({ certificateId })),
      ),
      warnings: [],
      userErrors: [],
    });
    expect(answer.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 2,
      DescribeCACertificate: 3,
      UpdateCACertificate: 3,
      DeleteProvisioningTemplate: 1,
    });
    expect(await fleet.names()).toEqual(['new', 'new', 'new']);
    expect(await exists(fleet, 'old')).toBe(false);
  });

  test('DETACH takes the registration off, and the payload shows the CAs as they are then', async () => {
    const fleet = await start();
    const { data, errors } = await fleet.harness.query(
      `mutation { deleteProvisioningTemplate(input: { templateName: "old", caCertificates: DETACH }) {
         deletedId userErrors { code } changedCACertificates { status autoRegistrationStatus template { id } jitpReadiness { state } } } }`,
    );
    expect(errors).toBeUndefined();
    const detached = {
      status: 'ACTIVE',
      autoRegistrationStatus: 'DISABLE',
      template: null,
      jitpReadiness: { state: 'NOT_READY' },
    };
    expect(at(data, 'deleteProvisioningTemplate')).toEqual({
      deletedId: expect.any(String),
      userErrors: [],
      changedCACertificates: [detached, detached, detached],
    });
  });

  test.each([
    [{ caCertificates: 'MOVE_TO' }, 'BAD_USER_INPUT', {}],
    [{ caCertificates: 'MOVE_TO', moveToTemplateName: 'old' }, 'BAD_USER_INPUT', {}],
    [{ caCertificates: 'MOVE_TO', moveToTemplateName: 'a/b' }, 'BAD_USER_INPUT', {}],
    [{ moveToTemplateName: 'new' }, 'BAD_USER_INPUT', {}],
    [{ caCertificates: 'DETACH', moveToTemplateName: 'new' }, 'BAD_USER_INPUT', {}],
    [
      { caCertificates: 'MOVE_TO', moveToTemplateName: 'nowhere' },
      'RESOURCE_NOT_FOUND',
      { DescribeProvisioningTemplate: 1 },
    ],
    [
      { caCertificates: 'MOVE_TO', moveToTemplateName: 'fleet' },
      'TEMPLATE_TYPE_MISMATCH',
      { DescribeProvisioningTemplate: 1 },
    ],
  ])('%j is refused before anything is written', async (input, code, bill) => {
    const fleet = await start();
    const answer = await fleet.remove(input);
    expect(errorAt(answer)).toMatchObject({ code, field: ['input', 'moveToTemplateName'] });
    expect(answer.bill).toEqual(bill);
    expect(await fleet.names()).toEqual(['old', 'old', 'old']);
    expect(await exists(fleet, 'old')).toBe(true);
  });

  test.each([
    ['UpdateCACertificate', 'AccessDeniedException', 'UPSTREAM_ACCESS_DENIED', 1],
    ['UpdateCACertificate', 'InvalidRequestException', 'INVALID_REQUEST', 1],
    ['DescribeCACertificate', 'AccessDeniedException', 'UPSTREAM_ACCESS_DENIED', 1],
    ['DeleteProvisioningTemplate', 'AccessDeniedException', 'UPSTREAM_ACCESS_DENIED', 3],
    ['DeleteProvisioningTemplate', 'DeleteConflictException', 'DELETE_CONFLICT', 3],
  ])(
    'stops when %s fails with %s, deletes nothing and tells what was changed',
    async (action, name, code, changes) => {
      const fleet = await start();
      const answer = await duringFirstUpdate(
        fleet,
        () => fleet.remove({ caCertificates: 'MOVE_TO', moveToTemplateName: 'new' }),
        () => fleet.harness.setFaults([{ action, kind: 'error', name }]),
      );
      await fleet.harness.setFaults([]);
      expect(answer.errors).toBeUndefined();
      expect(at(payload(answer), 'deletedId')).toBeNull();
      expect(errorAt(answer)).toMatchObject({ code });
      if (name !== 'DeleteConflictException') {
        expect(at(errorAt(answer), 'message')).toMatch(/changed; the template was not deleted\.$/);
      }
      const changed = at(payload(answer), 'changedCACertificates') as unknown[];
      expect(changed).toHaveLength(changes);
      const names = await fleet.names();
      const moved = fleet.ids.filter((_, index) => names[index] === 'new');
      expect(changed).toEqual(
        expect.arrayContaining(moved.map((certificateId) => ({ certificateId }))),
      );
      expect(moved).toHaveLength(changes);
      expect(await exists(fleet, 'old')).toBe(true);
    },
  );

  test('what others change meanwhile is left as they want it', async () => {
    const fleet = await start();
    const other = otherClient(fleet.harness);
    closers.push(() => other.destroy());
    const [first] = fleet.ids;
    const answer = await duringFirstUpdate(
      fleet,
      () => fleet.remove({ caCertificates: 'MOVE_TO', moveToTemplateName: 'new' }),
      async () => {
        for (const certificateId of fleet.ids) {
          if (certificateId === first) continue;
          await other.send(
            new UpdateCACertificateCommand({
              certificateId,
              registrationConfig: { templateName: 'idle' },
            }),
          );
        }
      },
    );
    expect(errorAt(answer)).toBeUndefined();
    expect(await exists(fleet, 'old')).toBe(false);
    const names = await fleet.names();
    expect(names.filter((name) => name === 'new')).toHaveLength(1);
    expect(names.filter((name) => name === 'idle')).toHaveLength(2);
  });

  test('a CA that is attached meanwhile keeps the template', async () => {
    const fleet = await start({ choices: { deleteAttachedTemplate: 'allow' } });
    const other = otherClient(fleet.harness);
    closers.push(() => other.destroy());
    const { data } = await fleet.harness.query(
      'mutation ($ca: String!) { registerCACertificate(input: { caCertificate: $ca, certificateMode: SNI_ONLY }) { caCertificate { certificateId } } }',
      { ca: makeCA({ subject: [['CN', 'Late']] }).pem },
    );
    const late = at(data, 'registerCACertificate', 'caCertificate', 'certificateId') as string;
    const answer = await duringFirstUpdate(
      fleet,
      () => fleet.remove({ caCertificates: 'DETACH' }),
      () =>
        other.send(
          new UpdateCACertificateCommand({
            certificateId: late,
            registrationConfig: { templateName: 'old' },
          }),
        ),
    );
    expect(errorAt(answer)).toMatchObject({
      code: 'DELETE_CONFLICT',
      message: expect.stringContaining(late),
    });
    expect(at(payload(answer), 'changedCACertificates')).toHaveLength(3);
    expect(await exists(fleet, 'old')).toBe(true);
  });

  test('a failure before the first change is an error of the operation', async () => {
    const fleet = await start();
    await fleet.harness.setFaults([
      { action: 'UpdateCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await fleet.remove({ caCertificates: 'DETACH' });
    expect(answer.data).toBeNull();
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
  });

  test('an outage of the list is never taken for a template that nothing names', async () => {
    const fleet = await start({ choices: { deleteAttachedTemplate: 'allow' } });
    await fleet.harness.setFaults([
      { action: 'ListCACertificates', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await fleet.remove({});
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
    expect(answer.bill.DeleteProvisioningTemplate).toBeUndefined();
    await fleet.harness.setFaults([]);
    expect(await exists(fleet, 'old')).toBe(true);
  });

  test('a CA that AWS keeps on the template after DETACH keeps the template', async () => {
    const fleet = await start({
      choices: { removeAutoRegistration: 'disable-only', deleteAttachedTemplate: 'allow' },
    });
    const answer = await fleet.remove({ caCertificates: 'DETACH' });
    expect(errorAt(answer)).toMatchObject({ code: 'DETACH_NOT_EFFECTIVE' });
    expect(at(payload(answer), 'changedCACertificates')).toHaveLength(3);
    expect(answer.bill.DeleteProvisioningTemplate).toBeUndefined();
    expect(await exists(fleet, 'old')).toBe(true);
  });

  test('what one operation cannot finish is not begun', async () => {
    const fleet = await start({ costMax: 8 });
    const answer = await fleet.remove({ caCertificates: 'DETACH' });
    expect(errorAt(answer)).toMatchObject({
      code: 'OPERATION_TOO_COSTLY',
      field: ['input', 'caCertificates'],
    });
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
    expect(await fleet.names()).toEqual(['old', 'old', 'old']);
  });

  test('nor what takes more than a page to count', async () => {
    const fleet = await start({}, 260);
    const refused = await fleet.remove({});
    expect(errorAt(refused)).toMatchObject({
      code: 'DELETE_CONFLICT',
      message: expect.stringContaining('250 CA certificates or more'),
    });
    expect(refused.bill).toEqual({ ListCACertificates: 1 });
    const tooMany = await fleet.remove({ caCertificates: 'DETACH' });
    expect(errorAt(tooMany)).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
    expect(tooMany.bill).toEqual({ ListCACertificates: 1 });
  });

  test('nor what the quota leaves no time for', async () => {
    const fleet = await start({ quotaShare: 0.8, deadlineMs: 1000 }, 20);
    const answer = await fleet.remove({ caCertificates: 'DETACH' });
    expect(errorAt(answer)).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
    expect(answer.bill).toEqual({ ListCACertificates: 1 });
  });
});

const DELETE_CA = `mutation ($input: DeleteCACertificateInput!) {
  deleteCACertificate(input: $input) { deletedId wasDeactivated userErrors { code message field } } }`;

describe('deleting a CA', () => {
  const remove = ({ harness, ids }: Fleet, more: object = {}): ReturnType<Harness['billed']> =>
    harness.billed(DELETE_CA, { input: { certificateId: ids[0], ...more } });

  test('that is ACTIVE is refused, and nothing written', async () => {
    const fleet = await start();
    const answer = await remove(fleet);
    expect(payload(answer)).toEqual({
      deletedId: null,
      wasDeactivated: false,
      userErrors: [
        {
          code: 'CERTIFICATE_STATE',
          message: expect.stringContaining('deactivateFirst'),
          field: ['input', 'deactivateFirst'],
        },
      ],
    });
    expect(answer.bill).toEqual({ DescribeCACertificate: 1 });
  });

  test('deactivateFirst sets it to INACTIVE and deletes it', async () => {
    const fleet = await start();
    const answer = await remove(fleet, { deactivateFirst: true });
    expect(payload(answer)).toEqual({
      deletedId: expect.any(String),
      wasDeactivated: true,
      userErrors: [],
    });
    expect(answer.bill).toEqual({
      DescribeCACertificate: 1,
      UpdateCACertificate: 1,
      DeleteCACertificate: 1,
    });
    const again = await remove(fleet, { deactivateFirst: true });
    expect(errorAt(again)).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      field: ['input', 'certificateId'],
    });
    expect(again.bill).toEqual({ DescribeCACertificate: 1 });
  });

  test('the status is read live', async () => {
    const fleet = await start();
    const { harness, ids } = fleet;
    const look = `{ caCertificate(certificateId: "${ids[0]}") { status } }`;
    await harness.query(look);
    const other = otherClient(harness);
    closers.push(() => other.destroy());
    await other.send(
      new UpdateCACertificateCommand({ certificateId: ids[0], newStatus: 'INACTIVE' }),
    );
    const answer = await harness.billed(DELETE_CA, { input: { certificateId: ids[0] } }, CACHED);
    expect(payload(answer)).toEqual({
      deletedId: expect.any(String),
      wasDeactivated: false,
      userErrors: [],
    });
    expect(answer.bill).toEqual({ DescribeCACertificate: 1, DeleteCACertificate: 1 });
  });

  test('a deletion that fails after the deactivation tells of both', async () => {
    const fleet = await start();
    await fleet.harness.setFaults([
      { action: 'DeleteCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await remove(fleet, { deactivateFirst: true });
    expect(answer.errors).toBeUndefined();
    expect(payload(answer)).toMatchObject({
      deletedId: null,
      wasDeactivated: true,
      userErrors: [
        { code: 'UPSTREAM_ACCESS_DENIED', message: expect.stringContaining('INACTIVE') },
      ],
    });
  });
});
