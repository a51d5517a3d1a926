import DataLoader from 'dataloader';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../upstream/scope.ts';
import { type Level, type Levels, ROW } from './selection.ts';

type AnyEntity = { row?: unknown; detail?: unknown };

export type Row<Entity> = Entity extends { row?: infer R } ? Exclude<R, undefined> : never;
export type Detail<Entity> = Entity extends { detail?: infer D } ? Exclude<D, undefined> : never;

/** What a Describe tells: the ARN, and how to write the rest onto the entity. */
export interface Described<Entity> {
  readonly arn: string;
  readonly detail: Detail<Entity>;
}

interface EntityLoaderOptions<Entity extends AnyEntity> {
  readonly create: (key: string, arn: string) => Entity;
  /** Writes onto an entity what is known for a level and young enough for the operation. */
  readonly recall: (entity: Entity, level: Level) => void;
  /** The ARN of a thing that is known to exist from a row or detail young enough. */
  readonly knownArn: (key: string) => string | undefined;
  /** Why the Describes of some things cannot all be made in time; unset: they are not looked at. */
  readonly refusal?: (keys: readonly string[]) => GatewayError | undefined;
  /** One Describe, unless calls are refused; null when AWS says that there is no such thing. */
  readonly describe: (key: string, refused?: GatewayError) => Promise<Described<Entity> | null>;
  /** Writes a detail onto an entity. */
  readonly apply: (entity: Entity, detail: Detail<Entity>) => void;
  /** Whether an entity carries what a level needs. */
  readonly has: (entity: Entity, level: Level) => boolean;
  /** Finds rows of several things in fewer calls than Describes, where there is a way. */
  readonly findRows?: (entities: readonly Entity[]) => Promise<void>;
  /** See `CallScope.gather`. */
  readonly gather?: CallScope['gather'];
  readonly onDeduplicated: () => void;
}

/** The entities of one type in one operation, each described at most once. */
export class EntityLoader<Entity extends AnyEntity> {
  readonly #entities = new Map<string, Entity>();
  readonly #asked = new Set<string>();
  readonly #options: EntityLoaderOptions<Entity>;
  #describesLoader: DataLoader<string, Entity | null> | undefined;
  #rowsLoader: DataLoader<string, Entity | null> | undefined;

  constructor(options: EntityLoaderOptions<Entity>) {
    this.#options = options;
  }

  // Made when they are needed, for where all is known they never are.

  get #describes(): DataLoader<string, Entity | null> {
    this.#describesLoader ??= new DataLoader((keys) => {
      const refused = this.#options.refusal?.(keys);
      return Promise.all(keys.map((key) => this.#describe(key, refused)));
    });
    return this.#describesLoader;
  }

  get #rows(): DataLoader<string, Entity | null> {
    const { gather } = this.#options;
    this.#rowsLoader ??= new DataLoader(
      (keys) => this.#findRows(keys),
      gather === undefined ? {} : { batchScheduleFn: gather },
    );
    return this.#rowsLoader;
  }

  /** The entity of a key; costs nothing. */
  ref(key: string, arn: string): Entity {
    const known = this.#entities.get(key);
    if (known) return known;
    const entity = this.#options.create(key, arn);
    this.#entities.set(key, entity);
    return entity;
  }

  /** The entity of a row that a list showed. */
  fromRow(key: string, arn: string, row: Row<Entity>): Entity {
    const entity = this.ref(key, arn);
    entity.row ??= row;
    return entity;
  }

  /** The entity with its detail, null when AWS says that there is none. */
  load(key: string): Promise<Entity | null> {
    const loading = this.#describes.load(key);
    // Only what is answered was saved a call: fields ask again for what failed, to tell why.
    if (this.#asked.has(key)) loading.then(this.#options.onDeduplicated, () => undefined);
    this.#asked.add(key);
    return loading;
  }

  /** The thing of a key, proven to exist and read as far as the levels need; null when it is gone. */
  async find(key: string, levels: Levels): Promise<Entity | null> {
    const known = this.#entities.get(key);
    const arn = known === undefined ? this.#options.knownArn(key) : undefined;
    const entity = known ?? (arn === undefined ? undefined : this.ref(key, arn));
    if (entity && this.#hasAll(entity, ROW) && this.#hasAll(entity, levels)) return entity;
    return this.load(key);
  }

  /** Whether an entity carries what the levels need, or the cache knows it. */
  knows(entity: Entity, levels: Levels): boolean {
    return this.#hasAll(entity, levels);
  }

  /**
   * The entity read as far as the levels need. Null once AWS has said that it is gone; when it
   * could not be read its key stands, and its fields carry the error, for they load it again.
   */
  reach(key: string, arn: string, levels: Levels): Entity | Promise<Entity | null> {
    const known = this.ref(key, arn);
    return this.#hasAll(known, levels) ? known : this.#reach(key, known, levels);
  }

  async #reach(key: string, known: Entity, levels: Levels): Promise<Entity | null> {
    try {
      return await (levels.has('DETAIL') ? this.load(key) : this.#rows.load(key));
    } catch (error) {
      if (error instanceof GatewayError) return known;
      throw error;
    }
  }

  /**
   * Describes all entities that lack what the levels need, so that their fields need not wait; none of
   * them where that cannot be done in time.
   */
  async prepare(entries: ReadonlyArray<readonly [key: string, entity: Entity]>, levels: Levels) {
    const lacking = entries.filter(([, entity]) => !this.#hasAll(entity, levels));
    // A Describe that fails is told at the fields that it would have answered.
    await Promise.all(lacking.map(([key]) => this.load(key).catch(() => undefined)));
  }

  forget(key: string): void {
    this.#entities.delete(key);
    this.#asked.delete(key);
    this.#describesLoader?.clear(key);
    this.#rowsLoader?.clear(key);
  }

  /** After a write that may have changed any of them. */
  forgetAll(): void {
    this.#entities.clear();
    this.#asked.clear();
    this.#describesLoader?.clearAll();
    this.#rowsLoader?.clearAll();
  }

  #hasAll(entity: Entity, levels: Levels): boolean {
    const { has, recall } = this.#options;
    for (const level of levels) {
      if (has(entity, level)) continue;
      recall(entity, level);
      if (!has(entity, level)) return false;
    }
    return true;
  }

  async #describe(key: string, refused?: GatewayError): Promise<Entity | null | Error> {
    try {
      const described = await this.#options.describe(key, refused);
      if (described === null) return null;
      const entity = this.ref(key, described.arn);
      this.#options.apply(entity, described.detail);
      return entity;
    } catch (error) {
      return error as Error;
    }
  }

  async #findRows(keys: readonly string[]): Promise<Array<Entity | null | Error>> {
    const wanted = keys.flatMap((key) => this.#entities.get(key) ?? []);
    // A list that fails leaves the rows unknown; the Describes below say why.
    await this.#options.findRows?.(wanted).catch(() => undefined);
    return Promise.all(
      keys.map((key) => {
        const entity = this.#entities.get(key);
        return entity?.row === undefined ? this.load(key).catch((error: Error) => error) : entity;
      }),
    );
  }
}
