import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createProvisioningTemplate,
  describeProvisioningTemplate,
} from '../../src/controlplane/provisioningTemplates.ts';
import { listTagsForResource, tagResource, untagResource } from '../../src/controlplane/tags.ts';
import { TestRealm, testAccount, testRegion, testRoleArn } from '../support/realm.ts';

const prefix = `arn:aws:iot:${testRegion}:${testAccount}`;
const resourceArn = `${prefix}:provisioningtemplate/kettle`;

let realm: TestRealm;
beforeEach(async () => {
  realm = await TestRealm.open();
  await realm.run(createProvisioningTemplate, {
    templateName: 'kettle',
    templateBody: '{}',
    provisioningRoleArn: testRoleArn,
    tags: [{ Key: 'site', Value: 'leeds' }],
  });
});

const tagsNow = async () => (await realm.run(listTagsForResource, { resourceArn })).tags;

test('an equal key takes the new value, keys differ by case, dates stay', async () => {
  const before = await realm.run(describeProvisioningTemplate, { templateName: 'kettle' });
  realm.nowMs += 1000;
  await realm.run(tagResource, {
    resourceArn,
    tags: [{ Key: 'Site', Value: 'york' }, { Key: 'site', Value: 'hull' }, { Key: 'bare' }],
  });
  expect(await tagsNow()).toEqual([
    { Key: 'site', Value: 'hull' },
    { Key: 'Site', Value: 'york' },
    { Key: 'bare', Value: '' },
  ]);
  const after = await realm.run(describeProvisioningTemplate, { templateName: 'kettle' });
  expect(after).toEqual(before);
});

test('untagging passes over keys that are not there', async () => {
  await realm.run(untagResource, { resourceArn, tagKeys: ['site', 'gone'] });
  expect(await tagsNow()).toEqual([]);
  await realm.run(untagResource, { resourceArn, tagKeys: ['site'] });
  expect(realm.state.tags.count()).toBe(0);
});

test('fifty tags are allowed in all, and a replaced one does not count twice', async () => {
  const tags = Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  await realm.run(tagResource, { resourceArn, tags });
  await realm.run(tagResource, { resourceArn, tags: [{ Key: 'site', Value: 'x' }] });
  const refusal = await realm.refusal(tagResource, { resourceArn, tags: [{ Key: 'one-more' }] });
  expect(refusal.name).toBe('LimitExceededException');
  expect(await tagsNow()).toHaveLength(50);
});

test('keys that begin with aws: are reserved', async () => {
  const refusal = await realm.refusal(tagResource, { resourceArn, tags: [{ Key: 'aws:x' }] });
  expect(refusal.name).toBe('InvalidRequestException');
});

test('a token for tags is always a wrong one', async () => {
  expect((await realm.refusal(listTagsForResource, { resourceArn, nextToken: 'x' })).name).toBe(
    'InvalidRequestException',
  );
  expect((await realm.run(listTagsForResource, { resourceArn, nextToken: '' })).tags).toHaveLength(
    1,
  );
});

describe('the ARN of a resource', () => {
  test.each([
    ['no ARN', 'kettle', 'InvalidRequestException'],
    [
      'another service',
      `arn:aws:sns:${testRegion}:${testAccount}:topic/x`,
      'InvalidRequestException',
    ],
    ['a device certificate', `${prefix}:cert/${'ab'.repeat(32)}`, 'InvalidRequestException'],
    ['an unknown template', `${prefix}:provisioningtemplate/pot`, 'ResourceNotFoundException'],
    ['an unknown CA', `${prefix}:cacert/${'ab'.repeat(32)}`, 'ResourceNotFoundException'],
    ['a thing type', `${prefix}:thingtype/kettle`, 'ResourceNotFoundException'],
    [
      'another region',
      `arn:aws:iot:us-east-1:${testAccount}:provisioningtemplate/kettle`,
      'ResourceNotFoundException',
    ],
  ])('%s is refused by all three actions', async (_name, arn, name) => {
    for (const refusal of [
      await realm.refusal(tagResource, { resourceArn: arn, tags: [{ Key: 'a' }] }),
      await realm.refusal(untagResource, { resourceArn: arn, tagKeys: ['a'] }),
      await realm.refusal(listTagsForResource, { resourceArn: arn }),
    ]) {
      expect(refusal.name).toBe(name);
    }
  });
});
