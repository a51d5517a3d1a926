import { readFileSync } from 'node:fs';
import {
  type ExecutionResult,
  execute,
  type GraphQLInputType,
  GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isScalarType,
  parse,
  responsePathAsArray,
} from 'graphql';

/** What docs/scopes.md says, which is all that a reader can go by. */
export interface ScopesPage {
  readonly scopes: readonly string[];
  /** By `Type.field`: all of these. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** By `Input.field`. */
  readonly inputs: ReadonlyMap<
    string,
    { readonly value: unknown; readonly needed: readonly string[] }
  >;
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const unquoted = (cell: string): string => cell.replaceAll('`', '');

export function readScopesPage(): ScopesPage {
  const text = readFileSync(new URL('../../docs/scopes.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  const scopes = rows.flatMap((row) => /^\| `(iot:[^`]+)` /.exec(row)?.[1] ?? []);
  const fields = new Map<string, readonly string[]>();
  const inputs = new Map<string, { value: unknown; needed: readonly string[] }>();
  for (const row of rows) {
    const [place = '', ...cells] = cellsOf(row).map(unquoted);
    if (!place.includes('.')) continue;
    if (cells.length === scopes.length) {
      if (cells.some((cell) => cell !== '' && cell !== 'x'))
        throw new Error(`alternatives: ${row}`);
      fields.set(
        place,
        scopes.filter((_, index) => cells[index] === 'x'),
      );
    } else {
      const [value = '', needed = ''] = cells;
      inputs.set(place, {
        value: value === 'any' ? undefined : JSON.parse(value),
        needed: needed.split(' and '),
      });
    }
  }
  return { scopes, fields, inputs };
}

/** A field that an operation would run, and what the page says it takes. */
export interface Reached {
  readonly path: string;
  readonly needed: readonly string[];
}

/**
 * All that an operation reaches: it is run by graphql-js over a world in which everything is there,
 * once for each thing that an interface or union can stand for.
 */
export function reachedBy(
  schema: GraphQLSchema,
  page: ScopesPage,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): readonly Reached[] {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  const turns = Math.max(...abstract.map((type) => schema.getPossibleTypes(type).length));
  const reached: Reached[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const result = execute({
      schema,
      document: parse(query),
      variableValues: variables,
      typeResolver: (_value, _context, _info, type) => {
        const possible = schema.getPossibleTypes(type);
        return possible[turn % possible.length]?.name;
      },
      fieldResolver: (_source, args, _context, info) => {
        const place = `${info.parentType.name}.${info.fieldName}`;
        const path = responsePathAsArray(info.path)
          .filter((key) => typeof key === 'string')
          .join('.');
        reached.push({ path, needed: page.fields.get(place) ?? ['a row of its own'] });
        for (const argument of info.parentType.getFields()[info.fieldName]?.args ?? []) {
          const given: unknown = args[argument.name];
          reached.push(...inValue(given, argument.type, `${path}(${argument.name})`, page));
        }
        const list = isListType(getNullableType(info.returnType));
        const type = getNamedType(info.returnType);
        const value = isObjectType(type) || isAbstractType(type) ? {} : leafOf(type);
        return list ? [value] : value;
      },
    }) as ExecutionResult;
    reached.push(...typeNamesIn(result.data, '', schema, page));
    if (result.errors?.some(({ path }) => path !== undefined)) throw result.errors[0];
  }
  return reached;
}

/** What tells the name of a type, which graphql-js resolves by itself, takes what the type takes. */
function typeNamesIn(
  value: unknown,
  path: string,
  schema: GraphQLSchema,
  page: ScopesPage,
): readonly Reached[] {
  if (typeof value !== 'object' || value === null) {
    if (!isObjectType(schema.getType(String(value)))) return [];
    const rows = [...page.fields].filter(([place]) => place.startsWith(`${value}.`));
    const needed = rows.map(([, scopes]) => scopes);
    const common = page.scopes.filter((scope) => needed.every((scopes) => scopes.includes(scope)));
    return [{ path, needed: common }];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = Array.isArray(value) ? path : [path, key].filter(Boolean).join('.');
    return typeNamesIn(inner, place, schema, page);
  });
}

function leafOf(type: unknown): unknown {
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (!isScalarType(type)) return null;
  const values: Readonly<Record<string, unknown>> = { Int: 1, Float: 1, Boolean: true };
  return type instanceof GraphQLScalarType ? (values[type.name] ?? 'text') : null;
}

function inValue(
  value: unknown,
  given: GraphQLInputType,
  path: string,
  page: ScopesPage,
): readonly Reached[] {
  const type = getNullableType(given) as GraphQLInputType;
  if (value === undefined || value === null) return [];
  if (isListType(type)) {
    return (value as readonly unknown[]).flatMap((item, index) =>
      inValue(item, type.ofType, `${path}.${index}`, page),
    );
  }
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const inner = (value as Readonly<Record<string, unknown>>)[field.name];
    const rule = page.inputs.get(`${type.name}.${field.name}`);
    const place = `${path}.${field.name}`;
    const isGiven = inner !== undefined && inner !== null;
    const applies = rule && isGiven && (rule.value === undefined || rule.value === inner);
    return [
      ...(applies ? [{ path: place, needed: rule.needed }] : []),
      ...inValue(inner, field.type, place, page),
    ];
  });
}
