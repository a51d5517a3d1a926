import { nextTurn } from '../clock.ts';

/** So many nodes may be completed before the event loop turns; they take some 30 ms. */
const NODES_PER_TURN = 250;

/**
 * Lets no operation hold the event loop: nodes that are handed to the execution are counted, and
 * beyond some the next list waits for a turn of the loop. Without it the lists of all aliases of an
 * operation, and of all operations at once, would be completed in one go.
 */
export class Turns {
  #taken = 0;
  #turn: Promise<void> | undefined;

  /** Waits until so many nodes may be completed; resolves at once while there is room. */
  async take(nodes: number): Promise<void> {
    while (this.#taken >= NODES_PER_TURN) {
      this.#turn ??= this.#next();
      await this.#turn;
    }
    this.#taken += nodes;
    // What is taken in a turn counts in that turn only.
    this.#turn ??= this.#next();
  }

  async #next(): Promise<void> {
    await nextTurn();
    this.#taken = 0;
    this.#turn = undefined;
  }
}
