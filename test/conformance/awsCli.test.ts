import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ActionName, actionNames } from '../../src/controlplane/actions.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { type Bench, openBench, openEndpoint } from './endpoint.ts';
import {
  absentCertificateId,
  arnOf,
  createTemplate,
  idOf,
  jitpBody,
  newCA,
  newDevice,
  proofFor,
  registerCA,
  registerCAs,
  registerFleet,
  roleArn,
  smallestBody,
} from './fixtures.ts';

/** The CLI is a Python program that takes most of a second to start. */
const timeoutMs = 100_000;

const found = spawnSync('aws', ['--version'], { encoding: 'utf8' });
const version =
  found.status === 0 ? `${found.stdout}${found.stderr}`.trim().split(' ')[0] : undefined;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The AWS CLI in the account of a bench, away from the settings of whoever runs the tests. */
interface Cli {
  readonly bench: Bench;
  /** Runs `aws iot ...`; answers its output parsed, undefined when there is none. */
  iot(...args: readonly string[]): Promise<Record<string, unknown> | undefined>;
  /** Runs `aws iot ...`, however it ends. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Writes a file, and answers it as an argument. */
  file(name: string, text: string): Promise<string>;
}

function openCli(bench: Bench, directory: string): Cli {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const env = {
    ...Object.fromEntries(inherited),
    AWS_ACCESS_KEY_ID: bench.caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bench.endpoint.secretAccessKey,
    AWS_DEFAULT_REGION: bench.caller.region,
    AWS_CONFIG_FILE: path.join(directory, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(directory, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1',
  };
  const run: Cli['run'] = (...args) =>
    new Promise((resolve) => {
      const all = ['iot', ...args, '--endpoint-url', bench.endpoint.url, '--output', 'json'];
      execFile('aws', all, { env, timeout: timeoutMs }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? -1);
        resolve({ code, stdout, stderr });
      });
    });
  return {
    bench,
    run,
    iot: async (...args) => {
      const { code, stdout, stderr } = await run(...args);
      if (code !== 0) throw new Error(`aws iot ${args[0]} ended with ${code}: ${stderr}`);
      return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as Record<string, unknown>);
    },
    file: async (name, text) => {
      const place = path.join(directory, name);
      await writeFile(place, text);
      return `file://${place}`;
    },
  };
}

/** Version 1 of the CLI prints epoch seconds, version 2 a date by ISO 8601. */
function timeMsOf(printed: unknown): number {
  return typeof printed === 'number' ? printed * 1000 : Date.parse(String(printed));
}

const north = { Key: 'site', Value: 'north' };

