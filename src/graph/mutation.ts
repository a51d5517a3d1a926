import { GatewayError } from '../errors.ts';
import type { UserError, Warning } from '../generated/resolvers.ts';
import type { WriteName } from '../upstream/actions.ts';

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
}

export interface DeleteOutcome extends Outcome {
  readonly deletedId: string | null;
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

/** The fields of payloads that show a thing, and its type. */
export const PAYLOAD_TYPES: Readonly<
  Record<string, 'ProvisioningTemplate' | 'CACertificate' | undefined>
> = {
  provisioningTemplate: 'ProvisioningTemplate',
  caCertificate: 'CACertificate',
};

/** The write that a mutation makes. */
export function writeOf(mutation: string): WriteName {
  const isAttachment = /^(?:attach|detach)/.test(mutation);
  const action = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
  return isAttachment ? 'UpdateCACertificate' : (action as WriteName);
}
