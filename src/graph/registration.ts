import { createHash } from 'node:crypto';
import type { UpdateCACertificateRequest } from '@aws-sdk/client-iot';
import type { GatewayError } from '../errors.ts';
import type {
  RegistrationKind,
  RegistrationSnapshot,
  UserError,
  Warning,
} from '../generated/resolvers.ts';
import {
  type CACertificateDetail,
  caCertificateDetail,
  describeCACertificate,
  type TemplateDetail,
  THINGS,
} from '../upstream/questions.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity } from './entities.ts';
import { attempt, noSuchTemplate, userError } from './mutation.ts';

/** In which way a CA is registered; a name decides, for just-in-time provisioning follows it. */
export function registrationKind({ registrationConfig }: CACertificateDetail): RegistrationKind {
  const { templateName, templateBody, roleArn } = registrationConfig ?? {};
  if (templateName !== undefined) return 'NAMED';
  return templateBody === undefined && roleArn === undefined ? 'NONE' : 'INLINE';
}

/** How a CA is registered, in full. */
export function registrationSnapshot(detail: CACertificateDetail): RegistrationSnapshot {
  const kind = registrationKind(detail);
  const { templateName, templateBody, roleArn } = detail.registrationConfig ?? {};
  const body = kind === 'INLINE' ? templateBody : undefined;
  return {
    kind,
    templateName: templateName ?? null,
    templateBody: body ?? null,
    templateBodySha256: body === undefined ? null : sha256(body),
    roleArn: roleArn ?? null,
  };
}

/** Lower-case hex of the SHA-256 of a text's UTF-8 bytes. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The scope of an operation for reads that no earlier answer will do for. */
export function liveScope({ upstream, scope }: GraphContext): CallScope {
  return { ...scope, freshness: upstream.door.freshness(0) };
}

/** A CA as it is now, whatever age of answers the operation accepts; null when there is none. */
export async function readCACertificateLive(
  certificateId: string,
  context: GraphContext,
): Promise<CACertificateDetail | null> {
  const question = describeCACertificate(certificateId);
  const { value } = await context.upstream.door.read(question, liveScope(context));
  return caCertificateDetail(value);
}

/** Reads and writes of a CA between which no other write of this gateway comes. */
export function aloneAtCACertificate<Result>(
  certificateId: string,
  { upstream, scope }: GraphContext,
  work: () => Promise<Result>,
): Promise<Result> {
  return upstream.writeTurns.take(THINGS.caCertificate(certificateId), scope.lifetime, work);
}

export type CACertificateChanges = Omit<UpdateCACertificateRequest, 'certificateId'>;

/** Sends one UpdateCACertificate. */
export function sendUpdate(
  certificateId: string,
  changes: CACertificateChanges,
  { upstream, scope }: GraphContext,
  fieldOf: (error: GatewayError) => string[] | null = certificateIdWhenNotFound,
) {
  return attempt(
    () => upstream.write('UpdateCACertificate', { certificateId, ...changes }, scope),
    fieldOf,
  );
}

/** Where AWS refuses a registration for the template that it names, the field of the name; else null. */
export function templateNameWhenNamed(
  templateName: string | undefined,
  { code, message }: GatewayError,
): string[] | null {
  const isOfTemplate = code === 'RESOURCE_NOT_FOUND' || code === 'INVALID_REQUEST';
  // AWS has the same exceptions for a CA and for its template; only its words tell.
  const isNamed = templateName !== undefined && message.split(/[^\w-]+/).includes(templateName);
  return isOfTemplate && isNamed ? ['input', 'registrationConfig', 'templateName'] : null;
}

/** A CA that is not there, by its field. */
export const certificateIdWhenNotFound = ({ code }: GatewayError): string[] | null =>
  code === 'RESOURCE_NOT_FOUND' ? ['input', 'certificateId'] : null;

/** Why no CA can name a template; undefined when one can. `path` leads to it in the input. */
export function templateRefusal(
  templateName: string,
  detail: TemplateDetail | null,
  path: readonly string[],
): UserError | undefined {
  if (detail === null) return noSuchTemplate(templateName, path);
  if (detail.type === 'JITP') return undefined;
  const message = `Provisioning template ${templateName} is of type ${detail.type}; a CA can name a template of type JITP only. The type of a template is fixed, so create another.`;
  return userError('TEMPLATE_TYPE_MISMATCH', message, path);
}

/** What keeps a template that CAs are made to name from provisioning. */
export function templateWarnings({ templateName, detail }: TemplateEntity): Warning[] {
  if (detail?.enabled === true) return [];
  return [
    {
      code: 'TEMPLATE_DISABLED',
      message: `Provisioning template ${templateName} is disabled; enable it with updateProvisioningTemplate(input: {templateName, enabled: true}).`,
      field: ['input', 'templateName'],
    },
  ];
}
