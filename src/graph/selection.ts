import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What must be known of a thing to answer a field; the schema's enum KnowledgeLevel. */
export type Level = 'REF' | 'ROW' | 'CONSTANT' | 'EDGE' | 'DETAIL';

/** All that the selected fields of a thing need. */
export type Levels = ReadonlySet<Level>;

/** The level of what only a Describe tells, alone. */
export const DETAIL: Levels = new Set(['DETAIL']);
/** The level of what a list tells, alone; it also proves that a thing is there. */
export const ROW: Levels = new Set(['ROW']);

const LEVELS: readonly Level[] = ['REF', 'ROW', 'CONSTANT', 'EDGE', 'DETAIL'];

/** For each type, the level that each of its fields declares with `@upstream`; read when first asked for. */
export class LevelTable {
  readonly #schema: GraphQLSchema;
  readonly #declared = new Map<string, ReadonlyMap<string, Level>>();
  /** By the fields of parsed documents, and gone with them. */
  readonly #requested = new WeakMap<FieldNode, Map<string, Levels>>();
  readonly #connections = new WeakMap<FieldNode, ConnectionSelection>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  of(type: string, field: string): Level {
    return this.#declaredBy(type).get(field) ?? 'REF';
  }

  #declaredBy(name: string): ReadonlyMap<string, Level> {
    const known = this.#declared.get(name);
    if (known) return known;
    const directive = this.#schema.getDirective('upstream');
    const type = this.#schema.getType(name);
    const levels: ReadonlyMap<string, Level> =
      directive && isObjectType(type) ? readTypeLevels(type, directive) : new Map();
    // Only names of types come here, so there are no more of these than of those.
    this.#declared.set(name, levels);
    return levels;
  }

  /** What was worked out before for the selection below a field. */
  known(field: FieldNode, type: string): Levels | undefined {
    return this.#requested.get(field)?.get(type);
  }

  /**
   * What is selected of a connection. The same for every run of a document, so it is worked out
   * once where no variable decides.
   */
  connection(
    context: SelectionContext,
    fields: readonly FieldNode[],
    type: string,
  ): ConnectionSelection {
    const [field] = fields;
    if (field === undefined || fields.length > 1)
      return readConnection(context, fields, type, this);
    const known = this.#connections.get(field);
    if (known) return known;
    const selection = readConnection(context, fields, type, this);
    if (!decides(field.selectionSet, context)) this.#connections.set(field, selection);
    return selection;
  }

  keep(field: FieldNode, type: string, levels: Levels): void {
    const byType = this.#requested.get(field) ?? new Map<string, Levels>();
    this.#requested.set(field, byType.set(type, levels));
  }
}

/** Reads `@upstream(level:)` off every field of a type. */
function readTypeLevels(
  type: GraphQLObjectType,
  directive: Parameters<typeof getDirectiveValues>[0],
): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const field of Object.values(type.getFields())) {
    const values = field.astNode ? getDirectiveValues(directive, field.astNode) : undefined;
    const level = LEVELS.find((name) => name === values?.level);
    if (level) levels.set(field.name, level);
  }
  return levels;
}

/** What is needed to follow a selection; a resolver's info has it. */
export interface SelectionContext {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/**
 * Fields selected directly below the given ones: fragments opened, each once, `@skip` and
 * `@include` obeyed. Fragments on another object type than `type` are left out.
 */
export function subFields(
  context: SelectionContext,
  parents: readonly FieldNode[],
  type: string,
): FieldNode[] {
  const fields: FieldNode[] = [];
  const opened = new Set<string>();
  const open = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (!isIncluded(context, selection)) continue;
      if (selection.kind === 'Field') {
        fields.push(selection);
        continue;
      }
      if (selection.kind === 'FragmentSpread') {
        if (opened.has(selection.name.value)) continue;
        opened.add(selection.name.value);
      }
      const fragment =
        selection.kind === 'InlineFragment' ? selection : context.fragments[selection.name.value];
      const condition = fragment?.typeCondition?.name.value ?? type;
      if (condition === type || condition === NODE) open(fragment?.selectionSet);
    }
  };
  for (const parent of parents) open(parent.selectionSet);
  return fields;
}

