import { GatewayError } from '../errors.ts';
import type {
  CARegistrationCheck,
  CARegistrationFinding,
  ErrorCode,
  QueryResolvers,
  RegisterCACertificateInput,
  Resolvers,
  UserError,
  Warning,
} from '../generated/resolvers.ts';
import {
  checkRegistration,
  needsRegistrationCode,
  type ReadRegistration,
  type RegistrationFacts,
  type RegistrationFinding,
  readRegistration,
} from '../provisioning/registrationCheck.ts';
import { maxCACertificatesPerSubject } from '../provisioning/registrationRules.ts';
import { type ReadCertificate, readCertificateOutline } from '../provisioning/x509.ts';
import { summarizeX509 } from '../provisioning/x509Summary.ts';
import {
  type CACertificateConstants,
  caCertificateRows,
  getRegistrationCode,
  KEYS,
  listCACertificates,
} from '../upstream/questions.ts';
import { prepareCARegistration } from './caRegistrationPlan.ts';
import type { GraphContext } from './context.ts';
import { InputCheck } from './input.ts';

const Query: Pick<QueryResolvers, 'prepareCARegistration' | 'checkCARegistration'> = {
  prepareCARegistration: (_root, { input }, context) => prepareCARegistration(input, context),
  checkCARegistration: (_root, { input }, context) => checkCARegistration(input, context),
};

/** The answer of `checkCARegistration`: a failure to read the code fails it, for half a check is none. */
async function checkCARegistration(
  input: RegisterCACertificateInput,
  context: GraphContext,
): Promise<CARegistrationCheck> {
  // The dates are judged by the clock.
  context.scope.inputs.expireNow();
  const read = readInput(input);
  const registrationCode = await registrationCodeFor(read, context);
  const found = checkRegistration(read, { nowMs: context.upstream.nowMs(), registrationCode });
  const { certificate } = read.caCertificate;
  const known = certificate && (await compareWithKnown(certificate, context));
  const findings = [...found.map(toFinding), ...otherFindings(input), ...(known?.findings ?? [])];
  return {
    isAcceptable: findings.every(({ severity }) => severity !== 'ERROR'),
    certificateId: certificate?.certificateId ?? null,
    x509: (certificate && summarizeX509(input.caCertificate)) ?? null,
    comparedCACertificates: known?.compared ?? 0,
    findings,
  };
}

/**
 * What stands against sending a registration, and what its sender should know. Where the
 * registration code cannot be read, AWS judges the common name; what may be registered since
 * the gateway last looked is left to AWS as well.
 */
export async function judgeRegistration(
  input: RegisterCACertificateInput,
  context: GraphContext,
): Promise<{ readonly userErrors: UserError[]; readonly warnings: Warning[] }> {
  const read = readInput(input);
  let registrationCode: RegistrationFacts['registrationCode'];
  try {
    registrationCode = await registrationCodeFor(read, context);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    registrationCode = { kind: 'unknown' };
  }
  const found = checkRegistration(read, { nowMs: context.upstream.nowMs(), registrationCode });
  const userErrors: UserError[] = [];
  const warnings: Warning[] = [];
  // One that may have been made already is not refused for what may have changed since.
  const mayBeMade = context.scope.doubtSinceMs !== undefined;
  for (const { code, message, field, fix } of found) {
    if (mayBeMade && CHANGING.has(code)) continue;
    const said = { message: `${message} ${fix}`, field: ['input', field] };
    const warning = WARNINGS.find((name) => name === code);
    if (warning === undefined) userErrors.push({ code: errorCodeOf(code), ...said });
    else warnings.push({ code: warning, ...said });
  }
  return { userErrors, warnings };
}

function readInput(input: RegisterCACertificateInput): ReadRegistration {
  return readRegistration({
    caCertificate: input.caCertificate,
    verificationCertificate: input.verificationCertificate ?? undefined,
    certificateMode: input.certificateMode ?? 'DEFAULT',
  });
}

/**
 * The registration code in force, where it matters; at most one GetRegistrationCode. A code that is
 * remembered speaks for a certificate and never against it, for another may have taken its place.
 */
async function registrationCodeFor(
  read: ReadRegistration,
  { upstream: { door }, scope }: GraphContext,
): Promise<string | undefined> {
  if (!needsRegistrationCode(read)) return undefined;
  const question = getRegistrationCode();
  const remembered = door.peek<{ registrationCode?: string } | null>(
    question.action,
    question.key,
    scope,
  )?.value?.registrationCode;
  const claimed = read.verificationCertificate?.certificate?.subjectCommonName;
  if (remembered !== undefined && remembered === claimed) return remembered;
  const { value } = await door.read(question, { ...scope, freshness: door.freshness(0) });
  return value?.registrationCode;
}

/** What the same certificates can be found guilty of at one time and not at another. */
const CHANGING: ReadonlySet<RegistrationFinding['code']> = new Set([
  'OUTSIDE_VALIDITY',
  'REGISTRATION_CODE_MISMATCH',
]);

