import { createPrivateKey } from 'node:crypto';
import { der, derChildren, derTag, derTime, readDer } from '../provisioning/der.ts';
import { certificatePem, signedCertificate } from '../provisioning/issueCertificate.ts';
import type { CertificateOutline } from '../provisioning/x509.ts';
import demo from './demo.json' with { type: 'json' };
import type { SeedDocument } from './parseSeed.ts';
import type { KnownOutlines } from './seedIssuers.ts';

const dayMs = 86_400_000;

/** What JSON makes of a value with dates. */
type Written<Value> = Value extends Date
  ? string
  : Value extends object
    ? { readonly [Key in keyof Value]: Written<Value[Key]> }
    : Value;

/**
 * The fleet that a control plane shows when nobody asked for another: the same ids at every start
 * on one day. The few CAs that "expire soon" are signed anew with their committed demo keys, to end
 * at the end of a day counted from `nowMs`. The file is what `parseSeed` gave when it was made; that
 * it still does is for a test to see, not for every start.
 */
export function demoSeed(nowMs: number): SeedDocument {
  const seed = demo.seed as Written<SeedDocument>;
  return {
    ...seed,
    templates: seed.templates.map((item) => ({
      ...withDates(item),
      versions: item.versions.map(withDates),
    })),
    caCertificates: seed.caCertificates.map((item, index) => ({
      ...withDates(item),
      certificatePem: currentPem(item.certificatePem, index, nowMs),
    })),
    certificates: seed.certificates.map(withDates),
  };
}

/** What the demo certificates say of themselves: to read it in them all took most of the seeding. */
export function demoOutlines(): KnownOutlines {
  const { caCertificates, certificates } = demo.seed;
  const items = [...caCertificates, ...certificates];
  const found = demo.outlines.map((outline, index) => [items[index]?.certificatePem, outline]);
  return new Map(found as [string, CertificateOutline][]);
}

interface WrittenDates {
  readonly creationDate?: string | undefined;
  readonly lastModifiedDate?: string | undefined;
}

function withDates<Item extends WrittenDates>({ creationDate, lastModifiedDate, ...item }: Item) {
  return {
    ...item,
    ...(creationDate && { creationDate: new Date(creationDate) }),
    ...(lastModifiedDate && { lastModifiedDate: new Date(lastModifiedDate) }),
  };
}

function currentPem(pem: string, index: number, nowMs: number): string {
  const expiring = demo.expiringSoon.find((other) => other.caCertificateIndex === index);
  if (expiring === undefined) return pem;
  const notAfterMs = (Math.floor(nowMs / dayMs) + expiring.daysLeft + 1) * dayMs - 1000;
  return resigned(pem, notAfterMs, expiring.demoOnlyPrivateKeyPem);
}

/** The same certificate with another end. RSA signatures of PKCS#1 v1.5 are the same every time. */
function resigned(pem: string, notAfterMs: number, privateKeyPem: string): string {
  const [tbs] = derChildren(readDer(derBytes(pem))) ?? [];
  const [version, serialNumber, algorithm, issuer, validity, ...rest] = derChildren(tbs) ?? [];
  const [notBefore] = derChildren(validity) ?? [];
  const before = [version, serialNumber, algorithm, issuer].map(rawBytes);
  const changed = der(
    derTag.sequence,
    ...before,
    der(derTag.sequence, rawBytes(notBefore), derTime(notAfterMs)),
    ...rest.map(rawBytes),
  );
  return certificatePem(signedCertificate(changed, createPrivateKey(privateKeyPem)));
}

function derBytes(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

function rawBytes(value: { readonly raw: Buffer } | undefined): Buffer {
  if (value === undefined) throw new TypeError('demo.json holds a certificate that is incomplete');
  return value.raw;
}
