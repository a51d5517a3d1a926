import { at, type Harness } from './harness.ts';
import type { Texts } from './randomQuery.ts';

const QUERY = `{
  provisioningTemplates(first: 4) { nodes { id templateName versions(first: 2) { nodes { id } } } }
  caCertificates(first: 6) { nodes { id certificateId } }
}`;

/** For random queries: keys of things that are in the account, and some of things that are not. */
export async function accountTexts(harness: Harness): Promise<Texts> {
  const { data } = await harness.query(QUERY);
  const templates = at(data, 'provisioningTemplates', 'nodes') as unknown[];
  const cas = at(data, 'caCertificates', 'nodes') as unknown[];
  const versions = templates.flatMap((one) => at(one, 'versions', 'nodes') as unknown[]);
  const all = (nodes: unknown[], key: string) => nodes.map((node) => at(node, key) as string);
  const ids = [...all([...templates, ...versions, ...cas], 'id'), 'bm9uZQ'];
  return {
    templateName: [...all(templates, 'templateName'), 'not-there', '', '__proto__'],
    certificateId: [...all(cas, 'certificateId'), '0'.repeat(64)],
    id: ids,
    ids,
  };
}