/** The one interface of the schema that objects are selected through. */
const NODE = 'Node';

/** What the fields of a type need, all together. */
export function levelsOf(fields: readonly FieldNode[], type: string, table: LevelTable): Levels {
  return new Set(fields.map((field) => table.of(type, field.name.value)));
}

/**
 * What the sub-fields of the field being resolved need of their type. The same for every object
 * in a list and every run of a document, so it is worked out once where no variable decides.
 */
export function requestedLevels(info: GraphQLResolveInfo, type: string, table: LevelTable): Levels {
  const [field] = info.fieldNodes;
  const isAlone = info.fieldNodes.length === 1;
  const known = field && isAlone ? table.known(field, type) : undefined;
  if (known) return known;
  const levels = levelsOf(subFields(info, info.fieldNodes, type), type, table);
  if (field && isAlone && !hasDirectives(field, info)) table.keep(field, type, levels);
  return levels;
}

/** Whether a directive stands on anything selected directly below a field. */
function hasDirectives(field: FieldNode, context: SelectionContext): boolean {
  return decides(field.selectionSet, context, 1);
}

/** Whether directives decide on anything in a selection, fields opened so many levels deep. */
function decides(
  set: SelectionSetNode | undefined,
  { fragments }: SelectionContext,
  depth = 3,
): boolean {
  const opened = new Set<string>();
  const inSet = (selections: SelectionSetNode | undefined, left: number): boolean =>
    (selections?.selections ?? []).some((selection) => {
      if (selection.directives?.length) return true;
      if (selection.kind === 'Field') return left > 1 && inSet(selection.selectionSet, left - 1);
      if (selection.kind === 'InlineFragment') return inSet(selection.selectionSet, left);
      const opening = `${left} ${selection.name.value}`;
      if (opened.has(opening)) return false;
      opened.add(opening);
      return inSet(fragments[selection.name.value]?.selectionSet, left);
    });
  return inSet(set, depth);
}

/** What is selected of a connection and its nodes. */
export interface ConnectionSelection {
  /** The fields of its nodes, selected as `nodes` or through `edges`. */
  readonly nodeFields: readonly FieldNode[];
  /** What they need. */
  readonly levels: Levels;
  /** Whether anything is selected that the page itself tells: its things, or where it begins or ends. */
  readonly shows: boolean;
  /** Which of the connection's costly answers are selected. */
  readonly hasNextPage: boolean;
  readonly totalCount: boolean;
}

/** The fields of a connection and its PageInfo that take the page to be read. */
const PAGE_FIELDS = ['nodes', 'edges', 'startCursor', 'endCursor', 'hasNextPage'];

function readConnection(
  context: SelectionContext,
  connection: readonly FieldNode[],
  type: string,
  table: LevelTable,
): ConnectionSelection {
  const fields = subFields(context, connection, `${type}Connection`);
  const edges = subFields(context, named(fields, 'edges'), `${type}Edge`);
  const pageInfo = subFields(context, named(fields, 'pageInfo'), 'PageInfo');
  const nodes = [...named(fields, 'nodes'), ...named(edges, 'node')];
  const nodeFields = subFields(context, nodes, type);
  return {
    nodeFields,
    levels: levelsOf(nodeFields, type, table),
    shows: PAGE_FIELDS.some((name) => named([...fields, ...pageInfo], name).length > 0),
    hasNextPage: named(pageInfo, 'hasNextPage').length > 0,
    totalCount: named(fields, 'totalCount').length > 0,
  };
}

/** Whether a field of the payload being resolved is selected. */
export function isSelected(info: GraphQLResolveInfo, type: string, field: string): boolean {
  return named(subFields(info, info.fieldNodes, type), field).length > 0;
}

function named(fields: readonly FieldNode[], name: string): FieldNode[] {
  return fields.filter((field) => field.name.value === name);
}

function isIncluded({ variableValues }: SelectionContext, selection: SelectionNode): boolean {
  if (!selection.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  if (skip?.if === true) return false;
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return include?.if !== false;
}
