import assert from 'node:assert/strict';
import { type Audit, auditsOf } from '../audit.ts';
import { assertVoid, refused, succeeded } from '../expect.ts';
import {
  absentCertificateId,
  arnOf,
  createTemplate,
  registerCA,
  registerFleet,
} from '../fixtures.ts';

const north = { Key: 'site', Value: 'north' };
const tagList = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));

const add = auditsOf('TagResource', 'TAG-ADD');
const adding: readonly Audit[] = [
  add.must('01', 'answer nothing, and the tags stand on the template', async (bench) => {
    const resourceArn = await createTemplate(bench);
    const body = { resourceArn, tags: [north] };
    assertVoid(await bench.send({ method: 'POST', target: '/tags', body }));
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, [north]);
  }),
  add.must('02', 'tag a CA certificate', async (bench) => {
    const { certificateArn: resourceArn } = await registerCA(bench);
    await bench.iot.tagResource({ resourceArn, tags: [north] });
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, [north]);
  }),
  add.must('03', 'give an equal key the new value, and leave the others', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: [north, { Key: 'a', Value: '1' }] });
    await bench.iot.tagResource({ resourceArn, tags: [{ Key: 'site', Value: 'south' }] });
    const { tags = [] } = await bench.iot.listTagsForResource({ resourceArn });
    const values = Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]));
    assert.deepEqual(values, { site: 'south', a: '1' });
  }),
  add.must('04', 'tell keys apart by case', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: [north] });
    await bench.iot.tagResource({ resourceArn, tags: [{ Key: 'Site', Value: 'south' }] });
    assert.equal((await bench.iot.listTagsForResource({ resourceArn })).tags?.length, 2);
  }),
  add.mustRefuse('05', 'LimitExceededException', 'for tag number 51', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: tagList(50) });
    return () => bench.iot.tagResource({ resourceArn, tags: [north] });
  }),
  add.should('06', 'change a value when there are 50 tags already', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: tagList(50) });
    await bench.iot.tagResource({ resourceArn, tags: [{ Key: 'key-7', Value: 'w' }] });
  }),
  add.mustRefuse(
    '07',
    'ResourceNotFoundException',
    'when there is no such template',
    async (bench) => () =>
      bench.iot.tagResource({
        resourceArn: arnOf(bench, 'provisioningtemplate/kettle'),
        tags: [north],
      }),
  ),
  add.mustRefuse(
    '08',
    'ResourceNotFoundException',
    'when there is no such CA certificate',
    async (bench) => () =>
      bench.iot.tagResource({
        resourceArn: arnOf(bench, `cacert/${absentCertificateId}`),
        tags: [north],
      }),
  ),
  add.shouldRefuse(
    '09',
    'InvalidRequestException',
    'for an ARN that is none',
    async (bench) => () => bench.iot.tagResource({ resourceArn: 'kettle', tags: [north] }),
  ),
  add.shouldRefuse(
    '10',
    'InvalidRequestException',
    'when a key begins with aws:',
    async (bench) => {
      const resourceArn = await createTemplate(bench);
      return () => bench.iot.tagResource({ resourceArn, tags: [{ Key: 'aws:a', Value: '1' }] });
    },
  ),
  add.shouldRefuse(
    '11',
    'ResourceNotFoundException',
    'for a template of another account',
    async (bench) => {
      const resourceArn = await createTemplate(bench);
      const other = bench.client({ accessKeyId: bench.endpoint.nextAccessKeyId() });
      return () => other.tagResource({ resourceArn, tags: [north] });
    },
  ),
  add.should('12', 'tag nothing when it refuses one of several tags', async (bench) => {
    const resourceArn = await createTemplate(bench);
    await refused(
      () => bench.iot.tagResource({ resourceArn, tags: [north, { Key: 'aws:a', Value: '1' }] }),
      'InvalidRequestException',
    );
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, []);
  }),
  add.should('13', "leave the resource's lastModifiedDate", async (bench) => {
    const resourceArn = await createTemplate(bench);
    const before = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    await bench.iot.tagResource({ resourceArn, tags: [north] });
    const after = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.deepEqual(after.lastModifiedDate, before.lastModifiedDate);
  }),
  add.must('14', 'take letters of any script, an empty value and no value', async (bench) => {
    const resourceArn = await createTemplate(bench);
    const tags = [{ Key: 'Straße 一 @+-=._:/', Value: '' }, { Key: 'alone' }];
    await bench.iot.tagResource({ resourceArn, tags: tags as Array<{ Key: string }> });
    const listed = await bench.iot.listTagsForResource({ resourceArn });
    assert.deepEqual(listed.tags?.map((tag) => tag.Key).sort(), tags.map((tag) => tag.Key).sort());
    assert.deepEqual(
      listed.tags?.map((tag) => tag.Value ?? ''),
      ['', ''],
    );
  }),
];

