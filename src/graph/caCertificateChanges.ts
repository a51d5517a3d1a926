import type { UpdateCACertificateRequest } from '@aws-sdk/client-iot';
import type { GraphQLResolveInfo } from 'graphql';
import { GatewayError } from '../errors.ts';
import type {
  AttachProvisioningTemplateInput,
  MutationResolvers,
  RegisterCACertificateInput,
  Resolvers,
  UpdateCACertificateInput,
  Warning,
} from '../generated/resolvers.ts';
import type { CACertificateDetail } from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, TemplateEntity } from './entities.ts';
import { toGlobalId } from './globalId.ts';
import { InputCheck } from './input.ts';
import {
  type AttachOutcome,
  attempt,
  type CACertificateOutcome,
  type DeleteOutcome,
  refused,
  userError,
} from './mutation.ts';
import { isSelected } from './selection.ts';

const Mutation: Pick<
  MutationResolvers,
  | 'registerCACertificate'
  | 'updateCACertificate'
  | 'deleteCACertificate'
  | 'attachProvisioningTemplate'
  | 'detachProvisioningTemplate'
> = {
  registerCACertificate: (_root, { input }, context) => register(input, context),
  updateCACertificate: (_root, { input }, context) => update(input, context),
  deleteCACertificate: (_root, { input }, context, info) =>
    remove(input.certificateId, context, info),
  attachProvisioningTemplate: (_root, { input }, context) => attach(input, context),
  detachProvisioningTemplate: (_root, { input }, context) => detach(input.certificateId, context),
};

async function register(
  input: RegisterCACertificateInput,
  { upstream, scope, loaders }: GraphContext,
): Promise<CACertificateOutcome> {
  const { caCertificate, verificationCertificate, certificateMode } = input;
  const check = new InputCheck();
  check.pem(['caCertificate'], caCertificate);
  check.pem(['verificationCertificate'], verificationCertificate);
  const hasProof = (verificationCertificate ?? undefined) !== undefined;
  if (certificateMode === 'SNI_ONLY' && hasProof) {
    check.add(
      ['verificationCertificate'],
      '`input.verificationCertificate` must be left out in SNI_ONLY mode.',
    );
  } else if (certificateMode !== 'SNI_ONLY' && !hasProof) {
    check.add(
      ['verificationCertificate'],
      '`input.verificationCertificate` is needed in DEFAULT mode: a certificate that the CA signed, with the registration code as its common name.',
    );
  }
  const registrationConfig = check.registration(input.registrationConfig);
  const tags = check.tags(input.tags);
  if (check.problems.length > 0) return refused(check.problems);
  const write = await attempt(
    () =>
      upstream.write(
        'RegisterCACertificate',
        {
          caCertificate,
          registrationConfig,
          tags,
          verificationCertificate: verificationCertificate ?? undefined,
          setAsActive: input.setAsActive ?? undefined,
          allowAutoRegistration: input.allowAutoRegistration ?? undefined,
          certificateMode: certificateMode ?? undefined,
        },
        scope,
      ),
    fieldOfRegistration,
  );
  if (write.kind === 'refused') return refused(write.userErrors);
  const certificateId = write.result.certificateId ?? null;
  if (certificateId !== null) loaders.forgetCACertificate(certificateId);
  return { certificateId, warnings: [], userErrors: [] };
}

/** Which input field a refusal of RegisterCACertificate is about, where the code tells. */
function fieldOfRegistration({ code }: GatewayError): string[] | null {
  switch (code) {
    case 'REGISTRATION_CODE_VALIDATION':
      return ['input', 'verificationCertificate'];
    case 'RESOURCE_ALREADY_EXISTS':
    case 'LIMIT_EXCEEDED':
      return ['input', 'caCertificate'];
    case 'RESOURCE_NOT_FOUND':
      return ['input', 'registrationConfig', 'templateName'];
    default:
      return null;
  }
}

async function update(
  input: UpdateCACertificateInput,
  context: GraphContext,
): Promise<CACertificateOutcome> {
  const check = new InputCheck();
  check.text(['certificateId'], 'certificateId', input.certificateId);
  const registrationConfig = check.registration(input.registrationConfig);
  const removeAutoRegistration = input.removeAutoRegistration ?? undefined;
  const newAutoRegistrationStatus = input.newAutoRegistrationStatus ?? undefined;
  const newStatus = input.newStatus ?? undefined;
  if (
    removeAutoRegistration === true &&
    (registrationConfig !== undefined || newAutoRegistrationStatus === 'ENABLE')
  ) {
    check.add(
      ['removeAutoRegistration'],
      '`input.removeAutoRegistration` cannot go with `registrationConfig` or with ENABLE.',
    );
  }
  const changes = {
    newStatus,
    newAutoRegistrationStatus,
    registrationConfig,
    removeAutoRegistration,
  };
  if (Object.values(changes).every((value) => value === undefined)) {
    check.add([], 'There is nothing to change: give at least one field beside `certificateId`.');
  }
  if (check.problems.length > 0) return refused(check.problems);
  const certificateId = input.certificateId.toLowerCase();
  const write = await sendUpdate(certificateId, changes, context);
  if (write.kind === 'refused') return refused(write.userErrors);
  return { certificateId, warnings: [], userErrors: [] };
}

