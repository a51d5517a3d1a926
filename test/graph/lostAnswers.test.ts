import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, at, type Harness, startHarness } from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const BODY = '{"Resources":{}}';
const OTHER_BODY = '{"Resources":{},"Parameters":{}}';

describe('when the answer to a write is lost', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  type Billed = Awaited<ReturnType<Harness['billed']>>;

  const run = (name: string, input: object, selection = ''): Promise<Billed> =>
    harness.billed(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { replayed ${selection} userErrors { code field } } }`,
      { input },
    );

  const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];

  const createTemplate = (templateName: string, more: object = {}): Promise<Billed> =>
    run('createProvisioningTemplate', {
      templateName,
      templateBody: BODY,
      provisioningRoleArn: ROLE,
      ...more,
    });

  async function registerCA(subject: string, more: object = {}): Promise<string> {
    const { pem } = makeCA({ subject: [['CN', subject]] });
    const answer = await run(
      'registerCACertificate',
      { caCertificate: pem, certificateMode: 'SNI_ONLY', ...more },
      'caCertificate { certificateId }',
    );
    expect(at(payload(answer), 'userErrors')).toEqual([]);
    return at(payload(answer), 'caCertificate', 'certificateId') as string;
  }

  const lose = (action: string, kind = 'lostResponse'): Promise<void> =>
    harness.setFaults([{ action, kind, times: 1 }]);

  const lastChange = async (): Promise<unknown> =>
    at(
      await harness.query(
        '{ changes(first: 1) { nodes { operation action outcome code replayed awsRequestId settledAt } } }',
      ),
      ...['data', 'changes', 'nodes', 0],
    );

  const REPLAYED = { replayed: true, userErrors: [] };
  const MADE = { replayed: false, userErrors: [] };

  describe('a template', () => {
    test('that was created is found, and not created again', async () => {
      await lose('CreateProvisioningTemplate');
      const answer = await run(
        'createProvisioningTemplate',
        {
          templateName: 'found',
          templateBody: BODY,
          provisioningRoleArn: ROLE,
          description: 'Mine',
          enabled: true,
          type: 'JITP',
        },
        'provisioningTemplate { templateName enabled templateBody }',
      );
      expect(payload(answer)).toEqual({
        ...REPLAYED,
        provisioningTemplate: { templateName: 'found', enabled: true, templateBody: BODY },
      });
      // What was read to find it answers the payload too.
      expect(answer.bill).toEqual({
        CreateProvisioningTemplate: 1,
        DescribeProvisioningTemplate: 1,
      });
      expect(await lastChange()).toEqual({
        operation: 'createProvisioningTemplate',
        action: 'CreateProvisioningTemplate',
        outcome: 'DONE',
        code: null,
        replayed: true,
        awsRequestId: null,
        settledAt: expect.any(String),
      });
    });

    test('that was not created is created, once it was looked for', async () => {
      await lose('CreateProvisioningTemplate', 'reset');
      const answer = await createTemplate('missing');
      expect(payload(answer)).toEqual(MADE);
      expect(answer.bill).toEqual({
        CreateProvisioningTemplate: 1,
        DescribeProvisioningTemplate: 1,
      });
      expect(await lastChange()).toMatchObject({ outcome: 'DONE', replayed: false });
    });

    test('of somebody else under that name is not taken for ours', async () => {
      await createTemplate('theirs', { description: 'Theirs' });
      await lose('CreateProvisioningTemplate');
      const answer = await createTemplate('theirs');
      expect(payload(answer)).toEqual({
        replayed: false,
        userErrors: [{ code: 'RESOURCE_ALREADY_EXISTS', field: ['input', 'templateName'] }],
      });
      expect(answer.bill).toEqual({
        CreateProvisioningTemplate: 1,
        DescribeProvisioningTemplate: 1,
      });
    });

    test('like ours but older than the clocks can be apart is not ours', async () => {
      await createTemplate('older');
      harness.clock.advance(5 * 60_000 + 1);
      await lose('CreateProvisioningTemplate');
      const answer = await createTemplate('older');
      expect(at(payload(answer), 'userErrors', 0, 'code')).toBe('RESOURCE_ALREADY_EXISTS');
    });

    test('that AWS says is there already, with its answer whole, is not looked for', async () => {
      await createTemplate('plain');
      const answer = await createTemplate('plain');
      expect(at(payload(answer), 'userErrors', 0, 'code')).toBe('RESOURCE_ALREADY_EXISTS');
      expect(answer.bill).toEqual({ CreateProvisioningTemplate: 1 });
      expect(await lastChange()).toMatchObject({
        outcome: 'REFUSED',
        code: 'RESOURCE_ALREADY_EXISTS',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    });

    test('whose creation was throttled is created by the second attempt of the SDK', async () => {
      await harness.setFaults([
        {
          action: 'CreateProvisioningTemplate',
          kind: 'error',
          name: 'ThrottlingException',
          times: 1,
        },
      ]);
      const answer = await createTemplate('throttled');
      expect(payload(answer)).toEqual(MADE);
      expect(answer.bill).toEqual({ CreateProvisioningTemplate: 1 });
      expect(answer.extensions?.upstream).toMatchObject({
        made: { CreateProvisioningTemplate: 1 },
        attempts: 2,
        throttled: 1,
      });
    });

    test.each([['lostResponse'], ['reset']])('that was to change, after %s', async (kind) => {
      const templateName = `changed-${kind}`;
      await createTemplate(templateName);
      await lose('UpdateProvisioningTemplate', kind);
      const answer = await run('updateProvisioningTemplate', {
        templateName,
        enabled: true,
        description: 'New',
        provisioningRoleArn: `${ROLE}-2`,
      });
      expect(payload(answer)).toEqual(kind === 'reset' ? MADE : REPLAYED);
      expect(answer.bill).toEqual({
        UpdateProvisioningTemplate: 1,
        DescribeProvisioningTemplate: 1,
      });
      const { data } = await harness.query(
        `{ provisioningTemplate(templateName: "${templateName}") { enabled description provisioningRoleArn } }`,
      );
      expect(at(data, 'provisioningTemplate')).toEqual({
        enabled: true,
        description: 'New',
        provisioningRoleArn: `${ROLE}-2`,
      });
    });

    test('that was deleted is found gone', async () => {
      await createTemplate('gone');
      await lose('DeleteProvisioningTemplate');
      const answer = await run('deleteProvisioningTemplate', { templateName: 'gone' }, 'deletedId');
      expect(payload(answer)).toEqual({ ...REPLAYED, deletedId: expect.any(String) });
      expect(answer.bill.DeleteProvisioningTemplate).toBe(1);
    });

    test.each([['lostResponse'], ['reset']])('gets one version, after %s', async (kind) => {
      const templateName = `versions-${kind}`;
      await createTemplate(templateName);
      await lose('CreateProvisioningTemplateVersion', kind);
      const answer = await run('createProvisioningTemplateVersion', {
        templateName,
        templateBody: OTHER_BODY,
        setAsDefault: true,
      });
      expect(payload(answer)).toEqual(kind === 'reset' ? MADE : REPLAYED);
      expect(answer.bill).toMatchObject({
        CreateProvisioningTemplateVersion: 1,
        ListProvisioningTemplateVersions: 1,
      });
      const { data } = await harness.query(
        `{ provisioningTemplate(templateName: "${templateName}") { defaultVersionId templateBody versions { totalCount } } }`,
      );
      expect(at(data, 'provisioningTemplate')).toEqual({
        defaultVersionId: 2,
        templateBody: OTHER_BODY,
        versions: { totalCount: 2 },
      });
    });

    test('loses a version once', async () => {
      await createTemplate('two');
      await run('createProvisioningTemplateVersion', {
        templateName: 'two',
        templateBody: OTHER_BODY,
      });
      await lose('DeleteProvisioningTemplateVersion');
      const answer = await run('deleteProvisioningTemplateVersion', {
        templateName: 'two',
        versionId: 2,
      });
      expect(payload(answer)).toEqual(REPLAYED);
      expect(answer.bill).toMatchObject({
        DeleteProvisioningTemplateVersion: 1,
        DescribeProvisioningTemplateVersion: 1,
      });
    });

    test('gets and loses its tags once', async () => {
      await createTemplate('tagged', { tags: [{ key: 'a', value: '1' }] });
      const resourceArn = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/tagged';
      await lose('TagResource');
      const tagged = await run('tagResource', { resourceArn, tags: [{ key: 'b', value: '2' }] });
      expect(payload(tagged)).toEqual(REPLAYED);
      expect(tagged.bill).toEqual({ TagResource: 1, ListTagsForResource: 1 });
      await lose('UntagResource', 'reset');
      const untagged = await run('untagResource', { resourceArn, tagKeys: ['a'] });
      expect(payload(untagged)).toEqual(MADE);
      expect(untagged.bill).toEqual({ UntagResource: 1, ListTagsForResource: 1 });
    });
  });

  describe('a CA certificate', () => {
    test('that was registered is found, and not registered again', async () => {
      await createTemplate('jitp', { type: 'JITP', enabled: true });
      const { pem } = makeCA({ subject: [['CN', 'Found']] });
      await lose('RegisterCACertificate');
      const answer = await run(
        'registerCACertificate',
        {
          caCertificate: pem,
          certificateMode: 'SNI_ONLY',
          setAsActive: true,
          allowAutoRegistration: true,
          registrationConfig: { templateName: 'jitp' },
        },
        'caCertificate { certificateId status template { templateName } }',
      );
      expect(payload(answer)).toEqual({
        ...REPLAYED,
        caCertificate: {
          certificateId: expect.stringMatching(/^[0-9a-f]{64}$/),
          status: 'ACTIVE',
          template: { templateName: 'jitp' },
        },
      });
      expect(answer.bill).toEqual({
        DescribeProvisioningTemplate: 1,
        RegisterCACertificate: 1,
        DescribeCACertificate: 1,
      });
    });

    test('that was not registered is registered, once it was looked for', async () => {
      const { pem } = makeCA({ subject: [['CN', 'Missing']] });
      await lose('RegisterCACertificate', 'reset');
      const answer = await run('registerCACertificate', {
        caCertificate: pem,
        certificateMode: 'SNI_ONLY',
      });
      expect(payload(answer)).toEqual(MADE);
      expect(answer.bill).toEqual({ RegisterCACertificate: 1, DescribeCACertificate: 1 });
    });

    test('of somebody else is not taken for ours', async () => {
      const { pem } = makeCA({ subject: [['CN', 'Theirs']] });
      const caCertificate = { caCertificate: pem, certificateMode: 'SNI_ONLY' };
      await run('registerCACertificate', caCertificate);
      await lose('RegisterCACertificate');
      const answer = await run('registerCACertificate', { ...caCertificate, setAsActive: true });
      expect(at(payload(answer), 'userErrors', 0, 'code')).toBe('RESOURCE_ALREADY_EXISTS');
    });

    test.each([['lostResponse'], ['reset']])(
      'is attached, detached and deleted once, after %s',
      async (kind) => {
        const expected = kind === 'reset' ? MADE : REPLAYED;
        const templateName = `of-ca-${kind}`;
        await createTemplate(templateName, { type: 'JITP', enabled: true });
        const certificateId = await registerCA(`Changing ${kind}`, { setAsActive: true });
        await lose('UpdateCACertificate', kind);
        const attached = await run('attachProvisioningTemplate', {
          certificateId,
          templateName,
          enableAutoRegistration: true,
        });
        expect(payload(attached)).toEqual(expected);
        expect(attached.bill.UpdateCACertificate).toBe(1);
        await lose('UpdateCACertificate', kind);
        const detached = await run('detachProvisioningTemplate', { certificateId });
        expect(payload(detached)).toEqual(expected);
        expect(detached.bill.UpdateCACertificate).toBe(1);
        await lose('UpdateCACertificate', kind);
        const stopped = await run('updateCACertificate', { certificateId, newStatus: 'INACTIVE' });
        expect(payload(stopped)).toEqual(expected);
        await lose('DeleteCACertificate', kind);
        const deleted = await run('deleteCACertificate', { certificateId });
        expect(payload(deleted)).toEqual(expected);
        expect(deleted.bill.DeleteCACertificate).toBe(1);
      },
    );
  });

  test('a registration code that was known is found deleted', async () => {
    await harness.query('{ registrationCode }');
    await lose('DeleteRegistrationCode');
    const answer = await run('deleteRegistrationCode', {});
    expect(payload(answer)).toEqual(REPLAYED);
    expect(answer.bill.DeleteRegistrationCode).toBe(1);
  });

  test('a claim is of unknown outcome, and asked for once', async () => {
    await createTemplate('claimed', { enabled: true });
    await lose('CreateProvisioningClaim');
    const answer = await harness.billed(
      'mutation { createProvisioningClaim(input: { templateName: "claimed" }) { userErrors { code } } }',
    );
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_OUTCOME_UNKNOWN',
      retryable: false,
    });
    expect(answer.bill).toEqual({ CreateProvisioningClaim: 1 });
    expect(await lastChange()).toMatchObject({
      operation: 'createProvisioningClaim',
      outcome: 'UNKNOWN',
      code: 'UPSTREAM_OUTCOME_UNKNOWN',
    });
  });

  test('and reading back fails, the outcome is unknown and says so', async () => {
    await harness.setFaults([
      { action: 'CreateProvisioningTemplate', kind: 'lostResponse' },
      { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await createTemplate('unknown');
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining('CreateProvisioningTemplate was lost'),
      extensions: { code: 'UPSTREAM_OUTCOME_UNKNOWN', action: 'CreateProvisioningTemplate' },
    });
    expect(answer.bill).toEqual({ CreateProvisioningTemplate: 1 });
    expect(await lastChange()).toMatchObject({ outcome: 'UNKNOWN' });
  });

  test('and again, and it is not there, the outcome is unknown after two attempts', async () => {
    await harness.setFaults([{ action: 'CreateProvisioningTemplate', kind: 'reset' }]);
    const answer = await createTemplate('never');
    expect(at(answer.errors, 0, 'extensions', 'code')).toBe('UPSTREAM_OUTCOME_UNKNOWN');
    expect(answer.extensions?.upstream.made).toEqual({
      CreateProvisioningTemplate: 2,
      DescribeProvisioningTemplate: 2,
    });
    expect(await lastChange()).toMatchObject({ outcome: 'UNKNOWN' });
  });

  test('the reading back is allowed beyond the limit of the operation', async () => {
    const narrow = await startHarness({ seed: 'none', costMax: 1 });
    try {
      await narrow.setFaults([{ action: 'CreateProvisioningTemplate', kind: 'reset', times: 1 }]);
      const answer = await narrow.query(
        `mutation ($input: CreateProvisioningTemplateInput!) {
           createProvisioningTemplate(input: $input) { replayed userErrors { code } } }`,
        { input: { templateName: 'narrow', templateBody: BODY, provisioningRoleArn: ROLE } },
      );
      expect(answer.errors).toBeUndefined();
      expect(payload(answer)).toEqual(MADE);
    } finally {
      await narrow.close();
    }
  });
});
