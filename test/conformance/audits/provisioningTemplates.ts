import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { type Audit, auditsOf } from '../audit.ts';
import { assertRecentSeconds, assertVoid, refused, succeeded } from '../expect.ts';
import {
  arnOf,
  createTemplate,
  createTemplates,
  jitpBody,
  lambdaArn,
  otherRoleArn,
  policyWithoutDocumentBody,
  registerCA,
  roleArn,
  smallestBody,
  templateInput,
} from '../fixtures.ts';

const hook = { payloadVersion: '2020-04-01', targetArn: lambdaArn };

const refusedBodies = [
  ['06', 'is not JSON', 'Resources: {}'],
  ['07', 'is empty', ''],
  ['08', 'is a list', '[]'],
  ['09', 'is a JSON string', '"{}"'],
  ['10', 'is null', 'null'],
] as const;

const create = auditsOf('CreateProvisioningTemplate', 'TPL-CRE');
const creating: readonly Audit[] = [
  create.must(
    '01',
    'answer templateArn, templateName and defaultVersionId 1, and nothing else',
    async (bench) => {
      const answer = await bench.send({
        method: 'POST',
        target: '/provisioning-templates',
        body: templateInput(),
      });
      assert.deepEqual(succeeded(answer), {
        templateArn: arnOf(bench, 'provisioningtemplate/kettle'),
        templateName: 'kettle',
        defaultVersionId: 1,
      });
    },
  ),
  create.must(
    '02',
    'make a disabled FLEET_PROVISIONING template without description, hook and tags by default',
    async (bench) => {
      const resourceArn = await createTemplate(bench);
      const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
      assert.equal(made.enabled, false);
      assert.equal(made.type, 'FLEET_PROVISIONING');
      assert.equal('description' in made, false);
      assert.equal('preProvisioningHook' in made, false);
      const { tags } = await bench.iot.listTagsForResource({ resourceArn });
      assert.deepEqual(tags, []);
    },
  ),
  create.must('03', 'keep every member that is given', async (bench) => {
    const { tags, ...members } = templateInput({
      description: 'Küche, 1. Stock',
      enabled: true,
      preProvisioningHook: hook,
      type: 'FLEET_PROVISIONING',
      tags: [{ Key: 'site', Value: 'north' }],
    });
    const resourceArn = await createTemplate(bench, { ...members, tags });
    const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    for (const [name, value] of Object.entries(members)) {
      assert.deepEqual(made[name as keyof typeof made], value, name);
    }
    const listed = await bench.iot.listTagsForResource({ resourceArn });
    assert.deepEqual(listed.tags, tags);
  }),
  create.mustRefuse(
    '04',
    'ResourceAlreadyExistsException',
    'when the name is taken',
    async (bench) => {
      await createTemplate(bench);
      return () => bench.iot.createProvisioningTemplate(templateInput());
    },
  ),
  create.must(
    '05',
    'say in the error for a taken name which template it is: in words, resourceId and resourceArn',
    async (bench) => {
      const resourceArn = await createTemplate(bench);
      const refusal = await refused(
        () => bench.iot.createProvisioningTemplate(templateInput()),
        'ResourceAlreadyExistsException',
      );
      assert.match(refusal.message, /kettle already exists/);
      assert.equal(refusal.resourceId, 'kettle');
      assert.equal(refusal.resourceArn, resourceArn);
    },
  ),
  ...refusedBodies.map(([number, what, templateBody]) =>
    create.mustRefuse(
      number,
      'InvalidRequestException',
      `when the body ${what}`,
      async (bench) => () => bench.iot.createProvisioningTemplate(templateInput({ templateBody })),
    ),
  ),
  create.shouldRefuse(
    '11',
    'InvalidRequestException',
    'when a policy has neither name nor document',
    async (bench) => () =>
      bench.iot.createProvisioningTemplate(
        templateInput({ templateBody: policyWithoutDocumentBody }),
      ),
  ),
  create.shouldRefuse(
    '12',
    'InvalidRequestException',
    'when a template of type JITP has a pre-provisioning hook',
    async (bench) => () =>
      bench.iot.createProvisioningTemplate(
        templateInput({ type: 'JITP', preProvisioningHook: hook }),
      ),
  ),
  create.shouldRefuse(
    '13',
    'InvalidRequestException',
    'when the role is not the ARN of an IAM role',
    async (bench) => () =>
      bench.iot.createProvisioningTemplate(
        templateInput({ provisioningRoleArn: 'arn:aws:iam::123456789012:user/somebody' }),
      ),
  ),
  create.shouldRefuse(
    '14',
    'InvalidRequestException',
    'when the target of the hook is not a Lambda function',
    async (bench) => () =>
      bench.iot.createProvisioningTemplate(
        templateInput({
          preProvisioningHook: { targetArn: 'arn:aws:sqs:us-east-1:123456789012:queue' },
        }),
      ),
  ),
  create.shouldRefuse(
    '15',
    'LimitExceededException',
    'for template number 257 of an account and region',
    async (bench) => {
      await createTemplates(bench, 256);
      return () => bench.iot.createProvisioningTemplate(templateInput());
    },
  ),
  create.shouldRefuse(
    '16',
    'LimitExceededException',
    'for 51 tags',
    async (bench) => () => bench.iot.createProvisioningTemplate(templateInput({ tags: tags(51) })),
  ),
  create.must('17', 'take 50 tags', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: tags(50) });
    const listed = await bench.iot.listTagsForResource({ resourceArn });
    assert.equal(listed.tags?.length, 50);
  }),
  create.shouldRefuse(
    '18',
    'InvalidRequestException',
    'when a tag key begins with aws:',
    async (bench) => () =>
      bench.iot.createProvisioningTemplate(
        templateInput({ tags: [{ Key: 'aws:site', Value: 'north' }] }),
      ),
  ),
  create.should('19', 'make nothing when it refuses the tags', async (bench) => {
    const input = templateInput({ tags: [{ Key: 'aws:site', Value: 'north' }] });
    await refused(() => bench.iot.createProvisioningTemplate(input), 'InvalidRequestException');
    await refused(
      () => bench.iot.describeProvisioningTemplate({ templateName: 'kettle' }),
      'ResourceNotFoundException',
    );
    await createTemplate(bench);
  }),
  create.must('20', 'keep the body character by character', async (bench) => {
    const templateBody = '\n {"b":"\\u00e9 é 🫖", "a": 1.50,\t"Resources" : { } , "b":2}\r\n';
    await createTemplate(bench, { templateBody });
    const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(made.templateBody, templateBody);
  }),
  create.must(
    '21',
    'take references that are not declared, and a status in mixed case',
    async (bench) => {
      await createTemplate(bench, { templateBody: jitpBody, type: 'JITP' });
      await createTemplate(bench, { templateBody: jitpBody, templateName: 'fleet' });
    },
  ),
  create.must('22', 'take an empty description as none', async (bench) => {
    await createTemplate(bench, { description: '' });
    const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(made.description ?? '', '');
  }),
  create.must('23', 'take null as an optional member left out', async (bench) => {
    const absent = { description: null, enabled: null, preProvisioningHook: null, tags: null };
    const answer = await bench.send({
      method: 'POST',
      target: '/provisioning-templates',
      body: { ...templateInput(), ...absent, type: null },
    });
    succeeded(answer);
    const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(made.type, 'FLEET_PROVISIONING');
    assert.equal('description' in made, false);
  }),
  create.should('24', 'pass over members that the model does not have', async (bench) => {
    const answer = await bench.send({
      method: 'POST',
      target: '/provisioning-templates',
      body: { ...templateInput(), TemplateName: 7, colour: { deep: ['red'] } },
    });
    assert.deepEqual(Object.keys(succeeded(answer)).sort(), [
      'defaultVersionId',
      'templateArn',
      'templateName',
    ]);
  }),
  create.should('25', 'tell names apart by case', async (bench) => {
    await createTemplate(bench, { templateName: 'kettle' });
    await createTemplate(bench, { templateName: 'Kettle' });
  }),
];

