import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { NamePart } from '../../src/provisioning/issueCertificate.ts';
import { type Device, readDevice } from '../../src/provisioning/templateDevice.ts';
import type { SubjectParameter } from '../../src/provisioning/templateGrammar.ts';
import {
  type PreviewQuestion,
  previewProvisioning,
} from '../../src/provisioning/templatePreview.ts';
import { unknownCertificateId } from '../../src/provisioning/templatePreviewNotes.ts';
import { makeCA, makeLeaf } from '../support/pki.ts';

const P = 'AWS::IoT::Certificate::';
const TEXT = { Type: 'String' };
const ca = makeCA();

const subjectOf = (values: Partial<Record<SubjectParameter, string>>): Device => ({
  kind: 'device',
  certificateId: 'a'.repeat(64),
  subject: new Map(
    Object.entries(values).map(([name, value]) => [name as SubjectParameter, [value]]),
  ),
});

function preview(
  body: unknown,
  device: Device | undefined = subjectOf({ CommonName: 'kettle-1' }),
  more: Partial<PreviewQuestion> = {},
) {
  return previewProvisioning({
    body: typeof body === 'string' ? body : JSON.stringify(body),
    type: 'JITP',
    device,
    parameters: new Map(),
    ...more,
  });
}

const KETTLE = {
  Parameters: {
    [`${P}CommonName`]: TEXT,
    [`${P}Id`]: TEXT,
    [`${P}Country`]: { ...TEXT, Default: 'NZ' },
  },
  Resources: {
    kettle: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { Ref: `${P}CommonName` },
        ThingTypeName: 'kettle',
        AttributePayload: { madeIn: { Ref: `${P}Country` }, line: 'a' },
        ThingGroups: ['kitchen', { Ref: `${P}Country` }],
        BillingGroup: 'north',
      },
      OverrideSettings: { AttributePayload: 'MERGE', ThingGroups: 'DO_NOTHING' },
    },
    idCard: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: `${P}Id` }, Status: 'active' },
    },
    rights: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'KettlePolicy' } },
  },
};

