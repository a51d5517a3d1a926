import type { KnowledgeCache } from '../upstream/cache.ts';
import type { InputLog } from '../upstream/scope.ts';

/** What one selection shows of one node, as JSON. */
export interface NodeText {
  readonly json: string;
  /** What it was made from beside the row. */
  readonly inputs: InputLog;
  /** How many things the lists in it show. */
  readonly shown: number;
}

export interface TextsOfSelection {
  find(row: object, nowMs: number): NodeText | undefined;
  keep(row: object, text: NodeText): void;
}

/** What an entry takes besides its text, and each note of an input, in bytes. */
const ENTRY_BYTES = 256;
const INPUT_BYTES = 160;

interface NodeTextsOptions {
  readonly cache: KnowledgeCache;
  readonly maxBytes: number;
}

/**
 * Rows that lists showed, as JSON under a selection, so that windows that overlap are not completed
 * again and again. A text belongs to one row as one answer of AWS brought it, goes when that answer
 * goes, and counts only while the rest that it was made from stands, as an answer in the memo does.
 */
export class NodeTexts {
  readonly #cache: KnowledgeCache;
  readonly #maxBytes: number;
  /** By selection, then by row; both go when nobody else holds them. */
  #texts = new WeakMap<object, WeakMap<object, NodeText>>();
  #bytes = 0;
  #found = 0;

  constructor({ cache, maxBytes }: NodeTextsOptions) {
    this.#cache = cache;
    this.#maxBytes = maxBytes;
  }

  /** At most this much is held; what went with its row is still counted. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many nodes were shown from here. */
  get found(): number {
    return this.#found;
  }

  /** The texts of one selection; good until the next wait. */
  of(selection: object): TextsOfSelection {
    const texts = this.#texts.get(selection) ?? new WeakMap<object, NodeText>();
    this.#texts.set(selection, texts);
    return {
      find: (row, nowMs) => {
        const text = texts.get(row);
        if (!text?.inputs.hold(this.#cache, nowMs)) return undefined;
        this.#found += 1;
        return text;
      },
      keep: (row, text) => {
        if (this.#hasRoomFor(text)) texts.set(row, text);
      },
    };
  }

  /** Where there is no room all is forgotten, and what is shown comes back. */
  #hasRoomFor({ json, inputs }: NodeText): boolean {
    const size = ENTRY_BYTES + 2 * json.length + INPUT_BYTES * inputs.calls.size;
    if (this.#bytes + size > this.#maxBytes) {
      this.#texts = new WeakMap();
      this.#bytes = 0;
      return false;
    }
    this.#bytes += size;
    return true;
  }
}
