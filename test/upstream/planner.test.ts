import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Door, type Send } from '../../src/upstream/door.ts';
import { EdgeFinder } from '../../src/upstream/edges.ts';
import {
  type EdgeQuestion,
  type EdgeStep,
  leastBackwards,
  nextEdgeStep,
} from '../../src/upstream/planner.ts';
import { callScope } from '../support/callScope.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const lists = (...expected: number[]): EdgeQuestion['unwalked'] =>
  expected.map((count, index) => ({ templateName: `t${index}`, expected: count, isUnread: true }));

const begun = (...expected: number[]): EdgeQuestion['unwalked'] =>
  lists(...expected).map((one) => ({ ...one, isUnread: false }));

const question = (more: Partial<EdgeQuestion>): EdgeQuestion => ({
  unknown: 10,
  asked: 10,
  spent: 0,
  listsRead: 0,
  wantsRows: false,
  templates: 'unread',
  unwalked: [],
  ...more,
});

describe('the next step', () => {
  const cases: ReadonlyArray<readonly [string, Partial<EdgeQuestion>, EdgeStep]> = [
    ['everything known', { unknown: 0 }, { kind: 'done' }],
    ['all lists walked', { templates: 'read', spent: 3 }, { kind: 'done' }],
    ['one CA', { unknown: 1, asked: 1 }, { kind: 'describe' }],
    ['two CAs', { unknown: 2, asked: 2 }, { kind: 'describe' }],
    ['three CAs', { unknown: 3, asked: 3 }, { kind: 'listTemplates' }],
    [
      'two CAs, and rows of templates wanted as well',
      { unknown: 2, asked: 2, wantsRows: true },
      { kind: 'listTemplates' },
    ],
    [
      'one CA, and rows of templates wanted as well',
      { unknown: 1, asked: 1, wantsRows: true },
      { kind: 'describe' },
    ],
    ['more templates to list', { templates: 'partly read', spent: 1 }, { kind: 'listTemplates' }],
    [
      'as many lists as CAs',
      { templates: 'read', spent: 1, unwalked: lists(...Array(10).fill(0)) },
      { kind: 'describe' },
    ],
    [
      'one list fewer than CAs',
      { templates: 'read', spent: 1, unwalked: lists(...Array(9).fill(0)) },
      { kind: 'listCACertificates', templateNames: ['t0'] },
    ],
    [
      'most of the CAs once named a template',
      { templates: 'read', spent: 1, unwalked: lists(0, 2, 5, 5) },
      { kind: 'listCACertificates', templateNames: ['t2'] },
    ],
    [
      'many CAs for each list',
      { unknown: 24, asked: 24, templates: 'read', spent: 1, unwalked: lists(0, 2, 5) },
      { kind: 'listCACertificates', templateNames: ['t0', 't1', 't2'] },
    ],
    [
      'many CAs for each list, but as much spent as Describes cost',
      { unknown: 24, asked: 24, templates: 'read', spent: 22, unwalked: lists(0, 2, 5) },
      { kind: 'listCACertificates', templateNames: ['t2'] },
    ],
    [
      'few are left and the lists have no end',
      { unknown: 1, templates: 'read', spent: 4, unwalked: lists(0) },
      { kind: 'describe' },
    ],
    [
      'few are left, but the lists have shown many and one is not begun',
      {
        unknown: 5,
        asked: 25,
        spent: 5,
        listsRead: 4,
        templates: 'read',
        unwalked: [...begun(9, 0, 0, 0), ...lists(0)],
      },
      { kind: 'listCACertificates', templateNames: ['t0'] },
    ],
    [
      'few are left and all lists are begun',
      {
        unknown: 5,
        asked: 25,
        spent: 6,
        listsRead: 5,
        templates: 'read',
        unwalked: begun(0, 0, 0, 0, 0),
      },
      { kind: 'describe' },
    ],
    [
      'few are left and the lists have shown few',
      {
        unknown: 5,
        asked: 8,
        spent: 3,
        listsRead: 2,
        templates: 'read',
        unwalked: [...begun(0, 0, 0, 0), ...lists(0)],
      },
      { kind: 'describe' },
    ],
    [
      'as much spent as Describes cost',
      { unknown: 9, templates: 'read', spent: 10, unwalked: lists(0) },
      { kind: 'describe' },
    ],
    [
      'as much spent as Describes cost, and all walked',
      { unknown: 9, templates: 'read', spent: 10 },
      { kind: 'done' },
    ],
    [
      'as much spent on the list of templates',
      { templates: 'partly read', spent: 10 },
      { kind: 'describe' },
    ],
  ];
  test.each(cases)('%s', (_title, more, step) => {
    expect(nextEdgeStep(question(more))).toEqual(step);
  });
});

