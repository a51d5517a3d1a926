import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { HTTP_LIMITS } from '../../src/exposure/limits.ts';
import { exposureOptions } from '../../src/exposure/options.ts';
import { TlsError } from '../../src/exposure/tls.ts';

const optionsOf = (environment: Record<string, string> = {}) =>
  exposureOptions(loadConfig(environment).config);

describe('the settings of HTTP', () => {
  test('are by default the usual limits, and nothing is opened', () => {
    const { limits, ...rest } = optionsOf();
    expect({ ...HTTP_LIMITS, ...limits }).toEqual(HTTP_LIMITS);
    expect(rest).toEqual({ allowedHosts: [], corsOrigins: [] });
  });

  test('move each limit', () => {
    expect(
      optionsOf({
        IOTGW_BODY_MAX_KIB: '1',
        IOTGW_JSON_DEPTH: '8',
        IOTGW_HEADERS_MAX_KIB: '2',
        IOTGW_HEADER_COUNT: '20',
        IOTGW_HEADERS_TIMEOUT_MS: '101',
        IOTGW_REQUEST_TIMEOUT_MS: '102',
        IOTGW_WRITE_TIMEOUT_MS: '103',
        IOTGW_CONNECTIONS: '7',
        IOTGW_REQUESTS_PER_CONNECTION: '9',
      }).limits,
    ).toEqual({
      bodyBytes: 1024,
      jsonDepth: 8,
      headerBytes: 2048,
      headerCount: 20,
      headersTimeoutMs: 101,
      requestTimeoutMs: 102,
      writeTimeoutMs: 103,
      connections: 7,
      requestsPerConnection: 9,
    });
  });

  test('list origins and names', () => {
    const { allowedHosts, corsOrigins } = optionsOf({
      IOTGW_ALLOWED_HOSTS: 'Gateway.example.com, gw,[2001:db8::1],gw',
      IOTGW_CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
    });
    expect(allowedHosts).toEqual(['gateway.example.com', 'gw', '[2001:db8::1]']);
    expect(corsOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
  });

  test.each([
    ['IOTGW_CORS_ORIGINS', '*'],
    ['IOTGW_CORS_ORIGINS', 'null'],
    ['IOTGW_CORS_ORIGINS', 'app.example.com'],
    ['IOTGW_CORS_ORIGINS', 'https://app.example.com/'],
    ['IOTGW_CORS_ORIGINS', 'https://app.example.com:443'],
    ['IOTGW_CORS_ORIGINS', 'https://*.example.com'],
    ['IOTGW_CORS_ORIGINS', 'https://App.example.com'],
    ['IOTGW_CORS_ORIGINS', 'https://user@app.example.com'],
    ['IOTGW_CORS_ORIGINS', 'https://app.example.com,,'],
    ['IOTGW_CORS_ORIGINS', 'file://'],
    ['IOTGW_ALLOWED_HOSTS', '*'],
    ['IOTGW_ALLOWED_HOSTS', 'gw:4000'],
    ['IOTGW_ALLOWED_HOSTS', 'https://gw'],
    ['IOTGW_ALLOWED_HOSTS', ''],
    ['IOTGW_JSON_DEPTH', '0'],
    ['IOTGW_CONNECTIONS', '0'],
  ])('%s is not %j', (variable, value) => {
    expect(() => loadConfig({ [variable]: value })).toThrow(ConfigError);
    expect(() => loadConfig({ [variable]: value })).toThrow(variable);
  });

  test('name both files of TLS, or none', () => {
    const files = { IOTGW_TLS_CERT: 'a', IOTGW_TLS_KEY: 'b' };
    expect(optionsOf(files).tls).toEqual({ cert: 'a', key: 'b', clientCa: undefined });
    expect(optionsOf({ ...files, IOTGW_TLS_CLIENT_CA: 'c' }).tls).toEqual({
      cert: 'a',
      key: 'b',
      clientCa: 'c',
    });
    for (const name of ['IOTGW_TLS_CERT', 'IOTGW_TLS_KEY', 'IOTGW_TLS_CLIENT_CA']) {
      expect(() => optionsOf({ [name]: 'a' })).toThrow(TlsError);
    }
  });
});
