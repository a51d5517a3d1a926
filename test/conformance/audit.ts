import type { ActionName } from '../../src/controlplane/actions.ts';
import { type Bench, type Endpoint, openBench } from './endpoint.ts';
import { type ErrorName, modelledStatuses, refused } from './expect.ts';

/**
 * MUST: AWS was seen doing it, or its model or guide says so. SHOULD: no source shows it, and this
 * is the likeliest behaviour. COULD: what only this project's own control plane promises.
 */
export type Level = 'MUST' | 'SHOULD' | 'COULD';

/** One thing that an endpoint has to do, and the way to see whether it does. */
export interface Audit {
  /** Stable: never used again for something else. */
  readonly id: string;
  /** The action it is about; `protocol` when it is about all of them. */
  readonly action: ActionName | 'protocol';
  readonly level: Level;
  /** What comes after the level: "answer 404 ResourceNotFoundException when ...". */
  readonly sentence: string;
  /** The modelled error that it sees. */
  readonly provokes?: ErrorName;
  /** Set when the endpoint has to serve `/_local/`. */
  readonly needsLocalApi?: boolean;
  /** Rejects, with the reason, when the endpoint does not do it. */
  run(bench: Bench): Promise<void>;
}

/** Makes audits whose endpoint has to do something. */
type Check = (number: string, sentence: string, run: (bench: Bench) => Promise<void>) => Audit;

/**
 * Makes audits of a refusal. `provoke` prepares, and answers the call that has to be refused: only
 * that call may fail with the error.
 */
type Refuse = (
  number: string,
  error: ErrorName,
  sentence: string,
  provoke: (bench: Bench) => Promise<() => Promise<unknown>>,
) => Audit;

export interface AuditMakers {
  readonly must: Check;
  readonly mustRefuse: Refuse;
  readonly should: Check;
  readonly shouldRefuse: Refuse;
  readonly could: Check;
}

/** What makes the audits of one action: it is named once, and their ids begin alike. */
export function auditsOf(action: Audit['action'], prefix: string): AuditMakers {
  const check =
    (level: Level): Check =>
    (number, sentence, run) => ({
      id: `${prefix}-${number}`,
      action,
      level,
      sentence,
      ...(level === 'COULD' && { needsLocalApi: true }),
      run,
    });
  const refuse =
    (level: Level): Refuse =>
    (number, error, sentence, provoke) => ({
      ...check(level)(
        number,
        `answer ${modelledStatuses[error]} ${error} ${sentence}`,
        async (bench) => {
          await refused(await provoke(bench), error);
        },
      ),
      provokes: error,
    });
  return {
    must: check('MUST'),
    mustRefuse: refuse('MUST'),
    should: check('SHOULD'),
    shouldRefuse: refuse('SHOULD'),
    could: check('COULD'),
  };
}

/** Runs one audit in an account of its own. Rejects with the reason when it fails. */
export async function runAudit(audit: Audit, endpoint: Endpoint): Promise<void> {
  const bench = openBench(endpoint);
  try {
    await audit.run(bench);
  } finally {
    bench.close();
  }
}

export function titleOf(audit: Audit): string {
  return `${audit.id} ${audit.action} ${audit.level} ${audit.sentence}`;
}

/** Whether an endpoint lacks what the audit needs. */
export function isSkipped(audit: Audit, endpoint: Endpoint): boolean {
  return audit.needsLocalApi === true && !endpoint.hasLocalApi;
}
