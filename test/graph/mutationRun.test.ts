import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import type { GraphContext } from '../../src/graph/context.ts';
import { createLoaders } from '../../src/graph/loaders.ts';
import { withRecords } from '../../src/graph/mutationRun.ts';
import { ChangeJournal } from '../../src/journal/changeJournal.ts';
import { openLedger } from '../../src/ledger.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { callScope } from '../support/callScope.ts';
import { upstreamOf } from '../support/graphSide.ts';
import { START_MS } from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const CA = makeCA({ subject: [['CN', 'Known']] });

type Resolve = (context: GraphContext) => Promise<unknown>;

describe('a mutation that goes on after a write of unknown outcome', () => {
  let plane: ControlPlane;
  let upstream: Upstream;

  beforeEach(async () => {
    const clock = new VirtualClock(START_MS);
    plane = await startControlPlane({ clock });
    upstream = upstreamOf(plane, clock);
  });
  afterEach(async () => {
    upstream.close();
    await plane.close();
  });

  async function run(resolve: Resolve): Promise<unknown> {
    const scope = callScope(upstream.door);
    const ledger = await openLedger({ clock: upstream });
    const onFault = (error: unknown): never => {
      throw error;
    };
    const context: Partial<GraphContext> = {
      upstream,
      scope,
      loaders: createLoaders(upstream, scope),
      journal: await ChangeJournal.open(ledger, { maxBytes: 1_000_000, onFault }),
      requestId: 'test',
    };
    const Mutation = {
      updateProvisioningTemplate: (_root: unknown, _args: unknown, own: GraphContext) =>
        resolve(own),
    };
    const wrapped = withRecords({ Mutation } as object).Mutation as unknown as Record<
      string,
      (...given: unknown[]) => unknown
    >;
    const info: Partial<GraphQLResolveInfo> = { fieldName: 'updateProvisioningTemplate' };
    return wrapped.updateProvisioningTemplate?.({}, {}, context, info);
  }

  const lose = async (action: string, readBack: string): Promise<void> => {
    const faults = [
      { action, kind: 'lostResponse', times: 1 },
      { action: readBack, kind: 'error', name: 'AccessDeniedException', times: 1 },
    ];
    await fetch(`${plane.url}/_local/faults`, {
      method: 'PUT',
      body: JSON.stringify(faults),
      headers: { 'content-type': 'application/json' },
    });
  };

  test('reads the template anew', async () => {
    const templateName = 'known';
    const outcome = await run(async ({ upstream: { write }, loaders, scope }) => {
      await write(
        'CreateProvisioningTemplate',
        {
          templateName,
          templateBody: '{"Resources":{}}',
          provisioningRoleArn: 'arn:aws:iam::123456789012:role/provisioning',
        },
        scope,
      );
      const before = await loaders.templates.load(templateName);
      await lose('CreateProvisioningTemplateVersion', 'ListProvisioningTemplateVersions');
      const version = {
        templateName,
        templateBody: '{"Resources":{},"Parameters":{}}',
        setAsDefault: true,
      };
      const lost = write('CreateProvisioningTemplateVersion', version, scope);
      await expect(lost).rejects.toMatchObject({ code: 'UPSTREAM_OUTCOME_UNKNOWN' });
      const after = await loaders.templates.load(templateName);
      return { before: before?.detail?.defaultVersionId, after: after?.detail?.defaultVersionId };
    });
    expect(outcome).toMatchObject({ before: 1, after: 2 });
  });

  test('reads the CA certificate anew', async () => {
    const outcome = await run(async ({ upstream: { write }, loaders, scope }) => {
      const { certificateId = '' } = await write(
        'RegisterCACertificate',
        { caCertificate: CA.pem, certificateMode: 'SNI_ONLY' },
        scope,
      );
      const before = await loaders.caCertificates.load(certificateId);
      await lose('UpdateCACertificate', 'DescribeCACertificate');
      const lost = write('UpdateCACertificate', { certificateId, newStatus: 'ACTIVE' }, scope);
      await expect(lost).rejects.toMatchObject({ code: 'UPSTREAM_OUTCOME_UNKNOWN' });
      const after = await loaders.caCertificates.load(certificateId);
      return { before: before?.detail?.status, after: after?.detail?.status };
    });
    expect(outcome).toMatchObject({ before: 'INACTIVE', after: 'ACTIVE' });
  });
});
