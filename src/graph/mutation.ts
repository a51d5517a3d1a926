import { GatewayError } from '../errors.ts';
import type { RegistrationConflict, UserError, Warning } from '../generated/resolvers.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity } from './entities.ts';

/** What every payload says beside the thing that was changed. */
export interface Outcome {
  readonly warnings: readonly Warning[];
  readonly userErrors: readonly UserError[];
}

/** Payloads carry keys; their fields read the thing after the write, and only when asked for. */
export interface TemplateOutcome extends Outcome {
  readonly templateName: string | null;
}

export interface CACertificateOutcome extends Outcome {
  readonly certificateId: string | null;
}

export interface AttachOutcome extends Outcome {
  readonly certificateId: string | null;
  readonly templateName: string | null;
  readonly conflict: RegistrationConflict | null;
}

export interface DeleteOutcome extends Outcome {
  readonly deletedId: string | null;
}

export interface TemplateDeletionOutcome extends DeleteOutcome {
  readonly changedCACertificates: readonly CACertificateEntity[];
}

export interface CACertificateDeletionOutcome extends DeleteOutcome {
  readonly wasDeactivated: boolean;
}

export interface VersionOutcome extends Outcome {
  readonly templateName: string | null;
  readonly templateArn: string | null;
  readonly versionId: number | null;
  /** The version that was deleted to make room, also when the new one was then refused. */
  readonly prunedVersionId: number | null;
}

export interface VersionDeletionOutcome extends DeleteOutcome {
  readonly templateName: string | null;
}

export interface RegistrationCodeOutcome extends Outcome {
  readonly wasDeleted: boolean;
}

/** One of the two keys tells which kind of resource it was. */
export interface TagOutcome extends Outcome {
  readonly templateName: string | null;
  readonly certificateId: string | null;
  readonly resourceArn: string;
}

/** The change was not made, because of the input. */
export function refused(userErrors: readonly UserError[]): {
  templateName: null;
  certificateId: null;
  deletedId: null;
  warnings: readonly Warning[];
  userErrors: readonly UserError[];
} {
  return { templateName: null, certificateId: null, deletedId: null, warnings: [], userErrors };
}

/**
 * Runs a write. A refusal by AWS's rules becomes a user error; failures (outage, throttling,
 * rights) are thrown on, for they are errors of the operation.
 */
export async function attempt<Result>(
  run: () => Promise<Result>,
  fieldOf: (error: GatewayError) => string[] | null = () => null,
): Promise<{ kind: 'done'; result: Result } | { kind: 'refused'; userErrors: UserError[] }> {
  try {
    return { kind: 'done', result: await run() };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'refusal') throw error;
    const { code, message } = error;
    return { kind: 'refused', userErrors: [{ code, message, field: fieldOf(error) }] };
  }
}

/** A user error about a field of the input. */
export function userError(
  code: UserError['code'],
  message: string,
  path: readonly string[],
): UserError {
  return { code, message, field: ['input', ...path] };
}

/** A template that an input names is not there; `path` leads to its name. */
export function noSuchTemplate(
  templateName: string,
  path: readonly string[] = ['templateName'],
): UserError {
  return userError(
    'RESOURCE_NOT_FOUND',
    `There is no provisioning template ${templateName}.`,
    path,
  );
}

/** A CA that an input names is not there. */
export function noSuchCACertificate(certificateId: string): UserError {
  const message = `There is no CA certificate ${certificateId}.`;
  return userError('RESOURCE_NOT_FOUND', message, ['certificateId']);
}

/** The fields of payloads that show a thing, and its type. */
export const PAYLOAD_TYPES: Readonly<
  Record<
    string,
    'ProvisioningTemplate' | 'ProvisioningTemplateVersion' | 'CACertificate' | undefined
  >
> = {
  provisioningTemplateVersion: 'ProvisioningTemplateVersion',
  provisioningTemplate: 'ProvisioningTemplate',
  caCertificate: 'CACertificate',
  changedCACertificates: 'CACertificate',
};

/** The CA of a payload, read after the write. */
export function changedCACertificate(
  { certificateId }: CACertificateOutcome,
  _args: unknown,
  { loaders }: GraphContext,
): Promise<CACertificateEntity | null> | null {
  return certificateId === null ? null : loaders.caCertificates.load(certificateId);
}
