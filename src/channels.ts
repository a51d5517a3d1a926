import { channel } from 'node:diagnostics_channel';

/**
 * What the parts of the gateway tell of themselves. Who listens is no concern of theirs: without a
 * subscriber nothing is made and nothing is sent, so look at `hasSubscribers` before making a
 * message. A subscriber must not throw: Node.js would end the process.
 */
export interface Topic<Message> {
  readonly name: string;
  readonly hasSubscribers: boolean;
  publish(message: Message): void;
  subscribe(hear: (message: Message) => void): void;
  unsubscribe(hear: (message: Message) => void): boolean;
}

/** One Node.js channel, whose messages have one type; anybody in the process may subscribe by name. */
const topic = <Message>(name: string): Topic<Message> => channel(name) as unknown as Topic<Message>;

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** A request for one operation has arrived and may be executed. */
export interface OperationStart {
  /** Stands for the operation (its ReceiptBook): its end and the attempts made for it name the same object. */
  readonly operation: object;
  readonly requestId: string;
  /** The caller's name. */
  readonly caller: string;
  /** The headers of the request, for the trace context in them. Not to be logged. */
  readonly headers: object;
}

/** How an operation ended: with all of its data, with some, without because of a refusal or a failure. */
export type OperationOutcome = 'ok' | 'partial' | 'refused' | 'failed';

export interface OperationEnd {
  readonly operation: object;
  readonly requestId: string;
  readonly caller: string;
  /** Undefined when the request was refused before anything was known of it. */
  readonly kind: OperationKind | undefined;
  /** As the caller wrote it, up to 256 characters; undefined for an operation without a name. */
  readonly operationName: string | undefined;
  readonly outcome: OperationOutcome;
  /** The codes of the answer's errors, each once. */
  readonly codes: readonly string[];
  readonly durationMs: number;
  /** What it cost upstream; added up when somebody asks. */
  readonly receipt: () => OperationReceipt;
}

/** What one operation cost upstream. */
export interface OperationReceipt {
  /** The price before execution, in logical calls; what is known makes it less, what is found out more. */
  readonly priced: { readonly min: number; readonly max: number };
  /** Logical calls by action; retries of a call are not counted here. */
  readonly made: Readonly<Record<string, number>>;
  /** Requests sent, retries included. */
  readonly attempts: number;
  /** Questions that a call answered which another question or operation had made already. */
  readonly deduplicated: number;
  /**
   * Answers of AWS that were used and known already, in the cache or with an answer kept whole. Each
   * counts once, however much was taken from it: so many calls were not made.
   */
  readonly cacheHits: number;
  /** Milliseconds that calls waited for a permit, added up. */
  readonly waitedMs: number;
  /** Attempts that AWS throttled. */
  readonly throttled: number;
  /** When the oldest answer used was received; null when none was used. */
  readonly oldest: string | null;
  /** Some answers were older than they may be, because AWS could not be asked; left out when none was. */
  readonly stale?: true;
}

/** A request was answered from memory, without looking at what it asks for. */
export interface MemoAnswer {
  readonly requestId: string;
  readonly caller: string;
}

/** A request was refused as a whole, before there was an operation: no credentials, too large, too many. */
export interface RequestRefusal {
  readonly requestId: string;
  readonly code: string;
}

/** One request to AWS leaves; calls may take several. */
export interface AttemptStart {
  readonly operation: object;
  readonly action: string;
  readonly caller: string;
  readonly priority: 'interactive' | 'bulk';
  /** How long it waited for its permit. */
  readonly waitedMs: number;
}

export interface AttemptEnd {
  readonly attempt: AttemptStart;
  /** `ok`, or one of our error codes. */
  readonly outcome: string;
  readonly durationMs: number;
  /** AWS's id of the request, when it told one. */
  readonly awsRequestId: string | undefined;
}

/** A call to AWS has ended, with all its attempts. */
export interface CallEnd {
  readonly operation: object;
  readonly action: string;
  /** `ok`, or one of our error codes. */
  readonly outcome: string;
}

/** No permit could be had before the deadline. */
export interface PermitRefusal {
  readonly action: string;
  readonly caller: string;
  readonly retryAfterMs: number;
}

/** The breaker of a target changed its state. */
export interface BreakerChange {
  readonly target: string;
  readonly state: 'closed' | 'open' | 'half-open';
}

/** The state of a bulk operation changed. */
export interface BulkChange {
  readonly id: string;
  readonly state: string;
}

/** An item of a bulk operation was settled. */
export interface BulkItem {
  readonly id: string;
  readonly outcome: string;
}

/** A fault of the gateway. */
export interface Fault {
  readonly error: unknown;
  readonly requestId: string | undefined;
}

/** Something an operator should read: a start, a drain, new certificates. */
export interface Notice {
  readonly level: 'debug' | 'info' | 'warn';
  readonly message: string;
  /** Values to filter by. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

export const operationStart = topic<OperationStart>('iotgw:operation:start');
export const operationEnd = topic<OperationEnd>('iotgw:operation:end');
export const memoAnswer = topic<MemoAnswer>('iotgw:memo:answer');
export const requestRefusal = topic<RequestRefusal>('iotgw:request:refusal');
export const callEnd = topic<CallEnd>('iotgw:call:end');
export const attemptStart = topic<AttemptStart>('iotgw:attempt:start');
export const attemptEnd = topic<AttemptEnd>('iotgw:attempt:end');
export const permitRefusal = topic<PermitRefusal>('iotgw:permit:refusal');
export const breakerChange = topic<BreakerChange>('iotgw:breaker:change');
export const bulkChange = topic<BulkChange>('iotgw:bulk:change');
export const bulkItem = topic<BulkItem>('iotgw:bulk:item');
export const fault = topic<Fault>('iotgw:fault');
export const notice = topic<Notice>('iotgw:notice');
