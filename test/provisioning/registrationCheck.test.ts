import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  getRegistrationCode,
  registerCACertificate,
} from '../../src/controlplane/caCertificates.ts';
import { contextTag, der, derChildren, derTag, readDer } from '../../src/provisioning/der.ts';
import { certificatePem, signedCertificate } from '../../src/provisioning/issueCertificate.ts';
import {
  checkRegistration,
  needsRegistrationCode,
  type RegistrationFinding,
  type RegistrationRequest,
  readRegistration,
} from '../../src/provisioning/registrationCheck.ts';
import { maxPemCharacters } from '../../src/provisioning/x509.ts';
import { holdsPrivateKey, withoutPrivateKey } from '../../src/provisioning/x509Pem.ts';
import { hostilePems, malformedPems } from '../support/hostilePems.ts';
import { makeCA, makeLeaf, type TestCertificate, testEpochMs } from '../support/pki.ts';
import { TestRealm } from '../support/realm.ts';

const DAY_MS = 24 * 3600_000;

let realm: TestRealm;
let registrationCode: string;
let ca: TestCertificate;
beforeAll(async () => {
  realm = await TestRealm.open();
  registrationCode = (await realm.run(getRegistrationCode, {})).registrationCode ?? '';
  ca = makeCA({ subject: [['CN', 'Root']] });
});

const proofBy = (signer: TestCertificate, commonName = registrationCode) =>
  makeLeaf(signer, { subject: [['CN', commonName]] });

function check(request: Partial<RegistrationRequest>): RegistrationFinding[] {
  const read = readRegistration({
    caCertificate: ca.pem,
    verificationCertificate: undefined,
    certificateMode: 'SNI_ONLY',
    ...request,
  });
  return checkRegistration(read, { nowMs: testEpochMs, registrationCode });
}

/** The code of the exception with which the control plane refuses; undefined when it does not. */
async function refusalOf(request: Partial<RegistrationRequest>): Promise<string | undefined> {
  const input = { caCertificate: ca.pem, certificateMode: 'SNI_ONLY', ...request } as const;
  try {
    await realm.run(registerCACertificate, input);
    return undefined;
  } catch (error) {
    // It has judged the certificates by then.
    const { name } = error as Error;
    return /^(ResourceAlreadyExists|LimitExceeded)Exception$/.test(name) ? undefined : name;
  }
}

const EXCEPTIONS: Readonly<Partial<Record<RegistrationFinding['code'], string>>> = {
  VERIFICATION_CERTIFICATE_NEEDED: 'InvalidRequestException',
  VERIFICATION_CERTIFICATE_NOT_ALLOWED: 'InvalidRequestException',
  REGISTRATION_CODE_MISMATCH: 'RegistrationCodeValidationException',
};

/** Holds the check against the control plane: the first error is what the plane refuses with. */
async function expectAgreement(
  request: Partial<RegistrationRequest>,
): Promise<RegistrationFinding[]> {
  const findings = check(request);
  const [first] = findings.filter(({ severity }) => severity === 'ERROR');
  expect(await refusalOf(request)).toBe(
    first && (EXCEPTIONS[first.code] ?? 'CertificateValidationException'),
  );
  return findings;
}

const codesOf = (findings: readonly RegistrationFinding[]) => findings.map(({ code }) => code);

/** What is wrong, and all that the check says about it; the plane judges each of them too. */
const CASES: ReadonlyArray<
  readonly [name: string, request: () => Partial<RegistrationRequest>, codes: readonly string[]]
