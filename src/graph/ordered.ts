import { badInput } from '../errors.ts';
import { PAGE_SIZE } from '../upstream/actions.ts';
import { type ListSource, MAX_COUNT_PAGES } from './connection.ts';
import { pagesFrom, rowsOf } from './listPages.ts';

/**
 * The same list in another order: it is read to its end, prepared and sorted, and so is one page.
 * A cursor of it holds while the order of what is around its item does.
 */
export function ordered<Item, Row>(
  source: ListSource<Item, Row>,
  order: {
    readonly name: string;
    readonly prepare?: (items: readonly Item[]) => Promise<void>;
    readonly compare: (one: Item, other: Item) => number;
  },
): ListSource<Item, KeyedItem<Item>> {
  return {
    list: JSON.stringify([source.list, order.name]),
    isDerived: true,
    keyOf: ({ key }) => key,
    toItem: ({ item }) => item,
    keeps: source.keeps,
    async page() {
      const rows: Array<KeyedItem<Item>> = [];
      let pagesWalked = 0;
      for await (const page of pagesFrom(source, undefined)) {
        for (const row of rowsOf(page))
          rows.push({ key: source.keyOf(row), item: source.toItem(row) });
        pagesWalked += 1;
        if (!page.isLast && pagesWalked === MAX_COUNT_PAGES) {
          const most = MAX_COUNT_PAGES * PAGE_SIZE;
          const message = `\`orderBy\` sorts ${most} things at most, and there are more.`;
          throw badInput(['orderBy'], message);
        }
      }
      await order.prepare?.(rows.map(({ item }) => item));
      rows.sort((one, other) => order.compare(one.item, other.item));
      return { rows, nextToken: undefined };
    },
  };
}

/** An item of an ordered list, with the key of its row. */
interface KeyedItem<Item> {
  readonly key: string;
  readonly item: Item;
}

/** RFC 3339 texts of one precision go by time when they go by code point. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
