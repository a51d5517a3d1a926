import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  deleteCACertificate,
  registerCACertificate,
  updateCACertificate,
} from '../../src/controlplane/caCertificates.ts';
import {
  deleteCertificate,
  describeCertificate,
  listCertificatesByCA,
  registerCertificate,
  updateCertificate,
} from '../../src/controlplane/certificates.ts';
import { makeCA, makeLeaf, type TestCertificate, testEpochMs } from '../support/pki.ts';
import { TestRealm, testAccount, testRegion } from '../support/realm.ts';

let ca: TestCertificate;
let device: TestCertificate;
let realm: TestRealm;
let caCertificateId: string;

beforeAll(() => {
  ca = makeCA();
  device = makeLeaf(ca);
});
beforeEach(async () => {
  realm = await TestRealm.open();
  caCertificateId = await registerCA(ca);
});

async function registerCA(certificate: TestCertificate, setAsActive = true): Promise<string> {
  const { certificateId = '' } = await realm.run(registerCACertificate, {
    caCertificate: certificate.pem,
    certificateMode: 'SNI_ONLY',
    setAsActive,
  });
  return certificateId;
}

async function registered(certificate = device): Promise<string> {
  const { certificateId = '' } = await realm.run(registerCertificate, {
    certificatePem: certificate.pem,
  });
  return certificateId;
}

describe('RegisterCertificate', () => {
  test('links the certificate to the CA that signed it and takes the mode of that CA', async () => {
    const certificateId = await registered();
    expect(await realm.run(describeCertificate, { certificateId })).toStrictEqual({
      certificateDescription: {
        certificateArn: `arn:aws:iot:${testRegion}:${testAccount}:cert/${certificateId}`,
        certificateId,
        caCertificateId,
        status: 'INACTIVE',
        certificatePem: device.pem,
        ownedBy: testAccount,
        creationDate: new Date(testEpochMs),
        lastModifiedDate: new Date(testEpochMs),
        customerVersion: 1,
        generationId: expect.any(String),
        validity: { notBefore: new Date('2025-01-01'), notAfter: new Date('2035-12-30') },
        certificateMode: 'SNI_ONLY',
      },
    });
  });

  test.each([
    [{ setAsActive: true }, 'ACTIVE'],
    [{ status: 'REVOKED' }, 'REVOKED'],
    [{ status: 'INACTIVE', setAsActive: true }, 'INACTIVE'],
  ] as const)('with %j the status is %s', async (changes, status) => {
    const input = { certificatePem: device.pem, ...changes };
    const { certificateId } = await realm.run(registerCertificate, input);
    const described = await realm.run(describeCertificate, { certificateId });
    expect(described.certificateDescription?.status).toBe(status);
  });

  test.each(['PENDING_TRANSFER', 'PENDING_ACTIVATION', 'REGISTER_INACTIVE'] as const)(
    'the status %s is not for callers',
    async (status) => {
      const refusal = await realm.refusal(registerCertificate, { certificatePem: 'x', status });
      expect(refusal.name).toBe('InvalidRequestException');
    },
  );

  test.each([
    ['not PEM', () => 'x', /No PEM certificate/],
    [
      'a weak key',
      () => makeLeaf(ca, { key: 'rsa-1024' }).pem,
      /The key in the certificate is not valid/,
    ],
    ['expired', () => makeLeaf(ca, { notAfterMs: testEpochMs - 1 }).pem, /expired/],
    [
      'signed by nobody here',
      () => makeLeaf(makeCA({ subject: [['CN', 'x']] })).pem,
      /not signed by/,
    ],
    ['signed by another key of that name', () => makeLeaf(makeCA()).pem, /not signed by/],
  ])('%s is refused', async (_name, pem, message) => {
    const refusal = await realm.refusal(registerCertificate, { certificatePem: pem() });
    expect(refusal.name).toBe('CertificateValidationException');
    expect(refusal.message).toMatch(message);
  });

  test('of CAs with one subject the one whose key signed is found', async () => {
    const other = makeCA();
    const otherId = await registerCA(other);
    const certificateId = await registered(makeLeaf(other));
    const described = await realm.run(describeCertificate, { certificateId });
    expect(described.certificateDescription?.caCertificateId).toBe(otherId);
  });

  test('two CAs with one subject and key are a conflict, until one is named', async () => {
    const renewed = makeCA({ privateKey: ca.privateKey, serialNumberHex: '02' });
    const renewedId = await registerCA(renewed);
    const certificatePem = device.pem;
    expect((await realm.refusal(registerCertificate, { certificatePem })).name).toBe(
      'CertificateConflictException',
    );
    const { certificateId } = await realm.run(registerCertificate, {
      certificatePem,
      caCertificatePem: renewed.pem,
    });
    const described = await realm.run(describeCertificate, { certificateId });
    expect(described.certificateDescription?.caCertificateId).toBe(renewedId);
  });

  test.each([
    ['is not PEM', () => 'x'],
    ['is not registered', () => makeCA({ privateKey: ca.privateKey, serialNumberHex: '03' }).pem],
  ])('a named CA that %s is refused', async (_name, pem) => {
    const input = { certificatePem: device.pem, caCertificatePem: pem() };
    expect((await realm.refusal(registerCertificate, input)).name).toBe(
      'CertificateValidationException',
    );
  });

  test('a named CA that did not sign, or signed under another name, is refused', async () => {
    const sameKey = makeCA({ privateKey: ca.privateKey, subject: [['CN', 'Other']] });
    for (const other of [makeCA(), sameKey]) {
      await registerCA(other);
      const input = { certificatePem: device.pem, caCertificatePem: other.pem };
      expect((await realm.refusal(registerCertificate, input)).name).toBe(
        'CertificateValidationException',
      );
    }
  });

  test('an INACTIVE CA registers nothing', async () => {
    await realm.run(updateCACertificate, {
      certificateId: caCertificateId,
      newStatus: 'INACTIVE',
    });
    expect((await realm.refusal(registerCertificate, { certificatePem: device.pem })).name).toBe(
      'CertificateStateException',
    );
  });

  test('a duplicate is refused with its id and ARN', async () => {
    const certificateId = await registered();
    expect(await realm.refusal(registerCertificate, { certificatePem: device.pem })).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      members: {
        resourceId: certificateId,
        resourceArn: expect.stringContaining(`cert/${certificateId}`),
      },
    });
  });
});

