import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '../../src/controlplane/awsError.ts';
import { type Page, type PageRequest, readPage } from '../../src/controlplane/paging.ts';

const realm = { account: '123456789012', region: 'eu-west-1' };
const list: PageRequest = { list: 'templates', ascending: true };

interface Numbers {
  readonly items: readonly number[];
  readonly asked: number[];
}

function page(
  numbers: Numbers,
  request: Partial<PageRequest>,
  where: typeof realm = realm,
): Page<number> {
  return readPage(
    { ...list, ...request },
    where,
    (after = -1, limit) => {
      numbers.asked.push(limit);
      return numbers.items.filter((item) => item > after).slice(0, limit);
    },
    (item) => item,
  );
}

function upTo(count: number): Numbers {
  return { items: Array.from({ length: count }, (_, index) => index), asked: [] };
}

describe('pages', () => {
  test('hold 25 unless asked otherwise, and ask the store for one more only', () => {
    const numbers = upTo(60);
    expect(page(numbers, {}).items).toHaveLength(25);
    expect(page(numbers, { pageSize: 7 }).items).toHaveLength(7);
    expect(numbers.asked).toEqual([26, 8]);
  });

  test('the last one carries no token, also when it is exactly full', () => {
    expect(page(upTo(25), {})).not.toHaveProperty('nextToken');
    expect(page(upTo(26), {})).toHaveProperty('nextToken');
    expect(page(upTo(0), {})).toEqual({ items: [] });
  });

  test('an empty token is none', () => {
    expect(page(upTo(3), { token: '' }).items).toEqual([0, 1, 2]);
  });

  test('following tokens gives every item once, in order, whatever the page size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(1_000_000), { maxLength: 80 }),
        fc.integer({ min: 1, max: 250 }),
        (unordered, pageSize) => {
          const items = unordered.toSorted((a, b) => a - b);
          const seen: number[] = [];
          let token: string | undefined;
          do {
            const next: Page<number> = page({ items, asked: [] }, { pageSize, token });
            seen.push(...next.items);
            token = next.nextToken;
          } while (token !== undefined);
          expect(seen).toEqual(items);
        },
      ),
    );
  });

  test('a token lives on when its own item is gone', () => {
    const { nextToken } = page(upTo(30), { pageSize: 10 });
    const left = { items: [3, 12, 13], asked: [] };
    expect(page(left, { token: nextToken }).items).toEqual([12, 13]);
  });
});

describe('tokens', () => {
  const { nextToken: token = '' } = page(upTo(30), { filter: 'kettle' });

  test('are base64 of at most 1024 characters', () => {
    expect(token).toMatch(/^[A-Za-z0-9+/]{1,1022}={0,2}$/);
  });

  test.each<[string, Partial<PageRequest>, typeof realm]>([
    ['another list', { list: 'cacertificates', filter: 'kettle' }, realm],
    ['another filter', { filter: 'pot' }, realm],
    ['no filter', {}, realm],
    ['the other order', { filter: 'kettle', ascending: false }, realm],
    ['another region', { filter: 'kettle' }, { ...realm, region: 'us-east-1' }],
    ['another account', { filter: 'kettle' }, { ...realm, account: '000000000000' }],
  ])('are refused by %s', (_name, request, where) => {
    expect(() => page(upTo(30), { ...request, token }, where)).toThrow(AwsError);
  });

  test('are refused when a single character is changed, lost or added', () => {
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'b', '0', '/', '=', ''),
        (at, to) => {
          const mangled = token.slice(0, at) + to + token.slice(at + 1);
          fc.pre(mangled !== token);
          expect(() => page(upTo(30), { filter: 'kettle', token: mangled })).toThrow(
            expect.objectContaining({ name: 'InvalidRequestException' }),
          );
        },
      ),
    );
    expect(() => page(upTo(30), { filter: 'kettle', token: `${token}A` })).toThrow(AwsError);
    expect(() => page(upTo(30), { filter: 'kettle', token: 'MTI=' })).toThrow(AwsError);
  });
});
