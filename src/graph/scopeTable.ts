import {
  type GraphQLDirective,
  type GraphQLInputField,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { isScope, type Scope } from '../caller.ts';

/** What a directive asks for: all scopes of one of these. */
type Alternatives = ReadonlyArray<readonly Scope[]>;

/** All that must be met to select something; equal rules are one object. */
export type ScopeRule = readonly Alternatives[];

/** What giving an input field a value asks for. */
export interface InputRule {
  /** Undefined: any value but null. */
  readonly equals: unknown;
  readonly rule: ScopeRule;
}

/** Whether a caller with these scopes meets a rule. */
export function meets(rule: ScopeRule, scopes: ReadonlySet<Scope>): boolean {
  return rule.every((alternatives) =>
    alternatives.some((needed) => needed.every((scope) => scopes.has(scope))),
  );
}

/** The fewest scopes that a caller would need besides its own to meet a rule. */
export function missingScopes(rule: ScopeRule, scopes: ReadonlySet<Scope>): readonly Scope[] {
  const missing = new Set<Scope>();
  for (const alternatives of rule) {
    const lacking = alternatives
      .map((needed) => needed.filter((scope) => !scopes.has(scope)))
      .sort((one, other) => one.length - other.length)[0];
    for (const scope of lacking ?? []) missing.add(scope);
  }
  return [...missing].sort();
}

/**
 * What the schema's `@requiresScopes` and `@requiresScopesWhen` ask for, read when it is first asked
 * about. Throws TypeError for a scope that there is not.
 */
export class ScopeTable {
  readonly #schema: GraphQLSchema;
  readonly #fields = new Map<string, ScopeRule>();
  readonly #inputs = new Map<string, InputRule | undefined>();
  readonly #guarded = new Map<string, boolean>();
  /** By their text, so that equal rules are one. */
  readonly #rules = new Map<string, ScopeRule>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /**
   * What a field asks for by itself and by its type, beside what the way to it asks for. A field of an
   * interface asks for all that it could turn out to be.
   */
  ofField(typeName: string, fieldName: string): ScopeRule {
    const place = `${typeName}.${fieldName}`;
    const known = this.#fields.get(place);
    if (known !== undefined) return known;
    const type = this.#schema.getType(typeName);
    const types = isAbstractType(type)
      ? [typeName, ...this.#schema.getPossibleTypes(type).map(({ name }) => name)]
      : [typeName];
    const rule = this.#one(types.flatMap((name) => this.#own(name, fieldName)));
    this.#fields.set(place, rule);
    return rule;
  }

  /** What giving an input field a value asks for. */
  ofInputField(typeName: string, field: GraphQLInputField): InputRule | undefined {
    const place = `${typeName}.${field.name}`;
    if (this.#inputs.has(place)) return this.#inputs.get(place);
    const directive = this.#schema.getDirective('requiresScopesWhen');
    const values =
      directive && field.astNode ? getDirectiveValues(directive, field.astNode) : undefined;
    const rule = values && {
      equals: values.equals,
      rule: this.#one([alternativesOf(values.scopes, place)]),
    };
    this.#inputs.set(place, rule);
    return rule;
  }

  /** The rules of an input type and of all that it is made of. */
  rulesIn(typeName: string, opened: Set<string> = new Set()): readonly ScopeRule[] {
    const type = this.#schema.getType(typeName);
    if (!isInputObjectType(type) || opened.has(typeName)) return [];
    opened.add(typeName);
    return Object.values(type.getFields()).flatMap((field) => {
      const own = this.ofInputField(typeName, field);
      const inner = this.rulesIn(getNamedType(field.type).name, opened);
      return own === undefined ? inner : [own.rule, ...inner];
    });
  }

  /** Whether any value of an input type can ask for scopes. */
  isGuarded(typeName: string): boolean {
    const known = this.#guarded.get(typeName) ?? this.rulesIn(typeName).length > 0;
    this.#guarded.set(typeName, known);
    return known;
  }

  #own(typeName: string, fieldName: string): Alternatives[] {
    const type = this.#schema.getType(typeName);
    const directive = this.#schema.getDirective('requiresScopes');
    if (!directive || (!isObjectType(type) && !isInterfaceType(type))) return [];
    const field = type.getFields()[fieldName];
    return [
      ...declared(directive, type.astNode, typeName),
      ...declared(directive, field?.astNode, `${typeName}.${fieldName}`),
    ];
  }

  /** The rule with these parts; what is asked for twice is left out, and what is always met. */
  #one(parts: readonly Alternatives[]): ScopeRule {
    const texts = parts
      .filter((alternatives) => alternatives.every((needed) => needed.length > 0))
      .map((alternatives) =>
        JSON.stringify(alternatives.map((needed) => [...needed].sort()).sort()),
      );
    const text = `[${[...new Set(texts)].sort().join(',')}]`;
    const rule = this.#rules.get(text) ?? (JSON.parse(text) as ScopeRule);
    this.#rules.set(text, rule);
    return rule;
  }
}

type Declaring = Parameters<typeof getDirectiveValues>[1];

function declared(
  directive: GraphQLDirective,
  node: Declaring | undefined | null,
  place: string,
): Alternatives[] {
  const values = node ? getDirectiveValues(directive, node) : undefined;
  return values ? [alternativesOf(values.scopes, place)] : [];
}

function alternativesOf(given: unknown, place: string): Alternatives {
  return (given as ReadonlyArray<readonly string[]>).map((needed) =>
    needed.map((scope) => {
      if (!isScope(scope)) throw new TypeError(`${place} asks for ${scope}, which is no scope.`);
      return scope;
    }),
  );
}
