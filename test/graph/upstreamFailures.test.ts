import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { at, type Harness, startHarness } from '../support/harness.ts';

/** How each way of failing looks to a client; nothing of the upstream's text may show. */
const FAILURES: ReadonlyArray<{
  readonly fault: Record<string, unknown>;
  readonly code: string;
  readonly retryable: boolean;
}> = [
  {
    fault: { kind: 'error', name: 'AccessDeniedException', message: 'User: secret is not' },
    code: 'UPSTREAM_ACCESS_DENIED',
    retryable: false,
  },
  {
    fault: { kind: 'error', name: 'ExpiredTokenException' },
    code: 'UPSTREAM_CREDENTIALS',
    retryable: false,
  },
  {
    fault: { kind: 'error', name: 'UnrecognizedClientException' },
    code: 'UPSTREAM_CREDENTIALS',
    retryable: false,
  },
  {
    fault: { kind: 'error', name: 'UnauthorizedException' },
    code: 'UPSTREAM_ACCESS_DENIED',
    retryable: false,
  },
  {
    fault: { kind: 'error', name: 'ThrottlingException' },
    code: 'UPSTREAM_THROTTLED',
    retryable: true,
  },
  {
    fault: { kind: 'error', name: 'ServiceUnavailableException' },
    code: 'UPSTREAM_UNAVAILABLE',
    retryable: true,
  },
  {
    fault: { kind: 'error', name: 'InternalFailureException', message: 'secret' },
    code: 'UPSTREAM_UNAVAILABLE',
    retryable: true,
  },
  {
    fault: { kind: 'error', name: 'NeverHeardOfException', status: 418, message: 'secret' },
    code: 'UPSTREAM_PROTOCOL',
    retryable: true,
  },
  { fault: { kind: 'reset' }, code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  {
    fault: { kind: 'garbage', body: 'html', status: 200 },
    code: 'UPSTREAM_PROTOCOL',
    retryable: true,
  },
  {
    fault: { kind: 'garbage', body: 'truncated', status: 200 },
    code: 'UPSTREAM_PROTOCOL',
    retryable: true,
  },
  {
    fault: { kind: 'garbage', body: 'html', status: 502 },
    code: 'UPSTREAM_UNAVAILABLE',
    retryable: true,
  },
];

describe('when AWS fails', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  test.each(FAILURES)('$fault.kind $fault.name $fault.body $fault.status is $code', async (row) => {
    await harness.setFaults([{ action: 'ListCACertificates', ...row.fault }]);
    const answer = await harness.query(
      '{ caCertificates { nodes { id } } provisioningTemplates(first: 1) { nodes { templateName } } }',
    );
    expect(at(answer.data, 'caCertificates')).toBeNull();
    expect(at(answer.data, 'provisioningTemplates', 'nodes', 0, 'templateName')).toBe(
      'tide-pump-jitp',
    );
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['caCertificates'],
        extensions: expect.objectContaining({
          code: row.code,
          retryable: row.retryable,
          action: 'ListCACertificates',
        }),
      }),
    ]);
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(JSON.stringify(answer)).not.toContain('NeverHeardOf');
  });

  test('the receipt counts the retries and the throttled call', async () => {
    await harness.setFaults([
      { action: 'GetRegistrationCode', kind: 'error', name: 'ThrottlingException' },
    ]);
    const { extensions } = await harness.query('{ registrationCode }');
    expect(extensions?.upstream).toMatchObject({
      made: { GetRegistrationCode: 1 },
      attempts: 3,
      throttled: 3,
    });
  });

  test('a call that succeeds at the second attempt is no error', async () => {
    await harness.setFaults([
      { action: 'GetRegistrationCode', kind: 'error', name: 'ThrottlingException', times: 1 },
    ]);
    const { data, errors, extensions } = await harness.query('{ registrationCode }');
    expect(errors).toBeUndefined();
    expect(at(data, 'registrationCode')).toMatch(/^[0-9a-f]{64}$/);
    expect(extensions?.upstream.attempts).toBe(2);
  });

  test('details that fail leave the rows and the template name standing', async () => {
    await harness.setFaults([
      { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await harness.query(
      '{ caCertificates(filter: { templateName: "tide-pump-jitp" }, first: 1) { nodes { status template { templateName templateBody enabled } } } }',
    );
    expect(answer.data).toEqual({
      caCertificates: {
        nodes: [
          {
            status: 'INACTIVE',
            template: { templateName: 'tide-pump-jitp', templateBody: null, enabled: null },
          },
        ],
      },
    });
    expect(answer.errors?.map(({ path }) => path?.join('.'))).toEqual([
      'caCertificates.nodes.0.template.templateBody',
      'caCertificates.nodes.0.template.enabled',
    ]);
    expect(answer.extensions?.upstream.made).toEqual({
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 1,
    });
  });

  test('one Describe of many that fails is one error at its path', async () => {
    await harness.setFaults([
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException', times: 1 },
    ]);
    const answer = await harness.query('{ caCertificates(first: 4) { nodes { status ownedBy } } }');
    const nodes = at(answer.data, 'caCertificates', 'nodes') as unknown[];
    expect(nodes).toHaveLength(4);
    expect(nodes.filter((node) => at(node, 'ownedBy') === null)).toHaveLength(1);
    expect(nodes.every((node) => at(node, 'status') !== null)).toBe(true);
    expect(answer.errors).toHaveLength(1);
  });

  test("AWS's request id is there to cite", async () => {
    await harness.setFaults([
      { action: 'GetRegistrationCode', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const { errors } = await harness.query('{ registrationCode }');
    expect(errors?.[0]?.extensions).toMatchObject({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(harness.faults).toEqual([]);
  });
});
