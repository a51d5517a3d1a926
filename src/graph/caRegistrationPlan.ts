import { posix } from 'node:path';
import { badInput, GatewayError } from '../errors.ts';
import type {
  CARegistrationPreparation,
  NewCAInput,
  PrepareCARegistrationInput,
} from '../generated/resolvers.ts';
import { privateKeyFix } from '../provisioning/registrationCheck.ts';
import {
  type NewCA,
  planFiles,
  registrationScript,
  registrationSteps,
  verificationCertificateFile,
} from '../provisioning/registrationCommands.ts';
import { holdsPrivateKey } from '../provisioning/x509Pem.ts';
import type { GraphContext } from './context.ts';

/** The answer of `prepareCARegistration`; throws BAD_USER_INPUT that names the field. */
export async function prepareCARegistration(
  input: PrepareCARegistrationInput,
  { loaders }: GraphContext,
): Promise<CARegistrationPreparation> {
  const { certificateMode = 'DEFAULT', newCA: wanted } = input;
  const { caKeyFile = 'ca.key', caCertificateFile = 'ca.pem', filePrefix = 'verification' } = input;
  const files = { caKeyFile, caCertificateFile, filePrefix };
  for (const [name, text] of Object.entries(files)) checkText([name], text, 1, 1024);
  const newCA = wanted ? checkNewCA(wanted) : undefined;
  refuseEqualFiles(planFiles(files));
  const isDefault = certificateMode === 'DEFAULT';
  const registrationCode = isDefault
    ? ((await loaders.registrationCode()) ?? undefined)
    : undefined;
  const steps = registrationSteps({ ...files, certificateMode, registrationCode, newCA });
  return {
    certificateMode,
    registrationCode: registrationCode ?? null,
    explanation: EXPLANATIONS[certificateMode],
    steps,
    script: registrationScript(steps),
    caCertificateFile,
    verificationCertificateFile: isDefault ? verificationCertificateFile(filePrefix) : null,
    mutation: MUTATIONS[certificateMode],
  };
}

const EXPLANATIONS = {
  DEFAULT:
    "AWS IoT asks for proof that you hold the CA's private key: a certificate that the CA signed, with the registration code as its common name. Run the commands where that key is, and send both certificates with the operation in `mutation`. The key stays where it is.",
  SNI_ONLY:
    'AWS IoT asks for no proof in SNI_ONLY mode: make no verification certificate, and leave `verificationCertificate` out. Several accounts may hold the CA then, and its devices must send the full name of the endpoint as the server name (SNI) when they connect.',
} as const;

const MUTATIONS = {
  DEFAULT: mutation(
    '($caCertificate: String!, $verificationCertificate: String!)',
    'certificateMode: DEFAULT, caCertificate: $caCertificate, verificationCertificate: $verificationCertificate',
  ),
  SNI_ONLY: mutation(
    '($caCertificate: String!)',
    'certificateMode: SNI_ONLY, caCertificate: $caCertificate',
  ),
} as const;

function mutation(variables: string, input: string): string {
  return `mutation RegisterCACertificate${variables} {
  registerCACertificate(input: { ${input} }) {
    caCertificate { certificateId status }
    warnings { code message }
    userErrors { code message field }
  }
}`;
}

function checkNewCA(given: NewCAInput): NewCA {
  const optional = (
    name: 'organization' | 'organizationalUnit' | 'locality' | 'state',
    max: number,
  ) => (given[name] == null ? undefined : checkText(['newCA', name], given[name], 0, max));
  const { country, validityDays = 3650, keyAlgorithm = 'EC_P256' } = given;
  if (country != null && !/^[A-Za-z]{2}$/.test(country)) {
    throw badInput(['input', 'newCA', 'country'], '`input.newCA.country` must be two letters.');
  }
  if (validityDays < 1 || validityDays > 36_500) {
    const message = '`input.newCA.validityDays` must be 1 to 36500.';
    throw badInput(['input', 'newCA', 'validityDays'], message);
  }
  return {
    subject: {
      commonName: checkText(['newCA', 'commonName'], given.commonName, 1, 64),
      organization: optional('organization', 64),
      organizationalUnit: optional('organizationalUnit', 64),
      locality: optional('locality', 128),
      state: optional('state', 128),
      country: country?.toUpperCase(),
    },
    keyAlgorithm,
    validityDays,
  };
}

/** Lengths in characters, as X.509 counts them. */
function checkText(path: readonly string[], text: string, min: number, max: number): string {
  const field = ['input', ...path];
  const name = `\`${field.join('.')}\``;
  if (holdsPrivateKey(text)) {
    const message = `${name} holds a private key. ${privateKeyFix}`;
    throw new GatewayError('PRIVATE_KEY_REFUSED', message, { field });
  }
  const length = [...text].length;
  if (length < min || length > max) {
    throw badInput(field, `${name} must have ${min} to ${max} characters; it has ${length}.`);
  }
  if (/[\p{Cc}\p{Cs}]/u.test(text)) {
    throw badInput(field, `${name} must hold no control characters.`);
  }
  return text;
}

/** No command may write over what another needs. */
function refuseEqualFiles(files: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of files.map((file) => posix.normalize(file))) {
    if (seen.has(name)) {
      const message =
        '`input.caKeyFile`, `input.caCertificateFile` and the files that begin with `input.filePrefix` must differ.';
      throw badInput(['input', 'filePrefix'], message);
    }
    seen.add(name);
  }
}
