import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { systemClock } from '../../../src/clock.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { headerOf, refused, succeeded } from '../expect.ts';
import { createTemplate } from '../fixtures.ts';

const templateName = 'kettle';
const claimTarget = '/provisioning-templates/kettle/provisioning-claim';

const create = auditsOf('CreateProvisioningClaim', 'CLM-CRE');

export const provisioningClaimAudits: readonly Audit[] = [
  create.must(
    '01',
    'answer a certificate, its id, a key pair with capital letters and the expiration as a number',
    async (bench) => {
      await createTemplate(bench, { enabled: true });
      // As the SDK sends it: no body and no content type.
      const answer = await bench.send({
        method: 'POST',
        target: claimTarget,
        headers: { 'content-length': '0' },
      });
      const claim = succeeded(answer);
      assert.match(headerOf(answer, 'content-type') ?? '', /json/);
      assert.deepEqual(Object.keys(claim).sort(), [
        'certificateId',
        'certificatePem',
        'expiration',
        'keyPair',
      ]);
      const keyPair = claim.keyPair as Record<string, string>;
      assert.deepEqual(Object.keys(keyPair).sort(), ['PrivateKey', 'PublicKey']);
      assert.match(keyPair.PrivateKey ?? '', /^-----BEGIN RSA PRIVATE KEY-----\n/);
      assert.equal(typeof claim.expiration, 'number');
    },
  ),
  create.must('02', 'answer a certificate, an id and keys that belong together', async (bench) => {
    const { certificate, claim } = await makeClaim(bench);
    const digest = createHash('sha256').update(certificate.raw).digest('hex');
    assert.equal(claim.certificateId, digest);
    const privateKey = createPrivateKey(claim.keyPair?.PrivateKey ?? '');
    assert.ok(certificate.checkPrivateKey(privateKey));
    assert.equal(privateKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.ok(createPublicKey(claim.keyPair?.PublicKey ?? '').equals(createPublicKey(privateKey)));
  }),
  create.must('03', 'make a certificate that ends after 5 minutes, as told', async (bench) => {
    const { certificate, claim } = await makeClaim(bench);
    const endMs = Date.parse(certificate.validTo);
    const leftMs = endMs - systemClock.nowMs();
    assert.ok(leftMs > 270_000 && leftMs <= 300_000, `it ends in ${leftMs} ms`);
    assert.equal(claim.expiration?.getTime(), endMs);
    assert.ok(Date.parse(certificate.validFrom) < systemClock.nowMs());
  }),
  create.must('04', 'make another certificate at every call', async (bench) => {
    const first = await makeClaim(bench);
    const second = await bench.iot.createProvisioningClaim({ templateName });
    assert.notEqual(second.certificateId, first.claim.certificateId);
    assert.notEqual(second.keyPair?.PrivateKey, first.claim.keyPair?.PrivateKey);
  }),
  create.must('05', 'keep the certificate out of the account', async (bench) => {
    const { claim } = await makeClaim(bench);
    await refused(
      () => bench.iot.describeCertificate({ certificateId: claim.certificateId }),
      'ResourceNotFoundException',
    );
  }),
  create.mustRefuse(
    '06',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () => bench.iot.createProvisioningClaim({ templateName }),
  ),
  create.shouldRefuse(
    '07',
    'InvalidRequestException',
    'when the template is disabled',
    async (bench) => {
      await createTemplate(bench, { enabled: false });
      return () => bench.iot.createProvisioningClaim({ templateName });
    },
  ),
  create.shouldRefuse(
    '08',
    'InvalidRequestException',
    'when the template is of type JITP',
    async (bench) => {
      await createTemplate(bench, { enabled: true, type: 'JITP' });
      return () => bench.iot.createProvisioningClaim({ templateName });
    },
  ),
];

async function makeClaim(bench: Bench) {
  await createTemplate(bench, { enabled: true });
  const claim = await bench.iot.createProvisioningClaim({ templateName });
  return { claim, certificate: new X509Certificate(claim.certificatePem ?? '') };
}