describe('UpdateCertificate and DeleteCertificate', () => {
  test('an ACTIVE certificate is deleted only after it is not ACTIVE, forced or not', async () => {
    const certificateId = await registered();
    realm.nowMs += 1000;
    await realm.run(updateCertificate, { certificateId, newStatus: 'ACTIVE' });
    const described = await realm.run(describeCertificate, { certificateId });
    expect(described.certificateDescription).toMatchObject({
      status: 'ACTIVE',
      lastModifiedDate: new Date(testEpochMs + 1000),
    });
    expect(
      await realm.refusal(deleteCertificate, { certificateId, forceDelete: true }),
    ).toMatchObject({
      name: 'CertificateStateException',
      message: `Certificate must be deactivated (not ACTIVE) before deletion. Id: ${certificateId}`,
    });
    await realm.run(updateCertificate, { certificateId, newStatus: 'REVOKED' });
    await realm.run(deleteCertificate, { certificateId });
    expect((await realm.refusal(deleteCertificate, { certificateId })).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('states that AWS sets itself cannot be asked for', async () => {
    const certificateId = await registered();
    for (const newStatus of ['PENDING_TRANSFER', 'PENDING_ACTIVATION'] as const) {
      const refusal = await realm.refusal(updateCertificate, { certificateId, newStatus });
      expect(refusal.name).toBe('InvalidRequestException');
    }
  });

  test('during a transfer nothing can be done', async () => {
    const certificateId = await registered();
    await realm.stage((state) => {
      const record = state.certificates.get(certificateId);
      if (record) state.certificates.put(certificateId, { ...record, status: 'PENDING_TRANSFER' });
    });
    for (const refusal of [
      await realm.refusal(updateCertificate, { certificateId, newStatus: 'INACTIVE' }),
      await realm.refusal(deleteCertificate, { certificateId }),
    ]) {
      expect(refusal.name).toBe('CertificateStateException');
    }
  });

  test('an unknown certificate is not found', async () => {
    const certificateId = 'cd'.repeat(32);
    for (const refusal of [
      await realm.refusal(describeCertificate, { certificateId }),
      await realm.refusal(updateCertificate, { certificateId, newStatus: 'INACTIVE' }),
      await realm.refusal(deleteCertificate, { certificateId }),
    ]) {
      expect(refusal.name).toBe('ResourceNotFoundException');
    }
  });
});

describe('ListCertificatesByCA', () => {
  test('lists the rows of one CA, page by page', async () => {
    const other = makeCA({ subject: [['CN', 'Other']] });
    await registerCA(other);
    await registered(makeLeaf(other));
    const first = await registered();
    const second = await registered(makeLeaf(ca));
    const page = await realm.run(listCertificatesByCA, { caCertificateId, pageSize: 1 });
    expect(page.certificates).toStrictEqual([
      {
        certificateArn: `arn:aws:iot:${testRegion}:${testAccount}:cert/${second}`,
        certificateId: second,
        status: 'INACTIVE',
        certificateMode: 'SNI_ONLY',
        creationDate: new Date(testEpochMs),
      },
    ]);
    const last = await realm.run(listCertificatesByCA, {
      caCertificateId,
      marker: page.nextMarker,
    });
    expect(last.certificates?.map((row) => row.certificateId)).toEqual([first]);
    expect(last).not.toHaveProperty('nextMarker');
    const refusal = await realm.refusal(listCertificatesByCA, {
      caCertificateId: 'ab'.repeat(32),
      marker: page.nextMarker,
    });
    expect(refusal.name).toBe('InvalidRequestException');
  });

  test('certificates outlive their CA, and an unknown CA has none', async () => {
    const certificateId = await registered();
    await realm.run(updateCACertificate, {
      certificateId: caCertificateId,
      newStatus: 'INACTIVE',
    });
    await realm.run(deleteCACertificate, { certificateId: caCertificateId });
    const rows = await realm.run(listCertificatesByCA, { caCertificateId });
    expect(rows.certificates?.map((row) => row.certificateId)).toEqual([certificateId]);
    expect(await realm.run(listCertificatesByCA, { caCertificateId: 'ab'.repeat(32) })).toEqual({
      certificates: [],
    });
  });
});
