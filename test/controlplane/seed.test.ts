import { describe, expect, test } from '@jest/globals';
import {
  describeCACertificate,
  listCACertificates,
} from '../../src/controlplane/caCertificates.ts';
import { describeCertificate } from '../../src/controlplane/certificates.ts';
import { parseSeed, type SeedDocument } from '../../src/controlplane/parseSeed.ts';
import {
  describeProvisioningTemplate,
  listProvisioningTemplates,
} from '../../src/controlplane/provisioningTemplates.ts';
import {
  createProvisioningTemplateVersion,
  listProvisioningTemplateVersions,
} from '../../src/controlplane/provisioningTemplateVersions.ts';
import { applySeed } from '../../src/controlplane/seed.ts';
import { demoOutlines, demoSeed } from '../../src/controlplane/seedDemo.ts';
import { SeedError } from '../../src/controlplane/seedError.ts';
import { listTagsForResource } from '../../src/controlplane/tags.ts';
import {
  type ReadCertificate,
  readCertificate,
  readCertificateOutline,
} from '../../src/provisioning/x509.ts';
import { makeCA, makeLeaf, testEpochMs } from '../support/pki.ts';
import { TestRealm, testAccount, testRegion, testRoleArn } from '../support/realm.ts';

const ca = makeCA();
const device = makeLeaf(ca);
const template = {
  templateName: 'kettle',
  type: 'JITP',
  provisioningRoleArn: testRoleArn,
  versions: [{ templateBody: { Resources: {} } }],
};

async function seeded(document: SeedDocument): Promise<TestRealm> {
  const realm = await TestRealm.open();
  await realm.stage((state) => {
    applySeed(document, { account: testAccount, region: testRegion, nowMs: realm.nowMs, state });
  });
  return realm;
}

function problemsOf(json: unknown): readonly string[] {
  try {
    parseSeed(json);
  } catch (error) {
    if (error instanceof SeedError) return error.problems;
    throw error;
  }
  return [];
}

function read(pem: string): ReadCertificate {
  const certificate = readCertificate(pem);
  if (certificate.kind === 'unreadable') throw new Error(certificate.message);
  return certificate;
}

