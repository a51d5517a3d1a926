import { connect, type Socket } from 'node:net';

/** An answer as it stood on the socket. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; of a header that came twice, both values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which every byte is the test's own. */
export interface RawClient {
  readonly socket: Socket;
  /** All that has come. */
  received(): string;
  write(bytes: string | Buffer): void;
  /** Resolves when the gateway has closed it, with the answers that came. */
  closed(): Promise<readonly RawAnswer[]>;
  /** Resolves with the answers once there are so many. */
  answers(count: number): Promise<readonly RawAnswer[]>;
}

interface Whole {
  readonly body: string;
  /** What it takes on the socket. */
  readonly length: number;
}

function readLength(text: string, given = '0'): Whole | undefined {
  const length = Number(given);
  return text.length < length ? undefined : { body: text.slice(0, length), length };
}

function readChunks(text: string): Whole | undefined {
  let body = '';
  let here = 0;
  for (;;) {
    const end = text.indexOf('\r\n', here);
    if (end < 0) return undefined;
    const size = Number.parseInt(text.slice(here, end), 16);
    here = end + 2 + size + 2;
    if (text.length < here) return undefined;
    if (size === 0) return { body, length: here };
    body += text.slice(end + 2, end + 2 + size);
  }
}

/** The answers in what came; one that is not whole is left out. */
export function parseAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
    const [line = '', ...fields] = rest.slice(0, end).split('\r\n');
    const headers: Record<string, string> = {};
    for (const field of fields) {
      const colon = field.indexOf(':');
      const name = field.slice(0, colon).toLowerCase();
      const value = field.slice(colon + 1).trim();
      headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
    }
    const after = rest.slice(end + 4);
    const isChunked = headers['transfer-encoding'] === 'chunked';
    const whole = isChunked ? readChunks(after) : readLength(after, headers['content-length']);
    if (whole === undefined) break;
    const status = Number(line.split(' ')[1]);
    if (status !== 100) answers.push({ status, headers, body: whole.body });
    rest = after.slice(whole.length);
  }
  return answers;
}

/** Connects to the gateway; a reset counts as closed. */
export function openRaw(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  return rawClient(connect(Number(port), hostname));
}

/** Wraps a socket that connects. */
export async function rawClient(socket: Socket): Promise<RawClient> {
  let text = '';
  let isClosed = false;
  let changed = (): void => undefined;
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  // Latin-1: one character for each byte, as Content-Length counts.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    changed();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    changed();
  });
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.once('secureConnect', () => resolve());
    socket.once('connect', () => {
      if (!('encrypted' in socket)) resolve();
    });
  });
  return {
    socket,
    received: () => text,
    write: (bytes) => {
      socket.write(bytes);
    },
    async closed() {
      await until(() => isClosed);
      return parseAnswers(text);
    },
    async answers(count) {
      await until(() => isClosed || parseAnswers(text).length >= count);
      return parseAnswers(text);
    },
  };
}

/** Sends bytes on a connection of their own and reads until it is closed. */
export async function exchange(url: string, bytes: string | Buffer): Promise<readonly RawAnswer[]> {
  const client = await openRaw(url);
  client.write(bytes);
  return client.closed();
}

/** The text of a request to a gateway that listens at `url`. */
export function requestText(
  url: string,
  line: string,
  headers: ReadonlyArray<readonly [string, string]> = [],
  body = '',
): string {
  const fields = [['host', new URL(url).host] as const, ...headers];
  return `${line} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** The text of a POST of JSON to /graphql. */
export function postText(
  url: string,
  body: string,
  headers: ReadonlyArray<readonly [string, string]> = [],
): string {
  return requestText(
    url,
    'POST /graphql',
    [
      ['content-type', 'application/json'],
      ['content-length', String(Buffer.byteLength(body))],
      ...headers,
    ],
    body,
  );
}

/** The code of an answer that refuses the request. */
export function codeOf({ body }: Pick<RawAnswer, 'body'>): unknown {
  return JSON.parse(body).errors?.[0]?.extensions?.code;
}

/** What every refusal of the API looks like, and its code. */
export function refusalIn(answer: RawAnswer | undefined) {
  const { status, headers, body } = answer ?? { status: 0, headers: {}, body: '{}' };
  const [error] = JSON.parse(body).errors ?? [];
  return {
    status,
    type: headers['content-type'],
    sniffing: headers['x-content-type-options'],
    banner: headers.server ?? headers['x-powered-by'],
    hasId:
      error?.extensions?.requestId !== undefined &&
      error.extensions.requestId === headers['x-request-id'],
    code: error?.extensions?.code,
  };
}

/** A refusal as it has to be. */
export const refusalOf = (status: number, code: string) => ({
  status,
  type: 'application/json; charset=utf-8',
  sniffing: 'nosniff',
  banner: undefined,
  hasId: true,
  code,
});
