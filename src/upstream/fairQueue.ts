/** Who is served first: what a person waits for, or what can wait. */
export type Priority = 'interactive' | 'bulk';

/** In whose turn something is served. */
export interface Claimant {
  readonly caller: string;
  readonly priority: Priority;
}

/** While both wait, a bulk item is served after at most so many interactive ones. */
export const INTERACTIVE_PER_BULK = 10;

/** First in, first out; an item can also leave from the middle. O(1) each, over the long run. */
class Fifo<Item> {
  readonly #items = new Set<Item>();
  /** One iterator for all: a new one each time would walk again over those that left. */
  readonly #cursor = this.#items.values();

  get size(): number {
    return this.#items.size;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values();
  }

  add(item: Item): void {
    this.#items.add(item);
  }

  delete(item: Item): boolean {
    return this.#items.delete(item);
  }

  /** Not to be called when empty: the iterator would stay at its end. */
  take(): Item | undefined {
    const step = this.#cursor.next();
    if (step.done) return undefined;
    this.#items.delete(step.value);
    return step.value;
  }
}

/** Counters in a row whose sum up to any of them costs O(log n): a Fenwick tree. */
class PrefixCounts {
  readonly #tree: Int32Array;

  constructor(capacity: number) {
    this.#tree = new Int32Array(capacity + 1);
  }

  get capacity(): number {
    return this.#tree.length - 1;
  }

  add(index: number, by: number): void {
    for (let at = index + 1; at < this.#tree.length; at += at & -at) {
      this.#tree[at] = (this.#tree[at] ?? 0) + by;
    }
  }

  upTo(index: number): number {
    let sum = 0;
    for (let at = Math.min(index + 1, this.capacity); at > 0; at -= at & -at) {
      sum += this.#tree[at] ?? 0;
    }
    return sum;
  }
}

/** The items of one caller. It owns a turn in every round from `firstRound`, one for each item. */
interface Line<Item> {
  readonly caller: string;
  readonly items: Fifo<Item>;
  firstRound: number;
}

const SMALLEST_WINDOW = 64;

/**
 * Round robin among callers, first in first out within one. A newcomer takes its first turn in the
 * round after the running one, so it waits for at most two items of each other caller. Turns belong
 * to the caller and not to the item: who cancels some of its items gives up its last turns.
 */
export class FairQueue<Item> {
  readonly #lines = new Map<string, Line<Item>>();
  /** The callers with a turn in each round, in the order in which they took it. */
  readonly #rounds = new Map<number, Fifo<Line<Item>>>();
  #round = 0;
  #size = 0;
  /** Turns by round, counted from `#countsFrom`. */
  #counts = new PrefixCounts(SMALLEST_WINDOW);
  #countsFrom = 0;

  get size(): number {
    return this.#size;
  }

  push(caller: string, item: Item): void {
    let line = this.#lines.get(caller);
    if (line === undefined) {
      line = { caller, items: new Fifo(), firstRound: this.#round + 1 };
      this.#lines.set(caller, line);
    }
    this.#addTurn(line, line.firstRound + line.items.size);
    line.items.add(item);
    this.#size += 1;
  }

  /** Takes the item whose turn it is. */
  next(): Item | undefined {
    if (this.#size === 0) return undefined;
    // Who waits has a turn in the running round or the next, so one step finds it.
    if (!this.#rounds.has(this.#round)) this.#round += 1;
    const turns = this.#rounds.get(this.#round);
    const line = turns?.take();
    const item = line?.items.take();
    if (turns === undefined || line === undefined || item === undefined) {
      throw new Error('The fair queue lost count of its turns.');
    }
    this.#countTurns(this.#round, turns, -1);
    line.firstRound = this.#round + 1;
    this.#size -= 1;
    if (line.items.size === 0) this.#lines.delete(line.caller);
    return item;
  }

  /** Takes an item out of turn; false when it is not here. */
  remove(caller: string, item: Item): boolean {
    const line = this.#lines.get(caller);
    if (!line?.items.delete(item)) return false;
    const lastRound = line.firstRound + line.items.size;
    const turns = this.#rounds.get(lastRound);
    if (turns?.delete(line)) this.#countTurns(lastRound, turns, -1);
    this.#size -= 1;
    if (line.items.size === 0) this.#lines.delete(caller);
    return true;
  }

  /** How many `next` calls it takes until the caller has got `count` more items, if pushed now. */
  position(caller: string, count: number): number {
    const lastRound = this.#freeRound(caller) + count - 1;
    return this.#counts.upTo(lastRound - this.#countsFrom) + count;
  }

  /** Whether an item of a caller, if pushed now, would have its turn before one of another's line. */
  comesBefore(caller: string, other: string, item: Item): boolean {
    const line = this.#lines.get(other);
    let round = line?.firstRound ?? 0;
    for (const waiting of line?.items ?? []) {
      if (waiting === item) break;
      round += 1;
    }
    return this.#freeRound(caller) < round;
  }

  /** The first round in which a caller has no turn yet. */
  #freeRound(caller: string): number {
    const line = this.#lines.get(caller);
    return line === undefined ? this.#round + 1 : line.firstRound + line.items.size;
  }

  #addTurn(line: Line<Item>, round: number): void {
    if (round - this.#countsFrom >= this.#counts.capacity) this.#recount(round);
    let turns = this.#rounds.get(round);
    if (turns === undefined) {
      turns = new Fifo();
      this.#rounds.set(round, turns);
    }
    turns.add(line);
    this.#countTurns(round, turns, 1);
  }

  #countTurns(round: number, turns: Fifo<Line<Item>>, by: number): void {
    this.#counts.add(round - this.#countsFrom, by);
    if (turns.size === 0) this.#rounds.delete(round);
  }

  /** Moves the counted window to the running round. It doubles, so this is rare. */
  #recount(lastRound: number): void {
    const rounds = lastRound - this.#round + 1;
    this.#counts = new PrefixCounts(Math.max(SMALLEST_WINDOW, 2 * rounds));
    this.#countsFrom = this.#round;
    for (const [round, turns] of this.#rounds) {
      this.#counts.add(round - this.#countsFrom, turns.size);
    }
  }
}

