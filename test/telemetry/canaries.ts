import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { makeCA } from '../support/pki.ts';

/** A secret made for one test, and the part of it that must not be found anywhere. */
export interface Canary {
  readonly name: string;
  readonly text: string;
  readonly mark: string;
}

const letters = (count: number): string => {
  let text = '';
  while (text.length < count)
    text += randomBytes(256)
      .toString('base64')
      .replace(/[^A-Za-z0-9]/g, '');
  return text.slice(0, count);
};

function whole(name: string, text: string): Canary {
  return { name, text, mark: text.slice(-16) };
}

/** A PEM; of its base64 a part in the middle. */
function pem(name: string, text: string): Canary {
  const base64 = text.split('\n').filter((line) => !line.startsWith('-----'));
  const line = base64[Math.floor(base64.length / 2)] ?? '';
  return { name, text, mark: line.slice(8, 32) };
}

const encodings = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;

/** One of each kind of secret that comes near the gateway. */
export function makeCanaries(): readonly Canary[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, ...encodings, publicKeyEncoding });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256', ...encodings, publicKeyEncoding });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = `${part({ alg: 'RS256' })}.${part({ sub: letters(12) })}.${letters(342)}`;
  return [
    whole('AWS access key id', `ASIA${letters(16).toUpperCase()}`),
    whole('AWS secret access key', `a0B1${letters(10)}/c2D3+${letters(20)}`),
    whole('AWS secret access key of letters', `e4F5${letters(36)}`),
    whole('AWS session token', `IQoJb3JpZ2luX2VjE${letters(400)}==`),
    whole('JWT', jwt),
    whole('API key', `iotgw_${randomBytes(8).toString('hex')}_${letters(43)}`),
    pem('RSA private key', rsa.privateKey),
    pem('EC private key', ec.privateKey),
    pem('PEM of a certificate', makeCA().pem),
  ];
}

/** Which of the canaries a text holds, by name. */
export function found(canaries: readonly Canary[], text: string): readonly string[] {
  // As it stands, and with what JSON and URLs make of it.
  const forms = [text, text.replaceAll('\\n', '\n').replaceAll('\\/', '/')];
  const isIn = (mark: string): boolean =>
    forms.some((form) => form.includes(mark) || form.includes(encodeURIComponent(mark)));
  return canaries.filter(({ mark }) => isIn(mark)).map(({ name }) => name);
}
