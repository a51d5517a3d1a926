import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Past every cache: `Cache-Control: no-cache`. */
  readonly isLive?: boolean;
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: { readonly upstream?: Readonly<Record<string, unknown>> };
}

export interface RawAnswer {
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** Sends operations; every operation under way has a socket of its own. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true });

  raw(url: string, { query, variables, isLive }: Operation): Promise<RawAnswer> {
    const headers = {
      'content-type': 'application/json',
      ...(isLive === true ? { 'cache-control': 'no-cache' } : {}),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ text: Buffer.concat(parts).toString(), headers: response.headers }),
        );
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query, variables }));
    });
  }

  async query(url: string, operation: Operation): Promise<Answer> {
    return JSON.parse((await this.raw(url, operation)).text) as Answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

export async function withClient<Result>(
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client();
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Keeps some sockets busy with one request each for a while, and counts the answers. It writes
 * ready bytes and looks at lengths only, so that it costs little beside the server it measures.
 */
export async function load(
  url: string,
  next: () => string,
  { sockets, ms }: { readonly sockets: number; readonly ms: number },
): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const endMs = performance.now() + ms;
  let answered = 0;
  const runOn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let isWaiting = false;
      const ask = (): void => {
        if (performance.now() >= endMs) {
          socket.destroy();
          return;
        }
        const body = next();
        isWaiting = true;
        socket.write(
          `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      };
      const onAnswer = (isLast: boolean): void => {
        isWaiting = false;
        answered += 1;
        // The server ends it.
        if (!isLast) ask();
      };
      onAnswers(socket, onAnswer, reject);
      socket.on('connect', ask);
      socket.on('error', reject);
      socket.on('close', () => {
        if (isWaiting) reject(new Error('A server left a request without an answer.'));
        else resolve();
      });
    });
  // Servers may end a connection after so many requests.
  const run = async (): Promise<void> => {
    while (performance.now() < endMs) await runOn();
  };
  await Promise.all(Array.from({ length: sockets }, run));
  return answered;
}

/** Calls back for each whole answer with status 200; any other status is a failure of the bench. */
function onAnswers(
  socket: Socket,
  answered: (isLast: boolean) => void,
  failed: (error: Error) => void,
): void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wantedBytes = -1;
  let isChunked = false;
  let isLast = false;
  socket.on('data', (part) => {
    held.push(part);
    heldBytes += part.length;
    if (wantedBytes < 0 && !isChunked) {
      const bytes = held.length === 1 ? part : Buffer.concat(held);
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) return;
      const head = bytes.toString('latin1', 0, end);
      if (!head.startsWith('HTTP/1.1 200')) {
        failed(new Error(`A server answered:\n${bytes.toString('utf8', 0, 500)}`));
        socket.destroy();
        return;
      }
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      isChunked = length === undefined;
      isLast = /\r\nconnection: close/i.test(head);
      wantedBytes = length === undefined ? -1 : end + HEAD_END.length + Number(length);
    }
    const isWhole = isChunked ? endsChunks(part) : heldBytes >= wantedBytes;
    if (!isWhole) return;
    held = [];
    heldBytes = 0;
    wantedBytes = -1;
    isChunked = false;
    answered(isLast);
  });
}

function endsChunks(part: Buffer): boolean {
  return part.length >= 5 && part.toString('latin1', part.length - 5) === '0\r\n\r\n';
}