> = [
  ['nothing, in SNI_ONLY mode', () => ({}), []],
  ['nothing, in DEFAULT mode', () => inDefault(proofBy(ca)), []],
  [
    'DEFAULT without proof',
    () => ({ certificateMode: 'DEFAULT' }),
    ['VERIFICATION_CERTIFICATE_NEEDED'],
  ],
  [
    'SNI_ONLY with proof',
    () => ({ verificationCertificate: proofBy(ca).pem }),
    ['VERIFICATION_CERTIFICATE_NOT_ALLOWED'],
  ],
  ['CA:FALSE', () => of(makeCA({ profile: 'end-entity' })), ['NOT_A_CA']],
  ['version 1', () => of(makeCA({ profile: 'version-1' })), ['NOT_A_CA', 'NOT_VERSION_3']],
  [
    'version 1 with extensions',
    () => ({ caCertificate: withoutVersion(makeCA()) }),
    ['NOT_VERSION_3'],
  ],
  ['RSA-1024', () => of(makeCA({ key: 'rsa-1024' })), ['KEY_NOT_ACCEPTED']],
  ['Ed25519', () => of(makeCA({ key: 'ed25519' })), ['KEY_NOT_ACCEPTED']],
  ['secp256k1', () => of(makeCA({ key: 'ec-k256' })), ['KEY_NOT_ACCEPTED']],
  ['RSA-2048', () => of(makeCA({ key: 'rsa-2048' })), []],
  ['P-384', () => of(makeCA({ key: 'ec-p384' })), []],
  ['expired', () => of(makeCA({ notAfterMs: testEpochMs - 1000 })), ['OUTSIDE_VALIDITY']],
  ['not valid yet', () => of(makeCA({ notBeforeMs: testEpochMs + 1000 })), ['OUTSIDE_VALIDITY']],
  ['valid from this second on', () => of(makeCA({ notBeforeMs: testEpochMs })), []],
  [
    'in its last second',
    () => of(makeCA({ notAfterMs: testEpochMs })),
    ['CA_CERTIFICATE_EXPIRES_SOON'],
  ],
  [
    '29 days left',
    () => of(makeCA({ notAfterMs: testEpochMs + 29 * DAY_MS })),
    ['CA_CERTIFICATE_EXPIRES_SOON'],
  ],
  ['30 days left', () => of(makeCA({ notAfterMs: testEpochMs + 30 * DAY_MS })), []],
  [
    'all at once',
    () => of(makeCA({ profile: 'version-1', key: 'rsa-1024', notAfterMs: testEpochMs - 1000 })),
    ['NOT_A_CA', 'NOT_VERSION_3', 'KEY_NOT_ACCEPTED', 'OUTSIDE_VALIDITY'],
  ],
  ['a bundle', () => ({ caCertificate: ca.pem + makeCA().pem }), ['MORE_THAN_ONE_CERTIFICATE']],
  [
    'a bundle that begins with a device',
    () => ({ caCertificate: proofBy(ca).pem + ca.pem }),
    ['MORE_THAN_ONE_CERTIFICATE', 'NOT_A_CA'],
  ],
  ['Windows line ends', () => ({ caCertificate: ca.pem.replaceAll('\n', '\r\n') }), []],
  ['text around', () => ({ caCertificate: `subject=CN = Root\n${ca.pem}the end` }), []],
  ['lost newlines', () => ({ caCertificate: ca.pem.replaceAll('\n', '') }), ['PEM_UNREADABLE']],
  [
    'newlines as \\n',
    () => ({ caCertificate: ca.pem.replaceAll('\n', '\\n') }),
    ['PEM_UNREADABLE'],
  ],
  ['no certificate', () => ({ caCertificate: 'x' }), ['PEM_UNREADABLE']],
  [
    'the public key',
    () => ({ caCertificate: ca.publicKey.export({ type: 'spki', format: 'pem' }).toString() }),
    ['PEM_UNREADABLE'],
  ],
  [
    'proof that is no certificate',
    () => ({ ...inDefault(ca), verificationCertificate: 'x' }),
    ['PEM_UNREADABLE'],
  ],
  [
    'proof by another key of the same name',
    () => inDefault(proofBy(makeCA({ subject: ca.subject }))),
    ['NOT_SIGNED_BY_CA'],
  ],
  [
    'proof with another name',
    () => inDefault(proofBy(ca, 'device')),
    ['REGISTRATION_CODE_MISMATCH'],
  ],
  [
    'proof with an old code',
    () => inDefault(proofBy(ca, 'ab'.repeat(32))),
    ['REGISTRATION_CODE_MISMATCH'],
  ],
  [
    'the code in upper case',
    () => inDefault(proofBy(ca, registrationCode.toUpperCase())),
    ['REGISTRATION_CODE_MISMATCH'],
  ],
  [
    'proof without a common name',
    () => inDefault(makeLeaf(ca, { subject: [['O', registrationCode]] })),
    ['REGISTRATION_CODE_MISMATCH'],
  ],
  [
    'proof with the wrong key and the wrong name',
    () => inDefault(proofBy(makeCA(), 'device')),
    ['NOT_SIGNED_BY_CA', 'REGISTRATION_CODE_MISMATCH'],
  ],
  ['the CA as its own proof', () => inDefault(ca), ['REGISTRATION_CODE_MISMATCH']],
  [
    'proof out of its dates',
    () =>
      inDefault(makeLeaf(ca, { subject: [['CN', registrationCode]], notAfterMs: testEpochMs - 1 })),
    ['VERIFICATION_CERTIFICATE_OUTSIDE_VALIDITY'],
  ],
  [
    "proof with the CA's own key",
    () =>
      inDefault(makeLeaf(ca, { subject: [['CN', registrationCode]], privateKey: ca.privateKey })),
    [],
  ],
  [
    'proof of version 1',
    () => inDefault(makeLeaf(ca, { subject: [['CN', registrationCode]], profile: 'version-1' })),
    [],
  ],
  [
    'a weak CA and the wrong name',
    () => {
      const weak = makeCA({ key: 'rsa-1024' });
      return { ...inDefault(proofBy(weak, 'device')), caCertificate: weak.pem };
    },
    ['KEY_NOT_ACCEPTED', 'REGISTRATION_CODE_MISMATCH'],
  ],
];

