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
import { ReceiptBook } from '../upstream/receipt.ts';
import { Budget, InputLog } from '../upstream/scope.ts';
import { walkHeldCACertificates } from './caCertificateList.ts';
import { type Connection, type Span, type Window, windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, Entity, TemplateEntity } from './entities.ts';
import { createLoaders } from './loaders.ts';
import type { NodeText, NodeTexts } from './nodeTexts.ts';
import { walkHeldTemplates } from './provisioningTemplateList.ts';
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

/** The lists at the root whose windows can be shown without any waiting, by the fields that lead to them. */
const HELD_LISTS: Readonly<Record<string, HeldList | undefined>> = {
  caCertificates: walkHeldCACertificates,
  provisioningTemplates: walkHeldTemplates,
};

type HeldList = (
  given: Variables,
  window: Window,
  context: GraphContext,
) => Connection<Entity> | undefined;

/** Where the list of a window comes from: what is held alone, or AWS where it is not. */
export type ListFrom = 'held' | 'read';

/**
 * The data of a window as JSON. Undefined when anything in it would take a call beyond those for its
 * list, or fails, which is for an ordinary execution to see to. From what is held it makes no call at
 * all, so that it need not be priced.
 */
export async function windowJson(
  window: CompiledWindow,
  from: ListFrom,
  coerced: Variables,
  context: GraphContext,
  texts: NodeTexts,
): Promise<string | undefined> {
  const info = infoOf(window, coerced);
  const connection = await resolve(window, from, info, context);
  return connection && shownJson(connection, window, info, context, texts);
}

async function shownJson(
  connection: Connection<Entity>,
  window: CompiledWindow,
  info: GraphQLResolveInfo,
  context: GraphContext,
  texts: NodeTexts,
): Promise<string | undefined> {
  const { query, runOther } = window;
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
  const members = query.parts.map((part) => `${part.label}${jsonOf(part)}`);
  return `{${query.label}{${members.join(',')}}}`;
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
  from: ListFrom,
  info: GraphQLResolveInfo,
  context: GraphContext,
): Promise<Connection<Entity> | undefined> {
  try {
    const given = getArgumentValues(definition, query.field, info.variableValues);
    if (from === 'held') {
      const walkHeld = HELD_LISTS[definition.name];
      return walkHeld?.(given, windowOf(given, info, context.levels), context);
    }
    // Relay's connections are what all fields of such a type answer here.
    return (await definition.resolve?.(undefined, given, context, info)) as
      | Connection<Entity>
      | undefined;
  } catch {
    return undefined;
  }
}

/** The nodes as JSON: one by one where edges stand around them, else as many in one text as can be. */
async function nodesJson(
  connection: Connection<Entity>,
  window: CompiledWindow,
  info: GraphQLResolveInfo,
  context: GraphContext,
  texts: NodeTexts,
): Promise<readonly string[] | undefined> {
  const { spans } = connection;
  if (spans === undefined) return undefined;
  const nowMs = context.upstream.nowMs();
  const { nodeSelection, hasEdges } = window.query;
  const json: string[] = [];
  let shown = 0;
  for (const span of spans) {
    const { rows, start, end } = span;
    const first = shown;
    const whole = texts.of(nodeSelection, rows).whole(nowMs);
    if (whole === undefined) {
      const nodeAt = (place: number) => connection.nodes[first + place - start];
      const found = await spanJson(span, nodeAt, window, info, context, texts);
      if (found === undefined) return undefined;
      for (const text of found) json.push(text);
    } else {
      whole.noteInputs(start, end, context.scope.inputs);
      // An ordinary execution tells where it is too much.
      context.shown.add(whole.shown(start, end));
      texts.countFound(end - start);
      if (!hasEdges) json.push(whole.json(start, end));
      else for (let place = start; place < end; place += 1) json.push(whole.json(place, place + 1));
    }
    shown += end - start;
  }
  return json;
}

/** The nodes of rows of which not all are there, or their page is not. */
async function spanJson(
  { rows, start, end }: Span,
  nodeAt: (place: number) => Entity | undefined,
  window: CompiledWindow,
  info: GraphQLResolveInfo,
  context: GraphContext,
  texts: NodeTexts,
): Promise<readonly string[] | undefined> {
  const { nodeSelection, nodeType } = window.query;
  const { levels } = context.levels.connection(info, info.fieldNodes, nodeType.name);
  const nowMs = context.upstream.nowMs();
  let page = texts.of(nodeSelection, rows);
  const json: string[] = [];
  for (let place = start; place < end; place += 1) {
    let text = page.find(place, nowMs);
    if (text === undefined) {
      const pause = context.turns.pause();
      if (pause) {
        await pause;
        page = texts.of(nodeSelection, rows);
      }
      const node = nodeAt(place);
      text = node && complete(node, rows[place], levels, window, context);
      if (text === undefined) return undefined;
      page.keep(place, text);
    } else {
      texts.countFound(1);
    }
    context.scope.inputs.addAll(text.inputs);
    context.shown.add(1 + text.shown);
    json.push(text.json);
  }
  return json;
}

/**
 * Completes one node from what is known. It is given a scope of its own, which notes all that this
 * node is made from and can make no call.
 */
function complete(
  node: Entity,
  row: unknown,
  levels: Levels,
  window: CompiledWindow,
  context: GraphContext,
): NodeText | undefined {
  const inputs = new InputLog();
  // What it asks for in vain is asked for again, and counted then.
  const receipts = new ReceiptBook();
  const scope = { ...context.scope, inputs, receipts, budget: new Budget(0) };
  const loaders = createLoaders(context.upstream, scope);
  const alone = recalled({ ...node, row } as Entity, levels, loaders);
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
      const members = parts.map(({ kind, label }) => {
        const value = { node: nodes[index], cursor: undefined, typename }[kind];
        return `${label}${value ?? JSON.stringify(edge.cursor)}`;
      });
      return `{${members.join(',')}}`;
    })
    .join(',');
}
