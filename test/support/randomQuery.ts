import fc from 'fast-check';
import {
  type GraphQLAbstractType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Texts to choose from for arguments of these names; names that are not here get any text. */
export type Texts = Readonly<Record<string, readonly string[]>>;

export interface RandomQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What makes the query hard to execute. */
  readonly traits: ReadonlySet<'abstract type' | 'absent variable'>;
}

type Kind = 'query' | 'mutation';

/** A whole number from 0 to `max`. */
type Generate = (max: number) => number;

/** fast-check prefers small and large numbers, which would make a few huge queries of all. */
function evenly(seed: number): Generate {
  let state = seed;
  return (max) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * (max + 1));
  };
}

/**
 * Valid queries of a schema, with every means of selection that GraphQL has. Two answers to one query
 * are equal, unless it may read the gateway's own records too.
 */
export function randomQuery(
  schema: GraphQLSchema,
  texts: Texts,
  reads: 'aws' | 'aws and own records' = 'aws',
  kind: Kind = 'query',
): fc.Arbitrary<RandomQuery> {
  const offers = offersOf(schema, reads === 'aws' ? OWN_RECORDS : new Set());
  return fc
    .noBias(fc.nat({ max: 2 ** 32 - 1 }))
    .map((seed) => new QueryWriter(schema, texts, evenly(seed), offers, kind).write())
    .filter(usesItsVariables);
}

/** The fields of a type, apart by whether they have fields themselves. */
interface Offer {
  readonly isAbstract: boolean;
  readonly composite: ReadonlyArray<GraphQLField<unknown, unknown>>;
  readonly leaves: ReadonlyArray<GraphQLField<unknown, unknown>>;
  /** How many there were of each before some were left out. */
  readonly counts: { readonly composite: number; readonly leaves: number };
}

/** By type, and once: to ask graphql-js what a type is takes long in tests. */
function offersOf(
  schema: GraphQLSchema,
  leftOut: ReadonlySet<string>,
): ReadonlyMap<GraphQLCompositeType, Offer> {
  const offers = new Map<GraphQLCompositeType, Offer>();
  for (const type of Object.values(schema.getTypeMap()).filter(isCompositeType)) {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const composite = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    const leaves = fields.filter((field) => !composite.includes(field));
    offers.set(type, {
      isAbstract: isAbstractType(type),
      composite: composite.filter(({ name }) => !leftOut.has(name)),
      leaves: leaves.filter(({ name }) => !leftOut.has(name)),
      counts: { composite: composite.length, leaves: leaves.length },
    });
  }
  return offers;
}

/** All else is valid as it is written; to validate thousands would take longer than to run them. */
function usesItsVariables({ query }: RandomQuery): boolean {
  const mentioned = new Map<string, number>();
  for (const [name] of query.matchAll(/\$\w+/g))
    mentioned.set(name, (mentioned.get(name) ?? 0) + 1);
  return [...mentioned.values()].every((times) => times > 1);
}

/** Fields of the gateway's own state: they read nothing from AWS, and change between two reads. */
const OWN_RECORDS: ReadonlySet<string> = new Set([
  'quota',
  'changes',
  'bulkOperation',
  'bulkOperations',
]);

const MAX_DEPTH = 6;

class QueryWriter {
  readonly #schema: GraphQLSchema;
  readonly #texts: Texts;
  readonly #generate: Generate;
  readonly #offers: ReadonlyMap<GraphQLCompositeType, Offer>;
  readonly #kind: Kind;
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: Array<{ name: string; type: string; text: string }> = [];
  readonly #traits = new Set<'abstract type' | 'absent variable'>();
  #names = 0;

  constructor(
    schema: GraphQLSchema,
    texts: Texts,
    generate: Generate,
    offers: ReadonlyMap<GraphQLCompositeType, Offer>,
    kind: Kind,
  ) {
    this.#schema = schema;
    this.#texts = texts;
    this.#generate = generate;
    this.#kind = kind;
    this.#offers = offers;
  }

