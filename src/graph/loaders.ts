import DataLoader from 'dataloader';
import type { ReadName } from '../upstream/actions.ts';
import type { Known } from '../upstream/cache.ts';
import type { Answer, Door, Question } from '../upstream/door.ts';
import {
  type CACertificateConstants,
  type CACertificateDetail,
  type CACertificateList,
  type CACertificateRow,
  type CertificateDetail,
  type CertificateList,
  type CertificateRow,
  caCertificateDetail,
  caCertificateRows,
  caIdOf,
  certificateIdOf,
  certificateRows,
  describeCACertificate,
  describeCertificate,
  describeTemplate,
  type Edge,
  getRegistrationCode,
  KEYS,
  listCACertificates,
  listCertificatesByCA,
  listTemplates,
  nameOf,
  present,
  type TemplateDetail,
  type TemplateRow,
  templateRows,
} from '../upstream/questions.ts';
import type { CallScope } from '../upstream/scope.ts';
import { findTemplateRows } from '../upstream/templateRows.ts';
import type { Upstream } from '../upstream/upstream.ts';

import type { CACertificateEntity, CertificateEntity, TemplateEntity } from './entities.ts';
import { EntityLoader } from './entityLoader.ts';
import type { ListPage } from './pages.ts';
import type { Level } from './selection.ts';

/**
 * All that one operation knows and asks. Equal keys cost one call however they are reached, and
 * a thing seen in a list, through its parent or by its id is one and the same entity.
 */
export interface Loaders {
  readonly templates: EntityLoader<TemplateEntity>;
  readonly caCertificates: EntityLoader<CACertificateEntity>;
  readonly certificates: EntityLoader<CertificateEntity>;
  templatePage(token: string | undefined): Promise<ListPage<TemplateRow>>;
  templateOfRow(row: TemplateRow): TemplateEntity;
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
}

/** The loaders of one operation; a new operation starts with new ones. */
export function createLoaders(upstream: Upstream, scope: CallScope): Loaders {
  const { door, edges } = upstream;
  // Made when they are needed: an answer that is put together from rows needs none of them.
  const templates = once(() => templateLoader(door, scope));
  const caCertificates = once(() => caCertificateLoader(upstream, scope));
  const certificates = once(() => certificateLoader(door, scope));
  const pages = new Pages(door, scope);
  let edgeLoader: ReturnType<typeof edgeLoaderOf> | undefined;
  return {
    get templates() {
      return templates();
    },
    get caCertificates() {
      return caCertificates();
    },
    get certificates() {
      return certificates();
    },
    async templatePage(token) {
      const { value } = await pages.read(listTemplates(token));
      return { rows: templateRows(value), nextToken: value?.nextToken || undefined };
    },
    templateOfRow(row) {
      const arn = present(row.templateArn, 'templateArn', 'ListProvisioningTemplates');
      return templates().fromRow(nameOf(row), arn, row);
    },
    async caCertificatePage(list, token) {
      const { value } = await pages.read(listCACertificates(list, token));
      return { rows: caCertificateRows(value), nextToken: value?.nextMarker || undefined };
    },
    caCertificateOfRow(row, { templateName }) {
      const arn = present(row.certificateArn, 'certificateArn', 'ListCACertificates');
      const entity = caCertificates().fromRow(caIdOf(row), arn, row);
      if (templateName !== undefined) entity.edge ??= { templateName };
      return entity;
    },
    async certificatePage(list, token) {
      const { value } = await pages.read(listCertificatesByCA(list, token));
      return { rows: certificateRows(value), nextToken: value?.nextMarker || undefined };
    },
    certificateOfRow(row, { caCertificateId }) {
      const arn = present(row.certificateArn, 'certificateArn', 'ListCertificatesByCA');
      const entity = certificates().fromRow(certificateIdOf(row), arn, row);
      entity.listedUnder = caCertificateId;
      return entity;
    },
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
      templates().forget(templateName);
    },
    forgetCACertificate(certificateId) {
      pages.forget();
      caCertificates().forget(certificateId);
      edgeLoader?.clear({ id: certificateId, wantsRow: false });
    },
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
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

interface AskedPage {
  readonly answer: Promise<Known<unknown>>;
  isSettled: boolean;
}

/** Asks for each page once in an operation, also when it failed, as things are described once. */
class Pages {
  readonly #door: Door;
  readonly #scope: CallScope;
  readonly #asked = new Map<string, AskedPage>();

  constructor(door: Door, scope: CallScope) {
    this.#door = door;
    this.#scope = scope;
  }

  read<Name extends ReadName>(question: Question<Name>): Promise<Known<Answer<Name>>> {
    const asked = this.#asked.get(question.key);
    if (asked === undefined) return this.#ask(question).answer as Promise<Known<Answer<Name>>>;
    if (asked.isSettled) this.#scope.receipts.hit();
    else this.#scope.receipts.deduplicated();
    return asked.answer as Promise<Known<Answer<Name>>>;
  }

  /** After a write: what was read before no longer counts. */
  forget(): void {
    this.#asked.clear();
  }

  #ask<Name extends ReadName>(question: Question<Name>): AskedPage {
    const answer = this.#door.read(question, this.#scope);
    const page: AskedPage = { answer, isSettled: false };
    const settle = () => {
      page.isSettled = true;
    };
    answer.then(settle, settle);
    this.#asked.set(question.key, page);
    return page;
  }
}

/** What the cache knows of a thing and the operation may use, from the answer of one action. */
function known<Value>(
  door: Door,
  scope: CallScope,
  action: ReadName,
  key: string,
): Value | undefined {
  return door.peek<Value>(action, key, scope)?.value;
}

