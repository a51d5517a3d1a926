import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { at, type Harness, startHarness } from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';

const ID = 'ab'.repeat(32);
const ROLE = 'arn:aws:iam::123456789012:role/provisioning';

/** Queries with one thing wrong: the path of the error and the field it names. */
const QUERIES: ReadonlyArray<[query: string, code: string, field: string[], says: RegExp]> = [
  ['{ provisioningTemplates(first: -1) { cutShort } }', 'BAD_USER_INPUT', ['first'], /it is -1/],
  ['{ caCertificates(first: 1000) { cutShort } }', 'BAD_USER_INPUT', ['first'], /0 to 500/],
  ['{ caCertificates(after: "nonsense") { cutShort } }', 'CURSOR_INVALID', ['after'], /cursor/],
  ['{ caCertificates(after: "") { cutShort } }', 'CURSOR_INVALID', ['after'], /cursor/],
  [
    '{ provisioningTemplate(templateName: "") { id } }',
    'BAD_USER_INPUT',
    ['templateName'],
    /it has 0/,
  ],
  [
    `{ provisioningTemplate(templateName: "${'n'.repeat(37)}") { id } }`,
    'BAD_USER_INPUT',
    ['templateName'],
    /it has 37/,
  ],
  [
    '{ provisioningTemplate(templateName: "a b") { id } }',
    'BAD_USER_INPUT',
    ['templateName'],
    /letters/,
  ],
  ['{ caCertificate(certificateId: "abc") { id } }', 'BAD_USER_INPUT', ['certificateId'], /64/],
  [
    `{ caCertificate(certificateId: "${'z'.repeat(64)}") { id } }`,
    'BAD_USER_INPUT',
    ['certificateId'],
    /hexadecimal/,
  ],
  [
    '{ caCertificates(filter: { templateName: "" }) { cutShort } }',
    'BAD_USER_INPUT',
    ['filter.templateName'],
    /it has 0/,
  ],
  ['{ node(id: "nonsense") { id } }', 'BAD_USER_INPUT', ['id'], /global id/],
  ['{ node(id: "") { id } }', 'BAD_USER_INPUT', ['id'], /global id/],
  ['{ nodes(ids: ["nonsense"]) { id } }', 'BAD_USER_INPUT', ['ids', '0'], /global id/],
];

/** Values of a wrong type: the input that the message names, and how it says to write it. */
const WRONG_VALUES: ReadonlyArray<
  [query: string, variables: Record<string, unknown>, says: RegExp, field: string[] | undefined]
> = [
  [
    '{ caCertificates(filter: { expiresBefore: "not a date" }) { cutShort } }',
    {},
    /^`filter\.expiresBefore`: .*RFC 3339.*"2030-01-01T00:00:00Z"/,
    ['filter', 'expiresBefore'],
  ],
  [
    '{ caCertificates(filter: { expiresBefore: 5 }) { cutShort } }',
    {},
    /^`filter\.expiresBefore`: .*RFC 3339/,
    ['filter', 'expiresBefore'],
  ],
  [
    '{ caCertificates(filter: { status: "ACTIVE" }) { cutShort } }',
    {},
    /^`filter\.status`: .*non-enum value/,
    ['filter', 'status'],
  ],
  ['{ caCertificates(first: "a") { cutShort } }', {}, /^`first`: .*non-integer/, ['first']],
  ['{ nodes(ids: ["a", 1.5]) { id } }', {}, /^`ids\.1`: ID/, ['ids', '1']],
  [
    'query ($at: DateTime = "soon") { caCertificates(filter: { expiresBefore: $at }) { cutShort } }',
    {},
    /^`\$at`: .*RFC 3339/,
    ['$at'],
  ],
  [
    'query ($at: DateTime) { caCertificates(filter: { expiresBefore: $at }) { cutShort } }',
    { at: 'soon' },
    /"\$at" .*RFC 3339/,
    undefined,
  ],
  [
    'query ($filter: CACertificateFilter) { caCertificates(filter: $filter) { cutShort } }',
    { filter: { expiresBefore: { at: 1 } } },
    /"filter\.expiresBefore".*RFC 3339/,
    undefined,
  ],
  [
    'query ($filter: CACertificateFilter) { caCertificates(filter: $filter) { cutShort } }',
    { filter: { status: 'GONE' } },
    /"filter\.status".*"CACertificateStatus"/,
    undefined,
  ],
  ['query ($id: ID!) { node(id: $id) { id } }', { id: { a: 1 } }, /"\$id" .*ID/, undefined],
];

