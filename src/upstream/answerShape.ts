/**
 * The SDK describes each action by a schema, in nested arrays: a kind, three things of no matter
 * here, and what the kind needs. A shape may stand in a function, and as a pair with its traits.
 */
type Shape = unknown;

const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const OPERATION = 9;

/** What simple shapes are, by their numbers; the rest is not looked at. */
const SIMPLE: ReadonlyMap<number, (value: unknown) => boolean> = new Map([
  [0, (value) => typeof value === 'string'],
  [1, Number.isFinite],
  [2, (value) => typeof value === 'boolean'],
  // Timestamps, by the formats in which they travel.
  ...[4, 5, 6, 7].map((kind) => [kind, isDate] as const),
]);

function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

/**
 * Looks for a member of an answer that is not of the type that the action's schema gives it: the SDK
 * hands on what came. Tells its path; undefined where all is well. What is left out is well.
 */
export function misshapenMember(operation: Shape, answer: unknown): string | undefined {
  const shape = opened(operation);
  if (!Array.isArray(shape) || shape[0] !== OPERATION) return undefined;
  return misshapen(shape[5], answer, '');
}

function misshapen(given: Shape, value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const shape = opened(given);
  if (typeof shape === 'number') return SIMPLE.get(shape)?.(value) === false ? path : undefined;
  if (!Array.isArray(shape)) return undefined;
  if (shape.length === 2) return misshapen(shape[0], value, path);
  switch (shape[0]) {
    case 0:
      return misshapen(shape[4], value, path);
    case LIST:
      return Array.isArray(value) ? inList(shape[4], value, path) : path;
    case MAP:
      return isRecord(value) ? inList(shape[5], Object.values(value), path) : path;
    case STRUCTURE:
      return isRecord(value) ? inStructure(shape, value, path) : path;
    default:
      return undefined;
  }
}

function inList(shape: Shape, values: readonly unknown[], path: string): string | undefined {
  for (const value of values) {
    const found = misshapen(shape, value, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inStructure(
  shape: readonly unknown[],
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  const names = shape[4] as readonly string[];
  const members = shape[5] as readonly Shape[];
  for (const [index, name] of names.entries()) {
    const found = misshapen(members[index], value[name], path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function opened(shape: Shape): Shape {
  return typeof shape === 'function' ? shape() : shape;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
