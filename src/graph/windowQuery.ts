import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * A query for one window of one list, taken apart: what is asked of each node, which is the same
 * in every window that shows the node, and the rest.
 */
export interface WindowQuery extends Place {
  /** The root field that leads to the list. */
  readonly field: FieldNode;
  readonly connectionType: GraphQLObjectType;
  readonly nodeType: GraphQLObjectType;
  /** The fields of the connection in the order of the answer. */
  readonly parts: readonly Part[];
  readonly nodeSelection: SelectionSetNode;
  /** All that is selected of the connection beside its nodes; undefined when that is nothing. */
  readonly otherSelection: SelectionSetNode | undefined;
  /** Whether nodes are shown within their edges. */
  readonly hasEdges: boolean;
}

/** Where a member of an object goes in the answer: its key, and that as it stands before its value. */
interface Place {
  readonly key: string;
  readonly label: string;
}

export type Part =
  | ({ readonly kind: 'nodes' | 'other' } & Place)
  | ({ readonly kind: 'edges'; readonly parts: readonly EdgePart[] } & Place);

export interface EdgePart extends Place {
  readonly kind: 'node' | 'cursor' | 'typename';
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * Takes a query apart that is one list, its nodes selected once and without variables or lists in
 * them; undefined for any other. Its directives have been applied already.
 */
export function windowQueryOf(
  queryType: GraphQLObjectType,
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): WindowQuery | undefined {
  const [field, ...others] = selectionSet.selections;
  if (field?.kind !== Kind.FIELD || others.length > 0) return undefined;
  const connectionType = objectTypeOf(queryType, field);
  if (connectionType === undefined || !isConnection(connectionType)) return undefined;
  const selected = fieldsOf(field.selectionSet);
  if (selected === undefined) return undefined;
  const nodeSets: SelectionSetNode[] = [];
  const parts: Part[] = [];
  for (const inner of selected) {
    const part = partOf(inner, nodeSets);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const [nodeSelection, ...moreNodes] = nodeSets;
  const nodeType = nodeTypeOf(connectionType);
  if (nodeSelection === undefined || moreNodes.length > 0 || nodeType === undefined)
    return undefined;
  if (!isFixed(nodeSelection, fragments)) return undefined;
  const rest = selected.filter((_, index) => parts[index]?.kind === 'other');
  return {
    field,
    ...placeOf(field),
    connectionType,
    nodeType,
    parts,
    nodeSelection,
    otherSelection: rest.length === 0 ? undefined : { kind: Kind.SELECTION_SET, selections: rest },
    hasEdges: parts.some(({ kind }) => kind === 'edges'),
  };
}

function partOf(field: FieldNode, nodeSets: SelectionSetNode[]): Part | undefined {
  const place = placeOf(field);
  if (field.name.value === 'nodes' && field.selectionSet) {
    nodeSets.push(field.selectionSet);
    return { kind: 'nodes', ...place };
  }
  if (field.name.value !== 'edges') return { kind: 'other', ...place };
  const parts: EdgePart[] = [];
  for (const inner of fieldsOf(field.selectionSet) ?? []) {
    if (inner.selectionSet) nodeSets.push(inner.selectionSet);
    const kind = EDGE_PARTS[inner.name.value];
    if (kind !== undefined) parts.push({ kind, ...placeOf(inner) });
  }
  return parts.length === 0 ? undefined : { kind: 'edges', parts, ...place };
}

const EDGE_PARTS: Readonly<Record<string, EdgePart['kind'] | undefined>> = {
  node: 'node',
  cursor: 'cursor',
  __typename: 'typename',
};

/** The fields of a selection that has nothing else in it and each key once. */
function fieldsOf(set: SelectionSetNode | undefined): readonly FieldNode[] | undefined {
  const fields: FieldNode[] = [];
  for (const selection of set?.selections ?? []) {
    if (selection.kind !== Kind.FIELD) return undefined;
    fields.push(selection);
  }
  const keys = new Set(fields.map(keyOf));
  return keys.size === fields.length ? fields : undefined;
}

/** What a connection has and no other type does. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  'nodes',
  'edges',
  'pageInfo',
  'totalCount',
]);

/** Whether a selection has the same answer whatever the variables, and leads to no list. */
function isFixed({ selections }: SelectionSetNode, fragments: Fragments): boolean {
  return selections.every((selection: SelectionNode) => {
    if (selection.kind !== Kind.FIELD) {
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      return fragment !== undefined && isFixed(fragment.selectionSet, fragments);
    }
    const { name, arguments: given = [], selectionSet } = selection;
    if (CONNECTION_FIELDS.has(name.value)) return false;
    if (given.some(({ value }) => value.kind === Kind.VARIABLE)) return false;
    return selectionSet === undefined || isFixed(selectionSet, fragments);
  });
}

function objectTypeOf(type: GraphQLObjectType, field: FieldNode): GraphQLObjectType | undefined {
  const named = getNamedType(type.getFields()[field.name.value]?.type);
  return isObjectType(named) ? named : undefined;
}

function nodeTypeOf(connectionType: GraphQLObjectType): GraphQLObjectType | undefined {
  const named = getNamedType(connectionType.getFields().nodes?.type);
  return isObjectType(named) ? named : undefined;
}

function isConnection({ name }: GraphQLObjectType): boolean {
  return name.endsWith('Connection');
}

function placeOf(field: FieldNode): Place {
  const key = keyOf(field);
  return { key, label: `${JSON.stringify(key)}:` };
}

function keyOf({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}
