import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { makeCA, makeLeaf } from '../../support/pki.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { assertRecentSeconds, assertVoid, refused, succeeded } from '../expect.ts';
import {
  absentCertificateId,
  arnOf,
  caInput,
  createTemplate,
  idOf,
  jitpBody,
  newCA,
  policyWithoutDocumentBody,
  proofFor,
  provenInput,
  registerCA,
  registerCAs,
  registerFleet,
  roleArn,
  secondsOf,
} from '../fixtures.ts';

const dayMs = 86_400_000;

const register = auditsOf('RegisterCACertificate', 'CA-REG');
const registering: readonly Audit[] = [
  register.must(
    '01',
    'answer certificateArn and certificateId, and nothing else',
    async (bench) => {
      const ca = newCA();
      const answer = await bench.send({
        method: 'POST',
        target: '/cacertificate',
        body: caInput(ca),
      });
      assert.deepEqual(succeeded(answer), {
        certificateArn: arnOf(bench, `cacert/${idOf(ca)}`),
        certificateId: idOf(ca),
      });
    },
  ),
  register.must('02', 'take a DEFAULT CA with proof of its key', async (bench) => {
    const { certificateId } = await bench.iot.registerCACertificate(
      await provenInput(bench, newCA()),
    );
    assert.equal((await description(bench, certificateId)).certificateMode, 'DEFAULT');
  }),
  register.must(
    '03',
    'make an inactive CA without auto registration and registrationConfig by default',
    async (bench) => {
      const { certificateId } = await registerCA(bench);
      const answer = await bench.iot.describeCACertificate({ certificateId });
      assert.equal(answer.certificateDescription?.status, 'INACTIVE');
      assert.equal(answer.certificateDescription?.autoRegistrationStatus, 'DISABLE');
      assert.equal('registrationConfig' in answer, false);
    },
  ),
  register.must('04', 'make an active CA with setAsActive=true', async (bench) => {
    const { certificateId } = await registerCA(bench, { setAsActive: true });
    const made = await description(bench, certificateId);
    assert.equal(made.status, 'ACTIVE');
    assert.equal(made.autoRegistrationStatus, 'DISABLE');
  }),
  register.must(
    '05',
    'switch auto registration on with allowAutoRegistration=true',
    async (bench) => {
      const { certificateId } = await registerCA(bench, { allowAutoRegistration: true });
      const made = await description(bench, certificateId);
      assert.equal(made.status, 'INACTIVE');
      assert.equal(made.autoRegistrationStatus, 'ENABLE');
    },
  ),
  register.must('06', 'take false for both as left out', async (bench) => {
    const { certificateId } = await registerCA(bench, {
      setAsActive: false,
      allowAutoRegistration: false,
    });
    const made = await description(bench, certificateId);
    assert.equal(made.status, 'INACTIVE');
    assert.equal(made.autoRegistrationStatus, 'DISABLE');
  }),
  register.must('07', 'store the tags, readable at once', async (bench) => {
    const tags = [{ Key: 'site', Value: 'north' }];
    const { certificateArn: resourceArn } = await registerCA(bench, { tags });
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, tags);
  }),
  register.must(
    '08',
    'attach a JITP template by name alone, also a disabled one',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      const registrationConfig = { templateName: 'kettle' };
      const { certificateId } = await registerCA(bench, { registrationConfig });
      const answer = await bench.iot.describeCACertificate({ certificateId });
      assert.deepEqual(answer.registrationConfig, registrationConfig);
    },
  ),
  register.must('09', 'keep a body and a role as they are sent', async (bench) => {
    const registrationConfig = { templateBody: jitpBody, roleArn };
    const { certificateId } = await registerCA(bench, { registrationConfig });
    const answer = await bench.iot.describeCACertificate({ certificateId });
    assert.deepEqual(answer.registrationConfig, registrationConfig);
  }),
  register.should('10', 'take a role beside a template name, and keep it', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const registrationConfig = { templateName: 'kettle', roleArn };
    const { certificateId } = await registerCA(bench, { registrationConfig });
    const answer = await bench.iot.describeCACertificate({ certificateId });
    assert.deepEqual(answer.registrationConfig, registrationConfig);
  }),
  register.mustRefuse(
    '11',
    'ResourceNotFoundException',
    'when the named template does not exist',
    async (bench) => () => registerCA(bench, { registrationConfig: { templateName: 'kettle' } }),
  ),
  register.shouldRefuse(
    '12',
    'InvalidRequestException',
    'when the named template is of type FLEET_PROVISIONING',
    async (bench) => {
      await createTemplate(bench);
      return () => registerCA(bench, { registrationConfig: { templateName: 'kettle' } });
    },
  ),
  register.shouldRefuse(
    '13',
    'InvalidRequestException',
    'for a template name and a body at once',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      const registrationConfig = { templateName: 'kettle', templateBody: jitpBody, roleArn };
      return () => registerCA(bench, { registrationConfig });
    },
  ),
  register.shouldRefuse(
    '14',
    'InvalidRequestException',
    'for a body without a role',
    async (bench) => () => registerCA(bench, { registrationConfig: { templateBody: jitpBody } }),
  ),
  register.shouldRefuse(
    '15',
    'InvalidRequestException',
    'for an empty registrationConfig',
    async (bench) => () => registerCA(bench, { registrationConfig: {} }),
  ),
  register.mustRefuse(
    '16',
    'InvalidRequestException',
    'when the body is not JSON',
    async (bench) => () =>
      registerCA(bench, { registrationConfig: { templateBody: '{', roleArn } }),
  ),
  register.mustRefuse(
    '17',
    'InvalidRequestException',
    'when a policy of the body has neither name nor document',
    async (bench) => () =>
      registerCA(bench, {
        registrationConfig: { templateBody: policyWithoutDocumentBody, roleArn },
      }),
  ),
  register.shouldRefuse(
    '18',
    'InvalidRequestException',
    'when the role is not the ARN of an IAM role',
    async (bench) => () =>
      registerCA(bench, {
        registrationConfig: { templateBody: jitpBody, roleArn: 'arn:aws:s3:::a-bucket-of-mine' },
      }),
  ),
  register.mustRefuse(
    '19',
    'InvalidRequestException',
    'for an SNI_ONLY CA with a verification certificate',
    async (bench) => {
      const input = await provenInput(bench, newCA(), { certificateMode: 'SNI_ONLY' });
      return () => bench.iot.registerCACertificate(input);
    },
  ),
  register.mustRefuse(
    '20',
    'InvalidRequestException',
    'for a DEFAULT CA without a verification certificate',
    async (bench) => () =>
      bench.iot.registerCACertificate({ caCertificate: newCA().pem, certificateMode: 'DEFAULT' }),
  ),
  register.mustRefuse(
    '21',
    'InvalidRequestException',
    'without a mode, which is DEFAULT, and without a verification certificate',
    async (bench) => () => bench.iot.registerCACertificate({ caCertificate: newCA().pem }),
  ),
  register.mustRefuse(
    '22',
    'RegistrationCodeValidationException',
    'when the common name of the verification certificate is not the code',
    async (bench) => {
      const ca = newCA();
      await bench.iot.getRegistrationCode({});
      const verificationCertificate = makeLeaf(ca, { subject: [['CN', 'f'.repeat(64)]] }).pem;
      return () =>
        bench.iot.registerCACertificate({ caCertificate: ca.pem, verificationCertificate });
    },
  ),
  register.mustRefuse(
    '23',
    'RegistrationCodeValidationException',
    'when the verification certificate has a code that was deleted',
    async (bench) => {
      const input = await provenInput(bench, newCA());
      await bench.iot.deleteRegistrationCode({});
      await bench.iot.getRegistrationCode({});
      return () => bench.iot.registerCACertificate(input);
    },
  ),
  register.mustRefuse(
    '24',
    'RegistrationCodeValidationException',
    'when the verification certificate has no common name',
    async (bench) => {
      const ca = newCA();
      const verificationCertificate = await proofFor(bench, ca, { subject: [['O', 'nobody']] });
      return () =>
        bench.iot.registerCACertificate({ caCertificate: ca.pem, verificationCertificate });
    },
  ),
  register.mustRefuse(
    '25',
    'CertificateValidationException',
    'when the verification certificate is signed by another CA',
    async (bench) => {
      const verificationCertificate = await proofFor(bench, newCA());
      return () =>
        bench.iot.registerCACertificate({ caCertificate: newCA().pem, verificationCertificate });
    },
  ),
  register.mustRefuse(
    '26',
    'CertificateValidationException',
    'when the verification certificate is signed by another key under the same name',
    async (bench) => {
      const ca = newCA();
      const impostor = makeCA({ subject: ca.subject });
      const verificationCertificate = await proofFor(bench, impostor);
      return () =>
        bench.iot.registerCACertificate({ caCertificate: ca.pem, verificationCertificate });
    },
  ),
  register.mustRefuse(
    '27',
    'CertificateValidationException',
    'when the verification certificate signed itself',
    async (bench) => {
      const { registrationCode = '' } = await bench.iot.getRegistrationCode({});
      const verificationCertificate = makeCA({ subject: [['CN', registrationCode]] }).pem;
      return () =>
        bench.iot.registerCACertificate({ caCertificate: newCA().pem, verificationCertificate });
    },
  ),
  register.mustRefuse(
    '28',
    'CertificateValidationException',
    'when the verification certificate cannot be read',
    async (bench) => () =>
      bench.iot.registerCACertificate({
        caCertificate: newCA().pem,
        verificationCertificate: 'not a certificate',
      }),
  ),
  register.must(
    '29',
    'take a verification certificate that lasts one day and has the key of the CA',
    async (bench) => {
      const ca = newCA();
      const nowMs = systemClock.nowMs();
      const verificationCertificate = await proofFor(bench, ca, {
        privateKey: ca.privateKey,
        notBeforeMs: nowMs - dayMs / 2,
        notAfterMs: nowMs + dayMs / 2,
      });
      await bench.iot.registerCACertificate({ caCertificate: ca.pem, verificationCertificate });
    },
  ),
  register.must('30', 'take keys of P-256, P-384 and RSA with 2048 bits', async (bench) => {
    for (const key of ['ec-p256', 'ec-p384', 'rsa-2048'] as const) {
      await bench.iot.registerCACertificate(await provenInput(bench, newCA({ key })));
    }
  }),
  refusesCA('31', 'MUST', 'whose basicConstraints do not say CA', () =>
    newCA({ profile: 'end-entity' }),
  ),
  refusesCA('32', 'MUST', 'of X.509 version 1, which has no basicConstraints', () =>
    newCA({ profile: 'version-1' }),
  ),
  refusesCA('33', 'MUST', 'with an RSA key of 1024 bits', () => newCA({ key: 'rsa-1024' })),
  refusesCA('34', 'SHOULD', 'with a key on the curve secp256k1', () => newCA({ key: 'ec-k256' })),
  refusesCA('35', 'SHOULD', 'with an Ed25519 key', () => newCA({ key: 'ed25519' })),
  refusesCA('36', 'SHOULD', 'that has expired', () =>
    newCA({ notAfterMs: systemClock.nowMs() - dayMs }),
  ),
  refusesCA('37', 'SHOULD', 'that is not valid yet', () =>
    newCA({ notBeforeMs: systemClock.nowMs() + dayMs }),
  ),
  register.mustRefuse(
    '38',
    'ResourceAlreadyExistsException',
    'for a CA that is registered already',
    async (bench) => {
      const { ca } = await registerCA(bench);
      return () => registerCA(bench, {}, ca);
    },
  ),
  register.must(
    '39',
    'name the registered CA in that error: in words, resourceId and resourceArn',
    async (bench) => {
      const { ca, certificateId, certificateArn } = await registerCA(bench);
      const refusal = await refused(
        () => registerCA(bench, {}, ca),
        'ResourceAlreadyExistsException',
      );
      assert.equal(/ID:([0-9a-zA-Z]+)/.exec(refusal.message)?.[1], certificateId);
      assert.equal(refusal.resourceId, certificateId);
      assert.equal(refusal.resourceArn, certificateArn);
    },
  ),
  register.must('40', 'take ten CAs with one subject', async (bench) => {
    const subject = newCA().subject;
    for (let count = 0; count < 10; count += 1) await registerCA(bench, {}, makeCA({ subject }));
  }),
  register.mustRefuse(
    '41',
    'LimitExceededException',
    'for the eleventh CA with one subject',
    async (bench) => {
      const subject = newCA().subject;
      for (let count = 0; count < 10; count += 1) await registerCA(bench, {}, makeCA({ subject }));
      return () => registerCA(bench, {}, makeCA({ subject }));
    },
  ),
  register.must('42', 'count one subject anew in another region', async (bench) => {
    const subject = newCA().subject;
    for (let count = 0; count < 10; count += 1) await registerCA(bench, {}, makeCA({ subject }));
    const elsewhere = bench.client({ region: 'eu-west-1' });
    await elsewhere.registerCACertificate(caInput(makeCA({ subject })));
  }),
  register.must(
    '43',
    'take another CA with the subject once one of ten is deleted',
    async (bench) => {
      const subject = newCA().subject;
      const { certificateId } = await registerCA(bench, {}, makeCA({ subject }));
      for (let count = 1; count < 10; count += 1) await registerCA(bench, {}, makeCA({ subject }));
      await bench.iot.deleteCACertificate({ certificateId });
      await registerCA(bench, {}, makeCA({ subject }));
    },
  ),
  register.must(
    '44',
    'give a CA its former id when it comes back after a delete',
    async (bench) => {
      const first = await registerCA(bench);
      await bench.iot.deleteCACertificate({ certificateId: first.certificateId });
      const second = await registerCA(bench, {}, first.ca);
      assert.equal(second.certificateId, first.certificateId);
      assert.equal(second.certificateArn, first.certificateArn);
    },
  ),
  register.must('45', 'take an SNI_ONLY CA in several accounts of one region', async (bench) => {
    const { ca, certificateId } = await registerCA(bench);
    const other = bench.client({ accessKeyId: bench.endpoint.nextAccessKeyId() });
    const again = await other.registerCACertificate(caInput(ca));
    assert.equal(again.certificateId, certificateId);
  }),
  register.mustRefuse(
    '46',
    'InvalidRequestException',
    'for a DEFAULT CA that another account of the region holds',
    async (bench) => {
      const ca = newCA();
      await bench.iot.registerCACertificate(await provenInput(bench, ca));
      const other = bench.client({ accessKeyId: bench.endpoint.nextAccessKeyId() });
      const input = await provenInput({ ...bench, iot: other }, ca);
      return () => other.registerCACertificate(input);
    },
  ),
  register.must('47', 'take a DEFAULT CA in several regions of one account', async (bench) => {
    const ca = newCA();
    const here = await bench.iot.registerCACertificate(await provenInput(bench, ca));
    const elsewhere = bench.client({ region: 'eu-west-1' });
    const input = await provenInput({ ...bench, iot: elsewhere }, ca);
    const there = await elsewhere.registerCACertificate(input);
    assert.equal(there.certificateId, here.certificateId);
    assert.notEqual(there.certificateArn, here.certificateArn);
  }),
  register.should('48', 'register nothing when it refuses', async (bench) => {
    const ca = newCA();
    const registrationConfig = { templateName: 'kettle' };
    await refused(() => registerCA(bench, { registrationConfig }, ca), 'ResourceNotFoundException');
    const { certificates } = await bench.iot.listCACertificates({});
    assert.deepEqual(certificates, []);
    await registerCA(bench, {}, ca);
  }),
  register.shouldRefuse(
    '49',
    'LimitExceededException',
    'for 51 tags',
    async (bench) => () =>
      registerCA(bench, {
        tags: Array.from({ length: 51 }, (_, index) => ({ Key: `key-${index}`, Value: 'v' })),
      }),
  ),
];

