import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { registerCACertificate } from '../../src/controlplane/caCertificates.ts';
import { createProvisioningClaim } from '../../src/controlplane/provisioningClaim.ts';
import {
  createProvisioningTemplate,
  deleteProvisioningTemplate,
  describeProvisioningTemplate,
  listProvisioningTemplates,
  updateProvisioningTemplate,
} from '../../src/controlplane/provisioningTemplates.ts';
import {
  createProvisioningTemplateVersion,
  deleteProvisioningTemplateVersion,
  describeProvisioningTemplateVersion,
  listProvisioningTemplateVersions,
} from '../../src/controlplane/provisioningTemplateVersions.ts';
import { listTagsForResource } from '../../src/controlplane/tags.ts';
import { makeCA, testEpochMs } from '../support/pki.ts';
import { TestRealm, testAccount, testRegion, testRoleArn } from '../support/realm.ts';

const body = '{ "Resources": {} }\n';
const lambdaArn = `arn:aws:lambda:eu-west-1:${testAccount}:function:gate`;
const required = { templateName: 'kettle', templateBody: body, provisioningRoleArn: testRoleArn };
const templateArn = `arn:aws:iot:${testRegion}:${testAccount}:provisioningtemplate/kettle`;
const tooManyTags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));

let realm: TestRealm;
beforeEach(async () => {
  realm = await TestRealm.open();
});

