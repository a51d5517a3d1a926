import { createHash } from 'node:crypto';
import { UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, at, CACHED, type Harness, startHarness } from '../support/harness.ts';
import { caMaker, jitpTemplate, otherClient, ROLE, SOUND_BODY } from '../support/readyFleet.ts';

const SNAPSHOT = 'kind templateName templateBody templateBodySha256 roleArn';
const ATTACH = `mutation ($input: AttachProvisioningTemplateInput!) {
  attachProvisioningTemplate(input: $input) {
    caCertificate { template { templateName } }
    conflict { expected { ${SNAPSHOT} } actual { ${SNAPSHOT} } }
    userErrors { code message field } } }`;

const DIGEST = createHash('sha256').update(SOUND_BODY).digest('hex');
const payload = ({ data }: Answer): unknown => at(data, 'attachProvisioningTemplate');
const errors = (answer: Answer): unknown[] => at(payload(answer), 'userErrors') as unknown[];

const snapshot = (more: object): object => ({
  templateName: null,
  templateBody: null,
  templateBodySha256: null,
  roleArn: null,
  ...more,
});

describe('attaching with what the caller saw', () => {
  const ca = caMaker();
  const cas = {
    bare: ca('bare'),
    named: ca('named', { registrationConfig: { templateName: 'old' } }),
    inline: ca('inline', { registrationConfig: { templateBody: SOUND_BODY, roleArn: ROLE } }),
  };
  type Name = keyof typeof cas;
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      seed: {
        templates: [jitpTemplate('old'), jitpTemplate('new')],
        caCertificates: Object.values(cas).map(({ seed }) => seed),
      },
    });
  });
  // Each test finds the CAs as they were at first.
  afterEach(async () => {
    const client = otherClient(harness);
    for (const { certificateId, seed } of Object.values(cas)) {
      const registrationConfig = seed.registrationConfig as object | undefined;
      await client.send(
        new UpdateCACertificateCommand({
          certificateId,
          ...(registrationConfig ? { registrationConfig } : { removeAutoRegistration: true }),
        }),
      );
    }
    client.destroy();
  });
  afterAll(() => harness.close());

  const attach = (
    name: Name,
    expectedRegistration: object | null,
    headers?: Readonly<Record<string, string>>,
  ): ReturnType<Harness['billed']> => {
    const { certificateId } = cas[name];
    const input = { certificateId, templateName: 'new', expectedRegistration };
    return harness.billed(ATTACH, { input }, headers);
  };

  const AGREEING: ReadonlyArray<[Name, object]> = [
    ['bare', { kind: 'NONE' }],
    ['named', { kind: 'NAMED', templateName: 'old' }],
    ['inline', { kind: 'INLINE', templateBody: SOUND_BODY, roleArn: ROLE }],
    ['inline', { kind: 'INLINE', templateBodySha256: DIGEST, roleArn: ROLE }],
    ['inline', { kind: 'INLINE', templateBodySha256: DIGEST.toUpperCase(), roleArn: ROLE }],
  ];

  test.each(AGREEING)('writes when %s is as expected: %j', async (name, expected) => {
    const answer = await attach(name, expected);
    expect(payload(answer)).toEqual({
      caCertificate: { template: { templateName: 'new' } },
      conflict: null,
      userErrors: [],
    });
    expect(answer.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      // Before the change, and after it.
      DescribeCACertificate: 2,
      UpdateCACertificate: 1,
    });
  });

  test('of three at once that expect the same, one writes and the others are told', async () => {
    harness.plane.resetCalls();
    const answers = await Promise.all(
      ['new', 'old', 'new'].map((templateName) =>
        harness.query(ATTACH, {
          input: {
            certificateId: cas.bare.certificateId,
            templateName,
            expectedRegistration: { kind: 'NONE' },
          },
        }),
      ),
    );
    const codes = answers.map((answer) => errors(answer).map((error) => at(error, 'code')));
    expect(codes.sort()).toEqual([[], ['REGISTRATION_CHANGED'], ['REGISTRATION_CHANGED']]);
    expect(harness.plane.calls().served.UpdateCACertificate).toBe(1);
  });

  const CONFLICTS: ReadonlyArray<[Name, object, expected: object, actual: object]> = [
    ['bare', { kind: 'NAMED', templateName: 'old' }, { templateName: 'old' }, { kind: 'NONE' }],
    ['named', { kind: 'NONE' }, {}, { kind: 'NAMED', templateName: 'old' }],
    [
      'named',
      { kind: 'NAMED', templateName: 'new' },
      { templateName: 'new' },
      { kind: 'NAMED', templateName: 'old' },
    ],
    [
      'inline',
      { kind: 'INLINE', templateBody: `${SOUND_BODY} `, roleArn: ROLE },
      {
        templateBody: `${SOUND_BODY} `,
        templateBodySha256: createHash('sha256').update(`${SOUND_BODY} `).digest('hex'),
        roleArn: ROLE,
      },
      { kind: 'INLINE', templateBody: SOUND_BODY, templateBodySha256: DIGEST, roleArn: ROLE },
    ],
    [
      'inline',
      { kind: 'INLINE', templateBodySha256: DIGEST, roleArn: `${ROLE}-2` },
      { templateBodySha256: DIGEST, roleArn: `${ROLE}-2` },
      { kind: 'INLINE', templateBody: SOUND_BODY, templateBodySha256: DIGEST, roleArn: ROLE },
    ],
  ];

  test.each(CONFLICTS)(
    'writes nothing when %s is not %j',
    async (name, given, expected, actual) => {
      const answer = await attach(name, given);
      expect(payload(answer)).toEqual({
        caCertificate: null,
        conflict: {
          expected: snapshot({ kind: at(given, 'kind'), ...expected }),
          actual: snapshot(actual),
        },
        userErrors: [
          {
            code: 'REGISTRATION_CHANGED',
            message: expect.stringContaining(cas[name].certificateId),
            field: ['input', 'expectedRegistration'],
          },
        ],
      });
      expect(answer.bill).toEqual({ DescribeProvisioningTemplate: 1, DescribeCACertificate: 1 });
    },
  );

  test('the CA is read live: what was known a moment ago does not count', async () => {
    const { certificateId } = cas.named;
    const look = `{ caCertificate(certificateId: "${certificateId}") { template { templateName } } }`;
    await harness.query(look);
    const other = otherClient(harness);
    await other.send(
      new UpdateCACertificateCommand({
        certificateId,
        registrationConfig: { templateName: 'new' },
      }),
    );
    other.destroy();
    const answer = await attach('named', { kind: 'NAMED', templateName: 'old' }, CACHED);
    expect(errors(answer)).toMatchObject([{ code: 'REGISTRATION_CHANGED' }]);
    expect(at(payload(answer), 'conflict', 'actual', 'templateName')).toBe('new');
    expect(answer.bill.UpdateCACertificate).toBeUndefined();
    const { data } = await harness.query(look, {}, CACHED);
    expect(at(data, 'caCertificate', 'template', 'templateName')).toBe('new');
  });

  test('without it, and with null, the CA is not read first', async () => {
    const answer = await attach('named', null);
    expect(errors(answer)).toEqual([]);
    expect(answer.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      DescribeCACertificate: 1,
      UpdateCACertificate: 1,
    });
  });

  test('a CA that is gone is no conflict', async () => {
    const input = {
      certificateId: 'f'.repeat(64),
      templateName: 'new',
      expectedRegistration: { kind: 'NONE' },
    };
    const answer = await harness.billed(ATTACH, { input });
    expect(payload(answer)).toMatchObject({
      conflict: null,
      userErrors: [{ code: 'RESOURCE_NOT_FOUND', field: ['input', 'certificateId'] }],
    });
  });

  test('an outage of the look is an error, and nothing is written', async () => {
    await harness.setFaults([
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const answer = await attach('named', { kind: 'NAMED', templateName: 'old' });
    await harness.setFaults([]);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
    expect(answer.bill.UpdateCACertificate).toBeUndefined();
  });

  test.each([
    [{ kind: 'NONE', templateName: 'old' }, 'templateName'],
    [{ kind: 'NAMED' }, 'templateName'],
    [{ kind: 'NAMED', templateName: 'a/b' }, 'templateName'],
    [{ kind: 'NAMED', templateName: 'old', roleArn: ROLE }, 'roleArn'],
    [{ kind: 'INLINE', roleArn: ROLE }, 'templateBody'],
    [
      { kind: 'INLINE', templateBody: '', templateBodySha256: DIGEST, roleArn: ROLE },
      'templateBody',
    ],
    [{ kind: 'INLINE', templateBodySha256: 'abc', roleArn: ROLE }, 'templateBodySha256'],
    [{ kind: 'INLINE', templateBodySha256: DIGEST }, 'roleArn'],
    [{ kind: 'INLINE', templateBodySha256: DIGEST, roleArn: 'short' }, 'roleArn'],
  ])('%j is refused at no cost', async (expected, field) => {
    const answer = await attach('named', expected);
    expect(errors(answer)).toMatchObject([
      { code: 'BAD_USER_INPUT', field: ['input', 'expectedRegistration', field] },
    ]);
    expect(answer.bill).toEqual({});
  });

  test('the digest to expect is a field of the registration', async () => {
    const { data } = await harness.query(
      `{ caCertificate(certificateId: "${cas.inline.certificateId}") {
           registrationConfig { ... on InlineTemplateRegistration { templateBodySha256 roleArn } } } }`,
    );
    expect(at(data, 'caCertificate', 'registrationConfig')).toEqual({
      templateBodySha256: DIGEST,
      roleArn: ROLE,
    });
  });
});
