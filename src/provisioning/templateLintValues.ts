import { type FindingEffect, type Findings, quoted, type Spot } from './templateFindings.ts';
import { type Evaluator, substitutionParts } from './templateFunctions.ts';
import {
  CERTIFICATE_PARAMETERS,
  certificateIdParameter,
  certificateParameterPrefix,
  FUNCTIONS,
  type FunctionName,
  looksLikeFunction,
  nearest,
  type TemplateType,
} from './templateGrammar.ts';
import {
  hasMember,
  keysOf,
  type ListNode,
  type Member,
  member,
  scalarText,
  type TemplateNode,
} from './templateText.ts';

/** What the values of a body may refer to, and what they have referred to so far. */
export interface LintContext {
  readonly findings: Findings;
  readonly type: TemplateType | undefined;
  readonly parameters: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly mappings: TemplateNode | undefined;
  /** Works out what depends on no parameter; tells of nothing. */
  readonly constants: Evaluator;
  readonly usedParameters: Set<string>;
  readonly usedMappings: Set<string>;
  /** References to anything, so that a value without any is known to be the same for all devices. */
  references: number;
  /** The first function but Ref, which AWS documents for fleet provisioning only. */
  firstFunction: Spot | undefined;
}

type Kind = 'text' | 'list' | 'unknown';

/** Checks a value that has to be text, or a function that gives it; answers the text if constant. */
export function lintTextValue(
  node: TemplateNode,
  what: string,
  context: LintContext,
): string | undefined {
  if (node.kind === 'text') return node.value;
  if (node.kind !== 'object') {
    // A reader of JSON may well take a number for its text.
    const literal = scalarText(node);
    const message = `${what} is ${nounOf(node)} where text or a function is expected.`;
    wrongShape(node, message, context, literal === undefined ? 'FAILS' : 'MAY_FAIL');
    if (node.kind === 'list') for (const item of node.items) lintAnyValue(item, context);
    return literal;
  }
  const kind = lintFunction(node, what, context);
  if (kind === 'text') return context.constants.text(node);
  if (kind === 'list') {
    context.findings.add(
      'WRONG_SHAPE',
      node,
      `${what} is a list where text is expected.`,
      'Pick one item with Fn::Select, or join them with Fn::Join.',
    );
  }
  return undefined;
}

/** Checks a value that has to be a list of texts; answers how many they are, if that is known. */
export function lintListValue(
  node: TemplateNode,
  what: string,
  context: LintContext,
): number | undefined {
  if (node.kind === 'list') {
    for (const item of node.items) lintTextValue(item, `an item of ${what}`, context);
    return node.items.length;
  }
  const kind = node.kind === 'object' ? lintFunction(node, what, context) : 'text';
  if (kind === 'text') {
    context.findings.add(
      'WRONG_SHAPE',
      node,
      `${what} is ${nounOf(node)} where a list is expected.`,
      'Write a list in square brackets, or a function that gives one: Fn::Split.',
    );
  }
  return kind === 'list' ? context.constants.list(node)?.length : undefined;
}

/** Follows the functions of a value of which nothing else is known. */
export function lintAnyValue(node: TemplateNode, context: LintContext): void {
  if (node.kind === 'list') for (const item of node.items) lintAnyValue(item, context);
  if (node.kind !== 'object') return;
  if (node.members.some(({ key }) => looksLikeFunction(key)))
    lintFunction(node, 'the value', context);
  else for (const { value } of node.members) lintAnyValue(value, context);
}

function wrongShape(
  node: TemplateNode,
  message: string,
  context: LintContext,
  effect: FindingEffect,
): void {
  const fix =
    node.kind === 'number' || node.kind === 'boolean'
      ? `Write it as text: "${node.raw.slice(0, 40)}".`
      : 'Write text, or one of the functions.';
  context.findings.add('WRONG_SHAPE', node, message, fix, effect);
}

/** What a value is, in words for a message. */
export function nounOf({ kind }: TemplateNode): string {
  return (
    { object: 'an object', list: 'a list', text: 'text', null: 'null' }[kind as 'null'] ??
    `a ${kind}`
  );
}

function lintFunction(
  node: Extract<TemplateNode, { kind: 'object' }>,
  what: string,
  context: LintContext,
): Kind {
  const calls = node.members.filter(({ key }) => looksLikeFunction(key));
  const [call] = calls;
  if (call === undefined) {
    context.findings.add('WRONG_SHAPE', node, `${what} is an object that is no function.`, () => {
      const meant = nearest(node.members[0]?.key ?? '', FUNCTIONS);
      return meant === undefined
        ? `Write text, or one of the functions: ${FUNCTIONS.join(', ')}.`
        : `Did you mean ${meant}?`;
    });
    lintAnyValue(node, context);
    return 'unknown';
  }
  if (node.members.length > 1) {
    context.findings.add(
      'FUNCTION_WITH_SIBLINGS',
      node,
      `${quoted(call.key)} stands beside other keys; a function is an object with one key.`,
      'Take the other keys away, or nest the functions.',
    );
  }
  const [kind = 'unknown'] = calls.map((each) => lintCall(each, context));
  return kind;
}

