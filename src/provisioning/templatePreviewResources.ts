import { policyDocumentFaults } from './policyDocument.ts';
import type { Evaluator } from './templateFunctions.ts';
import {
  CERTIFICATE_SOURCES,
  certificateStatus,
  isResourceType,
  maxAttributes,
  type ResourceType,
  type ValueRuleName,
  valueProblem,
} from './templateGrammar.ts';
import {
  givenMember,
  type Member,
  member,
  readTemplateText,
  type TemplateNode,
} from './templateText.ts';

export type PreviewProblemCode =
  | 'NO_RESOURCES'
  | 'PARAMETER_MISSING'
  | 'REFERENCE_UNRESOLVED'
  | 'FUNCTION_FAILED'
  | 'VALUE_TOO_LARGE'
  | 'VALUE_MISSING'
  | 'VALUE_NOT_ALLOWED'
  | 'RESOURCE_NOT_KNOWN'
  | 'BODY_NOT_EVALUATED';

/** Why this device would not be provisioned. */
export interface PreviewProblem {
  readonly code: PreviewProblemCode;
  /** JSONPath from the top of the body. */
  readonly path: string;
  readonly message: string;
}

/** Names and values in the order of the text; a value is undefined where it could not be worked out. */
export type PreviewSettings = ReadonlyArray<{
  readonly name: string;
  readonly value: string | undefined;
}>;

export interface PreviewedThing {
  readonly logicalName: string;
  readonly thingName: string | undefined;
  readonly thingTypeName: string | undefined;
  readonly attributes: PreviewSettings;
  readonly thingGroups: readonly string[];
  readonly billingGroup: string | undefined;
  /** What happens to a thing of that name that is there already. */
  readonly overrideSettings: PreviewSettings;
}

export interface PreviewedCertificate {
  readonly logicalName: string;
  /** Undefined also for one that is given in another way. */
  readonly certificateId: string | undefined;
  readonly status: 'ACTIVE' | 'INACTIVE' | undefined;
  readonly overrideSettings: PreviewSettings;
}

export interface PreviewedPolicy {
  readonly logicalName: string;
  /** Of a policy that exists; undefined for one that is made from the document. */
  readonly policyName: string | undefined;
  readonly policyDocument: string | undefined;
}

export interface PreviewedResources {
  readonly things: readonly PreviewedThing[];
  readonly certificates: readonly PreviewedCertificate[];
  readonly policies: readonly PreviewedPolicy[];
}

type Fail = (code: PreviewProblemCode, at: TemplateNode, message: string) => void;

/** Works out the resources of one body for one device. */
export function previewResources(
  section: TemplateNode | undefined,
  evaluator: Evaluator,
  fail: Fail,
): PreviewedResources {
  const worker = new ResourceWorker(evaluator, fail);
  const found: Record<ResourceType, Member[]> = {
    'AWS::IoT::Thing': [],
    'AWS::IoT::Certificate': [],
    'AWS::IoT::Policy': [],
  };
  for (const resource of section?.kind === 'object' ? section.members : []) {
    const type = member(resource.value, 'Type');
    if (type?.kind === 'text' && isResourceType(type.value)) found[type.value].push(resource);
    else fail('RESOURCE_NOT_KNOWN', type ?? resource.value, 'AWS IoT cannot make this resource.');
  }
  return {
    things: found['AWS::IoT::Thing'].map((resource) => worker.thing(resource)),
    certificates: found['AWS::IoT::Certificate'].map((resource) => worker.certificate(resource)),
    policies: found['AWS::IoT::Policy'].map((resource) => worker.policy(resource)),
  };
}

/** What fleet provisioning answers the device beside its thing. */
export function previewSettings(
  section: TemplateNode | undefined,
  evaluator: Evaluator,
): PreviewSettings {
  if (section?.kind !== 'object') return [];
  return section.members.map(({ key, value }) => ({ name: key, value: evaluator.text(value) }));
}

class ResourceWorker {
  readonly #evaluator: Evaluator;
  readonly #fail: Fail;

  constructor(evaluator: Evaluator, fail: Fail) {
    this.#evaluator = evaluator;
    this.#fail = fail;
  }

