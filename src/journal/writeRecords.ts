import type { Json } from '../ledger.ts';
import type { ActionInput, ActionOutput, WriteName } from '../upstream/actions.ts';
import { caCertificateResource, templateResource } from '../upstream/arn.ts';
import {
  type CACertificateDetail,
  describeCACertificate,
  describeTemplate,
  KEYS,
  listTags,
  resourceOf as resourcePath,
} from '../upstream/questions.ts';
import { certificateIdOfPem } from '../upstream/readBack.ts';
import type { ResourceKind } from './change.ts';
import { withoutSecrets } from './redaction.ts';

/** A resource by what the input of a write tells. */
export interface ResourceRef {
  readonly kind: ResourceKind;
  /** The template's name, the CA's id; empty where it is not known or there is but one. */
  readonly key: string;
  /** The last part of its ARN; null where it has none or it is not known. */
  readonly path: string | null;
}

/** Where the cache may hold what a resource was, and what of it is worth recording. */
interface KnownKey {
  readonly key: string;
  pick(value: unknown): unknown;
}

/** What the journal says of one action. */
interface WriteRecord<Name extends WriteName> {
  resource(input: ActionInput<Name>, output?: ActionOutput<Name>): ResourceRef;
  /** What the change makes of the resource, as far as input and answer tell. */
  after(input: ActionInput<Name>, output?: ActionOutput<Name>): unknown;
  /** Where the former state is known; that of the resource itself where it is left out. */
  known?(input: ActionInput<Name>): readonly KnownKey[];
}

/** A provisioning template; without a name, one that is not known. */
export function templateRef(templateName: string | undefined): ResourceRef {
  const path = templateName === undefined ? null : templateResource(templateName);
  return { kind: 'PROVISIONING_TEMPLATE', key: templateName ?? '', path };
}

/** A CA certificate; without an id, one that is not known. */
export function caCertificateRef(certificateId: string | undefined): ResourceRef {
  const path = certificateId === undefined ? null : caCertificateResource(certificateId);
  return { kind: 'CA_CERTIFICATE', key: certificateId ?? '', path };
}

export const REGISTRATION_CODE: ResourceRef = { kind: 'REGISTRATION_CODE', key: '', path: null };

/** A plan or bulk operation of the gateway; without an id, none came of it. */
export function bulkOperationRef(id: string | undefined): ResourceRef {
  return { kind: 'BULK_OPERATION', key: id ?? '', path: null };
}

/** The resource of an ARN of either kind. */
export function refOfArn(arn: string | undefined): ResourceRef {
  const [kind, key] = resourcePath(arn ?? '').split('/');
  return kind === 'cacert' ? caCertificateRef(key) : templateRef(key);
}

