import type { Door } from './door.ts';
import { PageTrail } from './pageTrail.ts';
import { listTemplates, nameOf, type TemplateRow, templateRows } from './questions.ts';
import type { CallScope } from './scope.ts';

/**
 * Rows of templates by name. Describing each costs a call a name and listing them one a page of
 * 250, how many pages being unknown: so the list is read while it has cost less than that. What
 * it did not show is left to Describes. Rejects where a page cannot be read, with UPSTREAM_PROTOCOL
 * where the list leads back to one.
 */
export async function findTemplateRows(
  names: readonly string[],
  door: Door,
  scope: CallScope,
): Promise<ReadonlyMap<string, TemplateRow>> {
  const missing = new Set(names);
  const rows = new Map<string, TemplateRow>();
  let token: string | undefined;
  let spent = 0;
  const pages = new PageTrail();
  while (missing.size > 0) {
    const question = listTemplates(token);
    pages.follow(question.key, question.action);
    const isKnown = door.peek(question.action, question.key, scope) !== undefined;
    if (!isKnown && (missing.size === 1 || spent >= names.length)) break;
    if (!isKnown) spent += 1;
    const { value } = await door.read(question, scope);
    for (const row of templateRows(value)) {
      const name = nameOf(row);
      if (missing.delete(name)) rows.set(name, row);
    }
    token = value?.nextToken || undefined;
    if (token === undefined) break;
  }
  return rows;
}
