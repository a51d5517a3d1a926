import { type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { ActionName } from '../upstream/actions.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { parseVersionKey } from '../upstream/versionQuestions.ts';
import { MAX_FIRST } from './connection.ts';
import { Estimate, type Price } from './estimate.ts';
import { fromGlobalId, type NodeRef } from './globalId.ts';
import { Knowledge } from './knowledge.ts';
import { PAYLOAD_TYPES } from './mutation.ts';
import {
  argumentsOf,
  type GivenArguments,
  previewedTemplate,
  windowPrice,
} from './priceArguments.ts';
import { callsOfField } from './priceFields.ts';
import { type Desk, priceImpact, priceReadiness } from './priceImpact.ts';
import { priceLookedAt, priceShortList, priceWindow } from './priceLists.ts';
import { MOST_CHANGES, MUTATION_PRICES, type MutationPrice, moreOf } from './priceMutations.ts';
import {
  type Below,
  DESCRIBES,
  isSniOnly,
  LISTED,
  type Listed,
  leads,
  lower,
  namedBy,
  one,
  type Priced,
  type Subject,
} from './priceSubjects.ts';
import {
  type Levels,
  type LevelTable,
  levelsOf,
  type SelectionContext,
  subFields,
} from './selection.ts';

export interface PriceRequest {
  readonly schema: GraphQLSchema;
  readonly levels: LevelTable;
  readonly upstream: Upstream;
  readonly scope: CallScope;
  readonly operation: OperationDefinitionNode;
  readonly context: SelectionContext;
}

/** Prices an operation; never calls AWS. */
export function priceOperation(request: PriceRequest): Price {
  const pricer = new Pricer(request);
  pricer.operation(request.operation);
  return pricer.price();
}

class Pricer {
  readonly #request: PriceRequest;
  readonly #context: SelectionContext;
  readonly #knowledge: Knowledge;
  #estimate = new Estimate();
  /** Selections priced already, by place and thing: a thing is asked once however often it is met. */
  #isTrial = false;
  #done = new Map<FieldNode, Set<string>>();

  readonly #belows = new Map<FieldNode, Below>();

  constructor(request: PriceRequest) {
    this.#request = request;
    this.#context = request.context;
    this.#knowledge = new Knowledge(request.upstream, request.scope);
  }

  price(): Price {
    return this.#estimate.price();
  }

  operation(operation: OperationDefinitionNode): void {
    const isMutation = operation.operation === 'mutation';
    const type = isMutation ? 'Mutation' : 'Query';
    const root: FieldNode = {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: type },
      selectionSet: operation.selectionSet,
    };
    for (const field of subFields(this.#context, [root], type)) {
      const path = field.alias?.value ?? field.name.value;
      if (isMutation) this.#mutation(field, path);
      else this.#query(field, path);
    }
  }

  #query(field: FieldNode, path: string): void {
    const args = this.#arguments('Query', field);
    this.#maybe(
      callsOfField('Query', field.name.value, () => args),
      path,
    );
    switch (field.name.value) {
      case 'provisioningTemplate':
        this.#things('ProvisioningTemplate', [field], one(args.templateName), path);
        return;
      case 'caCertificate':
        this.#things('CACertificate', [field], one(lower(args.certificateId)), path);
        return;
      case 'node':
        this.#node(field, args.id, path);
        return;
      case 'nodes':
        if (Array.isArray(args.ids)) for (const id of args.ids) this.#node(field, id, path);
        return;
      case 'registrationCode':
      case 'prepareCARegistration':
        if (!isSniOnly(args.input) && !this.#knowledge.registrationCode()) {
          this.#sure('GetRegistrationCode', 'registration-code', path);
        }
        return;
      case 'previewProvisioning': {
        const { name, levels } = previewedTemplate(args.input) ?? {};
        if (name && levels && !this.#knowledge.has('ProvisioningTemplate', name, levels, true))
          this.#sure(DESCRIBES.ProvisioningTemplate, `ProvisioningTemplate/${name}`, path);
        return;
      }
      case 'provisioningTemplates':
        this.#connection('ProvisioningTemplate', field, args, undefined, path);
        return;
      case 'caCertificates':
        this.#connection('CACertificate', field, args, undefined, path);
        return;
      case 'changes':
        // They cost no call, and are told to the limit of what an answer may show.
        this.#estimate.shows(typeof args.first === 'number' ? args.first : 0);
    }
  }

  #node(field: FieldNode, id: unknown, path: string): void {
    let ref: NodeRef;
    try {
      ref = fromGlobalId(String(id), ['id']);
    } catch {
      // It will be refused when it runs, and cost nothing.
      return;
    }
    // Where no ARN was seen yet the template of a version tells whose it is: see node.ts.
    const isUnseen = this.#request.upstream.arnPrefix() === undefined;
    if (ref.kind === 'ProvisioningTemplateVersion' && isUnseen) this.#maybe(1, path);
    this.#things(ref.kind, [field], one(ref.key), path);
  }

  #mutation(field: FieldNode, path: string): void {
    const name = field.name.value;
    const price: MutationPrice | undefined = MUTATION_PRICES[name as keyof typeof MUTATION_PRICES];
    price?.writes.forEach((action, index) => {
      this.#sure(action, `write/${path}/${index}`, path);
    });
    if (price) this.#maybe(moreOf(price, this.#arguments('Mutation', field)), path);
    const payload = `${name[0]?.toUpperCase()}${name.slice(1)}Payload`;
    for (const inner of subFields(this.#context, [field], payload)) {
      const type = PAYLOAD_TYPES[inner.name.value];
      const count = inner.name.value === 'changedCACertificates' ? MOST_CHANGES : 1;
      if (type) this.#things(type, [inner], { kind: 'some', count }, `${path}.${inner.name.value}`);
    }
  }

  /** Things of a type, with the fields selected below `parents`. */
  #things(type: Priced, parents: readonly FieldNode[], who: Subject, path: string): void {
    this.#selection(type, subFields(this.#context, parents, type), parents[0], who, path, true);
  }

  /** `mustExist`: the thing was asked for by its key, so that it is there has to be read too. */
  #selection(
    type: Priced,
    fields: readonly FieldNode[],
    place: FieldNode | undefined,
    who: Subject,
    path: string,
    mustExist: boolean,
  ): void {
    if (place && this.#wasDone(place, who)) return;
    const levels = levelsOf(fields, type, this.#request.levels);
    if (who.kind === 'some') {
      if (mustExist || levels.has('DETAIL') || levels.has('CONSTANT')) this.#maybe(who.count, path);
    } else if (!this.#knowledge.has(type, who.key, levels, mustExist)) {
      this.#sure(DESCRIBES[type], `${type}/${who.key}`, path);
    }
    // What lies below a thing that may not be there is not certain.
    const isThere = who.kind === 'one' && this.#knowledge.exists(type, who.key);
    const from: Subject = who.kind === 'some' || isThere ? who : { kind: 'some', count: 1 };
    for (const field of fields)
      this.#edge(type, field, from, levels, `${path}.${field.name.value}`);
  }

  /** Things of a list that is known, all with the same fields. */
  #known(type: Priced, { fields, place, listedBy, path }: Listed, keys: readonly string[]): void {
    const levels = levelsOf(fields, type, this.#request.levels);
    const leading = fields.filter((field) => leads(type, field));
    // The list that shows them has their rows.
    const needsMore = levels.has('DETAIL') || levels.has('CONSTANT');
    if (!needsMore && leading.length === 0) return;
    for (const key of keys) {
      const who: Subject = { kind: 'one', key, listedBy };
      if (this.#wasDone(place, who)) continue;
      if (needsMore && !this.#knowledge.has(type, key, levels, false)) {
        this.#sure(DESCRIBES[type], `${type}/${key}`, path);
      }
      for (const field of leading)
        this.#edge(type, field, who, levels, `${path}.${field.name.value}`);
    }
  }

  /** A field that leads from one thing to others. */
  #edge(type: Priced, field: FieldNode, who: Subject, levels: Levels, path: string): void {
    const count = who.kind === 'some' ? who.count : 1;
    const name = field.name.value;
    this.#maybe(count * callsOfField(type, name, () => this.#arguments(type, field)), path);
    if (name === 'caCertificates' || name === 'certificates' || name === 'versions') {
      this.#connection(LISTED[name], field, this.#arguments(type, field), who, path);
    } else if (name === 'versionsUsed' || name === 'tags') {
      priceShortList(type, name, who, this.#deskAt(path));
    } else if (name === 'template' && type === 'ProvisioningTemplateVersion') {
      const key = who.kind === 'one' ? parseVersionKey(who.key).templateName : undefined;
      this.#reached('ProvisioningTemplate', field, key, count, path);
    } else if (name === 'template' && who.listedBy) {
      this.#listing(field, who.listedBy, path);
    } else if (name === 'template') {
      const known = this.#edgeOf(who);
      // Backwards costs at most what Describes would have, then Describes: see planner.ts.
      if (known === undefined && !levels.has('DETAIL')) this.#maybe(2 * count, path);
      this.#reached('ProvisioningTemplate', field, known, count, path);
    } else if (name === 'jitpReadiness') {
      priceReadiness(who, this.#deskAt(path));
    } else if (name === 'deletionImpact') {
      this.#impact(type, field, who, path);
    } else if (name === 'caCertificate') {
      this.#reached('CACertificate', field, undefined, count, path);
    } else if (name === 'registrationConfig') {
      for (const inner of subFields(this.#context, [field], 'NamedTemplateRegistration')) {
        if (inner.name.value !== 'template') continue;
        this.#reached('ProvisioningTemplate', inner, this.#edgeOf(who), count, `${path}.template`);
      }
    }
  }

  #impact(type: Priced, field: FieldNode, who: Subject, path: string): void {
    const impact = `${type}DeletionImpact`;
    const fields = subFields(this.#context, [field], impact);
    const levels = levelsOf(fields, impact, this.#request.levels);
    for (const inner of fields) {
      const place = `${path}.${inner.name.value}`;
      priceImpact(inner.name.value, who, this.#deskAt(place));
      this.#edge(type, inner, who, levels, place);
    }
  }

  #deskAt(path: string): Desk {
    return { estimate: this.#estimate, knowledge: this.#knowledge, path };
  }

  /** The template that a CA names; null for none, undefined when that is not known. */
  #edgeOf(who: Subject): string | null | undefined {
    return who.kind === 'one' ? this.#knowledge.edge('CACertificate', who.key) : undefined;
  }

  /** The thing at the end of an edge; `key` is undefined when it is not known which. */
  #reached(
    type: Priced,
    field: FieldNode,
    key: string | null | undefined,
    count: number,
    path: string,
  ): void {
    const { fields, levels } = this.#below(field, type);
    if (key === null) return;
    if (typeof key === 'string') {
      if (this.#wasDone(field, { kind: 'one', key })) return;
      const needs = levels.size > 1 || !levels.has('REF');
      if (needs && !this.#knowledge.has(type, key, levels, true)) this.#maybe(2, path);
    } else if (levels.has('ROW')) {
      // Rows are read from a list while that costs less than Describes, then by Describes.
      this.#maybe(2 * count, path);
    }
    if (typeof key !== 'string' && levels.has('DETAIL')) this.#maybe(count, path);
    const lead = (who: Subject): void => {
      for (const inner of fields.filter((each) => leads(type, each)))
        this.#edge(type, inner, who, levels, `${path}.${inner.name.value}`);
    };
    const isThere = typeof key === 'string' && this.#knowledge.exists(type, key);
    if (!isThere || !this.#isFree(() => lead(one(key)))) lead({ kind: 'some', count });
  }

  /** The template of CAs that its list showed; where it was read before, its row is there. */
  #listing(field: FieldNode, templates: Subject, path: string): void {
    const type = 'ProvisioningTemplate';
    if (this.#wasDone(field, templates)) return;
    const { fields, levels } = this.#below(field, type);
    if (templates.kind === 'some') {
      if (levels.has('DETAIL')) this.#maybe(templates.count, path);
    } else if (
      !this.#estimate.isSure(`${type}/${templates.key}`) &&
      !this.#knowledge.has(type, templates.key, levels, false)
    ) {
      this.#maybe(levels.has('DETAIL') ? 1 : 2, path);
    }
    for (const inner of fields) {
      if (!leads(type, inner)) continue;
      this.#edge(type, inner, templates, levels, `${path}.${inner.name.value}`);
    }
  }

  /** The fields below one, and their levels; asked for again and again along a list. */
  #below(field: FieldNode, type: Priced): Below {
    const known = this.#belows.get(field);
    if (known?.type === type) return known;
    const fields = subFields(this.#context, [field], type);
    const below = { type, fields, levels: levelsOf(fields, type, this.#request.levels) };
    this.#belows.set(field, below);
    return below;
  }

  #connection(
    type: Priced,
    field: FieldNode,
    args: GivenArguments,
    /** The things whose lists these are; undefined for the list of all. */
    parents: Subject | undefined,
    path: string,
  ): void {
    const wants = this.#request.levels.connection(this.#context, [field], type);
    const window = windowPrice(args, wants, type);
    const { first, filter, isOrdered, isJudged, bound } = window;
    if (window.pages === 0) return;
    const count = parents?.kind === 'some' ? parents.count : 1;
    const isOneList = parents?.kind !== 'some' && args.after == null;
    const wanted = isJudged || bound === 'whole list' ? Infinity : first;
    const parent = parents?.kind === 'one' ? parents.key : undefined;
    const list = isOneList
      ? this.#knowledge.list(type, parent, args.ascendingOrder === true, filter, wanted)
      : undefined;
    const desk = this.#deskAt(path);
    if (type === 'CACertificate') priceLookedAt(args, list, window.pages * count, desk);
    priceWindow(list, window, count, desk);
    if (list?.kind === 'none') return;
    const listedBy = type === 'CACertificate' ? (parents ?? namedBy(filter)) : undefined;
    const listed: Listed = { fields: wants.nodeFields, place: field, listedBy, path };
    if (list?.kind !== 'known') {
      this.#unknown(type, listed, first * count);
      return;
    }
    this.#estimate.shows(Math.min(first, list.keys.length));
    if (isOrdered || isJudged) {
      const shown = list.isWhole ? Math.min(first, list.keys.length) : first;
      const isSmall = list.isWhole && list.keys.length <= MAX_FIRST;
      const isFree = isSmall && this.#isFree(() => this.#known(type, listed, list.keys));
      if (!isFree) this.#unknown(type, listed, shown);
      return;
    }
    this.#known(type, listed, list.keys.slice(0, first));
    if (!list.isWhole) this.#unknown(type, listed, first - list.keys.length);
  }

  /** Things of a list that are not known, up to so many. */
  #unknown(type: Priced, { fields, listedBy, path }: Listed, count: number): void {
    if (count <= 0) return;
    this.#selection(type, fields, undefined, { kind: 'some', count, listedBy }, path, false);
  }

  /** Whether what is priced costs no call. Inside of such a trial it goes on as if: the trial tells. */
  #isFree(price: () => void): boolean {
    const [estimate, done, isTrial] = [this.#estimate, this.#done, this.#isTrial];
    if (!isTrial) [this.#estimate, this.#done, this.#isTrial] = [new Estimate(), new Map(), true];
    price();
    const { max } = this.#estimate.price();
    [this.#estimate, this.#done, this.#isTrial] = [estimate, done, isTrial];
    return isTrial || max === 0;
  }

  #sure(action: ActionName, key: string, path: string): void {
    this.#estimate.sure(action, key, path);
  }

  #maybe(calls: number, path: string): void {
    this.#estimate.maybe(calls, path);
  }

  #wasDone(place: FieldNode, who: Subject): boolean {
    if (who.kind === 'some') return false;
    const done = this.#done.get(place) ?? new Set();
    this.#done.set(place, done);
    if (done.has(who.key)) return true;
    done.add(who.key);
    return false;
  }

  #arguments(type: string, field: FieldNode): GivenArguments {
    return argumentsOf(this.#request.schema, type, field, this.#context.variableValues);
  }
}
