import { createPrivateKey } from 'node:crypto';
import { der, derChildren, derTag, derTime, readDer } from '../provisioning/der.ts';
import { certificatePem, signedCertificate } from '../provisioning/issueCertificate.ts';
import demo from './demo.json' with { type: 'json' };
import { parseSeed } from './seed.ts';
import type { SeedDocument } from './seedFormat.ts';

const dayMs = 86_400_000;

/**
 * The fleet that a control plane shows when nobody asked for another: the same ids at every start
 * on one day. The few CAs that "expire soon" are signed anew with their committed demo keys, to end
 * at the end of a day counted from `nowMs`.
 */
export function demoSeed(nowMs: number): SeedDocument {
  const caCertificates = demo.seed.caCertificates.map((item, index) => {
    const expiring = demo.expiringSoon.find((other) => other.caCertificateIndex === index);
    if (expiring === undefined) return item;
    const notAfterMs = (Math.floor(nowMs / dayMs) + expiring.daysLeft + 1) * dayMs - 1000;
    const pem = resigned(item.certificatePem, notAfterMs, expiring.demoOnlyPrivateKeyPem);
    return { ...item, certificatePem: pem };
  });
  return parseSeed({ ...demo.seed, caCertificates });
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
