import type { GraphQLResolveInfo } from 'graphql';
import { badInput } from '../errors.ts';
import type { QueryResolvers, Resolvers } from '../generated/resolvers.ts';
import { parseVersionKey } from '../upstream/versionQuestions.ts';
import type { GraphContext } from './context.ts';
import type { Entity } from './entities.ts';
import { elsewhere, fromGlobalId, type NodeRef } from './globalId.ts';
import { requestedLevels } from './selection.ts';

/** The most ids that one `nodes` takes. */
const MAX_IDS = 100;

/** The thing of a global id, read as far as is asked for; null when it is gone. */
async function loadNode(
  ref: NodeRef,
  field: string,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<Entity | null> {
  checkServed(ref, field, context);
  const entity = await find(ref, context, info);
  // The answer may have been the first to show what is served.
  checkServed(ref, field, context);
  return entity;
}

/** Throws BAD_USER_INPUT for an id of another account or region, where it is known which is served. */
function checkServed(ref: NodeRef, field: string, { upstream }: GraphContext): void {
  const served = upstream.arnPrefix();
  if (served !== undefined && served !== ref.arnPrefix) {
    throw badInput([field], elsewhere(ref, field));
  }
}

async function find(
  { kind, key, arn }: NodeRef,
  { loaders, upstream, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<Entity | null> {
  const requested = requestedLevels(info, kind, levels);
  switch (kind) {
    case 'CACertificate':
      return loaders.caCertificates.find(key, requested);
    case 'Certificate':
      return loaders.certificates.find(key, requested);
    case 'ProvisioningTemplate':
      return loaders.templates.find(key, requested);
    case 'ProvisioningTemplateVersion': {
      // The answer carries no ARN, so where none was seen yet the template tells whose it is.
      const { templateName } = parseVersionKey(key);
      if (upstream.arnPrefix() === undefined && !(await loaders.templates.load(templateName))) {
        return null;
      }
      loaders.versions.ref(key, arn);
      return loaders.versions.find(key, requested);
    }
  }
}

const Query: Pick<QueryResolvers, 'node' | 'nodes'> = {
  node: (_root, { id }, context, info) => loadNode(fromGlobalId(id, ['id']), 'id', context, info),
  nodes: (_root, { ids }, context, info) => {
    if (ids.length > MAX_IDS) {
      throw badInput(['ids'], `\`ids\` may hold ${MAX_IDS} ids; it holds ${ids.length}.`);
    }
    const refs = ids.map((id, index) => fromGlobalId(id, ['ids', String(index)]));
    // graphql-js takes an Error in a list as the error of that place; the types do not say so.
    const found = Promise.all(
      refs.map((ref) =>
        loadNode(ref, 'ids', context, info).catch((error: Error) => error as never),
      ),
    );
    return found.then((nodes) => context.turns.paced(nodes) as never);
  },
};

export const nodeResolvers: Resolvers = { Query, Node: { __resolveType: ({ kind }) => kind } };
