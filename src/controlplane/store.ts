import {
  CommittedCollection,
  caCertificateIndexes,
  certificateIndexes,
  noIndexes,
  type RecordChange,
  readOnlyCollection,
  StagedCollection,
} from './collections.ts';
import type { RealmState, Stored } from './contract.ts';
import type { Journal, JournalChange } from './durable.ts';
import type { Realm } from './signature.ts';

/** The kinds of record, which are also the collections of a realm. */
type Kind = keyof RealmState;

const kinds: readonly Kind[] = [
  'templates',
  'caCertificates',
  'certificates',
  'tags',
  'registrationCode',
];

/** A write that the disk did not take. Nothing of it is visible, and the store goes on. */
export class StoreWriteError extends Error {
  override readonly name = 'StoreWriteError';
}

/**
 * The state of every account and region. Reads come from memory and see acknowledged writes only.
 * Writing work runs one at a time across the whole store, each in a transaction of its own: it is
 * committed to the journal first, then made visible, and nothing is kept of work that throws.
 */
export class Store {
  readonly #realms = new Map<string, CommittedRealm>();
  readonly #journal: Journal | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(journal: Journal | undefined) {
    this.#journal = journal;
  }

  /** Without a journal the state lives in memory only. */
  static async open(journal?: Journal): Promise<Store> {
    const store = new Store(journal);
    if (journal) await store.#load(journal);
    return store;
  }

  /** True until the first record is written. */
  get isEmpty(): boolean {
    return this.#realms.size === 0;
  }

  /** A view without writes: putting through it is a mistake of the program and throws. */
  read(realm: Realm): RealmState {
    const committed = this.#realms.get(realmKey(realm)) ?? new CommittedRealm();
    return committed.readOnly();
  }

  /**
   * Runs work that may write, alone, and resolves with its result once its writes are synced and
   * visible. Rejects with what the work threw, or with StoreWriteError.
   */
  write<Result>(
    realm: Realm,
    work: (state: RealmState) => Result | Promise<Result>,
  ): Promise<Result> {
    const turn = this.#lastWrite.then(() => this.#transact(realm, work));
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** Whether another account of the same region holds a CA certificate in DEFAULT mode. */
  isHeldElsewhere({ account, region }: Realm, certificateId: string): boolean {
    for (const [key, { caCertificates }] of this.#realms) {
      if (key === realmKey({ account, region }) || !key.endsWith(`/${region}`)) continue;
      if (caCertificates.get(certificateId)?.certificateMode === 'DEFAULT') return true;
    }
    return false;
  }

  /** Waits for the writes under way, then releases the directory. */
  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#journal?.close();
  }

  async #transact<Result>(
    realm: Realm,
    work: (state: RealmState) => Result | Promise<Result>,
  ): Promise<Result> {
    const key = realmKey(realm);
    const committed = this.#realms.get(key) ?? new CommittedRealm();
    const transaction = new RealmTransaction(committed);
    const result = await work(transaction.state);
    const changes = transaction.changes(key);
    if (changes.length === 0) return result;
    try {
      await this.#journal?.commit(changes);
    } catch (cause) {
      throw new StoreWriteError('The write could not be made durable', { cause });
    }
    transaction.apply();
    this.#realms.set(key, committed);
    return result;
  }

  async #load(journal: Journal): Promise<void> {
    for await (const { key, value } of journal.entries()) {
      const [realm, kind, recordKey] = parseKey(key);
      const committed = this.#realms.get(realm) ?? new CommittedRealm();
      this.#realms.set(realm, committed);
      if (kind === SEQUENCE) committed.lastSequence = Number(value);
      else committed.collect(kind, recordKey, value);
    }
    for (const committed of this.#realms.values()) committed.settle();
  }
}

/** The key, beside the kinds, under which a realm keeps its last sequence. */
const SEQUENCE = 'sequence';

interface LoadedRecord {
  readonly kind: Kind;
  readonly key: string;
  readonly item: Stored;
}

