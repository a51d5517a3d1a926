import {
  CreateProvisioningTemplateCommand,
  DescribeCACertificateCommand,
  DescribeProvisioningTemplateCommand,
  GetRegistrationCodeCommand,
  ListCACertificatesCommand,
  ListProvisioningTemplatesCommand,
  TagResourceCommand,
  UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import { type ActionName, actionNames } from '../../src/controlplane/actions.ts';
import { AwsError } from '../../src/controlplane/awsError.ts';
import type { AnyRule, Rules } from '../../src/controlplane/rules.ts';
import { authorizationOf, planeFixture, refusalOf, send } from './planeFixture.ts';

const fixture = planeFixture();

interface Recording {
  readonly rules: Rules;
  readonly inputs: Array<{ readonly name: ActionName; readonly input: unknown }>;
}

/** Rules that keep the input they were given, and answer what they are told. */
function recording(outputs: Partial<Record<ActionName, unknown>> = {}): Recording {
  const inputs: Recording['inputs'] = [];
  const entries = actionNames.map((name): [ActionName, AnyRule] => [
    name,
    (input: unknown) => {
      inputs.push({ name, input });
      return outputs[name] ?? {};
    },
  ]);
  return { rules: Object.fromEntries(entries) as unknown as Rules, inputs };
}

const certificateId = 'ab'.repeat(32);
const roleArn = 'arn:aws:iam::123456789012:role/jitp';
const template = { templateName: 'kettles', templateBody: '{}', provisioningRoleArn: roleArn };

describe('input', () => {
  test('members come from path, query and body, under their own names', async () => {
    const { rules, inputs } = recording();
    const client = fixture.client(await fixture.start({ rules }));
    await client.send(
      new UpdateCACertificateCommand({
        certificateId,
        newStatus: 'ACTIVE',
        registrationConfig: { templateName: 'kettles' },
        removeAutoRegistration: false,
      }),
    );
    await client.send(new ListCACertificatesCommand({ pageSize: 250, ascendingOrder: false }));
    expect(inputs).toEqual([
      {
        name: 'UpdateCACertificate',
        input: {
          certificateId,
          newStatus: 'ACTIVE',
          registrationConfig: { templateName: 'kettles' },
          removeAutoRegistration: false,
        },
      },
      { name: 'ListCACertificates', input: { pageSize: 250, ascendingOrder: false } },
    ]);
  });

  test('unknown members, nulls and polluting names never reach a rule', async () => {
    const { rules, inputs } = recording();
    const plane = await fixture.start({ rules });
    const body = `{"templateName":"t","templateBody":"","provisioningRoleArn":"${roleArn}",
      "description":null,"__proto__":{"enabled":true},"constructor":1,"novelty":[],
      "preProvisioningHook":{"targetArn":"a","payloadVersion":null,"__proto__":{"x":1},"other":2}}`;
    const answer = await send(plane, { method: 'POST', path: '/provisioning-templates', body });
    expect(answer.status).toBe(200);
    const [{ input } = { input: undefined }] = inputs;
    expect(input).toEqual({
      templateName: 't',
      templateBody: '',
      provisioningRoleArn: roleArn,
      preProvisioningHook: { targetArn: 'a' },
    });
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect((input as { readonly enabled?: boolean }).enabled).toBeUndefined();
  });

  test('an empty paging token counts as none; other empty parameters do not', async () => {
    const { rules, inputs } = recording();
    const plane = await fixture.start({ rules });
    for (const path of ['/cacertificates?marker=', '/provisioning-templates?nextToken=']) {
      expect((await send(plane, { path })).status).toBe(200);
    }
    expect(inputs.map(({ input }) => input)).toEqual([{}, {}]);
    expect((await send(plane, { path: '/cacertificates?templateName=' })).text).toContain(
      "Value at 'templateName' failed",
    );
  });

  test('an empty label is refused, it does not list', async () => {
    const { rules, inputs } = recording();
    const plane = await fixture.start({ rules });
    const refusal = await refusalOf(
      fixture.client(plane).send(new DescribeProvisioningTemplateCommand({ templateName: '' })),
    );
    expect(refusal.name).toBe('InvalidRequestException');
    const answer = await send(plane, { path: '/provisioning-templates/' });
    expect(JSON.parse(answer.text).message).toContain("Value at 'templateName'");
    expect(inputs).toEqual([]);
  });

  test('labels are split before they are decoded', async () => {
    const plane = await fixture.start({ rules: recording().rules });
    const slash = await send(plane, { path: '/provisioning-templates/a%2Fversions' });
    expect(slash.headers['x-amzn-errortype']).toBe('InvalidRequestException');
    expect(slash.text).toContain('regular expression pattern');
    const good = await send(plane, { path: '/provisioning-templates/%6bettles' });
    expect(good.status).toBe(200);
  });

  test.each([
    ['path', '/provisioning-templates/%zz', 'templateName'],
    ['path, cut short', '/provisioning-templates/a%2', 'templateName'],
    ['path, not UTF-8', '/provisioning-templates/%ff', 'templateName'],
    ['query value', '/cacertificates?templateName=%e0%a4', 'templateName'],
    ['query name', '/cacertificates?%=1', 'query string'],
  ])('malformed percent-encoding in the %s is a typed 400', async (_where, path, place) => {
    const answer = await send(await fixture.start({ rules: recording().rules }), { path });
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe('InvalidRequestException');
    expect(answer.text).toContain(`Malformed percent-encoding at '${place}'`);
  });

  test.each([
    ['not JSON', '{"templateName":', 'is not JSON'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'is not JSON in UTF-8'],
    ['a list', '[]', 'is a list'],
    ['text', '"secret-value"', 'is a string'],
    ['null', 'null', 'is null'],
    ['deeply nested', '['.repeat(200_000), 'is not JSON'],
  ])('a body that is %s is a SerializationException', async (_kind, body, message) => {
    const plane = await fixture.start({ rules: recording().rules });
    const answer = await send(plane, { method: 'POST', path: '/provisioning-templates', body });
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe('SerializationException');
    expect(answer.text).toContain(message);
    expect(answer.text).not.toContain('secret-value');
  });

  test('an empty body will do where no body member is required', async () => {
    const plane = await fixture.start({ rules: recording().rules });
    const path = `/cacertificate/${certificateId}?newStatus=INACTIVE`;
    expect((await send(plane, { method: 'PUT', path })).status).toBe(200);
    const claim = '/provisioning-templates/kettles/provisioning-claim';
    expect((await send(plane, { method: 'POST', path: claim })).status).toBe(200);
  });

  test('a body of more than 1 MiB is a typed 413', async () => {
    const plane = await fixture.start({ rules: recording().rules });
    for (const length of [1024 * 1024 + 1, 4 * 1024 * 1024]) {
      const body = 'x'.repeat(length);
      const answer = await send(plane, { method: 'POST', path: '/provisioning-templates', body });
      expect(answer.status).toBe(413);
      expect(answer.headers['x-amzn-errortype']).toBe('RequestEntityTooLargeException');
    }
  });
});

describe('limits', () => {
  interface Case {
    readonly what: string;
    readonly input: Readonly<Record<string, unknown>>;
    readonly message: string;
  }
  const create: readonly Case[] = [
    {
      what: 'required',
      input: { templateName: undefined },
      message: "'templateName' failed to satisfy constraint: Member must not be null",
    },
    {
      what: 'minimum length',
      input: { templateName: '' },
      message:
        "'templateName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
    {
      what: 'maximum length',
      input: { templateName: 'x'.repeat(37) },
      message:
        "'templateName' failed to satisfy constraint: Member must have length less than or equal to 36",
    },
    {
      what: 'pattern',
      input: { templateName: 'a b' },
      message:
        "'templateName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9A-Za-z_-]+$",
    },
    {
      what: 'pattern, on every line',
      input: { templateName: 'ab\n' },
      message:
        "'templateName' failed to satisfy constraint: Member must satisfy regular expression",
    },
    {
      what: 'no control characters',
      input: { description: 'a\nb' },
      message: "'description' failed to satisfy constraint: Member must satisfy regular expression",
    },
    {
      what: 'enum',
      input: { type: 'jitp' },
      message:
        "'type' failed to satisfy constraint: Member must satisfy enum value set: [FLEET_PROVISIONING, JITP]",
    },
    {
      what: 'string',
      input: { templateBody: { Resources: {} } },
      message: "'templateBody' failed to satisfy constraint: Member must be a string",
    },
    {
      what: 'boolean',
      input: { enabled: 'true' },
      message: "'enabled' failed to satisfy constraint: Member must be a boolean",
    },
    {
      what: 'structure',
      input: { preProvisioningHook: 'arn' },
      message: "'preProvisioningHook' failed to satisfy constraint: Member must be an object",
    },
    {
      what: 'nested required',
      input: { preProvisioningHook: {} },
      message:
        "'preProvisioningHook.targetArn' failed to satisfy constraint: Member must not be null",
    },
    {
      what: 'nested length',
      input: { preProvisioningHook: { targetArn: 'a', payloadVersion: '2020' } },
      message:
        "'preProvisioningHook.payloadVersion' failed to satisfy constraint: Member must have length greater than or equal to 10",
    },
    {
      what: 'list',
      input: { tags: { Key: 'a' } },
      message: "'tags' failed to satisfy constraint: Member must be a list",
    },
    {
      what: 'list item',
      input: { tags: [{ Key: 'a' }, { Key: 'b', Value: 'v'.repeat(257) }] },
      message:
        "'tags.2.member.Value' failed to satisfy constraint: Member must have length less than or equal to 256",
    },
    {
      what: 'null list item',
      input: { tags: [null] },
      message: "'tags.1.member' failed to satisfy constraint: Member must not be null",
    },
    {
      what: 'tag key',
      input: { tags: [{ Key: '' }] },
      message:
        "'tags.1.member.Key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
  ];

  test.each(create)('CreateProvisioningTemplate: $what', async ({ input, message }) => {
    const { rules, inputs } = recording();
    const plane = await fixture.start({ rules });
    const body = JSON.stringify({ ...template, ...input });
    const answer = await send(plane, { method: 'POST', path: '/provisioning-templates', body });
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe('InvalidRequestException');
    expect(JSON.parse(answer.text).message).toContain(`Value at ${message}`);
    expect(inputs).toEqual([]);
  });

  test.each([
    ['below', 'pageSize=0', 'Member must have value greater than or equal to 1'],
    ['above', 'pageSize=251', 'Member must have value less than or equal to 250'],
    ['a fraction', 'pageSize=1.5', 'Member must be an integer'],
    ['a word', 'pageSize=ten', 'Member must be an integer'],
    ['hexadecimal', 'pageSize=0x10', 'Member must be an integer'],
    ['empty', 'pageSize=', 'Member must be an integer'],
    ['beyond 32 bits', 'pageSize=4294967297', 'Member must be an integer of 32 bits'],
  ])('ListCACertificates: a page size that is %s', async (_what, query, message) => {
    const plane = await fixture.start({ rules: recording().rules });
    const answer = await send(plane, { path: `/cacertificates?${query}` });
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([
      400,
      expect.stringContaining(`Value at 'pageSize' failed to satisfy constraint: ${message}`),
    ]);
  });

  test.each([
    ['isAscendingOrder=True', 'ascendingOrder'],
    ['isAscendingOrder=1', 'ascendingOrder'],
    ['marker=%20', 'marker'],
    [`marker=${'A'.repeat(1025)}`, 'marker'],
  ])('ListCACertificates: %.24s', async (query, member) => {
    const plane = await fixture.start({ rules: recording().rules });
    const answer = await send(plane, { path: `/cacertificates?${query}` });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`Value at '${member}' failed`);
  });

  test.each(['a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64)])('certificateId %s', async (id) => {
    const plane = await fixture.start({ rules: recording().rules });
    const call = fixture
      .client(plane)
      .send(new DescribeCACertificateCommand({ certificateId: id }));
    const refusal = await refusalOf(call);
    expect(refusal.name).toBe('InvalidRequestException');
    expect(refusal.message).toContain("'certificateId'");
  });

  test.each(['A'.repeat(64), `0x${'f'.repeat(62)}`])('certificateId %s passes', async (id) => {
    const { rules, inputs } = recording({ DescribeCACertificate: {} });
    const plane = await fixture.start({ rules });
    await fixture.client(plane).send(new DescribeCACertificateCommand({ certificateId: id }));
    expect(inputs).toHaveLength(1);
  });

  test('lengths count characters, not UTF-16 units', async () => {
    const { rules, inputs } = recording();
    const client = fixture.client(await fixture.start({ rules }));
    const description = '🫖'.repeat(500);
    await client.send(new CreateProvisioningTemplateCommand({ ...template, description }));
    expect(inputs).toHaveLength(1);
    const refusal = await refusalOf(
      client.send(
        new CreateProvisioningTemplateCommand({ ...template, description: `${description}x` }),
      ),
    );
    expect(refusal.message).toBe(
      "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 500",
    );
  });

  test('all findings are told, up to ten, and no value among them', async () => {
    const client = fixture.client(await fixture.start({ rules: recording().rules }));
    const two = await refusalOf(
      client.send(
        new CreateProvisioningTemplateCommand({
          ...template,
          templateName: 'hush hush',
          provisioningRoleArn: 'short',
        }),
      ),
    );
    expect(two.message).toMatch(
      /^2 validation errors detected: .*; .*greater than or equal to 20$/,
    );
    expect(two.message).not.toContain('hush');
    const tags = Array.from({ length: 5000 }, () => ({ Key: 'k', Value: 'v'.repeat(257) }));
    const many = await refusalOf(
      client.send(new TagResourceCommand({ resourceArn: 'arn', tags: tags.slice(0, 1000) })),
    );
    expect(many.message.match(/Value at/g)).toHaveLength(10);
    expect(many.message).toMatch(/; and more$/);
  });
});

describe('answers', () => {
  test('times are epoch seconds with a fraction, and unset members are left out', async () => {
    const creationDate = new Date(1569365372053);
    const { rules } = recording({
      ListProvisioningTemplates: {
        templates: [
          {
            templateName: 'kettles',
            creationDate,
            description: undefined,
            secret: 'not described',
          },
        ],
        nextToken: undefined,
      },
    });
    const plane = await fixture.start({ rules });
    const answer = await send(plane, { path: '/provisioning-templates' });
    expect(answer.text).toBe(
      '{"templates":[{"templateName":"kettles","creationDate":1569365372.053}]}',
    );
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    const read = await fixture.client(plane).send(new ListProvisioningTemplatesCommand({}));
    expect(read.templates?.[0]?.creationDate).toEqual(creationDate);
  });

  test('a refusal carries name, message, members and request id', async () => {
    const plane = await fixture.start({
      rules: {
        CreateProvisioningTemplate: () => {
          throw new AwsError('ResourceAlreadyExistsException', 'It exists', {
            resourceId: 'kettles',
            resourceArn: 'arn:aws:iot',
          });
        },
      },
    });
    const body = JSON.stringify(template);
    const answer = await send(plane, { method: 'POST', path: '/provisioning-templates', body });
    expect(answer.status).toBe(409);
    expect(answer.headers['x-amzn-errortype']).toBe('ResourceAlreadyExistsException');
    expect(JSON.parse(answer.text)).toEqual({
      message: 'It exists',
      resourceId: 'kettles',
      resourceArn: 'arn:aws:iot',
    });
    const refusal = await refusalOf(
      fixture.client(plane).send(new CreateProvisioningTemplateCommand(template)),
    );
    expect(refusal).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      resourceId: 'kettles',
      resourceArn: 'arn:aws:iot',
      $metadata: { httpStatusCode: 409, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test.each([
    ['LimitExceededException', 410],
    ['CertificateStateException', 406],
    ['ThrottlingException', 400],
    ['UnauthorizedException', 401],
    ['VersionsLimitExceededException', 409],
    ['ServiceUnavailableException', 503],
  ])('%s has status %i', async (name, status) => {
    const plane = await fixture.start({
      rules: {
        GetRegistrationCode: () => {
          throw new AwsError(name, 'no');
        },
      },
    });
    const refusal = await refusalOf(fixture.client(plane).send(new GetRegistrationCodeCommand({})));
    expect([refusal.name, refusal.$metadata.httpStatusCode]).toEqual([name, status]);
  });

  test('a rule that crashes is an InternalFailureException without its text', async () => {
    const told: unknown[] = [];
    const crash = new TypeError('cannot read secret of undefined');
    const plane = await fixture.start({
      rules: {
        GetRegistrationCode: () => {
          throw crash;
        },
      },
      onInternalError: (error) => told.push(error),
    });
    const answer = await send(plane, { path: '/registrationcode' });
    expect(answer.status).toBe(500);
    expect(answer.headers['x-amzn-errortype']).toBe('InternalFailureException');
    expect(answer.text).toBe('{"message":"Internal failure"}');
    expect(told).toEqual([crash]);
  });
});

describe('routes', () => {
  test.each([
    ['GET', '/things'],
    ['GET', '/'],
    ['GET', '/cacertificates/'],
    ['GET', '//cacertificates'],
    ['GET', '/cacertificates/../cacertificates'],
    ['POST', '/cacertificates'],
    ['DELETE', '/registrationcode/x'],
    ['OPTIONS', '/cacertificates'],
    ['OPTIONS', '*'],
    ['GET', 'http://localhost/cacertificates'],
  ])('%s %s is not served, and the answer lists what is', async (method, path) => {
    const plane = await fixture.start({ rules: recording().rules });
    const answer = await send(plane, { method, path });
    expect(answer.status).toBe(404);
    expect(answer.headers['x-amzn-errortype']).toBe('UnknownOperationException');
    expect(answer.headers['content-type']).toBe('application/json');
    const { message } = JSON.parse(answer.text);
    for (const name of actionNames) expect(message).toContain(name);
  });

  test('HEAD gets the headers of the refusal and no body', async () => {
    const plane = await fixture.start({ rules: recording().rules });
    const answer = await send(plane, { method: 'HEAD', path: '/cacertificates' });
    expect([answer.status, answer.text]).toEqual([404, '']);
    expect(answer.headers['x-amzn-errortype']).toBe('UnknownOperationException');
  });
});

describe('signature', () => {
  const whoRule: AnyRule = (_input, { account, region }) => ({
    registrationCode: `${account}/${region}`,
  });

  test.each([
    ['AKIDEXAMPLE', 'eu-west-1', 'iot', '123456789012/eu-west-1'],
    ['210987654321', 'us-east-1', 'iot', '210987654321/us-east-1'],
    ['21098765432', 'ap-southeast-2', 'execute-api', '123456789012/ap-southeast-2'],
  ])('%s in %s for %s is realm %s', async (accessKeyId, region, service, realm) => {
    const plane = await fixture.start({ rules: { GetRegistrationCode: whoRule } });
    const authorization = authorizationOf(accessKeyId, region, service);
    const answer = await send(plane, { path: '/registrationcode', headers: { authorization } });
    expect(JSON.parse(answer.text)).toEqual({ registrationCode: realm });
  });

  test('the SDK signs what is read here', async () => {
    const plane = await fixture.start({ rules: { GetRegistrationCode: whoRule } });
    const client = fixture.client(plane, { accessKeyId: '210987654321', region: 'eu-north-1' });
    const { registrationCode } = await client.send(new GetRegistrationCodeCommand({}));
    expect(registrationCode).toBe('210987654321/eu-north-1');
  });

  test('a presigned query will do', async () => {
    const plane = await fixture.start({ rules: { GetRegistrationCode: whoRule } });
    const credential = encodeURIComponent('210987654321/20260101/us-west-2/iot/aws4_request');
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Signature=0`;
    const headers = { authorization: '' };
    const signed = await send(plane, { path: `/registrationcode?${query}`, headers });
    // An empty header is a mangled one; presigned requests have none.
    expect(signed.headers['x-amzn-errortype']).toBe('IncompleteSignatureException');
    const response = await fetch(`${plane.url}/registrationcode?${query}`);
    expect(await response.json()).toEqual({ registrationCode: '210987654321/us-west-2' });
  });

  test('no signature at all', async () => {
    const plane = await fixture.start({ rules: recording().rules });
    const response = await fetch(`${plane.url}/registrationcode`);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
  });

  const scope = '20260101/us-east-1/iot/aws4_request';
  const rest = ', SignedHeaders=host, Signature=0';
  test.each([
    ['IncompleteSignatureException', 'Bearer secret'],
    ['IncompleteSignatureException', 'AWS4-HMAC-SHA256'],
    ['IncompleteSignatureException', `AWS4-HMAC-SHA256 Credential=AKID/${scope}, Signature=0`],
    ['IncompleteSignatureException', `AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0`],
    ['IncompleteSignatureException', `AWS4-HMAC-SHA256 Credential=AKID/us-east-1${rest}`],
    ['IncompleteSignatureException', `AWS4-HMAC-SHA256 Credential=/${scope}${rest}`],
    [
      'InvalidSignatureException',
      `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request${rest}`,
    ],
    [
      'InvalidSignatureException',
      `AWS4-HMAC-SHA256 Credential=AKID/20260101/US EAST/iot/aws4_request${rest}`,
    ],
    [
      'InvalidSignatureException',
      `AWS4-HMAC-SHA256 Credential=AKID/today/us-east-1/iot/aws4_request${rest}`,
    ],
    [
      'InvalidSignatureException',
      `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/iot/aws5${rest}`,
    ],
  ])('%s: %s', async (name, authorization) => {
    const plane = await fixture.start({ rules: recording().rules });
    const answer = await send(plane, { path: '/registrationcode', headers: { authorization } });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, name]);
    expect(answer.text).not.toContain('secret');
  });
});
