import type {
  ProvisioningTemplateResolvers,
  ProvisioningTemplateVersionResolvers,
  Resolvers,
} from '../generated/resolvers.ts';
import { MAX_VERSIONS } from '../provisioning/limits.ts';
import { type VersionRow, versionIdOf, versionKey } from '../upstream/versionQuestions.ts';
import { type ListSource, windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity, VersionEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import { versionGlobalId } from './globalId.ts';
import { ordered } from './ordered.ts';
import { allRows } from './pages.ts';
import { prepareVersions } from './prepare.ts';
import { requestedLevels } from './selection.ts';
import { templateBodyJson } from './templateBodyJson.ts';
import { bodyOf } from './versionLoader.ts';
import { walk } from './walk.ts';

const ofTemplate = fieldsOf<TemplateEntity>({
  loader: ({ loaders }) => loaders.templates,
  keyOf: ({ templateName }) => templateName,
  nameOf: ({ templateName }) => `Provisioning template ${templateName}`,
});

const ProvisioningTemplate: Pick<
  ProvisioningTemplateResolvers,
  'versions' | 'versionsUsed' | 'versionsLimit'
> = {
  versions: async (template, args, context, info) => {
    const window = windowOf(args, info, context.levels);
    // Which life of the name it is decides whose bodies its versions have.
    if (template.row === undefined) await ofTemplate.described(template, context);
    const { templateName, templateArn } = template;
    const source: ListSource<VersionEntity, VersionRow> = {
      list: JSON.stringify(['ListProvisioningTemplateVersions', templateArn]),
      page: (token) => context.loaders.versionPage(templateName, token),
      keyOf: (row) => String(versionIdOf(row)),
      toItem: (row) => context.loaders.versionOfRow(row, template),
    };
    // AWS promises no order.
    const byId = ordered(source, {
      name: 'VERSION_ID',
      compare: (one, other) => one.versionId - other.versionId,
    });
    // Read whole in any case, it is counted at no more cost.
    const connection = await walk(byId, { ...window, isUnseen: false });
    await prepareVersions(connection, context, info);
    return connection;
  },
  versionsUsed: async ({ templateName }, _args, { loaders }) => {
    const rows = await allRows((token) => loaders.versionPage(templateName, token));
    return rows.length;
  },
  versionsLimit: () => MAX_VERSIONS,
};

const { described, fromRow } = fieldsOf<VersionEntity>({
  loader: ({ loaders }) => loaders.versions,
  keyOf: ({ templateName, versionId }) => versionKey(templateName, versionId),
  nameOf: ({ templateName, versionId }) =>
    `Version ${versionId} of provisioning template ${templateName}`,
});

/** A field of the body, which is not read again once it is known. */
const fromBody =
  <Value>(pick: (templateBody: string, version: VersionEntity) => Value) =>
  (version: VersionEntity, _args: unknown, context: GraphContext) => {
    const body = bodyOf(version, context.upstream.door);
    if (body !== undefined) return pick(body, version);
    return described(version, context).then(({ detail: { templateBody } }) =>
      templateBody === undefined ? null : pick(templateBody, version),
    );
  };

const ProvisioningTemplateVersion: ProvisioningTemplateVersionResolvers = {
  id: ({ templateArn, versionId }) => versionGlobalId(templateArn, versionId),
  versionId: ({ versionId }) => versionId,
  creationDate: fromRow((row) => row.creationDate),
  isDefaultVersion: fromRow((row) => row.isDefaultVersion),
  templateBody: fromBody((templateBody) => templateBody),
  templateBodyJson: fromBody((templateBody, { templateName, versionId }) =>
    templateBodyJson(templateBody, {
      of: `version ${versionId} of ${templateName}`,
      action: 'DescribeProvisioningTemplateVersion',
    }),
  ),
  template: ({ templateName, templateArn }, _args, { loaders, levels }, info) => {
    const requested = requestedLevels(info, 'ProvisioningTemplate', levels);
    return loaders.templates.reach(templateName, templateArn, requested);
  },
};

export const provisioningTemplateVersionResolvers: Resolvers = {
  ProvisioningTemplate,
  ProvisioningTemplateVersion,
};
