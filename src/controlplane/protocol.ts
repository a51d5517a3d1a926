import {
  type Action,
  type ActionName,
  actionNames,
  actions,
  type InputMember,
  type Shape,
  statusOfError,
} from './actions.ts';
import { AwsError } from './awsError.ts';
import { findViolations, refuseViolations } from './validation.ts';

/** A request as far as the protocol cares: nothing decoded yet. */
export interface WireRequest {
  readonly method: string;
  /** The request target as it came: path and query, still encoded. */
  readonly target: string;
  readonly body: Uint8Array;
}

/** An answer as it goes out. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The action of a request, with the values of the labels in its path. */
export interface Route {
  readonly name: ActionName;
  readonly action: Action;
  /** Path labels by wire name, still percent-encoded. */
  readonly labels: Readonly<Record<string, string>>;
}

interface RoutePattern {
  readonly name: ActionName;
  readonly method: string;
  readonly segments: readonly string[];
}

const routePatterns: readonly RoutePattern[] = actionNames.map((name) => ({
  name,
  method: actions[name].method,
  segments: actions[name].path.split('/'),
}));

/**
 * Finds the action of a method and a path. Segments are split before anything is decoded, so an
 * encoded slash stays inside its label; an empty label is a label (`GET /provisioning-templates/`
 * describes the template with no name, it does not list). Undefined when no action answers here.
 */
export function findRoute(method: string, target: string): Route | undefined {
  const segments = pathOf(target).split('/');
  for (const pattern of routePatterns) {
    if (pattern.method !== method || pattern.segments.length !== segments.length) continue;
    const labels = matchLabels(pattern.segments, segments);
    if (labels) return { name: pattern.name, action: actions[pattern.name], labels };
  }
  return undefined;
}

function matchLabels(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (expected.startsWith('{')) labels[expected.slice(1, -1)] = segment;
    else if (expected !== segment) return undefined;
  }
  return labels;
}

/** The refusal for a method and path that no served action owns; it tells what is served. */
export function unknownOperation(method: string, target: string): AwsError {
  const served = actionNames.join(', ');
  const known = routePatterns.some((pattern) => {
    const segments = pathOf(target).split('/');
    return (
      pattern.segments.length === segments.length &&
      matchLabels(pattern.segments, segments) !== undefined
    );
  });
  const place = known ? `${printable(method)} on this path` : 'this path';
  return new AwsError(
    'UnknownOperationException',
    `No AWS IoT action is served for ${place}. This control plane serves: ${served}.`,
  );
}

/** Gathers, parses and validates the input of an action. Throws AwsError naming what is wrong. */
export function readInput(route: Route, request: WireRequest): Record<string, unknown> {
  const members = Object.entries(route.action.input);
  const query = readQuery(request.target);
  const body = members.some(([, member]) => member.in === 'body') ? readBody(request.body) : {};
  const raw: Record<string, unknown> = {};
  for (const [name, member] of members) {
    const wireName = member.wireName ?? name;
    const value = readMember(member, wireName, route.labels, query, body);
    if (value !== undefined && value !== null) raw[name] = value;
  }
  refuseViolations(findViolations(route.action.input, raw));
  const input: Record<string, unknown> = {};
  for (const [name, member] of members) {
    if (raw[name] !== undefined) input[name] = onlyKnown(member, raw[name]);
  }
  return input;
}

function readMember(
  member: InputMember,
  wireName: string,
  labels: Readonly<Record<string, string>>,
  query: ReadonlyMap<string, string>,
  body: Readonly<Record<string, unknown>>,
): unknown {
  switch (member.in) {
    case 'path':
      return parseText(member, decode(labels[wireName] ?? '', wireName));
    case 'query': {
      const text = query.get(wireName);
      if (text === undefined || (text === '' && member.emptyIsAbsent === true)) return undefined;
      return parseText(member, text);
    }
    case 'body':
      return Object.hasOwn(body, wireName) ? body[wireName] : undefined;
  }
}

/** Text that is no number or boolean stays text, and validation names the member. */
function parseText(shape: Shape, text: string): unknown {
  if (shape.type === 'integer' && /^-?\d{1,10}$/.test(text)) return Number(text);
  if (shape.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Drops what the model does not know, and nulls, at every depth. */
function onlyKnown(shape: Shape, value: unknown): unknown {
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.map((item) => onlyKnown(shape.member, item));
  }
  if (shape.type !== 'structure') return value;
  const source = value as Readonly<Record<string, unknown>>;
  const known: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    if (Object.hasOwn(source, name) && source[name] !== null) {
      known[name] = onlyKnown(member, source[name]);
    }
  }
  return known;
}

/** The first value of a repeated parameter counts. */
export function readQuery(target: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const start = target.indexOf('?');
  if (start < 0) return values;
  for (const pair of target.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const rawName = equals < 0 ? pair : pair.slice(0, equals);
    const name = decode(rawName.replaceAll('+', ' '), 'query string');
    if (values.has(name)) continue;
    const rawValue = equals < 0 ? '' : pair.slice(equals + 1);
    values.set(name, decode(rawValue.replaceAll('+', ' '), name));
  }
  return values;
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError(
      'InvalidRequestException',
      `Malformed percent-encoding at '${printable(name)}'.`,
    );
  }
}

function readBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new AwsError(
      'SerializationException',
      `The request body of ${bytes.length} bytes is not JSON in UTF-8.`,
    );
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const kind = Array.isArray(body) ? 'a list' : body === null ? 'null' : `a ${typeof body}`;
    throw new AwsError('SerializationException', `The request body is ${kind}, not a JSON object.`);
  }
  return body as Readonly<Record<string, unknown>>;
}

/** The answer of a rule as AWS would write it: only described members, times as epoch seconds. */
export function successAnswer(action: Action, output: unknown, requestId: string): WireAnswer {
  const described = { type: 'structure', members: action.output } as const;
  const body = JSON.stringify(serialize(described, output ?? {}));
  return { status: 200, headers: answerHeaders(requestId), body };
}

function serialize(shape: Shape, value: unknown): unknown {
  if (shape.type === 'timestamp') return epochSeconds(value);
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.map((item) => serialize(shape.member, item));
  }
  if (shape.type !== 'structure') return value;
  const source = value as Readonly<Record<string, unknown>>;
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const inner = source[name];
    if (inner !== undefined && inner !== null) members[name] = serialize(member, inner);
  }
  return members;
}

/** Milliseconds become the fraction: 1569365372053 ms are 1569365372.053 s. */
function epochSeconds(value: unknown): unknown {
  return value instanceof Date ? value.getTime() / 1000 : value;
}

/** The answer of a refusal. A name without a known status is a fault of ours: 500. */
export function errorAnswer(error: AwsError, requestId: string, status?: number): WireAnswer {
  return {
    status: status ?? statusOfError(error.name) ?? 500,
    headers: { ...answerHeaders(requestId), 'x-amzn-ErrorType': error.name },
    body: JSON.stringify({ message: error.message, ...error.members }),
  };
}

function answerHeaders(requestId: string): Record<string, string> {
  return { 'content-type': 'application/json', 'x-amzn-RequestId': requestId };
}

/** A request's target without its query. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}

/** Names from the wire go into messages cut short and without control characters. */
function printable(text: string): string {
  return text.slice(0, 64).replace(/[^\x20-\x7e]/g, '?');
}
