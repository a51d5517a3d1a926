import type { ActionInput, ActionOutput, WriteName } from './actions.ts';
import { caCertificateResource, templateResource } from './arn.ts';
import { resourceOf, THINGS } from './questions.ts';

/**
 * The things that each write touches, by its input and, once it is there, its answer. Lists are
 * made from their rows as well, so touching a thing drops every page that shows it; the list itself
 * is touched only where the thing is new to it.
 */
export const TOUCHES: {
  readonly [Name in WriteName]: (
    input: ActionInput<Name>,
    output?: ActionOutput<Name>,
  ) => readonly string[];
} = {
  // A claim is in no list, and nothing else tells of it.
  CreateProvisioningClaim: () => [],
  CreateProvisioningTemplate: ({ templateName }) => [
    THINGS.templates,
    ...template(templateName),
    ...life(templateName),
  ],
  UpdateProvisioningTemplate: ({ templateName, defaultVersionId }) => [
    ...template(templateName),
    ...(defaultVersionId === undefined ? [] : defaultVersion(templateName)),
  ],
  DeleteProvisioningTemplate: ({ templateName }) => [
    ...template(templateName),
    ...life(templateName),
  ],
  // Any change to its versions moves the template's lastModifiedDate.
  CreateProvisioningTemplateVersion: ({ templateName, setAsDefault }, output) => [
    ...template(templateName),
    ...versions(templateName),
    ...version(templateName, output?.versionId),
    ...(setAsDefault === true ? defaultVersion(templateName) : []),
  ],
  DeleteProvisioningTemplateVersion: ({ templateName, versionId }) => [
    ...template(templateName),
    ...versions(templateName),
    ...version(templateName, versionId),
  ],
  RegisterCACertificate: ({ registrationConfig }, output) => [
    THINGS.caCertificates,
    ...listOf(registrationConfig?.templateName),
    ...caCertificate(output?.certificateId),
    ...tagsOfCACertificate(output?.certificateId),
  ],
  UpdateCACertificate: ({ certificateId, registrationConfig }) => [
    ...caCertificate(certificateId),
    ...listOf(registrationConfig?.templateName),
  ],
  DeleteCACertificate: ({ certificateId }) => [
    ...caCertificate(certificateId),
    ...tagsOfCACertificate(certificateId),
  ],
  DeleteRegistrationCode: () => [THINGS.registrationCode],
  TagResource: ({ resourceArn }) => tags(resourceArn),
  UntagResource: ({ resourceArn }) => tags(resourceArn),
};

function template(templateName: string | undefined): string[] {
  return templateName === undefined ? [] : [THINGS.template(templateName)];
}

/** What begins and ends with a template: a new one of the same name has it anew. */
function life(templateName: string | undefined): string[] {
  if (templateName === undefined) return [];
  return [
    THINGS.templateLife(templateName),
    THINGS.tags(templateResource(templateName)),
    ...versions(templateName),
    ...defaultVersion(templateName),
  ];
}

function versions(templateName: string | undefined): string[] {
  return templateName === undefined ? [] : [THINGS.versions(templateName)];
}

function version(templateName: string | undefined, versionId: number | undefined): string[] {
  return templateName === undefined || versionId === undefined
    ? []
    : [THINGS.version(templateName, versionId)];
}

function defaultVersion(templateName: string | undefined): string[] {
  return templateName === undefined ? [] : [THINGS.defaultVersion(templateName)];
}

function tagsOfCACertificate(certificateId: string | undefined): string[] {
  return certificateId === undefined ? [] : [THINGS.tags(caCertificateResource(certificateId))];
}

function tags(resourceArn: string | undefined): string[] {
  return resourceArn === undefined ? [] : [THINGS.tags(resourceOf(resourceArn))];
}

function caCertificate(certificateId: string | undefined): string[] {
  return certificateId === undefined ? [] : [THINGS.caCertificate(certificateId)];
}

function listOf(templateName: string | undefined): string[] {
  return templateName === undefined ? [] : [THINGS.caCertificatesOf(templateName)];
}