describe('CreateProvisioningTemplate', () => {
  test('takes the defaults of AWS: disabled, FLEET_PROVISIONING, version 1, no description', async () => {
    expect(await realm.run(createProvisioningTemplate, required)).toEqual({
      templateArn,
      templateName: 'kettle',
      defaultVersionId: 1,
    });
    const now = new Date(testEpochMs);
    expect(await realm.run(describeProvisioningTemplate, { templateName: 'kettle' })).toStrictEqual(
      {
        templateArn,
        templateName: 'kettle',
        creationDate: now,
        lastModifiedDate: now,
        enabled: false,
        type: 'FLEET_PROVISIONING',
        defaultVersionId: 1,
        templateBody: body,
        provisioningRoleArn: testRoleArn,
      },
    );
  });

  test('keeps every member, and tags are readable at once', async () => {
    await realm.run(createProvisioningTemplate, {
      ...required,
      description: 'Kettles',
      enabled: true,
      preProvisioningHook: { targetArn: lambdaArn, payloadVersion: '2020-04-01' },
      tags: [{ Key: 'site', Value: 'leeds' }, { Key: 'bare' }],
    });
    expect(await realm.run(describeProvisioningTemplate, { templateName: 'kettle' })).toMatchObject(
      {
        description: 'Kettles',
        enabled: true,
        preProvisioningHook: { targetArn: lambdaArn, payloadVersion: '2020-04-01' },
      },
    );
    expect(await realm.run(listTagsForResource, { resourceArn: templateArn })).toEqual({
      tags: [
        { Key: 'site', Value: 'leeds' },
        { Key: 'bare', Value: '' },
      ],
    });
  });

  test('a name that is taken is refused with the id and ARN of the other', async () => {
    await realm.run(createProvisioningTemplate, required);
    expect(await realm.refusal(createProvisioningTemplate, required)).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Template with name kettle already exists',
      members: { resourceId: 'kettle', resourceArn: templateArn },
    });
  });

  test.each([
    [
      'a body that is not JSON',
      { templateBody: 'no' },
      'InvalidRequestException',
      /not valid JSON/,
    ],
    [
      'a policy with neither name nor document',
      { templateBody: '{"Resources":{"p":{"Type":"AWS::IoT::Policy","Properties":{}}}}' },
      'InvalidRequestException',
      /^Invalid registration template\. Neither policyName nor policyDocument is present/,
    ],
    [
      'a role that is no role',
      { provisioningRoleArn: `arn:aws:iam::${testAccount}:user/x` },
      'InvalidRequestException',
      /IAM role/,
    ],
    [
      'a hook on a JITP template',
      { type: 'JITP', preProvisioningHook: { targetArn: lambdaArn } },
      'InvalidRequestException',
      /JITP/,
    ],
    [
      'a hook that is no Lambda function',
      { preProvisioningHook: { targetArn: testRoleArn } },
      'InvalidRequestException',
      /Lambda/,
    ],
    [
      'a reserved tag key',
      { tags: [{ Key: 'AWS:x', Value: '' }] },
      'InvalidRequestException',
      /reserved/,
    ],
    ['51 tags', { tags: tooManyTags }, 'LimitExceededException', /50 tags/],
  ] as const)('%s is refused, and nothing is kept', async (_name, changes, name, message) => {
    const refusal = await realm.refusal(createProvisioningTemplate, {
      ...required,
      ...structuredClone(changes as object),
    });
    expect(refusal.name).toBe(name);
    expect(refusal.message).toMatch(message);
    expect(realm.state.templates.count()).toBe(0);
    expect(realm.state.tags.count()).toBe(0);
  });

  test('a role on the list of unassumable ones is refused in the words of AWS', async () => {
    realm = await TestRealm.open({ unassumableRoleArns: [testRoleArn] });
    expect(await realm.refusal(createProvisioningTemplate, required)).toMatchObject({
      name: 'InvalidRequestException',
      message: 'The provisioning role cannot be assumed by AWS IoT',
    });
  });

  test('request faults come before a name that is taken', async () => {
    await realm.run(createProvisioningTemplate, required);
    const refusal = await realm.refusal(createProvisioningTemplate, {
      ...required,
      templateBody: '[]',
    });
    expect(refusal.name).toBe('InvalidRequestException');
  });

  test('the 257th template exceeds the limit, but a taken name is told first', async () => {
    await realm.stage((state) => {
      for (let index = 0; index < 256; index += 1) {
        const templateName = `t${index}`;
        state.templates.put(templateName, {
          templateName,
          templateArn: `arn:${index}`,
          type: 'JITP',
          enabled: false,
          provisioningRoleArn: testRoleArn,
          creationDateMs: 0,
          lastModifiedDateMs: 0,
          defaultVersionId: 1,
          nextVersionId: 2,
          versions: [{ versionId: 1, templateBody: body, creationDateMs: 0 }],
        });
      }
    });
    const limit = await realm.refusal(createProvisioningTemplate, required);
    expect(limit.name).toBe('LimitExceededException');
    const taken = await realm.refusal(createProvisioningTemplate, {
      ...required,
      templateName: 't7',
    });
    expect(taken.name).toBe('ResourceAlreadyExistsException');
  });

  test('a name made again starts anew at version 1', async () => {
    await realm.run(createProvisioningTemplate, { ...required, tags: [{ Key: 'old' }] });
    await realm.run(createProvisioningTemplateVersion, required);
    await realm.run(deleteProvisioningTemplate, required);
    await realm.run(createProvisioningTemplate, required);
    const { versions } = await realm.run(listProvisioningTemplateVersions, required);
    expect(versions?.map((version) => version.versionId)).toEqual([1]);
    expect(await realm.run(listTagsForResource, { resourceArn: templateArn })).toEqual({
      tags: [],
    });
  });
});

