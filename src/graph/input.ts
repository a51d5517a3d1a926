import { badInput } from '../errors.ts';
import type {
  PreProvisioningHookInput,
  RegistrationConfigInput,
  TagInput,
  UserError,
  Warning,
} from '../generated/resolvers.ts';
import { MAX_TAGS, type TextRuleName, textProblem } from '../provisioning/limits.ts';
import { privateKeyFix } from '../provisioning/registrationCheck.ts';
import { type JsonValue, maxTemplateBodyCharacters } from '../provisioning/templateBody.ts';
import { type Finding, lintTemplateBody, type TemplateType } from '../provisioning/templateLint.ts';
import { rewriteTemplateBody } from '../provisioning/templateRewrite.ts';
import { holdsPrivateKey } from '../provisioning/x509Pem.ts';
import { bodyWarning, findingText } from './bodyWarning.ts';

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
  /** What AWS will take although it is probably not what was meant. */
  readonly warnings: Warning[] = [];

  add(path: readonly string[], message: string): void {
    this.problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', ...path] });
  }

  text(path: readonly string[], rule: TextRuleName, value: Maybe<string>): void {
    if (value === null || value === undefined || this.#refusesKey(path, value)) return;
    const problem = textProblem(['input', ...path].join('.'), rule, value);
    if (problem !== undefined) this.add(path, problem);
  }

  /** Refuses a text with a private key in it, whatever the field is for. */
  #refusesKey(path: readonly string[], text: string): boolean {
    if (!holdsPrivateKey(text)) return false;
    const message = `\`input.${path.join('.')}\` holds a private key. ${privateKeyFix}`;
    this.problems.push({ code: 'PRIVATE_KEY_REFUSED', message, field: ['input', ...path] });
    return true;
  }

  /**
   * The text of a body that was given as text or as JSON; undefined when it was not given. Of the
   * text that is stored already a body given as JSON keeps what it does not change.
   */
  body(
    path: readonly string[],
    given: GivenBody,
    { type, stored }: { readonly type?: TemplateType; readonly stored?: string } = {},
  ): string | undefined {
    const asText = given.templateBody ?? undefined;
    const asJson = given.templateBodyJson ?? undefined;
    if (asText !== undefined && asJson !== undefined) {
      this.add([...path, 'templateBody'], 'Give `templateBody` or `templateBodyJson`, not both.');
      return undefined;
    }
    if (asText === undefined && asJson === undefined) return undefined;
    const field = [...path, asText === undefined ? 'templateBodyJson' : 'templateBody'];
    const text = asText ?? jsonText(asJson, stored);
    if (text === undefined) {
      this.add(field, `\`input.${field.join('.')}\` is nested too deeply to be written as text.`);
      return undefined;
    }
    if (this.#refusesKey(field, text)) return text;
    for (const finding of lintTemplateBody(text, type)) this.#finding(field, finding, text.length);
    return text;
  }

  #finding(path: readonly string[], finding: Finding, length: number): void {
    const field = ['input', ...path];
    const has = finding.code === 'TOO_LONG' ? ` It has ${length}.` : '';
    if (finding.severity === 'ERROR') this.add(path, findingText(field, finding, has));
    else this.warnings.push(bodyWarning(field, finding));
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
  registration(
    given: Maybe<RegistrationConfigInput>,
    stored?: { readonly stored: string },
  ): Registration | undefined {
    if (!given) return undefined;
    const path = ['registrationConfig'];
    this.text([...path, 'templateName'], 'templateName', given.templateName);
    this.text([...path, 'roleArn'], 'roleArn', given.roleArn);
    const templateBody = this.body(path, given, { type: 'JITP', ...stored });
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

interface GivenBody {
  readonly templateBody?: Maybe<string>;
  readonly templateBodyJson?: Maybe<unknown>;
}

/** A body that was given as JSON, as text; undefined when it is nested too deeply for that. */
export function jsonText(given: unknown, stored?: string): string | undefined {
  let text: string;
  try {
    text = JSON.stringify(given);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const isTooLong = text.length > 2 * maxTemplateBodyCharacters;
  return stored === undefined || isTooLong ? text : rewriteTemplateBody(stored, given as JsonValue);
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
