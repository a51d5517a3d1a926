import { neededParameters, suppliedByDevices } from './readinessParameters.ts';
import type { Finding } from './templateLint.ts';

/** Whether just-in-time provisioning will work for the next device of a CA. */
export type ReadinessState = 'READY' | 'AT_RISK' | 'NOT_READY';

/** What a reason does: keeps devices from being provisioned, may do so, or is a hint. */
export type ReadinessEffect = 'PREVENTS' | 'RISKS' | 'ADVICE';

/** Every reason and its effect, in the order in which reasons of one effect are told. */
export const READINESS_REASONS = {
  CA_CERTIFICATE_INACTIVE: 'PREVENTS',
  CA_CERTIFICATE_EXPIRED: 'PREVENTS',
  CA_CERTIFICATE_NOT_YET_VALID: 'PREVENTS',
  AUTO_REGISTRATION_DISABLED: 'PREVENTS',
  NO_TEMPLATE: 'PREVENTS',
  ROLE_MISSING: 'PREVENTS',
  TEMPLATE_MISSING: 'PREVENTS',
  TEMPLATE_TYPE_MISMATCH: 'PREVENTS',
  TEMPLATE_BODY_INVALID: 'PREVENTS',
  PARAMETER_NOT_SUPPLIED: 'PREVENTS',
  TEMPLATE_DISABLED: 'RISKS',
  CA_CERTIFICATE_EXPIRING: 'RISKS',
  VALIDITY_UNKNOWN: 'RISKS',
  PARAMETER_MAY_BE_LACKING: 'RISKS',
  TEMPLATE_BODY_DOUBTFUL: 'RISKS',
  DEVICE_ATTRIBUTE_NEEDED: 'ADVICE',
  INLINE_TEMPLATE: 'ADVICE',
} as const satisfies Record<string, ReadinessEffect>;

export type ReadinessReasonCode = keyof typeof READINESS_REASONS;

export interface ReadinessReason {
  readonly code: ReadinessReasonCode;
  readonly effect: ReadinessEffect;
  /** What is the matter, in words. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

export interface Readiness {
  readonly state: ReadinessState;
  /** What prevents comes first, then what risks, then advice. */
  readonly reasons: readonly ReadinessReason[];
}

/** A CA certificate as DescribeCACertificate tells of it. */
export interface ReadinessSubject {
  readonly status?: string | undefined;
  readonly autoRegistrationStatus?: string | undefined;
  readonly certificatePem?: string | undefined;
  /** RFC 3339 texts. */
  readonly validity?:
    | { readonly notBefore?: string | undefined; readonly notAfter?: string | undefined }
    | undefined;
}

/** What the CA has its devices provisioned by. */
export type ReadinessTemplate =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'MISSING'; readonly templateName: string }
  | {
      readonly kind: 'NAMED';
      readonly templateName: string;
      readonly type?: string | undefined;
      readonly enabled?: boolean | undefined;
      readonly templateBody?: string | undefined;
      /** Of the body, as that of a template of type JITP. */
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: 'INLINE';
      readonly templateBody: string | undefined;
      readonly roleArn: string | undefined;
      readonly findings: readonly Finding[];
    };

