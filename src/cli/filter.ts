import { CliError } from './cliError.ts';
import type { FilterKey, FilterKeys } from './filterKeys.ts';

type Filter = Readonly<Record<string, unknown>>;

const HOW =
  "Write it as status=ACTIVE,registration=NONE|INLINE or as JSON; an empty one, '{}', means all CAs.";

/**
 * Reads `name=value` pairs with commas between them, or a JSON object, as a CACertificateFilter with
 * these keys; what the schema does not list, the gateway checks. Throws CliError.
 */
export function parseFilter(text: string, keys: FilterKeys): Filter {
  const trimmed = text.trim();
  return trimmed.startsWith('{') ? parseJson(trimmed, keys) : parsePairs(trimmed, keys);
}

/** What GraphQL says of a value that the gateway does not take; the option by its name instead. */
export function inWordsOfFilter(message: string): string {
  const [, key, problem] =
    /^Variable "\$input" got invalid value .* at "input\.filter\.(\w+)[^"]*"; (.*)$/s.exec(
      message,
    ) ?? [];
  return key === undefined ? message : `--filter: ${key}: ${problem}`;
}

function parseJson(text: string, keys: FilterKeys): Filter {
  let filter: Filter;
  try {
    filter = JSON.parse(text);
  } catch {
    throw new CliError(`--filter is not JSON. ${HOW}`);
  }
  for (const [name, value] of Object.entries(filter)) {
    const key = keyOf(name, keys);
    if (value !== null) check(name, key, value);
  }
  return filter;
}

function parsePairs(text: string, keys: FilterKeys): Filter {
  if (text === '') throw new CliError(`--filter is empty. ${HOW}`);
  const filter: Record<string, unknown> = {};
  for (const pair of text.split(',')) {
    const [name = '', ...rest] = pair.split('=').map((part) => part.trim());
    const value = rest.join('=');
    if (name === '' || value === '') {
      throw new CliError(`--filter: ${JSON.stringify(pair)} is no condition. ${HOW}`);
    }
    const key = keyOf(name, keys);
    if (Object.hasOwn(filter, name)) throw new CliError(`--filter: ${name} is given twice.`);
    filter[name] = check(name, key, conditionOf(value, key));
  }
  return filter;
}

function keyOf(name: string, keys: FilterKeys): FilterKey {
  const key = keys.get(name);
  if (key !== undefined) return key;
  const known = [...keys.keys()].join(', ');
  throw new CliError(`--filter has no condition ${JSON.stringify(name)}; there are ${known}.`);
}

function conditionOf(value: string, { type, isList }: FilterKey): unknown {
  if (isList) return value.split('|').map((part) => part.trim());
  // What is no number is left as it is, to be named.
  return type === 'Int' && Number.isInteger(Number(value)) ? Number(value) : value;
}

function check(name: string, { type, isList, values }: FilterKey, condition: unknown): unknown {
  const all = isList && Array.isArray(condition) ? condition : [condition];
  for (const value of all) {
    const refuse = (taken: string): never => {
      throw new CliError(`--filter: ${name} takes ${taken}; ${JSON.stringify(value)} is none.`);
    };
    if (values !== undefined && !values.some((known) => known === value)) {
      refuse(isList ? `one or more of ${values.join('|')}` : `one of ${values.join(', ')}`);
    }
    if (type === 'Int' && !Number.isInteger(value)) refuse('a whole number');
  }
  return condition;
}
