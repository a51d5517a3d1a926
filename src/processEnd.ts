/** The part of `process` that ends it. */
interface EndingProcess {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  on(
    event: 'uncaughtException' | 'unhandledRejection',
    listener: (error: unknown) => void,
  ): unknown;
  exit(code: number): void;
}

/**
 * An error that nobody caught leaves the process in no known state: it is reported and the process
 * ends with 1. What was under way goes on when it is started again, for every step is on record.
 */
export function endOnCrash(ending: EndingProcess, report: (error: unknown) => void): void {
  const onCrash = (error: unknown): void => {
    try {
      report(error);
    } finally {
      ending.exit(1);
    }
  };
  ending.on('uncaughtException', onCrash);
  ending.on('unhandledRejection', onCrash);
}

/** What runs and is to be drained before the process ends. */
type State =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly drain: () => Promise<void> }
  /** A signal came before there was anything to drain. */
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'draining' };

/**
 * On SIGTERM or SIGINT drains and ends the process with 0, also when the signal comes before the
 * start has come to its end; at a second signal it ends at once with 1. Call it before anything is
 * started, and what it answers once there is something to drain.
 */
export function endOnSignals(
  ending: EndingProcess,
  report: (error: unknown) => void,
): (drain: () => Promise<void>) => void {
  let state: State = { kind: 'starting' };
  const end = (drain: () => Promise<void>): void => {
    state = { kind: 'draining' };
    drain().then(
      () => ending.exit(0),
      (error) => {
        report(error);
        ending.exit(1);
      },
    );
  };
  const onSignal = (): void => {
    if (state.kind === 'starting') state = { kind: 'unwanted' };
    else if (state.kind === 'running') end(state.drain);
    else ending.exit(1);
  };
  ending.on('SIGTERM', onSignal);
  ending.on('SIGINT', onSignal);
  return (drain) => {
    if (state.kind === 'unwanted') end(drain);
    else state = { kind: 'running', drain };
  };
}
