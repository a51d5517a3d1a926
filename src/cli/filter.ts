import { CliError } from './cliError.ts';

/** The fields of CACertificateFilter that take a list, and those that take a number. */
const LISTS: ReadonlySet<string> = new Set(['registration', 'jitpReadiness']);
const NUMBERS: ReadonlySet<string> = new Set(['expiringWithinDays']);
const NAME = /^[a-z][A-Za-z]*$/;

const HOW =
  "Write it as status=ACTIVE,registration=NONE|INLINE or as JSON; an empty one, '{}', means all CAs.";

/**
 * Reads `name=value` pairs with commas between them, or a JSON object, as a CACertificateFilter; the
 * gateway checks names and values. Throws CliError.
 */
export function parseFilter(text: string): Readonly<Record<string, unknown>> {
  const trimmed = text.trim();
  return trimmed.startsWith('{') ? parseJson(trimmed) : parsePairs(trimmed);
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`--filter is not JSON. ${HOW}`);
  }
}

function parsePairs(text: string): Readonly<Record<string, unknown>> {
  if (text === '') throw new CliError(`--filter is empty. ${HOW}`);
  const filter: Record<string, unknown> = {};
  for (const pair of text.split(',')) {
    const [name = '', ...rest] = pair.split('=').map((part) => part.trim());
    const value = rest.join('=');
    if (!NAME.test(name) || value === '') {
      throw new CliError(`--filter: ${JSON.stringify(pair)} is no condition. ${HOW}`);
    }
    if (Object.hasOwn(filter, name)) throw new CliError(`--filter: ${name} is given twice.`);
    filter[name] = conditionOf(name, value);
  }
  return filter;
}

function conditionOf(name: string, value: string): unknown {
  if (LISTS.has(name)) return value.split('|').map((part) => part.trim());
  return NUMBERS.has(name) ? Number(value) : value;
}