describe('the fewest calls backwards', () => {
  const cases: ReadonlyArray<readonly [string, Partial<EdgeQuestion>, number]> = [
    ['nothing read', {}, 2],
    ['nothing read, the list of templates free', { wantsRows: true }, 1],
    ['partly read', { templates: 'partly read', unwalked: lists(0, 0) }, 3],
    [
      'partly read, the rest free',
      { templates: 'partly read', unwalked: lists(0), wantsRows: true },
      1,
    ],
    ['read', { templates: 'read', unwalked: lists(0, 0, 0) }, 3],
    ['read, all walked', { templates: 'read' }, 0],
  ];
  test.each(cases)('%s', (_title, more, calls) => {
    expect(leastBackwards(question(more))).toBe(calls);
  });
});

/** An account as AWS holds it; the planner learns of it by calls only. */
interface World {
  /** Templates, page by page of their list. */
  readonly pages: ReadonlyArray<readonly HiddenTemplate[]>;
  /** Where each wanted CA stands: in which template (all counted through), on which page; or nowhere. */
  readonly places: ReadonlyArray<{ readonly template: number; readonly page: number } | null>;
}

interface HiddenTemplate {
  readonly type: 'JITP' | 'FLEET_PROVISIONING';
  /** Pages of the list of its CAs, at least one. */
  readonly pageCount: number;
}

/** Asks for the templates of all CAs of a world; checks the answers and counts the calls. */
async function callsFor(world: World): Promise<number> {
  const templates = world.pages.flat();
  const ids = world.places.map((_, index) => `ca-${index}`);
  let calls = 0;
  const answers: Record<string, (input: never) => object> = {
    ListProvisioningTemplates({ nextToken }: { nextToken?: string }) {
      const page = Number(nextToken ?? 0);
      const before = world.pages.slice(0, page).flat().length;
      return {
        templates: world.pages[page]?.map(({ type }, index) => ({
          templateName: `t${before + index}`,
          type,
        })),
        nextToken: page + 1 < world.pages.length ? String(page + 1) : undefined,
      };
    },
    ListCACertificates({ templateName, marker }: { templateName: string; marker?: string }) {
      const template = Number(templateName.slice(1));
      const page = Number(marker ?? 0);
      const shown = ids.filter((_, index) => {
        const place = world.places[index];
        return place?.template === template && place.page === page;
      });
      return {
        certificates: [`other-${template}-${page}`, ...shown].map((certificateId) => ({
          certificateId,
        })),
        nextMarker: page + 1 < (templates[template]?.pageCount ?? 0) ? String(page + 1) : undefined,
      };
    },
    DescribeCACertificate({ certificateId }: { certificateId: string }) {
      const place = world.places[ids.indexOf(certificateId)];
      return {
        certificateDescription: { certificateId },
        registrationConfig: place ? { templateName: `t${place.template}` } : undefined,
      };
    },
  };
  const send = (async (action, input) => {
    calls += 1;
    return answers[action]?.(input as never);
  }) as Send;
  const door = new Door({ send, clock: new VirtualClock(), maxBytes: 10_000_000 });
  const finder = new EdgeFinder(door, (message) => {
    throw new Error(message);
  });
  const found = await finder.find(ids, false, callScope(door));
  expect(ids.map((id) => found.get(id))).toEqual(
    world.places.map((place) => ({ templateName: place ? `t${place.template}` : null })),
  );
  return calls;
}

/** What a search that has not ended stands at. */
interface Standing {
  readonly unknown: number;
  /** Pages of the list of templates to come; each with the page counts of the lists it leads to. */
  readonly templatePages: ReadonlyArray<readonly number[]>;
  /** Pages left of the lists that can be walked. */
  readonly open: readonly number[];
}

