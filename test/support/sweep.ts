import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';

/** One operation for one field at the root, with every text of its arguments replaced. */
export interface SweptOperation {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What is put where the schema takes a text; told where that is. */
export type TextFor = (place: string) => string;

/**
 * An operation for every field of queries and mutations that takes arguments, with all of its
 * optional inputs given. `leaveOut`: places without which the rest would not be looked at.
 */
export function sweep(
  sdl: string,
  textFor: TextFor,
  leaveOut: (place: string) => boolean = () => false,
): readonly SweptOperation[] {
  const schema = buildSchema(sdl);
  return [schema.getQueryType(), schema.getMutationType()].flatMap((root, index) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ args }) => args.length > 0)
      .map((field) =>
        operationFor(schema, index === 0 ? 'query' : 'mutation', field, textFor, leaveOut),
      ),
  );
}

function operationFor(
  schema: GraphQLSchema,
  kind: string,
  field: GraphQLField<unknown, unknown>,
  textFor: TextFor,
  leaveOut: (place: string) => boolean,
): SweptOperation {
  const given = field.args.filter(({ name }) => !leaveOut(`${field.name}.${name}`));
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const type = getNamedType(field.type);
  const selection =
    isObjectType(type) || !isScalarType(type) ? ` ${selectionOf(type, schema)}` : '';
  const variables = Object.fromEntries(
    given.map((argument) => [
      argument.name,
      inputFor(argument, `${field.name}.${argument.name}`, textFor, leaveOut),
    ]),
  );
  return {
    name: field.name,
    query: `${kind} (${declared}) { ${field.name}(${passed})${selection} }`,
    variables,
  };
}

function selectionOf(type: unknown, _schema: GraphQLSchema): string {
  if (!isObjectType(type)) return '{ __typename }';
  const fields = type.getFields();
  const shown = ['userErrors', 'warnings'].flatMap((name) =>
    fields[name] === undefined ? [] : [`${name} { message }`],
  );
  if (fields.nodes !== undefined) shown.push('nodes { __typename }');
  return `{ __typename ${shown.join(' ')} }`;
}

function inputFor(
  { type }: GraphQLArgument | GraphQLInputField,
  place: string,
  textFor: TextFor,
  leaveOut: (place: string) => boolean,
): unknown {
  return valueOfType(type, place, textFor, leaveOut);
}

function valueOfType(
  type: GraphQLInputType,
  place: string,
  textFor: TextFor,
  leaveOut: (place: string) => boolean,
): unknown {
  if (isNonNullType(type)) return valueOfType(type.ofType, place, textFor, leaveOut);
  if (isListType(type)) return [valueOfType(type.ofType, place, textFor, leaveOut)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      ({ name }) => !leaveOut(`${place}.${name}`),
    );
    const chosen = type.isOneOf ? fields.slice(0, 1) : fields;
    return Object.fromEntries(
      chosen.map((field) => [
        field.name,
        inputFor(field, `${place}.${field.name}`, textFor, leaveOut),
      ]),
    );
  }
  switch (type.name) {
    case 'Int':
    case 'Float':
      return 1;
    case 'Boolean':
      return false;
    case 'DateTime':
      return '2026-01-01T00:00:00Z';
    case 'JSON':
      return { Resources: { [textFor(place)]: { Type: textFor(place) } } };
    default:
      return textFor(place);
  }
}