describe('a device that is provisioned just in time', () => {
  test('from its certificate', () => {
    const subject: NamePart[] = [
      ['C', 'DE'],
      ['O', 'Kettle Works'],
      ['CN', 'kettle-7'],
    ];
    const { pem, der } = makeLeaf(ca, { subject });
    const device = readDevice(pem);
    if (device.kind !== 'device') throw new Error(device.message);
    const certificateId = createHash('sha256').update(der).digest('hex');
    expect(preview(KETTLE, device)).toEqual({
      outcome: 'PROVISIONED',
      parameters: [
        { name: `${P}CommonName`, value: 'kettle-7', source: 'CERTIFICATE' },
        { name: `${P}Id`, value: certificateId, source: 'CERTIFICATE' },
        { name: `${P}Country`, value: 'DE', source: 'CERTIFICATE' },
      ],
      missing: [],
      things: [
        {
          logicalName: 'kettle',
          thingName: 'kettle-7',
          thingTypeName: 'kettle',
          attributes: [
            { name: 'madeIn', value: 'DE' },
            { name: 'line', value: 'a' },
          ],
          thingGroups: ['kitchen', 'DE'],
          billingGroup: 'north',
          overrideSettings: [
            { name: 'AttributePayload', value: 'MERGE' },
            { name: 'ThingGroups', value: 'DO_NOTHING' },
          ],
        },
      ],
      certificates: [
        { logicalName: 'idCard', certificateId, status: 'ACTIVE', overrideSettings: [] },
      ],
      policies: [{ logicalName: 'rights', policyName: 'KettlePolicy', policyDocument: undefined }],
      deviceConfiguration: [],
      problems: [],
      notes: [{ code: 'FIRST_CONNECTION_IS_CUT', message: expect.stringContaining('by design') }],
      diagnostics: [],
    });
  });

  test('takes every parameter from its attribute of the subject', () => {
    const subject: NamePart[] = [
      ['C', 'NZ'],
      ['ST', 'Otago'],
      ['O', 'Works'],
      ['OU', 'Line 1'],
      ['OU', 'Line 2'],
      ['CN', 'kettle'],
      ['serialNumber', 'S-1'],
      ['dnQualifier', 'Q'],
    ];
    const device = readDevice(makeLeaf(ca, { subject, serialNumberHex: '7b' }).pem);
    expect(device.kind === 'device' ? Object.fromEntries(device.subject) : device).toEqual({
      Country: ['NZ'],
      StateName: ['Otago'],
      Organization: ['Works'],
      OrganizationalUnit: ['Line 1', 'Line 2'],
      CommonName: ['kettle'],
      SerialNumber: ['S-1'],
      DistinguishedNameQualifier: ['Q'],
    });
    if (device.kind !== 'device') return;
    const names = [...device.subject.keys()];
    const body = {
      Parameters: Object.fromEntries(names.map((name) => [`${P}${name}`, TEXT])),
      Resources: {},
    };
    const { parameters, notes } = preview(body, device);
    expect(parameters.map(({ value }) => value)).toEqual([
      'NZ',
      'Otago',
      'Works',
      'Line 1',
      'kettle',
      'S-1',
      'Q',
    ]);
    expect(notes.map(({ code }) => code)).toContain('SEVERAL_VALUES');
  });

  test('of a version 1 certificate', () => {
    const { pem } = makeLeaf(ca, { subject: [['CN', 'old']], profile: 'version-1' });
    const device = readDevice(pem);
    expect(device.kind === 'device' && device.subject.get('CommonName')).toEqual(['old']);
  });

  test('from a subject alone, with a stand-in for the id', () => {
    const device: Device = { ...subjectOf({ CommonName: 'kettle-2' }), certificateId: undefined };
    const { outcome, certificates, notes, parameters } = preview(KETTLE, device);
    expect(outcome).toBe('PROVISIONED');
    expect(certificates[0]?.certificateId).toBe(unknownCertificateId);
    expect(parameters[1]).toEqual({ name: `${P}Id`, value: unknownCertificateId, source: 'AWS' });
    expect(notes.map(({ code }) => code)).toEqual([
      'FIRST_CONNECTION_IS_CUT',
      'CERTIFICATE_ID_UNKNOWN',
    ]);
  });

  test('fails on a parameter that its certificate lacks, even if nothing uses it', () => {
    const body = { ...KETTLE, Parameters: { ...KETTLE.Parameters, [`${P}Organization`]: TEXT } };
    const { outcome, missing, problems, things } = preview(body);
    expect(outcome).toBe('FAILED');
    expect(missing).toEqual([`${P}Organization`]);
    expect(problems).toEqual([
      {
        code: 'PARAMETER_MISSING',
        path: `$.Parameters["${P}Organization"]`,
        message: expect.stringContaining('lacks AWS::IoT::Certificate::Organization'),
      },
    ]);
    // What could be worked out is shown all the same.
    expect(things[0]?.thingGroups).toEqual(['kitchen', 'NZ']);
    expect(things[0]?.thingName).toBe('kettle-1');
  });

  test('shows the groups that could be worked out', () => {
    const Parameters = { ...KETTLE.Parameters, [`${P}Country`]: TEXT };
    const { things, missing } = preview({ ...KETTLE, Parameters });
    expect(missing).toEqual([`${P}Country`]);
    expect(things[0]?.thingGroups).toEqual(['kitchen']);
  });

  test('fails without any certificate', () => {
    const { outcome, missing, problems, things } = previewProvisioning({
      body: JSON.stringify(KETTLE),
      type: 'JITP',
      device: undefined,
      parameters: new Map(),
    });
    expect({ outcome, missing }).toEqual({ outcome: 'FAILED', missing: [`${P}CommonName`] });
    expect(problems[0]?.message).toContain('Without a certificate');
    expect(things[0]?.thingName).toBeUndefined();
  });

  test('fails on a parameter that no certificate has', () => {
    const body = { Parameters: { SerialNumber: TEXT }, Resources: {} };
    expect(preview(body).problems[0]?.message).toContain('No certificate can supply SerialNumber');
  });

  test('fails on a value that AWS IoT does not take', () => {
    const device = subjectOf({ CommonName: 'kettle 1', Country: 'New Zealand' });
    const { outcome, problems } = preview(KETTLE, device);
    expect(outcome).toBe('FAILED');
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'VALUE_NOT_ALLOWED $.Resources.kettle.Properties.ThingGroups',
      'VALUE_NOT_ALLOWED $.Resources.kettle.Properties.ThingName',
      'VALUE_NOT_ALLOWED $.Resources.kettle.Properties.AttributePayload.madeIn',
    ]);
    expect(problems[1]?.message).toContain('"kettle 1" as ThingName: only letters');
  });

  test('with values that were given', () => {
    const given = new Map([
      [`${P}CommonName`, 'tried'],
      ['Unknown', 'x'],
    ]);
    const { things, notes, parameters } = preview(KETTLE, undefined, { parameters: given });
    expect(things[0]?.thingName).toBe('tried');
    expect(parameters[0]?.source).toBe('GIVEN');
    expect(notes.map(({ code }) => code)).toEqual([
      'FIRST_CONNECTION_IS_CUT',
      'PARAMETER_IGNORED',
      'PARAMETER_NOT_SENT_BY_DEVICE',
    ]);
  });
});

