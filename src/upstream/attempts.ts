import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-iot';
import type { FinalizeHandler, FinalizeRequestMiddleware } from '@smithy/types';
import { permitRefusal } from '../channels.ts';
import type { Clock } from '../clock.ts';
import { GatewayError, mayHaveHappened, upstreamError } from '../errors.ts';
import { type ActionName, isWrite } from './actions.ts';
import { attemptBegun, attemptEnded } from './attemptReport.ts';
import { type AttemptResult, type Breaker, isOutage } from './breaker.ts';
import { NoPermitInTime, type Permit } from './limiter.ts';
import type { Permits } from './permits.ts';
import type { CallScope } from './scope.ts';

/**
 * Actions that answer with a secret: each attempt would make another one, and a lost answer is lost.
 * They are sent once, over a connection of their own, for one that was kept may have died meanwhile.
 */
export const SECRET_ACTIONS: ReadonlySet<ActionName> = new Set(['CreateProvisioningClaim']);

/** An attempt that its operation did not wait for longer than this says nothing of the service. */
const PATIENCE_MS = 1000;

interface AttemptsOptions {
  readonly permits: Permits;
  readonly breaker: Breaker;
  readonly clock: Clock;
}

/** How long an attempt waits for what a probe tells. */
const PROBE_WAIT_MS = 1000;
/** A probe may be given up, and another one be the next. */
const MAX_PROBE_WAITS = 3;

/** A call under way, with all its attempts. */
interface Call {
  readonly action: ActionName;
  readonly scope: CallScope;
  /** What became of its last attempt. */
  failure?: GatewayError;
}

type Next = FinalizeHandler<ServiceInputTypes, ServiceOutputTypes>;
type Arguments = Parameters<Next>[0];

/**
 * The attempts of calls: each takes a permit, is kept back while the target is out of order, and is
 * the last where the SDK must not send again.
 */
export class Attempts {
  readonly #options: AttemptsOptions;
  /**
   * Whose attempts the SDK is making, by the input of the call; its middleware is told nothing else.
   * (AsyncLocalStorage would do as well, but on Node.js 20 it slows every promise of the process.)
   */
  readonly #calls = new WeakMap<object, Call>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** A call begins whose input is this object. */
  begin(input: object, action: ActionName, scope: CallScope): void {
    this.#calls.set(input, { action, scope });
  }

  /** Goes behind the SDK's retries, so that it sees every attempt, not every call. */
  readonly middleware: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (next) => (args) => {
      const call = this.#calls.get(args.input);
      return call === undefined ? next(args) : this.#attempt(call, next, args);
    };

  async #attempt(call: Call, next: Next, args: Arguments): ReturnType<Next> {
    const { breaker } = this.#options;
    const { action, scope } = call;
    const kept = breaker.probed === undefined ? breaker.refusal(action) : undefined;
    // Where an attempt was made, what became of it says more than that there is no other.
    if (kept !== undefined) throw new FinalAttempt(call.failure ?? kept);
    const permit = await this.#permit(call);
    let sentMs: number;
    try {
      sentMs = await this.#admit(call);
    } catch (error) {
      permit.release();
      throw error;
    }
    // Only what leaves is a call made: its first attempt is the one before any has failed.
    if (call.failure === undefined) scope.receipts.called(action);
    scope.receipts.attempted(permit.waitedMs);
    const told = attemptBegun(action, scope, permit.waitedMs);
    const tookMs = (): number => this.#options.clock.steadyMs() - sentMs;
    let result: AttemptResult = 'answered';
    try {
      const answer = await next(args);
      attemptEnded(told, 'ok', tookMs(), answer.output.$metadata.requestId);
      return answer;
    } catch (thrown) {
      const error = upstreamError(thrown, action);
      call.failure = error;
      attemptEnded(told, error.code, tookMs(), error.details.awsRequestId);
      result = this.#resultOf(error, scope, sentMs);
      throw this.#failed(action, scope, error) ? new FinalAttempt(error) : thrown;
    } finally {
      permit.release();
      breaker.ended({ result, sentMs });
    }
  }

  /** Waits a little for a probe under way, so that the end of an outage is nobody's error. */
  async #admit({ action, scope, failure }: Call): Promise<number> {
    const { breaker } = this.#options;
    for (let waits = 0; breaker.probed !== undefined && waits < MAX_PROBE_WAITS; waits += 1) {
      await this.#probeEnd(breaker.probed, scope);
    }
    if (scope.signal?.aborted) throw new FinalAttempt(failure ?? reasonOf(scope.signal));
    try {
      // Between the look for a probe and this nothing waits, so that no two probe at once.
      const sentMs = breaker.admit(action);
      if (isWrite(action)) scope.lifetime?.commit();
      return sentMs;
    } catch (error) {
      throw new FinalAttempt(failure ?? upstreamError(error, action));
    }
  }

  async #probeEnd(probed: Promise<void>, { signal }: CallScope): Promise<void> {
    const waiting = new AbortController();
    const giveUp = (): void => waiting.abort();
    signal?.addEventListener('abort', giveUp, { once: true });
    const enough = this.#options.clock.sleep(PROBE_WAIT_MS, waiting.signal).catch(() => undefined);
    await Promise.race([probed, enough]);
    signal?.removeEventListener('abort', giveUp);
    waiting.abort();
  }

  #resultOf(error: GatewayError, { signal }: CallScope, sentMs: number): AttemptResult {
    if (!signal?.aborted) return isOutage(error) ? 'outage' : 'answered';
    const wasSlow = this.#options.clock.steadyMs() - sentMs >= PATIENCE_MS;
    return wasSlow && reasonOf(signal).code === 'UPSTREAM_TIMEOUT' ? 'outage' : 'abandoned';
  }

  /** Whether a failed attempt is the last of its call. */
  #failed(action: ActionName, { receipts }: CallScope, error: GatewayError): boolean {
    if (error.code === 'UPSTREAM_THROTTLED') {
      this.#options.permits.throttled(action);
      receipts.wasThrottled();
    }
    // A write that may have been made is not sent again before it was looked for; a refusal will not
    // change, though the SDK takes LimitExceededException for throttling.
    return (
      SECRET_ACTIONS.has(action) ||
      (isWrite(action) && mayHaveHappened(error)) ||
      error.code === 'LIMIT_EXCEEDED'
    );
  }

  async #permit({ action, scope, failure }: Call): Promise<Permit> {
    try {
      return await this.#options.permits.acquire({ ...scope, action });
    } catch (error) {
      if (scope.signal?.aborted) throw new FinalAttempt(failure ?? reasonOf(scope.signal));
      if (!(error instanceof NoPermitInTime)) throw error;
      const { retryAfterMs } = error;
      permitRefusal.publish({ action, caller: scope.caller, retryAfterMs });
      const message = `The quota of ${action} leaves no call before the operation must end; try again in ${retryAfterMs} ms.`;
      throw new GatewayError('UPSTREAM_THROTTLED', message, { action, retryAfterMs }, error);
    }
  }
}

/** Why a call was given up. */
export function reasonOf({ reason }: AbortSignal): GatewayError {
  return reason instanceof GatewayError ? reason : new GatewayError('CLIENT_CLOSED_REQUEST');
}

/**
 * Carries the failure of an attempt past the SDK, which sends again whatever has a passing failure
 * for its cause, or for the cause of that.
 */
export class FinalAttempt extends Error {
  readonly failure: GatewayError;

  constructor(failure: GatewayError) {
    super(failure.message);
    this.failure = failure;
  }
}
