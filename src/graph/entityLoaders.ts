import type { ReadName } from '../upstream/actions.ts';
import type { Door } from '../upstream/door.ts';
import {
  type CACertificateConstants,
  type CACertificateDetail,
  type CACertificateRow,
  type CertificateDetail,
  type CertificateRow,
  caCertificateDetail,
  describeCACertificate,
  describeCertificate,
  describeTemplate,
  KEYS,
  present,
  type TemplateDetail,
  type TemplateRow,
} from '../upstream/questions.ts';
import type { CallScope } from '../upstream/scope.ts';
import { findTemplateRows } from '../upstream/templateRows.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type {
  CACertificateEntity,
  CertificateEntity,
  TemplateEntity,
  VersionEntity,
} from './entities.ts';
import { EntityLoader } from './entityLoader.ts';
import type { Level } from './selection.ts';
import { versionLoader } from './versionLoader.ts';

/** Made when they are needed: an answer that is put together from rows needs none of them. */
export class EntityLoaders {
  readonly #upstream: Upstream;
  readonly #scope: CallScope;
  #templates: EntityLoader<TemplateEntity> | undefined;
  #versions: EntityLoader<VersionEntity> | undefined;
  #caCertificates: EntityLoader<CACertificateEntity> | undefined;
  #certificates: EntityLoader<CertificateEntity> | undefined;

  constructor(upstream: Upstream, scope: CallScope) {
    this.#upstream = upstream;
    this.#scope = scope;
  }

  get templates(): EntityLoader<TemplateEntity> {
    this.#templates ??= templateLoader(this.#upstream.door, this.#scope);
    return this.#templates;
  }

  get versions(): EntityLoader<VersionEntity> {
    this.#versions ??= versionLoader(this.#upstream, this.#scope);
    return this.#versions;
  }

  get caCertificates(): EntityLoader<CACertificateEntity> {
    this.#caCertificates ??= caCertificateLoader(this.#upstream, this.#scope);
    return this.#caCertificates;
  }

  get certificates(): EntityLoader<CertificateEntity> {
    this.#certificates ??= certificateLoader(this.#upstream.door, this.#scope);
    return this.#certificates;
  }
}

/** What the cache knows of a thing and the operation may use, from the answer of one action. */
export function known<Value>(
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
    gather: scope.gather,
    onDeduplicated: () => scope.receipts.deduplicated(),
    create: (templateName, templateArn) => ({
      kind: 'ProvisioningTemplate',
      templateName,
      templateArn,
    }),
    recall: (entity, level) => recall(entity, level, entity.templateName, rowOf, detailOf),
    knownArn: (templateName) => rowOf(templateName)?.templateArn,
    refusal: (names) => door.refusal(names.map(describeTemplate), scope),
    async describe(templateName, refused) {
      const { value } = await door.read(describeTemplate(templateName), scope, refused);
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
    refusal: (ids) => door.refusal(ids.map(describeCACertificate), scope),
    async describe(certificateId, refused) {
      const { value } = await door.read(describeCACertificate(certificateId), scope, refused);
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
    refusal: (ids) => door.refusal(ids.map(describeCertificate), scope),
    async describe(certificateId, refused) {
      const { value } = await door.read(describeCertificate(certificateId), scope, refused);
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
