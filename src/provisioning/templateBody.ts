/** The most characters a template body may have. */
export const maxTemplateBodyCharacters = 10_240;

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

export type TemplateBodyReading =
  | { readonly kind: 'body'; readonly body: JsonObject }
  | { readonly kind: 'fault'; readonly fault: TemplateBodyFault };

/** What is wrong with a template body, where, and in which words AWS says so. */
export interface TemplateBodyFault {
  readonly code: 'TOO_LONG' | 'NOT_JSON' | 'NOT_AN_OBJECT' | 'POLICY_WITHOUT_NAME_AND_DOCUMENT';
  /** Keys from the top of the body; empty for the body as a whole. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Reads the text of a template body as far as AWS insists on its form: a JSON object, not too long. */
export function parseTemplateBody(text: string): TemplateBodyReading {
  if (isTooLong(text)) {
    return bodyFault(
      'TOO_LONG',
      `The template is longer than ${maxTemplateBodyCharacters} characters.`,
    );
  }
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch {
    return bodyFault('NOT_JSON', 'The template is not valid JSON.');
  }
  return isJsonObject(parsed)
    ? { kind: 'body', body: parsed }
    : bodyFault('NOT_AN_OBJECT', 'The template is not a JSON object.');
}

/** The faults for which AWS refuses a body at once; an empty list means that AWS takes it. */
export function templateBodyFaults(text: string): TemplateBodyFault[] {
  const reading = parseTemplateBody(text);
  return reading.kind === 'fault' ? [reading.fault] : policyFaults(reading.body);
}

function policyFaults(body: JsonObject): TemplateBodyFault[] {
  const resources = member(body, 'Resources');
  if (!isJsonObject(resources)) return [];
  return Object.entries(resources)
    .filter(([, resource]) => isPolicyWithoutNameAndDocument(resource))
    .map(([logicalName]) => ({
      code: 'POLICY_WITHOUT_NAME_AND_DOCUMENT',
      path: ['Resources', logicalName, 'Properties'],
      message: invalid('Neither policyName nor policyDocument is present in the Template.'),
    }));
}

function isPolicyWithoutNameAndDocument(resource: JsonValue): boolean {
  if (!isJsonObject(resource) || member(resource, 'Type') !== 'AWS::IoT::Policy') return false;
  const properties = member(resource, 'Properties');
  if (!isJsonObject(properties)) return true;
  return (
    (member(properties, 'PolicyName') ?? null) === null &&
    (member(properties, 'PolicyDocument') ?? null) === null
  );
}

function isTooLong(text: string): boolean {
  // AWS counts characters, JavaScript UTF-16 units; they differ only above the basic plane.
  if (text.length <= maxTemplateBodyCharacters) return false;
  return (
    text.length > 2 * maxTemplateBodyCharacters || [...text].length > maxTemplateBodyCharacters
  );
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(parent: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function bodyFault(code: TemplateBodyFault['code'], text: string): TemplateBodyReading {
  return { kind: 'fault', fault: { code, path: [], message: invalid(text) } };
}

function invalid(text: string): string {
  return `Invalid registration template. ${text}`;
}
