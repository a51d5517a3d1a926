import { GatewayError, mayHaveHappened } from '../errors.ts';
import type {
  DeleteCACertificateInput,
  MutationResolvers,
  Resolvers,
  UserError,
} from '../generated/resolvers.ts';
import { caCertificateRef } from '../journal/writeRecords.ts';
import { arnOf, caCertificateResource } from '../upstream/arn.ts';
import { present } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import { toGlobalId } from './globalId.ts';
import { InputCheck } from './input.ts';
import {
  attempt,
  type CACertificateDeletionOutcome,
  noSuchCACertificate,
  refused,
  userError,
} from './mutation.ts';
import { aloneAtCACertificate, readCACertificateLive, sendUpdate } from './registration.ts';

const Mutation: Pick<MutationResolvers, 'deleteCACertificate'> = {
  deleteCACertificate: (_root, { input }, context) => remove(input, context),
};

async function remove(
  input: DeleteCACertificateInput,
  context: GraphContext,
): Promise<CACertificateDeletionOutcome> {
  const check = new InputCheck();
  check.text(['certificateId'], 'certificateId', input.certificateId);
  if (check.problems.length > 0) return notDeleted(check.problems);
  const certificateId = input.certificateId.toLowerCase();
  return aloneAtCACertificate(certificateId, context, () =>
    removeAlone(certificateId, input, context),
  );
}

async function removeAlone(
  certificateId: string,
  input: DeleteCACertificateInput,
  context: GraphContext,
): Promise<CACertificateDeletionOutcome> {
  const detail = await readCACertificateLive(certificateId, context);
  // In doubt it may be gone by an earlier run of the same mutation, which the write then finds out.
  if (detail === null && context.scope.doubtSinceMs === undefined) {
    context.loaders.forget(caCertificateRef(certificateId));
    return notDeleted([noSuchCACertificate(certificateId)]);
  }
  const wasActive = detail?.status === 'ACTIVE';
  if (wasActive) {
    if (input.deactivateFirst !== true) return notDeleted([stillActive(certificateId)]);
    const write = await sendUpdate(certificateId, { newStatus: 'INACTIVE' }, context);
    if (write.kind === 'refused') return notDeleted(write.userErrors);
  }
  try {
    const write = await sendDelete(certificateId, context);
    if (write.kind === 'refused') return notDeleted(write.userErrors, wasActive);
  } catch (error) {
    // The CA was changed, and an error of the whole operation would hide that.
    if (!wasActive || !(error instanceof GatewayError)) throw error;
    const end = mayHaveHappened(error) ? 'whether it was deleted is not known' : 'not deleted';
    const message = `The CA certificate was set to INACTIVE; ${end}: ${error.message}`;
    return notDeleted([userError(error.code, message, ['certificateId'])], true);
  }
  // Of one that was gone already it is known once any answer of AWS has shown the account.
  const arn =
    detail === null
      ? arnOf(context.upstream.arnPrefix(), caCertificateResource(certificateId))
      : present(detail.certificateArn, 'certificateArn', 'DescribeCACertificate');
  return {
    deletedId: arn === undefined ? null : toGlobalId(arn),
    wasDeactivated: wasActive,
    warnings: [],
    userErrors: [],
  };
}

function sendDelete(certificateId: string, { upstream, scope }: GraphContext) {
  return attempt(
    () => upstream.write('DeleteCACertificate', { certificateId }, scope),
    () => ['input', 'certificateId'],
  );
}

function stillActive(certificateId: string): UserError {
  const message = `CA certificate ${certificateId} is ACTIVE, so devices arrive through it; its \`deletionImpact\` tells what would break. Give \`deactivateFirst: true\` to set it to INACTIVE and delete it.`;
  return userError('CERTIFICATE_STATE', message, ['deactivateFirst']);
}

function notDeleted(
  userErrors: readonly UserError[],
  wasDeactivated = false,
): CACertificateDeletionOutcome {
  return { ...refused(userErrors), wasDeactivated };
}

export const caCertificateDeletionResolvers: Resolvers = { Mutation };