/** For each action, one command of the CLI whose output is checked. */
const drives: Readonly<Record<ActionName, (cli: Cli) => Promise<void>>> = {
  CreateProvisioningTemplate: async (cli) => {
    const made = await cli.iot(
      'create-provisioning-template',
      ...['--template-name', 'kettle', '--type', 'JITP', '--enabled'],
      ...['--template-body', await cli.file('body.json', jitpBody)],
      ...['--provisioning-role-arn', roleArn, '--tags', 'Key=site,Value=north'],
    );
    const resourceArn = arnOf(cli.bench, 'provisioningtemplate/kettle');
    expect(made).toEqual({ templateArn: resourceArn, templateName: 'kettle', defaultVersionId: 1 });
    const template = await cli.bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    expect(template).toMatchObject({ templateBody: jitpBody, type: 'JITP', enabled: true });
    const { tags } = await cli.bench.iot.listTagsForResource({ resourceArn });
    expect(tags).toEqual([north]);
  },
  DescribeProvisioningTemplate: async (cli) => {
    const templateArn = await createTemplate(cli.bench, { templateBody: jitpBody });
    const printed = await cli.iot('describe-provisioning-template', '--template-name', 'kettle');
    expect(printed).toEqual({
      templateArn,
      templateName: 'kettle',
      creationDate: expect.anything(),
      lastModifiedDate: expect.anything(),
      defaultVersionId: 1,
      templateBody: jitpBody,
      enabled: false,
      provisioningRoleArn: roleArn,
      type: 'FLEET_PROVISIONING',
    });
    const { creationDate } = await cli.bench.iot.describeProvisioningTemplate({
      templateName: 'kettle',
    });
    expect(timeMsOf(printed?.creationDate)).toBeCloseTo(Number(creationDate), -1);
  },
  ListProvisioningTemplates: async (cli) => {
    await createTemplate(cli.bench);
    await createTemplate(cli.bench, { templateName: 'urn', description: 'boils' });
    const printed = await cli.iot('list-provisioning-templates');
    expect(printed).toEqual({
      templates: [
        expect.objectContaining({ templateName: 'kettle', type: 'FLEET_PROVISIONING' }),
        expect.objectContaining({ templateName: 'urn', description: 'boils' }),
      ],
    });
  },
  UpdateProvisioningTemplate: async (cli) => {
    await createTemplate(cli.bench);
    const printed = await cli.iot(
      'update-provisioning-template',
      ...['--template-name', 'kettle', '--enabled', '--description', 'boils'],
    );
    expect(printed ?? {}).toEqual({});
    const after = await cli.bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    expect(after).toMatchObject({ enabled: true, description: 'boils' });
  },
  DeleteProvisioningTemplate: async (cli) => {
    await createTemplate(cli.bench);
    const printed = await cli.iot('delete-provisioning-template', '--template-name', 'kettle');
    expect(printed ?? {}).toEqual({});
    const { templates } = await cli.bench.iot.listProvisioningTemplates({});
    expect(templates).toEqual([]);
  },
  CreateProvisioningTemplateVersion: async (cli) => {
    const templateArn = await createTemplate(cli.bench);
    const printed = await cli.iot(
      'create-provisioning-template-version',
      ...['--template-name', 'kettle', '--set-as-default'],
      ...['--template-body', await cli.file('body.json', jitpBody)],
    );
    expect(printed).toEqual({
      templateArn,
      templateName: 'kettle',
      versionId: 2,
      isDefaultVersion: true,
    });
  },
  DescribeProvisioningTemplateVersion: async (cli) => {
    await createTemplate(cli.bench);
    const printed = await cli.iot(
      'describe-provisioning-template-version',
      ...['--template-name', 'kettle', '--version-id', '1'],
    );
    expect(printed).toEqual({
      versionId: 1,
      creationDate: expect.anything(),
      templateBody: smallestBody,
      isDefaultVersion: true,
    });
  },
  ListProvisioningTemplateVersions: async (cli) => {
    await createTemplate(cli.bench);
    const printed = await cli.iot(
      'list-provisioning-template-versions',
      ...['--template-name', 'kettle'],
    );
    const version = { versionId: 1, creationDate: expect.anything(), isDefaultVersion: true };
    expect(printed).toEqual({ versions: [version] });
  },
  DeleteProvisioningTemplateVersion: async (cli) => {
    await createTemplate(cli.bench);
    await cli.bench.iot.createProvisioningTemplateVersion({
      templateName: 'kettle',
      templateBody: smallestBody,
    });
    const printed = await cli.iot(
      'delete-provisioning-template-version',
      ...['--template-name', 'kettle', '--version-id', '2'],
    );
    expect(printed ?? {}).toEqual({});
    const { versions } = await cli.bench.iot.listProvisioningTemplateVersions({
      templateName: 'kettle',
    });
    expect(versions?.map((row) => row.versionId)).toEqual([1]);
  },
  CreateProvisioningClaim: async (cli) => {
    await createTemplate(cli.bench, { enabled: true });
    const printed = await cli.iot('create-provisioning-claim', '--template-name', 'kettle');
    expect(printed).toEqual({
      certificateId: expect.stringMatching(/^[0-9a-f]{64}$/),
      certificatePem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
      keyPair: {
        PublicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/),
        PrivateKey: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/),
      },
      expiration: expect.anything(),
    });
  },
  RegisterCACertificate: async (cli) => {
    const ca = newCA();
    await createTemplate(cli.bench, { type: 'JITP' });
    const printed = await cli.iot(
      'register-ca-certificate',
      ...['--ca-certificate', await cli.file('ca.pem', ca.pem)],
      ...['--verification-cert', await cli.file('proof.pem', await proofFor(cli.bench, ca))],
      ...['--set-as-active', '--allow-auto-registration'],
      ...['--registration-config', 'templateName=kettle', '--tags', 'Key=site,Value=north'],
    );
    const certificateArn = arnOf(cli.bench, `cacert/${idOf(ca)}`);
    expect(printed).toEqual({ certificateArn, certificateId: idOf(ca) });
    const answer = await cli.bench.iot.describeCACertificate({ certificateId: idOf(ca) });
    expect(answer.registrationConfig).toEqual({ templateName: 'kettle' });
    expect(answer.certificateDescription).toMatchObject({
      certificatePem: ca.pem,
      certificateMode: 'DEFAULT',
      status: 'ACTIVE',
      autoRegistrationStatus: 'ENABLE',
    });
  },
  DescribeCACertificate: async (cli) => {
    const notBeforeMs = Date.UTC(2024, 1, 29, 12);
    const notAfterMs = Date.UTC(2044, 1, 29, 12);
    await createTemplate(cli.bench, { type: 'JITP' });
    const { ca, certificateId, certificateArn } = await registerCA(
      cli.bench,
      { registrationConfig: { templateName: 'kettle' } },
      newCA({ notBeforeMs, notAfterMs }),
    );
    const printed = await cli.iot('describe-ca-certificate', '--certificate-id', certificateId);
    expect(printed).toEqual({
      certificateDescription: {
        certificateArn,
        certificateId,
        status: 'INACTIVE',
        certificatePem: ca.pem,
        ownedBy: cli.bench.account,
        creationDate: expect.anything(),
        autoRegistrationStatus: 'DISABLE',
        lastModifiedDate: expect.anything(),
        customerVersion: 1,
        generationId: expect.any(String),
        validity: { notBefore: expect.anything(), notAfter: expect.anything() },
        certificateMode: 'SNI_ONLY',
      },
      registrationConfig: { templateName: 'kettle' },
    });
    const { certificateDescription } = printed as {
      readonly certificateDescription: { readonly validity: Readonly<Record<string, unknown>> };
    };
    const { notBefore, notAfter } = certificateDescription.validity;
    expect([timeMsOf(notBefore), timeMsOf(notAfter)]).toEqual([notBeforeMs, notAfterMs]);
  },
  ListCACertificates: async (cli) => {
    await createTemplate(cli.bench, { type: 'JITP' });
    const { certificateId, certificateArn } = await registerCA(cli.bench, {
      registrationConfig: { templateName: 'kettle' },
    });
    await registerCA(cli.bench);
    const printed = await cli.iot('list-ca-certificates', '--template-name', 'kettle');
    const row = { certificateArn, certificateId, status: 'INACTIVE' };
    expect(printed).toEqual({ certificates: [{ ...row, creationDate: expect.anything() }] });
  },
  UpdateCACertificate: async (cli) => {
    const { certificateId } = await registerCA(cli.bench);
    const config = { templateBody: jitpBody, roleArn };
    const printed = await cli.iot(
      'update-ca-certificate',
      ...['--certificate-id', certificateId, '--new-status', 'ACTIVE'],
      ...['--new-auto-registration-status', 'ENABLE'],
      ...['--registration-config', await cli.file('config.json', JSON.stringify(config))],
    );
    expect(printed ?? {}).toEqual({});
    const after = await cli.bench.iot.describeCACertificate({ certificateId });
    expect(after.registrationConfig).toEqual(config);
    const changed = { status: 'ACTIVE', autoRegistrationStatus: 'ENABLE' };
    expect(after.certificateDescription).toMatchObject(changed);
  },
  DeleteCACertificate: async (cli) => {
    const { certificateId } = await registerCA(cli.bench);
    const printed = await cli.iot('delete-ca-certificate', '--certificate-id', certificateId);
    expect(printed ?? {}).toEqual({});
    expect((await cli.bench.iot.listCACertificates({})).certificates).toEqual([]);
  },
  GetRegistrationCode: async (cli) => {
    const printed = await cli.iot('get-registration-code');
    const { registrationCode } = await cli.bench.iot.getRegistrationCode({});
    expect(printed).toEqual({ registrationCode });
  },
  DeleteRegistrationCode: async (cli) => {
    const before = await cli.bench.iot.getRegistrationCode({});
    expect((await cli.iot('delete-registration-code')) ?? {}).toEqual({});
    const after = await cli.bench.iot.getRegistrationCode({});
    expect(after.registrationCode).not.toBe(before.registrationCode);
  },
  ListCertificatesByCA: async (cli) => {
    const { certificateId, ids } = await registerFleet(cli.bench, 2);
    const printed = await cli.iot(
      'list-certificates-by-ca',
      ...['--ca-certificate-id', certificateId, '--ascending-order'],
    );
    const row = { status: 'INACTIVE', certificateMode: 'SNI_ONLY' };
    const rows = ids.map((certificateId) => expect.objectContaining({ ...row, certificateId }));
    expect(printed).toEqual({ certificates: rows });
  },
  TagResource: async (cli) => {
    const resourceArn = await createTemplate(cli.bench);
    const printed = await cli.iot(
      'tag-resource',
      ...['--resource-arn', resourceArn, '--tags', 'Key=site,Value=north', 'Key=empty,Value='],
    );
    expect(printed ?? {}).toEqual({});
    const { tags } = await cli.bench.iot.listTagsForResource({ resourceArn });
    expect(tags).toEqual([north, { Key: 'empty', Value: '' }]);
  },
  UntagResource: async (cli) => {
    const tags = [north, { Key: 'a', Value: '1' }];
    const resourceArn = await createTemplate(cli.bench, { tags });
    const printed = await cli.iot(
      'untag-resource',
      ...['--resource-arn', resourceArn, '--tag-keys', 'a'],
    );
    expect(printed ?? {}).toEqual({});
    expect((await cli.bench.iot.listTagsForResource({ resourceArn })).tags).toEqual([north]);
  },
  ListTagsForResource: async (cli) => {
    const { certificateArn } = await registerCA(cli.bench, { tags: [north] });
    const printed = await cli.iot('list-tags-for-resource', '--resource-arn', certificateArn);
    expect(printed).toEqual({ tags: [north] });
  },
  RegisterCertificate: async (cli) => {
    const { ca } = await registerCA(cli.bench, { setAsActive: true });
    const device = newDevice(ca);
    const printed = await cli.iot(
      'register-certificate',
      ...['--certificate-pem', await cli.file('device.pem', device.pem)],
      ...['--ca-certificate-pem', await cli.file('ca.pem', ca.pem), '--status', 'ACTIVE'],
    );
    const certificateArn = arnOf(cli.bench, `cert/${idOf(device)}`);
    expect(printed).toEqual({ certificateArn, certificateId: idOf(device) });
  },
  DescribeCertificate: async (cli) => {
    const { certificateId: caCertificateId, ids } = await registerFleet(cli.bench, 1);
    const [certificateId = ''] = ids;
    const printed = await cli.iot('describe-certificate', '--certificate-id', certificateId);
    expect(printed?.certificateDescription).toMatchObject({
      certificateId,
      caCertificateId,
      status: 'INACTIVE',
      ownedBy: cli.bench.account,
      certificateMode: 'SNI_ONLY',
    });
  },
  UpdateCertificate: async (cli) => {
    const { ids } = await registerFleet(cli.bench, 1);
    const [certificateId = ''] = ids;
    const printed = await cli.iot(
      'update-certificate',
      ...['--certificate-id', certificateId, '--new-status', 'REVOKED'],
    );
    expect(printed ?? {}).toEqual({});
    const { certificateDescription } = await cli.bench.iot.describeCertificate({ certificateId });
    expect(certificateDescription?.status).toBe('REVOKED');
  },
  DeleteCertificate: async (cli) => {
    const { certificateId: caCertificateId, ids } = await registerFleet(cli.bench, 1);
    const printed = await cli.iot(
      'delete-certificate',
      ...['--certificate-id', ids[0] ?? '', '--force-delete'],
    );
    expect(printed ?? {}).toEqual({});
    const { certificates } = await cli.bench.iot.listCertificatesByCA({ caCertificateId });
    expect(certificates).toEqual([]);
  },
};