describe('UpdateProvisioningTemplate', () => {
  const describeKettle = () => realm.run(describeProvisioningTemplate, { templateName: 'kettle' });

  beforeEach(async () => {
    await realm.run(createProvisioningTemplate, {
      ...required,
      description: 'first',
      preProvisioningHook: { targetArn: lambdaArn },
    });
    realm.nowMs += 1000;
  });

  test('changes what is sent and leaves the rest', async () => {
    await realm.run(updateProvisioningTemplate, { templateName: 'kettle', enabled: true });
    expect(await describeKettle()).toMatchObject({
      enabled: true,
      description: 'first',
      preProvisioningHook: { targetArn: lambdaArn },
      provisioningRoleArn: testRoleArn,
      creationDate: new Date(testEpochMs),
      lastModifiedDate: new Date(testEpochMs + 1000),
    });
  });

  test('nothing sent changes nothing, not even the date', async () => {
    const before = await describeKettle();
    expect(await realm.run(updateProvisioningTemplate, { templateName: 'kettle' })).toEqual({});
    expect(await describeKettle()).toEqual(before);
  });

  test('an empty description is the same as none', async () => {
    await realm.run(updateProvisioningTemplate, { templateName: 'kettle', description: '' });
    expect(await describeKettle()).not.toHaveProperty('description');
  });

  test('a hook is replaced as a whole, and removed', async () => {
    const other = { targetArn: `${lambdaArn}:live`, payloadVersion: '2020-04-01' };
    await realm.run(updateProvisioningTemplate, {
      templateName: 'kettle',
      preProvisioningHook: other,
    });
    expect((await describeKettle()).preProvisioningHook).toEqual(other);
    await realm.run(updateProvisioningTemplate, {
      templateName: 'kettle',
      removePreProvisioningHook: true,
    });
    expect(await describeKettle()).not.toHaveProperty('preProvisioningHook');
  });

  test('moves the default version, and with it the body that Describe shows', async () => {
    const templateBody = '{"Resources":{},"Parameters":{}}';
    await realm.run(createProvisioningTemplateVersion, { templateName: 'kettle', templateBody });
    await realm.run(updateProvisioningTemplate, { templateName: 'kettle', defaultVersionId: 2 });
    expect(await describeKettle()).toMatchObject({ defaultVersionId: 2, templateBody });
  });

  test.each([
    ['an unknown template', { templateName: 'pot' }, 'ResourceNotFoundException'],
    ['an unknown version', { defaultVersionId: 9 }, 'ResourceNotFoundException'],
    [
      'a hook to set and to remove',
      { removePreProvisioningHook: true, preProvisioningHook: { targetArn: lambdaArn } },
      'InvalidRequestException',
    ],
    ['a role that is no role', { provisioningRoleArn: lambdaArn }, 'InvalidRequestException'],
    [
      'a hook that is no Lambda function',
      { preProvisioningHook: { targetArn: 'arn:aws:sns:x' } },
      'InvalidRequestException',
    ],
  ])('%s is refused', async (_name, changes, name) => {
    const refusal = await realm.refusal(updateProvisioningTemplate, {
      templateName: 'kettle',
      ...changes,
    });
    expect(refusal.name).toBe(name);
  });

  test('a hook is refused on a JITP template', async () => {
    await realm.run(createProvisioningTemplate, { ...required, templateName: 'j', type: 'JITP' });
    const refusal = await realm.refusal(updateProvisioningTemplate, {
      templateName: 'j',
      preProvisioningHook: { targetArn: lambdaArn },
    });
    expect(refusal.name).toBe('InvalidRequestException');
  });
});

describe('ListProvisioningTemplates', () => {
  test('lists rows in order of creation, page by page, without a token on the last', async () => {
    for (const templateName of ['c', 'a', 'b']) {
      await realm.run(createProvisioningTemplate, { ...required, templateName });
    }
    const first = await realm.run(listProvisioningTemplates, { maxResults: 2 });
    expect(first.templates?.map((row) => row.templateName)).toEqual(['c', 'a']);
    expect(Object.keys(first.templates?.[0] ?? {}).sort()).toEqual(
      ['templateArn', 'templateName', 'creationDate', 'lastModifiedDate', 'enabled', 'type'].sort(),
    );
    const last = await realm.run(listProvisioningTemplates, { nextToken: first.nextToken });
    expect(last.templates?.map((row) => row.templateName)).toEqual(['b']);
    expect(last).not.toHaveProperty('nextToken');
  });
});

