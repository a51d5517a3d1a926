import type { Config } from '../config.ts';
import type { ExposureOptions } from '../exposure.ts';
import { TlsError } from './tls.ts';

/** What the settings say about HTTP. Throws TlsError when a file of TLS is not named. */
export function exposureOptions(config: Config): ExposureOptions {
  const { allowedHosts = [], corsOrigins = [], tlsCert, tlsKey, tlsClientCa } = config;
  const limits = {
    bodyBytes: config.bodyMax * 1024,
    jsonDepth: config.jsonDepth,
    headerBytes: config.headersMax * 1024,
    headerCount: config.headerCount,
    headersTimeoutMs: config.headersTimeout,
    requestTimeoutMs: config.requestTimeout,
    writeTimeoutMs: config.writeTimeout,
    connections: config.connections,
    requestsPerConnection: config.requestsPerConnection,
  };
  const options = { limits, allowedHosts, corsOrigins };
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return options;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new TlsError('TLS needs both a certificate and its key: IOTGW_TLS_CERT, IOTGW_TLS_KEY.');
  }
  return { ...options, tls: { cert: tlsCert, key: tlsKey, clientCa: tlsClientCa } };
}