const describe = auditsOf('DescribeCACertificate', 'CA-DES');
const describing: readonly Audit[] = [
  describe.must(
    '01',
    'answer a description of twelve members, times as epoch numbers, without registrationConfig',
    async (bench) => {
      const notBeforeMs = Date.UTC(2024, 1, 29, 23, 59, 59);
      const notAfterMs = Date.UTC(2044, 1, 29, 12);
      const ca = newCA({ notBeforeMs, notAfterMs });
      const { certificateId, certificateArn } = await registerCA(bench, {}, ca);
      const answer = succeeded(await bench.send({ target: `/cacertificate/${certificateId}` }));
      assert.deepEqual(Object.keys(answer), ['certificateDescription']);
      const { creationDate, lastModifiedDate, generationId, ...others } =
        answer.certificateDescription as Record<string, unknown>;
      assertRecentSeconds(creationDate, systemClock.nowMs());
      assert.equal(lastModifiedDate, creationDate);
      assert.match(String(generationId), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
      assert.deepEqual(others, {
        certificateArn,
        certificateId,
        status: 'INACTIVE',
        certificatePem: ca.pem,
        ownedBy: bench.account,
        autoRegistrationStatus: 'DISABLE',
        customerVersion: 1,
        validity: { notBefore: secondsOf(notBeforeMs), notAfter: secondsOf(notAfterMs) },
        certificateMode: 'SNI_ONLY',
      });
    },
  ),
  describe.must('02', 'answer registrationConfig beside the description', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const registrationConfig = { templateName: 'kettle' };
    const { certificateId } = await registerCA(bench, { registrationConfig });
    const answer = succeeded(await bench.send({ target: `/cacertificate/${certificateId}` }));
    assert.deepEqual(Object.keys(answer).sort(), ['certificateDescription', 'registrationConfig']);
    assert.deepEqual(answer.registrationConfig, registrationConfig);
  }),
  describe.must('03', "give the SDK dates, the validity's too", async (bench) => {
    const { certificateId } = await registerCA(bench);
    const made = await description(bench, certificateId);
    assert.ok(made.creationDate instanceof Date && made.lastModifiedDate instanceof Date);
    assert.ok(made.validity?.notBefore instanceof Date && made.validity.notAfter instanceof Date);
  }),
  describe.must('04', "answer the CA's own validity, beyond 2050 too", async (bench) => {
    const notBeforeMs = Date.UTC(1999, 11, 31, 23, 59, 59);
    const notAfterMs = Date.UTC(2051, 1, 3, 4, 5, 6);
    const { certificateId } = await registerCA(bench, {}, newCA({ notBeforeMs, notAfterMs }));
    const answer = succeeded(await bench.send({ target: `/cacertificate/${certificateId}` }));
    const { validity } = answer.certificateDescription as Record<string, unknown>;
    assert.deepEqual(validity, {
      notBefore: secondsOf(notBeforeMs),
      notAfter: secondsOf(notAfterMs),
    });
  }),
  describe.mustRefuse(
    '05',
    'ResourceNotFoundException',
    'when there is no such CA',
    async (bench) => () => bench.iot.describeCACertificate({ certificateId: absentCertificateId }),
  ),
  describe.mustRefuse(
    '06',
    'ResourceNotFoundException',
    'for the id of a device certificate',
    async (bench) => {
      const { ids } = await registerFleet(bench, 1);
      return () => bench.iot.describeCACertificate({ certificateId: ids[0] });
    },
  ),
  describe.mustRefuse(
    '07',
    'InvalidRequestException',
    'for an empty id, which comes as a trailing slash',
    async (bench) => () => bench.iot.describeCACertificate({ certificateId: '' }),
  ),
];