function of({ pem }: TestCertificate): Partial<RegistrationRequest> {
  return { caCertificate: pem };
}

function inDefault({ pem }: TestCertificate): Partial<RegistrationRequest> {
  return { certificateMode: 'DEFAULT', verificationCertificate: pem };
}

/** The same CA, signed again, its extensions kept and its version left out. */
function withoutVersion({ der: bytes, privateKey }: TestCertificate): string {
  const [tbs] = derChildren(readDer(bytes)) ?? [];
  const fields = (derChildren(tbs) ?? []).filter(({ tag }) => tag !== contextTag(0));
  const changed = der(derTag.sequence, ...fields.map(({ raw }) => raw));
  return certificatePem(signedCertificate(changed, privateKey));
}

describe('the check and the control plane agree', () => {
  test.each(CASES)('%s', async (_name, request, codes) => {
    const findings = await expectAgreement(request());
    expect(codesOf(findings)).toEqual(codes);
    for (const { message, fix } of findings) {
      expect([message.length, fix.length].every((length) => length > 10)).toBe(true);
    }
  });
});

describe('what the check says', () => {
  test('a common name that is not the code is told with the code', () => {
    const [finding] = check(inDefault(proofBy(ca, 'device')));
    expect(finding?.fix).toContain(registrationCode);
    const [own] = check(inDefault(ca));
    expect(own?.fix).toMatch(/CA certificate itself/);
  });

  test('what was sent in place of a certificate is named', () => {
    const [request] = check({
      caCertificate:
        '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n',
    });
    expect(request?.fix).toMatch(/certificate request/);
  });

  test('the code is asked for only where it decides', () => {
    const needs = (request: Partial<RegistrationRequest>) =>
      needsRegistrationCode(
        readRegistration({
          caCertificate: ca.pem,
          verificationCertificate: undefined,
          certificateMode: 'SNI_ONLY',
          ...request,
        }),
      );
    expect(needs(inDefault(proofBy(ca)))).toBe(true);
    expect(needs(inDefault(proofBy(ca, 'AB'.repeat(32))))).toBe(true);
    expect(needs(inDefault(proofBy(ca, 'device')))).toBe(false);
    expect(needs({ certificateMode: 'DEFAULT' })).toBe(false);
    expect(needs({ verificationCertificate: proofBy(ca).pem })).toBe(false);
    expect(needs({ ...inDefault(proofBy(ca)), caCertificate: 'x' })).toBe(false);
  });

  test('a code that is unknown leaves the common name to AWS, and nothing else', () => {
    const judge = (proof: TestCertificate) =>
      codesOf(
        checkRegistration(
          readRegistration({
            caCertificate: ca.pem,
            verificationCertificate: proof.pem,
            certificateMode: 'DEFAULT',
          }),
          { nowMs: testEpochMs, registrationCode: { kind: 'unknown' } },
        ),
      );
    expect(judge(proofBy(ca, 'ab'.repeat(32)))).toEqual([]);
    expect(judge(proofBy(makeCA()))).toEqual(['NOT_SIGNED_BY_CA']);
  });

  test('the length is looked at first', () => {
    const begin = '-----BEGIN CERTIFICATE-----\n';
    const long = begin + 'A'.repeat(maxPemCharacters);
    for (const caCertificate of ['', long, `${ca.pem}${' '.repeat(maxPemCharacters)}`]) {
      expect(codesOf(check({ caCertificate }))).toEqual(['PEM_LENGTH']);
    }
  });
});

