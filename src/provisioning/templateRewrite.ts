import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from './templateBody.ts';
import { maxTemplateBodyCharacters } from './templateBody.ts';
import { type Member, readTemplateText, type TemplateNode } from './templateText.ts';

/**
 * The text for a body that is given as JSON where there is a text already: the text itself when the
 * two are equal as JSON, whatever the order of keys; else the text with only those values written
 * anew that differ. So what nobody changed keeps its bytes: key order, spaces, escapes, and
 * numbers that JavaScript would round. Keys that are new come last.
 */
export function rewriteTemplateBody(stored: string, given: JsonValue): string {
  const text = readTemplateText(stored);
  if (text.kind !== 'read') return isSameJson(stored, given) ? stored : JSON.stringify(given);
  const rewritten = new Rewriter(stored).write(text.root, given);
  // Spaces that fitted before may not fit beside what was added.
  return rewritten.length > maxTemplateBodyCharacters ? JSON.stringify(given) : rewritten;
}

/** Whether a text is the same JSON as a value; key order does not count. */
export function isSameJson(text: string, value: JsonValue): boolean {
  try {
    return isDeepStrictEqual(asSent(JSON.parse(text) as JsonValue), asSent(value));
  } catch {
    return false;
  }
}

/** As JSON carries it to a client and back: -0 and numbers beyond a double do not survive that. */
function asSent(value: JsonValue): unknown {
  return JSON.parse(JSON.stringify(value));
}

interface Slot {
  readonly text: string;
  /** Where it stood before; undefined for one that is new. */
  readonly index: number | undefined;
}

class Rewriter {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  write(node: TemplateNode, given: JsonValue): string {
    const source = this.#text.slice(node.offset, node.end);
    if (isSameJson(source, given)) return source;
    if (node.kind === 'object' && isObject(given)) return this.#object(node.members, node, given);
    if (node.kind === 'list' && Array.isArray(given)) {
      const spans = node.items.map(({ offset, end }) => ({ offset, end }));
      const slots = given.map((item: JsonValue, index) => {
        const old = node.items[index];
        return { text: old ? this.write(old, item) : this.#fresh(item, node, spans), index };
      });
      return this.#joined(node, spans, slots);
    }
    return JSON.stringify(given);
  }

  #object(
    members: readonly Member[],
    node: TemplateNode,
    given: { readonly [key: string]: JsonValue },
  ): string {
    const spans = members.map(({ keyOffset, value }) => ({ offset: keyOffset, end: value.end }));
    const last = new Map(members.map(({ key }, index) => [key, index] as const));
    const kept = members.flatMap((old, index): Slot[] => {
      const value = Object.hasOwn(given, old.key) ? given[old.key] : undefined;
      // Of a key that is given twice the last counts.
      if (value === undefined || last.get(old.key) !== index) return [];
      const key = this.#text.slice(old.keyOffset, old.value.offset);
      return [{ text: `${key}${this.write(old.value, value)}`, index }];
    });
    const added = Object.entries(given)
      .filter(([key, value]) => !last.has(key) && value !== undefined)
      .map(([key, value]): Slot => {
        const colon = hasSpace(this.#text, members) ? ': ' : ':';
        const text = `${JSON.stringify(key)}${colon}${this.#fresh(value, node, spans)}`;
        return { text, index: undefined };
      });
    return this.#joined(node, spans, [...kept, ...added]);
  }

  /** A value that was not there before, indented like what stands around it. */
  #fresh(value: JsonValue, node: TemplateNode, spans: readonly Span[]): string {
    const inner = this.#indentBefore(spans[0]?.offset ?? node.end - 1);
    const outer = this.#indentBefore(node.end - 1);
    if (inner === undefined || outer === undefined || !inner.startsWith(outer)) {
      return JSON.stringify(value);
    }
    return JSON.stringify(value, null, inner.slice(outer.length)).replaceAll('\n', `\n${inner}`);
  }

  /** The spaces before an offset, if it is the first thing of its line. */
  #indentBefore(offset: number): string | undefined {
    const lineStart = this.#text.lastIndexOf('\n', offset - 1) + 1;
    const before = this.#text.slice(lineStart, offset);
    return lineStart > 0 && before.trim() === '' ? before : undefined;
  }

  /** The parts of an object or a list with the brackets, commas and spaces that it had. */
  #joined(node: TemplateNode, spans: readonly Span[], slots: readonly Slot[]): string {
    const [first] = spans;
    const last = spans.at(-1);
    const [open, close] = node.kind === 'list' ? '[]' : '{}';
    if (!first || !last || slots.length === 0) {
      return `${open}${slots.map(({ text }) => text).join(',')}${close}`;
    }
    const before = this.#text.slice(node.offset, first.offset);
    const after = this.#text.slice(last.end, node.end);
    const joined = slots.reduce((result, slot, position) => {
      if (position === 0) return slot.text;
      return `${result}${this.#between(spans, slot.index, before)}${slot.text}`;
    }, '');
    return `${before}${joined}${after}`;
  }

  /** What stood before a part, or stands between the first two; else a comma and the first's spaces. */
  #between(spans: readonly Span[], index: number | undefined, before: string): string {
    const own = index !== undefined && index > 0 && index < spans.length ? index : 1;
    const [left, right] = [spans[own - 1], spans[own]];
    return left && right ? this.#text.slice(left.end, right.offset) : `,${before.slice(1)}`;
  }
}

interface Span {
  readonly offset: number;
  readonly end: number;
}

function hasSpace(text: string, [first]: readonly Member[]): boolean {
  return first !== undefined && /\s$/.test(text.slice(first.keyOffset, first.value.offset));
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
