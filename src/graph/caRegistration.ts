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
  type RegistrationFinding,
  readRegistration,
} from '../provisioning/registrationCheck.ts';
import { maxCACertificatesPerSubject } from '../provisioning/registrationRules.ts';
import { type ReadCertificate, readCertificateOutline } from '../provisioning/x509.ts';
import { summarizeX509 } from '../provisioning/x509Summary.ts';
import { type CACertificateRow, caIdOf, getRegistrationCode } from '../upstream/questions.ts';
import { prepareCARegistration } from './caRegistrationPlan.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity } from './entities.ts';
import { constantsOf } from './entityLoaders.ts';
import { InputCheck } from './input.ts';
import { pagesFrom, rowsOf } from './listPages.ts';
import { templateRefusal } from './registration.ts';
import type { Levels } from './selection.ts';

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
  const findings = [
    ...found.map(toFinding),
    ...(await templateFindings(input, context)),
    ...otherFindings(input),
  ];
  // What is refused anyway is worth no calls.
  const isComparable = certificate !== undefined && hasNoError(findings);
  const known = isComparable ? await compareWithRegistered(certificate, context) : undefined;
  findings.push(...(known?.findings ?? []));
  return {
    isAcceptable: hasNoError(findings),
    certificateId: certificate?.certificateId ?? null,
    x509: (certificate && summarizeX509(input.caCertificate)) ?? null,
    comparedCACertificates: known?.compared ?? 0,
    findings,
  };
}

const hasNoError = (findings: readonly CARegistrationFinding[]): boolean =>
  findings.every(({ severity }) => severity !== 'ERROR');

/**
 * What stands against sending a registration, and what its sender should know. Where the
 * registration code or the template cannot be read, AWS judges them; which CAs are registered is left
 * to AWS as well.
 */
export async function judgeRegistration(
  input: RegisterCACertificateInput,
  context: GraphContext,
): Promise<{ readonly userErrors: UserError[]; readonly warnings: Warning[] }> {
  const read = readInput(input);
  const registrationCode = await orUnknown(registrationCodeFor(read, context));
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
  const problem = mayBeMade ? undefined : await orUnknown(templateProblem(input, context));
  if (problem && 'code' in problem) userErrors.push(problem);
  return { userErrors, warnings };
}

/** What AWS tells, or that it cannot be asked. */
async function orUnknown<Value>(
  answer: Promise<Value>,
): Promise<Value | { readonly kind: 'unknown' }> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatewayError) return { kind: 'unknown' };
    throw error;
  }
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

/** Why the template that a registration names will not do; at most one DescribeProvisioningTemplate. */
async function templateProblem(
  { registrationConfig }: RegisterCACertificateInput,
  { loaders }: GraphContext,
): Promise<UserError | undefined> {
  const { templateName } = registrationConfig ?? {};
  if (templateName == null) return undefined;
  const check = new InputCheck();
  check.registration(registrationConfig);
  // What breaks a rule of the input is told of as that.
  if (check.problems.length > 0) return undefined;
  const template = await loaders.templates.load(templateName);
  return templateRefusal(templateName, template?.detail ?? null, [
    'registrationConfig',
    'templateName',
  ]);
}

async function templateFindings(
  input: RegisterCACertificateInput,
  context: GraphContext,
): Promise<CARegistrationFinding[]> {
  const problem = await templateProblem(input, context);
  if (problem === undefined) return [];
  const { code, message, field } = problem;
  const isThere = code === 'TEMPLATE_TYPE_MISMATCH';
  return [
    {
      severity: 'ERROR',
      code: isThere ? 'TEMPLATE_TYPE_MISMATCH' : 'TEMPLATE_MISSING',
      errorCode: code,
      message,
      field: [...(field ?? ['input'])],
      fix: 'Name a provisioning template of type JITP that exists.',
    },
  ];
}

/** Lists longer than this are compared in part: 5,000 CAs. */
const MAX_COMPARED_PAGES = 20;
/** Certificates that one check reads, beside those that the gateway knows: about five seconds of AWS's quota. */
const MAX_READ_CERTIFICATES = 50;
/** A registration code, a template, the list and the certificates. */
export const MOST_CALLS_OF_A_CHECK = 2 + MAX_COMPARED_PAGES + MAX_READ_CERTIFICATES;

