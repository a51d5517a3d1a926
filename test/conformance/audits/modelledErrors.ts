import assert from 'node:assert/strict';
import type { IoT } from '@aws-sdk/client-iot';
import { type ActionName, actionNames, actions } from '../../../src/controlplane/actions.ts';
import type { Audit } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { type ErrorName, modelledStatuses, refused } from '../expect.ts';
import { absentCertificateId, roleArn, smallestBody } from '../fixtures.ts';

/** The modelled errors that no input brings about, and why. They are seen by switching faults on. */
const unprovokableByError: Partial<Record<ErrorName, string>> = {
  InternalFailureException: 'a failure of AWS itself',
  ServiceUnavailableException: 'an outage of AWS itself',
  UnauthorizedException:
    'modelled but hardly seen: missing rights answer AccessDeniedException, and there is no IAM here',
  ConflictingResourceUpdateException:
    'two writers at once on one template: writes run one after another here',
};

/** Pairs of action and error beyond those, keyed `Action/Error`. */
const unprovokablePairs: Readonly<Record<string, string>> = {
  'GetRegistrationCode/InvalidRequestException': 'the action has no input',
  'DeleteCertificate/DeleteConflictException':
    'a certificate with policies or things: there are no policies and things here',
  'UpdateCertificate/CertificateStateException':
    'a certificate in transfer between accounts: transfers are not served',
};

/** Why no input brings this error about; undefined when some does. */
export function unprovokableReason(action: ActionName, error: string): string | undefined {
  return unprovokablePairs[`${action}/${error}`] ?? unprovokableByError[error as ErrorName];
}

/** The pairs of the table, for the check that none of them is out of date. */
export const unprovokablePairKeys: readonly string[] = Object.keys(unprovokablePairs);

/** A call of every action by the SDK, with nothing wrong in its input. */
const calls: Readonly<Record<ActionName, (iot: IoT) => Promise<unknown>>> = {
  CreateProvisioningTemplate: (iot) =>
    iot.createProvisioningTemplate({
      templateName: 'kettle',
      templateBody: smallestBody,
      provisioningRoleArn: roleArn,
    }),
  DescribeProvisioningTemplate: (iot) =>
    iot.describeProvisioningTemplate({ templateName: 'kettle' }),
  ListProvisioningTemplates: (iot) => iot.listProvisioningTemplates({}),
  UpdateProvisioningTemplate: (iot) => iot.updateProvisioningTemplate({ templateName: 'kettle' }),
  DeleteProvisioningTemplate: (iot) => iot.deleteProvisioningTemplate({ templateName: 'kettle' }),
  CreateProvisioningTemplateVersion: (iot) =>
    iot.createProvisioningTemplateVersion({ templateName: 'kettle', templateBody: smallestBody }),
  DescribeProvisioningTemplateVersion: (iot) =>
    iot.describeProvisioningTemplateVersion({ templateName: 'kettle', versionId: 1 }),
  ListProvisioningTemplateVersions: (iot) =>
    iot.listProvisioningTemplateVersions({ templateName: 'kettle' }),
  DeleteProvisioningTemplateVersion: (iot) =>
    iot.deleteProvisioningTemplateVersion({ templateName: 'kettle', versionId: 1 }),
  CreateProvisioningClaim: (iot) => iot.createProvisioningClaim({ templateName: 'kettle' }),
  RegisterCACertificate: (iot) => iot.registerCACertificate({ caCertificate: 'a certificate' }),
  DescribeCACertificate: (iot) => iot.describeCACertificate({ certificateId: absentCertificateId }),
  ListCACertificates: (iot) => iot.listCACertificates({}),
  UpdateCACertificate: (iot) => iot.updateCACertificate({ certificateId: absentCertificateId }),
  DeleteCACertificate: (iot) => iot.deleteCACertificate({ certificateId: absentCertificateId }),
  GetRegistrationCode: (iot) => iot.getRegistrationCode({}),
  DeleteRegistrationCode: (iot) => iot.deleteRegistrationCode({}),
  ListCertificatesByCA: (iot) => iot.listCertificatesByCA({ caCertificateId: absentCertificateId }),
  TagResource: (iot) => iot.tagResource({ resourceArn: 'an arn', tags: [] }),
  UntagResource: (iot) => iot.untagResource({ resourceArn: 'an arn', tagKeys: [] }),
  ListTagsForResource: (iot) => iot.listTagsForResource({ resourceArn: 'an arn' }),
  RegisterCertificate: (iot) => iot.registerCertificate({ certificatePem: 'a certificate' }),
  DescribeCertificate: (iot) => iot.describeCertificate({ certificateId: absentCertificateId }),
  UpdateCertificate: (iot) =>
    iot.updateCertificate({ certificateId: absentCertificateId, newStatus: 'ACTIVE' }),
  DeleteCertificate: (iot) => iot.deleteCertificate({ certificateId: absentCertificateId }),
};

