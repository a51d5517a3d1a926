import DataLoader from 'dataloader';
import type { GatewayError } from '../errors.ts';
import type { ResourceRef } from '../journal/writeRecords.ts';
import type { ReadName } from '../upstream/actions.ts';
import type { Known } from '../upstream/cache.ts';
import type { Answer, Door, Question } from '../upstream/door.ts';
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
  /** The page where it is held and young enough. */
  heldTemplatePage(token: string | undefined): ListPage<TemplateRow> | undefined;
  /** The page where it was known before the operation began, and so those of other lists below. */
  knownTemplatePage(token: string | undefined): ListPage<TemplateRow> | undefined;
  templateOfRow(row: TemplateRow): TemplateEntity;
  versionPage(templateName: string, token: string | undefined): Promise<ListPage<VersionRow>>;
  versionOfRow(row: VersionRow, template: TemplateEntity): VersionEntity;
  /** All tags of a resource, by its ARN; throws RESOURCE_NOT_FOUND when the resource is gone. */
  tags(resourceArn: string): Promise<readonly TagRow[]>;
  caCertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): Promise<ListPage<CACertificateRow>>;
  heldCACertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): ListPage<CACertificateRow> | undefined;
  knownCACertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): ListPage<CACertificateRow> | undefined;
  caCertificateOfRow(row: CACertificateRow, list: CACertificateList): CACertificateEntity;
  certificatePage(
    list: CertificateList,
    token: string | undefined,
  ): Promise<ListPage<CertificateRow>>;
  knownCertificatePage(
    list: CertificateList,
    token: string | undefined,
  ): ListPage<CertificateRow> | undefined;
  certificateOfRow(row: CertificateRow, list: CertificateList): CertificateEntity;
  registrationCode(): Promise<string | null>;
  /** Which template a CA names; all that are asked for in one tick are found out together. */
  edge(caCertificate: CACertificateEntity, wantsRow: boolean): Edge | Promise<Edge>;
  /** Which template a CA names, where that is known. */
  knownEdge(caCertificate: CACertificateEntity): Edge | undefined;
  /** Whether a CA can name a template at all, by its type. */
  canBeNamed(type: string | undefined, templateName: string): boolean;
  /** After a write to a resource: what was read of it before, and of any list, no longer counts. */
  forget(resource: ResourceRef): void;
}

/** The loaders of one operation; a new operation starts with new ones. */
export function createLoaders(upstream: Upstream, scope: CallScope): Loaders {
  return new OperationLoaders(upstream, scope);
}

/** The pages of lists, and what their rows show. */
class ListLoaders {
  protected readonly entities: EntityLoaders;
  protected readonly pages: Pages;
  readonly #door: Door;
  readonly #scope: CallScope;
  #refusals: ReturnType<typeof refusalLoaderOf> | undefined;

  constructor(upstream: Upstream, scope: CallScope) {
    this.entities = new EntityLoaders(upstream, scope);
    this.pages = new Pages(upstream.door, scope);
    this.#door = upstream.door;
    this.#scope = scope;
  }

  /**
   * A page of a list that each of many things has. Those asked for in one tick depart together, or none
   * does: rejects with UPSTREAM_THROTTLED or OPERATION_TOO_COSTLY where they cannot all be read in time.
   */
  protected async pageOfOne<Name extends ReadName>(
    question: Question<Name>,
  ): Promise<Known<Answer<Name>>> {
    const kept = this.#door.cache.get(question.key);
    if (kept === undefined || !this.#door.isFresh(question.action, kept, this.#scope)) {
      this.#refusals ??= refusalLoaderOf(this.#door, this.#scope);
      const refused = await this.#refusals.load(question);
      if (refused !== null) {
        const stale = this.#door.stale<Answer<Name>>(question, this.#scope);
        if (stale === undefined) throw refused;
        return stale;
      }
    }
    return this.pages.read(question);
  }

  async templatePage(token: string | undefined): Promise<ListPage<TemplateRow>> {
    const { value } = await this.pages.read(listTemplates(token));
    return pageOfTemplates(value);
  }

  heldTemplatePage(token: string | undefined): ListPage<TemplateRow> | undefined {
    const value = this.pages.held(listTemplates(token));
    return value === undefined ? undefined : pageOfTemplates(value);
  }

  knownTemplatePage(token: string | undefined): ListPage<TemplateRow> | undefined {
    const value = this.pages.known(listTemplates(token));
    return value === undefined ? undefined : pageOfTemplates(value);
  }

  templateOfRow(row: TemplateRow): TemplateEntity {
    const arn = present(row.templateArn, 'templateArn', 'ListProvisioningTemplates');
    return this.entities.templates.fromRow(nameOf(row), arn, row);
  }

  async versionPage(
    templateName: string,
    token: string | undefined,
  ): Promise<ListPage<VersionRow>> {
    const { value } = await this.pageOfOne(listVersions(templateName, token));
    return { rows: versionRows(value, templateName), nextToken: value?.nextToken || undefined };
  }

  versionOfRow(
    row: VersionRow,
    { templateName, templateArn, row: template }: TemplateEntity,
  ): VersionEntity {
    const key = versionKey(templateName, versionIdOf(row));
    const entity = this.entities.versions.fromRow(key, templateArn, row);
    const { creationDate } = template ?? {};
    if (creationDate !== undefined) entity.life ??= { templateArn, creationDate };
    return entity;
  }

