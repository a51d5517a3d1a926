import { type Level, type OpenLevel, openDataDirectory } from '../dataDirectory.ts';

/** One write to one key; undefined where there is nothing. */
export interface JournalChange {
  readonly key: string;
  readonly former: unknown;
  readonly next: unknown;
}

/** Where acknowledged writes are kept. */
export interface Journal {
  /** Everything written so far, in order of key. */
  entries(): AsyncIterable<{ readonly key: string; readonly value: unknown }>;
  /** All changes or none, synced to the disk when it resolves. */
  commit(changes: readonly JournalChange[]): Promise<void>;
  close(): Promise<void>;
}

const CONTENT = { format: '1', owner: "a control plane's" };
const DATA_PREFIX = 'data/';

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

/** Opens, or makes, a data directory. Rejects with DataDirectoryError when it cannot be used. */
export async function openJournal(directory: string, open?: OpenLevel): Promise<Journal> {
  const { level, reopen } = await openDataDirectory(directory, CONTENT, open);
  return new LevelJournal(level, reopen);
}

/**
 * LevelDB, each commit one batch with a sync (fdatasync of its log) before it resolves.
 *
 * After a failed write the state of its log is unknown, so LevelDB takes no more writes; the next
 * commit opens the directory anew, which starts another log. What the failed commit may yet have
 * left on the disk is undone by the next commit that succeeds, as its first act.
 */
class LevelJournal implements Journal {
  readonly #reopen: () => Promise<Level>;
  #level: Level | undefined;
  /** Former values of the keys whose last commit failed. */
  readonly #undo = new Map<string, unknown>();

  constructor(level: Level, reopen: () => Promise<Level>) {
    this.#level = level;
    this.#reopen = reopen;
  }

  async *entries(): AsyncIterable<{ readonly key: string; readonly value: unknown }> {
    const level = await this.#reopened();
    const end = `${DATA_PREFIX}\uffff`;
    for await (const [key, value] of level.iterator({ gte: DATA_PREFIX, lt: end })) {
      yield { key: key.slice(DATA_PREFIX.length), value: JSON.parse(value) };
    }
  }

  async commit(changes: readonly JournalChange[]): Promise<void> {
    const wanted = new Map(this.#undo);
    for (const { key, next } of changes) wanted.set(key, next);
    try {
      const level = await this.#reopened();
      await level.batch([...wanted].map(toOperation), { sync: true });
      this.#undo.clear();
    } catch (error) {
      for (const { key, former } of changes) {
        if (!this.#undo.has(key)) this.#undo.set(key, former);
      }
      await this.#abandon();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#undo.size > 0) await this.commit([]).catch(() => undefined);
    const level = this.#level;
    this.#level = undefined;
    await level?.close();
  }

  async #reopened(): Promise<Level> {
    this.#level ??= await this.#reopen();
    return this.#level;
  }

  async #abandon(): Promise<void> {
    const level = this.#level;
    this.#level = undefined;
    // It failed already: that closing it fails too tells nothing new.
    await level?.close().catch(() => undefined);
  }
}

function toOperation([key, value]: readonly [string, unknown]): Operation {
  const place = DATA_PREFIX + key;
  if (value === undefined) return { type: 'del', key: place };
  return { type: 'put', key: place, value: JSON.stringify(value) };
}