const RECORDS: { readonly [Name in WriteName]: WriteRecord<Name> } = {
  CreateProvisioningTemplate: {
    resource: ({ templateName }) => templateRef(templateName),
    after: (input, output) => ({ ...input, ...output }),
  },
  UpdateProvisioningTemplate: {
    resource: ({ templateName }) => templateRef(templateName),
    after: ({ templateName: _, removePreProvisioningHook, ...changes }) => ({
      ...changes,
      ...(removePreProvisioningHook === true && { preProvisioningHook: null }),
    }),
  },
  DeleteProvisioningTemplate: {
    resource: ({ templateName }) => templateRef(templateName),
    after: () => null,
  },
  CreateProvisioningTemplateVersion: {
    resource: ({ templateName }) => templateRef(templateName),
    after: ({ templateName: _, ...input }, output) => ({
      ...input,
      versionId: output?.versionId,
      isDefaultVersion: output?.isDefaultVersion,
    }),
  },
  DeleteProvisioningTemplateVersion: {
    resource: ({ templateName }) => templateRef(templateName),
    after: ({ versionId }) => ({ deletedVersionId: versionId }),
  },
  CreateProvisioningClaim: {
    resource: ({ templateName }) => templateRef(templateName),
    // The answer holds a private key: only what names the claim is taken from it.
    after: (_input, output) => ({
      claimCertificateId: output?.certificateId,
      expiration: output?.expiration,
    }),
  },
  RegisterCACertificate: {
    resource: ({ caCertificate = '' }, output) =>
      caCertificateRef(output?.certificateId ?? certificateIdOfPem(caCertificate)),
    after: (input, output) => ({
      certificateId: output?.certificateId,
      status: input.setAsActive === true ? 'ACTIVE' : 'INACTIVE',
      autoRegistrationStatus: input.allowAutoRegistration === true ? 'ENABLE' : 'DISABLE',
      certificateMode: input.certificateMode ?? 'DEFAULT',
      registrationConfig: input.registrationConfig,
      tags: input.tags,
    }),
    known: () => [],
  },
  UpdateCACertificate: {
    resource: ({ certificateId }) => caCertificateRef(certificateId),
    after: (input) => ({
      status: input.newStatus,
      autoRegistrationStatus: input.newAutoRegistrationStatus,
      registrationConfig: input.registrationConfig,
      ...(input.removeAutoRegistration === true && {
        autoRegistrationStatus: 'DISABLE',
        registrationConfig: null,
      }),
    }),
  },
  DeleteCACertificate: {
    resource: ({ certificateId }) => caCertificateRef(certificateId),
    after: () => null,
  },
  DeleteRegistrationCode: { resource: () => REGISTRATION_CODE, after: () => null, known: () => [] },
  TagResource: {
    resource: ({ resourceArn }) => refOfArn(resourceArn),
    after: ({ tags }) => ({ tags }),
    known: ({ resourceArn }) => tagsKnown(resourceArn),
  },
  UntagResource: {
    resource: ({ resourceArn }) => refOfArn(resourceArn),
    after: ({ tagKeys }) => ({ removedTagKeys: tagKeys }),
    known: ({ resourceArn }) => tagsKnown(resourceArn),
  },
};

/** What a write changes; the answer may tell what the input leaves open, such as a new id. */
export function resourceOf<Name extends WriteName>(
  action: Name,
  input: ActionInput<Name>,
  output?: ActionOutput<Name>,
): ResourceRef {
  const record: WriteRecord<Name> = RECORDS[action];
  return record.resource(input, output);
}

/** What a write makes of its resource, as far as input and answer tell, without secrets. */
export function afterOf<Name extends WriteName>(
  action: Name,
  input: ActionInput<Name>,
  output?: ActionOutput<Name>,
): Json {
  const record: WriteRecord<Name> = RECORDS[action];
  return withoutSecrets(record.after(input, output));
}

/** Where the cache may hold the former state, the fullest first. */
export function knownKeys<Name extends WriteName>(
  action: Name,
  input: ActionInput<Name>,
): readonly KnownKey[] {
  const record: WriteRecord<Name> = RECORDS[action];
  if (record.known !== undefined) return record.known(input);
  const { kind, key } = record.resource(input);
  const all = (value: unknown): unknown => value;
  switch (kind) {
    case 'PROVISIONING_TEMPLATE':
      return [
        { key: describeTemplate(key).key, pick: all },
        { key: KEYS.templateRow(key), pick: all },
      ];
    case 'CA_CERTIFICATE':
      return [
        { key: describeCACertificate(key).key, pick: stateOfCA },
        { key: KEYS.caCertificateRow(key), pick: all },
      ];
    case 'REGISTRATION_CODE':
    case 'BULK_OPERATION':
      return [];
  }
}

function tagsKnown(resourceArn: string | undefined): readonly KnownKey[] {
  const { key } = listTags(resourceArn ?? '', undefined);
  return [{ key, pick: (value) => ({ tags: (value as { tags?: unknown }).tags }) }];
}

/** A CA without what cannot change: its certificate is named by its id. */
function stateOfCA(value: unknown): unknown {
  const { certificateDescription = {}, registrationConfig } = value as {
    certificateDescription?: CACertificateDetail;
    registrationConfig?: unknown;
  };
  const { certificatePem: _, validity: _validity, ...rest } = certificateDescription;
  return { ...rest, registrationConfig: registrationConfig ?? null };
}
