import assert from 'node:assert/strict';
import type { RawAnswer } from './endpoint.ts';

/** Every modelled error of the served actions, with its status. */
export const modelledStatuses = {
  CertificateConflictException: 409,
  CertificateStateException: 406,
  CertificateValidationException: 400,
  ConflictingResourceUpdateException: 409,
  DeleteConflictException: 409,
  InternalFailureException: 500,
  InvalidRequestException: 400,
  LimitExceededException: 410,
  RegistrationCodeValidationException: 400,
  ResourceAlreadyExistsException: 409,
  ResourceNotFoundException: 404,
  ServiceUnavailableException: 503,
  ThrottlingException: 400,
  UnauthorizedException: 401,
  VersionsLimitExceededException: 409,
} as const;

export type ErrorName = keyof typeof modelledStatuses;

/** An error as the SDK throws it. */
export interface Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly resourceId?: string;
  readonly resourceArn?: string;
}

/** The error that a call of the SDK ends with: it has to be that one, with its status. */
export async function refused(call: () => Promise<unknown>, name: ErrorName): Promise<Refusal> {
  let error: Refusal;
  try {
    await call();
  } catch (thrown) {
    error = thrown as Refusal;
    assert.equal(error.name, name, `expected ${name}, got ${error.name}: ${error.message}`);
    assert.equal(error.$metadata?.httpStatusCode, modelledStatuses[name]);
    assert.ok(error.$metadata.requestId, 'the error has no request id');
    assert.ok(error.message.length > 0, 'the error has no message');
    return error;
  }
  assert.fail(`expected ${name}, but the call succeeded`);
}

/** The body of a raw success, parsed. */
export function succeeded(answer: RawAnswer): Record<string, unknown> {
  assert.equal(answer.status, 200, `expected 200, got ${answer.status}: ${answer.text}`);
  assert.ok(headerOf(answer, 'x-amzn-requestid'), 'there is no x-amzn-RequestId');
  return answer.text === '' ? {} : parseObject(answer.text);
}

export interface RawRefusal {
  readonly name: string;
  readonly message: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A raw error in AWS's form: typed in the header, told in a JSON body, with a request id. */
export function rawRefusal(answer: RawAnswer): RawRefusal {
  assert.ok(answer.status >= 400, `expected an error, got ${answer.status}: ${answer.text}`);
  assert.match(headerOf(answer, 'content-type') ?? '', /^application\/(x-amz-)?json/);
  assert.ok(headerOf(answer, 'x-amzn-requestid'), 'there is no x-amzn-RequestId');
  const body = parseObject(answer.text);
  const message = body.message ?? body.Message;
  assert.ok(typeof message === 'string' && message.length > 0, 'the body has no message');
  const type = headerOf(answer, 'x-amzn-errortype') ?? String(body.__type ?? body.code ?? '');
  const name = /(?:^|#)([A-Za-z]+)(?::|$)/.exec(type)?.[1];
  assert.ok(name, `the error has no type: ${answer.text}`);
  return { name, message, body };
}

/** A raw error that has to be that one, with its status. */
export function rawRefusalOf(answer: RawAnswer, name: ErrorName): RawRefusal {
  const refusal = rawRefusal(answer);
  assert.equal(refusal.name, name, `expected ${name}, got ${refusal.name}: ${refusal.message}`);
  assert.equal(answer.status, modelledStatuses[name]);
  return refusal;
}

export function headerOf(answer: RawAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** A void answer carries nothing, as no body or as an empty object. */
export function assertVoid(answer: RawAnswer): void {
  assert.deepEqual(succeeded(answer), {});
}

const recentSeconds = 300;

/** An epoch number, in seconds, of about now. */
export function assertRecentSeconds(value: unknown, nowMs: number): void {
  assert.equal(typeof value, 'number', `a timestamp has to be a number, not ${String(value)}`);
  const distance = Math.abs(Number(value) - nowMs / 1000);
  assert.ok(distance < recentSeconds, `${String(value)} is not about now, in epoch seconds`);
}

function parseObject(text: string): Record<string, unknown> {
  assert.doesNotMatch(text, /^\s*</, 'the body is markup');
  const parsed: unknown = JSON.parse(text);
  assert.ok(typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed), 'no object');
  return parsed as Record<string, unknown>;
}
