import { GatewayError } from '../errors.ts';
import type { Warning } from '../generated/resolvers.ts';
import { type Finding, hookFinding, lintTemplateBody } from '../provisioning/templateLint.ts';
import type { TemplateDetail } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity } from './entities.ts';

/** A finding in one sentence after another: where, what and how to mend it. */
export function findingText(field: readonly string[], finding: Finding, aside = ''): string {
  const { path, line, column, message, fix } = finding;
  const place = `at ${path} (line ${line}, column ${column})`;
  return `\`${field.join('.')}\`, ${place}: ${message}${aside} ${fix}`;
}

/** A finding about a body that AWS takes, or has taken. */
export function bodyWarning(field: readonly string[], finding: Finding): Warning {
  return {
    code: 'TEMPLATE_BODY',
    message: findingText(field, finding),
    field: [...field],
    diagnostic: finding,
  };
}

/** The findings on a template's body and hook; for type JITP worked out once for an operation. */
export function diagnosticsOf(
  { templateBody, type, preProvisioningHook }: TemplateDetail,
  template: TemplateEntity,
): readonly Finding[] {
  if (templateBody === undefined) return [];
  if (type !== 'JITP') return lintTemplateBody(templateBody, 'FLEET_PROVISIONING');
  template.jitpFindings ??= lintTemplateBody(templateBody, 'JITP');
  const hasHook = preProvisioningHook?.targetArn !== undefined;
  return hasHook ? [...template.jitpFindings, hookFinding()] : template.jitpFindings;
}

/**
 * Warnings about the body that a write has put in force, by the template as read back, which the
 * payload shares. A failure to read it must not hide the write: it shows at the payload's field.
 */
export async function warningsInForce(
  templateName: string,
  field: readonly string[],
  { loaders }: GraphContext,
): Promise<Warning[]> {
  try {
    const template = await loaders.templates.load(templateName);
    if (!template?.detail) return [];
    return diagnosticsOf(template.detail, template).map((finding) => bodyWarning(field, finding));
  } catch (error) {
    if (error instanceof GatewayError) return [];
    throw error;
  }
}

/** The warning about a version that says what the one in force says already, to the letter. */
export function unchangedWarning(field: readonly string[]): Warning {
  return {
    code: 'TEMPLATE_BODY_UNCHANGED',
    message:
      'The body is the one in force already, so the new version changes nothing and takes one of five places.',
    field: [...field],
  };
}
