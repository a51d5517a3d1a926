import type { GraphQLResolveInfo } from 'graphql';
import type {
  CreateProvisioningTemplateInput,
  MutationResolvers,
  ProvisioningTemplateResolvers,
  QueryResolvers,
  Resolvers,
  UpdateProvisioningTemplateInput,
} from '../generated/resolvers.ts';
import { diagnosticsOf, warningsInForce } from './bodyWarning.ts';
import { windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import { toGlobalId } from './globalId.ts';
import { checkArgument, InputCheck } from './input.ts';
import { attempt, refused, type TemplateOutcome } from './mutation.ts';
import { prepareTemplates } from './prepare.ts';
import { walkTemplates } from './provisioningTemplateList.ts';
import { caCertificatesNaming } from './relatedLists.ts';
import { isSelected, requestedLevels } from './selection.ts';
import { templateBodyJson } from './templateBodyJson.ts';

const Query: Pick<QueryResolvers, 'provisioningTemplate' | 'provisioningTemplates'> = {
  provisioningTemplate: (_root, { templateName }, { loaders, levels }, info) =>
    loaders.templates.find(
      checkArgument('templateName', 'templateName', templateName),
      requestedLevels(info, 'ProvisioningTemplate', levels),
    ),

  provisioningTemplates: async (_root, args, context, info) => {
    const window = windowOf(args, info, context.levels);
    const connection = await walkTemplates(args, window, context);
    await prepareTemplates(connection, context, info);
    return connection;
  },
};

const { fromRow, fromDetail } = fieldsOf<TemplateEntity>({
  loader: ({ loaders }) => loaders.templates,
  keyOf: ({ templateName }) => templateName,
  nameOf: ({ templateName }) => `Provisioning template ${templateName}`,
});

const ProvisioningTemplate: ProvisioningTemplateResolvers = {
  id: ({ templateArn }) => toGlobalId(templateArn),
  templateArn: ({ templateArn }) => templateArn,
  templateName: ({ templateName }) => templateName,
  // Terraform clears a description by sending an empty text; both mean that there is none.
  description: fromRow((row) => row.description || undefined),
  type: fromRow((row) => row.type),
  enabled: fromRow((row) => row.enabled),
  creationDate: fromRow((row) => row.creationDate),
  lastModifiedDate: fromRow((row) => row.lastModifiedDate),
  defaultVersionId: fromDetail((detail) => detail.defaultVersionId),
  templateBody: fromDetail((detail) => detail.templateBody),
  templateBodyJson: fromDetail(({ templateBody, templateName }) =>
    templateBody === undefined
      ? undefined
      : templateBodyJson(templateBody, {
          of: `${templateName}`,
          action: 'DescribeProvisioningTemplate',
        }),
  ),
  diagnostics: fromDetail((detail, _template, context) => [...diagnosticsOf(detail, context)]),
  provisioningRoleArn: fromDetail((detail) => detail.provisioningRoleArn),
  preProvisioningHook: fromDetail((detail) => {
    const { targetArn, payloadVersion } = detail.preProvisioningHook ?? {};
    return targetArn === undefined
      ? undefined
      : { targetArn, payloadVersion: payloadVersion ?? null };
  }),
  caCertificates: caCertificatesNaming,
};

const Mutation: Pick<
  MutationResolvers,
  'createProvisioningTemplate' | 'updateProvisioningTemplate'
> = {
  createProvisioningTemplate: (_root, { input }, context) => create(input, context),
  updateProvisioningTemplate: (_root, { input }, context, info) => update(input, context, info),
};

async function create(
  input: CreateProvisioningTemplateInput,
  { upstream, scope }: GraphContext,
): Promise<TemplateOutcome> {
  const { templateName, provisioningRoleArn } = input;
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  check.text(['provisioningRoleArn'], 'roleArn', provisioningRoleArn);
  check.text(['description'], 'description', input.description);
  const hasBody = (input.templateBody ?? input.templateBodyJson ?? undefined) !== undefined;
  if (!hasBody) check.add(['templateBody'], 'Give `templateBody` or `templateBodyJson`.');
  const templateBody = check.body([], input, { type: input.type ?? 'FLEET_PROVISIONING' });
  const preProvisioningHook = check.hook(input.preProvisioningHook);
  const tags = check.tags(input.tags);
  if (preProvisioningHook && input.type === 'JITP') {
    check.add(['preProvisioningHook'], 'A template of type JITP cannot have a hook.');
  }
  if (check.problems.length > 0) return refused(check.problems);
  const write = await attempt(
    () =>
      upstream.write(
        'CreateProvisioningTemplate',
        {
          templateName,
          templateBody,
          provisioningRoleArn,
          preProvisioningHook,
          tags,
          description: input.description ?? undefined,
          enabled: input.enabled ?? undefined,
          type: input.type ?? undefined,
        },
        scope,
      ),
    ({ code }) => (code === 'RESOURCE_ALREADY_EXISTS' ? ['input', 'templateName'] : null),
  );
  if (write.kind === 'refused') return refused(write.userErrors);
  return { templateName, warnings: check.warnings, userErrors: [] };
}

async function update(
  input: UpdateProvisioningTemplateInput,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<TemplateOutcome> {
  const { upstream, scope } = context;
  const { templateName } = input;
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  check.text(['provisioningRoleArn'], 'roleArn', input.provisioningRoleArn);
  check.text(['description'], 'description', input.description);
  const preProvisioningHook = check.hook(input.preProvisioningHook);
  if (preProvisioningHook && input.removePreProvisioningHook === true) {
    check.add(
      ['removePreProvisioningHook'],
      'Give `preProvisioningHook` or `removePreProvisioningHook`, not both.',
    );
  }
  const changes = {
    preProvisioningHook,
    description: input.description ?? undefined,
    enabled: input.enabled ?? undefined,
    defaultVersionId: input.defaultVersionId ?? undefined,
    provisioningRoleArn: input.provisioningRoleArn ?? undefined,
    removePreProvisioningHook: input.removePreProvisioningHook ?? undefined,
  };
  if (Object.values(changes).every((value) => value === undefined)) {
    check.add([], 'There is nothing to change: give at least one field beside `templateName`.');
  }
  if (check.problems.length > 0) return refused(check.problems);
  const write = await attempt(
    () => upstream.write('UpdateProvisioningTemplate', { templateName, ...changes }, scope),
    ({ code }) => (code === 'RESOURCE_NOT_FOUND' ? ['input', 'templateName'] : null),
  );
  if (write.kind === 'refused') return refused(write.userErrors);
  // What puts a body to work is the time to say what is wrong with it.
  const cause = input.defaultVersionId != null ? 'defaultVersionId' : 'enabled';
  const isInForce = input.defaultVersionId != null || input.enabled === true;
  const warnings =
    isInForce && isSelected(info, 'UpdateProvisioningTemplatePayload', 'warnings')
      ? await warningsInForce(templateName, ['input', cause], context)
      : [];
  return { templateName, warnings, userErrors: [] };
}

/** The template of a payload, read after the write. */
const readBack = (
  { templateName }: TemplateOutcome,
  _args: unknown,
  { loaders }: GraphContext,
): Promise<TemplateEntity | null> | null =>
  templateName === null ? null : loaders.templates.load(templateName);

export const provisioningTemplateResolvers: Resolvers = {
  Query,
  Mutation,
  ProvisioningTemplate,
  CreateProvisioningTemplatePayload: { provisioningTemplate: readBack },
  UpdateProvisioningTemplatePayload: { provisioningTemplate: readBack },
  AttachProvisioningTemplatePayload: { provisioningTemplate: readBack },
};