/**
 * The fewest calls that are certain to be enough, found by trying every order of calls against
 * every way the CAs can lie. This search knows the length of every list, which the planner does
 * not; neither knows which CA is where.
 */
function optimum(at: Standing, memo = new Map<string, number>()): number {
  const { unknown, templatePages, open } = at;
  if (unknown === 0 || (templatePages.length === 0 && open.length === 0)) return 0;
  const key = JSON.stringify(at);
  const kept = memo.get(key);
  if (kept !== undefined) return kept;
  let best = 1 + optimum({ ...at, unknown: unknown - 1 }, memo);
  const [shown, ...rest] = templatePages;
  if (shown) {
    const next = [...open, ...shown].sort((a, b) => a - b);
    best = Math.min(best, 1 + optimum({ unknown, templatePages: rest, open: next }, memo));
  }
  for (const pageCount of new Set(open)) {
    const others = [...open];
    others.splice(open.indexOf(pageCount), 1);
    const left = pageCount === 1 ? others : [...others, pageCount - 1].sort((a, b) => a - b);
    let worst = 0;
    for (let found = 0; found <= unknown; found += 1) {
      worst = Math.max(worst, optimum({ ...at, unknown: unknown - found, open: left }, memo));
    }
    best = Math.min(best, 1 + worst);
  }
  memo.set(key, best);
  return best;
}

function optimumOf(world: World): number {
  return optimum({
    unknown: world.places.length,
    templatePages: world.pages.map((page) =>
      page.flatMap(({ type, pageCount }) => (type === 'JITP' ? [pageCount] : [])),
    ),
    open: [],
  });
}

const hiddenTemplate: fc.Arbitrary<HiddenTemplate> = fc.record({
  type: fc.constantFrom('JITP' as const, 'JITP' as const, 'FLEET_PROVISIONING' as const),
  pageCount: fc.integer({ min: 1, max: 3 }),
});

const anyWorld: fc.Arbitrary<World> = fc
  .array(fc.array(hiddenTemplate, { maxLength: 3 }), { minLength: 1, maxLength: 2 })
  .chain((pages) => {
    const spots = pages
      .flat()
      .flatMap(({ type, pageCount }, template) =>
        type === 'JITP' ? Array.from({ length: pageCount }, (_, page) => ({ template, page })) : [],
      );
    const places = fc.array(fc.constantFrom(null, ...spots), { minLength: 1, maxLength: 12 });
    return places.map((chosen) => ({ pages, places: chosen }));
  });

describe('against an exhaustive search', () => {
  test('never costs more than twice the best, and no more than it where the lists are the best', async () => {
    let backwards = 0;
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const calls = await callsFor(world);
        const best = optimumOf(world);
        expect(calls).toBeLessThanOrEqual(2 * best);
        // Without any list to walk the search above knows so at once; the planner must ask.
        const hasLists = world.pages.flat().some(({ type }) => type === 'JITP');
        if (hasLists && best < world.places.length) {
          backwards += 1;
          expect(calls).toBeLessThanOrEqual(best);
        }
      }),
      { numRuns: 400 },
    );
    expect(backwards).toBeGreaterThan(40);
  });

  test('the exhaustive search itself: Describes or all pages, whichever are fewer', () => {
    const jitp = (pageCount: number): HiddenTemplate => ({ type: 'JITP', pageCount });
    const places = (count: number): World['places'] => Array(count).fill(null);
    expect(optimumOf({ pages: [[jitp(1), jitp(2)]], places: places(9) })).toBe(4);
    expect(optimumOf({ pages: [[jitp(1), jitp(2)]], places: places(3) })).toBe(3);
    expect(optimumOf({ pages: [[jitp(2)], [jitp(1)]], places: places(9) })).toBe(5);
    expect(
      optimumOf({ pages: [[{ type: 'FLEET_PROVISIONING', pageCount: 3 }]], places: places(9) }),
    ).toBe(1);
  });

  test('over all orders in which AWS may list the templates, never more than twice the best mix', async () => {
    const counts = fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 })
      .filter((each) => each.some((count) => count > 0));
    await fc.assert(
      fc.asyncProperty(counts, fc.nat(2), async (countOfEach, unnamed) => {
        const orders = permutations(countOfEach);
        let calls = 0;
        for (const order of orders) {
          const named = order.flatMap((count, template) =>
            Array.from({ length: count }, () => ({ template, page: 0 })),
          );
          const pages = [order.map(() => ({ type: 'JITP' as const, pageCount: 1 }))];
          calls += await callsFor({ pages, places: [...named, ...Array(unnamed).fill(null)] });
        }
        expect(calls).toBeLessThanOrEqual(2 * bestMix(orders, unnamed));
      }),
      { numRuns: 60 },
    );
  });
});

