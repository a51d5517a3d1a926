import type { Clock } from '../clock.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import {
  type ActionInput,
  type ActionName,
  type ActionOutput,
  DEFAULT_MAX_AGE_MS,
  type ReadName,
  type WriteName,
} from './actions.ts';
import { KnowledgeCache, type Known } from './cache.ts';
import { departureRefusal } from './departure.ts';
import { NoPermitInTime } from './limiter.ts';
import { refuseRepeatedPage } from './pageTrail.ts';
import { type Permits, unlimitedPermits } from './permits.ts';
import { type Plain, toPlain } from './plain.ts';
import type { CallScope, Freshness } from './scope.ts';
import { SharedWait } from './sharedWait.ts';
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
  /** Who waits for it, so that it leaves in the turn that comes first. */
  readonly wait: SharedWait;
  /** When the operation that pays for it must have ended. */
  readonly deadlineMs: number;
  /** How many operations wait for it. */
  waiting: number;
  /** Gives it up, for a reason; after its end without effect. */
  abandon(reason: unknown): void;
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

/** How much time its operation lacked where a call was not made for want of a permit; others may have more. */
const lackedMs = (error: unknown): number | undefined =>
  error instanceof GatewayError && error.cause instanceof NoPermitInTime
    ? error.cause.retryAfterMs
    : undefined;

/** Failures after which nothing is known that was not known before. */
const FAILURES_TO_ASK: ReadonlySet<ErrorCode> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_PROTOCOL',
  'UPSTREAM_THROTTLED',
]);

const isFailureToAsk = (error: unknown): boolean =>
  error instanceof GatewayError && FAILURES_TO_ASK.has(error.code);

/** The end of an operation, told of what it waited for. */
function during(action: ReadName, end: unknown): unknown {
  if (!(end instanceof GatewayError)) return end;
  const { code, message, cause } = end;
  return new GatewayError(code, message, { action }, cause);
}

/** How long a write of ours is remembered. */
const NOTED_MS = 60_000;
/** Beyond this many, the oldest are forgotten; AWS's quotas do not let so many happen in that time. */
const MAX_NOTED_WRITES = 10_000;

/** Less than this is no setting of the clock: the date and the steady time are not read at once. */
const SET_BACK_MS = 1000;

interface DoorOptions {
  readonly send: Send;
  readonly clock: Clock;
  readonly maxBytes: number;
  /** What `send` waits for; unset: for nothing. */
  readonly permits?: Permits;
}

/**
 * The one door to AWS: cache, single flight, budget, then permit and SDK in `send`. Cache and
 * flights are shared by all operations, because AWS sees only the gateway's credentials.
 */
export class Door {
  readonly cache: KnowledgeCache;
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #permits: Permits;
  readonly #flights = new Map<string, Flight>();
  /** When, by the steady clock, a write of ours touched a thing last, the oldest first. */
  readonly #writtenMs = new Map<string, number>();
  #calls = 0;
  /** How far the date was ahead of the steady clock when it was read last. */
  #aheadMs = Number.NEGATIVE_INFINITY;

  constructor({ send, clock, maxBytes, permits = unlimitedPermits }: DoorOptions) {
    this.#send = send;
    this.#clock = clock;
    this.#permits = permits;
    this.cache = new KnowledgeCache(maxBytes);
  }

