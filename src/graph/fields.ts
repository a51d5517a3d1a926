import { GatewayError } from '../errors.ts';
import type { GraphContext } from './context.ts';
import type { Detail, EntityLoader, Row } from './entityLoader.ts';

interface FieldSource<Entity extends { row?: unknown; detail?: unknown }> {
  readonly loader: (context: GraphContext) => EntityLoader<Entity>;
  readonly keyOf: (entity: Entity) => string;
  /** The thing in words, for the error when it is gone. */
  readonly nameOf: (entity: Entity) => string;
}

/** Makes resolvers of fields that a row or a detail answers, reading no more than they need. */
export function fieldsOf<Entity extends { row?: unknown; detail?: unknown }>(
  source: FieldSource<Entity>,
) {
  /** The entity with row and detail; its absence is an error here, for its parent has shown it. */
  async function described(entity: Entity, context: GraphContext): Promise<Known<Entity>> {
    const found = await source.loader(context).load(source.keyOf(entity));
    if (found?.detail !== undefined) return found as Known<Entity>;
    const message = `${source.nameOf(entity)} is gone: it was deleted while it was read.`;
    throw new GatewayError('RESOURCE_NOT_FOUND', message);
  }
  return {
    described,
    /** A field that a row answers; a thing known by its key alone is described for it. */
    fromRow:
      <Value>(pick: (row: Row<Entity>) => Value | undefined) =>
      (entity: Entity, _args: unknown, context: GraphContext): Resolved<Value> =>
        entity.row !== undefined
          ? (pick(entity.row as Row<Entity>) ?? null)
          : described(entity, context).then(({ row }) => pick(row) ?? null),
    /** A field that only a detail answers. */
    fromDetail:
      <Value>(
        pick: (detail: Detail<Entity>, of: Entity, context: GraphContext) => Value | undefined,
      ) =>
      (entity: Entity, _args: unknown, context: GraphContext): Resolved<Value> =>
        entity.detail !== undefined
          ? (pick(entity.detail as Detail<Entity>, entity, context) ?? null)
          : described(entity, context).then(({ detail }) => pick(detail, entity, context) ?? null),
  };
}

/** An entity once it was described. */
type Known<Entity> = Entity & { readonly row: Row<Entity>; readonly detail: Detail<Entity> };

type Resolved<Value> = Value | null | Promise<Value | null>;