const list = auditsOf('ListCACertificates', 'CA-LIS');
const listing: readonly Audit[] = [
  list.must('01', 'answer rows of four members and no nextMarker', async (bench) => {
    const { certificateId, certificateArn } = await registerCA(bench, { setAsActive: true });
    const answer = succeeded(await bench.send({ target: '/cacertificates' }));
    assert.deepEqual(Object.keys(answer), ['certificates']);
    const [row, ...others] = answer.certificates as Array<Record<string, unknown>>;
    assert.equal(others.length, 0);
    const { creationDate, ...members } = row ?? {};
    assertRecentSeconds(creationDate, systemClock.nowMs());
    assert.deepEqual(members, { certificateArn, certificateId, status: 'ACTIVE' });
  }),
  list.must('02', 'answer an empty list when there is none', async (bench) => {
    const answer = await bench.send({ target: '/cacertificates' });
    assert.deepEqual(succeeded(answer), { certificates: [] });
  }),
  list.must('03', 'list the oldest first with isAscendingOrder=true', async (bench) => {
    const ids = await registerCAs(bench, 4);
    assert.deepEqual(await listedIds(bench, { ascendingOrder: true }), ids);
  }),
  list.must('04', 'list the newest first with isAscendingOrder=false', async (bench) => {
    const ids = await registerCAs(bench, 4);
    assert.deepEqual(await listedIds(bench, { ascendingOrder: false }), ids.reverse());
  }),
  list.should('05', 'list the newest first without isAscendingOrder', async (bench) => {
    const ids = await registerCAs(bench, 4);
    assert.deepEqual(await listedIds(bench, {}), ids.reverse());
  }),
  list.must('06', 'list only the CAs that name a template, with templateName', async (bench) => {
    await createTemplate(bench, { type: 'JITP', templateBody: jitpBody });
    await createTemplate(bench, { type: 'JITP', templateName: 'urn' });
    const named = await registerCA(bench, { registrationConfig: { templateName: 'kettle' } });
    await registerCA(bench, { registrationConfig: { templateName: 'urn' } });
    await registerCA(bench, { registrationConfig: { templateBody: jitpBody, roleArn } });
    await registerCA(bench);
    const ids = await listedIds(bench, { templateName: 'kettle' });
    assert.deepEqual(ids, [named.certificateId]);
  }),
  list.should('07', 'answer an empty list for a template that does not exist', async (bench) => {
    await registerCA(bench);
    const answer = await bench.send({ target: '/cacertificates?templateName=kettle' });
    assert.deepEqual(succeeded(answer), { certificates: [] });
  }),
  list.must('08', 'follow a CA from one template to another', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    await createTemplate(bench, { type: 'JITP', templateName: 'urn' });
    const { certificateId } = await registerCA(bench, {
      registrationConfig: { templateName: 'kettle' },
    });
    await bench.iot.updateCACertificate({
      certificateId,
      registrationConfig: { templateName: 'urn' },
    });
    assert.deepEqual(await listedIds(bench, { templateName: 'kettle' }), []);
    assert.deepEqual(await listedIds(bench, { templateName: 'urn' }), [certificateId]);
  }),
  list.must('09', 'keep the order when a CA is updated', async (bench) => {
    const ids = await registerCAs(bench, 3);
    await bench.iot.updateCACertificate({ certificateId: ids[0], newStatus: 'ACTIVE' });
    assert.deepEqual(await listedIds(bench, { ascendingOrder: true }), ids);
  }),
  list.must('10', 'no longer list a deleted CA', async (bench) => {
    const ids = await registerCAs(bench, 3);
    await bench.iot.deleteCACertificate({ certificateId: ids[1] });
    assert.deepEqual(await listedIds(bench, { ascendingOrder: true }), [ids[0], ids[2]]);
  }),
  list.mustRefuse(
    '11',
    'InvalidRequestException',
    'for a page of 251',
    async (bench) => () => bench.iot.listCACertificates({ pageSize: 251 }),
  ),
];