  /**
   * The date that answers get and their ages go by, in milliseconds since the epoch: the steady time
   * may stand while a machine sleeps. Once the clock was set back nobody can tell how old an answer is,
   * so all are forgotten.
   */
  nowMs(): number {
    const nowMs = this.#clock.nowMs();
    const aheadMs = nowMs - this.#clock.steadyMs();
    if (aheadMs <= this.#aheadMs - SET_BACK_MS) this.cache.clear();
    this.#aheadMs = aheadMs;
    return nowMs;
  }

  /** A freshness for an operation that begins now. */
  freshness(maxAgeMs?: number, staleIfErrorMs?: number): Freshness {
    return {
      startedMs: this.nowMs(),
      startedCall: this.#calls,
      ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
      ...(staleIfErrorMs === undefined ? {} : { staleIfErrorMs }),
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
    const held = this.held<Value>(action, key, scope);
    // That it was not there shapes the answer too.
    if (held === undefined) scope.inputs.missed(key, this.cache.get(key)?.call);
    return held;
  }

  /** The same where only that counts which is there: a look in vain leaves no note. */
  held<Value>(action: ReadName, key: string, scope: CallScope): Known<Value> | undefined {
    const known = this.#fresh<Value>(action, key, scope);
    if (known !== undefined) this.#use(action, key, known, scope);
    return known;
  }

  /**
   * Why the calls that some questions of one action need cannot all be made before the operation must
   * end: UPSTREAM_THROTTLED or OPERATION_TOO_COSTLY. To be asked before the first of a set departs.
   */
  refusal<Name extends ReadName>(
    questions: ReadonlyArray<Question<Name>>,
    scope: CallScope,
  ): GatewayError | undefined {
    const [first] = questions;
    const lacking = new Set<string>();
    for (const { action, key } of questions) {
      if (this.#fresh(action, key, scope) || this.#joinable(key, scope)) continue;
      lacking.add(key);
    }
    const calls = Math.min(lacking.size, scope.budget.left);
    // A single call is told so when it asks for its permit.
    if (first === undefined || calls < 2) return undefined;
    const departure = { action: first.action, calls, nowMs: this.nowMs() };
    return departureRefusal(departure, this.#permits, scope);
  }

  /**
   * Answers a question: from the cache, from a call under way, or by a call of its own, unless that
   * is `refused`.
   */
  async read<Name extends ReadName>(
    question: Question<Name>,
    scope: CallScope,
    refused?: GatewayError,
  ): Promise<Known<Answer<Name>>> {
    const { action, key } = question;
    const held = this.held<Answer<Name>>(action, key, scope);
    if (held !== undefined) return held;
    const answer = await this.#asked(question, scope, refused);
    this.#use(action, key, answer, scope);
    return answer;
  }

  /** Live, or older than it may be where AWS cannot be asked and the caller takes that. */
  async #asked<Name extends ReadName>(
    question: Question<Name>,
    scope: CallScope,
    refused: GatewayError | undefined,
  ): Promise<Known<Answer<Name>>> {
    try {
      return await this.#ownOrJoined(question, scope, refused);
    } catch (error) {
      const isUnasked = error === refused || isFailureToAsk(error);
      const stale = isUnasked && this.stale<Answer<Name>>(question, scope);
      if (stale) return stale;
      throw error === scope.lifetime?.reason ? during(question.action, error) : error;
    }
  }

  /**
   * What the cache holds under a key and is no longer young enough, if the caller takes it where AWS
   * cannot be asked. The answer that it goes into is marked, and not remembered.
   */
  stale<Value>(
    { action, key }: { readonly action: ReadName; readonly key: string },
    scope: CallScope,
  ): Known<Value> | undefined {
    const { staleIfErrorMs } = scope.freshness;
    const nowMs = this.nowMs();
    const known = this.cache.get<Value>(key);
    if (staleIfErrorMs === undefined || known === undefined) return undefined;
    if (nowMs - known.atMs > DEFAULT_MAX_AGE_MS[action] + staleIfErrorMs) return undefined;
    scope.receipts.wasStale();
    scope.inputs.expireNow();
    return known;
  }

  /** Between the look for a flight and the departure nothing waits, so that equal reads meet. */
  async #ownOrJoined<Name extends ReadName>(
    question: Question<Name>,
    scope: CallScope,
    refused: GatewayError | undefined,
  ): Promise<Known<Answer<Name>>> {
    for (let joined = 0; ; joined += 1) {
      const flight = this.#joinable(question.key, scope);
      if (flight === undefined) break;
      try {
        return await this.#join(flight, scope);
      } catch (error) {
        const moreMs = lackedMs(error);
        if (moreMs === undefined) throw error;
        // All may try once, for another caller's turn may come sooner; then only who has more time.
        if (joined > 0 && scope.deadlineMs <= flight.deadlineMs + moreMs) throw error;
      }
    }
    scope.lifetime?.check();
    if (refused !== undefined) throw refused;
    scope.budget.spend(question.action);
    return this.#await(this.#depart(question, scope), scope);
  }

  async #join<Name extends ReadName>(
    flight: Flight,
    scope: CallScope,
  ): Promise<Known<Answer<Name>>> {
    flight.wait.join(scope);
    const joined = await this.#await<Name>(flight, scope);
    scope.receipts.deduplicated();
    return joined;
  }

  /** Waits for a call while the operation lasts; a call that nobody waits for any more is given up. */
  async #await<Name extends ReadName>(
    flight: Flight,
    { inputs, lifetime }: CallScope,
  ): Promise<Known<Answer<Name>>> {
    flight.waiting += 1;
    inputs.waitedFor(flight.call);
    try {
      const { answer } = flight;
      return (await (lifetime === undefined ? answer : lifetime.during(answer))) as Known<
        Answer<Name>
      >;
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.abandon(lifetime?.reason);
    }
  }

