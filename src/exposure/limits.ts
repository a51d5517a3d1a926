/** What one client may take of the HTTP surface. */
export interface HttpLimits {
  /** The largest request body, in bytes. */
  readonly bodyBytes: number;
  /** How deep arrays and objects of a request's JSON may nest. */
  readonly jsonDepth: number;
  /** The request's path, header names and values together, in bytes. */
  readonly headerBytes: number;
  /** The header fields of a request. */
  readonly headerCount: number;
  /** From the first byte, or the opening of the connection, until the headers are whole. */
  readonly headersTimeoutMs: number;
  /** From the first byte until the body is whole. */
  readonly requestTimeoutMs: number;
  /** How long an answer may wait for a client that does not read it. */
  readonly writeTimeoutMs: number;
  /** How long a connection is kept on which nothing is asked. */
  readonly keepAliveMs: number;
  /** Open at the same time. */
  readonly connections: number;
  /** Requests on one connection; then it is closed. */
  readonly requestsPerConnection: number;
}

/** What each client may take unless the gateway is told otherwise. */
export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 256 * 1024,
  jsonDepth: 64,
  headerBytes: 16 * 1024,
  headerCount: 100,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 15_000,
  writeTimeoutMs: 30_000,
  // Longer than load balancers keep idle connections: they close first, and never write into a close.
  keepAliveMs: 72_000,
  connections: 1_000,
  requestsPerConnection: 10_000,
};
