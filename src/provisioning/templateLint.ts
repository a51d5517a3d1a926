import { maxTemplateBodyCharacters, templateBodyFaults } from './templateBody.ts';
import { FINDING_CODES, type Finding, Findings, quoted, type Spot } from './templateFindings.ts';
import { Evaluator } from './templateFunctions.ts';
import {
  CERTIFICATE_PARAMETERS,
  certificateIdParameter,
  nearest,
  PARAMETER_KEYS,
  SECTIONS,
  type TemplateType,
} from './templateGrammar.ts';
import { lintResources } from './templateLintResources.ts';
import { type LintContext, lintTextValue, nounOf } from './templateLintValues.ts';
import { syntaxFinding } from './templateSyntax.ts';
import {
  keysOf,
  type Member,
  member,
  type ObjectNode,
  readTemplateText,
  scalarText,
  type TemplateNode,
} from './templateText.ts';

export type { Finding } from './templateFindings.ts';
export type { TemplateType } from './templateGrammar.ts';

/**
 * What is wrong with the text of a template body, in the order of the text: at most 100 findings
 * beside those that AWS refuses. An ERROR is what AWS IoT is confirmed to refuse; everything else is a WARNING,
 * for AWS takes it and a device may fail on it later. Without `type` only what holds for both
 * types is found. Never throws; the work is bounded by the length that AWS allows a body.
 */
export function lintTemplateBody(body: string, type?: TemplateType): readonly Finding[] {
  const findings = new Findings(body);
  const refusals = templateBodyFaults(body);
  if (refusals.some(({ code }) => code === 'TOO_LONG')) {
    findings.add(
      'TOO_LONG',
      TOP,
      `The body is longer than ${maxTemplateBodyCharacters} characters.`,
      'Shorten it: take out spaces and line breaks, or name a policy instead of writing it out.',
    );
    return findings.list();
  }
  const text = readTemplateText(body);
  if (text.kind === 'not-json') syntaxFinding(body, text, findings);
  else if (refusals.some(({ code }) => code === 'NOT_AN_OBJECT')) notAnObject(body, findings);
  else if (text.kind === 'too-deep') tooDeep(body, text.offset, findings);
  else if (text.root.kind === 'object') lintBody(text.root, type, findings);
  return findings.list();
}

/** The finding about a template of type JITP that has a pre-provisioning hook. */
export function hookFinding(): Finding {
  return {
    severity: 'WARNING',
    code: 'HOOK_ON_JITP',
    effect: FINDING_CODES.HOOK_ON_JITP,
    path: 'preProvisioningHook',
    line: 1,
    column: 1,
    message: 'AWS IoT does not support a pre-provisioning hook on a template of type JITP.',
    fix: 'Take it away with updateProvisioningTemplate(input: {templateName, removePreProvisioningHook: true}).',
  };
}

const TOP: Spot = { offset: 0 };

/** So much of what functions make of constants is looked at; bodies in use make far less. */
const maxConstantCharacters = 10 * maxTemplateBodyCharacters;

function notAnObject(body: string, findings: Findings): void {
  const value: unknown = JSON.parse(body);
  findings.add(
    'NOT_AN_OBJECT',
    TOP,
    'The body is JSON, but no object.',
    typeof value === 'string' && value.trimStart().startsWith('{')
      ? 'It was made into JSON text twice: send the text inside the quotes.'
      : 'Write an object with the sections Parameters and Resources.',
  );
}

function tooDeep(body: string, offset: number, findings: Findings): void {
  findings.add(
    'NESTED_TOO_DEEPLY',
    { offset },
    'The body is nested deeper than any template needs; it was looked at no further.',
    'Flatten it.',
  );
  // The only refusal that a body can still earn; where it stands is told without the text's help.
  for (const { code, path } of templateBodyFaults(body)) {
    if (code !== 'POLICY_WITHOUT_NAME_AND_DOCUMENT') continue;
    findings.add(code, { segments: path, offset: 0 }, NEITHER, NEITHER_FIX);
  }
}

const NEITHER = 'The policy has neither PolicyName nor PolicyDocument.';
const NEITHER_FIX = 'Give it one of the two.';