/** Two fair queues: interactive before bulk, but bulk is never starved. */
export class ServingOrder<Item> {
  readonly #queues = {
    interactive: new FairQueue<Item>(),
    bulk: new FairQueue<Item>(),
  } satisfies Record<Priority, FairQueue<Item>>;
  /** Interactive items served while bulk waited, since the last bulk one. */
  #interactiveServed = 0;

  get size(): number {
    return this.#queues.interactive.size + this.#queues.bulk.size;
  }

  push(priority: Priority, caller: string, item: Item): void {
    this.#queues[priority].push(caller, item);
  }

  remove(priority: Priority, caller: string, item: Item): boolean {
    return this.#queues[priority].remove(caller, item);
  }

  /** Takes the item whose turn it is. */
  next(): Item | undefined {
    const { interactive, bulk } = this.#queues;
    if (bulk.size === 0) return interactive.next();
    if (interactive.size === 0 || this.#interactiveServed >= INTERACTIVE_PER_BULK) {
      this.#interactiveServed = 0;
      return bulk.next();
    }
    this.#interactiveServed += 1;
    return interactive.next();
  }

  /** Whether one who came now would have its turn before an item that waits in another's name. */
  comesBefore(one: Claimant, other: Claimant, item: Item): boolean {
    if (one.priority !== other.priority) return one.priority === 'interactive';
    return this.#queues[one.priority].comesBefore(one.caller, other.caller, item);
  }

  /** How many `next` calls it takes until the caller has got `count` more items, if pushed now. */
  position(priority: Priority, caller: string, count: number): number {
    const { interactive, bulk } = this.#queues;
    const own = this.#queues[priority].position(caller, count);
    if (priority === 'bulk') {
      const before = own * INTERACTIVE_PER_BULK - this.#interactiveServed;
      return own + Math.min(interactive.size, before);
    }
    const before = Math.floor((own - 1 + this.#interactiveServed) / INTERACTIVE_PER_BULK);
    return own + Math.min(bulk.size, before);
  }
}

/** Something with a deadline; the index is the heap's own note of where it keeps it. */
export interface Expiring {
  readonly deadlineMs: number;
  heapIndex: number;
}

/** Finds the earliest deadline: a binary heap that any item can leave, O(log n) each. */
export class Deadlines<Item extends Expiring> {
  readonly #heap: Item[] = [];

  get earliest(): Item | undefined {
    return this.#heap[0];
  }

  add(item: Item): void {
    this.#rise(item, this.#heap.length);
  }

  /** The item must be here. */
  remove(item: Item): void {
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    const parent = this.#heap[(item.heapIndex - 1) >> 1];
    if (item.heapIndex > 0 && parent !== undefined && parent.deadlineMs > last.deadlineMs) {
      this.#rise(last, item.heapIndex);
    } else {
      this.#sink(last, item.heapIndex);
    }
  }

  #put(item: Item, index: number): void {
    this.#heap[index] = item;
    item.heapIndex = index;
  }

  #rise(item: Item, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.deadlineMs <= item.deadlineMs) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(item, index);
  }

  #sink(item: Item, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const child =
        left !== undefined && right !== undefined && right.deadlineMs < left.deadlineMs
          ? right
          : left;
      if (child === undefined || child.deadlineMs >= item.deadlineMs) break;
      const below = child.heapIndex;
      this.#put(child, index);
      index = below;
    }
    this.#put(item, index);
  }
}
