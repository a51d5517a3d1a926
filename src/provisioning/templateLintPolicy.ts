import { policyDocumentFaults } from './policyDocument.ts';
import { quoted } from './templateFindings.ts';
import { valueProblem } from './templateGrammar.ts';
import { type LintContext, lintAnyValue, lintTextValue } from './templateLintValues.ts';
import {
  givenMember,
  hasMember,
  lineStartsOf,
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
  const name = givenMember(properties, 'PolicyName');
  const document = givenMember(properties, 'PolicyDocument');
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

function lintDocument(node: TemplateNode, context: LintContext): void {
  if (node.kind === 'object' && hasMember(node, 'Statement')) {
    lintAnyValue(node, context);
    lintStatements(node, node, context);
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
  if (document.kind === 'read') lintStatements(document.root, node, context);
}

function lintStatements(document: TemplateNode, at: TemplateNode, { findings }: LintContext): void {
  for (const { effect, message } of policyDocumentFaults(document)) {
    const fix =
      'Write { "Version": "2012-10-17", "Statement": [{ "Effect": ..., "Action": ..., "Resource": ... }] }.';
    findings.add('POLICY_DOCUMENT_INCOMPLETE', at, message, fix, effect);
  }
}
