import { type ASTNode, BREAK, type DocumentNode, GraphQLError, Kind, parse, visit } from 'graphql';

/** Parse and validation errors told of one document, the word that there are more included. */
const MAX_TOLD = 5;

/** Names of the schema are not told to those who guess at them. */
export const VALIDATION = { maxErrors: MAX_TOLD - 1, hideSuggestions: true };

const SUGGESTION = 'Did you mean ';

/** A message without what graphql-js adds where it cannot be told not to. */
function withoutSuggestion(message: string): string {
  const start = message.lastIndexOf(SUGGESTION);
  return start < 0 || !message.endsWith('?') ? message : message.slice(0, start).trimEnd();
}

/** Values that stand in a document, and can be of the wrong type. */
const VALUES: ReadonlySet<string> = new Set([
  Kind.STRING,
  Kind.INT,
  Kind.FLOAT,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.NULL,
  Kind.LIST,
  Kind.OBJECT,
]);

/**
 * The message of an error of GraphQL's own. Where it is about a value in a document it names the
 * input, by the path from the argument or variable on: graphql-js does so for values of variables only.
 */
export function placedMessage(
  text: string,
  error: unknown,
): { readonly message: string; readonly field?: readonly string[] } {
  const message = withoutSuggestion(text);
  const field = error instanceof GraphQLError ? fieldOfValue(error) : undefined;
  return field ? { message: `\`${field.join('.')}\`: ${message}`, field } : { message };
}

function fieldOfValue({ nodes, source }: GraphQLError): readonly string[] | undefined {
  const [value] = nodes ?? [];
  if (value?.loc === undefined || source === undefined || !VALUES.has(value.kind)) return undefined;
  const { start } = value.loc;
  const document = parse(source);
  let place: readonly (string | number)[] | undefined;
  visit(document, {
    enter(node, _key, _parent, path) {
      if (node.kind !== value.kind || node.loc?.start !== start) return undefined;
      place = [...path];
      return BREAK;
    },
  });
  return place && namesOn(place, document);
}

/** The names that a path through a document leads by, from an argument or a variable on. */
function namesOn(path: readonly (string | number)[], document: DocumentNode): readonly string[] {
  const names: string[] = [];
  let here: unknown = document;
  path.forEach((step, index) => {
    here = (here as Readonly<Record<string | number, unknown>>)[step];
    if (path[index - 1] === 'values') names.push(String(step));
    const node = here as ASTNode;
    switch (node.kind) {
      case Kind.ARGUMENT:
      case Kind.OBJECT_FIELD:
        names.push(node.name.value);
        return;
      case Kind.VARIABLE_DEFINITION:
        names.push(`$${node.variable.name.value}`);
    }
  });
  return names;
}
