import { readFile, writeFile } from 'node:fs/promises';

/** Puts a text between `<!-- name -->` and `<!-- end of name -->` of a page, and leaves the rest. */
export async function keep(pageFile: string, name: string, text: string): Promise<void> {
  const page = await readFile(pageFile, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${pageFile} has no place for ${name}`);
  await writeFile(
    pageFile,
    `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`,
  );
}