/**
 * The calls that the best of these strategies makes over all orders together: Describes alone, or
 * the list of templates and up to k lists, ending early when all are found, then Describes.
 */
function bestMix(orders: ReadonlyArray<readonly number[]>, unnamed: number): number {
  const [first = []] = orders;
  const asked = first.reduce((sum, count) => sum + count, unnamed);
  let best = asked * orders.length;
  for (let walked = 0; walked <= first.length; walked += 1) {
    let calls = 0;
    for (const order of orders) {
      let unknown = asked;
      calls += 1;
      for (const count of order.slice(0, walked)) {
        if (unknown === 0) break;
        calls += 1;
        unknown -= count;
      }
      if (walked < order.length) calls += unknown;
    }
    best = Math.min(best, calls);
  }
  return best;
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [
      item,
      ...rest,
    ]),
  );
}

describe('accounts of size', () => {
  const jitp = (...pageCounts: number[]): HiddenTemplate[] =>
    pageCounts.map((pageCount) => ({ type: 'JITP', pageCount }));

  test('500 CAs of five templates cost their lists', async () => {
    const pageCounts = [1, 1, 1, 1, 1];
    const places = Array.from({ length: 500 }, (_, index) => ({ template: index % 5, page: 0 }));
    expect(await callsFor({ pages: [jitp(...pageCounts)], places })).toBe(6);
  });

  test('lists of several pages are walked no further than needed', async () => {
    const places = Array.from({ length: 100 }, (_, index) => ({ template: index % 2, page: 0 }));
    expect(await callsFor({ pages: [jitp(40, 40)], places })).toBe(3);
  });

  test('where a list of CAs costs more than Describes, they are asked one by one', async () => {
    const places = Array.from({ length: 4 }, (_, index) => ({ template: index, page: 0 }));
    expect(await callsFor({ pages: [jitp(1, 1, 1, 1, 1)], places })).toBe(1 + 4);
  });

  // How many lists there are is known once the list of templates was read, and not before. To read it
  // costs one call too many at the most; not to read it would cost up to n - 2.
  test.each([
    [3, 1, 2],
    [3, 2, 3],
    [3, 5, 1 + 3],
    [4, 1, 2],
    [4, 2, 3],
    [4, 5, 1 + 4],
    [5, 1, 2],
    [5, 3, 4],
    [5, 4, 5],
    [5, 5, 1 + 5],
  ])('%i CAs of %i templates, nothing known', async (count, templates, calls) => {
    const places = Array.from({ length: count }, () => ({ template: templates - 1, page: 0 }));
    const pages = [jitp(...Array(templates).fill(1))];
    expect(await callsFor({ pages, places })).toBe(calls);
  });

  /** 100,000 CAs name one template: 400 pages. */
  const huge = 400;
  test.each([
    ['among the newest', 0, 2],
    ['on the thirtieth page', 29, 31],
    ['among the oldest', huge - 1, 100],
  ])('50 CAs %s of a template with 100,000', async (_where, page, calls) => {
    const places = Array.from({ length: 50 }, () => ({ template: 0, page }));
    expect(await callsFor({ pages: [jitp(huge)], places })).toBe(calls);
  });

  test('50 CAs without a template while one has 100,000 cost twice their Describes at most', async () => {
    expect(await callsFor({ pages: [jitp(huge)], places: Array(50).fill(null) })).toBe(100);
  });

  test('a huge list does not stand before a small one that holds the CAs', async () => {
    const places = Array.from({ length: 50 }, () => ({ template: 1, page: 0 }));
    expect(await callsFor({ pages: [jitp(huge, 1)], places })).toBe(3);
  });
});
