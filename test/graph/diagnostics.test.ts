import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, isEnumType } from 'graphql';
import { FINDING_CODES } from '../../src/provisioning/templateFindings.ts';
import { at, type Harness, startHarness } from '../support/harness.ts';
import { makeCA, makeLeaf } from '../support/pki.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const P = 'AWS::IoT::Certificate::';
const TEXT = { Type: 'String' };
const CERTIFICATE = {
  Type: 'AWS::IoT::Certificate',
  Properties: { CertificateId: { Ref: `${P}Id` }, Status: 'ACTIVE' },
};
/** One that AWS takes and that holds for no certificate: its parameter has no prefix. */
const DOUBTFUL = {
  Parameters: { SerialNumber: TEXT },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } },
    certificate: CERTIFICATE,
  },
};
const SOUND = {
  Parameters: { [`${P}CommonName`]: TEXT },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: `${P}CommonName` } } },
    certificate: CERTIFICATE,
  },
};

/** Text as somebody has written it: with spaces, and a number and a key that JavaScript would change. */
const HAND_WRITTEN = `{
  "Parameters" : { "${P}CommonName": {"Type":"String"} },
  "Resources"  : {
    "thing":       { "Type": "AWS::IoT::Thing", "Properties": { "ThingName": { "Ref": "${P}CommonName" }, "AttributePayload": {"b": "x", "1": "y"} } },
    "certificate": { "Type": "AWS::IoT::Certificate", "Properties": { "CertificateId": { "Ref": "${P}Id" } } }
  },
  "Serial": 12345678901234567890
}`;

const DIAGNOSTIC = 'severity code effect path line column message fix';

