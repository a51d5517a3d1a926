import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  planFiles,
  type RegistrationPlan,
  registrationScript,
  registrationSteps,
  shellQuote,
  verificationCertificateFile,
} from '../../src/provisioning/registrationCommands.ts';
import { readCertificate } from '../../src/provisioning/x509.ts';
import { summarizeX509 } from '../../src/provisioning/x509Summary.ts';
import { inTemporaryFolder, runShell, testWithOpenssl } from '../support/openssl.ts';

const registrationCode = createHash('sha256').update('code').digest('hex');

const plan: RegistrationPlan = {
  certificateMode: 'DEFAULT',
  registrationCode,
  newCA: {
    subject: { commonName: 'Kettle Root', organization: 'Kettle Works', country: 'NZ' },
    keyAlgorithm: 'EC_P256',
    validityDays: 30,
  },
  caKeyFile: 'ca.key',
  caCertificateFile: 'ca.pem',
  filePrefix: 'verification',
};

/** Names that a shell, openssl's -subj or its option parser could take for something else. */
const NASTY = [
  `O'Brien & "Söhne" GmbH`,
  '$HOME `id` $(id) !! ;|&<>*?[x]~#',
  'a/CN=other',
  'a+OU=other',
  'back\\slash\\',
  '-out',
  ' spaces  inside and around ',
  "'",
  '日本の鍵 🫖',
];

test('any text is one word of the shell', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((raw) => Buffer.from(raw.replaceAll('\0', '')).toString());
  const texts = [...NASTY, ...fc.sample(text, { seed: 42, numRuns: 300 }), 'a\nb\n', ''];
  const { stdout, status } = runShell(`printf '%s\\037' ${texts.map(shellQuote).join(' ')}`);
  expect(status).toBe(0);
  expect(stdout).toBe(texts.map((each) => `${each}\x1f`).join(''));
});

describe('the commands', () => {
  testWithOpenssl('make a CA and a verification certificate of the names asked for', () => {
    return inTemporaryFolder((folder) => {
      for (const [index, name] of NASTY.entries()) {
        const names = {
          caKeyFile: `${index}-${name.replaceAll('/', ':')}.key`,
          caCertificateFile: `-${index}-${name.replaceAll('/', ':')}.pem`,
          filePrefix: `-proof ${index} ${name.replaceAll('/', ':')}`,
        };
        const newCA = {
          subject: { commonName: name, organization: name, locality: name },
          keyAlgorithm: 'EC_P384',
          validityDays: 30,
        } as const;
        const script = registrationScript(registrationSteps({ ...plan, ...names, newCA }));
        const { status, stderr } = runShell(script, folder);
        expect({ name, status, stderr: status === 0 ? '' : stderr }).toEqual({
          name,
          status: 0,
          stderr: '',
        });
        const ca = readPem(folder, names.caCertificateFile);
        expect(ca.subjectCommonName).toBe(name);
        expect([ca.isCA, ca.version, ca.key]).toEqual([
          true,
          3,
          { kind: 'ec', curve: 'secp384r1' },
        ]);
        const proof = readPem(folder, verificationCertificateFile(names.filePrefix));
        expect(proof.subjectCommonName).toBe(registrationCode);
        expect(proof.verifySignedBy(ca.publicKey)).toBe(true);
        expect(proof.issuerDigest).toBe(ca.subjectDigest);
      }
    });
  });

  testWithOpenssl('put every part of the name where it belongs, and no more parts', () =>
    inTemporaryFolder((folder) => {
      const subject = {
        commonName: 'Root/O=Evil+OU=Evil',
        organization: 'Kettle, Works',
        organizationalUnit: 'Unit "7"',
        locality: 'Ōtautahi',
        state: 'Canterbury',
        country: 'NZ',
      };
      const newCA = { subject, keyAlgorithm: 'RSA_2048', validityDays: 3 } as const;
      const steps = registrationSteps({ ...plan, certificateMode: 'SNI_ONLY', newCA });
      expect(runShell(registrationScript(steps), folder).status).toBe(0);
      const pem = readFileSync(path.join(folder, 'ca.pem'), 'utf8');
      expect(summarizeX509(pem)).toMatchObject({
        subject:
          'CN=Root/O=Evil\\+OU=Evil,OU=Unit \\"7\\",O=Kettle\\, Works,L=Ōtautahi,ST=Canterbury,C=NZ',
        keyAlgorithm: 'RSA',
        keySizeBits: 2048,
        isSelfSigned: true,
      });
    }),
  );

  testWithOpenssl('leave private keys to their owner, and never write over a key or a CA', () =>
    inTemporaryFolder((folder) => {
      const script = registrationScript(registrationSteps(plan));
      expect(runShell(`umask 022\n${script}`, folder).status).toBe(0);
      for (const name of ['ca.key', 'verification.key']) {
        expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
      }
      const before = readFileSync(path.join(folder, 'ca.key'), 'utf8');
      const again = runShell(script, folder);
      expect(again.status).not.toBe(0);
      expect(again.stderr).toContain('ca.key');
      expect(readFileSync(path.join(folder, 'ca.key'), 'utf8')).toBe(before);
    }),
  );

  testWithOpenssl('work with a CA that is there already, and touch neither file of it', () =>
    inTemporaryFolder((folder) => {
      runShell(
        registrationScript(registrationSteps({ ...plan, certificateMode: 'SNI_ONLY' })),
        folder,
      );
      expect(existsSync(path.join(folder, 'verification.pem'))).toBe(false);
      const files = ['ca.key', 'ca.pem'].map((name) => path.join(folder, name));
      const before = files.map((file) => readFileSync(file, 'utf8'));
      const steps = registrationSteps({ ...plan, newCA: undefined });
      expect(steps.flatMap(({ writes }) => writes)).not.toContain('ca.key');
      expect(runShell(registrationScript(steps), folder).status).toBe(0);
      expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
      const ca = readPem(folder, 'ca.pem');
      expect(readPem(folder, 'verification.pem').verifySignedBy(ca.publicKey)).toBe(true);
    }),
  );

  testWithOpenssl("do not depend on the machine's configuration of openssl", () =>
    inTemporaryFolder((folder) => {
      const config = path.join(folder, 'machine.cnf');
      writeFileSync(config, '[req]\ndistinguished_name = d\nx509_extensions = x\n[d]\n[x]\n');
      const script = registrationScript(registrationSteps(plan));
      expect(
        runShell(`OPENSSL_CONF=${shellQuote(config)}\nexport OPENSSL_CONF\n${script}`, folder)
          .status,
      ).toBe(0);
      expect(readPem(folder, 'ca.pem').isCA).toBe(true);
    }),
  );

  test('SNI_ONLY with a CA that is there has nothing to run', () => {
    const steps = registrationSteps({ ...plan, certificateMode: 'SNI_ONLY', newCA: undefined });
    expect(steps).toEqual([]);
    expect(registrationScript(steps)).toBe('');
  });

  test('each file that a step writes is one of the plan', () => {
    const written = registrationSteps(plan).flatMap(({ writes }) => writes);
    expect([...written].sort()).toEqual(planFiles(plan).sort());
  });
});

function readPem(folder: string, name: string) {
  const certificate = readCertificate(readFileSync(path.join(folder, name), 'utf8'));
  if (certificate.kind === 'unreadable') throw new Error(certificate.message);
  return certificate;
}
