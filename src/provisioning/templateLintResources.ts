import { type Findings, quoted } from './templateFindings.ts';
import {
  CERTIFICATE_SOURCES,
  certificateIdParameter,
  certificateStatus,
  isResourceType,
  maxAttributes,
  nearest,
  RESOURCE_TYPES,
  type ResourceType,
  type ValueRuleName,
  valueProblem,
} from './templateGrammar.ts';
import { lintPolicy } from './templateLintPolicy.ts';
import {
  type LintContext,
  lintAnyValue,
  lintListValue,
  lintTextValue,
  nounOf,
} from './templateLintValues.ts';
import {
  givenMember,
  type Member,
  member,
  type ObjectNode,
  type TemplateNode,
} from './templateText.ts';

const RESOURCE_KEYS = ['Type', 'Properties', 'OverrideSettings'] as const;

/** Looks through the resources of a template: what each is, and what they come to together. */
export function lintResources(
  root: ObjectNode,
  resources: TemplateNode | undefined,
  context: LintContext,
): void {
  const { findings } = context;
  if (resources === undefined || (resources.kind === 'object' && resources.members.length === 0)) {
    findings.add(
      'NO_RESOURCES',
      resources ?? root,
      'The template has no resources, so it provisions nothing.',
      'Add a thing, a certificate and a policy under Resources.',
    );
    return;
  }
  if (resources.kind !== 'object') return;
  const firstOf = new Map<ResourceType, Member>();
  for (const resource of resources.members) {
    const type = lintResource(resource, context);
    if (type === undefined) continue;
    // AWS's examples have one of each; nothing tells what two things or two certificates give.
    if (firstOf.has(type) && type !== 'AWS::IoT::Policy') {
      findings.add(
        'SEVERAL_OF_ONE_TYPE',
        { place: resource.value.place, offset: resource.keyOffset },
        `This is a second resource of type ${type}; AWS documents one.`,
        'Keep one of them.',
      );
    }
    firstOf.set(type, resource);
  }
  if (firstOf.has('AWS::IoT::Certificate')) return;
  findings.add(
    'NO_CERTIFICATE_RESOURCE',
    resources,
    "No resource is of type AWS::IoT::Certificate, so nothing puts the device's certificate in force.",
    `Add one with the property "CertificateId": { "Ref": "${certificateIdParameter}" }.`,
  );
}

function lintResource({ key, value }: Member, context: LintContext): ResourceType | undefined {
  const { findings } = context;
  if (value.kind !== 'object') {
    findings.add(
      'WRONG_SHAPE',
      value,
      `The resource ${quoted(key)} is ${nounOf(value)} where an object is expected.`,
      'Write { "Type": ..., "Properties": {...} }.',
    );
    return undefined;
  }
  unknownMembers(value, RESOURCE_KEYS, 'A resource', 'UNKNOWN_KEY', findings);
  const type = member(value, 'Type');
  if (type?.kind !== 'text' || !isResourceType(type.value)) {
    const known = Object.keys(RESOURCE_TYPES);
    findings.add(
      'UNKNOWN_RESOURCE_TYPE',
      type ?? value,
      type?.kind === 'text'
        ? `A template cannot make a resource of type ${quoted(type.value)}.`
        : `The resource ${quoted(key)} has no type.`,
      () => {
        const meant = type?.kind === 'text' ? nearest(type.value, known) : undefined;
        return meant === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean ${meant}?`;
      },
    );
    lintAnyValue(value, context);
    return undefined;
  }
  const properties = member(value, 'Properties');
  if (properties?.kind === 'object') {
    const known = RESOURCE_TYPES[type.value].properties;
    unknownMembers(properties, known, type.value, 'UNKNOWN_PROPERTY', findings, context);
  } else if (properties !== undefined) {
    findings.add(
      'WRONG_SHAPE',
      properties,
      `Properties is ${nounOf(properties)} where an object is expected.`,
      'Write an object in braces.',
    );
  }
  LINTS[type.value](properties, value, context);
  lintOverrides(member(value, 'OverrideSettings'), type.value, context);
  return type.value;
}

const LINTS: Readonly<
  Record<
    ResourceType,
    (properties: TemplateNode | undefined, resource: TemplateNode, context: LintContext) => void
  >
> = {
  'AWS::IoT::Thing': lintThing,
  'AWS::IoT::Certificate': lintCertificate,
  'AWS::IoT::Policy': lintPolicy,
};

function unknownMembers(
  node: ObjectNode,
  known: readonly string[],
  owner: string,
  code: 'UNKNOWN_KEY' | 'UNKNOWN_PROPERTY',
  findings: Findings,
  context?: LintContext,
): void {
  for (const { key, keyOffset, value } of node.members) {
    if (known.includes(key)) continue;
    if (context) findings.asDoubts(() => lintAnyValue(value, context));
    findings.add(
      code,
      { place: value.place, offset: keyOffset },
      `${owner} has no ${quoted(key)}.`,
      () => {
        const meant = nearest(key, known);
        return meant === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${meant}?`;
      },
    );
  }
}