function lintBody(root: ObjectNode, type: TemplateType | undefined, findings: Findings): void {
  lintText(root, findings);
  const parameters = member(root, 'Parameters');
  const resources = member(root, 'Resources');
  const context: LintContext = {
    findings,
    type,
    parameters: new Set(keysOf(parameters)),
    resources: new Set(keysOf(resources)),
    mappings: member(root, 'Mappings'),
    constants: new Evaluator({
      parameters: new Map(),
      missing: new Set(),
      resources: new Set(),
      mappings: member(root, 'Mappings'),
      fail: () => undefined,
      maxCharacters: maxConstantCharacters,
    }),
    usedParameters: new Set(),
    usedMappings: new Set(),
    references: 0,
    firstFunction: undefined,
  };
  lintSections(root, context);
  if (parameters !== undefined) lintParameters(parameters, context);
  lintMappings(context);
  lintResources(root, resources, context);
  lintDeviceConfiguration(member(root, 'DeviceConfiguration'), context);
  lintUse(parameters, context);
  if (type === 'JITP' && context.firstFunction !== undefined) {
    findings.add(
      'NOT_DOCUMENTED_FOR_JITP',
      context.firstFunction,
      'AWS documents functions other than Ref for fleet provisioning only.',
      'Try it with one device before you rely on it, or use Ref alone.',
    );
  }
}

/** What the text does not say unambiguously: keys given twice, numbers that readers round. */
function lintText(root: TemplateNode, findings: Findings): void {
  const left: TemplateNode[] = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.kind === 'number' && !isExact(node.raw)) {
      findings.add(
        'NUMBER_NOT_EXACT',
        node,
        `Readers of JSON round the number ${quoted(node.raw)}.`,
        'Write it as text, in quotes.',
      );
    } else if (node.kind === 'list') {
      left.push(...node.items);
    } else if (node.kind === 'object') {
      const seen = new Set<string>();
      for (const { key, keyOffset, value } of node.members) {
        if (seen.has(key)) {
          findings.add(
            'DUPLICATE_KEY',
            { place: value.place, offset: keyOffset },
            `The key ${quoted(key)} is given twice; most readers take the last.`,
            'Keep one of the two.',
          );
        }
        seen.add(key);
        left.push(value);
      }
    }
  }
}

/** Fifteen digits survive in every double; integers up to 2^53. */
function isExact(raw: string): boolean {
  const value = Number(raw);
  if (Number.isSafeInteger(value) && /^-?\d+$/.test(raw)) return true;
  const digits = raw.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '');
  return Number.isFinite(value) && digits.length <= 15;
}

function lintSections(root: ObjectNode, context: LintContext): void {
  const { findings, type } = context;
  for (const { key, keyOffset, value } of root.members) {
    const spot = { place: value.place, offset: keyOffset };
    if (!SECTIONS.some((section) => section === key)) {
      findings.add(
        'UNKNOWN_KEY',
        spot,
        `${quoted(key)} is no section of a provisioning template.`,
        () => didYouMean(key, SECTIONS),
      );
    } else if (value.kind !== 'object') {
      findings.add(
        'WRONG_SHAPE',
        value,
        `${key} is ${nounOf(value)} where an object is expected.`,
        'Write an object in braces.',
        key === 'Resources' ? 'FAILS' : 'MAY_FAIL',
      );
    } else if (type === 'JITP' && (key === 'Mappings' || key === 'DeviceConfiguration')) {
      findings.add(
        'NOT_DOCUMENTED_FOR_JITP',
        spot,
        `AWS documents ${key} for fleet provisioning only.`,
        'Take it out, or try it with one device before you rely on it.',
      );
    }
  }
}

