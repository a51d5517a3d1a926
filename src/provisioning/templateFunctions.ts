import type { JsonValue } from './templateBody.ts';
import { FUNCTIONS, type FunctionName, looksLikeFunction } from './templateGrammar.ts';
import { hasMember, member, scalarText, type TemplateNode } from './templateText.ts';

/** Why a value could not be worked out. */
export type EvaluationFault = 'REFERENCE_UNRESOLVED' | 'FUNCTION_FAILED' | 'VALUE_TOO_LARGE';

export interface EvaluationScope {
  /** Values by the full names of parameters. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Parameters that are known to have no value: told once elsewhere, not at each reference. */
  readonly missing: ReadonlySet<string>;
  /** The logical names of resources. */
  readonly resources: ReadonlySet<string>;
  readonly mappings: TemplateNode | undefined;
  readonly fail: (fault: EvaluationFault, at: TemplateNode, message: string) => void;
  /** All texts together may grow to so many characters, for functions multiply; 1,000,000 if unset. */
  readonly maxCharacters?: number;
}

/** A part of the text of Fn::Sub. */
export type SubstitutionPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

/** The text of Fn::Sub in parts: `${Name}` is a variable, `${!Name}` stands for `${Name}` itself. */
export function substitutionParts(text: string): SubstitutionPart[] {
  const parts: SubstitutionPart[] = [];
  let offset = 0;
  for (;;) {
    const begin = text.indexOf('${', offset);
    const end = begin < 0 ? -1 : text.indexOf('}', begin);
    if (end < 0) {
      parts.push({ kind: 'text', text: text.slice(offset) });
      return parts;
    }
    parts.push({ kind: 'text', text: text.slice(offset, begin) });
    const name = text.slice(begin + 2, end);
    parts.push(
      name.startsWith('!')
        ? { kind: 'text', text: `\${${name.slice(1)}}` }
        : { kind: 'variable', name: name.trim() },
    );
    offset = end + 1;
  }
}

const maxEvaluatedCharacters = 1_000_000;

type Value = string | readonly string[];

/** Works out the values of one body for one device. Each answers undefined after telling why. */
export class Evaluator {
  readonly #scope: EvaluationScope;
  #charactersLeft: number;

  constructor(scope: EvaluationScope) {
    this.#scope = scope;
    this.#charactersLeft = scope.maxCharacters ?? maxEvaluatedCharacters;
  }

  text(node: TemplateNode): string | undefined {
    const value = this.#value(node);
    if (value === undefined || typeof value === 'string') return value;
    return this.#failed(node, 'A list stands where text is needed.');
  }

  list(node: TemplateNode): readonly string[] | undefined {
    if (node.kind === 'list') return this.#all(node.items);
    const value = this.#value(node);
    if (value === undefined || typeof value !== 'string') return value;
    return this.#failed(node, 'Text stands where a list is needed.');
  }

  /** A whole JSON value with the functions in it worked out, as for a policy document. */
  json(node: TemplateNode): JsonValue | undefined {
    switch (node.kind) {
      case 'text':
        return node.value;
      case 'list': {
        const items = node.items.map((item) => this.json(item));
        return items.some((item) => item === undefined) ? undefined : (items as JsonValue[]);
      }
      case 'object': {
        if (node.members.some(({ key }) => looksLikeFunction(key))) return this.#value(node);
        const members = node.members.map(({ key, value }) => [key, this.json(value)] as const);
        if (members.some(([, value]) => value === undefined)) return undefined;
        return Object.fromEntries(members) as JsonValue;
      }
      default:
        return JSON.parse(node.raw) as JsonValue;
    }
  }

