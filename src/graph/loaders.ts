import type { CACertificate, Certificate, ProvisioningTemplateSummary } from '@aws-sdk/client-iot';
import DataLoader from 'dataloader';
import { GatewayError } from '../errors.ts';
import { type ActionName, PAGE_SIZE } from '../upstream/actions.ts';
import type { CallScope, Upstream } from '../upstream/upstream.ts';
import type { ListPage } from './connection.ts';
import type { CACertificateEntity, CertificateEntity, TemplateEntity } from './entities.ts';
import { type Described, EntityLoader, PageLoader } from './entityLoader.ts';

/**
 * All that one operation knows and asks. Equal keys cost one call however they are reached, and
 * a thing seen in a list, through its parent or by its id is one and the same entity.
 */
export interface Loaders {
  readonly templates: EntityLoader<TemplateEntity>;
  readonly caCertificates: EntityLoader<CACertificateEntity>;
  readonly certificates: EntityLoader<CertificateEntity>;
  templatePage(token: string | undefined): Promise<ListPage<TemplateEntity>>;
  caCertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): Promise<ListPage<CACertificateEntity>>;
  certificatePage(
    list: CertificateList,
    token: string | undefined,
  ): Promise<ListPage<CertificateEntity>>;
  registrationCode(): Promise<string | null>;
  /** After a write to templates: what was read before no longer counts. */
  forgetTemplate(templateName: string): void;
  /** After a write to CA certificates: what was read before no longer counts. */
  forgetCACertificate(certificateId: string): void;
}

export interface CACertificateList {
  readonly templateName?: string | undefined;
  readonly ascendingOrder: boolean;
}

export interface CertificateList {
  readonly caCertificateId: string;
  readonly ascendingOrder: boolean;
}

interface Source {
  readonly upstream: Upstream;
  readonly scope: CallScope;
  readonly onDeduplicated: () => void;
}

/** The loaders of one operation; a new operation starts with new ones. */
export function createLoaders(upstream: Upstream, scope: CallScope): Loaders {
  const source: Source = {
    upstream,
    scope,
    onDeduplicated: () => scope.receipts.wasDeduplicated(),
  };
  const templates = templateLoader(source);
  const caCertificates = caCertificateLoader(source);
  const certificates = certificateLoader(source);
  const templatePages = templatePageLoader(source, templates);
  const caCertificatePages = caCertificatePageLoader(source, caCertificates);
  const certificatePages = certificatePageLoader(source, certificates);
  const registrationCodes = new DataLoader<'current', string | null>(async () => {
    const answer = await upstream.call('GetRegistrationCode', {}, scope);
    return [answer.registrationCode ?? null];
  });
  return {
    templates,
    caCertificates,
    certificates,
    templatePage: (token) => templatePages.load(null, token),
    caCertificatePage: (list, token) => caCertificatePages.load(list, token),
    certificatePage: (list, token) => certificatePages.load(list, token),
    registrationCode: () => registrationCodes.load('current'),
    forgetTemplate(templateName) {
      templates.forget(templateName);
      templatePages.forgetAll();
    },
    forgetCACertificate(certificateId) {
      caCertificates.forget(certificateId);
      caCertificatePages.forgetAll();
    },
  };
}

function templateLoader({ upstream, scope, onDeduplicated }: Source): EntityLoader<TemplateEntity> {
  return new EntityLoader<TemplateEntity>({
    onDeduplicated,
    create: (templateName, templateArn) => ({
      kind: 'ProvisioningTemplate',
      templateName,
      templateArn,
    }),
    async describe(templateName): Promise<Described<TemplateEntity>> {
      const detail = await upstream.call('DescribeProvisioningTemplate', { templateName }, scope);
      const arn = present(detail.templateArn, 'templateArn', 'DescribeProvisioningTemplate');
      return { arn, row: detail, detail };
    },
  });
}

function caCertificateLoader({
  upstream,
  scope,
  onDeduplicated,
}: Source): EntityLoader<CACertificateEntity> {
  return new EntityLoader<CACertificateEntity>({
    onDeduplicated,
    create: (certificateId, certificateArn) => ({
      kind: 'CACertificate',
      certificateId,
      certificateArn,
    }),
    async describe(certificateId): Promise<Described<CACertificateEntity>> {
      const action = 'DescribeCACertificate';
      const answer = await upstream.call(action, { certificateId }, scope);
      const description = present(answer.certificateDescription, 'certificateDescription', action);
      const arn = present(description.certificateArn, 'certificateArn', action);
      const detail = { ...description, registrationConfig: answer.registrationConfig };
      return { arn, row: description, detail };
    },
  });
}

