import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  contextTag,
  der,
  derChildren,
  derInteger,
  derObjectId,
  derTag,
  readDer,
} from '../../src/provisioning/der.ts';
import { certificatePem, signedCertificate } from '../../src/provisioning/issueCertificate.ts';
import { readName, readObjectId } from '../../src/provisioning/x509Names.ts';
import { summarizeX509 } from '../../src/provisioning/x509Summary.ts';
import { inTemporaryFolder, runShell, testWithOpenssl } from '../support/openssl.ts';
import { makeCA, makeLeaf, type TestCertificate } from '../support/pki.ts';

describe('the summary of a certificate', () => {
  const root = makeCA({
    subject: [
      ['C', 'NZ'],
      ['O', 'Kettle, Works'],
      ['CN', 'Kettle Root'],
    ],
    key: 'rsa-2048',
    serialNumberHex: '00c0ffee',
  });

  test('tells what a self-signed RSA root says of itself', () => {
    expect({ ...summarizeX509(root.pem) }).toEqual({
      subject: 'CN=Kettle Root,O=Kettle\\, Works,C=NZ',
      issuer: 'CN=Kettle Root,O=Kettle\\, Works,C=NZ',
      serialNumber: 'C0FFEE',
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      keyAlgorithm: 'RSA',
      keySizeBits: 2048,
      curve: null,
      signatureAlgorithm: 'sha256WithRSAEncryption',
      isSelfSigned: true,
      pathLength: null,
    });
  });

  test('an intermediate CA names its issuer, and is not self-signed', () => {
    const intermediate = makeLeaf(root, { subject: [['CN', 'Line 3']], profile: 'ca' });
    expect(summarizeX509(intermediate.pem)).toMatchObject({
      subject: 'CN=Line 3',
      issuer: 'CN=Kettle Root,O=Kettle\\, Works,C=NZ',
      keyAlgorithm: 'EC',
      keySizeBits: 256,
      curve: 'prime256v1',
      signatureAlgorithm: 'sha256WithRSAEncryption',
      isSelfSigned: false,
    });
  });

  test('one of the same name signed by another key is not self-signed', () => {
    const impostor = makeLeaf(root, { subject: root.subject, profile: 'ca' });
    const { subject, issuer, isSelfSigned } = summarizeX509(impostor.pem) ?? {};
    expect([subject === issuer, isSelfSigned]).toEqual([true, false]);
  });

  test.each([
    ['ec-p384', 'EC', 384, 'ecdsa-with-SHA384'],
    ['ec-k256', 'EC', 256, 'ecdsa-with-SHA384'],
    ['ed25519', 'ED25519', null, 'ED25519'],
    ['rsa-1024', 'RSA', 1024, 'sha256WithRSAEncryption'],
  ] as const)('a key of kind %s', (key, keyAlgorithm, keySizeBits, signatureAlgorithm) => {
    expect(summarizeX509(makeCA({ key }).pem)).toMatchObject({
      keyAlgorithm,
      keySizeBits,
      signatureAlgorithm,
    });
  });

  test.each([
    ['00', 0],
    ['02', 2],
    ['0100', 256],
  ])('a path length of 0x%s', (hex, pathLength) => {
    const constraints = der(
      derTag.sequence,
      der(derTag.boolean, Buffer.from([0xff])),
      derInteger(hex),
    );
    expect(summarizeX509(withConstraints(makeCA(), constraints))).toMatchObject({ pathLength });
  });

  test('a path length that no one can need is none', () => {
    const constraints = der(
      derTag.sequence,
      der(derTag.boolean, Buffer.from([0xff])),
      derInteger('7f'.repeat(40)),
    );
    expect(summarizeX509(withConstraints(makeCA(), constraints))?.pathLength ?? null).toBeNull();
  });

  test.each([
    ['00', '00'],
    ['0a', '0A'],
    ['00ff', 'FF'],
    ['7f'.repeat(20), '7F'.repeat(20)],
  ])('a serial number of 0x%s', (serialNumberHex, serialNumber) => {
    expect(summarizeX509(makeCA({ serialNumberHex }).pem)).toMatchObject({ serialNumber });
  });

  test('what cannot be read has none', () => {
    for (const pem of ['', 'x', root.pem.slice(0, 300), root.pem.replaceAll('\n', ' ')]) {
      expect(summarizeX509(pem)).toBeUndefined();
    }
  });

  testWithOpenssl('names, numbers and digests are those that openssl prints', () =>
    inTemporaryFolder((folder) => {
      const subjects = [
        `/CN=O'Brien \\"quoted\\" #1`,
        '/CN=#leading/O= spaces /OU=a,b;c<d>e/L=back\\\\slash',
        '/CN=Müller 日本/emailAddress=a@example.test/serialNumber=7/title=Dr/GN=G/SN=S/initials=I/dnQualifier=q/DC=example/UID=u',
        '/C=NZ/O=A\\+B=C',
        '/CN=one+OU=two',
        '/CN= ',
      ];
      for (const subject of subjects) {
        const key = path.join(folder, 'k');
        writeFileSync(path.join(folder, 'c.cnf'), '[req]\ndistinguished_name=d\n[d]\n');
        const argumentsOf = ['req', '-x509', '-new', '-utf8', '-nodes', '-newkey', 'rsa:2048'];
        execFileSync(
          'openssl',
          [...argumentsOf, '-config', 'c.cnf', '-keyout', key, '-subj', subject, '-out', 'c.pem'],
          { cwd: folder, stdio: 'ignore' },
        );
        const printed = (option: string) =>
          runShell(
            `openssl x509 -in c.pem -noout ${option} -nameopt RFC2253,-esc_msb,utf8`,
            folder,
          ).stdout.replace(/^[^=]*=|\n$/g, '');
        const summary = summarizeX509(readFileSync(path.join(folder, 'c.pem'), 'utf8'));
        expect(summary).toMatchObject({
          subject: printed('-subject'),
          issuer: printed('-issuer'),
          serialNumber: printed('-serial'),
          fingerprint256: printed('-fingerprint -sha256'),
        });
      }
    }),
  );
});

