import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

/** A file of the project: its path from the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** From the root of the project for our own files; undefined for packages and Node's modules. */
  readonly file: string | undefined;
  /** Gone when the types are stripped. */
  readonly isType: boolean;
}

/** A part of the syntax tree. */
export interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A file with what the rules look at. */
export interface Source extends SourceFile {
  readonly lineCount: number;
  readonly imports: readonly Import[];
  /** The statements of the module itself. */
  readonly body: readonly Node[];
  /** All parts of the tree, the outer ones first. */
  readonly nodes: readonly Node[];
  /** How many lines a part of the tree takes. */
  linesOf(node: Node): number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All files under a folder of the project that end in one of the extensions. */
export function readFiles(folder: string, extensions: readonly string[]): SourceFile[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && extensions.includes(path.extname(entry.name)))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({
      path: path.relative(ROOT, file).split(path.sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function parseSource({ path: file, text }: SourceFile): Source {
  // An empty statement comes first, so that the tree's positions count from the file's beginning.
  const tree = parseSync(`;${text}`, { syntax: 'typescript', target: 'es2022' });
  const bytes = Buffer.from(text);
  const start = tree.span.start + 1;
  const lineAt = (position: number): number => {
    let line = 1;
    for (const byte of bytes.subarray(0, position - start)) if (byte === 0x0a) line += 1;
    return line;
  };
  const body = tree.body.slice(1) as unknown as Node[];
  const nodes = body.flatMap((statement) => [...walk(statement)]);
  return {
    path: file,
    text,
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: nodes.flatMap((node) => importsOf(node, file)),
    body,
    nodes,
    linesOf: ({ span }) => {
      const { start: from, end: to } = span as { start: number; end: number };
      return lineAt(to) - lineAt(from) + 1;
    },
  };
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const member of Object.values(value)) yield* walk(member);
  }
}

function importsOf(node: Node, from: string): Import[] {
  const specifier = specifierOf(node);
  if (specifier === undefined) return [];
  const file = specifier.startsWith('.')
    ? path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier))
    : undefined;
  return [{ specifier, file, isType: isTypeOnly(node) }];
}

function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return textOf(node.source);
    case 'CallExpression': {
      const [first] = node.arguments as Array<{ expression: unknown }>;
      return isNode(node.callee) && node.callee.type === 'Import'
        ? textOf(first?.expression)
        : undefined;
    }
    // import('...') in a type.
    case 'TsImportType':
      return textOf(node.argument);
    default:
      return undefined;
  }
}

function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'StringLiteral' ? String(node.value) : undefined;
}

function isTypeOnly(node: Node): boolean {
  if (node.typeOnly === true || node.type === 'TsImportType') return true;
  const specifiers = (node.specifiers ?? []) as Node[];
  return specifiers.length > 0 && specifiers.every(({ isTypeOnly: only }) => only === true);
}