const describe = auditsOf('DescribeProvisioningTemplate', 'TPL-DES');
const describing: readonly Audit[] = [
  describe.must(
    '01',
    'answer all members, times as epoch numbers, without those that are unset',
    async (bench) => {
      await createTemplate(bench);
      const answer = succeeded(await bench.send({ target: '/provisioning-templates/kettle' }));
      const { creationDate, lastModifiedDate, ...others } = answer;
      assertRecentSeconds(creationDate, systemClock.nowMs());
      assert.equal(lastModifiedDate, creationDate);
      assert.deepEqual(others, {
        templateArn: arnOf(bench, 'provisioningtemplate/kettle'),
        templateName: 'kettle',
        defaultVersionId: 1,
        templateBody: smallestBody,
        enabled: false,
        provisioningRoleArn: roleArn,
        type: 'FLEET_PROVISIONING',
      });
    },
  ),
  describe.must(
    '02',
    'answer description and hook when they are set, the hook without members left out',
    async (bench) => {
      await createTemplate(bench, {
        description: 'boils',
        preProvisioningHook: { targetArn: lambdaArn },
      });
      const answer = succeeded(await bench.send({ target: '/provisioning-templates/kettle' }));
      assert.equal(answer.description, 'boils');
      assert.deepEqual(answer.preProvisioningHook, { targetArn: lambdaArn });
    },
  ),
  describe.must('03', 'give the SDK dates', async (bench) => {
    await createTemplate(bench);
    const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.ok(made.creationDate instanceof Date && made.lastModifiedDate instanceof Date);
  }),
  describe.must('04', 'answer the body of the default version', async (bench) => {
    await createTemplate(bench);
    await bench.iot.createProvisioningTemplateVersion({
      templateName: 'kettle',
      templateBody: jitpBody,
    });
    const before = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(before.templateBody, smallestBody);
    await bench.iot.updateProvisioningTemplate({ templateName: 'kettle', defaultVersionId: 2 });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(after.templateBody, jitpBody);
    assert.equal(after.defaultVersionId, 2);
  }),
  describe.mustRefuse(
    '05',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () => bench.iot.describeProvisioningTemplate({ templateName: 'kettle' }),
  ),
  describe.mustRefuse(
    '06',
    'InvalidRequestException',
    'for an empty name, which comes as a trailing slash',
    async (bench) => () => bench.iot.describeProvisioningTemplate({ templateName: '' }),
  ),
];

