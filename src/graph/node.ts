import { badInput } from '../errors.ts';
import type { QueryResolvers, Resolvers } from '../generated/resolvers.ts';
import type { GraphContext } from './context.ts';
import type { Entity } from './entities.ts';
import { fromGlobalId, type NodeRef } from './globalId.ts';

/** The most ids that one `nodes` takes. */
const MAX_IDS = 100;

/** Describes the thing of a global id; null when it is gone. */
async function loadNode(
  ref: NodeRef,
  field: string,
  context: GraphContext,
): Promise<Entity | null> {
  const { loaders, upstream } = context;
  const served = upstream.arnPrefix();
  if (served !== undefined && served !== ref.arnPrefix) throw elsewhere(ref, field);
  const loader = {
    CACertificate: loaders.caCertificates,
    Certificate: loaders.certificates,
    ProvisioningTemplate: loaders.templates,
  }[ref.kind];
  const entity = await loader.load(ref.key);
  const found = upstream.arnPrefix();
  if (found !== undefined && found !== ref.arnPrefix) throw elsewhere(ref, field);
  return entity;
}

function elsewhere({ arnPrefix }: NodeRef, field: string) {
  const [, , , region, account] = arnPrefix.split(':');
  return badInput(
    [field],
    `\`${field}\` belongs to account ${account} in ${region}, which this gateway does not serve.`,
  );
}

const Query: Pick<QueryResolvers, 'node' | 'nodes'> = {
  node: (_root, { id }, context) => loadNode(fromGlobalId(id, ['id']), 'id', context),
  nodes: (_root, { ids }, context) => {
    if (ids.length > MAX_IDS) {
      throw badInput(['ids'], `\`ids\` may hold ${MAX_IDS} ids; it holds ${ids.length}.`);
    }
    const refs = ids.map((id, index) => fromGlobalId(id, ['ids', String(index)]));
    // graphql-js takes an Error in a list as the error of that place; the types do not say so.
    return Promise.all(
      refs.map((ref) => loadNode(ref, 'ids', context).catch((error: Error) => error as never)),
    );
  },
};

export const nodeResolvers: Resolvers = { Query, Node: { __resolveType: ({ kind }) => kind } };
