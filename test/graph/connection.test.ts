import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GatewayError } from '../../src/errors.ts';
import {
  type Connection,
  type ListSource,
  MAX_WALK_PAGES,
  type Window,
} from '../../src/graph/connection.ts';
import type { ListPage } from '../../src/graph/listPages.ts';
import { walk, walkHeld } from '../../src/graph/walk.ts';

/** A list in pages of a size, whose tokens are the number of the next page. */
function pagesOf(
  items: readonly string[],
  size: number,
  matches?: (item: string) => boolean,
): ListSource<string, string> & { asked: Array<string | undefined> } {
  const asked: Array<string | undefined> = [];
  return {
    asked,
    list: 'letters',
    keyOf: (item) => item,
    toItem: (item) => item,
    matches,
    async page(token): Promise<ListPage<string>> {
      asked.push(token);
      const start = Number(token ?? 0) * size;
      const isLast = start + size >= items.length;
      return {
        rows: items.slice(start, start + size),
        nextToken: isLast ? undefined : String(Number(token ?? 0) + 1),
      };
    },
  };
}

const window = (first: number, more: Partial<Window> = {}): Window => ({
  first,
  after: undefined,
  countAll: false,
  wantsHasNextPage: true,
  ...more,
});

/** All that a connection tells. */
function shapeOf(connection: Connection<string> | undefined) {
  if (connection === undefined) return undefined;
  const { nodes, edges, totalCount, cutShort, count, spans, pageInfo } = connection;
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
  return {
    nodes,
    edges: edges.map(({ node, cursor }) => [node, cursor]),
    numbers: [totalCount, cutShort, count],
    rows: spans?.flatMap(({ rows, start, end }) => rows.slice(start, end)),
    pageInfo: [hasNextPage, hasPreviousPage, startCursor, endCursor],
  };
}

const letters = [...'abcdefghij'];