const describeCli = version === undefined ? describe.skip : describe;
if (version === undefined) {
  console.warn('There is no `aws` on the PATH: the tests that drive the AWS CLI are skipped.');
}

describeCli(`the AWS CLI (${version})`, () => {
  let plane: ControlPlane;
  let directory: string;
  let bench: Bench;
  let cli: Cli;

  beforeAll(async () => {
    plane = await startControlPlane();
  });

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'aws-cli-'));
    bench = openBench(await openEndpoint({ url: plane.url }));
    cli = openCli(bench, directory);
  });

  afterEach(async () => {
    bench.close();
    await rm(directory, { recursive: true, force: true });
  });

  afterAll(() => plane.close());

  test.each(actionNames)('%s', async (action) => {
    plane.resetCalls();
    await drives[action](cli);
    expect(plane.calls().served[action]).toBeGreaterThan(0);
  });

  test('pages through 30 CAs by itself', async () => {
    const ids = await registerCAs(bench, 30);
    const idsOf = (printed: Record<string, unknown> = {}) =>
      (printed.certificates as Array<Record<string, unknown>>).map((row) => row.certificateId);
    plane.resetCalls();
    const all = await cli.iot('list-ca-certificates', '--ascending-order');
    expect(Object.keys(all ?? {})).toEqual(['certificates']);
    expect(idsOf(all)).toEqual(ids);
    expect(plane.calls().served.ListCACertificates).toBe(2);

    const command = ['list-ca-certificates', '--ascending-order'];
    const first = await cli.iot(...command, '--max-items', '12');
    expect(idsOf(first)).toEqual(ids.slice(0, 12));
    const rest = await cli.iot(...command, '--starting-token', String(first?.NextToken));
    expect(idsOf(rest)).toEqual(ids.slice(12));

    // A page size of the API's own switches the CLI's paging off.
    const page = await cli.iot(...command, '--page-size', '7');
    expect(idsOf(page)).toEqual(ids.slice(0, 7));
    const next = await cli.iot(...command, '--marker', String(page?.nextMarker));
    expect(idsOf(next)).toEqual(ids.slice(7));
  });

  test('shows the errors by name, with their messages', async () => {
    const { certificateId } = await registerCA(bench, { setAsActive: true });
    const refusals = await Promise.all([
      cli.run('describe-ca-certificate', '--certificate-id', absentCertificateId),
      cli.run('delete-ca-certificate', '--certificate-id', certificateId),
      cli.run('list-things'),
    ]);
    for (const { code, stdout } of refusals) {
      expect(code).not.toBe(0);
      expect(stdout).toBe('');
    }
    const [absent, active, unserved] = refusals.map(({ stderr }) => stderr);
    expect(absent).toContain(
      'An error occurred (ResourceNotFoundException) when calling the DescribeCACertificate operation: ',
    );
    expect(active).toContain(
      `An error occurred (CertificateStateException) when calling the DeleteCACertificate operation: CA certificate must be deactivated (not ACTIVE) before deletion. Id: ${certificateId}`,
    );
    expect(unserved).toContain('An error occurred (UnknownOperationException)');
  });
});
