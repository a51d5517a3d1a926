import {
  getLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

/** Where a value stands: each key or index, and what holds it. The top has no place. */
export interface Place {
  readonly above: Place | undefined;
  readonly segment: string | number;
}

interface Located {
  readonly place: Place | undefined;
  /** Where its text begins and ends. */
  readonly offset: number;
  readonly end: number;
}

export interface ObjectNode extends Located {
  readonly kind: 'object';
  /** In the order of the text, keys that are given twice included. */
  readonly members: readonly Member[];
}

export interface Member {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: TemplateNode;
}

export interface ListNode extends Located {
  readonly kind: 'list';
  readonly items: readonly TemplateNode[];
}

export interface TextNode extends Located {
  readonly kind: 'text';
  readonly value: string;
}

/** Numbers, booleans and null, as they are written. */
export interface LiteralNode extends Located {
  readonly kind: 'number' | 'boolean' | 'null';
  readonly raw: string;
}

/** A value of a template body with its place in the text. */
export type TemplateNode = ObjectNode | ListNode | TextNode | LiteralNode;

export type TemplateText =
  | { readonly kind: 'read'; readonly root: TemplateNode }
  /** Valid JSON, nested deeper than any template and than is safe to walk. */
  | { readonly kind: 'too-deep'; readonly offset: number }
  | {
      readonly kind: 'not-json';
      readonly offset: number;
      readonly path: readonly (string | number)[];
      /** The parser's own name of what it met. */
      readonly reason: string;
    };

/** Values may be nested so deep; AWS's examples go 8 levels down. */
const maxNesting = 64;

/** Reads JSON with the place of each value. `JSON.parse` decides what is JSON. */
export function readTemplateText(text: string): TemplateText {
  const isJson = isJsonText(text);
  const deepOffset = offsetBelow(text, maxNesting);
  if (deepOffset !== undefined) {
    return isJson
      ? { kind: 'too-deep', offset: deepOffset }
      : { kind: 'not-json', offset: deepOffset, path: [], reason: 'InvalidSymbol' };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  if (isJson && tree !== undefined) {
    return { kind: 'read', root: nodeOf(tree, undefined, text) };
  }
  const [error] = errors;
  const offset = error?.offset ?? 0;
  const { path } = getLocation(text, offset);
  return {
    kind: 'not-json',
    offset,
    path: path.at(-1) === '' ? path.slice(0, -1) : path,
    reason: error === undefined ? 'InvalidSymbol' : printParseErrorCode(error.error),
  };
}

/** The value of a key; of one that is given twice the last, as `JSON.parse` reads it. */
export function member(node: TemplateNode | undefined, key: string): TemplateNode | undefined {
  if (node?.kind !== 'object') return undefined;
  return node.members.findLast((candidate) => candidate.key === key)?.value;
}

/** The value of a key that is given; null counts as left out. */
export function givenMember(node: TemplateNode | undefined, key: string): TemplateNode | undefined {
  const value = member(node, key);
  return value?.kind === 'null' ? undefined : value;
}

/** Text, and numbers and booleans as they are written; undefined for anything else. */
export function scalarText(node: TemplateNode | undefined): string | undefined {
  if (node?.kind === 'text') return node.value;
  return node?.kind === 'number' || node?.kind === 'boolean' ? node.raw : undefined;
}

/** Whether a key is there, though its value may be null. */
export function hasMember(node: TemplateNode | undefined, key: string): boolean {
  return node?.kind === 'object' && node.members.some((candidate) => candidate.key === key);
}

/** The keys of an object in the order of the text; none of anything else. */
export function keysOf(node: TemplateNode | undefined): string[] {
  return node?.kind === 'object' ? node.members.map(({ key }) => key) : [];
}

/** JSONPath from the top of the body, which is `$`. */
export function jsonPath(place: Place | undefined): string {
  const segments: (string | number)[] = [];
  for (let here = place; here !== undefined; here = here.above) segments.push(here.segment);
  return pathText(segments.reverse());
}

/** JSONPath of keys and indexes from the top of the body, which is `$`. */
export function pathText(segments: readonly (string | number)[]): string {
  const parts = segments.map((segment) => {
    if (typeof segment === 'number') return `[${segment}]`;
    return /^[A-Za-z_]\w*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
  });
  return `$${parts.join('')}`;
}

/** Where each line of a text begins. */
export function lineStartsOf(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (end) => end.index + end[0].length)];
}

/** Line and column of an offset, both from 1, the column in UTF-16 units as editors count. */
export function positionIn(
  lineStarts: readonly number[],
  offset: number,
): { line: number; column: number } {
  const line = lineStarts.findLastIndex((start) => start <= offset);
  return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The first bracket that stands deeper than `depth`, by brackets outside of texts. */
export function offsetBelow(text: string, depth: number): number | undefined {
  let open = 0;
  let isInText = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text[offset];
    if (isInText) {
      if (character === '\\') offset += 1;
      else if (character === '"' || character === '\n') isInText = false;
    } else if (character === '"') {
      isInText = true;
    } else if (character === '[' || character === '{') {
      open += 1;
      if (open > depth) return offset;
    } else if (character === ']' || character === '}') {
      open -= 1;
    }
  }
  return undefined;
}

function nodeOf(node: Node, place: Place | undefined, text: string): TemplateNode {
  const located = { place, offset: node.offset, end: node.offset + node.length };
  switch (node.type) {
    case 'object':
      return { kind: 'object', ...located, members: membersOf(node, place, text) };
    case 'array': {
      const items = (node.children ?? []).map((item, index) =>
        nodeOf(item, { above: place, segment: index }, text),
      );
      return { kind: 'list', ...located, items };
    }
    case 'string':
      return { kind: 'text', ...located, value: String(node.value) };
    case 'number':
    case 'boolean':
      return { kind: node.type, ...located, raw: text.slice(located.offset, located.end) };
    default:
      return { kind: 'null', ...located, raw: 'null' };
  }
}

function membersOf(node: Node, place: Place | undefined, text: string): Member[] {
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) => {
    if (key === undefined || value === undefined) return [];
    const name = String(key.value);
    const inside = nodeOf(value, { above: place, segment: name }, text);
    return [{ key: name, keyOffset: key.offset, value: inside }];
  });
}
