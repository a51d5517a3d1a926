import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { assertRecentSeconds, assertVoid, refused, succeeded } from '../expect.ts';
import {
  arnOf,
  createTemplate,
  jitpBody,
  policyWithoutDocumentBody,
  smallestBody,
} from '../fixtures.ts';

const templateName = 'kettle';
const versionsTarget = '/provisioning-templates/kettle/versions';

const create = auditsOf('CreateProvisioningTemplateVersion', 'VER-CRE');
const creating: readonly Audit[] = [
  create.must('01', 'answer arn, name, number and isDefaultVersion false', async (bench) => {
    await createTemplate(bench);
    const answer = await bench.send({
      method: 'POST',
      target: versionsTarget,
      body: { templateBody: jitpBody },
    });
    assert.deepEqual(succeeded(answer), {
      templateArn: arnOf(bench, 'provisioningtemplate/kettle'),
      templateName,
      versionId: 2,
      isDefaultVersion: false,
    });
    const template = await bench.iot.describeProvisioningTemplate({ templateName });
    assert.equal(template.defaultVersionId, 1);
  }),
  create.must('02', 'move the default with setAsDefault=true', async (bench) => {
    await createTemplate(bench);
    const answer = await bench.send({
      method: 'POST',
      target: `${versionsTarget}?setAsDefault=true`,
      body: { templateBody: jitpBody },
    });
    assert.equal(succeeded(answer).isDefaultVersion, true);
    const template = await bench.iot.describeProvisioningTemplate({ templateName });
    assert.equal(template.defaultVersionId, 2);
    assert.equal(template.templateBody, jitpBody);
  }),
  create.must('03', 'not move the default with setAsDefault=false', async (bench) => {
    await createTemplate(bench);
    const made = await bench.iot.createProvisioningTemplateVersion({
      templateName,
      templateBody: jitpBody,
      setAsDefault: false,
    });
    assert.equal(made.isDefaultVersion, false);
  }),
  create.must('04', "move the template's lastModifiedDate", async (bench) => {
    await createTemplate(bench);
    const before = await bench.iot.describeProvisioningTemplate({ templateName });
    await systemClock.sleep(2);
    await createVersion(bench);
    const after = await bench.iot.describeProvisioningTemplate({ templateName });
    assert.ok(Number(after.lastModifiedDate) > Number(before.lastModifiedDate));
    assert.deepEqual(after.creationDate, before.creationDate);
  }),
  create.mustRefuse(
    '05',
    'VersionsLimitExceededException',
    'for the sixth version',
    async (bench) => {
      await createTemplate(bench);
      for (let count = 1; count < 5; count += 1) await createVersion(bench);
      return () => createVersion(bench);
    },
  ),
  create.must('06', 'take another version once one of five is deleted', async (bench) => {
    await createTemplate(bench);
    for (let count = 1; count < 5; count += 1) await createVersion(bench);
    await bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 3 });
    await createVersion(bench);
  }),
  create.should('07', 'never use the number of a deleted version again', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench);
    await bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 2 });
    assert.equal(await createVersion(bench), 3);
  }),
  create.mustRefuse(
    '08',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () => createVersion(bench),
  ),
  create.mustRefuse(
    '09',
    'InvalidRequestException',
    'when the body is not a JSON object',
    async (bench) => {
      await createTemplate(bench);
      return () => createVersion(bench, 'Resources: {}');
    },
  ),
  create.shouldRefuse(
    '10',
    'InvalidRequestException',
    'when a policy has neither name nor document',
    async (bench) => {
      await createTemplate(bench);
      return () => createVersion(bench, policyWithoutDocumentBody);
    },
  ),
];

