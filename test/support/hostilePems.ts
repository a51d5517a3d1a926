import fc from 'fast-check';
import type { TestCertificate } from './pki.ts';

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/** A text where a PEM belongs, made to take a careless reader long. */
export interface HostilePem {
  readonly name: string;
  /** The text, of about so many characters. */
  make(characters: number): string;
}

const filled = (part: string, before = '', after = ''): HostilePem['make'] => {
  return (characters) => {
    const room = Math.max(0, characters - before.length - after.length);
    return before + part.repeat(Math.ceil(room / part.length)).slice(0, room) + after;
  };
};

const framed = (bytesOf: (length: number) => Buffer): HostilePem['make'] => {
  const around = frame(Buffer.alloc(0)).length;
  return (characters) => frame(bytesOf(Math.floor(((characters - around) * 3) / 4)));
};

/** Each costs more than its length where a reader looks ahead, looks back, or trusts a length. */
export const hostilePems: readonly HostilePem[] = [
  { name: 'BEGIN lines', make: filled(`${begin}\n`) },
  { name: 'BEGIN lines in mid-line', make: filled(`x${begin}`) },
  { name: 'BEGIN lines and one END line', make: filled(`${begin}\n`, '', end) },
  { name: 'END lines', make: filled(`\n${end}`) },
  { name: 'END lines before BEGIN lines', make: filled(`${begin}\n`, `${end}\n`.repeat(1000)) },
  { name: 'pairs of BEGIN and END', make: filled(`${begin}\n${end}\n`) },
  { name: 'a BEGIN line that does not end', make: filled('CERTIFICATE ', '-----BEGIN ') },
  { name: 'carriage returns and dashes in turn', make: filled('\r-----BEGIN ') },
  { name: 'BEGIN lines of private keys', make: filled('-----BEGIN PRIVATE KEY-----') },
  { name: 'almost BEGIN lines of private keys', make: filled('BEGIN A A A A A A PRIVATE KE') },
  { name: 'headers of encrypted PEM', make: filled('Proc-Type: 4,ENCRYPTED\n', `${begin}\n`, end) },
  { name: 'dashes', make: filled('-') },
  { name: 'spaces in a frame', make: filled(' ', begin, end) },
  { name: 'newlines in a frame', make: filled('\n', begin, end) },
  { name: 'newlines without an END line', make: filled('\n', begin) },
  { name: 'padding in a frame', make: filled('=', `${begin}\n`, `\n${end}`) },
  { name: 'base64 in a frame', make: filled('MIIB', `${begin}\n`, `\n${end}`) },
  { name: 'NULs', make: filled('\0') },
  { name: 'zero bytes as DER', make: framed((length) => Buffer.alloc(length)) },
  { name: 'headers of sequences', make: framed((length) => Buffer.alloc(length, 0x30)) },
  { name: 'sequences in sequences', make: framed((length) => nestedDer(length >> 2)) },
  {
    name: 'DER that says it is 4 GiB long',
    make: framed((length) =>
      Buffer.concat([Buffer.from('3084ffffffff', 'hex'), Buffer.alloc(length - 6)]),
    ),
  },
];

export function frame(bytes: Buffer): string {
  return `${begin}\n${bytes.toString('base64')}\n${end}\n`;
}

/** Sequences inside sequences. */
function nestedDer(depth: number): Buffer {
  const headers: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < depth; level += 1) {
    const header =
      length < 0x80
        ? Buffer.from([0x30, length])
        : length < 0x10000
          ? Buffer.from([0x30, 0x82, length >> 8, length & 0xff])
          : Buffer.from([0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]);
    headers.push(header);
    length += header.length;
  }
  return Buffer.concat(headers.reverse());
}

/** The PEM of a certificate broken in some 250 ways, by hand and by chance; the same each time. */
export function malformedPems(ca: TestCertificate): readonly string[] {
  const spot = fc.nat({ max: ca.pem.length - 1 });
  const change = fc.oneof(
    fc.tuple(spot, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })).map(
      ([index, text]) =>
        (pem: string) =>
          pem.slice(0, index) + text + pem.slice(index + 1),
    ),
    fc.tuple(spot, spot).map(
      ([a, b]) =>
        (pem: string) =>
          pem.slice(Math.min(a, b), Math.max(a, b)),
    ),
    fc.tuple(spot, spot).map(
      ([a, b]) =>
        (pem: string) =>
          pem.slice(0, a) + pem.slice(b),
    ),
    fc
      .tuple(fc.nat({ max: ca.der.length - 1 }), fc.integer({ min: 1, max: 255 }))
      .map(([index, mask]) => () => {
        const bytes = Buffer.from(ca.der);
        bytes.writeUInt8(bytes.readUInt8(index) ^ mask, index);
        return frame(bytes);
      }),
  );
  const byChance = fc.sample(fc.array(change, { minLength: 1, maxLength: 3 }), {
    seed: 20260101,
    numRuns: 200,
  });
  return [
    ...brokenByHand(ca),
    ...byChance.map((changes) => changes.reduce((pem, each) => each(pem), ca.pem)),
  ];
}

function brokenByHand(ca: TestCertificate): string[] {
  return [
    ' ',
    '\n',
    '\0',
    begin,
    end,
    `${begin}\n${end}\n`,
    `${begin}\n\n\n${end}\n`,
    `${begin}\n=\n${end}`,
    `${begin}\n====\n${end}`,
    `${begin}\nAA==\n${end}`,
    frame(Buffer.alloc(0)),
    frame(Buffer.from('30', 'hex')),
    frame(Buffer.from('3000', 'hex')),
    frame(Buffer.from('30030201ff', 'hex')),
    frame(Buffer.from('3084ffffffff', 'hex')),
    frame(Buffer.concat([ca.der, Buffer.from('more')])),
    frame(ca.der.subarray(0, -1)),
    frame(ca.der.subarray(1)),
    ca.pem.replace(end, ''),
    ca.pem.replace(begin, ''),
    ca.pem.replace(begin, begin.toLowerCase()),
    ca.pem.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'),
    ca.pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
    ca.pem.replaceAll('-----', '----'),
    ca.pem.replaceAll('\n', ' '),
    ca.pem.replaceAll('\n', '\r'),
    ca.pem.replaceAll('\n', '\u2028'),
    ca.pem.replace(/\n/, ''),
    ca.pem.replace(/M/, '\u00a0M'),
    ca.pem.replace(/M/, '-'),
    `\ufeff${ca.pem}`,
    ` ${ca.pem}`,
    `> ${ca.pem.replaceAll('\n', '\n> ')}`,
    encodeURIComponent(ca.pem),
    Buffer.from(ca.pem).toString('base64'),
    ca.der.toString('base64'),
    ca.der.toString('latin1'),
    JSON.stringify({ pem: ca.pem }),
    '\u{1f510}'.repeat(30_000),
  ];
}
