import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The open connections of a server, told apart by whether a request is being answered on them. */
export class Connections {
  readonly #requests = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.on('request', ({ socket }: { readonly socket: Socket }, response: ServerResponse) => {
      this.#add(socket, 1);
      response.once('close', () => this.#add(socket, -1));
    });
  }

  /** Ends those that wait for a request, also the ones that never sent any. */
  closeIdle(): void {
    for (const [socket, requests] of this.#requests) {
      if (requests === 0) socket.destroy();
    }
  }

  closeAll(): void {
    for (const socket of this.#requests.keys()) socket.destroy();
  }

  #add(socket: Socket, change: number): void {
    const requests = this.#requests.get(socket);
    if (requests !== undefined) this.#requests.set(socket, requests + change);
  }
}
