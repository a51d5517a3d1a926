import {
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { Budget, InputLog } from '../upstream/scope.ts';
import type { Connection } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, Entity, TemplateEntity } from './entities.ts';
import { createLoaders } from './loaders.ts';
import type { NodeText, NodeTexts } from './nodeTexts.ts';
import type { Levels } from './selection.ts';
import { ShownNodes } from './shownNodes.ts';
import { type EdgePart, type Part, type WindowQuery, windowQueryOf } from './windowQuery.ts';

/** Runs a compiled selection on an object; a promise when it has to wait for something. */
export type RunOn = (
  root: unknown,
  context: GraphContext,
) => Promise<unknown> | { readonly data?: unknown; readonly errors?: unknown };

/** A query for a window, its pieces compiled. */
export interface CompiledWindow {
  readonly query: WindowQuery;
  readonly schema: GraphQLSchema;
  readonly queryType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly runNode: RunOn;
  readonly runOther: RunOn | undefined;
}

/** Compiles a selection on a type; undefined when the compiler refuses it. */
export type CompileOn = (type: GraphQLObjectType, selection: SelectionSetNode) => RunOn | undefined;

/** The pieces of a query for a window, compiled; undefined for any other query. */
export function compileWindow(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: CompiledWindow['fragments'],
  compileOn: CompileOn,
): CompiledWindow | undefined {
  const queryType = schema.getQueryType();
  const query = queryType && windowQueryOf(queryType, operation, fragments);
  const definition = query && queryType.getFields()[query.field.name.value];
  if (!queryType || !query || !definition) return undefined;
  const { nodeType, nodeSelection, connectionType, otherSelection } = query;
  const runNode = compileOn(nodeType, nodeSelection);
  const runOther = otherSelection && compileOn(connectionType, otherSelection);
  if (runNode === undefined || (otherSelection && runOther === undefined)) return undefined;
  return { query, schema, queryType, definition, operation, fragments, runNode, runOther };
}

type Variables = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, unknown>>;

/**
 * The data of a window as JSON, its nodes from their texts. Undefined when anything in it has to
 * wait or fails, which is for an ordinary execution to see to: beyond the calls for the list this
 * one makes none.
 */
export async function windowJson(
  window: CompiledWindow,
  coerced: Variables,
  context: GraphContext,
  texts: NodeTexts,
): Promise<string | undefined> {
  const { query, runOther } = window;
  const info = infoOf(window, coerced);
  const connection = await resolve(window, info, context);
  if (connection === undefined) return undefined;
  const nodes = await nodesJson(connection, window, info, context, texts);
  const others = runOther === undefined ? {} : dataOf(runOther(connection, context));
  if (nodes === undefined || others === undefined) return undefined;
  const jsonOf = (part: Part): string => {
    switch (part.kind) {
      case 'nodes':
        return `[${nodes.join(',')}]`;
      case 'edges':
        return `[${edgesJson(part.parts, connection, nodes, query)}]`;
      case 'other':
        return JSON.stringify(others[part.key]);
    }
  };
  const members = query.parts.map((part) => `${JSON.stringify(part.key)}:${jsonOf(part)}`);
  return `{${JSON.stringify(query.key)}:{${members.join(',')}}}`;
}

/** What graphql-js would tell the resolver of the list. */
function infoOf(window: CompiledWindow, coerced: Variables): GraphQLResolveInfo {
  const { query, schema, queryType, definition, operation, fragments } = window;
  return {
    fieldName: definition.name,
    fieldNodes: [query.field],
    returnType: definition.type,
    parentType: queryType,
    path: { prev: undefined, key: query.key, typename: queryType.name },
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues: coerced,
  };
}

