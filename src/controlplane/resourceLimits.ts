import { maxCACertificatesPerSubject } from '../provisioning/registrationRules.ts';

/** How many of a thing AWS IoT allows, in one account and region or on one resource. */
export const resourceLimits = {
  /** From a third party's list; not confirmed. */
  templatesPerRealm: 256,
  versionsPerTemplate: 5,
  caCertificatesPerSubject: maxCACertificatesPerSubject,
  tagsPerResource: 50,
} as const;