const list = auditsOf('ListProvisioningTemplates', 'TPL-LIS');
const listing: readonly Audit[] = [
  list.must(
    '01',
    'answer rows of seven members, with description only where it is set, and no nextToken',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP', enabled: true });
      await createTemplate(bench, { templateName: 'urn', description: 'boils' });
      const answer = succeeded(await bench.send({ target: '/provisioning-templates' }));
      assert.deepEqual(Object.keys(answer), ['templates']);
      const rows = answer.templates as Array<Record<string, unknown>>;
      const plain = rows.map(({ creationDate, lastModifiedDate, ...row }) => {
        assertRecentSeconds(creationDate, systemClock.nowMs());
        assertRecentSeconds(lastModifiedDate, systemClock.nowMs());
        return row;
      });
      const byName = new Map(plain.map((row) => [row.templateName, row]));
      assert.deepEqual(byName.get('kettle'), {
        templateArn: arnOf(bench, 'provisioningtemplate/kettle'),
        templateName: 'kettle',
        enabled: true,
        type: 'JITP',
      });
      assert.deepEqual(byName.get('urn'), {
        templateArn: arnOf(bench, 'provisioningtemplate/urn'),
        templateName: 'urn',
        description: 'boils',
        enabled: false,
        type: 'FLEET_PROVISIONING',
      });
      assert.equal(plain.length, 2);
    },
  ),
  list.must('02', 'answer an empty list when there is none', async (bench) => {
    const answer = await bench.send({ target: '/provisioning-templates' });
    assert.deepEqual(succeeded(answer), { templates: [] });
  }),
  list.should('03', 'list in order of creation', async (bench) => {
    for (const templateName of ['m', 'z', 'a']) await createTemplate(bench, { templateName });
    const { templates = [] } = await bench.iot.listProvisioningTemplates({});
    const names = templates.map((row) => row.templateName);
    assert.deepEqual(names, ['m', 'z', 'a']);
  }),
  list.must('04', 'no longer list a deleted template', async (bench) => {
    await createTemplates(bench, 3);
    await bench.iot.deleteProvisioningTemplate({ templateName: 't001' });
    const { templates = [] } = await bench.iot.listProvisioningTemplates({});
    assert.deepEqual(templates.map((row) => row.templateName).sort(), ['t000', 't002']);
  }),
  list.mustRefuse(
    '05',
    'InvalidRequestException',
    'for a page of 251',
    async (bench) => () => bench.iot.listProvisioningTemplates({ maxResults: 251 }),
  ),
];