const update = auditsOf('UpdateCACertificate', 'CA-UPD');
const updating: readonly Audit[] = [
  update.must('01', 'answer nothing', async (bench) => {
    const { certificateId } = await registerCA(bench);
    const answer = await bench.send({
      method: 'PUT',
      target: `/cacertificate/${certificateId}?newStatus=ACTIVE`,
      body: {},
    });
    assertVoid(answer);
    assert.equal((await description(bench, certificateId)).status, 'ACTIVE');
  }),
  update.must('02', 'change the status alone', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const { certificateId } = await registerCA(bench, {
      allowAutoRegistration: true,
      registrationConfig: { templateName: 'kettle' },
    });
    const before = await bench.iot.describeCACertificate({ certificateId });
    await bench.iot.updateCACertificate({ certificateId, newStatus: 'ACTIVE' });
    const after = await bench.iot.describeCACertificate({ certificateId });
    assert.deepEqual(after.registrationConfig, before.registrationConfig);
    const changing = { status: undefined, lastModifiedDate: undefined };
    const versioned = { customerVersion: undefined, generationId: undefined };
    assert.deepEqual(
      { ...after.certificateDescription, ...changing, ...versioned },
      { ...before.certificateDescription, ...changing, ...versioned },
    );
    assert.equal(after.certificateDescription?.status, 'ACTIVE');
  }),
  update.should('03', 'leave customerVersion and generationId', async (bench) => {
    const { certificateId } = await registerCA(bench);
    const before = await description(bench, certificateId);
    await bench.iot.updateCACertificate({ certificateId, newStatus: 'ACTIVE' });
    const after = await description(bench, certificateId);
    assert.equal(after.customerVersion, before.customerVersion);
    assert.equal(after.generationId, before.generationId);
  }),
  update.must(
    '04',
    'attach a template, switch auto registration on and activate',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      const { certificateId } = await registerCA(bench);
      const registrationConfig = { templateName: 'kettle' };
      await bench.iot.updateCACertificate({
        certificateId,
        newStatus: 'ACTIVE',
        newAutoRegistrationStatus: 'ENABLE',
        registrationConfig,
        removeAutoRegistration: false,
      });
      const after = await bench.iot.describeCACertificate({ certificateId });
      assert.equal(after.certificateDescription?.status, 'ACTIVE');
      assert.equal(after.certificateDescription?.autoRegistrationStatus, 'ENABLE');
      assert.deepEqual(after.registrationConfig, registrationConfig);
    },
  ),
  update.should('05', 'replace the registrationConfig as a whole', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const { certificateId } = await registerCA(bench, {
      registrationConfig: { templateBody: jitpBody, roleArn },
    });
    const registrationConfig = { templateName: 'kettle' };
    await bench.iot.updateCACertificate({ certificateId, registrationConfig });
    const after = await bench.iot.describeCACertificate({ certificateId });
    assert.deepEqual(after.registrationConfig, registrationConfig);
  }),
  update.must(
    '06',
    'switch auto registration off with DISABLE, and keep the config',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      const registrationConfig = { templateName: 'kettle' };
      const { certificateId } = await registerCA(bench, {
        allowAutoRegistration: true,
        registrationConfig,
      });
      await bench.iot.updateCACertificate({ certificateId, newAutoRegistrationStatus: 'DISABLE' });
      const after = await bench.iot.describeCACertificate({ certificateId });
      assert.equal(after.certificateDescription?.autoRegistrationStatus, 'DISABLE');
      assert.deepEqual(after.registrationConfig, registrationConfig);
    },
  ),
  update.must('07', 'switch auto registration off with removeAutoRegistration', async (bench) => {
    const { certificateId } = await registerCA(bench, { allowAutoRegistration: true });
    await bench.iot.updateCACertificate({ certificateId, removeAutoRegistration: true });
    const after = await description(bench, certificateId);
    assert.equal(after.autoRegistrationStatus, 'DISABLE');
  }),
  update.should('08', 'clear the registrationConfig with removeAutoRegistration', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const { certificateId } = await registerCA(bench, {
      registrationConfig: { templateName: 'kettle' },
    });
    await bench.iot.updateCACertificate({ certificateId, removeAutoRegistration: true });
    const after = await bench.iot.describeCACertificate({ certificateId });
    assert.equal('registrationConfig' in after, false);
    assert.deepEqual(await listedIds(bench, { templateName: 'kettle' }), []);
  }),
  update.shouldRefuse(
    '09',
    'InvalidRequestException',
    'for removeAutoRegistration with ENABLE',
    async (bench) => {
      const { certificateId } = await registerCA(bench);
      return () =>
        bench.iot.updateCACertificate({
          certificateId,
          removeAutoRegistration: true,
          newAutoRegistrationStatus: 'ENABLE',
        });
    },
  ),
  update.shouldRefuse(
    '10',
    'InvalidRequestException',
    'for removeAutoRegistration with a registrationConfig',
    async (bench) => {
      const { certificateId } = await registerCA(bench);
      return () =>
        bench.iot.updateCACertificate({
          certificateId,
          removeAutoRegistration: true,
          registrationConfig: { templateBody: jitpBody, roleArn },
        });
    },
  ),
  update.mustRefuse(
    '11',
    'ResourceNotFoundException',
    'when there is no such CA',
    async (bench) => () =>
      bench.iot.updateCACertificate({ certificateId: absentCertificateId, newStatus: 'ACTIVE' }),
  ),
  update.mustRefuse(
    '12',
    'ResourceNotFoundException',
    'when the named template does not exist',
    async (bench) => {
      const { certificateId } = await registerCA(bench);
      return () =>
        bench.iot.updateCACertificate({
          certificateId,
          registrationConfig: { templateName: 'kettle' },
        });
    },
  ),
  update.mustRefuse(
    '13',
    'InvalidRequestException',
    'when a policy of the body has neither name nor document',
    async (bench) => {
      const { certificateId } = await registerCA(bench);
      return () =>
        bench.iot.updateCACertificate({
          certificateId,
          registrationConfig: { templateBody: policyWithoutDocumentBody, roleArn },
        });
    },
  ),
  update.shouldRefuse(
    '14',
    'InvalidRequestException',
    'when the named template is of type FLEET_PROVISIONING',
    async (bench) => {
      await createTemplate(bench);
      const { certificateId } = await registerCA(bench);
      return () =>
        bench.iot.updateCACertificate({
          certificateId,
          registrationConfig: { templateName: 'kettle' },
        });
    },
  ),
  update.should('15', 'move lastModifiedDate and not creationDate', async (bench) => {
    const { certificateId } = await registerCA(bench);
    const before = await description(bench, certificateId);
    await systemClock.sleep(2);
    await bench.iot.updateCACertificate({ certificateId, newStatus: 'ACTIVE' });
    const after = await description(bench, certificateId);
    assert.ok(Number(after.lastModifiedDate) > Number(before.lastModifiedDate));
    assert.deepEqual(after.creationDate, before.creationDate);
  }),
  update.should('16', 'take an update of nothing, and change nothing', async (bench) => {
    const { certificateId } = await registerCA(bench);
    const target = `/cacertificate/${certificateId}`;
    const before = succeeded(await bench.send({ target }));
    await bench.iot.updateCACertificate({ certificateId });
    assert.deepEqual(succeeded(await bench.send({ target })), before);
  }),
  update.should('17', 'change nothing when it refuses one of several members', async (bench) => {
    const { certificateId } = await registerCA(bench);
    await refused(
      () =>
        bench.iot.updateCACertificate({
          certificateId,
          newStatus: 'ACTIVE',
          registrationConfig: { templateName: 'kettle' },
        }),
      'ResourceNotFoundException',
    );
    assert.equal((await description(bench, certificateId)).status, 'INACTIVE');
  }),
];

