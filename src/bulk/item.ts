import type { ErrorCode } from '../errors.ts';
import {
  type CAState,
  registrationInWords,
  type Step,
  sameState,
  stepsBetween,
} from './registration.ts';

/** What became of one CA of a bulk operation. */
export type Outcome =
  /** A change is planned and not begun. */
  | { readonly kind: 'PENDING' }
  /** The write was recorded before it was sent: whether it arrived is read back after a restart. */
  | { readonly kind: 'INTENDED' }
  | { readonly kind: 'CHANGED'; readonly atMs: number }
  /** It was already as it should be; nothing was written. */
  | { readonly kind: 'UNCHANGED' }
  /** It was planned that nothing can be done. */
  | { readonly kind: 'REFUSED'; readonly code: ErrorCode; readonly message: string }
  /** Somebody else changed it since it was planned; nothing was written over that. */
  | { readonly kind: 'CONFLICT'; readonly message: string; readonly found: CAState }
  | { readonly kind: 'FAILED'; readonly code: ErrorCode; readonly message: string };

export type OutcomeKind = Outcome['kind'];

/** One CA of a bulk operation. */
export interface Item {
  readonly certificateId: string;
  /** As it was when it was planned; null when it was not there. */
  readonly before: CAState | null;
  /** As it is to be; null where nothing can be done. */
  readonly after: CAState | null;
  readonly outcome: Outcome;
}

/** Whether nothing more will happen to an item. */
export function isSettled({ outcome }: Pick<Item, 'outcome'>): boolean {
  return outcome.kind !== 'PENDING' && outcome.kind !== 'INTENDED';
}

/** A CA with the state that it is to have. */
export function plannedItem(certificateId: string, before: CAState, after: CAState): Item {
  const kind = sameState(before, after) ? 'UNCHANGED' : 'PENDING';
  return { certificateId, before, after, outcome: { kind } };
}

/** A CA for which nothing can be done. */
export function refusedItem(
  certificateId: string,
  before: CAState | null,
  code: ErrorCode,
  message: string,
): Item {
  return { certificateId, before, after: null, outcome: { kind: 'REFUSED', code, message } };
}

/** What to do next for an item whose CA was just read. */
type Decision =
  | { readonly kind: 'WRITE'; readonly step: Step }
  | { readonly kind: 'SETTLE'; readonly outcome: Outcome }
  /** Leave it as it was found: it was never begun, and no more is to be written. */
  | { readonly kind: 'LEAVE' };

interface Finding {
  /** The state just read; null when the CA is gone. */
  readonly found: CAState | null;
  /** The step that was sent and acknowledged just before the reading. */
  readonly sent?: Step | undefined;
  /** False once the operation is being cancelled. */
  readonly mayWrite: boolean;
  readonly nowMs: number;
}

/**
 * Compares what was found with the plan: a write is sent only from the planned before-state, or from
 * a state that our own writes lead through once one was intended. Everything else is somebody
 * else's doing, and stays.
 */
export function decide(item: Item, { found, sent, mayWrite, nowMs }: Finding): Decision {
  const { certificateId, before, after } = item;
  if (found === null) {
    const message = `CA certificate ${certificateId} is gone.`;
    return settle({ kind: 'FAILED', code: 'RESOURCE_NOT_FOUND', message });
  }
  if (before === null || after === null) return { kind: 'LEAVE' };
  const wasIntended = item.outcome.kind === 'INTENDED' || sent !== undefined;
  if (sameState(found, after)) {
    return settle(wasIntended ? { kind: 'CHANGED', atMs: nowMs } : { kind: 'UNCHANGED' });
  }
  const steps = stepsBetween(before, after);
  const reached = steps.findIndex(({ leadsTo }) => sameState(leadsTo, found));
  const next = steps[reached + 1];
  const isOnOurWay = reached >= 0 ? wasIntended : sent === undefined && sameState(found, before);
  if (isOnOurWay && next !== undefined) {
    if (mayWrite) return { kind: 'WRITE', step: next };
    // What was intended and is not there did not arrive: nothing was changed.
    return reached < 0 ? { kind: 'LEAVE' } : settle(halfWay(found));
  }
  if (sent?.changes.removeAutoRegistration === true && found.registrationConfig !== null) {
    return settle(notEffective(found));
  }
  const message = `It was changed since it was planned: it has ${registrationInWords(found)}, it is ${found.status} and auto registration is ${found.autoRegistrationStatus}.`;
  return settle({ kind: 'CONFLICT', message, found });
}

/** Whether a step has to be read back before it counts. */
export function needsReadBack(step: Step, after: CAState): boolean {
  // No source confirms that AWS clears the registration, so success is only what is read back.
  return step.changes.removeAutoRegistration === true || !sameState(step.leadsTo, after);
}

const settle = (outcome: Outcome): Decision => ({ kind: 'SETTLE', outcome });

function notEffective(found: CAState): Outcome {
  const message = `Auto registration was removed, yet the CA certificate still has ${registrationInWords(found)}. Deleting the CA and registering it again without a registration takes it off.`;
  return { kind: 'FAILED', code: 'DETACH_NOT_EFFECTIVE', message };
}

function halfWay(found: CAState): Outcome {
  const message =
    'The operation was cancelled between the two writes that this CA certificate needs.';
  return { kind: 'CONFLICT', message, found };
}
