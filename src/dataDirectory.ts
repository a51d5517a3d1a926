import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import type { ClassicLevel } from 'classic-level';

/** A data directory cannot be used; the message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

const FORMAT_KEY = 'format';
/** Renewed at each start: tells a directory we still hold from one that another process used. */
const OWNER_KEY = 'owner';

const LEVEL_FILE = /^(?:CURRENT|LOCK|LOG(?:\.old)?|MANIFEST-\d+|\d+\.(?:log|ldb|sst|dbtmp))$/;

/** What a data directory needs of LevelDB. */
export type Level = Pick<
  ClassicLevel<string, string>,
  'get' | 'keys' | 'batch' | 'iterator' | 'close'
>;
export type OpenLevel = (directory: string) => Promise<Level>;

/** What is kept in a data directory. */
interface DirectoryContent {
  /** The version of what is written; a directory with another is refused. */
  readonly format: string;
  /** Whose directory it is, for messages: `a control plane's`. */
  readonly owner: string;
}

/** A data directory of ours, which can be opened again after its disk failed. */
interface DataDirectory {
  readonly level: Level;
  /** Opens it anew; throws DataDirectoryError when another process has used it meanwhile. */
  reopen(): Promise<Level>;
}

/**
 * Opens, or makes, a data directory. It belongs to one process at a time (LevelDB holds a lock
 * that ends with the process); a second one is refused with DataDirectoryError, as is a directory
 * of another format or filled with something else.
 */
export async function openDataDirectory(
  directory: string,
  content: DirectoryContent,
  open: OpenLevel = openLevel,
): Promise<DataDirectory> {
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
    await claim(level, directory, content, owner);
  } catch (cause) {
    await level.close();
    throw asDirectoryError(directory, cause);
  }
  const reopen = async (): Promise<Level> => {
    const again = await open(directory);
    if ((await again.get(OWNER_KEY)) === owner) return again;
    await again.close();
    throw new DataDirectoryError('Another process has used the data directory meanwhile');
  };
  return { level, reopen };
}

async function openLevel(directory: string): Promise<Level> {
  const encodings = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;
  // Loaded when it is needed: most processes keep their state in memory.
  const { ClassicLevel: Level } = await import('classic-level');
  const level = new Level<string, string>(directory, encodings);
  await level.open();
  return level;
}

async function claim(
  level: Level,
  directory: string,
  { format: ours, owner: kind }: DirectoryContent,
  owner: string,
): Promise<void> {
  const format = await level.get(FORMAT_KEY);
  if (format === undefined && (await level.keys({ limit: 1 }).all()).length > 0) {
    throw new DataDirectoryError(`The data directory ${directory} is not ${kind}`);
  }
  if (format !== undefined && format !== ours) {
    throw new DataDirectoryError(
      `The data directory ${directory} has format ${format}; this version reads format ${ours}`,
    );
  }
  await level.batch(
    [
      { type: 'put', key: FORMAT_KEY, value: ours },
      { type: 'put', key: OWNER_KEY, value: owner },
    ],
    { sync: true },
  );
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