/** Inputs of mutations with one thing wrong: the field that the user error names. */
const create = { templateName: 't', templateBody: '{"Resources":{}}', provisioningRoleArn: ROLE };
const { pem: caCertificate } = makeCA();
const register = { caCertificate, certificateMode: 'SNI_ONLY' };
const INPUTS: ReadonlyArray<[name: string, input: object, field: string[], says: RegExp]> = [
  ['createProvisioningTemplate', { ...create, templateName: '' }, ['templateName'], /it has 0/],
  ['createProvisioningTemplate', { ...create, templateBody: '{' }, ['templateBody'], /not JSON/],
  ['createProvisioningTemplate', { ...create, templateBody: '[]' }, ['templateBody'], /object/],
  [
    'createProvisioningTemplate',
    { ...create, templateBody: `{"a":"${'x'.repeat(10_240)}"}` },
    ['templateBody'],
    /10248/,
  ],
  [
    'createProvisioningTemplate',
    { ...create, templateBodyJson: { Resources: {} } },
    ['templateBody'],
    /not both/,
  ],
  [
    'createProvisioningTemplate',
    { templateName: 't', provisioningRoleArn: ROLE },
    ['templateBody'],
    /Give/,
  ],
  [
    'createProvisioningTemplate',
    { ...create, templateBody: undefined, templateBodyJson: 'text' },
    ['templateBodyJson'],
    /object/,
  ],
  [
    'createProvisioningTemplate',
    { ...create, provisioningRoleArn: 'arn' },
    ['provisioningRoleArn'],
    /20 to 2048/,
  ],
  ['createProvisioningTemplate', { ...create, description: 'a\nb' }, ['description'], /control/],
  [
    'createProvisioningTemplate',
    { ...create, type: 'JITP', preProvisioningHook: { targetArn: 'arn:x' } },
    ['preProvisioningHook'],
    /JITP/,
  ],
  [
    'createProvisioningTemplate',
    { ...create, tags: [{ key: 'aws:mine' }] },
    ['tags', '0', 'key'],
    /aws:/,
  ],
  [
    'createProvisioningTemplate',
    { ...create, tags: [{ key: 'a' }, { key: 'a' }] },
    ['tags', '1', 'key'],
    /twice/,
  ],
  [
    'createProvisioningTemplate',
    { ...create, tags: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}` })) },
    ['tags'],
    /51/,
  ],
  ['updateProvisioningTemplate', { templateName: 't' }, [], /nothing to change/],
  [
    'updateProvisioningTemplate',
    {
      templateName: 't',
      preProvisioningHook: { targetArn: 'arn' },
      removePreProvisioningHook: true,
    },
    ['removePreProvisioningHook'],
    /not both/,
  ],
  ['deleteProvisioningTemplate', { templateName: 'a/b' }, ['templateName'], /letters/],
  ['registerCACertificate', { caCertificate }, ['verificationCertificate'], /DEFAULT/],
  [
    'registerCACertificate',
    { ...register, verificationCertificate: caCertificate },
    ['verificationCertificate'],
    /SNI_ONLY/,
  ],
  ['registerCACertificate', { ...register, caCertificate: '' }, ['caCertificate'], /it has 0/],
  [
    'registerCACertificate',
    { ...register, registrationConfig: {} },
    ['registrationConfig'],
    /templateName/,
  ],
  [
    'registerCACertificate',
    { ...register, registrationConfig: { templateBody: '{"Resources":{}}' } },
    ['registrationConfig', 'roleArn'],
    /needed/,
  ],
  [
    'registerCACertificate',
    { ...register, registrationConfig: { templateName: 't', templateBody: '{"Resources":{}}' } },
    ['registrationConfig'],
    /not both/,
  ],
  ['updateCACertificate', { certificateId: ID }, [], /nothing to change/],
  [
    'updateCACertificate',
    { certificateId: ID, removeAutoRegistration: true, newAutoRegistrationStatus: 'ENABLE' },
    ['removeAutoRegistration'],
    /ENABLE/,
  ],
  ['updateCACertificate', { certificateId: 'x', newStatus: 'ACTIVE' }, ['certificateId'], /64/],
  ['deleteCACertificate', { certificateId: '' }, ['certificateId'], /64/],
  [
    'attachProvisioningTemplate',
    { certificateId: ID, templateName: '' },
    ['templateName'],
    /it has 0/,
  ],
  ['detachProvisioningTemplate', { certificateId: 'x' }, ['certificateId'], /it has 1/],
];

describe('bad input', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  beforeEach(() => harness.plane.resetCalls());
  afterAll(() => harness.close());

  test.each(QUERIES)('%s', async (query, code, field, says) => {
    const { errors, bill } = await harness.billed(query);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({ code, field, retryable: false });
    expect(errors?.[0]?.message).toMatch(says);
    expect(bill).toEqual({});
  });

  test.each(WRONG_VALUES)('%s %j', async (query, variables, says, field) => {
    const { errors, bill } = await harness.billed(query, variables);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toMatch(says);
    expect(errors?.[0]?.extensions.field).toEqual(field);
    expect(bill).toEqual({});
  });

  test.each(INPUTS)('%s %j', async (name, input, field, says) => {
    const { data, errors, bill } = await harness.billed(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { userErrors { code message field } } }`,
      { input },
    );
    expect(errors).toBeUndefined();
    expect(at(data, name, 'userErrors')).toEqual([
      { code: 'BAD_USER_INPUT', message: expect.stringMatching(says), field: ['input', ...field] },
    ]);
    expect(bill).toEqual({});
  });

  test('all that is wrong is told at once', async () => {
    const { data } = await harness.query(
      'mutation { createProvisioningTemplate(input: { templateName: "", templateBody: "x", provisioningRoleArn: "" }) { userErrors { field } } }',
    );
    expect(at(data, 'createProvisioningTemplate', 'userErrors')).toHaveLength(3);
  });

  test('a cursor of another connection, filter or order is refused', async () => {
    const { data } = await harness.query(
      '{ caCertificates(first: 1) { pageInfo { endCursor } } provisioningTemplates(first: 1) { pageInfo { endCursor } } }',
    );
    const after = at(data, 'caCertificates', 'pageInfo', 'endCursor');
    const foreign = [
      'caCertificates(first: 1, after: $after, filter: { status: ACTIVE })',
      'caCertificates(first: 1, after: $after, filter: { templateName: "tide-pump-jitp" })',
      'caCertificates(first: 1, after: $after, ascendingOrder: true)',
      'provisioningTemplates(first: 1, after: $after)',
    ];
    for (const connection of foreign) {
      const { errors, bill } = await harness.billed(
        `query ($after: String) { ${connection} { cutShort } }`,
        { after },
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'CURSOR_INVALID', field: ['after'] });
      expect(bill).toEqual({});
    }
  });

  test('an id of another type or account finds nothing by accident', async () => {
    const { data } = await harness.query(
      '{ provisioningTemplate(templateName: "tide-pump-jitp") { id } }',
    );
    const id = at(data, 'provisioningTemplate', 'id') as string;
    const asCertificate = await harness.billed(`{ caCertificate(certificateId: "${id}") { id } }`);
    expect(asCertificate.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const elsewhere = Buffer.from(id, 'base64url').toString().replace('us-east-1', 'eu-west-1');
    const foreign = await harness.billed('query ($id: ID!) { node(id: $id) { id } }', {
      id: Buffer.from(elsewhere).toString('base64url'),
    });
    expect(foreign.errors?.[0]?.message).toContain('eu-west-1');
    expect(foreign.bill).toEqual({});
  });

  test.each([
    ['a name that nothing has', 'nonono', 'RESOURCE_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
    [
      'a template of type FLEET_PROVISIONING',
      'volta-charger-fleet',
      'INVALID_REQUEST',
      'TEMPLATE_TYPE_MISMATCH',
    ],
  ])('%s is named where a CA is to name it', async (_what, templateName, code, checked) => {
    const registrationConfig = { templateName };
    const field = ['input', 'registrationConfig', 'templateName'];
    const updated = await harness.query(
      `mutation ($input: UpdateCACertificateInput!) {
         updateCACertificate(input: $input) { userErrors { code field } } }`,
      { input: { certificateId: await someCertificateId(), registrationConfig } },
    );
    expect(at(updated.data, 'updateCACertificate', 'userErrors')).toEqual([{ code, field }]);
    const registered = await harness.query(
      `mutation ($input: RegisterCACertificateInput!) {
         registerCACertificate(input: $input) { userErrors { code field } } }`,
      { input: { ...register, registrationConfig } },
    );
    expect(at(registered.data, 'registerCACertificate', 'userErrors')).toEqual([
      { code: checked, field },
    ]);
    const missing = await harness.query(
      `mutation ($input: UpdateCACertificateInput!) {
         updateCACertificate(input: $input) { userErrors { code field } } }`,
      { input: { certificateId: ID, registrationConfig } },
    );
    expect(at(missing.data, 'updateCACertificate', 'userErrors')).toEqual([
      { code: 'RESOURCE_NOT_FOUND', field: ['input', 'certificateId'] },
    ]);
  });

  async function someCertificateId(): Promise<unknown> {
    const { data } = await harness.query(
      '{ caCertificates(first: 1) { nodes { certificateId } } }',
    );
    return at(data, 'caCertificates', 'nodes', 0, 'certificateId');
  }

  test('a certificate that is no CA is refused in the words of AWS', async () => {
    const { data } = await harness.query(
      'mutation ($pem: String!) { registerCACertificate(input: { caCertificate: $pem, certificateMode: SNI_ONLY }) { userErrors { code message } } }',
      { pem: makeCA({ profile: 'end-entity' }).pem },
    );
    expect(at(data, 'registerCACertificate', 'userErrors', 0)).toEqual({
      code: 'CERTIFICATE_VALIDATION',
      message: expect.stringContaining('basicConstraints'),
    });
  });
});
