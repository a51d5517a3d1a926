import type { ActionInput, ActionOutput, WriteName } from './actions.ts';
import { THINGS } from './questions.ts';

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
  CreateProvisioningTemplate: ({ templateName }) => [THINGS.templates, ...template(templateName)],
  UpdateProvisioningTemplate: ({ templateName }) => template(templateName),
  DeleteProvisioningTemplate: ({ templateName }) => template(templateName),
  RegisterCACertificate: ({ registrationConfig }, output) => [
    THINGS.caCertificates,
    ...listOf(registrationConfig?.templateName),
    ...caCertificate(output?.certificateId),
  ],
  UpdateCACertificate: ({ certificateId, registrationConfig }) => [
    ...caCertificate(certificateId),
    ...listOf(registrationConfig?.templateName),
  ],
  DeleteCACertificate: ({ certificateId }) => caCertificate(certificateId),
};

function template(templateName: string | undefined): string[] {
  return templateName === undefined ? [] : [THINGS.template(templateName)];
}

function caCertificate(certificateId: string | undefined): string[] {
  return certificateId === undefined ? [] : [THINGS.caCertificate(certificateId)];
}

function listOf(templateName: string | undefined): string[] {
  return templateName === undefined ? [] : [THINGS.caCertificatesOf(templateName)];
}
