import type { Clock } from '../clock.ts';
import { GatewayError, mayHaveHappened, NotSent } from '../errors.ts';

/** So many failures in a row are an outage; one call makes three attempts at most. */
const FAILURES_TO_OPEN = 5;
/** How long nothing is tried after it opened, doubled each time that a probe fails. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** A probe that has said nothing for so long is taken for lost, and the next attempt is one. */
const PROBE_MS = 10_000;

/** What is thought of an upstream, by how its attempts went; times are the clock's steady ones. */
export type BreakerState =
  /** Attempts are let through; of those sent since a time, so many failed in a row. */
  | { readonly kind: 'closed'; readonly failures: number; readonly sinceMs: number }
  /** None is let through before a time. */
  | { readonly kind: 'open'; readonly untilMs: number; readonly pauseMs: number }
  /** One is let through to see, and was at this time; the others wait for what becomes of it. */
  | { readonly kind: 'half-open'; readonly sinceMs: number; readonly pauseMs: number };

/** How an attempt ended, as far as it tells of the target. */
export type AttemptResult =
  /** It was answered, be it with a refusal or with throttling. */
  | 'answered'
  /** No answer, or none of the service's own making. */
  | 'outage'
  /** It was given up before it was known. */
  | 'abandoned';

type Permission =
  | { readonly kind: 'go'; readonly state: BreakerState }
  | { readonly kind: 'refused'; readonly retryAfterMs: number };

/** What is thought at first. */
export const CLOSED: BreakerState = {
  kind: 'closed',
  failures: 0,
  sinceMs: Number.NEGATIVE_INFINITY,
};

/** Whether an attempt may be made now, and what is thought then. */
export function permission(state: BreakerState, nowMs: number): Permission {
  switch (state.kind) {
    case 'closed':
      return { kind: 'go', state };
    case 'open':
      if (nowMs < state.untilMs) return { kind: 'refused', retryAfterMs: state.untilMs - nowMs };
      return {
        kind: 'go',
        state: { kind: 'half-open', sinceMs: nowMs, pauseMs: state.pauseMs },
      };
    case 'half-open': {
      const lostMs = state.sinceMs + PROBE_MS;
      if (nowMs < lostMs) return { kind: 'refused', retryAfterMs: FIRST_PAUSE_MS };
      return { kind: 'go', state: { ...state, sinceMs: nowMs } };
    }
  }
}

/** An attempt that has ended. */
interface EndedAttempt {
  readonly result: AttemptResult;
  readonly sentMs: number;
}

/** What is thought after an attempt. */
export function after(
  state: BreakerState,
  { result, sentMs }: EndedAttempt,
  nowMs: number,
): BreakerState {
  switch (state.kind) {
    case 'closed': {
      // What was sent before the outage ended says nothing of now.
      if (result === 'abandoned' || sentMs < state.sinceMs) return state;
      if (result === 'answered') return state.failures === 0 ? state : { ...state, failures: 0 };
      const failures = state.failures + 1;
      return failures < FAILURES_TO_OPEN
        ? { ...state, failures }
        : { kind: 'open', untilMs: nowMs + FIRST_PAUSE_MS, pauseMs: FIRST_PAUSE_MS };
    }
    case 'open':
      return state;
    case 'half-open': {
      if (sentMs < state.sinceMs) return state;
      if (result === 'answered') return { kind: 'closed', failures: 0, sinceMs: sentMs };
      // A probe that was given up says nothing: the next attempt is one.
      if (result === 'abandoned') return { kind: 'open', untilMs: nowMs, pauseMs: state.pauseMs };
      const pauseMs = Math.min(2 * state.pauseMs, LONGEST_PAUSE_MS);
      return { kind: 'open', untilMs: nowMs + pauseMs, pauseMs };
    }
  }
}

/** Whether an attempt failed because the service, or the way to it, is out of order. */
export function isOutage(error: GatewayError): boolean {
  switch (error.code) {
    case 'UPSTREAM_UNAVAILABLE':
    case 'UPSTREAM_TIMEOUT':
      return true;
    case 'UPSTREAM_PROTOCOL':
      // Not where the answer says that the request is at fault.
      return mayHaveHappened(error);
    default:
      return false;
  }
}

interface BreakerOptions {
  readonly clock: Pick<Clock, 'steadyMs'>;
  /** Hears of each state that is of another kind than the last. */
  readonly onChange: (state: BreakerState) => void;
}

/** Keeps attempts from one target while it is out of order, but for a probe now and then. */
export class Breaker {
  readonly #options: BreakerOptions;
  #state = CLOSED;
  #probe: { readonly ended: Promise<void>; readonly end: () => void } | undefined;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Resolves when the probe that is under way has ended; undefined when there is none. */
  get probed(): Promise<void> | undefined {
    return this.#probe?.ended;
  }

  /** Why an attempt of an action could not be made now; undefined when it could. */
  refusal(action: string): GatewayError | undefined {
    const asked = permission(this.#state, this.#options.clock.steadyMs());
    return asked.kind === 'go' ? undefined : refused(action, asked.retryAfterMs);
  }

  /** Lets an attempt through that is made at once, and tells when; throws UPSTREAM_UNAVAILABLE where it may not be. */
  admit(action: string): number {
    const nowMs = this.#options.clock.steadyMs();
    const asked = permission(this.#state, nowMs);
    if (asked.kind === 'refused') throw refused(action, asked.retryAfterMs);
    this.#become(asked.state);
    return nowMs;
  }

  /** Hears how an attempt that was let through has ended. */
  ended(attempt: EndedAttempt): void {
    this.#become(after(this.#state, attempt, this.#options.clock.steadyMs()));
  }

  #become(state: BreakerState): void {
    const before = this.#state.kind;
    this.#state = state;
    if (state.kind === 'half-open') this.#probe ??= newProbe();
    else {
      this.#probe?.end();
      this.#probe = undefined;
    }
    if (state.kind !== before) this.#options.onChange(state);
  }
}

function newProbe(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

function refused(action: string, waitMs: number): GatewayError {
  const retryAfterMs = Math.max(1, Math.ceil(waitMs));
  const message = `AWS IoT has not answered lately, so ${action} was not sent; try again in ${retryAfterMs} ms.`;
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    message,
    { action, retryAfterMs },
    new NotSent('The circuit is open.'),
  );
}
