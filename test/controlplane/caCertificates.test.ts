import type { RegisterCACertificateRequest } from '@aws-sdk/client-iot';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  deleteCACertificate,
  deleteRegistrationCode,
  describeCACertificate,
  getRegistrationCode,
  listCACertificates,
  registerCACertificate,
  updateCACertificate,
} from '../../src/controlplane/caCertificates.ts';
import {
  createProvisioningTemplate,
  deleteProvisioningTemplate,
} from '../../src/controlplane/provisioningTemplates.ts';
import { listTagsForResource } from '../../src/controlplane/tags.ts';
import { makeCA, makeLeaf, type TestCertificate, testEpochMs } from '../support/pki.ts';
import { TestRealm, testAccount, testRegion, testRoleArn } from '../support/realm.ts';

const body = '{"Resources":{}}';
const inlineConfig = { templateBody: body, roleArn: testRoleArn };

let ca: TestCertificate;
let realm: TestRealm;
beforeAll(() => {
  ca = makeCA({
    subject: [
      ['O', 'Kettle Works'],
      ['CN', 'Root'],
    ],
  });
});
beforeEach(async () => {
  realm = await TestRealm.open();
  for (const [templateName, type] of [
    ['jitp', 'JITP'],
    ['fleet', 'FLEET_PROVISIONING'],
  ] as const) {
    await realm.run(createProvisioningTemplate, {
      templateName,
      type,
      templateBody: body,
      provisioningRoleArn: testRoleArn,
    });
  }
});

async function code(): Promise<string> {
  return (await realm.run(getRegistrationCode, {})).registrationCode ?? '';
}

async function proofBy(signer: TestCertificate, commonName?: string): Promise<string> {
  return makeLeaf(signer, { subject: [['CN', commonName ?? (await code())]] }).pem;
}

/** Registers without proof of the key. */
function sniOnly(
  certificate: TestCertificate,
  changes: Partial<RegisterCACertificateRequest> = {},
): RegisterCACertificateRequest {
  return { caCertificate: certificate.pem, certificateMode: 'SNI_ONLY', ...changes };
}

async function registered(
  changes: Partial<RegisterCACertificateRequest> = {},
  certificate = ca,
): Promise<string> {
  const answer = await realm.run(registerCACertificate, sniOnly(certificate, changes));
  return answer.certificateId ?? '';
}

