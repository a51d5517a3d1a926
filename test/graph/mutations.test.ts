import { DeleteProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, at, type Harness, startHarness } from '../support/harness.ts';
import { makeCA, makeLeaf } from '../support/pki.ts';
import { otherClient } from '../support/readyFleet.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const EMPTY_BODY = '{"Resources":{}}';
const OUTCOME = 'warnings { code field } userErrors { code message field }';

describe('mutations', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  const run = (name: string, input: object, selection: string): Promise<Billed> =>
    harness.billed(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { ${selection} ${OUTCOME} } }`,
      { input },
    );
  type Billed = Awaited<ReturnType<Harness['billed']>>;

  const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];

  async function createTemplate(templateName: string, more: object = {}): Promise<Billed> {
    return run(
      'createProvisioningTemplate',
      { templateName, templateBody: EMPTY_BODY, provisioningRoleArn: ROLE, ...more },
      'provisioningTemplate { templateName }',
    );
  }

  async function registerCA(subject: string, more: object = {}): Promise<string> {
    const ca = makeCA({ subject: [['CN', subject]] });
    const { data } = await harness.query('{ registrationCode }');
    const leaf = makeLeaf(ca, { subject: [['CN', at(data, 'registrationCode') as string]] });
    const answer = await run(
      'registerCACertificate',
      { caCertificate: ca.pem, verificationCertificate: leaf.pem, ...more },
      'caCertificate { certificateId }',
    );
    expect(at(payload(answer), 'userErrors')).toEqual([]);
    return at(payload(answer), 'caCertificate', 'certificateId') as string;
  }

  test('create a template with every member, and read every member back', async () => {
    const body = {
      Resources: {
        pump: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'Unit' } } },
        certificate: {
          Type: 'AWS::IoT::Certificate',
          Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' } },
        },
      },
      Parameters: { Unit: { Type: 'String' } },
    };
    const answer = await run(
      'createProvisioningTemplate',
      {
        templateName: 'everything',
        templateBodyJson: body,
        provisioningRoleArn: ROLE,
        description: 'All of it',
        enabled: true,
        type: 'FLEET_PROVISIONING',
        preProvisioningHook: {
          payloadVersion: '2020-04-01',
          targetArn: 'arn:aws:lambda:us-east-1:123456789012:function:hook',
        },
        tags: [{ key: 'team', value: 'iot' }, { key: 'bare' }],
      },
      `provisioningTemplate { templateName templateArn description enabled type defaultVersionId
         templateBody templateBodyJson provisioningRoleArn creationDate lastModifiedDate
         preProvisioningHook { payloadVersion targetArn } }`,
    );
    const arn = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/everything';
    expect(payload(answer)).toEqual({
      provisioningTemplate: {
        templateName: 'everything',
        templateArn: arn,
        description: 'All of it',
        enabled: true,
        type: 'FLEET_PROVISIONING',
        defaultVersionId: 1,
        templateBody: JSON.stringify(body),
        templateBodyJson: body,
        provisioningRoleArn: ROLE,
        creationDate: '2026-06-01T00:00:00.000Z',
        lastModifiedDate: '2026-06-01T00:00:00.000Z',
        preProvisioningHook: {
          payloadVersion: '2020-04-01',
          targetArn: 'arn:aws:lambda:us-east-1:123456789012:function:hook',
        },
      },
      warnings: [],
      userErrors: [],
    });
    expect(answer.bill).toEqual({ CreateProvisioningTemplate: 1, DescribeProvisioningTemplate: 1 });
  });

  test('a payload whose thing is not asked for is not read back', async () => {
    const answer = await run(
      'createProvisioningTemplate',
      { templateName: 'unread', templateBody: EMPTY_BODY, provisioningRoleArn: ROLE },
      '__typename',
    );
    expect(answer.bill).toEqual({ CreateProvisioningTemplate: 1 });
  });

  test('a name that is taken is a user error at its field', async () => {
    await createTemplate('taken');
    const answer = await createTemplate('taken');
    expect(payload(answer)).toEqual({
      provisioningTemplate: null,
      warnings: [],
      userErrors: [
        {
          code: 'RESOURCE_ALREADY_EXISTS',
          message: expect.stringContaining('taken'),
          field: ['input', 'templateName'],
        },
      ],
    });
  });

  test('update changes what is given and leaves the rest', async () => {
    await createTemplate('changing', { description: 'before', enabled: false });
    const answer = await run(
      'updateProvisioningTemplate',
      { templateName: 'changing', enabled: true, provisioningRoleArn: `${ROLE}-2` },
      'provisioningTemplate { enabled description provisioningRoleArn }',
    );
    expect(at(payload(answer), 'provisioningTemplate')).toEqual({
      enabled: true,
      description: 'before',
      provisioningRoleArn: `${ROLE}-2`,
    });
    const cleared = await run(
      'updateProvisioningTemplate',
      { templateName: 'changing', description: '' },
      'provisioningTemplate { description }',
    );
    expect(at(payload(cleared), 'provisioningTemplate')).toEqual({ description: null });
  });

  test('a hook is put on and taken off', async () => {
    await createTemplate('hooked');
    const targetArn = 'arn:aws:lambda:us-east-1:123456789012:function:hook';
    const on = await run(
      'updateProvisioningTemplate',
      { templateName: 'hooked', preProvisioningHook: { targetArn } },
      'provisioningTemplate { preProvisioningHook { targetArn } }',
    );
    expect(at(payload(on), 'provisioningTemplate', 'preProvisioningHook')).toEqual({ targetArn });
    const off = await run(
      'updateProvisioningTemplate',
      { templateName: 'hooked', removePreProvisioningHook: true },
      'provisioningTemplate { preProvisioningHook { targetArn } }',
    );
    expect(at(payload(off), 'provisioningTemplate')).toEqual({ preProvisioningHook: null });
  });

  test('delete answers the id of what is gone', async () => {
    await createTemplate('leaving');
    const { data } = await harness.query(
      '{ provisioningTemplate(templateName: "leaving") { id } }',
    );
    const answer = await run(
      'deleteProvisioningTemplate',
      { templateName: 'leaving' },
      'deletedId',
    );
    expect(payload(answer)).toEqual({
      deletedId: at(data, 'provisioningTemplate', 'id'),
      warnings: [],
      userErrors: [],
    });
    expect(answer.bill).toEqual({ ListCACertificates: 1, DeleteProvisioningTemplate: 1 });
    const again = await run('deleteProvisioningTemplate', { templateName: 'leaving' }, 'deletedId');
    expect(payload(again)).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'RESOURCE_NOT_FOUND', field: ['input', 'templateName'] }],
    });
  });

  test('register a CA with every member, and read every member back', async () => {
    await createTemplate('for-register', { type: 'JITP', enabled: true });
    const ca = makeCA({ subject: [['CN', 'Registered whole']] });
    const answer = await run(
      'registerCACertificate',
      {
        caCertificate: ca.pem,
        certificateMode: 'SNI_ONLY',
        setAsActive: true,
        allowAutoRegistration: true,
        registrationConfig: { templateName: 'for-register' },
        tags: [{ key: 'site', value: 'north' }],
      },
      `caCertificate { certificateId certificateArn status creationDate lastModifiedDate
         certificatePem ownedBy autoRegistrationStatus customerVersion generationId certificateMode
         validity { notBefore notAfter }
         registrationConfig { __typename ... on NamedTemplateRegistration { templateName roleArn template { templateName enabled } } } }`,
    );
    const certificateId = at(payload(answer), 'caCertificate', 'certificateId');
    expect(payload(answer)).toEqual({
      caCertificate: {
        certificateId: expect.stringMatching(/^[0-9a-f]{64}$/),
        certificateArn: `arn:aws:iot:us-east-1:123456789012:cacert/${certificateId}`,
        status: 'ACTIVE',
        creationDate: '2026-06-01T00:00:00.000Z',
        lastModifiedDate: '2026-06-01T00:00:00.000Z',
        certificatePem: ca.pem,
        ownedBy: '123456789012',
        autoRegistrationStatus: 'ENABLE',
        customerVersion: 1,
        generationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        certificateMode: 'SNI_ONLY',
        validity: {
          notBefore: expect.stringMatching(/\.000Z$/),
          notAfter: expect.stringMatching(/\.000Z$/),
        },
        registrationConfig: {
          __typename: 'NamedTemplateRegistration',
          templateName: 'for-register',
          roleArn: null,
          template: { templateName: 'for-register', enabled: true },
        },
      },
      warnings: [],
      userErrors: [],
    });
    expect(answer.bill).toEqual({
      RegisterCACertificate: 1,
      DescribeCACertificate: 1,
      DescribeProvisioningTemplate: 1,
    });
  });

  test('an inline registration is read back as it was sent', async () => {
    const certificateId = await registerCA('Inline', {
      registrationConfig: { templateBody: EMPTY_BODY, roleArn: ROLE },
    });
    const { data } = await harness.query(
      `query ($id: String!) { caCertificate(certificateId: $id) { template { id }
         registrationConfig { ... on InlineTemplateRegistration { templateBody roleArn } } } }`,
      { id: certificateId },
    );
    expect(at(data, 'caCertificate')).toEqual({
      template: null,
      registrationConfig: { templateBody: EMPTY_BODY, roleArn: ROLE },
    });
  });

  test("AWS's refusals of a CA are user errors", async () => {
    const ca = makeCA({ subject: [['CN', 'Refused']] });
    const other = makeLeaf(ca, { subject: [['CN', 'not the code']] });
    const answer = await run(
      'registerCACertificate',
      { caCertificate: ca.pem, verificationCertificate: other.pem },
      'caCertificate { id }',
    );
    expect(payload(answer)).toMatchObject({
      caCertificate: null,
      userErrors: [
        { code: 'REGISTRATION_CODE_VALIDATION', field: ['input', 'verificationCertificate'] },
      ],
    });
  });

  test('attach names the template, and warns of what still stands in the way', async () => {
    await createTemplate('attachable', { type: 'JITP' });
    const certificateId = await registerCA('Attaching');
    const attached = await run(
      'attachProvisioningTemplate',
      { certificateId, templateName: 'attachable' },
      'caCertificate { template { templateName enabled } } provisioningTemplate { templateName }',
    );
    expect(payload(attached)).toEqual({
      caCertificate: { template: { templateName: 'attachable', enabled: false } },
      provisioningTemplate: { templateName: 'attachable' },
      warnings: [
        { code: 'TEMPLATE_DISABLED', field: ['input', 'templateName'] },
        { code: 'CA_CERTIFICATE_INACTIVE', field: ['input', 'activate'] },
        { code: 'AUTO_REGISTRATION_DISABLED', field: ['input', 'enableAutoRegistration'] },
      ],
      userErrors: [],
    });
    expect(attached.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      UpdateCACertificate: 1,
      DescribeCACertificate: 1,
    });
    await run(
      'updateProvisioningTemplate',
      { templateName: 'attachable', enabled: true },
      '__typename',
    );
    const ready = await run(
      'attachProvisioningTemplate',
      { certificateId, templateName: 'attachable', enableAutoRegistration: true, activate: true },
      'caCertificate { status autoRegistrationStatus }',
    );
    expect(payload(ready)).toEqual({
      caCertificate: { status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' },
      warnings: [],
      userErrors: [],
    });
  });

  test('attach refuses a missing template and one of the wrong type before it writes', async () => {
    await createTemplate('a-fleet');
    const certificateId = await registerCA('Refusing');
    const missing = await run(
      'attachProvisioningTemplate',
      { certificateId, templateName: 'nowhere' },
      'caCertificate { id }',
    );
    expect(at(payload(missing), 'userErrors', 0)).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      field: ['input', 'templateName'],
    });
    expect(missing.bill).toEqual({ DescribeProvisioningTemplate: 1 });
    const fleet = await run(
      'attachProvisioningTemplate',
      { certificateId, templateName: 'a-fleet' },
      'caCertificate { id }',
    );
    expect(at(payload(fleet), 'userErrors', 0)).toMatchObject({
      code: 'TEMPLATE_TYPE_MISMATCH',
      message: expect.stringContaining('FLEET_PROVISIONING'),
    });
    expect(fleet.bill).toEqual({ DescribeProvisioningTemplate: 1 });
  });

  test('a write that cannot be read back is told as made, with the error at its field', async () => {
    await createTemplate('unreadable', { type: 'JITP', enabled: true });
    const certificateId = await registerCA('Unreadable');
    await harness.setFaults([
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await run(
      'attachProvisioningTemplate',
      { certificateId, templateName: 'unreadable' },
      'caCertificate { id } provisioningTemplate { templateName }',
    );
    expect(payload(answer)).toEqual({
      caCertificate: null,
      provisioningTemplate: { templateName: 'unreadable' },
      warnings: [],
      userErrors: [],
    });
    expect(answer.errors).toMatchObject([
      {
        path: ['attachProvisioningTemplate', 'caCertificate'],
        extensions: { code: 'UPSTREAM_ACCESS_DENIED' },
      },
    ]);
  });

  test('detach takes the registration off and reads back', async () => {
    await createTemplate('detachable', { type: 'JITP' });
    const certificateId = await registerCA('Detaching', {
      allowAutoRegistration: true,
      registrationConfig: { templateName: 'detachable' },
    });
    const answer = await run(
      'detachProvisioningTemplate',
      { certificateId: certificateId.toUpperCase() },
      'caCertificate { autoRegistrationStatus registrationConfig { __typename } template { id } }',
    );
    expect(payload(answer)).toEqual({
      caCertificate: {
        autoRegistrationStatus: 'DISABLE',
        registrationConfig: null,
        template: null,
      },
      warnings: [],
      userErrors: [],
    });
    expect(answer.bill).toEqual({ UpdateCACertificate: 1, DescribeCACertificate: 1 });
  });

  test('a detach that cannot be verified is no success', async () => {
    const certificateId = await registerCA('Unverified');
    await harness.setFaults([
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await run(
      'detachProvisioningTemplate',
      { certificateId },
      'caCertificate { id }',
    );
    expect(answer.data).toBeNull();
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
  });

  test('a CA is updated, deactivated and deleted', async () => {
    const certificateId = await registerCA('Retiring', { setAsActive: true });
    const refusedDelete = await run('deleteCACertificate', { certificateId }, 'deletedId');
    expect(payload(refusedDelete)).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'CERTIFICATE_STATE', field: ['input', 'deactivateFirst'] }],
    });
    const updated = await run(
      'updateCACertificate',
      { certificateId, newStatus: 'INACTIVE', newAutoRegistrationStatus: 'ENABLE' },
      'caCertificate { id status autoRegistrationStatus }',
    );
    expect(at(payload(updated), 'caCertificate')).toMatchObject({
      status: 'INACTIVE',
      autoRegistrationStatus: 'ENABLE',
    });
    const deleted = await run('deleteCACertificate', { certificateId }, 'deletedId');
    expect(at(payload(deleted), 'deletedId')).toBe(at(payload(updated), 'caCertificate', 'id'));
    const { data } = await harness.query(
      'query ($id: String!) { caCertificate(certificateId: $id) { id } }',
      { id: certificateId },
    );
    expect(data).toEqual({ caCertificate: null });
  });

  test('a template that is gone is null on its CA, whose registration still tells the name', async () => {
    const plane = await startHarness({
      seed: 'none',
      choices: { deleteAttachedTemplate: 'allow' },
    });
    try {
      const { data } = await plane.query(
        `mutation ($ca: String!, $role: String!, $body: String!) {
           createProvisioningTemplate(input: { templateName: "gone", type: JITP, templateBody: $body, provisioningRoleArn: $role }) { userErrors { code } }
           registerCACertificate(input: { caCertificate: $ca, certificateMode: SNI_ONLY, registrationConfig: { templateName: "gone" } }) { caCertificate { template { type } } }
         }`,
        { ca: makeCA({ subject: [['CN', 'Left behind']] }).pem, role: ROLE, body: EMPTY_BODY },
      );
      expect(at(data, 'registerCACertificate', 'caCertificate', 'template', 'type')).toBe('JITP');
      // The gateway itself would not delete it under the CA.
      const other = otherClient(plane);
      await other.send(new DeleteProvisioningTemplateCommand({ templateName: 'gone' }));
      other.destroy();
      const after = await plane.query(
        '{ caCertificates { nodes { template { type } registrationConfig { ... on NamedTemplateRegistration { templateName template { enabled } } } } } }',
      );
      expect(after.data).toEqual({
        caCertificates: {
          nodes: [{ template: null, registrationConfig: { templateName: 'gone', template: null } }],
        },
      });
      expect(after.errors).toBeUndefined();
    } finally {
      await plane.close();
    }
  });

  test('a template that AWS keeps on the CA makes detach DETACH_NOT_EFFECTIVE', async () => {
    const plane = await startHarness({ choices: { removeAutoRegistration: 'disable-only' } });
    try {
      const { data: found } = await plane.query(
        '{ caCertificates(filter: { templateName: "tide-pump-jitp" }, first: 1) { nodes { certificateId } } }',
      );
      const { data } = await plane.query(
        `mutation ($id: String!) { detachProvisioningTemplate(input: { certificateId: $id }) {
           caCertificate { template { templateName } } userErrors { code message } } }`,
        { id: at(found, 'caCertificates', 'nodes', 0, 'certificateId') },
      );
      expect(at(data, 'detachProvisioningTemplate')).toEqual({
        caCertificate: { template: { templateName: 'tide-pump-jitp' } },
        userErrors: [
          {
            code: 'DETACH_NOT_EFFECTIVE',
            message: expect.stringContaining('tide-pump-jitp'),
          },
        ],
      });
    } finally {
      await plane.close();
    }
  });
});