function lintThing(
  properties: TemplateNode | undefined,
  resource: TemplateNode,
  context: LintContext,
): void {
  const { findings } = context;
  const name = optional(properties, 'ThingName', context);
  if (name === undefined) {
    findings.add(
      'MISSING_THING_NAME',
      properties ?? resource,
      'The thing has no ThingName.',
      'Give it one that differs from device to device, by Ref to a parameter.',
    );
  } else {
    const before = context.references;
    const constant = lintNamedValue(name, 'ThingName', 'ThingName', context);
    const isWhole = constant !== undefined || name.kind === 'object';
    if (isWhole && context.references === before) {
      findings.add(
        'SAME_THING_FOR_ALL',
        name,
        'The name of the thing depends on no parameter, so all devices share one thing.',
        'Use a parameter that differs from device to device.',
      );
    }
  }
  const thingType = optional(properties, 'ThingTypeName', context);
  if (thingType) lintNamedValue(thingType, 'ThingTypeName', 'ThingTypeName', context);
  const billing = optional(properties, 'BillingGroup', context);
  if (billing) lintNamedValue(billing, 'BillingGroup', 'BillingGroup', context);
  lintGroups(optional(properties, 'ThingGroups', context), context);
  const attributes = optional(properties, 'AttributePayload', context);
  lintAttributes(attributes, thingType !== undefined, context);
  const packages = member(properties, 'PackageVersions');
  if (packages) lintAnyValue(packages, context);
}

/** A property that is given; whether AWS IoT reads null as left out is not documented. */
function optional(
  properties: TemplateNode | undefined,
  name: string,
  { findings }: LintContext,
): TemplateNode | undefined {
  const node = member(properties, name);
  if (node?.kind !== 'null') return node;
  const message = `${name} is null, which AWS IoT may or may not read as left out.`;
  findings.add('WRONG_SHAPE', node, message, 'Take it out.', 'MAY_FAIL');
  return undefined;
}

function lintNamedValue(
  node: TemplateNode,
  what: string,
  rule: ValueRuleName,
  context: LintContext,
): string | undefined {
  const constant = lintTextValue(node, what, context);
  if (constant !== undefined) lintConstant(constant, node, what, rule, context);
  return constant;
}

function lintConstant(
  constant: string,
  node: TemplateNode,
  what: string,
  rule: ValueRuleName,
  { findings }: LintContext,
): void {
  const problem = valueProblem(rule, constant);
  if (problem === undefined) return;
  const message = `AWS IoT does not take ${quoted(constant)} as ${what}: ${problem}.`;
  findings.add('VALUE_NOT_ALLOWED', node, message, 'Change the text.');
}

function lintGroups(groups: TemplateNode | undefined, context: LintContext): void {
  const what = 'the name of a thing group';
  if (groups?.kind === 'list') {
    for (const group of groups.items) lintNamedValue(group, what, 'ThingGroup', context);
  } else if (groups && lintListValue(groups, 'ThingGroups', context) !== undefined) {
    for (const group of context.constants.list(groups) ?? []) {
      lintConstant(group, groups, what, 'ThingGroup', context);
    }
  }
}

