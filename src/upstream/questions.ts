import type {
  CACertificateDescription,
  CACertificate as CACertificateSummary,
  CertificateDescription,
  Certificate as CertificateSummary,
  DescribeProvisioningTemplateResponse,
  ProvisioningTemplateSummary,
  RegistrationConfig,
  Tag,
} from '@aws-sdk/client-iot';
import { GatewayError } from '../errors.ts';
import { type ActionName, PAGE_SIZE } from './actions.ts';
import type { KnowledgeCache, Known } from './cache.ts';
import type { Answer, Question } from './door.ts';
import type { Plain } from './plain.ts';

/** A template as ListProvisioningTemplates shows it. */
export type TemplateRow = Plain<ProvisioningTemplateSummary>;
/** A template with the body of its default version, as DescribeProvisioningTemplate shows it. */
export type TemplateDetail = Plain<DescribeProvisioningTemplateResponse>;
/** A CA as ListCACertificates shows it. */
export type CACertificateRow = Plain<CACertificateSummary>;
/** DescribeCACertificate answers the registration beside the description. */
export type CACertificateDetail = Plain<
  CACertificateDescription & { registrationConfig?: RegistrationConfig | undefined }
>;
/** A tag as ListTagsForResource shows it. */
export type TagRow = Plain<Tag>;
/** A device certificate as ListCertificatesByCA shows it. */
export type CertificateRow = Plain<CertificateSummary>;
/** A device certificate with its PEM, as DescribeCertificate shows it. */
export type CertificateDetail = Plain<CertificateDescription>;

/** What never changes of a CA: certificate ids are made from content, so one life has one of each. */
export type CACertificateConstants = Pick<
  CACertificateDetail,
  'validity' | 'certificatePem' | 'certificateMode'
>;

/** The template that a CA names, as a list or a detail showed it; null when it names none. */
export interface Edge {
  readonly templateName: string | null;
}

/** All CAs, or those that name a template. */
export interface CACertificateList {
  readonly templateName?: string | undefined;
  readonly ascendingOrder: boolean;
}

/** The device certificates that a CA signed. */
export interface CertificateList {
  readonly caCertificateId: string;
  readonly ascendingOrder: boolean;
}

/** Things that writes touch. */
export const THINGS = {
  template: (templateName: string) => `template/${templateName}`,
  templates: 'templates',
  /** From its creation to its deletion. */
  templateLife: (templateName: string) => `life/template/${templateName}`,
  /** Which versions a template has. */
  versions: (templateName: string) => `versions/of/${templateName}`,
  version: (templateName: string, versionId: number) => `version/${templateName}/${versionId}`,
  defaultVersion: (templateName: string) => `default-version/${templateName}`,
  /** By the last part of the ARN of what carries them. */
  tags: (resource: string) => `tags/${resource}`,
  caCertificate: (certificateId: string) => `ca/${certificateId}`,
  caCertificates: 'cas',
  caCertificatesOf: (templateName: string) => `cas/of/${templateName}`,
  certificate: (certificateId: string) => `certificate/${certificateId}`,
  registrationCode: 'registration-code',
} as const;

/**
 * Where the cache keeps what lists and details tell of single things: the newest of both. A row is
 * null once a Describe has said that the thing is gone.
 */
export const KEYS = {
  templateRow: (templateName: string) => `row/template/${templateName}`,
  versionRow: (templateName: string, versionId: number) =>
    `row/version/${templateName}/${versionId}`,
  /** A version's body never changes while its template lives. */
  versionBody: (templateArn: string, creationDate: string, versionId: number) =>
    `body/${templateArn}/${creationDate}/${versionId}`,
  caCertificateRow: (certificateId: string) => `row/ca/${certificateId}`,
  certificateRow: (certificateId: string) => `row/certificate/${certificateId}`,
  edge: (certificateId: string) => `edge/${certificateId}`,
  constants: (certificateArn: string, creationDate: string) =>
    `constants/${certificateArn}/${creationDate}`,
} as const;

/** A template with its body, by DescribeProvisioningTemplate. */
export function describeTemplate(templateName: string): Question<'DescribeProvisioningTemplate'> {
  const things = [THINGS.template(templateName)];
  return {
    action: 'DescribeProvisioningTemplate',
    input: { templateName },
    key: `detail/template/${templateName}`,
    things: () => things,
    learn({ value, ...when }, cache) {
      const row = value && {
        templateArn: value.templateArn,
        templateName: value.templateName,
        description: value.description,
        type: value.type,
        enabled: value.enabled,
        creationDate: value.creationDate,
        lastModifiedDate: value.lastModifiedDate,
      };
      cache.put(KEYS.templateRow(templateName), { ...when, value: row }, things);
      if (value === null) return;
      const { templateArn, creationDate, defaultVersionId, templateBody } = value;
      if (!templateArn || !creationDate || !defaultVersionId || templateBody === undefined) return;
      // The body of a template is that of its default version.
      const key = KEYS.versionBody(templateArn, creationDate, defaultVersionId);
      const version = THINGS.version(templateName, defaultVersionId);
      const madeFrom = [THINGS.templateLife(templateName), version];
      cache.put(key, { ...when, value: templateBody }, madeFrom);
    },
  };
}

