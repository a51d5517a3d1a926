import type { InputMember, ListShape, Shape, StringShape, StructureShape } from './actions.ts';
import { AwsError } from './awsError.ts';

/** More than this many findings help nobody, and a list of bad tags can have thousands. */
const MAX_FINDINGS = 10;

interface Finding {
  /** AWS's way of naming a place: `tags.1.member.Key`. */
  readonly path: string;
  readonly constraint: string;
}

/**
 * Checks gathered input against the model: required, type, limits, pattern, enum, at every depth.
 * Values are never repeated in the findings: they may be long, and they may be secret.
 */
export function findViolations(
  members: Readonly<Record<string, InputMember>>,
  input: Readonly<Record<string, unknown>>,
): Finding[] {
  const findings: Finding[] = [];
  for (const [name, member] of Object.entries(members)) {
    checkMember(member, member.required === true, input[name], name, findings);
  }
  return findings;
}

/** Throws InvalidRequestException that names every member found wrong. */
export function refuseViolations(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const shown = findings.slice(0, MAX_FINDINGS);
  const count =
    findings.length === 1 ? '1 validation error' : `${findings.length} validation errors`;
  const details = shown
    .map(({ path, constraint }) => `Value at '${path}' failed to satisfy constraint: ${constraint}`)
    .join('; ');
  const rest = findings.length > shown.length ? '; and more' : '';
  throw new AwsError('InvalidRequestException', `${count} detected: ${details}${rest}`);
}

function checkMember(
  shape: Shape,
  required: boolean,
  value: unknown,
  path: string,
  findings: Finding[],
): void {
  if (value === undefined || value === null) {
    if (required) findings.push({ path, constraint: 'Member must not be null' });
    return;
  }
  checkValue(shape, value, path, findings);
}

function checkValue(shape: Shape, value: unknown, path: string, findings: Finding[]): void {
  switch (shape.type) {
    case 'string':
      if (typeof value === 'string') checkString(shape, value, path, findings);
      else findings.push({ path, constraint: 'Member must be a string' });
      return;
    case 'integer':
      checkInteger(shape, value, path, findings);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') {
        findings.push({ path, constraint: 'Member must be a boolean, true or false' });
      }
      return;
    case 'timestamp':
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        findings.push({ path, constraint: 'Member must be a number of seconds since the epoch' });
      }
      return;
    case 'structure':
      if (isObject(value)) checkStructure(shape, value, path, findings);
      else findings.push({ path, constraint: 'Member must be an object' });
      return;
    case 'list':
      if (Array.isArray(value)) checkList(shape, value, path, findings);
      else findings.push({ path, constraint: 'Member must be a list' });
  }
}

function checkString(shape: StringShape, value: string, path: string, findings: Finding[]): void {
  checkLength(shape, countCodePoints(value), path, findings);
  if (shape.pattern !== undefined && !wholeValue(shape.pattern).test(value)) {
    const constraint = `Member must satisfy regular expression pattern: ${shape.pattern}`;
    findings.push({ path, constraint });
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    const constraint = `Member must satisfy enum value set: [${shape.enum.join(', ')}]`;
    findings.push({ path, constraint });
  }
}

function checkInteger(
  shape: { readonly min?: number; readonly max?: number },
  value: unknown,
  path: string,
  findings: Finding[],
): void {
  if (typeof value !== 'number' || !isInt32(value)) {
    findings.push({ path, constraint: 'Member must be an integer of 32 bits' });
    return;
  }
  if (shape.min !== undefined && value < shape.min) {
    const constraint = `Member must have value greater than or equal to ${shape.min}`;
    findings.push({ path, constraint });
  }
  if (shape.max !== undefined && value > shape.max) {
    const constraint = `Member must have value less than or equal to ${shape.max}`;
    findings.push({ path, constraint });
  }
}

function checkStructure(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  findings: Finding[],
): void {
  for (const [name, member] of Object.entries(shape.members)) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    checkMember(member, member.required === true, inner, `${path}.${name}`, findings);
  }
}

function checkList(
  shape: ListShape,
  value: readonly unknown[],
  path: string,
  findings: Finding[],
): void {
  checkLength(shape, value.length, path, findings);
  for (const [index, item] of value.entries()) {
    checkMember(shape.member, true, item, `${path}.${index + 1}.member`, findings);
    if (findings.length > MAX_FINDINGS) return;
  }
}

function checkLength(
  limits: { readonly min?: number; readonly max?: number },
  length: number,
  path: string,
  findings: Finding[],
): void {
  if (limits.min !== undefined && length < limits.min) {
    const constraint = `Member must have length greater than or equal to ${limits.min}`;
    findings.push({ path, constraint });
  }
  if (limits.max !== undefined && length > limits.max) {
    const constraint = `Member must have length less than or equal to ${limits.max}`;
    findings.push({ path, constraint });
  }
}

/** AWS matches a pattern against the whole value, whether the model anchors it or not. */
function wholeValue(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