const describe = auditsOf('DescribeProvisioningTemplateVersion', 'VER-DES');
const describing: readonly Audit[] = [
  describe.must(
    '01',
    'answer number, creation date as an epoch number, body and isDefaultVersion',
    async (bench) => {
      await createTemplate(bench);
      const answer = succeeded(await bench.send({ target: `${versionsTarget}/1` }));
      const { creationDate, ...others } = answer;
      assertRecentSeconds(creationDate, systemClock.nowMs());
      assert.deepEqual(others, {
        versionId: 1,
        templateBody: smallestBody,
        isDefaultVersion: true,
      });
    },
  ),
  describe.must('02', 'answer the body of that version, not of the default', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench, jitpBody);
    const made = await bench.iot.describeProvisioningTemplateVersion({
      templateName,
      versionId: 2,
    });
    assert.equal(made.templateBody, jitpBody);
    assert.equal(made.isDefaultVersion, false);
    assert.ok(made.creationDate instanceof Date);
  }),
  describe.must('03', 'follow the default in isDefaultVersion', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench);
    await bench.iot.updateProvisioningTemplate({ templateName, defaultVersionId: 2 });
    const first = await bench.iot.describeProvisioningTemplateVersion({
      templateName,
      versionId: 1,
    });
    const second = await bench.iot.describeProvisioningTemplateVersion({
      templateName,
      versionId: 2,
    });
    assert.equal(first.isDefaultVersion, false);
    assert.equal(second.isDefaultVersion, true);
  }),
  describe.mustRefuse(
    '04',
    'ResourceNotFoundException',
    'when there is no such version',
    async (bench) => {
      await createTemplate(bench);
      return () => bench.iot.describeProvisioningTemplateVersion({ templateName, versionId: 2 });
    },
  ),
  describe.mustRefuse(
    '05',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () =>
      bench.iot.describeProvisioningTemplateVersion({ templateName, versionId: 1 }),
  ),
  describe.mustRefuse(
    '06',
    'InvalidRequestException',
    'when the name has characters that no name has',
    async (bench) => () =>
      bench.iot.describeProvisioningTemplateVersion({ templateName: 'ket/tle', versionId: 1 }),
  ),
];

const list = auditsOf('ListProvisioningTemplateVersions', 'VER-LIS');
const listing: readonly Audit[] = [
  list.must('01', 'answer rows of three members and no nextToken', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench);
    const answer = succeeded(await bench.send({ target: versionsTarget }));
    assert.deepEqual(Object.keys(answer), ['versions']);
    const rows = answer.versions as Array<Record<string, unknown>>;
    for (const row of rows) assertRecentSeconds(row.creationDate, systemClock.nowMs());
    assert.deepEqual(
      rows.map(({ creationDate: _, ...row }) => row),
      [
        { versionId: 1, isDefaultVersion: true },
        { versionId: 2, isDefaultVersion: false },
      ],
    );
  }),
  list.must('02', 'list in order of version number, also after a delete', async (bench) => {
    await createTemplate(bench);
    for (let count = 1; count < 5; count += 1) await createVersion(bench);
    await bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 2 });
    await createVersion(bench);
    const { versions = [] } = await bench.iot.listProvisioningTemplateVersions({ templateName });
    const numbers = versions.map((version) => Number(version.versionId));
    assert.equal(numbers.length, 5);
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
  }),
  list.mustRefuse(
    '03',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () => bench.iot.listProvisioningTemplateVersions({ templateName }),
  ),
  list.mustRefuse('04', 'InvalidRequestException', 'for a page of 251', async (bench) => {
    await createTemplate(bench);
    return () => bench.iot.listProvisioningTemplateVersions({ templateName, maxResults: 251 });
  }),
];

const remove = auditsOf('DeleteProvisioningTemplateVersion', 'VER-DEL');
const deleting: readonly Audit[] = [
  remove.must('01', 'answer nothing, and the version is gone', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench);
    assertVoid(await bench.send({ method: 'DELETE', target: `${versionsTarget}/2` }));
    await refused(
      () => bench.iot.describeProvisioningTemplateVersion({ templateName, versionId: 2 }),
      'ResourceNotFoundException',
    );
    await bench.iot.describeProvisioningTemplateVersion({ templateName, versionId: 1 });
  }),
  remove.mustRefuse(
    '02',
    'ResourceNotFoundException',
    'when there is no such version',
    async (bench) => {
      await createTemplate(bench);
      return () => bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 2 });
    },
  ),
  remove.mustRefuse(
    '03',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () =>
      bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 1 }),
  ),
  remove.shouldRefuse('04', 'DeleteConflictException', 'for the default version', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench);
    return () => bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 1 });
  }),
  remove.must('05', 'delete a version that was the default and is no longer', async (bench) => {
    await createTemplate(bench);
    await createVersion(bench);
    await bench.iot.updateProvisioningTemplate({ templateName, defaultVersionId: 2 });
    await bench.iot.deleteProvisioningTemplateVersion({ templateName, versionId: 1 });
  }),
  remove.mustRefuse(
    '06',
    'InvalidRequestException',
    'when the name has characters that no name has',
    async (bench) => () =>
      bench.iot.deleteProvisioningTemplateVersion({ templateName: 'ket tle', versionId: 1 }),
  ),
];

export const provisioningTemplateVersionAudits: readonly Audit[] = [
  ...creating,
  ...describing,
  ...listing,
  ...deleting,
];

async function createVersion(bench: Bench, templateBody = smallestBody): Promise<number> {
  const made = await bench.iot.createProvisioningTemplateVersion({ templateName, templateBody });
  return made.versionId ?? 0;
}