async function resolve(
  { query, definition }: CompiledWindow,
  info: GraphQLResolveInfo,
  context: GraphContext,
): Promise<Connection<Entity> | undefined> {
  try {
    const given = getArgumentValues(definition, query.field, info.variableValues);
    // Relay's connections are what all fields of such a type answer here.
    return (await definition.resolve?.(undefined, given, context, info)) as
      | Connection<Entity>
      | undefined;
  } catch {
    return undefined;
  }
}

async function nodesJson(
  connection: Connection<Entity>,
  window: CompiledWindow,
  info: GraphQLResolveInfo,
  context: GraphContext,
  texts: NodeTexts,
): Promise<readonly string[] | undefined> {
  const { nodeSelection, nodeType } = window.query;
  let ofSelection = texts.of(nodeSelection);
  const nowMs = context.upstream.nowMs();
  const { rows } = connection;
  if (rows === undefined) return undefined;
  const json: string[] = [];
  for (const [index, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null) return undefined;
    let text = ofSelection.find(row, nowMs);
    if (text === undefined) {
      const pause = context.turns.pause();
      if (pause) {
        await pause;
        ofSelection = texts.of(nodeSelection);
      }
      const node = connection.nodes[index];
      const { levels } = context.levels.connection(info, info.fieldNodes, nodeType.name);
      text = node && complete({ ...node, row } as Entity, levels, window, context);
      if (text === undefined) return undefined;
      ofSelection.keep(row, text);
    }
    context.scope.inputs.addAll(text.inputs);
    json.push(text.json);
    // An ordinary execution tells where it is too much.
    context.shown.add(1 + text.shown);
  }
  return json;
}

/**
 * Completes one node from what is known. It is given a scope of its own, which notes all that this
 * node is made from and can make no call.
 */
function complete(
  node: Entity,
  levels: Levels,
  window: CompiledWindow,
  context: GraphContext,
): NodeText | undefined {
  const inputs = new InputLog();
  const scope = { ...context.scope, inputs, budget: new Budget(0) };
  const loaders = createLoaders(context.upstream, scope);
  const alone = recalled(node, levels, loaders);
  if (alone === undefined) return undefined;
  const shown = new ShownNodes();
  const data = dataOf(window.runNode(alone, { ...context, scope, loaders, shown }));
  return data && { json: JSON.stringify(data), inputs, shown: shown.count };
}

/** A node with its row, and what else is known of it; undefined when that is not enough. */
function recalled(
  node: Entity,
  levels: Levels,
  { templates, caCertificates }: ReturnType<typeof createLoaders>,
): TemplateEntity | CACertificateEntity | undefined {
  if (node.row === undefined) return undefined;
  switch (node.kind) {
    case 'ProvisioningTemplate': {
      const alone = templates.fromRow(node.templateName, node.templateArn, node.row);
      return templates.knows(alone, levels) ? alone : undefined;
    }
    case 'CACertificate': {
      const alone = caCertificates.fromRow(node.certificateId, node.certificateArn, node.row);
      return caCertificates.knows(alone, levels) ? alone : undefined;
    }
    default:
      return undefined;
  }
}

/** The data of a run that ended at once and well. */
function dataOf(result: ReturnType<RunOn>): Members | undefined {
  if (!(result instanceof Promise)) {
    const { data, errors } = result;
    return errors === undefined ? (data as Members | undefined) : undefined;
  }
  // What it still finds out is of no use, nor is its failure.
  result.catch(() => undefined);
  return undefined;
}

function edgesJson(
  parts: readonly EdgePart[],
  { edges }: Connection<Entity>,
  nodes: readonly string[],
  { nodeType }: WindowQuery,
): string {
  const typename = JSON.stringify(`${nodeType.name}Edge`);
  return edges
    .map((edge, index) => {
      const members = parts.map(({ kind, key }) => {
        const value = { node: nodes[index], cursor: undefined, typename }[kind];
        return `${JSON.stringify(key)}:${value ?? JSON.stringify(edge.cursor)}`;
      });
      return `{${members.join(',')}}`;
    })
    .join(',');
}