describe('a walk through a connection', () => {
  test('windows laid end to end are the list, whatever the sizes and the filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (items, pageSize, first, keepEach) => {
          const kept = new Set(items.filter((_, index) => index % keepEach === 0));
          const source = pagesOf(items, pageSize, (item) => kept.has(item));
          const seen: string[] = [];
          let after: string | undefined;
          for (;;) {
            const page = await walk(source, window(first, { after }));
            seen.push(...page.nodes);
            expect(page.pageInfo.hasPreviousPage).toBe(after !== undefined);
            if (!page.pageInfo.hasNextPage) break;
            if (!page.cutShort) expect(page.nodes).toHaveLength(first);
            after = page.pageInfo.endCursor ?? undefined;
          }
          expect(seen).toEqual([...kept]);
        },
      ),
    );
  });

  test('takes what is held at once and alike, and waits for nothing that is not', async () => {
    const seen = { held: 0, lacking: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        fc.nat({ max: 4 }),
        fc.boolean(),
        fc.boolean(),
        async (items, pageSize, first, lackedPage, isFiltered, countAll) => {
          const source = pagesOf(items, pageSize, isFiltered ? (item) => item > 'M' : undefined);
          const pages = new Map<string | undefined, ListPage<string>>();
          for (const token of [undefined, ...Array.from({ length: 30 }, (_, page) => `${page}`)]) {
            if (token !== String(lackedPage)) pages.set(token, await source.page(token));
          }
          const start = await walk(source, window(2));
          for (const after of [undefined, start.pageInfo.endCursor ?? undefined]) {
            const asked = window(first, { after, countAll });
            source.asked.length = 0;
            const expected = await walk(source, asked);
            const isHeld = source.asked.every((token) => pages.has(token));
            source.asked.length = 0;
            const found = walkHeld({ ...source, held: (token) => pages.get(token) }, asked);
            expect(source.asked).toEqual([]);
            expect(shapeOf(found)).toEqual(isHeld ? shapeOf(expected) : undefined);
            seen[isHeld ? 'held' : 'lacking'] += 1;
          }
        },
      ),
    );
    expect(Math.min(seen.held, seen.lacking)).toBeGreaterThan(10);
    expect(walkHeld(pagesOf(letters, 5), window(3))).toBeUndefined();
  });

  test('asks for no page beyond the window', async () => {
    const source = pagesOf(letters, 4);
    await walk(source, window(3));
    expect(source.asked).toEqual([undefined]);
  });

  test('looks one page further for hasNextPage only when it is asked for', async () => {
    const source = pagesOf(letters, 5);
    const unasked = await walk(source, window(5, { wantsHasNextPage: false }));
    expect(source.asked).toEqual([undefined]);
    expect(unasked.nodes).toHaveLength(5);
    const asked = await walk(pagesOf(letters.slice(0, 5), 5), window(5));
    expect(asked.pageInfo.hasNextPage).toBe(false);
  });

  test('hasNextPage is exact when the AWS page behind a token is empty', async () => {
    const source: ListSource<string, string> = {
      list: 'letters',
      keyOf: (item) => item,
      toItem: (item) => item,
      page: async (token) =>
        token === undefined
          ? { rows: ['a', 'b'], nextToken: 'more' }
          : { rows: [], nextToken: undefined },
    };
    const { pageInfo, totalCount } = await walk(source, window(2));
    expect(pageInfo.hasNextPage).toBe(false);
    expect(totalCount).toBe(2);
  });

  test('goes on at the same place when the item of the cursor was deleted', async () => {
    const before = await walk(pagesOf(letters, 5), window(3));
    const after = before.pageInfo.endCursor ?? undefined;
    const without = letters.filter((letter) => letter !== 'c');
    const { nodes } = await walk(pagesOf(without, 5), window(2, { after }));
    expect(nodes).toEqual(['d', 'e']);
  });

  test('totalCount is known from the last page, asked for, or null', async () => {
    expect((await walk(pagesOf(letters, 20), window(3))).totalCount).toBe(10);
    expect((await walk(pagesOf(letters, 4), window(3))).totalCount).toBeNull();
    expect((await walk(pagesOf(letters, 4), window(3, { countAll: true }))).totalCount).toBe(10);
    const vowels = pagesOf(letters, 4, (letter) => 'aei'.includes(letter));
    expect((await walk(vowels, window(1, { countAll: true }))).totalCount).toBe(3);
  });

  test('a filter that matches nothing is cut short, says so and can go on', async () => {
    const items = Array.from({ length: MAX_WALK_PAGES * 2 + 1 }, (_, index) => `item-${index}`);
    const last = items.at(-1);
    const source = pagesOf(items, 1, (item) => item === last);
    const short = await walk(source, window(5));
    expect(source.asked).toHaveLength(MAX_WALK_PAGES);
    expect(short).toMatchObject({ nodes: [], cutShort: true, totalCount: null });
    expect(short.pageInfo.hasNextPage).toBe(true);
    const after = short.pageInfo.endCursor ?? undefined;
    const second = await walk(source, window(5, { after }));
    expect(second.cutShort).toBe(true);
    const third = await walk(source, window(5, { after: second.pageInfo.endCursor ?? undefined }));
    expect(third).toMatchObject({ nodes: [last], cutShort: false });
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  test('a page token that repeats is an error, not a walk for ever', async () => {
    const source: ListSource<string, string> = {
      list: 'letters',
      keyOf: (item) => item,
      toItem: (item) => item,
      page: async () => ({ rows: [], nextToken: 'again' }),
    };
    await expect(walk(source, window(1))).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  });

  test('a token that AWS no longer takes is CURSOR_EXPIRED; other refusals stay what they are', async () => {
    const refusal = new GatewayError('INVALID_REQUEST', 'Invalid marker');
    const refusing = (items: readonly string[]): ListSource<string, string> => ({
      ...pagesOf(items, 2),
      page: () => Promise.reject(refusal),
    });
    const { pageInfo } = await walk(pagesOf(letters, 2), window(3));
    const after = pageInfo.endCursor ?? undefined;
    await expect(walk(refusing(letters), window(1, { after }))).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
      details: { field: ['after'] },
    });
    await expect(walk(refusing(letters), window(1))).rejects.toBe(refusal);
  });

  test('text that is no cursor is CURSOR_INVALID, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
          fc.constant('W'.repeat(5000)),
        ),
        async (after) => {
          await expect(walk(pagesOf(letters, 4), window(1, { after }))).rejects.toMatchObject({
            code: 'CURSOR_INVALID',
          });
        },
      ),
    );
  });
});
