import type { RegistrationConfig } from '@aws-sdk/client-iot';
import { roleRefusal } from './arn.ts';
import { AwsError } from './awsError.ts';
import type { Choices, TemplateRecord } from './contract.ts';
import { templateBodyRefusal, templateNotFound } from './provisioningTemplateRecord.ts';

/**
 * Why a CA cannot take this registrationConfig: it needs either a named JITP template or a body
 * with a role. A named template may be disabled, and may come with a role of its own.
 */
export function registrationConfigRefusal(
  config: RegistrationConfig,
  findTemplate: (templateName: string) => Pick<TemplateRecord, 'type'> | undefined,
  choices: Pick<Choices, 'attachFleetTemplate' | 'unassumableRoleArns'>,
): AwsError | undefined {
  const { templateName, templateBody, roleArn } = config;
  const hasName = templateName !== undefined;
  const hasBody = templateBody !== undefined;
  if (hasName === hasBody) {
    return new AwsError(
      'InvalidRequestException',
      hasName
        ? 'registrationConfig cannot have both templateName and templateBody.'
        : 'registrationConfig needs a templateName, or a templateBody and a roleArn.',
    );
  }
  if (hasBody && roleArn === undefined) {
    return new AwsError(
      'InvalidRequestException',
      'registrationConfig with a templateBody needs a roleArn.',
    );
  }
  return (
    (hasBody ? templateBodyRefusal(templateBody) : undefined) ??
    (roleArn === undefined ? undefined : roleRefusal(roleArn, choices.unassumableRoleArns)) ??
    (hasName ? namedTemplateRefusal(templateName, findTemplate(templateName), choices) : undefined)
  );
}

function namedTemplateRefusal(
  templateName: string,
  template: Pick<TemplateRecord, 'type'> | undefined,
  choices: Pick<Choices, 'attachFleetTemplate'>,
): AwsError | undefined {
  if (template === undefined) return templateNotFound(templateName);
  return template.type !== 'JITP' && choices.attachFleetTemplate === 'refuse'
    ? new AwsError(
        'InvalidRequestException',
        `Template with name ${templateName} is not of type JITP`,
      )
    : undefined;
}

/** The config without members that were left out, as it is stored and answered. */
export function storedRegistrationConfig(config: RegistrationConfig): RegistrationConfig {
  const { templateBody, roleArn, templateName } = config;
  return {
    ...(templateBody !== undefined && { templateBody }),
    ...(roleArn !== undefined && { roleArn }),
    ...(templateName !== undefined && { templateName }),
  };
}
