import { GatewayError } from '../errors.ts';
import type { ReadName } from './actions.ts';
import type { Answer, Door, Question } from './door.ts';
import { PageTrail } from './pageTrail.ts';
import { type EdgeQuestion, nextEdgeStep } from './planner.ts';
import {
  type CACertificateRow,
  caCertificateDetail,
  caCertificateRows,
  caIdOf,
  describeCACertificate,
  type Edge,
  KEYS,
  listCACertificates,
  listTemplates,
  nameOf,
  type TemplateRow,
  THINGS,
  templateRows,
} from './questions.ts';
import type { CallScope } from './scope.ts';

/** The template a CA names, null for none; or why it could not be found out. */
type EdgeAnswer = Edge | Error;

/** How far one template's list of CAs was walked. */
interface Walk {
  readonly templateName: string;
  nextToken: string | undefined;
  isUnread: boolean;
}

const unread = (templateName: string): Walk => ({
  templateName,
  nextToken: undefined,
  isUnread: true,
});

const pageOf = ({ templateName, nextToken }: Walk) =>
  listCACertificates({ templateName, ascendingOrder: false }, nextToken);

/** The state of one question for edges. */
interface Search {
  readonly wanted: ReadonlySet<string>;
  readonly unknown: Set<string>;
  /** How many were unknown at the start. */
  readonly asked: number;
  readonly answers: Map<string, EdgeAnswer>;
  /** CAs that two lists showed under different templates: one of them is out of date. */
  readonly doubtful: Set<string>;
  /** The one that was walked least lately comes first. */
  readonly unwalked: Map<string, Walk>;
  /** Templates whose lists need no walk while only those of type JITP can be named. */
  readonly unnameable: Set<string>;
  /** The pages that were read. */
  readonly pages: PageTrail;
  /** When the oldest of them was received, and the number of the first call that brought one. */
  oldestPageMs: number;
  firstCall: number;
  templates: EdgeQuestion['templates'];
  templatesToken: string | undefined;
  spent: number;
  listsRead: number;
}

/** Whether a list failed where Describes may still answer, because AWS as a whole is not in trouble. */
const isOfTheList = (error: unknown): boolean =>
  error instanceof GatewayError && !error.retryable && error.code !== 'UPSTREAM_CREDENTIALS';

/** So many templates of unknown type are remembered as named; the one seen longest ago is forgotten. */
const MAX_OF_UNKNOWN_TYPE = 1000;

/**
 * Documentation says that CAs can name templates of type JITP only, so the lists of other
 * templates need no walk; a Describe that shows otherwise ends that for the target.
 */
export class EdgeFinder {
  readonly #door: Door;
  readonly #onSurprise: (message: string) => void;
  #onlyJitpIsNamed = true;
  /** Templates that CAs name and whose type no list has shown yet. */
  readonly #namedOfUnknownType = new Set<string>();

  constructor(door: Door, onSurprise: (message: string) => void) {
    this.#door = door;
    this.#onSurprise = onSurprise;
  }

  /** Whether a template of this type can have CAs that name it. */
  canBeNamed(type: string | undefined, templateName?: string): boolean {
    if (templateName !== undefined && this.#namedOfUnknownType.has(templateName)) {
      this.#compare(templateName, type);
    }
    return !this.#onlyJitpIsNamed || type !== 'FLEET_PROVISIONING';
  }

  /** Hears that a CA names a template, and drops the assumption where this contradicts it. */
  sawNamed(templateName: string): void {
    if (!this.#onlyJitpIsNamed) return;
    const row = this.#door.cache.get<TemplateRow>(KEYS.templateRow(templateName))?.value;
    this.#compare(templateName, row?.type);
  }

  #compare(templateName: string, type: string | undefined): void {
    this.#namedOfUnknownType.delete(templateName);
    if (type === undefined) this.#rememberNamed(templateName);
    if (type !== 'FLEET_PROVISIONING' || !this.#onlyJitpIsNamed) return;
    this.#onlyJitpIsNamed = false;
    this.#namedOfUnknownType.clear();
    // Answers made under the assumption are worth nothing now.
    this.#door.cache.clear();
    this.#onSurprise(
      `A CA certificate names ${templateName}, which is of type FLEET_PROVISIONING; from now on the CAs of templates of every type are asked for.`,
    );
  }

