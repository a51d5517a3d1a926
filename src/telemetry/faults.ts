import { fault, notice } from '../channels.ts';
import { systemClock } from '../clock.ts';
import { plainLine, traceOf, writeNow } from './line.ts';

/** Tells of a fault of the gateway: whoever listens, or else standard error. */
export function reportFault(error: unknown, requestId: string | undefined): void {
  if (fault.hasSubscribers) fault.publish({ error, requestId });
  else writeNow(plainLine(systemClock, 'error', 'fault', { requestId, error: traceOf(error) }));
}

/** Writes down, at once and without secrets, what the process is about to end of. Cannot throw. */
export function reportCrash(error: unknown): void {
  writeNow(plainLine(systemClock, 'fatal', 'uncaught error', { error: traceOf(error) }));
}

/** Takes the warnings of Node.js, which it would write to standard error as they are, into the log. */
export function logWarnings(warning: WarningProcess): void {
  warning.removeAllListeners('warning');
  warning.on('warning', ({ name, message }) => {
    notice.publish({ level: 'warn', message: `${name}: ${message}` });
  });
}

/** The part of `process` that warns. */
interface WarningProcess {
  removeAllListeners(event: 'warning'): unknown;
  on(event: 'warning', listener: (warning: Error) => void): unknown;
}