describe('a device of a fleet', () => {
  const PUMP = {
    Parameters: { Unit: TEXT, Site: { ...TEXT, Default: 'north' }, [`${P}Id`]: TEXT },
    Mappings: { Depot: { north: { url: 'n.test' }, south: { url: 's.test' } } },
    Resources: {
      pump: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { 'Fn::Select': ['0', { 'Fn::Split': ['/', { Ref: 'Unit' }] }] },
          ThingGroups: { 'Fn::Split': ['/', { Ref: 'Unit' }] },
        },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: `${P}Id` }, Status: 'INACTIVE' },
      },
      policy: {
        Type: 'AWS::IoT::Policy',
        Properties: {
          PolicyDocument: {
            'Fn::Sub': `{"Statement":{"Effect":"Allow","Action":"*","Resource":"\${Site}/\${!iot:ClientId}"}}`,
          },
        },
      },
    },
    DeviceConfiguration: {
      home: { 'Fn::FindInMap': ['Depot', { Ref: 'Site' }, 'url'] },
      label: { 'Fn::Sub': `pump \${Unit}` },
    },
  };
  const fleet = (given: Record<string, string>, body: unknown = PUMP) =>
    preview(body, undefined, {
      type: 'FLEET_PROVISIONING',
      device: undefined,
      parameters: new Map(Object.entries(given)),
    });

  test('gets what its parameters come to', () => {
    const found = fleet({ Unit: 'p7/east', Site: 'south' });
    expect(found).toMatchObject({
      outcome: 'PROVISIONED',
      things: [{ thingName: 'p7', thingGroups: ['p7', 'east'], attributes: [] }],
      certificates: [{ status: 'INACTIVE' }],
      policies: [
        {
          policyDocument: `{"Statement":{"Effect":"Allow","Action":"*","Resource":"south/\${iot:ClientId}"}}`,
        },
      ],
      deviceConfiguration: [
        { name: 'home', value: 's.test' },
        { name: 'label', value: 'pump p7/east' },
      ],
    });
    expect(found.notes.map(({ code }) => code)).toEqual([
      'CERTIFICATE_ID_UNKNOWN',
      'CERTIFICATE_STAYS_INACTIVE',
      'POLICY_NAMED_BY_HASH',
    ]);
  });

  test('takes defaults for what it does not send, and fails where there is none', () => {
    const found = fleet({});
    expect(found.parameters).toEqual([
      { name: 'Unit', value: undefined, source: 'MISSING' },
      { name: 'Site', value: 'north', source: 'DEFAULT' },
      { name: `${P}Id`, value: unknownCertificateId, source: 'AWS' },
    ]);
    expect(found.outcome).toBe('FAILED');
    expect(found.problems).toHaveLength(1);
    expect(found.deviceConfiguration).toEqual([
      { name: 'home', value: 'n.test' },
      { name: 'label', value: undefined },
    ]);
  });

  test('does not take names from the subject, which AWS documents for certificates of CAs only', () => {
    const body = { Parameters: { [`${P}CommonName`]: TEXT }, Resources: {} };
    const { missing } = preview(body, subjectOf({ CommonName: 'x' }), {
      type: 'FLEET_PROVISIONING',
    });
    expect(missing).toEqual([`${P}CommonName`]);
  });
});

