import { describe, expect, test } from '@jest/globals';
import { plannedItem, refusedItem } from '../../src/bulk/item.ts';
import { pauseMs, priceOf, remainingMs, shareOf } from '../../src/bulk/price.ts';
import type { CAState } from '../../src/bulk/registration.ts';

const named: CAState = {
  status: 'ACTIVE',
  autoRegistrationStatus: 'ENABLE',
  registrationConfig: { templateName: 'one' },
};
const other: CAState = { ...named, registrationConfig: { templateName: 'two' } };
const none: CAState = { ...named, autoRegistrationStatus: 'DISABLE', registrationConfig: null };
const bare: CAState = { ...none, autoRegistrationStatus: 'ENABLE' };

describe('the price of a plan', () => {
  test('counts one look and each write, and the look that a removal needs', () => {
    const items = [
      plannedItem('a', named, other),
      plannedItem('b', named, none),
      plannedItem('c', named, bare),
      plannedItem('d', named, named),
      refusedItem('e', null, 'RESOURCE_NOT_FOUND', 'gone'),
    ];
    // One look and a write; a look, a write and a look; the same and another write.
    expect(priceOf(items, [])).toEqual({
      DescribeCACertificate: 1 + 2 + 2,
      UpdateCACertificate: 4,
    });
  });

  test('counts templates to be made, and nothing for those that are there', () => {
    const group = {
      templateName: 'x',
      templateBody: '{}',
      roleArn: 'r',
      certificateCount: 0,
      template: 'PENDING',
    } as const;
    const groups = [
      { ...group, proposal: 'NEW' },
      { ...group, proposal: 'EXISTING' },
    ] as const;
    expect(priceOf([], groups)).toEqual({
      CreateProvisioningTemplate: 1,
      DescribeProvisioningTemplate: 1,
    });
  });

  test('shrinks with what is left', () => {
    expect(shareOf({ UpdateCACertificate: 10 }, 3, 10)).toEqual({ UpdateCACertificate: 3 });
    expect(shareOf({ UpdateCACertificate: 10 }, 1, 3)).toEqual({ UpdateCACertificate: 4 });
    expect(shareOf({ UpdateCACertificate: 10 }, 0, 0)).toEqual({});
  });
});

describe('the time left', () => {
  test.each([
    ['nothing is left', 5000, 0, { settled: 3, elapsedMs: 10 }, 0],
    ['nothing was done yet', 5000, 10, { settled: 0, elapsedMs: 700 }, 5000],
    ['the quota is the slower', 5000, 10, { settled: 10, elapsedMs: 100 }, 5000],
    ['the pace is the slower', 5000, 10, { settled: 2, elapsedMs: 2000 }, 10_000],
  ])('when %s', (_, quotaMs, left, pace, expected) => {
    expect(remainingMs(quotaMs, left, pace)).toBe(expected);
  });
});

test('pauses grow, hear what they are told, and end at a minute', () => {
  expect([0, 1, 2, 3].map((count) => pauseMs(count))).toEqual([1000, 2000, 4000, 8000]);
  expect(pauseMs(0, 3500)).toBe(3500);
  expect(pauseMs(50, 10)).toBe(60_000);
});
