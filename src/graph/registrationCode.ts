import type { MutationResolvers, Resolvers } from '../generated/resolvers.ts';
import { getRegistrationCode } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import { InputCheck } from './input.ts';
import { attempt, type RegistrationCodeOutcome, userError } from './mutation.ts';

const Mutation: Pick<MutationResolvers, 'deleteRegistrationCode'> = {
  deleteRegistrationCode: (_root, { input }, context) =>
    remove(input.registrationCode ?? undefined, context),
};

const notDeleted = (
  userErrors: RegistrationCodeOutcome['userErrors'],
): RegistrationCodeOutcome => ({ wasDeleted: false, warnings: [], userErrors });

const GONE = { wasDeleted: true, replayed: true, warnings: [], userErrors: [] };

async function remove(
  expected: string | undefined,
  { upstream, scope }: GraphContext,
): Promise<RegistrationCodeOutcome> {
  const check = new InputCheck();
  check.text(['registrationCode'], 'certificateId', expected);
  if (check.problems.length > 0) return notDeleted(check.problems);
  if (expected !== undefined) {
    const { door } = upstream;
    const now = { ...scope, freshness: door.freshness(0) };
    const { value } = await door.read(getRegistrationCode(), now);
    if (value?.registrationCode?.toLowerCase() !== expected.toLowerCase()) {
      // In doubt an earlier run of the same mutation may have deleted it; it is gone in any case.
      if (scope.doubtSinceMs !== undefined) return GONE;
      const message =
        'Another registration code is current, so nothing was deleted; read `registrationCode` again.';
      return notDeleted([userError('RESOURCE_NOT_FOUND', message, ['registrationCode'])]);
    }
  }
  const write = await attempt(() => upstream.write('DeleteRegistrationCode', {}, scope));
  if (write.kind === 'refused') return notDeleted(write.userErrors);
  return { wasDeleted: true, warnings: [], userErrors: [] };
}

export const registrationCodeResolvers: Resolvers = { Mutation };
