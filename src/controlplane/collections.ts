import type {
  CACertificateRecord,
  CertificateRecord,
  Collection,
  ListQuery,
  RegistrationCodeRecord,
  Stored,
  TagsRecord,
  TemplateRecord,
  Where,
} from './contract.ts';
import { SequenceList } from './sequenceList.ts';

/** What an index files a record under; undefined leaves it out. */
type IndexValue<Item> = (item: Item) => string | undefined;
type Indexes<Item, Index extends string> = Readonly<Record<Index, IndexValue<Item>>>;

/** The collections of a realm with the indexes they keep. */
export const caCertificateIndexes: Indexes<CACertificateRecord, 'templateName' | 'subject'> = {
  templateName: (record) => record.registrationConfig?.templateName,
  subject: (record) => record.subjectDigest,
};
/** The index of device certificates: by the CA that signed them. */
export const certificateIndexes: Indexes<CertificateRecord, 'caCertificateId'> = {
  caCertificateId: (record) => record.caCertificateId,
};
/** `none` is the index of collections that have no index: it never holds anything. */
export const noIndexes: Indexes<TemplateRecord | TagsRecord | RegistrationCodeRecord, 'none'> = {
  none: () => undefined,
};

interface Entry<Item> extends Stored {
  readonly key: string;
  readonly item: Item;
}

/** The acknowledged records of one kind: what every read sees. */
export class CommittedCollection<Item extends Stored, Index extends string> {
  readonly #indexes: Indexes<Item, Index>;
  readonly #byKey = new Map<string, Item>();
  readonly #all = new SequenceList<Entry<Item>>();
  readonly #byValue = new Map<string, SequenceList<Entry<Item>>>();

  constructor(indexes: Indexes<Item, Index>) {
    this.#indexes = indexes;
  }

  get(key: string): Item | undefined {
    return this.#byKey.get(key);
  }

  /** Puts the record, or takes it out when there is none. */
  apply(key: string, item: Item | undefined): void {
    const former = this.#byKey.get(key);
    if (former) this.#remove(key, former);
    if (item) this.#add(key, item);
  }

  *walk(query: Omit<ListQuery<Index>, 'limit'>): Generator<Entry<Item>> {
    const list = query.where ? this.#byValue.get(fileName(query.where)) : this.#all;
    if (list) yield* list.walk(query.ascending, query.afterSequence);
  }

  count(where?: Where<Index>): number {
    if (!where) return this.#all.size;
    return this.#byValue.get(fileName(where))?.size ?? 0;
  }

  matches(item: Item, where: Where<Index> | undefined): boolean {
    return !where || this.#indexes[where.index](item) === where.value;
  }

  #add(key: string, item: Item): void {
    const entry = { key, item, sequence: item.sequence };
    this.#byKey.set(key, item);
    this.#all.add(entry);
    for (const file of this.#filesOf(item)) {
      const list = this.#byValue.get(file) ?? new SequenceList<Entry<Item>>();
      list.add(entry);
      this.#byValue.set(file, list);
    }
  }

  #remove(key: string, item: Item): void {
    this.#byKey.delete(key);
    this.#all.remove(item.sequence);
    for (const file of this.#filesOf(item)) {
      const list = this.#byValue.get(file);
      list?.remove(item.sequence);
      if (list?.size === 0) this.#byValue.delete(file);
    }
  }

  #filesOf(item: Item): string[] {
    const files: string[] = [];
    for (const [index, indexValue] of Object.entries<IndexValue<Item>>(this.#indexes)) {
      const value = indexValue(item);
      if (value !== undefined) files.push(fileName({ index, value }));
    }
    return files;
  }
}

function fileName(where: Where<string>): string {
  return `${where.index}=${where.value}`;
}

/** A collection without writes; `refuse` throws when a rule tries one. */
export function readOnlyCollection<Item extends Stored, Index extends string>(
  committed: CommittedCollection<Item, Index>,
  refuse: () => never,
): Collection<Item, Index> {
  return {
    get: (key) => committed.get(key),
    put: refuse,
    delete: refuse,
    list: (query) => [...take(committed.walk(query), query.limit)].map((entry) => entry.item),
    count: (where) => committed.count(where),
  };
}

/** One write to one record: what was there, and what shall be; undefined where there is nothing. */
export interface RecordChange<Item> {
  readonly key: string;
  readonly former: Item | undefined;
  readonly next: Item | undefined;
}

/** A collection as one transaction sees it: the committed records under its own staged writes. */
export class StagedCollection<Item extends Stored, Index extends string>
  implements Collection<Item, Index>
{
  readonly #committed: CommittedCollection<Item, Index>;
  readonly #nextSequence: () => number;
  readonly #staged = new Map<string, Item | undefined>();

  constructor(committed: CommittedCollection<Item, Index>, nextSequence: () => number) {
    this.#committed = committed;
    this.#nextSequence = nextSequence;
  }

  get(key: string): Item | undefined {
    return this.#staged.has(key) ? this.#staged.get(key) : this.#committed.get(key);
  }

  put(key: string, item: Omit<Item, 'sequence'>): Item {
    const sequence = this.get(key)?.sequence ?? this.#nextSequence();
    // Omit loses the link between Item and its parts: the two together are an Item again.
    const stored = Object.freeze({ ...item, sequence }) as unknown as Item;
    this.#staged.set(key, stored);
    return stored;
  }

  delete(key: string): void {
    this.#staged.set(key, undefined);
  }

  list(query: ListQuery<Index>): Item[] {
    const merged = this.#merge(this.#stagedMatches(query), query);
    return [...take(merged, query.limit)];
  }

  count(where?: Where<Index>): number {
    let count = this.#committed.count(where);
    for (const [key, item] of this.#staged) {
      const former = this.#committed.get(key);
      if (former && this.#committed.matches(former, where)) count -= 1;
      if (item && this.#committed.matches(item, where)) count += 1;
    }
    return count;
  }

  changes(): RecordChange<Item>[] {
    return [...this.#staged].map(([key, next]) => ({
      key,
      former: this.#committed.get(key),
      next,
    }));
  }

  /** Makes the staged writes visible to everyone. */
  apply(): void {
    for (const [key, item] of this.#staged) this.#committed.apply(key, item);
  }

  *#merge(staged: readonly Item[], query: ListQuery<Index>): Generator<Item> {
    let position = 0;
    for (const entry of this.#committed.walk(query)) {
      if (this.#staged.has(entry.key)) continue;
      for (; position < staged.length; position += 1) {
        const item = staged[position];
        if (!item || !precedes(item, entry, query.ascending)) break;
        yield item;
      }
      yield entry.item;
    }
    yield* staged.slice(position);
  }

  #stagedMatches(query: Omit<ListQuery<Index>, 'limit'>): Item[] {
    const matches: Item[] = [];
    const { afterSequence, ascending, where } = query;
    for (const item of this.#staged.values()) {
      if (!item || !this.#committed.matches(item, where)) continue;
      const after = { sequence: afterSequence ?? (ascending ? -Infinity : Infinity) };
      if (precedes(after, item, ascending)) matches.push(item);
    }
    return matches.sort((one, other) => (precedes(one, other, ascending) ? -1 : 1));
  }
}

function precedes(one: Stored, other: Stored, ascending: boolean): boolean {
  return ascending ? one.sequence < other.sequence : one.sequence > other.sequence;
}

function* take<T>(items: Iterable<T>, limit: number): Generator<T> {
  let taken = 0;
  if (limit <= 0) return;
  for (const item of items) {
    yield item;
    taken += 1;
    if (taken >= limit) return;
  }
}
