/** An answer of AWS as it is kept: dates as RFC 3339 text, made once, not at every read. */
export type Plain<Value> = Value extends Date
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Plain<Value[Key]> }
      : Value;

/** Copies an answer with its dates as text and freezes it: many operations will share it. */
export function toPlain<Value>(value: Value): Plain<Value> {
  if (value instanceof Date) return value.toISOString() as Plain<Value>;
  if (Array.isArray(value)) return Object.freeze(value.map(toPlain)) as Plain<Value>;
  if (typeof value !== 'object' || value === null) return value as Plain<Value>;
  const copy = Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]);
  return Object.freeze(Object.fromEntries(copy)) as Plain<Value>;
}

/** Bytes that a kept answer takes, near enough for a bound: two for a character, some for a value. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 32;
  for (const inner of Object.values(value)) size += 16 + sizeOf(inner);
  return size;
}
