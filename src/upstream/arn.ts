/** The resource part of the ARN of a provisioning template. */
export function templateResource(templateName: string): string {
  return `provisioningtemplate/${templateName}`;
}

/** The resource part of the ARN of a CA certificate. */
export function caCertificateResource(certificateId: string): string {
  return `cacert/${certificateId}`;
}

/** The ARN of a resource under `arn:aws:iot:REGION:ACCOUNT`; undefined while that is not known. */
export function arnOf(prefix: string | undefined, resource: string): string | undefined {
  return prefix === undefined ? undefined : `${prefix}:${resource}`;
}

/** The ARN of another resource of the same account and region. */
export function siblingArn(arn: string, resource: string): string {
  return `${arn.slice(0, arn.lastIndexOf(':'))}:${resource}`;
}

/** The account and region of `arn:aws:iot:REGION:ACCOUNT`. */
export function targetOf(prefix: string): { readonly account: string; readonly region: string } {
  const [, , , region = '', account = ''] = prefix.split(':');
  return { account, region };
}
