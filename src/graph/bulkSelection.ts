import type { SelectedPage } from '../bulk/planning.ts';
import type { CACertificateFilter } from '../generated/resolvers.ts';
import { walkCACertificates } from './caCertificateList.ts';
import { MAX_FIRST } from './connection.ts';
import type { GraphContext } from './context.ts';

/** A filter as JSON, for the record of a plan; conditions that were not given are left out. */
export function filterToJson(filter: CACertificateFilter): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(filter)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}

function filterOfJson(json: Readonly<Record<string, unknown>>): CACertificateFilter {
  const { expiresBefore } = json;
  return {
    ...json,
    ...(typeof expiresBefore === 'string' && { expiresBefore: new Date(expiresBefore) }),
  };
}

/** One page of the CAs that a recorded filter lets through, found as `Query.caCertificates` does. */
export async function selectCACertificates(
  filter: Readonly<Record<string, unknown>>,
  after: string | null,
  context: GraphContext,
): Promise<SelectedPage> {
  const connection = await walkCACertificates(
    { filter: filterOfJson(filter), first: MAX_FIRST, after },
    {
      first: MAX_FIRST,
      after: after ?? undefined,
      countAll: false,
      wantsHasNextPage: true,
    },
    context,
  );
  const { hasNextPage, endCursor } = connection.pageInfo;
  return {
    certificateIds: connection.nodes.map(({ certificateId }) => certificateId),
    endCursor: hasNextPage ? endCursor : null,
  };
}
