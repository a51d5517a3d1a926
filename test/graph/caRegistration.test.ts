import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IoTClient, RegisterCACertificateCommand } from '@aws-sdk/client-iot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import { AWS_EXCEPTIONS } from '../../src/errors.ts';
import { readSchemaText } from '../../src/gateway.ts';
import {
  ACCOUNT,
  type Answer,
  at,
  CACHED,
  type Harness,
  LIVE,
  REGION,
  START_MS,
  startHarness,
} from '../support/harness.ts';
import { inTemporaryFolder, runShell, testWithOpenssl } from '../support/openssl.ts';
import { makeCA, makeLeaf, makePrivateKey, type TestCertificate } from '../support/pki.ts';
import { caMaker, jitpTemplate } from '../support/readyFleet.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const FINDINGS = 'findings { severity code errorCode message field fix }';

interface Finding {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly errorCode: string | null;
  readonly field: readonly string[];
  readonly message: string;
  readonly fix: string;
}

interface Registration {
  readonly caCertificate: string;
  readonly verificationCertificate?: string;
  readonly certificateMode?: 'DEFAULT' | 'SNI_ONLY';
  readonly registrationConfig?: object;
  readonly tags?: readonly object[];
}

describe('the registration of a CA', () => {
  let harness: Harness;
  let client: IoTClient;
  let registrationCode: string;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
    client = new IoTClient({
      endpoint: harness.plane.url,
      region: REGION,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
    const { data } = await harness.query('{ registrationCode }');
    registrationCode = at(data, 'registrationCode') as string;
  });
  beforeEach(() => harness.setFaults([]));
  afterAll(async () => {
    client.destroy();
    await harness.close();
  });

  const newCA = (name: string) => makeCA({ subject: [['CN', name]] });
  /** A CA with five seconds to live. */
  const brief = (name: string) =>
    makeCA({ subject: [['CN', name]], notAfterMs: harness.clock.nowMs() + 5000 });
  const proofBy = (ca: TestCertificate, commonName = registrationCode) =>
    makeLeaf(ca, { subject: [['CN', commonName]] });

  type Billed = Awaited<ReturnType<Harness['billed']>>;
  const check = (
    input: Registration,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Billed> =>
    harness.billed(
      `query ($input: RegisterCACertificateInput!) { checkCARegistration(input: $input) {
         isAcceptable certificateId x509 { subject } comparedCACertificates ${FINDINGS} } }`,
      { input },
      headers,
    );
  const findingsOf = ({ data }: Answer) => at(data, 'checkCARegistration', 'findings') as Finding[];

  const register = (input: object): Promise<Billed> =>
    harness.billed(
      `mutation ($input: RegisterCACertificateInput!) { registerCACertificate(input: $input) {
         caCertificate { certificateId certificateMode } warnings { code field } userErrors { code message field } } }`,
      { input },
    );

  /** Leaves the gateway without knowledge of the certificate. */
  const registerOnly = async (input: Registration): Promise<void> => {
    const { data } = await harness.query(
      'mutation ($input: RegisterCACertificateInput!) { registerCACertificate(input: $input) { userErrors { code } } }',
      { input },
    );
    expect(at(data, 'registerCACertificate', 'userErrors')).toEqual([]);
  };

  /** Sends a registration past the gateway; undefined when it is taken. */
  async function refusalByPlane(input: Registration): Promise<string | undefined> {
    const { tags: _tags, ...members } = input;
    try {
      await client.send(new RegisterCACertificateCommand(members));
      return undefined;
    } catch (error) {
      return (error as Error).name;
    }
  }

  describe('prepared', () => {
    const PREPARED =
      'certificateMode registrationCode explanation script caCertificateFile verificationCertificateFile mutation steps { description command writes }';
    const prepare = (input: object): Promise<Billed> =>
      harness.billed(
        `query ($input: PrepareCARegistrationInput!) { prepareCARegistration(input: $input) { ${PREPARED} } }`,
        { input },
      );

    testWithOpenssl('in DEFAULT mode: its commands are run, and the CA is registered', () =>
      inTemporaryFolder(async (folder) => {
        const commonName = `O'Brien & "Sons" $HOME`;
        const prepared = await prepare({
          newCA: { commonName, organization: 'Kettle / Works + Co', country: 'nz' },
          caKeyFile: "the CA's key",
          caCertificateFile: '-the "CA".pem',
          filePrefix: 'proof of $(it)',
        });
        expect(prepared.bill).toEqual({ GetRegistrationCode: 1 });
        expect(prepared.extensions?.upstream.priced).toEqual({ min: 1, max: 1 });
        const plan = at(prepared.data, 'prepareCARegistration');
        expect(at(plan, 'registrationCode')).toBe(registrationCode);
        const commands = (at(plan, 'steps') as { command: string }[]).map(({ command }) => command);
        expect(commands).toHaveLength(6);
        for (const command of commands) expect(at(plan, 'script')).toContain(command);
        const { status, stderr } = runShell(at(plan, 'script') as string, folder);
        expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });

        const textOf = (name: string) =>
          readFileSync(path.join(folder, at(plan, name) as string), 'utf8');
        const variables = {
          caCertificate: textOf('caCertificateFile'),
          verificationCertificate: textOf('verificationCertificateFile'),
        };
        // The certificates are of now; the control plane has its own time.
        harness.clock.advance(Date.now() - harness.clock.nowMs());
        const checked = await check(variables);
        expect(at(checked.data, 'checkCARegistration')).toMatchObject({
          isAcceptable: true,
          findings: [],
          x509: { subject: `CN=O'Brien & \\"Sons\\" $HOME,O=Kettle / Works \\+ Co,C=NZ` },
        });
        const { data, bill } = await harness.billed(at(plan, 'mutation') as string, variables);
        expect(at(data, 'registerCACertificate')).toEqual({
          caCertificate: {
            certificateId: at(checked.data, 'checkCARegistration', 'certificateId'),
            status: 'INACTIVE',
          },
          warnings: [],
          userErrors: [],
        });
        expect(bill).toEqual({
          GetRegistrationCode: 1,
          RegisterCACertificate: 1,
          DescribeCACertificate: 1,
        });
        harness.clock.advance(START_MS - harness.clock.nowMs());
      }),
    );

    testWithOpenssl('in SNI_ONLY mode: nothing to prove, and no call', () =>
      inTemporaryFolder(async (folder) => {
        const prepared = await prepare({
          certificateMode: 'SNI_ONLY',
          newCA: { commonName: 'Shared', keyAlgorithm: 'RSA_2048' },
        });
        expect(prepared.bill).toEqual({});
        expect(prepared.extensions?.upstream.priced).toEqual({ min: 0, max: 0 });
        const plan = at(prepared.data, 'prepareCARegistration');
        expect(plan).toMatchObject({ registrationCode: null, verificationCertificateFile: null });
        expect(at(plan, 'explanation')).toMatch(/SNI/);
        expect(runShell(at(plan, 'script') as string, folder).status).toBe(0);
        harness.clock.advance(Date.now() - harness.clock.nowMs());
        const caCertificate = readFileSync(path.join(folder, 'ca.pem'), 'utf8');
        const { data, bill } = await harness.billed(at(plan, 'mutation') as string, {
          caCertificate,
        });
        expect(at(data, 'registerCACertificate', 'userErrors')).toEqual([]);
        expect(bill).toEqual({ RegisterCACertificate: 1, DescribeCACertificate: 1 });
        harness.clock.advance(START_MS - harness.clock.nowMs());
      }),
    );

    test('for a CA that is there, only the proof is made; for SNI_ONLY nothing', async () => {
      const { data } = await prepare({});
      const written = at(data, 'prepareCARegistration', 'steps') as { writes: string[] }[];
      expect(written.flatMap(({ writes }) => writes)).toEqual([
        'verification.cnf',
        'verification.key',
        'verification.csr',
        'verification.pem',
        'verification.srl',
      ]);
      const none = await prepare({ certificateMode: 'SNI_ONLY' });
      expect(at(none.data, 'prepareCARegistration')).toMatchObject({ steps: [], script: '' });
    });

    test.each([
      [{ newCA: { commonName: '' } }, ['newCA', 'commonName'], /1 to 64/],
      [{ newCA: { commonName: 'x'.repeat(65) } }, ['newCA', 'commonName'], /it has 65/],
      [{ newCA: { commonName: 'a\nb' } }, ['newCA', 'commonName'], /control/],
      [{ newCA: { commonName: 'a', country: 'NZL' } }, ['newCA', 'country'], /two letters/],
      [{ newCA: { commonName: 'a', validityDays: 0 } }, ['newCA', 'validityDays'], /1 to 36500/],
      [{ caKeyFile: '' }, ['caKeyFile'], /1 to 1024/],
      [{ filePrefix: 'a\0b' }, ['filePrefix'], /control/],
      [{ filePrefix: 'ca' }, ['filePrefix'], /must differ/],
      [{ filePrefix: './ca' }, ['filePrefix'], /must differ/],
      [{ caKeyFile: 'ca.pem' }, ['filePrefix'], /must differ/],
    ])('%j is refused', async (input, field, says) => {
      const { errors, bill } = await prepare(input);
      expect(errors?.[0]?.message).toMatch(says);
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: ['input', ...field],
      });
      expect(bill).toEqual({});
    });
  });

  /** Inputs of both the check and the control plane. */
  const cases: ReadonlyArray<readonly [name: string, input: () => Registration]> = [
    ['DEFAULT without proof', () => ({ caCertificate: newCA('a').pem })],
    [
      'SNI_ONLY with proof',
      () => {
        const ca = newCA('b');
        return { ...sniOnly(ca), verificationCertificate: proofBy(ca).pem };
      },
    ],
    ['CA:FALSE', () => sniOnly(makeCA({ profile: 'end-entity' }))],
    ['version 1', () => sniOnly(makeCA({ profile: 'version-1' }))],
    ['RSA-1024', () => sniOnly(makeCA({ key: 'rsa-1024' }))],
    ['Ed25519', () => sniOnly(makeCA({ key: 'ed25519' }))],
    ['expired', () => sniOnly(makeCA({ notAfterMs: START_MS - 1000 }))],
    ['not valid yet', () => sniOnly(makeCA({ notBeforeMs: START_MS + 1000 }))],
    ['no PEM', () => ({ caCertificate: 'x', certificateMode: 'SNI_ONLY' })],
    ['an empty PEM', () => ({ caCertificate: '', certificateMode: 'SNI_ONLY' })],
    [
      'a PEM that is too long',
      () => ({ caCertificate: newCA('c').pem + ' '.repeat(65_536), certificateMode: 'SNI_ONLY' }),
    ],
    [
      'a bundle',
      () => ({ ...sniOnly(newCA('d')), caCertificate: newCA('d').pem + newCA('e').pem }),
    ],
    ['an empty proof', () => ({ caCertificate: newCA('f').pem, verificationCertificate: '' })],
    [
      'proof by another key',
      () => ({ caCertificate: newCA('g').pem, verificationCertificate: proofBy(newCA('g')).pem }),
    ],
    ['proof with another name', () => withProof(newCA('h'), 'device')],
    ['proof with an old code', () => withProof(newCA('i'), 'ab'.repeat(32))],
    ['all as it should be', () => withProof(newCA('j'))],
    ['all as it should be in SNI_ONLY mode', () => sniOnly(newCA('k'))],
    [
      'a registration without a role',
      () => ({ ...sniOnly(newCA('l')), registrationConfig: { templateBody: '{"Resources":{}}' } }),
    ],
    [
      'a registration with nothing in it',
      () => ({ ...sniOnly(newCA('m')), registrationConfig: {} }),
    ],
    [
      'a registration whose body is no JSON',
      () => ({ ...sniOnly(newCA('n')), registrationConfig: { templateBody: '{', roleArn: ROLE } }),
    ],
  ];

  function sniOnly({ pem }: TestCertificate): Registration {
    return { caCertificate: pem, certificateMode: 'SNI_ONLY' };
  }

  function withProof(ca: TestCertificate, commonName?: string): Registration {
    return { caCertificate: ca.pem, verificationCertificate: proofBy(ca, commonName).pem };
  }

  test.each(cases)('%s: check, mutation and control plane agree', async (_name, make) => {
    const input = make();
    const checked = await check(input);
    expect(checked.errors).toBeUndefined();
    const findings = findingsOf(checked);
    const errors = findings.filter(({ severity }) => severity === 'ERROR');
    expect(at(checked.data, 'checkCARegistration', 'isAcceptable')).toBe(errors.length === 0);
    expect(checked.bill.GetRegistrationCode ?? 0).toBeLessThanOrEqual(1);
    for (const { field, message, fix } of findings) {
      expect(field[0]).toBe('input');
      expect(['caCertificate', 'verificationCertificate', 'registrationConfig']).toContain(
        field[1],
      );
      expect([message, fix].every((text) => text.length > 10)).toBe(true);
    }

    const refusal = await refusalByPlane(input);
    const code = refusal && AWS_EXCEPTIONS[refusal]?.code;
    // A rule about the form of the input is ours to tell before AWS does.
    expect(errors[0]?.errorCode).toBe(code === 'INVALID_REQUEST' ? 'BAD_USER_INPUT' : code);

    if (errors.length === 0) return;
    const { data, bill } = await register(input);
    const userErrors = at(data, 'registerCACertificate', 'userErrors') as object[];
    expect(userErrors).toMatchObject(
      errors.map(({ errorCode, field }) => ({ code: errorCode, field })),
    );
    const { GetRegistrationCode: _read, ...sent } = bill;
    expect(sent).toEqual({});
  });

  test('a bundle is taken with a warning', async () => {
    const caCertificate = newCA('bundle').pem + newCA('rest').pem;
    const { data } = await register({ caCertificate, certificateMode: 'SNI_ONLY' });
    expect(at(data, 'registerCACertificate')).toMatchObject({
      caCertificate: { certificateMode: 'SNI_ONLY' },
      warnings: [{ code: 'MORE_THAN_ONE_CERTIFICATE', field: ['input', 'caCertificate'] }],
      userErrors: [],
    });
  });

  test('a remembered code speaks for a certificate, never against it', async () => {
    await harness.query(
      '{ registrationCode caCertificates(first: 500) { nodes { x509 { subject } } } }',
      {},
      CACHED,
    );
    const good = await check(withProof(newCA('good')), CACHED);
    expect([good.bill, findingsOf(good)]).toEqual([{}, []]);
    const old = await check(withProof(newCA('old'), 'cd'.repeat(32)), CACHED);
    expect(old.bill).toEqual({ GetRegistrationCode: 1 });
    expect(findingsOf(old)[0]?.fix).toContain(registrationCode);
  });

  test('a code that cannot be read fails the check, and leaves the registration to AWS', async () => {
    await harness.setFaults([
      { action: 'GetRegistrationCode', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const input = withProof(newCA('unreadable code'));
    const checked = await check(input);
    expect(checked.data).toEqual({ checkCARegistration: null });
    expect(checked.errors?.[0]?.extensions.code).toBe('UPSTREAM_ACCESS_DENIED');
    await harness.setFaults([
      { action: 'GetRegistrationCode', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const { data, errors } = await register(input);
    expect(errors).toBeUndefined();
    expect(at(data, 'registerCACertificate')).toMatchObject({
      caCertificate: { certificateMode: 'DEFAULT' },
      userErrors: [],
    });
  });

  test('the check reads the clock, so its answer is never remembered', async () => {
    const input = sniOnly(brief('Ending'));
    const codes = async () => findingsOf(await check(input, CACHED)).map(({ code }) => code);
    expect(await codes()).toEqual(['CA_CERTIFICATE_EXPIRES_SOON']);
    harness.clock.advance(6000);
    expect(await codes()).toEqual(['OUTSIDE_VALIDITY']);
    harness.clock.advance(-6000);
  });

  test('duplicates and the limit of one subject are told before anything is sent', async () => {
    const subject = [['CN', 'Ten of one name']] as const;
    const tenth = makeCA({ subject });
    for (let count = 1; count < 10; count += 1) await registerOnly(sniOnly(makeCA({ subject })));
    await registerOnly(sniOnly(tenth));
    const eleventh = sniOnly(makeCA({ subject }));
    const checked = await check(eleventh);
    expect(at(checked.data, 'checkCARegistration')).toMatchObject({
      isAcceptable: false,
      comparedCACertificates: expect.any(Number),
      findings: [{ severity: 'ERROR', code: 'SUBJECT_LIMIT_REACHED', errorCode: 'LIMIT_EXCEEDED' }],
    });
    const compared = at(checked.data, 'checkCARegistration', 'comparedCACertificates') as number;
    expect(compared).toBeGreaterThanOrEqual(10);
    expect(checked.bill.ListCACertificates).toBe(1);
    expect(checked.bill.DescribeCACertificate).toBeLessThanOrEqual(compared);
    // What a certificate says never changes, so it is read once.
    const again = await check(eleventh, CACHED);
    expect([again.bill, findingsOf(again)]).toEqual([{}, findingsOf(checked)]);
    const [finding] = findingsOf(await check(sniOnly(tenth), CACHED));
    expect(finding).toMatchObject({
      code: 'ALREADY_REGISTERED',
      errorCode: 'RESOURCE_ALREADY_EXISTS',
    });
    expect(await refusalByPlane(eleventh)).toBe('LimitExceededException');
    expect(await refusalByPlane(sniOnly(tenth))).toBe('ResourceAlreadyExistsException');
    // The mutation leaves both to AWS, which knows them all.
    for (const [input, code] of [
      [eleventh, 'LIMIT_EXCEEDED'],
      [sniOnly(tenth), 'RESOURCE_ALREADY_EXISTS'],
    ] as const) {
      const { data } = await register(input);
      expect(at(data, 'registerCACertificate', 'userErrors')).toMatchObject([
        { code, field: ['input', 'caCertificate'] },
      ]);
    }
  });

  test('one that may have been made is not refused for what has changed since', async () => {
    const input = {
      ...sniOnly(brief('Brief')),
      idempotencyKey: 'registered-in-its-last-seconds',
    };
    await harness.setFaults([
      { action: 'RegisterCACertificate', kind: 'lostResponse' },
      { action: 'DescribeCACertificate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const lost = await register(input);
    expect(lost).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_OUTCOME_UNKNOWN' } }] });
    await harness.setFaults([]);
    harness.clock.advance(6000);
    const { data, bill } = await register(input);
    expect(at(data, 'registerCACertificate')).toMatchObject({
      caCertificate: { certificateMode: 'SNI_ONLY' },
      userErrors: [],
    });
    expect(bill).not.toHaveProperty('RegisterCACertificate');
    const { idempotencyKey: _key, ...keyless } = input;
    const anew = await register(keyless);
    expect(at(anew.data, 'registerCACertificate', 'userErrors', 0)).toMatchObject({
      code: 'CERTIFICATE_VALIDATION',
    });
    harness.clock.advance(-6000);
  });

  test('other fields of the input are checked too', async () => {
    const checked = await check({
      ...sniOnly(newCA('tagged')),
      tags: [{ key: 'aws:mine' }],
      registrationConfig: { templateName: 'a b' },
    });
    expect(findingsOf(checked)).toMatchObject([
      { code: 'INPUT_INVALID', field: ['input', 'registrationConfig', 'templateName'] },
      { code: 'INPUT_INVALID', field: ['input', 'tags', '0', 'key'] },
    ]);
  });
});

describe('the CAs that are registered', () => {
  const COUNT = 60;
  const check = (harness: Harness, ca: TestCertificate) =>
    harness.billed(
      `query ($input: RegisterCACertificateInput!) { checkCARegistration(input: $input) {
         isAcceptable comparedCACertificates findings { severity code } } }`,
      { input: { caCertificate: ca.pem, certificateMode: 'SNI_ONLY' } },
      LIVE,
    );
  const notCompared = { severity: 'WARNING', code: 'SUBJECTS_NOT_ALL_COMPARED' };

  async function withCAs(count: number, options: { costMax?: number } = {}): Promise<Harness> {
    const ca = caMaker();
    const caCertificates = Array.from({ length: count }, (_, index) => ca(`CA ${index}`).seed);
    return startHarness({ seed: { caCertificates }, ...options });
  }

  test('are not read where there are too few to matter', async () => {
    const harness = await withCAs(9);
    try {
      const { data, bill } = await check(harness, makeCA());
      expect(bill).toEqual({ ListCACertificates: 1 });
      expect(at(data, 'checkCARegistration')).toMatchObject({ isAcceptable: true, findings: [] });
    } finally {
      await harness.close();
    }
  });

  test('are read up to fifty at a time, and a warning says so', async () => {
    const harness = await withCAs(COUNT);
    try {
      const first = await check(harness, makeCA());
      expect(first.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 50 });
      expect(first.extensions?.upstream.priced.max).toBeGreaterThanOrEqual(51);
      expect(at(first.data, 'checkCARegistration')).toEqual({
        isAcceptable: true,
        comparedCACertificates: 50,
        findings: [notCompared],
      });
      const second = await check(harness, makeCA());
      expect(second.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: COUNT - 50 });
      expect(at(second.data, 'checkCARegistration')).toEqual({
        isAcceptable: true,
        comparedCACertificates: COUNT,
        findings: [],
      });
    } finally {
      await harness.close();
    }
  });

  test('that cannot be read leave the rest of the check as it is', async () => {
    const harness = await withCAs(12, { costMax: 5 });
    try {
      const spent = await check(harness, makeCA());
      expect(spent.bill).toEqual({ ListCACertificates: 1, DescribeCACertificate: 4 });
      expect(at(spent.data, 'checkCARegistration', 'findings')).toEqual([]);
      await harness.setFaults([
        { action: 'ListCACertificates', kind: 'error', name: 'AccessDeniedException' },
      ]);
      const denied = await check(harness, makeCA());
      expect(denied.errors).toBeUndefined();
      expect(at(denied.data, 'checkCARegistration')).toEqual({
        isAcceptable: true,
        comparedCACertificates: 0,
        findings: [notCompared],
      });
    } finally {
      await harness.close();
    }
  });
});

describe('the template that a registration names', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      seed: {
        templates: [jitpTemplate('line'), jitpTemplate('fleet', { type: 'FLEET_PROVISIONING' })],
      },
    });
  });
  afterEach(() => harness.setFaults([]));
  afterAll(() => harness.close());

  const input = (templateName: string) => ({
    caCertificate: makeCA().pem,
    certificateMode: 'SNI_ONLY',
    registrationConfig: { templateName },
  });
  const run = (operation: string, field: string, given: object) =>
    harness.billed(
      `${operation} ($input: RegisterCACertificateInput!) { ${field}(input: $input) {
         ${operation === 'query' ? 'isAcceptable findings { code errorCode field }' : 'userErrors { code field }'} } }`,
      { input: given },
    );
  const field = ['input', 'registrationConfig', 'templateName'];

  test.each([
    ['nope', 'TEMPLATE_MISSING', 'RESOURCE_NOT_FOUND'],
    ['fleet', 'TEMPLATE_TYPE_MISMATCH', 'TEMPLATE_TYPE_MISMATCH'],
  ])('%s will not do: %s', async (templateName, code, errorCode) => {
    const checked = await run('query', 'checkCARegistration', input(templateName));
    expect(checked.bill).toEqual({ DescribeProvisioningTemplate: 1 });
    expect(at(checked.data, 'checkCARegistration')).toEqual({
      isAcceptable: false,
      findings: [{ code, errorCode, field }],
    });
    const sent = await run('mutation', 'registerCACertificate', input(templateName));
    expect(sent.bill).toEqual({ DescribeProvisioningTemplate: 1 });
    expect(at(sent.data, 'registerCACertificate', 'userErrors')).toEqual([
      { code: errorCode, field },
    ]);
  });

  test('will do, and is left to AWS where it cannot be read', async () => {
    const given = input('line');
    const checked = await run('query', 'checkCARegistration', given);
    expect(at(checked.data, 'checkCARegistration')).toEqual({ isAcceptable: true, findings: [] });
    expect(checked.bill).toEqual({ DescribeProvisioningTemplate: 1, ListCACertificates: 1 });
    await harness.setFaults([
      { action: 'DescribeProvisioningTemplate', kind: 'error', name: 'AccessDeniedException' },
    ]);
    const { data, bill } = await run('mutation', 'registerCACertificate', given);
    expect(at(data, 'registerCACertificate', 'userErrors')).toEqual([]);
    expect(bill.RegisterCACertificate).toBe(1);
  });
});

