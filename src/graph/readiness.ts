import { badInput } from '../errors.ts';
import type {
  CACertificateResolvers,
  JitpReadinessState,
  Resolvers,
} from '../generated/resolvers.ts';
import {
  jitpReadiness,
  type Readiness,
  type ReadinessTemplate,
} from '../provisioning/readiness.ts';
import type { CACertificateDetail } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, TemplateEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import type { Readings } from './readings.ts';
import { registrationKind } from './registration.ts';

const DEFAULT_THRESHOLD_DAYS = 30;
const MAX_THRESHOLD_DAYS = 36_500;
const NODES_PER_BODY = 4;

/** The threshold in days, 30 when none was given; throws BAD_USER_INPUT unless it is 0 to 36,500. */
export function checkThreshold(
  field: readonly string[],
  expiringWithinDays: number | null | undefined,
): number {
  const days = expiringWithinDays ?? DEFAULT_THRESHOLD_DAYS;
  if (days >= 0 && days <= MAX_THRESHOLD_DAYS) return days;
  const name = field.join('.');
  const message = `\`${name}\` must be from 0 to ${MAX_THRESHOLD_DAYS}; it is ${days}.`;
  throw badInput(field, message);
}

const { described } = fieldsOf<CACertificateEntity>({
  loader: ({ loaders }) => loaders.caCertificates,
  keyOf: ({ certificateId }) => certificateId,
  nameOf: ({ certificateId }) => `CA certificate ${certificateId}`,
});

/**
 * Whether the next device of a CA will be provisioned, by the clock of now: an answer that holds it
 * is never used again. Rejects when the CA or the template that it names cannot be read.
 */
async function readinessOf(
  caCertificate: CACertificateEntity,
  expiringWithinDays: number,
  context: GraphContext,
): Promise<Readiness> {
  const { upstream, scope } = context;
  scope.inputs.expireNow();
  const detail = caCertificate.detail ?? (await described(caCertificate, context)).detail;
  const template = await templateOf(detail, context);
  return jitpReadiness({
    caCertificate: detail,
    template,
    expiringWithinDays,
    nowMs: upstream.nowMs(),
  });
}

async function templateOf(
  detail: CACertificateDetail,
  { loaders, readings, turns }: GraphContext,
): Promise<ReadinessTemplate> {
  const { templateName, templateBody, roleArn } = detail.registrationConfig ?? {};
  if (templateName !== undefined) {
    const template = await loaders.templates.load(templateName);
    return template === null ? { kind: 'MISSING', templateName } : named(template, readings);
  }
  if (registrationKind(detail) === 'NONE') return { kind: 'NONE' };
  // Each CA has a body of its own, and to look through it takes as long as some nodes do.
  await turns.take(NODES_PER_BODY);
  const findings = templateBody === undefined ? [] : readings.findings(templateBody, 'JITP');
  return { kind: 'INLINE', templateBody, roleArn, findings };
}

function named({ templateName, detail }: TemplateEntity, readings: Readings): ReadinessTemplate {
  const { type, enabled, templateBody } = detail ?? {};
  return {
    kind: 'NAMED',
    templateName,
    type,
    enabled,
    templateBody,
    findings: templateBody === undefined ? [] : readings.findings(templateBody, 'JITP'),
  };
}

/** Which of some CAs are in one of the states; one that is gone is in none. */
export async function areInState(
  items: readonly CACertificateEntity[],
  states: readonly JitpReadinessState[],
  expiringWithinDays: number,
  context: GraphContext,
): Promise<readonly boolean[]> {
  return Promise.all(
    items.map(async (item) => {
      if (item.detail === undefined) return false;
      const { state } = await readinessOf(item, expiringWithinDays, context);
      return states.includes(state);
    }),
  );
}

const CACertificate: Pick<CACertificateResolvers, 'jitpReadiness'> = {
  jitpReadiness: async (caCertificate, { expiringWithinDays }, context) => {
    const days = checkThreshold(['expiringWithinDays'], expiringWithinDays);
    const { state, reasons } = await readinessOf(caCertificate, days, context);
    return { state, reasons: [...reasons] };
  },
};

export const readinessResolvers: Resolvers = { CACertificate };