describe('a private key', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x' };
  const pkcs8 = ec.export({ type: 'pkcs8', format: 'pem' }).toString();
  const base64 = (der: Buffer) => der.toString('base64');
  const keys: ReadonlyArray<readonly [name: string, text: string]> = [
    ['PKCS #8', pkcs8],
    ['PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['SEC1', ec.export({ type: 'sec1', format: 'pem' }).toString()],
    ['encrypted', ec.export({ type: 'pkcs8', format: 'pem', ...encrypted }).toString()],
    ['old encrypted', rsa.export({ type: 'pkcs1', format: 'pem', ...encrypted }).toString()],
    ['OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbg==\n-----END OPENSSH PRIVATE KEY-----'],
    ['PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----'],
    ['lost newlines', pkcs8.replaceAll('\n', '')],
    ['newlines as \\n', pkcs8.replaceAll('\n', '\\n')],
    ['Windows line ends', pkcs8.replaceAll('\n', '\r\n')],
    ['the first half', pkcs8.slice(0, 90)],
    ['the second half', pkcs8.slice(90)],
    ['dashes made longer by an editor', pkcs8.replaceAll('-----', '—')],
    ['under the label of a certificate', pkcs8.replaceAll('PRIVATE KEY', 'CERTIFICATE')],
    ['under another label', pkcs8.replaceAll('PRIVATE KEY', 'SECRET')],
    ['bare PKCS #8', base64(rsa.export({ type: 'pkcs8', format: 'der' }))],
    ['bare PKCS #1', base64(rsa.export({ type: 'pkcs1', format: 'der' }))],
    [
      'bare SEC1 in lines',
      base64(ec.export({ type: 'sec1', format: 'der' })).replace(/.{64}/g, '$&\n'),
    ],
    ['bare and encrypted', base64(ec.export({ type: 'pkcs8', format: 'der', ...encrypted }))],
  ];

  test.each(keys)('%s is refused alone, before and behind a certificate', (_name, text) => {
    const isBare = !text.includes('-----') && !text.includes('—');
    const texts = isBare ? [text] : [text, `${text}\n${ca.pem}`, `${ca.pem}${text}`];
    for (const pem of texts) {
      const asCA = check({ caCertificate: pem });
      const asProof = check({ certificateMode: 'DEFAULT', verificationCertificate: pem });
      expect([codesOf(asCA), codesOf(asProof)]).toEqual([
        ['PRIVATE_KEY_REFUSED'],
        ['PRIVATE_KEY_REFUSED'],
      ]);
      const secret = text.replace(/[^A-Za-z0-9+/]/g, '').slice(40, 60);
      expect(JSON.stringify([asCA, asProof])).not.toContain(secret);
    }
  });

  test('neither a certificate nor a public key is taken for one', () => {
    const publicKeys = [
      ca.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      makeCA({ key: 'rsa-2048' }).publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      ca.der.toString('base64'),
    ];
    for (const text of [...publicKeys, makeCA({ profile: 'version-1' }).pem]) {
      expect(codesOf(check({ caCertificate: text }))).not.toContain('PRIVATE_KEY_REFUSED');
    }
  });

  test('is found in any text, and cut out of it', () => {
    expect(holdsPrivateKey(`{"a":${JSON.stringify(pkcs8)}}`)).toBe(true);
    expect(holdsPrivateKey('The private key stays where it is.')).toBe(false);
    expect(withoutPrivateKey('all is well')).toBe('all is well');
    expect(withoutPrivateKey(`Value ${JSON.stringify(pkcs8)} is no enum`)).toBe(
      'Value "-----[withheld: it held a private key]',
    );
    expect(withoutPrivateKey(pkcs8.slice(90))).toBe('[withheld: it held a private key]');
  });
});

describe('malformed PEMs', () => {
  test('are each answered alike by check and control plane, with a field', async () => {
    const pems = [...malformedPems(ca), ...hostilePems.map(({ make }) => make(maxPemCharacters))];
    expect(pems.length).toBeGreaterThan(200);
    for (const pem of pems) {
      for (const request of [
        { caCertificate: pem },
        { certificateMode: 'DEFAULT', verificationCertificate: pem } as const,
      ]) {
        const field = 'caCertificate' in request ? 'caCertificate' : 'verificationCertificate';
        const findings = check(request);
        for (const finding of findings) expect(finding.field).toBe(field);
        const isOurs = codesOf(findings).some((code) =>
          /^(PRIVATE_KEY_REFUSED|PEM_LENGTH)$/.test(code),
        );
        if (!isOurs) await expectAgreement(request);
      }
    }
  });
});