type Changes = Omit<UpdateCACertificateRequest, 'certificateId'>;

async function sendUpdate(
  certificateId: string,
  changes: Changes,
  { upstream, scope, loaders }: GraphContext,
) {
  const write = await attempt(
    () => upstream.write('UpdateCACertificate', { certificateId, ...changes }, scope),
    ({ code }) => (code === 'RESOURCE_NOT_FOUND' ? ['input', 'certificateId'] : null),
  );
  loaders.forgetCACertificate(certificateId);
  return write;
}

async function remove(
  givenId: string,
  { upstream, scope, loaders }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<DeleteOutcome> {
  const check = new InputCheck();
  check.text(['certificateId'], 'certificateId', givenId);
  if (check.problems.length > 0) return refused(check.problems);
  const certificateId = givenId.toLowerCase();
  let certificateArn = `${upstream.arnPrefix()}:cacert/${certificateId}`;
  if (
    upstream.arnPrefix() === undefined &&
    isSelected(info, 'DeleteCACertificatePayload', 'deletedId')
  ) {
    const caCertificate = await loaders.caCertificates.load(certificateId);
    if (caCertificate === null) return refused([noSuchCACertificate(certificateId)]);
    certificateArn = caCertificate.certificateArn;
  }
  const write = await attempt(
    () => upstream.write('DeleteCACertificate', { certificateId }, scope),
    () => ['input', 'certificateId'],
  );
  loaders.forgetCACertificate(certificateId);
  if (write.kind === 'refused') return refused(write.userErrors);
  return { deletedId: toGlobalId(certificateArn), warnings: [], userErrors: [] };
}

async function attach(
  input: AttachProvisioningTemplateInput,
  context: GraphContext,
): Promise<AttachOutcome> {
  const { templateName } = input;
  const check = new InputCheck();
  check.text(['certificateId'], 'certificateId', input.certificateId);
  check.text(['templateName'], 'templateName', templateName);
  if (check.problems.length > 0) return refused(check.problems);
  const certificateId = input.certificateId.toLowerCase();
  const template = await context.loaders.templates.load(templateName);
  if (template === null) {
    const message = `There is no provisioning template ${templateName}.`;
    return refused([userError('RESOURCE_NOT_FOUND', message, ['templateName'])]);
  }
  const type = template.detail?.type;
  if (type !== 'JITP') {
    const message = `Provisioning template ${templateName} is of type ${type}; a CA can name a template of type JITP only. The type of a template is fixed, so create another.`;
    return refused([userError('TEMPLATE_TYPE_MISMATCH', message, ['templateName'])]);
  }
  const changes: Changes = { registrationConfig: { templateName } };
  if (input.enableAutoRegistration === true) changes.newAutoRegistrationStatus = 'ENABLE';
  if (input.activate === true) changes.newStatus = 'ACTIVE';
  const write = await sendUpdate(certificateId, changes, context);
  if (write.kind === 'refused') return refused(write.userErrors);
  const warnings = [
    ...templateWarnings(template),
    ...caCertificateWarnings(await readAfterWrite(certificateId, context)),
  ];
  return { certificateId, templateName, warnings, userErrors: [] };
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

function templateWarnings({ templateName, detail }: TemplateEntity): Warning[] {
  if (detail?.enabled === true) return [];
  return [
    {
      code: 'TEMPLATE_DISABLED',
      message: `Provisioning template ${templateName} is disabled; enable it with updateProvisioningTemplate(input: {templateName, enabled: true}).`,
      field: ['input', 'templateName'],
    },
  ];
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
  const write = await sendUpdate(certificateId, { removeAutoRegistration: true }, context);
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

function noSuchCACertificate(certificateId: string) {
  const message = `There is no CA certificate ${certificateId}.`;
  return userError('RESOURCE_NOT_FOUND', message, ['certificateId']);
}

/** The CA of a payload, read after the write. */
const readBack = (
  { certificateId }: CACertificateOutcome,
  _args: unknown,
  { loaders }: GraphContext,
): Promise<CACertificateEntity | null> | null =>
  certificateId === null ? null : loaders.caCertificates.load(certificateId);

export const caCertificateChangeResolvers: Resolvers = {
  Mutation,
  RegisterCACertificatePayload: { caCertificate: readBack },
  UpdateCACertificatePayload: { caCertificate: readBack },
  AttachProvisioningTemplatePayload: { caCertificate: readBack },
  DetachProvisioningTemplatePayload: { caCertificate: readBack },
};
