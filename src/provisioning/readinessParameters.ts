import { type JsonValue, parseTemplateBody } from './templateBody.ts';
import { readDevice } from './templateDevice.ts';
import {
  certificateIdParameter,
  certificateParameterPrefix,
  type SubjectParameter,
  subjectParameterNames,
} from './templateGrammar.ts';

/** The parameters that a body declares without a default, so that each device has to supply them. */
export function neededParameters(templateBody: string): string[] {
  const reading = parseTemplateBody(templateBody);
  if (reading.kind === 'fault') return [];
  return Object.entries(toObject(reading.body.Parameters))
    .filter(
      ([name, declared]) => name !== certificateIdParameter && !hasDefault(toObject(declared)),
    )
    .map(([name]) => name);
}

/** A number or a boolean may do for text. */
function hasDefault(declared: { readonly [key: string]: JsonValue }): boolean {
  const preset = Object.hasOwn(declared, 'Default') ? declared.Default : undefined;
  return ['string', 'number', 'boolean'].includes(typeof preset);
}

function toObject(value: JsonValue | undefined): { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: JsonValue })
    : {};
}

/** What tells one device from another: it stands in each certificate, and in no CA's. */
const OWN: ReadonlySet<SubjectParameter> = new Set([
  'CommonName',
  'DistinguishedNameQualifier',
  'SerialNumber',
]);

/** Which parameters the devices of a CA supply; those that they surely do are in none of the lists. */
export interface Supplied {
  /** No certificate can. */
  readonly never: readonly string[];
  /** The CA's own subject lacks them, and devices mostly share these attributes with their CA. */
  readonly perhaps: readonly string[];
  /** Each device has its own, which the CA tells nothing of; all have a common name. */
  readonly each: readonly string[];
}

/** Sorts the parameters that a body needs by what is known of the devices of a CA. */
export function suppliedByDevices(
  parameters: readonly string[],
  caCertificatePem: string | undefined,
): Supplied {
  const supplied = { never: [] as string[], perhaps: [] as string[], each: [] as string[] };
  const needed = parameters.flatMap((name) => {
    const attribute = subjectParameterNames.find(
      (known) => name === `${certificateParameterPrefix}${known}`,
    );
    if (attribute !== undefined) return [{ name, attribute }];
    supplied.never.push(name);
    return [];
  });
  if (needed.length === 0) return supplied;
  const carried = attributesOf(caCertificatePem);
  for (const { name, attribute } of needed) {
    if (attribute === 'CommonName') continue;
    if (OWN.has(attribute)) supplied.each.push(name);
    else if (!carried.has(attribute)) supplied.perhaps.push(name);
  }
  return supplied;
}

/** The attributes in a CA's own subject; none when it cannot be read. */
function attributesOf(caCertificatePem: string | undefined): ReadonlySet<SubjectParameter> {
  const ca = caCertificatePem === undefined ? undefined : readDevice(caCertificatePem);
  return ca?.kind === 'device' ? new Set(ca.subject.keys()) : new Set();
}
