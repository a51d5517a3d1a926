import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import {
  certificatePem,
  issueCertificate,
  type NamePart,
} from '../provisioning/issueCertificate.ts';
import type { ClaimAuthority, ClaimRequest, IssuedClaim } from './contract.ts';

const makeKeyPair = promisify(generateKeyPair);

const authorityName: readonly NamePart[] = [
  ['O', 'Local Control Plane'],
  ['OU', 'Not for production'],
  ['CN', 'IoT Provisioning'],
];

/** Signs claims with a key of its own, made when the first claim is asked for. */
export class LocalClaimAuthority implements ClaimAuthority {
  #signingKey: Promise<KeyObject> | undefined;

  /** RSA keys are made in the thread pool, so other requests go on meanwhile. */
  async issue(claim: ClaimRequest): Promise<IssuedClaim> {
    this.#signingKey ??= makeRsaKey();
    const [signingKey, privateKey] = await Promise.all([this.#signingKey, makeRsaKey()]);
    const publicKey = createPublicKey(privateKey);
    const certificate = issueCertificate({
      serialNumberHex: claim.serialNumberHex,
      issuer: authorityName,
      subject: [['CN', claim.commonName]],
      notBeforeMs: claim.notBeforeMs,
      notAfterMs: claim.notAfterMs,
      publicKey,
      signingKey,
      profile: 'end-entity',
    });
    return {
      certificatePem: certificatePem(certificate),
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    };
  }
}

async function makeRsaKey(): Promise<KeyObject> {
  const { privateKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  return privateKey;
}
