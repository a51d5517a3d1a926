/** A part of the gateway that holds something until it is closed. */
interface Part {
  close(): unknown;
}

/** The parts that are open, to be closed in the reverse order: each may use those opened before it. */
export class OpenParts {
  readonly #open: Part[] = [];
  readonly #onFault: (error: unknown) => void;

  /** `onFault` hears of each part that could not be closed. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Takes a part that was just opened, and answers it. */
  add<Opened extends Part>(part: Opened): Opened {
    this.#open.push(part);
    return part;
  }

  /** Closes all of them, one after the other; one that fails keeps no other open. Never rejects. */
  async close(): Promise<void> {
    for (const part of this.#open.splice(0).reverse()) {
      try {
        await part.close();
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
