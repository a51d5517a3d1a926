/** What a template provisions; undefined where it is not known, as for a version before it is read. */
export type TemplateType = 'JITP' | 'FLEET_PROVISIONING';

/** What AWS IoT fills in from the certificate of a device begins with this. */
export const certificateParameterPrefix = 'AWS::IoT::Certificate::';

/** The id of the device's certificate: AWS IoT's own, so every device has it. */
export const certificateIdParameter = 'AWS::IoT::Certificate::Id';

/** The parameters that a certificate's subject supplies, with the attribute each is taken from. */
export const SUBJECT_PARAMETERS = {
  Country: { objectId: '2.5.4.6', attribute: 'C' },
  Organization: { objectId: '2.5.4.10', attribute: 'O' },
  OrganizationalUnit: { objectId: '2.5.4.11', attribute: 'OU' },
  DistinguishedNameQualifier: { objectId: '2.5.4.46', attribute: 'dnQualifier' },
  StateName: { objectId: '2.5.4.8', attribute: 'ST' },
  CommonName: { objectId: '2.5.4.3', attribute: 'CN' },
  SerialNumber: { objectId: '2.5.4.5', attribute: 'serialNumber' },
} as const;

export type SubjectParameter = keyof typeof SUBJECT_PARAMETERS;

/** The parameters that a certificate's subject supplies, by the last part of their names. */
export const subjectParameterNames = Object.keys(SUBJECT_PARAMETERS) as SubjectParameter[];

/** All that a device's certificate can supply, by full name. */
export const CERTIFICATE_PARAMETERS: ReadonlySet<string> = new Set([
  certificateIdParameter,
  ...subjectParameterNames.map((name) => `${certificateParameterPrefix}${name}`),
]);

/** The sections of a body; AWS documents the last two for fleet provisioning only. */
export const SECTIONS = ['Parameters', 'Resources', 'Mappings', 'DeviceConfiguration'] as const;

/** What the declaration of a parameter may have. */
export const PARAMETER_KEYS = ['Type', 'Default'] as const;

export type ResourceType = 'AWS::IoT::Thing' | 'AWS::IoT::Certificate' | 'AWS::IoT::Policy';

/** The resources that a template can make: their properties, and what may be overridden how. */
export const RESOURCE_TYPES: Readonly<
  Record<
    ResourceType,
    {
      readonly properties: readonly string[];
      readonly overrides: Readonly<Record<string, readonly string[]>>;
    }
  >
> = {
  'AWS::IoT::Thing': {
    properties: [
      'ThingName',
      'AttributePayload',
      'ThingTypeName',
      'ThingGroups',
      'BillingGroup',
      'PackageVersions',
    ],
    // The guide's prose spells the keys in capitals, all its examples as the second three.
    overrides: {
      AttributePayload: ['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE'],
      ThingTypeName: ['DO_NOTHING', 'REPLACE', 'FAIL'],
      ThingGroups: ['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE'],
      ATTRIBUTE_PAYLOAD: ['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE'],
      THING_TYPE_NAME: ['DO_NOTHING', 'REPLACE', 'FAIL'],
      THING_GROUPS: ['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE'],
    },
  },
  'AWS::IoT::Certificate': {
    properties: [
      'CertificateId',
      'CertificateSigningRequest',
      'CertificatePem',
      'CACertificatePem',
      'Status',
    ],
    overrides: { Status: ['DO_NOTHING', 'REPLACE', 'FAIL'] },
  },
  'AWS::IoT::Policy': { properties: ['PolicyName', 'PolicyDocument'], overrides: {} },
};

/** Whether a template can make a resource of a type. */
export function isResourceType(type: string): type is ResourceType {
  return Object.hasOwn(RESOURCE_TYPES, type);
}

/** In what a certificate of a template can be given; exactly one of them. */
export const CERTIFICATE_SOURCES = [
  'CertificateId',
  'CertificateSigningRequest',
  'CertificatePem',
] as const;

