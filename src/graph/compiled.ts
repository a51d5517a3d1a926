import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { conditionsOf, withoutConditions } from './compilable.ts';
import type { GraphContext } from './context.ts';
import { documentBytes } from './documents.ts';
import type { NodeTexts } from './nodeTexts.ts';
import type { OperationTurns } from './turns.ts';
import {
  type CompiledWindow,
  type CompileOn,
  compileWindow,
  windowJson,
} from './windowExecution.ts';
import { writeJson } from './writeJson.ts';

type Compiler = typeof import('graphql-jit');

/** Whether documents are compiled when they come again, at once (for tests), or not at all. */
export type CompileMode = 'second-sight' | 'always' | 'never';

/** Bytes that things take, near enough for a bound; that of a compiled query was measured. */
const COMPILED_BYTES = 48 * 1024;
const NOTE_BYTES = 512;
/** How many choices of conditions of one query are kept compiled. */
const MAX_VARIANTS = 8;

/** A query that Apollo Server has parsed and validated, and what was found out about it. */
export interface KnownQuery {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** A query that the compiler can be trusted with. */
interface Compilable extends KnownQuery {
  readonly kind: 'compilable';
  /** What its document takes. */
  readonly bytes: number;
  /** The variables that `@skip` and `@include` depend on. */
  readonly conditions: readonly string[];
  /** What became of each choice of conditions that came. */
  readonly variants: Map<string, Variant>;
}

type Variant = Compiled | { readonly kind: 'refused' } | { readonly kind: 'seen' };

interface Compiled {
  readonly kind: 'compiled';
  run(context: GraphContext, variables: object): Promise<ExecutionResult> | ExecutionResult;
  /** The same query taken apart, where it is one for a window of a list. */
  readonly window: CompiledWindow | undefined;
  /** How often in a row the window could not be answered from what is known. */
  inVain: number;
}

type Entry = Compilable | { readonly kind: 'refused' };

const REFUSED = { kind: 'refused' } as const;
const SEEN = { kind: 'seen' } as const;

/** The text of a request's document, and which operation in it is to run. */
export interface QueryText {
  readonly source: string;
  readonly operationName: string | undefined;
}

type Variables = Readonly<Record<string, unknown>>;

interface CompiledQueriesOptions {
  readonly schema: GraphQLSchema;
  readonly mode: CompileMode;
  readonly maxBytes: number;
  readonly nodeTexts: NodeTexts;
}

/** A window that was asked for in vain so often has something in it that waits though all is known. */
const MAX_IN_VAIN = 8;
/** It is asked for now and then all the same, for it may depend on the variables. */
const IN_VAIN_STEP = 64;

/** Queries compiled to functions, for those that came before. */
export class CompiledQueries {
  readonly #schema: GraphQLSchema;
  readonly #mode: CompileMode;
  readonly #entries: LRUCache<string, Entry>;
  readonly #nodeTexts: NodeTexts;
  /** The schema again with another type at its root, to compile selections on that type. */
  readonly #rooted = new Map<string, GraphQLSchema>();
  #compiler: Promise<Compiler> | undefined;
  #answered = 0;

