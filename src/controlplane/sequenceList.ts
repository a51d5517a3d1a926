import type { Stored } from './contract.ts';

/**
 * Items in order of their sequence. New items have the highest sequence, so adding is appending;
 * a page out of n items costs a binary search and the page.
 */
export class SequenceList<Item extends Stored> {
  #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(item: Item): void {
    const last = this.#items.at(-1);
    if (last === undefined || last.sequence < item.sequence) {
      this.#items.push(item);
      return;
    }
    const position = this.#position(item.sequence);
    const found = this.#items[position]?.sequence === item.sequence ? 1 : 0;
    this.#items.splice(position, found, item);
  }

  remove(sequence: number): void {
    const position = this.#position(sequence);
    if (this.#items[position]?.sequence === sequence) this.#items.splice(position, 1);
  }

  /** Walks up or down, from the first item strictly after `afterSequence` in that direction. */
  *walk(ascending: boolean, afterSequence: number | undefined): Generator<Item> {
    const step = ascending ? 1 : -1;
    for (let position = this.#start(ascending, afterSequence); ; position += step) {
      const item = this.#items[position];
      if (item === undefined) return;
      yield item;
    }
  }

  #start(ascending: boolean, afterSequence: number | undefined): number {
    if (afterSequence === undefined) return ascending ? 0 : this.#items.length - 1;
    return ascending ? this.#position(afterSequence + 1) : this.#position(afterSequence) - 1;
  }

  /** The first position whose sequence is at least `sequence`. */
  #position(sequence: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      if (item !== undefined && item.sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