function certificateLoader({
  upstream,
  scope,
  onDeduplicated,
}: Source): EntityLoader<CertificateEntity> {
  return new EntityLoader<CertificateEntity>({
    onDeduplicated,
    create: (certificateId, certificateArn) => ({
      kind: 'Certificate',
      certificateId,
      certificateArn,
    }),
    async describe(certificateId): Promise<Described<CertificateEntity>> {
      const action = 'DescribeCertificate';
      const answer = await upstream.call(action, { certificateId }, scope);
      const detail = present(answer.certificateDescription, 'certificateDescription', action);
      return { arn: present(detail.certificateArn, 'certificateArn', action), row: detail, detail };
    },
  });
}

function templatePageLoader(
  { upstream, scope, onDeduplicated }: Source,
  templates: EntityLoader<TemplateEntity>,
): PageLoader<null, TemplateEntity> {
  const action = 'ListProvisioningTemplates';
  const toEntity = (row: ProvisioningTemplateSummary): TemplateEntity =>
    templates.fromRow(
      present(row.templateName, 'templateName', action),
      present(row.templateArn, 'templateArn', action),
      row,
    );
  return new PageLoader({
    onDeduplicated,
    async fetch({ token }): Promise<ListPage<TemplateEntity>> {
      const input = { maxResults: PAGE_SIZE, nextToken: token };
      const answer = await upstream.call(action, input, scope);
      const rows = present(answer.templates, 'templates', action);
      return { items: rows.map(toEntity), nextToken: answer.nextToken || undefined };
    },
  });
}

function caCertificatePageLoader(
  { upstream, scope, onDeduplicated }: Source,
  caCertificates: EntityLoader<CACertificateEntity>,
): PageLoader<CACertificateList, CACertificateEntity> {
  const action = 'ListCACertificates';
  const toEntity = (row: CACertificate, templateName: string | undefined): CACertificateEntity => {
    const entity = caCertificates.fromRow(
      present(row.certificateId, 'certificateId', action),
      present(row.certificateArn, 'certificateArn', action),
      row,
    );
    if (templateName !== undefined) entity.listedUnder = templateName;
    return entity;
  };
  return new PageLoader({
    onDeduplicated,
    async fetch({ list, token }): Promise<ListPage<CACertificateEntity>> {
      const input = { ...list, pageSize: PAGE_SIZE, marker: token };
      const answer = await upstream.call(action, input, scope);
      const rows = present(answer.certificates, 'certificates', action);
      return {
        items: rows.map((row) => toEntity(row, list.templateName)),
        nextToken: answer.nextMarker || undefined,
      };
    },
  });
}

function certificatePageLoader(
  { upstream, scope, onDeduplicated }: Source,
  certificates: EntityLoader<CertificateEntity>,
): PageLoader<CertificateList, CertificateEntity> {
  const action = 'ListCertificatesByCA';
  const toEntity = (row: Certificate, caCertificateId: string): CertificateEntity => {
    const entity = certificates.fromRow(
      present(row.certificateId, 'certificateId', action),
      present(row.certificateArn, 'certificateArn', action),
      row,
    );
    entity.listedUnder = caCertificateId;
    return entity;
  };
  return new PageLoader({
    onDeduplicated,
    async fetch({ list, token }): Promise<ListPage<CertificateEntity>> {
      const input = { ...list, pageSize: PAGE_SIZE, marker: token };
      const answer = await upstream.call(action, input, scope);
      const rows = present(answer.certificates, 'certificates', action);
      return {
        items: rows.map((row) => toEntity(row, list.caCertificateId)),
        nextToken: answer.nextMarker || undefined,
      };
    },
  });
}

/** AWS's model makes every member optional; without these there is no thing to speak of. */
function present<T>(value: T | undefined, member: string, action: ActionName): T {
  if (value !== undefined) return value;
  throw new GatewayError('UPSTREAM_PROTOCOL', `The answer of AWS IoT lacks ${member}.`, { action });
}
