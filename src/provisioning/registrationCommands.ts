import type { RegistrationMode } from './registrationRules.ts';

/** The parts of a new CA's name. */
export interface CASubject {
  readonly commonName: string;
  readonly organization?: string | undefined;
  readonly organizationalUnit?: string | undefined;
  readonly locality?: string | undefined;
  readonly state?: string | undefined;
  /** Two letters. */
  readonly country?: string | undefined;
}

export type CAKeyAlgorithm = 'EC_P256' | 'EC_P384' | 'RSA_2048' | 'RSA_4096';

/** A CA that is to be made first. */
export interface NewCA {
  readonly subject: CASubject;
  readonly keyAlgorithm: CAKeyAlgorithm;
  readonly validityDays: number;
}

export interface RegistrationPlan {
  readonly certificateMode: RegistrationMode;
  /** Needed in DEFAULT mode. */
  readonly registrationCode: string | undefined;
  /** Undefined for a CA whose key and certificate are there already. */
  readonly newCA: NewCA | undefined;
  readonly caKeyFile: string;
  readonly caCertificateFile: string;
  /** What the names of the other files begin with. */
  readonly filePrefix: string;
}

/** One command for a POSIX shell. */
export interface CommandStep {
  readonly description: string;
  readonly command: string;
  /** The files that the command writes. */
  readonly writes: string[];
}

/** A text as one word of a POSIX shell, whatever is in it but NUL. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

type PlannedFiles = Pick<RegistrationPlan, 'caKeyFile' | 'caCertificateFile' | 'filePrefix'>;

/** All files that the commands read or write. */
export function planFiles({ caKeyFile, caCertificateFile, filePrefix }: PlannedFiles): string[] {
  const own = ['cnf', 'key', 'csr', 'srl', 'pem'].map((end) => `${filePrefix}.${end}`);
  return [caKeyFile, caCertificateFile, ...own];
}

/** The file that the verification certificate is written to. */
export function verificationCertificateFile(filePrefix: string): string {
  return `${filePrefix}.pem`;
}

/**
 * The openssl commands that make what a registration needs, in order. They depend on no
 * configuration of the machine, overwrite no private key and no CA certificate, and work from OpenSSL 1.1 on.
 */
export function registrationSteps(plan: RegistrationPlan): CommandStep[] {
  const { newCA, registrationCode, certificateMode, filePrefix } = plan;
  const config = `${filePrefix}.cnf`;
  const needsProof = certificateMode === 'DEFAULT' && registrationCode !== undefined;
  return [
    ...(newCA || needsProof ? [writeConfig(config)] : []),
    ...(newCA ? makeCA(newCA, plan, config) : []),
    ...(needsProof ? makeProof(registrationCode, plan, config) : []),
  ];
}

/** All commands as one script for `sh`, which stops at the first that fails. */
export function registrationScript(steps: readonly CommandStep[]): string {
  if (steps.length === 0) return '';
  const parts = steps.map(({ description, command }) => `# ${description}\n${command}\n`);
  return ['set -e\n', ...parts].join('\n');
}

/** So that neither the machine's openssl.cnf nor its absence has a say. */
const configLines = [
  '[req]',
  'distinguished_name = name',
  'x509_extensions = ca',
  'string_mask = utf8only',
  'prompt = no',
  '[name]',
  '[ca]',
  'basicConstraints = critical,CA:TRUE',
  'keyUsage = critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier = hash',
];

function writeConfig(config: string): CommandStep {
  return {
    description: 'Write the settings that the requests need.',
    command: `printf '%s\\n' ${configLines.map(shellQuote).join(' ')} > ${file(config)}`,
    writes: [config],
  };
}

const keyOptions: Readonly<Record<CAKeyAlgorithm, string>> = {
  EC_P256: '-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve',
  EC_P384: '-algorithm EC -pkeyopt ec_paramgen_curve:P-384 -pkeyopt ec_param_enc:named_curve',
  RSA_2048: '-algorithm RSA -pkeyopt rsa_keygen_bits:2048',
  RSA_4096: '-algorithm RSA -pkeyopt rsa_keygen_bits:4096',
};

/** Readable by its owner only. */
function makeKey(name: string, algorithm: CAKeyAlgorithm): string {
  return `(umask 077; ${intoNewFile(`openssl genpkey ${keyOptions[algorithm]}`, name)})`;
}

/** Fails where the file exists: a key or a CA certificate that is there is worth more than a new one. */
function intoNewFile(command: string, name: string): string {
  return `set -C; ${command} > ${file(name)}`;
}

function makeCA(ca: NewCA, plan: RegistrationPlan, config: string): CommandStep[] {
  const { caKeyFile, caCertificateFile } = plan;
  const subject = shellQuote(subjectOption(ca.subject));
  return [
    {
      description: 'Make the private key of the CA; keep it where no one else can read it.',
      command: makeKey(caKeyFile, ca.keyAlgorithm),
      writes: [caKeyFile],
    },
    {
      description: 'Make the CA certificate, signed with its own key.',
      command: `(${intoNewFile(
        `openssl req -x509 -new -utf8 -sha256 -config ${file(config)} -key ${file(caKeyFile)} -subj ${subject} -days ${ca.validityDays}`,
        caCertificateFile,
      )})`,
      writes: [caCertificateFile],
    },
  ];
}

/** AWS IoT does not look at the verification certificate's own key, nor for how long it is valid. */
function makeProof(
  registrationCode: string,
  { caKeyFile, caCertificateFile, filePrefix }: RegistrationPlan,
  config: string,
): CommandStep[] {
  const key = `${filePrefix}.key`;
  const request = `${filePrefix}.csr`;
  const serial = `${filePrefix}.srl`;
  const certificate = verificationCertificateFile(filePrefix);
  const subject = shellQuote(subjectOption({ commonName: registrationCode }));
  return [
    {
      description: 'Make a private key for the verification certificate.',
      command: makeKey(key, 'EC_P256'),
      writes: [key],
    },
    {
      description: 'Make a certificate request whose common name is the registration code.',
      command: `openssl req -new -sha256 -config ${file(config)} -key ${file(key)} -subj ${subject} -out ${file(request)}`,
      writes: [request],
    },
    {
      description: "Sign the request with the CA's private key.",
      command: `openssl x509 -req -sha256 -in ${file(request)} -CA ${file(caCertificateFile)} -CAkey ${file(caKeyFile)} -CAserial ${file(serial)} -CAcreateserial -days 30 -out ${file(certificate)}`,
      writes: [certificate, serial],
    },
  ];
}

/** A file name as a word that no command takes for an option. */
function file(name: string): string {
  return shellQuote(name.startsWith('-') ? `./${name}` : name);
}

const subjectAttributes: ReadonlyArray<readonly [attribute: string, part: keyof CASubject]> = [
  ['C', 'country'],
  ['ST', 'state'],
  ['L', 'locality'],
  ['O', 'organization'],
  ['OU', 'organizationalUnit'],
  ['CN', 'commonName'],
];

/** A name as openssl's -subj takes it: `/`, `+` and `\` inside a value are escaped. */
function subjectOption(subject: CASubject): string {
  return subjectAttributes
    .map(([attribute, part]) => [attribute, subject[part] ?? ''] as const)
    .filter(([, value]) => value !== '')
    .map(([attribute, value]) => `/${attribute}=${value.replace(/[\\/+]/g, '\\$&')}`)
    .join('');
}
