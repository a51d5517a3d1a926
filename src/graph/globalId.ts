import { badInput } from '../errors.ts';
import { targetOf } from '../upstream/arn.ts';

/** The types that have a global id, by the resource part of their ARN. */
const KINDS = {
  cacert: 'CACertificate',
  cert: 'Certificate',
  provisioningtemplate: 'ProvisioningTemplate',
} as const;

export type NodeKind = (typeof KINDS)[keyof typeof KINDS] | 'ProvisioningTemplateVersion';

export interface NodeRef {
  readonly kind: NodeKind;
  /** That of the template for a version, which has none of its own. */
  readonly arn: string;
  /** `arn:aws:iot:REGION:ACCOUNT`. */
  readonly arnPrefix: string;
  /** The certificate id or the template name; for a version `NAME/ID`. */
  readonly key: string;
}

const ARN =
  /^(arn:[a-z0-9-]{1,20}:iot:[a-z0-9-]{1,30}:\d{12}):(?:(cacert|cert)\/([0-9a-f]{64})|(provisioningtemplate)\/([0-9A-Za-z_-]{1,36}))$/;
const VERSION = /^(.*)\/versions\/([1-9]\d{0,8})$/;
const MAX_ID_LENGTH = 256;

/** The global id of an ARN: it names type, account and region, so it holds over many targets. */
export function toGlobalId(arn: string): string {
  return Buffer.from(arn).toString('base64url');
}

/** The global id of a version of a template, as AWS's paths name it. */
export function versionGlobalId(templateArn: string, versionId: number): string {
  return toGlobalId(`${templateArn}/versions/${versionId}`);
}

/** Reads a global id; throws BAD_USER_INPUT when it is not one that this gateway makes. */
export function fromGlobalId(id: string, field: readonly string[]): NodeRef {
  const text = id.length > MAX_ID_LENGTH ? '' : Buffer.from(id, 'base64url').toString('utf8');
  const [, templateArn, versionId] = VERSION.exec(text) ?? [];
  const ref = parseArn(templateArn ?? text);
  if (toGlobalId(text) === id && ref !== undefined) {
    if (versionId === undefined) return ref;
    if (ref.kind === 'ProvisioningTemplate') {
      return { ...ref, kind: 'ProvisioningTemplateVersion', key: `${ref.key}/${versionId}` };
    }
  }
  throw badInput(
    field,
    `\`${field.join('.')}\` is not a global id of this gateway; take it from the \`id\` field of a node.`,
  );
}

/** Why what a field names is not served here. */
export function elsewhere({ arnPrefix }: NodeRef, field: string): string {
  const { account, region } = targetOf(arnPrefix);
  return `\`${field}\` belongs to account ${account} in ${region}, which this gateway does not serve.`;
}

/** What an ARN names; undefined when it is none of a type that has a global id. */
export function parseArn(arn: string): NodeRef | undefined {
  const parts = ARN.exec(arn);
  const arnPrefix = parts?.[1];
  const resource = parts?.[2] ?? parts?.[4];
  const key = parts?.[3] ?? parts?.[5];
  if (!arnPrefix || !resource || !key) return undefined;
  return { kind: KINDS[resource as keyof typeof KINDS], arn, arnPrefix, key };
}