/** The status that a template gives a certificate, in any case; undefined for any other text. */
export function certificateStatus(text: string): 'ACTIVE' | 'INACTIVE' | undefined {
  if (/^active$/i.test(text)) return 'ACTIVE';
  return /^inactive$/i.test(text) ? 'INACTIVE' : undefined;
}

/** The functions that AWS IoT works out in the values of a template. */
export const FUNCTIONS = [
  'Ref',
  'Fn::Join',
  'Fn::Select',
  'Fn::Split',
  'Fn::FindInMap',
  'Fn::Sub',
] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** Keys that are read as the name of a function, known or not. */
export function looksLikeFunction(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

interface ValueRule {
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly patternText: string;
}

const nameRule: ValueRule = {
  min: 1,
  max: 128,
  pattern: /^[a-zA-Z0-9:_-]+$/,
  patternText: 'letters, digits and : _ -',
};

/** What AWS IoT's own model allows in the values that a template ends up with. */
const VALUE_RULES = {
  ThingName: nameRule,
  ThingTypeName: nameRule,
  ThingGroup: nameRule,
  BillingGroup: nameRule,
  AttributeName: {
    min: 1,
    max: 128,
    pattern: /^[a-zA-Z0-9_.,@/:#-]+$/,
    patternText: 'letters, digits and _ . , @ / : # -',
  },
  AttributeValue: {
    min: 0,
    max: 800,
    pattern: /^[a-zA-Z0-9_.,@/:#=[\]-]*$/,
    patternText: 'letters, digits and _ . , @ / : # = [ ] -',
  },
  PolicyName: {
    min: 1,
    max: 128,
    pattern: /^[\w+=,.@-]+$/,
    patternText: 'letters, digits and _ + = , . @ -',
  },
} as const satisfies Record<string, ValueRule>;

export type ValueRuleName = keyof typeof VALUE_RULES;

/** Why a value is none that AWS IoT takes there; undefined when it is. */
export function valueProblem(ruleName: ValueRuleName, value: string): string | undefined {
  const { min, max, pattern, patternText }: ValueRule = VALUE_RULES[ruleName];
  if (value.length < min) return 'it is empty';
  // Everything that the pattern lets through is one UTF-16 unit long.
  if (!pattern.test(value)) return `only ${patternText} may stand there`;
  return value.length > max ? `it has ${value.length} characters, ${max} at most` : undefined;
}

/** Attributes that a thing can carry: without a thing type, and with one. */
export const maxAttributes = { withoutType: 3, withType: 50 } as const;

/** The known name that somebody may have meant: the same but for case, or within two slips. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of known) {
    if (candidate.toLowerCase() === name.toLowerCase()) return candidate;
    const distance = editDistance(name, candidate, bestDistance);
    if (distance < bestDistance && distance < candidate.length / 2) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions and replacements between two texts, or `enough` if there are as many. */
function editDistance(first: string, second: string, enough: number): number {
  if (Math.abs(first.length - second.length) >= enough) return enough;
  const [one, other] = withoutCommonEnds(first, second);
  let row = Array.from({ length: other.length + 1 }, (_, index) => Math.min(index, enough));
  for (let i = 1; i <= one.length; i += 1) {
    const next = new Array<number>(other.length + 1).fill(enough);
    next[0] = Math.min(i, enough);
    let least = next[0];
    // Cells farther off the diagonal cannot be less than `enough`.
    const end = Math.min(other.length, i + enough);
    for (let j = Math.max(1, i - enough); j <= end; j += 1) {
      const replaced = (row[j - 1] ?? enough) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const cell = Math.min(replaced, (row[j] ?? enough) + 1, (next[j - 1] ?? enough) + 1, enough);
      next[j] = cell;
      least = Math.min(least, cell);
    }
    if (least >= enough) return enough;
    row = next;
  }
  return row[other.length] ?? enough;
}

/** What two texts begin or end with in common costs no edit. */
function withoutCommonEnds(one: string, other: string): [string, string] {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
}
