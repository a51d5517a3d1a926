import { createHash, createHmac } from 'node:crypto';

/** Who signs, and for which region and service. */
export interface SigningScope {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** The service in the credential scope. */
  readonly service: string;
}

export interface SignableRequest {
  readonly method: string;
  /** Path and query, encoded as they will be sent. */
  readonly target: string;
  /** Names in lower case; all of them are signed. `host` has to be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The headers that sign a request by AWS's Signature Version 4. */
export function signatureHeaders(
  request: SignableRequest,
  scope: SigningScope,
  nowMs: number,
): Record<string, string> {
  const timestamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = timestamp.slice(0, 8);
  const headers = { ...request.headers, 'x-amz-date': timestamp };
  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(';');
  const canonicalRequest = [
    request.method,
    canonicalPath(request.target),
    canonicalQuery(request.target),
    ...names.map((name) => `${name}:${headerValue(headers, name)}`),
    '',
    signedHeaders,
    sha256(request.body).toString('hex'),
  ].join('\n');
  const credentialScope = `${date}/${scope.region}/${scope.service}/aws4_request`;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    timestamp,
    credentialScope,
    sha256(canonicalRequest).toString('hex'),
  ].join('\n');
  const key = [date, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${scope.secretAccessKey}`,
  );
  const signature = hmac(key, stringToSign).toString('hex');
  const credential = `${scope.accessKeyId}/${credentialScope}`;
  return {
    'x-amz-date': timestamp,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

function headerValue(headers: Readonly<Record<string, string>>, name: string): string {
  return (headers[name] ?? '').trim().replace(/\s+/g, ' ');
}

/** All services but S3 encode the path, as it is sent, once more. */
function canonicalPath(target: string): string {
  const path = target.split('?')[0] ?? '/';
  return path.split('/').map(encode).join('/');
}

function canonicalQuery(target: string): string {
  const start = target.indexOf('?');
  if (start < 0) return '';
  return target
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? `${pair}=` : pair;
    })
    .sort()
    .join('&');
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
