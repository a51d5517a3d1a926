import { GatewayError } from '../errors.ts';
import { PageTrail } from '../upstream/pageTrail.ts';
import {
  caCertificateDetail,
  describeCACertificate,
  describeTemplate,
  listTemplates,
  nameOf,
  present,
  THINGS,
  templateRows,
} from '../upstream/questions.ts';
import { ReceiptBook } from '../upstream/receipt.ts';
import { Budget, type CallScope, InputLog } from '../upstream/scope.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { RecordedWrite, WriteRecorder } from '../upstream/writes.ts';
import type { JitpTemplate } from './migration.ts';
import type { MigrationGroup, Operation } from './operation.ts';
import { type CAChanges, type CAState, stateOf } from './registration.ts';

/** What is told of a write beside its success. */
export interface WriteTrace {
  readonly awsRequestId: string | null;
  /** Its answer was lost, and reading back showed that it had been made. */
  readonly replayed: boolean;
}

/** The calls that bulk operations make. Each waits for its permit behind interactive operations. */
export interface BulkActions {
  /** Null when there is none. `live`: read past the cache. */
  readCA(certificateId: string, freshness: 'live' | 'recent'): Promise<CAState | null>;
  updateCA(certificateId: string, changes: CAChanges): Promise<WriteTrace>;
  /** Does work that reads a CA and writes it, while no other write of this gateway comes between. */
  aloneAtCA(certificateId: string, work: () => Promise<void>): Promise<void>;
  /** A template of type JITP with what is in force; null when there is none of that type. */
  readTemplate(templateName: string): Promise<JitpTemplate | null>;
  /** The names of all templates of type JITP. */
  jitpTemplateNames(): Promise<readonly string[]>;
  createTemplate(group: MigrationGroup): Promise<void>;
}

/** The scope of a call for a bulk operation: it may take as long, and cost as much, as it needs. */
export function bulkScope(
  { door, lifetimes }: Upstream,
  operationId: string,
  freshness: 'live' | 'recent',
  signal: AbortSignal,
): CallScope {
  return {
    receipts: new ReceiptBook(),
    inputs: new InputLog(),
    budget: new Budget(Number.POSITIVE_INFINITY),
    freshness: door.freshness(freshness === 'live' ? 0 : undefined),
    caller: `bulk/${operationId}`,
    priority: 'bulk',
    deadlineMs: Number.POSITIVE_INFINITY,
    lifetime: lifetimes.begin({ deadlineMs: Number.POSITIVE_INFINITY, signal }),
  };
}

/**
 * The calls of one operation; the signal ends their waiting for permits. The recorder keeps account
 * of the templates that it creates.
 */
export function bulkActions(
  upstream: Upstream,
  { id: operationId, arnPrefix }: Pick<Operation, 'id' | 'arnPrefix'>,
  signal: AbortSignal,
  recorder?: WriteRecorder,
): BulkActions {
  const { door } = upstream;
  const live = () => bulkScope(upstream, operationId, 'live', signal);
  return {
    async readCA(certificateId, freshness) {
      const scope = bulkScope(upstream, operationId, freshness, signal);
      const { value } = await door.read(describeCACertificate(certificateId), scope);
      const here = upstream.arnPrefix();
      if (arnPrefix !== null && here !== undefined && here !== arnPrefix) {
        throw elsewhere(arnPrefix, here);
      }
      const detail = caCertificateDetail(value);
      return detail === null ? null : stateOf(detail);
    },
    async updateCA(certificateId, changes) {
      let trace: WriteTrace = { awsRequestId: null, replayed: false };
      const end: RecordedWrite['end'] = async (ended) => {
        if (ended.kind === 'DONE') trace = ended;
      };
      // Its record is that of the item, which was written before.
      const scope = { ...live(), writes: { begin: async () => ({ end }) } };
      await upstream.write('UpdateCACertificate', { certificateId, ...changes }, scope);
      const { awsRequestId, replayed } = trace;
      return { awsRequestId, replayed };
    },
    aloneAtCA: (certificateId, work) =>
      upstream.writeTurns.take(THINGS.caCertificate(certificateId), live().lifetime, work),
    async readTemplate(templateName) {
      const { value } = await door.read(describeTemplate(templateName), live());
      if (value?.type !== 'JITP') return null;
      const action = 'DescribeProvisioningTemplate';
      return {
        templateName,
        templateBody: present(value.templateBody, 'templateBody', action),
        roleArn: present(value.provisioningRoleArn, 'provisioningRoleArn', action),
        enabled: value.enabled === true,
      };
    },
    async jitpTemplateNames() {
      const names: string[] = [];
      const trail = new PageTrail();
      for (let token: string | undefined; ; ) {
        const { value } = await door.read(listTemplates(token), live());
        for (const row of templateRows(value)) if (row.type === 'JITP') names.push(nameOf(row));
        token = value?.nextToken || undefined;
        if (token === undefined) return names;
        trail.follow(token, 'ListProvisioningTemplates');
      }
    },
    async createTemplate({ templateName, templateBody, roleArn }) {
      const input = {
        templateName,
        templateBody,
        provisioningRoleArn: roleArn,
        type: 'JITP',
        // It takes the place of a body that was in force.
        enabled: true,
      } as const;
      const scope = { ...live(), ...(recorder && { writes: recorder }) };
      await upstream.write('CreateProvisioningTemplate', input, scope);
    },
  };
}

/** Certificates have the same ids wherever they are: a plan must not reach another account. */
function elsewhere(planned: string, here: string): GatewayError {
  const message = `It was planned for ${planned}, and this gateway now serves ${here}.`;
  return new GatewayError('OPERATION_STATE', message);
}