  async caCertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): Promise<ListPage<CACertificateRow>> {
    const { value } = await this.pageOfOne(listCACertificates(list, token));
    return pageOfCACertificates(value);
  }

  heldCACertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): ListPage<CACertificateRow> | undefined {
    const value = this.pages.held(listCACertificates(list, token));
    return value === undefined ? undefined : pageOfCACertificates(value);
  }

  knownCACertificatePage(
    list: CACertificateList,
    token: string | undefined,
  ): ListPage<CACertificateRow> | undefined {
    const value = this.pages.known(listCACertificates(list, token));
    return value === undefined ? undefined : pageOfCACertificates(value);
  }

  caCertificateOfRow(
    row: CACertificateRow,
    { templateName }: CACertificateList,
  ): CACertificateEntity {
    const arn = present(row.certificateArn, 'certificateArn', 'ListCACertificates');
    const entity = this.entities.caCertificates.fromRow(caIdOf(row), arn, row);
    if (templateName !== undefined) entity.edge ??= { templateName };
    return entity;
  }

  async certificatePage(
    list: CertificateList,
    token: string | undefined,
  ): Promise<ListPage<CertificateRow>> {
    const { value } = await this.pageOfOne(listCertificatesByCA(list, token));
    return pageOfCertificates(value);
  }

  knownCertificatePage(
    list: CertificateList,
    token: string | undefined,
  ): ListPage<CertificateRow> | undefined {
    const value = this.pages.known(listCertificatesByCA(list, token));
    return value === undefined ? undefined : pageOfCertificates(value);
  }

  certificateOfRow(row: CertificateRow, { caCertificateId }: CertificateList): CertificateEntity {
    const arn = present(row.certificateArn, 'certificateArn', 'ListCertificatesByCA');
    const entity = this.entities.certificates.fromRow(certificateIdOf(row), arn, row);
    entity.listedUnder = caCertificateId;
    return entity;
  }
}

function pageOfTemplates(answer: Answer<'ListProvisioningTemplates'>): ListPage<TemplateRow> {
  return { rows: templateRows(answer), nextToken: answer?.nextToken || undefined };
}

function pageOfCACertificates(answer: Answer<'ListCACertificates'>): ListPage<CACertificateRow> {
  return { rows: caCertificateRows(answer), nextToken: answer?.nextMarker || undefined };
}

function pageOfCertificates(answer: Answer<'ListCertificatesByCA'>): ListPage<CertificateRow> {
  return { rows: certificateRows(answer), nextToken: answer?.nextMarker || undefined };
}

class OperationLoaders extends ListLoaders implements Loaders {
  readonly #upstream: Upstream;
  readonly #scope: CallScope;
  #edges: ReturnType<typeof edgeLoaderOf> | undefined;

  constructor(upstream: Upstream, scope: CallScope) {
    super(upstream, scope);
    this.#upstream = upstream;
    this.#scope = scope;
  }

  get templates(): EntityLoader<TemplateEntity> {
    return this.entities.templates;
  }

  get versions(): EntityLoader<VersionEntity> {
    return this.entities.versions;
  }

  get caCertificates(): EntityLoader<CACertificateEntity> {
    return this.entities.caCertificates;
  }

  get certificates(): EntityLoader<CertificateEntity> {
    return this.entities.certificates;
  }

  tags(resourceArn: string): Promise<readonly TagRow[]> {
    return allRows(async (token) => {
      const { value } = await this.pageOfOne(listTags(resourceArn, token));
      return { rows: tagsOf(value, resourceArn), nextToken: value?.nextToken || undefined };
    });
  }

  async registrationCode(): Promise<string | null> {
    const { value } = await this.pages.read(getRegistrationCode());
    return value?.registrationCode ?? null;
  }

  edge(caCertificate: CACertificateEntity, wantsRow: boolean): Edge | Promise<Edge> {
    const edge = this.knownEdge(caCertificate);
    if (edge) return edge;
    this.#edges ??= edgeLoaderOf(this.#upstream.edges, this.#scope);
    return this.#edges.load({ id: caCertificate.certificateId, wantsRow });
  }

  knownEdge({ certificateId, detail }: CACertificateEntity): Edge | undefined {
    if (detail) return { templateName: detail.registrationConfig?.templateName ?? null };
    const key = KEYS.edge(certificateId);
    return known<Edge>(this.#upstream.door, this.#scope, 'DescribeCACertificate', key);
  }

  canBeNamed(type: string | undefined, templateName: string): boolean {
    return this.#upstream.edges.canBeNamed(type, templateName);
  }

  forget({ kind, key }: ResourceRef): void {
    this.pages.forget();
    switch (kind) {
      case 'PROVISIONING_TEMPLATE':
        this.entities.templates.forget(key);
        this.entities.versions.forgetAll();
        return;
      case 'CA_CERTIFICATE':
        this.entities.caCertificates.forget(key);
        this.#edges?.clear({ id: key, wantsRow: false });
        return;
      case 'REGISTRATION_CODE':
        return;
    }
  }
}

/** Why the pages asked for in one tick cannot all be read in time; null where they can. */
function refusalLoaderOf(door: Door, scope: CallScope) {
  return new DataLoader<Question<ReadName>, GatewayError | null>(
    async (questions) => {
      const refusals = new Map<ReadName, GatewayError | null>();
      for (const { action } of questions) {
        if (refusals.has(action)) continue;
        const together = questions.filter((question) => question.action === action);
        refusals.set(action, door.refusal(together, scope) ?? null);
      }
      return questions.map(({ action }) => refusals.get(action) ?? null);
    },
    { cache: false },
  );
}

/** The edges that a list asks for, found out together. */
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
    {
      cacheKeyFn: ({ id }) => id,
      ...(scope.gather === undefined ? {} : { batchScheduleFn: scope.gather }),
    },
  );
}
