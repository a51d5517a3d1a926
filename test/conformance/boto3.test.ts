import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { actionNames } from '../../src/controlplane/actions.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { type Bench, openBench, openEndpoint } from './endpoint.ts';
import {
  absentCertificateId,
  arnOf,
  idOf,
  jitpBody,
  newCA,
  newDevice,
  proofFor,
  registerCAs,
  roleArn,
  smallestBody,
} from './fixtures.ts';

const script = fileURLToPath(new URL('boto3Client.py', import.meta.url));

/** Debian's boto3 belongs to its own Python, which need not be the first on the PATH. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import boto3']).status === 0,
);

interface Told {
  readonly answer?: unknown;
  readonly requestId?: string;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** A Python program that calls with boto3, in the account of a bench. */
interface Boto {
  call(name: string, given?: object): Promise<Told>;
  paginate(name: string, given?: object): Promise<Told>;
  close(): Promise<void>;
}

async function openBoto(command: string, { caller, endpoint }: Bench): Promise<Boto> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const child: ChildProcess = spawn(command, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...Object.fromEntries(inherited),
      AWS_ACCESS_KEY_ID: caller.accessKeyId,
      AWS_SECRET_ACCESS_KEY: endpoint.secretAccessKey,
      AWS_DEFAULT_REGION: caller.region,
      AWS_ENDPOINT_URL_IOT: endpoint.url,
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: '127.0.0.1',
    },
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new TypeError('The process has no pipes.');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Told> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('boto3 ended');
    return JSON.parse(value);
  };
  await next();
  const ask = (request: object): Promise<Told> => {
    stdin.write(`${JSON.stringify(request)}\n`);
    return next();
  };
  return {
    call: (call, given = {}) => ask({ call, with: given }),
    paginate: (paginate, given = {}) => ask({ paginate, with: given }),
    close: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        stdin.end();
      }),
  };
}

const describeBoto = python === undefined ? describe.skip : describe;
if (python === undefined) {
  console.warn('No Python here has boto3: the tests that drive boto3 are skipped.');
}

const date = { date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*\+00:00$/) };

