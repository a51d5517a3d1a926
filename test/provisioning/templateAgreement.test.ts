import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Device } from '../../src/provisioning/templateDevice.ts';
import {
  certificateIdParameter,
  subjectParameterNames,
  type TemplateType,
} from '../../src/provisioning/templateGrammar.ts';
import { type Preview, previewProvisioning } from '../../src/provisioning/templatePreview.ts';
import { malformedBodies } from '../support/malformedBodies.ts';

const CN = 'AWS::IoT::Certificate::CommonName';
const COUNTRY = 'AWS::IoT::Certificate::Country';
const TYPES = ['JITP', 'FLEET_PROVISIONING'] as const;

/** What becomes of a device that supplies all that such a device can, with one value for everything. */
function preview(body: string, type: TemplateType, value = 'x'): Preview {
  const device: Device = {
    kind: 'device',
    certificateId: 'a'.repeat(64),
    subject: new Map(subjectParameterNames.map((name) => [name, [value]] as const)),
  };
  const sent = type === 'JITP' ? [] : declaredIn(body);
  const parameters = new Map(sent.map((name) => [name, value] as const));
  return previewProvisioning({ body, type, device, parameters });
}

function declaredIn(body: string): string[] {
  try {
    return Object.keys(JSON.parse(body).Parameters ?? {});
  } catch {
    return [];
  }
}

const call = (name: string) => (given: unknown) => ({ [name]: given });

/** Values that come to texts or do not, most of them in order. */
function values(texts: readonly string[]) {
  return fc.letrec<{ text: unknown; list: unknown }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 3 },
      { weight: 6, arbitrary: fc.constantFrom<unknown>(...texts) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(CN, certificateIdParameter, COUNTRY).map(call('Ref')),
      },
      fc.constantFrom<unknown>(
        1,
        true,
        null,
        {},
        [],
        { Ref: 'Nothing' },
        { Ref: 'thing' },
        { Ref: ['a'] },
        { Ref: CN, Type: 'String' },
        { 'Fn::GetAtt': 'a' },
        { 'Fn::Sub': `\${iot:ClientId}` },
        { 'Fn::Sub': ['a', { unused: { Ref: 'Nothing' } }] },
      ),
      fc.tuple(fc.constantFrom('', '-'), tie('list')).map(call('Fn::Join')),
      fc.constantFrom(`a\${${COUNTRY}}`, 'a').map(call('Fn::Sub')),
      tie('text').map((A) => ({ 'Fn::Sub': [`\${A}`, { A }] })),
      fc.tuple(fc.constantFrom<unknown>('0', 1, 'a'), tie('list')).map(call('Fn::Select')),
      fc
        .tuple(fc.constantFrom('M', 'N'), fc.constantFrom('a', 'b'), fc.constantFrom('k', 'l', 'm'))
        .map(call('Fn::FindInMap')),
      fc
        .constantFrom('k', 'l', 'zzz')
        .map((key) => ({ 'Fn::FindInMap': ['M', { Ref: COUNTRY }, key] })),
    ),
    list: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: fc.array(tie('text'), { maxLength: 3 }) },
      fc.tuple(fc.constantFrom('/', ''), fc.constantFrom('a/b', 'a')).map(call('Fn::Split')),
      fc.constant('text'),
    ),
  }));
}

const STATEMENT = { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' };
const { Effect: _effect, ...WITHOUT_EFFECT } = STATEMENT;
const { Resource: _resource, ...WITHOUT_RESOURCE } = STATEMENT;
const documents = fc
  .constantFrom<unknown>(
    { Version: '2012-10-17', Statement: [STATEMENT] },
    { Statement: STATEMENT },
    { Version: '2012-10-17', Statement: [STATEMENT, WITHOUT_EFFECT] },
    { Version: '2012-10-17', Statement: WITHOUT_RESOURCE },
    { Version: '2012-10-17', Statement: { ...STATEMENT, Effect: 'allow' } },
    { Version: '2012-10-17', Statement: [] },
    {},
    [],
    1,
    'x',
  )
  .chain((document) => fc.constantFrom(document, JSON.stringify(document)));

const rarely = <Value>(given: fc.Arbitrary<Value>) => fc.option(given, { nil: undefined, freq: 3 });
const mostly = <Value>(value: Value, other: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant<unknown>(value) }, other);

