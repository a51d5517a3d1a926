import * as sdk from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import { NormalizedSchema } from '@smithy/core/schema';
import {
  actionNames,
  actions,
  errorStatuses,
  type InputMember,
  type Shape,
} from '../../src/controlplane/actions.ts';

type SdkOperation = readonly [
  number,
  string,
  string,
  { readonly http: readonly unknown[] },
  () => never,
  () => never,
];

const shapes = sdk as unknown as Readonly<Record<string, SdkOperation>>;

function operationOf(name: string): SdkOperation {
  const operation = shapes[`${name}$`];
  if (!operation) throw new Error(`The SDK has no operation ${name}`);
  return operation;
}

/** The kind of an SDK shape in the words of actions.json, nested as far as it goes. */
function kindOf(schema: NormalizedSchema): unknown {
  if (schema.isListSchema()) return { list: kindOf(schema.getValueSchema()) };
  if (schema.isStructSchema()) return { structure: membersOf(schema) };
  if (schema.isTimestampSchema()) return 'timestamp';
  if (schema.isStringSchema()) return 'string';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isNumericSchema()) return 'integer';
  return 'unknown';
}

function membersOf(schema: NormalizedSchema): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) members[name] = kindOf(member);
  return members;
}

function kindOfData(shape: Shape): unknown {
  if (shape.type === 'list') return { list: kindOfData(shape.member) };
  if (shape.type !== 'structure') return shape.type;
  const members = Object.entries(shape.members).map(([name, member]) => [name, kindOfData(member)]);
  return { structure: Object.fromEntries(members) };
}

function placesOf(schema: NormalizedSchema): Record<string, string> {
  const places: Record<string, string> = {};
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel) places[name] = 'path';
    else if (traits.httpQuery) places[name] = `query ${traits.httpQuery}`;
    else places[name] = 'body';
  }
  return places;
}

function placeOfData(name: string, member: InputMember): string {
  return member.in === 'query' ? `query ${member.wireName ?? name}` : member.in;
}

/** The SDK lists required members first and tells how many there are. */
function requiredOf(schema: NormalizedSchema): string[] {
  const [, , , , names = [], , count = 0] = schema.getSchema() as unknown as [
    number,
    string,
    string,
    unknown,
    string[]?,
    unknown?,
    number?,
  ];
  return names.slice(0, count).sort();
}

function mapValues<In, Out>(
  source: Readonly<Record<string, In>>,
  change: (value: In, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(
    Object.entries(source).map(([name, value]) => [name, change(value, name)]),
  );
}

describe('the action data against the shapes of the SDK', () => {
  test('there are 25 actions, and they are those that are named', () => {
    expect(actionNames).toHaveLength(25);
    expect(actionNames).toEqual(Object.keys(actions));
  });

  test.each(actionNames)('%s: method and path', (name) => {
    const action = actions[name];
    const [method, path, status] = operationOf(name)[3].http;
    const byMember = action.path.replaceAll(/\{(\w+)\}/g, (label, wireName) => {
      const found = Object.entries(action.input).find(
        ([member, { wireName: own }]) => (own ?? member) === wireName,
      );
      return found ? `{${found[0]}}` : label;
    });
    expect({ method: action.method, path: byMember, status: 200 }).toEqual({
      method,
      path,
      status,
    });
  });

  test.each(actionNames)('%s: input members, their places, types and whether required', (name) => {
    const input = NormalizedSchema.of(operationOf(name)[4]);
    const own = actions[name].input;
    const required = Object.keys(own).filter((member) => own[member]?.required === true);
    expect(mapValues(own, kindOfData)).toEqual(membersOf(input));
    expect(mapValues(own, (member, key) => placeOfData(key, member))).toEqual(placesOf(input));
    expect(required.sort()).toEqual(requiredOf(input));
  });

  test.each(actionNames)('%s: output members and their types', (name) => {
    const output = NormalizedSchema.of(operationOf(name)[5]);
    expect(mapValues(actions[name].output, kindOfData)).toEqual(membersOf(output));
  });

  test('nested required members', () => {
    const nested = [
      [actions.CreateProvisioningTemplate.input.preProvisioningHook, 'ProvisioningHook$'],
      [actions.RegisterCACertificate.input.registrationConfig, 'RegistrationConfig$'],
    ] as const;
    for (const [member, shapeName] of nested) {
      if (member?.type !== 'structure') throw new Error(`${shapeName} is no structure here`);
      const own = Object.entries(member.members).filter(([, { required }]) => required === true);
      const theirs = requiredOf(NormalizedSchema.of(shapes[shapeName] as never));
      expect(own.map(([key]) => key).sort()).toEqual(theirs);
    }
  });

  test('every listed error has the status that the SDK knows', () => {
    const listed = new Set(actionNames.flatMap((name) => actions[name].errors));
    for (const name of listed) {
      const traits = shapes[`${name}$`]?.[3] as unknown as { readonly httpError: number };
      expect([name, errorStatuses[name]]).toEqual([name, traits.httpError]);
    }
  });

  test.each([
    [actions.CreateProvisioningTemplate.input.type, sdk.TemplateType],
    [actions.RegisterCACertificate.input.certificateMode, sdk.CertificateMode],
    [actions.UpdateCACertificate.input.newStatus, sdk.CACertificateStatus],
    [actions.UpdateCACertificate.input.newAutoRegistrationStatus, sdk.AutoRegistrationStatus],
    [actions.UpdateCertificate.input.newStatus, sdk.CertificateStatus],
  ])('enumeration %#: the values that the SDK exports', (member, exported) => {
    if (member?.type !== 'string') throw new Error('Not a string');
    expect([...(member.enum ?? [])].sort()).toEqual(Object.values(exported).sort());
  });
});