describe('a private key pasted by mistake', () => {
  const key = makePrivateKey('ec-p256').export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, secret = ''] = key.split('\n');
  const ca = makeCA();
  const template = { templateName: 't', provisioningRoleArn: ROLE };
  const body = JSON.stringify({ Resources: {}, Key: key });
  const mutations: ReadonlyArray<readonly [name: string, input: object, field: string]> = [
    ['registerCACertificate', { caCertificate: key, certificateMode: 'SNI_ONLY' }, 'caCertificate'],
    [
      'registerCACertificate',
      { caCertificate: `${ca.pem}${key}`, certificateMode: 'SNI_ONLY' },
      'caCertificate',
    ],
    [
      'registerCACertificate',
      { caCertificate: ca.pem, verificationCertificate: key },
      'verificationCertificate',
    ],
    [
      'registerCACertificate',
      {
        caCertificate: ca.pem,
        certificateMode: 'SNI_ONLY',
        registrationConfig: { templateBody: body, roleArn: ROLE },
      },
      'registrationConfig.templateBody',
    ],
    [
      'registerCACertificate',
      { caCertificate: ca.pem, certificateMode: 'SNI_ONLY', tags: [{ key: 'k', value: key }] },
      'tags.0.value',
    ],
    ['createProvisioningTemplate', { ...template, templateBody: body }, 'templateBody'],
    [
      'createProvisioningTemplate',
      { ...template, templateBodyJson: JSON.parse(body) as object },
      'templateBodyJson',
    ],
    [
      'createProvisioningTemplate',
      { ...template, templateBody: '{"Resources":{}}', description: key },
      'description',
    ],
    ['updateProvisioningTemplate', { templateName: 't', description: key }, 'description'],
    ['updateCACertificate', { certificateId: key, newStatus: 'ACTIVE' }, 'certificateId'],
    ['deleteCACertificate', { certificateId: key }, 'certificateId'],
    ['attachProvisioningTemplate', { certificateId: key, templateName: key }, 'certificateId'],
  ];

  /** Requests that never reach a resolver, or that are no mutation. */
  const others: ReadonlyArray<readonly [name: string, query: string, variables: object]> = [
    [
      'in the place of an enum, as a variable',
      'mutation ($input: RegisterCACertificateInput!) { registerCACertificate(input: $input) { userErrors { code } } }',
      { input: { caCertificate: ca.pem, certificateMode: key } },
    ],
    [
      'in the place of an enum, as a literal',
      `{ caCertificates(filter: { status: ${JSON.stringify(key)} }) { cutShort } }`,
      {},
    ],
    [
      'as an unknown field',
      'query ($input: RegisterCACertificateInput!) { checkCARegistration(input: $input) { isAcceptable } }',
      { input: { caCertificate: 'x', [key]: 1 } },
    ],
    [
      'as a number',
      'query ($first: Int) { caCertificates(first: $first) { cutShort } }',
      { first: key },
    ],
    ['as a cursor', 'query ($key: String) { caCertificates(after: $key) { cutShort } }', { key }],
    ['as an id', 'query ($key: ID!) { node(id: $key) { id } }', { key }],
    [
      'as a name',
      'query ($key: String!) { provisioningTemplate(templateName: $key) { id } }',
      { key },
    ],
    [
      'as a file name',
      'query ($key: String!) { prepareCARegistration(input: { caKeyFile: $key }) { script } }',
      { key },
    ],
    [
      'in the check',
      'query ($key: String!) { checkCARegistration(input: { caCertificate: $key }) { findings { message fix } } }',
      { key },
    ],
  ];

  test('is refused at its field with a code of its own, and is in no answer and no line of any log', async () => {
    const harness = await startHarness({ seed: 'none' });
    const written: string[] = [];
    const restore = [process.stdout, process.stderr].map((stream) => {
      const { write } = stream;
      stream.write = (chunk: unknown) => {
        written.push(String(chunk));
        return true;
      };
      return () => {
        stream.write = write;
      };
    });
    const answers: string[] = [];
    try {
      for (const [name, input, field] of mutations) {
        const { data, errors, bill } = await harness.billed(
          `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
             ${name}(input: $input) { userErrors { code message field } } }`,
          { input },
        );
        answers.push(JSON.stringify([data, errors]));
        expect(bill).toEqual({});
        expect(at(data, name, 'userErrors', 0)).toEqual({
          code: 'PRIVATE_KEY_REFUSED',
          message: expect.stringContaining('private key'),
          field: ['input', ...field.split('.')],
        });
      }
      for (const [, query, variables] of others) {
        const answer = await harness.billed(query, variables as Record<string, unknown>);
        answers.push(JSON.stringify(answer));
        expect(answer.bill).toEqual({});
      }
    } finally {
      for (const put of restore) put();
      await harness.close();
    }
    expect(answers).toHaveLength(mutations.length + others.length);
    expect(secret).toHaveLength(64);
    for (const text of [...answers, ...written, JSON.stringify(harness.faults)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(20, 40));
    }
    expect(harness.faults).toEqual([]);
  });

  test('is echoed by no mutation there is, in whatever field it stands', async () => {
    const harness = await startHarness({ seed: 'none' });
    try {
      const schema = buildSchema(await readSchemaText());
      const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
      let tried = 0;
      for (const { name, args } of fields) {
        const [argument] = args;
        if (argument?.name !== 'input') continue;
        for (const input of inputsWithKey(argument.type)) {
          const { bill, ...answer } = await harness.billed(
            `mutation ($input: ${String(argument.type)}) { ${name}(input: $input) { userErrors { code message field } } }`,
            { input },
          );
          tried += 1;
          const told = JSON.stringify(answer);
          expect(told).not.toContain(secret.slice(0, 20));
          const codes = [
            ...(answer.errors ?? []).map(({ extensions }) => extensions.code),
            ...((at(answer.data, name, 'userErrors') ?? []) as { code: string }[]).map(
              ({ code }) => code,
            ),
          ];
          const writes = Object.keys(bill).filter((action) => !/^(Describe|List|Get)/.test(action));
          expect({ name, input, refused: codes.length > 0, writes }).toEqual({
            name,
            input,
            refused: true,
            writes: [],
          });
        }
      }
      expect(tried).toBeGreaterThan(30);
      const { data } = await harness.query(
        '{ changes(first: 500) { nodes { message before after resource { key } } } }',
      );
      expect(JSON.stringify(data ?? {})).not.toContain(secret.slice(0, 20));
    } finally {
      await harness.close();
    }
  });

  /** For each text in an input type, an input that has the key there and what is needed beside it. */
  function inputsWithKey(given: GraphQLInputType): unknown[] {
    const type = getNullableType(given);
    if (isListType(type)) return inputsWithKey(type.ofType).map((item) => [item]);
    if (isInputObjectType(type)) {
      const members = Object.values(type.getFields());
      const needed = Object.fromEntries(
        members
          .filter(({ type: own }) => isNonNullType(own))
          .map(({ name, type: own }) => [name, plainValue(own)]),
      );
      return members.flatMap((member) =>
        inputsWithKey(member.type).map((value) => ({ ...needed, [member.name]: value })),
      );
    }
    return isScalarType(type) && /^(String|ID|JSON)$/.test(type.name) ? [key] : [];
  }

  function plainValue(given: GraphQLInputType): unknown {
    const type = getNullableType(given);
    if (isListType(type)) return [plainValue(type.ofType)];
    if (isEnumType(type)) return type.getValues()[0]?.name;
    if (isInputObjectType(type)) {
      const needed = Object.values(type.getFields()).filter(({ type: own }) => isNonNullType(own));
      return Object.fromEntries(needed.map((member) => [member.name, plainValue(member.type)]));
    }
    return { Int: 1, Boolean: true, Float: 1 }[type.name] ?? 'x';
  }
});
