import { createHash, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Readings } from '../../src/graph/readings.ts';
import { at, CACHED, type Harness, START_MS, startHarness } from '../support/harness.ts';
import { makeCA, makeLeaf, type TestCertificate } from '../support/pki.ts';

const DAY_MS = 24 * 3600_000;
const X509 =
  'x509 { subject issuer serialNumber fingerprint256 keyAlgorithm keySizeBits curve signatureAlgorithm isSelfSigned pathLength }';

describe('what a CA certificate says of itself', () => {
  let harness: Harness;
  let root: TestCertificate;
  beforeEach(async () => {
    harness = await startHarness({ seed: 'none' });
    root = makeCA({
      subject: [
        ['O', 'Kettle Works'],
        ['CN', 'Kettle "Root"'],
      ],
      key: 'rsa-2048',
      // Ten days and one second from now.
      notAfterMs: START_MS + 10 * DAY_MS + 1000,
      serialNumberHex: '0abc',
    });
  });
  afterEach(() => harness.close());

  /** Registers a CA and does not read it back; answers its id. */
  async function register({ pem, der }: TestCertificate): Promise<string> {
    const { data } = await harness.query(
      `mutation ($pem: String!) { registerCACertificate(input: { caCertificate: $pem, certificateMode: SNI_ONLY }) {
         userErrors { message } } }`,
      { pem },
    );
    expect(data).toEqual({ registerCACertificate: { userErrors: [] } });
    return createHash('sha256').update(der).digest('hex');
  }

  test('is read from its PEM, for one Describe', async () => {
    const certificateId = await register(root);
    const { data, bill, extensions } = await harness.billed(
      `query ($id: String!) { caCertificate(certificateId: $id) { ${X509} expiresInDays } }`,
      { id: certificateId },
    );
    expect(at(data, 'caCertificate')).toEqual({
      x509: {
        subject: 'CN=Kettle \\"Root\\",O=Kettle Works',
        issuer: 'CN=Kettle \\"Root\\",O=Kettle Works',
        serialNumber: '0ABC',
        fingerprint256: certificateId.toUpperCase().replace(/..(?=.)/g, '$&:'),
        keyAlgorithm: 'RSA',
        keySizeBits: 2048,
        curve: null,
        signatureAlgorithm: 'sha256WithRSAEncryption',
        isSelfSigned: true,
        pathLength: null,
      },
      expiresInDays: 10,
    });
    expect(bill).toEqual({ DescribeCACertificate: 1 });
    expect(extensions?.upstream.priced).toEqual({ min: 1, max: 1 });
  });

  test('is asked for once in the life of a CA; after that a list is enough', async () => {
    await register(root);
    await register(makeLeaf(root, { subject: [['CN', 'Line 3']], profile: 'ca' }));
    const query = '{ caCertificates { nodes { x509 { subject isSelfSigned } expiresInDays } } }';
    const first = await harness.billed(query, {}, CACHED);
    expect(first.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 2 });
    expect(at(first.data, 'caCertificates', 'nodes')).toEqual([
      { x509: { subject: 'CN=Line 3', isSelfSigned: false }, expiresInDays: expect.any(Number) },
      {
        x509: { subject: 'CN=Kettle \\"Root\\",O=Kettle Works', isSelfSigned: true },
        expiresInDays: 10,
      },
    ]);
    harness.clock.advance(60_000);
    const later = await harness.billed(query, {}, CACHED);
    expect(later.bill).toEqual({ ListCACertificates: 1 });
    expect(at(later.data, 'caCertificates', 'nodes', 1, 'x509')).toEqual(
      at(first.data, 'caCertificates', 'nodes', 1, 'x509'),
    );
  });

  test('is worked out once for a certificate, however often it is shown', async () => {
    await register(root);
    await register(makeCA({ subject: [['CN', 'Other']] }));
    const read = jest.spyOn(X509Certificate.prototype, 'publicKey', 'get');
    const verify = jest.spyOn(X509Certificate.prototype, 'verify');
    try {
      const shown = (alias: string) =>
        `${alias}: caCertificates { nodes { x509 { subject isSelfSigned } } }`;
      const aliased = (first: string, second: string) => `{ ${shown(first)} ${shown(second)} }`;
      for (const query of [aliased('a', 'b'), aliased('a', 'b'), aliased('c', 'd')]) {
        const { data } = await harness.query(query, {}, CACHED);
        expect(Object.values(data as object)).toHaveLength(2);
        expect(verify).toHaveBeenCalledTimes(2);
      }
      // Once for what it says, and once for its signature.
      expect(read).toHaveBeenCalledTimes(4);
    } finally {
      read.mockRestore();
      verify.mockRestore();
    }
  });

  test('the days are counted by the clock, compiled or not, and never remembered', async () => {
    const id = await register(root);
    const query = 'query ($id: String!) { caCertificate(certificateId: $id) { expiresInDays } }';
    const days = async () => {
      const { data, bill } = await harness.billed(query, { id }, CACHED);
      return [at(data, 'caCertificate', 'expiresInDays'), bill];
    };
    expect(await days()).toEqual([10, { DescribeCACertificate: 1 }]);
    // Plain, then compiled, over answers that are young enough all along.
    for (let again = 0; again < 3; again += 1) expect(await days()).toEqual([10, {}]);
    harness.clock.advance(2000);
    expect(await days()).toEqual([9, {}]);
    harness.clock.advance(10 * DAY_MS);
    expect((await days())[0]).toBe(-1);
  });

  test('an answer without the days is remembered', async () => {
    const id = await register(root);
    const query = `query ($id: String!) { caCertificate(certificateId: $id) { ${X509} } }`;
    await harness.query(query, { id }, CACHED);
    const { extensions } = await harness.query(query, { id }, CACHED);
    expect(extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
  });
});

describe('what was read out of texts', () => {
  const body = JSON.stringify({
    Parameters: {},
    Resources: { thing: { Type: 'AWS::IoT::Thing' } },
  });

  test('is the same object as long as it is kept', () => {
    const readings = new Readings(1024 * 1024);
    const { pem } = makeCA();
    expect(readings.x509(pem)).toBe(readings.x509(pem));
    expect(readings.x509('no certificate')).toBeUndefined();
    const [first, other] = [
      readings.findings(body, 'JITP'),
      readings.findings(body, 'FLEET_PROVISIONING'),
    ];
    expect(readings.findings(body, 'JITP')).toBe(first);
    expect(readings.findings(body, 'FLEET_PROVISIONING')).toBe(other);
  });

  test('takes no more memory than its bound', () => {
    const readings = new Readings(32 * 1024);
    for (let index = 0; index < 100; index += 1) {
      readings.findings(`${body}${' '.repeat(index)}`, 'JITP');
      expect(readings.bytes).toBeLessThanOrEqual(32 * 1024);
    }
    expect(readings.bytes).toBeGreaterThan(16 * 1024);
  });
});
