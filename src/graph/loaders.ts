import DataLoader from 'dataloader';
import {
  type CACertificateList,
  type CACertificateRow,
  type CertificateList,
  type CertificateRow,
  caCertificateRows,
  caIdOf,
  certificateIdOf,
  certificateRows,
  type Edge,
  getRegistrationCode,
  KEYS,
  listCACertificates,
  listCertificatesByCA,
  listTags,
  listTemplates,
  nameOf,
  present,
  type TagRow,
  type TemplateRow,
  tagsOf,
  templateRows,
} from '../upstream/questions.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import {
  listVersions,
  type VersionRow,
  versionIdOf,
  versionKey,
  versionRows,
} from '../upstream/versionQuestions.ts';
import type {
  CACertificateEntity,
  CertificateEntity,
  TemplateEntity,
  VersionEntity,
} from './entities.ts';
import type { EntityLoader } from './entityLoader.ts';
import { EntityLoaders, known } from './entityLoaders.ts';
import type { ListPage } from './listPages.ts';
import { allRows, Pages } from './pages.ts';

/**
 * All that one operation knows and asks. Equal keys cost one call however they are reached, and
 * a thing seen in a list, through its parent or by its id is one and the same entity.
 */
export interface Loaders {
  readonly templates: EntityLoader<TemplateEntity>;
  /** By `NAME/ID`. */
  readonly versions: EntityLoader<VersionEntity>;
  readonly caCertificates: EntityLoader<CACertificateEntity>;
  readonly certificates: EntityLoader<CertificateEntity>;
  templatePage(token: string | undefined): Promise<ListPage<TemplateRow>>;
  templateOfRow(row: TemplateRow): TemplateEntity;
  versionPage(templateName: string, token: string | undefined): Promise<ListPage<VersionRow>>;
  versionOfRow(row: VersionRow, template: TemplateEntity): VersionEntity;
  /** All tags of a resource, by its ARN; throws RESOURCE_NOT_FOUND when the resource is gone. */
  tags(resourceArn: string): Promise<readonly TagRow[]>;
  caCertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): Promise<ListPage<CACertificateRow>>;
  caCertificateOfRow(row: CACertificateRow, list: CACertificateList): CACertificateEntity;
  certificatePage(
    list: CertificateList,
    token: string | undefined,
  ): Promise<ListPage<CertificateRow>>;
  certificateOfRow(row: CertificateRow, list: CertificateList): CertificateEntity;
  registrationCode(): Promise<string | null>;
  /** Which template a CA names; all that are asked for in one tick are found out together. */
  edge(caCertificate: CACertificateEntity, wantsRow: boolean): Edge | Promise<Edge>;
  /** Whether a CA can name a template at all, by its type. */
  canBeNamed(type: string | undefined, templateName: string): boolean;
  /** After a write to templates: what was read before no longer counts. */
  forgetTemplate(templateName: string): void;
  /** After a write to CA certificates: what was read before no longer counts. */
  forgetCACertificate(certificateId: string): void;
  /** After a write to tags. */
  forgetTags(): void;
  forgetRegistrationCode(): void;
}

/** The loaders of one operation; a new operation starts with new ones. */
export function createLoaders(upstream: Upstream, scope: CallScope): Loaders {
  const { door, edges } = upstream;
  const entities = new EntityLoaders(upstream, scope);
  const pages = new Pages(door, scope);
  let edgeLoader: ReturnType<typeof edgeLoaderOf> | undefined;
  return {
    get templates() {
      return entities.templates;
    },
    get versions() {
      return entities.versions;
    },
    get caCertificates() {
      return entities.caCertificates;
    },
    get certificates() {
      return entities.certificates;
    },
    ...listsOf(pages, entities),
    tags: (resourceArn) =>
      allRows(async (token) => {
        const { value } = await pages.read(listTags(resourceArn, token));
        return { rows: tagsOf(value, resourceArn), nextToken: value?.nextToken || undefined };
      }),
    async registrationCode() {
      const { value } = await pages.read(getRegistrationCode());
      return value?.registrationCode ?? null;
    },
    edge({ certificateId, detail }, wantsRow) {
      if (detail) return { templateName: detail.registrationConfig?.templateName ?? null };
      const edge = known<Edge>(door, scope, 'DescribeCACertificate', KEYS.edge(certificateId));
      if (edge) return edge;
      edgeLoader ??= edgeLoaderOf(edges, scope);
      return edgeLoader.load({ id: certificateId, wantsRow });
    },
    canBeNamed: (type, templateName) => edges.canBeNamed(type, templateName),
    forgetTemplate(templateName) {
      pages.forget();
      entities.templates.forget(templateName);
      entities.versions.forgetAll();
    },
    forgetCACertificate(certificateId) {
      pages.forget();
      entities.caCertificates.forget(certificateId);
      edgeLoader?.clear({ id: certificateId, wantsRow: false });
    },
    forgetTags: () => pages.forget(),
    forgetRegistrationCode: () => pages.forget(),
  };
}

/** The pages of lists, and what their rows show. */
function listsOf(
  pages: Pages,
  entities: EntityLoaders,
): Pick<Loaders, `${'template' | 'version' | 'caCertificate' | 'certificate'}${'Page' | 'OfRow'}`> {
  return {
    async templatePage(token) {
      const { value } = await pages.read(listTemplates(token));
      return { rows: templateRows(value), nextToken: value?.nextToken || undefined };
    },
    templateOfRow(row) {
      const arn = present(row.templateArn, 'templateArn', 'ListProvisioningTemplates');
      return entities.templates.fromRow(nameOf(row), arn, row);
    },
    async versionPage(templateName, token) {
      const { value } = await pages.read(listVersions(templateName, token));
      return { rows: versionRows(value, templateName), nextToken: value?.nextToken || undefined };
    },
    versionOfRow(row, { templateName, templateArn, row: template }) {
      const key = versionKey(templateName, versionIdOf(row));
      const entity = entities.versions.fromRow(key, templateArn, row);
      const { creationDate } = template ?? {};
      if (creationDate !== undefined) entity.life ??= { templateArn, creationDate };
      return entity;
    },
    async caCertificatePage(list, token) {
      const { value } = await pages.read(listCACertificates(list, token));
      return { rows: caCertificateRows(value), nextToken: value?.nextMarker || undefined };
    },
    caCertificateOfRow(row, { templateName }) {
      const arn = present(row.certificateArn, 'certificateArn', 'ListCACertificates');
      const entity = entities.caCertificates.fromRow(caIdOf(row), arn, row);
      if (templateName !== undefined) entity.edge ??= { templateName };
      return entity;
    },
    async certificatePage(list, token) {
      const { value } = await pages.read(listCertificatesByCA(list, token));
      return { rows: certificateRows(value), nextToken: value?.nextMarker || undefined };
    },
    certificateOfRow(row, { caCertificateId }) {
      const arn = present(row.certificateArn, 'certificateArn', 'ListCertificatesByCA');
      const entity = entities.certificates.fromRow(certificateIdOf(row), arn, row);
      entity.listedUnder = caCertificateId;
      return entity;
    },
  };
}

/** The edges asked for in one tick, found out together. */
function edgeLoaderOf(edges: Upstream['edges'], scope: CallScope) {
  return new DataLoader<{ id: string; wantsRow: boolean }, Edge, string>(
    async (keys) => {
      const ids = keys.map(({ id }) => id);
      const found = await edges.find(
        ids,
        keys.some(({ wantsRow }) => wantsRow),
        scope,
      );
      return ids.map((id) => found.get(id) ?? { templateName: null });
    },
    { cacheKeyFn: ({ id }) => id },
  );
}