const NEWEST_FIRST = { ascendingOrder: false };

/**
 * Compares a CA with those that are registered. Certificates that the gateway does not know are
 * read only where they decide whether there are ten with this subject; what could not be compared
 * is told of, and is no failure of the check.
 */
async function compareWithRegistered(
  { certificateId, subjectDigest }: ReadCertificate,
  context: GraphContext,
): Promise<{ compared: number; findings: CARegistrationFinding[] }> {
  const { loaders, upstream } = context;
  const { rows, isWhole } = await registeredRows(context);
  if (rows.some((row) => caIdOf(row) === certificateId)) {
    const message = `This CA certificate is registered already, with the id ${certificateId}.`;
    const fix = 'Change the registered CA, or delete it first.';
    return { compared: 0, findings: [registeredFinding('ALREADY_REGISTERED', message, fix)] };
  }
  let [compared, same] = [0, 0];
  const look = (entity: CACertificateEntity): boolean => {
    const pem = constantsOf(entity, upstream.door)?.certificatePem;
    if (pem === undefined) return false;
    compared += 1;
    if (readCertificateOutline(pem)?.subjectDigest === subjectDigest) same += 1;
    return true;
  };
  const entities = rows.map((row) => loaders.caCertificateOfRow(row, NEWEST_FIRST));
  const unknown = entities.filter((entity) => !look(entity));
  const isOpen = (left: number) =>
    same < maxCACertificatesPerSubject && same + left >= maxCACertificatesPerSubject;
  const lacking = isOpen(unknown.length) ? unknown.slice(0, MAX_READ_CERTIFICATES) : [];
  const read = await Promise.all(lacking.map((entity) => readConstants(entity, context)));
  const settled = read.filter((entity) => entity === null || (entity && look(entity)));
  if (same >= maxCACertificatesPerSubject) {
    const message = `There are ${same} CA certificates with this subject; AWS IoT allows ${maxCACertificatesPerSubject}.`;
    const fix = 'Delete one of them, or issue the CA for another name.';
    return { compared, findings: [registeredFinding('SUBJECT_LIMIT_REACHED', message, fix)] };
  }
  if (isWhole && !isOpen(unknown.length - settled.length)) return { compared, findings: [] };
  const number = isWhole ? `${rows.length}` : `${rows.length} or more`;
  const message = `Of ${number} registered CA certificates ${compared} were compared, so there may be ${maxCACertificatesPerSubject} with this subject, which is all that AWS IoT allows.`;
  const fix = 'Check again, which goes on with the others, or leave it to AWS IoT.';
  return { compared, findings: [registeredFinding('SUBJECTS_NOT_ALL_COMPARED', message, fix)] };
}

/** The rows of the registered CAs, as far as they can be read. */
async function registeredRows({ loaders, turns }: GraphContext) {
  const rows: CACertificateRow[] = [];
  const page = (token: string | undefined) => loaders.caCertificatePage(NEWEST_FIRST, token);
  let pages = 0;
  try {
    for await (const scanned of pagesFrom({ page, keyOf: caIdOf }, undefined)) {
      rows.push(...rowsOf(scanned));
      await turns.take(scanned.count);
      pages += 1;
      if (scanned.isLast) return { rows, isWhole: true };
      if (pages === MAX_COMPARED_PAGES) break;
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
  return { rows, isWhole: false };
}

/** A CA with its certificate; null when it is gone, undefined when it cannot be read. */
async function readConstants(
  { certificateId }: CACertificateEntity,
  { loaders }: GraphContext,
): Promise<CACertificateEntity | null | undefined> {
  try {
    return await loaders.caCertificates.find(certificateId, CONSTANT);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

const CONSTANT: Levels = new Set(['CONSTANT']);

function registeredFinding(
  code: 'ALREADY_REGISTERED' | 'SUBJECT_LIMIT_REACHED' | 'SUBJECTS_NOT_ALL_COMPARED',
  message: string,
  fix: string,
): CARegistrationFinding {
  const isWarning = code === 'SUBJECTS_NOT_ALL_COMPARED';
  return {
    severity: isWarning ? 'WARNING' : 'ERROR',
    code,
    errorCode: isWarning ? null : errorCodeOf(code),
    message,
    field: ['input', 'caCertificate'],
    fix,
  };
}

export const caRegistrationResolvers: Resolvers = { Query };
