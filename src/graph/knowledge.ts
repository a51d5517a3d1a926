import type { ReadName } from '../upstream/actions.ts';
import { caCertificateResource, templateResource } from '../upstream/arn.ts';
import type { Answer, Door } from '../upstream/door.ts';
import type { EdgeFinder } from '../upstream/edges.ts';
import {
  type CACertificateRow,
  type CertificateRow,
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
  listTags,
  listTemplates,
  nameOf,
  type TemplateRow,
  tagsOf,
  templateRows,
} from '../upstream/questions.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import {
  describeVersion,
  listVersions,
  parseVersionKey,
  type VersionRow,
  versionIdOf,
  versionKey,
  versionRows,
} from '../upstream/versionQuestions.ts';
import type { NodeKind as Kind } from './globalId.ts';
import type { Levels } from './selection.ts';

/** What is known of the first page of a list. */
export type FirstPage =
  | { readonly kind: 'known'; readonly keys: readonly string[]; readonly isLast: boolean }
  | { readonly kind: 'unknown'; readonly action: ReadName; readonly key: string }
  /** The list cannot have anything in it. */
  | { readonly kind: 'none' };

/** What an operation would find in the cache, told without reading it on the operation's behalf. */
export class Knowledge {
  readonly #door: Door;
  readonly #edges: EdgeFinder;
  readonly #scope: CallScope;

  constructor({ door, edges }: Upstream, scope: CallScope) {
    this.#door = door;
    this.#edges = edges;
    this.#scope = scope;
  }

  registrationCode(): boolean {
    const { action, key } = getRegistrationCode();
    return this.#look(action, key) !== undefined;
  }

  /** Whether the levels of a thing need no Describe; with `mustExist` its row has to be known too. */
  has(kind: Kind, key: string, levels: Levels, mustExist: boolean): boolean {
    if (levels.has('DETAIL')) return this.#detail(kind, key) !== undefined;
    const needsRow = mustExist || levels.has('ROW') || levels.has('CONSTANT');
    if (!needsRow) return true;
    const row = this.#row(kind, key);
    if (row === undefined) return this.#detail(kind, key) !== undefined;
    if (levels.has('CONSTANT') && kind === 'ProvisioningTemplateVersion') return this.#body(key);
    if (!levels.has('CONSTANT') || kind !== 'CACertificate') return true;
    const { certificateArn, creationDate } = row as CACertificateRow;
    if (certificateArn === undefined || creationDate === undefined) return false;
    return this.#door.cache.get(KEYS.constants(certificateArn, creationDate)) !== undefined;
  }

  /** Whether a thing is known to be there. */
  exists(kind: Kind, key: string): boolean {
    return this.#row(kind, key) !== undefined || (this.#detail(kind, key) ?? null) !== null;
  }

  /** The template that a CA names; undefined when it is not known. */
  edge(kind: Kind, key: string): string | null | undefined {
    if (kind !== 'CACertificate') return undefined;
    return this.#look<Edge>('DescribeCACertificate', KEYS.edge(key))?.templateName;
  }

  /** The first page of a list of all (`parent` undefined) or of a thing. */
  firstPage(
    kind: Kind,
    parent: string | undefined,
    ascendingOrder: boolean,
    filter: Readonly<Record<string, unknown>>,
  ): FirstPage {
    switch (kind) {
      case 'ProvisioningTemplate':
        return this.#templates(filter);
      case 'CACertificate': {
        const named = typeof filter.templateName === 'string' ? filter.templateName : undefined;
        // A template's own list is not asked for where it cannot have any; a filter always is.
        if (parent !== undefined && !this.#edges.canBeNamed(this.#templateType(parent))) {
          return { kind: 'none' };
        }
        return this.#caCertificates(parent ?? named, ascendingOrder, filter.status);
      }
      case 'ProvisioningTemplateVersion':
        return this.#versions(parent ?? '');
      case 'Certificate':
        return this.#certificates(parent ?? '', ascendingOrder);
    }
  }

  /** The list behind a field that reads a short one to its end. */
  shortList(kind: Kind, field: 'versionsUsed' | 'tags', key: string): FirstPage {
    if (field === 'versionsUsed') return this.#versions(key);
    const resource = kind === 'CACertificate' ? caCertificateResource(key) : templateResource(key);
    const question = listTags(resource, undefined);
    const answer = this.#look<Answer<'ListTagsForResource'>>(question.action, question.key);
    if (answer === undefined)
      return { kind: 'unknown', action: question.action, key: question.key };
    if (answer === null) return { kind: 'none' };
    const keys = tagsOf(answer, resource).map(({ Key }) => Key ?? '');
    return { kind: 'known', keys, isLast: !answer.nextToken };
  }

