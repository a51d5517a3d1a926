import { badInput } from '../errors.ts';
import type {
  PreProvisioningHookInput,
  RegistrationConfigInput,
  TagInput,
  UserError,
} from '../generated/resolvers.ts';
import { MAX_TAGS, type TextRuleName, textProblem } from '../provisioning/limits.ts';
import { templateBodyFaults } from '../provisioning/templateBody.ts';

type Maybe<T> = T | null | undefined;

/** Checks one text argument of a query; throws BAD_USER_INPUT that names it. */
export function checkArgument(name: string, rule: TextRuleName, value: string): string {
  const problem = textProblem(name, rule, value);
  if (problem !== undefined) throw badInput([name], problem);
  return value;
}

/** A certificate id as AWS writes it; throws BAD_USER_INPUT when it cannot be one. */
export function checkCertificateId(name: string, value: string): string {
  return checkArgument(name, 'certificateId', value).toLowerCase();
}

/** Collects all that is wrong with the input of a mutation, before AWS is asked. */
export class InputCheck {
  readonly problems: UserError[] = [];

  add(path: readonly string[], message: string): void {
    this.problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', ...path] });
  }

  text(path: readonly string[], rule: TextRuleName, value: Maybe<string>): void {
    if (value === null || value === undefined) return;
    const problem = textProblem(['input', ...path].join('.'), rule, value);
    if (problem !== undefined) this.add(path, problem);
  }

  pem(path: readonly string[], value: Maybe<string>): void {
    this.text(path, 'certificatePem', value);
    if (value?.includes('PRIVATE KEY-----')) {
      this.add(path, `\`input.${path.join('.')}\` holds a private key; send the certificate only.`);
    }
  }

  /** The text of a body that was given as text or as JSON; undefined when it was not given. */
  body(
    path: readonly string[],
    given: { readonly templateBody?: Maybe<string>; readonly templateBodyJson?: Maybe<unknown> },
  ): string | undefined {
    const asText = given.templateBody ?? undefined;
    const asJson = given.templateBodyJson ?? undefined;
    if (asText !== undefined && asJson !== undefined) {
      this.add([...path, 'templateBody'], 'Give `templateBody` or `templateBodyJson`, not both.');
      return undefined;
    }
    const text = asText ?? (asJson === undefined ? undefined : JSON.stringify(asJson));
    if (text === undefined) return undefined;
    const field = [...path, asText === undefined ? 'templateBodyJson' : 'templateBody'];
    for (const fault of templateBodyFaults(text)) {
      const where = fault.path.length === 0 ? '' : ` At ${fault.path.join('.')}.`;
      const length = fault.code === 'TOO_LONG' ? ` It has ${text.length}.` : '';
      this.add(field, `\`input.${field.join('.')}\`: ${fault.message}${length}${where}`);
    }
    return text;
  }

  hook(given: Maybe<PreProvisioningHookInput>): Hook | undefined {
    if (!given) return undefined;
    this.text(['preProvisioningHook', 'targetArn'], 'targetArn', given.targetArn);
    this.text(['preProvisioningHook', 'payloadVersion'], 'payloadVersion', given.payloadVersion);
    return { targetArn: given.targetArn, payloadVersion: given.payloadVersion ?? undefined };
  }

  tags(given: Maybe<readonly TagInput[]>): AwsTag[] | undefined {
    if (!given) return undefined;
    if (given.length > MAX_TAGS) {
      this.add(['tags'], `\`input.tags\` may have ${MAX_TAGS} tags; it has ${given.length}.`);
    }
    const keys = new Set<string>();
    given.slice(0, MAX_TAGS).forEach(({ key, value }, index) => {
      const path = ['tags', String(index)];
      this.text([...path, 'key'], 'tagKey', key);
      this.text([...path, 'value'], 'tagValue', value);
      if (/^aws:/i.test(key)) {
        this.add(
          [...path, 'key'],
          'A tag key may not begin with `aws:`; AWS keeps those for itself.',
        );
      }
      if (keys.has(key)) this.add([...path, 'key'], 'The same tag key is given twice.');
      keys.add(key);
    });
    return given.map(({ key, value }) => ({ Key: key, Value: value ?? '' }));
  }

  /** A registration names a template, or carries a body with a role: one or the other. */
  registration(given: Maybe<RegistrationConfigInput>): Registration | undefined {
    if (!given) return undefined;
    const path = ['registrationConfig'];
    this.text([...path, 'templateName'], 'templateName', given.templateName);
    this.text([...path, 'roleArn'], 'roleArn', given.roleArn);
    const templateBody = this.body(path, given);
    const hasName = typeof given.templateName === 'string';
    if (hasName && templateBody !== undefined) {
      this.add(path, 'Give `templateName` or a body, not both: they are two sources of one thing.');
    } else if (!hasName && templateBody === undefined) {
      this.add(path, 'Give `templateName`, or a body with `roleArn`.');
    } else if (!hasName && !given.roleArn) {
      this.add([...path, 'roleArn'], '`input.registrationConfig.roleArn` is needed with a body.');
    }
    return {
      templateName: given.templateName ?? undefined,
      templateBody,
      roleArn: given.roleArn ?? undefined,
    };
  }
}

export interface Hook {
  readonly targetArn: string;
  readonly payloadVersion: string | undefined;
}

export interface AwsTag {
  readonly Key: string;
  readonly Value: string;
}

export interface Registration {
  readonly templateName: string | undefined;
  readonly templateBody: string | undefined;
  readonly roleArn: string | undefined;
}
