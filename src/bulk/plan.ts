import { type Item, plannedItem, refusedItem } from './item.ts';
import type { Intent } from './operation.ts';
import { type CAState, registrationInWords, sameState } from './registration.ts';

/** A CA that was read for a plan; the state is null when there is none. */
export interface Candidate {
  readonly certificateId: string;
  readonly state: CAState | null;
}

/** A CA that was asked for and is not there. */
export const notThere = (certificateId: string): Item =>
  refusedItem(
    certificateId,
    null,
    'RESOURCE_NOT_FOUND',
    `There is no CA certificate ${certificateId}.`,
  );

/** What an attachment or a detachment would do to one CA. */
export function planItem(
  intent: Extract<Intent, { kind: 'ATTACH' | 'DETACH' }>,
  { certificateId, state }: Candidate,
): Item {
  if (state === null) return notThere(certificateId);
  return plannedItem(certificateId, state, targetOf(intent, state));
}

function targetOf(intent: Extract<Intent, { kind: 'ATTACH' | 'DETACH' }>, state: CAState): CAState {
  if (intent.kind === 'DETACH') {
    // Without a registration there is nothing to take off; auto registration may serve other ends.
    if (state.registrationConfig === null) return state;
    return { ...state, autoRegistrationStatus: 'DISABLE', registrationConfig: null };
  }
  const { templateName } = intent;
  const isNamed = state.registrationConfig?.templateName === templateName;
  return {
    status: intent.activate ? 'ACTIVE' : state.status,
    autoRegistrationStatus: intent.enableAutoRegistration ? 'ENABLE' : state.autoRegistrationStatus,
    // A role that stands beside the name stays.
    registrationConfig: isNamed ? state.registrationConfig : { templateName },
  };
}

/**
 * What undoing one item would do: back to the state before it, unless somebody changed the CA since.
 * `isThere` tells whether a template exists.
 */
export function planReversal(
  done: Item,
  { certificateId, state }: Candidate,
  isThere: (templateName: string) => boolean,
): Item {
  if (state === null) return notThere(certificateId);
  const { before, after } = done;
  if (before === null || after === null || sameState(state, before)) {
    return plannedItem(certificateId, state, state);
  }
  if (!sameState(state, after)) {
    const message = `It was changed since: it has ${registrationInWords(state)}.`;
    return {
      certificateId,
      before: state,
      after: null,
      outcome: { kind: 'CONFLICT', message, found: state },
    };
  }
  const templateName = before.registrationConfig?.templateName;
  if (templateName !== undefined && !isThere(templateName)) {
    const message = `Provisioning template ${templateName}, which it named before, is gone.`;
    return refusedItem(certificateId, state, 'RESOURCE_NOT_FOUND', message);
  }
  return plannedItem(certificateId, state, before);
}
