import DataLoader from 'dataloader';
import { GatewayError } from '../errors.ts';
import type { ListPage } from './connection.ts';
import type { Level } from './selection.ts';

export type Row<Entity> = Entity extends { row?: infer R } ? Exclude<R, undefined> : never;
export type Detail<Entity> = Entity extends { detail?: infer D } ? Exclude<D, undefined> : never;

export interface Described<Entity> {
  readonly arn: string;
  readonly row: Row<Entity>;
  readonly detail: Detail<Entity>;
}

interface EntityLoaderOptions<Entity> {
  readonly create: (key: string, arn: string) => Entity;
  readonly describe: (key: string) => Promise<Described<Entity>>;
  readonly onDeduplicated: () => void;
}

/** The entities of one type in one operation, each described at most once. */
export class EntityLoader<Entity extends { row?: unknown; detail?: unknown }> {
  readonly #entities = new Map<string, Entity>();
  readonly #asked = new Set<string>();
  readonly #options: EntityLoaderOptions<Entity>;
  readonly #describes: DataLoader<string, Entity | null>;

  constructor(options: EntityLoaderOptions<Entity>) {
    this.#options = options;
    this.#describes = new DataLoader((keys) => Promise.all(keys.map((key) => this.#describe(key))));
  }

  /** The entity of a key, known or not; costs nothing. */
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
    if (this.#asked.has(key)) this.#options.onDeduplicated();
    this.#asked.add(key);
    return this.#describes.load(key);
  }

  /**
   * The entity read as far as a level needs. Null once AWS has said that it is gone; when it could
   * not be read its key stands, and its fields carry the error, for they load it again.
   */
  async reach(key: string, arn: string, level: Level): Promise<Entity | null> {
    const known = this.ref(key, arn);
    const isEnough = {
      REF: true,
      ROW: known.row !== undefined,
      DETAIL: known.detail !== undefined,
    };
    if (isEnough[level]) return known;
    try {
      return await this.load(key);
    } catch (error) {
      if (error instanceof GatewayError) return known;
      throw error;
    }
  }

  forget(key: string): void {
    this.#entities.delete(key);
    this.#asked.delete(key);
    this.#describes.clear(key);
  }

  async #describe(key: string): Promise<Entity | null | Error> {
    try {
      const { arn, row, detail } = await this.#options.describe(key);
      const entity = this.ref(key, arn);
      entity.row = row;
      entity.detail = detail;
      return entity;
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'RESOURCE_NOT_FOUND') return null;
      return error as Error;
    }
  }
}

/** The pages of one list action in one operation, each fetched at most once. */
export class PageLoader<List, Item> {
  readonly #pages: DataLoader<PageOf<List>, ListPage<Item>, string>;
  readonly #asked = new Set<string>();
  readonly #onDeduplicated: () => void;

  constructor(options: {
    readonly fetch: (page: PageOf<List>) => Promise<ListPage<Item>>;
    readonly onDeduplicated: () => void;
  }) {
    this.#onDeduplicated = options.onDeduplicated;
    this.#pages = new DataLoader(
      (pages) =>
        Promise.all(pages.map((page) => options.fetch(page).catch((error: Error) => error))),
      { cacheKeyFn: pageKey },
    );
  }

  load(list: List, token: string | undefined): Promise<ListPage<Item>> {
    const key = pageKey({ list, token });
    if (this.#asked.has(key)) this.#onDeduplicated();
    this.#asked.add(key);
    return this.#pages.load({ list, token });
  }

  forgetAll(): void {
    this.#asked.clear();
    this.#pages.clearAll();
  }
}

export interface PageOf<List> {
  readonly list: List;
  readonly token: string | undefined;
}

function pageKey<List>({ list, token }: PageOf<List>): string {
  return JSON.stringify([list, token ?? null]);
}
