/**
 * What the rules of scopes in schema.graphql come to for each field: the page docs/scopes.md, and the
 * faults that fail the build.
 */
import {
  buildSchema,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

const text = (rule) => JSON.stringify(rule);

/** The alternatives that a directive asks for, in one order; undefined without the directive. */
function declared(schema, node, name = 'requiresScopes') {
  const directive = schema.getDirective(name);
  const values = directive && node ? getDirectiveValues(directive, node) : undefined;
  return values && { ...values, scopes: values.scopes.map((all) => [...all].sort()).sort() };
}

/** All that has to be met, each once; what is always met is left out. */
function conjunction(parts) {
  const needed = parts.filter((alternatives) => alternatives.every((all) => all.length > 0));
  return [
    ...new Map(needed.map((alternatives) => [text(alternatives), alternatives])).values(),
  ].sort((one, other) => (text(one) < text(other) ? -1 : 1));
}

/** Works out the rule of each field, with the rules that types inherit; collects what is wrong. */
class Rules {
  constructor(sdl) {
    this.schema = buildSchema(sdl);
    this.roots = ['getQueryType', 'getMutationType', 'getSubscriptionType'].flatMap(
      (get) => this.schema[get]()?.name ?? [],
    );
    this.types = Object.values(this.schema.getTypeMap()).filter(
      (type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'),
    );
    this.problems = [];
    this.inherited = new Map();
    this.leading = new Map();
    for (const type of this.types) {
      for (const field of Object.values(type.getFields())) {
        const led = getNamedType(field.type);
        const to = isAbstractType(led) ? [led, ...this.schema.getPossibleTypes(led)] : [led];
        for (const { name } of to) {
          this.leading.set(name, [...(this.leading.get(name) ?? []), { type, field }]);
        }
      }
    }
  }

  /** What all fields of a type ask for; undefined when no rule covers it. */
  ofType(type, visiting = new Set()) {
    const own = declared(this.schema, type.astNode);
    if (own !== undefined) return conjunction([own.scopes]);
    if (this.roots.includes(type.name)) return undefined;
    if (this.inherited.has(type.name)) return this.inherited.get(type.name);
    if (visiting.has(type.name)) return undefined;
    const rules = new Map();
    for (const { type: from, field } of this.leading.get(type.name) ?? []) {
      const rule = this.ofField(from, field, new Set([...visiting, type.name]));
      if (rule !== undefined) rules.set(text(rule), { rule, place: `${from.name}.${field.name}` });
    }
    if (rules.size > 1) {
      const places = [...rules.values()].map(({ place }) => place).join(', ');
      this.problems.push(
        `${type.name} would be under several rules (${places}); give it one by @requiresScopes.`,
      );
    }
    const [first] = rules.values();
    if (visiting.size === 0) this.inherited.set(type.name, first?.rule);
    return first?.rule;
  }

  /** What a field asks for, its type's rule included; undefined when no rule covers it. */
  ofField(type, field, visiting) {
    const own = declared(this.schema, field.astNode);
    const above = this.ofType(type, visiting);
    if (own === undefined) return above;
    return conjunction([...(above ?? []), own.scopes]);
  }

  check(scopes) {
    for (const type of this.types) {
      for (const field of Object.values(type.getFields())) {
        const place = `${type.name}.${field.name}`;
        const rule = this.ofField(type, field);
        if (rule === undefined) this.problems.push(`No rule of scopes covers ${place}.`);
        this.#checkNames(rule ?? [], scopes, place);
      }
      const isOpen = text(this.ofType(type) ?? []) === '[]';
      if (isObjectType(type) && type.getInterfaces().length > 0) {
        const own = declared(this.schema, type.astNode);
        if (own === undefined || isOpen) {
          this.problems.push(`${type.name} is reached by its id, so it needs a rule of its own.`);
        }
      }
    }
    for (const { place, rule } of this.inputs()) this.#checkNames([rule.scopes], scopes, place);
    return [...new Set(this.problems)];
  }

  #checkNames(rule, scopes, place) {
    for (const scope of rule.flat(2)) {
      if (scopes && !scopes.includes(scope))
        this.problems.push(`${place} asks for ${scope}: no such scope.`);
    }
  }

  /** The input fields that ask for scopes. */
  inputs() {
    return Object.values(this.schema.getTypeMap())
      .filter(isInputObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) => {
          const rule = declared(this.schema, field.astNode, 'requiresScopesWhen');
          return rule === undefined ? [] : [{ place: `${type.name}.${field.name}`, rule }];
        }),
      );
  }
}

/** What is wrong with the rules, and with the names of scopes where those are given; empty when nothing is. */
export function scopeProblems(sdl, scopes) {
  return new Rules(sdl).check(scopes);
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const code = (name) => `\`${name}\``;

/** Which scopes stand in a rule; where there are alternatives each says in which it stands. */
function cells(rule, scopes) {
  return scopes.map((scope) =>
    rule
      .flatMap((alternatives, part) =>
        alternatives.flatMap((all, index) => {
          if (!all.includes(scope)) return [];
          return alternatives.length === 1 ? ['x'] : [`${part + 1}${'abcdefgh'[index]}`];
        }),
      )
      .filter((mark, index, marks) => marks.indexOf(mark) === index)
      .join(' '),
  );
}

/** docs/scopes.md. */
export function scopesPage(sdl, scopes, meanings) {
  const rules = new Rules(sdl);
  const isRoot = ({ name }) => rules.roots.includes(name);
  const table = (types) => [
    row(['field', ...scopes.map((scope) => code(scope.replace('iot:', '')))]),
    `|---|${scopes.map(() => ':-:|').join('')}`,
    ...types.flatMap((type) =>
      Object.values(type.getFields()).map((field) =>
        row([code(`${type.name}.${field.name}`), ...cells(rules.ofField(type, field), scopes)]),
      ),
    ),
  ];
  const roots = rules.roots.map((name) => rules.schema.getType(name));
  const others = rules.types
    .filter((type) => !isRoot(type))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return [
    '# Scopes',
    '',
    '<!-- Made from @requiresScopes in schema.graphql by `npm run generate`; do not edit. -->',
    '',
    'What a caller may do is a set of scopes: of a token those in its claim `scope` (or `scp`), of an API key those it was made with. Without authentication every caller has all of them.',
    '',
    '| scope | allows to |',
    '|---|---|',
    ...scopes.map((scope) => row([code(scope), meanings[scope]])),
    '',
    'A field takes all scopes marked with x, and so does every field on the way to it. An operation is checked whole before it runs; where scopes are missing none of it is run, and the error `FORBIDDEN` (status 403) lists them by path. `iot:introspection` is needed for `__schema`, `__type` and `/schema.graphql` where `IOTGW_INTROSPECTION` is `scope`.',
    '',
    '## Root fields',
    '',
    ...table(roots),
    '',
    '## Input values',
    '',
    'These take more than the field that they are an input of.',
    '',
    '| input field | value | takes as well |',
    '|---|---|---|',
    ...rules
      .inputs()
      .map(({ place, rule }) =>
        row([
          code(place),
          'equals' in rule ? code(JSON.stringify(rule.equals)) : 'any',
          rule.scopes.map((all) => all.map(code).join(' and ')).join(', or '),
        ]),
      ),
    '',
    '`applyPlan` takes what making the plan took: `iot:activate` for one that activates CAs, enables auto registration or undoes another operation, and with it `iot:template:write` for a migration.',
    '',
    '## Fields',
    '',
    'Those of types without a mark show nothing by themselves; what they take is what the way to them takes.',
    '',
    ...table(others),
    '',
  ].join('\n');
}