  /** Makes a write, and drops what it touches: before it, for reads under way, and after it. */
  async write<Name extends WriteName>(
    action: Name,
    input: ActionInput<Name>,
    scope: CallScope,
    trace?: CallTrace,
  ): Promise<ActionOutput<Name>> {
    const touched = TOUCHES[action];
    const { lifetime } = scope;
    lifetime?.check();
    scope.budget.spend(action);
    this.#calls += 1;
    this.#touch(touched(input));
    let output: ActionOutput<Name> | undefined;
    try {
      // Until it is sent; from then on it is not cut.
      const until = lifetime === undefined ? scope : { ...scope, signal: lifetime.signal };
      output = await this.#send(action, input, until, trace);
      return output;
    } finally {
      this.#touch(touched(input, output));
    }
  }

  /** Whether a write of ours touched a thing in the last minute: lists may not show it yet. */
  wasWritten(thing: string): boolean {
    const atMs = this.#writtenMs.get(thing);
    return atMs !== undefined && this.#clock.steadyMs() - atMs <= NOTED_MS;
  }

  #fresh<Value>(action: ReadName, key: string, scope: CallScope): Known<Value> | undefined {
    const known = this.cache.get<Value>(key);
    return known !== undefined && this.isFresh(action, known, scope) ? known : undefined;
  }

  #use(action: ReadName, key: string, known: Known<unknown>, scope: CallScope): void {
    scope.inputs.add(key, known.call, known.atMs, DEFAULT_MAX_AGE_MS[action]);
  }

  #joinable(key: string, { freshness }: CallScope): Flight | undefined {
    const flight = this.#flights.get(key);
    if (flight?.writes !== this.cache.writes) return undefined;
    return freshness.maxAgeMs !== 0 || flight.call > freshness.startedCall ? flight : undefined;
  }

  #depart<Name extends ReadName>(question: Question<Name>, scope: CallScope): Flight {
    this.#calls += 1;
    const call = this.#calls;
    const { writes } = this.cache;
    const given = new AbortController();
    const wait = new SharedWait();
    const answer = this.#ask(question, { ...scope, signal: given.signal, wait }).then((value) => {
      const known = { value, call, atMs: this.nowMs() };
      // An answer that a write overtook may be from before it: good for now, not to be kept.
      if (writes === this.cache.writes) {
        this.cache.put(question.key, known, question.things(value));
        question.learn?.(known, this.cache);
      }
      return known;
    });
    const end = (): void => {
      if (this.#flights.get(question.key) === flight) this.#flights.delete(question.key);
    };
    const flight: Flight = {
      answer,
      call,
      writes,
      wait,
      deadlineMs: scope.deadlineMs,
      waiting: 0,
      abandon: (reason) => {
        end();
        given.abort(reason);
      },
    };
    this.#flights.set(question.key, flight);
    answer.then(end, end);
    return flight;
  }

  async #ask<Name extends ReadName>(
    { action, input }: Question<Name>,
    scope: CallScope,
  ): Promise<Answer<Name>> {
    try {
      const answer: Answer<Name> = toPlain(await this.#send(action, input, scope));
      refuseRepeatedPage(action, input, answer);
      return answer;
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'RESOURCE_NOT_FOUND') return null;
      throw error;
    }
  }

  #touch(things: readonly string[]): void {
    this.cache.touch(things);
    const nowMs = this.#clock.steadyMs();
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
