import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, startHarness } from '../support/harness.ts';
import { makeCA, makeLeaf } from '../support/pki.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const P = 'AWS::IoT::Certificate::';
const TEXT = { Type: 'String' };
const BODY = {
  Parameters: { [`${P}CommonName`]: TEXT, [`${P}Id`]: TEXT, [`${P}Country`]: TEXT },
  Resources: {
    kettle: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { Ref: `${P}CommonName` },
        AttributePayload: { country: { Ref: `${P}Country` } },
        ThingGroups: ['kitchen'],
      },
    },
    card: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: `${P}Id` }, Status: 'ACTIVE' },
    },
    rights: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'Kettles' } },
  },
};

const PREVIEW = `query ($input: PreviewProvisioningInput!) { previewProvisioning(input: $input) {
  outcome type missing
  parameters { name value source }
  things { logicalName thingName thingTypeName thingGroups billingGroup attributes { name value } overrideSettings { name } }
  certificates { logicalName certificateId status overrideSettings { name } }
  policies { logicalName policyName policyDocument }
  deviceConfiguration { name value }
  problems { code path message }
  notes { code message }
  diagnostics { code path } } }`;

describe('previewProvisioning', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
    await create('kettles', { templateBodyJson: BODY, type: 'JITP' });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  async function create(templateName: string, more: object): Promise<void> {
    const { data } = await harness.query(
      'mutation ($input: CreateProvisioningTemplateInput!) { createProvisioningTemplate(input: $input) { userErrors { message } } }',
      { input: { templateName, provisioningRoleArn: ROLE, ...more } },
    );
    expect(at(data, 'createProvisioningTemplate', 'userErrors')).toEqual([]);
  }

  const preview = async (input: object, headers?: Record<string, string>) => {
    const answer = await harness.billed(PREVIEW, { input }, headers);
    return { ...answer, preview: at(answer.data, 'previewProvisioning') };
  };
  const codes = (list: unknown) => (list as Array<{ code: string }>).map(({ code }) => code);

  test('tries a template with the certificate of a device, for one Describe', async () => {
    const { pem, der } = makeLeaf(makeCA(), {
      subject: [
        ['C', 'NZ'],
        ['CN', 'kettle-7'],
      ],
    });
    const certificateId = createHash('sha256').update(der).digest('hex');
    const found = await preview({ templateName: 'kettles', deviceCertificatePem: pem });
    expect(found.errors).toBeUndefined();
    expect(found.preview).toEqual({
      outcome: 'PROVISIONED',
      type: 'JITP',
      missing: [],
      parameters: [
        { name: `${P}CommonName`, value: 'kettle-7', source: 'CERTIFICATE' },
        { name: `${P}Id`, value: certificateId, source: 'CERTIFICATE' },
        { name: `${P}Country`, value: 'NZ', source: 'CERTIFICATE' },
      ],
      things: [
        {
          logicalName: 'kettle',
          thingName: 'kettle-7',
          thingTypeName: null,
          thingGroups: ['kitchen'],
          billingGroup: null,
          attributes: [{ name: 'country', value: 'NZ' }],
          overrideSettings: [],
        },
      ],
      certificates: [
        { logicalName: 'card', certificateId, status: 'ACTIVE', overrideSettings: [] },
      ],
      policies: [{ logicalName: 'rights', policyName: 'Kettles', policyDocument: null }],
      deviceConfiguration: [],
      problems: [],
      notes: [
        { code: 'FIRST_CONNECTION_IS_CUT', message: expect.stringContaining('by design') },
        { code: 'TEMPLATE_DISABLED', message: expect.any(String) },
      ],
      diagnostics: [],
    });
    expect(found.bill).toEqual({ DescribeProvisioningTemplate: 1 });
    expect(found.extensions?.upstream.priced).toEqual({ min: 1, max: 1 });
    const again = await preview({ templateName: 'kettles', deviceCertificatePem: pem }, CACHED);
    expect(again.preview).toEqual(found.preview);
    expect(again.bill).toEqual({});
  });

  test('tries a body with a subject, for no call', async () => {
    const found = await preview({ templateBodyJson: BODY, subject: { commonName: 'kettle-8' } });
    expect(found.preview).toMatchObject({
      outcome: 'FAILED',
      type: 'JITP',
      missing: [`${P}Country`],
      things: [{ thingName: 'kettle-8', attributes: [{ name: 'country', value: null }] }],
      certificates: [{ certificateId: 'CERTIFICATE_ID', status: 'ACTIVE' }],
      problems: [{ code: 'PARAMETER_MISSING', path: `$.Parameters["${P}Country"]` }],
    });
    expect(codes(at(found.preview, 'notes'))).toEqual([
      'FIRST_CONNECTION_IS_CUT',
      'CERTIFICATE_ID_UNKNOWN',
    ]);
    expect(found.bill).toEqual({});
    expect(found.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
  });

  test('tries a fleet template with what a device sends', async () => {
    const body = {
      Parameters: { Unit: TEXT },
      Resources: {
        pump: {
          Type: 'AWS::IoT::Thing',
          Properties: { ThingName: { 'Fn::Sub': `pump-\${Unit}` } },
        },
        card: BODY.Resources.card,
      },
      DeviceConfiguration: { unit: { Ref: 'Unit' } },
    };
    await create('pumps', {
      templateBodyJson: body,
      enabled: true,
      preProvisioningHook: { targetArn: 'arn:aws:lambda:us-east-1:123456789012:function:hook' },
    });
    const parameters = [{ name: 'Unit', value: '7' }];
    const { preview: found } = await preview({ templateName: 'pumps', parameters });
    expect(found).toMatchObject({
      outcome: 'PROVISIONED',
      type: 'FLEET_PROVISIONING',
      parameters: [{ name: 'Unit', value: '7', source: 'GIVEN' }],
      things: [{ thingName: 'pump-7' }],
      deviceConfiguration: [{ name: 'unit', value: '7' }],
    });
    expect(codes(at(found, 'notes'))).toEqual([
      'HOOK_NOT_ASKED',
      'CERTIFICATE_ID_UNKNOWN',
      'NO_POLICY',
    ]);
  });

  test('tells what AWS would refuse', async () => {
    const { preview: found } = await preview({ templateBody: '{"Resources":' });
    expect(found).toMatchObject({
      outcome: 'REFUSED',
      things: [],
      diagnostics: [{ code: 'NOT_JSON', path: '$.Resources' }],
    });
  });

  const refusals: ReadonlyArray<readonly [string, object, string, readonly string[], RegExp]> = [
    ['nothing to try', {}, 'BAD_USER_INPUT', [], /Give one of/],
    [
      'two bodies',
      { templateBody: '{}', templateName: 'kettles' },
      'BAD_USER_INPUT',
      [],
      /Give one of/,
    ],
    [
      'a type beside a template',
      { templateName: 'kettles', type: 'JITP' },
      'BAD_USER_INPUT',
      ['type'],
      /of its own/,
    ],
    [
      'two devices',
      { templateBody: '{}', subject: {}, deviceCertificatePem: 'x' },
      'BAD_USER_INPUT',
      ['subject'],
      /not both/,
    ],
    [
      'a name that cannot be',
      { templateName: 'a b' },
      'BAD_USER_INPUT',
      ['templateName'],
      /letters/,
    ],
    [
      'a body that is too long',
      { templateBody: 'x'.repeat(10_241) },
      'BAD_USER_INPUT',
      ['templateBody'],
      /10240 characters/,
    ],
    [
      'no certificate',
      { templateBody: '{}', deviceCertificatePem: 'x' },
      'BAD_USER_INPUT',
      ['deviceCertificatePem'],
      /PEM/,
    ],
    [
      'a parameter twice',
      {
        templateBody: '{}',
        parameters: [
          { name: 'a', value: '' },
          { name: 'a', value: '' },
        ],
      },
      'BAD_USER_INPUT',
      ['parameters', '1', 'name'],
      /twice/,
    ],
    [
      'a parameter without a name',
      { templateBody: '{}', parameters: [{ name: '', value: '' }] },
      'BAD_USER_INPUT',
      ['parameters', '0', 'name'],
      /1 to 1024/,
    ],
    [
      'a value that is too long',
      { templateBody: '{}', parameters: [{ name: 'a', value: 'x'.repeat(4097) }] },
      'BAD_USER_INPUT',
      ['parameters', '0', 'value'],
      /0 to 4096/,
    ],
    [
      'too many parameters',
      {
        templateBody: '{}',
        parameters: Array.from({ length: 101 }, (_, i) => ({ name: `${i}`, value: '' })),
      },
      'BAD_USER_INPUT',
      ['parameters'],
      /100/,
    ],
    [
      'a subject that is too long',
      { templateBody: '{}', subject: { commonName: 'x'.repeat(1025) } },
      'BAD_USER_INPUT',
      ['subject', 'commonName'],
      /0 to 1024/,
    ],
  ];
  test.each(refusals)('refuses %s before AWS is asked', async (_name, input, code, field, said) => {
    const { preview: found, errors, bill } = await preview(input);
    expect(found).toBeNull();
    expect(errors).toMatchObject([
      { path: ['previewProvisioning'], extensions: { code, field: ['input', ...field] } },
    ]);
    expect(errors?.[0]?.message).toMatch(said);
    expect(bill).toEqual({});
  });

  test('refuses a private key and does not repeat it', async () => {
    const { privateKey, pem } = makeLeaf(makeCA());
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const secret = key.split('\n')[1] as string;
    for (const deviceCertificatePem of [key, `${pem}${key}`]) {
      const answer = await preview({ templateName: 'kettles', deviceCertificatePem });
      expect(answer.errors).toMatchObject([
        {
          extensions: { code: 'PRIVATE_KEY_REFUSED', field: ['input', 'deviceCertificatePem'] },
        },
      ]);
      expect(JSON.stringify(answer)).not.toContain(secret);
      expect(answer.bill).toEqual({});
    }
    expect(harness.faults).toEqual([]);
  });

  test.each([
    ['templateBody', (key: string) => ({ templateBody: JSON.stringify({ key }) })],
    ['templateBodyJson', (key: string) => ({ templateBodyJson: { key } })],
    ['subject', (key: string) => ({ templateBody: '{}', subject: { commonName: key } })],
    ['parameters', (value: string) => ({ templateBody: '{}', parameters: [{ name: 'a', value }] })],
  ])('refuses a private key in %s too', async (_name, input) => {
    const key = makeLeaf(makeCA()).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const answer = await preview(input(key));
    expect(answer.errors).toMatchObject([{ extensions: { code: 'PRIVATE_KEY_REFUSED' } }]);
    expect(JSON.stringify(answer)).not.toContain(key.split('\n')[1]);
  });

  test('refuses a body that is nested beyond measure', async () => {
    const nested = `${'['.repeat(8000)}${']'.repeat(8000)}`;
    const response = await fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(PREVIEW)},"variables":{"input":{"templateBodyJson":${nested}}}}`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test('a template that is not there is an error', async () => {
    const { errors } = await preview({ templateName: 'nothing' });
    expect(errors).toMatchObject([
      {
        path: ['previewProvisioning'],
        extensions: { code: 'RESOURCE_NOT_FOUND', field: ['input', 'templateName'] },
      },
    ]);
  });

  test('an outage is an error', async () => {
    await harness.setFaults([
      { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'InternalFailureException' },
    ]);
    const { preview: found, errors } = await preview({ templateName: 'kettles' });
    expect(found).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});