const remove = auditsOf('DeleteCACertificate', 'CA-DEL');
const deleting: readonly Audit[] = [
  remove.must('01', 'answer nothing, and the CA is gone', async (bench) => {
    const { certificateId } = await registerCA(bench);
    const target = `/cacertificate/${certificateId}`;
    assertVoid(await bench.send({ method: 'DELETE', target }));
    await refused(
      () => bench.iot.describeCACertificate({ certificateId }),
      'ResourceNotFoundException',
    );
  }),
  remove.mustRefuse('02', 'CertificateStateException', 'when the CA is ACTIVE', async (bench) => {
    const { certificateId } = await registerCA(bench, { setAsActive: true });
    return () => bench.iot.deleteCACertificate({ certificateId });
  }),
  remove.must('03', 'delete a CA that was made INACTIVE', async (bench) => {
    const { certificateId } = await registerCA(bench, { setAsActive: true });
    await bench.iot.updateCACertificate({ certificateId, newStatus: 'INACTIVE' });
    await bench.iot.deleteCACertificate({ certificateId });
  }),
  remove.mustRefuse(
    '04',
    'ResourceNotFoundException',
    'when there is no such CA',
    async (bench) => () => bench.iot.deleteCACertificate({ certificateId: absentCertificateId }),
  ),
  remove.must('05', 'take the tags with it', async (bench) => {
    const tags = [{ Key: 'site', Value: 'north' }];
    const { ca, certificateId, certificateArn } = await registerCA(bench, { tags });
    await bench.iot.deleteCACertificate({ certificateId });
    await registerCA(bench, {}, ca);
    const listed = await bench.iot.listTagsForResource({ resourceArn: certificateArn });
    assert.deepEqual(listed.tags, []);
  }),
  remove.should('06', 'leave the device certificates that the CA signed', async (bench) => {
    const { certificateId, ids } = await registerFleet(bench, 1);
    await bench.iot.updateCACertificate({ certificateId, newStatus: 'INACTIVE' });
    await bench.iot.deleteCACertificate({ certificateId });
    const { certificateDescription } = await bench.iot.describeCertificate({
      certificateId: ids[0],
    });
    assert.equal(certificateDescription?.caCertificateId, certificateId);
  }),
  remove.mustRefuse(
    '07',
    'InvalidRequestException',
    'for an id that is too short',
    async (bench) => () => bench.iot.deleteCACertificate({ certificateId: 'ab' }),
  ),
];

