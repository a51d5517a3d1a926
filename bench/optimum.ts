import { type AccountShape, jitpNames, namedBy } from './accounts.ts';

const PAGE_SIZE = 250;

/** Pages of a list of so many rows. */
export const pages = (rows: number): number => Math.max(1, Math.ceil(rows / PAGE_SIZE));

/** What the newest `shown` CAs of an account are, as far as calls depend on it. */
export interface Shown {
  readonly window: number;
  /** How many different templates they name. */
  readonly distinctTemplates: number;
  /** The fewest calls that find out the template of each. */
  readonly edges: number;
}

/**
 * The newest CAs of an account, and the least that it takes to learn their templates. Every way is
 * tried: a Describe of each, or the list of templates and, of each template's list, any number of
 * pages, with a Describe for each CA that these do not show. A CA that names no template is known
 * by that once all lists were read to their ends, and by its Describe otherwise.
 */
export function shownOf(shape: AccountShape, first: number): Shown {
  const names = jitpNames(shape);
  const wanted = new Map<string, number[]>(names.map((name) => [name, []]));
  const listed = new Map<string, number>(names.map((name) => [name, 0]));
  const shown = Math.min(first, shape.caCertificates);
  let unnamed = 0;
  for (let newest = 0; newest < shape.caCertificates; newest += 1) {
    const name = namedBy(shape.caCertificates - 1 - newest, shape, names);
    if (name === null) {
      if (newest < shown) unnamed += 1;
      continue;
    }
    const place = listed.get(name) ?? 0;
    listed.set(name, place + 1);
    if (newest < shown) wanted.get(name)?.push(place);
  }
  let partly = pages(shape.templates) + unnamed;
  let wholly = pages(shape.templates);
  for (const name of names) {
    const places = wanted.get(name) ?? [];
    const all = pages(listed.get(name) ?? 0);
    wholly += all;
    const depths = Array.from({ length: all + 1 }, (_, depth) => depth);
    partly += Math.min(
      ...depths.map((depth) => depth + places.filter((place) => place >= depth * PAGE_SIZE).length),
    );
  }
  return {
    window: pages(shown),
    distinctTemplates: [...wanted.values()].filter((places) => places.length > 0).length,
    edges: Math.min(shown, partly, wholly),
  };
}

/** The same with the rows of the templates, which the way through the lists brings along. */
export function edgesWithRows(shape: AccountShape, first: number): number {
  const { edges, distinctTemplates } = shownOf(shape, first);
  const shown = Math.min(first, shape.caCertificates);
  if (edges < shown) return edges;
  return shown + Math.min(distinctTemplates, pages(shape.templates));
}
