import {
  CREDENTIAL_DIAGNOSES,
  type CredentialDiagnosis,
  diagnoseCredentials,
} from './credentialDiagnosis.ts';
import { withoutSecretTexts } from './redaction.ts';

/** Facts about one of our codes. */
interface CodeFacts {
  /** Whether the same request may succeed later without any change to it. */
  readonly retryable: boolean;
  /** A refusal is about the input or the state of things: in mutations it is a user error. */
  readonly kind: 'refusal' | 'failure';
  /** Said when there is no better text. */
  readonly message: string;
}

const refusal = (message: string, retryable = false): CodeFacts => ({
  retryable,
  kind: 'refusal',
  message,
});
const failure = (message: string, retryable: boolean): CodeFacts => ({
  retryable,
  kind: 'failure',
  message,
});

/** The closed set of codes a client can meet; the schema's enum ErrorCode is the same set. */
export const ERROR_CODES = {
  BAD_USER_INPUT: refusal('The input breaks a rule.'),
  PRIVATE_KEY_REFUSED: refusal('A private key was sent where none belongs.'),
  CURSOR_INVALID: refusal('The cursor does not belong to this connection.'),
  CURSOR_EXPIRED: refusal('The cursor has expired; start again from the first page.'),
  RESOURCE_NOT_FOUND: refusal('There is no such resource.'),
  RESOURCE_ALREADY_EXISTS: refusal('The resource exists already.'),
  LIMIT_EXCEEDED: refusal('A limit of the AWS account is reached.'),
  VERSIONS_LIMIT_EXCEEDED: refusal('The template has five versions already.'),
  DELETE_CONFLICT: refusal('It cannot be deleted while something else names it.'),
  CONFLICTING_RESOURCE_UPDATE: refusal('Somebody else changed it at the same moment.', true),
  CERTIFICATE_STATE: refusal("The certificate's status does not allow it."),
  CERTIFICATE_CONFLICT: refusal('Another certificate stands in the way.'),
  CERTIFICATE_VALIDATION: refusal('AWS IoT refused the certificate.'),
  REGISTRATION_CODE_VALIDATION: refusal(
    'The verification certificate does not carry the current registration code.',
  ),
  INVALID_REQUEST: refusal('AWS IoT refused the request as invalid.'),
  TEMPLATE_TYPE_MISMATCH: refusal('The template is not of type JITP.'),
  DETACH_NOT_EFFECTIVE: refusal('The CA certificate still names a template.'),
  REGISTRATION_CHANGED: refusal('The CA certificate is not registered as expected.'),
  IDEMPOTENCY_KEY_REUSED: refusal('The idempotency key was used with another input.'),
  OPERATION_STATE: refusal('The state of the bulk operation does not allow it.'),
  TOO_MANY_OPERATIONS: refusal('Too many bulk operations are under way.', true),
  OPERATION_TOO_COSTLY: refusal('The operation would cost too many AWS calls.'),
  DOCUMENT_TOO_LONG: refusal('The document has too many tokens.'),
  FRAGMENT_CYCLE: refusal('A fragment spreads itself.'),
  TOO_MANY_SELECTIONS: refusal('The document selects too much, with its fragments written out.'),
  OPERATION_TOO_DEEP: refusal('The fields of the operation nest too deep.'),
  TOO_MANY_ALIASES: refusal('The operation has too many aliases.'),
  TOO_MANY_ROOT_FIELDS: refusal('The operation has too many fields at its root.'),
  TOO_MANY_DIRECTIVES: refusal('The operation has too many directives.'),
  TOO_MANY_NODES: refusal('The lists of the operation may hold too many things.'),
  TOO_MANY_VALUES: refusal('The variables hold too many values.'),
  INTROSPECTION_REFUSED: refusal('This caller may not read the schema.'),
  DOCUMENT_NOT_TRUSTED: refusal('The document is not one of those that this gateway takes.'),
  PERSISTED_QUERY_NOT_SUPPORTED: refusal('This gateway keeps no documents; send the text.'),
  RATE_LIMITED: refusal('The caller asks for too much at once; try again later.', true),
  FORBIDDEN: failure('The caller lacks scopes that the operation needs.', false),
  UPSTREAM_BUDGET_SPENT: failure('The operation has spent its budget of AWS calls.', false),
  UPSTREAM_ACCESS_DENIED: failure(
    "The gateway's AWS credentials do not have the right to this action.",
    false,
  ),
  UPSTREAM_CREDENTIALS: failure(
    "The gateway's AWS credentials are missing, expired or not accepted.",
    false,
  ),
  UPSTREAM_THROTTLED: failure('AWS IoT throttled the action; try again later.', true),
  UPSTREAM_UNAVAILABLE: failure('AWS IoT could not be reached or failed.', true),
  UPSTREAM_TIMEOUT: failure('AWS IoT did not answer in time.', true),
  UPSTREAM_OUTCOME_UNKNOWN: failure(
    'The answer of AWS IoT was lost, so it is not known whether the change was made.',
    false,
  ),
  UPSTREAM_PROTOCOL: failure('The answer of AWS IoT could not be understood.', true),
  CLIENT_CLOSED_REQUEST: failure('It was given up before anything was changed.', true),
  RECORDS_UNAVAILABLE: failure(
    'The gateway cannot write its own records, so it makes no change; nothing was sent.',
    true,
  ),
  INTERNAL_SERVER_ERROR: failure(
    'The gateway failed; the request id tells its operator where.',
    false,
  ),
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What AWS's exceptions become. Only the text of those marked `textIsSafe` reaches a client. */
export const AWS_EXCEPTIONS: Readonly<
  Record<string, { readonly code: ErrorCode; readonly textIsSafe: boolean }>
> = {
  InvalidRequestException: { code: 'INVALID_REQUEST', textIsSafe: true },
  ResourceNotFoundException: { code: 'RESOURCE_NOT_FOUND', textIsSafe: true },
  ResourceAlreadyExistsException: { code: 'RESOURCE_ALREADY_EXISTS', textIsSafe: true },
  LimitExceededException: { code: 'LIMIT_EXCEEDED', textIsSafe: true },
  VersionsLimitExceededException: { code: 'VERSIONS_LIMIT_EXCEEDED', textIsSafe: true },
  DeleteConflictException: { code: 'DELETE_CONFLICT', textIsSafe: true },
  ConflictingResourceUpdateException: { code: 'CONFLICTING_RESOURCE_UPDATE', textIsSafe: true },
  CertificateStateException: { code: 'CERTIFICATE_STATE', textIsSafe: true },
  CertificateConflictException: { code: 'CERTIFICATE_CONFLICT', textIsSafe: true },
  CertificateValidationException: { code: 'CERTIFICATE_VALIDATION', textIsSafe: true },
  RegistrationCodeValidationException: { code: 'REGISTRATION_CODE_VALIDATION', textIsSafe: true },
  ThrottlingException: { code: 'UPSTREAM_THROTTLED', textIsSafe: false },
  TooManyRequestsException: { code: 'UPSTREAM_THROTTLED', textIsSafe: false },
  ServiceUnavailableException: { code: 'UPSTREAM_UNAVAILABLE', textIsSafe: false },
  InternalFailureException: { code: 'UPSTREAM_UNAVAILABLE', textIsSafe: false },
  UnauthorizedException: { code: 'UPSTREAM_ACCESS_DENIED', textIsSafe: false },
  AccessDeniedException: { code: 'UPSTREAM_ACCESS_DENIED', textIsSafe: false },
  AccessDenied: { code: 'UPSTREAM_ACCESS_DENIED', textIsSafe: false },
  ForbiddenException: { code: 'UPSTREAM_ACCESS_DENIED', textIsSafe: false },
  ExpiredTokenException: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  ExpiredToken: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  UnrecognizedClientException: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  InvalidClientTokenId: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  InvalidSignatureException: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  SignatureDoesNotMatch: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  IncompleteSignatureException: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  MissingAuthenticationTokenException: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  RequestTimeTooSkewed: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  RequestExpired: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  RequestInTheFuture: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  CredentialsProviderError: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  TokenProviderError: { code: 'UPSTREAM_CREDENTIALS', textIsSafe: false },
  TimeoutError: { code: 'UPSTREAM_TIMEOUT', textIsSafe: false },
};

/** The network failures Node.js reports by `code`. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
]);

/** What an error tells besides its code and message. All of it may be shown to a client. */
interface ErrorDetails {
  /** The AWS IoT action that failed. */
  readonly action?: string;
  /** The id AWS gave the request, for a support case. */
  readonly awsRequestId?: string;
  /** What is wrong with the gateway's AWS credentials; with UPSTREAM_CREDENTIALS and _ACCESS_DENIED. */
  readonly diagnosis?: CredentialDiagnosis;
  /** The argument or input field, as a path. */
  readonly field?: readonly string[];
  /** When it makes sense to try again, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** What the operation would cost at least and at most, in AWS calls. */
  readonly price?: { readonly min: number; readonly max: number };
  /** What was exceeded: the most AWS calls that one operation may cost, the most levels, ... */
  readonly limit?: number;
  /** The path of the field that costs most. */
  readonly worstPath?: string;
  /** The scopes that the caller lacks. */
  readonly missingScopes?: readonly string[];
  /** Where in the operation which of them are needed. */
  readonly paths?: ReadonlyArray<{
    readonly path: string;
    readonly missingScopes: readonly string[];
  }>;
}

/** An error whose every part is meant for the client. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message?: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message ?? ERROR_CODES[code].message, cause === undefined ? {} : { cause });
    this.code = code;
    this.details = details;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  get kind(): 'refusal' | 'failure' {
    return ERROR_CODES[this.code].kind;
  }
}

/** BAD_USER_INPUT about one argument or input field. */
export function badInput(field: readonly string[], message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message, { field });
}

