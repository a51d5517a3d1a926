import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { makeCA } from '../../support/pki.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { assertRecentSeconds, assertVoid, refused, succeeded } from '../expect.ts';
import {
  absentCertificateId,
  arnOf,
  idOf,
  newCA,
  newDevice,
  provenInput,
  registerCA,
  registerDevice,
  registerFleet,
} from '../fixtures.ts';

const dayMs = 86_400_000;

const register = auditsOf('RegisterCertificate', 'CRT-REG');
const registering: readonly Audit[] = [
  register.must(
    '01',
    'answer certificateArn and certificateId, and nothing else',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const device = newDevice(ca);
      const answer = await bench.send({
        method: 'POST',
        target: '/certificate/register',
        body: { certificatePem: device.pem },
      });
      assert.deepEqual(succeeded(answer), {
        certificateArn: arnOf(bench, `cert/${idOf(device)}`),
        certificateId: idOf(device),
      });
    },
  ),
  register.must('02', 'make an inactive certificate by default', async (bench) => {
    const { ids } = await registerFleet(bench, 1);
    assert.equal((await description(bench, ids[0])).status, 'INACTIVE');
  }),
  register.must(
    '03',
    'make the certificate active or inactive as the request says',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const members = [
        { status: 'ACTIVE' },
        { status: 'INACTIVE' },
        { setAsActive: true },
        { setAsActive: false },
      ] as const;
      const statuses = [];
      for (const member of members) {
        const { certificateId } = await registerDevice(bench, ca, member);
        statuses.push((await description(bench, certificateId)).status);
      }
      assert.deepEqual(statuses, ['ACTIVE', 'INACTIVE', 'ACTIVE', 'INACTIVE']);
    },
  ),
  register.must('04', "take over the CA's mode", async (bench) => {
    const sniOnly = await registerCA(bench, { setAsActive: true });
    const proven = newCA();
    await bench.iot.registerCACertificate(await provenInput(bench, proven, { setAsActive: true }));
    const first = await registerDevice(bench, sniOnly.ca);
    const second = await registerDevice(bench, proven);
    assert.equal((await description(bench, first.certificateId)).certificateMode, 'SNI_ONLY');
    assert.equal((await description(bench, second.certificateId)).certificateMode, 'DEFAULT');
  }),
  register.mustRefuse(
    '05',
    'CertificateValidationException',
    'when no registered CA signed the certificate',
    async (bench) => {
      await registerCA(bench, { setAsActive: true });
      return () => registerDevice(bench, newCA());
    },
  ),
  register.mustRefuse(
    '06',
    'CertificateValidationException',
    'when another key signed it under the name of a registered CA',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      return () => registerDevice(bench, makeCA({ subject: ca.subject }));
    },
  ),
  register.mustRefuse(
    '07',
    'CertificateStateException',
    'when the CA is INACTIVE',
    async (bench) => {
      const { ca } = await registerCA(bench);
      return () => registerDevice(bench, ca);
    },
  ),
  register.mustRefuse(
    '08',
    'ResourceAlreadyExistsException',
    'for a certificate that is registered already',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const { device } = await registerDevice(bench, ca);
      return () => bench.iot.registerCertificate({ certificatePem: device.pem });
    },
  ),
  register.must(
    '09',
    'name the certificate in that error by resourceId and resourceArn',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const { device, certificateId } = await registerDevice(bench, ca);
      const refusal = await refused(
        () => bench.iot.registerCertificate({ certificatePem: device.pem }),
        'ResourceAlreadyExistsException',
      );
      assert.equal(refusal.resourceId, certificateId);
      assert.equal(refusal.resourceArn, arnOf(bench, `cert/${certificateId}`));
    },
  ),
  register.mustRefuse(
    '10',
    'CertificateConflictException',
    'when two registered CAs have the same name and key, and the request does not say which',
    async (bench) => {
      const twins = await registerTwins(bench);
      return () => registerDevice(bench, twins[0]);
    },
  ),
  register.must('11', 'take the CA that caCertificatePem says of two alike', async (bench) => {
    const twins = await registerTwins(bench);
    for (const twin of twins) {
      const { certificateId } = await registerDevice(bench, twin, { caCertificatePem: twin.pem });
      assert.equal((await description(bench, certificateId)).caCertificateId, idOf(twin));
    }
  }),
  register.mustRefuse(
    '12',
    'CertificateValidationException',
    'when caCertificatePem is a registered CA that did not sign it',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const other = await registerCA(bench, { setAsActive: true });
      return () => registerDevice(bench, ca, { caCertificatePem: other.ca.pem });
    },
  ),
  register.mustRefuse(
    '13',
    'CertificateValidationException',
    'when the PEM cannot be read',
    async (bench) => () => bench.iot.registerCertificate({ certificatePem: 'not a certificate' }),
  ),
  register.mustRefuse(
    '14',
    'CertificateValidationException',
    'for an RSA key of 1024 bits',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const device = newDevice(ca, { key: 'rsa-1024' });
      return () => bench.iot.registerCertificate({ certificatePem: device.pem });
    },
  ),
  register.shouldRefuse(
    '15',
    'CertificateValidationException',
    'for a certificate that has expired',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const device = newDevice(ca, { notAfterMs: systemClock.nowMs() - dayMs });
      return () => bench.iot.registerCertificate({ certificatePem: device.pem });
    },
  ),
  register.shouldRefuse(
    '16',
    'InvalidRequestException',
    'for a status that only AWS IoT sets',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      return () => registerDevice(bench, ca, { status: 'PENDING_TRANSFER' });
    },
  ),
];