function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${meant}?`;
}

function lintParameters(parameters: TemplateNode, context: LintContext): void {
  if (parameters.kind !== 'object') return;
  // Of a name that is declared twice the last counts.
  const declared = new Map(parameters.members.map((parameter) => [parameter.key, parameter]));
  for (const parameter of declared.values()) lintParameter(parameter, context);
}

function lintParameter({ key, keyOffset, value }: Member, { findings, type }: LintContext): void {
  const name = quoted(key);
  lintDeclaration(name, value, findings);
  if (type !== 'JITP' || hasDefault(value) || CERTIFICATE_PARAMETERS.has(key)) return;
  findings.add(
    'PARAMETER_NOT_SUPPLIED',
    { place: value.place, offset: keyOffset },
    `No certificate can supply the parameter ${name}, and it has no default; just-in-time provisioning fails.`,
    () => {
      const known = [...CERTIFICATE_PARAMETERS];
      const meant = nearest(key, known) ?? known.find((full) => full.endsWith(`::${key}`));
      return meant === undefined
        ? 'Give it a Default, or use one of the AWS::IoT::Certificate parameters.'
        : `Did you mean ${quoted(meant)}?`;
    },
  );
}

/** Whether AWS IoT sees to a declaration in another form is not documented. */
function lintDeclaration(name: string, value: TemplateNode, findings: Findings): void {
  if (value.kind !== 'object') {
    const message = `The parameter ${name} is ${nounOf(value)} where an object is expected.`;
    findings.add('WRONG_SHAPE', value, message, 'Write { "Type": "String" }.', 'MAY_FAIL');
    return;
  }
  const kind = member(value, 'Type');
  if (kind?.kind !== 'text' || kind.value !== 'String') {
    findings.add(
      'PARAMETER_TYPE',
      kind ?? value,
      `The parameter ${name} is not of type String, the only type there is.`,
      'Give it "Type": "String".',
    );
  }
  const preset = member(value, 'Default');
  if (preset !== undefined && preset.kind !== 'text') {
    const message = `The default of ${name} is ${nounOf(preset)} where text is expected.`;
    findings.add('WRONG_SHAPE', preset, message, 'Write it as text.', 'MAY_FAIL');
  }
  for (const inner of value.members) {
    if (PARAMETER_KEYS.some((known) => known === inner.key)) continue;
    findings.add(
      'UNKNOWN_KEY',
      { place: inner.value.place, offset: inner.keyOffset },
      `A parameter has no ${quoted(inner.key)}.`,
      () => didYouMean(inner.key, PARAMETER_KEYS),
    );
  }
}

function hasDefault(declaration: TemplateNode): boolean {
  return scalarText(member(declaration, 'Default')) !== undefined;
}

/** Mappings hold static text under two keys; what is wrong and looked up is told of there. */
function lintMappings({ mappings, findings }: LintContext): void {
  const check = (node: TemplateNode, level: number): void => {
    if (level === 3 ? node.kind === 'text' : node.kind === 'object') {
      if (node.kind !== 'object') return;
      for (const { value } of node.members) check(value, level + 1);
      return;
    }
    // The section itself is told of with the sections.
    if (level === 0) return;
    findings.add(
      'WRONG_SHAPE',
      node,
      `A mapping holds ${nounOf(node)} here, where ${level === 3 ? 'text' : 'an object'} is expected.`,
      'Write { mapping: { first key: { second key: text } } }; functions do not work inside.',
      'MAY_FAIL',
    );
  };
  if (mappings !== undefined) check(mappings, 0);
}

function lintDeviceConfiguration(section: TemplateNode | undefined, context: LintContext): void {
  if (section?.kind !== 'object') return;
  for (const { key, value } of section.members) {
    lintTextValue(value, `the device's setting ${quoted(key)}`, context);
  }
}

function lintUse(parameters: TemplateNode | undefined, context: LintContext): void {
  const { findings, type, usedParameters, usedMappings, mappings } = context;
  for (const [section, used, code] of [
    [parameters, usedParameters, 'PARAMETER_UNUSED'],
    [mappings, usedMappings, 'MAPPING_UNUSED'],
  ] as const) {
    if (section?.kind !== 'object') continue;
    for (const { key, keyOffset, value } of section.members) {
      if (used.has(key)) continue;
      // Every device has the id; of anything else that is declared AWS asks its certificate.
      const isNeeded =
        type === 'JITP' &&
        code === 'PARAMETER_UNUSED' &&
        CERTIFICATE_PARAMETERS.has(key) &&
        key !== certificateIdParameter &&
        !hasDefault(value);
      findings.add(
        code,
        { place: value.place, offset: keyOffset },
        `${code === 'MAPPING_UNUSED' ? 'The mapping' : 'The parameter'} ${quoted(key)} is not used.${
          isNeeded ? ' A device whose certificate lacks it is not provisioned all the same.' : ''
        }`,
        code === 'MAPPING_UNUSED' || type === 'JITP'
          ? 'Take it out, or use it.'
          : 'Take it out, or use it; a pre-provisioning hook can read it all the same.',
        isNeeded ? 'MAY_FAIL' : 'HARMLESS',
      );
    }
  }
}
