import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import { MAX_FIRST } from './connection.ts';
import { isIntrospection } from './introspection.ts';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
type Variables = Readonly<Record<string, unknown>>;

/** A list that an operation selects, and those selected of its things. */
interface Bounded {
  /** How many things it may hold, or the variable that says so. */
  readonly size: number | string;
  /** Where nothing is said. */
  readonly standard: number;
  readonly below: readonly Bounded[];
}

/** What an operation's own text says, worked out when it comes first. */
export interface OperationFacts {
  /** Whether it asks about the schema. */
  readonly introspects: boolean;
  readonly lists: readonly Bounded[];
  /** The most things in its lists; undefined where that depends on variables. */
  readonly nodes: number | undefined;
}

/** Facts of valid operations, gone with their parsed documents. */
export class OperationBook {
  readonly #schema: GraphQLSchema;
  readonly #facts = new WeakMap<OperationDefinitionNode, OperationFacts>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  of(operation: OperationDefinitionNode, fragments: Fragments): OperationFacts {
    const known = this.#facts.get(operation);
    if (known) return known;
    const facts = this.#read(operation, fragments);
    this.#facts.set(operation, facts);
    return facts;
  }

  #read(operation: OperationDefinitionNode, fragments: Fragments): OperationFacts {
    const type = this.#schema.getRootType(operation.operation) ?? undefined;
    const lists = listsIn(operation.selectionSet, type, this.#schema, fragments);
    return {
      introspects: isIntrospection(operation, fragments),
      lists,
      nodes: lists.every(isFixed) ? nodesOf(lists, {}) : undefined,
    };
  }
}

function isFixed({ size, below }: Bounded): boolean {
  return typeof size === 'number' && below.every(isFixed);
}

/** The lists of a selection, nested as they are multiplied; the document is known to be bounded. */
function listsIn(
  set: SelectionSetNode | undefined,
  type: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
  fragments: Fragments,
): Bounded[] {
  return (set?.selections ?? []).flatMap((selection): Bounded[] => {
    if (selection.kind === Kind.FIELD) return listAt(selection, type, schema, fragments);
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
    const on = fragment?.typeCondition;
    const inside = on ? schema.getType(on.name.value) : type;
    return listsIn(fragment?.selectionSet, inside, schema, fragments);
  });
}

function listAt(
  node: FieldNode,
  type: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
  fragments: Fragments,
): Bounded[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const field = type.getFields()[node.name.value];
  if (field === undefined) return [];
  const below = listsIn(node.selectionSet, getNamedType(field.type), schema, fragments);
  const sizing = field.args.find(({ name }) => SIZED_BY.has(name));
  if (sizing === undefined) return below;
  const standard = lengthOf(sizing.defaultValue, 0);
  const given = node.arguments?.find(({ name }) => name.value === sizing.name)?.value;
  return [{ size: sizeIn(given, standard), standard, below }];
}

/** The arguments that say how many things a list may hold; no field has both. */
const SIZED_BY: ReadonlySet<string> = new Set(['first', 'ids']);

function sizeIn(value: ValueNode | undefined, standard: number): number | string {
  switch (value?.kind) {
    case Kind.VARIABLE:
      return value.name.value;
    case Kind.INT:
      return lengthOf(Number(value.value), standard);
    case Kind.LIST:
      return value.values.length;
    case Kind.NULL:
    case undefined:
      return standard;
    default:
      // One thing stands for a list of it.
      return 1;
  }
}

/** What the resolvers refuse counts as nothing. */
function lengthOf(value: unknown, standard: number): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'number') return standard;
  return Math.max(0, Math.min(value, MAX_FIRST));
}

function nodesOf(lists: readonly Bounded[], variables: Variables): number {
  return lists.reduce((sum, { size, standard, below }) => {
    const own = typeof size === 'number' ? size : lengthOf(variables[size], standard);
    return sum + own * (1 + nodesOf(below, variables));
  }, 0);
}

/** Refuses lists that could hold too many things together; throws TOO_MANY_NODES. */
export function limitNodes(facts: OperationFacts, variables: Variables, limit: number): void {
  const nodes = facts.nodes ?? nodesOf(facts.lists, variables);
  if (nodes <= limit) return;
  throw new GatewayError(
    'TOO_MANY_NODES',
    `The lists of the operation could hold ${nodes} things, more than the ${limit} that they may; lower \`first\` and page through them.`,
    { limit },
  );
}

/** Refuses variables that hold too many values; throws TOO_MANY_VALUES. */
export function limitValues(variables: Variables, limit: number): void {
  const open: unknown[] = Object.values(variables);
  for (let count = 0; open.length > 0; ) {
    const value = open.pop();
    count += 1;
    if (count > limit) {
      throw new GatewayError(
        'TOO_MANY_VALUES',
        `The variables hold more than the ${limit} values that they may; send fewer at once.`,
        { limit },
      );
    }
    if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
      for (const inner of Object.values(value)) open.push(inner);
    }
  }
}
