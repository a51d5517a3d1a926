import { GatewayError, mayHaveHappened } from '../errors.ts';
import type {
  DeleteCACertificateInput,
  MutationResolvers,
  Resolvers,
  UserError,
} from '../generated/resolvers.ts';
import { present } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import { toGlobalId } from './globalId.ts';
import { InputCheck } from './input.ts';
import { attempt, type CACertificateDeletionOutcome, refused, userError } from './mutation.ts';
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
    context.loaders.forgetCACertificate(certificateId);
    const message = `There is no CA certificate ${certificateId}.`;
    return notDeleted([userError('RESOURCE_NOT_FOUND', message, ['certificateId'])]);
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
  const arn =
    detail === null
      ? arnOf(certificateId, context)
      : present(detail.certificateArn, 'certificateArn', 'DescribeCACertificate');
  return {
    deletedId: arn && toGlobalId(arn),
    wasDeactivated: wasActive,
    warnings: [],
    userErrors: [],
  };
}

/** The ARN of a CA that is gone; null until an answer of AWS has shown the account. */
function arnOf(certificateId: string, { upstream }: GraphContext): string | null {
  const prefix = upstream.arnPrefix();
  return prefix === undefined ? null : `${prefix}:cacert/${certificateId}`;
}

async function sendDelete(certificateId: string, { upstream, scope, loaders }: GraphContext) {
  try {
    return await attempt(
      () => upstream.write('DeleteCACertificate', { certificateId }, scope),
      () => ['input', 'certificateId'],
    );
  } finally {
    loaders.forgetCACertificate(certificateId);
  }
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
