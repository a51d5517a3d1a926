import { GatewayError } from '../errors.ts';
import type {
  CreateProvisioningClaimPayload,
  MutationResolvers,
  Resolvers,
} from '../generated/resolvers.ts';
import type { ActionOutput } from '../upstream/actions.ts';
import type { GraphContext } from './context.ts';
import { InputCheck } from './input.ts';
import { attempt } from './mutation.ts';

const Mutation: Pick<MutationResolvers, 'createProvisioningClaim'> = {
  createProvisioningClaim: (_root, { input }, context) => create(input.templateName, context),
};

/** The answer goes out as it came in: nothing of it is kept, so nothing of it can be told again. */
async function create(
  templateName: string,
  { upstream, scope }: GraphContext,
): Promise<CreateProvisioningClaimPayload> {
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  if (check.problems.length > 0) {
    return { provisioningClaim: null, warnings: [], userErrors: check.problems };
  }
  const write = await attempt(
    () => upstream.write('CreateProvisioningClaim', { templateName }, scope),
    () => ['input', 'templateName'],
  );
  if (write.kind === 'refused') {
    return { provisioningClaim: null, warnings: [], userErrors: write.userErrors };
  }
  return { provisioningClaim: claimOf(write.result), warnings: [], userErrors: [] };
}

function claimOf(answer: ActionOutput<'CreateProvisioningClaim'>) {
  const { certificateId, certificatePem, keyPair, expiration } = answer;
  const { PublicKey: publicKey, PrivateKey: privateKey } = keyPair ?? {};
  if (!certificateId || !certificatePem || !publicKey || !privateKey || !expiration) {
    const action = 'CreateProvisioningClaim';
    const message = 'A claim was made, but the answer of AWS IoT lacks a part of it.';
    throw new GatewayError('UPSTREAM_OUTCOME_UNKNOWN', message, { action });
  }
  return {
    certificateId,
    certificatePem,
    publicKey,
    privateKey,
    expiration: expiration.toISOString(),
  };
}

export const provisioningClaimResolvers: Resolvers = { Mutation };
