import type { Device } from './templateDevice.ts';
import { certificateIdParameter, type TemplateType } from './templateGrammar.ts';
import type { PreviewedResources } from './templatePreviewResources.ts';

export type PreviewNoteCode =
  | 'FIRST_CONNECTION_IS_CUT'
  | 'TEMPLATE_DISABLED'
  | 'HOOK_NOT_ASKED'
  | 'CERTIFICATE_ID_UNKNOWN'
  | 'SEVERAL_VALUES'
  | 'PARAMETER_IGNORED'
  | 'PARAMETER_NOT_SENT_BY_DEVICE'
  | 'NO_CERTIFICATE'
  | 'CERTIFICATE_STAYS_INACTIVE'
  | 'NO_POLICY'
  | 'POLICY_NAMED_BY_HASH';

/** What to know about the result of a preview. */
export interface PreviewNote {
  readonly code: PreviewNoteCode;
  readonly message: string;
}

/** Stands for the id of a certificate that is not known; it passes wherever an id passes. */
export const unknownCertificateId = 'CERTIFICATE_ID';

export interface NotedPreview {
  readonly type: TemplateType;
  readonly device: Device | undefined;
  /** The names of the parameters that were given. */
  readonly given: readonly string[];
  readonly declared: ReadonlySet<string>;
  /** The names of the parameters for which the subject has several values. */
  readonly several: readonly string[];
  readonly template: { readonly enabled: boolean; readonly hasHook: boolean } | undefined;
  readonly resources: PreviewedResources;
}

/** Each note with what it says; undefined where it does not apply. */
const NOTES: ReadonlyArray<
  readonly [code: PreviewNoteCode, say: (preview: NotedPreview) => string | undefined | false]
> = [
  [
    'FIRST_CONNECTION_IS_CUT',
    ({ type }) =>
      type === 'JITP' &&
      'AWS IoT provisions the device at its first connection and cuts that by design; the device has to connect again.',
  ],
  [
    'TEMPLATE_DISABLED',
    ({ template }) =>
      template?.enabled === false &&
      'The template is disabled, and whether AWS IoT provisions by it all the same is not documented; enable it before devices come.',
  ],
  [
    'HOOK_NOT_ASKED',
    ({ template }) =>
      template?.hasHook === true &&
      'The template has a pre-provisioning hook, which may refuse the device or change its parameters; it was not asked.',
  ],
  [
    'CERTIFICATE_ID_UNKNOWN',
    ({ device, given }) =>
      device?.certificateId === undefined &&
      !given.includes(certificateIdParameter) &&
      `The id of the certificate is not known here; ${unknownCertificateId} stands for it.`,
  ],
  [
    'SEVERAL_VALUES',
    ({ several }) =>
      several.length > 0 &&
      `The subject has several values for ${listed(several)}; the first was taken, and which one AWS IoT takes is not documented.`,
  ],
  [
    'PARAMETER_IGNORED',
    ({ given, declared }) => {
      const ignored = given.filter((name) => !declared.has(name));
      return ignored.length > 0 && `The template does not declare ${listed(ignored)}.`;
    },
  ],
  [
    'PARAMETER_NOT_SENT_BY_DEVICE',
    ({ type, given, declared }) => {
      const sent = given.filter((name) => declared.has(name));
      return (
        type === 'JITP' &&
        sent.length > 0 &&
        `In just-in-time provisioning a device sends no parameters; the values given for ${listed(sent)} hold only if its certificate has them.`
      );
    },
  ],
  [
    'NO_CERTIFICATE',
    ({ resources: { certificates } }) =>
      certificates.every(({ certificateId }) => certificateId === undefined) &&
      'The template does not put the certificate in force that the device has come with.',
  ],
  [
    'CERTIFICATE_STAYS_INACTIVE',
    ({ resources: { certificates } }) =>
      certificates.some(({ status }) => status === 'INACTIVE') &&
      'The device cannot connect until its certificate is set to ACTIVE.',
  ],
  [
    'NO_POLICY',
    ({ resources: { policies } }) =>
      policies.length === 0 &&
      'The template attaches no policy; without one from elsewhere the device may do nothing.',
  ],
  [
    'POLICY_NAMED_BY_HASH',
    ({ resources: { policies } }) =>
      policies.some(
        ({ policyName, policyDocument }) =>
          policyName === undefined && policyDocument !== undefined,
      ) && 'AWS IoT makes a policy from the document and names it by a hash.',
  ],
];

/** What the reader of a preview should know although nothing of it failed. */
export function notesOn(preview: NotedPreview): PreviewNote[] {
  return NOTES.flatMap(([code, say]) => {
    const message = say(preview);
    return message ? [{ code, message }] : [];
  });
}

function listed(names: readonly string[]): string {
  return names
    .slice(0, 10)
    .map((name) => name.slice(0, 128))
    .join(', ');
}
