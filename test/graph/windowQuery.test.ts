import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLObjectType, type OperationDefinitionNode, parse } from 'graphql';
import { fragmentsOf } from '../../src/graph/compiled.ts';
import { windowQueryOf } from '../../src/graph/windowQuery.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

function taken(text: string) {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const queryType = schema.getQueryType() as GraphQLObjectType;
  return windowQueryOf(queryType, operation, fragmentsOf(document));
}

describe('a query for one window', () => {
  test('is taken apart in the order of its answer', () => {
    const query = taken(`query ($n: Int) { cas: caCertificates(first: $n) {
      totalCount edges { at: cursor __typename ca: node { ...F } } pageInfo { hasNextPage }
    } } fragment F on CACertificate { status jitpReadiness(expiringWithinDays: 5) { state } }`);
    expect(query).toMatchObject({ key: 'cas', nodeType: { name: 'CACertificate' } });
    expect(query?.parts).toEqual([
      { kind: 'other', key: 'totalCount', label: '"totalCount":' },
      {
        kind: 'edges',
        key: 'edges',
        label: '"edges":',
        parts: [
          { kind: 'cursor', key: 'at', label: '"at":' },
          { kind: 'typename', key: '__typename', label: '"__typename":' },
          { kind: 'node', key: 'ca', label: '"ca":' },
        ],
      },
      { kind: 'other', key: 'pageInfo', label: '"pageInfo":' },
    ]);
  });

  const node = (selection: string) =>
    `query ($d: Int) { caCertificates { nodes { ${selection} } } }`;

  test.each([
    ['a variable in its nodes', node('jitpReadiness(expiringWithinDays: $d) { state }')],
    [
      'a variable in a fragment of its nodes',
      `${node('...F')} fragment F on CACertificate { jitpReadiness(expiringWithinDays: $d) { state } }`,
    ],
    ['a list in its nodes', node('certificates { nodes { status } }')],
    ['two roots', '{ a: caCertificates { nodes { status } } b: registrationCode }'],
    [
      'a fragment at the root',
      '{ ...F } fragment F on Query { caCertificates { nodes { status } } }',
    ],
    [
      'nodes that are selected twice',
      '{ caCertificates { nodes { status } edges { node { id } } } }',
    ],
    ['a key that is written twice', '{ caCertificates { nodes { status } nodes { id } } }'],
    ['no nodes', '{ caCertificates { totalCount } }'],
    ['no list', '{ registrationCode }'],
  ])('is no query with %s', (_, text) => {
    expect(taken(text)).toBeUndefined();
  });
});
