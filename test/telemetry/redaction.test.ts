import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forLog, valueForLog, withoutSecretTexts } from '../../src/redaction.ts';
import { makeCA, makePrivateKey } from '../support/pki.ts';

const REMOVED = '[removed: a secret]';
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE1';
const TOKEN = `IQoJb3JpZ2luX2VjEKz${'a1B2/c3D4+'.repeat(30)}==`;
const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.${'Ab1_'.repeat(60)}`;
const API_KEY = `iotgw_0123456789abcdef_${'Ab1-'.repeat(10)}xyz`;

describe('secrets known by their shape', () => {
  test.each([
    ['an access key id', ID],
    ['a temporary access key id', ID.replace('AKIA', 'ASIA')],
    ['a secret access key', SECRET],
    ['a session token', TOKEN],
    ['a JWT', JWT],
    ['a JWT that was cut', JWT.slice(0, 30)],
    ['an API key', API_KEY],
  ])('%s is taken out of any text', (_name, secret) => {
    for (const text of [secret, `it is ${secret} now`, `{"a":"${secret}","b":1}`, `(${secret})`]) {
      expect(withoutSecretTexts(text)).not.toContain(secret);
      expect(withoutSecretTexts(text)).toBe(text.replace(secret, REMOVED));
    }
  });

  test('credentials of headers and URLs are taken out', () => {
    expect(withoutSecretTexts('authorization: Bearer abcdefgh12345678')).not.toContain('abcdefgh');
    expect(withoutSecretTexts('Basic dXNlcjpwYXNzd29yZA==')).not.toContain('dXNlcjpw');
    expect(withoutSecretTexts('http://user:hunter2@host/')).toBe(`http://user:${REMOVED}@host/`);
    const signed = `AWS4-HMAC-SHA256 Credential=${ID}/20260101, Signature=${'a1'.repeat(32)}`;
    expect(withoutSecretTexts(signed)).not.toMatch(/(?:a1){8}|AKIA/);
  });

  test('a private key is taken out with all that follows it', () => {
    const privateKeyPem = String(makePrivateKey().export({ type: 'pkcs8', format: 'pem' }));
    expect(withoutSecretTexts(`before ${privateKeyPem} after`)).toMatch(/^before -*\[withheld/);
    const half = privateKeyPem.slice(0, 100);
    expect(forLog(`before ${half}`)).toBe(`before ${REMOVED}`);
  });
});

test.each([
  'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/my-template',
  'arn:aws:iam::123456789012:role/service-role/MyFleetProvisioningRole2',
  'f5d6a1f0c0b14a5d8a6c8c76b3a5f2d1e4c3b2a190817263544536271809abcd',
  '0f8fad5b-d9cb-469f-a165-70867728950e',
  'The quota of ListCACertificates leaves no call; try again in 300 ms.',
  'at Object.<anonymous> (/srv/gateway/node_modules/some-package/dist/index.js:12:34)',
])('%s is left as it is', (text) => {
  expect(withoutSecretTexts(text)).toBe(text);
  expect(forLog(text)).toBe(text);
});

describe('for a log', () => {
  test('every PEM block goes, whatever it is called, also with line ends written as \\n', () => {
    const certificatePem = makeCA().pem;
    expect(forLog(`a ${certificatePem}b`)).toBe(`a ${REMOVED}\nb`);
    const written = JSON.stringify(certificatePem);
    expect(forLog(written)).not.toMatch(/MII/);
  });

  test('values go whose name says what they are', () => {
    for (const text of ['password=hunter22', '"clientSecret": "hunter22"', 'x-api-key: hunter22']) {
      expect(forLog(text)).not.toContain('hunter22');
    }
  });

  test('long base64 goes, a long hash stays', () => {
    expect(forLog(`key ${'aB3/'.repeat(16)}`)).toBe(`key ${REMOVED}`);
    expect(forLog(`sha ${'ab12'.repeat(16)}`)).toBe(`sha ${'ab12'.repeat(16)}`);
  });

  test('names and values are looked at on every level', () => {
    const value = { [ID]: [{ text: SECRET }], count: 3, no: null };
    const clean = valueForLog(value);
    expect(JSON.stringify(clean)).not.toMatch(/AKIA|wJal/);
    expect(clean).toMatchObject({ count: 3, no: null });
  });
});

test('a secret between any texts does not come through', () => {
  const secrets = fc.constantFrom(ID, SECRET, TOKEN, JWT, API_KEY);
  const around = fc.string().filter((text) => !/[\w+/=:.-]$|^[\w+/=-]/.test(text));
  fc.assert(
    fc.property(around, secrets, around, (before, secret, after) => {
      expect(withoutSecretTexts(before + secret + after)).not.toContain(secret);
      expect(forLog(before + secret + after)).not.toContain(secret);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test.each([
  ['-eyJ'],
  ['IQoJb3JpZ2lu-'],
  ['-----BEGIN A'],
  ['-----BEGIN PRIVATE KEY'],
  ['password='],
  ['://a:'],
  ['Bearer '],
  ['a'],
  ['aB3+'],
  ['AKIA'],
  [' '],
])('a long text of %j is cut', (part) => {
  const text = part.repeat(Math.ceil(1_000_000 / part.length));
  expect(forLog(text).length).toBeLessThan(100_000);
});
