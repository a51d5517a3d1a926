import { createHash } from 'node:crypto';
import { type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { DocumentListError } from '../documentList.ts';
import { GatewayError } from '../errors.ts';
import { limitDocument, type QueryLimits } from './queryLimits.ts';
import { isObject } from './requestJson.ts';

/** What a request says about its document. */
export interface DocumentParameters {
  readonly query?: unknown;
  /** As the appendix on persisted documents of GraphQL over HTTP has it. */
  readonly documentId?: unknown;
  /** Apollo's spelling is in here. */
  readonly extensions?: unknown;
}

const SHA256 = 'sha256:';

/** The only documents that a gateway takes, by their ids. */
export class TrustedDocuments {
  /** By the id in the list and by the SHA-256 of the text. */
  readonly #byId = new Map<string, string>();
  readonly #texts: ReadonlySet<string>;

  /** `list` holds texts by their hashes. Throws DocumentListError. */
  constructor(list: Readonly<Record<string, string>>) {
    for (const [id, text] of Object.entries(list)) this.#add(withoutPrefix(id), text);
    for (const text of Object.values(list)) this.#add(sha256(text), text);
    this.#texts = new Set(Object.values(list));
  }

  /** The text of a document, by its id with or without `sha256:`. */
  find(id: string): string | undefined {
    return this.#byId.get(withoutPrefix(id));
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** Throws DocumentListError when one of them could never run here. */
  check(schema: GraphQLSchema, limits: QueryLimits): void {
    const checked = new Set<string>();
    for (const [id, text] of this.#byId) {
      if (checked.has(text)) continue;
      checked.add(text);
      try {
        const document = parse(text, { maxTokens: limits.tokens });
        limitDocument(document, limits);
        const [problem] = validate(schema, document, specifiedRules, { hideSuggestions: true });
        if (problem) throw problem;
      } catch (error) {
        throw new DocumentListError(`The document ${id} is of no use: ${(error as Error).message}`);
      }
    }
  }

  #add(id: string, text: string): void {
    if ((this.#byId.get(id) ?? text) !== text) {
      throw new DocumentListError(`The id ${id} would stand for two documents.`);
    }
    this.#byId.set(id, text);
  }
}

function withoutPrefix(id: string): string {
  return id.startsWith(SHA256) ? id.slice(SHA256.length) : id;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The text of the document that a request wants to run; undefined where it names none. Throws
 * DOCUMENT_NOT_TRUSTED, or PERSISTED_QUERY_NOT_SUPPORTED where no list is kept.
 */
export function documentText(
  { query, documentId, extensions }: DocumentParameters,
  trusted: TrustedDocuments | undefined,
): string | undefined {
  const text = typeof query === 'string' && query !== '' ? query : undefined;
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  if (trusted === undefined) {
    const isById = isObject(persisted) || (typeof documentId === 'string' && text === undefined);
    if (isById) throw new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED');
    return text;
  }
  const hash = isObject(persisted) ? persisted.sha256Hash : undefined;
  const id = documentId ?? hash;
  if (id === undefined || id === null) {
    if (text !== undefined && !trusted.has(text)) throw notTrusted('has no such text');
    return text;
  }
  const listed = typeof id === 'string' ? trusted.find(id) : undefined;
  if (listed === undefined) throw notTrusted('has no such id');
  if (text !== undefined && text !== listed) throw notTrusted('has another text under this id');
  return listed;
}

function notTrusted(why: string): GatewayError {
  return new GatewayError(
    'DOCUMENT_NOT_TRUSTED',
    `This gateway takes listed documents alone, and the list ${why}; add the document to the list and start the gateway again.`,
  );
}
