import type { ProvisioningHook, TemplateType } from '@aws-sdk/client-iot';
import { templateBodyFaults } from '../provisioning/templateBody.ts';
import { isLambdaArn } from './arn.ts';
import { AwsError } from './awsError.ts';
import type { ActionContext, TemplateRecord, TemplateVersionRecord } from './contract.ts';

/** The template of that name. Throws ResourceNotFoundException. */
export function requireTemplate(context: ActionContext, templateName: string): TemplateRecord {
  const record = context.state.templates.get(templateName);
  if (record === undefined) throw templateNotFound(templateName);
  return record;
}

/** The version of that id. Throws ResourceNotFoundException. */
export function requireVersion(record: TemplateRecord, versionId: number): TemplateVersionRecord {
  const version = record.versions.find((candidate) => candidate.versionId === versionId);
  if (version === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Template with name ${record.templateName} has no version ${versionId}`,
    );
  }
  return version;
}

/** The refusal for a template that is not there. */
export function templateNotFound(templateName: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Template with name ${templateName} does not exist`,
  );
}

/** The first fault for which AWS refuses a template body, wherever a body is sent. */
export function templateBodyRefusal(templateBody: string): AwsError | undefined {
  const [fault] = templateBodyFaults(templateBody);
  return fault && new AwsError('InvalidRequestException', fault.message);
}

/** Why a hook cannot stand on a template of that type. */
export function hookRefusal(
  hook: ProvisioningHook | undefined,
  type: TemplateType,
): AwsError | undefined {
  if (hook === undefined) return undefined;
  if (type === 'JITP') {
    return new AwsError(
      'InvalidRequestException',
      'Templates of type JITP do not support a pre-provisioning hook.',
    );
  }
  return isLambdaArn(hook.targetArn ?? '')
    ? undefined
    : new AwsError(
        'InvalidRequestException',
        'The targetArn of the pre-provisioning hook is not the ARN of a Lambda function.',
      );
}

/** A hook without members that were left out, as it is stored and answered. */
export function storedHook(hook: ProvisioningHook): ProvisioningHook {
  const { payloadVersion, targetArn } = hook;
  return payloadVersion === undefined ? { targetArn } : { payloadVersion, targetArn };
}
