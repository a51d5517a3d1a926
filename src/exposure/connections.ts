import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { HttpLimits } from './limits.ts';

type State =
  | 'open'
  /** Takes no further request: the answer under way is the last. */
  | 'last'
  /** Takes no further request, and ends once those under way are answered. */
  | 'closing'
  /** Was told what is wrong, on the bare socket, and may read that. */
  | 'refused';

interface Connection {
  /** The one to write to and to end: with TLS not the one that was accepted. */
  socket: Socket;
  state: State;
  /** How many requests came on it. */
  requests: number;
  /** Answers that are not sent, in the order of their requests, and whether it is known who asks. */
  readonly running: Map<ServerResponse, 'known' | 'unknown'>;
  /** Chunks that came after the refusal. */
  ignored: number;
}

interface ConnectionsOptions {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  /** What to say on a bare socket about an error of Node.js's parser. */
  readonly refusalText: (code: string) => string;
}

/** Requests that may wait on one connection for their answers. */
const MAX_PIPELINED = 64;
/** And those of them of whose callers nothing is known. */
const MAX_PIPELINED_UNKNOWN = 8;
/** More that a client has not read of an answer lies in our memory, not in the system's. */
const UNREAD_BYTES = 64 * 1024;
/** What a refused client may go on to send, in chunks of at most 64 KiB, and how long it may pause. */
const MAX_IGNORED = 64;
const LINGER_MS = 1_000;