export interface ReadinessQuestion {
  readonly caCertificate: ReadinessSubject;
  readonly template: ReadinessTemplate;
  /** How long before its end a certificate counts as expiring, in days. */
  readonly expiringWithinDays: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

type Told = readonly [code: ReadinessReasonCode, message: string, fix: string];

const DAY_MS = 86_400_000;
const EFFECTS: readonly ReadinessEffect[] = ['PREVENTS', 'RISKS', 'ADVICE'];

/** Whether the next device of a CA will be provisioned, and all that speaks against it. */
export function jitpReadiness(question: ReadinessQuestion): Readiness {
  const told: readonly Told[] = [
    ...statusReasons(question.caCertificate),
    ...validityReasons(question),
    ...templateReasons(question),
  ];
  const codes = Object.keys(READINESS_REASONS);
  const reasons = told
    .map(([code, message, fix]) => ({ code, effect: READINESS_REASONS[code], message, fix }))
    .sort(
      (one, other) =>
        EFFECTS.indexOf(one.effect) - EFFECTS.indexOf(other.effect) ||
        codes.indexOf(one.code) - codes.indexOf(other.code),
    );
  return { state: stateOf(reasons), reasons };
}

function stateOf(reasons: readonly ReadinessReason[]): ReadinessState {
  if (reasons.some(({ effect }) => effect === 'PREVENTS')) return 'NOT_READY';
  return reasons.some(({ effect }) => effect === 'RISKS') ? 'AT_RISK' : 'READY';
}

function statusReasons({ status, autoRegistrationStatus }: ReadinessSubject): Told[] {
  const told: Told[] = [];
  if (status !== 'ACTIVE') {
    told.push([
      'CA_CERTIFICATE_INACTIVE',
      'The CA certificate is not ACTIVE, so AWS IoT takes no new device that it signed.',
      'Set it to ACTIVE: updateCACertificate(input: {certificateId, newStatus: ACTIVE}).',
    ]);
  }
  if (autoRegistrationStatus !== 'ENABLE') {
    told.push([
      'AUTO_REGISTRATION_DISABLED',
      'Auto registration is off, so the certificate of a new device is not registered.',
      'Enable it: updateCACertificate(input: {certificateId, newAutoRegistrationStatus: ENABLE}).',
    ]);
  }
  return told;
}

function validityReasons({ caCertificate, expiringWithinDays, nowMs }: ReadinessQuestion): Told[] {
  const { notBefore, notAfter } = caCertificate.validity ?? {};
  const endMs = Date.parse(notAfter ?? '');
  if (notAfter === undefined || Number.isNaN(endMs)) {
    const message = 'AWS IoT does not tell until when the CA certificate is valid.';
    return [['VALIDITY_UNKNOWN', message, 'Read its end from `certificatePem`.']];
  }
  const another = 'register a CA certificate with a later end, and sign new devices with it.';
  if (nowMs > endMs) {
    const message = `The CA certificate expired on ${notAfter}.`;
    return [['CA_CERTIFICATE_EXPIRED', message, `A certificate cannot be prolonged: ${another}`]];
  }
  if (notBefore !== undefined && nowMs < Date.parse(notBefore)) {
    const message = `The CA certificate is not valid before ${notBefore}.`;
    return [['CA_CERTIFICATE_NOT_YET_VALID', message, 'Wait until then.']];
  }
  const leftMs = endMs - nowMs;
  if (leftMs > expiringWithinDays * DAY_MS) return [];
  const days = Math.floor(leftMs / DAY_MS);
  const left = days === 0 ? 'in less than a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  const message = `The CA certificate expires ${left}, on ${notAfter}.`;
  return [['CA_CERTIFICATE_EXPIRING', message, `Before that, ${another}`]];
}

function templateReasons({ caCertificate, template }: ReadinessQuestion): Told[] {
  switch (template.kind) {
    case 'NONE':
      return [
        [
          'NO_TEMPLATE',
          'The CA has no provisioning template, so the certificate of a new device stays PENDING_ACTIVATION.',
          'Give it one: attachProvisioningTemplate(input: {certificateId, templateName, enableAutoRegistration: true}).',
        ],
      ];
    case 'MISSING':
      return [
        [
          'TEMPLATE_MISSING',
          `The CA names provisioning template ${template.templateName}, which does not exist.`,
          'Create a template of that name and type JITP, or attach another.',
        ],
      ];
    case 'NAMED':
      return namedReasons(template, caCertificate);
    case 'INLINE':
      return inlineReasons(template, caCertificate);
  }
}

function namedReasons(
  template: ReadinessTemplate & { kind: 'NAMED' },
  caCertificate: ReadinessSubject,
): Told[] {
  const { templateName, type, enabled, templateBody, findings } = template;
  if (type !== 'JITP') {
    return [
      [
        'TEMPLATE_TYPE_MISMATCH',
        `The CA names provisioning template ${templateName}, whose type is ${type ?? 'unknown'}; only templates of type JITP provision devices of a CA.`,
        'Attach a template of type JITP; the type of a template cannot be changed.',
      ],
    ];
  }
  const told = bodyReasons(`provisioning template ${templateName}`, {
    templateBody,
    findings,
    caCertificate,
  });
  if (enabled === true) return told;
  return [
    [
      'TEMPLATE_DISABLED',
      `Provisioning template ${templateName} is disabled; whether AWS IoT provisions by it all the same is not documented.`,
      `Enable it: updateProvisioningTemplate(input: {templateName: "${templateName}", enabled: true}).`,
    ],
    ...told,
  ];
}

function inlineReasons(
  { templateBody, roleArn, findings }: ReadinessTemplate & { kind: 'INLINE' },
  caCertificate: ReadinessSubject,
): Told[] {
  const told: Told[] = [];
  if (roleArn === undefined) {
    told.push([
      'ROLE_MISSING',
      'The CA carries a template body without a role for AWS IoT to take on.',
      'Attach a named template, which has its own role, or give `registrationConfig` with `roleArn`.',
    ]);
  }
  if (templateBody === undefined) {
    told.push([
      'NO_TEMPLATE',
      'The CA carries a role without a template body.',
      'Attach a provisioning template of type JITP.',
    ]);
    return told;
  }
  told.push(
    ...bodyReasons('the body that the CA carries', { templateBody, findings, caCertificate }),
  );
  told.push([
    'INLINE_TEMPLATE',
    'The CA carries its own template body, which has no versions and is changed CA by CA.',
    'Create a template of type JITP with this body and role, and attach it with `expectedRegistration`.',
  ]);
  return told;
}

/** Findings about what devices supply: reasons of their own tell it, by what is known of the CA. */
const OF_PARAMETERS: ReadonlySet<Finding['code']> = new Set([
  'PARAMETER_NOT_SUPPLIED',
  'PARAMETER_UNUSED',
]);

interface Body {
  readonly templateBody: string | undefined;
  readonly findings: readonly Finding[];
  readonly caCertificate: ReadinessSubject;
}

function bodyReasons(name: string, { templateBody, findings, caCertificate }: Body): Told[] {
  const told: Told[] = [];
  const others = findings.filter(({ code }) => !OF_PARAMETERS.has(code));
  const errors = others.filter(({ effect }) => effect === 'REFUSED' || effect === 'FAILS');
  const [error] = errors;
  if (error) {
    told.push(['TEMPLATE_BODY_INVALID', summary(name, 'errors', error, errors.length), error.fix]);
  }
  const parameters = templateBody === undefined ? [] : neededParameters(templateBody);
  told.push(...parameterReasons(name, parameters, caCertificate));
  const doubts = others.filter(({ effect }) => effect === 'MAY_FAIL');
  const [doubt] = doubts;
  if (doubt) {
    told.push(['TEMPLATE_BODY_DOUBTFUL', summary(name, 'doubts', doubt, doubts.length), doubt.fix]);
  }
  return told;
}

function summary(name: string, what: string, { message, path }: Finding, count: number): string {
  const more = count === 1 ? '' : ` It is the first of ${count} ${what}.`;
  return `In ${name}, at ${path}: ${message}${more}`;
}

/**
 * The control plane does not show what subjects the devices of a CA have. They mostly share with
 * their CA what it carries itself, so what it lacks is what they may lack.
 */
function parameterReasons(
  name: string,
  parameters: readonly string[],
  { certificatePem }: ReadinessSubject,
): Told[] {
  const { never, perhaps, each } = suppliedByDevices(parameters, certificatePem);
  const told: Told[] = [];
  if (never.length > 0) {
    told.push([
      'PARAMETER_NOT_SUPPLIED',
      `In ${name}: no device certificate can supply ${listed(never)}, and there is no default.`,
      'Give each a `Default`, or take it out.',
    ]);
  }
  if (perhaps.length > 0) {
    told.push([
      'PARAMETER_MAY_BE_LACKING',
      `In ${name}: a device whose certificate lacks ${listed(perhaps)} in its subject is not provisioned, and the CA's own subject has no such attribute.`,
      'Give each a `Default`, or make sure that every device certificate carries it.',
    ]);
  }
  if (each.length > 0) {
    told.push([
      'DEVICE_ATTRIBUTE_NEEDED',
      `In ${name}: every device certificate has to carry ${listed(each)} in its subject, of its own.`,
      'Make sure that whatever issues device certificates puts it in.',
    ]);
  }
  return told;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