/** Failures to reach AWS at all: nothing was sent, so nothing can have happened. */
const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'NOT_SENT',
]);

/** The cause of a failure that kept a call from being sent at all. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  readonly code = 'NOT_SENT';
}

/**
 * Whether AWS may have done what one attempt asked for although it failed: no answer came, a broken
 * one, or a fault of AWS's own.
 */
export function mayHaveHappened({ code, cause }: GatewayError): boolean {
  switch (code) {
    case 'UPSTREAM_UNAVAILABLE':
    case 'UPSTREAM_TIMEOUT':
      return !UNSENT.has(String(property(cause, 'code')));
    // An answer that says the request is at fault, under a name that we do not know, is a refusal.
    case 'UPSTREAM_PROTOCOL':
      return !isClientError(property(property(cause, '$metadata'), 'httpStatusCode'));
    case 'UPSTREAM_OUTCOME_UNKNOWN':
      return true;
    default:
      return false;
  }
}

const isClientError = (status: unknown): boolean =>
  typeof status === 'number' && status >= 400 && status < 500;

const SAFE_TEXT_LENGTH = 1000;

/** AWS's own words, on one line and bounded; whoever wrote the resource may have shaped them. */
function safeText(text: string): string {
  return withoutSecretTexts(text)
    .replace(/\p{C}+/gu, ' ')
    .slice(0, SAFE_TEXT_LENGTH)
    .trim();
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function property(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)[key]
      : undefined;
  } catch {
    return undefined;
  }
}