describe('diagnostics of template bodies', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  type Billed = Awaited<ReturnType<Harness['billed']>>;

  const run = (name: string, input: object, selection: string): Promise<Billed> =>
    harness.billed(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { ${selection}
           warnings { code message field diagnostic { ${DIAGNOSTIC} } }
           userErrors { code message field } } }`,
      { input },
    );

  const create = (templateName: string, more: object): Promise<Billed> =>
    run(
      'createProvisioningTemplate',
      { templateName, provisioningRoleArn: ROLE, type: 'JITP', ...more },
      '__typename',
    );

  const read = async (templateName: string, selection: string) => {
    const answer = await harness.billed(
      `query ($name: String!) { provisioningTemplate(templateName: $name) { ${selection} } }`,
      { name: templateName },
    );
    return { ...answer, template: at(answer.data, 'provisioningTemplate') };
  };

  test('the schema has the codes of the findings, no more and no fewer', () => {
    const type = buildSchema(readFileSync('schema.graphql', 'utf8')).getType('DiagnosticCode');
    const codes = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
    expect(codes.sort()).toEqual(Object.keys(FINDING_CODES).sort());
  });

  test('create sends what AWS takes, and its payload says what is wrong with it', async () => {
    const answer = await create('doubtful', { templateBodyJson: DOUBTFUL });
    const payload = at(answer.data, 'createProvisioningTemplate');
    expect(answer.bill).toEqual({ CreateProvisioningTemplate: 1 });
    expect(payload).toEqual({
      __typename: 'CreateProvisioningTemplatePayload',
      userErrors: [],
      warnings: [
        {
          code: 'TEMPLATE_BODY',
          field: ['input', 'templateBodyJson'],
          message: expect.stringMatching(
            /at \$\.Parameters\.SerialNumber \(line 1, column \d+\): No certificate can supply/,
          ),
          diagnostic: {
            severity: 'WARNING',
            code: 'PARAMETER_NOT_SUPPLIED',
            effect: 'FAILS',
            path: '$.Parameters.SerialNumber',
            line: 1,
            column: expect.any(Number),
            message: expect.any(String),
            fix: `Did you mean \`${P}SerialNumber\`?`,
          },
        },
      ],
    });
  });

  test('create sends nothing that AWS refuses', async () => {
    const templateBody = '{\n  "Resources": {\n    "p": { "Type": "AWS::IoT::Policy" },\n  }\n}';
    const answer = await create('refused', { templateBody });
    expect(answer.bill).toEqual({});
    expect(at(answer.data, 'createProvisioningTemplate')).toEqual({
      __typename: 'CreateProvisioningTemplatePayload',
      warnings: [],
      userErrors: [
        {
          code: 'BAD_USER_INPUT',
          field: ['input', 'templateBody'],
          message:
            '`input.templateBody`, at $.Resources (line 4, column 3): The body is not JSON: a comma stands before the end. Take the last comma away.',
        },
      ],
    });
    const twice = await create('refused', {
      templateBodyJson: { Resources: { p: { Type: 'AWS::IoT::Policy' } } },
    });
    expect(twice.bill).toEqual({});
    expect(at(twice.data, 'createProvisioningTemplate', 'userErrors', 0)).toMatchObject({
      field: ['input', 'templateBodyJson'],
      message: expect.stringContaining('neither PolicyName nor PolicyDocument'),
    });
  });

  test('a template tells of its own body, for the Describe that the body costs', async () => {
    await create('told', { templateBodyJson: DOUBTFUL });
    const { template, bill } = await read('told', `templateBody diagnostics { code path }`);
    expect(template).toEqual({
      templateBody: JSON.stringify(DOUBTFUL),
      diagnostics: [{ code: 'PARAMETER_NOT_SUPPLIED', path: '$.Parameters.SerialNumber' }],
    });
    expect(bill).toEqual({ DescribeProvisioningTemplate: 1 });
    const list = await harness.billed(
      '{ provisioningTemplates(filter: {templateNamePrefix: "told"}) { nodes { diagnostics { code } } } }',
    );
    expect(at(list.data, 'provisioningTemplates', 'nodes')).toEqual([
      { diagnostics: [{ code: 'PARAMETER_NOT_SUPPLIED' }] },
    ]);
    expect(list.bill).toEqual({ ListProvisioningTemplates: 1, DescribeProvisioningTemplate: 1 });
  });

  test('a body that is nested beyond measure is refused as JSON, and told of where it is stored', async () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const response = await fetch(`${harness.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"mutation ($body: JSON) { createProvisioningTemplate(input: {templateName: \\"deep\\", provisioningRoleArn: \\"${ROLE}\\", templateBodyJson: $body}) { userErrors { code field } } }","variables":{"body":${nested(8000)}}}`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
    await create('deep', { templateBody: nested(5000) });
    const { template, errors } = await read(
      'deep',
      'templateName templateBodyJson diagnostics { code }',
    );
    expect(template).toEqual({
      templateName: 'deep',
      templateBodyJson: null,
      diagnostics: [{ code: 'NESTED_TOO_DEEPLY' }],
    });
    expect(errors).toMatchObject([
      {
        path: ['provisioningTemplate', 'templateBodyJson'],
        extensions: { code: 'UPSTREAM_PROTOCOL' },
      },
    ]);
    expect(harness.faults).toEqual([]);
  });

  test('a body without fault has none', async () => {
    await create('sound', { templateBodyJson: SOUND });
    expect((await read('sound', 'diagnostics { code }')).template).toEqual({ diagnostics: [] });
  });

  test('the same body means something else for a fleet', async () => {
    await create('fleet', { templateBodyJson: DOUBTFUL, type: 'FLEET_PROVISIONING' });
    expect((await read('fleet', 'diagnostics { code }')).template).toEqual({ diagnostics: [] });
  });

  test('an outage is an error at its path, never an empty list', async () => {
    await create('unread', { templateBodyJson: SOUND });
    await harness.setFaults([
      { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'InternalFailureException' },
    ]);
    const { data, errors } = await harness.query(
      '{ provisioningTemplates(filter: {templateNamePrefix: "unread"}) { nodes { templateName diagnostics { code } } } }',
    );
    expect(at(data, 'provisioningTemplates', 'nodes')).toEqual([
      { templateName: 'unread', diagnostics: null },
    ]);
    expect(errors).toMatchObject([
      {
        path: ['provisioningTemplates', 'nodes', 0, 'diagnostics'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE' },
      },
    ]);
  });

  describe('a template that is changed', () => {
    test('keeps the text of its body, whatever else changes', async () => {
      await create('kept', { templateBody: HAND_WRITTEN });
      const answer = await run(
        'updateProvisioningTemplate',
        { templateName: 'kept', description: 'new' },
        'provisioningTemplate { description templateBody versionsUsed }',
      );
      expect(at(answer.data, 'updateProvisioningTemplate')).toEqual({
        provisioningTemplate: { description: 'new', templateBody: HAND_WRITTEN, versionsUsed: 1 },
        warnings: [],
        userErrors: [],
      });
      expect(answer.bill).toEqual({
        UpdateProvisioningTemplate: 1,
        DescribeProvisioningTemplate: 1,
        ListProvisioningTemplateVersions: 1,
      });
    });

    test('is told of by the write that puts it to work', async () => {
      await create('started', { templateBodyJson: DOUBTFUL });
      const answer = await run(
        'updateProvisioningTemplate',
        { templateName: 'started', enabled: true },
        'provisioningTemplate { enabled }',
      );
      expect(at(answer.data, 'updateProvisioningTemplate', 'warnings')).toMatchObject([
        {
          code: 'TEMPLATE_BODY',
          field: ['input', 'enabled'],
          diagnostic: { code: 'PARAMETER_NOT_SUPPLIED' },
        },
      ]);
      // The warnings and the payload share one Describe.
      expect(answer.bill).toEqual({
        UpdateProvisioningTemplate: 1,
        DescribeProvisioningTemplate: 1,
      });
    });

    test('says that it was changed although it could not be read back', async () => {
      await create('unread-after', { templateBodyJson: DOUBTFUL });
      await harness.setFaults([
        { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'InternalFailureException' },
      ]);
      const answer = await run(
        'updateProvisioningTemplate',
        { templateName: 'unread-after', enabled: true },
        '__typename',
      );
      expect(answer.errors).toBeUndefined();
      expect(at(answer.data, 'updateProvisioningTemplate')).toMatchObject({
        warnings: [],
        userErrors: [],
      });
    });
  });

  describe('a body that is read as JSON and written back', () => {
    const newVersion = (input: object): Promise<Billed> =>
      run(
        'createProvisioningTemplateVersion',
        { setAsDefault: true, ...input },
        'provisioningTemplateVersion { versionId templateBody }',
      );
    const textOf = ({ data }: Billed) =>
      at(data, 'createProvisioningTemplateVersion', 'provisioningTemplateVersion', 'templateBody');

    test('is the same text, and its payload says so', async () => {
      await create('round', { templateBody: HAND_WRITTEN });
      const { template } = await read('round', 'templateBodyJson');
      const answer = await newVersion({
        templateName: 'round',
        templateBodyJson: at(template, 'templateBodyJson'),
      });
      expect(textOf(answer)).toBe(HAND_WRITTEN);
      const codes = at(answer.data, 'createProvisioningTemplateVersion', 'warnings') as Array<{
        code: string;
      }>;
      expect(codes.map(({ code }) => code)).toContain('TEMPLATE_BODY_UNCHANGED');
    });

    test('keeps the bytes of all that was not changed', async () => {
      await create('edited', { templateBody: HAND_WRITTEN });
      const { template } = await read('edited', 'templateBodyJson');
      const body = structuredClone(at(template, 'templateBodyJson')) as typeof SOUND;
      Object.assign(body.Resources.certificate.Properties, { Status: 'INACTIVE' });
      const answer = await newVersion({ templateName: 'edited', templateBodyJson: body });
      expect(textOf(answer)).toBe(
        HAND_WRITTEN.replace(`"${P}Id" }`, `"${P}Id" }, "Status": "INACTIVE"`),
      );
    });

    test('of a CA that carries it, too', async () => {
      const { data } = await harness.query('{ registrationCode }');
      const ca = makeCA({ subject: [['CN', 'Carries a body']] });
      const leaf = makeLeaf(ca, { subject: [['CN', at(data, 'registrationCode') as string]] });
      const registered = await run(
        'registerCACertificate',
        {
          caCertificate: ca.pem,
          verificationCertificate: leaf.pem,
          registrationConfig: { templateBody: HAND_WRITTEN, roleArn: ROLE },
        },
        `caCertificate { certificateId registrationConfig { ... on InlineTemplateRegistration { templateBodyJson diagnostics { code path } } } }`,
      );
      const carried = at(registered.data, 'registerCACertificate', 'caCertificate');
      expect(at(registered.data, 'registerCACertificate', 'warnings')).toMatchObject([
        { code: 'TEMPLATE_BODY', field: ['input', 'registrationConfig', 'templateBody'] },
        { code: 'TEMPLATE_BODY', field: ['input', 'registrationConfig', 'templateBody'] },
      ]);
      expect(at(carried, 'registrationConfig', 'diagnostics')).toEqual([
        { code: 'UNKNOWN_KEY', path: '$.Serial' },
        { code: 'NUMBER_NOT_EXACT', path: '$.Serial' },
      ]);
      const updated = await run(
        'updateCACertificate',
        {
          certificateId: at(carried, 'certificateId'),
          registrationConfig: {
            templateBodyJson: at(carried, 'registrationConfig', 'templateBodyJson'),
            roleArn: `${ROLE}-2`,
          },
        },
        `caCertificate { registrationConfig { ... on InlineTemplateRegistration { templateBody roleArn } } }`,
      );
      expect(
        at(updated.data, 'updateCACertificate', 'caCertificate', 'registrationConfig'),
      ).toEqual({
        templateBody: HAND_WRITTEN,
        roleArn: `${ROLE}-2`,
      });
      expect(updated.bill).toEqual({ DescribeCACertificate: 2, UpdateCACertificate: 1 });
      expect(at(updated.data, 'updateCACertificate', 'warnings')).toHaveLength(2);
    });
  });
});
