import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import type { ClassicLevel } from 'classic-level';

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

/** The data directory cannot be used; the message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

const FORMAT = '1';
const FORMAT_KEY = 'format';
/** Renewed at each start: tells a directory we still hold from one that another process used. */
const OWNER_KEY = 'owner';
const DATA_PREFIX = 'data/';

const LEVEL_FILE = /^(?:CURRENT|LOCK|LOG(?:\.old)?|MANIFEST-\d+|\d+\.(?:log|ldb|sst|dbtmp))$/;

/** What the journal needs of LevelDB. */
export type Level = Pick<
  ClassicLevel<string, string>,
  'get' | 'keys' | 'batch' | 'iterator' | 'close'
>;
type OpenLevel = (directory: string) => Promise<Level>;
type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

/**
 * Opens, or makes, a data directory. It belongs to one process at a time (LevelDB holds a lock
 * that ends with the process); a second one is refused with DataDirectoryError, as is a directory
 * written by a newer format or filled with something else.
 */
export async function openJournal(
  directory: string,
  open: OpenLevel = openLevel,
): Promise<Journal> {
  const owner = randomUUID();
  let level: Level;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const strange = (await readdir(directory)).find((name) => !LEVEL_FILE.test(name));
    if (strange !== undefined) {
      throw new DataDirectoryError(
        `The data directory ${directory} holds other files (${strange}); name an empty one`,
      );
    }
    level = await open(directory);
  } catch (cause) {
    throw asDirectoryError(directory, cause);
  }
  try {
    await claim(level, directory, owner);
  } catch (cause) {
    await level.close();
    throw asDirectoryError(directory, cause);
  }
  return new LevelJournal(() => open(directory), owner, level);
}

async function openLevel(directory: string): Promise<Level> {
  const encodings = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;
  // Loaded when it is needed: most control planes live in memory.
  const { ClassicLevel: Level } = await import('classic-level');
  const level = new Level<string, string>(directory, encodings);
  await level.open();
  return level;
}

async function claim(level: Level, directory: string, owner: string): Promise<void> {
  const format = await level.get(FORMAT_KEY);
  if (format === undefined && (await level.keys({ limit: 1 }).all()).length > 0) {
    throw new DataDirectoryError(`The data directory ${directory} is not a control plane's`);
  }
  if (format !== undefined && format !== FORMAT) {
    throw new DataDirectoryError(
      `The data directory ${directory} has format ${format}; this version reads format ${FORMAT}`,
    );
  }
  const operations: Operation[] = [
    { type: 'put', key: FORMAT_KEY, value: FORMAT },
    { type: 'put', key: OWNER_KEY, value: owner },
  ];
  await level.batch(operations, { sync: true });
}

function asDirectoryError(directory: string, cause: unknown): unknown {
  if (cause instanceof DataDirectoryError) return cause;
  if (innermost(cause).code === 'LEVEL_LOCKED') {
    return new DataDirectoryError(`Another process uses the data directory ${directory}`, {
      cause,
    });
  }
  const { message: text = 'for an unknown reason' } = innermost(cause);
  return new DataDirectoryError(`The data directory ${directory} cannot be opened: ${text}`, {
    cause,
  });
}

interface Reason {
  readonly message?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** abstract-level wraps the reason of a failed open as its cause. */
function innermost(error: unknown): Reason {
  if (typeof error !== 'object' || error === null) return {};
  const reason: Reason = error;
  return reason.cause === undefined ? reason : innermost(reason.cause);
}

/**
 * LevelDB, each commit one batch with a sync (fdatasync of its log) before it resolves.
 *
 * After a failed write the state of its log is unknown, so LevelDB takes no more writes; the next
 * commit opens the directory anew, which starts another log. What the failed commit may yet have
 * left on the disk is undone by the next commit that succeeds, as its first act.
 */
class LevelJournal implements Journal {
  readonly #open: () => Promise<Level>;
  readonly #owner: string;
  #level: Level | undefined;
  /** Former values of the keys whose last commit failed. */
  readonly #undo = new Map<string, unknown>();

  constructor(open: () => Promise<Level>, owner: string, level: Level) {
    this.#open = open;
    this.#owner = owner;
    this.#level = level;
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
    if (this.#level) return this.#level;
    const level = await this.#open();
    if ((await level.get(OWNER_KEY)) !== this.#owner) {
      await level.close();
      throw new DataDirectoryError('Another process has used the data directory meanwhile');
    }
    this.#level = level;
    return level;
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
