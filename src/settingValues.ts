// What the texts of settings mean. A library for this would be a part of every start.

/** A value that a setting may not have; the message says what it must be. */
export class Unfit extends Error {}

/** The value, when it has the form. */
function formed(given: string, pattern: RegExp, rule: string): string {
  if (!pattern.test(given)) throw new Unfit(rule);
  return given;
}

function check(isRight: boolean, rule: string): void {
  if (!isRight) throw new Unfit(rule);
}

/** A port to listen on; 0 stands for any. Throws Unfit, as all of these do. */
export function port(given: string): number {
  const rule = 'must be a port number from 0 to 65535';
  const value = Number(formed(given, /^\d{1,5}$/, `${rule}; 0 means any free port`));
  check(value <= 65_535, rule);
  return value;
}

/** One of these words, letter for letter. */
export const oneOf =
  <Choice extends string>(...choices: readonly Choice[]) =>
  (given: string): Choice => {
    const found = choices.find((choice) => choice === given);
    if (found === undefined) throw new Unfit(`must be ${choices.join(' or ')}`);
    return found;
  };

/** `on` or `off`, as true or false. */
export const onOff = (given: string): boolean => oneOf('on', 'off')(given) === 'on';

/** Any text but none. */
export const text = (given: string): string => formed(given, /./s, 'must not be empty');

/** The same, for a setting that is unset by default. */
export const optionalText = (given: string): string | undefined => text(given);

/** A URL that nobody on the way can answer for. */
export function keySetUrl(given: string): string | undefined {
  const rule = 'must be an https URL, or http on loopback';
  if (!URL.canParse(given)) throw new Unfit(rule);
  const { protocol, hostname, username, password } = new URL(given);
  check(username === '' && password === '', 'must not hold a user name or a password');
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  check(protocol === 'https:' || (protocol === 'http:' && isLoopback), rule);
  return given;
}

/** A list of texts that all have the form, none twice. */
function list(given: string, pattern: RegExp, rule: string): string[] {
  const items = given.split(',').map((item) => item.trim());
  for (const item of items) formed(item, pattern, rule);
  return [...new Set(items)];
}

/** Names or addresses of hosts, separated by commas. */
export function names(given: string): readonly string[] | undefined {
  const rule = 'must be names of hosts without ports, separated by commas, as gateway.example.com';
  return list(given.toLowerCase(), /^(?:[a-z\d_](?:[a-z\d_.-]*[a-z\d_])?|\[[\da-f:.]+\])$/, rule);
}

/** Origins as browsers write them (RFC 6454), separated by commas; no wildcard, no `null`. */
export function origins(given: string): readonly string[] | undefined {
  const rule =
    'must be origins as browsers send them, separated by commas, as https://app.example.com';
  const found = list(given, /^https?:\/\/[^/*?#@\s]+$/, rule);
  for (const origin of found) {
    check(URL.canParse(origin) && new URL(origin).origin === origin, rule);
  }
  return found;
}

/** As long as the control plane waits for anything. */
const MAX_LATENCY_MS = 600_000;

/** So many milliseconds, or a range of them; 600,000 at most. */
export function milliseconds(given: string): { minMs: number; maxMs: number } {
  const rule = 'must be milliseconds, as 30 or as a range like 20-40';
  const parts = formed(given, /^\d{1,6}(-\d{1,6})?$/, rule).split('-');
  const [minMs = 0, maxMs = minMs] = parts.map(Number);
  check(minMs <= maxMs, 'must be a range from less to more');
  check(maxMs <= MAX_LATENCY_MS, `must be at most ${MAX_LATENCY_MS}`);
  return { minMs, maxMs };
}

/** A whole number from `min` to `max`. */
export const count =
  (min: number, max: number) =>
  (given: string): number => {
    const rule = `must be a whole number from ${min} to ${max}`;
    const value = Number(formed(given, /^\d{1,9}$/, rule));
    check(value >= min && value <= max, rule);
    return value;
  };

/** A part of a whole: more than 0, at most 1, four decimals. */
export function share(given: string): number {
  const rule = 'must be a number more than 0 and at most 1, as 0.8';
  const value = Number(formed(given, /^(?:0?\.\d{1,4}|1(?:\.0{1,4})?)$/, rule));
  check(value > 0, rule);
  return value;
}

/** A JSON array; what it holds is checked by who uses it. */
export function jsonArray(given: string): unknown[] {
  const value = parseJson(given);
  if (!Array.isArray(value)) throw new Unfit('must be a JSON array');
  return value;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