  write(): RandomQuery {
    const kind = this.#kind;
    const root = kind === 'query' ? this.#schema.getQueryType() : this.#schema.getMutationType();
    if (!root) throw new TypeError(`The schema has no ${kind}.`);
    const body = this.#selection(root, MAX_DEPTH);
    const definitions = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const used = this.#fragments.map(
      ({ name, type, text }) => `fragment ${name} on ${type} ${text}`,
    );
    return {
      query: [`${kind} Q${definitions} ${body}`, ...used].join('\n'),
      variables: this.#variables,
      traits: this.#traits,
    };
  }

  #number(max: number): number {
    return this.#generate(max);
  }

  /** True once in so many times. */
  #once(times: number): boolean {
    return this.#number(times - 1) === times - 1;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#number(items.length - 1)] as Item;
  }

  #fresh(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + this.#number(type.name === 'Query' ? 1 : 3);
    const parts = Array.from({ length: count }, () => this.#part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLCompositeType, depth: number): string {
    if (this.#offers.get(type)?.isAbstract) {
      this.#traits.add('abstract type');
      if (this.#once(5)) return `${this.#once(2) ? `${this.#fresh('t')}: ` : ''}__typename`;
      if (this.#once(5) && 'getFields' in type) return this.#field(type, depth);
      const concrete = this.#pick(this.#schema.getPossibleTypes(type as GraphQLAbstractType));
      return `... on ${concrete.name}${this.#directives()} ${this.#selection(concrete, depth - 1)}`;
    }
    if (this.#once(12) && depth > 1)
      return `...${this.#directives()} ${this.#selection(type, depth)}`;
    if (this.#once(10) && depth > 1) return `...${this.#named(type, depth)}${this.#directives()}`;
    if (this.#once(15) && isObjectType(type) && type.getInterfaces().length > 0) {
      this.#traits.add('abstract type');
      return `... on Node${this.#directives()} { id ${this.#fresh('t')}: __typename }`;
    }
    if (this.#once(15)) return '__typename';
    return this.#field(type, depth);
  }

  #named(type: GraphQLCompositeType, depth: number): string {
    const known = this.#fragments.filter((fragment) => fragment.type === type.name);
    if (known.length > 0 && this.#once(2)) return this.#pick(known).name;
    const text = this.#selection(type, depth - 1);
    const name = this.#fresh('F');
    this.#fragments.push({ name, type: type.name, text });
    return name;
  }

  #field(type: GraphQLCompositeType, depth: number): string {
    const offer = this.#offers.get(type);
    if (offer === undefined) throw new TypeError(`${type.name} is not of the schema.`);
    const { composite, leaves, counts } = offer;
    const wanted =
      depth > 1 &&
      counts.composite > 0 &&
      (counts.leaves === 0 || !this.#once(depth === MAX_DEPTH ? 9 : 2));
    return this.#written(
      this.#pick(wanted ? composite : counts.leaves > 0 ? leaves : composite),
      depth,
    );
  }

  #written(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.flatMap((argument) => this.#argument(argument) ?? []);
    const isAliased = field.args.length > 0 || this.#once(6);
    const alias = isAliased ? `${this.#fresh(this.#once(12) ? 'x_' : 'a')}: ` : '';
    const type = getNamedType(field.type);
    const isComposite = this.#offers.has(type as GraphQLCompositeType);
    const inner = isComposite ? ` ${this.#selection(type as GraphQLCompositeType, depth - 1)}` : '';
    const values = given.length > 0 ? `(${given.join(', ')})` : '';
    return `${alias}${field.name}${values}${this.#directives()}${inner}`;
  }

  #argument(argument: GraphQLArgument): string | undefined {
    const isNeeded = isNonNullType(argument.type);
    const times = { first: 1, after: 20 }[argument.name] ?? 4;
    if (!isNeeded && !this.#once(times)) return undefined;
    return `${argument.name}: ${this.#argumentValue(argument)}`;
  }

  #argumentValue({ name, type }: GraphQLArgument): string {
    if (!this.#once(3)) return toLiteral(this.#value(type, name), type);
    const variable = this.#fresh('v');
    const isNeeded = isNonNullType(type);
    const fallback = this.#once(4) ? ` = ${toLiteral(this.#value(type, name), type)}` : '';
    this.#definitions.push(`$${variable}: ${String(type)}${fallback}`);
    if ((!isNeeded || fallback !== '') && this.#once(2)) this.#traits.add('absent variable');
    else if (!isNeeded && this.#once(6)) this.#variables[variable] = null;
    else this.#variables[variable] = this.#value(type, name);
    return `$${variable}`;
  }

  #value(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, name);
    if (isListType(type)) {
      return Array.from({ length: this.#number(3) }, () => this.#value(type.ofType, name));
    }
    if (isEnumType(type)) return this.#pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const given = fields.filter((field) => isNonNullType(field.type) || this.#once(2));
      return Object.fromEntries(
        given.map((field) => [field.name, this.#value(field.type, field.name)]),
      );
    }
    switch (String(type)) {
      case 'Int':
        return this.#number(6);
      case 'Boolean':
        return this.#once(2);
      case 'DateTime':
        return '2027-01-01T00:00:00.000Z';
      default:
        return this.#pick(this.#texts[name] ?? ['anything']);
    }
  }

  #directives(): string {
    if (!this.#once(8)) return '';
    const skip = ` @skip(if: ${this.#condition()})`;
    const include = ` @include(if: ${this.#condition()})`;
    return this.#pick([skip, include, include, `${skip}${include}`]);
  }

  #condition(): string {
    if (this.#once(4)) return String(this.#once(2));
    const variable = this.#fresh('c');
    const fallback = this.#once(4) ? ' = true' : '';
    this.#definitions.push(`$${variable}: Boolean${fallback === '' ? '!' : fallback}`);
    if (fallback !== '' && this.#once(2)) this.#traits.add('absent variable');
    else this.#variables[variable] = this.#once(2);
    return `$${variable}`;
  }
}

function toLiteral(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return toLiteral(value, type.ofType);
  if (isListType(type)) {
    return `[${(value as unknown[]).map((item) => toLiteral(item, type.ofType)).join(', ')}]`;
  }
  if (isEnumType(type)) return String(value);
  if (isInputObjectType(type)) {
    const fields = Object.entries(value as object).map(([name, inner]) => {
      const field = type.getFields()[name];
      if (!field) throw new TypeError(`There is no input field ${name}.`);
      return `${name}: ${toLiteral(inner, field.type)}`;
    });
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}
