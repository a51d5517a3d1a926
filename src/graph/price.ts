import { type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { ActionName } from '../upstream/actions.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { parseVersionKey } from '../upstream/versionQuestions.ts';
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
import { priceLookedAt, priceShortList } from './priceLists.ts';
import { MOST_CHANGES, MUTATION_PRICES, type MutationPrice, moreOf } from './priceMutations.ts';
import {
  DESCRIBES,
  isSniOnly,
  leads,
  lower,
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

interface Below {
  readonly type: Priced;
  readonly fields: readonly FieldNode[];
  readonly levels: Levels;
}

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
  readonly #estimate = new Estimate();
  /** Selections priced already, by place and thing: a thing is asked once however often it is met. */
  readonly #done = new Map<FieldNode, Set<string>>();

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
        this.#connection('ProvisioningTemplate', field, args, undefined, 1, path);
        return;
      case 'caCertificates':
        this.#connection('CACertificate', field, args, undefined, 1, path);
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
  #known(
    type: Priced,
    fields: readonly FieldNode[],
    place: FieldNode,
    keys: readonly string[],
    path: string,
  ): void {
    const levels = levelsOf(fields, type, this.#request.levels);
    const leading = fields.filter((field) => leads(type, field));
    // The list that shows them has their rows.
    const needsMore = levels.has('DETAIL') || levels.has('CONSTANT');
    if (!needsMore && leading.length === 0) return;
    for (const key of keys) {
      const who: Subject = { kind: 'one', key };
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
    if (name === 'caCertificates' || name === 'certificates') {
      const args = this.#arguments(type, field);
      const listed = name === 'caCertificates' ? 'CACertificate' : 'Certificate';
      const parent = who.kind === 'one' ? who.key : undefined;
      this.#connection(listed, field, args, parent ?? null, count, path);
    } else if (name === 'versions') {
      const args = this.#arguments(type, field);
      const parent = who.kind === 'one' ? who.key : null;
      this.#connection('ProvisioningTemplateVersion', field, args, parent, count, path);
    } else if (name === 'versionsUsed' || name === 'tags') {
      priceShortList(type, name, who, this.#deskAt(path));
    } else if (name === 'template' && type === 'ProvisioningTemplateVersion') {
      const key = who.kind === 'one' ? parseVersionKey(who.key).templateName : undefined;
      this.#reached('ProvisioningTemplate', field, key, count, path);
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
    for (const inner of fields) {
      if (!leads(type, inner)) continue;
      this.#edge(type, inner, { kind: 'some', count }, levels, `${path}.${inner.name.value}`);
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
    /** The thing whose list it is; null for one not known yet, undefined for the list of all. */
    parent: string | null | undefined,
    count: number,
    path: string,
  ): void {
    const wants = this.#request.levels.connection(this.#context, [field], type);
    const { first, filter, isOrdered, pages } = windowPrice(args, wants, type);
    const page =
      parent === null || args.after != null
        ? undefined
        : this.#knowledge.firstPage(type, parent, args.ascendingOrder === true, filter);
    if (pages === 0) return;
    const { nodeFields: fields } = wants;
    if (type === 'CACertificate') priceLookedAt(args, page, pages * count, this.#deskAt(path));
    if (page?.kind === 'known' && isOrdered) {
      if (!page.isLast) this.#maybe(pages, path);
      const shown = page.isLast ? Math.min(first, page.keys.length) : first;
      this.#estimate.shows(Math.min(first, page.keys.length));
      this.#selection(type, fields, undefined, { kind: 'some', count: shown }, path, false);
      return;
    }
    if (page?.kind === 'known') {
      const shown = page.keys.slice(0, first);
      const rest = page.isLast ? 0 : first - shown.length;
      if (!page.isLast && (rest > 0 || wants.hasNextPage || wants.totalCount))
        this.#maybe(pages, path);
      this.#estimate.shows(shown.length);
      this.#known(type, fields, field, shown, path);
      if (rest > 0)
        this.#selection(type, fields, undefined, { kind: 'some', count: rest }, path, false);
      return;
    }
    if (page?.kind === 'unknown') {
      this.#sure(page.action, page.key, path);
      this.#maybe(pages - 1, path);
    } else if (page?.kind !== 'none') {
      this.#maybe(pages * count, path);
    }
    if (page?.kind === 'none') return;
    this.#selection(type, fields, undefined, { kind: 'some', count: first * count }, path, false);
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