describe('a seed', () => {
  test('may be empty, and goes to the usual account and region', () => {
    expect(parseSeed({})).toEqual({
      account: '123456789012',
      region: 'us-east-1',
      templates: [],
      caCertificates: [],
      certificates: [],
    });
  });

  test('fills a realm as the actions would have', async () => {
    const realm = await seeded(
      parseSeed({
        registrationCode: 'ab'.repeat(32),
        templates: [
          {
            ...template,
            description: 'Kettles',
            enabled: true,
            defaultVersionId: 4,
            creationDate: '2025-02-03T04:05:06Z',
            lastModifiedDate: '2025-06-01T00:00:00+02:00',
            tags: { site: 'leeds' },
            versions: [
              { templateBody: { Resources: {} } },
              {
                versionId: 4,
                templateBody: '{ "Resources":{} }',
                creationDate: '2025-06-01T00:00:00Z',
              },
            ],
          },
        ],
        caCertificates: [
          {
            certificatePem: ca.pem,
            status: 'ACTIVE',
            certificateMode: 'SNI_ONLY',
            registrationConfig: { templateName: 'kettle' },
            creationDate: '2025-03-01T00:00:00Z',
          },
        ],
        certificates: [{ certificatePem: device.pem, status: 'PENDING_TRANSFER' }],
      }),
    );
    const described = await realm.run(describeProvisioningTemplate, { templateName: 'kettle' });
    expect(described).toMatchObject({
      description: 'Kettles',
      enabled: true,
      defaultVersionId: 4,
      templateBody: '{ "Resources":{} }',
      creationDate: new Date('2025-02-03T04:05:06Z'),
      lastModifiedDate: new Date('2025-05-31T22:00:00Z'),
    });
    const resourceArn = described.templateArn;
    expect((await realm.run(listTagsForResource, { resourceArn })).tags).toEqual([
      { Key: 'site', Value: 'leeds' },
    ]);
    const { versions } = await realm.run(listProvisioningTemplateVersions, template);
    expect(versions?.map((version) => version.versionId)).toEqual([1, 4]);
    const templateBody = '{}';
    expect(
      await realm.run(createProvisioningTemplateVersion, { templateName: 'kettle', templateBody }),
    ).toMatchObject({ versionId: 5 });

    const { certificateId } = read(ca.pem);
    expect(await realm.run(describeCACertificate, { certificateId })).toMatchObject({
      certificateDescription: {
        status: 'ACTIVE',
        autoRegistrationStatus: 'DISABLE',
        ownedBy: testAccount,
        creationDate: new Date('2025-03-01T00:00:00Z'),
        lastModifiedDate: new Date('2025-03-01T00:00:00Z'),
      },
      registrationConfig: { templateName: 'kettle' },
    });
    expect(
      await realm.run(describeCertificate, { certificateId: read(device.pem).certificateId }),
    ).toMatchObject({
      certificateDescription: {
        caCertificateId: certificateId,
        certificateMode: 'SNI_ONLY',
        status: 'PENDING_TRANSFER',
        creationDate: new Date(testEpochMs),
      },
    });
    expect(realm.state.registrationCode.get('current')?.registrationCode).toBe('ab'.repeat(32));
  });

  test('is listed in order of its dates', async () => {
    const [older, newer] = [makeCA(), makeCA()];
    const realm = await seeded(
      parseSeed({
        caCertificates: [
          { certificatePem: newer.pem, creationDate: '2025-02-01T00:00:00Z' },
          { certificatePem: older.pem, creationDate: '2025-01-01T00:00:00Z' },
        ],
      }),
    );
    const { certificates } = await realm.run(listCACertificates, { ascendingOrder: true });
    expect(certificates?.map((row) => row.certificateId)).toEqual(
      [older, newer].map((each) => read(each.pem).certificateId),
    );
  });

  test('leaves a realm alone that holds something', async () => {
    const realm = await seeded(parseSeed({ registrationCode: 'ab'.repeat(32) }));
    await realm.stage((state) => {
      const context = { account: testAccount, region: testRegion, nowMs: 0, state };
      expect(applySeed(parseSeed({ templates: [template] }), context)).toBe(false);
    });
    expect(realm.state.templates.count()).toBe(0);
  });
});

