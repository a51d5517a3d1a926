import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { readSchemaText } from '../../src/gateway.ts';

type Field = GraphQLField<unknown, unknown>;

/** A connection, and how to come to it from a type that Relay can fetch again. */
interface Connection {
  readonly name: string;
  readonly root: GraphQLObjectType;
  readonly path: readonly Field[];
}

const isRefetchable = (type: GraphQLObjectType): boolean =>
  type.name === 'Query' || type.getInterfaces().some(({ name }) => name === 'Node');

const isList = (field: Field): boolean =>
  isListType(isNonNullType(field.type) ? field.type.ofType : field.type);

const isConnection = (field: Field): boolean =>
  getNamedType(field.type).name.endsWith('Connection');

/** Every field of the schema that is a connection, by its type and name. */
function connectionsOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(isConnection)
        .map((field) => `${type.name}.${field.name}`),
    );
}

/** The shortest ways to all connections, over no list: a page within a list cannot be refetched. */
function waysOf(schema: GraphQLSchema): Connection[] {
  const found = new Map<string, Connection>();
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
  let ways = objects
    .filter(isRefetchable)
    .map((type) => ({ root: type, path: [] as readonly Field[], type }));
  for (let length = 0; length < 3; length += 1) {
    for (const { root, path, type } of ways) {
      for (const field of Object.values(type.getFields()).filter(isConnection)) {
        const name = `${type.name}.${field.name}`;
        if (!found.has(name)) found.set(name, { name, root, path: [...path, field] });
      }
    }
    ways = ways.flatMap(({ root, path, type }) =>
      Object.values(type.getFields()).flatMap((field) => {
        const next = getNamedType(field.type);
        const isWay = isObjectType(next) && !isList(field) && !isConnection(field);
        return isWay && !isRefetchable(next) ? [{ root, path: [...path, field], type: next }] : [];
      }),
    );
  }
  return [...found.values()];
}

/** The module of a component that shows the connection and asks for its next page. */
function moduleOf({ root, path }: Connection, module: string): string {
  const declared: string[] = [
    'count: { type: "Int", defaultValue: 10 }',
    'cursor: { type: "String" }',
  ];
  const selection = path.reduceRight((inner, field) => {
    const given = field.args
      .filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
      .map(({ name, type }) => {
        declared.push(`${name}: { type: "${String(type)}" }`);
        return `${name}: $${name}`;
      });
    if (inner !== '')
      return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''} { ${inner} }`;
    const window = ['first: $count', 'after: $cursor', ...given].join(', ');
    return `${field.name}(${window}) @connection(key: "${module}_${field.name}") {
      edges { node { __typename } } pageInfo { hasNextPage endCursor } }`;
  }, '');
  return `import { graphql } from 'react-relay';
    export const fragment = graphql\`
      fragment ${module}_data on ${root.name}
        @refetchable(queryName: "${module}Query")
        @argumentDefinitions(${declared.join(', ')}) {
        ${selection}
      }
    \`;
  `;
}

const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');

describe('relay-compiler', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'relay-'));
    await mkdir(path.join(folder, 'src'));
    await mkdir(path.join(folder, 'made'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('compiles a refetchable fragment for each connection of the schema', async () => {
    const sdl = await readSchemaText();
    const schema = buildSchema(sdl);
    const ways = waysOf(schema);
    expect(ways.map(({ name }) => name).sort()).toEqual(connectionsOf(schema).sort());
    const modules = ways.map((way) => ({ way, module: way.name.replace('.', '') }));
    for (const { way, module } of modules) {
      await writeFile(path.join(folder, 'src', `${module}.ts`), moduleOf(way, module));
    }
    await writeFile(path.join(folder, 'schema.graphql'), sdl);
    const config = {
      src: './src',
      schema: './schema.graphql',
      language: 'typescript',
      artifactDirectory: './made',
      customScalarTypes: { DateTime: 'string', JSON: 'unknown' },
    };
    await writeFile(path.join(folder, 'relay.config.json'), JSON.stringify(config));
    const { code, output } = await compile(folder);
    expect({ code, output }).toEqual({ code: 0, output: expect.not.stringMatching(/error/i) });
    for (const { way, module } of modules) {
      const fragment = await readFile(
        path.join(folder, 'made', `${module}_data.graphql.ts`),
        'utf8',
      );
      expect(fragment).toContain('"connection"');
      expect(fragment).toContain(`"${way.path.at(-1)?.name}"`);
      const query = await readFile(path.join(folder, 'made', `${module}Query.graphql.ts`), 'utf8');
      expect(query).toContain('"kind": "Request"');
      // What is no root field is fetched again by its global id.
      expect(query.includes('node(id: $')).toBe(isInterfaceNode(way.root));
    }
  });

  test('refuses a connection that is none', async () => {
    const module =
      'import { graphql } from \'react-relay\'; export const a = graphql`fragment Broken_data on Query @refetchable(queryName: "BrokenQuery") @argumentDefinitions(n: { type: "Int" }) { quota { action } provisioningTemplates(first: $n) @connection(key: "Broken_other") { nodes { id } } }`;';
    await writeFile(path.join(folder, 'src', 'Broken.ts'), module);
    const { code } = await compile(folder);
    expect(code).not.toBe(0);
  });
});

const isInterfaceNode = (type: GraphQLObjectType): boolean =>
  type.getInterfaces().some((one) => isInterfaceType(one) && one.name === 'Node');

function compile(folder: string): Promise<{ readonly code: unknown; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: `${stdout}${stderr}` }),
    );
  });
}
