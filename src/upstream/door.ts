import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import {
  type ActionInput,
  type ActionName,
  type ActionOutput,
  DEFAULT_MAX_AGE_MS,
  type ReadName,
  type WriteName,
} from './actions.ts';
import { KnowledgeCache, type Known } from './cache.ts';
import { NoPermitInTime } from './limiter.ts';
import { type Plain, toPlain } from './plain.ts';
import type { CallScope, Freshness } from './scope.ts';
import { TOUCHES } from './touches.ts';
import type { CallTrace } from './writes.ts';

/** Sends one call, its attempts and retries included. */
export type Send = <Name extends ActionName>(
  action: Name,
  input: ActionInput<Name>,
  scope: CallScope,
  trace?: CallTrace,
) => Promise<ActionOutput<Name>>;

/** A read that other operations may join. */
interface Flight {
  readonly answer: Promise<Known<unknown>>;
  readonly call: number;
  readonly writes: number;
  readonly priority: CallScope['priority'];
}

/** One question to AWS, and all that its answer tells. */
export interface Question<Name extends ReadName> {
  readonly action: Name;
  readonly input: ActionInput<Name>;
  /** Names the question in the cache; equal keys are one question. */
  readonly key: string;
  /** What the answer is made from: the things whose change makes it worthless. */
  things(answer: Answer<Name>): readonly string[];
  /** Keeps what the answer tells beyond itself. */
  learn?(known: Known<Answer<Name>>, cache: KnowledgeCache): void;
}

/** An answer as it is kept; null stands for AWS's not-found. */
export type Answer<Name extends ReadName> = Plain<ActionOutput<Name>> | null;

/** Whether a call was not made because its operation had too little time for the quota; others may have more. */
const wasLeftBehind = (error: unknown): boolean =>
  error instanceof GatewayError && error.cause instanceof NoPermitInTime;

/** How long a write of ours is remembered. */
const NOTED_MS = 60_000;
/** Beyond this many, the oldest are forgotten; AWS's quotas do not let so many happen in that time. */
const MAX_NOTED_WRITES = 10_000;

export interface DoorOptions {
  readonly send: Send;
  readonly clock: Clock;
  readonly maxBytes: number;
}

/**
 * The one door to AWS: cache, single flight, budget, then permit and SDK in `send`. Cache and
 * flights are shared by all operations, because AWS sees only the gateway's credentials.
 */
export class Door {
  readonly cache: KnowledgeCache;
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight>();
  /** When a write of ours touched a thing last, the oldest first. */
  readonly #writtenMs = new Map<string, number>();
  #calls = 0;

  constructor({ send, clock, maxBytes }: DoorOptions) {
    this.#send = send;
    this.#clock = clock;
    this.cache = new KnowledgeCache(maxBytes);
  }

  /** A freshness for an operation that begins now. */
  freshness(maxAgeMs?: number): Freshness {
    return {
      startedMs: this.#clock.nowMs(),
      startedCall: this.#calls,
      ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    };
  }

  /** Whether an answer of an action is young enough for an operation. */
  isFresh(action: ReadName, known: Known<unknown>, { freshness }: CallScope): boolean {
    if (known.call > freshness.startedCall) return true;
    const maxAgeMs = Math.min(DEFAULT_MAX_AGE_MS[action], freshness.maxAgeMs ?? Infinity);
    return maxAgeMs > 0 && known.atMs >= freshness.startedMs - maxAgeMs;
  }

  /** What the cache holds under a key, if it is young enough. */
  peek<Value>(action: ReadName, key: string, scope: CallScope): Known<Value> | undefined {
    const known = this.cache.get<Value>(key);
    if (known !== undefined && this.isFresh(action, known, scope)) {
      this.#use(action, key, known, scope);
      return known;
    }
    // That it was not there shapes the answer too.
    scope.inputs.missed(key, known?.call);
    return undefined;
  }

  /** Answers a question: from the cache, from a call under way, or by a call of its own. */
  async read<Name extends ReadName>(
    question: Question<Name>,
    scope: CallScope,
  ): Promise<Known<Answer<Name>>> {
    const { action, key } = question;
    const kept = this.#fresh<Answer<Name>>(action, key, scope);
    if (kept !== undefined) {
      this.#use(action, key, kept, scope);
      scope.receipts.hit();
      return kept;
    }
    const answer = await this.#ownOrJoined(question, scope);
    this.#use(action, key, answer, scope);
    return answer;
  }