describe('a seed that cannot be used', () => {
  const sameSubject = Array.from({ length: 11 }, () => ({ certificatePem: makeCA().pem }));
  test.each<[string, unknown, string | RegExp]>([
    ['is not an object', [], /^\(top level\): /],
    ['has an unknown member', { CAs: [] }, /CAs/],
    [
      'has a member of the wrong type',
      { templates: [{ ...template, enabled: 'yes' }] },
      /^templates\[0\]\.enabled: /,
    ],
    [
      'has a date that is none',
      { templates: [{ ...template, creationDate: 'May' }] },
      /^templates\[0\]\.creationDate: /,
    ],
    [
      'has six versions',
      { templates: [{ ...template, versions: Array(6).fill(template.versions[0]) }] },
      /^templates\[0\]\.versions: /,
    ],
    [
      'names a template twice',
      { templates: [template, template] },
      'templates[1].templateName: another template has this name',
    ],
    [
      'has version ids that do not grow',
      {
        templates: [
          {
            ...template,
            versions: [
              { versionId: 2, templateBody: '{}' },
              { versionId: 2, templateBody: '{}' },
            ],
          },
        ],
      },
      /^templates\[0\]\.versions: /,
    ],
    [
      'has a default version that is not there',
      { templates: [{ ...template, defaultVersionId: 2 }] },
      /^templates\[0\]\.defaultVersionId: /,
    ],
    [
      'has a body that is not JSON',
      { templates: [{ ...template, versions: [{ templateBody: 'x' }] }] },
      /^templates\[0\]\.versions\[0\]\.templateBody: .*JSON/,
    ],
    [
      'has a role that is none',
      { templates: [{ ...template, provisioningRoleArn: 'x' }] },
      /^templates\[0\]\.provisioningRoleArn: /,
    ],
    [
      'has a hook on JITP',
      { templates: [{ ...template, preProvisioningHook: { targetArn: 'x' } }] },
      /^templates\[0\]\.preProvisioningHook: .*JITP/,
    ],
    [
      'has a reserved tag',
      { templates: [{ ...template, tags: { 'aws:x': '' } }] },
      /^templates\[0\]\.tags: /,
    ],
    [
      'has bad PEM',
      { caCertificates: [{ certificatePem: 'x' }] },
      /^caCertificates\[0\]\.certificatePem: No PEM/,
    ],
    [
      'has a CA that is none',
      { caCertificates: [{ certificatePem: device.pem }] },
      /^caCertificates\[0\]\.certificatePem: .*CA:TRUE/,
    ],
    [
      'has a CA with a weak key',
      { caCertificates: [{ certificatePem: makeCA({ key: 'rsa-1024' }).pem }] },
      /^caCertificates\[0\]\.certificatePem: RSA/,
    ],
    [
      'has a CA twice',
      { caCertificates: [{ certificatePem: ca.pem }, { certificatePem: ca.pem }] },
      /^caCertificates\[1\]\.certificatePem: .*twice/,
    ],
    [
      'has eleven CAs with one subject',
      { caCertificates: sameSubject },
      /^caCertificates\[10\]\.certificatePem: more than 10/,
    ],
    [
      'names a missing template',
      { caCertificates: [{ certificatePem: ca.pem, registrationConfig: { templateName: 'pot' } }] },
      'caCertificates[0].registrationConfig: Template with name pot does not exist',
    ],
    [
      'attaches a fleet template',
      {
        templates: [{ ...template, type: 'FLEET_PROVISIONING' }],
        caCertificates: [
          { certificatePem: ca.pem, registrationConfig: { templateName: 'kettle' } },
        ],
      },
      /^caCertificates\[0\]\.registrationConfig: .*not of type JITP/,
    ],
    [
      'has an inline body without a role',
      { caCertificates: [{ certificatePem: ca.pem, registrationConfig: { templateBody: {} } }] },
      /^caCertificates\[0\]\.registrationConfig: .*roleArn/,
    ],
    [
      'has a certificate of no CA',
      { certificates: [{ certificatePem: device.pem }] },
      /^certificates\[0\]\.certificatePem: no CA/,
    ],
    [
      'has a certificate twice',
      {
        caCertificates: [{ certificatePem: ca.pem }],
        certificates: [{ certificatePem: device.pem }, { certificatePem: device.pem }],
      },
      /^certificates\[1\]\.certificatePem: .*twice/,
    ],
  ])('%s', (_name, json, problem) => {
    const problems = problemsOf(json);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    );
  });

  test('of two CAs with one subject and key, one must be named', () => {
    const renewed = makeCA({ privateKey: ca.privateKey, serialNumberHex: '02' });
    const caCertificates = [{ certificatePem: ca.pem }, { certificatePem: renewed.pem }];
    const item = { certificatePem: device.pem };
    expect(problemsOf({ caCertificates, certificates: [item] })).toEqual([
      expect.stringMatching(/^certificates\[0\]\.certificatePem: several/),
    ]);
    const named = { ...item, caCertificateId: read(renewed.pem).certificateId };
    expect(problemsOf({ caCertificates, certificates: [named] })).toEqual([]);
  });

  test('tells every problem at once', () => {
    const error = () => parseSeed({ templates: [{ ...template, enabled: 1, tags: 1 }] });
    expect(error).toThrow(/templates\[0\]\.enabled[\s\S]*templates\[0\]\.tags/);
  });
});