/** A CA with its PEM and registration, by DescribeCACertificate. */
export function describeCACertificate(certificateId: string): Question<'DescribeCACertificate'> {
  const things = [THINGS.caCertificate(certificateId)];
  return {
    action: 'DescribeCACertificate',
    input: { certificateId },
    key: `detail/ca/${certificateId}`,
    things: () => things,
    learn(known, cache) {
      const detail = caCertificateDetail(known.value);
      const row = detail && {
        certificateArn: detail.certificateArn,
        certificateId: detail.certificateId,
        status: detail.status,
        creationDate: detail.creationDate,
      };
      const templateName = detail?.registrationConfig?.templateName ?? null;
      compareCACertificate(certificateId, { row, templateName }, known, cache);
      cache.put(KEYS.caCertificateRow(certificateId), { ...known, value: row }, things);
      if (detail === null) return;
      cache.put(KEYS.edge(certificateId), { ...known, value: { templateName } }, things);
      const { certificateArn, creationDate, validity, certificatePem, certificateMode } = detail;
      if (certificateArn === undefined || creationDate === undefined) return;
      const value = { validity, certificatePem, certificateMode };
      cache.put(KEYS.constants(certificateArn, creationDate), { ...known, value }, []);
    },
  };
}

/** Joins the two halves of an answer of DescribeCACertificate. */
export function caCertificateDetail(
  answer: Answer<'DescribeCACertificate'>,
): CACertificateDetail | null {
  if (answer === null) return null;
  const description = present(
    answer.certificateDescription,
    'certificateDescription',
    'DescribeCACertificate',
  );
  return { ...description, registrationConfig: answer.registrationConfig };
}

/** A device certificate with its PEM, by DescribeCertificate. */
export function describeCertificate(certificateId: string): Question<'DescribeCertificate'> {
  return {
    action: 'DescribeCertificate',
    input: { certificateId },
    key: `detail/certificate/${certificateId}`,
    things: () => [THINGS.certificate(certificateId)],
    learn({ value, ...when }, cache) {
      const detail = value?.certificateDescription;
      const row = detail && {
        certificateArn: detail.certificateArn,
        certificateId: detail.certificateId,
        status: detail.status,
        certificateMode: detail.certificateMode,
        creationDate: detail.creationDate,
      };
      const things = [THINGS.certificate(certificateId)];
      cache.put(KEYS.certificateRow(certificateId), { ...when, value: row ?? null }, things);
    },
  };
}

/** A page of all templates, by ListProvisioningTemplates. */
export function listTemplates(token: string | undefined): Question<'ListProvisioningTemplates'> {
  return {
    action: 'ListProvisioningTemplates',
    input: { maxResults: PAGE_SIZE, nextToken: token },
    key: `list/templates/${token ?? ''}`,
    things: (answer) => [
      THINGS.templates,
      ...templateRows(answer).map((row) => THINGS.template(nameOf(row))),
    ],
    learn(known, cache) {
      for (const row of templateRows(known.value)) {
        const name = nameOf(row);
        cache.put(KEYS.templateRow(name), { ...known, value: row }, [THINGS.template(name)]);
      }
    },
  };
}

/** A page of all CAs, or of those that name a template, by ListCACertificates. */
export function listCACertificates(
  list: CACertificateList,
  token: string | undefined,
): Question<'ListCACertificates'> {
  const { templateName, ascendingOrder } = list;
  const whole =
    templateName === undefined ? THINGS.caCertificates : THINGS.caCertificatesOf(templateName);
  return {
    action: 'ListCACertificates',
    input: { pageSize: PAGE_SIZE, marker: token, templateName, ascendingOrder },
    key: `list/cas/${templateName ?? ''}/${ascendingOrder}/${token ?? ''}`,
    things: (answer) => [
      whole,
      ...caCertificateRows(answer).map((row) => THINGS.caCertificate(caIdOf(row))),
    ],
    learn(known, cache) {
      for (const row of caCertificateRows(known.value)) {
        learnCACertificateRow(row, templateName, known, cache);
      }
    },
  };
}

/**
 * Where a CA is another than it was known to be, or was shown by a later call, the earlier pages that
 * show it are of another time: beside what is known now they would make a CA that never was.
 */
