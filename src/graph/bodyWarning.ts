import { GatewayError } from '../errors.ts';
import type { Warning } from '../generated/resolvers.ts';
import { type Finding, hookFinding } from '../provisioning/templateLint.ts';
import type { TemplateDetail } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';

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

/** The findings on a template's body and hook. */
export function diagnosticsOf(
  { templateBody, type, preProvisioningHook }: TemplateDetail,
  { readings }: Pick<GraphContext, 'readings'>,
): readonly Finding[] {
  if (templateBody === undefined) return [];
  if (type !== 'JITP') return readings.findings(templateBody, 'FLEET_PROVISIONING');
  const findings = readings.findings(templateBody, 'JITP');
  const hasHook = preProvisioningHook?.targetArn !== undefined;
  return hasHook ? [...findings, hookFinding()] : findings;
}

/**
 * Warnings about the body that a write has put in force, by the template as read back, which the
 * payload shares. A failure to read it must not hide the write: it shows at the payload's field.
 */
export async function warningsInForce(
  templateName: string,
  field: readonly string[],
  context: GraphContext,
): Promise<Warning[]> {
  try {
    const template = await context.loaders.templates.load(templateName);
    if (!template?.detail) return [];
    return diagnosticsOf(template.detail, context).map((finding) => bodyWarning(field, finding));
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
