import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Clock } from './clock.ts';
import { createGraph } from './graph/execution.ts';
import { createHttp, type Readiness } from './http.ts';
import { createUpstream, type Target } from './upstream/upstream.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly target: Target;
  readonly clock: Clock;
  /** Hears of every fault of the gateway, with the id of the request it happened in. */
  readonly onFault: (error: unknown, requestId: string | undefined) => void;
}

/** A gateway that listens. */
export interface Gateway {
  /** Where it listens, for example http://127.0.0.1:4000. */
  readonly url: string;
  /** Turns new work away, lets running operations finish, and stops. */
  drain(): Promise<void>;
}

/** The text of schema.graphql; it lies beside `src` and beside `dist`. */
export function readSchemaText(): Promise<string> {
  return readFile(new URL('../schema.graphql', import.meta.url), 'utf8');
}

/** Builds the gateway from its parts and listens; rejects with the system's error when it cannot. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const sdl = await readSchemaText();
  const upstream = createUpstream(options.target, options.clock);
  const graph = await createGraph({ sdl, upstream, onFault: options.onFault });
  const readiness: Readiness = { state: 'ready' };
  const pageDirectory = fileURLToPath(new URL('../dist/web', import.meta.url));
  const app = createHttp({ graph, sdl, pageDirectory, onFault: options.onFault }, readiness);
  const drain = async (): Promise<void> => {
    readiness.state = 'draining';
    await app.close();
    await graph.close();
    upstream.close();
  };
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await drain();
    throw error;
  }
  return { url: urlOf(app.server.address() as AddressInfo), drain };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
