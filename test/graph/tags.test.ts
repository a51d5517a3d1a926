import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const TEMPLATE_ARN = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/';
const TAGS =
  'query ($name: String!) { provisioningTemplate(templateName: $name) { templateName tags { key value } } }';

type Billed = Awaited<ReturnType<Harness['billed']>>;

describe('tags', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];

  function run(name: string, input: object, selection = '__typename'): Promise<Billed> {
    return harness.billed(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { ${selection} warnings { code } userErrors { code message field } } }`,
      { input },
      CACHED,
    );
  }

  async function createTemplate(templateName: string, tags: object[] = []): Promise<string> {
    const input = { templateName, templateBody: '{"Resources":{}}', provisioningRoleArn: ROLE };
    const created = await run('createProvisioningTemplate', { ...input, tags });
    expect(at(payload(created), 'userErrors')).toEqual([]);
    return TEMPLATE_ARN + templateName;
  }

  const read = (name: string, headers = CACHED): Promise<Billed> =>
    harness.billed(TAGS, { name }, headers);
  const tagsOf = ({ data }: Answer): unknown => at(data, 'provisioningTemplate', 'tags');

  async function someCA(): Promise<{ certificateId: string; certificateArn: string }> {
    const { data } = await harness.query(
      '{ caCertificates(first: 1) { nodes { certificateId certificateArn } } }',
    );
    const node = at(data, 'caCertificates', 'nodes', 0);
    return node as { certificateId: string; certificateArn: string };
  }

  test('the tags given at creation are there, at one call', async () => {
    await createTemplate('labelled', [{ key: 'team', value: 'iot' }, { key: 'bare' }]);
    const first = await read('labelled', LIVE);
    expect(first.bill).toEqual({ DescribeProvisioningTemplate: 1, ListTagsForResource: 1 });
    expect(tagsOf(first)).toEqual([
      { key: 'team', value: 'iot' },
      { key: 'bare', value: '' },
    ]);
    const again = await read('labelled');
    expect(again.bill).toEqual({});
    expect(tagsOf(again)).toEqual(tagsOf(first));
  });

  test('in a list they cost one call each, and priced so', async () => {
    const { bill, extensions, errors } = await harness.billed(
      '{ provisioningTemplates(first: 3) { nodes { tags { key } again: tags { value } } } }',
    );
    expect(errors).toBeUndefined();
    expect(bill).toEqual({ ListProvisioningTemplates: 1, ListTagsForResource: 3 });
    expect(extensions?.upstream.priced).toEqual({ min: 1, max: 13 });
  });

  test('tagging adds and replaces, and shows the tags without a Describe', async () => {
    const resourceArn = await createTemplate('growing', [{ key: 'stage', value: 'test' }]);
    const answer = await run(
      'tagResource',
      {
        resourceArn,
        tags: [
          { key: 'stage', value: 'live' },
          { key: 'team', value: 'iot' },
        ],
      },
      'provisioningTemplate { id templateName tags { key value } } caCertificate { id }',
    );
    expect(answer.bill).toEqual({ TagResource: 1, ListTagsForResource: 1 });
    expect(payload(answer)).toEqual({
      provisioningTemplate: {
        id: Buffer.from(resourceArn).toString('base64url'),
        templateName: 'growing',
        tags: [
          { key: 'stage', value: 'live' },
          { key: 'team', value: 'iot' },
        ],
      },
      caCertificate: null,
      warnings: [],
      userErrors: [],
    });
  });

  test('untagging takes the keys off and passes over what is not there', async () => {
    const resourceArn = await createTemplate('shrinking', [{ key: 'a' }, { key: 'b' }]);
    const answer = await run(
      'untagResource',
      { resourceArn, tagKeys: ['a', 'never-there'] },
      'provisioningTemplate { tags { key } }',
    );
    expect(answer.bill).toEqual({ UntagResource: 1, ListTagsForResource: 1 });
    expect(payload(answer)).toMatchObject({ provisioningTemplate: { tags: [{ key: 'b' }] } });
  });

  test('a CA certificate is tagged the same way', async () => {
    const { certificateId, certificateArn } = await someCA();
    const tagged = await run(
      'tagResource',
      { resourceArn: certificateArn, tags: [{ key: 'plant', value: 'Ōtaki' }] },
      'caCertificate { certificateId tags { key value } } provisioningTemplate { id }',
    );
    expect(tagged.bill).toEqual({ TagResource: 1, ListTagsForResource: 1 });
    const payloadTags = at(payload(tagged), 'caCertificate', 'tags');
    expect(payloadTags).toContainEqual({ key: 'plant', value: 'Ōtaki' });
    const { data } = await harness.billed(
      'query ($id: String!) { caCertificate(certificateId: $id) { tags { key value } } }',
      { id: certificateId },
      LIVE,
    );
    expect(at(data, 'caCertificate', 'tags')).toEqual(payloadTags);
  });

  test('each write drops the tags that it touched, and nothing else', async () => {
    const resourceArn = await createTemplate('touched-tags');
    await createTemplate('untouched-tags', [{ key: 'still', value: 'here' }]);
    const both = async () => [
      (await read('untouched-tags')).bill,
      (await read('touched-tags')).bill,
    ];
    await both();
    expect(await both()).toEqual([{}, {}]);
    await run('tagResource', { resourceArn, tags: [{ key: 'new' }] });
    expect(await both()).toEqual([{}, { ListTagsForResource: 1 }]);
    await run('untagResource', { resourceArn, tagKeys: ['new'] });
    expect(await both()).toEqual([{}, { ListTagsForResource: 1 }]);
    // A change to the template leaves its tags standing.
    await run('updateProvisioningTemplate', { templateName: 'touched-tags', enabled: true });
    const list = { ListTagsForResource: expect.anything() };
    expect(await both()).not.toContainEqual(expect.objectContaining(list));
  });

  test('a resource made again begins without the tags of the one before', async () => {
    await createTemplate('reborn', [{ key: 'old' }]);
    expect(tagsOf(await read('reborn'))).toEqual([{ key: 'old', value: '' }]);
    await run('deleteProvisioningTemplate', { templateName: 'reborn' });
    await createTemplate('reborn');
    expect(tagsOf(await read('reborn'))).toEqual([]);
  });

  test('a resource carries 50 tags, and AWS refuses the next', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}` }));
    const resourceArn = await createTemplate('laden', many);
    expect(tagsOf(await read('laden'))).toHaveLength(50);
    const answer = await run('tagResource', { resourceArn, tags: [{ key: 'one-too-many' }] });
    expect(payload(answer)).toMatchObject({
      userErrors: [{ code: 'LIMIT_EXCEEDED', field: ['input', 'tags'] }],
    });
  });

  test.each([
    ['tagResource', { resourceArn: 'nonsense', tags: [{ key: 'a' }] }, ['resourceArn']],
    [
      'tagResource',
      {
        resourceArn: `arn:aws:iot:us-east-1:123456789012:cert/${'0'.repeat(64)}`,
        tags: [{ key: 'a' }],
      },
      ['resourceArn'],
    ],
    [
      'tagResource',
      {
        resourceArn: 'arn:aws:iot:eu-west-1:123456789012:provisioningtemplate/x',
        tags: [{ key: 'a' }],
      },
      ['resourceArn'],
    ],
    ['tagResource', { resourceArn: `${TEMPLATE_ARN}x`, tags: [] }, ['tags']],
    [
      'tagResource',
      { resourceArn: `${TEMPLATE_ARN}x`, tags: [{ key: 'aws:x' }] },
      ['tags', '0', 'key'],
    ],
    ['untagResource', { resourceArn: `${TEMPLATE_ARN}x`, tagKeys: [] }, ['tagKeys']],
    ['untagResource', { resourceArn: `${TEMPLATE_ARN}x`, tagKeys: ['ok', ''] }, ['tagKeys', '1']],
  ])('%s with bad input %j costs nothing', async (name, input, field) => {
    const answer = await run(name, input);
    expect(answer.bill).toEqual({});
    expect(payload(answer)).toMatchObject({
      userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', ...field] }],
    });
  });

  test.each([
    ['tagResource', { tags: [{ key: 'a' }] }],
    ['untagResource', { tagKeys: ['a'] }],
  ])('%s of a resource that is not there is a user error', async (name, input) => {
    const answer = await run(
      name,
      { resourceArn: `${TEMPLATE_ARN}no-such`, ...input },
      'provisioningTemplate { id tags { key } }',
    );
    expect(answer.errors).toBeUndefined();
    expect(payload(answer)).toMatchObject({
      provisioningTemplate: null,
      userErrors: [{ code: 'RESOURCE_NOT_FOUND', field: ['input', 'resourceArn'] }],
    });
  });

  test('an outage is an error at its path, never an empty list', async () => {
    await createTemplate('dark-tags', [{ key: 'a' }]);
    await harness.setFaults([
      { action: 'ListTagsForResource', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await read('dark-tags', LIVE);
    expect(answer.data).toEqual({
      provisioningTemplate: { templateName: 'dark-tags', tags: null },
    });
    expect(answer.errors).toMatchObject([
      { path: ['provisioningTemplate', 'tags'], extensions: { code: 'UPSTREAM_ACCESS_DENIED' } },
    ]);
  });
});
