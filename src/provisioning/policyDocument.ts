import type { FindingEffect } from './templateFindings.ts';
import { looksLikeFunction } from './templateGrammar.ts';
import { nounOf } from './templateLintValues.ts';
import { hasMember, keysOf, member, type TemplateNode } from './templateText.ts';

/** What a policy document lacks. */
export interface PolicyDocumentFault {
  readonly effect: FindingEffect & ('FAILS' | 'MAY_FAIL');
  readonly message: string;
}

const NEEDED = [['Effect'], ['Action', 'NotAction'], ['Resource', 'NotResource']] as const;

/** What speaks against a policy document, whose functions may not be worked out yet. */
export function policyDocumentFaults(document: TemplateNode): PolicyDocumentFault[] {
  const faults: PolicyDocumentFault[] = [];
  const fails = (message: string) => faults.push({ effect: 'FAILS', message });
  if (document.kind !== 'object') {
    fails(`The policy document is ${nounOf(document)} where an object is expected.`);
    return faults;
  }
  if (!hasMember(document, 'Version')) {
    // Policies of IAM have a version without it.
    faults.push({ effect: 'MAY_FAIL', message: 'The policy document has no Version.' });
  }
  const statement = member(document, 'Statement');
  const statements = statement?.kind === 'list' ? statement.items : statement ? [statement] : [];
  if (statements.length === 0) fails('The policy document has no Statement.');
  for (const [index, each] of statements.entries()) {
    const name = statement?.kind === 'list' ? `Statement[${index}]` : 'Statement';
    for (const names of NEEDED) {
      if (names.some((needed) => hasMember(each, needed))) continue;
      fails(`The policy document's ${name} has no ${names.join(' or ')}.`);
    }
    const effect = member(each, 'Effect');
    const isKnown = effect !== undefined && !keysOf(effect).some(looksLikeFunction);
    if (isKnown && !(effect.kind === 'text' && /^(?:Allow|Deny)$/.test(effect.value))) {
      fails(`The policy document's ${name}.Effect is neither Allow nor Deny.`);
    }
  }
  return faults;
}
