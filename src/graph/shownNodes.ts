import { type GraphQLSchema, isObjectType } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { GraphContext } from './context.ts';

/** Beyond this many an answer takes megabytes, and writing it would hold up everybody else. */
export const MAX_NODES = 10_000;

/** How many things the lists of one answer show; one thing as often as it is shown. */
export class ShownNodes {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A list will be shown; throws TOO_MANY_NODES. */
  add(nodes: number): void {
    this.#count += nodes;
    if (this.#count <= MAX_NODES) return;
    throw new GatewayError(
      'TOO_MANY_NODES',
      `The answer would show more than the ${MAX_NODES} things that one may; page through the lists above.`,
      { limit: MAX_NODES },
    );
  }

  /** The operation is executed from the start. */
  restart(): void {
    this.#count = 0;
  }
}

/** Counts what each connection of a schema shows, as it is shown, and paces it. */
export function countNodes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.name.endsWith('Connection')) continue;
    const { nodes, edges } = type.getFields();
    if (nodes) nodes.resolve = (connection, _args, context) => shown(connection, 'nodes', context);
    if (edges) edges.resolve = (connection, _args, context) => shown(connection, 'edges', context);
  }
}

function shown(
  connection: Connection<unknown>,
  list: 'nodes' | 'edges',
  context: GraphContext,
): Iterable<unknown> {
  const found = connection[list];
  context.shown.add(found.length);
  return context.turns.paced(found);
}