describe('names', () => {
  test('attributes without a short name and values that are no text are written in hex', () => {
    const pair = (...parts: Buffer[]) => der(derTag.set, der(derTag.sequence, ...parts));
    const name = der(
      derTag.sequence,
      pair(derObjectId('1.3.6.1.4.1.99999.1'), der(derTag.utf8String, Buffer.from('x'))),
      pair(derObjectId('2.5.4.3'), der(derTag.octetString, Buffer.from([1]))),
      pair(derObjectId('2.5.4.10'), der(derTag.utf8String, Buffer.from('a\nb'))),
    );
    expect(readName(readDer(name))).toBe('O=a\\0Ab,CN=#040101,1.3.6.1.4.1.99999.1=#0C0178');
  });

  test('object identifiers are read, and malformed ones are not', () => {
    for (const dotted of ['1.2.840.113549.1.1.11', '2.5.4.3', '0.9.2342.19200300.100.1.25']) {
      expect(readObjectId(readDer(derObjectId(dotted)))).toBe(dotted);
    }
    expect(readObjectId(readDer(Buffer.from('0603883703', 'hex')))).toBe('2.999.3');
    for (const hex of ['0600', '06022a80', '060180', '0401aa']) {
      expect(readObjectId(readDer(Buffer.from(hex, 'hex')))).toBeUndefined();
    }
  });
});

/** The same CA, signed again, with other basicConstraints. */
function withConstraints(ca: TestCertificate, constraints: Buffer): string {
  const [tbs] = derChildren(readDer(ca.der)) ?? [];
  const fields = derChildren(tbs) ?? [];
  const extension = der(
    derTag.sequence,
    derObjectId('2.5.29.19'),
    der(derTag.octetString, constraints),
  );
  const kept = fields.filter(({ tag }) => tag !== contextTag(3)).map(({ raw }) => raw);
  const extensions = der(contextTag(3), der(derTag.sequence, extension));
  return certificatePem(
    signedCertificate(der(derTag.sequence, ...kept, extensions), ca.privateKey),
  );
}
