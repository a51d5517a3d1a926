/**
 * Makes src/controlplane/demo.json, the data the control plane starts with. Keys are new at every
 * run, so run it only to change the demo fleet:
 *   npx esbuild scripts/makeDemoSeed.ts --bundle --platform=node --format=esm | node --input-type=module
 *   npx biome format --write src/controlplane/demo.json
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseSeed } from '../src/controlplane/parseSeed.ts';
import {
  certificatePem,
  issueCertificate,
  type NamePart,
} from '../src/provisioning/issueCertificate.ts';
import { readCertificateOutline } from '../src/provisioning/x509.ts';
import {
  type DemoCA,
  type DemoDevice,
  type DemoKey,
  demoCAs,
  demoTemplates,
  provisioningRoleArn,
} from './demoFleet.ts';

const dayMs = 86_400_000;
const firstRegistrationMs = Date.UTC(2023, 2, 1, 8, 15, 0);
const registrationStepMs = 24.6 * dayMs;

interface MadeCA {
  readonly fleet: DemoCA;
  readonly privateKey: KeyObject;
  readonly creationDate: string;
  readonly pem: string;
  readonly certificateId: string;
}

function makeKey(kind: DemoKey): KeyObject {
  if (kind === 'ec-p256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (kind === 'ec-p384') return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) }).privateKey;
}

/** A positive serial number: the highest bit is zero. */
function serialNumberHex(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

function makeCA(fleet: DemoCA, index: number): MadeCA {
  const privateKey = makeKey(fleet.key);
  const certificate = issueCertificate({
    serialNumberHex: serialNumberHex(),
    issuer: fleet.subject,
    subject: fleet.subject,
    notBeforeMs: Date.parse(fleet.notBefore),
    notAfterMs: Date.parse(fleet.notAfter),
    publicKey: createPublicKey(privateKey),
    signingKey: privateKey,
    profile: 'ca',
  });
  const creationMs = firstRegistrationMs + Math.round((index * registrationStepMs) / 1000) * 1000;
  return {
    fleet,
    privateKey,
    creationDate: new Date(creationMs).toISOString(),
    pem: certificatePem(certificate),
    certificateId: createHash('sha256').update(certificate).digest('hex'),
  };
}

function caEntry(ca: MadeCA) {
  const { status, autoRegistrationStatus, certificateMode, registrationConfig, tags } = ca.fleet;
  return {
    certificatePem: ca.pem,
    status,
    autoRegistrationStatus,
    certificateMode,
    ...(registrationConfig && { registrationConfig }),
    creationDate: ca.creationDate,
    tags,
  };
}

function deviceEntry(ca: MadeCA, device: DemoDevice, index: number) {
  const organisation = ca.fleet.subject.filter(([attribute]) => attribute !== 'CN');
  const subject: readonly NamePart[] = [
    ...organisation,
    ['serialNumber', device.serialNumber],
    ['CN', device.commonName],
  ];
  const certificate = issueCertificate({
    serialNumberHex: serialNumberHex(),
    issuer: ca.fleet.subject,
    subject,
    notBeforeMs: Date.UTC(2023, 0, 15),
    notAfterMs: Date.UTC(2045, 0, 15),
    publicKey: createPublicKey(makeKey('ec-p256')),
    signingKey: ca.privateKey,
    profile: 'end-entity',
  });
  const creationMs = Date.parse(ca.creationDate) + (index + 1) * 3 * dayMs;
  return {
    certificatePem: certificatePem(certificate),
    // A CA that is signed anew has another id every day; the others are found without their keys.
    ...(ca.fleet.daysLeft === undefined && { caCertificateId: ca.certificateId }),
    status: device.status,
    creationDate: new Date(creationMs).toISOString(),
  };
}

/** What a start takes as read. */
function outlineOf({ certificatePem: pem }: { readonly certificatePem: string }) {
  const outline = readCertificateOutline(pem);
  if (outline === undefined) throw new TypeError('a certificate was made that cannot be read');
  const { certificateId, notBeforeMs, notAfterMs, subjectDigest, issuerDigest } = outline;
  return { certificateId, notBeforeMs, notAfterMs, subjectDigest, issuerDigest };
}

const cas = demoCAs.map(makeCA);
const seed = parseSeed({
  registrationCode: randomBytes(32).toString('hex'),
  templates: demoTemplates.map(({ versions, ...template }) => ({
    ...template,
    provisioningRoleArn,
    lastModifiedDate: new Date(
      Date.parse(template.creationDate) + (versions.length - 1) * 60 * dayMs,
    ).toISOString(),
    versions: versions.map((templateBody, index) => ({
      templateBody,
      creationDate: new Date(Date.parse(template.creationDate) + index * 60 * dayMs).toISOString(),
    })),
  })),
  caCertificates: cas.map(caEntry),
  certificates: cas.flatMap((ca) =>
    ca.fleet.devices.map((device, index) => deviceEntry(ca, device, index)),
  ),
});
const demo = {
  about:
    'Demo data of the local control plane, made by scripts/makeDemoSeed.ts. The private keys are public: never trust a certificate they signed.',
  seed,
  outlines: [...seed.caCertificates, ...seed.certificates].map(outlineOf),
  expiringSoon: cas.flatMap((ca, index) =>
    ca.fleet.daysLeft === undefined
      ? []
      : [
          {
            caCertificateIndex: index,
            daysLeft: ca.fleet.daysLeft,
            demoOnlyPrivateKeyPem: ca.privateKey
              .export({ type: 'pkcs8', format: 'pem' })
              .toString(),
          },
        ],
  ),
};
writeFileSync('src/controlplane/demo.json', `${JSON.stringify(demo, null, 2)}\n`);