const describe = auditsOf('DescribeCertificate', 'CRT-DES');
const describing: readonly Audit[] = [
  describe.must(
    '01',
    'answer a description of twelve members, times as epoch numbers, and no transferData',
    async (bench) => {
      const { ca, certificateId: caCertificateId } = await registerCA(bench, { setAsActive: true });
      const { device, certificateId } = await registerDevice(bench, ca);
      const answer = succeeded(await bench.send({ target: `/certificates/${certificateId}` }));
      assert.deepEqual(Object.keys(answer), ['certificateDescription']);
      const { creationDate, lastModifiedDate, generationId, validity, ...others } =
        answer.certificateDescription as Record<string, unknown>;
      assertRecentSeconds(creationDate, systemClock.nowMs());
      assert.equal(lastModifiedDate, creationDate);
      assert.match(String(generationId), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
      assert.deepEqual(Object.keys(validity as object).sort(), ['notAfter', 'notBefore']);
      assert.deepEqual(others, {
        certificateArn: arnOf(bench, `cert/${certificateId}`),
        certificateId,
        caCertificateId,
        status: 'INACTIVE',
        certificatePem: device.pem,
        ownedBy: bench.account,
        customerVersion: 1,
        certificateMode: 'SNI_ONLY',
      });
    },
  ),
  describe.mustRefuse(
    '02',
    'ResourceNotFoundException',
    'when there is no such certificate',
    async (bench) => () => bench.iot.describeCertificate({ certificateId: absentCertificateId }),
  ),
  describe.mustRefuse(
    '03',
    'ResourceNotFoundException',
    'for the id of a CA certificate',
    async (bench) => {
      const { certificateId } = await registerCA(bench);
      return () => bench.iot.describeCertificate({ certificateId });
    },
  ),
  describe.mustRefuse(
    '04',
    'InvalidRequestException',
    'for an id that is too short',
    async (bench) => () => bench.iot.describeCertificate({ certificateId: 'ab' }),
  ),
];

const update = auditsOf('UpdateCertificate', 'CRT-UPD');
const updating: readonly Audit[] = [
  update.must('01', 'answer nothing', async (bench) => {
    const { ids } = await registerFleet(bench, 1);
    const target = `/certificates/${ids[0]}?newStatus=ACTIVE`;
    assertVoid(await bench.send({ method: 'PUT', target }));
    assert.equal((await description(bench, ids[0])).status, 'ACTIVE');
  }),
  update.must('02', 'make a certificate INACTIVE and REVOKED', async (bench) => {
    const { ids } = await registerFleet(bench, 1);
    const [certificateId] = ids;
    for (const newStatus of ['ACTIVE', 'INACTIVE', 'REVOKED'] as const) {
      await bench.iot.updateCertificate({ certificateId, newStatus });
      assert.equal((await description(bench, certificateId)).status, newStatus);
    }
  }),
  update.mustRefuse(
    '03',
    'ResourceNotFoundException',
    'when there is no such certificate',
    async (bench) => () =>
      bench.iot.updateCertificate({ certificateId: absentCertificateId, newStatus: 'ACTIVE' }),
  ),
  update.shouldRefuse(
    '04',
    'InvalidRequestException',
    'for a status that only AWS IoT sets',
    async (bench) => {
      const { ids } = await registerFleet(bench, 1);
      return () =>
        bench.iot.updateCertificate({ certificateId: ids[0], newStatus: 'PENDING_ACTIVATION' });
    },
  ),
  update.should('05', 'move lastModifiedDate and not creationDate', async (bench) => {
    const { ids } = await registerFleet(bench, 1);
    const before = await description(bench, ids[0]);
    await systemClock.sleep(2);
    await bench.iot.updateCertificate({ certificateId: ids[0], newStatus: 'ACTIVE' });
    const after = await description(bench, ids[0]);
    assert.ok(Number(after.lastModifiedDate) > Number(before.lastModifiedDate));
    assert.deepEqual(after.creationDate, before.creationDate);
  }),
];

const remove = auditsOf('DeleteCertificate', 'CRT-DEL');
const deleting: readonly Audit[] = [
  remove.must('01', 'answer nothing, and the certificate is gone', async (bench) => {
    const { certificateId: caCertificateId, ids } = await registerFleet(bench, 2);
    const target = `/certificates/${ids[0]}`;
    assertVoid(await bench.send({ method: 'DELETE', target }));
    await refused(
      () => bench.iot.describeCertificate({ certificateId: ids[0] }),
      'ResourceNotFoundException',
    );
    const { certificates = [] } = await bench.iot.listCertificatesByCA({ caCertificateId });
    assert.deepEqual(
      certificates.map((row) => row.certificateId),
      [ids[1]],
    );
  }),
  remove.mustRefuse(
    '02',
    'CertificateStateException',
    'when the certificate is ACTIVE',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const { certificateId } = await registerDevice(bench, ca, { status: 'ACTIVE' });
      return () => bench.iot.deleteCertificate({ certificateId });
    },
  ),
  remove.mustRefuse(
    '03',
    'CertificateStateException',
    'when the certificate is ACTIVE, also with forceDelete',
    async (bench) => {
      const { ca } = await registerCA(bench, { setAsActive: true });
      const { certificateId } = await registerDevice(bench, ca, { status: 'ACTIVE' });
      return () => bench.iot.deleteCertificate({ certificateId, forceDelete: true });
    },
  ),
  remove.mustRefuse(
    '04',
    'ResourceNotFoundException',
    'when there is no such certificate',
    async (bench) => () => bench.iot.deleteCertificate({ certificateId: absentCertificateId }),
  ),
  remove.mustRefuse(
    '05',
    'InvalidRequestException',
    'for an id that is too short',
    async (bench) => () => bench.iot.deleteCertificate({ certificateId: 'ab' }),
  ),
];

