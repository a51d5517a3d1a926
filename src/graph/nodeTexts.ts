import type { KnowledgeCache } from '../upstream/cache.ts';
import type { InputLog } from '../upstream/scope.ts';
import { WholePage } from './wholePage.ts';

/** What one selection shows of one node, as JSON. */
export interface NodeText {
  readonly json: string;
  /** What it was made from beside the row. */
  readonly inputs: InputLog;
  /** How many things the lists in it show. */
  readonly shown: number;
}

/** What one selection shows of the rows of one page; good until the next wait. */
export interface TextsOfPage {
  /** All of the page at once, where each of its rows was shown before and is as it was. */
  whole(nowMs: number): WholePage | undefined;
  find(place: number, nowMs: number): NodeText | undefined;
  keep(place: number, text: NodeText): void;
}

/** What an entry takes besides its text, each note of an input, and a place for a text, in bytes. */
const ENTRY_BYTES = 256;
const PLACE_BYTES = 8;
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
  /** By selection, then by the rows of a page; both go when nobody else holds them. */
  #pages = new WeakMap<object, WeakMap<object, PageTexts>>();
  #bytes = 0;
  #found = 0;

  constructor({ cache, maxBytes }: NodeTextsOptions) {
    this.#cache = cache;
    this.#maxBytes = maxBytes;
  }

  /** At most this much is held; what went with its page is still counted. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many nodes were shown from here. */
  get found(): number {
    return this.#found;
  }

  countFound(nodes: number): void {
    this.#found += nodes;
  }

  of(selection: object, rows: readonly unknown[]): TextsOfPage {
    const pages = this.#pages.get(selection) ?? new WeakMap<object, PageTexts>();
    const known = pages.get(rows);
    if (known !== undefined) return known;
    const page = new PageTexts(rows.length, this.#cache, this.#takeRoom);
    this.#pages.set(selection, pages.set(rows, page));
    return page;
  }

  /** Where there is no room all is forgotten, and what is shown comes back. */
  readonly #takeRoom = (bytes: number): boolean => {
    if (this.#bytes + bytes > this.#maxBytes) {
      this.#pages = new WeakMap();
      this.#bytes = 0;
      return false;
    }
    this.#bytes += bytes;
    return true;
  };
}

class PageTexts implements TextsOfPage {
  readonly #size: number;
  readonly #cache: KnowledgeCache;
  readonly #takeRoom: (bytes: number) => boolean;
  /** By the places of the rows; there is none while nothing is kept. */
  #texts: Array<NodeText | undefined> = [];
  #lacking: number;
  #whole: WholePage | undefined;
  /** Whether a text came since they were joined last: what did not go together may do so now. */
  #isChanged = false;

  constructor(size: number, cache: KnowledgeCache, takeRoom: (bytes: number) => boolean) {
    this.#size = size;
    this.#cache = cache;
    this.#takeRoom = takeRoom;
    this.#lacking = size;
  }

  whole(nowMs: number): WholePage | undefined {
    if (this.#lacking === 0 && this.#isChanged) this.#join(nowMs);
    if (!this.#whole?.holds(this.#cache, nowMs)) this.#whole = undefined;
    return this.#whole;
  }

  find(place: number, nowMs: number): NodeText | undefined {
    const text = this.#texts[place];
    return text?.inputs.hold(this.#cache, nowMs) ? text : undefined;
  }

  keep(place: number, text: NodeText): void {
    const { json, inputs } = text;
    const places = this.#texts.length === 0 ? this.#size : 0;
    const bytes = ENTRY_BYTES + 2 * json.length + INPUT_BYTES * inputs.calls.size;
    if (!this.#takeRoom(bytes + PLACE_BYTES * places)) return;
    if (places > 0) this.#texts = new Array(places).fill(undefined);
    if (this.#texts[place] === undefined) this.#lacking -= 1;
    this.#texts[place] = text;
    this.#whole = undefined;
    this.#isChanged = true;
  }

  #join(nowMs: number): void {
    this.#isChanged = false;
    const texts: NodeText[] = [];
    for (const text of this.#texts) {
      if (!text?.inputs.hold(this.#cache, nowMs)) return;
      texts.push(text);
    }
    this.#whole = new WholePage(texts);
    // They are parts of the whole text now, and take no room of their own.
    this.#texts = [...this.#whole.texts];
  }
}
