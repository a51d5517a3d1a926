import {
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  type AttemptEnd,
  type AttemptStart,
  attemptEnd,
  attemptStart,
  type OperationEnd,
  type OperationStart,
  operationEnd,
  operationStart,
} from '../channels.ts';
import { forLog } from '../redaction.ts';
import { Listening } from './listening.ts';

/** The name of the instrumentation, as it stands in the spans. */
const NAME = 'iot-provisioning-gateway';

/**
 * A span for each operation, child of the trace that the request names, and one below it for each
 * attempt to call AWS. Neither holds documents, variables or inputs. Where the trace context is
 * read from a request as the registered propagator does it: W3C's unless somebody chose another.
 */
export function traceEverything(): Listening {
  const listening = new Listening();
  const spans = new Spans(trace.getTracer(NAME));
  listening.on(operationStart, (started) => spans.operationBegins(started));
  listening.on(operationEnd, (ended) => spans.operationEnds(ended));
  listening.on(attemptStart, (attempt) => spans.attemptBegins(attempt));
  listening.on(attemptEnd, (ended) => spans.attemptEnds(ended));
  return listening;
}

class Spans {
  readonly #tracer: Tracer;
  /** By what stands for the operation or attempt; gone with it. */
  readonly #spans = new WeakMap<object, Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  operationBegins({ operation, requestId, caller, headers }: OperationStart): void {
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const attributes = { 'enduser.id': caller, 'iotgw.request_id': requestId };
    const options = { kind: SpanKind.SERVER, attributes };
    this.#spans.set(operation, this.#tracer.startSpan('GraphQL Operation', options, parent));
  }

  operationEnds({
    operation,
    kind,
    operationName,
    outcome,
    codes,
    receipt: receiptOf,
  }: OperationEnd): void {
    const span = this.#take(operation);
    if (span === undefined) return;
    if (kind !== undefined) {
      // By the conventions the name of the operation, which anybody can choose, is no part of it.
      span.updateName(kind);
      span.setAttribute('graphql.operation.type', kind);
    }
    if (operationName !== undefined) {
      span.setAttribute('graphql.operation.name', forLog(operationName));
    }
    const receipt = receiptOf();
    const calls = Object.values(receipt.made).reduce((sum, made) => sum + made, 0);
    span.setAttributes({
      'iotgw.outcome': outcome,
      'iotgw.upstream.calls': calls,
      'iotgw.upstream.attempts': receipt.attempts,
      'iotgw.cache.hits': receipt.cacheHits,
    });
    if (codes.length > 0) span.setAttribute('iotgw.codes', [...codes]);
    if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  attemptBegins(attempt: AttemptStart): void {
    const { operation, action, priority, waitedMs } = attempt;
    const attributes = {
      'rpc.system': 'aws-api',
      'rpc.service': 'IoT',
      'rpc.method': action,
      'iotgw.priority': priority,
      'iotgw.permit.waited_ms': waitedMs,
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = this.#tracer.startSpan(`IoT/${action}`, options, this.#below(operation));
    this.#spans.set(attempt, span);
  }

  attemptEnds({ attempt, outcome, awsRequestId }: AttemptEnd): void {
    const span = this.#take(attempt);
    if (span === undefined) return;
    if (awsRequestId !== undefined) span.setAttribute('aws.request_id', awsRequestId);
    if (outcome !== 'ok') {
      span.setAttribute('error.type', outcome);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  /** What belongs to no operation, as the calls of a bulk operation, begins a trace of its own. */
  #below(operation: object): Context {
    const parent = this.#spans.get(operation);
    return parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  }

  #take(key: object): Span | undefined {
    const span = this.#spans.get(key);
    this.#spans.delete(key);
    return span;
  }
}
