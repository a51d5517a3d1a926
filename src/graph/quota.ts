import type { QueryResolvers, Resolvers } from '../generated/resolvers.ts';

const Query: Pick<QueryResolvers, 'quota'> = {
  quota: (_root, _args, { upstream, scope }) => {
    // The buckets change by themselves, so an answer with them holds for no time at all.
    scope.inputs.expireNow();
    return [...upstream.permits.state()];
  },
};

export const quotaResolvers: Resolvers = { Query };
