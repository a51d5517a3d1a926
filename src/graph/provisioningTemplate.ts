import type { DescribeProvisioningTemplateResponse } from '@aws-sdk/client-iot';
import type { GraphQLResolveInfo } from 'graphql';
import { GatewayError } from '../errors.ts';
import type {
  CreateProvisioningTemplateInput,
  MutationResolvers,
  ProvisioningTemplateFilter,
  ProvisioningTemplateResolvers,
  QueryResolvers,
  Resolvers,
  UpdateProvisioningTemplateInput,
} from '../generated/resolvers.ts';
import { emptyConnection, type ListSource, walk, windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import { toGlobalId } from './globalId.ts';
import { checkArgument, InputCheck } from './input.ts';
import {
  attempt,
  type DeleteOutcome,
  refused,
  type TemplateOutcome,
  userError,
} from './mutation.ts';
import { isSelected } from './selection.ts';

const Query: Pick<QueryResolvers, 'provisioningTemplate' | 'provisioningTemplates'> = {
  provisioningTemplate: (_root, { templateName }, { loaders }) =>
    loaders.templates.load(checkArgument('templateName', 'templateName', templateName)),

  provisioningTemplates: (_root, args, { loaders }, info) => {
    const filter = args.filter ?? {};
    const source: ListSource<TemplateEntity> = {
      list: JSON.stringify(['ListProvisioningTemplates', filter]),
      page: (token) => loaders.templatePage(token),
      keyOf: (template) => template.templateName,
      matches: (template) => matches(template, filter),
    };
    return walk(source, windowOf(args, info));
  },
};

function matches(
  { templateName, row }: TemplateEntity,
  filter: ProvisioningTemplateFilter,
): boolean {
  const { type, enabled, templateNamePrefix } = filter;
  return (
    (typeof type !== 'string' || row?.type === type) &&
    (typeof enabled !== 'boolean' || row?.enabled === enabled) &&
    (typeof templateNamePrefix !== 'string' || templateName.startsWith(templateNamePrefix))
  );
}

const { described, fromRow, fromDetail } = fieldsOf<TemplateEntity>({
  loader: ({ loaders }) => loaders.templates,
  keyOf: ({ templateName }) => templateName,
  nameOf: ({ templateName }) => `Provisioning template ${templateName}`,
});

type Described = DescribeProvisioningTemplateResponse;

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
  templateBodyJson: fromDetail((detail) => parseBody(detail)),
  provisioningRoleArn: fromDetail((detail) => detail.provisioningRoleArn),
  preProvisioningHook: fromDetail((detail) => {
    const { targetArn, payloadVersion } = detail.preProvisioningHook ?? {};
    return targetArn === undefined
      ? undefined
      : { targetArn, payloadVersion: payloadVersion ?? null };
  }),
  caCertificates: async (template, args, context, info) => {
    const window = windowOf(args, info);
    const row = template.row ?? (await described(template, context)).row;
    // "JITP" is the only type a CA can name, so the CAs of any other type need not be asked for.
    if (row.type === 'FLEET_PROVISIONING') return emptyConnection(window);
    const list = {
      templateName: template.templateName,
      ascendingOrder: args.ascendingOrder ?? false,
    };
    return walk(
      {
        list: JSON.stringify(['ListCACertificates', template.templateArn, list.ascendingOrder]),
        page: (token) => context.loaders.caCertificatePage(list, token),
        keyOf: (caCertificate) => caCertificate.certificateId,
      },
      window,
    );
  },
};

function parseBody({ templateBody, templateName }: Described): unknown {
  if (templateBody === undefined) return undefined;
  try {
    return JSON.parse(templateBody);
  } catch (cause) {
    throw new GatewayError(
      'UPSTREAM_PROTOCOL',
      `The body of ${templateName} is not JSON; read it as \`templateBody\`.`,
      { action: 'DescribeProvisioningTemplate' },
      cause,
    );
  }
}

const Mutation: Pick<
  MutationResolvers,
  'createProvisioningTemplate' | 'updateProvisioningTemplate' | 'deleteProvisioningTemplate'
> = {
  createProvisioningTemplate: (_root, { input }, context) => create(input, context),
  updateProvisioningTemplate: (_root, { input }, context) => update(input, context),
  deleteProvisioningTemplate: (_root, { input }, context, info) =>
    remove(input.templateName, context, info),
};

async function create(
  input: CreateProvisioningTemplateInput,
  { upstream, scope, loaders }: GraphContext,
): Promise<TemplateOutcome> {
  const { templateName, provisioningRoleArn } = input;
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  check.text(['provisioningRoleArn'], 'roleArn', provisioningRoleArn);
  check.text(['description'], 'description', input.description);
  const hasBody = (input.templateBody ?? input.templateBodyJson ?? undefined) !== undefined;
  if (!hasBody) check.add(['templateBody'], 'Give `templateBody` or `templateBodyJson`.');
  const templateBody = check.body([], input);
  const preProvisioningHook = check.hook(input.preProvisioningHook);
  const tags = check.tags(input.tags);
  if (preProvisioningHook && input.type === 'JITP') {
    check.add(['preProvisioningHook'], 'A template of type JITP cannot have a hook.');
  }
  if (check.problems.length > 0) return refused(check.problems);
  const write = await attempt(
    () =>
      upstream.call(
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
  loaders.forgetTemplate(templateName);
  if (write.kind === 'refused') return refused(write.userErrors);
  return { templateName, warnings: [], userErrors: [] };
}

async function update(
  input: UpdateProvisioningTemplateInput,
  { upstream, scope, loaders }: GraphContext,
): Promise<TemplateOutcome> {
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
    () => upstream.call('UpdateProvisioningTemplate', { templateName, ...changes }, scope),
    ({ code }) => (code === 'RESOURCE_NOT_FOUND' ? ['input', 'templateName'] : null),
  );
  loaders.forgetTemplate(templateName);
  if (write.kind === 'refused') return refused(write.userErrors);
  return { templateName, warnings: [], userErrors: [] };
}

async function remove(
  templateName: string,
  { upstream, scope, loaders }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<DeleteOutcome> {
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  if (check.problems.length > 0) return refused(check.problems);
  let templateArn = `${upstream.arnPrefix()}:provisioningtemplate/${templateName}`;
  if (upstream.arnPrefix() === undefined && isSelected(info, ['deletedId'])) {
    const template = await loaders.templates.load(templateName);
    if (template === null) {
      const message = `There is no provisioning template ${templateName}.`;
      return refused([userError('RESOURCE_NOT_FOUND', message, ['templateName'])]);
    }
    templateArn = template.templateArn;
  }
  const write = await attempt(
    () => upstream.call('DeleteProvisioningTemplate', { templateName }, scope),
    () => ['input', 'templateName'],
  );
  loaders.forgetTemplate(templateName);
  if (write.kind === 'refused') return refused(write.userErrors);
  return { deletedId: toGlobalId(templateArn), warnings: [], userErrors: [] };
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