const list = auditsOf('ListCertificatesByCA', 'CRT-LIS');
const listing: readonly Audit[] = [
  list.must('01', 'answer rows of five members and no nextMarker', async (bench) => {
    const { certificateId: caCertificateId, ids } = await registerFleet(bench, 1);
    const answer = succeeded(
      await bench.send({ target: `/certificates-by-ca/${caCertificateId}` }),
    );
    assert.deepEqual(Object.keys(answer), ['certificates']);
    const [row, ...others] = answer.certificates as Array<Record<string, unknown>>;
    assert.equal(others.length, 0);
    const { creationDate, ...members } = row ?? {};
    assertRecentSeconds(creationDate, systemClock.nowMs());
    assert.deepEqual(members, {
      certificateArn: arnOf(bench, `cert/${ids[0]}`),
      certificateId: ids[0],
      status: 'INACTIVE',
      certificateMode: 'SNI_ONLY',
    });
  }),
  list.must('02', 'list only the certificates of that CA', async (bench) => {
    const first = await registerFleet(bench, 2);
    await registerFleet(bench, 1);
    const { certificates = [] } = await bench.iot.listCertificatesByCA({
      caCertificateId: first.certificateId,
      ascendingOrder: true,
    });
    assert.deepEqual(
      certificates.map((row) => row.certificateId),
      first.ids,
    );
  }),
  list.must('03', 'list in the order that isAscendingOrder says', async (bench) => {
    const { certificateId: caCertificateId, ids } = await registerFleet(bench, 3);
    for (const [ascendingOrder, expected] of [
      [true, ids],
      [false, [...ids].reverse()],
    ] as const) {
      const answer = await bench.iot.listCertificatesByCA({ caCertificateId, ascendingOrder });
      assert.deepEqual(
        answer.certificates?.map((row) => row.certificateId),
        expected,
      );
    }
  }),
  list.should('04', 'answer an empty list for a CA that does not exist', async (bench) => {
    const answer = await bench.send({ target: `/certificates-by-ca/${absentCertificateId}` });
    assert.deepEqual(succeeded(answer), { certificates: [] });
  }),
  list.mustRefuse(
    '05',
    'InvalidRequestException',
    'for a page of 251',
    async (bench) => () =>
      bench.iot.listCertificatesByCA({ caCertificateId: absentCertificateId, pageSize: 251 }),
  ),
];

export const certificateAudits: readonly Audit[] = [
  ...registering,
  ...describing,
  ...updating,
  ...deleting,
  ...listing,
];

async function description(bench: Bench, certificateId: string | undefined) {
  const { certificateDescription } = await bench.iot.describeCertificate({ certificateId });
  assert.ok(certificateDescription);
  return certificateDescription;
}

/** Two CA certificates with one name and one key, both registered and active. */
async function registerTwins(bench: Bench) {
  const first = newCA();
  const second = makeCA({
    subject: first.subject,
    privateKey: first.privateKey,
    serialNumberHex: '02',
  });
  await registerCA(bench, { setAsActive: true }, first);
  await registerCA(bench, { setAsActive: true }, second);
  return [first, second] as const;
}
