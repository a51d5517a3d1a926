import { createHash } from 'node:crypto';
import { type ReadCertificate, readCertificate } from '../provisioning/x509.ts';
import { caCertificateArn, certificateArn, provisioningTemplateArn } from './arn.ts';
import type { ActionContext } from './contract.ts';
import { SeedError } from './seedError.ts';
import { numberedVersions, type SeedDocument, seedDocument } from './seedFormat.ts';
import { findIssuer, readSeedCAs, type SeedCA } from './seedIssuers.ts';
import { seedProblems } from './seedProblems.ts';
import { mergeTags, putTags } from './tagSet.ts';

/** Checks parsed JSON against the format and against AWS's rules. Throws SeedError. */
export function parseSeed(json: unknown): SeedDocument {
  const parsed = seedDocument.safeParse(json);
  if (!parsed.success) {
    throw new SeedError(
      parsed.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`),
    );
  }
  const problems = seedProblems(parsed.data);
  if (problems.length > 0) throw new SeedError(problems);
  return parsed.data;
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  return text === '' ? '(top level)' : text.replace(/^\./, '');
}

type SeedContext = Pick<ActionContext, 'account' | 'region' | 'nowMs' | 'state'>;

/**
 * Stages every record of a parsed seed, in order of creation dates. A realm that holds anything
 * already is left as it is, and the answer is false: what a user changed outlives a restart.
 */
export function applySeed(document: SeedDocument, context: SeedContext): boolean {
  if (!isEmpty(context.state)) return false;
  const { registrationCode } = document;
  if (registrationCode !== undefined) {
    context.state.registrationCode.put('current', { registrationCode });
  }
  for (const item of inOrder(document.templates, context)) putTemplate(item, context);
  for (const item of inOrder(document.caCertificates, context)) putCACertificate(item, context);
  const cas = readSeedCAs(document);
  for (const item of inOrder(document.certificates, context)) putCertificate(item, cas, context);
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

function putCACertificate(
  item: SeedDocument['caCertificates'][number],
  context: SeedContext,
): void {
  const certificate = requireReadable(item.certificatePem);
  const { certificateId } = certificate;
  const arn = caCertificateArn(context, certificateId);
  context.state.caCertificates.put(certificateId, {
    certificateId,
    certificateArn: arn,
    certificatePem: item.certificatePem,
    status: item.status,
    autoRegistrationStatus: item.autoRegistrationStatus,
    certificateMode: item.certificateMode,
    ...commonMembers(certificate, context),
    ...recordDates(item, context),
    subjectDigest: certificate.subjectDigest,
    ...(item.registrationConfig && { registrationConfig: item.registrationConfig }),
  });
  putTags(context.state, arn, tagList(item.tags));
}

function putCertificate(
  item: SeedDocument['certificates'][number],
  cas: readonly SeedCA[],
  context: SeedContext,
): void {
  const certificate = requireReadable(item.certificatePem);
  const issuer = findIssuer(item, certificate, cas);
  if (issuer.kind === 'problem') throw new SeedError([issuer.problem]);
  const { certificateId } = certificate;
  context.state.certificates.put(certificateId, {
    certificateId,
    certificateArn: certificateArn(context, certificateId),
    certificatePem: item.certificatePem,
    caCertificateId: issuer.ca.certificate.certificateId,
    status: item.status,
    certificateMode: issuer.ca.certificateMode,
    ...commonMembers(certificate, context),
    ...recordDates(item, context),
  });
}

function requireReadable(pem: string): ReadCertificate {
  const certificate = readCertificate(pem);
  if (certificate.kind === 'unreadable') throw new SeedError([certificate.message]);
  return certificate;
}

function commonMembers(certificate: ReadCertificate, context: SeedContext) {
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
