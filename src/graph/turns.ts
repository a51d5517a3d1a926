import { type Clock, nextTurn } from '../clock.ts';

/** So many nodes may be handed out before the event loop turns, and so long may be worked on them. */
const NODES_PER_TURN = 250;
const TURN_MS = 10;

/**
 * Lets no operation hold the event loop: nodes that are handed to the execution are counted, and
 * what they take is timed. Beyond the limits the next list, and each node of a list that is being
 * completed, waits for a turn of the loop. Without it the lists of all aliases of an operation, and
 * of all operations at once, would be completed in one go. Operations that wait are let on by turns.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'steadyMs'>;
  /** The operations that wait, the one that goes on next first. */
  readonly #waiting = new Set<OperationTurns>();
  #taken = 0;
  /** When the turn began, in milliseconds of steady time; undefined while nobody works. */
  #beganMs: number | undefined;

  constructor(clock: Pick<Clock, 'steadyMs'>) {
    this.#clock = clock;
  }

  /** The turns of an operation that begins: what it takes to let it in is timed, too. */
  forOperation(): OperationTurns {
    this.#begin();
    return new OperationTurns(this);
  }

  get hasTime(): boolean {
    return this.#clock.steadyMs() - this.#begin() < TURN_MS;
  }

  get hasRoom(): boolean {
    return this.hasTime && this.#taken < NODES_PER_TURN && this.#waiting.size === 0;
  }

  count(nodes: number): void {
    this.#taken += nodes;
  }

  enqueue(operation: OperationTurns): void {
    this.#waiting.add(operation);
  }

  #begin(): number {
    if (this.#beganMs === undefined) {
      this.#beganMs = this.#clock.steadyMs();
      void this.#goOn();
    }
    return this.#beganMs;
  }

  /** What is counted and timed in a turn counts in that turn only. */
  async #goOn(): Promise<void> {
    await nextTurn();
    while (this.#waiting.size > 0) {
      this.#taken = 0;
      this.#beganMs = this.#clock.steadyMs();
      for (const operation of this.#waiting) {
        if (this.#taken >= NODES_PER_TURN || !this.hasTime) break;
        this.#waiting.delete(operation);
        if (operation.letOn()) this.#waiting.add(operation);
        // What it does at once is done before the next is let on.
        await undefined;
      }
      await nextTurn();
    }
    this.#taken = 0;
    this.#beganMs = undefined;
  }
}

/** How one operation keeps its turns; what it waits for goes on in order. */
export class OperationTurns {
  readonly #turns: Turns;
  readonly #waiting = new Set<() => void>();
  readonly #gathered: Array<() => void> = [];

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Waits until so many nodes may be completed; resolves at once while there is room. */
  async take(nodes: number): Promise<void> {
    if (!this.#turns.hasRoom) await this.#wait();
    this.#turns.count(nodes);
  }

  /** Waits when the time of this turn is up; undefined while it is not. */
  pause(): Promise<void> | undefined {
    return this.#turns.hasTime ? undefined : this.#wait();
  }

  /**
   * A list for the execution, which completes each item before it asks for the next. The items that
   * this turn has no time for come as promises.
   */
  *paced<Item>(items: Iterable<Item>): Generator<Item | Promise<Item>, void> {
    for (const item of items) yield this.#turns.hasTime ? item : this.#wait(item);
  }

  /**
   * Calls back once the microtasks are done and all that waits was let on: the items of a list ask
   * together, though they are completed in turns, for fewer calls answer questions that come together.
   */
  gather(ask: () => void): void {
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        if (this.#waiting.size === 0) ask();
        else this.#gathered.push(ask);
      }),
    );
  }

  /** Lets the first on that waits; whether others do still. */
  letOn(): boolean {
    for (const goOn of this.#waiting) {
      this.#waiting.delete(goOn);
      goOn();
      break;
    }
    if (this.#waiting.size > 0) return true;
    for (const ask of this.#gathered.splice(0)) this.gather(ask);
    return false;
  }

  #wait(): Promise<void>;
  #wait<Item>(item: Item): Promise<Item>;
  #wait(item?: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.add(() => resolve(item));
      this.#turns.enqueue(this);
    });
  }
}
