import { SCOPES, type Scope } from './caller.ts';
import type { ActionName } from './upstream/actions.ts';

/** The resource types of AWS IoT that rights can be bound to; the Service Authorization Reference's names. */
type ResourceType = 'provisioningtemplate' | 'cacert' | 'cert';

/** What one action takes, and who makes the gateway send it. */
interface ActionRight {
  /** What the action can be bound to; empty: AWS knows it for all resources (`*`) only. */
  readonly resources: readonly ResourceType[];
  /** Whether its input can name a role that AWS IoT is to take on; then `iam:PassRole` is checked. */
  readonly passesRole: boolean;
  /** Sets of scopes, each of which is enough to make the gateway send it. */
  readonly scopes: ReadonlyArray<readonly Scope[]>;
}

const TEMPLATE: readonly ResourceType[] = ['provisioningtemplate'];
const CA: readonly ResourceType[] = ['cacert'];
const TAGGED: readonly ResourceType[] = ['provisioningtemplate', 'cacert'];

function right(
  resources: readonly ResourceType[],
  scopes: ActionRight['scopes'],
  passesRole = false,
): ActionRight {
  return { resources, passesRole, scopes };
}

/**
 * Every action that the gateway sends. Resource types and `iam:PassRole` are those of the Service
 * Authorization Reference for AWS IoT. Writers read too: what is checked before a write, and what
 * became of one whose answer was lost.
 */
export const ACTION_RIGHTS: Readonly<Record<ActionName, ActionRight>> = {
  CreateProvisioningClaim: right(TEMPLATE, [['iot:claim']]),
  CreateProvisioningTemplate: right(TEMPLATE, [['iot:template:write']], true),
  CreateProvisioningTemplateVersion: right(TEMPLATE, [['iot:template:write']]),
  DeleteCACertificate: right(CA, [['iot:ca:write', 'iot:delete']]),
  DeleteProvisioningTemplate: right(TEMPLATE, [['iot:template:write', 'iot:delete']]),
  DeleteProvisioningTemplateVersion: right(TEMPLATE, [['iot:template:write', 'iot:delete']]),
  DeleteRegistrationCode: right([], [['iot:ca:write', 'iot:delete']]),
  DescribeCACertificate: right(CA, [['iot:read'], ['iot:ca:write']]),
  DescribeCertificate: right(['cert'], [['iot:read']]),
  DescribeProvisioningTemplate: right(TEMPLATE, [
    ['iot:read'],
    ['iot:template:write'],
    ['iot:ca:write'],
  ]),
  DescribeProvisioningTemplateVersion: right(TEMPLATE, [['iot:read'], ['iot:template:write']]),
  GetRegistrationCode: right([], [['iot:ca:write']]),
  ListCACertificates: right([], [['iot:read'], ['iot:template:write', 'iot:delete']]),
  ListCertificatesByCA: right([], [['iot:read']]),
  ListProvisioningTemplateVersions: right(TEMPLATE, [['iot:read'], ['iot:template:write']]),
  ListProvisioningTemplates: right([], [['iot:read']]),
  ListTagsForResource: right(TAGGED, [['iot:read'], ['iot:template:write', 'iot:ca:write']]),
  RegisterCACertificate: right([], [['iot:ca:write']], true),
  TagResource: right(TAGGED, [['iot:template:write', 'iot:ca:write']]),
  UntagResource: right(TAGGED, [['iot:template:write', 'iot:ca:write']]),
  UpdateCACertificate: right(CA, [['iot:ca:write']], true),
  UpdateProvisioningTemplate: right(TEMPLATE, [['iot:template:write']], true),
};

const ACTIONS = Object.keys(ACTION_RIGHTS) as ActionName[];

/** The actions that callers with these scopes can make the gateway send. */
export function actionsFor(scopes: ReadonlySet<Scope>): ActionName[] {
  return ACTIONS.filter((action) =>
    ACTION_RIGHTS[action].scopes.some((needed) => needed.every((scope) => scopes.has(scope))),
  );
}

/** Where the policy is to hold. `*` stands for any region, account or role. */
interface PolicyPlace {
  /** aws, aws-cn or aws-us-gov. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** The roles that may be passed to AWS IoT; unset: all of the account. */
  readonly roleArns?: readonly string[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** An IAM policy, as IAM takes it in JSON. */
interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** By the resource types they stand for, as ACTION_RIGHTS writes them. */
const SIDS: Readonly<Record<string, string>> = {
  '': 'WithoutResource',
  provisioningtemplate: 'ProvisioningTemplates',
  cacert: 'CACertificates',
  cert: 'Certificates',
  'provisioningtemplate,cacert': 'Tags',
};

/** The policy that the gateway's AWS credentials need, and no more, to serve these scopes. */
export function iamPolicy(place: PolicyPlace, scopes: Iterable<Scope> = SCOPES): IamPolicy {
  const { partition, region, account, roleArns } = place;
  const actions = actionsFor(new Set(scopes));
  const arn = (type: ResourceType) => `arn:${partition}:iot:${region}:${account}:${type}/*`;
  const statements = Object.entries(SIDS).flatMap(([types, sid]): Statement[] => {
    const own = actions.filter((action) => ACTION_RIGHTS[action].resources.join() === types);
    const [resources] = own.map((action) => ACTION_RIGHTS[action].resources);
    if (resources === undefined) return [];
    return [
      {
        Sid: sid,
        Effect: 'Allow',
        Action: own.map((action) => `iot:${action}`),
        Resource: resources.length === 0 ? ['*'] : resources.map(arn),
      },
    ];
  });
  const passed: Statement = {
    Sid: 'RolesForAWSIoT',
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: roleArns ?? [`arn:${partition}:iam::${account}:role/*`],
    Condition: { StringEquals: { 'iam:PassedToService': 'iot.amazonaws.com' } },
  };
  const passesRole = actions.some((action) => ACTION_RIGHTS[action].passesRole);
  return { Version: '2012-10-17', Statement: passesRole ? [...statements, passed] : statements };
}
