import {
  type FieldNode,
  type GraphQLFieldMap,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
} from 'graphql';
import { MAX_VERSIONS } from '../provisioning/limits.ts';
import { PAGE_SIZE } from '../upstream/actions.ts';
import { isEmptyFilter, neededBy } from './caCertificateFilter.ts';
import { DEFAULT_FIRST, MAX_COUNT_PAGES, MAX_FIRST, MAX_WALK_PAGES } from './connection.ts';
import type { NodeKind } from './globalId.ts';
import { isObject } from './requestJson.ts';
import { type ConnectionSelection, DETAIL, type Levels } from './selection.ts';

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
  /** Whether a filter needs more than rows to say which things belong to the list. */
  readonly isJudged: boolean;
  readonly hasNextPage: boolean;
  /** What the reading of pages ends with, if not the list: a window in full, or as many as a filter may look at. */
  readonly bound: 'window' | 'filter' | 'whole list';
  /** The AWS pages that one such connection reads at most. */
  readonly pages: number;
}

/** What a connection of a type will read at most, by its arguments and what is selected of it. */
export function windowPrice(
  args: GivenArguments,
  wants: Pick<ConnectionSelection, 'shows' | 'hasNextPage' | 'totalCount'>,
  type: NodeKind,
): WindowPrice {
  const asked = typeof args.first === 'number' ? args.first : DEFAULT_FIRST;
  const first = Math.min(Math.max(asked, 0), MAX_FIRST);
  const countsAll = args.countAll === true && wants.totalCount;
  const { hasNextPage } = wants;
  const window = { first, filter: {}, isOrdered: false, isJudged: false, hasNextPage };
  if (type === 'ProvisioningTemplateVersion') {
    // The whole list is read once, to be put in order.
    const pages = first > 0 || hasNextPage || countsAll ? MAX_SHORT_PAGES : 0;
    return { ...window, first: Math.min(first, MAX_VERSIONS), bound: 'whole list', pages };
  }
  const filter = isObject(args.filter) ? args.filter : {};
  const isOrdered = args.orderBy != null;
  const isJudged = type === 'CACertificate' && neededBy(filter).size > 0;
  if (type === 'CACertificate' && isEmptyFilter(filter)) {
    return { ...window, filter, bound: 'window', pages: 0 };
  }
  const isFiltered = Object.keys(filter).some(
    (name) => name !== 'templateName' && filter[name] != null,
  );
  const isRead = (first > 0 && wants.shows) || hasNextPage;
  const bound =
    countsAll || (isRead && isOrdered) ? 'whole list' : isFiltered ? 'filter' : 'window';
  const pagesOfWindow = Math.ceil(first / PAGE_SIZE) + Number(hasNextPage);
  const most = { window: pagesOfWindow, filter: MAX_WALK_PAGES, 'whole list': MAX_COUNT_PAGES };
  // From a cursor on other pages may be read than from the beginning, where the count is taken.
  const twice = countsAll && isRead && args.after != null ? pagesOfWindow + MAX_WALK_PAGES : 0;
  const pages = isRead || countsAll ? most[bound] + twice : 0;
  return { ...window, filter, isOrdered, isJudged, bound, pages };
}

/** The template that a preview describes: none for a body that is given. */
export function previewedTemplate(
  input: unknown,
): { readonly name: string; readonly levels: Levels } | undefined {
  const name = isObject(input) ? input.templateName : undefined;
  return typeof name === 'string' ? { name, levels: DETAIL } : undefined;
}
