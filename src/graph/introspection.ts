import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Scope } from '../caller.ts';
import type { Config } from '../config.ts';
import { GatewayError } from '../errors.ts';

/** Who may read the schema: everybody, nobody, or callers with the scope for it. */
export type IntrospectionMode = NonNullable<Config['introspection']>;

const SCOPE: Scope = 'iot:introspection';

const META_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Whether an operation asks about the schema; `__typename` is told to everybody. */
export function isIntrospection(
  { selectionSet }: Pick<OperationDefinitionNode, 'selectionSet'>,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): boolean {
  const opened = new Set<string>();
  const asks = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      // The schema is asked for at the root, and nowhere else.
      if (selection.kind === Kind.FIELD) return META_FIELDS.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return asks(selection.selectionSet);
      const name = selection.name.value;
      if (opened.has(name)) return false;
      opened.add(name);
      const fragment = fragments[name];
      return fragment !== undefined && asks(fragment.selectionSet);
    });
  return asks(selectionSet);
}

/** Whether a caller with these scopes may read the schema. */
export function mayIntrospect(mode: IntrospectionMode, scopes: ReadonlySet<Scope>): boolean {
  return mode === 'on' || (mode === 'scope' && scopes.has(SCOPE));
}

/** Why it may not. */
export function introspectionRefusal(mode: IntrospectionMode): GatewayError {
  return new GatewayError(
    'INTROSPECTION_REFUSED',
    mode === 'off'
      ? 'This gateway does not tell its schema; leave `__schema` and `__type` out.'
      : `Reading the schema takes the scope ${SCOPE}; leave \`__schema\` and \`__type\` out, or ask for the scope.`,
  );
}
