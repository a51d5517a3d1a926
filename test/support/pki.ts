import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  type CertificateRequest,
  certificatePem,
  issueCertificate,
  type NamePart,
} from '../../src/provisioning/issueCertificate.ts';

/** A certificate with its private key, made for a test. */
export interface TestCertificate {
  readonly pem: string;
  readonly der: Buffer;
  readonly subject: readonly NamePart[];
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export type TestKeyKind = 'ec-p256' | 'ec-p384' | 'ec-k256' | 'ed25519' | 'rsa-1024' | 'rsa-2048';

export interface TestCertificateOptions {
  readonly subject?: readonly NamePart[];
  readonly profile?: CertificateRequest['profile'];
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  readonly key?: TestKeyKind;
  readonly privateKey?: KeyObject;
  readonly serialNumberHex?: string;
}

export const testEpochMs = Date.UTC(2026, 0, 1);
const yearMs = 365 * 24 * 3600_000;

export function makePrivateKey(kind: TestKeyKind = 'ec-p256'): KeyObject {
  switch (kind) {
    case 'ec-p256':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    case 'ec-p384':
      return generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
    case 'ec-k256':
      return generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    case 'rsa-1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    case 'rsa-2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  }
}

/** A self-signed CA, valid one year before and ten after 2026 began. */
export function makeCA(options: TestCertificateOptions = {}): TestCertificate {
  return make({ subject: [['CN', 'Test CA']], profile: 'ca', ...options });
}

/** A certificate signed by `ca`: a device's, or the one that proves the CA's key. */
export function makeLeaf(
  ca: TestCertificate,
  options: TestCertificateOptions = {},
): TestCertificate {
  return make({ subject: [['CN', 'device-1']], profile: 'end-entity', ...options }, ca);
}

function make(options: TestCertificateOptions, issuer?: TestCertificate): TestCertificate {
  const privateKey = options.privateKey ?? makePrivateKey(options.key);
  const publicKey = createPublicKey(privateKey);
  const subject = options.subject ?? [];
  const der = issueCertificate({
    serialNumberHex: options.serialNumberHex ?? '01',
    issuer: issuer?.subject ?? subject,
    subject,
    notBeforeMs: options.notBeforeMs ?? testEpochMs - yearMs,
    notAfterMs: options.notAfterMs ?? testEpochMs + 10 * yearMs,
    publicKey,
    signingKey: issuer?.privateKey ?? privateKey,
    profile: options.profile ?? 'end-entity',
  });
  return { pem: certificatePem(der), der, subject, privateKey, publicKey };
}
