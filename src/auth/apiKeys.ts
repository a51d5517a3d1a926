import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Caller, isScope, type Scope } from '../caller.ts';
import type { Clock } from '../clock.ts';
import type { AuthSurroundings } from './jwt.ts';

/** What is kept of an API key; the key itself is kept nowhere. */
export interface ApiKey {
  /** Part of the key, no secret. 16 hexadecimal digits. */
  readonly id: string;
  /** Whom the journal names; several keys may have one name, as while they are rotated. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The SHA-256 of the whole key in hex: with 256 random bits in a key nothing slower is needed. */
  readonly sha256: string;
  readonly createdMs: number;
  /** Unset: it holds until it is revoked. */
  readonly expiresMs?: number;
}

/** A name that stands in the journal and in logs. */
const NAME = /^[\w.@-]{1,64}$/;
const ID = /^[0-9a-f]{16}$/;
const KEY = /^iotgw_([0-9a-f]{16})_[\w-]{43}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const FILE = /^([0-9a-f]{16})\.json$/;

/** How long a revoked key may still be taken. */
const READ_EVERY_MS = 1000;

/** The directory of the keys in a gateway's data directory. */
export function apiKeyDirectory(dataDir: string): string {
  return path.join(dataDir, 'api-keys');
}

/** Whether a text may be the name of a key: at most 64 letters, digits and `_.@-`. */
export const isApiKeyName = (name: string): boolean => NAME.test(name);

/** Whether a text has the form of our keys, so that it is no token of another kind. */
export const looksLikeApiKey = (text: string): boolean => text.startsWith('iotgw_');

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Makes a key and keeps what is needed to know it again. The key is in the answer and nowhere else. */
export async function createApiKey(
  directory: string,
  { name, scopes, expiresMs }: Pick<ApiKey, 'name' | 'scopes' | 'expiresMs'>,
  clock: Clock,
): Promise<{ readonly key: string; readonly record: ApiKey }> {
  const id = randomBytes(8).toString('hex');
  const key = `iotgw_${id}_${randomBytes(32).toString('base64url')}`;
  const record: ApiKey = {
    id,
    name,
    scopes,
    sha256: digestOf(key).toString('hex'),
    createdMs: clock.nowMs(),
    ...(expiresMs === undefined ? {} : { expiresMs }),
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, `${id}.json`);
  // Whoever reads the directory meanwhile must not find half a file.
  const draft = `${file}.new`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(record, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncDirectory(directory);
  return { key, record };
}

/** The keys, the oldest first; a file that holds none is told to `onFault` and left out. */
export async function listApiKeys(
  directory: string,
  onFault: (error: unknown) => void,
): Promise<readonly ApiKey[]> {
  const keys: ApiKey[] = [];
  for (const id of await idsIn(directory)) {
    const key = await readKey(directory, id, onFault);
    if (key !== undefined) keys.push(key);
  }
  return keys.sort((one, other) => one.createdMs - other.createdMs);
}

/** Takes a key back; gateways that run notice within a second. False when there is no such key. */
export async function revokeApiKey(directory: string, id: string): Promise<boolean> {
  if (!ID.test(id)) return false;
  try {
    await rm(path.join(directory, `${id}.json`));
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  await syncDirectory(directory);
  return true;
}

/** Checks API keys against the files of a directory, which is looked at once a second at most. */
export function apiKeyCheck(
  directory: string,
  { clock, onFault }: AuthSurroundings,
): (key: string) => Promise<Caller | undefined> | Caller | undefined {
  let known: ReadonlyMap<string, ApiKey> = new Map();
  /** Ids whose files could not be read, and `directory`: told once, looked at again each time. */
  let unreadable: ReadonlySet<string> = new Set();
  let readMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    readMs = clock.steadyMs();
    const failed = new Set<string>();
    const fail = (what: string, error: unknown): void => {
      failed.add(what);
      if (!unreadable.has(what)) onFault(error);
    };
    try {
      const ids = await idsIn(directory);
      // A file never changes, so only new ones are read.
      const entries = await Promise.all(
        ids.map((id) => known.get(id) ?? readKey(directory, id, (error) => fail(id, error))),
      );
      known = new Map(entries.flatMap((key) => (key === undefined ? [] : [[key.id, key]])));
    } catch (cause) {
      fail(directory, new Error('The directory of the API keys could not be read.', { cause }));
    }
    unreadable = failed;
  };

  const check = (key: string): Caller | undefined => {
    const record = known.get(KEY.exec(key)?.[1] ?? '');
    // Compared in any case, so that the time tells nothing about which ids there are.
    const isSame = timingSafeEqual(digestOf(key), digestToCompare(record));
    if (record === undefined || !isSame) return undefined;
    if (record.expiresMs !== undefined && clock.nowMs() >= record.expiresMs) return undefined;
    return { name: `key:${record.name}`, scopes: new Set(record.scopes) };
  };

  return (key) => {
    if (clock.steadyMs() - readMs < READ_EVERY_MS && reading === undefined) return check(key);
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading.then(() => check(key));
  };
}

/** Nothing has the digest 0. */
const digestToCompare = (record: ApiKey | undefined): Buffer =>
  record === undefined ? Buffer.alloc(32) : Buffer.from(record.sha256, 'hex');

async function idsIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).flatMap((name) => FILE.exec(name)?.[1] ?? []);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function readKey(
  directory: string,
  id: string,
  onFault: (error: unknown) => void,
): Promise<ApiKey | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(path.join(directory, `${id}.json`), 'utf8'));
    if (isApiKey(record) && record.id === id) return record;
    throw new Error('It does not hold what a key has.');
  } catch (cause) {
    // It was revoked since the directory was read.
    if (isAbsent(cause)) return undefined;
    onFault(new Error(`The file of the API key ${id} could not be read.`, { cause }));
    return undefined;
  }
}

function isApiKey(value: unknown): value is ApiKey {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, scopes, sha256, createdMs, expiresMs } = value as Record<keyof ApiKey, unknown>;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    NAME.test(name) &&
    typeof sha256 === 'string' &&
    SHA256.test(sha256) &&
    Array.isArray(scopes) &&
    scopes.every((scope) => typeof scope === 'string' && isScope(scope)) &&
    Number.isFinite(createdMs) &&
    (expiresMs === undefined || Number.isFinite(expiresMs))
  );
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