const update = auditsOf('UpdateProvisioningTemplate', 'TPL-UPD');
const updating: readonly Audit[] = [
  update.must('01', 'answer nothing', async (bench) => {
    await createTemplate(bench);
    const answer = await bench.send({
      method: 'PATCH',
      target: '/provisioning-templates/kettle',
      body: { enabled: true },
    });
    assertVoid(answer);
  }),
  update.must('02', 'leave members that are not sent as they are', async (bench) => {
    await createTemplate(bench, {
      description: 'boils',
      enabled: true,
      preProvisioningHook: hook,
      tags: [{ Key: 'site', Value: 'north' }],
    });
    const before = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    await bench.iot.updateProvisioningTemplate({
      templateName: 'kettle',
      provisioningRoleArn: otherRoleArn,
    });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    const same = { $metadata: undefined, lastModifiedDate: undefined };
    assert.deepEqual(
      { ...after, ...same },
      { ...before, ...same, provisioningRoleArn: otherRoleArn },
    );
  }),
  update.must('03', 'change every member that is sent', async (bench) => {
    await createTemplate(bench);
    await bench.iot.createProvisioningTemplateVersion({
      templateName: 'kettle',
      templateBody: jitpBody,
    });
    const changes = {
      description: 'boils',
      enabled: true,
      defaultVersionId: 2,
      provisioningRoleArn: otherRoleArn,
      preProvisioningHook: hook,
    };
    await bench.iot.updateProvisioningTemplate({ templateName: 'kettle', ...changes });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    for (const [name, value] of Object.entries(changes)) {
      assert.deepEqual(after[name as keyof typeof after], value, name);
    }
    assert.equal(after.templateBody, jitpBody);
  }),
  update.should(
    '04',
    'take an update of nothing, with {} as its body, and change nothing',
    async (bench) => {
      await createTemplate(bench, { description: 'boils' });
      const before = await bench.send({ target: '/provisioning-templates/kettle' });
      const answer = await bench.send({
        method: 'PATCH',
        target: '/provisioning-templates/kettle',
        body: {},
      });
      assertVoid(answer);
      const after = await bench.send({ target: '/provisioning-templates/kettle' });
      assert.deepEqual(succeeded(after), succeeded(before));
    },
  ),
  update.must('05', 'take the hook away with removePreProvisioningHook', async (bench) => {
    await createTemplate(bench, { preProvisioningHook: hook });
    await bench.iot.updateProvisioningTemplate({
      templateName: 'kettle',
      removePreProvisioningHook: true,
    });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal('preProvisioningHook' in after, false);
  }),
  update.should('06', 'replace the hook as a whole', async (bench) => {
    await createTemplate(bench, { preProvisioningHook: hook });
    const other = { targetArn: `${lambdaArn}-2` };
    await bench.iot.updateProvisioningTemplate({
      templateName: 'kettle',
      preProvisioningHook: other,
    });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.deepEqual(after.preProvisioningHook, other);
  }),
  update.shouldRefuse(
    '07',
    'InvalidRequestException',
    'when a hook is given and taken away at once',
    async (bench) => {
      await createTemplate(bench);
      return () =>
        bench.iot.updateProvisioningTemplate({
          templateName: 'kettle',
          preProvisioningHook: hook,
          removePreProvisioningHook: true,
        });
    },
  ),
  update.shouldRefuse(
    '08',
    'ResourceNotFoundException',
    'when the new default version does not exist',
    async (bench) => {
      await createTemplate(bench);
      return () =>
        bench.iot.updateProvisioningTemplate({ templateName: 'kettle', defaultVersionId: 2 });
    },
  ),
  update.mustRefuse(
    '09',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () =>
      bench.iot.updateProvisioningTemplate({ templateName: 'kettle', enabled: true }),
  ),
  update.should('10', 'move lastModifiedDate and not creationDate', async (bench) => {
    await createTemplate(bench);
    const before = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    await systemClock.sleep(2);
    await bench.iot.updateProvisioningTemplate({ templateName: 'kettle', enabled: true });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.deepEqual(after.creationDate, before.creationDate);
    assert.ok(Number(after.lastModifiedDate) > Number(before.lastModifiedDate));
  }),
  update.must(
    '11',
    'take an empty description and answer none or an empty one afterwards',
    async (bench) => {
      await createTemplate(bench, { description: 'boils' });
      await bench.iot.updateProvisioningTemplate({ templateName: 'kettle', description: '' });
      const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
      assert.equal(after.description ?? '', '');
    },
  ),
  update.shouldRefuse(
    '12',
    'InvalidRequestException',
    'when a template of type JITP is given a hook',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      return () =>
        bench.iot.updateProvisioningTemplate({
          templateName: 'kettle',
          preProvisioningHook: hook,
        });
    },
  ),
  update.should('13', 'change nothing when it refuses one of several members', async (bench) => {
    await createTemplate(bench);
    await refused(
      () =>
        bench.iot.updateProvisioningTemplate({
          templateName: 'kettle',
          enabled: true,
          description: 'boils',
          defaultVersionId: 9,
        }),
      'ResourceNotFoundException',
    );
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(after.enabled, false);
    assert.equal('description' in after, false);
  }),
];

