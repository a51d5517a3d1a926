import type { KnowledgeCache } from '../upstream/cache.ts';
import type { InputLog } from '../upstream/scope.ts';

/** What one selection shows of one node, as JSON. */
export interface NodeText {
  readonly json: string;
  /** What it was made from beside the row. */
  readonly inputs: InputLog;
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
  #texts = new WeakMap<object, Map<object, NodeText>>();
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

  find(row: object, selection: object, nowMs: number): NodeText | undefined {
    const text = this.#texts.get(row)?.get(selection);
    if (!text?.inputs.hold(this.#cache, nowMs)) return undefined;
    this.#found += 1;
    return text;
  }

  keep(row: object, selection: object, text: NodeText): void {
    const size = ENTRY_BYTES + 2 * text.json.length + INPUT_BYTES * text.inputs.calls.size;
    if (this.#bytes + size > this.#maxBytes) {
      this.#texts = new WeakMap();
      this.#bytes = 0;
    }
    this.#bytes += size;
    const bySelection = this.#texts.get(row) ?? new Map<object, NodeText>();
    this.#texts.set(row, bySelection.set(selection, text));
  }
}
