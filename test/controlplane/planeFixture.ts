import { request } from 'node:http';
import { connect } from 'node:net';
import { IoTClient } from '@aws-sdk/client-iot';
import { afterEach } from '@jest/globals';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../src/controlplane/server.ts';

export interface ClientOptions {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly maxAttempts?: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  /** Sent as it stands: no normalisation, no encoding. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const AUTHORIZATION = authorizationOf('AKIDEXAMPLE', 'us-east-1');

export function authorizationOf(accessKeyId: string, region: string, service = 'iot'): string {
  const credential = `${accessKeyId}/20260101/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`;
}

/** Control planes and SDK clients of a test file; all are closed after each test. */
export function planeFixture() {
  const closers: Array<() => unknown> = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return {
    async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
      const plane = await startControlPlane(options);
      closers.push(() => plane.close());
      return plane;
    },
    client(plane: ControlPlane, options: ClientOptions = {}): IoTClient {
      const { accessKeyId = 'AKIDEXAMPLE', region = 'us-east-1', maxAttempts = 1 } = options;
      const client = new IoTClient({
        endpoint: plane.url,
        region,
        credentials: { accessKeyId, secretAccessKey: 'secret' },
        maxAttempts,
      });
      closers.push(() => client.destroy());
      return client;
    },
  };
}

/** A request below the SDK, signed for us-east-1 unless it brings its own headers. */
export function send(plane: ControlPlane, raw: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: plane.port,
        method: raw.method ?? 'GET',
        path: raw.path,
        headers: { authorization: AUTHORIZATION, ...raw.headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(raw.body);
  });
}

/** Writes bytes to the socket and resolves with everything that came back until it closed. */
export function sendBytes(plane: ControlPlane, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(plane.port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

/** The error an SDK call ended with; fails the test when it succeeded. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('The call was expected to fail, and succeeded');
}

export interface Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly resourceId?: string;
  readonly resourceArn?: string;
}
