import type { KnowledgeCache } from '../upstream/cache.ts';
import type { InputLog } from '../upstream/scope.ts';
import type { NodeText } from './nodeTexts.ts';

/**
 * What one selection shows of all rows of a page, as one text of which windows are cut out. It holds
 * while each of the rows does.
 */
export class WholePage {
  readonly texts: readonly NodeText[];
  readonly #json: string;
  /** Where each row begins in the text; its end is a comma before the next. */
  readonly #starts: Uint32Array;
  /** How many things the rows before each one show, themselves among them. */
  readonly #shown: Uint32Array;
  /** Of rows that came from the same answers of AWS one, and for each row which of these. */
  readonly #origins: readonly InputLog[];
  readonly #originOf: Uint16Array;
  readonly #expiresMs: number;
  /** The count of changes in the cache up to which all was found to stand. */
  #heldAtChange = -1;

  constructor(texts: readonly NodeText[]) {
    const size = texts.length;
    this.#json = texts.map(({ json }) => json).join(',');
    this.#starts = new Uint32Array(size + 1);
    this.#shown = new Uint32Array(size + 1);
    this.#originOf = new Uint16Array(size);
    const origins = new Map<string, number>();
    const logs: InputLog[] = [];
    texts.forEach(({ json, inputs, shown }, place) => {
      this.#starts[place + 1] = (this.#starts[place] ?? 0) + json.length + 1;
      this.#shown[place + 1] = (this.#shown[place] ?? 0) + 1 + shown;
      const origin = `${inputs.expiresMs} ${inputs.oldestMs} ${inputs.usedCalls}`;
      const known = origins.get(origin) ?? logs.push(inputs) - 1;
      origins.set(origin, known);
      this.#originOf[place] = known;
    });
    this.#origins = logs;
    this.#expiresMs = Math.min(...logs.map(({ expiresMs }) => expiresMs));
    this.texts = texts.map((text, place) => ({ ...text, json: this.json(place, place + 1) }));
  }

  /** Whether an operation would read the same again for each row, by the default ages. */
  holds(cache: KnowledgeCache, nowMs: number): boolean {
    if (nowMs > this.#expiresMs) return false;
    const { changes } = cache;
    if (this.#heldAtChange === changes) return true;
    if (!this.texts.every(({ inputs }) => inputs.hold(cache, nowMs))) return false;
    this.#heldAtChange = changes;
    return true;
  }

  /** The rows from a place on to the one before `end`, parted by commas. */
  json(start: number, end: number): string {
    return this.#json.slice(this.#starts[start], (this.#starts[end] ?? 0) - 1);
  }

  /** How many things these rows show, themselves among them. */
  shown(start: number, end: number): number {
    return (this.#shown[end] ?? 0) - (this.#shown[start] ?? 0);
  }

  /** Notes what these rows were made from. */
  noteInputs(start: number, end: number, inputs: InputLog): void {
    if (inputs.isKept) {
      for (let place = start; place < end; place += 1) {
        const text = this.texts[place];
        if (text) inputs.addAll(text.inputs);
      }
      return;
    }
    const isNoted = new Uint8Array(this.#origins.length);
    for (let place = start; place < end; place += 1) {
      const which = this.#originOf[place] ?? 0;
      const origin = this.#origins[which];
      if (origin === undefined || isNoted[which] === 1) continue;
      isNoted[which] = 1;
      inputs.addAll(origin);
    }
  }
}
