import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULTS } from '../defaults.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';

/** The most that one operation may ask for. */
export interface QueryLimits {
  /** Of a document; with its fragments written out it may have as many selections. */
  readonly tokens: number;
  /** Levels of fields. */
  readonly depth: number;
  /** Levels of fields from `__schema` and `__type` on. */
  readonly introspectionDepth: number;
  /** A name that is written again in one selection counts as one, too. */
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Things in lists, by their `first`; in lists within lists multiplied. */
  readonly nodes: number;
  /** Scalars, lists and objects in the variables. */
  readonly values: number;
}

/** The limits of a gateway that is given none. */
export const DEFAULT_QUERY_LIMITS: QueryLimits = DEFAULTS.query;

/** What a selection comes to with its fragments written out. */
export interface Extent {
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  /** Fields of its first level. */
  readonly fields: number;
  readonly directives: number;
  /** Fields and fragments on all levels. */
  readonly selections: number;
}

const NOTHING: Extent = {
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  fields: 0,
  directives: 0,
  selections: 0,
};

/** What stands beside another, or, for a field's own part, on top of it. */
function together(one: Extent, other: Extent): Extent {
  return {
    depth: Math.max(one.depth, other.depth),
    introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
    aliases: one.aliases + other.aliases,
    fields: one.fields + other.fields,
    directives: one.directives + other.directives,
    selections: one.selections + other.selections,
  };
}

/** The limit as the end of a sentence, and what to do. */
type Rule = readonly [
  code: ErrorCode,
  measure: keyof Extent,
  limit: keyof QueryLimits,
  say: (found: number, limit: number) => string,
];

const RULES: readonly Rule[] = [
  [
    'TOO_MANY_SELECTIONS',
    'selections',
    'tokens',
    (_found, limit) =>
      `with its fragments written out has more than the ${limit} selections that one may have; spread fewer fragments.`,
  ],
  [
    'OPERATION_TOO_DEEP',
    'depth',
    'depth',
    (found, limit) =>
      `is ${found} levels deep, more than the ${limit} that one may be; ask for what lies deeper by its id.`,
  ],
  [
    'OPERATION_TOO_DEEP',
    'introspectionDepth',
    'introspectionDepth',
    (found, limit) =>
      `reads the schema ${found} levels deep, more than the ${limit} that one may; ask for single types.`,
  ],
  [
    'TOO_MANY_ALIASES',
    'aliases',
    'aliases',
    (found, limit) =>
      `has ${found} aliases and repeated names, more than the ${limit} that one may have; ask for a list or \`nodes\`.`,
  ],
  [
    'TOO_MANY_DIRECTIVES',
    'directives',
    'directives',
    (found, limit) =>
      `has ${found} directives, more than the ${limit} that one may have; put one on a fragment.`,
  ],
];

const ROOT_FIELDS: Rule = [
  'TOO_MANY_ROOT_FIELDS',
  'fields',
  'rootFields',
  (found, limit) =>
    `has ${found} root fields, more than the ${limit} that one may have; send more than one operation.`,
];

/**
 * Fragments that nobody spreads are validated, too. How deep one may be depends on where it is
 * spread.
 */
const FRAGMENT_RULES = RULES.filter(([code]) => code !== 'OPERATION_TOO_DEEP');

/**
 * Refuses a document of which a definition goes beyond the limits with its fragments written out,
 * or whose fragments spread themselves. Takes time in proportion to the document, for each fragment
 * is looked at once; it comes before the validation, parts of which take the square of that.
 * Throws GatewayError.
 */
export function limitDocument(document: DocumentNode, limits: QueryLimits): void {
  const reader = new ExtentReader(document);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      const extent = reader.operation(definition);
      const what = `The operation${nameOf(definition)}`;
      for (const rule of [...RULES, ROOT_FIELDS]) apply(rule, what, extent, limits);
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      const extent = reader.fragment(definition);
      for (const rule of FRAGMENT_RULES)
        apply(rule, `The fragment${nameOf(definition)}`, extent, limits);
    }
  }
}

/** How much of a name a message shows. */
const MAX_SHOWN = 64;

function nameOf(definition: DefinitionNode): string {
  const name = 'name' in definition ? definition.name?.value : undefined;
  return name === undefined ? '' : ` \`${name.slice(0, MAX_SHOWN)}\``;
}

function apply(
  [code, measure, limited, say]: Rule,
  what: string,
  extent: Extent,
  limits: QueryLimits,
): void {
  const [found, limit] = [extent[measure], limits[limited]];
  if (found > limit) throw new GatewayError(code, `${what} ${say(found, limit)}`, { limit });
}

/** The names written in one selection, and in those of its inline fragments by their types. */
type Written = Set<string>;

/** Works out the extent of definitions, each fragment once. */
class ExtentReader {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, Extent | 'open'>();

  constructor({ definitions }: DocumentNode) {
    for (const definition of definitions) {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
      const name = definition.name.value;
      // A second of the same name is refused by the validation, and never written out.
      if (!this.#fragments.has(name)) this.#fragments.set(name, definition);
    }
  }

  operation({ selectionSet, directives, variableDefinitions }: OperationDefinitionNode): Extent {
    let count = directives?.length ?? 0;
    for (const variable of variableDefinitions ?? []) count += variable.directives?.length ?? 0;
    return together(this.#selection(selectionSet, new Set(), ''), {
      ...NOTHING,
      directives: count,
    });
  }

  /** Throws FRAGMENT_CYCLE. */
  fragment(definition: FragmentDefinitionNode): Extent {
    const name = definition.name.value;
    if (definition !== this.#fragments.get(name)) return this.#written(definition);
    const known = this.#known.get(name);
    if (known === 'open') {
      throw new GatewayError(
        'FRAGMENT_CYCLE',
        `The fragment${nameOf(definition)} spreads itself; take one of the spreads out.`,
      );
    }
    if (known !== undefined) return known;
    this.#known.set(name, 'open');
    const extent = this.#written(definition);
    this.#known.set(name, extent);
    return extent;
  }

  #written({ selectionSet, directives }: FragmentDefinitionNode): Extent {
    const inside = this.#selection(selectionSet, new Set(), '');
    return together(inside, { ...NOTHING, directives: directives?.length ?? 0 });
  }

  #selection({ selections }: SelectionSetNode, written: Written, type: string): Extent {
    let extent = NOTHING;
    for (const selection of selections) {
      const own = { ...NOTHING, directives: selection.directives?.length ?? 0, selections: 1 };
      extent = together(extent, own);
      if (selection.kind === Kind.FIELD) {
        extent = together(extent, this.#field(selection, written, type));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition?.name.value ?? type;
        extent = together(extent, this.#selection(selection.selectionSet, written, on));
      } else {
        const definition = this.#fragments.get(selection.name.value);
        if (definition) extent = together(extent, this.fragment(definition));
      }
    }
    return extent;
  }

  #field({ name, alias, selectionSet }: FieldNode, written: Written, type: string): Extent {
    const inside = selectionSet ? this.#selection(selectionSet, new Set(), '') : NOTHING;
    const key = `${type}.${alias?.value ?? name.value}`;
    const isAlias = alias !== undefined || written.has(key);
    written.add(key);
    const isIntrospection = name.value === '__schema' || name.value === '__type';
    return {
      ...inside,
      depth: isIntrospection ? 0 : inside.depth + 1,
      introspectionDepth: isIntrospection ? inside.depth + 1 : inside.introspectionDepth,
      aliases: inside.aliases + (isAlias ? 1 : 0),
      fields: 1,
    };
  }
}