describe('bodies that go wrong', () => {
  const device = subjectOf({ CommonName: 'kettle-1' });
  const one = (resource: object) => ({
    Parameters: { [`${P}CommonName`]: TEXT },
    Resources: { one: resource },
  });
  test.each<[string, unknown, string, string]>([
    [
      'a resource of another kind',
      one({ Type: 'AWS::S3::Bucket' }),
      'RESOURCE_NOT_KNOWN',
      '$.Resources.one.Type',
    ],
    ['a resource without a type', one({}), 'RESOURCE_NOT_KNOWN', '$.Resources.one'],
    [
      'a thing without a name',
      one({ Type: 'AWS::IoT::Thing', Properties: {} }),
      'VALUE_MISSING',
      '$.Resources.one.Properties',
    ],
    [
      'a certificate without an id',
      one({ Type: 'AWS::IoT::Certificate' }),
      'VALUE_MISSING',
      '$.Resources.one',
    ],
    [
      'a status of its own',
      one({ Type: 'AWS::IoT::Certificate', Properties: { CertificateId: 'x', Status: 'ON' } }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties.Status',
    ],
    [
      'a reference to nothing',
      one({ Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'X' } } }),
      'REFERENCE_UNRESOLVED',
      '$.Resources.one.Properties.ThingName.Ref',
    ],
    [
      'attributes as text',
      one({ Type: 'AWS::IoT::Thing', Properties: { ThingName: 'x', AttributePayload: 'y' } }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties.AttributePayload',
    ],
    [
      'four attributes without a type',
      one({
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: 'x', AttributePayload: { a: '1', b: '2', c: '3', d: '4' } },
      }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties.AttributePayload',
    ],
    [
      'a policy document that is not JSON',
      one({ Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: '{' } }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties.PolicyDocument',
    ],
    ['no resources', { Resources: {} }, 'NO_RESOURCES', '$.Resources'],
    ['no section for resources', {}, 'NO_RESOURCES', '$'],
    [
      'a certificate that is given twice',
      one({
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: 'x', CertificateSigningRequest: 'y' },
      }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties',
    ],
    [
      'an empty policy document',
      one({ Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: '{}' } }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties.PolicyDocument',
    ],
    [
      'a statement without Resource',
      one({
        Type: 'AWS::IoT::Policy',
        Properties: {
          PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*' } },
        },
      }),
      'VALUE_NOT_ALLOWED',
      '$.Resources.one.Properties.PolicyDocument',
    ],
    [
      'a version of a package by a reference to nothing',
      one({
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: 'x', PackageVersions: { a: { Ref: 'Nothing' } } },
      }),
      'REFERENCE_UNRESOLVED',
      '$.Resources.one.Properties.PackageVersions.a.Ref',
    ],
    [
      'an index beyond the end',
      one({ Type: 'AWS::IoT::Thing', Properties: { ThingName: { 'Fn::Select': [3, ['a']] } } }),
      'FUNCTION_FAILED',
      '$.Resources.one.Properties.ThingName["Fn::Select"][0]',
    ],
    [
      'nesting beyond measure',
      `{"Resources":{},"x":${'['.repeat(100)}${']'.repeat(100)}}`,
      'BODY_NOT_EVALUATED',
      '$',
    ],
  ])('%s', (_name, body, code, path) => {
    const { outcome, problems } = preview(body, device);
    expect(outcome).toBe('FAILED');
    expect(problems).toEqual([{ code, path, message: expect.any(String) }]);
  });

  test('numbers are taken for their text, and null for nothing', () => {
    const Properties = { ThingName: 'x', ThingTypeName: null, AttributePayload: { a: 1, b: true } };
    const found = preview(one({ Type: 'AWS::IoT::Thing', Properties }), device);
    expect(found).toMatchObject({
      outcome: 'PROVISIONED',
      things: [
        {
          thingTypeName: undefined,
          attributes: [
            { name: 'a', value: '1' },
            { name: 'b', value: 'true' },
          ],
        },
      ],
    });
    expect(found.diagnostics.some(({ effect }) => effect === 'FAILS')).toBe(false);
  });

  test.each([
    ['no certificate', one({ Type: 'AWS::IoT::Thing', Properties: { ThingName: 'x' } })],
    [
      'a certificate from a request',
      one({ Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: 'x' } }),
    ],
  ])(
    'a template with %s leaves the certificate of the device as it is, and says so',
    (_name, body) => {
      const { outcome, notes } = preview(body, device);
      expect(outcome).toBe('PROVISIONED');
      expect(notes.map(({ code }) => code)).toContain('NO_CERTIFICATE');
    },
  );

  test('what comes of a disabled template is not documented', () => {
    const template = { enabled: false, hasHook: false };
    const { outcome, notes } = preview(KETTLE, device, { template });
    expect(outcome).toBe('PROVISIONED');
    expect(notes).toContainEqual({
      code: 'TEMPLATE_DISABLED',
      message: expect.stringContaining('not documented'),
    });
  });

  test.each([
    ['not JSON', '{'],
    ['no object', '[]'],
    ['too long', ' '.repeat(10_241)],
    ['a policy with nothing', { Resources: { p: { Type: 'AWS::IoT::Policy' } } }],
  ])('one that AWS refuses is not tried: %s', (_name, body) => {
    const { outcome, diagnostics, things, problems } = preview(body);
    expect({ outcome, things, problems }).toEqual({ outcome: 'REFUSED', things: [], problems: [] });
    expect(diagnostics.some(({ severity }) => severity === 'ERROR')).toBe(true);
  });

  test('problems are told up to a hundred', () => {
    const properties = (index: number) => ({ ThingName: { Ref: `X${index}` } });
    const things = Array.from({ length: 120 }, (_, index) => [
      `t${index}`,
      { Type: 'AWS::IoT::Thing', Properties: properties(index) },
    ]);
    expect(preview({ Resources: Object.fromEntries(things) }).problems).toHaveLength(100);
  });
});

test('a text that is no certificate is told of, not thrown', () => {
  expect(readDevice('nonsense')).toMatchObject({ kind: 'unreadable', reason: 'not-pem' });
});
