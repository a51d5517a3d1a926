import type { UpdateCACertificateRequest } from '@aws-sdk/client-iot';
import { type CACertificateDetail, present } from '../upstream/questions.ts';

/** A registration as AWS stores it; members that it does not have are left out. */
interface RegistrationConfig {
  readonly templateName?: string;
  readonly templateBody?: string;
  readonly roleArn?: string;
}

/** What of a CA decides how its devices are provisioned; all that a bulk operation changes. */
export interface CAState {
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly autoRegistrationStatus: 'ENABLE' | 'DISABLE';
  readonly registrationConfig: RegistrationConfig | null;
}

export type CAChanges = Omit<UpdateCACertificateRequest, 'certificateId'>;

/** One UpdateCACertificate on the way from one state to another. */
export interface Step {
  readonly changes: CAChanges;
  readonly leadsTo: CAState;
}

/** The state of a CA as DescribeCACertificate tells it; throws UPSTREAM_PROTOCOL when a part lacks. */
export function stateOf(detail: CACertificateDetail): CAState {
  const action = 'DescribeCACertificate';
  const { templateName, templateBody, roleArn } = detail.registrationConfig ?? {};
  const registrationConfig = {
    ...(templateName !== undefined && { templateName }),
    ...(templateBody !== undefined && { templateBody }),
    ...(roleArn !== undefined && { roleArn }),
  };
  const isEmpty = Object.keys(registrationConfig).length === 0;
  return {
    status: present(detail.status, 'status', action),
    autoRegistrationStatus: present(
      detail.autoRegistrationStatus,
      'autoRegistrationStatus',
      action,
    ),
    registrationConfig: isEmpty ? null : registrationConfig,
  };
}

function sameRegistration(
  one: RegistrationConfig | null,
  other: RegistrationConfig | null,
): boolean {
  return (
    one?.templateName === other?.templateName &&
    one?.templateBody === other?.templateBody &&
    one?.roleArn === other?.roleArn
  );
}

/** Whether two CAs provision their devices alike: what a bulk operation changes is the same. */
export function sameState(one: CAState, other: CAState): boolean {
  return (
    one.status === other.status &&
    one.autoRegistrationStatus === other.autoRegistrationStatus &&
    sameRegistration(one.registrationConfig, other.registrationConfig)
  );
}

/**
 * The writes that lead from one state to another, none when they are the same. AWS takes a
 * registration off only together with auto registration, so a state that has auto registration
 * and no registration may take two.
 */
export function stepsBetween(from: CAState, to: CAState): readonly Step[] {
  if (sameState(from, to)) return [];
  const statusChange = from.status === to.status ? {} : { newStatus: to.status };
  if (from.registrationConfig !== null && to.registrationConfig === null) {
    const leadsTo: CAState = { ...to, autoRegistrationStatus: 'DISABLE' };
    const removal = { changes: { ...statusChange, removeAutoRegistration: true }, leadsTo };
    return [removal, ...stepsBetween(leadsTo, to)];
  }
  const { autoRegistrationStatus, registrationConfig } = to;
  const changes: CAChanges = {
    ...statusChange,
    ...(from.autoRegistrationStatus !== autoRegistrationStatus && {
      newAutoRegistrationStatus: autoRegistrationStatus,
    }),
    ...(registrationConfig !== null &&
      !sameRegistration(from.registrationConfig, registrationConfig) && { registrationConfig }),
  };
  return [{ changes, leadsTo: to }];
}

/** How a registration is written in words. */
export function registrationInWords({ registrationConfig }: CAState): string {
  if (registrationConfig === null) return 'no registration';
  const { templateName } = registrationConfig;
  return templateName === undefined ? 'a body of its own' : `provisioning template ${templateName}`;
}