function bodies(texts: readonly string[]) {
  const { text, list } = values(texts);
  const thing = fc.record({
    ThingName: mostly({ Ref: CN }, text),
    ThingTypeName: rarely(text),
    BillingGroup: rarely(text),
    ThingGroups: rarely(list),
    AttributePayload: rarely(
      fc.oneof(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e f'), text),
        fc.constantFrom<unknown>(null, [], 'x'),
      ),
    ),
    PackageVersions: rarely(fc.record({ p: text })),
    Unknown: rarely(text),
  });
  const certificate = fc.record({
    CertificateId: mostly({ Ref: certificateIdParameter }, fc.option(text, { nil: undefined })),
    CertificateSigningRequest: rarely(rarely(text)),
    CACertificatePem: rarely(rarely(text)),
    Status: fc.constantFrom<unknown>('ACTIVE', 'inactive', undefined, null, 'ENABLED', 1),
  });
  const policy = fc.record({
    PolicyName: fc.constantFrom<unknown>('P', 'a b', null, undefined),
    PolicyDocument: mostly(
      '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      documents,
    ),
  });
  const of = (Type: string) => (Properties: unknown) => ({ Type, Properties });
  return fc
    .record({
      Parameters: mostly(
        { [CN]: { Type: 'String' }, [COUNTRY]: { Type: 'String', Default: 'a' } },
        fc.constantFrom<unknown>(
          { [CN]: { Type: 'String' }, [COUNTRY]: {}, Bare: { Type: 'String' } },
          { [CN]: { Type: 'String' }, [COUNTRY]: {}, Bare: { Default: 7 } },
          { [CN]: 'String', [COUNTRY]: { Default: null } },
          { [CN]: 'String', [COUNTRY]: null, Bare: { Default: null } },
          [],
        ),
      ),
      Mappings: mostly(
        { M: { a: { k: 'x', l: 1, m: {} }, b: { k: 'y' }, x: { k: 'z', l: {} } }, N: {} },
        fc.constantFrom<unknown>(undefined, null, { M: { a: [] } }, { N: { a: { k: 'x' } } }),
      ),
      Resources: fc.oneof(
        {
          weight: 20,
          arbitrary: fc.record({
            thing: thing.map(of('AWS::IoT::Thing')),
            certificate: rarely(certificate.map(of('AWS::IoT::Certificate'))),
            policy: rarely(policy.map(of('AWS::IoT::Policy'))),
            other: rarely(
              rarely(fc.constantFrom<unknown>('x', {}, { Type: 'AWS::IoT::ThingGroup' })),
            ),
          }),
        },
        fc.constantFrom<unknown>({}, [], undefined),
      ),
      DeviceConfiguration: rarely(fc.record({ setting: text })),
      Description: rarely(fc.constant('x')),
    })
    .map((body) => JSON.stringify(body));
}

const FEW = { numRuns: 400 };

describe.each(TYPES)('a body of type %s', (type) => {
  const contradicts = (body: string): boolean => {
    const { outcome, diagnostics } = preview(body, type);
    return outcome === 'PROVISIONED' && diagnostics.some(({ effect }) => effect === 'FAILS');
  };

  test('that has a finding with the effect FAILS provisions no device', () => {
    expect(malformedBodies().filter(({ body }) => contradicts(body))).toEqual([]);
    fc.assert(
      fc.property(bodies(['x', 'a/b', 'a b', '']), (body) => !contradicts(body)),
      { ...FEW, seed: 61 },
    );
  });

  /** What is not documented, so that the preview cannot tell and the finding is a doubt. */
  const UNKNOWN = ['REFERENCE_TO_RESOURCE'];

  test('on which every device fails has such a finding', () => {
    fc.assert(
      fc.property(bodies(['x', 'y']), (body) => {
        const isExplained = preview(body, type).diagnostics.some(
          ({ effect, code }) => effect === 'FAILS' || UNKNOWN.includes(code),
        );
        const outcomes = ['x', 'a', 'b'].map((value) => preview(body, type, value).outcome);
        return isExplained || outcomes.some((outcome) => outcome !== 'FAILED');
      }),
      { ...FEW, seed: 62 },
    );
  });
});
