import { AwsError } from './awsError.ts';
import type { ActionContext } from './contract.ts';

type Realm = Pick<ActionContext, 'account' | 'region'>;

/** The ARN of a provisioning template in the account and region. */
export function provisioningTemplateArn(realm: Realm, templateName: string): string {
  return iotArn(realm, `provisioningtemplate/${templateName}`);
}

/** The ARN of a CA certificate in the account and region. */
export function caCertificateArn(realm: Realm, certificateId: string): string {
  return iotArn(realm, `cacert/${certificateId}`);
}

/** The ARN of a device certificate in the account and region. */
export function certificateArn(realm: Realm, certificateId: string): string {
  return iotArn(realm, `cert/${certificateId}`);
}

function iotArn(realm: Realm, resource: string): string {
  return `arn:${partition(realm.region)}:iot:${realm.region}:${realm.account}:${resource}`;
}

function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

const iotArnPattern = /^arn:aws[a-z-]*:iot:[a-z0-9-]+:\d{12}:([a-z]+)\/(.+)$/;

/** The type and the name of an AWS IoT resource, or undefined when the text is no such ARN. */
export function parseIotArn(
  arn: string,
): { readonly resourceType: string; readonly resourceName: string } | undefined {
  const match = iotArnPattern.exec(arn);
  const [, resourceType, resourceName] = match ?? [];
  if (resourceType === undefined || resourceName === undefined) return undefined;
  return { resourceType, resourceName };
}

const roleArnPattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/**
 * Why a role cannot serve: its ARN has the wrong shape, or it is one of those that were configured
 * as not assumable. There is no IAM here, so nothing more is known of a role.
 */
export function roleRefusal(
  roleArn: string,
  unassumableRoleArns: readonly string[],
): AwsError | undefined {
  if (!roleArnPattern.test(roleArn)) {
    return new AwsError('InvalidRequestException', 'The role ARN is not the ARN of an IAM role.');
  }
  return unassumableRoleArns.includes(roleArn)
    ? new AwsError('InvalidRequestException', 'The provisioning role cannot be assumed by AWS IoT')
    : undefined;
}

const lambdaArnPattern =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?$/;

/** Whether it names a Lambda function, with a version or an alias or without. */
export function isLambdaArn(arn: string): boolean {
  return lambdaArnPattern.test(arn);
}
