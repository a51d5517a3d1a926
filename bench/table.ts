/** One grid of figures. */
export interface Grid {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<ReadonlyArray<string | number>>;
}

/** Something that the figures must show, and whether they do. */
export interface Check {
  readonly text: string;
  readonly isMet: boolean;
  /** What was found. */
  readonly found: string;
}

/** What one section of the bench has to say. */
export interface Table {
  readonly name: string;
  readonly title: string;
  /** What was measured and how, in a few sentences. */
  readonly about: string;
  /** Counts and ratios, which do not depend on the machine. */
  readonly ratios: readonly Grid[];
  /** Times and sizes of this one run on this one machine. */
  readonly absolute: readonly Grid[];
  readonly checks: readonly Check[];
}

/** What a section is given. */
export interface BenchOptions {
  /** A smoke run: small accounts, short rounds; its figures mean nothing. */
  readonly isQuick: boolean;
  /** The bundle that child processes run. */
  readonly childFile: string;
  /** Flags of Node.js for the gateway in the warm section, for a profile of it. */
  readonly profileFlags: readonly string[];
  /** Tells how far the section is. */
  readonly say: (line: string) => void;
}

export type Section = (options: BenchOptions) => Promise<Table>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** A figure with about three significant digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export function mib(bytes: number): string {
  return figure(bytes / (1024 * 1024));
}

export function render(table: Table): string {
  const parts = [`## ${table.title}`, table.about];
  if (table.checks.length > 0) {
    parts.push(
      renderGrid({
        caption: 'What it must show',
        columns: ['must show', 'met', 'found'],
        rows: table.checks.map(({ text, isMet, found }) => [text, isMet ? 'yes' : '**no**', found]),
      }),
    );
  }
  parts.push(...table.ratios.map(renderGrid));
  if (table.absolute.length > 0) {
    parts.push('### Absolute figures of one run on one machine');
    parts.push(...table.absolute.map(renderGrid));
  }
  return `${parts.join('\n\n')}\n`;
}

function renderGrid({ caption, columns, rows }: Grid): string {
  const line = (cells: ReadonlyArray<string | number>): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `**${caption}**`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}