  #rememberNamed(templateName: string): void {
    this.#namedOfUnknownType.add(templateName);
    if (this.#namedOfUnknownType.size <= MAX_OF_UNKNOWN_TYPE) return;
    const [oldest = ''] = this.#namedOfUnknownType;
    this.#namedOfUnknownType.delete(oldest);
  }

  /** Finds the template of each CA, in as few calls as what is known allows. Never rejects. */
  async find(
    certificateIds: readonly string[],
    wantsRows: boolean,
    scope: CallScope,
  ): Promise<ReadonlyMap<string, EdgeAnswer>> {
    const search = this.#begin(certificateIds, scope);
    while (search.unknown.size > 0) {
      try {
        await this.#advance(search, wantsRows, scope);
      } catch (error) {
        if (isOfTheList(error)) await this.#describe([...search.unknown], search, scope);
        else this.#giveUp(error as Error, search);
      }
    }
    await this.#describe([...search.doubtful], search, scope);
    return search.answers;
  }

  async #advance(search: Search, wantsRows: boolean, scope: CallScope): Promise<void> {
    await this.#absorb(search, scope);
    const step = nextEdgeStep(this.#question(search, wantsRows));
    if (step.kind === 'done') return this.#concludeAbsent(search);
    if (step.kind === 'describe') return this.#describe([...search.unknown], search, scope);
    if (step.kind === 'listTemplates') {
      search.spent += 1;
      return this.#readTemplates(search, scope);
    }
    search.spent += step.templateNames.length;
    const lists = step.templateNames.map((name) => search.unwalked.get(name) ?? unread(name));
    const refused = this.#door.refusal(lists.map(pageOf), scope);
    if (refused !== undefined) throw refused;
    // What the others show counts where one cannot be read.
    const walks = await Promise.allSettled(
      step.templateNames.map((name) => this.#walk(name, search, scope)),
    );
    for (const walk of walks) if (walk.status === 'rejected') throw walk.reason;
  }

  /** What is unknown stays unknown: never "names no template". */
  #giveUp(error: Error, search: Search): void {
    for (const id of search.unknown) search.answers.set(id, error);
    search.unknown.clear();
  }

