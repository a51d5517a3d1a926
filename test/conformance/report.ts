import { type Audit, isSkipped, runAudit, titleOf } from './audit.ts';
import type { Endpoint } from './endpoint.ts';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** They need `/_local/`, which the endpoint does not serve. */
  readonly skipped: number;
}

type Outcome = keyof Summary;

const words: Readonly<Record<Outcome, string>> = {
  passed: 'pass',
  failed: 'FAIL',
  skipped: 'skip',
};

/** Runs audits one after another and writes a line for each, then the sums. */
export async function report(
  audits: readonly Audit[],
  endpoint: Endpoint,
  write: (line: string) => void,
): Promise<Summary> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const audit of audits) {
    const { outcome, reason } = await outcomeOf(audit, endpoint);
    counts[outcome] += 1;
    write(`${words[outcome].padEnd(4)} ${titleOf(audit)}`);
    if (reason !== undefined) write(`     ${reason.replaceAll('\n', '\n     ')}`);
  }
  write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts;
}

async function outcomeOf(
  audit: Audit,
  endpoint: Endpoint,
): Promise<{ readonly outcome: Outcome; readonly reason?: string }> {
  if (isSkipped(audit, endpoint)) return { outcome: 'skipped' };
  try {
    await runAudit(audit, endpoint);
    return { outcome: 'passed' };
  } catch (error) {
    return { outcome: 'failed', reason: messageOf(error) };
  }
}

/** Not `instanceof Error`: under jest, assertions throw errors of another realm. */
function messageOf(thrown: unknown): string {
  const { message } = Object(thrown) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(thrown);
}