class CommittedRealm {
  lastSequence = 0;
  readonly templates = new CommittedCollection<ItemOf<'templates'>, 'none'>(noIndexes);
  readonly caCertificates = new CommittedCollection(caCertificateIndexes);
  readonly certificates = new CommittedCollection(certificateIndexes);
  readonly tags = new CommittedCollection<ItemOf<'tags'>, 'none'>(noIndexes);
  readonly registrationCode = new CommittedCollection<ItemOf<'registrationCode'>, 'none'>(
    noIndexes,
  );
  #loaded: LoadedRecord[] = [];

  readOnly(): RealmState {
    const refuse = (): never => {
      throw new TypeError('A rule wrote through an action that is not marked as writing');
    };
    return {
      templates: readOnlyCollection(this.templates, refuse),
      caCertificates: readOnlyCollection(this.caCertificates, refuse),
      certificates: readOnlyCollection(this.certificates, refuse),
      tags: readOnlyCollection(this.tags, refuse),
      registrationCode: readOnlyCollection(this.registrationCode, refuse),
    };
  }

  /** The journal goes by key; collections are filled in order of sequence, which is appending. */
  collect(kind: string, key: string, value: unknown): void {
    if (!isKind(kind)) throw new TypeError(`The data directory has records of kind ${kind}`);
    this.#loaded.push({ kind, key, item: Object.freeze(value as Stored) });
  }

  settle(): void {
    this.#loaded.sort((one, other) => one.item.sequence - other.item.sequence);
    for (const { kind, key, item } of this.#loaded) {
      // The kind is part of the key that the record was written under.
      const collection = this[kind] as unknown as CommittedCollection<Stored, string>;
      collection.apply(key, item);
    }
    this.#loaded = [];
  }
}

type ItemOf<K extends Kind> = NonNullable<ReturnType<RealmState[K]['get']>>;

class RealmTransaction {
  readonly state: { readonly [K in Kind]: RealmState[K] };
  readonly #staged: { readonly [K in Kind]: StagedKind };
  readonly #committed: CommittedRealm;
  #lastSequence: number;

  constructor(committed: CommittedRealm) {
    this.#committed = committed;
    this.#lastSequence = committed.lastSequence;
    const nextSequence = (): number => {
      this.#lastSequence += 1;
      return this.#lastSequence;
    };
    const staged = {
      templates: new StagedCollection(committed.templates, nextSequence),
      caCertificates: new StagedCollection(committed.caCertificates, nextSequence),
      certificates: new StagedCollection(committed.certificates, nextSequence),
      tags: new StagedCollection(committed.tags, nextSequence),
      registrationCode: new StagedCollection(committed.registrationCode, nextSequence),
    };
    this.state = staged;
    this.#staged = staged;
  }

  changes(realm: string): JournalChange[] {
    const changes: JournalChange[] = [];
    for (const kind of kinds) {
      for (const { key, former, next } of this.#staged[kind].changes()) {
        if (former !== next) changes.push({ key: `${realm}/${kind}/${key}`, former, next });
      }
    }
    if (this.#lastSequence !== this.#committed.lastSequence) {
      const key = `${realm}/${SEQUENCE}`;
      changes.push({ key, former: this.#committed.lastSequence, next: this.#lastSequence });
    }
    return changes;
  }

  apply(): void {
    for (const kind of kinds) this.#staged[kind].apply();
    this.#committed.lastSequence = this.#lastSequence;
  }
}

interface StagedKind {
  changes(): RecordChange<unknown>[];
  apply(): void;
}

/** Neither accounts nor regions hold a slash; keys of records may, and come last. */
function realmKey(realm: Realm): string {
  return `${realm.account}/${realm.region}`;
}

function parseKey(key: string): [realm: string, kind: string, recordKey: string] {
  const [account = '', region = '', kind = '', ...rest] = key.split('/');
  return [`${account}/${region}`, kind, rest.join('/')];
}

function isKind(kind: string): kind is Kind {
  return kinds.some((known) => known === kind);
}
