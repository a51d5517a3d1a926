import {
  attemptEnd,
  breakerChange,
  bulkChange,
  bulkItem,
  callEnd,
  fault,
  memoAnswer,
  notice,
  type OperationEnd,
  operationEnd,
  operationStart,
  permitRefusal,
  requestRefusal,
  type Topic,
} from '../channels.ts';
import { type Fields, type LogLevel, traceOf } from './line.ts';
import { Listening } from './listening.ts';
import type { Log } from './log.ts';

/** Writes a line for each thing that the parts of the gateway tell, as far as the level lets it. */
export function logEverything(log: Log): Listening {
  const listening = new Listening();
  /** Nothing is subscribed to that no line would come of. */
  const lines = <Message>(
    level: LogLevel,
    topic: Topic<Message>,
    message: string,
    fieldsOf: (message: Message) => Fields,
  ): void => {
    if (!log.writes(level)) return;
    listening.on(topic, (heard) => log.write(level, message, fieldsOf(heard)));
  };
  if (log.writes('warn')) listening.on(operationEnd, (ended) => logOperation(log, ended));
  lines('error', fault, 'fault', ({ error, requestId }) => ({ requestId, error: traceOf(error) }));
  listening.on(notice, ({ level, message, facts = {} }) => log.write(level, message, facts));
  lines('warn', breakerChange, 'breaker', (change) => ({ ...change }));
  lines('info', requestRefusal, 'request refused', (refusal) => ({ ...refusal }));
  lines('info', bulkChange, 'bulk operation', (change) => ({ ...change }));
  lines('debug', bulkItem, 'bulk item', (item) => ({ ...item }));
  lines('debug', memoAnswer, 'answered from memory', (answer) => ({ ...answer }));
  lines('debug', permitRefusal, 'no permit in time', (refusal) => ({ ...refusal }));
  lines('debug', attemptEnd, 'attempt', ({ attempt, outcome, durationMs, awsRequestId }) => {
    const { action, caller, priority, waitedMs } = attempt;
    return { action, outcome, durationMs, waitedMs, caller, priority, awsRequestId };
  });
  lines('trace', callEnd, 'call', ({ action, outcome }) => ({ action, outcome }));
  lines('trace', operationStart, 'operation begins', ({ requestId, caller }) => ({
    requestId,
    caller,
  }));
  return listening;
}

/** What the gateway or AWS failed at is for whoever reads warnings only, too. */
function logOperation(log: Log, ended: OperationEnd): void {
  const level = ended.outcome === 'failed' ? 'warn' : 'info';
  if (!log.writes(level)) return;
  const { operation: _, receipt: receiptOf, ...fields } = ended;
  const receipt = receiptOf();
  const cost = Object.values(receipt.made).reduce((sum, calls) => sum + calls, 0);
  log.write(level, 'operation', { ...fields, cost, receipt });
}