function lintCall(call: Member, context: LintContext): Kind {
  const spot = { place: call.value.place, offset: call.keyOffset };
  const name = FUNCTIONS.find((known) => known === call.key);
  if (name === undefined) {
    context.findings.add(
      'UNKNOWN_FUNCTION',
      spot,
      `There is no function ${quoted(call.key)} in provisioning templates.`,
      () => {
        const meant = nearest(call.key, FUNCTIONS);
        return meant === undefined
          ? `Use one of ${FUNCTIONS.join(', ')}.`
          : `Did you mean ${meant}?`;
      },
    );
    lintAnyValue(call.value, context);
    return 'unknown';
  }
  if (name !== 'Ref') context.firstFunction ??= spot;
  CALLS[name](call.value, context);
  return name === 'Fn::Split' ? 'list' : 'text';
}

const CALLS: Readonly<Record<FunctionName, (given: TemplateNode, context: LintContext) => void>> = {
  Ref(given, context) {
    if (given.kind === 'text') refer(given.value, given, context);
    else badArguments(given, 'Ref', 'the name of a parameter as text', context);
  },
  'Fn::Join'(given, context) {
    const [delimiter, values] = argumentsOf(given, 'Fn::Join', JOIN, [2], context) ?? [];
    if (delimiter && delimiter.kind !== 'text') badArguments(delimiter, 'Fn::Join', JOIN, context);
    if (values) lintListValue(values, 'the list of Fn::Join', context);
  },
  'Fn::Split'(given, context) {
    const [delimiter, text] = argumentsOf(given, 'Fn::Split', SPLIT, [2], context) ?? [];
    const isDelimiter = delimiter?.kind === 'text' && delimiter.value !== '';
    if (delimiter && !isDelimiter) badArguments(delimiter, 'Fn::Split', SPLIT, context);
    if (text) lintTextValue(text, 'the text of Fn::Split', context);
  },
  'Fn::Select'(given, context) {
    const [index, values] = argumentsOf(given, 'Fn::Select', SELECT, [2], context) ?? [];
    if (!index || !values) return;
    const at = lintIndex(index, context);
    const count = lintListValue(values, 'the list of Fn::Select', context);
    if (at === undefined || count === undefined || at < count) return;
    context.findings.add(
      'INDEX_OUT_OF_RANGE',
      index,
      `Fn::Select takes item ${at} of a list of ${count}; counting begins at 0.`,
      count === 0 ? 'Give the list an item.' : `Use an index from 0 to ${count - 1}.`,
    );
  },
  'Fn::FindInMap'(given, context) {
    const keys = argumentsOf(given, 'Fn::FindInMap', FIND_IN_MAP, [3], context);
    if (keys) lintMapKeys(given, keys, context);
  },
  'Fn::Sub'(given, context) {
    if (given.kind === 'text') {
      lintSubstitution(given.value, given, undefined, context);
      return;
    }
    const [text, variables] = argumentsOf(given, 'Fn::Sub', SUB, [1, 2], context) ?? [];
    if (text === undefined) return;
    if (variables !== undefined && variables.kind !== 'object') {
      badArguments(variables, 'Fn::Sub', SUB, context);
    }
    if (text.kind === 'text') lintSubstitution(text.value, text, variables, context);
    else badArguments(text, 'Fn::Sub', SUB, context);
  },
};

const JOIN = '[delimiter as text, list of texts]';
const SPLIT = '[delimiter as text that is not empty, text]';
const SELECT = '[index from 0, list]';
const FIND_IN_MAP = '[mapping, first key, second key]';
const SUB = 'text, or [text, {name: value}]';

function argumentsOf(
  given: TemplateNode,
  name: FunctionName,
  expected: string,
  counts: readonly number[],
  context: LintContext,
): ListNode['items'] | undefined {
  if (given.kind === 'list' && counts.includes(given.items.length)) return given.items;
  badArguments(given, name, expected, context);
  return undefined;
}

function badArguments(
  given: TemplateNode,
  name: FunctionName,
  expected: string,
  context: LintContext,
): void {
  const is = given.kind === 'list' ? `a list of ${given.items.length}` : nounOf(given);
  context.findings.add(
    'FUNCTION_ARGUMENTS',
    given,
    `${name} does not take ${given.kind === 'text' ? quoted(given.value) : is} here.`,
    `Give ${name} ${expected}.`,
  );
  lintAnyValue(given, context);
}

/** The index of Fn::Select if it depends on no parameter; a number will do there. */
function lintIndex(node: TemplateNode, context: LintContext): number | undefined {
  const isCall = node.kind === 'object';
  const raw = isCall ? lintTextValue(node, 'the index of Fn::Select', context) : scalarText(node);
  if (raw !== undefined && /^\d{1,5}$/.test(raw)) return Number(raw);
  if (raw !== undefined || !isCall) badArguments(node, 'Fn::Select', SELECT, context);
  return undefined;
}

