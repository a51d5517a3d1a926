import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { conditionsOf, withoutConditions } from './compilable.ts';
import type { GraphContext } from './context.ts';

type Compiler = typeof import('graphql-jit');

/** Whether documents are compiled when they come again, at once (for tests), or not at all. */
export type CompileMode = 'second-sight' | 'always' | 'never';

/** Bytes that things take, near enough for a bound; that of a compiled query was measured. */
const COMPILED_BYTES = 48 * 1024;
const NOTE_BYTES = 512;

interface Compilable {
  readonly kind: 'compilable';
  /** The variables that `@skip` and `@include` depend on. */
  readonly conditions: readonly string[];
}

interface Compiled {
  readonly kind: 'compiled';
  run(context: GraphContext, variables: object): Promise<ExecutionResult> | ExecutionResult;
}

type Entry = Compilable | Compiled | { readonly kind: 'refused' } | { readonly kind: 'seen' };

const REFUSED = { kind: 'refused' } as const;
const SEEN = { kind: 'seen' } as const;

/** An operation that Apollo Server has parsed and validated. */
export interface CompiledRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Names the text of the document. */
  readonly documentHash: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GraphContext;
}

interface CompiledQueriesOptions {
  readonly schema: GraphQLSchema;
  readonly mode: CompileMode;
  readonly maxBytes: number;
}

/** Queries compiled to functions, for those that came before. */
export class CompiledQueries {
  readonly #schema: GraphQLSchema;
  readonly #mode: CompileMode;
  readonly #entries: LRUCache<string, Entry>;
  #compiler: Promise<Compiler> | undefined;
  #answered = 0;

  constructor({ schema, mode, maxBytes }: CompiledQueriesOptions) {
    this.#schema = schema;
    this.#mode = mode;
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ kind }) => (kind === 'compiled' ? COMPILED_BYTES : NOTE_BYTES),
    });
  }

  /** How many operations were answered by compiled queries. */
  get answered(): number {
    return this.#answered;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /**
   * The data of a query. Null when it is not compiled, and on any error in it: graphql-js then
   * executes it from the start, with the loaders of the same operation, so that no call is made
   * twice. Never rejects.
   */
  async answer(request: CompiledRequest): Promise<NonNullable<ExecutionResult['data']> | null> {
    if (this.#mode === 'never' || request.operation.operation !== 'query') return null;
    const { coerced } = getVariableValues(
      this.#schema,
      request.operation.variableDefinitions ?? [],
      request.variables,
    );
    if (coerced === undefined) return null;
    try {
      const compiled = await this.#find(request, coerced);
      if (compiled === undefined) return null;
      const { data, errors } = await compiled.run(request.context, coerced);
      if (errors !== undefined || data === undefined || data === null) return null;
      this.#answered += 1;
      return data;
    } catch {
      return null;
    }
  }

  async #find(
    request: CompiledRequest,
    coerced: Record<string, unknown>,
  ): Promise<Compiled | undefined> {
    const name = `${request.documentHash}/${request.operation.name?.value ?? ''}`;
    const entry = this.#entries.get(name) ?? this.#judge(name, request);
    if (entry.kind !== 'compilable') return undefined;
    const key = `${name}/${entry.conditions.map((condition) => coerced[condition] === true)}`;
    const known = this.#entries.get(key);
    if (known?.kind === 'compiled') return known;
    if (known?.kind === 'refused') return undefined;
    if (known === undefined && this.#mode === 'second-sight') {
      this.#entries.set(key, SEEN);
      return undefined;
    }
    // Loaded when it is needed first, for loading it takes a good part of the time to start.
    this.#compiler ??= import('graphql-jit');
    const compiled = compile(await this.#compiler, this.#schema, request, coerced);
    this.#entries.set(key, compiled ?? REFUSED);
    return compiled;
  }

  #judge(name: string, { document, operation }: CompiledRequest): Entry {
    const conditions = conditionsOf(this.#schema, operation, fragmentsOf(document));
    const entry: Entry =
      conditions === undefined ? REFUSED : { kind: 'compilable', conditions: [...conditions] };
    this.#entries.set(name, entry);
    return entry;
  }
}

function compile(
  { compileQuery, isCompiledQuery }: Compiler,
  schema: GraphQLSchema,
  { document, operation }: CompiledRequest,
  coerced: Record<string, unknown>,
): Compiled | undefined {
  const fragments = [...fragmentsOf(document).values()];
  const compiled = compileQuery(
    schema,
    {
      kind: Kind.DOCUMENT,
      definitions: [operation, ...fragments].map((node) => withoutConditions(node, coerced)),
    },
    operation.name?.value,
    { disablingCapturingStackErrors: true },
  );
  if (!isCompiledQuery(compiled)) return undefined;
  return {
    kind: 'compiled',
    run: (context, variables) => compiled.query(undefined, context, variables),
  };
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  return fragments;
}
