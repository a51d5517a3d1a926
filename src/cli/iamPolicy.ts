import { SCOPES } from '../caller.ts';
import { iamPolicy } from '../iamPolicy.ts';
import { CliError } from './cliError.ts';
import { scopesIn } from './scopeList.ts';

export interface IamPolicyOptions {
  /** Separated by commas; with or without the prefix `iot:`. */
  readonly scopes?: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly roleArn?: readonly string[];
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/*-]{1,512}$/;

/** The text of `iotgw iam-policy`. Throws CliError when an option is wrong. */
export function iamPolicyText(options: IamPolicyOptions): string {
  const { partition, region, account, roleArn } = options;
  check('--partition', partition, /^aws(?:-[a-z-]+)?$/, 'aws, aws-cn or aws-us-gov');
  check('--region', region, /^(?:\*|[a-z0-9-]{1,32})$/, 'a region, as eu-west-1');
  check('--account', account, /^(?:\*|\d{12})$/, '12 digits');
  for (const arn of roleArn ?? []) check('--role-arn', arn, ROLE_ARN, 'the ARN of a role');
  const place = {
    partition,
    region,
    account,
    ...(roleArn === undefined ? {} : { roleArns: roleArn }),
  };
  const scopes = options.scopes === undefined ? SCOPES : scopesIn(options.scopes);
  const policy = iamPolicy(place, scopes);
  if (policy.Statement.length === 0) {
    throw new CliError('These scopes need no right at AWS, so there is no policy to attach.');
  }
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}

function check(flag: string, value: string, form: RegExp, rule: string): void {
  if (!form.test(value)) {
    throw new CliError(`${flag} must be ${rule} (it is ${JSON.stringify(value)}).`);
  }
}
