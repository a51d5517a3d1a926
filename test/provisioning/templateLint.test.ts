import { describe, expect, test } from '@jest/globals';
import { templateBodyFaults } from '../../src/provisioning/templateBody.ts';
import { FINDING_CODES } from '../../src/provisioning/templateFindings.ts';
import { hookFinding, lintTemplateBody } from '../../src/provisioning/templateLint.ts';

const ID = 'AWS::IoT::Certificate::Id';
const CN = 'AWS::IoT::Certificate::CommonName';
const TEXT = { Type: 'String' };
const CERTIFICATE = {
  Type: 'AWS::IoT::Certificate',
  Properties: { CertificateId: { Ref: ID }, Status: 'ACTIVE' },
};
const THING = { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: CN } } };
const POLICY = { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'Kettles' } };

/** A JITP body in order, with other sections put over it. */
const body = (over: object = {}): object => ({
  Parameters: { [CN]: TEXT, [ID]: TEXT },
  Resources: { thing: THING, certificate: CERTIFICATE, policy: POLICY },
  ...over,
});
const resources = (over: object) =>
  body({ Resources: { thing: THING, certificate: CERTIFICATE, ...over } });
const thing = (properties: object) =>
  resources({
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: CN }, ...properties } },
  });
const named = (ThingName: unknown) => thing({ ThingName });
const certificate = (properties: object) =>
  resources({ certificate: { Type: 'AWS::IoT::Certificate', Properties: properties } });
const policy = (properties: object) =>
  resources({ policy: { Type: 'AWS::IoT::Policy', Properties: properties } });
const fleet = (value: unknown) => ({ ...body(), DeviceConfiguration: { setting: value } });

const lint = (given: unknown, type: 'JITP' | 'FLEET_PROVISIONING' = 'JITP') =>
  lintTemplateBody(typeof given === 'string' ? given : JSON.stringify(given), type);
const codes = (given: unknown, type?: 'JITP' | 'FLEET_PROVISIONING') =>
  lint(given, type).map(({ code }) => code);

