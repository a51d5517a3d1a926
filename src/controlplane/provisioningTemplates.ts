import type {
  CreateProvisioningTemplateRequest,
  CreateProvisioningTemplateResponse,
  DeleteProvisioningTemplateRequest,
  DeleteProvisioningTemplateResponse,
  DescribeProvisioningTemplateRequest,
  DescribeProvisioningTemplateResponse,
  ListProvisioningTemplatesRequest,
  ListProvisioningTemplatesResponse,
  ProvisioningTemplateSummary,
  UpdateProvisioningTemplateRequest,
  UpdateProvisioningTemplateResponse,
} from '@aws-sdk/client-iot';
import { provisioningTemplateArn, roleRefusal } from './arn.ts';
import { AwsError } from './awsError.ts';
import type { ActionContext, Rule, TemplateRecord } from './contract.ts';
import { readPage } from './paging.ts';
import {
  hookRefusal,
  requireTemplate,
  requireVersion,
  storedHook,
  templateBodyRefusal,
} from './provisioningTemplateRecord.ts';
import { requiredMember } from './requiredMember.ts';
import { resourceLimits } from './resourceLimits.ts';
import { acceptTags, putTags } from './tagSet.ts';

/** Request members first, then what is stored: the name, then how many there are. */
export const createProvisioningTemplate: Rule<
  CreateProvisioningTemplateRequest,
  CreateProvisioningTemplateResponse
> = (input, context) => {
  const { state, choices, nowMs } = context;
  const templateName = requiredMember(input, 'templateName');
  const templateBody = requiredMember(input, 'templateBody');
  const provisioningRoleArn = requiredMember(input, 'provisioningRoleArn');
  const type = input.type ?? 'FLEET_PROVISIONING';
  const refusal =
    hookRefusal(input.preProvisioningHook, type) ??
    templateBodyRefusal(templateBody) ??
    roleRefusal(provisioningRoleArn, choices.unassumableRoleArns);
  if (refusal !== undefined) throw refusal;
  const tags = acceptTags(input.tags);

  const templateArn = provisioningTemplateArn(context, templateName);
  if (state.templates.get(templateName) !== undefined) {
    throw new AwsError(
      'ResourceAlreadyExistsException',
      `Template with name ${templateName} already exists`,
      { resourceId: templateName, resourceArn: templateArn },
    );
  }
  if (state.templates.count() >= resourceLimits.templatesPerRealm) {
    throw new AwsError(
      'LimitExceededException',
      `Limit of ${resourceLimits.templatesPerRealm} provisioning templates reached`,
    );
  }
  state.templates.put(templateName, {
    templateName,
    templateArn,
    ...descriptionMember(input.description),
    type,
    enabled: input.enabled ?? false,
    provisioningRoleArn,
    ...(input.preProvisioningHook && {
      preProvisioningHook: storedHook(input.preProvisioningHook),
    }),
    creationDateMs: nowMs,
    lastModifiedDateMs: nowMs,
    defaultVersionId: 1,
    nextVersionId: 2,
    versions: [{ versionId: 1, templateBody, creationDateMs: nowMs }],
  });
  putTags(state, templateArn, tags);
  return { templateArn, templateName, defaultVersionId: 1 };
};

/** DescribeProvisioningTemplate. */
export const describeProvisioningTemplate: Rule<
  DescribeProvisioningTemplateRequest,
  DescribeProvisioningTemplateResponse
> = (input, context) => {
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  return {
    ...summary(record),
    defaultVersionId: record.defaultVersionId,
    templateBody: requireVersion(record, record.defaultVersionId).templateBody,
    provisioningRoleArn: record.provisioningRoleArn,
    ...(record.preProvisioningHook && { preProvisioningHook: record.preProvisioningHook }),
  };
};

/** In order of creation. */
export const listProvisioningTemplates: Rule<
  ListProvisioningTemplatesRequest,
  ListProvisioningTemplatesResponse
> = (input, context) => {
  const page = readPage(
    {
      list: 'templates',
      ascending: true,
      pageSize: input.maxResults,
      token: input.nextToken,
    },
    context,
    (afterSequence, limit) =>
      context.state.templates.list({ ascending: true, afterSequence, limit }),
    (record) => record.sequence,
  );
  return {
    templates: page.items.map(summary),
    ...(page.nextToken && { nextToken: page.nextToken }),
  };
};

/** Members that are left out stay; a request without any changes nothing, not even the date. */
export const updateProvisioningTemplate: Rule<
  UpdateProvisioningTemplateRequest,
  UpdateProvisioningTemplateResponse
> = (input, context) => {
  const { templateName: _, ...changes } = input;
  if (changes.removePreProvisioningHook === true && changes.preProvisioningHook !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      'preProvisioningHook and removePreProvisioningHook cannot be given together.',
    );
  }
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  const refusal =
    hookRefusal(changes.preProvisioningHook, record.type) ??
    (changes.provisioningRoleArn === undefined
      ? undefined
      : roleRefusal(changes.provisioningRoleArn, context.choices.unassumableRoleArns));
  if (refusal !== undefined) throw refusal;
  if (changes.defaultVersionId !== undefined) requireVersion(record, changes.defaultVersionId);
  if (Object.values(changes).every((value) => value === undefined)) return {};

  const { description, preProvisioningHook, ...rest } = record;
  context.state.templates.put(record.templateName, {
    ...rest,
    ...descriptionMember(changes.description ?? description),
    ...hookMember(changes, preProvisioningHook),
    enabled: changes.enabled ?? record.enabled,
    defaultVersionId: changes.defaultVersionId ?? record.defaultVersionId,
    provisioningRoleArn: changes.provisioningRoleArn ?? record.provisioningRoleArn,
    lastModifiedDateMs: context.nowMs,
  });
  return {};
};

/** Takes all versions with it. */
export const deleteProvisioningTemplate: Rule<
  DeleteProvisioningTemplateRequest,
  DeleteProvisioningTemplateResponse
> = (input, context) => {
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  if (context.choices.deleteAttachedTemplate === 'refuse' && isAttached(record, context)) {
    throw new AwsError(
      'DeleteConflictException',
      `Template with name ${record.templateName} is attached to one or more CA certificates`,
    );
  }
  context.state.templates.delete(record.templateName);
  context.state.tags.delete(record.templateArn);
  return {};
};

function isAttached(record: TemplateRecord, context: ActionContext): boolean {
  const attached = context.state.caCertificates.list({
    where: { index: 'templateName', value: record.templateName },
    ascending: true,
    limit: 1,
  });
  return attached.length > 0;
}

function summary(record: TemplateRecord): ProvisioningTemplateSummary {
  return {
    templateArn: record.templateArn,
    templateName: record.templateName,
    ...descriptionMember(record.description),
    creationDate: new Date(record.creationDateMs),
    lastModifiedDate: new Date(record.lastModifiedDateMs),
    enabled: record.enabled,
    type: record.type,
  };
}

/** An empty description is the same as none. */
function descriptionMember(description: string | undefined): Pick<TemplateRecord, 'description'> {
  return description === undefined || description === '' ? {} : { description };
}

function hookMember(
  changes: Omit<UpdateProvisioningTemplateRequest, 'templateName'>,
  current: TemplateRecord['preProvisioningHook'],
): Pick<TemplateRecord, 'preProvisioningHook'> {
  if (changes.removePreProvisioningHook === true) return {};
  if (changes.preProvisioningHook !== undefined) {
    return { preProvisioningHook: storedHook(changes.preProvisioningHook) };
  }
  return current === undefined ? {} : { preProvisioningHook: current };
}