function templateLoader(door: Door, scope: CallScope): EntityLoader<TemplateEntity> {
  const detailOf = (name: string) =>
    known<TemplateDetail | null>(
      door,
      scope,
      'DescribeProvisioningTemplate',
      describeTemplate(name).key,
    ) ?? undefined;
  const rowOf = (name: string) =>
    known<TemplateRow | null>(door, scope, 'ListProvisioningTemplates', KEYS.templateRow(name)) ??
    undefined;
  return new EntityLoader<TemplateEntity>({
    onDeduplicated: () => scope.receipts.deduplicated(),
    create: (templateName, templateArn) => ({
      kind: 'ProvisioningTemplate',
      templateName,
      templateArn,
    }),
    recall: (entity, level) => recall(entity, level, entity.templateName, rowOf, detailOf),
    knownArn: (templateName) => rowOf(templateName)?.templateArn,
    async describe(templateName) {
      const { value } = await door.read(describeTemplate(templateName), scope);
      if (value === null) return null;
      const arn = present(value.templateArn, 'templateArn', 'DescribeProvisioningTemplate');
      return { arn, detail: value };
    },
    apply(entity, detail) {
      entity.row = detail;
      entity.detail = detail;
    },
    has,
    async findRows(entities) {
      const names = entities.map(({ templateName }) => templateName);
      const rows = await findTemplateRows(names, door, scope);
      for (const entity of entities) {
        const row = rows.get(entity.templateName);
        if (row) entity.row ??= row;
      }
    },
  });
}

function caCertificateLoader(
  { door, edges }: Upstream,
  scope: CallScope,
): EntityLoader<CACertificateEntity> {
  const action = 'DescribeCACertificate';
  const detailOf = (id: string): CACertificateDetail | undefined => {
    const answer = door.peek(action, describeCACertificate(id).key, scope)?.value;
    return answer ? (caCertificateDetail(answer) ?? undefined) : undefined;
  };
  const rowOf = (id: string) =>
    known<CACertificateRow | null>(door, scope, 'ListCACertificates', KEYS.caCertificateRow(id)) ??
    undefined;
  return new EntityLoader<CACertificateEntity>({
    onDeduplicated: () => scope.receipts.deduplicated(),
    create: (certificateId, certificateArn) => ({
      kind: 'CACertificate',
      certificateId,
      certificateArn,
    }),
    recall: (entity, level) => recall(entity, level, entity.certificateId, rowOf, detailOf),
    knownArn: (certificateId) => rowOf(certificateId)?.certificateArn,
    async describe(certificateId) {
      const { value } = await door.read(describeCACertificate(certificateId), scope);
      const detail = caCertificateDetail(value);
      if (detail === null) return null;
      return { arn: present(detail.certificateArn, 'certificateArn', action), detail };
    },
    apply(entity, detail) {
      const templateName = detail.registrationConfig?.templateName ?? null;
      if (templateName !== null) edges.sawNamed(templateName);
      entity.row = detail;
      entity.detail = detail;
      entity.edge = { templateName };
    },
    has: (entity, level) =>
      level === 'CONSTANT' ? constantsOf(entity, door) !== undefined : has(entity, level),
  });
}

/** Looks a thing up in the cache for what a level needs. */
function recall<Row, Detail extends Row>(
  entity: { row?: Row; detail?: Detail },
  level: Level,
  key: string,
  rowOf: (key: string) => Row | undefined,
  detailOf: (key: string) => Detail | undefined,
): void {
  if (level === 'ROW') {
    const row = rowOf(key);
    if (row) entity.row = row;
  } else {
    const detail = detailOf(key);
    if (!detail) return;
    entity.detail = detail;
    entity.row ??= detail;
  }
}

function has({ row, detail }: { row?: unknown; detail?: unknown }, level: Level): boolean {
  // What an edge needs is found out by the field that follows it.
  if (level === 'REF' || level === 'EDGE') return true;
  return level === 'ROW' ? row !== undefined : detail !== undefined;
}

/** What cannot have changed of this life of the CA; the row, young enough, proves that it lives. */
export function constantsOf(
  entity: CACertificateEntity,
  door: Door,
): CACertificateConstants | undefined {
  if (entity.detail) return entity.detail;
  const { creationDate } = entity.row ?? {};
  if (creationDate === undefined) return undefined;
  const key = KEYS.constants(entity.certificateArn, creationDate);
  const constants = entity.constants ?? door.cache.use<CACertificateConstants>(key)?.value;
  if (constants) entity.constants = constants;
  return constants;
}

function certificateLoader(door: Door, scope: CallScope): EntityLoader<CertificateEntity> {
  const action = 'DescribeCertificate';
  const detailOf = (id: string): CertificateDetail | undefined =>
    door.peek<{ certificateDescription?: CertificateDetail } | null>(
      action,
      describeCertificate(id).key,
      scope,
    )?.value?.certificateDescription;
  const rowOf = (id: string) =>
    known<CertificateRow | null>(door, scope, 'ListCertificatesByCA', KEYS.certificateRow(id)) ??
    undefined;
  return new EntityLoader<CertificateEntity>({
    onDeduplicated: () => scope.receipts.deduplicated(),
    create: (certificateId, certificateArn) => ({
      kind: 'Certificate',
      certificateId,
      certificateArn,
    }),
    recall: (entity, level) => recall(entity, level, entity.certificateId, rowOf, detailOf),
    knownArn: (certificateId) => rowOf(certificateId)?.certificateArn,
    async describe(certificateId) {
      const { value } = await door.read(describeCertificate(certificateId), scope);
      if (value === null) return null;
      const detail = present(value.certificateDescription, 'certificateDescription', action);
      return { arn: present(detail.certificateArn, 'certificateArn', action), detail };
    },
    apply(entity, detail) {
      entity.row = detail;
      entity.detail = detail;
    },
    has,
  });
}