describe('the demo data', () => {
  const nowMs = Date.UTC(2026, 10, 22, 13, 14, 15);
  const dayMs = 86_400_000;
  const demo = demoSeed(nowMs);
  const cas = demo.caCertificates.map((item) => ({ ...item, ...read(item.certificatePem) }));

  test('is sound, and written as the format gives it', () => {
    expect(parseSeed(demo)).toEqual(demo);
  });

  test('is the same at every start on one day, and differs only in what expires soon after', () => {
    expect(demoSeed(nowMs + 3600_000)).toEqual(demo);
    const tomorrow = demoSeed(nowMs + dayMs).caCertificates;
    const changed = tomorrow.filter(
      (item, index) => item.certificatePem !== demo.caCertificates[index]?.certificatePem,
    );
    expect(changed).toHaveLength(3);
  });

  test('comes with what its certificates say of themselves', () => {
    const known = demoOutlines();
    const items = [...demo.caCertificates, ...demo.certificates];
    const unknown = items.filter(({ certificatePem: pem }) => !known.has(pem));
    expect(unknown).toHaveLength(3);
    for (const [pem, outline] of known) expect(readCertificateOutline(pem)).toMatchObject(outline);
  });

  test('has the templates that the start page shows', async () => {
    expect(demo.templates.length).toBeGreaterThanOrEqual(8);
    expect(new Set(demo.templates.map((item) => item.type)).size).toBe(2);
    expect(demo.templates.some((item) => item.versions.length === 5)).toBe(true);
    expect(demo.templates.some((item) => !item.enabled)).toBe(true);
    expect(demo.templates.some((item) => item.preProvisioningHook !== undefined)).toBe(true);
    const realm = await seeded(demo);
    const { templates = [] } = await realm.run(listProvisioningTemplates, { maxResults: 5 });
    const jitp = templates.filter((row) => row.type === 'JITP');
    expect(jitp.length).toBeGreaterThanOrEqual(2);
    for (const { templateName } of jitp) {
      const { certificates } = await realm.run(listCACertificates, { templateName });
      expect(certificates?.length).toBeGreaterThan(0);
    }
  });

  test('has 40 CAs of every kind, listed in the order of the file', async () => {
    const has = (test: (each: (typeof cas)[number]) => boolean) => cas.filter(test).length;
    expect(cas).toHaveLength(40);
    expect(new Set(cas.map((each) => each.certificateId)).size).toBe(40);
    expect(has((each) => each.registrationConfig?.templateName !== undefined)).toBeGreaterThan(20);
    expect(has((each) => each.registrationConfig?.templateBody !== undefined)).toBe(5);
    expect(has((each) => each.registrationConfig === undefined)).toBe(8);
    expect(has((each) => each.status === 'INACTIVE')).toBeGreaterThan(5);
    expect(has((each) => each.certificateMode === 'SNI_ONLY')).toBeGreaterThan(5);
    expect(has((each) => each.autoRegistrationStatus === 'DISABLE')).toBeGreaterThan(5);
    expect(has((each) => each.notAfterMs < nowMs)).toBe(1);
    expect(has((each) => each.notAfterMs > nowMs && each.notAfterMs < nowMs + 30 * dayMs)).toBe(3);
    const realm = await seeded(demo);
    const { certificates } = await realm.run(listCACertificates, {
      ascendingOrder: true,
      pageSize: 250,
    });
    expect(certificates?.map((row) => row.certificateId)).toEqual(
      cas.map((each) => each.certificateId),
    );
  });

  test('every CA really signed itself, and every device certificate was signed by one', async () => {
    for (const each of cas) expect(each.verifySignedBy(each.publicKey)).toBe(true);
    const realm = await seeded(demo);
    expect(demo.certificates.length).toBeGreaterThan(3);
    expect(realm.state.certificates.count()).toBe(demo.certificates.length);
  });
});
