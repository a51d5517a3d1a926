import type { ReadName } from '../upstream/actions.ts';
import { caCertificateResource, templateResource } from '../upstream/arn.ts';
import type { Answer, Door, Question } from '../upstream/door.ts';
import type { EdgeFinder } from '../upstream/edges.ts';
import {
  type CACertificateList,
  type CACertificateRow,
  type CertificateList,
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
  THINGS,
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
import { MAX_COUNT_PAGES } from './connection.ts';
import type { NodeKind as Kind } from './globalId.ts';
import type { Levels } from './selection.ts';

/** A page that is not known, by the question that would read it. */
export interface UnreadPage {
  readonly action: ReadName;
  readonly key: string;
}

/** What is known of a list. */
export type KnownList =
  | {
      readonly kind: 'known';
      /** Of the rows on its first pages, as far as these were looked at. */
      readonly keys: readonly string[];
      readonly pages: number;
      /** Whether it ends with them. */
      readonly isWhole: boolean;
      /** The page that follows, where that was looked for and is not known. */
      readonly next?: UnreadPage;
    }
  /** Not even its first page. */
  | { readonly kind: 'unknown'; readonly first: UnreadPage }
  /** The list cannot have anything in it. */
  | { readonly kind: 'none' };

/** What an operation would find in the cache, told without reading it on the operation's behalf. */
export class Knowledge {
  readonly #door: Door;
  readonly #edges: EdgeFinder;
  readonly #scope: CallScope;
  #namingMs: number | undefined;

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
    const known = this.#look<Edge>('DescribeCACertificate', KEYS.edge(key));
    if (known !== undefined) return known.templateName;
    return this.#isInNoList(key) ? null : undefined;
  }

  /** Whether all lists by template are known and a CA is in none; what edges.ts doubts is left to it. */
  #isInNoList(certificateId: string): boolean {
    this.#namingMs ??= this.#oldestNaming();
    const { cache } = this.#door;
    const row = cache.get<CACertificateRow | null>(KEYS.caCertificateRow(certificateId))?.value;
    const createdMs = Date.parse(row?.creationDate ?? '') || 0;
    const wasNamed =
      typeof cache.get<Edge>(KEYS.edge(certificateId))?.value.templateName === 'string';
    const isDoubtful = wasNamed || this.#door.wasWritten(THINGS.caCertificate(certificateId));
    return createdMs <= this.#namingMs && !isDoubtful;
  }

  /** When the oldest page of these lists came, in milliseconds since the epoch; -Infinity when not all are known. */
  #oldestNaming(): number {
    const templates = this.#templates({}, Infinity);
    if (templates.kind !== 'known' || !templates.isWhole) return Number.NEGATIVE_INFINITY;
    const named = templates.keys.filter((name) => this.#edges.canBeNamed(this.#templateType(name)));
    return Math.min(
      this.#oldestPage(listTemplates, (answer) => answer?.nextToken),
      ...named.map((templateName) =>
        this.#oldestPage(
          (token) => listCACertificates({ templateName, ascendingOrder: false }, token),
          (answer) => answer?.nextMarker,
        ),
      ),
    );
  }

  #oldestPage<Name extends ReadName>(
    questionAt: (token: string | undefined) => Question<Name>,
    nextTokenOf: (answer: Answer<Name>) => string | undefined,
  ): number {
    let oldestMs = Infinity;
    let token: string | undefined;
    for (let pages = 0; pages < MAX_COUNT_PAGES; pages += 1) {
      const { action, key } = questionAt(token);
      const known = this.#door.cache.get<Answer<Name>>(key);
      if (known === undefined || !this.#door.isFresh(action, known, this.#scope)) break;
      oldestMs = Math.min(oldestMs, known.atMs);
      token = nextTokenOf(known.value) || undefined;
      if (token === undefined) return oldestMs;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /**
   * The pages known of a list of all (`parent` undefined) or of a thing, from the first on and no
   * further than it takes to know of more than so many.
   */
  list(
    kind: Kind,
    parent: string | undefined,
    ascendingOrder: boolean,
    filter: Readonly<Record<string, unknown>>,
    wanted = Infinity,
  ): KnownList {
    switch (kind) {
      case 'ProvisioningTemplate':
        return this.#templates(filter, wanted);
      case 'CACertificate': {
        const named = typeof filter.templateName === 'string' ? filter.templateName : undefined;
        // A template's own list is not asked for where it cannot have any; a filter always is.
        if (parent !== undefined && !this.#edges.canBeNamed(this.#templateType(parent))) {
          return { kind: 'none' };
        }
        const list = { templateName: parent ?? named, ascendingOrder };
        return this.#caCertificates(list, filter.status, wanted);
      }
      case 'ProvisioningTemplateVersion':
        return this.#versions(parent ?? '');
      case 'Certificate':
        return this.#certificates({ caCertificateId: parent ?? '', ascendingOrder }, wanted);
    }
  }

  /** The list behind a field that reads a short one to its end. */
  shortList(kind: Kind, field: 'versionsUsed' | 'tags', key: string): KnownList {
    if (field === 'versionsUsed') return this.#versions(key);
    const resource = kind === 'CACertificate' ? caCertificateResource(key) : templateResource(key);
    return this.#follow(
      (token) => listTags(resource, token),
      (answer) => ({
        keys: tagsOf(answer, resource).map(({ Key }) => Key ?? ''),
        nextToken: answer?.nextToken,
      }),
    );
  }

  #versions(templateName: string): KnownList {
    const list = this.#follow(
      (token) => listVersions(templateName, token),
      (answer) => ({
        keys: versionRows(answer, templateName).map((row) => String(versionIdOf(row))),
        nextToken: answer?.nextToken,
      }),
    );
    if (list.kind !== 'known') return list;
    const ids = list.keys.map(Number).sort((one, other) => one - other);
    return { ...list, keys: ids.map((id) => versionKey(templateName, id)) };
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

  #templates(
    { type, enabled, templateNamePrefix }: Readonly<Record<string, unknown>>,
    wanted: number,
  ): KnownList {
    return this.#follow(
      listTemplates,
      (answer) => ({
        keys: templateRows(answer)
          .filter((row) => type == null || row.type === type)
          .filter((row) => enabled == null || row.enabled === enabled)
          .map(nameOf)
          .filter(
            (name) => templateNamePrefix == null || name.startsWith(String(templateNamePrefix)),
          ),
        nextToken: answer?.nextToken,
      }),
      wanted,
    );
  }

  #caCertificates(list: CACertificateList, status: unknown, wanted: number): KnownList {
    return this.#follow(
      (token) => listCACertificates(list, token),
      (answer) => ({
        keys: caCertificateRows(answer)
          .filter((row) => status == null || row.status === status)
          .map(caIdOf),
        nextToken: answer?.nextMarker,
      }),
      wanted,
    );
  }

  #certificates(list: CertificateList, wanted: number): KnownList {
    return this.#follow(
      (token) => listCertificatesByCA(list, token),
      (answer) => ({
        keys: certificateRows(answer).map(certificateIdOf),
        nextToken: answer?.nextMarker,
      }),
      wanted,
    );
  }

  /** The pages that are known one after the other, until more than so many keys are. */
  #follow<Name extends ReadName>(
    questionAt: (token: string | undefined) => Question<Name>,
    read: (answer: Answer<Name>) => {
      readonly keys: readonly string[];
      readonly nextToken: string | undefined;
    },
    wanted = Infinity,
  ): KnownList {
    const keys: string[] = [];
    let token: string | undefined;
    for (let pages = 0; ; pages += 1) {
      const { action, key } = questionAt(token);
      const answer = this.#look<Answer<Name>>(action, key);
      const unread = { action, key };
      if (answer === undefined) {
        if (pages === 0) return { kind: 'unknown', first: unread };
        return { kind: 'known', keys, pages, isWhole: false, next: unread };
      }
      // There is nothing that it could be the list of.
      if (answer === null && pages === 0) return { kind: 'none' };
      const page = read(answer);
      keys.push(...page.keys);
      token = page.nextToken || undefined;
      const isWhole = token === undefined;
      if (isWhole || keys.length > wanted || pages + 1 === MAX_COUNT_PAGES) {
        return { kind: 'known', keys, pages: pages + 1, isWhole };
      }
    }
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
