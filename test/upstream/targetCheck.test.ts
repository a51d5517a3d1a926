import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { CREDENTIAL_DIAGNOSES, diagnoseCredentials } from '../../src/credentialDiagnosis.ts';
import { upstreamError } from '../../src/errors.ts';
import { checkTarget, credentialsProblem } from '../../src/upstream/targetCheck.ts';
import { ACCOUNT, at, type Harness, REGION, startHarness } from '../support/harness.ts';

type Diagnosis = keyof typeof CREDENTIAL_DIAGNOSES;

/** What AWS and its SDK say, and what is the matter. */
const SAID: ReadonlyArray<readonly [name: string, message: string, diagnosis: Diagnosis]> = [
  ['CredentialsProviderError', 'Could not load credentials from any providers', 'MISSING'],
  ['MissingAuthenticationTokenException', 'Missing Authentication Token', 'MISSING'],
  [
    'CredentialsProviderError',
    'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login.',
    'EXPIRED',
  ],
  ['ExpiredTokenException', 'The security token included in the request is expired', 'EXPIRED'],
  ['ExpiredToken', 'The provided token has expired.', 'EXPIRED'],
  [
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
    'NOT_ACCEPTED',
  ],
  [
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided.',
    'NOT_ACCEPTED',
  ],
  [
    'InvalidSignatureException',
    'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z (20260101T001500Z - 5 min.)',
    'CLOCK_SKEWED',
  ],
  [
    'InvalidSignatureException',
    'Signature not yet current: 20260101T003000Z is still later than 20260101T002000Z (20260101T001500Z + 5 min.)',
    'CLOCK_SKEWED',
  ],
  ['RequestTimeTooSkewed', 'The difference between the times is too large.', 'CLOCK_SKEWED'],
  [
    'AccessDeniedException',
    'User: arn:aws:iam::123456789012:user/secret is not authorized to perform: iot:ListCACertificates',
    'DENIED',
  ],
  [
    'AccessDeniedException',
    'User: arn:aws:iam::123456789012:user/secret is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/secret',
    'PASS_ROLE_DENIED',
  ],
];

test.each(SAID)('%s: %s', (name, message, diagnosis) => {
  expect(diagnoseCredentials(name, message)).toBe(diagnosis);
  const thrown = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 403 } });
  const error = upstreamError(thrown, 'ListCACertificates');
  const isDenied = diagnosis.endsWith('DENIED');
  expect(error.code).toBe(isDenied ? 'UPSTREAM_ACCESS_DENIED' : 'UPSTREAM_CREDENTIALS');
  expect(error.message).toBe(CREDENTIAL_DIAGNOSES[diagnosis]);
  expect(error.details).toEqual({ action: 'ListCACertificates', diagnosis });
});

test('each diagnosis is made of something, and says something of its own', () => {
  const all = Object.keys(CREDENTIAL_DIAGNOSES);
  expect(all.filter((one) => !SAID.some(([, , diagnosis]) => diagnosis === one))).toEqual([]);
  expect(new Set(Object.values(CREDENTIAL_DIAGNOSES)).size).toBe(all.length);
  expect(diagnoseCredentials('ThrottlingException', 'iam:PassRole expired')).toBeUndefined();
  expect(diagnoseCredentials('constructor', 'expired')).toBeUndefined();
});

describe('with credentials that AWS does not take', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  const target = () => ({
    name: 'test',
    region: REGION,
    endpoint: harness.plane.url,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });

  async function checked() {
    const steps = [];
    for await (const step of checkTarget(target(), systemClock)) steps.push(step);
    return steps;
  }

  const ofAws = SAID.filter(([name]) => name !== 'CredentialsProviderError');

  test.each(ofAws)('%s: %s: a query and a check say which', async (name, message, diagnosis) => {
    const fault = { kind: 'error', name, message, status: 403 };
    await harness.setFaults([{ action: 'ListCACertificates', ...fault }]);
    const { errors } = await harness.query('{ caCertificates { nodes { id } } }');
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toBe(CREDENTIAL_DIAGNOSES[diagnosis]);
    expect(errors?.[0]?.extensions).toMatchObject({ diagnosis, action: 'ListCACertificates' });
    expect(JSON.stringify(errors)).not.toMatch(/(?:user|role)\/secret/);
    expect(await checked()).toEqual([
      { name: 'region', found: REGION },
      { name: 'credentials', found: 'found' },
      { name: 'ListProvisioningTemplates', found: 'allowed' },
      { name: 'ListCACertificates', problem: CREDENTIAL_DIAGNOSES[diagnosis] },
    ]);
  });

  test('a check of what is in order costs two reads and says so', async () => {
    harness.plane.resetCalls();
    expect((await checked()).filter((step) => 'problem' in step)).toEqual([]);
    expect(harness.plane.calls().served).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 1,
    });
    expect(await credentialsProblem(target(), systemClock)).toBeUndefined();
  });

  test('a role that may not be passed is told in the mutation', async () => {
    const [, message] = SAID.at(-1) ?? [];
    await harness.setFaults([
      {
        action: 'CreateProvisioningTemplate',
        kind: 'error',
        name: 'AccessDeniedException',
        status: 403,
        message,
      },
    ]);
    const answer = await harness.query(
      `mutation { createProvisioningTemplate(input: { templateName: "a", templateBody: "{\\"Resources\\":{}}",
         provisioningRoleArn: "arn:aws:iam::123456789012:role/secret" }) { userErrors { code } } }`,
    );
    expect(at(answer, 'errors', 0, 'extensions')).toMatchObject({
      code: 'UPSTREAM_ACCESS_DENIED',
      diagnosis: 'PASS_ROLE_DENIED',
    });
  });
});
