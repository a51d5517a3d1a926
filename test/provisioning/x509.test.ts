import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { der, derObjectId, derTag } from '../../src/provisioning/der.ts';
import {
  certificatePem,
  issueCertificate,
  signedCertificate,
} from '../../src/provisioning/issueCertificate.ts';
import {
  keyFault,
  maxPemCharacters,
  type ReadCertificate,
  readCertificate,
  validityFault,
} from '../../src/provisioning/x509.ts';
import { frame, hostilePems } from '../support/hostilePems.ts';
import { makeCA, makeLeaf, makePrivateKey, testEpochMs } from '../support/pki.ts';

function read(pem: string): ReadCertificate {
  const result = readCertificate(pem);
  if (result.kind === 'unreadable') throw new Error(result.message);
  return result;
}

function reasonOf(pem: string): string {
  const result = readCertificate(pem);
  return result.kind === 'unreadable' ? result.reason : 'read';
}

describe('reading a certificate', () => {
  const ca = makeCA({
    subject: [
      ['C', 'NZ'],
      ['O', 'Kettle Works'],
      ['CN', 'Kettle Root'],
    ],
  });

  test('the id is the lower-case SHA-256 of the DER, as OpenSSL prints it', () => {
    const { certificateId } = read(ca.pem);
    expect(certificateId).toBe(createHash('sha256').update(ca.der).digest('hex'));
    const byNode = new X509Certificate(ca.pem).fingerprint256.replaceAll(':', '').toLowerCase();
    expect(certificateId).toBe(byNode);
  });

  test('Node reads the same names, dates and flags from what was issued', () => {
    const byNode = new X509Certificate(ca.pem);
    const certificate = read(ca.pem);
    expect(byNode.subject).toBe('C=NZ\nO=Kettle Works\nCN=Kettle Root');
    expect(byNode.ca).toBe(true);
    expect(certificate.isCA).toBe(true);
    expect(certificate.subjectCommonName).toBe('Kettle Root');
    expect(certificate.notBeforeMs).toBe(Date.parse(byNode.validFrom));
    expect(certificate.notAfterMs).toBe(Date.parse(byNode.validTo));
    expect(certificate.subjectDigest).toBe(certificate.issuerDigest);
  });

  test('dates from 2050 on are read, and the year 1950 is the first of two digits', () => {
    const late = makeCA({ notAfterMs: Date.UTC(2061, 4, 6, 7, 8, 9) });
    expect(read(late.pem).notAfterMs).toBe(Date.UTC(2061, 4, 6, 7, 8, 9));
    const early = makeCA({ notBeforeMs: Date.UTC(1950, 0, 2), notAfterMs: Date.UTC(2049, 11, 31) });
    expect(read(early.pem)).toMatchObject({
      notBeforeMs: Date.UTC(1950, 0, 2),
      notAfterMs: Date.UTC(2049, 11, 31),
    });
  });

  test('neither a version 1 certificate nor one with CA:FALSE is a CA', () => {
    expect(read(makeCA({ profile: 'version-1' }).pem).isCA).toBe(false);
    expect(read(makeCA({ profile: 'end-entity' }).pem).isCA).toBe(false);
  });

  test('keys are named with their size or curve', () => {
    expect(read(makeCA({ key: 'rsa-1024' }).pem).key).toEqual({ kind: 'rsa', bits: 1024 });
    expect(read(makeCA({ key: 'ec-p384' }).pem).key).toEqual({ kind: 'ec', curve: 'secp384r1' });
    expect(read(makeCA({ key: 'ed25519' }).pem).key).toEqual({ kind: 'other', name: 'ed25519' });
  });

  test.each(['ec-p256', 'ec-p384', 'rsa-2048'] as const)('%s keys are accepted', (key) => {
    expect(keyFault(read(makeCA({ key }).pem).key)).toBeUndefined();
  });

  test.each(['ec-k256', 'ed25519', 'rsa-1024'] as const)('%s keys are refused', (key) => {
    expect(keyFault(read(makeCA({ key }).pem).key)).toEqual(expect.any(String));
  });

  test('validity is judged at the given moment', () => {
    const certificate = read(
      makeCA({ notBeforeMs: testEpochMs, notAfterMs: testEpochMs + 1000 }).pem,
    );
    expect(validityFault(certificate, testEpochMs - 1)).toMatch(/not valid yet/);
    expect(validityFault(certificate, testEpochMs)).toBeUndefined();
    expect(validityFault(certificate, testEpochMs + 1001)).toMatch(/expired/);
  });
});

describe('who signed a certificate', () => {
  const ca = makeCA();
  const impostor = makeCA();

  test('is decided by the key, not by the name', () => {
    const leaf = read(makeLeaf(ca).pem);
    expect(leaf.verifySignedBy(read(ca.pem).publicKey)).toBe(true);
    expect(leaf.verifySignedBy(read(impostor.pem).publicKey)).toBe(false);
    expect(read(impostor.pem).subjectDigest).toBe(read(ca.pem).subjectDigest);
  });

  test('a key of another kind is an answer, not an exception', () => {
    const leaf = read(makeLeaf(ca).pem);
    expect(leaf.verifySignedBy(makeCA({ key: 'ed25519' }).publicKey)).toBe(false);
    expect(leaf.verifySignedBy(makeCA({ key: 'rsa-2048' }).publicKey)).toBe(false);
  });
});

