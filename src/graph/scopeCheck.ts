import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { SCOPES, type Scope } from '../caller.ts';
import { GatewayError } from '../errors.ts';
import { type InputRule, meets, missingScopes, type ScopeRule, ScopeTable } from './scopeTable.ts';

/** A place in an operation that asks for more than the caller has. */
export interface Denial {
  readonly path: string;
  readonly missingScopes: readonly Scope[];
}

/** An operation that was found valid, and what it is to be run with. */
export interface ScopedOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables as GraphQL coerced them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** So many places are told; whoever reads them mends the first ones first. */
const MAX_DENIALS = 100;
/** So many selections are looked at to find them. */
const MAX_STEPS = 20_000;

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** Decides before an operation runs whether its caller may run all of it. */
export class ScopeCheck {
  readonly #schema: GraphQLSchema;
  readonly #table: ScopeTable;
  /** The rules of all that a selection holds, whatever the variables; gone with its document. */
  readonly #below = new WeakMap<SelectionSetNode, ReadonlySet<ScopeRule>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
    this.#table = new ScopeTable(schema);
  }

  /** All places where the scopes do not suffice, at most 100; what is skipped is none of them. */
  denials(asked: ScopedOperation, scopes: ReadonlySet<Scope>): readonly Denial[] {
    if (scopes.size === SCOPES.length) return [];
    const { operation, fragments } = asked;
    const root = ROOTS[operation.operation];
    const unmet = [...this.#rulesBelow(operation.selectionSet, root, fragments)].filter(
      (rule) => !meets(rule, scopes),
    );
    if (unmet.length === 0) return [];
    const search = new Search(this.#schema, this.#table, asked, scopes);
    return search.below(operation.selectionSet, root, (set, type) =>
      [...this.#rulesBelow(set, type, fragments)].some((rule) => unmet.includes(rule)),
    );
  }

  /** Worked out once for each selection, so that fragments within fragments cost nothing more. */
  #rulesBelow(
    set: SelectionSetNode,
    typeName: string,
    fragments: ScopedOperation['fragments'],
  ): ReadonlySet<ScopeRule> {
    const known = this.#below.get(set);
    if (known !== undefined) return known;
    const rules = new Set<ScopeRule>();
    const addAll = (inner: SelectionSetNode | undefined, type: string): void => {
      if (inner) for (const rule of this.#rulesBelow(inner, type, fragments)) rules.add(rule);
    };
    for (const selection of set.selections) {
      if (selection.kind !== 'Field') {
        const fragment = fragmentOf(selection, fragments);
        addAll(fragment?.selectionSet, fragment?.typeCondition?.name.value ?? typeName);
        continue;
      }
      const { value: name } = selection.name;
      rules.add(this.#table.ofField(typeName, name));
      const field = fieldOf(this.#schema, typeName, name);
      if (!field) continue;
      for (const { type } of field.args) {
        for (const rule of this.#table.rulesIn(getNamedType(type).name)) rules.add(rule);
      }
      addAll(selection.selectionSet, getNamedType(field.type).name);
    }
    this.#below.set(set, rules);
    return rules;
  }
}

/** Looks for the places in one operation that one caller may not have. */
class Search {
  readonly #schema: GraphQLSchema;
  readonly #table: ScopeTable;
  readonly #asked: ScopedOperation;
  readonly #scopes: ReadonlySet<Scope>;
  readonly #denials = new Map<string, Set<Scope>>();
  #steps = 0;

  constructor(
    schema: GraphQLSchema,
    table: ScopeTable,
    asked: ScopedOperation,
    scopes: ReadonlySet<Scope>,
  ) {
    this.#schema = schema;
    this.#table = table;
    this.#asked = asked;
    this.#scopes = scopes;
  }

  /** `mayHold` tells which selections are worth opening. */
  below(
    root: SelectionSetNode,
    rootType: string,
    mayHold: (set: SelectionSetNode, typeName: string) => boolean,
  ): readonly Denial[] {
    const { fragments, variables } = this.#asked;
    const open = (
      set: SelectionSetNode,
      typeName: string,
      path: string,
      told: ReadonlySet<Scope>,
    ): void => {
      for (const selection of set.selections) {
        this.#steps += 1;
        if (this.#steps > MAX_STEPS || this.#denials.size >= MAX_DENIALS) return;
        if (!isIncluded(selection, variables)) continue;
        if (selection.kind !== 'Field') {
          const fragment = fragmentOf(selection, fragments);
          const type = fragment?.typeCondition?.name.value ?? typeName;
          if (fragment && mayHold(fragment.selectionSet, type)) {
            open(fragment.selectionSet, type, path, told);
          }
          continue;
        }
        const place = `${path}${selection.alias?.value ?? selection.name.value}`;
        const field = fieldOf(this.#schema, typeName, selection.name.value);
        const now = this.#look(selection, typeName, place, told, field);
        const inner = field && getNamedType(field.type).name;
        if (inner && selection.selectionSet && mayHold(selection.selectionSet, inner)) {
          open(selection.selectionSet, inner, `${place}.`, now);
        }
      }
    };
    open(root, rootType, '', new Set());
    // Too large to be searched to the end: what was not looked at must not pass.
    if (this.#steps > MAX_STEPS && this.#denials.size === 0) this.#tell('', [...SCOPES]);
    return [...this.#denials].map(([path, missing]) => ({
      path,
      missingScopes: [...missing].sort(),
    }));
  }

  /** Notes what a field lacks beyond what was told above it; answers all that was told by now. */
  #look(
    node: FieldNode,
    typeName: string,
    place: string,
    told: ReadonlySet<Scope>,
    field: GraphQLField<unknown, unknown> | undefined,
  ): ReadonlySet<Scope> {
    const own = this.#lacking(place, this.#table.ofField(typeName, node.name.value), told);
    const now = new Set([...told, ...own]);
    const inputs = field ? this.#rulesOfInput(node, field, place) : [];
    const given = inputs.flatMap(([path, rule]) => this.#lacking(path, rule, now));
    return new Set([...now, ...given]);
  }

  /** Tells what a rule takes that the caller lacks, beside what was told above. */
  #lacking(path: string, rule: ScopeRule, told: ReadonlySet<Scope>): readonly Scope[] {
    const missing = missingScopes(rule, this.#scopes).filter((scope) => !told.has(scope));
    if (missing.length > 0) this.#tell(path, missing);
    return missing;
  }

  #tell(path: string, missing: readonly Scope[]): void {
    const known = this.#denials.get(path) ?? new Set<Scope>();
    for (const scope of missing) known.add(scope);
    this.#denials.set(path, known);
  }

  #rulesOfInput(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    place: string,
  ): Array<[path: string, rule: ScopeRule]> {
    const guarded = field.args.filter(({ type }) => this.#table.isGuarded(getNamedType(type).name));
    if (guarded.length === 0) return [];
    let given: Readonly<Record<string, unknown>>;
    try {
      given = getArgumentValues(field, node, this.#asked.variables);
    } catch {
      // The field will be refused for its arguments, and not be run.
      return [];
    }
    return guarded.flatMap(({ name, type }) =>
      this.#rulesOfValue(given[name], type, `${place}(${name})`),
    );
  }

  #rulesOfValue(
    value: unknown,
    type: GraphQLInputType,
    place: string,
  ): Array<[path: string, rule: ScopeRule]> {
    if (isNonNullType(type)) return this.#rulesOfValue(value, type.ofType, place);
    if (value === undefined || value === null) return [];
    if (isListType(type)) {
      return (value as readonly unknown[]).flatMap((item, index) =>
        this.#rulesOfValue(item, type.ofType, `${place}.${index}`),
      );
    }
    if (!isInputObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const inner = (value as Readonly<Record<string, unknown>>)[field.name];
      const path = `${place}.${field.name}`;
      const own = this.#table.ofInputField(type.name, field);
      const below = this.#rulesOfValue(inner, field.type, path);
      return own && applies(own, inner) ? [[path, own.rule], ...below] : below;
    });
  }
}

function applies({ equals }: InputRule, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return equals === undefined || equals === value;
}

function fragmentOf(
  selection: Exclude<SelectionNode, FieldNode>,
  fragments: ScopedOperation['fragments'],
) {
  return selection.kind === 'InlineFragment' ? selection : fragments[selection.name.value];
}

/** Undefined for what every type has: `__typename`, and at the root `__schema` and `__type`. */
function fieldOf(
  schema: GraphQLSchema,
  typeName: string,
  fieldName: string,
): GraphQLField<unknown, unknown> | undefined {
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
}

function isIncluded(selection: SelectionNode, variables: ScopedOperation['variables']): boolean {
  if (!selection.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  if (skip?.if === true) return false;
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return include?.if !== false;
}

/** The refusal of an operation for what its caller lacks. */
export function forbidden(denials: readonly Denial[]): GatewayError {
  const missing = [...new Set(denials.flatMap(({ missingScopes: scopes }) => scopes))].sort();
  const [first] = denials;
  const scopes = missing.length === 1 ? 'the scope' : 'the scopes';
  return new GatewayError(
    'FORBIDDEN',
    `The caller lacks ${scopes} ${missing.join(', ')}, first of all for ${first?.path}; nothing was run.`,
    { missingScopes: missing, paths: denials },
  );
}
