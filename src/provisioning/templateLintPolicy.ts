import { quoted } from './templateFindings.ts';
import { valueProblem } from './templateGrammar.ts';
import { type LintContext, lintAnyValue, lintTextValue, nounOf } from './templateLintValues.ts';
import {
  hasMember,
  jsonPath,
  lineStartsOf,
  member,
  positionIn,
  readTemplateText,
  type TemplateNode,
} from './templateText.ts';

/** Looks through the policy of a template: its name, and its document as far as IoT policies go. */
export function lintPolicy(
  properties: TemplateNode | undefined,
  resource: TemplateNode,
  context: LintContext,
): void {
  const { findings } = context;
  const name = given(member(properties, 'PolicyName'));
  const document = given(member(properties, 'PolicyDocument'));
  if (name === undefined && document === undefined) {
    findings.add(
      'POLICY_WITHOUT_NAME_AND_DOCUMENT',
      properties ?? resource,
      'The policy has neither PolicyName nor PolicyDocument.',
      'Give it one of the two: the name of a policy that exists, or a document.',
    );
    return;
  }
  if (name !== undefined && document !== undefined) {
    findings.add(
      'POLICY_WITH_NAME_AND_DOCUMENT',
      properties ?? resource,
      'The policy has both PolicyName and PolicyDocument; which of them counts is not documented.',
      'Keep one: the name of a policy that exists, or a document.',
    );
  }
  const constant = name && lintTextValue(name, 'PolicyName', context);
  const problem = constant === undefined ? undefined : valueProblem('PolicyName', constant);
  if (name && constant !== undefined && problem !== undefined) {
    findings.add(
      'VALUE_NOT_ALLOWED',
      name,
      `AWS IoT does not take ${quoted(constant)} as PolicyName: ${problem}.`,
      'Change the text.',
    );
  }
  if (document) lintDocument(document, context);
}

/** AWS reads null as not given. */
function given(node: TemplateNode | undefined): TemplateNode | undefined {
  return node?.kind === 'null' ? undefined : node;
}

function lintDocument(node: TemplateNode, context: LintContext): void {
  if (node.kind === 'object' && hasMember(node, 'Statement')) {
    lintAnyValue(node, context);
    lintStatements(node, (message) => incomplete(node, message, context));
    return;
  }
  const text = lintTextValue(node, 'PolicyDocument', context);
  if (text === undefined) return;
  const document = readTemplateText(text);
  if (document.kind === 'not-json') {
    const { line, column } = positionIn(lineStartsOf(text), document.offset);
    context.findings.add(
      'POLICY_DOCUMENT_NOT_JSON',
      node,
      `The policy document is not JSON, at its line ${line}, column ${column}.`,
      'Make it with a tool that turns an object into JSON text, quotes escaped.',
    );
    return;
  }
  if (document.kind !== 'read') return;
  lintStatements(document.root, (message) => incomplete(node, message, context));
}

function incomplete(node: TemplateNode, message: string, context: LintContext): void {
  context.findings.add(
    'POLICY_DOCUMENT_INCOMPLETE',
    node,
    message,
    'Write { "Version": "2012-10-17", "Statement": [{ "Effect": ..., "Action": ..., "Resource": ... }] }.',
  );
}

const NEEDED = [['Effect'], ['Action', 'NotAction'], ['Resource', 'NotResource']] as const;

function lintStatements(document: TemplateNode, tell: (message: string) => void): void {
  if (document.kind !== 'object') {
    tell(`The policy document is ${nounOf(document)} where an object is expected.`);
    return;
  }
  if (!hasMember(document, 'Version')) tell('The policy document has no Version.');
  const statement = member(document, 'Statement');
  const statements = statement?.kind === 'list' ? statement.items : statement ? [statement] : [];
  if (statements.length === 0) tell('The policy document has no Statement.');
  for (const each of statements) {
    for (const names of NEEDED) {
      if (names.some((name) => hasMember(each, name))) continue;
      tell(`The policy's ${jsonPath(each.place).slice(2)} has no ${names.join(' or ')}.`);
    }
    const effect = member(each, 'Effect');
    if (effect && !(effect.kind === 'text' && /^(?:Allow|Deny)$/.test(effect.value))) {
      tell(`The policy's ${jsonPath(effect.place).slice(2)} is neither Allow nor Deny.`);
    }
  }
}