interface Classified {
  readonly code: ErrorCode;
  readonly textIsSafe: boolean;
}

function codeOf(error: unknown): Classified {
  // Before the name: the SDK calls a connection that was reset a TimeoutError.
  const networkCode = property(error, 'code');
  if (typeof networkCode === 'string' && NETWORK_CODES.has(networkCode)) {
    return { code: 'UPSTREAM_UNAVAILABLE', textIsSafe: false };
  }
  const name = property(error, 'name');
  const known =
    typeof name === 'string' && Object.hasOwn(AWS_EXCEPTIONS, name)
      ? AWS_EXCEPTIONS[name]
      : undefined;
  return known ?? { code: codeOfUnknown(property(error, '$metadata')), textIsSafe: false };
}

/** By what the SDK tells of the attempts, when the error itself has no name we know. */
function codeOfUnknown(metadata: unknown): ErrorCode {
  const status = property(metadata, 'httpStatusCode');
  if (typeof status === 'number') {
    if (status === 429) return 'UPSTREAM_THROTTLED';
    if (status === 401 || status === 403) return 'UPSTREAM_ACCESS_DENIED';
    return status >= 500 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_PROTOCOL';
  }
  // Attempts without a status: nothing answered. Without attempts it is a fault of ours, and a
  // fault of ours must not look like AWS's.
  return property(metadata, 'attempts') === undefined
    ? 'INTERNAL_SERVER_ERROR'
    : 'UPSTREAM_UNAVAILABLE';
}

/**
 * Whatever a call to AWS threw, as an error of ours. Never throws. The original stays as `cause`
 * for the log; of its text only the exceptions marked safe reach the client.
 */
export function upstreamError(error: unknown, action: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const { code, textIsSafe } = codeOf(error);
  const message = textOf(property(error, 'message'));
  const requestId = property(property(error, '$metadata'), 'requestId');
  const text = textIsSafe ? safeText(message) : '';
  const diagnosis = diagnoseCredentials(textOf(property(error, 'name')), message);
  return new GatewayError(
    code,
    diagnosis === undefined ? text || undefined : CREDENTIAL_DIAGNOSES[diagnosis],
    {
      action,
      ...(typeof requestId === 'string' ? { awsRequestId: requestId } : {}),
      ...(diagnosis === undefined ? {} : { diagnosis }),
    },
    error,
  );
}
