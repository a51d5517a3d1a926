import { arnOf, templateResource } from '../upstream/arn.ts';
import type { Door } from '../upstream/door.ts';
import { KEYS, type TemplateRow } from '../upstream/questions.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import {
  describeVersion,
  parseVersionKey,
  type TemplateLife,
  type VersionDetail,
  type VersionRow,
} from '../upstream/versionQuestions.ts';
import type { VersionEntity } from './entities.ts';
import { EntityLoader } from './entityLoader.ts';
import type { Level } from './selection.ts';

/** Versions of templates, by `NAME/ID`; their ARN is that of the template. */
export function versionLoader(upstream: Upstream, scope: CallScope): EntityLoader<VersionEntity> {
  const { door } = upstream;
  return new EntityLoader<VersionEntity>({
    onDeduplicated: () => scope.receipts.deduplicated(),
    create: (key, templateArn) => ({
      kind: 'ProvisioningTemplateVersion',
      templateArn,
      ...parseVersionKey(key),
    }),
    recall: (entity, level) => recall(entity, level, door, scope),
    knownArn: () => undefined,
    refusal: (keys) =>
      door.refusal(
        keys.map((key) => {
          const { templateName, versionId } = parseVersionKey(key);
          return describeVersion(templateName, versionId);
        }),
        scope,
      ),
    async describe(key, refused) {
      const { templateName, versionId } = parseVersionKey(key);
      const life = lifeOf(templateName, door, scope);
      const question = describeVersion(templateName, versionId, life);
      const { value } = await door.read(question, scope, refused);
      if (value === null) return null;
      // AWS's answer carries no ARN; whoever asks has made the entity with it.
      const arn = arnOf(upstream.arnPrefix(), templateResource(templateName)) ?? '';
      return { arn, detail: value };
    },
    apply(entity, detail) {
      entity.row = detail;
      entity.detail = detail;
    },
    has(entity, level) {
      if (level === 'CONSTANT') return bodyOf(entity, door) !== undefined;
      if (level === 'DETAIL') return entity.detail !== undefined;
      return level !== 'ROW' || entity.row !== undefined;
    },
  });
}

function recall(entity: VersionEntity, level: Level, door: Door, scope: CallScope): void {
  const { templateName, versionId } = entity;
  if (level === 'ROW') {
    const key = KEYS.versionRow(templateName, versionId);
    const row = door.peek<VersionRow | null>('ListProvisioningTemplateVersions', key, scope)?.value;
    if (row) entity.row = row;
    return;
  }
  const { action, key } = describeVersion(templateName, versionId);
  const detail = door.peek<VersionDetail | null>(action, key, scope)?.value;
  if (!detail) return;
  entity.detail = detail;
  entity.row ??= detail;
}

/** The template that has the name, where a row young enough is known; the answer does not show it. */
function lifeOf(templateName: string, door: Door, scope: CallScope): TemplateLife | undefined {
  const known = door.cache.get<TemplateRow | null>(KEYS.templateRow(templateName));
  if (!known?.value || !door.isFresh('ListProvisioningTemplates', known, scope)) return undefined;
  const { templateArn, creationDate } = known.value;
  return templateArn && creationDate ? { templateArn, creationDate } : undefined;
}

/** A body that was read once stands for as long as its template lives. */
export function bodyOf(entity: VersionEntity, door: Door): string | undefined {
  if (entity.detail) return entity.detail.templateBody;
  const { life, versionId } = entity;
  if (life === undefined) return undefined;
  const key = KEYS.versionBody(life.templateArn, life.creationDate, versionId);
  entity.body ??= door.cache.use<string>(key)?.value;
  return entity.body;
}