  #value(node: TemplateNode): Value | undefined {
    switch (node.kind) {
      case 'text':
        return node.value;
      case 'number':
      case 'boolean':
        return node.raw;
      case 'object': {
        const call = functionOf(node);
        if (call !== undefined) return this.#call(call.name, call.given);
        return this.#failed(node, 'An object that is no function stands where text is needed.');
      }
      default:
        return this.#failed(node, `${node.kind} stands where text is needed.`);
    }
  }

  #call(name: string, given: TemplateNode): Value | undefined {
    const known = FUNCTIONS.find((candidate) => candidate === name);
    if (known === undefined)
      return this.#failed(given, `There is no function ${name.slice(0, 60)}.`);
    return this.#charged(this.#functions[known](given), given);
  }

  readonly #functions: Readonly<Record<FunctionName, (given: TemplateNode) => Value | undefined>> =
    {
      Ref: (given) =>
        given.kind === 'text'
          ? this.#parameter(given.value, given)
          : this.#failed(given, 'Ref takes the name of a parameter.'),
      'Fn::Join': (given) => this.#join(given),
      'Fn::Split': (given) => this.#split(given),
      'Fn::Select': (given) => this.#select(given),
      'Fn::FindInMap': (given) => this.#findInMap(given),
      'Fn::Sub': (given) => this.#substitute(given),
    };

  #parameter(name: string, at: TemplateNode): string | undefined {
    const { parameters, missing, resources, fail } = this.#scope;
    const value = parameters.get(name);
    if (value === undefined && !missing.has(name)) {
      const shown = name.slice(0, 128);
      const message = resources.has(name)
        ? `${shown} is a resource; what a reference to one comes to is not documented.`
        : `Cannot resolve reference value: ${shown}.`;
      fail('REFERENCE_UNRESOLVED', at, message);
    }
    return value;
  }

  #join(given: TemplateNode): string | undefined {
    const [delimiter, values] = given.kind === 'list' ? given.items : [];
    if (!hasCount(given, 2) || delimiter?.kind !== 'text' || values === undefined) {
      return this.#failed(given, 'Fn::Join takes a delimiter and a list.');
    }
    const texts = this.list(values);
    if (texts === undefined) return undefined;
    const length =
      texts.reduce((sum, { length }) => sum + length, 0) +
      delimiter.value.length * Math.max(0, texts.length - 1);
    return this.#fits(length, given) ? texts.join(delimiter.value) : undefined;
  }

  #split(given: TemplateNode): readonly string[] | undefined {
    const [delimiter, text] = given.kind === 'list' ? given.items : [];
    if (!hasCount(given, 2) || delimiter?.kind !== 'text' || delimiter.value === '' || !text) {
      return this.#failed(given, 'Fn::Split takes a delimiter that is not empty, and text.');
    }
    return this.text(text)?.split(delimiter.value);
  }

  #select(given: TemplateNode): string | undefined {
    const [index, values] = given.kind === 'list' ? given.items : [];
    if (!hasCount(given, 2) || index === undefined || values === undefined) {
      return this.#failed(given, 'Fn::Select takes an index and a list.');
    }
    const position = this.text(index);
    const texts = this.list(values);
    if (position === undefined || texts === undefined) return undefined;
    if (!/^\d+$/.test(position)) {
      return this.#failed(index, 'The index of Fn::Select is no whole number from 0.');
    }
    const selected = texts[Number(position)];
    if (selected !== undefined) return selected;
    const place = position.slice(0, 20);
    return this.#failed(index, `Fn::Select takes item ${place} of a list of ${texts.length}.`);
  }

  #findInMap(given: TemplateNode): string | undefined {
    if (given.kind !== 'list' || given.items.length !== 3) {
      return this.#failed(given, 'Fn::FindInMap takes a mapping and two keys.');
    }
    let here = this.#scope.mappings;
    for (const item of given.items) {
      const key = this.text(item);
      if (key === undefined) return undefined;
      if (!hasMember(here, key)) {
        return this.#failed(
          item,
          `Mappings have nothing under ${JSON.stringify(key.slice(0, 128))}.`,
        );
      }
      here = member(here, key);
    }
    // Static text only: what stands there is not evaluated.
    return scalarText(here) ?? this.#failed(given, 'What the mapping holds there is not text.');
  }

  #substitute(given: TemplateNode): string | undefined {
    const [text, variables] = given.kind === 'list' ? given.items : [given];
    const takesVariables = variables === undefined || variables.kind === 'object';
    const isCountRight = given.kind !== 'list' || hasCount(given, 1) || hasCount(given, 2);
    if (text?.kind !== 'text' || !takesVariables || !isCountRight) {
      return this.#failed(given, 'Fn::Sub takes text, or a list of text and variables.');
    }
    const known = new Map<string, string | undefined>();
    let result = '';
    for (const part of substitutionParts(text.value)) {
      const piece =
        part.kind === 'text' ? part.text : this.#variable(part.name, text, variables, known);
      if (piece === undefined || !this.#fits(result.length + piece.length, given)) return undefined;
      result += piece;
    }
    return result;
  }

  #variable(
    name: string,
    text: TemplateNode,
    variables: TemplateNode | undefined,
    known: Map<string, string | undefined>,
  ): string | undefined {
    if (known.has(name)) return known.get(name);
    const own = member(variables, name);
    const value = own === undefined ? this.#parameter(name, text) : this.text(own);
    known.set(name, value);
    return value;
  }

  #all(items: readonly TemplateNode[]): readonly string[] | undefined {
    const texts = items.map((item) => this.text(item));
    return texts.some((text) => text === undefined) ? undefined : (texts as string[]);
  }

  #charged(value: Value | undefined, at: TemplateNode): Value | undefined {
    if (value === undefined) return undefined;
    const size =
      typeof value === 'string'
        ? value.length
        : value.reduce((sum, { length }) => sum + length + 1, 0);
    if (!this.#fits(size, at)) return undefined;
    this.#charactersLeft -= size;
    return value;
  }

  #fits(length: number, at: TemplateNode): boolean {
    if (length <= this.#charactersLeft) return true;
    this.#scope.fail('VALUE_TOO_LARGE', at, 'The functions make more text than can be worked out.');
    return false;
  }

  #failed(at: TemplateNode, message: string): undefined {
    this.#scope.fail('FUNCTION_FAILED', at, message);
    return undefined;
  }
}

function hasCount(node: TemplateNode, count: number): boolean {
  return node.kind === 'list' && node.items.length === count;
}

/** The one function that an object calls; with keys beside it, it is no call. */
function functionOf(node: TemplateNode): { name: string; given: TemplateNode } | undefined {
  if (node.kind !== 'object') return undefined;
  const [first, ...rest] = node.members;
  if (first === undefined || rest.length > 0 || !looksLikeFunction(first.key)) return undefined;
  return { name: first.key, given: first.value };
}