describe('DeleteProvisioningTemplate', () => {
  const attach = (templateName: string) =>
    realm.run(registerCACertificate, {
      caCertificate: makeCA().pem,
      certificateMode: 'SNI_ONLY',
      registrationConfig: { templateName },
    });

  test('takes all versions and the tags with it, and is refused the second time', async () => {
    await realm.run(createProvisioningTemplate, { ...required, tags: [{ Key: 'a' }] });
    await realm.run(createProvisioningTemplateVersion, required);
    await realm.run(deleteProvisioningTemplate, { templateName: 'kettle' });
    expect(realm.state.tags.count()).toBe(0);
    expect((await realm.refusal(deleteProvisioningTemplate, required)).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('is refused while a CA names the template', async () => {
    await realm.run(createProvisioningTemplate, { ...required, type: 'JITP' });
    await attach('kettle');
    expect((await realm.refusal(deleteProvisioningTemplate, required)).name).toBe(
      'DeleteConflictException',
    );
  });

  test('goes through in spite of a CA where that is chosen', async () => {
    realm = await TestRealm.open({ deleteAttachedTemplate: 'allow' });
    await realm.run(createProvisioningTemplate, { ...required, type: 'JITP' });
    await attach('kettle');
    await realm.run(deleteProvisioningTemplate, { templateName: 'kettle' });
    expect(realm.state.templates.count()).toBe(0);
  });
});

describe('template versions', () => {
  beforeEach(async () => {
    await realm.run(createProvisioningTemplate, required);
    realm.nowMs += 5000;
  });

  test('a new version is not the default unless asked, and moves lastModifiedDate', async () => {
    expect(await realm.run(createProvisioningTemplateVersion, required)).toEqual({
      templateArn,
      templateName: 'kettle',
      versionId: 2,
      isDefaultVersion: false,
    });
    expect(
      await realm.run(createProvisioningTemplateVersion, { ...required, setAsDefault: true }),
    ).toMatchObject({ versionId: 3, isDefaultVersion: true });
    expect(await realm.run(describeProvisioningTemplate, required)).toMatchObject({
      defaultVersionId: 3,
      lastModifiedDate: new Date(testEpochMs + 5000),
    });
  });

  test('a version is described with its own body, byte for byte', async () => {
    const templateBody = '{\r\n\t"Resources" : { } }';
    await realm.run(createProvisioningTemplateVersion, { templateName: 'kettle', templateBody });
    const version = { templateName: 'kettle', versionId: 2 };
    expect(await realm.run(describeProvisioningTemplateVersion, version)).toStrictEqual({
      versionId: 2,
      creationDate: new Date(testEpochMs + 5000),
      templateBody,
      isDefaultVersion: false,
    });
  });

  test('the sixth version exceeds the limit, until one is deleted; ids are not used again', async () => {
    for (let count = 1; count < 5; count += 1) {
      await realm.run(createProvisioningTemplateVersion, required);
    }
    expect((await realm.refusal(createProvisioningTemplateVersion, required)).name).toBe(
      'VersionsLimitExceededException',
    );
    await realm.run(deleteProvisioningTemplateVersion, { templateName: 'kettle', versionId: 5 });
    expect(await realm.run(createProvisioningTemplateVersion, required)).toMatchObject({
      versionId: 6,
    });
    await realm.run(deleteProvisioningTemplateVersion, { templateName: 'kettle', versionId: 2 });
    await realm.run(createProvisioningTemplateVersion, required);
    const first = await realm.run(listProvisioningTemplateVersions, {
      templateName: 'kettle',
      maxResults: 3,
    });
    const second = await realm.run(listProvisioningTemplateVersions, {
      templateName: 'kettle',
      nextToken: first.nextToken,
    });
    const ids = [...(first.versions ?? []), ...(second.versions ?? [])].map((v) => v.versionId);
    expect(ids).toEqual([1, 3, 4, 6, 7]);
    expect(second).not.toHaveProperty('nextToken');
    expect(first.versions?.[0]).toStrictEqual({
      versionId: 1,
      creationDate: new Date(testEpochMs),
      isDefaultVersion: true,
    });
  });

  test('the default version cannot be deleted', async () => {
    const version = { templateName: 'kettle', versionId: 1 };
    expect((await realm.refusal(deleteProvisioningTemplateVersion, version)).name).toBe(
      'DeleteConflictException',
    );
    await realm.run(createProvisioningTemplateVersion, { ...required, setAsDefault: true });
    await realm.run(deleteProvisioningTemplateVersion, version);
    expect((await realm.refusal(deleteProvisioningTemplateVersion, version)).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('a body with a fault is refused before an unknown template is', async () => {
    const templateName = 'pot';
    const faulty = { templateName, templateBody: 'x' };
    expect((await realm.refusal(createProvisioningTemplateVersion, faulty)).name).toBe(
      'InvalidRequestException',
    );
    for (const refusal of [
      await realm.refusal(createProvisioningTemplateVersion, { templateName, templateBody: body }),
      await realm.refusal(describeProvisioningTemplateVersion, { templateName, versionId: 1 }),
      await realm.refusal(deleteProvisioningTemplateVersion, { templateName, versionId: 1 }),
      await realm.refusal(listProvisioningTemplateVersions, { templateName }),
      await realm.refusal(describeProvisioningTemplate, { templateName }),
    ]) {
      expect(refusal.name).toBe('ResourceNotFoundException');
    }
    const unknown = { templateName: 'kettle', versionId: 2 };
    expect((await realm.refusal(describeProvisioningTemplateVersion, unknown)).name).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('CreateProvisioningClaim', () => {
  test('gives a certificate of five minutes with its key, and keeps nothing', async () => {
    realm.nowMs += 123;
    await realm.run(createProvisioningTemplate, { ...required, enabled: true });
    const claim = await realm.run(createProvisioningClaim, { templateName: 'kettle' });
    const certificate = new X509Certificate(claim.certificatePem ?? '');
    expect(claim.expiration).toEqual(new Date(testEpochMs + 300_000));
    expect(Date.parse(certificate.validTo)).toBe(testEpochMs + 300_000);
    expect(Date.parse(certificate.validFrom)).toBe(testEpochMs - 120_000);
    expect(certificate.subject).toMatch(/^CN=[0-9a-f]{64}$/);
    expect(certificate.issuer).toContain('IoT Provisioning');
    expect(certificate.ca).toBe(false);
    expect(claim.certificateId).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    const { PrivateKey = '', PublicKey = '' } = claim.keyPair ?? {};
    expect(PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(PublicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(certificate.checkPrivateKey(createPrivateKey(PrivateKey))).toBe(true);
    expect(createPublicKey(PublicKey).asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(realm.state.certificates.count()).toBe(0);
  });

  test('is refused for an unknown, a disabled and a JITP template', async () => {
    const claim = { templateName: 'kettle' };
    expect((await realm.refusal(createProvisioningClaim, claim)).name).toBe(
      'ResourceNotFoundException',
    );
    await realm.run(createProvisioningTemplate, required);
    expect((await realm.refusal(createProvisioningClaim, claim)).name).toBe(
      'InvalidRequestException',
    );
    const jitp = { ...required, templateName: 'j', type: 'JITP', enabled: true } as const;
    await realm.run(createProvisioningTemplate, jitp);
    expect((await realm.refusal(createProvisioningClaim, { templateName: 'j' })).name).toBe(
      'InvalidRequestException',
    );
  });

  test('is given for a disabled template where that is chosen', async () => {
    realm = await TestRealm.open({ claimOnUnusableTemplate: 'allow' });
    await realm.run(createProvisioningTemplate, required);
    const claim = await realm.run(createProvisioningClaim, { templateName: 'kettle' });
    expect(claim.certificateId).toMatch(/^[0-9a-f]{64}$/);
  });
});
