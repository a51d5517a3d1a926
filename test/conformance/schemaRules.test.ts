import { fileURLToPath } from 'node:url';
import * as graphqlEslint from '@graphql-eslint/eslint-plugin';
import { describe, expect, test } from '@jest/globals';
import { ESLint, type Linter } from 'eslint';
import { readSchemaText } from '../../src/gateway.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { parser } = graphqlEslint;
// The plugin is a CommonJS module whose shape depends on who loads it.
const plugin = { rules: graphqlEslint.rules } as NonNullable<Linter.Config['plugins']>[string];

const RELAY: Linter.RulesRecord = {
  ...graphqlEslint.configs['flat/schema-relay'].rules,
  // Connections go forward only, as AWS's tokens do.
  '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
  '@graphql-eslint/relay-edge-types': [
    'error',
    {
      withEdgeSuffix: true,
      // The gateway's own records are no resources of AWS: `node` does not find changes, bulk
      // operations and their items. All other edges are held to it below.
      shouldImplementNode: false,
      // It would forbid every other list, Relay's own `nodes(ids:)` and `userErrors` among them.
      listTypeCanWrapOnlyEdgeType: false,
    },
  ],
};

async function findings(text: string, rules: Linter.RulesRecord): Promise<string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.graphql'],
      languageOptions: { parser, parserOptions: { graphQLConfig: { schema: text } } },
      plugins: { '@graphql-eslint': plugin },
      rules,
    },
  });
  const results = await eslint.lintText(text, { filePath: 'schema.graphql' });
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `${line}: ${ruleId} ${message}`),
  );
}

const sdl = await readSchemaText();

describe('graphql-eslint finds nothing in the schema', () => {
  test("of Relay's rules", async () => {
    expect(await findings(sdl, RELAY)).toEqual([]);
  });

  test('of edges that lead to no node, but in the own records of the gateway', async () => {
    const found = await findings(sdl, {
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    });
    const lines = sdl.split('\n');
    const types = found.map((finding) => lines[Number.parseInt(finding, 10) - 1]);
    expect(types).toEqual(['type ChangeEdge {', 'type BulkItemEdge {', 'type BulkOperationEdge {']);
  });

  test('without a description', async () => {
    const isNeeded = {
      types: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      EnumValueDefinition: true,
      DirectiveDefinition: true,
    };
    expect(
      await findings(sdl, { '@graphql-eslint/require-description': ['error', isNeeded] }),
    ).toEqual([]);
  });

  test('that cannot be reached', async () => {
    expect(await findings(sdl, { '@graphql-eslint/no-unreachable-types': 'error' })).toEqual([]);
  });

  test('and finds what is put in', async () => {
    const spoilt = sdl
      .replace('after: String', 'before: String')
      .replace(/^ {2}hasNextPage: Boolean!$/m, '  hasNextPage: Boolean')
      .concat('\ntype Nowhere { field: Int }\n');
    const found = await findings(spoilt, {
      ...RELAY,
      '@graphql-eslint/require-description': ['error', { types: true }],
      '@graphql-eslint/no-unreachable-types': 'error',
    });
    const rules = found.map((finding) => finding.split(' ')[1]);
    expect(new Set(rules)).toEqual(
      new Set([
        '@graphql-eslint/relay-arguments',
        '@graphql-eslint/relay-page-info',
        '@graphql-eslint/require-description',
        '@graphql-eslint/no-unreachable-types',
      ]),
    );
  });
});