function lintAttributes(
  payload: TemplateNode | undefined,
  hasType: boolean,
  context: LintContext,
): void {
  if (payload === undefined) return;
  if (payload.kind !== 'object') {
    context.findings.add(
      'WRONG_SHAPE',
      payload,
      `AttributePayload is ${nounOf(payload)} where an object is expected.`,
      'Write { "name": value }.',
    );
    return;
  }
  for (const { key, keyOffset, value } of payload.members) {
    const problem = valueProblem('AttributeName', key);
    if (problem !== undefined) {
      context.findings.add(
        'VALUE_NOT_ALLOWED',
        { place: value.place, offset: keyOffset },
        `AWS IoT does not take ${quoted(key)} as the name of an attribute: ${problem}.`,
        'Change the name.',
      );
    }
    lintNamedValue(value, `the attribute ${quoted(key)}`, 'AttributeValue', context);
  }
  const limit = hasType ? maxAttributes.withType : maxAttributes.withoutType;
  if (payload.members.length <= limit) return;
  context.findings.add(
    'TOO_MANY_ATTRIBUTES',
    payload,
    `A thing ${hasType ? 'with' : 'without'} a thing type has ${limit} attributes at most; these are ${payload.members.length}.`,
    hasType ? 'Take some out.' : 'Give it a ThingTypeName, which allows 50, or take some out.',
  );
}

function lintCertificate(
  properties: TemplateNode | undefined,
  resource: TemplateNode,
  context: LintContext,
): void {
  const { findings } = context;
  const ref = `{ "Ref": "${certificateIdParameter}" }`;
  const given = CERTIFICATE_SOURCES.filter((name) => givenMember(properties, name) !== undefined);
  for (const name of [...CERTIFICATE_SOURCES, 'CACertificatePem']) {
    const value = optional(properties, name, context);
    if (value) lintTextValue(value, name, context);
  }
  const [source] = given;
  if (source === undefined) {
    const message = 'The certificate has no CertificateId.';
    findings.add(
      'MISSING_CERTIFICATE_ID',
      properties ?? resource,
      message,
      `Give it "CertificateId": ${ref}.`,
    );
  } else if (given.length > 1) {
    const message = `The certificate is given in ${given.length} ways: ${given.join(', ')}.`;
    findings.add(
      'AMBIGUOUS_CERTIFICATE',
      properties ?? resource,
      message,
      'Keep CertificateId alone.',
    );
  } else {
    const value = givenMember(properties, source);
    if (source !== 'CertificateId' || value?.kind === 'text') {
      findings.add(
        'CERTIFICATE_NOT_OWN',
        value ?? resource,
        source === 'CertificateId'
          ? 'The certificate is not the one that the device has come with.'
          : `The certificate is not the one that the device has come with; AWS documents ${source} for other ways of provisioning only.`,
        `Give "CertificateId": ${ref}.`,
      );
    }
  }
  const status = optional(properties, 'Status', context);
  const constant = status && lintTextValue(status, 'Status', context);
  if (!status || constant === undefined || certificateStatus(constant) !== undefined) return;
  findings.add(
    'CERTIFICATE_STATUS',
    status,
    `${quoted(constant)} is no status that a template can give.`,
    'Use ACTIVE or INACTIVE.',
  );
}

function lintOverrides(
  settings: TemplateNode | undefined,
  type: ResourceType,
  context: LintContext,
): void {
  if (settings === undefined) return;
  if (settings.kind !== 'object') {
    context.findings.add(
      'WRONG_SHAPE',
      settings,
      `OverrideSettings is ${nounOf(settings)} where an object is expected.`,
      'Write an object in braces.',
      'MAY_FAIL',
    );
    return;
  }
  const { overrides } = RESOURCE_TYPES[type];
  const documented = Object.keys(overrides).filter((key) => !key.includes('_'));
  for (const { key, keyOffset, value } of settings.members) {
    const allowed = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
    if (allowed === undefined) {
      context.findings.add(
        'OVERRIDE_SETTING',
        { place: value.place, offset: keyOffset },
        `There is no override setting ${quoted(key)} for ${type}.`,
        documented.length === 0 ? 'Take it out.' : `Known are ${documented.join(', ')}.`,
      );
    } else if (value.kind !== 'text' || !allowed.includes(value.value)) {
      const is = value.kind === 'text' ? quoted(value.value) : nounOf(value);
      context.findings.add(
        'OVERRIDE_SETTING',
        value,
        `The override setting ${key} cannot be ${is}.`,
        `Use one of ${allowed.join(', ')}.`,
      );
    }
  }
}