const getCode = auditsOf('GetRegistrationCode', 'CODE-GET');
const removeCode = auditsOf('DeleteRegistrationCode', 'CODE-DEL');
const codes: readonly Audit[] = [
  getCode.must('01', 'answer a code of 64 hexadecimal digits, and nothing else', async (bench) => {
    const answer = succeeded(await bench.send({ target: '/registrationcode' }));
    assert.deepEqual(Object.keys(answer), ['registrationCode']);
    assert.match(String(answer.registrationCode), /^[0-9a-f]{64}$/i);
  }),
  getCode.must('02', 'answer the same code until it is deleted', async (bench) => {
    const first = await bench.iot.getRegistrationCode({});
    const second = await bench.iot.getRegistrationCode({});
    assert.equal(second.registrationCode, first.registrationCode);
  }),
  getCode.must('03', 'have a code for each account and each region', async (bench) => {
    const clients = [
      bench.iot,
      bench.client({ region: 'eu-west-1' }),
      bench.client({ accessKeyId: bench.endpoint.nextAccessKeyId() }),
    ];
    const answers = await Promise.all(clients.map((client) => client.getRegistrationCode({})));
    assert.equal(new Set(answers.map((answer) => answer.registrationCode)).size, 3);
  }),
  getCode.must('04', 'answer one code to calls at the same time', async (bench) => {
    const calls = Array.from({ length: 8 }, () => bench.iot.getRegistrationCode({}));
    const answers = await Promise.all(calls);
    assert.equal(new Set(answers.map((answer) => answer.registrationCode)).size, 1);
  }),
  removeCode.must('01', 'answer nothing, and the next code is another', async (bench) => {
    const first = await bench.iot.getRegistrationCode({});
    assertVoid(await bench.send({ method: 'DELETE', target: '/registrationcode' }));
    const second = await bench.iot.getRegistrationCode({});
    assert.notEqual(second.registrationCode, first.registrationCode);
  }),
  removeCode.mustRefuse(
    '02',
    'ResourceNotFoundException',
    'when there is no code',
    async (bench) => () => bench.iot.deleteRegistrationCode({}),
  ),
  removeCode.should('03', 'leave the CAs that are registered', async (bench) => {
    const { certificateId } = await bench.iot.registerCACertificate(
      await provenInput(bench, newCA()),
    );
    await bench.iot.deleteRegistrationCode({});
    await description(bench, certificateId);
  }),
];

export const caCertificateAudits: readonly Audit[] = [
  ...registering,
  ...describing,
  ...listing,
  ...updating,
  ...deleting,
  ...codes,
];

/** A CA that has to be refused for what it is, in both modes. */
function refusesCA(
  number: string,
  level: 'MUST' | 'SHOULD',
  what: string,
  make: () => ReturnType<typeof makeCA>,
): Audit {
  const refuse = level === 'MUST' ? register.mustRefuse : register.shouldRefuse;
  return refuse(number, 'CertificateValidationException', `for a CA ${what}`, async (bench) => {
    const ca = make();
    await refused(() => registerCA(bench, {}, ca), 'CertificateValidationException');
    const input = await provenInput(bench, ca);
    return () => bench.iot.registerCACertificate(input);
  });
}

async function description(bench: Bench, certificateId: string | undefined) {
  const { certificateDescription } = await bench.iot.describeCACertificate({ certificateId });
  assert.ok(certificateDescription);
  return certificateDescription;
}

async function listedIds(
  bench: Bench,
  input: Parameters<Bench['iot']['listCACertificates']>[0],
): Promise<Array<string | undefined>> {
  const { certificates = [] } = await bench.iot.listCACertificates(input);
  return certificates.map((row) => row.certificateId);
}
