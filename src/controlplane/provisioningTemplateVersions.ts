import type {
  CreateProvisioningTemplateVersionRequest,
  CreateProvisioningTemplateVersionResponse,
  DeleteProvisioningTemplateVersionRequest,
  DeleteProvisioningTemplateVersionResponse,
  DescribeProvisioningTemplateVersionRequest,
  DescribeProvisioningTemplateVersionResponse,
  ListProvisioningTemplateVersionsRequest,
  ListProvisioningTemplateVersionsResponse,
} from '@aws-sdk/client-iot';
import { AwsError } from './awsError.ts';
import type { Rule } from './contract.ts';
import { readPage } from './paging.ts';
import {
  requireTemplate,
  requireVersion,
  templateBodyRefusal,
} from './provisioningTemplateRecord.ts';
import { requiredMember } from './requiredMember.ts';
import { resourceLimits } from './resourceLimits.ts';

/** Moves the template's lastModifiedDate even when the new version is not the default. */
export const createProvisioningTemplateVersion: Rule<
  CreateProvisioningTemplateVersionRequest,
  CreateProvisioningTemplateVersionResponse
> = (input, context) => {
  const templateBody = requiredMember(input, 'templateBody');
  const refusal = templateBodyRefusal(templateBody);
  if (refusal !== undefined) throw refusal;
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  if (record.versions.length >= resourceLimits.versionsPerTemplate) {
    throw new AwsError(
      'VersionsLimitExceededException',
      `Template with name ${record.templateName} already has ${resourceLimits.versionsPerTemplate} versions`,
    );
  }
  const versionId = record.nextVersionId;
  const isDefaultVersion = input.setAsDefault ?? false;
  context.state.templates.put(record.templateName, {
    ...record,
    defaultVersionId: isDefaultVersion ? versionId : record.defaultVersionId,
    nextVersionId: versionId + 1,
    lastModifiedDateMs: context.nowMs,
    versions: [...record.versions, { versionId, templateBody, creationDateMs: context.nowMs }],
  });
  return {
    templateArn: record.templateArn,
    templateName: record.templateName,
    versionId,
    isDefaultVersion,
  };
};

/** DescribeProvisioningTemplateVersion. */
export const describeProvisioningTemplateVersion: Rule<
  DescribeProvisioningTemplateVersionRequest,
  DescribeProvisioningTemplateVersionResponse
> = (input, context) => {
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  const version = requireVersion(record, requiredMember(input, 'versionId'));
  return {
    versionId: version.versionId,
    creationDate: new Date(version.creationDateMs),
    templateBody: version.templateBody,
    isDefaultVersion: version.versionId === record.defaultVersionId,
  };
};

/** In order of version id. */
export const listProvisioningTemplateVersions: Rule<
  ListProvisioningTemplateVersionsRequest,
  ListProvisioningTemplateVersionsResponse
> = (input, context) => {
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  const page = readPage(
    {
      list: 'versions',
      filter: record.templateName,
      ascending: true,
      pageSize: input.maxResults,
      token: input.nextToken,
    },
    context,
    (afterVersionId = 0, limit) =>
      record.versions.filter((version) => version.versionId > afterVersionId).slice(0, limit),
    (version) => version.versionId,
  );
  return {
    versions: page.items.map((version) => ({
      versionId: version.versionId,
      creationDate: new Date(version.creationDateMs),
      isDefaultVersion: version.versionId === record.defaultVersionId,
    })),
    ...(page.nextToken && { nextToken: page.nextToken }),
  };
};

/** The default version stays: another has to become the default first. */
export const deleteProvisioningTemplateVersion: Rule<
  DeleteProvisioningTemplateVersionRequest,
  DeleteProvisioningTemplateVersionResponse
> = (input, context) => {
  const record = requireTemplate(context, requiredMember(input, 'templateName'));
  const { versionId } = requireVersion(record, requiredMember(input, 'versionId'));
  if (versionId === record.defaultVersionId) {
    throw new AwsError(
      'DeleteConflictException',
      `Version ${versionId} is the default version of template ${record.templateName}`,
    );
  }
  context.state.templates.put(record.templateName, {
    ...record,
    lastModifiedDateMs: context.nowMs,
    versions: record.versions.filter((version) => version.versionId !== versionId),
  });
  return {};
};
