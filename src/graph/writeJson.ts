import type { GraphContext } from './context.ts';

/** An answer that shows no more things is written in one go. */
const NODES_AT_ONCE = 100;
/** Of a larger one so many values are, a text counting as one for each so many characters. */
const VALUES_AT_ONCE = 2000;
const CHARACTERS_PER_VALUE = 64;

/** The text that `JSON.stringify` makes of an operation's answer, and `end`; writing a large one keeps turns. */
export async function writeJson(
  answer: object,
  { shown, turns }: Pick<GraphContext, 'shown' | 'turns'>,
  end = '',
): Promise<string> {
  if (shown.count <= NODES_AT_ONCE) return `${JSON.stringify(answer)}${end}`;
  const parts: string[] = [];
  for (const part of partsOf(answer)) {
    parts.push(part);
    const pause = turns.pause();
    if (pause) await pause;
  }
  parts.push(end);
  const text = parts.join('');
  // To put it together takes long, and to send it will.
  await turns.pause();
  return text;
}

function* partsOf(value: unknown): Generator<string, void> {
  if (typeof value !== 'object' || value === null || leftAfter(value, VALUES_AT_ONCE) >= 0) {
    yield JSON.stringify(value ?? null);
  } else if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* partsOf(item);
    }
    yield ']';
  } else {
    let before = '{';
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* partsOf(member);
      before = ',';
    }
    yield '}';
  }
}

/** What is left of a number of values after those in this one, below 0 when there are more. */
function leftAfter(value: unknown, values: number): number {
  let left = values - 1;
  if (typeof value === 'string') return left - value.length / CHARACTERS_PER_VALUE;
  if (typeof value !== 'object' || value === null) return left;
  for (const key in value) {
    if (left < 0) break;
    left = leftAfter((value as Readonly<Record<string, unknown>>)[key], left);
  }
  return left;
}
