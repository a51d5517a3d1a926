import {
  type FieldNode,
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

/** How much must be known of a thing to answer a field; ordered from least to most. */
export type Level = 'REF' | 'ROW' | 'DETAIL';

const ORDER: readonly Level[] = ['REF', 'ROW', 'DETAIL'];

/** For each type, the level that each of its fields declares with `@upstream`. */
export type LevelTable = ReadonlyMap<string, ReadonlyMap<string, Level>>;

/** Reads `@upstream(level:)` off every field of the schema. */
export function readLevels(schema: GraphQLSchema): LevelTable {
  const directive = schema.getDirective('upstream');
  const table = new Map<string, Map<string, Level>>();
  if (!directive) return table;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    table.set(type.name, readTypeLevels(type, directive));
  }
  return table;
}

function readTypeLevels(
  type: GraphQLObjectType,
  directive: Parameters<typeof getDirectiveValues>[0],
): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const field of Object.values(type.getFields())) {
    const values = field.astNode ? getDirectiveValues(directive, field.astNode) : undefined;
    const level = ORDER.find((name) => name === values?.level);
    if (level) levels.set(field.name, level);
  }
  return levels;
}

/** The most that any selected sub-field of the field being resolved needs of its type. */
export function requestedLevel(info: GraphQLResolveInfo, type: string, levels: LevelTable): Level {
  const declared = levels.get(type);
  let most = 0;
  for (const field of subFields(info, info.fieldNodes)) {
    const level = declared?.get(field.name.value) ?? 'REF';
    most = Math.max(most, ORDER.indexOf(level));
  }
  return ORDER[most] ?? 'DETAIL';
}

/** Whether the path of field names is selected below the field being resolved. */
export function isSelected(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  let nodes: readonly FieldNode[] = info.fieldNodes;
  for (const name of path) {
    nodes = [...subFields(info, nodes)].filter((field) => field.name.value === name);
    if (nodes.length === 0) return false;
  }
  return true;
}

/** Fields directly below the given ones, fragments opened, `@skip` and `@include` obeyed. */
function* subFields(info: GraphQLResolveInfo, parents: readonly FieldNode[]): Generator<FieldNode> {
  for (const parent of parents) {
    if (parent.selectionSet) yield* fieldsIn(info, parent.selectionSet);
  }
}

function* fieldsIn(info: GraphQLResolveInfo, set: SelectionSetNode): Generator<FieldNode> {
  for (const selection of set.selections) {
    if (!isIncluded(info, selection)) continue;
    if (selection.kind === 'Field') {
      yield selection;
      continue;
    }
    const fragment =
      selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value];
    if (fragment) yield* fieldsIn(info, fragment.selectionSet);
  }
}

function isIncluded(info: GraphQLResolveInfo, selection: SelectionNode): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
  if (skip?.if === true) return false;
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
  return include?.if !== false;
}
