import { connect } from 'node:net';
import fc from 'fast-check';

/** Pieces that have upset readers of text, of JSON, of GraphQL, of PEM or of HTTP. */
const PIECES: readonly string[] = [
  '',
  '\0',
  '\r\n',
  '\n\n',
  '"',
  '\\',
  '\\u0000',
  '\ud800',
  '\u{1F600}',
  '{',
  '}',
  '['.repeat(40),
  ']',
  ':',
  ',',
  '...',
  '@',
  '$',
  '"""',
  '#',
  '__proto__',
  'constructor',
  'null',
  '1e999',
  '-',
  '%00',
  '%',
  '../',
  ' ',
  '\t',
  'é',
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  '=',
  'A'.repeat(3000),
];

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    at: fc.nat({ max: 10_000 }),
    drop: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 60 })),
    put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6, unit: 'binary' })),
  }),
  { minLength: 1, maxLength: 3 },
);

/** One of the texts with one to three places cut out, filled or overwritten. */
export function spoilt(texts: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...texts), edits).map(([text, places]) =>
    places.reduce((spoiltSoFar, { at, drop, put }) => {
      const start = at % (spoiltSoFar.length + 1);
      return spoiltSoFar.slice(0, start) + put + spoiltSoFar.slice(start + drop);
    }, text),
  );
}

/** What a server answers on one connection to these bytes, after which nothing more comes. */
export function exchangeBytes(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.setTimeout(60_000, () =>
      socket.destroy(new Error('The server leaves a client waiting.')),
    );
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server may turn away before it has read all.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return;
      reject(error);
    });
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.end(bytes);
  });
}

/** The statuses of the answers on a connection. */
export function statusesIn(answers: string): number[] {
  return [...answers.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
}