/**
 * The open connections of the gateway. Keeps their number and what comes on each within limits, and
 * ends those that do not read their answers. When all are taken, whoever was answered or came the
 * longest ago has to go, unless somebody known waits on it for an answer: so neither connections that
 * do nothing keep anybody out, nor those that send or read slowly.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #bySocket = new Map<Socket, Connection>();
  /** By the address of the client, while its TLS handshake lasts. */
  readonly #handshaking = new Map<string, Connection>();
  /** In the order in which they were opened, or answered last. */
  readonly #all = new Set<Connection>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** How many are open. */
  get size(): number {
    return this.#all.size;
  }

  watch(server: Server, isSecure: boolean): void {
    server.on('connection', (socket: Socket) => this.#add(socket, isSecure));
    server.on('secureConnection', (socket: Socket) => this.#secured(socket));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      this.#fault(error.code ?? '', socket as Socket),
    );
    server.on('timeout', (socket: Socket) => this.#onTimeout(socket));
  }

  /** Notes a request; false when it must not be answered, because its connection is about to end. */
  begin(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined || connection.state !== 'open') return false;
    connection.requests += 1;
    if (areTooMany(connection)) {
      this.#closeWhenAnswered(connection);
      return false;
    }
    connection.running.set(response, 'unknown');
    if (connection.requests >= this.#options.limits.requestsPerConnection) {
      connection.state = 'last';
      response.shouldKeepAlive = false;
    }
    // Each comes once, and `once` would cost more than all that is done here.
    response.on('close', () => this.#answered(connection, response));
    response.on('prefinish', () => {
      // Reading a little now and then does not help.
      if (socket.writableLength > UNREAD_BYTES) {
        void this.#endAfter(this.#options.limits.writeTimeoutMs, socket, response);
      }
    });
    return true;
  }

  /** Notes that a caller with valid credentials waits for this answer. */
  hold(response: ServerResponse): void {
    this.#bySocket.get(response.req.socket)?.running.set(response, 'known');
  }

  #add(socket: Socket, isSecure: boolean): void {
    if (this.#all.size >= this.#options.limits.connections) {
      const longest = this.#longestUnheld();
      if (longest === undefined) {
        socket.destroy();
        return;
      }
      this.#all.delete(longest);
      longest.socket.destroy();
    }
    const running: Connection['running'] = new Map();
    const connection: Connection = { socket, state: 'open', requests: 0, running, ignored: 0 };
    this.#bySocket.set(socket, connection);
    this.#all.add(connection);
    const address = addressOf(socket);
    if (isSecure) this.#handshaking.set(address, connection);
    socket.once('close', () => {
      this.#bySocket.delete(socket);
      if (this.#handshaking.get(address) === connection) this.#handshaking.delete(address);
      this.#all.delete(connection);
      for (const response of [...connection.running.keys()]) giveUp(response);
    });
  }

  #secured(socket: Socket): void {
    const address = addressOf(socket);
    const connection = this.#handshaking.get(address);
    if (connection === undefined) {
      socket.destroy();
      return;
    }
    this.#handshaking.delete(address);
    connection.socket = socket;
    this.#bySocket.set(socket, connection);
    socket.once('close', () => this.#bySocket.delete(socket));
  }

  #longestUnheld(): Connection | undefined {
    for (const connection of this.#all) if (!isHeld(connection)) return connection;
    return undefined;
  }

  #answered(connection: Connection, response: ServerResponse): void {
    connection.running.delete(response);
    if (connection.state === 'closing') this.#closeWhenAnswered(connection);
    // Moves to the end.
    else if (connection.running.size === 0 && this.#all.delete(connection)) {
      this.#all.add(connection);
    }
  }

  /** A request that is not whole now never will be: nothing more is read as one. */
  #closeWhenAnswered(connection: Connection): void {
    connection.state = 'closing';
    const isAwaited = [...connection.running.keys()].some(({ req }) => req.complete);
    if (!isAwaited) connection.socket.destroySoon();
  }

  /** The parser met what is no request, or waited too long for one. */
  #fault(code: string, socket: Socket): void {
    const connection = this.#bySocket.get(socket);
    const isOfHttp = code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (connection === undefined || !isOfHttp) {
      socket.destroy();
      return;
    }
    if (connection.state === 'refused') {
      connection.ignored += 1;
      if (connection.ignored > MAX_IGNORED || code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.destroy();
      return;
    }
    // A refusal must not be taken for the answer to an earlier request.
    if (
      [...connection.running.keys()].some(({ req, headersSent }) => req.complete || headersSent)
    ) {
      this.#closeWhenAnswered(connection);
      return;
    }
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    connection.state = 'refused';
    // Ended at once, it would be reset under what still comes, and its client might miss the answer.
    socket.end(this.#options.refusalText(code));
    void this.#endAfter(LINGER_MS, socket, socket);
  }

  /** Nothing moved for as long as is allowed. */
  #onTimeout(socket: Socket): void {
    const connection = this.#bySocket.get(socket);
    const waitsForUs =
      connection !== undefined &&
      connection.state !== 'refused' &&
      connection.running.size > 0 &&
      socket.writableLength === 0;
    if (!waitsForUs) socket.destroy();
  }

  /** Ends a connection unless it, or an answer on it, closes before. */
  async #endAfter(waitMs: number, socket: Socket, until: Socket | ServerResponse): Promise<void> {
    const closed = new AbortController();
    until.once('close', () => closed.abort());
    await this.#options.clock.sleep(waitMs, closed.signal).then(
      () => socket.destroy(),
      () => undefined,
    );
  }
}

/** Node.js tells the answers that wait behind another nothing when their connection ends. */
function giveUp(response: ServerResponse): void {
  if (response.socket !== null || response.destroyed) return;
  response.destroyed = true;
  response.emit('close');
}

const addressOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`;

function areTooMany({ running }: Connection): boolean {
  if (running.size < MAX_PIPELINED_UNKNOWN) return false;
  const unknown = [...running.values()].filter((asker) => asker === 'unknown');
  return running.size >= MAX_PIPELINED || unknown.length >= MAX_PIPELINED_UNKNOWN;
}

/** Whether somebody known waits on it, with a request that is whole. */
function isHeld({ running }: Connection): boolean {
  for (const [{ req }, asker] of running) if (req.complete && asker === 'known') return true;
  return false;
}