  /** Between the look for a flight and the departure nothing waits, so that equal reads meet. */
  async #ownOrJoined<Name extends ReadName>(
    question: Question<Name>,
    scope: CallScope,
  ): Promise<Known<Answer<Name>>> {
    const flight = this.#joinable(question.key, scope);
    if (flight !== undefined) {
      try {
        return await this.#join(flight, scope);
      } catch (error) {
        if (!wasLeftBehind(error)) throw error;
      }
      const another = this.#joinable(question.key, scope);
      if (another !== undefined) return this.#join(another, scope);
    }
    scope.budget.spend(question.action);
    return this.#depart(question, scope);
  }

  async #join<Name extends ReadName>(
    flight: Flight,
    scope: CallScope,
  ): Promise<Known<Answer<Name>>> {
    const joined = (await flight.answer) as Known<Answer<Name>>;
    scope.receipts.deduplicated();
    return joined;
  }

  /** Makes a write, and drops what it touches: before it, for reads under way, and after it. */
  async write<Name extends WriteName>(
    action: Name,
    input: ActionInput<Name>,
    scope: CallScope,
    trace?: CallTrace,
  ): Promise<ActionOutput<Name>> {
    const touched = TOUCHES[action];
    scope.budget.spend(action);
    this.#calls += 1;
    this.#touch(touched(input));
    let output: ActionOutput<Name> | undefined;
    try {
      output = await this.#send(action, input, scope, trace);
      return output;
    } finally {
      this.#touch(touched(input, output));
    }
  }

  /** Whether a write of ours touched a thing in the last minute: lists may not show it yet. */
  wasWritten(thing: string): boolean {
    const atMs = this.#writtenMs.get(thing);
    return atMs !== undefined && this.#clock.nowMs() - atMs <= NOTED_MS;
  }

  #fresh<Value>(action: ReadName, key: string, scope: CallScope): Known<Value> | undefined {
    const known = this.cache.get<Value>(key);
    return known !== undefined && this.isFresh(action, known, scope) ? known : undefined;
  }

  #use(action: ReadName, key: string, known: Known<unknown>, scope: CallScope): void {
    scope.inputs.add(key, known.call, known.atMs, DEFAULT_MAX_AGE_MS[action]);
  }

  #joinable(key: string, { freshness, priority }: CallScope): Flight | undefined {
    const flight = this.#flights.get(key);
    if (flight?.writes !== this.cache.writes) return undefined;
    // What a person waits for must not wait with what can wait.
    if (flight.priority === 'bulk' && priority !== 'bulk') return undefined;
    return freshness.maxAgeMs !== 0 || flight.call > freshness.startedCall ? flight : undefined;
  }

  async #depart<Name extends ReadName>(
    question: Question<Name>,
    scope: CallScope,
  ): Promise<Known<Answer<Name>>> {
    this.#calls += 1;
    const call = this.#calls;
    const { writes } = this.cache;
    const answer = this.#ask(question, scope).then((value) => {
      const known = { value, call, atMs: this.#clock.nowMs() };
      // An answer that a write overtook may be from before it: good for now, not to be kept.
      if (writes === this.cache.writes) {
        this.cache.put(question.key, known, question.things(value));
        question.learn?.(known, this.cache);
      }
      return known;
    });
    const flight: Flight = { answer, call, writes, priority: scope.priority };
    this.#flights.set(question.key, flight);
    try {
      return await answer;
    } finally {
      if (this.#flights.get(question.key) === flight) this.#flights.delete(question.key);
    }
  }

  async #ask<Name extends ReadName>(
    { action, input }: Question<Name>,
    scope: CallScope,
  ): Promise<Answer<Name>> {
    try {
      return toPlain(await this.#send(action, input, scope));
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'RESOURCE_NOT_FOUND') return null;
      throw error;
    }
  }

  #touch(things: readonly string[]): void {
    this.cache.touch(things);
    const nowMs = this.#clock.nowMs();
    for (const thing of things) {
      this.#writtenMs.delete(thing);
      this.#writtenMs.set(thing, nowMs);
    }
    for (const [thing, atMs] of this.#writtenMs) {
      if (this.#writtenMs.size <= MAX_NOTED_WRITES && nowMs - atMs <= NOTED_MS) break;
      this.#writtenMs.delete(thing);
    }
  }
}
