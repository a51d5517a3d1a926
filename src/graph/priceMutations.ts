import type { MutationResolvers } from '../generated/resolvers.ts';
import type { ActionName } from '../upstream/actions.ts';
import type { GivenArguments } from './priceArguments.ts';

/** What a mutation costs beside what its payload shows. */
export interface MutationPrice {
  /** The calls that are certain, unless the input is refused before them. */
  readonly writes: readonly ActionName[];
  /** Calls that may come beside these, at most; by the input where it decides. */
  readonly more: number | ((input: GivenArguments) => number);
}

/** How many CA certificates one operation may change beside what it is about. */
export const MOST_CHANGES = 250;

/** Checks before a write, and the reading back that its warnings need. */
const READS = 3;

/** Every mutation has its line here: what is not priced, the budget refuses. */
export const MUTATION_PRICES: Readonly<Record<keyof MutationResolvers, MutationPrice>> = {
  createProvisioningTemplate: { writes: ['CreateProvisioningTemplate'], more: READS },
  updateProvisioningTemplate: { writes: ['UpdateProvisioningTemplate'], more: READS },
  deleteProvisioningTemplate: {
    writes: ['DeleteProvisioningTemplate'],
    // For each CA a look, the change and a second look; more than these are refused, if not before.
    more: ({ caCertificates }) => READS + (caCertificates == null ? 0 : 3 * MOST_CHANGES + READS),
  },
  createProvisioningTemplateVersion: {
    writes: ['CreateProvisioningTemplateVersion'],
    // The text in force; to prune a list of two pages at most, the deletion and the second attempt.
    more: ({ templateBodyJson, prune }) =>
      (templateBodyJson == null ? 0 : 1) + (prune == null ? 0 : 4),
  },
  deleteProvisioningTemplateVersion: { writes: ['DeleteProvisioningTemplateVersion'], more: 1 },
  setDefaultProvisioningTemplateVersion: { writes: ['UpdateProvisioningTemplate'], more: 1 },
  createProvisioningClaim: { writes: ['CreateProvisioningClaim'], more: 0 },
  tagResource: { writes: ['TagResource'], more: 0 },
  untagResource: { writes: ['UntagResource'], more: 0 },
  deleteRegistrationCode: {
    writes: ['DeleteRegistrationCode'],
    more: ({ registrationCode }) => (registrationCode == null ? 0 : 1),
  },
  registerCACertificate: { writes: ['RegisterCACertificate'], more: READS },
  updateCACertificate: { writes: ['UpdateCACertificate'], more: READS },
  deleteCACertificate: { writes: ['DeleteCACertificate'], more: READS },
  attachProvisioningTemplate: { writes: ['UpdateCACertificate'], more: READS },
  detachProvisioningTemplate: { writes: ['UpdateCACertificate'], more: READS },
  // What a plan and a bulk operation read and write is their own price, not that of the mutation.
  planAttach: { writes: [], more: 1 },
  planDetach: { writes: [], more: 0 },
  planInlineMigration: { writes: [], more: 0 },
  revertBulkOperation: { writes: [], more: 0 },
  applyPlan: { writes: [], more: 0 },
  cancelBulkOperation: { writes: [], more: 0 },
};

/** How many calls a mutation may make beside the certain ones. */
export function moreOf({ more }: MutationPrice, args: GivenArguments): number {
  if (typeof more === 'number') return more;
  const { input } = args;
  return more(typeof input === 'object' && input !== null ? (input as GivenArguments) : {});
}
