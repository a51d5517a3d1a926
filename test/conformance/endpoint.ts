import { randomInt } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { IoT } from '@aws-sdk/client-iot';
import { systemClock } from '../../src/clock.ts';
import { signatureHeaders } from '../support/sigv4.ts';

/** What is audited, and who asks. */
export interface Endpoint {
  readonly url: string;
  readonly region: string;
  readonly secretAccessKey: string;
  /** An access key id for one audit. A 12-digit one is the account itself, and so a fresh state. */
  nextAccessKeyId(): string;
  /** Whether `/_local/` is served: without it, faults and quotas cannot be switched on. */
  readonly hasLocalApi: boolean;
}

export interface EndpointOptions {
  readonly url: string;
  readonly region?: string | undefined;
  /** All audits work in this one account; without it, each has a fresh one. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
}

export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service in the credential scope. */
  readonly service: string;
}

export interface RawRequest {
  readonly method?: string;
  /** Path and query, sent as they stand: nothing is normalised or encoded. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, with its content type. */
  readonly body?: string | Buffer | Readonly<Record<string, unknown>>;
  /** What differs from the audit's own caller; `unsigned` sends no signature. */
  readonly caller?: Partial<Caller> | 'unsigned';
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What one audit works with: an account of its own, the SDK, and raw requests. */
export interface Bench {
  readonly endpoint: Endpoint;
  readonly caller: Caller;
  /** The 12-digit account that the caller's access key id stands for. */
  readonly account: string;
  /** The real SDK, as the audit's own caller. It makes one attempt. */
  readonly iot: IoT;
  /** Another SDK client, that differs from the audit's own in these. */
  client(caller: Partial<Pick<Caller, 'accessKeyId' | 'region'>>): IoT;
  /** A request below the SDK, signed like the SDK's. */
  send(raw: RawRequest): Promise<RawAnswer>;
  close(): void;
}

const requestTimeoutMs = 15_000;
const localSecret = 'secret';

/** Looks at an endpoint. Rejects when nothing answers there. */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const url = new URL(options.url).origin;
  const health = await fetch(`${url}/_local/health`, {
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const text = await health.text();
  return {
    url,
    region: options.region ?? 'us-east-1',
    secretAccessKey: options.secretAccessKey ?? localSecret,
    nextAccessKeyId: accessKeyIds(options.accessKeyId),
    hasLocalApi: health.ok && text.includes('"ok"'),
  };
}

/** Accounts count up from a random one, so that a second run meets nothing of the first. */
function accessKeyIds(fixed: string | undefined): () => string {
  if (fixed !== undefined) return () => fixed;
  let next = randomInt(200_000_000_000, 240_000_000_000) * 4;
  return () => {
    next += 1;
    return String(next);
  };
}

/** Local endpoints take a 12-digit access key id for the account, and have one for all others. */
function accountOf(accessKeyId: string): string {
  return /^\d{12}$/.test(accessKeyId) ? accessKeyId : '123456789012';
}

export function openBench(endpoint: Endpoint): Bench {
  const caller: Caller = {
    accessKeyId: endpoint.nextAccessKeyId(),
    region: endpoint.region,
    service: 'iot',
  };
  const clients: IoT[] = [];
  const client: Bench['client'] = (other) => {
    const { accessKeyId, region } = { ...caller, ...other };
    const made = new IoT({
      endpoint: endpoint.url,
      region,
      credentials: { accessKeyId, secretAccessKey: endpoint.secretAccessKey },
      maxAttempts: 1,
      requestHandler: { requestTimeout: requestTimeoutMs, connectionTimeout: requestTimeoutMs },
    });
    clients.push(made);
    return made;
  };
  return {
    endpoint,
    caller,
    account: accountOf(caller.accessKeyId),
    iot: client({}),
    client,
    send: (raw) => send(raw, endpoint, caller),
    close: () => {
      for (const made of clients) made.destroy();
    },
  };
}

function send(raw: RawRequest, endpoint: Endpoint, caller: Caller): Promise<RawAnswer> {
  const url = new URL(endpoint.url);
  const method = raw.method ?? 'GET';
  const { body, headers } = encodeBody(raw);
  const scope = {
    ...caller,
    ...(raw.caller === 'unsigned' ? {} : raw.caller),
    secretAccessKey: endpoint.secretAccessKey,
  };
  const signable = { method, target: raw.target, headers: { host: url.host, ...headers }, body };
  const signature =
    raw.caller === 'unsigned' ? {} : signatureHeaders(signable, scope, systemClock.nowMs());
  return exchange(url, method, raw.target, { ...signature, ...signable.headers }, body);
}

function encodeBody(raw: RawRequest): {
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;
} {
  const headers: Record<string, string> = { ...raw.headers };
  if (raw.body === undefined) return { body: '', headers };
  const isText = typeof raw.body === 'string' || Buffer.isBuffer(raw.body);
  const body = isText ? (raw.body as string | Buffer) : JSON.stringify(raw.body);
  headers['content-type'] ??= 'application/json';
  if (headers['transfer-encoding'] === undefined) {
    headers['content-length'] ??= String(Buffer.byteLength(body));
  }
  return { body, headers };
}

function exchange(
  url: URL,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<RawAnswer> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method,
        path,
        headers,
        agent: false,
        signal: AbortSignal.timeout(requestTimeoutMs),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