  /** Takes in all pages of the way backwards that are known already; they cost nothing. */
  async #absorb(search: Search, scope: CallScope): Promise<void> {
    while (
      search.templates !== 'read' &&
      this.#isKnown(listTemplates(search.templatesToken), scope)
    ) {
      await this.#readTemplates(search, scope);
    }
    this.#takeBack(search);
    for (const walk of [...search.unwalked.values()]) {
      while (search.unwalked.has(walk.templateName) && this.#isKnown(pageOf(walk), scope)) {
        await this.#walk(walk.templateName, search, scope);
      }
    }
  }

  #isKnown<Name extends ReadName>({ action, key }: Question<Name>, scope: CallScope): boolean {
    const known = this.#door.cache.get(key);
    return known !== undefined && this.#door.isFresh(action, known, scope);
  }

  #begin(certificateIds: readonly string[], scope: CallScope): Search {
    const answers = new Map<string, EdgeAnswer>();
    const unknown = new Set<string>();
    for (const id of certificateIds) {
      const known = this.#door.peek<Edge>('DescribeCACertificate', KEYS.edge(id), scope);
      if (known !== undefined) answers.set(id, known.value);
      else unknown.add(id);
    }
    return {
      wanted: new Set(certificateIds),
      unknown,
      asked: unknown.size,
      answers,
      doubtful: new Set(),
      unwalked: new Map(),
      unnameable: new Set(),
      pages: new PageTrail(),
      oldestPageMs: Infinity,
      firstCall: Infinity,
      templates: 'unread',
      templatesToken: undefined,
      spent: 0,
      listsRead: 0,
    };
  }

  #question(search: Search, wantsRows: boolean): EdgeQuestion {
    this.#takeBack(search);
    const expected = new Map<string, number>();
    for (const id of search.unknown) {
      const once = this.#door.cache.get<Edge>(KEYS.edge(id))?.value.templateName;
      if (typeof once === 'string') expected.set(once, (expected.get(once) ?? 0) + 1);
    }
    return {
      unknown: search.unknown.size,
      asked: search.asked,
      spent: search.spent,
      wantsRows,
      templates: search.templates,
      listsRead: search.listsRead,
      unwalked: [...search.unwalked.values()].map(({ templateName, isUnread }) => ({
        templateName,
        expected: expected.get(templateName) ?? 0,
        isUnread,
      })),
    };
  }

  /** Reads a page once. Throws UPSTREAM_PROTOCOL for a second time. */
  async #page<Name extends ReadName>(
    question: Question<Name>,
    search: Search,
    scope: CallScope,
  ): Promise<Answer<Name>> {
    search.pages.follow(question.key, question.action);
    const { value, atMs, call } = await this.#door.read(question, scope);
    search.oldestPageMs = Math.min(search.oldestPageMs, atMs);
    search.firstCall = Math.min(search.firstCall, call);
    return value;
  }

  async #readTemplates(search: Search, scope: CallScope): Promise<void> {
    const value = await this.#page(listTemplates(search.templatesToken), search, scope);
    for (const row of templateRows(value)) {
      const templateName = nameOf(row);
      if (this.canBeNamed(row.type, templateName)) {
        search.unwalked.set(templateName, unread(templateName));
      } else {
        search.unnameable.add(templateName);
      }
    }
    search.templatesToken = value?.nextToken || undefined;
    search.templates = search.templatesToken === undefined ? 'read' : 'partly read';
  }

  /** When the assumption fell meanwhile, what it left out is to be walked after all. */
  #takeBack({ unwalked, unnameable }: Search): void {
    if (this.#onlyJitpIsNamed) return;
    for (const templateName of unnameable) {
      unwalked.set(templateName, unread(templateName));
    }
    unnameable.clear();
  }

  async #walk(templateName: string, search: Search, scope: CallScope): Promise<void> {
    const walk = search.unwalked.get(templateName) ?? unread(templateName);
    const value = await this.#page(pageOf(walk), search, scope);
    for (const row of caCertificateRows(value)) {
      const id = caIdOf(row);
      if (!search.wanted.has(id)) continue;
      const before = search.answers.get(id);
      const differs =
        before !== undefined && 'templateName' in before && before.templateName !== templateName;
      if (differs || this.#door.wasWritten(THINGS.caCertificate(id))) search.doubtful.add(id);
      if (search.unknown.delete(id)) search.answers.set(id, { templateName });
    }
    // Lists show the newest first, as connections do: a page of each finds more than all of one.
    search.unwalked.delete(templateName);
    if (walk.isUnread) search.listsRead += 1;
    walk.isUnread = false;
    walk.nextToken = value?.nextMarker || undefined;
    if (walk.nextToken !== undefined) search.unwalked.set(templateName, walk);
  }

  /**
   * All lists were walked and these CAs are in none. One that moved between two lists while they
   * were walked may be in neither, so those that were ever known to name a template, or that we
   * wrote a moment ago, are described. So are those that were created after the oldest page came.
   */
  #concludeAbsent(search: Search): void {
    for (const id of search.unknown) {
      const once = this.#door.cache.get<Edge>(KEYS.edge(id))?.value.templateName ?? null;
      const isNew = this.#createdMs(id) > search.oldestPageMs;
      if (once !== null || isNew || this.#door.wasWritten(THINGS.caCertificate(id))) {
        search.doubtful.add(id);
        continue;
      }
      this.#learnAbsent(id, search);
      search.answers.set(id, { templateName: null });
    }
    search.unknown.clear();
  }

  /** So that it need not be concluded again while the lists are fresh; as old as the oldest of them. */
  #learnAbsent(certificateId: string, { oldestPageMs, firstCall }: Search): void {
    const known = { value: { templateName: null }, atMs: oldestPageMs, call: firstCall };
    // A template that is made has a list that was not walked.
    const things = [THINGS.caCertificate(certificateId), THINGS.templates];
    this.#door.cache.put(KEYS.edge(certificateId), known, things);
  }

  #createdMs(certificateId: string): number {
    const row = this.#door.cache.get<CACertificateRow | null>(KEYS.caCertificateRow(certificateId));
    return Date.parse(row?.value?.creationDate ?? '') || 0;
  }

  /** In the order in which they were asked for: should the budget not do, it does for the first. */
  async #describe(ids: readonly string[], search: Search, scope: CallScope): Promise<void> {
    const refused = this.#door.refusal(ids.map(describeCACertificate), scope);
    await Promise.all(
      ids.map(async (id) => {
        try {
          const { value } = await this.#door.read(describeCACertificate(id), scope, refused);
          const templateName = caCertificateDetail(value)?.registrationConfig?.templateName ?? null;
          if (templateName !== null) this.sawNamed(templateName);
          search.answers.set(id, { templateName });
        } catch (error) {
          search.answers.set(id, error as Error);
        }
        search.unknown.delete(id);
      }),
    );
  }
}