  #versions(templateName: string): FirstPage {
    const question = listVersions(templateName, undefined);
    const answer = this.#look<Answer<'ListProvisioningTemplateVersions'>>(
      question.action,
      question.key,
    );
    if (answer === undefined)
      return { kind: 'unknown', action: question.action, key: question.key };
    if (answer === null) return { kind: 'none' };
    const ids = versionRows(answer, templateName).map(versionIdOf);
    ids.sort((one, other) => one - other);
    const keys = ids.map((id) => versionKey(templateName, id));
    return { kind: 'known', keys, isLast: !answer.nextToken };
  }

  /** Whether the body of a version is known for the template that has the name now. */
  #body(key: string): boolean {
    const { templateName, versionId } = parseVersionKey(key);
    const template = this.#row('ProvisioningTemplate', templateName) as TemplateRow | undefined;
    const { templateArn, creationDate } = template ?? {};
    if (templateArn === undefined || creationDate === undefined) return false;
    const body = this.#door.cache.get(KEYS.versionBody(templateArn, creationDate, versionId));
    return body !== undefined || this.#detail('ProvisioningTemplateVersion', key) !== undefined;
  }

  #templates({ type, enabled, templateNamePrefix }: Readonly<Record<string, unknown>>): FirstPage {
    const question = listTemplates(undefined);
    const answer = this.#look<Parameters<typeof templateRows>[0]>(question.action, question.key);
    if (!answer) return { kind: 'unknown', action: question.action, key: question.key };
    const keys = templateRows(answer)
      .filter((row) => type == null || row.type === type)
      .filter((row) => enabled == null || row.enabled === enabled)
      .map(nameOf)
      .filter((name) => templateNamePrefix == null || name.startsWith(String(templateNamePrefix)));
    return { kind: 'known', keys, isLast: !answer.nextToken };
  }

  #caCertificates(
    templateName: string | undefined,
    ascendingOrder: boolean,
    status: unknown,
  ): FirstPage {
    const question = listCACertificates({ templateName, ascendingOrder }, undefined);
    const answer = this.#look<Parameters<typeof caCertificateRows>[0]>(
      question.action,
      question.key,
    );
    if (!answer) return { kind: 'unknown', action: question.action, key: question.key };
    const rows = caCertificateRows(answer).filter((row) => status == null || row.status === status);
    return { kind: 'known', keys: rows.map(caIdOf), isLast: !answer.nextMarker };
  }

  #certificates(caCertificateId: string, ascendingOrder: boolean): FirstPage {
    const question = listCertificatesByCA({ caCertificateId, ascendingOrder }, undefined);
    const answer = this.#look<Parameters<typeof certificateRows>[0]>(question.action, question.key);
    if (!answer) return { kind: 'unknown', action: question.action, key: question.key };
    const keys = certificateRows(answer).map(certificateIdOf);
    return { kind: 'known', keys, isLast: !answer.nextMarker };
  }

  #templateType(templateName: string): string | undefined {
    return (this.#row('ProvisioningTemplate', templateName) as TemplateRow | undefined)?.type;
  }

  #row(kind: Kind, key: string): AnyRow | undefined {
    const [action, rowKey] = placeOfRow(kind, key);
    return this.#look<AnyRow | null>(action, rowKey) ?? undefined;
  }

  #detail(kind: Kind, key: string): unknown {
    const { action, key: detailKey } = describe(kind, key);
    return this.#look(action, detailKey);
  }

  #look<Value>(action: ReadName, key: string): Value | undefined {
    const known = this.#door.cache.get<Value>(key);
    return known !== undefined && this.#door.isFresh(action, known, this.#scope)
      ? known.value
      : undefined;
  }
}

type AnyRow = TemplateRow | VersionRow | CACertificateRow | CertificateRow;

/** Where the cache keeps the row of a thing, and by which action's answers it is dated. */
function placeOfRow(kind: Kind, key: string): readonly [action: ReadName, key: string] {
  switch (kind) {
    case 'ProvisioningTemplate':
      return ['ListProvisioningTemplates', KEYS.templateRow(key)];
    case 'ProvisioningTemplateVersion': {
      const { templateName, versionId } = parseVersionKey(key);
      return ['ListProvisioningTemplateVersions', KEYS.versionRow(templateName, versionId)];
    }
    case 'CACertificate':
      return ['ListCACertificates', KEYS.caCertificateRow(key)];
    case 'Certificate':
      return ['ListCertificatesByCA', KEYS.certificateRow(key)];
  }
}

function describe(kind: Kind, key: string): { readonly action: ReadName; readonly key: string } {
  switch (kind) {
    case 'ProvisioningTemplate':
      return describeTemplate(key);
    case 'ProvisioningTemplateVersion': {
      const { templateName, versionId } = parseVersionKey(key);
      return describeVersion(templateName, versionId);
    }
    case 'CACertificate':
      return describeCACertificate(key);
    case 'Certificate':
      return describeCertificate(key);
  }
}
