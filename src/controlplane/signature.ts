import { AwsError } from './awsError.ts';
import { readQuery } from './protocol.ts';

/** Whose state a request works on. */
export interface Realm {
  readonly account: string;
  readonly region: string;
}

/** The account of every access key id that is not itself a 12-digit account. */
const DEFAULT_ACCOUNT = '123456789012';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Current SDKs sign for `iot`, older ones for `execute-api`. */
const SIGNING_NAMES: readonly string[] = ['iot', 'execute-api'];

const ACCESS_KEY_ID = /^\w{1,128}$/;
/** Wider than AWS's names, so that `local` will do; no slash, so that it can be part of a key. */
const REGION = /^[a-z0-9-]{1,32}$/;

/**
 * Reads account and region from a SigV4 signature, in the header or in a presigned query. The
 * signature itself is not verified: there are no secrets here to verify it with.
 */
export function readRealm(authorization: string | undefined, target: string): Realm {
  if (authorization !== undefined) return readCredential(headerCredential(authorization));
  const query = readQuery(target);
  const presigned = query.get('X-Amz-Credential');
  if (presigned === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) {
    throw incomplete(`The query parameter 'X-Amz-Algorithm' has to be ${ALGORITHM}.`);
  }
  if (!query.get('X-Amz-Signature')) {
    throw incomplete("A presigned request requires the query parameter 'X-Amz-Signature'.");
  }
  return readCredential(presigned);
}

function headerCredential(authorization: string): string {
  const space = authorization.indexOf(' ');
  if (space < 0 || authorization.slice(0, space) !== ALGORITHM) {
    throw incomplete(`The Authorization header has to begin with ${ALGORITHM}.`);
  }
  const parameters = new Map<string, string>();
  for (const part of authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if (!parameters.get(name))
      throw incomplete(`Authorization header requires '${name}' parameter.`);
  }
  return parameters.get('Credential') ?? '';
}

function readCredential(credential: string): Realm {
  const parts = credential.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminal = ''] = parts;
  if (parts.length !== 5 || !ACCESS_KEY_ID.test(accessKeyId)) {
    throw incomplete("'Credential' has to be key/date/region/service/aws4_request.");
  }
  if (!/^\d{8}$/.test(date)) throw unscoped('a date of eight digits');
  if (!REGION.test(region)) throw unscoped('a valid region');
  if (!SIGNING_NAMES.includes(service)) throw unscoped("correct service: 'iot'");
  if (terminal !== 'aws4_request') throw unscoped("the terminator 'aws4_request'");
  return { account: /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT, region };
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message);
}

function unscoped(to: string): AwsError {
  return new AwsError('InvalidSignatureException', `Credential should be scoped to ${to}`);
}
