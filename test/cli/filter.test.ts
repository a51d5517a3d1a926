import { describe, expect, test } from '@jest/globals';
import { CliError } from '../../src/cli/cliError.ts';
import { parseFilter } from '../../src/cli/filter.ts';

describe('--filter', () => {
  test.each([
    ['{}', {}],
    [' {"status": "ACTIVE"} ', { status: 'ACTIVE' }],
    ['status=ACTIVE', { status: 'ACTIVE' }],
    ['status = ACTIVE , templateName=a-b', { status: 'ACTIVE', templateName: 'a-b' }],
    ['registration=NONE|INLINE', { registration: ['NONE', 'INLINE'] }],
    ['registration=NONE', { registration: ['NONE'] }],
    ['expiringWithinDays=30', { expiringWithinDays: 30 }],
    ['expiresBefore=2027-01-01T00:00:00Z', { expiresBefore: '2027-01-01T00:00:00Z' }],
  ])('%s', (text, expected) => {
    expect(parseFilter(text)).toEqual(expected);
  });

  test.each([
    '',
    '{',
    '{status: ACTIVE}',
    'status',
    'status=',
    '=ACTIVE',
    'a=1,a=2',
    '__proto__=1',
  ])('is refused as %j', (text) => {
    expect(() => parseFilter(text)).toThrow(CliError);
  });
});