describe('bodies in order have no findings', () => {
  test.each<[string, unknown, 'JITP' | 'FLEET_PROVISIONING']>([
    ['a JITP body', body(), 'JITP'],
    ['the id without a declaration', body({ Parameters: { [CN]: TEXT } }), 'JITP'],
    [
      'attributes, groups and overrides',
      resources({
        thing: {
          Type: 'AWS::IoT::Thing',
          Properties: {
            ThingName: { Ref: CN },
            ThingTypeName: 'kettle',
            BillingGroup: 'kitchen',
            ThingGroups: ['all', { Ref: CN }],
            AttributePayload: { owner: { Ref: CN }, line: 'a.b/c' },
          },
          OverrideSettings: { AttributePayload: 'MERGE', THING_GROUPS: 'REPLACE' },
        },
      }),
      'JITP',
    ],
    [
      'a status in mixed case',
      certificate({ CertificateId: { Ref: ID }, Status: 'Active' }),
      'JITP',
    ],
    [
      'a parameter of the device with a default',
      body({
        Parameters: { [CN]: TEXT, [ID]: TEXT, Site: { ...TEXT, Default: 'north' } },
        Resources: {
          thing: {
            Type: 'AWS::IoT::Thing',
            Properties: { ThingName: { Ref: CN }, ThingGroups: [{ Ref: 'Site' }] },
          },
          certificate: CERTIFICATE,
        },
      }),
      'JITP',
    ],
    [
      'every function in a fleet body',
      {
        Parameters: { Unit: TEXT, Site: { ...TEXT, Default: 'north' }, [ID]: TEXT },
        Mappings: { Depot: { north: { url: 'https://n.test' }, south: { url: 'https://s.test' } } },
        Resources: {
          pump: {
            Type: 'AWS::IoT::Thing',
            Properties: {
              ThingName: { 'Fn::Join': ['-', ['pump', { Ref: 'Unit' }]] },
              ThingGroups: { 'Fn::Split': ['/', { Ref: 'Unit' }] },
              AttributePayload: {
                first: { 'Fn::Select': ['0', { 'Fn::Split': ['/', { Ref: 'Unit' }] }] },
              },
            },
          },
          certificate: CERTIFICATE,
          policy: {
            Type: 'AWS::IoT::Policy',
            Properties: {
              PolicyDocument: {
                'Fn::Sub': [
                  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"\${Arn}/\${!iot:ClientId}"}]}`,
                  { Arn: { Ref: 'Unit' } },
                ],
              },
            },
          },
        },
        DeviceConfiguration: {
          url: { 'Fn::FindInMap': ['Depot', { Ref: 'Site' }, 'url'] },
          label: { 'Fn::Sub': `pump \${Unit}` },
        },
      },
      'FLEET_PROVISIONING',
    ],
    [
      'a policy document as text',
      policy({
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', NotAction: 'iot:*', NotResource: '*' },
        }),
      }),
      'JITP',
    ],
    [
      'a policy document as an object',
      policy({
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }],
        },
      }),
      'JITP',
    ],
  ])('%s', (_name, given, type) => {
    expect(lint(given, type)).toEqual([]);
  });
});

type Case = readonly [
  code: keyof typeof FINDING_CODES,
  what: string,
  given: unknown,
  path: string,
  said: RegExp,
  type?: 'JITP' | 'FLEET_PROVISIONING',
];

/** Each has exactly this one finding. */
const CASES: readonly Case[] = [
  ['TOO_LONG', 'one character too many', `{}${' '.repeat(10_239)}`, '$', /10240 characters/],
  ['NOT_AN_OBJECT', 'a list', '[]', '$', /sections Parameters/],
  ['NOT_AN_OBJECT', 'made into text twice', JSON.stringify('{"Resources":{}}'), '$', /text twice/],
  [
    'NESTED_TOO_DEEPLY',
    'a hundred lists',
    `{"a":${'['.repeat(100)}${']'.repeat(100)}}`,
    '$',
    /deeper/,
  ],
  [
    'DUPLICATE_KEY',
    'a section twice',
    JSON.stringify(body()).replace('{"Parameters"', '{"Parameters":{},"Parameters"'),
    '$.Parameters',
    /given twice/,
  ],
  [
    'NUMBER_NOT_EXACT',
    'seventeen digits',
    JSON.stringify(thing({ PackageVersions: { a: 'N' } })).replace('"N"', '12345678901234567'),
    '$.Resources.thing.Properties.PackageVersions.a',
    /round/,
  ],
  [
    'WRONG_SHAPE',
    'parameters as a list',
    JSON.stringify(resources({ thing: undefined })).replace(
      /"Parameters":\{.*?\}\},/,
      '"Parameters":[],',
    ),
    '$.Parameters',
    /a list where an object/,
  ],
  [
    'WRONG_SHAPE',
    'a parameter as text',
    body({ Parameters: { [CN]: 'String' } }),
    `$.Parameters["${CN}"]`,
    /"Type": "String"/,
  ],
  [
    'WRONG_SHAPE',
    'a default as a number',
    body({ Parameters: { [CN]: { ...TEXT, Default: 7 } } }),
    `$.Parameters["${CN}"].Default`,
    /number where text/,
  ],
  [
    'WRONG_SHAPE',
    'a resource as text',
    resources({ policy: 'x' }),
    '$.Resources.policy',
    /text where an object/,
  ],
  [
    'WRONG_SHAPE',
    'a number as a name',
    thing({ ThingTypeName: 7 }),
    '$.Resources.thing.Properties.ThingTypeName',
    /Write it as text: "7"/,
  ],
  [
    'WRONG_SHAPE',
    'groups as text',
    thing({ ThingGroups: 'all' }),
    '$.Resources.thing.Properties.ThingGroups',
    /list is expected/,
  ],
  [
    'WRONG_SHAPE',
    'groups as a function that gives text',
    thing({ ThingGroups: { Ref: CN } }),
    '$.Resources.thing.Properties.ThingGroups',
    /list is expected/,
  ],
  [
    'WRONG_SHAPE',
    'attributes as text',
    thing({ AttributePayload: 'x' }),
    '$.Resources.thing.Properties.AttributePayload',
    /object is expected/,
  ],
  [
    'WRONG_SHAPE',
    'attributes nested as the API has them',
    thing({ AttributePayload: { attributes: { a: 'b' } } }),
    '$.Resources.thing.Properties.AttributePayload.attributes',
    /no function/,
  ],
  [
    'WRONG_SHAPE',
    'a list where text belongs',
    fleet({ 'Fn::Split': [',', { Ref: CN }] }),
    '$.DeviceConfiguration.setting',
    /Fn::Select/,
    'FLEET_PROVISIONING',
  ],
  [
    'WRONG_SHAPE',
    'a nested object for the device',
    fleet({ a: 'b' }),
    '$.DeviceConfiguration.setting',
    /no function/,
    'FLEET_PROVISIONING',
  ],
  [
    'WRONG_SHAPE',
    'a function slightly misspelt',
    thing({ ThingTypeName: { ref: CN } }),
    '$.Resources.thing.Properties.ThingTypeName',
    /mean Ref/,
  ],
  [
    'WRONG_SHAPE',
    'overrides as text',
    resources({ policy: { ...POLICY, OverrideSettings: 'x' } }),
    '$.Resources.policy.OverrideSettings',
    /object is expected/,
  ],
  [
    'UNKNOWN_KEY',
    'a section misspelt',
    { ...body(), Ressources: {} },
    '$.Ressources',
    /mean Resources/,
  ],
  [
    'UNKNOWN_KEY',
    'a section of CloudFormation',
    { ...body(), Outputs: {} },
    '$.Outputs',
    /Known are/,
  ],
  [
    'UNKNOWN_KEY',
    'a parameter with more',
    body({ Parameters: { [CN]: { ...TEXT, Description: 'x' } } }),
    `$.Parameters["${CN}"].Description`,
    /Known are Type, Default/,
  ],
  [
    'UNKNOWN_KEY',
    'a resource with more',
    resources({ policy: { ...POLICY, DependsOn: 'thing' } }),
    '$.Resources.policy.DependsOn',
    /It has Type/,
  ],
  ['NO_RESOURCES', 'none', '{"Resources":{}}', '$.Resources', /provisions nothing/],
  ['NO_RESOURCES', 'no section', '{}', '$', /provisions nothing/],
  [
    'NO_CERTIFICATE_RESOURCE',
    'a thing alone',
    body({ Parameters: { [CN]: TEXT }, Resources: { thing: THING } }),
    '$.Resources',
    /CertificateId/,
  ],
  ['SEVERAL_OF_ONE_TYPE', 'two things', resources({ other: THING }), '$.Resources.other', /second/],
  [
    'NOT_DOCUMENTED_FOR_JITP',
    'a function',
    named({ 'Fn::Sub': `\${${CN}}` }),
    '$.Resources.thing.Properties.ThingName["Fn::Sub"]',
    /fleet provisioning only/,
  ],
  [
    'NOT_DOCUMENTED_FOR_JITP',
    'settings for the device',
    { ...body(), DeviceConfiguration: {} },
    '$.DeviceConfiguration',
    /fleet provisioning only/,
  ],
  [
    'PARAMETER_TYPE',
    'a list',
    body({ Parameters: { [CN]: { Type: 'CommaDelimitedList' } } }),
    `$.Parameters["${CN}"].Type`,
    /only type/,
  ],
  [
    'PARAMETER_TYPE',
    'no type',
    body({ Parameters: { [CN]: {} } }),
    `$.Parameters["${CN}"]`,
    /only type/,
  ],
  [
    'PARAMETER_UNUSED',
    'one that every certificate would need',
    body({ Parameters: { [CN]: TEXT, 'AWS::IoT::Certificate::Country': TEXT } }),
    '$.Parameters["AWS::IoT::Certificate::Country"]',
    /not provisioned all the same/,
  ],
  [
    'PARAMETER_UNUSED',
    'one with a default',
    body({
      Parameters: { [CN]: TEXT, 'AWS::IoT::Certificate::Country': { ...TEXT, Default: 'NZ' } },
    }),
    '$.Parameters["AWS::IoT::Certificate::Country"]',
    /is not used\. Take it out, or use it\.$/,
  ],
  [
    'PARAMETER_UNDECLARED',
    'a certificate parameter',
    thing({ ThingTypeName: { Ref: 'AWS::IoT::Certificate::Country' } }),
    '$.Resources.thing.Properties.ThingTypeName.Ref',
    /Declare it/,
  ],
  [
    'PARAMETER_NOT_SUPPLIED',
    'a bare name',
    {
      ...body({ Parameters: { SerialNumber: TEXT } }),
      Resources: {
        thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } },
        certificate: CERTIFICATE,
      },
    },
    '$.Parameters.SerialNumber',
    /mean `AWS::IoT::Certificate::SerialNumber`/,
  ],
  [
    'UNKNOWN_RESOURCE_TYPE',
    'a bucket',
    resources({ bucket: { Type: 'AWS::S3::Bucket' } }),
    '$.Resources.bucket.Type',
    /AWS::S3::Bucket/,
  ],
  [
    'UNKNOWN_RESOURCE_TYPE',
    'none',
    resources({ bucket: { Properties: {} } }),
    '$.Resources.bucket',
    /no type/,
  ],
  [
    'UNKNOWN_RESOURCE_TYPE',
    'a slip',
    resources({ policy: { ...POLICY, Type: 'AWS::Iot::Policy' } }),
    '$.Resources.policy.Type',
    /mean AWS::IoT::Policy/,
  ],
  [
    'UNKNOWN_PROPERTY',
    'a slip',
    thing({ ThingGroup: ['a'] }),
    '$.Resources.thing.Properties.ThingGroup',
    /mean ThingGroups/,
  ],
  [
    'MISSING_THING_NAME',
    'none',
    body({
      Parameters: {},
      Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: {} }, certificate: CERTIFICATE },
    }),
    '$.Resources.thing.Properties',
    /no ThingName/,
  ],
  [
    'MISSING_THING_NAME',
    'no properties',
    body({
      Parameters: {},
      Resources: { thing: { Type: 'AWS::IoT::Thing' }, certificate: CERTIFICATE },
    }),
    '$.Resources.thing',
    /no ThingName/,
  ],
  [
    'SAME_THING_FOR_ALL',
    'a constant',
    body({
      Parameters: {},
      Resources: {
        thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'kettle' } },
        certificate: CERTIFICATE,
      },
    }),
    '$.Resources.thing.Properties.ThingName',
    /share one thing/,
  ],
  [
    'TOO_MANY_ATTRIBUTES',
    'four without a type',
    thing({ AttributePayload: { a: '1', b: '2', c: '3', d: '4' } }),
    '$.Resources.thing.Properties.AttributePayload',
    /ThingTypeName/,
  ],
  [
    'VALUE_NOT_ALLOWED',
    'a space in an attribute',
    thing({ AttributePayload: { maker: 'Kettle Works' } }),
    '$.Resources.thing.Properties.AttributePayload.maker',
    /only letters/,
  ],
  [
    'VALUE_NOT_ALLOWED',
    'a space in the name of an attribute',
    thing({ AttributePayload: { 'made by': 'x' } }),
    '$.Resources.thing.Properties.AttributePayload["made by"]',
    /only letters/,
  ],
  [
    'VALUE_NOT_ALLOWED',
    'a group',
    thing({ ThingGroups: ['a b'] }),
    '$.Resources.thing.Properties.ThingGroups[0]',
    /thing group/,
  ],
  [
    'VALUE_NOT_ALLOWED',
    'an empty type',
    thing({ ThingTypeName: '' }),
    '$.Resources.thing.Properties.ThingTypeName',
    /it is empty/,
  ],
  [
    'VALUE_NOT_ALLOWED',
    'a policy',
    policy({ PolicyName: 'a b' }),
    '$.Resources.policy.Properties.PolicyName',
    /PolicyName/,
  ],
  [
    'MISSING_CERTIFICATE_ID',
    'none',
    body({
      Parameters: { [CN]: TEXT },
      Resources: { thing: THING, certificate: { Type: 'AWS::IoT::Certificate', Properties: {} } },
    }),
    '$.Resources.certificate.Properties',
    /CertificateId/,
  ],
  [
    'AMBIGUOUS_CERTIFICATE',
    'an id and a request',
    certificate({ CertificateId: { Ref: ID }, CertificateSigningRequest: 'x' }),
    '$.Resources.certificate.Properties',
    /2 ways/,
  ],
  [
    'CERTIFICATE_NOT_OWN',
    'an id that is written out',
    body({
      Parameters: { [CN]: TEXT },
      Resources: {
        thing: THING,
        certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: 'abc' } },
      },
    }),
    '$.Resources.certificate.Properties.CertificateId',
    /come with/,
  ],
  [
    'CERTIFICATE_STATUS',
    'one of the service only',
    certificate({ CertificateId: { Ref: ID }, Status: 'REVOKED' }),
    '$.Resources.certificate.Properties.Status',
    /ACTIVE or INACTIVE/,
  ],
  [
    'POLICY_WITHOUT_NAME_AND_DOCUMENT',
    'neither',
    policy({}),
    '$.Resources.policy.Properties',
    /neither/,
  ],
  [
    'POLICY_WITHOUT_NAME_AND_DOCUMENT',
    'nulls',
    policy({ PolicyName: null, PolicyDocument: null }),
    '$.Resources.policy.Properties',
    /neither/,
  ],
  [
    'POLICY_WITH_NAME_AND_DOCUMENT',
    'both',
    policy({
      PolicyName: 'P',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}',
    }),
    '$.Resources.policy.Properties',
    /both/,
  ],
  [
    'POLICY_DOCUMENT_NOT_JSON',
    'a comma too many',
    policy({ PolicyDocument: '{\n"Version":"2012-10-17",}' }),
    '$.Resources.policy.Properties.PolicyDocument',
    /line 2, column 24/,
  ],
  [
    'POLICY_DOCUMENT_INCOMPLETE',
    'no resource',
    policy({
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}',
    }),
    '$.Resources.policy.Properties.PolicyDocument',
    /Statement\[0\] has no Resource/,
  ],
  [
    'POLICY_DOCUMENT_INCOMPLETE',
    'an effect of its own',
    policy({
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}',
    }),
    '$.Resources.policy.Properties.PolicyDocument',
    /neither Allow nor Deny/,
  ],
  [
    'POLICY_VARIABLE_IN_SUB',
    'a policy variable',
    { ...body(), DeviceConfiguration: { a: { 'Fn::Sub': `\${iot:ClientId}` } } },
    '$.DeviceConfiguration.a["Fn::Sub"]',
    /\$\{!iot:ClientId\}/,
    'FLEET_PROVISIONING',
  ],
  [
    'OVERRIDE_SETTING',
    'MERGE for a type',
    resources({ thing: { ...THING, OverrideSettings: { ThingTypeName: 'MERGE' } } }),
    '$.Resources.thing.OverrideSettings.ThingTypeName',
    /DO_NOTHING, REPLACE, FAIL\./,
  ],
  [
    'OVERRIDE_SETTING',
    'a setting of none',
    resources({ thing: { ...THING, OverrideSettings: { Name: 'FAIL' } } }),
    '$.Resources.thing.OverrideSettings.Name',
    /Known are AttributePayload/,
  ],
  [
    'OVERRIDE_SETTING',
    'for a policy',
    resources({ policy: { ...POLICY, OverrideSettings: { Status: 'FAIL' } } }),
    '$.Resources.policy.OverrideSettings.Status',
    /Take it out/,
  ],
  [
    'REFERENCE_UNRESOLVED',
    'to nothing',
    thing({ ThingTypeName: { Ref: 'Nothing' } }),
    '$.Resources.thing.Properties.ThingTypeName.Ref',
    /Declare it/,
  ],
  [
    'REFERENCE_TO_RESOURCE',
    'to a resource',
    thing({ ThingTypeName: { Ref: 'certificate' } }),
    '$.Resources.thing.Properties.ThingTypeName.Ref',
    /not documented/,
  ],
  [
    'REFERENCE_UNRESOLVED',
    'to what no certificate has',
    thing({ ThingTypeName: { Ref: 'AWS::IoT::Certificate::Locality' } }),
    '$.Resources.thing.Properties.ThingTypeName.Ref',
    /nothing that a certificate supplies/,
  ],
  [
    'REFERENCE_UNRESOLVED',
    'a slip',
    thing({ ThingTypeName: { Ref: 'AWS::IoT::Certificate::Commonname' } }),
    '$.Resources.thing.Properties.ThingTypeName.Ref',
    /mean `AWS::IoT::Certificate::CommonName`/,
  ],
  [
    'UNKNOWN_FUNCTION',
    'GetAtt',
    thing({ ThingTypeName: { 'Fn::GetAtt': ['a', 'b'] } }),
    '$.Resources.thing.Properties.ThingTypeName["Fn::GetAtt"]',
    /Use one of Ref/,
  ],
  [
    'UNKNOWN_FUNCTION',
    'a slip',
    thing({ ThingTypeName: { 'Fn::join': ['-', []] } }),
    '$.Resources.thing.Properties.ThingTypeName["Fn::join"]',
    /mean Fn::Join/,
  ],
  [
    'FUNCTION_WITH_SIBLINGS',
    'two functions',
    thing({ ThingTypeName: { Ref: CN, Default: 'x' } }),
    '$.Resources.thing.Properties.ThingTypeName',
    /one key/,
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Ref of a list',
    thing({ ThingTypeName: { Ref: [CN] } }),
    '$.Resources.thing.Properties.ThingTypeName.Ref',
    /name of a parameter/,
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Join of one',
    fleet({ 'Fn::Join': ['-'] }),
    '$.DeviceConfiguration.setting["Fn::Join"]',
    /a list of 1/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Join with a number between',
    fleet({ 'Fn::Join': [1, ['a']] }),
    '$.DeviceConfiguration.setting["Fn::Join"][0]',
    /a number/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Split by nothing',
    fleet({ 'Fn::Select': ['0', { 'Fn::Split': ['', 'a'] }] }),
    '$.DeviceConfiguration.setting["Fn::Select"][1]["Fn::Split"][0]',
    /not empty/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Select by a word',
    fleet({ 'Fn::Select': ['first', ['a']] }),
    '$.DeviceConfiguration.setting["Fn::Select"][0]',
    /index from 0/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Select from below',
    fleet({ 'Fn::Select': [-1, ['a']] }),
    '$.DeviceConfiguration.setting["Fn::Select"][0]',
    /index from 0/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'FindInMap of two',
    fleet({ 'Fn::FindInMap': ['a', 'b'] }),
    '$.DeviceConfiguration.setting["Fn::FindInMap"]',
    /second key/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Sub of three',
    fleet({ 'Fn::Sub': ['a', {}, {}] }),
    '$.DeviceConfiguration.setting["Fn::Sub"]',
    /name: value/,
    'FLEET_PROVISIONING',
  ],
  [
    'FUNCTION_ARGUMENTS',
    'Sub with a list of variables',
    fleet({ 'Fn::Sub': ['a', []] }),
    '$.DeviceConfiguration.setting["Fn::Sub"][1]',
    /name: value/,
    'FLEET_PROVISIONING',
  ],
  [
    'INDEX_OUT_OF_RANGE',
    'the third of two',
    fleet({ 'Fn::Select': ['2', ['a', 'b']] }),
    '$.DeviceConfiguration.setting["Fn::Select"][0]',
    /from 0 to 1/,
    'FLEET_PROVISIONING',
  ],
  [
    'MAPPING_NOT_FOUND',
    'no mappings',
    fleet({ 'Fn::FindInMap': ['Depot', 'a', 'b'] }),
    '$.DeviceConfiguration.setting["Fn::FindInMap"][0]',
    /under Mappings/,
    'FLEET_PROVISIONING',
  ],
  [
    'MAPPING_NOT_FOUND',
    'a key that is not there',
    {
      ...fleet({ 'Fn::FindInMap': ['Depot', 'noth', 'url'] }),
      Mappings: { Depot: { north: { url: 'x' } } },
    },
    '$.DeviceConfiguration.setting["Fn::FindInMap"][1]',
    /mean `north`/,
    'FLEET_PROVISIONING',
  ],
  [
    'MAPPING_UNUSED',
    'nobody looks',
    { ...body(), Mappings: { Depot: {} } },
    '$.Mappings.Depot',
    /not used/,
    'FLEET_PROVISIONING',
  ],
  [
    'WRONG_SHAPE',
    'a function in a mapping',
    {
      ...fleet({ 'Fn::FindInMap': ['Depot', 'north', 'name'] }),
      Mappings: { Depot: { north: { name: 'x', url: { Ref: CN } } } },
    },
    '$.Mappings.Depot.north.url',
    /functions do not work/,
    'FLEET_PROVISIONING',
  ],
  [
    'SUB_VARIABLE_UNUSED',
    'one too many',
    fleet({ 'Fn::Sub': ['a', { b: 'c' }] }),
    '$.DeviceConfiguration.setting["Fn::Sub"][1].b',
    /does not use/,
    'FLEET_PROVISIONING',
  ],
];

describe('each fault alone', () => {
  test.each(CASES.map((each) => [`${each[0]}: ${each[1]}`, each] as const))(
    '%s',
    (_name, [code, , given, path, said, type]) => {
      const found = lint(given, type).filter(
        ({ code: other }) => other !== 'NOT_DOCUMENTED_FOR_JITP' || code === other,
      );
      const unrelated = found.filter(
        (finding) => finding.code !== code && finding.code !== 'PARAMETER_UNUSED',
      );
      expect(unrelated).toEqual([]);
      const [finding, ...more] = found.filter((each) => each.code === code);
      expect(more).toEqual([]);
      expect(finding?.path).toBe(path);
      expect(`${finding?.message} ${finding?.fix}`).toMatch(said);
    },
  );

  test('the table has every code', () => {
    const elsewhere = ['NOT_JSON', 'HOOK_ON_JITP', 'MORE_FINDINGS'];
    const seen = new Set([...CASES.map(([code]) => code), ...elsewhere]);
    expect([...seen].sort()).toEqual(Object.keys(FINDING_CODES).sort());
  });

  test.each(
    CASES.filter(([code]) => code !== 'TOO_LONG').map(
      (each) => [`${each[0]}: ${each[1]}`, each] as const,
    ),
  )('an ERROR is what AWS refuses, and nothing else: %s', (_name, [, , given, , , type]) => {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    const errors = lintTemplateBody(text, type).filter(({ severity }) => severity === 'ERROR');
    expect(errors.map(({ code }) => code)).toEqual(
      templateBodyFaults(text).map(({ code }) => code),
    );
  });

  test('a hook on a template of type JITP', () => {
    expect(hookFinding()).toMatchObject({
      code: 'HOOK_ON_JITP',
      severity: 'WARNING',
      path: 'preProvisioningHook',
    });
  });
});

describe('what comes of a fault', () => {
  const effects = (given: unknown, type?: 'JITP' | 'FLEET_PROVISIONING') =>
    lint(given, type)
      .filter(({ code }) => code !== 'NOT_DOCUMENTED_FOR_JITP')
      .map(({ code, effect }) => `${code} ${effect}`);
  const mapped = (value: unknown) => ({
    ...fleet(value),
    Parameters: { [CN]: TEXT, [ID]: TEXT, S: TEXT },
    Mappings: { M: { a: { x: '1', odd: {} }, b: { y: '2', n: 3 } }, Empty: {} },
  });
  /** What is wrong with these mappings whoever looks into them. */
  const OF_THE_MAPPINGS = [
    'WRONG_SHAPE MAY_FAIL',
    'MAPPING_UNUSED HARMLESS',
    'PARAMETER_UNUSED HARMLESS',
  ];
  const find = (...keys: unknown[]) => mapped({ 'Fn::FindInMap': keys });
  const S = { Ref: 'S' };

  const OUTCOMES: ReadonlyArray<
    [what: string, given: unknown, effects: string[], type?: 'FLEET_PROVISIONING']
  > = [
    // Nothing documents that AWS does not read a number for its text, or null for nothing.
    ['a number as an attribute', thing({ AttributePayload: { a: 1 } }), ['WRONG_SHAPE MAY_FAIL']],
    [
      'a number that is no value',
      thing({ AttributePayload: { a: '+' } }),
      ['VALUE_NOT_ALLOWED FAILS'],
    ],
    ['a list as an attribute', thing({ AttributePayload: { a: [] } }), ['WRONG_SHAPE FAILS']],
    ['null for a thing type', thing({ ThingTypeName: null }), ['WRONG_SHAPE MAY_FAIL']],
    [
      'null for the name of a thing',
      body({
        Parameters: {},
        Resources: {
          thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: null } },
          certificate: CERTIFICATE,
        },
      }),
      ['MISSING_THING_NAME FAILS', 'WRONG_SHAPE MAY_FAIL'],
    ],
    [
      'a number in a mapping that nobody looks into',
      { ...body(), Mappings: { M: { a: { b: 1 } } } },
      ['MAPPING_UNUSED HARMLESS', 'WRONG_SHAPE MAY_FAIL'],
    ],
    [
      'a reference to nothing in a property that there is not',
      thing({ Foo: { Ref: 'Nothing' } }),
      ['UNKNOWN_PROPERTY MAY_FAIL', 'REFERENCE_UNRESOLVED MAY_FAIL'],
    ],
    [
      'a reference to nothing in a variable that the text does not use',
      fleet({ 'Fn::Sub': ['a', { b: { Ref: 'Nothing' } }] }),
      ['SUB_VARIABLE_UNUSED HARMLESS', 'REFERENCE_UNRESOLVED MAY_FAIL'],
      'FLEET_PROVISIONING',
    ],
    [
      'a policy document without Version',
      policy({ PolicyDocument: { Statement: { Effect: 'Deny', Action: 'a', Resource: '*' } } }),
      ['POLICY_DOCUMENT_INCOMPLETE MAY_FAIL'],
    ],
    [
      'a statement without Effect',
      policy({
        PolicyDocument: { Version: '2012-10-17', Statement: { Action: 'a', Resource: '*' } },
      }),
      ['POLICY_DOCUMENT_INCOMPLETE FAILS'],
    ],
    [
      'a certificate that is made from a request',
      body({
        Parameters: { [CN]: TEXT },
        Resources: {
          thing: THING,
          certificate: {
            Type: 'AWS::IoT::Certificate',
            Properties: { CertificateSigningRequest: 'x' },
          },
        },
      }),
      ['CERTIFICATE_NOT_OWN MAY_FAIL'],
    ],
    [
      'an unused parameter that a device may lack',
      body({ Parameters: { [CN]: TEXT, 'AWS::IoT::Certificate::Country': TEXT } }),
      ['PARAMETER_UNUSED MAY_FAIL'],
    ],
    [
      'an unused parameter that every device has',
      body({
        Parameters: { [CN]: TEXT, [ID]: TEXT },
        Resources: {
          thing: THING,
          certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: 'abc' } },
        },
      }),
      ['PARAMETER_UNUSED HARMLESS', 'CERTIFICATE_NOT_OWN MAY_FAIL'],
    ],
    [
      'a default that is none',
      body({
        Parameters: { [CN]: TEXT, Site: { Type: 'String', Default: null } },
        Resources: {
          thing: {
            Type: 'AWS::IoT::Thing',
            Properties: { ThingName: { Ref: CN }, ThingGroups: [{ Ref: 'Site' }] },
          },
          certificate: CERTIFICATE,
        },
      }),
      ['PARAMETER_NOT_SUPPLIED FAILS', 'WRONG_SHAPE MAY_FAIL'],
    ],
    [
      'an index beyond what a constant is split into',
      fleet({ 'Fn::Select': ['5', { 'Fn::Split': ['/', 'a/b'] }] }),
      ['INDEX_OUT_OF_RANGE FAILS'],
      'FLEET_PROVISIONING',
    ],
    [
      'an index that may be beyond what a parameter is split into',
      fleet({ 'Fn::Select': ['5', { 'Fn::Split': ['/', { Ref: CN }] }] }),
      [],
      'FLEET_PROVISIONING',
    ],
    [
      'a constant that functions make',
      thing({ ThingGroups: { 'Fn::Split': ['/', { 'Fn::Sub': 'a b/c' }] } }),
      ['VALUE_NOT_ALLOWED FAILS'],
    ],
    ['a key of no branch', find('M', S, 'zzz'), ['MAPPING_NOT_FOUND FAILS'], 'FLEET_PROVISIONING'],
    ['a key of one branch', find('M', S, 'x'), [], 'FLEET_PROVISIONING'],
    [
      'a key of another mapping',
      find(S, 'b', 'x'),
      ['MAPPING_NOT_FOUND FAILS'],
      'FLEET_PROVISIONING',
    ],
    ['any key of nothing', find('Empty', S, S), ['MAPPING_NOT_FOUND FAILS'], 'FLEET_PROVISIONING'],
    ['an object at the end', find('M', S, 'odd'), ['WRONG_SHAPE FAILS'], 'FLEET_PROVISIONING'],
    ['a number at the end', find('M', S, 'n'), [], 'FLEET_PROVISIONING'],
  ];

  test.each(OUTCOMES.map((each) => [each[0], each] as const))(
    '%s',
    (_name, [, given, expected, type]) => {
      const left = effects(given, type).filter(
        (each) => type === undefined || !OF_THE_MAPPINGS.includes(each),
      );
      expect(left.sort()).toEqual([...expected].sort());
    },
  );

  test('of findings that are left out is the worst', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 1]));
    const last = (more: object) => lint({ ...many, ...more }).at(-1);
    expect(last(body())).toMatchObject({ code: 'MORE_FINDINGS', effect: 'HARMLESS' });
    expect(last({ Resources: {} })).toMatchObject({ code: 'MORE_FINDINGS', effect: 'FAILS' });
  });
});

test('messages are sentences', () => {
  const join = (items: unknown) => ({ 'Fn::Join': ['-', items] });
  expect(lint(fleet(join([[]])), 'FLEET_PROVISIONING')[0]?.message).toBe(
    'An item of the list of Fn::Join is a list where text or a function is expected.',
  );
  expect(lint(thing({ AttributePayload: { a: [] } }))[0]?.message).toBe(
    'The attribute `a` is a list where text or a function is expected.',
  );
  const Statement = { Effect: 'allow', Action: 'a', Resource: '*' };
  expect(lint(policy({ PolicyDocument: { Version: '2012-10-17', Statement } }))[0]?.message).toBe(
    "The policy document's Statement.Effect is neither Allow nor Deny.",
  );
});

describe('text that is not JSON', () => {
  test.each<[string, string, string, number, number, RegExp]>([
    ['nothing', '', '$', 1, 1, /it is empty/],
    ['spaces', ' \n ', '$', 2, 2, /it is empty/],
    ['a comma too many', '{\n  "a": 1,\n}', '$', 3, 1, /last comma/],
    ['a comma too many in a list', '{"a": [1, 2,]}', '$.a[2]', 1, 13, /last comma/],
    [
      'a comma too few',
      '{"Resources": {"t": {"Type": "x" "Properties": {}}}}',
      '$.Resources.t.Properties',
      1,
      34,
      /comma is missing/,
    ],
    ['a colon too few', '{"a" 1}', '$.a', 1, 6, /colon/],
    ['single quotes', "{'a': 1}", '$', 1, 2, /plain double quotes/],
    ['curly quotes', '{“a”: 1}', '$', 1, 2, /plain double quotes/],
    ['quotes escaped once too often', '{\\"a\\": 1}', '$', 1, 2, /once too often/],
    ['a comment', '{ // no\n "a": 1}', '$', 1, 3, /no comments/],
    ['a value of another language', '{"a": True}', '$.a', 1, 7, /no such value/],
    ['a text that does not end', '{"a": "b}', '$.a', 1, 7, /double quote/],
    [
      'an object that does not end',
      '{"Resources": {"t": {}',
      '$.Resources.t',
      1,
      23,
      /brace is not closed/,
    ],
    ['a line break in a text', '{"a": "b\nc"}', '$.a', 1, 7, /./],
    ['a tab in a text', '{"a": "b\tc"}', '$.a', 1, 7, /escape/],
    ['a backslash too many', '{"a": "b\\c"}', '$.a', 1, 7, /two backslashes/],
    ['a byte order mark', '\uFEFF{}', '$', 1, 1, /byte order mark/],
    ['something after the end', '{} {}', '$', 1, 4, /last brace/],
    ['brackets without end', '['.repeat(10_240), '$', 1, 65, /JSON/],
  ])('%s', (_name, text, path, line, column, said) => {
    const [finding, ...more] = lint(text);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'NOT_JSON', severity: 'ERROR', path, line, column });
    expect(`${finding?.message} ${finding?.fix}`).toMatch(said);
  });
});

describe('findings', () => {
  test('stand in the order of the text, each with line and column', () => {
    const text = JSON.stringify(
      body({
        Resources: { policy: { Type: 'AWS::IoT::Policy' }, thing: { Type: 'AWS::IoT::Thing' } },
      }),
      null,
      2,
    );
    const found = lint(text);
    const places = found.map(({ line, column }) => line * 1000 + column);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    for (const { path, line, column } of found) {
      const rest = text
        .split('\n')
        .slice(line - 1)
        .join('\n')
        .slice(column - 1);
      expect(`${path} ${rest}`).toMatch(/^\S+ ["{]/);
    }
  });

  test('are listed up to a hundred, and what AWS refuses always', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, 1]));
    const found = lint({ ...many, Resources: { p: { Type: 'AWS::IoT::Policy' } } });
    expect(found).toHaveLength(102);
    expect(found.at(-1)).toMatchObject({ code: 'MORE_FINDINGS', path: '$' });
    expect(found.filter(({ severity }) => severity === 'ERROR')).toHaveLength(1);
  });

  test('without a type are those of both types', () => {
    const bare = body({ Parameters: { [CN]: TEXT, Bare: TEXT } });
    const text = JSON.stringify({ ...bare, Mappings: {} });
    expect(lintTemplateBody(text, 'JITP').map(({ code }) => code)).toContain(
      'NOT_DOCUMENTED_FOR_JITP',
    );
    expect(lintTemplateBody(text).map(({ code }) => code)).toEqual(['PARAMETER_UNUSED']);
  });

  test('quote what they quote on one line and bounded', () => {
    const [finding] = lint(body({ Parameters: { [CN]: TEXT, [`x\n${'y'.repeat(500)}`]: TEXT } }));
    expect(finding?.message).not.toContain('\n');
    expect(finding?.message.length).toBeLessThan(250);
  });

  test('a resource that only looks like a policy with a name is refused', () => {
    const given = body({
      Resources: { p: { Type: 'AWS::IoT::Policy', PolicyName: 'P' }, certificate: CERTIFICATE },
    });
    expect(codes(given)).toContain('POLICY_WITHOUT_NAME_AND_DOCUMENT');
  });
});