const remove = auditsOf('UntagResource', 'TAG-REM');
const removing: readonly Audit[] = [
  remove.must('01', 'answer nothing, and only those tags are gone', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: [north, { Key: 'a', Value: '1' }] });
    const body = { resourceArn, tagKeys: ['a'] };
    assertVoid(await bench.send({ method: 'POST', target: '/untag', body }));
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, [north]);
  }),
  remove.should('02', 'pass over keys that the resource does not have', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: [north] });
    await bench.iot.untagResource({ resourceArn, tagKeys: ['Site', 'b'] });
    assert.deepEqual((await bench.iot.listTagsForResource({ resourceArn })).tags, [north]);
  }),
  remove.mustRefuse(
    '03',
    'ResourceNotFoundException',
    'when there is no such resource',
    async (bench) => () =>
      bench.iot.untagResource({
        resourceArn: arnOf(bench, 'provisioningtemplate/kettle'),
        tagKeys: ['site'],
      }),
  ),
  remove.shouldRefuse(
    '04',
    'InvalidRequestException',
    'for an ARN that is none',
    async (bench) => () => bench.iot.untagResource({ resourceArn: 'kettle', tagKeys: ['site'] }),
  ),
];

const list = auditsOf('ListTagsForResource', 'TAG-LIS');
const listing: readonly Audit[] = [
  list.must('01', 'answer tags as Key and Value, and no nextToken', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: [north] });
    const answer = await bench.send({
      target: `/tags?resourceArn=${encodeURIComponent(resourceArn)}`,
    });
    assert.deepEqual(succeeded(answer), { tags: [north] });
  }),
  list.should('02', 'take an ARN whose colons and slash are not encoded', async (bench) => {
    const resourceArn = await createTemplate(bench, { tags: [north] });
    const answer = await bench.send({ target: `/tags?resourceArn=${resourceArn}` });
    assert.deepEqual(succeeded(answer), { tags: [north] });
  }),
  list.must('03', 'answer an empty list when there is no tag', async (bench) => {
    const resourceArn = await createTemplate(bench);
    const answer = await bench.send({ target: `/tags?resourceArn=${resourceArn}` });
    assert.deepEqual(succeeded(answer), { tags: [] });
  }),
  list.mustRefuse(
    '04',
    'ResourceNotFoundException',
    'when there is no such resource',
    async (bench) => () =>
      bench.iot.listTagsForResource({ resourceArn: arnOf(bench, 'provisioningtemplate/kettle') }),
  ),
  list.shouldRefuse(
    '05',
    'InvalidRequestException',
    'for an ARN that is none',
    async (bench) => () => bench.iot.listTagsForResource({ resourceArn: 'kettle' }),
  ),
  list.should('06', 'refuse the ARN of a device certificate, which has no tags', async (bench) => {
    const { ids } = await registerFleet(bench, 1);
    const resourceArn = arnOf(bench, `cert/${ids[0]}`);
    await assert.rejects(bench.iot.listTagsForResource({ resourceArn }), {
      name: /^(InvalidRequest|ResourceNotFound)Exception$/,
    });
  }),
];

export const tagAudits: readonly Audit[] = [...adding, ...removing, ...listing];
