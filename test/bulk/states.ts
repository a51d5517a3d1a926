import fc from 'fast-check';
import type { CAState } from '../../src/bulk/registration.ts';

/** States of few kinds, so that two of them are often the same. */
export const states: fc.Arbitrary<CAState> = fc.record({
  status: fc.constantFrom('ACTIVE', 'INACTIVE'),
  autoRegistrationStatus: fc.constantFrom('ENABLE', 'DISABLE'),
  registrationConfig: fc.constantFrom(
    null,
    { templateName: 'one' },
    { templateName: 'two' },
    { templateName: 'one', roleArn: 'role' },
    { templateBody: '{}', roleArn: 'role' },
    { templateBody: '{"Resources":{}}', roleArn: 'role' },
  ),
});

/** What AWS makes of an UpdateCACertificate, as the local control plane does. */
export function updated(state: CAState, changes: Readonly<Record<string, unknown>>): CAState {
  const { newStatus, newAutoRegistrationStatus, registrationConfig } = changes as {
    newStatus?: CAState['status'];
    newAutoRegistrationStatus?: CAState['autoRegistrationStatus'];
    registrationConfig?: CAState['registrationConfig'];
  };
  const isRemoval = changes.removeAutoRegistration === true;
  if (isRemoval && (newAutoRegistrationStatus === 'ENABLE' || registrationConfig !== undefined)) {
    throw new Error('AWS refuses this.');
  }
  return {
    status: newStatus ?? state.status,
    autoRegistrationStatus: isRemoval
      ? 'DISABLE'
      : (newAutoRegistrationStatus ?? state.autoRegistrationStatus),
    registrationConfig: isRemoval ? null : (registrationConfig ?? state.registrationConfig),
  };
}

export const PROPERTY = { seed: 20_260_601, numRuns: 2000 };
