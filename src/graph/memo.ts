import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { KnowledgeCache } from '../upstream/cache.ts';
import type { Receipt } from '../upstream/receipt.ts';
import type { InputLog } from '../upstream/scope.ts';
import type { Audience } from './audience.ts';

/** An answer in the form in which it is sent. */
export interface KeptAnswer {
  /** The whole text of the answer. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that came once: its answer is worth keeping when it comes again. */
interface Seen {
  readonly kind: 'seen';
}

const SEEN: Seen = { kind: 'seen' };

interface Entry {
  readonly kind: 'kept';
  readonly answer: KeptAnswer;
  /** In the form for sending, once it was sent. */
  remembered: RememberedAnswer | undefined;
  readonly inputs: InputLog;
}

/** An answer to send. */
export interface RememberedAnswer {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** The same and the length, name and value by turns: what Node.js writes fastest. */
  readonly rawHeaders: readonly string[];
}

function toRemember({ body, headers }: KeptAnswer): RememberedAnswer {
  const bytes = Buffer.from(body);
  const rawHeaders = [...Object.entries(headers).flat(), 'content-length', String(bytes.length)];
  return { bytes, headers, rawHeaders };
}

/** A request that is being answered. */
interface UnderWay {
  readonly ended: Promise<void>;
  /** Who waits for it. */
  readonly audience: Audience;
}

/** What a key in the memo's books and a note of an input take besides their text, in bytes. */
const ENTRY_BYTES = 512;
const INPUT_BYTES = 160;

interface AnswerMemoOptions {
  readonly cache: KnowledgeCache;
  readonly nowMs: () => number;
  readonly maxBytes: number;
}

/**
 * Answers as they were sent, each good while the operation, executed again, would find exactly
 * what it found: the same answers of AWS under the same keys of the cache, all young enough, and
 * nothing where it found nothing. So no write and no expiry can be missed here that the cache
 * itself would not miss. Bounded in bytes.
 */
export class AnswerMemo {
  readonly #cache: KnowledgeCache;
  readonly #nowMs: () => number;
  readonly #entries: LRUCache<string, Entry | Seen>;
  readonly #underWay = new Map<string, UnderWay>();
  #answered = 0;

  constructor({ cache, nowMs, maxBytes }: AnswerMemoOptions) {
    this.#cache = cache;
    this.#nowMs = nowMs;
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (entry, key) =>
        ENTRY_BYTES +
        2 * key.length +
        (entry.kind === 'seen'
          ? 0
          : // As text, and as the bytes of it.
            4 * entry.answer.body.length + INPUT_BYTES * entry.inputs.calls.size),
    });
  }

  /** How many requests were answered from here. */
  get answered(): number {
    return this.#answered;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** The answer to a request; `key` is all of the request that the answer depends on. */
  find(key: string): RememberedAnswer | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.kind === 'seen') return undefined;
    if (!entry.inputs.hold(this.#cache, this.#nowMs())) {
      this.#entries.set(key, SEEN);
      return undefined;
    }
    this.#answered += 1;
    entry.remembered ??= toRemember(entry.answer);
    return entry.remembered;
  }

  /**
   * Whether an equal request came before this one, so that what it reads is worth noting and its
   * answer worth keeping. Most requests come once, and what is kept of them would only be in the way.
   */
  comesAgain(key: string): boolean {
    if (this.#entries.has(key)) return true;
    this.#entries.set(key, SEEN);
    return false;
  }

  /** An equal request that is under way; once it has ended its answer may be here. */
  equal(key: string): UnderWay | undefined {
    return this.#underWay.get(key);
  }

  /** Answers a request while equal ones wait for it, so that many at once are executed once. */
  async during<Result>(
    key: string,
    audience: Audience,
    answer: () => Promise<Result>,
  ): Promise<Result> {
    const answered = answer();
    const ended = answered.then(
      () => undefined,
      () => undefined,
    );
    const underWay = { ended, audience };
    this.#underWay.set(key, underWay);
    try {
      return await answered;
    } finally {
      if (this.#underWay.get(key) === underWay) this.#underWay.delete(key);
    }
  }

  /** Keeps an answer without errors whose inputs were noted; those that depend on anything but the cache are left out. */
  keep(key: string, inputs: InputLog, write: (receipt: Receipt) => KeptAnswer): void {
    if (inputs.calls.size === 0 || inputs.used === 0 || inputs.expiresMs < this.#nowMs()) return;
    const answer = write(rememberedReceipt(inputs));
    const remembered = undefined;
    this.#entries.set(key, { kind: 'kept', answer, remembered, inputs });
  }
}

/** Whether an operation is a query that asks for nothing about the schema itself. */
export function isPlainRead(operation: OperationDefinitionNode, document: DocumentNode): boolean {
  if (operation.operation !== 'query') return false;
  const opened = new Set<string>();
  const isPlain = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return !/^__(?:schema|type)$/.test(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return isPlain(selection.selectionSet);
      const name = selection.name.value;
      if (opened.has(name)) return true;
      opened.add(name);
      const fragment = document.definitions.find(
        (definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
      );
      return fragment?.kind === Kind.FRAGMENT_DEFINITION && isPlain(fragment.selectionSet);
    });
  return isPlain(operation.selectionSet);
}

/** The receipt of an answer from the memo: all that it needed was known. */
function rememberedReceipt({ used, oldestMs }: InputLog): Receipt {
  return {
    priced: { min: 0, max: 0 },
    made: {},
    attempts: 0,
    deduplicated: 0,
    cacheHits: used,
    waitedMs: 0,
    throttled: 0,
    oldest: new Date(oldestMs).toISOString(),
  };
}