function compareCACertificate(
  certificateId: string,
  { row, templateName }: { row: CACertificateRow | null; templateName: string | null | undefined },
  { call }: Known<unknown>,
  cache: KnowledgeCache,
): void {
  const before = cache.get<CACertificateRow | null>(KEYS.caCertificateRow(certificateId));
  const edge = cache.get<Edge>(KEYS.edge(certificateId));
  const isOther =
    before !== undefined &&
    (before.value?.status !== row?.status || before.value?.creationDate !== row?.creationDate);
  const hasMoved =
    edge !== undefined && templateName !== undefined && edge.value.templateName !== templateName;
  if (!isOther && !hasMoved) return;
  const latest = Math.max(call, before?.call ?? 0, edge?.call ?? 0);
  cache.changed(THINGS.caCertificate(certificateId), latest);
  for (const name of hasMoved ? [templateName, edge.value.templateName] : [])
    if (typeof name === 'string') cache.changed(THINGS.caCertificatesOf(name), latest);
}

function learnCACertificateRow(
  row: CACertificateRow,
  templateName: string | undefined,
  known: Known<unknown>,
  cache: KnowledgeCache,
): void {
  const id = caIdOf(row);
  const things = [THINGS.caCertificate(id)];
  compareCACertificate(id, { row, templateName }, known, cache);
  cache.put(KEYS.caCertificateRow(id), { ...known, value: row }, things);
  if (templateName !== undefined) {
    cache.put(KEYS.edge(id), { ...known, value: { templateName } }, things);
  }
}

/** A page of the device certificates that a CA signed, by ListCertificatesByCA. */
export function listCertificatesByCA(
  list: CertificateList,
  token: string | undefined,
): Question<'ListCertificatesByCA'> {
  return {
    action: 'ListCertificatesByCA',
    input: { ...list, pageSize: PAGE_SIZE, marker: token },
    key: `list/certificates/${list.caCertificateId}/${list.ascendingOrder}/${token ?? ''}`,
    things: (answer) =>
      certificateRows(answer).map((row) => THINGS.certificate(certificateIdOf(row))),
    learn(known, cache) {
      for (const row of certificateRows(known.value)) {
        const id = certificateIdOf(row);
        cache.put(KEYS.certificateRow(id), { ...known, value: row }, [THINGS.certificate(id)]);
      }
    },
  };
}

/** The account's registration code, by GetRegistrationCode, which makes one where there is none. */
export function getRegistrationCode(): Question<'GetRegistrationCode'> {
  return {
    action: 'GetRegistrationCode',
    input: {},
    key: 'registration-code',
    things: () => [THINGS.registrationCode],
  };
}

/** The last part of an ARN: `cacert/ID`, `provisioningtemplate/NAME`. */
export function resourceOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

/** A page of the tags of a resource, given its ARN, by ListTagsForResource; AWS decides how many are on one. */
export function listTags(
  resourceArn: string,
  token: string | undefined,
): Question<'ListTagsForResource'> {
  const resource = resourceOf(resourceArn);
  return {
    action: 'ListTagsForResource',
    input: { resourceArn, nextToken: token },
    key: `tags/${resource}/${token ?? ''}`,
    things: () => [THINGS.tags(resource)],
  };
}

/** The tags of a page; throws RESOURCE_NOT_FOUND when what they stand on is gone. */
export function tagsOf(
  answer: Answer<'ListTagsForResource'>,
  resourceArn: string,
): readonly TagRow[] {
  // AWS may leave the list out where there are no tags: its model makes every member optional.
  if (answer !== null) return answer.tags ?? [];
  const message = `${resourceOf(resourceArn)} is gone: it was deleted while it was read.`;
  throw new GatewayError('RESOURCE_NOT_FOUND', message);
}

// AWS's model makes every member optional. Without these there is no list or thing to speak of, and
// an answer that lacks them must not pass for an empty list: all of them throw UPSTREAM_PROTOCOL then.

/** The templates of a page. */
export const templateRows = (answer: Answer<'ListProvisioningTemplates'>): readonly TemplateRow[] =>
  present(answer?.templates, 'templates', 'ListProvisioningTemplates');

/** The name of a template. */
export const nameOf = (row: TemplateRow): string =>
  present(row.templateName, 'templateName', 'ListProvisioningTemplates');

/** The CAs of a page. */
export const caCertificateRows = (
  answer: Answer<'ListCACertificates'>,
): readonly CACertificateRow[] =>
  present(answer?.certificates, 'certificates', 'ListCACertificates');

/** The id of a CA. */
export const caIdOf = (row: CACertificateRow): string =>
  present(row.certificateId, 'certificateId', 'ListCACertificates');

/** The device certificates of a page. */
export const certificateRows = (
  answer: Answer<'ListCertificatesByCA'>,
): readonly CertificateRow[] =>
  present(answer?.certificates, 'certificates', 'ListCertificatesByCA');

/** The id of a device certificate. */
export const certificateIdOf = (row: CertificateRow): string =>
  present(row.certificateId, 'certificateId', 'ListCertificatesByCA');

/** A member that an answer cannot do without. Throws UPSTREAM_PROTOCOL when AWS left it out. */
export function present<Value>(
  value: Value | undefined,
  member: string,
  action: ActionName,
): Value {
  if (value !== undefined) return value;
  throw new GatewayError('UPSTREAM_PROTOCOL', `The answer of AWS IoT lacks ${member}.`, { action });
}
