/** What a key of a filter takes. */
export interface FilterKey {
  /** The type of one value, as the schema names it. */
  readonly type: string;
  readonly isList: boolean;
  /** All values there are; undefined where the schema does not list them. */
  readonly values: readonly string[] | undefined;
}

export type FilterKeys = ReadonlyMap<string, FilterKey>;

/** Descriptions, other texts and comments, in which anything may stand. */
const PROSE = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g;
const DIRECTIVE = /@\w+(?:\s*\([^)]*\))?/g;

/** The keys of CACertificateFilter, read from the text of the schema: a parser takes long to load. */
export function filterKeysOf(sdl: string): FilterKeys {
  const bare = sdl.replaceAll(PROSE, '').replaceAll(DIRECTIVE, '');
  const bodyOf = (kind: string, name: string): string | undefined =>
    new RegExp(`\\b${kind}\\s+${name}\\s*\\{([^}]*)\\}`).exec(bare)?.[1];
  const keys = new Map<string, FilterKey>();
  const fields = bodyOf('input', 'CACertificateFilter') ?? '';
  for (const [, name = '', list, type = ''] of fields.matchAll(/(\w+)\s*:\s*(\[)?\s*(\w+)/g)) {
    const values = bodyOf('enum', type)?.trim().split(/\s+/);
    keys.set(name, { type, isList: list !== undefined, values });
  }
  return keys;
}