/** Errors that only a fault brings about reach the SDK typed, with their status. */
function faultAudit(action: ActionName, error: ErrorName): Audit {
  return {
    id: `ERR-${action}-${error.replace(/Exception$/, '')}`,
    action,
    level: 'COULD',
    sentence: `answer ${modelledStatuses[error]} ${error} once when told so by /_local/faults`,
    needsLocalApi: true,
    run: async (bench) => {
      const fault = { action, kind: 'error', name: error, message: 'on purpose', times: 1 };
      await withDial(bench, 'faults', [fault], async () => {
        const refusal = await refused(() => calls[action](bench.iot), error);
        assert.equal(refusal.message, 'on purpose');
      });
    },
  };
}

/** A rate of one call in a thousand seconds: the second call is throttled, whatever it asks. */
function throttlingAudit(action: ActionName): Audit {
  const error = 'ThrottlingException';
  const isModelled = actions[action].errors.includes(error);
  return {
    id: `ERR-${action}-Throttling`,
    action,
    level: 'COULD',
    sentence: `answer ${modelledStatuses[error]} ${error} beyond the rate set in /_local/quotas`,
    ...(isModelled && { provokes: error }),
    needsLocalApi: true,
    run: async (bench) => {
      const quotas = {
        enabled: true,
        perAction: { [action]: { ratePerSecond: 0.001, burst: 1 } },
      };
      const call = () => calls[action](bench.iot);
      await withDial(bench, 'quotas', quotas, async () => {
        const first = await call().catch((thrown: Error) => thrown);
        assert.notEqual(first instanceof Error && first.name, error);
        await refused(call, error);
        const elsewhere = bench.client({ region: 'eu-west-1' });
        const other = await calls[action](elsewhere).catch((thrown: Error) => thrown);
        assert.notEqual(other instanceof Error && other.name, error);
      });
      const after = await call().catch((thrown: Error) => thrown);
      assert.notEqual(after instanceof Error && after.name, error);
    },
  };
}

/** What the model lists, without what only quotas bring about. */
export function modelledErrors(action: ActionName): readonly ErrorName[] {
  return actions[action].errors as readonly ErrorName[];
}

export const modelledErrorAudits: readonly Audit[] = actionNames.flatMap((action) => [
  ...modelledErrors(action)
    .filter((error) => unprovokableReason(action, error) !== undefined)
    .map((error) => faultAudit(action, error)),
  throttlingAudit(action),
]);

/** Sets a dial of the control plane for as long as the work takes, then puts it back. */
async function withDial(
  bench: Bench,
  dial: 'faults' | 'quotas',
  value: unknown,
  work: () => Promise<void>,
): Promise<void> {
  const target = `/_local/${dial}`;
  const before = await bench.send({ target });
  assert.equal(before.status, 200, before.text);
  const set = async (body: string): Promise<void> => {
    const answer = await bench.send({ method: 'PUT', target, body });
    assert.equal(answer.status, 200, answer.text);
  };
  await set(JSON.stringify(value));
  try {
    await work();
  } finally {
    await set(before.text);
  }
}
