import {
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
  type ValueNode,
} from 'graphql';

/** Selections of a query, its fragments opened; more would take too long to compile in one go. */
const MAX_SELECTIONS = 250;

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * The variables that decide what a query selects, when the compiler can be trusted with it;
 * undefined when graphql-js should execute it. What the compiler gets wrong:
 * it turns `{ a: $absent }` into an explicit null, loses variables in JSON literals, names things
 * by their path joined with `_`, runs what follows some texts with `__` as code, and begins root fields
 * that graphql-js would not come to.
 */
export function conditionsOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): ReadonlySet<string> | undefined {
  const inspection: Inspection = { fragments, conditions: new Set(), selections: 0 };
  const isPlain = (operation.variableDefinitions ?? []).every(
    ({ type, variable, defaultValue }) =>
      isSafeName(variable.name.value) &&
      hasPlainType(schema, getNamedType(typeFromAST(schema, type as never))) &&
      (defaultValue === undefined || isSafeValue(defaultValue)),
  );
  const isSafeQuery =
    isPlain &&
    isSafeSelection(operation.selectionSet, inspection) &&
    !canEndEarly(schema, operation, fragments);
  return isSafeQuery ? inspection.conditions : undefined;
}

/**
 * Whether a root field that cannot be null stands beside others: when it fails at once graphql-js does
 * not begin those after it, and the compiler's code has begun them, with their calls.
 */
function canEndEarly(
  schema: GraphQLSchema,
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): boolean {
  const names = rootNames(selectionSet, fragments);
  const fields = schema.getQueryType()?.getFields() ?? {};
  return names.length > 1 && names.some((name) => isNonNullType(fields[name]?.type));
}

function rootNames({ selections }: SelectionSetNode, fragments: Fragments): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value;
    const { selectionSet } =
      (selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection) ?? {};
    return selectionSet === undefined ? [] : rootNames(selectionSet, fragments);
  });
}

interface Inspection {
  readonly fragments: Fragments;
  readonly conditions: Set<string>;
  selections: number;
}

/** Values of these types come out of a second parsing as they went in. */
function hasPlainType(
  schema: GraphQLSchema,
  type: unknown,
  above: ReadonlySet<unknown> = new Set(),
): boolean {
  if (isScalarType(type)) return isSpecifiedScalarType(type);
  if (isEnumType(type)) return true;
  if (!isInputObjectType(type) || above.has(type)) return false;
  const path = new Set([...above, type]);
  return Object.values(type.getFields()).every((field) =>
    hasPlainType(schema, getNamedType(field.type), path),
  );
}

function isSafeName(name: string): boolean {
  return name === '__typename' || !name.includes('_');
}

/** No variable inside a list or an object, and no text that the compiler could read as its own. */
function isSafeValue(value: ValueNode, isInside = false): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return !isInside && isSafeName(value.name.value);
    case Kind.STRING:
      return !value.value.includes('__');
    case Kind.LIST:
      return value.values.every((inner) => isSafeValue(inner, true));
    case Kind.OBJECT:
      return value.fields.every((field) => isSafeValue(field.value, true));
    default:
      return true;
  }
}

function isSafeSelection({ selections }: SelectionSetNode, inspection: Inspection): boolean {
  return selections.every((selection) => {
    inspection.selections += 1;
    if (inspection.selections > MAX_SELECTIONS) return false;
    for (const { arguments: given = [] } of selection.directives ?? []) {
      for (const { value } of given) {
        if (value.kind === Kind.VARIABLE) inspection.conditions.add(value.name.value);
      }
    }
    return isSafe(selection, inspection);
  });
}

function isSafe(selection: SelectionNode, inspection: Inspection): boolean {
  if (selection.kind === Kind.FRAGMENT_SPREAD) {
    const fragment = inspection.fragments[selection.name.value];
    return fragment !== undefined && isSafeSelection(fragment.selectionSet, inspection);
  }
  if (selection.kind === Kind.FIELD) {
    const { name, alias, arguments: given = [] } = selection;
    if (!isSafeName(name.value) || alias?.value.includes('_')) return false;
    if (!given.every(({ value }) => isSafeValue(value))) return false;
  }
  return (
    selection.selectionSet === undefined || isSafeSelection(selection.selectionSet, inspection)
  );
}

/**
 * A copy without what `@skip` and `@include` leave out under these variables, and without the
 * directives themselves: the compiler mixes up the conditions of a field that is selected twice.
 */
export function withoutConditions<Node extends OperationDefinitionNode | FragmentDefinitionNode>(
  node: Node,
  variables: Readonly<Record<string, unknown>>,
): Node {
  return { ...node, selectionSet: remaining(node.selectionSet, variables) };
}

function remaining(
  set: SelectionSetNode,
  variables: Readonly<Record<string, unknown>>,
): SelectionSetNode {
  const selections = set.selections
    .filter((selection) => isIncluded(selection, variables))
    .map((selection): SelectionNode => {
      const copy = { ...selection, directives: [] };
      return 'selectionSet' in copy && copy.selectionSet !== undefined
        ? { ...copy, selectionSet: remaining(copy.selectionSet, variables) }
        : copy;
    });
  return { ...set, selections };
}

function isIncluded(
  selection: SelectionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.if !== true && include?.if !== false;
}