describe('RegisterCACertificate', () => {
  test('takes the defaults of AWS: INACTIVE, DISABLE, DEFAULT, no registrationConfig', async () => {
    const answer = await realm.run(registerCACertificate, {
      caCertificate: ca.pem,
      verificationCertificate: await proofBy(ca),
    });
    const { certificateId = '' } = answer;
    expect(certificateId).toMatch(/^[0-9a-f]{64}$/);
    const certificateArn = `arn:aws:iot:${testRegion}:${testAccount}:cacert/${certificateId}`;
    expect(answer.certificateArn).toBe(certificateArn);
    expect(await realm.run(describeCACertificate, { certificateId })).toStrictEqual({
      certificateDescription: {
        certificateArn,
        certificateId,
        status: 'INACTIVE',
        certificatePem: ca.pem,
        ownedBy: testAccount,
        creationDate: new Date(testEpochMs),
        autoRegistrationStatus: 'DISABLE',
        lastModifiedDate: new Date(testEpochMs),
        customerVersion: 1,
        generationId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        validity: { notBefore: new Date('2025-01-01'), notAfter: new Date('2035-12-30') },
        certificateMode: 'DEFAULT',
      },
    });
  });

  test('keeps every member', async () => {
    const pem = `# made by hand\r\n${ca.pem.replaceAll('\n', '\r\n')}`;
    const certificateId = await registered({
      caCertificate: pem,
      setAsActive: true,
      allowAutoRegistration: true,
      registrationConfig: { templateName: 'jitp' },
      tags: [{ Key: 'site', Value: 'leeds' }],
    });
    const described = await realm.run(describeCACertificate, { certificateId });
    expect(described).toMatchObject({
      certificateDescription: {
        status: 'ACTIVE',
        autoRegistrationStatus: 'ENABLE',
        certificateMode: 'SNI_ONLY',
        certificatePem: pem,
      },
      registrationConfig: { templateName: 'jitp' },
    });
    const resourceArn = described.certificateDescription?.certificateArn;
    expect(await realm.run(listTagsForResource, { resourceArn })).toEqual({
      tags: [{ Key: 'site', Value: 'leeds' }],
    });
  });

  test.each([
    ['a version 1 certificate', () => makeCA({ profile: 'version-1' }), /basicConstraints/],
    ['CA:FALSE', () => makeCA({ profile: 'end-entity' }), /basicConstraints/],
    ['RSA-1024', () => makeCA({ key: 'rsa-1024' }), /key in the certificate is not valid/],
    ['Ed25519', () => makeCA({ key: 'ed25519' }), /key in the certificate is not valid/],
    ['an expired one', () => makeCA({ notAfterMs: testEpochMs - 1000 }), /expired/],
    ['one not valid yet', () => makeCA({ notBeforeMs: testEpochMs + 1000 }), /not valid yet/],
    ['lost newlines', () => ({ ...ca, pem: ca.pem.replaceAll('\n', '') }), /No PEM certificate/],
    ['no certificate at all', () => ({ ...ca, pem: 'x' }), /No PEM certificate/],
  ] as const)('%s is refused', async (_name, make, message) => {
    const refusal = await realm.refusal(registerCACertificate, sniOnly(make()));
    expect(refusal.name).toBe('CertificateValidationException');
    expect(refusal.message).toMatch(/^CA certificate is not valid\. /);
    expect(refusal.message).toMatch(message);
  });

  test('says in the words of AWS that CA:TRUE is missing', async () => {
    const refusal = await realm.refusal(
      registerCACertificate,
      sniOnly(makeCA({ profile: 'end-entity' })),
    );
    expect(refusal.message).toBe(
      'CA certificate is not valid. The CA certificate does not have the basicConstraints extension as true',
    );
  });

  test('RSA-2048 and P-384 are taken; of a bundle the first certificate counts', async () => {
    await registered({}, makeCA({ key: 'rsa-2048' }));
    await registered({}, makeCA({ key: 'ec-p384' }));
    const bundle = { caCertificate: ca.pem + makeCA().pem };
    const certificateId = await registered(bundle);
    await realm.run(deleteCACertificate, { certificateId });
    expect(await registered()).toBe(certificateId);
  });

  test('mode and verification certificate must go together, whatever the certificate', async () => {
    for (const input of [
      { caCertificate: 'x', certificateMode: 'SNI_ONLY', verificationCertificate: 'x' } as const,
      { caCertificate: 'x', certificateMode: 'DEFAULT' } as const,
      { caCertificate: 'x' },
    ]) {
      const refusal = await realm.refusal(registerCACertificate, input);
      expect(refusal.name).toBe('InvalidRequestException');
      expect(refusal.message).toMatch(/verificationCertificate/);
    }
  });

  test('the verification certificate must be signed by the key of the CA, not by its name', async () => {
    const sameName = makeCA({ subject: ca.subject });
    for (const verificationCertificate of ['x', await proofBy(sameName)]) {
      const refusal = await realm.refusal(registerCACertificate, {
        caCertificate: ca.pem,
        verificationCertificate,
      });
      expect(refusal.name).toBe('CertificateValidationException');
      expect(refusal.message).toMatch(/verification certificate/);
    }
  });

  test('the common name must be the current registration code; the signature is judged first', async () => {
    const caCertificate = ca.pem;
    const stale = await proofBy(ca);
    await realm.run(deleteRegistrationCode, {});
    const attempt = async (verificationCertificate: string) =>
      (await realm.refusal(registerCACertificate, { caCertificate, verificationCertificate })).name;
    expect(await attempt(stale)).toBe('RegistrationCodeValidationException');
    const nameless = makeLeaf(ca, { subject: [['O', 'Kettle Works']] }).pem;
    expect(await attempt(nameless)).toBe('RegistrationCodeValidationException');
    const current = await code();
    expect(await attempt(stale)).toBe('RegistrationCodeValidationException');
    expect(await attempt(await proofBy(ca, current.toUpperCase()))).toBe(
      'RegistrationCodeValidationException',
    );
    expect(await attempt(await proofBy(makeCA(), 'wrong'))).toBe('CertificateValidationException');
  });

  test('the key of the proof is free: even the key of the CA will do', async () => {
    const proof = makeLeaf(ca, { subject: [['CN', await code()]], privateKey: ca.privateKey });
    await realm.run(registerCACertificate, {
      caCertificate: ca.pem,
      verificationCertificate: proof.pem,
    });
    expect(realm.state.caCertificates.count()).toBe(1);
  });

  test.each([
    ['a template that is not there', { templateName: 'gone' }, 'ResourceNotFoundException'],
    ['a fleet template', { templateName: 'fleet' }, 'InvalidRequestException'],
    ['a name and a body', { templateName: 'jitp', ...inlineConfig }, 'InvalidRequestException'],
    ['a body without a role', { templateBody: body }, 'InvalidRequestException'],
    ['a role alone', { roleArn: testRoleArn }, 'InvalidRequestException'],
    ['nothing', {}, 'InvalidRequestException'],
    ['a body that is no JSON', { ...inlineConfig, templateBody: '{' }, 'InvalidRequestException'],
    [
      'a role that is no role',
      { ...inlineConfig, roleArn: 'arn:aws:iam::1:x/y' },
      'InvalidRequestException',
    ],
  ])('a registrationConfig with %s is refused', async (_name, registrationConfig, name) => {
    const refusal = await realm.refusal(registerCACertificate, sniOnly(ca, { registrationConfig }));
    expect(refusal.name).toBe(name);
    expect(realm.state.caCertificates.count()).toBe(0);
  });

  test.each([
    ['a disabled JITP template', { templateName: 'jitp' }],
    ['a template with a role beside', { templateName: 'jitp', roleArn: testRoleArn }],
    ['a body with a role', inlineConfig],
  ])('a registrationConfig with %s is kept as sent', async (_name, registrationConfig) => {
    const certificateId = await registered({ registrationConfig });
    const described = await realm.run(describeCACertificate, { certificateId });
    expect(described.registrationConfig).toStrictEqual(registrationConfig);
  });

  test('a fleet template and a role are taken or refused as chosen', async () => {
    realm = await TestRealm.open({
      attachFleetTemplate: 'allow',
      unassumableRoleArns: [`${testRoleArn}-2`],
    });
    await realm.run(createProvisioningTemplate, {
      templateName: 'fleet',
      templateBody: body,
      provisioningRoleArn: testRoleArn,
    });
    await registered({ registrationConfig: { templateName: 'fleet' } });
    const registrationConfig = { templateBody: body, roleArn: `${testRoleArn}-2` };
    expect(
      (await realm.refusal(registerCACertificate, sniOnly(makeCA(), { registrationConfig })))
        .message,
    ).toBe('The provisioning role cannot be assumed by AWS IoT');
  });

  test('a duplicate is refused with its id and ARN, also in the text, and after the config', async () => {
    const certificateId = await registered();
    const refusal = await realm.refusal(registerCACertificate, sniOnly(ca));
    expect(refusal).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      members: {
        resourceId: certificateId,
        resourceArn: `arn:aws:iot:${testRegion}:${testAccount}:cacert/${certificateId}`,
      },
    });
    expect(/ID:([0-9a-zA-Z]+)/.exec(refusal.message)?.[1]).toBe(certificateId);
    const missing = sniOnly(ca, { registrationConfig: { templateName: 'gone' } });
    expect((await realm.refusal(registerCACertificate, missing)).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('the eleventh CA with one subject is refused; a duplicate is told first', async () => {
    for (let count = 0; count < 10; count += 1) {
      await registered({}, makeCA({ subject: ca.subject }));
    }
    expect(await realm.refusal(registerCACertificate, sniOnly(ca))).toMatchObject({
      name: 'LimitExceededException',
      message: 'Limit reached for number of CA Certificates with same subject',
    });
    await registered({}, makeCA({ subject: [...ca.subject].reverse() }));
    const [oldest] = realm.state.caCertificates.list({ ascending: true, limit: 1 });
    const again = { caCertificate: oldest?.certificatePem, certificateMode: 'SNI_ONLY' } as const;
    expect((await realm.refusal(registerCACertificate, again)).name).toBe(
      'ResourceAlreadyExistsException',
    );
  });

  test('registered again after a delete it has the same id and another generation', async () => {
    const certificateId = await registered({ tags: [{ Key: 'old' }] });
    const first = realm.state.caCertificates.get(certificateId);
    await realm.run(deleteCACertificate, { certificateId });
    expect(await registered()).toBe(certificateId);
    const second = realm.state.caCertificates.get(certificateId);
    expect(second?.generationId).not.toBe(first?.generationId);
    expect(realm.state.tags.count()).toBe(0);
  });
});

describe('UpdateCACertificate', () => {
  const describeIt = (certificateId: string) => realm.run(describeCACertificate, { certificateId });

  test('changes what is sent, moves lastModifiedDate, and leaves the rest', async () => {
    const certificateId = await registered({ registrationConfig: { templateName: 'jitp' } });
    realm.nowMs += 2000;
    await realm.run(updateCACertificate, { certificateId, newStatus: 'ACTIVE' });
    expect(await describeIt(certificateId)).toMatchObject({
      certificateDescription: {
        status: 'ACTIVE',
        autoRegistrationStatus: 'DISABLE',
        creationDate: new Date(testEpochMs),
        lastModifiedDate: new Date(testEpochMs + 2000),
        customerVersion: 1,
      },
      registrationConfig: { templateName: 'jitp' },
    });
  });

  test('a registrationConfig replaces the former one as a whole', async () => {
    const certificateId = await registered({ registrationConfig: inlineConfig });
    await realm.run(updateCACertificate, {
      certificateId,
      newAutoRegistrationStatus: 'ENABLE',
      registrationConfig: { templateName: 'jitp' },
      removeAutoRegistration: false,
    });
    const described = await describeIt(certificateId);
    expect(described.registrationConfig).toStrictEqual({ templateName: 'jitp' });
    expect(described.certificateDescription?.autoRegistrationStatus).toBe('ENABLE');
    const rows = await realm.run(listCACertificates, { templateName: 'jitp' });
    expect(rows.certificates?.map((row) => row.certificateId)).toEqual([certificateId]);
  });

  test('removeAutoRegistration clears the registration and disables it', async () => {
    const certificateId = await registered({
      allowAutoRegistration: true,
      registrationConfig: { templateName: 'jitp' },
    });
    await realm.run(updateCACertificate, { certificateId, removeAutoRegistration: true });
    const described = await describeIt(certificateId);
    expect(described).not.toHaveProperty('registrationConfig');
    expect(described.certificateDescription?.autoRegistrationStatus).toBe('DISABLE');
    expect((await realm.run(listCACertificates, { templateName: 'jitp' })).certificates).toEqual(
      [],
    );
    await realm.run(deleteProvisioningTemplate, { templateName: 'jitp' });
  });

  test('removeAutoRegistration only disables where that is chosen', async () => {
    realm = await TestRealm.open({ removeAutoRegistration: 'disable-only' });
    const certificateId = await registered({
      allowAutoRegistration: true,
      registrationConfig: inlineConfig,
    });
    await realm.run(updateCACertificate, { certificateId, removeAutoRegistration: true });
    const described = await describeIt(certificateId);
    expect(described.registrationConfig).toStrictEqual(inlineConfig);
    expect(described.certificateDescription?.autoRegistrationStatus).toBe('DISABLE');
  });

  test('nothing sent changes nothing, not even the date', async () => {
    const certificateId = await registered();
    realm.nowMs += 2000;
    const before = await describeIt(certificateId);
    expect(await realm.run(updateCACertificate, { certificateId })).toEqual({});
    expect(await describeIt(certificateId)).toEqual(before);
  });

  test.each([
    [
      'removal with ENABLE',
      { removeAutoRegistration: true, newAutoRegistrationStatus: 'ENABLE' },
      'InvalidRequestException',
    ],
    [
      'removal with a config',
      { removeAutoRegistration: true, registrationConfig: { templateName: 'jitp' } },
      'InvalidRequestException',
    ],
    [
      'a missing template',
      { registrationConfig: { templateName: 'x' } },
      'ResourceNotFoundException',
    ],
    [
      'a fleet template',
      { registrationConfig: { templateName: 'fleet' } },
      'InvalidRequestException',
    ],
    [
      'a policy with neither name nor document',
      {
        registrationConfig: {
          templateBody: '{"Resources":{"p":{"Type":"AWS::IoT::Policy"}}}',
          roleArn: testRoleArn,
        },
      },
      'InvalidRequestException',
    ],
  ] as const)('%s is refused and changes nothing', async (_name, changes, name) => {
    const certificateId = await registered();
    const before = await describeIt(certificateId);
    const input = { certificateId, newStatus: 'ACTIVE', ...changes } as const;
    expect((await realm.refusal(updateCACertificate, input)).name).toBe(name);
    expect(await describeIt(certificateId)).toEqual(before);
  });
});

describe('an unknown CA', () => {
  test.each([
    ['DescribeCACertificate', describeCACertificate],
    ['UpdateCACertificate', updateCACertificate],
    ['DeleteCACertificate', deleteCACertificate],
  ])('is not found by %s', async (_name, rule) => {
    const certificateId = 'ab'.repeat(32);
    expect((await realm.refusal(rule, { certificateId })).name).toBe('ResourceNotFoundException');
  });
});

describe('DeleteCACertificate', () => {
  test('an ACTIVE one is refused until it is INACTIVE; the second time it is not found', async () => {
    const certificateId = await registered({ setAsActive: true });
    const refusal = await realm.refusal(deleteCACertificate, { certificateId });
    expect(refusal.name).toBe('CertificateStateException');
    expect(refusal.message).toContain(certificateId);
    await realm.run(updateCACertificate, { certificateId, newStatus: 'INACTIVE' });
    expect(await realm.run(deleteCACertificate, { certificateId })).toEqual({});
    expect((await realm.refusal(deleteCACertificate, { certificateId })).name).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('ListCACertificates', () => {
  test('rows come newest first, or oldest first when asked', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push(await registered({}, makeCA()));
    const newest = await realm.run(listCACertificates, {});
    expect(newest.certificates?.map((row) => row.certificateId)).toEqual(ids.toReversed());
    expect(newest).not.toHaveProperty('nextMarker');
    expect(newest.certificates?.[0]).toStrictEqual({
      certificateArn: expect.stringContaining(':cacert/'),
      certificateId: ids[2],
      status: 'INACTIVE',
      creationDate: new Date(testEpochMs),
    });
    const oldest = await realm.run(listCACertificates, { ascendingOrder: true, pageSize: 2 });
    expect(oldest.certificates?.map((row) => row.certificateId)).toEqual(ids.slice(0, 2));
    expect(oldest.nextMarker).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    const rest = await realm.run(listCACertificates, {
      ascendingOrder: true,
      marker: oldest.nextMarker,
    });
    expect(rest.certificates?.map((row) => row.certificateId)).toEqual(ids.slice(2));
  });

  test('the template filter finds CAs by name only; an unknown name finds none', async () => {
    const named = await registered({ registrationConfig: { templateName: 'jitp' } });
    await registered({ registrationConfig: inlineConfig }, makeCA());
    const found = await realm.run(listCACertificates, { templateName: 'jitp' });
    expect(found.certificates?.map((row) => row.certificateId)).toEqual([named]);
    expect(await realm.run(listCACertificates, { templateName: 'gone' })).toEqual({
      certificates: [],
    });
  });
});

describe('the registration code', () => {
  test('is made once, stays, and is another one after a delete', async () => {
    const first = await code();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await code()).toBe(first);
    expect(await realm.run(deleteRegistrationCode, {})).toEqual({});
    expect((await realm.refusal(deleteRegistrationCode, {})).name).toBe(
      'ResourceNotFoundException',
    );
    expect(await code()).not.toBe(first);
  });
});
