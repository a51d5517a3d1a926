import type { BulkOptions } from '../bulk/bulkOperations.ts';
import type { ChangeJournal } from '../journal/changeJournal.ts';
import { ChangeRecorder } from '../journal/changeRecorder.ts';
import { withoutSecrets } from '../journal/redaction.ts';
import { arnOf, caCertificateResource, targetOf } from '../upstream/arn.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** How bulk operations write what they did into the journal of changes. */
export function bulkRecords(
  journal: ChangeJournal,
  upstream: Upstream,
): Pick<BulkOptions, 'journal' | 'recorderOf'> {
  return {
    journal({ operation, certificateId, before, after, outcome, trace }) {
      const { caller, appliedBy = caller, id: bulkOperationId, createdMs } = operation;
      const arnPrefix = upstream.arnPrefix();
      const arn = arnOf(arnPrefix, caCertificateResource(certificateId)) ?? null;
      const isDone = outcome.kind === 'CHANGED';
      return journal.writesOf(
        {
          caller: appliedBy,
          operation: 'applyPlan',
          requestId: null,
          bulkOperationId,
          target: arnPrefix === undefined ? null : targetOf(arnPrefix),
          resource: { kind: 'CA_CERTIFICATE', key: certificateId, arn },
          action: 'UpdateCACertificate',
          before: withoutSecrets(before),
          beforeMs: createdMs,
          after: withoutSecrets(after),
        },
        {
          outcome: isDone ? 'DONE' : 'FAILED',
          code: isDone ? null : outcome.code,
          message: isDone ? null : outcome.message,
          ...trace,
        },
      );
    },
    recorderOf: ({ caller, appliedBy = caller, id }) =>
      new ChangeRecorder(journal, upstream, {
        caller: appliedBy,
        operation: 'applyPlan',
        bulkOperationId: id,
      }),
  };
}
