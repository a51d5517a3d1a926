/** What is wrong with the gateway's AWS credentials. */
export type CredentialDiagnosis = keyof typeof CREDENTIAL_DIAGNOSES;

/** What each diagnosis means and what the gateway's operator can do about it; clients see it. */
export const CREDENTIAL_DIAGNOSES = {
  MISSING:
    'The gateway has no AWS credentials. Its operator can give it a role, a profile (AWS_PROFILE), or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY.',
  EXPIRED:
    "The gateway's AWS credentials have expired. Its operator has to renew them: sign in again, or replace AWS_SESSION_TOKEN and the keys that belong to it.",
  NOT_ACCEPTED:
    "AWS does not accept the gateway's credentials. Its operator can check that the access key exists and is active in the account, that what was given with it belongs to it, and that the region is enabled.",
  CLOCK_SKEWED:
    "AWS refuses the gateway's signatures because its clock is wrong. Its operator has to set the clock of the machine, for instance by NTP; AWS allows 5 minutes.",
  DENIED:
    "The gateway's AWS credentials do not have the right to this action. `iotgw iam-policy` prints the policy that they need.",
  PASS_ROLE_DENIED:
    "The gateway's AWS credentials may not pass this role to AWS IoT. Its operator can allow `iam:PassRole` on the role; `iotgw iam-policy` prints how.",
} as const satisfies Record<string, string>;

/** Some of AWS's names are of other services, which stand before IoT or give the credentials. */
const BY_NAME: Readonly<Record<string, CredentialDiagnosis>> = {
  CredentialsProviderError: 'MISSING',
  TokenProviderError: 'MISSING',
  MissingAuthenticationTokenException: 'MISSING',
  ExpiredTokenException: 'EXPIRED',
  ExpiredToken: 'EXPIRED',
  UnrecognizedClientException: 'NOT_ACCEPTED',
  InvalidClientTokenId: 'NOT_ACCEPTED',
  InvalidSignatureException: 'NOT_ACCEPTED',
  SignatureDoesNotMatch: 'NOT_ACCEPTED',
  IncompleteSignatureException: 'NOT_ACCEPTED',
  RequestTimeTooSkewed: 'CLOCK_SKEWED',
  RequestExpired: 'CLOCK_SKEWED',
  RequestInTheFuture: 'CLOCK_SKEWED',
  UnauthorizedException: 'DENIED',
  AccessDeniedException: 'DENIED',
  AccessDenied: 'DENIED',
  ForbiddenException: 'DENIED',
};

/** What the text of an error says more exactly than its name. */
const BY_TEXT: ReadonlyArray<{
  readonly named: CredentialDiagnosis;
  readonly text: RegExp;
  readonly diagnosis: CredentialDiagnosis;
}> = [
  { named: 'MISSING', text: /\bexpired\b/i, diagnosis: 'EXPIRED' },
  {
    named: 'NOT_ACCEPTED',
    text: /^Signature (?:expired|not yet current)\b/i,
    diagnosis: 'CLOCK_SKEWED',
  },
  { named: 'DENIED', text: /\biam:PassRole\b/, diagnosis: 'PASS_ROLE_DENIED' },
];

/** Tells from the name and text of an error what is wrong with the credentials, if they are. */
export function diagnoseCredentials(name: string, text: string): CredentialDiagnosis | undefined {
  const named = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  const closer = BY_TEXT.find((row) => row.named === named && row.text.test(text));
  return closer?.diagnosis ?? named;
}