/** The codes that are warnings in both places. */
const WARNINGS = [
  'MORE_THAN_ONE_CERTIFICATE',
  'CA_CERTIFICATE_EXPIRES_SOON',
  'VERIFICATION_CERTIFICATE_OUTSIDE_VALIDITY',
] as const satisfies ReadonlyArray<Warning['code'] & RegistrationFinding['code']>;

/** What AWS would answer, as our code; a rule about the form of a field is BAD_USER_INPUT here. */
const ERROR_CODE_OF: Readonly<Partial<Record<CARegistrationFinding['code'], ErrorCode>>> = {
  PRIVATE_KEY_REFUSED: 'PRIVATE_KEY_REFUSED',
  PEM_UNREADABLE: 'CERTIFICATE_VALIDATION',
  NOT_A_CA: 'CERTIFICATE_VALIDATION',
  NOT_VERSION_3: 'CERTIFICATE_VALIDATION',
  KEY_NOT_ACCEPTED: 'CERTIFICATE_VALIDATION',
  OUTSIDE_VALIDITY: 'CERTIFICATE_VALIDATION',
  NOT_SIGNED_BY_CA: 'CERTIFICATE_VALIDATION',
  REGISTRATION_CODE_MISMATCH: 'REGISTRATION_CODE_VALIDATION',
  ALREADY_REGISTERED: 'RESOURCE_ALREADY_EXISTS',
  SUBJECT_LIMIT_REACHED: 'LIMIT_EXCEEDED',
};

function errorCodeOf(code: CARegistrationFinding['code']): ErrorCode {
  return ERROR_CODE_OF[code] ?? 'BAD_USER_INPUT';
}

function toFinding({ severity, code, field, message, fix }: RegistrationFinding) {
  return {
    severity,
    code,
    errorCode: severity === 'ERROR' ? errorCodeOf(code) : null,
    message,
    field: ['input', field],
    fix,
  };
}

/** Findings about the fields that are no certificates. */
function otherFindings(input: RegisterCACertificateInput): CARegistrationFinding[] {
  const check = new InputCheck();
  check.registration(input.registrationConfig);
  check.tags(input.tags);
  return check.problems.map(({ code, message, field }) => ({
    severity: 'ERROR',
    code: code === 'PRIVATE_KEY_REFUSED' ? code : 'INPUT_INVALID',
    errorCode: code,
    message,
    field: [...(field ?? ['input'])],
    fix: 'Change the field so that it keeps this rule.',
  }));
}

/** Lists longer than this are compared in part: 5,000 CAs. */
const MAX_COMPARED_PAGES = 20;

/** Compares a CA with those that the gateway knows at the moment; makes no call. */
async function compareWithKnown(
  { certificateId, subjectDigest }: ReadCertificate,
  { upstream: { door }, scope, turns }: GraphContext,
): Promise<{ compared: number; findings: CARegistrationFinding[] }> {
  const action = 'ListCACertificates';
  const row = door.peek(action, KEYS.caCertificateRow(certificateId), scope)?.value ?? null;
  let compared = 0;
  let sameSubject = 0;
  let token: string | undefined;
  for (let page = 0; page < MAX_COMPARED_PAGES; page += 1) {
    const { key } = listCACertificates({ ascendingOrder: false }, token);
    const answer = door.peek<Parameters<typeof caCertificateRows>[0]>(action, key, scope)?.value;
    if (!answer) break;
    const rows = caCertificateRows(answer);
    await turns.take(rows.length);
    for (const { certificateArn = '', creationDate = '' } of rows) {
      const constants = door.cache.get<CACertificateConstants>(
        KEYS.constants(certificateArn, creationDate),
      );
      const pem = constants?.value.certificatePem;
      if (pem === undefined) continue;
      compared += 1;
      if (readCertificateOutline(pem)?.subjectDigest === subjectDigest) sameSubject += 1;
    }
    token = answer.nextMarker || undefined;
    if (token === undefined) break;
  }
  const findings: CARegistrationFinding[] = [];
  const add = (code: CARegistrationFinding['code'], message: string, fix: string) =>
    findings.push({
      severity: 'ERROR',
      code,
      errorCode: errorCodeOf(code),
      message,
      field: ['input', 'caCertificate'],
      fix,
    });
  if (row !== null) {
    const message = `This CA certificate is registered already, with the id ${certificateId}.`;
    add('ALREADY_REGISTERED', message, 'Change the registered CA, or delete it first.');
  } else if (sameSubject >= maxCACertificatesPerSubject) {
    const message = `There are ${sameSubject} CA certificates with this subject; AWS IoT allows ${maxCACertificatesPerSubject}.`;
    add('SUBJECT_LIMIT_REACHED', message, 'Delete one of them, or issue the CA for another name.');
  }
  return { compared, findings };
}

export const caRegistrationResolvers: Resolvers = { Query };