describe('the PEM around a certificate', () => {
  const ca = makeCA();
  const other = makeCA();
  const id = read(ca.pem).certificateId;

  test.each([
    ['a bundle gives its first certificate', ca.pem + other.pem],
    ['text before and after is ignored', `subject=CN = Test CA\n${ca.pem}trailing junk`],
    ['Windows line ends', ca.pem.replaceAll('\n', '\r\n')],
    ['no newline at the end', ca.pem.trimEnd()],
    ['one long line', ca.pem.replaceAll(/([A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '$1')],
    ['NUL after the certificate', `${ca.pem}\0\0`],
    ['a BEGIN line in mid-line first', `x-----BEGIN CERTIFICATE-----\n${ca.pem}`],
  ])('%s', (_name, pem) => {
    expect(read(pem).certificateId).toBe(id);
  });

  const key = makePrivateKey();
  const notCertificate = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  test.each([
    ['empty text', '', 'not-pem'],
    ['a private key', notCertificate, 'not-pem'],
    ['lost newlines', ca.pem.replaceAll('\n', ''), 'not-pem'],
    ['newlines that became spaces', ca.pem.replaceAll('\n', ' '), 'not-pem'],
    ['newlines that became \\n', ca.pem.replaceAll('\n', '\\n'), 'not-pem'],
    ['no END line', ca.pem.slice(0, 300), 'not-pem'],
    ['nothing inside', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n', 'not-pem'],
    ['NUL inside', ca.pem.replace('MII', 'M\0I'), 'not-base64'],
    ['a character lost', ca.pem.replace('MII', 'MI'), 'not-base64'],
    ['another label inside', notCertificate.replaceAll('PRIVATE KEY', 'CERTIFICATE'), 'not-x509'],
    ['too long', ca.pem + ' '.repeat(maxPemCharacters), 'too-long'],
  ])('%s is not read', (_name, pem, reason) => {
    expect(reasonOf(pem)).toBe(reason);
  });

  test('bytes after the certificate, inside the PEM, are not passed over', () => {
    const base64 = Buffer.concat([ca.der, Buffer.from([0])]).toString('base64');
    const pem = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
    expect(reasonOf(pem)).toBe('not-x509');
  });

  test('a length that is not written in the shortest way would give a second id: not read', () => {
    const longer = Buffer.concat([Buffer.from('308300', 'hex'), ca.der.subarray(2)]);
    const pem = `-----BEGIN CERTIFICATE-----\n${longer.toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(ca.der.subarray(0, 2).toString('hex')).toBe('3082');
    expect(reasonOf(pem)).toBe('not-x509');
  });

  test('a signed structure that is no certificate is not read', () => {
    const tbs = der(derTag.sequence, derObjectId('1.2.3'));
    const base64 = signedCertificate(tbs, key).toString('base64');
    const pem = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
    expect(reasonOf(pem)).toBe('not-x509');
  });

  test('no byte of a certificate can be changed into an exception', () => {
    for (let index = 0; index < ca.der.length; index += 1) {
      const changed = Buffer.from(ca.der);
      changed.writeUInt8(changed.readUInt8(index) ^ 0x81, index);
      const pem = `-----BEGIN CERTIFICATE-----\n${changed.toString('base64')}\n-----END CERTIFICATE-----\n`;
      const result = readCertificate(pem);
      if (result.kind === 'certificate') expect(result.certificateId).not.toBe(id);
    }
  });
});

describe('hostile PEM', () => {
  // What it costs is measured by the `hostile` section of the bench.
  test.each(hostilePems)('$name is unreadable', ({ make }) => {
    expect(readCertificate(make(maxPemCharacters)).kind).toBe('unreadable');
    expect(readCertificate(make(20 * maxPemCharacters)).kind).toBe('unreadable');
  });

  test('deep and wide DER of certificate shape is unreadable', () => {
    let deep: Buffer = der(derTag.sequence);
    while (deep.length < 40_000) deep = der(derTag.sequence, deep, Buffer.alloc(200, 0x05));
    const pem = frame(der(derTag.sequence, der(derTag.sequence, deep)));
    expect(readCertificate(pem).kind).toBe('unreadable');
  });

  test('a public key of 40 kB is too large', () => {
    const big = Buffer.alloc(20_000, 0xc1).toString('base64url');
    const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: big, e: big } });
    const { privateKey, subject } = makeCA();
    const certificate = issueCertificate({
      serialNumberHex: '01',
      issuer: subject,
      subject,
      notBeforeMs: testEpochMs,
      notAfterMs: testEpochMs,
      publicKey,
      signingKey: privateKey,
      profile: 'ca',
    });
    const pem = certificatePem(certificate);
    expect(reasonOf(pem)).toBe('key-too-large');
  });
});
