import {
  type ApiKey,
  apiKeyDirectory,
  createApiKey,
  isApiKeyName,
  listApiKeys,
  revokeApiKey,
} from '../auth/apiKeys.ts';
import { SCOPES } from '../caller.ts';
import { type Clock, systemClock } from '../clock.ts';
import { CliError } from './cliError.ts';
import { scopesIn } from './scopeList.ts';

export interface CreateKeyOptions {
  readonly name: string;
  /** Separated by commas, with or without `iot:`; or `all`. */
  readonly scopes: string;
  readonly expiresInDays?: string;
}

type Write = (text: string) => unknown;

const DAY_MS = 24 * 60 * 60_000;

/** Makes a key and writes it, on a line of its own that begins with it. Throws CliError. */
export async function createKey(
  dataDir: string | undefined,
  { name, scopes, expiresInDays }: CreateKeyOptions,
  write: Write,
  clock: Clock = systemClock,
): Promise<void> {
  const directory = directoryIn(dataDir);
  if (!isApiKeyName(name)) {
    throw new CliError('--name must be 1 to 64 letters, digits and . _ @ -.');
  }
  const expiresMs = expiresInDays && clock.nowMs() + daysIn(expiresInDays) * DAY_MS;
  const granted = scopes === 'all' ? SCOPES : [...new Set(scopesIn(scopes))];
  const { key, record } = await createApiKey(
    directory,
    { name, scopes: granted, ...(expiresMs ? { expiresMs } : {}) },
    clock,
  );
  write(`${key}\n`);
  write(
    `This is shown once. Send it as \`Authorization: Bearer …\`; take it back with: iotgw keys revoke ${record.id}\n`,
  );
}

/** Writes a line for each key, the oldest first. */
export async function listKeys(dataDir: string | undefined, write: Write): Promise<void> {
  const keys = await listApiKeys(directoryIn(dataDir), (error) => {
    throw error;
  });
  const rows = keys.map(cellsOf);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  for (const cells of [HEAD, ...rows]) {
    const padded = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    write(`${padded.join('  ').trimEnd()}\n`);
  }
}

const HEAD: readonly string[] = ['id', 'name', 'created', 'expires', 'scopes'];

function cellsOf({ id, name, createdMs, expiresMs, scopes }: ApiKey): readonly string[] {
  return [id, name, dayOf(createdMs), dayOf(expiresMs), scopes.join(' ')];
}

const dayOf = (ms: number | undefined): string =>
  ms === undefined ? 'never' : new Date(ms).toISOString().slice(0, 10);

/** Takes a key back. Throws CliError when there is no such key. */
export async function revokeKey(
  dataDir: string | undefined,
  id: string,
  write: Write,
): Promise<void> {
  if (!(await revokeApiKey(directoryIn(dataDir), id))) {
    throw new CliError(`There is no API key ${JSON.stringify(id)}; see iotgw keys list.`);
  }
  write(`The API key ${id} is revoked.\n`);
}

function directoryIn(dataDir: string | undefined): string {
  if (dataDir !== undefined) return apiKeyDirectory(dataDir);
  throw new CliError(
    'API keys are kept in the data directory of the gateway: name it with --data-dir or IOTGW_DATA_DIR.',
  );
}

function daysIn(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new CliError('--expires-in-days must be a whole number from 1 to 9999.');
}