  thing({ key, value }: Member): PreviewedThing {
    const properties = member(value, 'Properties');
    if (givenMember(properties, 'ThingName') === undefined) {
      this.#fail('VALUE_MISSING', properties ?? value, 'The thing has no ThingName.');
    }
    const thingGroups = this.#groups(givenMember(properties, 'ThingGroups'));
    const packages = member(properties, 'PackageVersions');
    if (packages) this.#evaluator.json(packages);
    const thingTypeName = this.#text(properties, 'ThingTypeName', 'ThingTypeName');
    return {
      logicalName: key,
      thingName: this.#text(properties, 'ThingName', 'ThingName'),
      thingTypeName,
      attributes: this.#attributes(
        givenMember(properties, 'AttributePayload'),
        givenMember(properties, 'ThingTypeName') !== undefined,
      ),
      thingGroups,
      billingGroup: this.#text(properties, 'BillingGroup', 'BillingGroup'),
      overrideSettings: overridesOf(value),
    };
  }

  certificate({ key, value }: Member): PreviewedCertificate {
    const properties = member(value, 'Properties');
    const sources = CERTIFICATE_SOURCES.filter((name) => givenMember(properties, name));
    if (sources.length === 0) {
      this.#fail('VALUE_MISSING', properties ?? value, 'The certificate has no CertificateId.');
    } else if (sources.length > 1) {
      const message = `The certificate is given in ${sources.length} ways: ${sources.join(', ')}.`;
      this.#fail('VALUE_NOT_ALLOWED', properties ?? value, message);
    }
    for (const name of ['CertificateSigningRequest', 'CertificatePem', 'CACertificatePem']) {
      this.#text(properties, name);
    }
    return {
      logicalName: key,
      certificateId: this.#text(properties, 'CertificateId'),
      status: this.#status(givenMember(properties, 'Status')),
      overrideSettings: overridesOf(value),
    };
  }

  #status(node: TemplateNode | undefined): PreviewedCertificate['status'] {
    if (node === undefined) return 'ACTIVE';
    const given = this.#evaluator.text(node);
    const status = given === undefined ? undefined : certificateStatus(given);
    if (given !== undefined && status === undefined) {
      this.#fail('VALUE_NOT_ALLOWED', node, 'The status is neither ACTIVE nor INACTIVE.');
    }
    return status;
  }

  policy({ key, value }: Member): PreviewedPolicy {
    const properties = member(value, 'Properties');
    const document = givenMember(properties, 'PolicyDocument');
    return {
      logicalName: key,
      policyName: this.#text(properties, 'PolicyName', 'PolicyName'),
      policyDocument: document && this.#document(document),
    };
  }

  #document(node: TemplateNode): string | undefined {
    const value = this.#evaluator.json(node);
    if (value === undefined) return undefined;
    const document = typeof value === 'string' ? value : JSON.stringify(value);
    const text = readTemplateText(document);
    if (text.kind === 'not-json') {
      this.#fail('VALUE_NOT_ALLOWED', node, 'The policy document is not JSON.');
    }
    for (const { effect, message } of text.kind === 'read' ? policyDocumentFaults(text.root) : []) {
      if (effect === 'FAILS') this.#fail('VALUE_NOT_ALLOWED', node, message);
    }
    return document;
  }

  /** Those that can be worked out. */
  #groups(groups: TemplateNode | undefined): readonly string[] {
    if (groups === undefined) return [];
    const texts =
      groups.kind === 'list'
        ? groups.items.flatMap((item) => this.#evaluator.text(item) ?? [])
        : (this.#evaluator.list(groups) ?? []);
    for (const group of texts) this.#check('ThingGroup', group, 'a thing group', groups);
    return texts;
  }

  #attributes(payload: TemplateNode | undefined, hasType: boolean): PreviewSettings {
    if (payload === undefined) return [];
    if (payload.kind !== 'object') {
      this.#fail('VALUE_NOT_ALLOWED', payload, 'AttributePayload is no object.');
      return [];
    }
    const limit = hasType ? maxAttributes.withType : maxAttributes.withoutType;
    if (payload.members.length > limit) {
      const message = `A thing ${hasType ? 'with' : 'without'} a thing type has ${limit} attributes at most.`;
      this.#fail('VALUE_NOT_ALLOWED', payload, message);
    }
    return payload.members.map(({ key, value: node }) => {
      this.#check('AttributeName', key, 'the name of an attribute', node);
      const value = this.#evaluator.text(node);
      if (value !== undefined) {
        this.#check('AttributeValue', value, `the attribute ${key.slice(0, 128)}`, node);
      }
      return { name: key, value };
    });
  }

  #text(
    properties: TemplateNode | undefined,
    name: string,
    rule?: ValueRuleName,
  ): string | undefined {
    const node = givenMember(properties, name);
    if (node === undefined) return undefined;
    const value = this.#evaluator.text(node);
    if (value !== undefined && rule !== undefined) this.#check(rule, value, name, node);
    return value;
  }

  #check(rule: ValueRuleName, value: string, what: string, at: TemplateNode | undefined): void {
    const problem = valueProblem(rule, value);
    if (problem === undefined || at === undefined) return;
    const shown = JSON.stringify(value.length > 128 ? `${value.slice(0, 128)}...` : value);
    this.#fail('VALUE_NOT_ALLOWED', at, `AWS IoT does not take ${shown} as ${what}: ${problem}.`);
  }
}

function overridesOf(resource: TemplateNode): PreviewSettings {
  const settings = member(resource, 'OverrideSettings');
  if (settings?.kind !== 'object') return [];
  return settings.members.map(({ key, value }) => ({
    name: key,
    value: value.kind === 'text' ? value.value : undefined,
  }));
}
