import { GatewayError } from '../errors.ts';
import type {
  AttachProvisioningTemplateInput,
  MutationResolvers,
  RegistrationSnapshot,
  Resolvers,
  UserError,
  Warning,
} from '../generated/resolvers.ts';
import type { CACertificateDetail } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import { expectedRegistration, isAsExpected } from './expectedRegistration.ts';
import { InputCheck } from './input.ts';
import {
  type AttachOutcome,
  type CACertificateOutcome,
  changedCACertificate,
  noSuchCACertificate,
  refused,
  userError,
} from './mutation.ts';
import {
  aloneAtCACertificate,
  type CACertificateChanges,
  readCACertificateLive,
  registrationSnapshot,
  sendUpdate,
  sha256,
  templateRefusal,
  templateWarnings,
} from './registration.ts';

const Mutation: Pick<
  MutationResolvers,
  'attachProvisioningTemplate' | 'detachProvisioningTemplate'
> = {
  attachProvisioningTemplate: (_root, { input }, context) => attach(input, context),
  detachProvisioningTemplate: (_root, { input }, context) => detach(input.certificateId, context),
};

async function attach(
  input: AttachProvisioningTemplateInput,
  context: GraphContext,
): Promise<AttachOutcome> {
  const { templateName } = input;
  const check = new InputCheck();
  check.text(['certificateId'], 'certificateId', input.certificateId);
  check.text(['templateName'], 'templateName', templateName);
  const expected = input.expectedRegistration
    ? expectedRegistration(input.expectedRegistration, check)
    : undefined;
  if (check.problems.length > 0) return notAttached(check.problems);
  const certificateId = input.certificateId.toLowerCase();
  const template = await context.loaders.templates.load(templateName);
  const refusal = templateRefusal(templateName, template?.detail ?? null, ['templateName']);
  if (template === null || refusal !== undefined) return notAttached(refusal ? [refusal] : []);
  const changes: CACertificateChanges = { registrationConfig: { templateName } };
  if (input.enableAutoRegistration === true) changes.newAutoRegistrationStatus = 'ENABLE';
  if (input.activate === true) changes.newStatus = 'ACTIVE';
  const failure = await aloneAtCACertificate(certificateId, context, async () => {
    const surprise = expected && (await compare(certificateId, expected, templateName, context));
    if (surprise !== undefined) return surprise;
    const write = await sendUpdate(certificateId, changes, context);
    return write.kind === 'refused' ? notAttached(write.userErrors) : undefined;
  });
  if (failure !== undefined) return failure;
  const warnings = [
    ...templateWarnings(template),
    ...caCertificateWarnings(await readAfterWrite(certificateId, context)),
  ];
  return { certificateId, templateName, conflict: null, warnings, userErrors: [] };
}

/** Reads the CA live; the outcome when it is not registered as expected. */
async function compare(
  certificateId: string,
  expected: RegistrationSnapshot,
  templateName: string,
  context: GraphContext,
): Promise<AttachOutcome | undefined> {
  const detail = await readCACertificateLive(certificateId, context);
  if (detail === null) return notAttached([noSuchCACertificate(certificateId)]);
  const actual = registrationSnapshot(detail);
  if (isAsExpected(expected, actual)) return undefined;
  // An earlier run of the same mutation may have attached it: the write is looked for before it is sent.
  const { doubtSinceMs } = context.scope;
  const mayBeOurs = detail.registrationConfig?.templateName === templateName;
  if (doubtSinceMs !== undefined && mayBeOurs) return undefined;
  const message = `CA certificate ${certificateId} is not registered as expected, so nothing was changed; \`conflict\` shows both.`;
  const userErrors = [userError('REGISTRATION_CHANGED', message, ['expectedRegistration'])];
  return { ...notAttached(userErrors), conflict: { expected, actual } };
}

function notAttached(userErrors: readonly UserError[]): AttachOutcome {
  return { ...refused(userErrors), conflict: null };
}

/**
 * The CA after a write that AWS has acknowledged. A failure to read it must not hide the write:
 * it shows at the payload's own field, which reads through the same loader.
 */
async function readAfterWrite(
  certificateId: string,
  { loaders }: GraphContext,
): Promise<CACertificateDetail | undefined> {
  try {
    return (await loaders.caCertificates.load(certificateId))?.detail;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

function caCertificateWarnings(detail: CACertificateDetail | undefined): Warning[] {
  const warnings: Warning[] = [];
  if (detail?.status === 'INACTIVE') {
    warnings.push({
      code: 'CA_CERTIFICATE_INACTIVE',
      message: 'The CA certificate is INACTIVE, so new devices are not accepted; give `activate`.',
      field: ['input', 'activate'],
    });
  }
  if (detail?.autoRegistrationStatus === 'DISABLE') {
    warnings.push({
      code: 'AUTO_REGISTRATION_DISABLED',
      message:
        'Auto registration is off, so devices are not provisioned; give `enableAutoRegistration`.',
      field: ['input', 'enableAutoRegistration'],
    });
  }
  return warnings;
}

async function detach(givenId: string, context: GraphContext): Promise<CACertificateOutcome> {
  const check = new InputCheck();
  check.text(['certificateId'], 'certificateId', givenId);
  if (check.problems.length > 0) return refused(check.problems);
  const certificateId = givenId.toLowerCase();
  const write = await aloneAtCACertificate(certificateId, context, () =>
    sendUpdate(certificateId, { removeAutoRegistration: true }, context),
  );
  if (write.kind === 'refused') return refused(write.userErrors);
  // No source confirms that AWS clears the registration here, so success is only what is read back.
  const caCertificate = await context.loaders.caCertificates.load(certificateId);
  if (caCertificate === null) return refused([noSuchCACertificate(certificateId)]);
  const { templateName, templateBody } = caCertificate.detail?.registrationConfig ?? {};
  if (templateName === undefined && templateBody === undefined) {
    return { certificateId, warnings: [], userErrors: [] };
  }
  const kept =
    templateName === undefined
      ? 'carries its own template body'
      : `names provisioning template ${templateName}`;
  const message = `Auto registration was removed, yet the CA certificate still ${kept}. Deleting the CA and registering it again without a registration takes it off.`;
  const userErrors = [userError('DETACH_NOT_EFFECTIVE', message, ['certificateId'])];
  return { certificateId, warnings: [], userErrors };
}

export const caCertificateAttachmentResolvers: Resolvers = {
  Mutation,
  InlineTemplateRegistration: {
    templateBodySha256: ({ templateBody }) => (templateBody === null ? null : sha256(templateBody)),
  },
  AttachProvisioningTemplatePayload: { caCertificate: changedCACertificate },
  DetachProvisioningTemplatePayload: { caCertificate: changedCACertificate },
};
