import { readFile } from 'node:fs/promises';
import { type Config, SETTINGS } from './config.ts';
import { DocumentListError } from './documentList.ts';
import type { GatewayOptions } from './gateway.ts';

type QueryOptions = Pick<GatewayOptions, 'query' | 'introspection' | 'documents' | 'rate'>;

/** What the settings say of operations and callers. Rejects with DocumentListError. */
export async function queryOptions(config: Config): Promise<QueryOptions> {
  const { rateLimit, rateWindow } = config;
  return {
    query: {
      tokens: config.queryTokens,
      depth: config.queryDepth,
      introspectionDepth: config.queryIntrospectionDepth,
      aliases: config.queryAliases,
      rootFields: config.queryRootFields,
      directives: config.queryDirectives,
      nodes: config.queryNodes,
      values: config.queryValues,
    },
    introspection: config.introspection ?? (config.upstream === 'local' ? 'on' : 'scope'),
    ...(config.documents === undefined ? {} : { documents: await readList(config.documents) }),
    ...(rateLimit === 0 ? {} : { rate: { units: rateLimit, windowS: rateWindow } }),
  };
}

/** Texts by their hashes. */
async function readList(file: string): Promise<Readonly<Record<string, string>>> {
  const { variable } = SETTINGS.documents;
  let list: unknown;
  try {
    list = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === undefined ? 'is not JSON' : `cannot be read (${code})`;
    throw new DocumentListError(`${variable}: ${file} ${why}.`);
  }
  if (!isList(list)) {
    throw new DocumentListError(
      `${variable}: ${file} must be a JSON object of documents by their hashes.`,
    );
  }
  return list;
}

function isList(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
