import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const OUTCOME = 'warnings { code } userErrors { code message field }';
const VERSIONS =
  'query ($name: String!) { provisioningTemplate(templateName: $name) { versions { nodes { versionId isDefaultVersion templateBody } } } }';

/** A body that tells which one it is. */
const bodyOf = (unit: string): string => {
  const id = 'AWS::IoT::Certificate::Id';
  return JSON.stringify({
    Parameters: { [unit]: { Type: 'String' }, [id]: { Type: 'String' } },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: unit } } },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: id } } },
    },
  });
};

type Billed = Awaited<ReturnType<Harness['billed']>>;

describe('versions of provisioning templates', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  const payload = ({ data }: Answer): unknown => Object.values(data as object)[0];

  function run(name: string, input: object, selection = '__typename'): Promise<Billed> {
    return harness.billed(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { ${selection} ${OUTCOME} } }`,
      { input },
      CACHED,
    );
  }

  const createVersion = (templateName: string, unit: string, more = {}, selection?: string) =>
    run(
      'createProvisioningTemplateVersion',
      { templateName, templateBody: bodyOf(unit), ...more },
      selection,
    );

  /** A template of so many versions, the first of them its default; each with a body of its own. */
  async function createTemplate(templateName: string, versions = 1): Promise<void> {
    const input = { templateName, templateBody: bodyOf('v1'), provisioningRoleArn: ROLE };
    const created = await run('createProvisioningTemplate', input);
    expect(at(payload(created), 'userErrors')).toEqual([]);
    for (let version = 2; version <= versions; version += 1) {
      harness.clock.advance(1000);
      const answer = await createVersion(templateName, `v${version}`);
      expect(at(payload(answer), 'userErrors')).toEqual([]);
    }
  }

  const read = (name: string, headers = CACHED, query = VERSIONS): Promise<Billed> =>
    harness.billed(query, { name }, headers);

  const nodes = ({ data }: Answer): unknown[] =>
    at(data, 'provisioningTemplate', 'versions', 'nodes') as unknown[];

  async function idsOf(name: string): Promise<unknown[]> {
    return nodes(await read(name, LIVE)).map((node) => at(node, 'versionId'));
  }

  test('rows cost one list beside the template, bodies one Describe each, once', async () => {
    await createTemplate('bodies', 3);
    const rows = await read(
      'bodies',
      LIVE,
      'query ($name: String!) { provisioningTemplate(templateName: $name) { versionsUsed versionsLimit versions { totalCount nodes { id versionId creationDate isDefaultVersion template { templateName } } } } }',
    );
    expect(rows.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      ListProvisioningTemplateVersions: 1,
    });
    expect(rows.errors).toBeUndefined();
    expect(at(rows.data, 'provisioningTemplate')).toMatchObject({
      versionsUsed: 3,
      versionsLimit: 5,
      versions: {
        totalCount: 3,
        nodes: [
          { versionId: 1, isDefaultVersion: true, template: { templateName: 'bodies' } },
          { versionId: 2, isDefaultVersion: false },
          { versionId: 3, isDefaultVersion: false },
        ],
      },
    });

    // The body of the default version came with the template.
    const bodies = await read('bodies');
    expect(bodies.bill).toEqual({ DescribeProvisioningTemplateVersion: 2 });
    expect(bodies.extensions?.upstream.priced).toEqual({ min: 2, max: 2 });
    expect(nodes(bodies)).toEqual([
      { versionId: 1, isDefaultVersion: true, templateBody: bodyOf('v1') },
      { versionId: 2, isDefaultVersion: false, templateBody: bodyOf('v2') },
      { versionId: 3, isDefaultVersion: false, templateBody: bodyOf('v3') },
    ]);

    const again = await read('bodies');
    expect(again.bill).toEqual({});
    expect(again.data).toEqual(bodies.data);
  });

  test('a body is never asked for again while its template lives', async () => {
    await createTemplate('immutable', 2);
    await read('immutable');
    harness.clock.advance(24 * 3_600_000);
    const later = await read('immutable');
    expect(later.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      ListProvisioningTemplateVersions: 1,
    });
    expect(nodes(later).map((node) => at(node, 'templateBody'))).toEqual([
      bodyOf('v1'),
      bodyOf('v2'),
    ]);

    await run('deleteProvisioningTemplate', { templateName: 'immutable' });
    const input = {
      templateName: 'immutable',
      templateBody: bodyOf('anew'),
      provisioningRoleArn: ROLE,
    };
    await run('createProvisioningTemplate', input);
    const anew = await read('immutable');
    expect(nodes(anew)).toEqual([
      { versionId: 1, isDefaultVersion: true, templateBody: bodyOf('anew') },
    ]);
  });

  test('a template made again behind the gateway has bodies of its own', async () => {
    await createTemplate('behind', 2);
    await read('behind');
    harness.clock.advance(60_000);
    // By another client of AWS: this gateway hears of nothing.
    const elsewhere = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${harness.plane.url}/provisioning-templates${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          authorization:
            'AWS4-HMAC-SHA256 Credential=123456789012/20260601/us-east-1/iot/aws4_request, SignedHeaders=host, Signature=0',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([method, path, response.status]).toEqual([method, path, 200]);
    };
    await elsewhere('DELETE', '/behind');
    await elsewhere('POST', '', {
      templateName: 'behind',
      templateBody: bodyOf('other1'),
      provisioningRoleArn: ROLE,
    });
    await elsewhere('POST', '/behind/versions', { templateBody: bodyOf('other2') });
    expect(nodes(await read('behind')).map((node) => at(node, 'templateBody'))).toEqual([
      bodyOf('other1'),
      bodyOf('other2'),
    ]);
  });

  test('a page ends where it was asked to, and goes on from its cursor', async () => {
    await createTemplate('paged', 4);
    const query = `query ($name: String!, $after: String) { provisioningTemplate(templateName: $name) {
      versions(first: 3, after: $after) { nodes { versionId } totalCount pageInfo { hasNextPage endCursor } } } }`;
    const first = await harness.billed(query, { name: 'paged' }, CACHED);
    const page = (answer: Answer) => at(answer.data, 'provisioningTemplate', 'versions');
    expect(page(first)).toMatchObject({
      nodes: [{ versionId: 1 }, { versionId: 2 }, { versionId: 3 }],
      totalCount: 4,
      pageInfo: { hasNextPage: true },
    });
    const after = at(page(first), 'pageInfo', 'endCursor');
    const second = await harness.billed(query, { name: 'paged', after }, CACHED);
    expect(second.bill).toEqual({});
    expect(page(second)).toMatchObject({
      nodes: [{ versionId: 4 }],
      pageInfo: { hasNextPage: false },
    });
  });

  test('a version is found again by its global id', async () => {
    await createTemplate('by-id', 2);
    const listed = await read(
      'by-id',
      LIVE,
      'query ($name: String!) { provisioningTemplate(templateName: $name) { versions { nodes { id } } } }',
    );
    const id = at(nodes(listed), 1, 'id');
    const query =
      'query ($id: ID!) { node(id: $id) { __typename id ... on ProvisioningTemplateVersion { versionId templateBodyJson isDefaultVersion template { templateName } } } }';
    const found = await harness.billed(query, { id }, LIVE);
    expect(found.bill).toEqual({ DescribeProvisioningTemplateVersion: 1 });
    expect(at(found.data, 'node')).toEqual({
      __typename: 'ProvisioningTemplateVersion',
      id,
      versionId: 2,
      templateBodyJson: JSON.parse(bodyOf('v2')),
      isDefaultVersion: false,
      template: { templateName: 'by-id' },
    });
    const missing = Buffer.from(`${Buffer.from(String(id), 'base64url').toString()}0`).toString(
      'base64url',
    );
    const none = await harness.billed(query, { id: missing }, LIVE);
    expect(none.errors).toBeUndefined();
    expect(none.data).toEqual({ node: null });
  });

  test('a gateway that knows no account yet asks whose version it is', async () => {
    const fresh = await startHarness();
    try {
      const idIn = (account: string) =>
        Buffer.from(
          `arn:aws:iot:us-east-1:${account}:provisioningtemplate/tide-pump-jitp/versions/1`,
        ).toString('base64url');
      const query = 'query ($id: ID!) { node(id: $id) { id } }';
      const foreign = await fresh.billed(query, { id: idIn('999999999999') });
      expect(foreign.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      const own = await fresh.billed(query, { id: idIn('123456789012') });
      expect(own.data).toEqual({ node: { id: idIn('123456789012') } });
    } finally {
      await fresh.close();
    }
  });

  test('a new version costs one call, and is read back when it is asked for', async () => {
    await createTemplate('grows');
    const blind = await createVersion(
      'grows',
      'second',
      {},
      'provisioningTemplateVersion { versionId template { templateName } } prunedVersionId',
    );
    expect(blind.bill).toEqual({ CreateProvisioningTemplateVersion: 1 });
    expect(payload(blind)).toEqual({
      provisioningTemplateVersion: { versionId: 2, template: { templateName: 'grows' } },
      prunedVersionId: null,
      warnings: [],
      userErrors: [],
    });
    const seen = await createVersion(
      'grows',
      'third',
      { setAsDefault: true },
      'provisioningTemplateVersion { versionId isDefaultVersion templateBody } provisioningTemplate { defaultVersionId templateBody versionsUsed }',
    );
    expect(seen.bill).toEqual({
      CreateProvisioningTemplateVersion: 1,
      DescribeProvisioningTemplate: 1,
      DescribeProvisioningTemplateVersion: 1,
      ListProvisioningTemplateVersions: 1,
    });
    expect(payload(seen)).toMatchObject({
      provisioningTemplateVersion: {
        versionId: 3,
        isDefaultVersion: true,
        templateBody: bodyOf('third'),
      },
      provisioningTemplate: {
        defaultVersionId: 3,
        templateBody: bodyOf('third'),
        versionsUsed: 3,
      },
    });
  });

  test('a body given as JSON keeps the bytes that it does not change, at one Describe', async () => {
    const spaced = '{ "Resources" : {},\n  "Parameters" : { "Unit" : { "Type" : "String" } } }';
    const input = { templateName: 'spaced', templateBody: spaced, provisioningRoleArn: ROLE };
    await run('createProvisioningTemplate', input);
    const answer = await run(
      'createProvisioningTemplateVersion',
      {
        templateName: 'spaced',
        templateBodyJson: { Parameters: { Unit: { Type: 'String' } }, Resources: {} },
      },
      'provisioningTemplateVersion { templateBody }',
    );
    expect(answer.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      CreateProvisioningTemplateVersion: 1,
      DescribeProvisioningTemplateVersion: 1,
    });
    expect(payload(answer)).toMatchObject({
      provisioningTemplateVersion: { templateBody: spaced },
    });
  });

  test('a body that AWS takes although it is doubtful comes with warnings', async () => {
    await createTemplate('doubtful');
    const body = { Parameters: {}, Resources: { it: { Type: 'AWS::IoT::Thing', Properties: {} } } };
    const answer = await run('createProvisioningTemplateVersion', {
      templateName: 'doubtful',
      templateBody: JSON.stringify(body),
    });
    expect(at(payload(answer), 'userErrors')).toEqual([]);
    expect(at(payload(answer), 'warnings')).toContainEqual({ code: 'TEMPLATE_BODY' });
  });

  test('each write drops what it touched, and nothing else', async () => {
    await createTemplate('touched', 3);
    await createTemplate('untouched', 2);
    const both = async (): Promise<readonly unknown[]> => [
      (await read('untouched')).bill,
      (await read('touched')).bill,
    ];
    const template = { DescribeProvisioningTemplate: 1 };
    const list = { ListProvisioningTemplateVersions: 1 };
    await both();
    expect(await both()).toEqual([{}, {}]);

    await createVersion('touched', 'fourth');
    expect(await both()).toEqual([
      {},
      { ...template, ...list, DescribeProvisioningTemplateVersion: 1 },
    ]);
    await run('deleteProvisioningTemplateVersion', { templateName: 'touched', versionId: 2 });
    expect(await both()).toEqual([{}, { ...template, ...list }]);
    // Its warnings have read the template.
    await run('setDefaultProvisioningTemplateVersion', { templateName: 'touched', versionId: 3 });
    expect(await both()).toEqual([{}, list]);
    // What is not about versions leaves their list standing.
    await run('updateProvisioningTemplate', { templateName: 'touched', enabled: true });
    expect(await both()).not.toContainEqual(expect.objectContaining(list));
    expect(nodes(await read('touched'))).toEqual([
      { versionId: 1, isDefaultVersion: false, templateBody: bodyOf('v1') },
      { versionId: 3, isDefaultVersion: true, templateBody: bodyOf('v3') },
      { versionId: 4, isDefaultVersion: false, templateBody: bodyOf('fourth') },
    ]);
  });

  test('the sixth version is refused, with what to do about it', async () => {
    await createTemplate('full', 5);
    const answer = await createVersion('full', 'sixth');
    expect(answer.bill).toEqual({ CreateProvisioningTemplateVersion: 1 });
    expect(payload(answer)).toMatchObject({
      userErrors: [
        {
          code: 'VERSIONS_LIMIT_EXCEEDED',
          message: expect.stringMatching(/ 5 versions\. Give .*OLDEST_NON_DEFAULT/),
          field: ['input', 'prune'],
        },
      ],
    });
    expect(await idsOf('full')).toEqual([1, 2, 3, 4, 5]);
  });

  test('pruning deletes the oldest version that is not the default', async () => {
    await createTemplate('pruned', 5);
    await run('setDefaultProvisioningTemplateVersion', { templateName: 'pruned', versionId: 2 });
    await run('deleteProvisioningTemplateVersion', { templateName: 'pruned', versionId: 1 });
    const withRoom = await createVersion(
      'pruned',
      'sixth',
      { prune: 'OLDEST_NON_DEFAULT' },
      'prunedVersionId',
    );
    expect(withRoom.bill).toEqual({ CreateProvisioningTemplateVersion: 1 });
    expect(payload(withRoom)).toMatchObject({ prunedVersionId: null, userErrors: [] });

    const full = await createVersion(
      'pruned',
      'seventh',
      { prune: 'OLDEST_NON_DEFAULT' },
      'prunedVersionId provisioningTemplateVersion { versionId }',
    );
    expect(full.bill).toEqual({
      CreateProvisioningTemplateVersion: 2,
      ListProvisioningTemplateVersions: 1,
      DeleteProvisioningTemplateVersion: 1,
    });
    expect(payload(full)).toEqual({
      prunedVersionId: 3,
      provisioningTemplateVersion: { versionId: 7 },
      warnings: [],
      userErrors: [],
    });
    expect(await idsOf('pruned')).toEqual([2, 4, 5, 6, 7]);
  });

  test('a body that AWS refuses costs no version', async () => {
    await createTemplate('spared', 5);
    await harness.setFaults([
      {
        action: 'CreateProvisioningTemplateVersion',
        kind: 'error',
        name: 'InvalidRequestException',
        message: 'This body will not do.',
      },
    ]);
    const answer = await createVersion('spared', 'sixth', { prune: 'OLDEST_NON_DEFAULT' });
    await harness.setFaults([]);
    expect(payload(answer)).toMatchObject({
      userErrors: [{ code: 'INVALID_REQUEST', message: 'This body will not do.' }],
    });
    expect(await idsOf('spared')).toEqual([1, 2, 3, 4, 5]);
  });

  test('what was pruned is told also when the new version then fails', async () => {
    await createTemplate('halfway', 5);
    const full = { action: 'CreateProvisioningTemplateVersion', kind: 'error', times: 1 };
    await harness.setFaults([
      { ...full, name: 'VersionsLimitExceededException' },
      { ...full, name: 'InvalidRequestException' },
    ]);
    const refused = await createVersion(
      'halfway',
      'sixth',
      { prune: 'OLDEST_NON_DEFAULT' },
      'prunedVersionId provisioningTemplateVersion { versionId }',
    );
    expect(payload(refused)).toMatchObject({
      prunedVersionId: 2,
      provisioningTemplateVersion: null,
      userErrors: [{ code: 'INVALID_REQUEST' }],
    });
    await harness.setFaults([
      { ...full, name: 'VersionsLimitExceededException' },
      { ...full, name: 'AccessDeniedException' },
    ]);
    const failed = await createVersion('halfway', 'sixth', { prune: 'OLDEST_NON_DEFAULT' });
    expect(failed.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Version 3 of halfway had been deleted'),
      extensions: { code: 'UPSTREAM_ACCESS_DENIED' },
    });
  });

  test('the default version cannot be deleted, and the refusal says what to do', async () => {
    await createTemplate('kept', 2);
    const answer = await run(
      'deleteProvisioningTemplateVersion',
      { templateName: 'kept', versionId: 1 },
      'deletedId',
    );
    expect(payload(answer)).toMatchObject({
      deletedId: null,
      userErrors: [
        {
          code: 'DELETE_CONFLICT',
          message: expect.stringContaining('setDefaultProvisioningTemplateVersion'),
          field: ['input', 'versionId'],
        },
      ],
    });
    const deleted = await run(
      'deleteProvisioningTemplateVersion',
      { templateName: 'kept', versionId: 2 },
      'deletedId provisioningTemplate { templateName }',
    );
    expect(deleted.bill).toEqual({ DeleteProvisioningTemplateVersion: 1 });
    const arn = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/kept/versions/2';
    expect(payload(deleted)).toMatchObject({
      deletedId: Buffer.from(arn).toString('base64url'),
      provisioningTemplate: { templateName: 'kept' },
    });
  });

  test('another version is put in force', async () => {
    await createTemplate('switched', 2);
    const answer = await run(
      'setDefaultProvisioningTemplateVersion',
      { templateName: 'switched', versionId: 2 },
      'provisioningTemplateVersion { id versionId isDefaultVersion } provisioningTemplate { defaultVersionId templateBody }',
    );
    expect(answer.bill).toEqual({
      UpdateProvisioningTemplate: 1,
      DescribeProvisioningTemplate: 1,
      DescribeProvisioningTemplateVersion: 1,
    });
    expect(payload(answer)).toMatchObject({
      provisioningTemplateVersion: { versionId: 2, isDefaultVersion: true },
      provisioningTemplate: { defaultVersionId: 2, templateBody: bodyOf('v2') },
    });
  });

  test.each([
    [
      'createProvisioningTemplateVersion',
      { templateName: 'no-such', templateBody: '{"Resources":{}}' },
    ],
    ['deleteProvisioningTemplateVersion', { templateName: 'no-version', versionId: 1 }],
    ['setDefaultProvisioningTemplateVersion', { templateName: 'no-version', versionId: 1 }],
  ])('%s of a template that is not there is a user error', async (name, input) => {
    const answer = await run(name, input);
    expect(answer.errors).toBeUndefined();
    expect(payload(answer)).toMatchObject({
      userErrors: [{ code: 'RESOURCE_NOT_FOUND', field: ['input', 'templateName'] }],
    });
  });

  test.each(['deleteProvisioningTemplateVersion', 'setDefaultProvisioningTemplateVersion'])(
    '%s of a version that is not there names the version',
    async (name) => {
      await createTemplate(`no-ninth-${name.slice(0, 3)}`, 1);
      const answer = await run(name, {
        templateName: `no-ninth-${name.slice(0, 3)}`,
        versionId: 9,
      });
      expect(payload(answer)).toMatchObject({
        userErrors: [{ code: 'RESOURCE_NOT_FOUND', field: ['input', 'versionId'] }],
      });
    },
  );

  test.each([
    [
      'createProvisioningTemplateVersion',
      { templateName: 'a b', templateBody: '{"Resources":{}}' },
      'templateName',
    ],
    ['createProvisioningTemplateVersion', { templateName: 'x' }, 'templateBody'],
    ['createProvisioningTemplateVersion', { templateName: 'x', templateBody: '[' }, 'templateBody'],
    ['deleteProvisioningTemplateVersion', { templateName: 'x', versionId: 0 }, 'versionId'],
    ['setDefaultProvisioningTemplateVersion', { templateName: 'x', versionId: -1 }, 'versionId'],
  ])('%s with bad input %j costs nothing', async (name, input, field) => {
    const answer = await run(name, input);
    expect(answer.bill).toEqual({});
    expect(payload(answer)).toMatchObject({
      userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', field] }],
    });
  });

  test('an outage is an error at its path, never an empty list', async () => {
    await createTemplate('dark', 2);
    await harness.setFaults([
      { action: 'ListProvisioningTemplateVersions', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await read(
      'dark',
      LIVE,
      'query ($name: String!) { provisioningTemplate(templateName: $name) { templateName versionsUsed versions { nodes { versionId } } } }',
    );
    expect(answer.data).toEqual({
      provisioningTemplate: { templateName: 'dark', versionsUsed: null, versions: null },
    });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([
      'UPSTREAM_ACCESS_DENIED',
      'UPSTREAM_ACCESS_DENIED',
    ]);
  });

  test('one body that cannot be read leaves the others standing', async () => {
    await createTemplate('torn', 3);
    await harness.setFaults([
      {
        action: 'DescribeProvisioningTemplateVersion',
        kind: 'error',
        name: 'AccessDeniedException',
        times: 1,
      },
    ]);
    const answer = await read('torn', LIVE);
    expect(nodes(answer).filter((node) => at(node, 'templateBody') === null)).toHaveLength(1);
    expect(answer.errors).toHaveLength(1);
  });
});
