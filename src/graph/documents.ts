import { type DocumentNode, Lexer, parse, Source, TokenKind } from 'graphql';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import { limitDocument, type QueryLimits } from './queryLimits.ts';
import { isObject, jsonIn } from './requestJson.ts';
import { documentText, type TrustedDocuments } from './trustedDocuments.ts';

/** The parts of a request that its document can stand in. */
export interface AskedDocument {
  readonly method: string;
  /** From the question mark on. */
  readonly search: string;
  /** Of a POST: what its JSON says. */
  readonly body: unknown;
}

/** Bytes that things take, near enough for a bound; those of a token, with what is parsed of it, were measured. */
const ENTRY_BYTES = 256;
const TOKEN_BYTES = 320;

/** What a parsed document takes, in bytes. Its text says little, for it may be all spaces or none. */
export function documentBytes({ loc }: DocumentNode): number {
  let bytes = ENTRY_BYTES;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) bytes += TOKEN_BYTES;
  return bytes;
}

interface DocumentsOptions {
  readonly limits: QueryLimits;
  /** The only documents to let in; unset: any. */
  readonly trusted?: TrustedDocuments | undefined;
  readonly maxBytes: number;
}

/**
 * What documents have to pass before anybody validates them; each text is looked at once. Those
 * found valid are kept parsed. Bounded in bytes.
 */
export class Documents {
  readonly #limits: QueryLimits;
  readonly #trusted: TrustedDocuments | undefined;
  /** The texts that passed, parsed where they are valid. */
  readonly #passed: LRUCache<string, DocumentNode | 'passed'>;

  /** The most tokens of a document. */
  get maxTokens(): number {
    return this.#limits.tokens;
  }

  get bytes(): number {
    return this.#passed.calculatedSize;
  }

  constructor({ limits, trusted, maxBytes }: DocumentsOptions) {
    this.#limits = limits;
    this.#trusted = trusted;
    this.#passed = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (known, text) =>
        ENTRY_BYTES + 2 * text.length + (known === 'passed' ? 0 : documentBytes(known)),
    });
  }

  /** A document that was found valid before. */
  valid(text: string): DocumentNode | undefined {
    const known = this.#passed.get(text);
    return known === 'passed' ? undefined : known;
  }

  /** Hears of a document that was found valid. */
  keepValid(text: string, document: DocumentNode): void {
    if (this.valid(text) === undefined) this.#passed.set(text, document);
  }

  /**
   * Lets a request's document in, and puts its text in the place of its id. Requests that have no
   * document, or one that does not parse, are let in for others to refuse. Throws GatewayError.
   */
  prepare(asked: AskedDocument): AskedDocument {
    return asked.method === 'GET' ? this.#prepareSearch(asked) : this.#prepareBody(asked);
  }

  #prepareBody(asked: AskedDocument): AskedDocument {
    const { body } = asked;
    if (!isObject(body)) return asked;
    const text = documentText(body, this.#trusted);
    if (text === undefined) return asked;
    this.#pass(text);
    if (this.#trusted === undefined) return asked;
    const { documentId: _id, extensions, ...rest } = body;
    const others = withoutPersistedQuery(extensions);
    return {
      ...asked,
      body: { ...rest, query: text, ...(others === undefined ? {} : { extensions: others }) },
    };
  }

  #prepareSearch(asked: AskedDocument): AskedDocument {
    const parameters = new URLSearchParams(asked.search);
    const given = parameters.get('extensions');
    const extensions = given === null ? undefined : jsonIn(given);
    const text = documentText(
      {
        query: parameters.get('query') ?? undefined,
        documentId: parameters.get('documentId') ?? undefined,
        extensions,
      },
      this.#trusted,
    );
    if (text === undefined) return asked;
    this.#pass(text);
    if (this.#trusted === undefined) return asked;
    parameters.set('query', text);
    parameters.delete('documentId');
    if (isObject(extensions)) {
      parameters.set('extensions', JSON.stringify(withoutPersistedQuery(extensions)));
    }
    return { ...asked, search: `?${parameters}` };
  }

  /** Parses a document within the limits; throws GatewayError, or GraphQLError for what does not parse. */
  parse(text: string): DocumentNode {
    const document = parse(text, { maxTokens: this.#limits.tokens });
    limitDocument(document, this.#limits);
    return document;
  }

  #pass(text: string): void {
    if (this.#passed.has(text)) return;
    const { tokens } = this.#limits;
    try {
      this.parse(text);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      if (hasMoreTokens(text, tokens)) {
        throw new GatewayError(
          'DOCUMENT_TOO_LONG',
          `The document has more than the ${tokens} tokens that one may have; ask for less at once.`,
          { limit: tokens },
        );
      }
      // It will be parsed again, and told what is wrong with it.
      return;
    }
    this.#passed.set(text, 'passed');
  }
}

/** Whether a document that does not parse is refused for its length. */
function hasMoreTokens(text: string, limit: number): boolean {
  const lexer = new Lexer(new Source(text));
  try {
    for (let count = 0; count <= limit; count += 1) {
      if (lexer.advance().kind === TokenKind.EOF) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function withoutPersistedQuery(extensions: unknown): unknown {
  if (!isObject(extensions)) return extensions;
  const { persistedQuery: _persisted, ...others } = extensions;
  return others;
}
