import { createHash } from 'node:crypto';
import type { CertificateOutline } from '../provisioning/x509.ts';
import { caCertificateArn, certificateArn, provisioningTemplateArn } from './arn.ts';
import type { ActionContext } from './contract.ts';
import type { SeedDocument } from './parseSeed.ts';
import {
  type KnownOutlines,
  namedIssuers,
  readOutlines,
  type SeedCA,
  type SeedCertificate,
  signersOf,
} from './seedIssuers.ts';
import { mergeTags, putTags } from './tagSet.ts';

type SeedContext = Pick<ActionContext, 'account' | 'region' | 'nowMs' | 'state'>;

/**
 * Stages every record of a seed that was found sound, in order of creation dates. A realm that holds
 * anything already is left as it is, and the answer is false: what a user changed outlives a restart.
 */
export function applySeed(
  document: SeedDocument,
  context: SeedContext,
  known?: KnownOutlines,
): boolean {
  if (!isEmpty(context.state)) return false;
  const { registrationCode } = document;
  if (registrationCode !== undefined) {
    context.state.registrationCode.put('current', { registrationCode });
  }
  for (const item of inOrder(document.templates, context)) putTemplate(item, context);
  const cas = readOutlines(document.caCertificates, known);
  for (const ca of inOrder(cas, context)) putCACertificate(ca, context);
  const certificates = readOutlines(document.certificates, known);
  for (const item of inOrder(certificates, context)) putCertificate(item, cas, context);
  return true;
}

function isEmpty(state: SeedContext['state']): boolean {
  const one = { ascending: true, limit: 1 };
  return [state.templates, state.caCertificates, state.certificates, state.registrationCode].every(
    (collection) => collection.list(one).length === 0,
  );
}

function inOrder<Item extends { readonly creationDate?: Date | undefined }>(
  items: readonly Item[],
  context: SeedContext,
): Item[] {
  const dateMs = (item: Item): number => item.creationDate?.getTime() ?? context.nowMs;
  return [...items].sort((a, b) => dateMs(a) - dateMs(b));
}

function putTemplate(item: SeedDocument['templates'][number], context: SeedContext): void {
  const templateArn = provisioningTemplateArn(context, item.templateName);
  const dates = recordDates(item, context);
  const versions = numberedVersions(item.versions).map((version) => ({
    versionId: version.versionId,
    templateBody: version.templateBody,
    creationDateMs: version.creationDate?.getTime() ?? dates.creationDateMs,
  }));
  const newestVersionId = versions.at(-1)?.versionId ?? 1;
  const { description, preProvisioningHook: hook } = item;
  context.state.templates.put(item.templateName, {
    templateName: item.templateName,
    templateArn,
    ...(description && { description }),
    type: item.type,
    enabled: item.enabled,
    provisioningRoleArn: item.provisioningRoleArn,
    ...(hook && { preProvisioningHook: hook }),
    ...dates,
    defaultVersionId: item.defaultVersionId ?? newestVersionId,
    nextVersionId: newestVersionId + 1,
    versions,
  });
  putTags(context.state, templateArn, tagList(item.tags));
}

function putCACertificate(item: SeedCA, context: SeedContext): void {
  const { certificateId, subjectDigest } = item.outline;
  const arn = caCertificateArn(context, certificateId);
  context.state.caCertificates.put(certificateId, {
    certificateId,
    certificateArn: arn,
    certificatePem: item.certificatePem,
    status: item.status,
    autoRegistrationStatus: item.autoRegistrationStatus,
    certificateMode: item.certificateMode,
    ...commonMembers(item.outline, context),
    ...recordDates(item, context),
    subjectDigest,
    ...(item.registrationConfig && { registrationConfig: item.registrationConfig }),
  });
  putTags(context.state, arn, tagList(item.tags));
}

function putCertificate(item: SeedCertificate, cas: readonly SeedCA[], context: SeedContext): void {
  const { certificateId } = item.outline;
  const issuer = issuerOf(item, cas);
  context.state.certificates.put(certificateId, {
    certificateId,
    certificateArn: certificateArn(context, certificateId),
    certificatePem: item.certificatePem,
    caCertificateId: issuer.outline.certificateId,
    status: item.status,
    certificateMode: issuer.certificateMode,
    ...commonMembers(item.outline, context),
    ...recordDates(item, context),
  });
}

/** One CA signed it, as the seed is sound: only where several have its name, the keys must tell. */
function issuerOf(item: SeedCertificate, cas: readonly SeedCA[]): SeedCA {
  const named = namedIssuers(item, cas);
  const [issuer] = named.length > 1 ? signersOf(item, cas) : named;
  if (issuer === undefined) throw new TypeError('a seed was applied that is not sound');
  return issuer;
}

function commonMembers(certificate: CertificateOutline, context: SeedContext) {
  return {
    ownedBy: context.account,
    customerVersion: 1,
    generationId: uuidFrom(certificate.certificateId),
    notBeforeMs: certificate.notBeforeMs,
    notAfterMs: certificate.notAfterMs,
  };
}

function recordDates(
  item: {
    readonly creationDate?: Date | undefined;
    readonly lastModifiedDate?: Date | undefined;
  },
  context: SeedContext,
): { readonly creationDateMs: number; readonly lastModifiedDateMs: number } {
  const creationDateMs = item.creationDate?.getTime() ?? context.nowMs;
  return { creationDateMs, lastModifiedDateMs: item.lastModifiedDate?.getTime() ?? creationDateMs };
}

function tagList(map: Readonly<Record<string, string>>) {
  return mergeTags(
    [],
    Object.entries(map).map(([Key, Value]) => ({ Key, Value })),
  );
}

/** A UUID that is the same at every start. */
function uuidFrom(text: string): string {
  const hex = createHash('sha256').update(`generation ${text}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Gives each version its id: the one it names, else one more than the version before. */
export function numberedVersions<Version extends { readonly versionId?: number | undefined }>(
  versions: readonly Version[],
): (Version & { readonly versionId: number })[] {
  let previousId = 0;
  return versions.map((version) => {
    previousId = version.versionId ?? previousId + 1;
    return { ...version, versionId: previousId };
  });
}
