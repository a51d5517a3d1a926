import {
  type FieldNode,
  type GraphQLFieldMap,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
} from 'graphql';
import { MAX_VERSIONS } from '../provisioning/limits.ts';
import { PAGE_SIZE } from '../upstream/actions.ts';
import { isEmptyFilter } from './caCertificateFilter.ts';
import { DEFAULT_FIRST, MAX_COUNT_PAGES, MAX_FIRST, MAX_WALK_PAGES } from './connection.ts';
import type { NodeKind } from './globalId.ts';
import { isObject } from './requestJson.ts';
import { DETAIL, type Levels } from './selection.ts';

/** The arguments of a field by name, as its resolver will get them. */
export type GivenArguments = Readonly<Record<string, unknown>>;

/** The arguments of a field of a type; none where execution will refuse them, and cost nothing. */
export function argumentsOf(
  schema: GraphQLSchema,
  type: string,
  field: FieldNode,
  variableValues: Readonly<Record<string, unknown>>,
): GivenArguments {
  const parent = schema.getType(type);
  const fields: GraphQLFieldMap<unknown, unknown> = isObjectType(parent) ? parent.getFields() : {};
  const definition = fields[field.name.value];
  if (definition === undefined || definition.args.length === 0) return {};
  try {
    return getArgumentValues(definition, field, variableValues);
  } catch {
    return {};
  }
}

/** Lists that are short by nature come on one page, or on two where AWS gives short pages. */
export const MAX_SHORT_PAGES = 2;

/** What a connection is asked for, as far as it decides which pages are read. */
export interface WindowPrice {
  readonly first: number;
  readonly filter: GivenArguments;
  readonly isOrdered: boolean;
  /** The AWS pages that one such connection reads at most. */
  readonly pages: number;
}

/** What a connection of a type will read at most, by its arguments and what is selected of it. */
export function windowPrice(
  args: GivenArguments,
  wants: { readonly hasNextPage: boolean; readonly totalCount: boolean },
  type: NodeKind,
): WindowPrice {
  const asked = typeof args.first === 'number' ? args.first : DEFAULT_FIRST;
  const first = Math.min(Math.max(asked, 0), MAX_FIRST);
  const countsAll = args.countAll === true && wants.totalCount;
  if (type === 'ProvisioningTemplateVersion') {
    // The whole list is read once, to be put in order.
    const pages = first > 0 || wants.hasNextPage || countsAll ? MAX_SHORT_PAGES : 0;
    return { first: Math.min(first, MAX_VERSIONS), filter: {}, isOrdered: false, pages };
  }
  const filter = isObject(args.filter) ? args.filter : {};
  if (type === 'CACertificate' && isEmptyFilter(filter)) {
    return { first, filter, isOrdered: false, pages: 0 };
  }
  const isOrdered = args.orderBy != null;
  const isFiltered = Object.keys(filter).some(
    (name) => name !== 'templateName' && filter[name] != null,
  );
  const walked = isOrdered
    ? MAX_COUNT_PAGES
    : isFiltered
      ? MAX_WALK_PAGES
      : Math.ceil(first / PAGE_SIZE);
  const pages =
    (first > 0 || wants.hasNextPage ? walked : 0) +
    (wants.hasNextPage ? 1 : 0) +
    (countsAll ? MAX_COUNT_PAGES : 0);
  return { first, filter, isOrdered, pages };
}

/** The template that a preview describes: none for a body that is given. */
export function previewedTemplate(
  input: unknown,
): { readonly name: string; readonly levels: Levels } | undefined {
  const name = isObject(input) ? input.templateName : undefined;
  return typeof name === 'string' ? { name, levels: DETAIL } : undefined;
}