const remove = auditsOf('DeleteProvisioningTemplate', 'TPL-DEL');
const deleting: readonly Audit[] = [
  remove.must('01', 'answer nothing, and the template is gone', async (bench) => {
    await createTemplate(bench);
    const target = '/provisioning-templates/kettle';
    assertVoid(await bench.send({ method: 'DELETE', target }));
    await refused(
      () => bench.iot.describeProvisioningTemplate({ templateName: 'kettle' }),
      'ResourceNotFoundException',
    );
  }),
  remove.mustRefuse(
    '02',
    'ResourceNotFoundException',
    'when there is no such template, also on the second call for one',
    async (bench) => {
      await createTemplate(bench);
      await bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
      return () => bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
    },
  ),
  remove.must('03', 'take all versions with it in one call', async (bench) => {
    await createTemplate(bench);
    for (let made = 1; made < 5; made += 1) {
      await bench.iot.createProvisioningTemplateVersion({
        templateName: 'kettle',
        templateBody: jitpBody,
      });
    }
    await bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
    await createTemplate(bench);
    const { versions } = await bench.iot.listProvisioningTemplateVersions({
      templateName: 'kettle',
    });
    assert.deepEqual(
      versions?.map((version) => version.versionId),
      [1],
    );
  }),
  remove.must('04', 'take the tags with it', async (bench) => {
    const members = { tags: [{ Key: 'site', Value: 'north' }] };
    await createTemplate(bench, members);
    await bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
    const resourceArn = await createTemplate(bench);
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, []);
  }),
  remove.shouldRefuse(
    '05',
    'DeleteConflictException',
    'while a CA names the template',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      await registerCA(bench, { registrationConfig: { templateName: 'kettle' } });
      return () => bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
    },
  ),
  remove.must('06', 'delete once no CA names the template any more', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const { certificateId } = await registerCA(bench, {
      registrationConfig: { templateName: 'kettle' },
    });
    await bench.iot.deleteCACertificate({ certificateId });
    await bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
  }),
  remove.should('07', 'not be held up by a CA that has the same body inline', async (bench) => {
    await createTemplate(bench, { type: 'JITP', templateBody: jitpBody });
    await registerCA(bench, { registrationConfig: { templateBody: jitpBody, roleArn } });
    await bench.iot.deleteProvisioningTemplate({ templateName: 'kettle' });
  }),
];

export const provisioningTemplateAudits: readonly Audit[] = [
  ...creating,
  ...describing,
  ...listing,
  ...updating,
  ...deleting,
];

function tags(count: number): Array<{ Key: string; Value: string }> {
  return Array.from({ length: count }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));
}