function lintMapKeys(
  call: TemplateNode,
  keys: readonly TemplateNode[],
  context: LintContext,
): void {
  const { mappings, usedMappings, findings } = context;
  const texts = keys.map((key) => lintTextValue(key, 'a key of Fn::FindInMap', context));
  // Whichever it will be, where the key depends on a parameter.
  for (const name of texts[0] === undefined ? keysOf(mappings) : [texts[0]]) usedMappings.add(name);
  let branches = mappings === undefined ? [] : [mappings];
  for (const [level, spot] of keys.entries()) {
    const key = texts[level];
    const known = new Set(branches.flatMap(keysOf));
    branches = branches.flatMap((branch) =>
      (key === undefined ? keysOf(branch) : [key]).flatMap((name) => member(branch, name) ?? []),
    );
    if (branches.length > 0) continue;
    const shown = key === undefined ? '' : ` ${quoted(key)}`;
    findings.add(
      'MAPPING_NOT_FOUND',
      spot,
      level === 0 ? `There is no mapping${shown}.` : `The mapping has no key${shown}.`,
      () => mappingFix(key, [...known]),
    );
    return;
  }
  const [found] = branches;
  if (found === undefined || branches.some((branch) => scalarText(branch) !== undefined)) return;
  const message = `Fn::FindInMap finds ${nounOf(found)} where text is expected.`;
  findings.add('WRONG_SHAPE', call, message, 'Write text in the mapping.');
}

function mappingFix(key: string | undefined, known: readonly string[]): string {
  if (key === undefined || known.length === 0) return 'Add it under Mappings.';
  const meant = nearest(key, known);
  return meant === undefined
    ? `There is ${known.slice(0, 5).map(quoted).join(', ')}.`
    : `Did you mean ${quoted(meant)}?`;
}

const policyVariable = /^(?:iot|aws|cognito-identity[\w.]*):[^:]/i;

function lintSubstitution(
  text: string,
  spot: TemplateNode,
  variables: TemplateNode | undefined,
  context: LintContext,
): void {
  const used = new Set<string>();
  for (const part of substitutionParts(text)) {
    if (part.kind !== 'variable' || used.has(part.name)) continue;
    used.add(part.name);
    if (hasMember(variables, part.name)) continue;
    if (policyVariable.test(part.name)) {
      context.findings.add(
        'POLICY_VARIABLE_IN_SUB',
        spot,
        `Fn::Sub reads the policy variable ${quoted(`\${${part.name}}`)} as a parameter.`,
        `Write \${!${part.name.slice(0, 80)}}, which comes out as the policy variable.`,
      );
    } else refer(part.name, spot, context);
  }
  if (variables?.kind !== 'object') return;
  for (const { key, keyOffset, value } of variables.members) {
    const look = () => lintTextValue(value, `the variable ${quoted(key)} of Fn::Sub`, context);
    if (used.has(key)) {
      look();
      continue;
    }
    context.findings.asDoubts(look);
    context.findings.add(
      'SUB_VARIABLE_UNUSED',
      { place: value.place, offset: keyOffset },
      `The text of Fn::Sub does not use the variable ${quoted(key)}.`,
      'Take it away, or use it in the text.',
    );
  }
}

/** A reference to a parameter by its name. */
function refer(name: string, spot: TemplateNode, context: LintContext): void {
  context.references += 1;
  if (context.parameters.has(name)) {
    context.usedParameters.add(name);
    return;
  }
  // AWS takes bodies that do not declare the id.
  if (name === certificateIdParameter) return;
  if (CERTIFICATE_PARAMETERS.has(name)) {
    context.findings.add(
      'PARAMETER_UNDECLARED',
      spot,
      `The parameter ${quoted(name)} is used and not declared.`,
      `Declare it: "Parameters": { "${name}": { "Type": "String" } }.`,
    );
    return;
  }
  if (context.resources.has(name)) {
    context.findings.add(
      'REFERENCE_TO_RESOURCE',
      spot,
      `${quoted(name)} is a resource; what a reference to one comes to is not documented.`,
      'Refer to the parameter that the resource is made from.',
    );
    return;
  }
  const reason = name.startsWith(certificateParameterPrefix)
    ? 'is nothing that a certificate supplies'
    : 'is not declared';
  context.findings.add(
    'REFERENCE_UNRESOLVED',
    spot,
    `${quoted(name)} ${reason}, so provisioning a device fails.`,
    () => {
      const meant = nearest(name, [...context.parameters, ...CERTIFICATE_PARAMETERS]);
      return meant === undefined
        ? 'Declare it under Parameters.'
        : `Did you mean ${quoted(meant)}?`;
    },
  );
}
