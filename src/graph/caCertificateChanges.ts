import type { GatewayError } from '../errors.ts';
import type {
  MutationResolvers,
  RegisterCACertificateInput,
  Resolvers,
  UpdateCACertificateInput,
} from '../generated/resolvers.ts';
import { judgeRegistration } from './caRegistration.ts';
import type { GraphContext } from './context.ts';
import { InputCheck } from './input.ts';
import { attempt, type CACertificateOutcome, changedCACertificate, refused } from './mutation.ts';
import {
  aloneAtCACertificate,
  certificateIdWhenNotFound,
  readCACertificateLive,
  sendUpdate,
  templateNameWhenNamed,
} from './registration.ts';

const Mutation: Pick<MutationResolvers, 'registerCACertificate' | 'updateCACertificate'> = {
  registerCACertificate: (_root, { input }, context) => register(input, context),
  updateCACertificate: (_root, { input }, context) => update(input, context),
};

async function register(
  input: RegisterCACertificateInput,
  context: GraphContext,
): Promise<CACertificateOutcome> {
  const { upstream, scope } = context;
  const { caCertificate, verificationCertificate, certificateMode } = input;
  const check = new InputCheck();
  const registrationConfig = check.registration(input.registrationConfig);
  const tags = check.tags(input.tags);
  const judgement = await judgeRegistration(input, context);
  const problems = [...judgement.userErrors, ...check.problems];
  if (problems.length > 0) return refused(problems);
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
    (error) =>
      templateNameWhenNamed(registrationConfig?.templateName, error) ?? fieldOfRegistration(error),
  );
  if (write.kind === 'refused') return refused(write.userErrors);
  const certificateId = write.result.certificateId ?? null;
  const warnings = [...judgement.warnings, ...check.warnings];
  return { certificateId, warnings, userErrors: [] };
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
  return aloneAtCACertificate(certificateId, context, async () => {
    const kept = await keepStoredText(input, context);
    if (kept) changes.registrationConfig = kept.registrationConfig;
    const fieldOf = (error: GatewayError): string[] | null =>
      templateNameWhenNamed(changes.registrationConfig?.templateName, error) ??
      certificateIdWhenNotFound(error);
    const write = await sendUpdate(certificateId, changes, context, fieldOf);
    if (write.kind === 'refused') return refused(write.userErrors);
    return { certificateId, warnings: (kept?.check ?? check).warnings, userErrors: [] };
  });
}

/**
 * The registration with as much of the body's stored text as the given JSON leaves unchanged, by
 * the CA as it is now; undefined where there is no text that could be kept.
 */
async function keepStoredText(
  { certificateId, registrationConfig }: UpdateCACertificateInput,
  context: GraphContext,
) {
  if (registrationConfig?.templateBodyJson == null) return undefined;
  const detail = await readCACertificateLive(certificateId.toLowerCase(), context);
  const stored = detail?.registrationConfig?.templateBody;
  if (stored === undefined) return undefined;
  const check = new InputCheck();
  return { registrationConfig: check.registration(registrationConfig, { stored }), check };
}

export const caCertificateChangeResolvers: Resolvers = {
  Mutation,
  RegisterCACertificatePayload: { caCertificate: changedCACertificate },
  UpdateCACertificatePayload: { caCertificate: changedCACertificate },
};