describeBoto('boto3', () => {
  let plane: ControlPlane;
  let bench: Bench;
  let boto: Boto;

  beforeAll(async () => {
    plane = await startControlPlane();
    bench = openBench(await openEndpoint({ url: plane.url }));
    boto = await openBoto(python ?? '', bench);
  });
  beforeEach(() => plane.resetCalls());
  afterAll(async () => {
    await boto.close();
    bench.close();
    await plane.close();
  });

  /** The answer of a call that succeeds. */
  async function done(name: string, given?: object): Promise<unknown> {
    const told = await boto.call(name, given);
    expect(told.error).toBeUndefined();
    expect(told.requestId).toMatch(/\S/);
    return told.answer;
  }

  test('makes every action, and understands every answer', async () => {
    const ca = newCA({ notBeforeMs: Date.UTC(2024, 1, 29), notAfterMs: Date.UTC(2044, 1, 29) });
    const certificateId = idOf(ca);
    const certificateArn = arnOf(bench, `cacert/${certificateId}`);
    const templateArn = arnOf(bench, 'provisioningtemplate/kettle');
    const templateName = 'kettle';
    const north = { Key: 'site', Value: 'north' };

    const created = await done('create_provisioning_template', {
      templateName,
      templateBody: jitpBody,
      provisioningRoleArn: roleArn,
      type: 'JITP',
      enabled: true,
      tags: [north],
    });
    expect(created).toEqual({ templateArn, templateName, defaultVersionId: 1 });
    expect(await done('list_provisioning_templates')).toEqual({
      templates: [
        expect.objectContaining({ templateName, enabled: true, type: 'JITP', creationDate: date }),
      ],
    });
    expect(
      await done('create_provisioning_template_version', {
        templateName,
        templateBody: smallestBody,
        setAsDefault: false,
      }),
    ).toEqual({ templateArn, templateName, versionId: 2, isDefaultVersion: false });
    expect(
      await done('describe_provisioning_template_version', { templateName, versionId: 2 }),
    ).toEqual({
      versionId: 2,
      creationDate: date,
      templateBody: smallestBody,
      isDefaultVersion: false,
    });
    expect(await done('list_provisioning_template_versions', { templateName })).toMatchObject({
      versions: [{ versionId: 1 }, { versionId: 2 }],
    });
    await done('update_provisioning_template', { templateName, description: 'boils' });
    await done('delete_provisioning_template_version', { templateName, versionId: 2 });
    expect(await done('describe_provisioning_template', { templateName })).toMatchObject({
      description: 'boils',
      templateBody: jitpBody,
      lastModifiedDate: date,
      defaultVersionId: 1,
    });

    const { registrationCode } = (await done('get_registration_code')) as Record<string, string>;
    expect(registrationCode).toMatch(/^[0-9a-f]{64}$/);
    expect(
      await done('register_ca_certificate', {
        caCertificate: ca.pem,
        verificationCertificate: await proofFor(bench, ca),
        setAsActive: true,
        allowAutoRegistration: true,
        registrationConfig: { templateName },
      }),
    ).toEqual({ certificateArn, certificateId });
    expect(await done('describe_ca_certificate', { certificateId })).toMatchObject({
      certificateDescription: {
        certificatePem: ca.pem,
        status: 'ACTIVE',
        autoRegistrationStatus: 'ENABLE',
        creationDate: date,
        validity: {
          notBefore: { date: '2024-02-29T00:00:00+00:00' },
          notAfter: { date: '2044-02-29T00:00:00+00:00' },
        },
      },
      registrationConfig: { templateName },
    });
    expect(await done('list_ca_certificates', { templateName })).toEqual({
      certificates: [{ certificateArn, certificateId, status: 'ACTIVE', creationDate: date }],
    });

    await done('tag_resource', { resourceArn: certificateArn, tags: [north] });
    expect(await done('list_tags_for_resource', { resourceArn: certificateArn })).toEqual({
      tags: [north],
    });
    await done('untag_resource', { resourceArn: certificateArn, tagKeys: ['site'] });

    const device = newDevice(ca);
    expect(
      await done('register_certificate', { certificatePem: device.pem, status: 'ACTIVE' }),
    ).toMatchObject({ certificateId: idOf(device) });
    expect(await done('list_certificates_by_ca', { caCertificateId: certificateId })).toMatchObject(
      { certificates: [{ certificateId: idOf(device), status: 'ACTIVE' }] },
    );
    await done('update_certificate', { certificateId: idOf(device), newStatus: 'INACTIVE' });
    expect(await done('describe_certificate', { certificateId: idOf(device) })).toMatchObject({
      certificateDescription: { status: 'INACTIVE', caCertificateId: certificateId },
    });
    await done('delete_certificate', { certificateId: idOf(device) });

    await done('update_ca_certificate', {
      certificateId,
      newStatus: 'INACTIVE',
      removeAutoRegistration: true,
    });
    await done('delete_ca_certificate', { certificateId });
    await done('delete_registration_code');
    await done('delete_provisioning_template', { templateName });

    const fleet = { templateName: 'fleet', templateBody: smallestBody, enabled: true };
    await done('create_provisioning_template', { ...fleet, provisioningRoleArn: roleArn });
    expect(await done('create_provisioning_claim', { templateName: 'fleet' })).toMatchObject({
      keyPair: { PrivateKey: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/) },
      expiration: date,
    });

    expect(Object.keys(plane.calls().served).sort()).toEqual([...actionNames].sort());
  });

  test('pages through 30 CAs with its own paginator', async () => {
    const ids = await registerCAs(bench, 30);
    plane.resetCalls();
    const { answer } = await boto.paginate('list_ca_certificates', {
      ascendingOrder: true,
      PaginationConfig: { PageSize: 7 },
    });
    const pages = answer as Array<{ certificates: Array<{ certificateId: string }> }>;
    expect(pages.flatMap((page) => page.certificates.map((row) => row.certificateId))).toEqual(ids);
    expect(plane.calls().served).toEqual({ ListCACertificates: 5 });
  });

  test('has a class for each error, with its message', async () => {
    const name = { templateName: 'nowhere' };
    expect((await boto.call('describe_provisioning_template', name)).error).toEqual({
      code: 'ResourceNotFoundException',
      class: 'ResourceNotFoundException',
      status: 404,
      message: expect.stringContaining('nowhere'),
      attempts: 1,
    });
    const absent = { certificateId: absentCertificateId };
    expect((await boto.call('update_ca_certificate', absent)).error).toMatchObject({
      class: expect.stringMatching(/^(?:ResourceNotFound|InvalidRequest)Exception$/),
    });
    const pem = { caCertificate: 'no certificate', certificateMode: 'SNI_ONLY' };
    expect((await boto.call('register_ca_certificate', pem)).error).toMatchObject({
      class: 'CertificateValidationException',
      status: 400,
    });
  });

  test('tries again what was throttled, and gives up in the end', async () => {
    const fault = { kind: 'error', action: 'GetRegistrationCode', name: 'ThrottlingException' };
    const setFaults = (faults: unknown[]) =>
      fetch(`${plane.url}/_local/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      });
    await setFaults([{ ...fault, times: 1 }]);
    expect((await boto.call('get_registration_code')).answer).toHaveProperty('registrationCode');
    await setFaults([fault]);
    expect((await boto.call('get_registration_code')).error).toMatchObject({
      class: 'ThrottlingException',
      attempts: 2,
    });
    await setFaults([]);
  });
});
