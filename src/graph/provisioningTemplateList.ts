import type {
  ProvisioningTemplateFilter,
  ProvisioningTemplateOrder,
  QueryprovisioningTemplatesArgs,
} from '../generated/resolvers.ts';
import { nameOf, type TemplateRow } from '../upstream/questions.ts';
import type { Connection, ListSource, Window } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity } from './entities.ts';
import { compareText, ordered } from './ordered.ts';
import { walk, walkHeld } from './walk.ts';

/** The window of the list of templates that the arguments of `Query.provisioningTemplates` ask for. */
export function walkTemplates(
  args: QueryprovisioningTemplatesArgs,
  window: Window,
  context: GraphContext,
): Promise<Connection<TemplateEntity>> {
  const source = sourceOf(args, context);
  return args.orderBy ? walk(inOrder(source, args.orderBy), window) : walk(source, window);
}

/** The same where all that it takes is held; undefined where it is not. Makes no call. */
export function walkHeldTemplates(
  args: QueryprovisioningTemplatesArgs,
  window: Window,
  context: GraphContext,
): Connection<TemplateEntity> | undefined {
  return args.orderBy ? undefined : walkHeld(sourceOf(args, context), window);
}

function sourceOf(
  args: QueryprovisioningTemplatesArgs,
  { loaders }: GraphContext,
): ListSource<TemplateEntity, TemplateRow> {
  const filter = args.filter ?? {};
  return {
    list: JSON.stringify(['ListProvisioningTemplates', filter]),
    page: (token) => loaders.templatePage(token),
    held: (token) => loaders.heldTemplatePage(token),
    known: (token) => loaders.knownTemplatePage(token),
    keyOf: nameOf,
    toItem: (row) => loaders.templateOfRow(row),
    matches: (row) => matches(row, filter),
  };
}

function inOrder(
  source: ListSource<TemplateEntity, TemplateRow>,
  { field, direction }: ProvisioningTemplateOrder,
) {
  const sign = direction === 'DESC' ? -1 : 1;
  const sortKeyOf = {
    TEMPLATE_NAME: ({ templateName }: TemplateEntity) => templateName,
    CREATION_DATE: ({ row }: TemplateEntity) => row?.creationDate ?? '',
    LAST_MODIFIED_DATE: ({ row }: TemplateEntity) => row?.lastModifiedDate ?? '',
  }[field];
  return ordered(source, {
    name: `${field} ${direction}`,
    compare: (one, other) =>
      sign * compareText(sortKeyOf(one), sortKeyOf(other)) ||
      compareText(one.templateName, other.templateName),
  });
}

function matches(row: TemplateRow, filter: ProvisioningTemplateFilter): boolean {
  const { type, enabled, templateNamePrefix } = filter;
  return (
    (typeof type !== 'string' || row.type === type) &&
    (typeof enabled !== 'boolean' || row.enabled === enabled) &&
    (typeof templateNamePrefix !== 'string' || nameOf(row).startsWith(templateNamePrefix))
  );
}