  constructor({ schema, mode, maxBytes, nodeTexts }: CompiledQueriesOptions) {
    this.#schema = schema;
    this.#nodeTexts = nodeTexts;
    this.#mode = mode;
    this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation: bytesOf });
  }

  /** How many operations were answered by compiled queries. */
  get answered(): number {
    return this.#answered;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** A query that came before, was found valid, and can be compiled. */
  find(text: QueryText): KnownQuery | undefined {
    const entry = this.#entries.get(keyOf(text));
    return entry?.kind === 'compilable' ? entry : undefined;
  }

  /** Hears of a query that was found valid. */
  note(text: QueryText, document: DocumentNode, operation: OperationDefinitionNode): void {
    if (this.#mode === 'never' || operation.operation !== 'query') return;
    const key = keyOf(text);
    if (this.#entries.has(key)) return;
    const fragments = fragmentsOf(document);
    const conditions = conditionsOf(this.#schema, operation, fragments);
    const entry: Entry =
      conditions === undefined
        ? REFUSED
        : {
            kind: 'compilable',
            operation,
            fragments,
            bytes: documentBytes(document),
            conditions: [...conditions],
            variants: new Map(),
          };
    this.#entries.set(key, entry);
  }

  /**
   * The data of a query under coerced variables. Null when it is not compiled, and on any error in
   * it: graphql-js then executes it from the start, with the loaders of the same operation, so that
   * no call is made twice. Never rejects.
   */
  async answer(
    text: QueryText,
    coerced: Variables,
    context: GraphContext,
  ): Promise<NonNullable<ExecutionResult['data']> | null> {
    try {
      const compiled = await this.#compiledFor(text, coerced, context);
      return compiled === undefined ? null : await this.#run(compiled, coerced, context);
    } catch {
      return null;
    }
  }

  /**
   * The same as JSON, which for a window of a list is put together from the texts of its nodes. What is
   * not held in full is answered once `admit`, which may throw, has let it in at its price.
   */
  async answerJson(
    text: QueryText,
    coerced: Variables,
    context: GraphContext,
    admit: () => void,
  ): Promise<string | null> {
    try {
      const compiled = await this.#compiledFor(text, coerced, context);
      const window = compiled && isWorthATry(compiled, context) ? compiled.window : undefined;
      const held = window && (await windowJson(window, 'held', coerced, context, this.#nodeTexts));
      if (compiled && held !== undefined) return this.#answeredBy(compiled, held);
      context.shown.restart();
      context.scope.inputs.restart();
      admit();
      if (compiled === undefined) return null;
      const json = window && (await windowJson(window, 'read', coerced, context, this.#nodeTexts));
      if (json !== undefined) return this.#answeredBy(compiled, json);
      const data = await this.#run(compiled, coerced, context);
      // Where it fails, or something had to be read first, it may well work the next time.
      if (data !== null && !context.scope.receipts.hasRead) compiled.inVain += 1;
      return data && (await writeJson(data, context));
    } catch {
      return null;
    }
  }

  #answeredBy(compiled: Compiled, json: string): string {
    compiled.inVain = 0;
    this.#answered += 1;
    return json;
  }

  async #run(
    compiled: Compiled,
    coerced: Variables,
    context: GraphContext,
  ): Promise<NonNullable<ExecutionResult['data']> | null> {
    context.shown.restart();
    const { data, errors } = await compiled.run(context, coerced);
    if (errors !== undefined || data === undefined || data === null) return null;
    this.#answered += 1;
    return data;
  }

  async #compiledFor(
    text: QueryText,
    coerced: Variables,
    { turns }: GraphContext,
  ): Promise<Compiled | undefined> {
    const key = keyOf(text);
    const entry = this.#entries.get(key);
    if (entry?.kind !== 'compilable') return undefined;
    const variant =
      this.#variantOf(key, entry, coerced) ?? (await this.#compile(key, entry, coerced, turns));
    return variant.kind === 'compiled' ? variant : undefined;
  }

  /** What became of a choice of conditions; undefined when it is to be compiled now. */
  #variantOf(key: string, entry: Compilable, coerced: Variables): Variant | undefined {
    const choice = choiceOf(entry, coerced);
    const variant = entry.variants.get(choice);
    if (variant === undefined && this.#mode === 'second-sight') {
      this.#keep(key, entry, choice, SEEN);
      return SEEN;
    }
    return variant?.kind === 'seen' ? undefined : variant;
  }

  async #compile(
    key: string,
    entry: Compilable,
    coerced: Variables,
    turns: OperationTurns,
  ): Promise<Variant> {
    // Loaded when it is needed first, for loading it takes a good part of the time to start.
    this.#compiler ??= import('graphql-jit');
    const compiler = await this.#compiler;
    await turns.pause();
    const variant =
      (await compile(compiler, this.#schema, this.#rooted, entry, coerced, turns)) ?? REFUSED;
    await turns.pause();
    this.#keep(key, entry, choiceOf(entry, coerced), variant);
    return variant;
  }

  #keep(key: string, entry: Compilable, choice: string, variant: Variant): void {
    const { variants } = entry;
    variants.delete(choice);
    variants.set(choice, variant);
    const [oldest] = variants.keys();
    if (variants.size > MAX_VARIANTS && oldest !== undefined) variants.delete(oldest);
    // Its size has changed.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }
}

/** Texts of nodes are made by the default ages, so they are nothing for who asks for another. */
function isWorthATry({ inVain }: Compiled, { scope }: GraphContext): boolean {
  if (scope.freshness.maxAgeMs !== undefined) return false;
  return inVain < MAX_IN_VAIN || inVain % IN_VAIN_STEP === 0;
}

/** No document begins with a name and a colon, so no two keys are equal by chance. */
function keyOf({ source, operationName }: QueryText): string {
  return operationName === undefined ? source : `${operationName}:${source}`;
}

function choiceOf({ conditions }: Compilable, coerced: Variables): string {
  return conditions.map((condition) => (coerced[condition] === true ? '1' : '0')).join('');
}

function bytesOf(entry: Entry, key: string): number {
  if (entry.kind === 'refused') return NOTE_BYTES + 2 * key.length;
  let bytes = NOTE_BYTES + 2 * key.length + entry.bytes;
  for (const variant of entry.variants.values()) {
    // A window is compiled whole and in pieces.
    if (variant.kind === 'compiled') bytes += (variant.window ? 2 : 1) * COMPILED_BYTES;
  }
  return bytes;
}

async function compile(
  { compileQuery, isCompiledQuery }: Compiler,
  schema: GraphQLSchema,
  rooted: Map<string, GraphQLSchema>,
  known: KnownQuery,
  coerced: Variables,
  turns: OperationTurns,
): Promise<Compiled | undefined> {
  const operation = withoutConditions(known.operation, coerced);
  const fragments = Object.values(known.fragments).map((node) => withoutConditions(node, coerced));
  const compileIn = (within: GraphQLSchema, asked: OperationDefinitionNode) => {
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [asked, ...fragments] };
    const compiled = compileQuery(within, document, asked.name?.value, {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(compiled) ? compiled : undefined;
  };
  const whole = compileIn(schema, operation);
  if (whole === undefined) return undefined;
  await turns.pause();
  const compileOn: CompileOn = (type, selectionSet) => {
    const within = rooted.get(type.name) ?? rootedAt(type, schema);
    rooted.set(type.name, within);
    const selection: OperationDefinitionNode = {
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.QUERY,
      selectionSet,
    };
    const piece = compileIn(within, selection);
    return piece && ((root, context) => piece.query(root, context, {}));
  };
  const byName = Object.fromEntries(fragments.map((node) => [node.name.value, node]));
  return {
    kind: 'compiled',
    run: (context, variables) => whole.query(undefined, context, variables),
    window: compileWindow(schema, operation, byName, compileOn),
    inVain: 0,
  };
}

function rootedAt(query: GraphQLObjectType, schema: GraphQLSchema): GraphQLSchema {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return new GraphQLSchema({ query, types, directives: schema.getDirectives(), assumeValid: true });
}

/** The fragments of a document by their names. */
export function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
