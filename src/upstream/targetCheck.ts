import type { Clock } from '../clock.ts';
import {
  CREDENTIAL_DIAGNOSES,
  type CredentialDiagnosis,
  diagnoseCredentials,
} from '../credentialDiagnosis.ts';
import { GatewayError, upstreamError } from '../errors.ts';
import { type Inspection, inspectTarget, type Target } from './upstream.ts';

/** Settings with which no call can be made; the message says what to set. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/**
 * Makes sure that it is known which region calls go to. Rejects with TargetError. Where nothing is
 * set the SDK asks the machine it runs on, for a second at most.
 */
export async function requireRegion(target: Target): Promise<void> {
  if (target.region !== undefined) return;
  await inspecting(target, regionOf);
}

async function regionOf(inspection: Inspection): Promise<string> {
  try {
    return await inspection.region();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const problem = text === 'Region is missing' ? 'No AWS region is set.' : text;
    throw new TargetError(
      `${problem} Set AWS_REGION (for instance eu-west-1; AWS_DEFAULT_REGION is not read), or \`region\` in the profile that AWS_PROFILE names.`,
      { cause: error },
    );
  }
}

/** What is wrong with the credentials as far as it shows without a call; undefined where nothing is. */
export async function credentialsProblem(
  target: Target,
  clock: Clock,
): Promise<GatewayError | undefined> {
  if (target.credentials !== undefined) return undefined;
  return inspecting(target, (inspection) => problemOf(inspection, clock));
}

async function problemOf(inspection: Inspection, clock: Clock): Promise<GatewayError | undefined> {
  try {
    const { expiration } = await inspection.credentials();
    if (expiration === undefined || expiration.getTime() > clock.nowMs()) return undefined;
    return notUsable('EXPIRED');
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return notUsable(diagnoseCredentials(name, message) ?? 'MISSING', error);
  }
}

function notUsable(diagnosis: CredentialDiagnosis, cause?: unknown): GatewayError {
  const message = CREDENTIAL_DIAGNOSES[diagnosis];
  return new GatewayError('UPSTREAM_CREDENTIALS', message, { diagnosis }, cause);
}

/** One thing that was looked at, and what is wrong where something is. */
interface CheckedStep {
  readonly name: string;
  readonly found?: string;
  readonly problem?: string;
}

/** Reads that need no resource to be there, and change nothing. */
const PROBES = ['ListProvisioningTemplates', 'ListCACertificates'] as const;

/** Looks for region and credentials and makes two reads; stops where nothing more can be told. */
export async function* checkTarget(target: Target, clock: Clock): AsyncGenerator<CheckedStep> {
  const inspection = inspectTarget(target);
  try {
    const region = await regionOf(inspection).catch((error: Error) => error);
    if (region instanceof Error) {
      yield { name: 'region', problem: region.message };
      return;
    }
    yield { name: 'region', found: region };
    const problem = await problemOf(inspection, clock);
    if (problem !== undefined) {
      yield { name: 'credentials', problem: problem.message };
      return;
    }
    yield { name: 'credentials', found: 'found' };
    for (const action of PROBES) {
      const failure = await inspection.call(action).catch((error: unknown) => error);
      if (failure === undefined) yield { name: action, found: 'allowed' };
      else yield { name: action, problem: upstreamError(failure, action).message };
    }
  } finally {
    inspection.close();
  }
}

async function inspecting<Result>(
  target: Target,
  look: (inspection: Inspection) => Promise<Result>,
): Promise<Result> {
  const inspection = inspectTarget(target);
  try {
    return await look(inspection);
  } finally {
    inspection.close();
  }
}
